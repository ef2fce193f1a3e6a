"""Kinds of sentences of results calls and of reports on them: companies as in life, numbers and sentences invented, readings by hand."""

from __future__ import annotations

from datetime import date

import pytest
from corpus.reading import corpus_vocabulary

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.drafted_rows import figure_record
from capex_pipeline.article.extract import bind
from capex_pipeline.article.extraction import Reading
from capex_pipeline.article.lexicon import vocabulary_of
from capex_pipeline.reference import load

Row = tuple[str, str, str, str]
"""Words, entity, metric, first and last day."""
Q1, Q2, Q3 = "2025-01-01/2025-03-31", "2025-04-01/2025-06-30", "2025-07-01/2025-09-30"
Y24, Y25 = "2024-01-01/2024-12-31", "2025-01-01/2025-12-31"


def read(text: str, published: str, title: str = "") -> Reading:
    return bind(plain_text(text), corpus_vocabulary(), date.fromisoformat(published), title)


def rows(text: str, published: str, title: str = "") -> list[Row]:
    return [
        (figure.mention.text, figure.entity, figure.metric, f"{figure.start}/{figure.end}")
        for figure in read(text, published, title).figures
    ]


CASES: dict[str, tuple[str, str, str, list[Row]]] = {
    "guidance of the company after its cloud business": (
        "AWS revenue was $28 billion. Turning to our third-quarter financial guidance. Revenue is expected to be between $150 billion and $155 billion.",
        "2025-07-31", "Amazon Q2 2025 earnings call", [("$28 billion", "amazon", "cloud_revenue", Q2)],
    ),
    "a range whose ends are repeated in another currency": (
        "Meta will spend between $61bn (\u00a346bn) and $64bn (\u00a348bn) on capital expenditure this year.", "2025-08-01", "",
        [("between $61bn (\u00a346bn) and $64bn", "meta", "capex", Y25)],
    ),
    "a price of a chip that is not known, before one that is": (
        "Intel said its Gaudi 3 accelerator costs about $14,500, roughly half the price of Nvidia's H100. It sells a kit of Gaudi 3 chips at $13,800 a chip.",
        "2024-04-10", "", [],
    ),
    "a multiple of another company's amount": (
        "AWS generated $28 billion in the second quarter, more than double the $13 billion at Google Cloud. Microsoft's capex was 40% more than Meta spent.",
        "2025-07-31", "", [("$28 billion", "amazon", "cloud_revenue", Q2), ("$13 billion", "alphabet", "cloud_revenue", Q2)],
    ),
    "an annual amount by a year": (
        "Google spent $11 billion on capex in 2024. By 2019 Amazon's annual capex had reached $15 billion, and Microsoft's cloud made $37 billion.",
        "2025-08-10", "", [("$11 billion", "alphabet", "capex", Y24)],
    ),
    "what houses had modelled": (
        "Alphabet's capex was $19 billion in the second quarter, far above the $16 billion expected. Jefferies had modelled capex of $17 billion.",
        "2025-07-24", "", [("$19 billion", "alphabet", "capex", Q2)],
    ),
    "the quarter under way": (
        "Meta expects capex of $13 billion in the March quarter. Alphabet's capex came to $16 billion in the March quarter.", "2025-01-30", "",
        [("$13 billion", "meta", "capex", Q1)],
    ),
    "plans after results are not for the time of the results": (
        "Capex. After the 4Q24 prints, the big four guide to a combined $310bn for 2025, with Amazon at $98bn and Meta at $61bn.", "2025-02-10", "",
        [("$310bn", "us_four", "capex", Y25), ("$98bn", "amazon", "capex", Y25), ("$61bn", "meta", "capex", Y25)],
    ),
    "the time of a base is not that of the growth after it": (
        "Alibaba's capital expenditure for the quarter was 29 billion yuan, down from 33 billion yuan in the March quarter but 70 per cent higher than a year "
        "earlier.", "2025-08-26", "Alibaba June quarter results",
        [("29 billion yuan", "alibaba", "capex", Q2), ("33 billion yuan", "alibaba", "capex", Q1), ("70 per cent", "alibaba", "capex", Q2)],
    ),
    "a quarter after a longer time": (
        "Oracle's capex in the three months to May 31 was $9bn. For the full fiscal 2024 it was $7bn.\n\nTotal cloud revenues were $6.5bn, up 26 percent.",
        "2025-06-12", "", [("$9bn", "oracle", "capex", "2025-03-01/2025-05-31"), ("$7bn", "oracle", "capex", "2023-06-01/2024-05-31"),
                           ("$6.5bn", "oracle", "cloud_revenue", "2025-03-01/2025-05-31"), ("26 percent", "oracle", "cloud_revenue", "2025-03-01/2025-05-31")],
    ),
    "a round number that was passed": (
        "In the second quarter Google Cloud revenue crossed $13 billion for the first time with $13.4 billion.", "2025-07-31", "",
        [("$13.4 billion", "alphabet", "cloud_revenue", Q2)],
    ),
    "spending of a whole market": (
        "Meta's capex was $16 billion in the second quarter. Worldwide spending on servers reached $90 billion in the second quarter.", "2025-07-31", "",
        [("$16 billion", "meta", "capex", Q2)],
    ),
    "a plan in two currencies before its year": (
        "ByteDance's board signed off on a capital expenditure budget of 150 billion yuan, or $21 billion, for 2025.", "2025-02-10", "",
        [("150 billion yuan", "bytedance", "capex", Y25), ("$21 billion", "bytedance", "capex", Y25)],
    ),
    "a quarter by its months": (
        "Alphabet's outlays on capex in the April-to-June period came in at $21 billion.", "2025-07-24", "", [("$21 billion", "alphabet", "capex", Q2)],
    ),
    "the pace of growth before": (
        "Google Cloud sales climbed 31% in the second quarter, accelerating from the 27% pace of the previous quarter.", "2025-07-24", "",
        [("31%", "alphabet", "cloud_revenue", Q2), ("27%", "alphabet", "cloud_revenue", Q1)],
    ),
    "the four by their usual name": (
        "The big four put $95bn into capex in the second quarter.", "2025-07-31", "", [("$95bn", "us_four", "capex", Q2)],
    ),
    "what a business lost": (
        "Meta will spend $38 billion on capex in 2025. Reality Labs lost $4.4 billion in the second quarter, and the group owes $9 billion to its lenders.",
        "2025-07-31", "", [("$38 billion", "meta", "capex", Y25)],
    ),
    "the outlook of a quarter that another sentence does not replace": (
        "Now to the outlook, starting with the third quarter. We expect capital expenditures to be roughly in line with the fourth. In Google Cloud, we expect "
        "revenue between $14.1 billion and $14.4 billion.", "2025-07-24", "Alphabet Q2 2025 earnings call",
        [("between $14.1 billion and $14.4 billion", "alphabet", "cloud_revenue", Q3)],
    ),
    "a result that came as expected": (
        "As expected, capital expenditures were up sequentially to $17 billion.", "2025-07-24", "Alphabet Q2 2025 earnings call",
        [("$17 billion", "alphabet", "capex", Q2)],
    ),
    "a cost of each unit of power": (
        "Meta's capex was $16 billion in the second quarter. A data center costs it $30 million per MW, or $35 billion per gigawatt.", "2025-07-31", "",
        [("$16 billion", "meta", "capex", Q2)],
    ),
    "the four with a hyphen, to a mark": (
        "Big-four capex guidance for 2025 totals about $320 billion. Alphabet's 2025 capex is to land around the $82 billion to $84 billion mark.",
        "2025-07-31", "", [("about $320 billion", "us_four", "capex", Y25), ("$82 billion to $84 billion", "alphabet", "capex", Y25)],
    ),
    "the quarter of an outlook is not that of the text": (
        "Capital expenditures, including finance leases, were $19 billion. We expect Q4 capital expenditures to increase on a sequential basis.",
        "2025-05-01", "Microsoft results", [],
    ),
    "the total after a part": (
        "Oracle sees OCI revenue of $9 billion in fiscal 2026, total revenue of $61 billion.", "2025-06-12", "",
        [("$9 billion", "oracle", "cloud_revenue", "2025-06-01/2026-05-31")],
    ),
    "a change before the new range": (
        "Meta lowered its 2025 capital expenditure forecast by $4bn to between $58bn and $61bn.", "2025-08-01", "",
        [("between $58bn and $61bn", "meta", "capex", Y25)],
    ),
    "growth beside an adverb with over, before estimates": (
        "Amazon's cloud unit reported $27 billion in sales in the third quarter of 2025, up 16% year-over-year and topping analyst estimates.",
        "2025-11-01", "", [("$27 billion", "amazon", "cloud_revenue", Q3), ("16%", "amazon", "cloud_revenue", Q3)],
    ),
    "growth that is better than expected": (
        "Alibaba reported a better-than-expected 21% jump in sales from its cloud division in the June quarter of 2025.", "2025-08-30", "",
        [("21%", "alibaba", "cloud_revenue", Q2)],
    ),
    "an amount ahead of expectations": (
        "Google Cloud revenue was $12.9 billion ahead of expectations and grew 29% in the second quarter of 2025.", "2025-07-24", "",
        [("$12.9 billion", "alphabet", "cloud_revenue", Q2), ("29%", "alphabet", "cloud_revenue", Q2)],
    ),
    "growth that quickened again": (
        "AWS revenue growth accelerated again from 15.5% in Q1 to 16.9% in Q2.", "2025-08-01", "",
        [("15.5%", "amazon", "cloud_revenue", Q1), ("16.9%", "amazon", "cloud_revenue", Q2)],
    ),
    "a letter for billions after a space": (
        "Alphabet lifted its 2025 capex outlook to $88 B.", "2025-08-01", "", [("$88 B", "alphabet", "capex", Y25)],
    ),
    "a base of the year prior": (
        "Alphabet plans capex of $70bn in 2025, up from $48bn the year prior.", "2025-04-25", "",
        [("$70bn", "alphabet", "capex", Y25), ("$48bn", "alphabet", "capex", Y24)],
    ),
    "revenue of the company beside that of its cloud": (
        "Amazon reported Q2 2025 revenue of $161 billion with AWS at $28.4 billion.", "2025-08-01", "",
        [("$28.4 billion", "amazon", "cloud_revenue", Q2)],
    ),
    "another business after a sentence on the cloud": (
        "Google Cloud revenue was $12.1 billion in the second quarter of 2025. As for moonshots, revenue was $402 million.", "2025-07-24", "",
        [("$12.1 billion", "alphabet", "cloud_revenue", Q2)],
    ),
    "growth of lease payments that are spoken of before": (
        "AWS costs rose in Q3 2025. If you look at our equipment leases line, it grew 24% on the year.", "2025-10-31", "Amazon Q3 2025", [],
    ),
    "the drop of another measure": (
        "Amazon's capex was $31bn in Q3 2025. That's a 70% drop from the $22 billion in free cash flow of a year earlier.", "2025-10-31", "",
        [("$31bn", "amazon", "capex", Q3)],
    ),
    "a multiple of the amount of a named year": (
        "Alphabet plans capex of $95bn in 2025. That is nearly double the capital expenditures that the company reported for 2024.",
        "2025-10-31", "", [("$95bn", "alphabet", "capex", Y25)],
    ),
    "spending with and without leases": (
        "Capital expenditures, including finance leases, were $23.1 billion, in line with expectations. Cash paid for PP&E was $16.2 billion.",
        "2025-07-30", "Microsoft Q4 2025 earnings call",
        [("$23.1 billion", "microsoft", "capex", Q2), ("$16.2 billion", "microsoft", "capex", Q2)],
    ),
    "the quarter of a call whose first paragraph speaks of the year": (
        "We delivered more than $280 billion in revenue for the full year.\n\nRevenue from the Intelligent Cloud segment was $29.1 billion.",
        "2025-07-30", "Microsoft Q4 2025 earnings call", [("$29.1 billion", "microsoft", "cloud_revenue", Q2)],
    ),
    "a year that is finished with an amount": (
        "AWS had a strong fourth quarter. It finished the year with nearly $120 billion in revenue.", "2026-02-06", "Amazon Q4 2025",
        [("nearly $120 billion", "amazon", "cloud_revenue", Y25)],
    ),
    "growth before the amount and the revenue of a part": (
        "Oracle's total cloud revenue was up 25% at $7.4 billion in the quarter to May 2025, with NetSuite up 16%.", "2025-06-12", "",
        [("25%", "oracle", "cloud_revenue", "2025-03-01/2025-05-31"), ("$7.4 billion", "oracle", "cloud_revenue", "2025-03-01/2025-05-31")],
    ),
    "the range of another expense": (
        "Meta raised its 2025 capital expenditure outlook to $68bn to $71bn, although the total expense guidance stayed at $115bn to $117bn.",
        "2025-08-01", "", [("$68bn to $71bn", "meta", "capex", Y25)],
    ),
    "an annual outlook beside one for the full year": (
        "Meta lifted the lower end of its annual capital spending outlook to between $38bn and $41bn, and its expense guidance for the full year stayed.",
        "2024-08-01", "", [("between $38bn and $41bn", "meta", "capex", Y24)],
    ),
    "spending after an outlook on a quarter": (
        "Moving to our third-quarter outlook. We expect revenue of $38bn to $41bn. We expect capital expenditures of $37bn to $40bn.", "2024-08-01",
        "Meta Q2 2024 earnings call", [("$37bn to $40bn", "meta", "capex", Y24)],
    ),
    "growth of products and services together": (
        "Windows products and cloud services revenue of Microsoft increased 11% in the quarter to June 2025.", "2025-07-31", "", [],
    ),
    "revenue after the division of a company": (
        "Amazon's cloud division, known as AWS, grew faster. Revenue increased just 21% in the third quarter of 2025.", "2025-11-01", "",
        [("21%", "amazon", "cloud_revenue", Q3)],
    ),
    "growth in a segment that is not named": (
        "Alphabet registered a whopping 26% year-over-year growth in the cloud segment in the first quarter of 2025.", "2025-04-26", "",
        [("26%", "alphabet", "cloud_revenue", Q1)],
    ),
    "growth after its change in percentage points": (
        "Search growth rose from 12% in Q2 to 14%, while Google Cloud's revenue growth surged by 9 percentage points to 41%.", "2025-10-30",
        "Alphabet Q3 2025", [("41%", "alphabet", "cloud_revenue", Q3)],
    ),
    "a chain of earlier quarters": (
        "In Q3 2025, Google Cloud had a growth rate of 31%. That's down from Q2 when it was 33%, which was down from Q1 when it was 34%.",
        "2025-10-30", "", [("31%", "alphabet", "cloud_revenue", Q3), ("33%", "alphabet", "cloud_revenue", Q2), ("34%", "alphabet", "cloud_revenue", Q1)],
    ),
    "a speaker after the name of the business": (
        "Next, Google Cloud. We see steady growth with Q2 revenue of $12.8 billion, up 27%.\n\nAs to our moonshots, revenue was $280 million.",
        "2025-07-24", "Alphabet Q2 2025 earnings call",
        [("$12.8 billion", "alphabet", "cloud_revenue", Q2), ("27%", "alphabet", "cloud_revenue", Q2)],
    ),
    "two quarters of a year": (
        "Alphabet reported nearly $41 billion in capex for the first two quarters of 2025.", "2025-08-03", "",
        [("nearly $41 billion", "alphabet", "capex", "2025-01-01/2025-06-30")],
    ),
    "a rate of some time ago": (
        "AWS grew 17% in the third quarter of 2025. Just over a year ago, AWS was growing at a 31% clip.", "2025-11-01", "",
        [("17%", "amazon", "cloud_revenue", Q3)],
    ),
    "a quarter that an earlier sentence names": (
        "It compares with Q4 of fiscal 2024. Margins rose. Costs fell. Headcount was stable. Capital expenditures were $21 billion.", "2025-07-30",
        "Microsoft Q4 2025 earnings call", [("$21 billion", "microsoft", "capex", Q2)],
    ),
    "costs of revenue": (
        "Google Cloud revenue was $12.1 billion, up 27%. Total cost of revenue was $38 billion, up 9%.", "2025-07-24", "Alphabet Q2 2025 earnings call",
        [("$12.1 billion", "alphabet", "cloud_revenue", Q2), ("27%", "alphabet", "cloud_revenue", Q2)],
    ),
    "another topic of a call": (
        "Next, the Intelligent Cloud segment. Revenue was $29 billion. Now to personal computing. Revenue was $13 billion, increasing 7%.",
        "2025-07-30", "Microsoft Q4 2025 earnings call", [("$29 billion", "microsoft", "cloud_revenue", Q2)],
    ),
    "guidance of the company long after its cloud": (
        "AWS grew 18% in Q2. Backlog rose. Margins fell. We hired. We opened sites. Demand was strong. Q3 net sales are expected to be $171 billion.",
        "2025-07-31", "Amazon Q2 2025 earnings call", [("18%", "amazon", "cloud_revenue", Q2)],
    ),
    "revenue of the company by its name": (
        "We see momentum in Google Cloud and across the business as Alphabet revenue for 2024 reached $340 billion, up 12%.", "2025-02-05",
        "Alphabet Q4 2024 earnings call", [],
    ),
    "a multiple of something else": (
        "Capex was $12 billion in Q2. Model usage increased 15X during 2024.", "2025-07-24", "Alphabet Q2 2025 earnings call",
        [("$12 billion", "alphabet", "capex", Q2)],
    ),
    "growth of what the sentence before states": (
        "AWS is busy. The backlog was $151 billion. So that's up about 21% year over year.", "2025-07-31", "Amazon Q2 2025 earnings call", [],
    ),
    "a data center that an amount describes": (
        "Capex was $19 billion in Q2 2025. Reports of more spending talk about $90 billion data centers.", "2025-07-30", "Microsoft",
        [("$19 billion", "microsoft", "capex", Q2)],
    ),
    "an amount that is corrected": (
        "On capex, we spent $52 million -- $52 billion, excuse me, in 2024.", "2025-02-07", "Amazon Q4 2024 earnings call",
        [("$52 billion", "amazon", "capex", Y24)],
    ),
    "parcels": ("Amazon delivered more than 4 billion units the same day in 2024.", "2025-02-07", "", []),
    "guidance of a call for a segment": (
        "Now to our outlook. For Intelligent Cloud, we expect revenue between $29.8 billion and $30.1 billion.", "2025-07-30",
        "Microsoft Q4 2025 earnings call", [("between $29.8 billion and $30.1 billion", "microsoft", "cloud_revenue", Q3)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "published", "title", "expected"), CASES.values(), ids=CASES.keys())
def test_sentences_of_results(text: str, published: str, title: str, expected: list[Row]) -> None:
    assert rows(text, published, title) == expected


NAMED: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "growth of a part": (
        "Microsoft's Azure revenue grew 27% in the quarter to June 2025.", [("27%", "yoy_growth", "azure_and_other_cloud_services")],
    ),
    "growth of a part with a noun beside it": (
        "Revenue from Azure, its cloud service, grew 29% in the quarter to June 2025, Microsoft said.",
        [("29%", "yoy_growth", "azure_and_other_cloud_services")],
    ),
    "growth before the name": (
        "Microsoft reported 27% growth in Azure in the quarter to June 2025, and Dynamics revenue growth of 12%.",
        [("27%", "yoy_growth", "azure_and_other_cloud_services")],
    ),
    "the whole and a part in one sentence": (
        "Oracle's cloud revenue rose 22% to $6.9 billion in the quarter to May 2025, and cloud infrastructure revenue rose 47% to $2.8 billion.",
        [("22%", "yoy_growth", ""), ("$6.9 billion", "level", ""), ("47%", "yoy_growth", "oracle_cloud_infrastructure"),
         ("$2.8 billion", "level", "oracle_cloud_infrastructure")],
    ),
    "an amount across the segments": (
        "Microsoft Cloud crossed $44 billion in the quarter to June 2025, up 23%, ahead of expectations.",
        [("$44 billion", "level", "microsoft_cloud"), ("23%", "yoy_growth", "microsoft_cloud")],
    ),
    "names that go on": ("Microsoft said that Azure AI services grew 120% and M365 commercial cloud revenue 15% in the quarter to June 2025.", []),
    "an amount of a year": ("Microsoft's Azure surpassed $70 billion in annual revenue, it said in July 2025.", []),
    "a market of that name": ("The cloud infrastructure market grew 21% to $98 billion in the second quarter of 2025, with Oracle at 3%.", []),
    "use of a part": ("Oracle said OCI consumption revenue was up 60% in the quarter to May 2025.", []),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), NAMED.values(), ids=NAMED.keys())
def test_revenue_on_a_definition_that_the_words_name_states_it(text: str, expected: list[tuple[str, str, str]]) -> None:
    figures = bind(plain_text(text), vocabulary_of(load()), date(2025, 7, 31)).figures
    assert [(figure.mention.text, figure.measure, figure.definition) for figure in figures] == expected


def test_the_definition_that_the_words_name_is_that_of_the_row() -> None:
    text = "Microsoft Cloud revenue was $44 billion in the quarter to June 2025, and Intelligent Cloud revenue was $28 billion."
    vocabulary = vocabulary_of(load())
    figures = bind(plain_text(text), vocabulary, date(2025, 7, 31)).figures
    assert [figure_record(figure, vocabulary)["definition"] for figure in figures] == [
        "microsoft_cloud", "intelligent_cloud_recast_2024",
    ]  # fmt: skip
