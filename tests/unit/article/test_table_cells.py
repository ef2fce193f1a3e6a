"""Tables inside an article: the words of a row, of its column and of the line above give a cell its company, metric, period and unit."""

from __future__ import annotations

from datetime import date

import pytest

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.extract import bind
from capex_pipeline.article.extraction import Reading
from capex_pipeline.article.lexicon import vocabulary_of
from capex_pipeline.article.table_cells import MOST_CELLS, TableReader, find_tables
from capex_pipeline.article.tokens import tokenise
from capex_pipeline.reference import load
from capex_pipeline.sources.article_page import read_article_page

PUBLISHED = date(2026, 2, 10)
QUARTER = (date(2025, 10, 1), date(2025, 12, 31))


def read(text: str, title: str = "", published: date = PUBLISHED) -> Reading:
    return bind(plain_text(text), vocabulary_of(load()), published, title)


def told(reading: Reading) -> list[tuple[str, str, float, str, int]]:
    """Company, metric, number, unit and year of each figure."""
    return [
        (one.entity, one.metric, one.sign * (one.mention.value or 0), one.mention.unit, one.start.year)
        for one in reading.figures
    ]


def test_the_unit_stands_above_the_table_and_the_years_in_its_header() -> None:
    text = "Capital expenditure (US$ in billions)\n\n| | 2024 | 2025 |\n|---|---|---|\n| Amazon | 83.0 | 131 |\n| Meta | 39.2 | 72.2 |\n"
    assert told(read(text)) == [
        ("amazon", "capex", 83.0e9, "USD", 2024),
        ("amazon", "capex", 131e9, "USD", 2025),
        ("meta", "capex", 39.2e9, "USD", 2024),
        ("meta", "capex", 72.2e9, "USD", 2025),
    ]


def test_a_table_of_a_page_has_the_unit_of_its_caption() -> None:
    page = (
        b"<html><head><title>Spending in China</title><meta property='article:published_time' content='2025-09-01'></head><body>"
        b"<p>Two companies have reported their results.</p><table><caption>Capex, RMB in billions</caption>"
        b"<tr><th></th><th>Q1 2025</th><th>Q2 2025</th></tr><tr><td>Tencent</td><td>27.5</td><td>19.1</td></tr></table></body></html>"
    )
    article = read_article_page(page, {}, "page.html")
    figures = read(article.body, "", date(2025, 9, 1)).figures
    assert [(one.mention.value, one.mention.unit, one.start) for one in figures] == [
        (27.5e9, "CNY", date(2025, 1, 1)),
        (19.1e9, "CNY", date(2025, 4, 1)),
    ]
    assert [article.body[one.mention.start : one.mention.end] for one in figures] == ["27.5", "19.1"]


def test_companies_may_be_the_columns_and_each_row_may_state_its_unit() -> None:
    text = "| | Amazon | Meta |\n|---|---|---|\n| 2025 capex ($bn) | 131.0 | 72.2 |\n| 2025 net income ($bn) | 77.0 | 60.1 |\n"
    assert told(read(text)) == [("amazon", "capex", 131e9, "USD", 2025), ("meta", "capex", 72.2e9, "USD", 2025)]


def test_results_beside_what_was_expected() -> None:
    text = (
        "Amazon reported Q4 2025 after the close:\n\n| Metric | Actual | Expected |\n|---|---|---|\n| Revenue | $213.4B | $211.3B |\n"
        "| AWS revenue | **$35B** (+24%) | +21.4% |\n| AWS backlog | $244B (+40% YoY) | - |\n| FY 2025 revenue | $716.9B | - |\n"
        "| 2026 capex guidance | $200B | $146.6B |\n"
    )
    figures = read(text, "Amazon results", date(2026, 2, 6)).figures
    assert [(one.mention.text, one.metric, one.measure, one.start.year, one.status) for one in figures] == [
        ("$35B", "cloud_revenue", "level", 2025, "reported"),
        ("24%", "cloud_revenue", "yoy_growth", 2025, "reported"),
        ("$200B", "capex", "level", 2026, "guidance"),
    ]
    assert (figures[0].start, figures[0].end) == QUARTER


@pytest.mark.parametrize(
    "text",
    [
        "Capex in millions of Canadian dollars\n\n| | 2024 | 2025 |\n|---|---|---|\n| Amazon | 83,000 | 131,000 |\n",
        "Capex in billions\n\n| | 2024 | 2025 |\n|---|---|---|\n| Amazon | 83.0 | 131.0 |\n",
        "Capex, ¥ billion\n\n| | 2024 | 2025 |\n|---|---|---|\n| Tencent | 76.8 | 79.1 |\n",
        "Capex of Amazon, $bn\n\n| | Q1 | Q2 |\n|---|---|---|\n| Amazon | 24.3 | 31.4 |\n",
        "Capex in 2025, $bn\n\n| Company | Amount |\n|---|---|\n| Total | 410.0 |\n| Others | 17.0 |\n",
        "Capex forecasts, $bn\n\n| | 2025 capex per employee |\n|---|---|\n| Amazon | 131.0 |\n",
        "| | Cloud revenue, Q4 2025 | Change |\n|---|---|---|\n| AWS | n/a | 4% |\n",
    ],
    ids=[
        "other dollars",
        "no currency",
        "ambiguous sign",
        "no year",
        "no company",
        "other measure",
        "growth of a quarter",
    ],
)
def test_a_cell_is_left_where_its_words_do_not_say_enough(text: str) -> None:
    assert not read(text).figures


def test_a_decline_is_negative_and_a_scale_of_its_own_counts() -> None:
    text = "| 2025 capex in $ millions | Amount | YoY |\n|---|---|---|\n| Amazon | $131 billion | -8% |\n"
    assert told(read(text)) == [("amazon", "capex", 131e9, "USD", 2025), ("amazon", "capex", -8.0, "percent", 2025)]


def test_every_quantity_of_a_table_has_one_outcome_in_order() -> None:
    text = "Capex rose 8%.\n| $bn | 2024 capex | 2025 capex |\n| Meta | 39 | 72.2 |\n| Acme | 5.0 | $6 |\nMeta spent $72bn in 2025.\n"
    outcomes = read(text).outcomes
    assert [one.number for one in outcomes] == list(range(len(outcomes)))
    assert [one.mention.first for one in outcomes] == sorted({one.mention.first for one in outcomes})


def test_a_line_with_one_bar_is_prose() -> None:
    assert not find_tables(plain_text("Reuters | 5 January\nAmazon spent $131 billion."))


def test_a_table_of_data_is_not_read() -> None:
    text = "\n".join(["| 2025 capex, $bn | Amazon |", *["| Meta | 72.2 |"] * MOST_CELLS])
    plain = plain_text(text)
    table = find_tables(plain)[0]
    assert not TableReader(table, tokenise(plain), [], vocabulary_of(load()), PUBLISHED).rows


def rows(caption: str, *lines: str) -> str:
    return f"{caption}\n\n" + "\n".join(f"| {line} |" for line in lines) + "\n"


@pytest.mark.parametrize(
    "text",
    [
        rows(
            "Operating income by segment, $bn", " | Q3 2025 | Q4 2025", "AWS | 11.4 | 12.5", "Google Cloud | 3.6 | 5.3"
        ),
        rows("Backlog, $bn", " | Q4 2025", "AWS | 244.0"),
        rows(
            "Results ($ millions)", " | Q4 2025", "Net sales | ", "AWS | 35,579", "Operating income | ", "AWS | 12,466"
        ),
        rows("Capex and revenue, $bn", " | 2025", "Capex | ", "Amazon | 131.8", "Revenue | ", "Amazon | 717"),
        rows("Spending, $bn", " | 2025 AI capex | 2025 US capex", "Amazon | 83.0 | 101.8"),
        rows("Consensus capex estimates, $bn", " | 2026 | 2027", "Amazon | 200 | 230"),
        rows("Difference of capex to a year before, $bn", " | 2024 | 2025", "Amazon | 34.8 | 48.8"),
        rows("Cumulative capex, $bn", " | 2024 | 2025", "Amazon | 83.0 | 214.8"),
    ],
    ids=[
        "income",
        "backlog",
        "parts",
        "parts of companies",
        "part of capex",
        "consensus",
        "difference",
        "sum of years",
    ],
)
def test_the_line_above_or_a_row_above_may_make_another_measure_of_the_amounts(text: str) -> None:
    assert not read(text).figures


def test_the_name_of_a_cloud_business_is_its_revenue_where_the_table_says_revenue() -> None:
    text = rows("Revenue, US$ billion", " | Q3 2025 | Q4 2025", "AWS | 33.0 | 35.6")
    assert told(read(text)) == [
        ("amazon", "cloud_revenue", 33.0e9, "USD", 2025),
        ("amazon", "cloud_revenue", 35.6e9, "USD", 2025),
    ]
