"""Kinds of sentences found in public prose: companies as in life, numbers and sentences invented, readings by hand."""

from __future__ import annotations

from datetime import date

import pytest
from corpus.reading import corpus_vocabulary

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.extract import bind

Row = tuple[str, str, str, str]
"""Words, entity, metric, first and last day."""
Q1, Q2, Q3 = "2025-01-01/2025-03-31", "2025-04-01/2025-06-30", "2025-07-01/2025-09-30"
Y23, Y24, Y25 = "2023-01-01/2023-12-31", "2024-01-01/2024-12-31", "2025-01-01/2025-12-31"


def rows(text: str, published: str, title: str = "") -> list[Row]:
    reading = bind(plain_text(text), corpus_vocabulary(), date.fromisoformat(published), title)
    return [
        (figure.mention.text, figure.entity, figure.metric, f"{figure.start}/{figure.end}")
        for figure in reading.figures
    ]


CASES: dict[str, tuple[str, str, list[Row]]] = {
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
    "a count by the end of a month has no first day": (
        "Nvidia had shipped 400,000 H20 chips by the end of July 2025.", "2025-08-30", [],
    ),
    "a rate per quarter": (
        "Meta spends more than $10 billion a quarter on capex.", "2025-11-14", [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_prose_is_read_by_its_grammar(name: str) -> None:
    text, published, wanted = CASES[name]
    assert rows(text, published) == wanted


def test_a_line_that_is_wrapped_is_read_as_one() -> None:
    text = "AWS sales rose to $25.0\nbillion in the first\nquarter of 2025."
    assert rows(text, "2025-05-02") == [("$25.0\nbillion", "amazon", "cloud_revenue", Q1)]


def test_the_year_to_date_of_a_company_ends_with_its_last_reported_quarter() -> None:
    text = "Amazon's capital expenditure is $89 billion so far this year."
    assert rows(text, "2025-10-31") == [("$89 billion", "amazon", "capex", "2025-01-01/2025-09-30")]


def test_without_a_subject_the_company_of_the_title_is_meant() -> None:
    text = "During the first quarter of 2025, capital spending reached 27 billion yuan."
    assert rows(text, "2025-05-15", "Tencent reports results") == [("27 billion yuan", "tencent", "capex", Q1)]
