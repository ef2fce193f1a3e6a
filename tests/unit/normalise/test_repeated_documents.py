"""Documents that repeat numbers on record: they may confirm a figure or date it earlier, and never change or remove an amount."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, product
from typing import Any

import pandas as pd
import pytest
from builders import evidence_of, filed, row

from capex_pipeline.normalise import published

pytestmark = pytest.mark.slow("computes observations of many documents in each test")

CLOUD = {"entity": "alphabet", "metric": "cloud_revenue", "definition": "google_cloud_segment", "segment": "Google Cloud",
         "unit": "USD million"}  # fmt: skip
SERIES = {
    "cloud_revenue": CLOUD,
    "capex": {"entity": "alphabet", "unit": "USD million"},
    "revenue": {"entity": "alphabet", "metric": "revenue", "definition": "total_revenue", "unit": "USD million"},
}
PERIODS = {"q1": "Q1", "q2": "Q2", "q3": "Q3", "year": "CY"}
DAYS = {"q1": (0, "04-27"), "q2": (0, "07-27"), "q3": (0, "10-26"), "year": (1, "02-03")}
"""Day of each report, with 1 for the year after the period."""
CLOUD_2022 = {"q1": "5,821", "q2": "6,276", "q3": "6,868", "year": "26,280"}
"""Google Cloud's revenue in 2022 by Alphabet's reports: the fourth quarter is 26,280 - 5,821 - 6,276 - 6,868 = 7,315."""
FOURTH_QUARTER = 7_315
SUBSETS = [set(names) for size in (1, 2, 3, 4) for names in combinations(PERIODS, size)]
REPEATS = [
    ({"q1"}, (0, "04-26")),
    ({"q1"}, (0, "04-27")),
    ({"q1"}, (1, "04-25")),
    *((names, (1, "02-03")) for names in SUBSETS),
]
"""What a document repeats and on which day: before, with and a year after the report of the first quarter, and every part of the year's
numbers with its annual report."""


def on(day: tuple[int, str], year: int = 2022) -> str:
    return f"{year + day[0]}-{day[1]}"


def reports(source_type: str = "third_party_copy", year: int = 2022) -> list[dict[str, Any]]:
    """Three quarterly reports, read in copies or themselves, and the annual report."""
    return [
        filed(f"{name} {year}", on(day, year), source_type="filing" if name == "year" else source_type)
        for name, day in DAYS.items()
    ]


def printed(
    series: str, year: int = 2022, names: Iterable[str] = PERIODS, document: str | None = None, **other: Any
) -> list[dict[str, str]]:
    """Numbers of 2022 as those of a year, each in its own report or all in one document."""
    other = {"presentation": f"alphabet FY{year} filings"} | other
    return [
        row(**SERIES[series], document=document or f"{name} {year}", period=f"{PERIODS[name]} {year}".replace("CY ", "CY"),
            value=CLOUD_2022[name], **other)
        for name in names
    ]  # fmt: skip


def amounts(documents: list[dict[str, Any]], rows: list[dict[str, str]]) -> pd.DataFrame:
    """First and latest amount in millions of each period of the company's series."""
    known = evidence_of(documents, rows).observations
    own = known[known["series"].str.endswith("/filing")]
    latest = published.latest_known(own)
    table = latest.join(published._first_reported(latest, own))
    return table.set_index(["metric_id", "period_start", "period_end"])[["value", "first_reported_amount"]] / 1e6


def fourth_quarter(table: pd.DataFrame, metric: str = "cloud_revenue", year: int = 2022) -> list[float]:
    return list(table.loc[(metric, pd.Timestamp(year, 10, 1), pd.Timestamp(year, 12, 31))])


@pytest.mark.parametrize("read_in", ["filing", "third_party_copy"])
@pytest.mark.parametrize("source_type", ["filing", "company_release", "third_party_copy"])
def test_repeating_numbers_on_record_changes_no_amount(source_type: str, read_in: str) -> None:
    """Each metric and year is one case: what is repeated, on which day, and in the presentation of which filings."""
    cases = list(
        zip(
            product(SERIES, range(2005, 2023)),
            product([None, 0, 1], REPEATS),
            strict=True,
        )
    )
    documents, rows = [], []
    for number, ((series, year), (presentation, (names, day))) in enumerate(cases):
        again = f"again {number}"
        documents += [
            *(reports(read_in, year) if series == "capex" else []),
            filed(again, on(day, year), source_type=source_type),
        ]
        label = None if presentation is None else f"alphabet FY{year + presentation} filings"
        rows += [*printed(series, year), *printed(series, year, sorted(names), again, presentation=label)]
    table = amounts(documents, rows)
    found = {(case, str(again)): fourth_quarter(table, *case) for case, again in cases}
    assert {case: values for case, values in found.items() if values != [FOURTH_QUARTER] * 2} == {}
    assert len(table) == table.index.nunique() == 5 * len(cases)


def test_the_better_document_becomes_the_evidence_of_the_quarter_that_is_derived_with_it() -> None:
    """Each quarter is copied and then stated by the company on an earlier day, so no copy is left among the operands."""
    names = ("q1", "q2", "q3")
    releases = [filed(f"release {name}", f"{on(DAYS[name])[:-2]}20", source_type="company_release") for name in names]
    repeated = [
        again
        for name in names
        for again in printed("cloud_revenue", 2022, [name], f"release {name}", presentation=None)
    ]
    known = evidence_of([*reports(), *releases], [*printed("cloud_revenue"), *repeated]).observations
    (quarter,) = known[(known["status"] == "derived") & known["value"].notna()].to_dict("records")
    assert (quarter["value"], quarter["source_type"]) == (7_315e6, "company_release")


def test_a_rounded_release_does_not_replace_the_digits_of_a_copy() -> None:
    """A release that says 5.8 billion agrees with a copy of 5,821 million; the difference keeps the copy's digits."""
    rounded = row(**{**CLOUD, "unit": "USD billion"}, document="release", period="Q1 2022", value="5.8")
    release = filed("release", "2022-04-26", source_type="company_release")
    assert fourth_quarter(amounts([*reports(), release], [*printed("cloud_revenue"), rounded])) == [FOURTH_QUARTER] * 2


@pytest.mark.parametrize(("presentation", "fourth"), [(None, [FOURTH_QUARTER]), ("alphabet FY2022 filings", [])])
def test_another_number_mixes_with_no_copy_and_corrects_only_its_own_presentation(
    presentation: str | None, fourth: list[int]
) -> None:
    """The company states 5,900 for the first quarter. On its own basis a year later, the copies still give 7,315 as first
    reported; in the filings of 2022 it corrects the copy of 5,821, and 7,236 follows."""
    recast = row(**CLOUD, document="release", period="Q1 2022", value="5,900", presentation=presentation)
    release = filed("release", "2023-04-25", source_type="company_release")
    known = evidence_of([*reports(), release], [*printed("cloud_revenue"), recast]).observations
    found = known[(known["calendar_quarter"] == "2022Q4") & known["value"].notna()]["value"] / 1e6
    assert found.tolist() == (fourth or [7_236])


def test_an_amendment_stays_an_amendment_where_a_release_printed_the_first_value_before() -> None:
    """Nine months of 600 become 620 in an amended report; the first half of 400 leaves 220 with and without an earlier release."""
    documents = [
        filed("half", "2024-08-01"), filed("nine months", "2024-11-01"), filed("amended", "2024-11-20"),
        filed("release", "2024-10-25", source_type="company_release"),
    ]  # fmt: skip
    rows = [
        row(entity="meta", unit="USD million", document=document, period=period, value=value, presentation="p")
        for document, period, value in (
            ("half", "H1 2024", "400"),
            ("nine months", "9M 2024", "600"),
            ("amended", "9M 2024", "620"),
        )
    ]
    repeated = row(entity="meta", unit="USD million", document="release", period="9M 2024", value="600")
    third = (pd.Timestamp(2024, 7, 1), pd.Timestamp(2024, 9, 30))
    for evidence in (rows, [*rows, repeated]):
        assert list(amounts(documents, evidence).loc[("capex", *third)]) == [220, 200]


@pytest.mark.parametrize("copied", ["sum of its rounded quarters", "year less nine months"])
def test_a_copy_that_differs_by_rounding_replaces_no_quarter_of_the_company(copied: str) -> None:
    """Meta's release of 1 February 2024 prints 40,111 million; figures copied in 2026 give 40,112 by their rounding."""
    company = {"entity": "meta", "metric": "revenue", "definition": "total_revenue", "unit": "USD million"}
    documents = [
        filed("release", "2024-02-01", source_type="company_release"),
        filed("copy", "2026-11-23", source_type="third_party_copy"),
    ]
    rows = [row(**company, document="release", period="Q4 2023", value="40,111", presentation="meta FY2023 filings")]
    if copied == "year less nine months":
        rows += [
            row(**company, document="copy", period=period, value=value)
            for period, value in (("9M 2023", "94,790"), ("CY2023", "134,902"))
        ]
    else:
        rows += [row(**company, document="copy", period="Q4 2023", value="40,112", status="derived")]
    known = evidence_of(documents, rows).observations
    own = known[known["series"].str.endswith("/filing") & (known["calendar_quarter"] == "2023Q4")]
    assert (own["value"] / 1e6).tolist() == [40_111]


def test_a_negative_cash_flow_of_a_quarter_is_a_value_and_negative_depreciation_is_not() -> None:
    """Oracle's cash flow of the half year to November 2021 is 1,710 after 5,392 in its first quarter, so the second quarter is -3,682."""
    periods = (("2021-06-01/2021-08-31", "5,392"), ("2021-06-01/2021-11-30", "1,710"))
    metrics = {"operating_cash_flow": "net_cash_from_operations", "depreciation": "depreciation_in_cash_flow_statement"}
    rows = [
        row(entity="oracle", metric=metric, definition=definition, unit="USD million", document="report", period=period, value=value)
        for metric, definition in metrics.items() for period, value in periods
    ]  # fmt: skip
    known = evidence_of([filed("report", "2021-12-10")], rows).observations
    second = known[known["period_start"] == pd.Timestamp(2021, 9, 1)].set_index("metric_id")
    assert second.loc["operating_cash_flow", "value"] == -3_682e6
    assert "which no quarter can be" in second.loc["depreciation", "conflict_reason"]
