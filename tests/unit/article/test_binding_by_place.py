"""Kinds of sentences in which a figure is bound by the place of its words; companies as in life, numbers invented, readings by hand."""

from __future__ import annotations

import json
from datetime import date

import pytest
from conftest import SHARED
from corpus.reading import corpus_vocabulary

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.extract import bind
from capex_pipeline.article.extraction import Reading

Row = tuple[str, str, str, str, str, str]
"""Words, entity, metric, measure, first and last day."""


def read(text: str, published: str, title: str = "") -> Reading:
    return bind(plain_text(text), corpus_vocabulary(), date.fromisoformat(published), title)


def rows(reading: Reading) -> list[Row]:
    return [
        (figure.mention.text, figure.entity, figure.metric, figure.measure, str(figure.start), str(figure.end))
        for figure in reading.figures
    ]


def capex(words: str, entity: str, start: str, end: str) -> Row:
    return words, entity, "capex", "level", start, end


def cloud(words: str, entity: str, start: str, end: str) -> Row:
    return words, entity, "cloud_revenue", "level", start, end


def rate(words: str, entity: str, start: str, end: str, metric: str = "cloud_revenue") -> Row:
    return words, entity, metric, "yoy_growth", start, end


def chips(words: str, entity: str, start: str, end: str) -> Row:
    return words, entity, "gpu_units", "level", start, end


def price(words: str, entity: str, start: str, end: str) -> Row:
    return words, entity, "gpu_unit_price", "level", start, end


Q1, Q2, Q3 = ("2025-01-01", "2025-03-31"), ("2025-04-01", "2025-06-30"), ("2025-07-01", "2025-09-30")
Y24, Y25, Y26 = ("2024-01-01", "2024-12-31"), ("2025-01-01", "2025-12-31"), ("2026-01-01", "2026-12-31")

CASES: dict[str, tuple[str, str, list[Row]]] = {
    "what was spent is told after an earlier plan": (
        "Amazon expects capital expenditure of $126bn in 2025, up from an earlier estimate of $119bn, after spending $33bn in the third quarter.",
        "2025-10-31", [capex("$126bn", "amazon", *Y25), capex("$33bn", "amazon", *Q3)],
    ),
    "what was spent after a plan was raised": (
        "Meta lifted its plan for capital expenditure to $71bn in 2025 from $67bn, after it spent $18bn in the third quarter.",
        "2025-10-31", [capex("$71bn", "meta", *Y25), capex("$18bn", "meta", *Q3)],
    ),
    "joined amounts of an earlier plan": (
        "Meta lifted its plan for capital expenditure to $71bn in 2025, against earlier estimates of $65bn and $67bn.",
        "2025-10-31", [capex("$71bn", "meta", *Y25)],
    ),
    "a number for each of several companies": (
        "Meta and Microsoft bought 90,000 H100 GPUs apiece in 2024, Omdia reckons.", "2025-02-03",
        [chips("90,000", "meta", *Y24), chips("90,000", "microsoft", *Y24)],
    ),
    "an amount for each of several companies": (
        "Baidu and Tencent spent 7bn yuan each on capital expenditure in the third quarter.", "2025-11-20",
        [capex("7bn yuan", "baidu", *Q3), capex("7bn yuan", "tencent", *Q3)],
    ),
    "counts in brackets after names": (
        "The biggest purchasers of Hopper GPUs in 2024 were Meta (210,000 units) and Alphabet (140,000 units).", "2025-02-03",
        [chips("210,000 units", "meta", *Y24), chips("140,000 units", "alphabet", *Y24)],
    ),
    "numbers in brackets under a unit": (
        "Capital expenditure in 2025 (in billions of dollars): Meta (71), Amazon (124), Alphabet (93).", "2026-02-10",
        [capex("71", "meta", *Y25), capex("124", "amazon", *Y25), capex("93", "alphabet", *Y25)],
    ),
    "amounts and quarters in parallel": (
        "Tencent's capex was RMB27 billion and RMB19 billion in the first and second quarters of 2025.", "2025-08-20",
        [capex("RMB27 billion", "tencent", *Q1), capex("RMB19 billion", "tencent", *Q2)],
    ),
    "amounts and years in parallel": (
        "Meta's capital expenditures were $39 billion and $72 billion in 2024 and 2025, respectively.", "2026-02-10",
        [capex("$39 billion", "meta", *Y24), capex("$72 billion", "meta", *Y25)],
    ),
    "amounts and ends of quarters in parallel": (
        "Capital expenditures of Meta were $8.2 billion and $16.5 billion for the three months ended June 30, 2024 and 2025.", "2025-07-31",
        [capex("$8.2 billion", "meta", "2024-04-01", "2024-06-30"), capex("$16.5 billion", "meta", *Q2)],
    ),
    "amounts beside a quarter and its whole year": (
        "Meta's capital expenditures were $14.8 billion and $39.2 billion for the fourth quarter and full year 2024, respectively.", "2025-01-29",
        [capex("$14.8 billion", "meta", "2024-10-01", "2024-12-31"), capex("$39.2 billion", "meta", *Y24)],
    ),
    "a head that is said once": (
        "Amazon's capex came to $24 billion in the first and $32 billion in the second quarter of 2025.", "2025-08-05",
        [capex("$24 billion", "amazon", *Q1), capex("$32 billion", "amazon", *Q2)],
    ),
    "the number after the word quarter": (
        "In quarter two of 2025 Amazon's capital expenditures were $32 billion.", "2025-08-05", [capex("$32 billion", "amazon", *Q2)],
    ),
    "an expectation for a quarter that has just ended": (
        "Google Cloud revenue is forecast to climb 31% in the second quarter.", "2025-07-18", [rate("31%", "alphabet", *Q2)],
    ),
    "a plan for a quarter of the calendar": (
        "Nvidia will ship 300,000 Blackwell GPUs in the second quarter of 2025, Omdia reckons.", "2025-05-20", [chips("300,000", "nvidia", *Q2)],
    ),
    "a list that goes on without a verb": (
        "Microsoft and others announced capital expenditure for 2026. Amazon is spending $190 billion, Google $130 billion.", "2026-03-02",
        [capex("$190 billion", "amazon", *Y26), capex("$130 billion", "alphabet", *Y26)],
    ),
    "a company that sells nothing but cloud": (
        "CoreWeave's revenue was $980 million in the first quarter of 2025, up 410% from a year earlier.", "2025-05-15",
        [cloud("$980 million", "coreweave", *Q1), rate("410%", "coreweave", *Q1)],
    ),
    "growth that goes from one rate to another": (
        "AWS growth slowed from 19% in the fourth quarter of 2024 to 17% in the first quarter of 2025.", "2025-05-02",
        [rate("19%", "amazon", "2024-10-01", "2024-12-31"), rate("17%", "amazon", *Q1)],
    ),
    "a rate that beats another": (
        "The 31% growth rate of Google Cloud in the second quarter of 2025 topped the 28% of the first.", "2025-07-25",
        [rate("31%", "alphabet", *Q2), rate("28%", "alphabet", *Q1)],
    ),
    "the year before as the base of a plan": (
        "Meta plans to lift its capex to $125 billion in 2026 from $71 billion in 2025.", "2025-12-15",
        [capex("$125 billion", "meta", *Y26), capex("$71 billion", "meta", *Y25)],
    ),
    "an amount with a relative clause": (
        "The budget compares with the $38 billion that Meta spent on capital expenditure in 2024.", "2025-03-03", [capex("$38 billion", "meta", *Y24)],
    ),
    "four quarters up to the last one": (
        "Over the last four quarters Tencent's capital expenditure was 95 billion yuan.", "2025-11-20",
        [capex("95 billion yuan", "tencent", "2024-10-01", "2025-09-30")],
    ),
    "a part of a year's plan with a quarter of its own": (
        "Meta expects capital expenditure of $70 billion in 2025, with $15 billion of it in the second quarter.", "2025-05-02",
        [capex("$70 billion", "meta", *Y25), capex("$15 billion", "meta", *Q2)],
    ),
    "a company before a hyphen": (
        "Microsoft-backed Baidu plans to invest $2 billion in data centers in 2025.", "2025-05-15", [capex("$2 billion", "baidu", *Y25)],
    ),
    "a rival": (
        "Alibaba's rival Tencent put its capex at 19 billion yuan in the second quarter of 2025.", "2025-08-20", [capex("19 billion yuan", "tencent", *Q2)],
    ),
    "a relative clause has the name before it": (
        "Baidu was outdone by Tencent, which spent 19 billion yuan on capital expenditure in the second quarter of 2025.", "2025-08-20",
        [capex("19 billion yuan", "tencent", *Q2)],
    ),
    "an object between the verb and by": (
        "Meta intends to increase its capital expenditure by 70% to more than $120 billion in 2026.", "2026-02-02",
        [rate("70%", "meta", *Y26, "capex"), capex("more than $120 billion", "meta", *Y26)],
    ),
    "a fall by one amount to another": (
        "Baidu's capital expenditure dropped RMB0.9 billion to RMB2.1 billion in the second quarter of 2025.", "2025-08-20",
        [capex("RMB2.1 billion", "baidu", *Q2)],
    ),
    "the year of a plan stays in its clause": (
        "Meta raised its 2026 capex forecast to $125 billion, while Google Cloud revenue rose 33% to $15 billion.", "2025-10-31",
        [capex("$125 billion", "meta", *Y26), rate("33%", "alphabet", *Q3), cloud("$15 billion", "alphabet", *Q3)],
    ),
    "a period that a later sentence names": (
        "AWS revenue rose 19% to $31 billion. Amazon's operating income was $17 billion for the quarter ended June 30.", "2025-08-05",
        [rate("19%", "amazon", *Q2), cloud("$31 billion", "amazon", *Q2)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_kinds_of_sentences(case: str) -> None:
    text, published, expected = CASES[case]
    assert rows(read(text, published)) == expected


def test_the_period_of_the_title_holds_for_figures_without_one() -> None:
    reading = read("AI Cloud revenue was RMB6.1 billion.", "2025-08-21", "Baidu: second quarter of 2025")
    assert rows(reading) == [cloud("RMB6.1 billion", "baidu", *Q2)]


def test_a_price_without_a_time_is_less_sure_than_one_with_its_year() -> None:
    """It is taken for a price of the text's year, although some texts quote prices of other times."""
    timed = read("The H100 cost $29,000 in 2024.", "2025-03-19").figures[0]
    untimed = read("The H100 costs $29,000.", "2025-03-19").figures[0]
    assert untimed.evidence == ("period_of_text", "metric_is_gpu_unit_price")
    assert untimed.confidence < timed.confidence


@pytest.mark.parametrize(
    "text",
    [
        "Google Cloud now has an annualised run rate of $49 billion.",
        "AWS makes $125 billion a year.",
        "Oracle's cloud applications revenue rose 11% to $3.7 billion in the quarter to May 2025.",
        "Azure AI revenue of Microsoft rose 33% in the first quarter of 2025.",
        "Tencent spent 19 billion yuan on capital expenditure in the second quarter. It set aside 9 billion yuan for advertising.",
        "Meta's capital expenditures were $60 billion in 2024 and 2025.",
    ],
)
def test_what_is_no_figure_of_a_period(text: str) -> None:
    assert [row for row in rows(read(text, "2025-08-21")) if "19 billion" not in row[0]] == []


@pytest.mark.skipif(not (SHARED / "cases" / "text").is_dir(), reason="the shared sentences are not on this machine")
def test_shared_sentences_are_read_as_labelled() -> None:
    wrong = []
    for line in (SHARED / "cases" / "text" / "sentences.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        reading = read(case["text"], case["published"], case["title"])
        # A part that is recorded on its own definition is not taken for the whole.
        reading.figures = [figure for figure in reading.figures if not figure.definition]
        found = rows(reading)
        for label in case["figures"]:
            if label["entity"] is None or label["period_start"] == "?":
                right = not any(label["words"] in row[0] or row[0] in label["words"] for row in found)
            else:
                keys = ("words", "entity", "metric", "measure", "period_start", "period_end")
                right = tuple(label[key] for key in keys) in found
            wrong += [] if right else [(case["kind"], label)]
    assert wrong == []


NEWS: dict[str, tuple[str, str, list[Row]]] = {
    "an amount after which a result exceeded expectations": (
        "Meta raised its capital expenditure forecast for 2025 to $70 billion after revenue exceeded expectations.", "2025-08-01",
        [capex("$70 billion", "meta", *Y25)],
    ),
    "guidance that is changed without its year": (
        "Meta also lifted its capital expenditure outlook to as much as $71 billion.", "2025-08-01", [capex("as much as $71 billion", "meta", *Y25)],
    ),
    "a range that replaces a range": (
        "Meta raised its capital expenditure outlook for 2025 to between $69 billion and $71 billion, up from $64 billion to $71 billion.",
        "2025-10-30", [capex("between $69 billion and $71 billion", "meta", *Y25)],
    ),
    "bases in parallel with their quarters": (
        "Tencent's capital expenditures declined to 19 billion yuan and 13 billion yuan in the second and third quarters of this year, "
        "respectively, down from 37 billion yuan and 27 billion yuan in the fourth quarter of last year and the first quarter of this year.",
        "2025-12-02",
        [
            capex("19 billion yuan", "tencent", *Q2), capex("13 billion yuan", "tencent", *Q3),
            capex("37 billion yuan", "tencent", "2024-10-01", "2024-12-31"), capex("27 billion yuan", "tencent", *Q1),
        ],
    ),
    "a quarter in a bracket after its year": (
        "Oracle began FY2026 (Q1) with a 26% increase in total cloud revenue to $7.1 billion.", "2025-09-10",
        [rate("26%", "oracle", "2025-06-01", "2025-08-31"), cloud("$7.1 billion", "oracle", "2025-06-01", "2025-08-31")],
    ),
    "a bracket that explains a quarter": (
        "Meta's capital expenditure in the third quarter of 2025 (the three months starting July 1 this year) was $19 billion.", "2025-11-02",
        [capex("$19 billion", "meta", *Q3)],
    ),
    "a bracket that names a part": (
        "Microsoft Intelligent Cloud (which includes Azure) for fiscal Q1 2026 reported $31 billion in revenue.", "2025-10-31",
        [cloud("$31 billion", "microsoft", *Q3)],
    ),
    "the first quarter under way": ("Alphabet's capex was $17 billion in the first quarter.", "2025-02-06", []),
    "a plan in a sentence on what is over": (
        "While Tencent says it will invest more, its capital expenditure fell to 13 billion yuan in the third quarter.", "2025-12-02",
        [capex("13 billion yuan", "tencent", *Q3)],
    ),
    "what we spend": (
        "Now our cash capex was $33.1 billion in Q3. We have now spent $88.4 billion on capital expenditure in the first nine months of the year.", "2025-10-30",
        [capex("$33.1 billion", "amazon", *Q3), capex("$88.4 billion", "amazon", "2025-01-01", "2025-09-30")],
    ),
    "a fronted metric": ("With respect to capex, Alphabet invested $23 billion in the third quarter.", "2025-10-30", [capex("$23 billion", "alphabet", *Q3)]),
    "growth in constant currency": (
        "Intelligent Cloud revenue of Microsoft grew 27% and 25% in constant currency in the third quarter of 2025.", "2025-10-30",
        [rate("27%", "microsoft", *Q3)],
    ),
    "chips of its own": (
        "Meta deployed about 900,000 of its own chips in 2024.", "2024-12-30", [chips("about 900,000", "meta", *Y24)],
    ),
    "a maker's chips without a verb": (
        "Meta's MTIA: 300,000 in 2025. Microsoft's Maia: just 90,000 in 2026.", "2025-09-30",
        [chips("300,000", "meta", *Y25), chips("90,000", "microsoft", *Y26)],
    ),
    "a buyer's chips without a verb": ("Microsoft has 300,000 H100 GPUs in 2025.", "2025-09-30", []),
    "an estimate of chips of a series": (
        "We lift our 2025 Blackwell estimate to 5.1 million packages (prior: 4.4 million).", "2025-09-30", [chips("5.1 million", "nvidia", *Y25)],
    ),
    "chips of a year in progress are all of them if they are yet to come": (
        "Nvidia is able to ship 540,000 H100 GPUs this year. ByteDance ordered 90,000 A800 GPUs to be delivered this year.", "2023-08-24",
        [chips("540,000", "nvidia", "2023-01-01", "2023-12-31"), chips("90,000", "bytedance", "2023-01-01", "2023-12-31")],
    ),
    "chips of a year in progress that were bought": ("Meta has bought 90,000 H100 GPUs this year.", "2023-08-24", []),
    "a quarter that is a part of the year spoken of": (
        "Nvidia shipped 1.1 million H100 GPUs in 2023. In the third quarter alone it was close to 450k. Meta took 130k.", "2024-02-01",
        [chips("1.1 million", "nvidia", "2023-01-01", "2023-12-31"), chips("close to 450k", "nvidia", "2023-07-01", "2023-09-30"),
         chips("130k", "meta", "2023-01-01", "2023-12-31")],
    ),
    "the plan for the chips of a paragraph": (
        "Meta's MTIA shipments are expected to climb to 370,000 units in 2026. Microsoft follows with 220,000 Maia chips.", "2026-01-20",
        [chips("370,000 units", "meta", *Y26), chips("220,000", "microsoft", *Y26)],
    ),
    "chips of two years together": ("Huawei can ship 800,000 Ascend chips across 2024 and 2025.", "2025-03-20", []),
    "chips of two years, one beside the other": (
        "Huawei shipped 200,000 and 800,000 Ascend chips in 2024 and 2025.", "2026-03-20",
        [chips("200,000", "huawei", *Y24), chips("800,000", "huawei", *Y25)],
    ),
    "a number of billions in the currency of the amounts beside it": (
        "Alibaba's capital expenditure came to 37.1 billion yuan in the second quarter of 2025, up from the 12.4 billion it laid out a year earlier.",
        "2025-08-29", [capex("37.1 billion yuan", "alibaba", *Q2), capex("12.4 billion", "alibaba", "2024-04-01", "2024-06-30")],
    ),
    "a year of spending dates no cloud revenue": (
        "Alphabet laid out $91.1 billion on capex in 2025. Google Cloud sales soared 48% to $17.7 billion.", "2026-02-05",
        [capex("$91.1 billion", "alphabet", *Y25)],
    ),
    "an unknown name right before a count": (
        "AMD shipped 330,000 GPUs in 2024 and Intel 40,000.", "2025-02-03", [chips("330,000", "amd", *Y24)],
    ),
    "the speaker of a transcript is its company": (
        "Brian Olsavsky: We spent $21.2 billion on capex in the third quarter.", "2024-11-01",
        [capex("$21.2 billion", "amazon", "2024-07-01", "2024-09-30")],
    ),
    "a total of nine months": (
        "Oracle's capex was $18.2 billion in the three months to February, bringing the nine-month total to $39.1 billion.", "2026-03-10",
        [capex("$18.2 billion", "oracle", "2025-12-01", "2026-02-28"), capex("$39.1 billion", "oracle", "2025-06-01", "2026-02-28")],
    ),
    "what a cluster runs on changes no hands": (
        "A cluster that Amazon built for Anthropic already runs on nearly 480,000 Trainium2 chips.", "2025-10-31", [],
    ),
    "unknown names before brackets": (
        "Six planned spenders: CoreWeave with capex of $14.9 billion in 2026, Applied Digital ($7 billion), NewBird AI ($128 million, in red).",
        "2026-04-16", [capex("$14.9 billion", "coreweave", *Y26)],
    ),
    "a backlog in an aside": (
        "AWS revenue was $128 billion in 2025. The segment's performance obligations \u2014 its backlog \u2014 reached $240 billion, up 40%.",
        "2026-02-10", [cloud("$128 billion", "amazon", *Y25)],
    ),
    "a part named by a noun before cloud revenue": (
        "Oracle's cloud revenue was $4.8 billion in the quarter ended November 30, 2023. Exadata database cloud services revenue was up 40%.",
        "2023-12-11", [cloud("$4.8 billion", "oracle", "2023-09-01", "2023-11-30")],
    ),
    "the whole before a part with its own amount": (
        "Oracle's total cloud revenue was up 24% at $4.8 billion in the quarter ended November 30, 2023, with IaaS revenue at $1.6 billion.",
        "2023-12-11",
        [rate("24%", "oracle", "2023-09-01", "2023-11-30"), cloud("$4.8 billion", "oracle", "2023-09-01", "2023-11-30"),
         cloud("$1.6 billion", "oracle", "2023-09-01", "2023-11-30")],
    ),
    "the rate of an amount that is not read": (
        "Amazon's capex was $128 billion in 2025, up from $77 billion in 2024. The $210 billion figure is a 56% increase.", "2026-05-10",
        [capex("$128 billion", "amazon", *Y25), capex("$77 billion", "amazon", *Y24)],
    ),
    "rows of a table": ("| Amazon | capex $125 billion | 2025 | $200 billion | 2026 |", "2026-05-10", []),
    "earlier as a time of speaking": (
        "As she said earlier, Amazon spent $26.3 billion in capex in the fourth quarter.", "2025-02-06",
        [capex("$26.3 billion", "amazon", "2024-10-01", "2024-12-31")],
    ),
    "a sum for the months so far": (
        "Amazon's capex was $31.4 billion in the second quarter of 2025. That takes the first six months to $55.2 billion.", "2025-08-01",
        [capex("$31.4 billion", "amazon", *Q2), capex("$55.2 billion", "amazon", "2025-01-01", "2025-06-30")],
    ),
    "chips of all makes": (
        "ByteDance purchased 280,000 accelerators of all makes in 2024, Tencent 150,000 and Alibaba 130,000.", "2025-02-03",
        [chips("280,000", "bytedance", *Y24), chips("150,000", "tencent", *Y24), chips("130,000", "alibaba", *Y24)],
    ),
    "a firm that cuts its own estimate of shipments": (
        "Meta bought 40,000 H20 chips in 2024. The firm cut its estimate for H20 shipments in 2025 to 640,000 from 1.3 million units.", "2025-09-22",
        [chips("40,000", "meta", *Y24), chips("640,000", "nvidia", *Y25)],
    ),
    "a chip as the subject": (
        "Nvidia shipped 1.1 million GPUs in 2024. The H20 alone accounted for 600,000.", "2025-03-02",
        [chips("1.1 million", "nvidia", *Y24), chips("600,000", "nvidia", *Y24)],
    ),
    "shipments of a possessive": (
        "Shipments of Nvidia's high-end GPUs are projected to reach 6.7 million units in 2025.", "2025-09-02",
        [chips("6.7 million units", "nvidia", *Y25)],
    ),
    "chips installed so far are those of no quarter": (
        "Oracle's capacity grew in the quarter, she added, and the company has now installed 91,000 Nvidia GPUs.", "2025-12-11", [],
    ),
    "chips from a time on": ("Oracle will deploy 40,000 AMD GPUs from the third quarter of 2026.", "2025-12-11", []),
    "a plan in months that are announced before": (
        "Microsoft's Intelligent Cloud revenue was $30.1 billion in the third quarter of 2025. Moving to our Q2 outlook. In Intelligent Cloud, we expect "
        "revenue of $32.1 billion.", "2025-10-29",
        [cloud("$30.1 billion", "microsoft", *Q3), cloud("$32.1 billion", "microsoft", "2025-10-01", "2025-12-31")],
    ),
    "last year's quarter": (
        "AWS revenue was $33.1 billion. Last year's third quarter was $27.4 billion.", "2025-10-31",
        [cloud("$33.1 billion", "amazon", *Q3), cloud("$27.4 billion", "amazon", "2024-07-01", "2024-09-30")],
    ),
    "what analysts estimate beside a result": (
        "AWS: $33.1 billion, estimate $32.4 billion.", "2025-10-31", [cloud("$33.1 billion", "amazon", *Q3)],
    ),
    "a cloud business as a heading": (
        "Alphabet beat estimates. Cloud: $15.2 billion.", "2025-10-31", [cloud("$15.2 billion", "alphabet", *Q3)],
    ),
    "companies that are described only": (
        "Alibaba, Tencent and Baidu spent 60 billion yuan together on capex in the second quarter of 2025. Chinese internet companies are to invest 500 "
        "billion yuan in data centers in 2026.", "2025-10-07",
        [capex("60 billion yuan", "alibaba_tencent_baidu", *Q2)],
    ),
    "dollars dropped on something are spent": (
        "Meta dropped $19 billion on capex in the third quarter of 2025.", "2025-10-31", [capex("$19 billion", "meta", *Q3)],
    ),
    "a company says an amount for the year": (
        "Alphabet says $75 billion for this year on capex.", "2025-03-04", [capex("$75 billion", "alphabet", *Y25)],
    ),
    "two definitions of one quarter do not contradict each other": (
        "Microsoft's capital expenditures including finance leases were $34.1 billion in the third quarter of 2025. Cash paid for PP&E was $19.2 billion.",
        "2025-10-29", [capex("$34.1 billion", "microsoft", *Q3), capex("$19.2 billion", "microsoft", *Q3)],
    ),
    "prices hold for the year of the text": (
        "An H100 sells for about $29,000. One analyst puts the price of a B200 at $37k, and AMD's MI308 goes for $14,000.", "2025-03-19",
        [price("about $29,000", "nvidia", *Y25), price("$37k", "nvidia", *Y25), price("$14,000", "amd", *Y25)],
    ),
    "prices of other things": (
        "An eight-way server with H100 chips sells for $95,000. A technician there is paid $90,000.", "2025-03-19", [],
    ),
    "the plans of a paragraph": (
        "Alphabet forecast capital expenditures of $180 billion in 2026. Meta expects capital expenditures of $120 billion.", "2026-02-06",
        [capex("$180 billion", "alphabet", *Y26), capex("$120 billion", "meta", *Y26)],
    ),
    "accelerators of data centers": (
        "Nvidia shipped 3.1 million data-center GPUs in 2023, up from 2.2 million units in 2022.", "2024-06-10",
        [chips("3.1 million", "nvidia", "2023-01-01", "2023-12-31"), chips("2.2 million units", "nvidia", "2022-01-01", "2022-12-31")],
    ),
    "guidance of the year by an amount": (
        "Meta raised its annual capital spending forecast by $5 billion to about $70 billion on Wednesday.", "2025-07-31",
        [capex("about $70 billion", "meta", *Y25)],
    ),
    "an unknown company with a dot": (
        "Baidu's capex was 2 billion yuan in the second quarter. JD.com said its capital expenditures were 3 billion yuan.", "2025-08-20",
        [capex("2 billion yuan", "baidu", *Q2)],
    ),
    "a market": ("AWS is the largest part of the $107 billion cloud market in the third quarter of 2025.", "2025-10-31", []),
}  # fmt: skip


@pytest.mark.parametrize("case", NEWS)
def test_sentences_of_news(case: str) -> None:
    text, published, expected = NEWS[case]
    reading = read(text, published, "Amazon.com results" if case == "what we spend" else "")
    assert rows(reading) == expected
    assert all(figure.status == "reported" for figure in reading.figures if str(figure.end) < published)
