"""Kinds of sentences found in public prose: companies as in life, numbers and sentences invented, readings by hand."""

from __future__ import annotations

from datetime import date

import pytest
from corpus.reading import corpus_vocabulary

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.extract import bind
from capex_pipeline.article.lexicon import vocabulary_of
from capex_pipeline.reference import load

Row = tuple[str, str, str, str]
"""Words, entity, metric, first and last day."""
Q1, Q2, Q3 = "2025-01-01/2025-03-31", "2025-04-01/2025-06-30", "2025-07-01/2025-09-30"
Y23, Y24, Y25 = "2023-01-01/2023-12-31", "2024-01-01/2024-12-31", "2025-01-01/2025-12-31"
Y26 = "2026-01-01/2026-12-31"


def rows(text: str, published: str, title: str = "") -> list[Row]:
    reading = bind(plain_text(text), corpus_vocabulary(), date.fromisoformat(published), title)
    return [
        (figure.mention.text, figure.entity, figure.metric, f"{figure.start}/{figure.end}")
        for figure in reading.figures
    ]


CASES: dict[str, tuple[str, str, list[Row]]] = {
    "the quarter before is the one before that of the result": (
        "Meta's capex came to $17bn in the third quarter of 2025, less than the $22bn of the quarter before.", "2025-10-30",
        [("$17bn", "meta", "capex", Q3), ("$22bn", "meta", "capex", Q2)],
    ),
    "buyers after a count of chips, each beside its own count": (
        "Tencent purchased 210,000 Hopper chips in 2024.\n\nNext came ByteDance, with 160,000. Baidu (40,000) and Alibaba (35,000) were behind.",
        "2025-02-01",
        [("210,000", "tencent", "gpu_units", Y24), ("160,000", "bytedance", "gpu_units", Y24), ("40,000", "baidu", "gpu_units", Y24),
         ("35,000", "alibaba", "gpu_units", Y24)],
    ),
    "a count with the buyer's pronoun and verb after it": (
        "Amazon bought 180,000 Nvidia GPUs in 2024, well above the 80,000 it bought in 2023.", "2025-02-01",
        [("180,000", "amazon", "gpu_units", Y24), ("80,000", "amazon", "gpu_units", Y23)],
    ),
    "a plan put at an amount about which a word stands": (
        "Oracle reported results. She put capital expenditure for the fiscal year at about $21 billion.", "2025-03-12",
        [("at about $21 billion", "oracle", "capex", "2024-06-01/2025-05-31")],
    ),
    "an expected amount beside a result": (
        "Google Cloud revenue was $11.4 billion in the third quarter of 2025 vs. $10.9 billion expected.", "2025-10-30",
        [("$11.4 billion", "alphabet", "cloud_revenue", Q3)],
    ),
    "a business that turns over an amount": (
        "AWS turned over $27.5 billion in the third quarter of 2025.", "2025-11-01", [("$27.5 billion", "amazon", "cloud_revenue", Q3)],
    ),
    "growth with which the sentence before is compared": (
        "Alibaba's cloud revenue grew 6% in the three months to June 2025. That compares with 3% in the March quarter.", "2025-08-16",
        [("6%", "alibaba", "cloud_revenue", Q2), ("3%", "alibaba", "cloud_revenue", Q1)],
    ),
    "a quarter in a sentence that only compares does not date what follows": (
        "Alibaba's cloud revenue grew 6% in the three months to June 2025. That compares with 3% in the March quarter, it said."
        " Capital spending was 21 billion yuan in the period.", "2025-08-16",
        [("6%", "alibaba", "cloud_revenue", Q2), ("3%", "alibaba", "cloud_revenue", Q1), ("21 billion yuan", "alibaba", "capex", Q2)],
    ),
    "growth after an expected amount is reported": (
        "AWS sales in the first quarter of 2025 were $29.3 billion vs. $29.4 billion expected, up 17%.", "2025-05-02",
        [("$29.3 billion", "amazon", "cloud_revenue", Q1), ("17%", "amazon", "cloud_revenue", Q1)],
    ),
    "a business of which the cloud is a part": (
        "Tencent's consumer segment, which encompasses payments, lending, and cloud services, posted revenue of 52.9 billion yuan in the first"
        " quarter of 2025.", "2025-05-15", [],
    ),
    "a rival at the head of a sentence": (
        "Alibaba spent more on servers. Rival Baidu's AI Cloud grew 14% in the second quarter of 2025.", "2025-08-23",
        [("14%", "baidu", "cloud_revenue", Q2)],
    ),
    "a customer that makes up a part of sales": (
        "CoreWeave's revenue was $1.2 billion in the second quarter of 2025. Its biggest customer, Microsoft, provided 71% of sales."
        " Capex was $2.9 billion in the quarter.", "2025-08-13",
        [("$1.2 billion", "coreweave", "cloud_revenue", Q2), ("$2.9 billion", "coreweave", "capex", Q2)],
    ),
    "a whole cloud business after an amount of spending": (
        "Amazon's capex was $83 billion in 2024. In the same year the whole of AWS generated $107.6 billion.", "2025-02-07",
        [("$83 billion", "amazon", "capex", Y24), ("$107.6 billion", "amazon", "cloud_revenue", Y24)],
    ),
    "a segment that was at an amount": (
        "Microsoft spent more in the third quarter of 2025. Microsoft's Intelligent Cloud was at $24.1 billion, up 20%.", "2025-10-31",
        [("$24.1 billion", "microsoft", "cloud_revenue", Q3), ("20%", "microsoft", "cloud_revenue", Q3)],
    ),
    "growth in a clause about a year earlier": (
        "Meta's capex rose 33 per cent in the second quarter of 2025, less than a year earlier, when it rose 71 per cent.", "2025-08-01",
        [("33 per cent", "meta", "capex", Q2), ("71 per cent", "meta", "capex", "2024-04-01/2024-06-30")],
    ),
    "growth in a clause about a year since which something holds": (
        "Amazon's capex rose 9 per cent in 2024, the weakest rise since 2023, when it rose 8 per cent.", "2025-02-10",
        [("9 per cent", "amazon", "capex", Y24), ("8 per cent", "amazon", "capex", Y23)],
    ),
    "a name before its amount in a row of companies": (
        "Amazon spent $31bn on capex in the second quarter of 2025, followed by Alphabet at $22bn.", "2025-08-04",
        [("$31bn", "amazon", "capex", Q2), ("$22bn", "alphabet", "capex", Q2)],
    ),
    "the beginning of a time is not the time of an amount": (
        "Google Cloud revenue rose to $14bn in the second quarter of 2025, its fastest pace since early 2023.", "2025-07-25",
        [("$14bn", "alphabet", "cloud_revenue", Q2)],
    ),
    "a unit of another company's cloud is not Baidu's": (
        "CoreWeave, an AI cloud provider, plans capital expenditure of $22bn in 2025.", "2025-05-15",
        [("$22bn", "coreweave", "capex", Y25)],
    ),
    "amounts in brackets after a noun that is no metric": (
        "Tencent's capex of 27bn yuan in the first quarter of 2025 exceeded payments for content (6bn yuan).", "2025-05-15",
        [("27bn yuan", "tencent", "capex", Q1)],
    ),
    "cash is how an amount was paid": (
        "Amazon laid out $34.2bn in cash on property and equipment in the third quarter of 2025.", "2025-11-07", [("$34.2bn", "amazon", "capex", Q3)],
    ),
    "what is counted in the amount": (
        "Microsoft's capital expenditure, counting finance leases, came to $34.9bn in the third quarter of 2025.", "2025-11-07",
        [("$34.9bn", "microsoft", "capex", Q3)],
    ),
    "a fiscal year by the month in which it ends next": (
        "Analysts at Jefferies expect Oracle's capital expenditure to reach $35bn in the fiscal year that ends next May.", "2025-11-07",
        [("$35bn", "oracle", "capex", "2025-06-01/2026-05-31")],
    ),
    "what a company itself now reckons on": (
        "Alphabet's capital expenditure rose. It now reckons on outlays of between $91bn and $93bn in 2025.", "2025-11-07",
        [("between $91bn and $93bn", "alphabet", "capex", Y25)],
    ),
    "investors are told of a plan and invest nothing": (
        "Capital expenditure is rising at Meta. The company told its investors to expect about $71bn in 2025.", "2025-10-30",
        [("about $71bn", "meta", "capex", Y25)],
    ),
    "what investors put into a company is no plan of it": (
        "Capital expenditure is rising at CoreWeave. Investors put $2bn into CoreWeave in 2025.", "2025-10-30", [],
    ),
    "a time behind a semicolon dates the amount that follows it": (
        "In the third quarter of 2025 Alphabet's capital expenditure was $24bn. Google Cloud's revenue came to $15.2bn; in the second quarter of 2025 it was $13.6bn.",
        "2025-10-30", [("$24bn", "alphabet", "capex", Q3), ("$15.2bn", "alphabet", "cloud_revenue", Q3), ("$13.6bn", "alphabet", "cloud_revenue", Q2)],
    ),
    "more on something than a year before, and less than in the quarter before": (
        "Alphabet spent 53% more on capital expenditure in the third quarter of 2025 than a year before but less than in the preceding three months.",
        "2025-10-30", [("53%", "alphabet", "capex", Q3)],
    ),
    "more on something than in the quarter before": (
        "Alphabet spent 7% more on capital expenditure in the third quarter of 2025 than in the second.", "2025-10-30", [],
    ),
    "an increase of revenue by an amount is no level": (
        "Google Cloud revenue rose in the third quarter of 2025, an increase in Google Cloud revenues of $3.9 billion.", "2025-10-30", [],
    ),
    "what is only included in the amount": (
        "Meta's capital expenditures, including payments on finance leases, were $19bn in the third quarter of 2025.", "2025-10-30",
        [("$19bn", "meta", "capex", Q3)],
    ),
    "the company that plans is named after the amount": (
        "That is less than the $75 billion Alphabet plans to spend on capex in 2025.", "2025-03-20",
        [("$75 billion", "alphabet", "capex", Y25)],
    ),
    "tickers in brackets and counts in parallel": (
        "Amazon (AMZN) and Google (GOOG) bought 190,000 and 160,000 Hopper chips, respectively, in 2024.", "2024-12-20",
        [("190,000", "amazon", "gpu_units", Y24), ("160,000", "alphabet", "gpu_units", Y24)],
    ),
    "a count without its noun at the end of a row": (
        "Meta bought 170,000 MI300X chips in 2024 and Microsoft bought 90,000.", "2024-12-20",
        [("170,000", "meta", "gpu_units", Y24), ("90,000", "microsoft", "gpu_units", Y24)],
    ),
    "counts that leave out their noun after a time, a comparison or a name": (
        "Meta ordered 170,000 Nvidia chips in 2024, ahead of Amazon with 90,000. Google took 60,000 in 2024, and should get 80,000 in 2025.", "2025-01-20",
        [
            ("170,000", "meta", "gpu_units", Y24), ("90,000", "amazon", "gpu_units", Y24),
            ("60,000", "alphabet", "gpu_units", Y24), ("80,000", "alphabet", "gpu_units", Y25),
        ],
    ),
    "chips that one company ships and others take": (
        "AMD shipped 300,000 MI300X chips in 2024. Microsoft bought 80,000 of them.", "2025-01-20",
        [("300,000", "amd", "gpu_units", Y24), ("80,000", "microsoft", "gpu_units", Y24)],
    ),
    "a part of the chips that a company bought is no count of its own": (
        "Microsoft bought 300,000 H100 chips in 2024, 80,000 of them for OpenAI.", "2025-01-20", [("300,000", "microsoft", "gpu_units", Y24)],
    ),
    "chips bought further": (
        "Meta bought 90,000 H100 chips in 2024 and plans to buy a further 60,000 in 2025.", "2025-01-20",
        [("90,000", "meta", "gpu_units", Y24), ("60,000", "meta", "gpu_units", Y25)],
    ),
    "a count of something else in a sentence about chips": (
        "Nvidia shipped 300,000 H100 chips in 2024 and employed 36,000 people.", "2025-01-20", [("300,000", "nvidia", "gpu_units", Y24)],
    ),
    "two old plans that are joined": (
        "Amazon plans capital expenditure of $200bn in 2026, against its earlier estimates of $120bn and $130bn.", "2026-02-20",
        [("$200bn", "amazon", "capex", Y26)],
    ),
    "the name of a maker that is also the code of a currency": (
        "Oracle bought 30,000 AMD MI300X GPUs in 2024. An office in Yerevan cost 30,000 AMD.", "2025-01-20", [("30,000", "oracle", "gpu_units", Y24)],
    ),
    "a part of a year behind the year": (
        "Meta's capex was $17bn in the 2025 second quarter and $14bn in 2025 Q1. Oracle's was $8.5bn in fiscal 2026 Q1.", "2025-11-07",
        [("$17bn", "meta", "capex", Q2), ("$14bn", "meta", "capex", Q1), ("$8.5bn", "oracle", "capex", "2025-06-01/2025-08-31")],
    ),
    "a quarter named by its last month and the year": (
        "Capital expenditure of Alibaba was 38bn yuan in the June 2025 quarter.", "2025-09-02", [("38bn yuan", "alibaba", "capex", Q2)],
    ),
    "a noun that stands for what was measured last": (
        "Meta's capital expenditure was $19bn in the third quarter of 2025. The company put the full-year figure at $71bn.", "2025-10-30",
        [("$19bn", "meta", "capex", Q3), ("$71bn", "meta", "capex", Y25)],
    ),
    "a list of names and amounts after the words that say what and when": (
        "What was capex in the second quarter of 2025? Amazon: $31bn, Meta: $17bn.", "2025-08-04",
        [("$31bn", "amazon", "capex", Q2), ("$17bn", "meta", "capex", Q2)],
    ),
    "the names behind a number of companies": (
        "The big four (Alphabet, Amazon, Meta and Microsoft) will spend $640bn on capital expenditure in 2026.", "2026-02-14",
        [("$640bn", "us_four", "capex", Y26)],
    ),
    "a cloud business that the sentence before names": (
        "Google Cloud ended 2025 well. In the third quarter of 2025 it generated $15bn.", "2026-02-05", [("$15bn", "alphabet", "cloud_revenue", Q3)],
    ),
    "parts that are added up in an aside": (
        "Amazon's capital expenditure, chips and buildings together, was $34bn in the third quarter of 2025.", "2025-11-05",
        [("$34bn", "amazon", "capex", Q3)],
    ),
    "a customer that makes up a part of revenue": (
        "CoreWeave filed for a listing. Microsoft accounted for 62% of its revenue of $1.9bn in 2024.", "2025-03-04",
        [("$1.9bn", "coreweave", "cloud_revenue", Y24)],
    ),
    "a rate that is compared with that of an earlier quarter": (
        "AWS sales were $33bn in the third quarter of 2025. Growth of 20% beat that of the second quarter.", "2025-10-31",
        [("$33bn", "amazon", "cloud_revenue", Q3), ("20%", "amazon", "cloud_revenue", Q3)],
    ),
    "what analysts had modelled beside a result": (
        "Alibaba's cloud unit posted revenue of 33bn yuan for the June 2025 quarter, up 26% and above the 31bn yuan that Citi had modelled.", "2025-09-02",
        [("33bn yuan", "alibaba", "cloud_revenue", Q2), ("26%", "alibaba", "cloud_revenue", Q2)],
    ),
    "a name with capitals inside before revenue": (
        "Baidu's AI Cloud revenue was 6.5bn yuan in the second quarter of 2025. iQIYI revenue was 6.6bn yuan.", "2025-08-28",
        [("6.5bn yuan", "baidu", "cloud_revenue", Q2)],
    ),
    "an unknown maker that will ship chips": (
        "Nvidia shipped 500,000 chips in 2024. Cambricon, another rival, will ship 140,000 accelerators in 2025.", "2025-06-20",
        [("500,000", "nvidia", "gpu_units", Y24)],
    ),
    "chips installed up to now, and the first of those to come": (
        "Meta bought 90,000 H100 chips in 2024. Microsoft has installed 200,000 GPUs in Phoenix, and the first 50,000 GB200s will follow.", "2025-02-20",
        [("90,000", "meta", "gpu_units", Y24)],
    ),
    "the number of chips, named again": (
        "AMD shipped 300,000 GPUs in 2024. Analysts at Citi expect the number to grow to 450,000 in 2025.", "2025-02-12",
        [("300,000", "amd", "gpu_units", Y24), ("450,000", "amd", "gpu_units", Y25)],
    ),
    "a half before the one that it is compared with": (
        "Tencent's capital expenditure in the second half of 2024 rose to 53bn yuan from 23bn yuan in the first six months.", "2025-03-20",
        [
            ("53bn yuan", "tencent", "capex", "2024-07-01/2024-12-31"), ("23bn yuan", "tencent", "capex", "2024-01-01/2024-06-30"),
        ],
    ),
    "a count after the noun of its chips": (
        "Shipments of Blackwell GPUs reached 3.8 million in 2024.", "2025-02-20", [("3.8 million", "nvidia", "gpu_units", Y24)],
    ),
    "a chip whose name has a number apart": (
        "Huawei shipped 90,000 Ascend 910C processors in 2024.", "2025-02-20", [("90,000", "huawei", "gpu_units", Y24)],
    ),
    "parts in an aside about the whole": (
        "Oracle's cloud revenue, the sum of applications and infrastructure, was $6.7bn in the quarter ended May 31, 2025.", "2025-06-12",
        [("$6.7bn", "oracle", "cloud_revenue", "2025-03-01/2025-05-31")],
    ),
    "a year from which revenue of a year grew": (
        "CoreWeave reported revenue for 2025 of $5.1bn, up 168% from $1.9bn.", "2026-02-26",
        [
            ("$5.1bn", "coreweave", "cloud_revenue", Y25), ("168%", "coreweave", "cloud_revenue", Y25), ("$1.9bn", "coreweave", "cloud_revenue", Y24),
        ],
    ),
    "what a cloud business came in at": (
        "Google Cloud came in at $13.6bn in the second quarter of 2025.", "2025-08-01", [("$13.6bn", "alphabet", "cloud_revenue", Q2)],
    ),
    "a maker before the word for its shipments": (
        "Analysts at Citi expect Nvidia shipments of 5.5 million units in 2025.", "2025-02-27", [("5.5 million units", "nvidia", "gpu_units", Y25)],
    ),
    "a maker that sold chips is the subject of the next sentence": (
        "Meta bought 90,000 H100 chips in 2024. Nvidia sold chips to everybody. It shipped 3 million GPUs in 2024.", "2025-02-27",
        [("90,000", "meta", "gpu_units", Y24), ("3 million", "nvidia", "gpu_units", Y24)],
    ),
    "the rest of a sum belongs to another company": (
        "AMD shipped 480,000 GPUs in 2023, with Intel shipping the remaining 390,000 units.", "2024-01-12",
        [("480,000", "amd", "gpu_units", Y23)],
    ),
    "a round number that was passed": (
        "AWS revenue passed the $100 billion mark in 2024.", "2025-02-07", [],
    ),
    "an amount of another company without a word does not inherit cloud revenue": (
        "Revenue of Amazon Web Services rose 20 per cent to $33bn in the third quarter of 2025. Alphabet lifted its forecast for 2025 to between "
        "$91bn and $93bn.", "2025-11-14",
        [("20 per cent", "amazon", "cloud_revenue", "2025-07-01/2025-09-30"), ("$33bn", "amazon", "cloud_revenue", "2025-07-01/2025-09-30")],
    ),
    "a result after a plan for the full year": (
        "Alphabet spent $17 billion on capital expenditures in the first quarter. It still planned to spend about $76 billion over the full year. "
        "Google Cloud revenue climbed 27% to $12 billion.", "2025-05-02",
        [
            ("$17 billion", "alphabet", "capex", "2025-01-01/2025-03-31"), ("about $76 billion", "alphabet", "capex", "2025-01-01/2025-12-31"),
            ("27%", "alphabet", "cloud_revenue", "2025-01-01/2025-03-31"), ("$12 billion", "alphabet", "cloud_revenue", "2025-01-01/2025-03-31"),
        ],
    ),
    "a count by the end of a month has no first day": (
        "Nvidia had shipped 400,000 H20 chips by the end of July 2025.", "2025-08-30", [],
    ),
    "leases that the amount includes, without commas": (
        "Microsoft said capital expenditures including finance leases were $6.1 billion in the quarter to December 2021.", "2022-01-26",
        [("$6.1 billion", "microsoft", "capex", "2021-10-01/2021-12-31")],
    ),
    "assets under leases that the amount includes": (
        "Microsoft said capital expenditures including assets acquired under finance leases were $7.8 billion in the quarter to March 2023.", "2023-04-25",
        [("$7.8 billion", "microsoft", "capex", "2023-01-01/2023-03-31")],
    ),
    "revenue of another business of a cloud company": (
        "Baidu's AI Cloud grew. Its subscription revenue was RMB2.1 billion in the third quarter of 2025.", "2025-11-19", [],
    ),
    "adjusted revenue is another measure": (
        "CoreWeave expects adjusted revenue between $140 million and $170 million in the second quarter of 2025.", "2025-05-15", [],
    ),
    "an annualised amount is no revenue of the period": (
        "AWS sales grew 20% in the third quarter of 2025, and annualized revenue climbed to $131 billion.", "2025-10-31",
        [("20%", "amazon", "cloud_revenue", Q3)],
    ),
    "cash used for investing activities is no capital expenditure": (
        "Oracle's capital expenditures were $8.2 billion in the quarter to August 2025. Net cash used for investing activities rose 215% "
        "year over year.", "2025-09-12",
        [("$8.2 billion", "oracle", "capex", "2025-06-01/2025-08-31")],
    ),
    "items between spaced dashes": (
        "Google Cloud results for the third quarter of 2025 - Operating income of Alphabet rose to $31 billion - Google Cloud revenue rose to $15 billion.", "2025-10-30",
        [("$15 billion", "alphabet", "cloud_revenue", Q3)],
    ),
    "what is past is no plan although a plan is named before": (
        "Amazon, set to release its earnings tomorrow, reported $31.0 billion in capital expenditures in the second quarter.", "2025-10-29",
        [("$31.0 billion", "amazon", "capex", Q2)],
    ),
    "combined with an earlier amount of the same company": (
        "Amazon spent $31bn on capex in the second quarter of 2025. Combined with the first quarter, its capex was $55bn in the first half of 2025.", "2025-08-04",
        [("$31bn", "amazon", "capex", Q2), ("$55bn", "amazon", "capex", "2025-01-01/2025-06-30")],
    ),
    "the conference and the ban of a month": (
        "Nvidia, which at its October conference spoke of 5 million Blackwells shipped, has competition. ByteDance obtained 170,000 H20 chips before Washington's "
        "April ban.", "2025-12-19", [],
    ),
    "chips delivered to a company that is named first": (
        "ByteDance alone has to pay for 210,000 Nvidia accelerators delivered last year.", "2025-04-04", [("210,000", "bytedance", "gpu_units", Y24)],
    ),
    "a rival that is not known": (
        "Huawei shipped 300,000 Ascend chips in 2024. Cambricon Technologies, a smaller rival that reported revenue of 1.9 billion yuan, hopes to deliver 90,000 "
        "accelerators in 2025.", "2025-01-14", [("300,000", "huawei", "gpu_units", Y24)],
    ),
    "a chip whose name begins with a number": (
        "The 910C lists at 170,000 yuan in 2025, below what dealers ask for Nvidia's H100.", "2025-01-14", [("170,000 yuan", "huawei", "gpu_unit_price", Y25)],
    ),
    "counts a year before": (
        "AMD's MI308 found few buyers in the first half of 2025: it shipped 30,000 cards, 8,000 a year earlier.", "2025-10-14",
        [("30,000", "amd", "gpu_units", "2025-01-01/2025-06-30"), ("8,000", "amd", "gpu_units", "2024-01-01/2024-06-30")],
    ),
    "counts of years one after the other": (
        "Nvidia: We lift our CY25 shipment forecast for Blackwell to 7.9mn packages (was 7.1mn) and introduce CY26E at 9.2mn. CY24 is now complete at 4.6mn.",
        "2025-03-02", [("7.9mn", "nvidia", "gpu_units", Y25), ("9.2mn", "nvidia", "gpu_units", "2026-01-01/2026-12-31"), ("4.6mn", "nvidia", "gpu_units", Y24)],
    ),
    "purchases that are believed": (
        "Microsoft is thought to have bought 600,000 Blackwell chips in 2025.", "2025-12-19", [("600,000", "microsoft", "gpu_units", Y25)],
    ),
    "a possessive at the end of a sentence": (
        'Alphabet\'s capex will rise "not the same percent" as this year\'s.\nAmazon is expected to post AWS sales of $27 billion in the third quarter.',
        "2024-10-30", [("$27 billion", "amazon", "cloud_revenue", "2024-07-01/2024-09-30")],
    ),
    "companies that are only described, after one that is named": (
        "ByteDance is in talks, and China's internet giants placed orders for 90,000 A800 processors to be delivered in 2023.", "2023-08-15", [],
    ),
    "the price of a place for a chip": (
        "In 2025 an H100 facility costs roughly $15,500 per GPU slot.", "2025-08-01", [],
    ),
    "the demand for chips": (
        "Huawei's 2026 Ascend production target is 600,000 chips against Chinese demand of 1.2 million.", "2025-12-01",
        [("600,000", "huawei", "gpu_units", "2026-01-01/2026-12-31")],
    ),
    "two chips before the verb": (
        "Omdia thinks about 400,000 H100s and H20s went out in 2023.", "2024-04-21", [("about 400,000", "nvidia", "gpu_units", Y23)],
    ),
    "a count behind the name of its chip": (
        "AMD shipped 300,000 MI300 cards in 2025.\n\nInferentia: 1.1 million in 2025.", "2026-01-20",
        [("300,000", "amd", "gpu_units", Y25), ("1.1 million", "amazon", "gpu_units", Y25)],
    ),
    "the time of the base is not that of the level": (
        "Alphabet nearly doubled its capex, increasing from $6.8 billion in the second quarter of 2023 to $13.1 billion in the recent quarter.", "2024-07-24",
        [("$6.8 billion", "alphabet", "capex", "2023-04-01/2023-06-30"), ("$13.1 billion", "alphabet", "capex", "2024-04-01/2024-06-30")],
    ),
    "a single quarter among the last four": (
        "Alibaba's investments over the last four quarters were driven by a single-quarter capital expenditure of RMB 38 billion in the June quarter.", "2025-09-08",
        [("RMB 38 billion", "alibaba", "capex", Q2)],
    ),
    "a part of the cloud business": (
        "Microsoft's cloud division, Azure, benefited, with revenue growth accelerating to 31% year-over-year in the first quarter of 2024.", "2024-04-27", [],
    ),
    "cloud revenue that is not that of the named segment": (
        "Microsoft has put effort into its cloud services, with revenues of $5 billion in the third quarter of 2017.", "2017-10-31", [],
    ),
    "a business that is driven by the cloud grows by something else": (
        "Baidu's AI-powered businesses grew 50% year on year in the third quarter of 2025, driven by AI Cloud.", "2025-11-19", [],
    ),
    "revenue in the sentence after that on the cloud business": (
        "Alibaba Cloud delivered its fastest growth in years. Revenue of RMB 33 billion in the quarter to June 2025 beat forecasts.", "2025-08-30",
        [("RMB 33 billion", "alibaba", "cloud_revenue", Q2)],
    ),
    "an inventory is no flow": (
        "Nvidia holds an inventory of 600,000 H20 chips and sold about 1 million H20 chips in 2024.", "2025-07-29",
        [("about 1 million", "nvidia", "gpu_units", Y24)],
    ),
    "a weight of chips is no count": (
        "Nvidia shipped 900 tons, or 1.8 million pounds, of H100 chips in 2023.", "2024-02-01", [],
    ),
    "a buyer of chips does not ship them": (
        "Microsoft leads in orders. An analyst expects 150,000 AI GPU chip shipments in the fourth quarter of 2024.", "2024-10-18", [],
    ),
    "chips of companies that share a rank": (
        "Meta and Microsoft are tied with purchases of 150,000 H100 chips in 2023.", "2023-12-20",
        [("150,000", "meta", "gpu_units", Y23), ("150,000", "microsoft", "gpu_units", Y23)],
    ),
    "the sum after what each bought": (
        "Meta and Microsoft bought 140,000 H100 chips each in 2023, totalling 280,000 units.", "2023-12-20",
        [("140,000", "meta", "gpu_units", Y23), ("140,000", "microsoft", "gpu_units", Y23)],
    ),
    "the companies of a list that were named before": (
        "Chinese tech giants Tencent and ByteDance are buyers of chips. The companies bought 230,000 H20 chips each in 2024.", "2025-01-02",
        [("230,000", "tencent", "gpu_units", Y24), ("230,000", "bytedance", "gpu_units", Y24)],
    ),
    "four of the largest companies of a country": (
        "Four of the largest U.S. technology companies forecast combined capital expenditures of $640 billion in 2026.", "2026-02-07",
        [("$640 billion", "us_four", "capex", "2026-01-01/2026-12-31")],
    ),
    "a number of other companies": (
        "Amazon, Alphabet, Meta and Microsoft plan combined capital expenditures of $640 billion in 2026. By contrast, 21 large companies are projected to "
        "spend a combined $170 billion in 2026.", "2026-02-07",
        [("$640 billion", "us_four", "capex", "2026-01-01/2026-12-31")],
    ),
    "a trailing basis": (
        "Amazon's purchases of property and equipment on a trailing basis exceeded $102 billion.", "2025-08-12",
        [("$102 billion", "amazon", "capex", "2024-07-01/2025-06-30")],
    ),
    "a list that acts after with": (
        "The boom goes on, with Microsoft, Amazon, Google, and Meta collectively set to spend $340 billion on capital expenditures in 2025.", "2025-08-11",
        [("$340 billion", "us_four", "capex", Y25)],
    ),
    "a list that names the companies at the head": (
        "Big Tech companies, including Microsoft, Meta, Alphabet, and Amazon, are set to report. The companies are expected to raise their combined "
        "capital expenditures to $500 billion in 2026.", "2026-01-27",
        [("$500 billion", "us_four", "capex", "2026-01-01/2026-12-31")],
    ),
    "a quarter named without a year is not half a year ahead": (
        "Meta raised its Q1 capex guidance to $64-72 billion.", "2025-07-30", [],
    ),
    "growth in brackets of a rate before it": (
        "Alibaba Cloud revenue grew 34% in the quarter to September 2025, accelerating from 26% growth in the prior quarter.", "2025-11-25",
        [("34%", "alibaba", "cloud_revenue", Q3), ("26%", "alibaba", "cloud_revenue", Q2)],
    ),
    "a count over the year before": (
        "Nvidia's GPU shipments in 2023 rose over 2022, when they reached 2.6 million units.", "2024-06-12",
        [("2.6 million units", "nvidia", "gpu_units", "2022-01-01/2022-12-31")],
    ),
    "a plan that follows the last year's amount": (
        "Oracle plans capital expenditure of $50 billion in fiscal 2026, up from the $21.2 billion spent in fiscal 2025.", "2025-12-12",
        [("$50 billion", "oracle", "capex", "2025-06-01/2026-05-31"), ("$21.2 billion", "oracle", "capex", "2024-06-01/2025-05-31")],
    ),
    "the most recent fiscal year": (
        "Amazon Web Services brought in $107 billion in its most recent fiscal year.", "2025-07-31",
        [("$107 billion", "amazon", "cloud_revenue", Y24)],
    ),
    "a plan with another year after it": (
        "Alphabet guides 2025 capex up to $93B with a significant increase in 2026.", "2025-10-30",
        [("up to $93B", "alphabet", "capex", Y25)],
    ),
    "the year of what follows an amount": (
        "Alphabet reported Google Cloud revenue of $15B in the third quarter, raising 2025 capex to $93B.", "2025-10-30",
        [("$15B", "alphabet", "cloud_revenue", Q3), ("$93B", "alphabet", "capex", Y25)],
    ),
    "another company's size is no subject": (
        "AWS, still more than double Google Cloud's size, grew at 18% in the third quarter of 2024.", "2024-11-03",
        [("18%", "amazon", "cloud_revenue", "2024-07-01/2024-09-30")],
    ),
    "growth of one segment after another": (
        "Google Cloud revenue grew 63% in the first quarter of 2025, versus AWS at 28%.", "2025-05-03",
        [("63%", "alphabet", "cloud_revenue", Q1), ("28%", "amazon", "cloud_revenue", Q1)],
    ),
    "the month of an announcement is not the time of the plan": (
        "In January, Zuckerberg announced Meta's plans to buy 340,000 H100 chips.", "2024-06-07", [],
    ),
    "racks of chips are no chips": (
        "Microsoft's orders rose from 300 NVL36 units to 1,400 units in the fourth quarter of 2024.", "2024-10-18", [],
    ),
    "growth after a dash": (
        "In 2026, the four companies Alphabet, Amazon, Meta and Microsoft together plan to allocate $720 billion to capital expenditures\u2014a 77% jump compared "
        "to the previous year.", "2026-05-10",
        [("$720 billion", "us_four", "capex", "2026-01-01/2026-12-31"), ("77%", "us_four", "capex", "2026-01-01/2026-12-31")],
    ),
    "the maker of chips by their family": (
        "Microsoft leads in orders. An analyst expects 150,000 Blackwell GPU shipments in the fourth quarter of 2024.", "2024-10-18",
        [("150,000", "nvidia", "gpu_units", "2024-10-01/2024-12-31")],
    ),
    "the buyer of chips after by": (
        "That is above 220,000 H100 chips bought by Meta in 2024.", "2024-12-20",
        [("above 220,000", "meta", "gpu_units", Y24)],
    ),
    "annual revenue that is expected": (
        "CoreWeave forecasts annual revenue between $4.8 billion and $5.0 billion.", "2025-05-15",
        [("between $4.8 billion and $5.0 billion", "coreweave", "cloud_revenue", Y25)],
    ),
    "the spending of companies that are not counted": (
        "Amazon's capital expenditure was $34bn in the third quarter of 2025.\n\nAnalysts forecast that spending by the largest hyperscalers will be $540bn in "
        "2026.", "2025-11-03",
        [("$34bn", "amazon", "capex", Q3)],
    ),
    "a rate per quarter": (
        "Meta spends more than $10 billion a quarter on capex.", "2025-11-14", [],
    ),
    "the metric after an amount and its year": (
        "Amazon guided to $190 billion in 2026 capex.", "2026-02-10", [("$190 billion", "amazon", "capex", "2026-01-01/2026-12-31")],
    ),
    "a yearly loss is no revenue": (
        "Google Cloud made a $5 billion annual loss in 2020, but its revenue rose to $13 billion.", "2021-02-03",
        [("$13 billion", "alphabet", "cloud_revenue", "2020-01-01/2020-12-31")],
    ),
    "a metric before an amount outranks the noun after it": (
        "Meta reported capital expenditures of $14 billion for its Q1 2025 earnings.", "2025-04-30", [("$14 billion", "meta", "capex", Q1)],
    ),
    "an amount before its description": (
        "Amazon has new plans. $125 billion: Capital expenditure in 2025, more than its cash flow.", "2025-10-31", [("$125 billion", "amazon", "capex", Y25)],
    ),
    "a company alone": (
        "Alibaba alone spent 25bn yuan on capex in the first quarter of 2025.", "2025-05-16", [("25bn yuan", "alibaba", "capex", Q1)],
    ),
    "expectations in brackets": (
        "Segment revenue of Microsoft in the third quarter of 2025: Intelligent Cloud, $31bn (consensus: $30bn).",
        "2025-10-30", [("$31bn", "microsoft", "cloud_revenue", Q3)],
    ),
    "shipments without a noun after the count": (
        "Nvidia's H100 shipments for 2024 will range between 1.5 million and 2 million, analysts said.", "2023-08-25",
        [("between 1.5 million and 2 million", "nvidia", "gpu_units", Y24)],
    ),
    "orders of other goods than chips": (
        "Nvidia expects orders for 2024 to range between 1.5 million and 2 million.", "2023-08-25", [],
    ),
    "a fiscal year whose number comes first": (
        "Microsoft plans capital expenditures of $80bn in its 2025 fiscal year to expand data centers.", "2025-01-06",
        [("$80bn", "microsoft", "capex", "2024-07-01/2025-06-30")],
    ),
    "growth in a report of earnings": (
        "Amazon's earnings report shows that AWS had a year-to-year growth rate of 17% in the second quarter of 2025.", "2025-08-01",
        [("17%", "amazon", "cloud_revenue", Q2)],
    ),
    "the cloud business as the subject of growth": (
        "Alibaba has reported. Fuelled by demand, the group's cloud business climbed 34% year on year in the third quarter of 2025.", "2025-11-26",
        [("34%", "alibaba", "cloud_revenue", Q3)],
    ),
    "a division named in the same sentence": (
        "Alphabet opened the books of Google Cloud: in 2023 this division brought in revenues of $33 billion.", "2024-01-31",
        [("$33 billion", "alphabet", "cloud_revenue", Y23)],
    ),
    "each metric keeps its period": (
        "Alibaba spent 24bn yuan on capex in the first half of 2024. Alibaba Cloud revenue grew 6% in the second quarter of 2024. "
        "Tencent's capital expenditure was 23bn yuan.", "2024-08-27",
        [("24bn yuan", "alibaba", "capex", "2024-01-01/2024-06-30"), ("6%", "alibaba", "cloud_revenue", "2024-04-01/2024-06-30"),
         ("23bn yuan", "tencent", "capex", "2024-01-01/2024-06-30")],
    ),
    "the quarter after the one reported on": (
        "Amazon's capital expenditure was $31bn in the second quarter of 2025. Amazon plans capital expenditure of $33bn next quarter.", "2025-08-01",
        [("$31bn", "amazon", "capex", Q2), ("$33bn", "amazon", "capex", Q3)],
    ),
    "the next quarter of a text that reports none": (
        "Amazon plans capital expenditure of $33bn next quarter.", "2025-08-01", [],
    ),
    "an executive without the company": (
        "Zuckerberg expects capital expenditure of $65 billion in 2025.", "2025-01-24", [("$65 billion", "meta", "capex", Y25)],
    ),
    "a sum of the companies of the sentence": (
        "Amazon plans capex of $100 billion in 2025, Alphabet capex of $75 billion in 2025, Meta capex of $65 billion in 2025 and Microsoft capex of "
        "$80 billion in calendar 2025, taking combined capex to $320 billion in 2025.", "2025-02-10",
        [("$100 billion", "amazon", "capex", Y25), ("$75 billion", "alphabet", "capex", Y25), ("$65 billion", "meta", "capex", Y25),
         ("$80 billion", "microsoft", "capex", Y25), ("$320 billion", "us_four", "capex", Y25)],
    ),
    "a sentence about the figure before it": (
        "Meta spent $19bn on capex in the third quarter of 2025. That is up from $9bn a year earlier.", "2025-10-30",
        [("$19bn", "meta", "capex", Q3), ("$9bn", "meta", "capex", "2024-07-01/2024-09-30")],
    ),
    "a business that there is not": (
        "Meta has no cloud business and brought in $50 billion in the third quarter of 2025.", "2025-10-30", [],
    ),
    "a business that a company does without": (
        "Without a cloud business, Meta spent $19bn on capex in the third quarter of 2025.", "2025-10-30",
        [("$19bn", "meta", "capex", Q3)],
    ),
    "units of a named kind of chip are no part of another count": (
        "Nvidia sold 640,000 units of this AI-focused GPU in the third quarter of 2025.", "2025-11-30",
        [("640,000 units", "nvidia", "gpu_units", Q3)],
    ),
    "a count of pieces without a comma": (
        "Shipments of H100 chips were between 150000 and 180000 pieces in the second quarter of 2025.", "2025-08-04",
        [("between 150000 and 180000", "nvidia", "gpu_units", Q2)],
    ),
    "shipments of the chips of the sentence before": (
        "Nvidia shipped 2.1 million Hopper chips in 2023. In 2024, the analysts say, shipments climbed to 2.6 million.", "2025-02-04",
        [("2.1 million", "nvidia", "gpu_units", Y23), ("2.6 million", "nvidia", "gpu_units", Y24)],
    ),
    "a count whose noun and verb are those of the company before": (
        "In 2024 Microsoft bought 90,000 H100 chips and Meta 170,000.", "2025-02-04",
        [("90,000", "microsoft", "gpu_units", Y24), ("170,000", "meta", "gpu_units", Y24)],
    ),
    "shipments that a year is to reach": (
        "H100 shipments are expected to reach 1.6 million units by 2025.", "2024-02-04",
        [("1.6 million units", "nvidia", "gpu_units", Y25)],
    ),
    "a country that makes chips is no company": (
        "Huawei announced a chip. China can produce only 210,000 advanced chips in 2025, an official said.", "2025-06-05", [],
    ),
    "names in a comparison do not become the subject": (
        "CoreWeave's capex may grow. It is less than what Amazon and Microsoft spend. The company spent $1.8bn on capex in the third quarter of "
        "2025.", "2025-11-11", [("$1.8bn", "coreweave", "capex", Q3)],
    ),
    "an unknown company that has done something": (
        "Amazon plans capex of $120bn in 2025. Nebius has increased its 2025 capex plan to $6 billion.", "2025-11-14",
        [("$120bn", "amazon", "capex", Y25)],
    ),
    "items of a list in one line after references": (
        "Amazon plans capex of $120bn for 2025 [3] - Oracle plans capex of $30bn for fiscal 2026 [4]", "2025-11-14",
        [("$120bn", "amazon", "capex", Y25), ("$30bn", "oracle", "capex", "2025-06-01/2026-05-31")],
    ),
    "a slowdown against the quarter before is one of the pace": (
        "Google Cloud revenue climbed 28% to $12bn in the first quarter of 2025, a modest slowdown from the prior quarter.", "2025-04-25",
        [("28%", "alphabet", "cloud_revenue", Q1), ("$12bn", "alphabet", "cloud_revenue", Q1)],
    ),
    "an earlier plan by another name": (
        "Meta raised its 2025 capex outlook to $71 billion, up from a prior call of $66 billion.", "2025-10-30",
        [("$71 billion", "meta", "capex", Y25)],
    ),
    "an amount that exceeds the quarter before is not of that quarter": (
        "In the third quarter of 2025 Meta's capital expenditures were $19bn, far exceeding the prior quarter.", "2025-10-30",
        [("$19bn", "meta", "capex", Q3)],
    ),
    "what analysts were expecting": (
        "Meta's capex was $19bn in the third quarter of 2025. Analysts on average were expecting capital expenditures of $18bn.", "2025-10-30",
        [("$19bn", "meta", "capex", Q3)],
    ),
    "what analysts expect beside a result": (
        "CoreWeave's revenue was $1.2bn in the third quarter of 2025, with analysts expecting $1.1bn.", "2025-11-11",
        [("$1.2bn", "coreweave", "cloud_revenue", Q3)],
    ),
    "months after fiscal are no year": ("Oracle guided capex of $49 billion for the present fiscal 12 months.", "2025-12-11", []),
    "a changed estimate is no growth": ("The bank raised its 2025 capex estimate for Amazon by 22%.", "2025-03-14", []),
    "one company alone, in a passage on capex": (
        "Alibaba, Tencent and Baidu spent 50bn yuan on capex in the first half of 2025. In the first half of 2025 Alibaba alone invested 24bn yuan.",
        "2025-08-27",
        [("50bn yuan", "alibaba_tencent_baidu", "capex", "2025-01-01/2025-06-30"), ("24bn yuan", "alibaba", "capex", "2025-01-01/2025-06-30")],
    ),
    "plans of a list have one year": (
        "- Alphabet expects 2026 capital expenditures of $180bn.\n- Meta expects to spend $125bn on capex.", "2026-02-05",
        [("$180bn", "alphabet", "capex", Y26), ("$125bn", "meta", "capex", Y26)],
    ),
    "a plan for a year that is over gives no time to a result": (
        "Alphabet reaffirmed its $75 billion capex plan for 2024. Google Cloud revenue climbed 28% to $12bn.", "2025-04-25",
        [("$75 billion", "alphabet", "capex", Y24), ("28%", "alphabet", "cloud_revenue", Q1), ("$12bn", "alphabet", "cloud_revenue", Q1)],
    ),
    "a result of a year that is not over": ("CoreWeave posted revenue of $980mn for 2025.", "2025-05-15", []),
    "leases related to investments": (
        "Meta's capex was $19bn in the third quarter of 2025, and finance leases related to data center investments amounted to $6bn.", "2025-10-30",
        [("$19bn", "meta", "capex", Q3)],
    ),
    "chips and their equivalents are computing power": (
        "Meta plans to buy 340,000 H100 GPUs in 2024, amassing 580,000 GPUs and equivalent chips.", "2024-01-20",
        [("340,000", "meta", "gpu_units", Y24)],
    ),
    "the forecast of another year as the base": (
        "Nvidia shipments are expected to reach 1.6 million GPUs in 2025, up from this year's forecast of 500,000 H100 chips.", "2024-08-24",
        [("1.6 million", "nvidia", "gpu_units", Y25), ("500,000", "nvidia", "gpu_units", Y24)],
    ),
    "a time after two joined nouns": (
        "Microsoft spent $19 billion on property and equipment in the three months ended September 30, 2025.", "2025-10-30",
        [("$19 billion", "microsoft", "capex", Q3)],
    ),
    "a result against the street's": (
        "Microsoft's capex was $31bn in the third quarter of calendar 2025 vs. Street $35bn.", "2025-10-30",
        [("$31bn", "microsoft", "capex", Q3)],
    ),
    "the quarter of an amount that is typical for a year": (
        "Amazon's results are out. The fourth quarter's capital expenditure level of $28 billion is expected to be representative for 2025.",
        "2025-02-07", [("$28 billion", "amazon", "capex", "2024-10-01/2024-12-31")],
    ),
    "revenue in a row of headlines may be the company's": (
        "In the second quarter of 2025 Google Cloud grew 32%, revenue $96bn.", "2025-07-24", [("32%", "alphabet", "cloud_revenue", Q2)],
    ),
    "points against the quarter before do not make a growth sequential": (
        "In the second quarter of 2025 Google Cloud grew 32% (up 400bps QoQ).", "2025-07-24", [("32%", "alphabet", "cloud_revenue", Q2)],
    ),
    "chips that only their noun names after of": (
        "Nvidia's H20 was sold to China. Chinese customers ordered about 300,000 of the chips in the second quarter of 2025.", "2025-08-02",
        [("about 300,000", "nvidia", "gpu_units", Q2)],
    ),
    "an amount that is pledged or earmarked for what capital expenditure buys": (
        "Amazon earmarked $100 billion for data centers in 2025. Meta pledged $600 million to charities in 2025.", "2025-02-07",
        [("$100 billion", "amazon", "capex", "2025-01-01/2025-12-31")],
    ),
    "the segment of another company with the same name": (
        "In Q2 2025, Baidu's online revenue was 19 billion yuan, while Baidu's Intelligent Cloud revenue reached 6 billion yuan.", "2025-08-23",
        [("6 billion yuan", "baidu", "cloud_revenue", Q2)],
    ),
    "costs as a word of capital expenditure": (
        "Meta now expects its capex costs for 2025 to reach $70-72 billion instead of the original $66-72 billion.", "2025-10-30",
        [("$70-72 billion", "meta", "capex", Y25)],
    ),
    "parts that a relative clause includes": (
        "Oracle's cloud revenue, which includes applications and infrastructure, reached $9bn in the third quarter of fiscal 2026. "
        "Revenue from Microsoft's Intelligent Cloud unit, which houses Azure, grew to $31bn in the third quarter of calendar 2025.", "2026-03-11",
        [("$9bn", "oracle", "cloud_revenue", "2025-12-01/2026-02-28"), ("$31bn", "microsoft", "cloud_revenue", Q3)],
    ),
    "another measure after but": (
        "Net sales for AWS in the second quarter of 2025 rose 18% to $31bn but operating income fell.", "2025-08-02",
        [("18%", "amazon", "cloud_revenue", Q2), ("$31bn", "amazon", "cloud_revenue", Q2)],
    ),
    "companies that like introduces": (
        "Companies like ByteDance and Tencent each purchased around 210,000 GPUs in 2024.", "2024-12-23",
        [("around 210,000", "bytedance", "gpu_units", Y24), ("around 210,000", "tencent", "gpu_units", Y24)],
    ),
    "a range that is called the prior one": (
        "Meta raised its 2026 capex guidance to between $120 billion and $140 billion, lifting the prior $110-130 billion range.", "2026-04-30",
        [("between $120 billion and $140 billion", "meta", "capex", Y26)],
    ),
    "the street after a preposition": (
        "Alphabet's capex guide for 2026 is $170 billion, vs. prior Street at ~$130bn.", "2026-02-05",
        [("$170 billion", "alphabet", "capex", Y26)],
    ),
    "one amount in a headline and in a sentence": (
        "- Amazon capital expenditure forecast raised to $210 billion\nAmazon expects to invest $210 billion in capital expenditures in 2026.",
        "2026-02-06", [("$210 billion", "amazon", "capex", Y26), ("$210 billion", "amazon", "capex", Y26)],
    ),
    "periods of a move that the next sentences share": (
        "Amazon's capex rises from $83 billion in 2024 to $210 billion in 2026. Microsoft climbs from $77 billion to $180 billion.", "2026-02-12",
        [("$83 billion", "amazon", "capex", Y24), ("$210 billion", "amazon", "capex", Y26),
         ("$77 billion", "microsoft", "capex", Y24), ("$180 billion", "microsoft", "capex", Y26)],
    ),
    "last year's amount in a bracket": (
        "CoreWeave expects capex of at least $31B in 2026 (vs. $15.4B last year).", "2026-02-27",
        [("at least $31B", "coreweave", "capex", Y26), ("$15.4B", "coreweave", "capex", Y25)],
    ),
    "this year's amount before a plan for the next": (
        "ByteDance is targeting 170bn yuan in capital expenditure in 2026, up from roughly 150bn yuan this year.", "2025-12-23",
        [("170bn yuan", "bytedance", "capex", Y26), ("roughly 150bn yuan", "bytedance", "capex", Y25)],
    ),
    "chips that are called semiconductors": (
        "Huawei is expected to ship no more than 210,000 of its artificial intelligence (AI) semiconductors in 2025.", "2025-06-13",
        [("no more than 210,000", "huawei", "gpu_units", Y25)],
    ),
    "a spike": (
        "Amazon spent $23 billion on property and equipment in the third quarter of 2025. That's an 80% spike from the same time last year.",
        "2025-11-02", [("$23 billion", "amazon", "capex", Q3), ("80%", "amazon", "capex", Q3)],
    ),
    "a plan until the end of the year and for the year ahead": (
        "Meta's capex could reach $71 billion by the end of the year.\n\nIn the year ahead Amazon plans capex of $150 billion.", "2025-11-02",
        [("$71 billion", "meta", "capex", Y25), ("$150 billion", "amazon", "capex", Y26)],
    ),
    "the company of the executive who speaks": (
        "Amazon's CEO revealed that the company plans to allocate around $110 billion to capital expenditure in 2025.", "2025-02-07",
        [("around $110 billion", "amazon", "capex", Y25)],
    ),
    "a share of a combined amount": (
        "In 2024 the divisions' combined revenue was $80 billion, with Google Cloud raking in $43 billion.", "2025-02-07",
        [("$43 billion", "alphabet", "cloud_revenue", Y24)],
    ),
    "what the company itself estimates": (
        "Meta estimates capex for 2026 to be $121-130bn.", "2026-02-08", [("$121-130bn", "meta", "capex", Y26)],
    ),
    "the time of counts in the sentence before": (
        "The chart shows purchases of Nvidia's H100 chips this year. Meta and Microsoft tied for first place with a purchase quantity of "
        "140,000 H100 GPUs. Nvidia shipped 510,000 H100 chips in the third quarter.", "2023-12-06",
        [("140,000", "meta", "gpu_units", Y23), ("140,000", "microsoft", "gpu_units", Y23),
         ("510,000", "nvidia", "gpu_units", "2023-07-01/2023-09-30")],
    ),
    "a rate with a sign in a list": (
        "AWS: compute, storage and database +13% Y/Y in the second quarter of 2025.", "2025-08-08", [("13%", "amazon", "cloud_revenue", Q2)],
    ),
    "the quarter before, named in a bracket": (
        "Google Cloud revenue jumped 32% in the second quarter of 2025; in the previous quarter (Q1 2025) it notched growth of 28%.", "2025-07-25",
        [("32%", "alphabet", "cloud_revenue", Q2), ("28%", "alphabet", "cloud_revenue", Q1)],
    ),
    "a segment whose name ends with group": (
        "Cloud Intelligence Group revenue rose 26% to 33 billion yuan in the second quarter of 2025.", "2025-08-29",
        [("26%", "alibaba", "cloud_revenue", Q2), ("33 billion yuan", "alibaba", "cloud_revenue", Q2)],
    ),
    "planned capital expenditure without a time": (
        "Meta expects capital expenditures in the range of $66-72 billion.", "2025-07-30", [("$66-72 billion", "meta", "capex", Y25)],
    ),
    "what was expected beside a result": (
        "Microsoft's Intelligent Cloud revenue was $30.9 billion in the third quarter of calendar 2025, with expectations of $30.2 billion.", "2025-10-30",
        [("$30.9 billion", "microsoft", "cloud_revenue", Q3)],
    ),
    "last quarter as the base of a quarter": (
        "AWS generated revenue of $30.9 billion in the second quarter of 2025, up slightly from $29.3 billion last quarter.", "2025-08-01",
        [("$30.9 billion", "amazon", "cloud_revenue", Q2), ("$29.3 billion", "amazon", "cloud_revenue", Q1)],
    ),
    "a noun at the head of a sentence is no company": (
        "Meta's results are out. Expense growth picked up in the third quarter of 2025, and capital expenditures rose to $19.4 billion.", "2025-10-30",
        [("$19.4 billion", "meta", "capex", Q3)],
    ),
    "capital expenditure that says what is bought": (
        "Google Cloud revenues topped $15 billion in Q3 2025. Google Cloud reported $24 billion data center capex for Q3 2025.", "2025-10-30",
        [("$15 billion", "alphabet", "cloud_revenue", Q3), ("$24 billion", "alphabet", "capex", Q3)],
    ),
    "the rate that revenue accelerated to": (
        "Alibaba's cloud computing revenue accelerated year-over-year to 34% in the third quarter of 2025.", "2025-11-26",
        [("34%", "alibaba", "cloud_revenue", Q3)],
    ),
    "a list of companies with their parents": (
        "Reports from Microsoft, Meta, Amazon and Google parent Alphabet have revealed large plans. They reported a combined capex of $230 billion in 2024. "
        "In 2025 the tech giants forecast a total capex of $320 billion.", "2025-02-10",
        [("$230 billion", "us_four", "capex", Y24), ("$320 billion", "us_four", "capex", Y25)],
    ),
    "the division of the sentence before": (
        "Alphabet's Google Cloud is the third-largest vendor. The division recorded revenue of $12.3 billion in the first quarter of 2025.", "2025-05-02",
        [("$12.3 billion", "alphabet", "cloud_revenue", Q1)],
    ),
    "a time in a bracket is no time of the passage": (
        "AWS reported $29.3 billion in cloud revenue for Q1 2025. Its margin fell (from 37% in Q4 2024). Google Cloud posted $12.3 billion in revenue.",
        "2025-05-07", [("$29.3 billion", "amazon", "cloud_revenue", Q1), ("$12.3 billion", "alphabet", "cloud_revenue", Q1)],
    ),
    "amounts of a segment without a word for revenue": (
        "- Amazon Web Services: $33 billion in Q3 2025\nMicrosoft's Intelligent Cloud segment, which includes Azure, reached $30.9 billion in Q3 of calendar 2025.",
        "2025-10-31", [("$33 billion", "amazon", "cloud_revenue", Q3), ("$30.9 billion", "microsoft", "cloud_revenue", Q3)],
    ),
    "an amount that only describes a thing": (
        "Google Cloud revenue was $15 billion in the third quarter of 2025. The company opened its $11 billion AI campus.", "2025-10-31",
        [("$15 billion", "alphabet", "cloud_revenue", Q3)],
    ),
    "the company that a news agency reports on": (
        "Alphabet is still investing. CNBC reported that the company spent $24 billion on capital expenditures in the third quarter of 2025.",
        "2025-10-31", [("$24 billion", "alphabet", "capex", Q3)],
    ),
    "companies after with that are projected to spend": (
        "With Meta, Amazon, Alphabet and Microsoft projected to grow their capital expenditure to $317 billion in 2025, debts will rise.", "2025-02-20",
        [("$317 billion", "us_four", "capex", Y25)],
    ),
    "an amount for processors behind its conversion": (
        "ByteDance expects capex of 160bn yuan in 2026. It has budgeted 85bn yuan ($12bn) for processors.", "2025-12-23",
        [("160bn yuan", "bytedance", "capex", Y26)],
    ),
    "a fiscal year named by its first month is the next one to begin": (
        "Alibaba said capital expenditure in the fiscal year starting in April would be about 120bn yuan.", "2025-02-20",
        [("about 120bn yuan", "alibaba", "capex", "2025-04-01/2026-03-31")],
    ),
    "a fiscal year that had begun, and one whose first day is printed": (
        "Microsoft expects capital expenditure of $95bn for the fiscal year that began in July. For the fiscal year which starts on July 1, 2026,"
        " it plans capital expenditure of $130bn.", "2025-11-05",
        [("$95bn", "microsoft", "capex", "2025-07-01/2026-06-30"), ("$130bn", "microsoft", "capex", "2026-07-01/2027-06-30")],
    ),
    "a year that has just ended, in a sentence with a word of plan": (
        "Oracle, which had guided for less, raised its capital expenditure to $21.2bn in the year to May.", "2025-06-12", [],
    ),
    "a plan for the quarter that has just ended": (
        "Amazon expects capital expenditure of $25bn in the three months to June.", "2025-07-03", [("$25bn", "amazon", "capex", Q2)],
    ),
    "a half-year of spending is not that of the cloud revenue after it": (
        "Meta's capex was $35bn in the first half of 2025.\n\nAWS: $30.3bn, up 17%.", "2025-08-04",
        [("$35bn", "meta", "capex", "2025-01-01/2025-06-30")],
    ),
    "the owner alone stands for what was measured before": (
        "Now to the second quarter of 2025. Meta's capital expenditure was $17bn. Microsoft's was $24bn.", "2025-08-04",
        [("$17bn", "meta", "capex", Q2), ("$24bn", "microsoft", "capex", Q2)],
    ),
    "a pronoun stands for what was measured before": (
        "Meta's capital expenditure was $39bn in 2024. In 2023 it had been $28bn, and $32bn the year before that.", "2025-03-05",
        [("$39bn", "meta", "capex", Y24), ("$28bn", "meta", "capex", Y23), ("$32bn", "meta", "capex", "2022-01-01/2022-12-31")],
    ),
    "a result of a quarter that was not over": (
        "Tencent's capital expenditures were RMB8.7 billion for the second quarter of 2025, up 20%. In all, spending came to RMB30 billion in 2025.",
        "2025-05-20", [],
    ),
    "the level of a plan beside it is one to come": (
        "Tencent's capital expenditures will be RMB8.7 billion for the second quarter of 2025.", "2025-05-20",
        [("RMB8.7 billion", "tencent", "capex", Q2)],
    ),
    "a name that ends in a figure and a letter is no initial before a full stop": (
        "Meta bought 150k H100s in 2023, most of which are SXM5s. In 2022 it bought 30k. Microsoft and Amazon got 60k each of these chips in 2023.",
        "2024-02-05",
        [("150k", "meta", "gpu_units", Y23), ("30k", "meta", "gpu_units", "2022-01-01/2022-12-31"), ("60k", "microsoft", "gpu_units", Y23),
         ("60k", "amazon", "gpu_units", Y23)],
    ),
    "a change of a plan is no growth of what is planned": (
        "CoreWeave lowered its capex forecast for 2025 by 40 percent to $12bn. Meta's guidance for 2025 likewise came down, by around 10 percent.",
        "2025-11-11", [("$12bn", "coreweave", "capex", Y25)],
    ),
    "growth that a plan tells of": (
        "Meta's guidance implies that capex will rise by 50 percent in 2025.", "2025-05-05", [("50 percent", "meta", "capex", Y25)],
    ),
    "the year of a count is the calendar year": (
        "Omdia puts AMD's MI308X shipments for the year at 327,000 units.", "2024-12-17", [("327,000 units", "amd", "gpu_units", Y24)],
    ),
    "a multiple of the amount of the year before": (
        "Alphabet's capex in the first quarter was $12 billion, nearly double last year's $6.3 billion.", "2024-04-25",
        [("$12 billion", "alphabet", "capex", "2024-01-01/2024-03-31"), ("nearly double", "alphabet", "capex", "2024-01-01/2024-03-31"),
         ("$6.3 billion", "alphabet", "capex", "2023-01-01/2023-03-31")],
    ),
    "the share that something makes up is no growth": (
        "Alibaba's cloud revenue rose 26 per cent in the second quarter of 2025. AI products now make up more than 20 per cent of cloud revenue.",
        "2025-08-29", [("26 per cent", "alibaba", "cloud_revenue", Q2)],
    ),
    "the company that a later clause names does not own the market's count, whose year dates what follows": (
        "Shipments of accelerator cards in China reached 4 million units in 2025, as export controls squeezed Nvidia.\n\n"
        "Nvidia shipped around 2.2 million cards to the country.", "2026-03-31",
        [("around 2.2 million", "nvidia", "gpu_units", Y25)],
    ),
    "spending of a market on one kind of thing": (
        "Meta's capex was $17bn in the second quarter of 2025. Total server spending will reach $229 billion this year.", "2025-08-05",
        [("$17bn", "meta", "capex", Q2)],
    ),
    "chips that a buyer will have taken": (
        "Microsoft is the biggest buyer. It will have taken delivery of 485,000 Hopper GPUs in 2024.", "2024-12-17",
        [("485,000", "microsoft", "gpu_units", Y24)],
    ),
    "what licences allow is to come": (
        "Export licences allow Nvidia to sell up to 400,000 H200 GPUs in the first half of the year.", "2026-01-20",
        [("up to 400,000", "nvidia", "gpu_units", "2026-01-01/2026-06-30")],
    ),
    "chips of another maker than the one that is spoken of": (
        "Nvidia sells chips. AMD's MI308X will bring in $2 billion in 2024, which gets you 150,000 units.", "2023-12-04", [],
    ),
    "a plan for a part of the year does not date that of another company": (
        "Nvidia is to ship 400,000 GPUs in the first half of 2026. Huawei is projected to ship 900,000 Ascend chips.", "2026-01-20",
        [("400,000", "nvidia", "gpu_units", "2026-01-01/2026-06-30")],
    ),
    "the cloud's number stands for its revenue": (
        "Google Cloud revenue was $9.6bn in the first quarter of 2024. That cloud number is up 28% from $7.5bn a year ago.", "2024-04-25",
        [("$9.6bn", "alphabet", "cloud_revenue", "2024-01-01/2024-03-31"), ("28%", "alphabet", "cloud_revenue", "2024-01-01/2024-03-31"),
         ("$7.5bn", "alphabet", "cloud_revenue", "2023-01-01/2023-03-31")],
    ),
    "a number without a currency that an amount of money is compared with": (
        "Alibaba's capital expenditure more than tripled to 38.7 billion yuan in the quarter to June, against 11.9 billion in the same period of 2024.",
        "2025-08-29",
        [("more than tripled", "alibaba", "capex", Q2), ("38.7 billion yuan", "alibaba", "capex", Q2),
         ("11.9 billion", "alibaba", "capex", "2024-04-01/2024-06-30")],
    ),
    "an amount before a clause with as": (
        "Alibaba had an outflow of 18.8 billion yuan in the second quarter of 2025 as capital expenditure rose to 38.7 billion yuan.", "2025-08-29",
        [("38.7 billion yuan", "alibaba", "capex", Q2)],
    ),
    "a sentence that leads to the next business": (
        "Advertising revenues were $6 billion.\n\nTurning to Google Cloud, including Workspace. Revenues were $2.6 billion for the second quarter of 2025.",
        "2025-08-03", [("$2.6 billion", "alphabet", "cloud_revenue", Q2)],
    ),
    "a business named alone, and its company later": (
        "AWS first. Net sales in the second quarter of 2025 were $30.9bn, +17% Y/Y, the fastest since Amazon said so.", "2025-08-03",
        [("$30.9bn", "amazon", "cloud_revenue", Q2), ("17%", "amazon", "cloud_revenue", Q2)],
    ),
    "a rival with an adjective and a relative clause": (
        "Smaller rival Google Cloud, whose parent reported the same day, took in $15.2 billion in the third quarter of 2025.", "2025-10-30",
        [("$15.2 billion", "alphabet", "cloud_revenue", Q3)],
    ),
    "the time at the head of a sentence goes before one behind what is said": (
        "This quarter, Meta invested $17 billion in capital expenditures, up sequentially in part due to the planned Q1 data center spend.", "2025-07-30",
        [("$17 billion", "meta", "capex", Q2)],
    ),
    "shipments of a buyer to a maker": (
        "Meta allocated 43% of its 2024 GPU shipments to AMD - 173,000 units.", "2025-11-25", [],
    ),
    "growth in a named segment": (
        "Amazon is pleased with the 64% growth in AWS in the first quarter of 2016.", "2016-04-28",
        [("64%", "amazon", "cloud_revenue", "2016-01-01/2016-03-31")],
    ),
    "growth beside an amount, after or": (
        "Google Cloud printed $9.6bn in the second quarter of 2025, or +18%.", "2025-08-03",
        [("$9.6bn", "alphabet", "cloud_revenue", Q2), ("18%", "alphabet", "cloud_revenue", Q2)],
    ),
    "what is being spent now is not the amount of the quarter before": (
        "Amazon's capex was $17bn in the second quarter of 2025. We are still investing. But, again, Amazon is spending almost $100 billion.", "2025-08-03",
        [("$17bn", "amazon", "capex", Q2)],
    ),
    "a business of which the cloud is a part by its name": (
        "Microsoft's server products and cloud services revenue grew 15% in the second quarter of 2025.", "2025-08-03", [],
    ),
    "a list of buyers after a count for the year that is nearly over": (
        "- Microsoft is the biggest buyer. It will have taken delivery of 485,000 Hopper GPUs this year.\n- Meta follows with 224,000 units.\n"
        "- Amazon and Google bought 196,000 and 169,000 respectively.", "2024-12-17",
        [("485,000", "microsoft", "gpu_units", Y24), ("224,000 units", "meta", "gpu_units", Y24), ("196,000", "amazon", "gpu_units", Y24),
         ("169,000", "alphabet", "gpu_units", Y24)],
    ),
    "a count of the company that is named by its rank": (
        "Nvidia shipped around 2.2 million GPUs in 2025. AMD was a distant third in the ranking with 160,000.", "2026-03-31",
        [("around 2.2 million", "nvidia", "gpu_units", Y25), ("160,000", "amd", "gpu_units", Y25)],
    ),
    "growth of the quarter before, after the amount to which revenue rose": (
        "Alibaba's cloud revenue increased 26 per cent to 33.4 billion yuan in the quarter to June, up from 18 per cent in the previous three months.",
        "2025-08-29",
        [("26 per cent", "alibaba", "cloud_revenue", Q2), ("33.4 billion yuan", "alibaba", "cloud_revenue", Q2),
         ("18 per cent", "alibaba", "cloud_revenue", Q1)],
    ),
    "a part of the cloud in another statement": (
        "Oracle promised total cloud growth of more than 40 percent in fiscal 2026 and said the infrastructure business would grow further.", "2025-06-12",
        [("more than 40 percent", "oracle", "cloud_revenue", "2025-06-01/2026-05-31")],
    ),
    "leases that an abbreviation counts in": (
        "Meta's capex incl. finance leases: $14B in the first quarter of 2025.", "2025-05-02", [("$14B", "meta", "capex", Q1)],
    ),
    "a total to date does not date what follows": (
        "Meta's capex was $19bn in the third quarter of 2025. Amazon's cash capex reached $34bn, taking the year-to-date total to $90bn."
        " Meta's capex had been $17bn in the quarter before. AWS revenue was $33bn.", "2025-11-03",
        [("$19bn", "meta", "capex", Q3), ("$34bn", "amazon", "capex", Q3), ("$90bn", "amazon", "capex", "2025-01-01/2025-09-30"),
         ("$17bn", "meta", "capex", Q2), ("$33bn", "amazon", "cloud_revenue", Q3)],
    ),
    "the months of a company's calendar are no time of an amount": (
        "Microsoft, whose fiscal year began in July, spent $34.9bn on capital expenditure in the third quarter of 2025.", "2025-11-03",
        [("$34.9bn", "microsoft", "capex", Q3)],
    ),
    "a look back does not move the passage": (
        "Tencent's capex was 27bn yuan in the March quarter. It had been 36bn yuan in the December quarter. Baidu's capex rose from 4bn yuan"
        " a year earlier.", "2025-05-16",
        [("27bn yuan", "tencent", "capex", Q1), ("36bn yuan", "tencent", "capex", "2024-10-01/2024-12-31"),
         ("4bn yuan", "baidu", "capex", "2024-01-01/2024-03-31")],
    ),
    "a time in brackets is that of the amount in them": (
        "Capex in the first quarter of 2025: Amazon $24bn (Q1 2024: $14bn), Alphabet $17bn, Meta $14bn.", "2025-05-05",
        [("$24bn", "amazon", "capex", Q1), ("$14bn", "amazon", "capex", "2024-01-01/2024-03-31"), ("$17bn", "alphabet", "capex", Q1),
         ("$14bn", "meta", "capex", Q1)],
    ),
    "a number of companies that acts": (
        "Amazon, Alphabet, Meta and Microsoft reported. Meta's capex was $37bn in 2024. In all of 2024 the four spent $230bn.", "2025-02-10",
        [("$37bn", "meta", "capex", Y24), ("$230bn", "us_four", "capex", Y24)],
    ),
    "what there is by a month is not that of the month": (
        "ByteDance ordered 100,000 Ascend 910B chips but had received fewer than 30,000 by July.", "2024-08-30", [],
    ),
    "a fiscal year that ends in the next May": (
        "Oracle now sees capital expenditures of around $35 billion in the fiscal year that ends next May.", "2025-09-10",
        [("around $35 billion", "oracle", "capex", "2025-06-01/2026-05-31")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_prose_is_read_by_its_grammar(name: str) -> None:
    text, published, wanted = CASES[name]
    assert rows(text, published) == wanted


@pytest.mark.parametrize("listeners", ["analysts", "the analysts", "reporters", "investors"])
def test_those_who_are_told_of_a_plan_do_not_make_it(listeners: str) -> None:
    text = f"Microsoft's Amy Hood told {listeners} that capital expenditure would reach $120bn in fiscal 2026."
    (figure,) = bind(plain_text(text), corpus_vocabulary(), date(2025, 10, 30)).figures
    assert (figure.status, figure.claimant) == ("guidance", "company")


@pytest.mark.parametrize(
    "text",
    [
        "Analysts at Jefferies put Amazon's capital expenditure for next year at $147bn.",
        "We expect Amazon to spend $147bn on capital expenditure in 2026.",
        "Jefferies has capital expenditure of $147bn at Amazon for 2026.",
        "Maria Lindqvist, a portfolio manager, expects Amazon's capital expenditure to reach $147bn in 2026.",
        "Maria Lindqvist of Halden Asset Management said Amazon's capital expenditure could reach $147bn in 2026.",
    ],
)
def test_what_analysts_say_of_a_company_is_their_forecast_and_not_its_plan(text: str) -> None:
    (figure,) = bind(plain_text(text), corpus_vocabulary(), date(2025, 10, 30)).figures
    assert (figure.entity, figure.status, figure.claimant) == ("amazon", "forecast", "analyst")


def test_who_takes_delivery_of_chips_is_their_customer() -> None:
    text = "Microsoft took delivery of 510,000 Nvidia GPUs in 2024, ahead of Meta with 240,000."
    figures = bind(plain_text(text), corpus_vocabulary(), date(2025, 1, 14)).figures
    assert [(figure.supplier, figure.customer) for figure in figures] == [("nvidia", "microsoft"), ("nvidia", "meta")]
    alone = "Microsoft took delivery of 510,000 Nvidia GPUs in 2024."
    (figure,) = bind(plain_text(alone), corpus_vocabulary(), date(2025, 1, 14)).figures
    assert "figure_disagrees" not in {*figures[0].evidence, *figure.evidence}  # two customers are two counts


def test_each_count_has_the_customer_beside_it() -> None:
    text = "Nvidia shipped 450,000 H100 chips to Amazon in 2024 and 280,000 to Google."
    figures = bind(plain_text(text), corpus_vocabulary(), date(2025, 2, 27)).figures
    assert [(figure.mention.text, figure.customer) for figure in figures] == [
        ("450,000", "amazon"),
        ("280,000", "alphabet"),
    ]


def test_a_line_that_is_wrapped_is_read_as_one() -> None:
    text = "AWS sales rose to $25.0\nbillion in the first\nquarter of 2025."
    assert rows(text, "2025-05-02") == [("$25.0\nbillion", "amazon", "cloud_revenue", Q1)]


def test_a_line_that_ends_with_a_short_word_is_wrapped() -> None:
    text = "Meta's spending on infrastructure went up again, with capex of\n$19bn in the third quarter of 2025 alone, and the company said that it would go up.\n"
    assert rows(text, "2025-10-30") == [("$19bn", "meta", "capex", Q3)]


def test_a_result_without_a_period_has_that_of_its_companys_result_before_it_and_not_of_another_companys() -> None:
    text = (
        "Baidu's AI Cloud revenue was 6.7bn yuan in the first quarter of 2025.\n\n"
        "At Alphabet, capex reached $22.4bn in the second quarter. Google Cloud brought in $13.6bn.\n"
    )
    figures = {
        figure.mention.text: str(figure.start)
        for figure in bind(plain_text(text), corpus_vocabulary(), date(2025, 8, 15)).figures
    }
    assert figures == {"6.7bn yuan": "2025-01-01", "$22.4bn": "2025-04-01", "$13.6bn": "2025-04-01"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Zorbex put its capital spending at $2.2bn for the second quarter of 2025.",
        "Zorbex lifted its capex plan for 2026 to $3bn.",
        "Zorbex guided for $3bn of capital expenditure in 2026.",
        "Zorbex will lift capex to $3bn in 2026.",
        "Zorbex budgeted $3bn for capital expenditure in 2026.",
        "Zorbex said that it would spend $3bn on capex in 2026.",
        "Zorbex, which rents out chips, saw capital expenditure of $2.2bn in the second quarter.",
        "Capex at Zorbex was $2.2bn in the second quarter.",
        "Capital spending by Zorbex reached $2.2bn in the second quarter.",
        "At Zorbex, capex was $2.2bn in the second quarter.",
        "Zorbex Electronics plans to spend $2.2bn on capital expenditure in 2025.",
        "Zorbex Electronics, which makes them, now plans to spend $2.2bn on capital expenditure in 2025.",
        "Zorbex, which makes them, this month raised its capital budget for 2025 to $2.2bn.",
    ],
)
def test_the_amount_of_an_unknown_company_is_not_that_of_the_company_before(sentence: str) -> None:
    text = f"Meta spent $17bn on capital expenditure in the second quarter of 2025. {sentence}"
    assert [words for words, *_ in rows(text, "2025-08-15")] == ["$17bn"]


@pytest.mark.parametrize(
    ("sentence", "published", "period", "status"),
    [
        ("It put the full-year figure at $125bn.", "2025-11-03", Y25, "guidance"),
        ("The company put the total for the year at $125bn.", "2025-11-03", Y25, "guidance"),
        ("Analysts put the full-year figure at $125bn.", "2025-11-03", Y25, "forecast"),
        ("It put full-year capital expenditure at $131bn.", "2026-02-06", Y25, "reported"),
    ],
)
def test_the_full_year_at_which_somebody_puts_an_amount_is_planned_until_its_results_are_news(
    sentence: str, published: str, period: str, status: str
) -> None:
    text = f"Amazon spent $34bn on capital expenditure in the third quarter of 2025. {sentence}"
    figure = bind(plain_text(text), corpus_vocabulary(), date.fromisoformat(published)).figures[-1]
    assert (figure.entity, f"{figure.start}/{figure.end}", figure.status) == ("amazon", period, status)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Meta's capex in 2025 will be notably higher than the $39bn of the year before.", Y24),
        ("Meta expects capital expenditure this year to be more than the $39bn a year earlier.", Y24),
        ("Meta said capex in the third quarter of 2025 would be above the $17bn of the previous quarter.", Q2),
    ],
)
def test_an_amount_that_a_plan_without_an_amount_exceeds_is_the_result_before_it(text: str, days: str) -> None:
    (figure,) = bind(plain_text(text), corpus_vocabulary(), date(2025, 8, 15)).figures
    assert (f"{figure.start}/{figure.end}", figure.status, figure.is_base) == (days, "reported", True)


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ("in each of the remaining quarters", ["2025-09-30", "2025-12-31"]),
        ("in each remaining quarter of 2025", ["2025-09-30", "2025-12-31"]),
        ("in every one of the next three quarters", ["2025-09-30", "2025-12-31", "2026-03-31"]),
        ("a quarter for the rest of the year", ["2025-09-30", "2025-12-31"]),
        ("in each quarter of 2026", ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"]),
    ],
)
def test_an_amount_of_each_quarter_is_no_amount_of_one_period(words: str, ends: list[str]) -> None:
    text = f"Meta expects capital expenditure of at least $17bn {words}."
    reading = bind(plain_text(text), corpus_vocabulary(), date(2025, 8, 15))
    assert not reading.figures
    assert [str(end) for _, end in reading.outcomes[0].candidates] == ends


@pytest.mark.parametrize(
    ("text", "claimant"),
    [
        ("Under chief executive Andy Jassy, Amazon spent $31bn on capex in the second quarter of 2025.", "company"),
        ("The capex of Meta, whose president was in Berlin, was $17bn in the second quarter of 2025.", "company"),
        ("Meta's capex was $17bn in the second quarter of 2025, its finance chief told investors.", "executive"),
        ("Meta's capex would be $70bn in 2025, according to finance chief Susan Li.", "executive"),
    ],
)
def test_an_executive_who_says_nothing_is_not_the_claimant(text: str, claimant: str) -> None:
    (figure,) = bind(plain_text(text), corpus_vocabulary(), date(2025, 8, 15)).figures
    assert (figure.claimant, figure.is_claimant_sure) == (claimant, True)


def test_a_quarter_at_which_a_company_puts_a_plan_is_not_the_quarter_of_the_next_paragraph() -> None:
    text = (
        "Microsoft's capex was $24bn in the second quarter of 2025. It put capital expenditure for the September quarter at more than $30bn.\n\n"
        "At Amazon, capital expenditure reached $31bn in the quarter.\n"
    )
    assert rows(text, "2025-08-04")[1:] == [
        ("more than $30bn", "microsoft", "capex", Q3),
        ("$31bn", "amazon", "capex", Q2),
    ]


def test_a_rate_to_come_may_be_a_range() -> None:
    text = "Oracle's cloud revenue will rise 31% to 34% in the current quarter, it said. In the quarter before it rose 28% to $7.2 billion."
    first, second, _ = bind(plain_text(text), corpus_vocabulary(), date(2025, 12, 15)).figures
    assert (first.mention.low, first.mention.high) == (31, 34)
    assert second.mention.value == 28


def test_a_count_without_a_verb_changes_hands_as_the_one_before_it() -> None:
    text = "Tencent ordered 210,000 Hopper chips in 2024. Next came ByteDance, with 160,000."
    figures = bind(plain_text(text), corpus_vocabulary(), date(2025, 2, 1)).figures
    assert [(figure.customer, figure.flow) for figure in figures] == [("tencent", "ordered"), ("bytedance", "ordered")]


def test_a_number_of_the_family_of_a_chip_counts_chips() -> None:
    text = "Huawei will ship 700,000 of its newest Ascend 960 in 2026."
    (figure,) = bind(plain_text(text), vocabulary_of(load()), date(2026, 2, 1)).figures
    assert (figure.supplier, figure.metric) == ("huawei", "gpu_units")


def test_a_total_for_the_fiscal_year_does_not_date_what_follows_it() -> None:
    text = (
        "Microsoft spent $24bn on capex in the quarter that ended in June 2025. That brought the total for the fiscal year to $88bn."
        " Intelligent Cloud revenue was $30bn."
    )
    assert [days for _, _, _, days in rows(text, "2025-08-04")] == [Q2, "2024-07-01/2025-06-30", Q2]


def test_both_ends_of_a_replaced_range_are_replaced() -> None:
    text = "Meta expects capital expenditure of $70bn to $72bn in 2025, up from $66bn to $72bn."
    reading = bind(plain_text(text), corpus_vocabulary(), date(2025, 10, 30))
    assert [(one.mention.text, one.reason) for one in reading.outcomes if one.outcome != "used"] == [
        ("$66bn", "Guidance that another figure replaces."),
        ("$72bn", "Guidance that another figure replaces."),
    ]


def test_the_year_to_date_of_a_company_ends_with_its_last_reported_quarter() -> None:
    text = "Amazon's capital expenditure is $89 billion so far this year."
    assert rows(text, "2025-10-31") == [("$89 billion", "amazon", "capex", "2025-01-01/2025-09-30")]


def test_without_a_subject_the_company_of_the_title_is_meant() -> None:
    text = "During the first quarter of 2025, capital spending reached 27 billion yuan."
    assert rows(text, "2025-05-15", "Tencent reports results") == [("27 billion yuan", "tencent", "capex", Q1)]


def test_figures_of_one_text_that_disagree_are_doubtful_and_those_that_agree_are_not() -> None:
    def confidence(text: str) -> float:
        return bind(plain_text(text), corpus_vocabulary(), date(2025, 11, 1), lowest=0.0).figures[0].confidence

    first = "Meta's capex was $19bn in the third quarter of 2025."
    alone = confidence(first)
    assert confidence(first + " Meta's capex was $19.2bn in the third quarter of 2025.") > alone
    assert confidence(first + " Meta's capex was $31bn in the third quarter of 2025.") < alone
    assert confidence(first + " Meta's capex was $14bn in the second quarter of 2025.") == alone


@pytest.mark.parametrize(
    ("before", "speaker", "house"),
    [
        ("Goldman Sachs published a note on AI spending.", "The broker", "Goldman Sachs"),
        ("Morgan Stanley raised its estimates. Shares rose.", "The bank", "Morgan Stanley"),
        ("Goldman Sachs and UBS published notes.", "The bank", ""),
        ("Goldman Sachs published a note on AI spending.", "Analysts", ""),
        ("Shares rose.", "The bank", ""),
    ],
)
def test_a_bank_or_broker_without_its_name_is_the_house_named_before(before: str, speaker: str, house: str) -> None:
    text = f"{before} {speaker} expects Amazon to spend $125bn on capex in 2026."
    (figure,) = bind(plain_text(text), corpus_vocabulary(), date(2025, 11, 1)).figures
    assert (figure.status, figure.claimant, figure.house) == ("forecast", "analyst", house)


def test_an_executive_who_speaks_of_the_own_company_gives_guidance() -> None:
    text = "Amy Hood, Microsoft's chief financial officer, expects capital expenditure of $120bn in fiscal 2026."
    (figure,) = bind(plain_text(text), corpus_vocabulary(), date(2025, 10, 30)).figures
    assert (figure.entity, figure.status) == ("microsoft", "guidance")


LEASES = {
    "Oracle spent $12.4bn including finance leases in the quarter to August 2026, against $8.5bn a year before.": ["$12.4bn", "$8.5bn"],
    "Oracle laid out $12.4bn in the quarter to August 2026, finance leases included, up from $8.5bn a year earlier.": ["$12.4bn", "$8.5bn"],
    "With leases, Oracle spent $12.4bn in the quarter to August 2026.": ["$12.4bn"],
    "Oracle's outlay with finance leases was $12.4bn in the quarter to August 2026.": ["$12.4bn"],
    "Oracle's capex rose to $12.4bn (including finance leases) in the quarter to August 2026.": ["$12.4bn"],
    "In the quarter to August 2026 Oracle invested $3bn in a start-up and spent $12.4bn excluding finance leases.": ["$12.4bn"],
    "Oracle's debt including finance leases was $12.4bn in August 2026.": [],
    "Oracle spent $12.4bn on finance leases in the quarter to August 2026.": [],
    "Oracle spent $12.4bn, including $2bn of finance leases, on a rival in the quarter to August 2026.": [],
    "Oracle spent $12.4bn including operating leases in the quarter to August 2026.": [],
    "Oracle spent $12.4bn on a rival in the quarter to August 2026, and its debt with leases was $90bn.": [],
}  # fmt: skip


@pytest.mark.parametrize(("text", "amounts"), LEASES.items())
def test_what_is_spent_with_or_without_leases_is_capital_expenditure(text: str, amounts: list[str]) -> None:
    assert [(words, metric) for words, _, metric, _ in rows(text, "2026-09-15")] == [
        (words, "capex") for words in amounts
    ]


@pytest.mark.parametrize(
    ("verb", "sign"), [("had grown", 1), ("had risen", 1), ("has climbed", 1), ("had fallen", -1), ("has shrunk", -1)]
)
def test_a_cloud_business_that_had_grown_or_shrunk_has_growth(verb: str, sign: int) -> None:
    """Shares that fell because of it are spoken of in a clause of their own."""
    text = f"Shares fell 3 per cent, because Google Cloud {verb} 21 per cent in the second quarter of 2026."
    (figure,) = bind(plain_text(text), corpus_vocabulary(), date(2026, 7, 30)).figures
    assert (figure.entity, figure.metric, figure.measure, figure.sign, figure.mention.text) == (
        "alphabet", "cloud_revenue", "yoy_growth", sign, "21 per cent",
    )  # fmt: skip


def test_growth_of_a_cloud_business_on_a_definition_of_its_own_is_asked_about() -> None:
    text = (
        "Microsoft's shares fell 3 per cent in July 2026, because Azure, the star of the group, had grown 21 per cent."
    )
    reading = bind(plain_text(text), vocabulary_of(load()), date(2026, 7, 30), suggests=True)
    hint = next(one.suggestion for one in reading.outcomes if one.mention.text == "21 per cent")
    assert hint is not None
    assert (hint.entity, hint.metric, hint.measure, hint.is_near) == ("microsoft", "cloud_revenue", "yoy_growth", True)
    assert hint.definition == "azure_and_other_cloud_services"


COUNTS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "a supplier that builds": ("Nvidia built 620,000 H100 chips in 2024.", [("620,000", "nvidia")]),
    "a noun of production": ("Huawei's output of Ascend 910B chips came to 310,000 in 2024.", [("310,000", "huawei")]),
    "another company that builds with chips": ("Tencent built a cluster with 62,000 H100 chips in 2024.", []),
    "a phrase with up is no rise": ("Meta scooped up 310,000 H100 chips in 2024.", [("310,000", "meta")]),
    "a noun of buying behind a possessive": ("Meta's purchases of H100 chips came to 310,000 in 2024.", [("310,000", "meta")]),
    "names in brackets": (
        "Meta bought 310,000 H100 chips in 2024, followed by Oracle (140,000) and Tencent (90,000).",
        [("310,000", "meta"), ("140,000", "oracle"), ("90,000", "tencent")],
    ),
    "names behind prepositions": (
        "Meta bought 310,000 H100 chips in 2024, against 140,000 at Oracle and 90,000 at Tencent.",
        [("310,000", "meta"), ("140,000", "oracle"), ("90,000", "tencent")],
    ),
    "a list under a heading": (
        "H100 chips bought in 2024:\n- Meta: 310k\n- Oracle: 140k",
        [("310k", "meta"), ("140k", "oracle")],
    ),
    "a figure that moved": (
        "Nvidia shipped 620,000 H100 chips in 2023, Omdia says. In 2024 the figure dropped to 310,000.",
        [("620,000", "nvidia"), ("310,000", "nvidia")],
    ),
    "a count of staff behind one of chips": (
        "Nvidia shipped 620,000 H100 chips in 2024, Omdia says. Its headcount rose to 36,000 in 2024.", [("620,000", "nvidia")],
    ),
    "each of two": (
        "Nvidia shipped 620,000 H100 chips in 2024, Omdia says. Meta and Oracle received 110,000 each.",
        [("620,000", "nvidia"), ("110,000", "meta"), ("110,000", "oracle")],
    ),
    "each of two before a third": (
        "Meta and Oracle took 110,000 H100 chips apiece in 2024, and Tencent 50,000.",
        [("110,000", "meta"), ("110,000", "oracle"), ("50,000", "tencent")],
    ),
    "unknown buyers in a list": (
        "Nvidia shipped 620,000 H100 chips in 2024. The government, Norden, Vestby and Halden agreed to acquire 260,000 GPUs by 2030.",
        [("620,000", "nvidia")],
    ),
    "a total of a letter's size": ("We counted 40 halls. Oracle opened 30k of them.", []),
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTS)
def test_counts_of_chips_are_read_by_their_kind(name: str) -> None:
    text, wanted = COUNTS[name]
    assert [(words, who) for words, who, *_ in rows(text, "2025-02-14")] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Nvidia will ship 2025 volumes of 5.2 million Blackwell GPUs and 2026 volumes of 7.1 million.",
         [("5.2 million", "2025-01-01"), ("7.1 million", "2026-01-01")]),
        ("AWS grew 20% in the third quarter of 2025, Google Cloud 34% and Alibaba's cloud business 33%.",
         [("20%", "2025-07-01"), ("34%", "2025-07-01"), ("33%", "2025-07-01")]),
        ("Amazon results\n\nFull Year 2024\n\nAWS sales increased 19% to $107.6 billion.", [("19%", "2024-01-01"), ("$107.6 billion", "2024-01-01")]),
        ("AWS chalked up $33bn in the third quarter of 2025.", [("$33bn", "2025-07-01")]),
        ("Meta's outlays on property and equipment were $17bn in the second quarter of 2025.", [("$17bn", "2025-04-01")]),
        ("Meta said capex was $17bn in the second quarter of 2025. Amsterdam-based rival Zorbex reported too. It spent $2bn on capex.",
         [("$17bn", "2025-04-01")]),
        ("Alphabet lifted its 2025 capex budget from $75bn to $85bn.", [("$85bn", "2025-01-01")]),
    ],
)  # fmt: skip
def test_amounts_and_their_times_are_read_by_their_kind(text: str, wanted: list[tuple[str, str]]) -> None:
    assert [(words, period[:10]) for words, _, _, period in rows(text, "2025-11-03")] == wanted


PLAIN_KINDS: dict[str, tuple[str, str, str, list[Row]]] = {
    "a company that is not known and acts itself": (
        "Microsoft spent $24bn on capital expenditure in the June quarter of 2025.\n\nZorbex Industrial itself earmarked $3bn for capital spending.",
        "2025-08-01", "", [("$24bn", "microsoft", "capex", Q2)],
    ),
    "a company that is not known behind a participle": (
        "Oracle's capex was $9.1bn in the May quarter of 2025; Halden, listed in Oslo, expects capital expenditure of $1.2bn in 2025.",
        "2025-07-01", "", [("$9.1bn", "oracle", "capex", "2025-03-01/2025-05-31")],
    ),
    "an amount in a currency of another country": (
        "Microsoft spent $24bn on capital expenditure in the June quarter of 2025. The builder of its servers set capital spending of NT$90 billion "
        "for 2025.",
        "2025-08-01", "", [("$24bn", "microsoft", "capex", Q2)],
    ),
    "a paragraph that names nobody, behind one that only mentions another": (
        "Microsoft reported on Tuesday.\n\nAMD sells it some chips.\n\nIn the June quarter of 2025, capital expenditures were $24bn.",
        "2025-08-01", "Microsoft buys more Nvidia chips", [("$24bn", "microsoft", "capex", Q2)],
    ),
    "spending of a maker of chips that publishes none": (
        "AMD sells chips to many. It was busy: capital expenditures were $24bn in the June quarter of 2025.", "2025-08-01", "", [],
    ),
    "chips that a maker of chips would buy": (
        "Nvidia has a stake in the group. It received 120,000 GPUs in 2024, analysts believe.", "2025-03-01", "", [],
    ),
    "who takes delivery": (
        "In 2024 Meta will take delivery of 310,000 of Nvidia's Hopper GPUs.", "2024-11-01", "", [("310,000", "meta", "gpu_units", Y24)],
    ),
    "chips inside each machine": (
        "Nvidia shipped 620,000 GPUs in 2024, with 36 GPUs in each of the 500 racks for one buyer.", "2025-02-14", "",
        [("620,000", "nvidia", "gpu_units", Y24)],
    ),
    "a tranche of a contract": (
        "Meta bought 310,000 H100 chips in 2024. The first tranche of its next contract, 90,000 units, is sold at once.", "2025-02-14", "",
        [("310,000", "meta", "gpu_units", Y24)],
    ),
    "growth that names its metric behind spending": (
        "Alibaba's capex was 31bn yuan in the September quarter of 2025.\n\nWe forecast cloud growth of 36% for the December quarter of 2025.",
        "2025-11-25", "Alibaba results",
        [("31bn yuan", "alibaba", "capex", Q3), ("36%", "alibaba", "cloud_revenue", "2025-10-01/2025-12-31")],
    ),
    "a question": ("Does Meta's capex target of $70bn for 2025 still stand?", "2025-08-01", "", []),
    "a plan that a company sticks to": (
        "Microsoft is sticking to capital expenditure of $80 billion for the fiscal year that ends in June.", "2025-03-06", "",
        [("$80 billion", "microsoft", "capex", "2024-07-01/2025-06-30")],
    ),
    "a time of what an amount is compared with": (
        "Second-quarter numbers of 2022 were strong. AWS's sales went up 31% to $19bn, less than the 36% of the first quarter.", "2022-08-02", "",
        [("31%", "amazon", "cloud_revenue", "2022-04-01/2022-06-30"), ("$19bn", "amazon", "cloud_revenue", "2022-04-01/2022-06-30")],
    ),
    "a plan that a result is compared with": (
        "Oracle's capex for fiscal 2025 totalled $21bn, more than the $16bn that the company had flagged in March.", "2025-06-12", "",
        [("$21bn", "oracle", "capex", "2024-06-01/2025-05-31")],
    ),
    "chips without a noun of the maker of the chip named last": (
        "An H100 costs much.\n\nNvidia will ship 7 million this year, it shipped 5 million last year. But look at Meta. They bought 310,000 of those in 2025.",
        "2026-04-14", "",
        [("7 million", "nvidia", "gpu_units", Y26), ("5 million", "nvidia", "gpu_units", Y25), ("310,000", "meta", "gpu_units", Y25)],
    ),
    "a chip of another clause": (
        "Huawei shipped 310,000 Ascend chips in 2024, the firm said; Nvidia shipped 620,000 H20 chips.", "2025-02-14", "",
        [("310,000", "huawei", "gpu_units", Y24), ("620,000", "nvidia", "gpu_units", Y24)],
    ),
    "the company whose fiscal quarter stands behind an amount": (
        "Capex, including finance leases, came to $11.9 billion in Oracle's fiscal second quarter, its finance chief said.",
        "2025-12-11", "", [("$11.9 billion", "oracle", "capex", "2025-09-01/2025-11-30")],
    ),
    "spending and revenue side by side": (
        "An analyst's model of CoreWeave has capital spending of $16bn in 2025 on revenue of $4.2bn.", "2025-03-21", "",
        [("$16bn", "coreweave", "capex", Y25), ("$4.2bn", "coreweave", "cloud_revenue", Y25)],
    ),
    "a company that was something else": (
        "CoreWeave spent a lot. To get there the former crypto miner burnt through $7bn of capital expenditure in 2024, against $2bn in 2023.",
        "2025-03-21", "", [("$7bn", "coreweave", "capex", Y24), ("$2bn", "coreweave", "capex", Y23)],
    ),
    "a budget that was set": (
        "Oracle's capex for the current fiscal year was set at $33 billion.", "2025-11-18", "",
        [("$33 billion", "oracle", "capex", "2025-06-01/2026-05-31")],
    ),
    "growth before another clause": (
        "Tencent spent 79bn yuan on capital expenditure in 2025, 4 per cent more than in 2024, and would have spent more.", "2026-03-20", "",
        [("79bn yuan", "tencent", "capex", Y25), ("4 per cent", "tencent", "capex", Y25)],
    ),
    "a plan for the current quarter": (
        "Oracle's current-quarter total cloud revenue is expected to grow between 24% and 27%.", "2025-06-12", "",
        [("between 24% and 27%", "oracle", "cloud_revenue", "2025-06-01/2025-08-31")],
    ),
    "a part of a plan that is a quarter's amount": (
        "Meta expects capex of $140 billion in 2026. The third quarter accounted for $38 billion of that.", "2026-10-30", "",
        [("$140 billion", "meta", "capex", Y26), ("$38 billion", "meta", "capex", "2026-07-01/2026-09-30")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLAIN_KINDS)
def test_figures_of_others_and_of_other_things_are_not_read(name: str) -> None:
    text, published, title, wanted = PLAIN_KINDS[name]
    assert rows(text, published, title) == wanted
