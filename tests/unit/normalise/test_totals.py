"""Parts against printed totals."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from builders import article, evidence_of, filed, frame_of, row
from unit.reconcile.observed import observed

from capex_pipeline.normalise.totals import quarters_against_totals, unexplained

pytestmark = pytest.mark.slow("computes observations from rows of its own in each test")

YEARS = {
    # Alibaba's fiscal years as its annual reports print them, and the quarters of its announcements, million yuan
    2023: ("34,330", ("11,843", "12,112", "6,897", "3,478")),
    2024: ("32,087", ("6,927", "5,150", "8,857", "11,153")),
    2025: ("85,972", ("12,094", "17,491", "31,775", "24,612")),
    2026: ("126,063", ("38,676", "31,501", "28,999", "26,887")),
}


def table(*rows: dict[str, str]) -> pd.DataFrame:
    return quarters_against_totals(
        evidence_of([filed("f", "2026-06-25"), article("ft", "2026-06-26")], rows).observations
    )


def quarter_rows(year: int, values: tuple[str, ...], **more: str) -> list[dict[str, str]]:
    return [row(period=f"FY{year} Q{number}", value=value) | more for number, value in enumerate(values, start=1)]


def test_alibabas_quarters_add_up_to_its_printed_years() -> None:
    rows = [
        one
        for year, (total, values) in YEARS.items()
        for one in [row(period=f"FY{year}", value=total), *quarter_rows(year, values)]
    ]
    found = table(*rows)
    assert (found["printed"] / 1e6).tolist() == [34_330, 32_087, 85_972, 126_063]
    assert found["difference"].tolist() == [0, 0, 0, 0]
    assert found["agrees"].all()


def test_rounding_of_every_number_is_allowed_and_no_more() -> None:
    """Half a million for each of four quarters and the total: 2.5 million. The same quarters against five totals."""
    totals = {2021: "85,972", 2022: "85,974", 2023: "85,975", 2024: "86,972", 2025: "85,969"}
    rows = [
        one
        for year, total in totals.items()
        for one in [row(period=f"FY{year}", value=total), *quarter_rows(year, YEARS[2025][1])]
    ]
    found = table(*rows)
    assert found["agrees"].tolist() == [True, True, False, False, False]
    assert (found["difference"] / 1e6).tolist() == [0, -2, -3, -1_000, 3]


def test_a_total_with_a_hole_is_not_compared() -> None:
    assert table(row(period="FY2025", value="85,972"), *quarter_rows(2025, YEARS[2025][1][:2])).empty


def test_a_quarter_derived_from_the_total_proves_nothing() -> None:
    assert table(
        row(period="FY2025", value="85,972", presentation="p"),
        *quarter_rows(2025, YEARS[2025][1][:3], presentation="p"),
    ).empty


def test_halves_and_nine_months_are_compared_too() -> None:
    found = table(
        row(period="FY2025 H1", value="29,585"),
        row(period="FY2025 9M", value="61,360"),
        *quarter_rows(2025, YEARS[2025][1]),
    )
    assert found["agrees"].tolist() == [True, True]


def test_other_definitions_and_claims_take_no_part() -> None:
    rows = quarter_rows(2025, YEARS[2025][1])
    assert table(row(period="FY2025", value="80,000", definition="fcf_deduction"), *rows).empty
    assert table(row(document="ft", period="FY2025", value="86", unit="billion yuan"), *rows).empty


def test_a_reviewed_difference_is_explained_until_it_is_mended() -> None:
    found = table(row(period="FY2025", value="86,972"), *quarter_rows(2025, YEARS[2025][1]))
    key = ["entity_id", "metric_id", "definition_id", "period_start", "period_end"]
    known = found[key].assign(reason="a misprint")
    still, mended = unexplained(found, known.iloc[:0])
    assert len(still) == 1 and mended.empty
    still, mended = unexplained(found, known)
    assert still.empty and mended.empty
    right = table(row(period="FY2025", value="85,972"), *quarter_rows(2025, YEARS[2025][1]))
    still, mended = unexplained(right, known)
    assert still.empty and len(mended) == 1


QUARTERS = [("2024-01-01", "2024-03-31"), ("2024-04-01", "2024-06-30"), ("2024-07-01", "2024-09-30"), ("2024-10-01", "2024-12-31")]  # fmt: skip


def compared(*rows: dict[str, Any]) -> pd.DataFrame:
    return quarters_against_totals(frame_of("observations", *rows))


def a_year(
    total: float = 100.0, quarters: tuple[float, ...] = (10, 20, 30, 40), **changed: Any
) -> list[dict[str, Any]]:
    """A year and its quarters."""
    parts = [
        observed(value, period, f"q{number}", **changed)
        for number, (value, period) in enumerate(zip(quarters, QUARTERS, strict=True))
    ]
    return [observed(total, ("2024-01-01", "2024-12-31"), "year", **changed), *parts]


@pytest.mark.parametrize(
    "beside",
    [
        {"is_latest": False, "known_to": pd.Timestamp("2025-06-30")},
        {"source_type": "article"},
        {"source_type": "estimate"},
        {"status": "guidance"},
        {"unit": "count"},
        {"is_stock": True},
        {"value": None, "conflict_reason": "x"},
        {"definition_id": "fcf_deduction"},
        {"currency": "EUR"},
        {"entity_id": "other"},
        {"metric_id": "other"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_only_the_latest_own_money_flows_of_one_series_are_added_up(beside: dict[str, Any]) -> None:
    """A second set of quarters that is none of these is neither part nor total."""
    other = [one | beside | ({} if "value" in beside else {"value": 77e6}) for one in a_year()]
    found = compared(
        *a_year(),
        *(one | {"derived_from": f"other {one['series']}", "series": f"other {one['series']}"} for one in other),
    )
    mine = found[
        (found["definition_id"] == "cash_purchases") & (found["currency"] == "USD") & (found["printed"] == 100e6)
    ]
    assert mine["quarters"].tolist() == [100e6]
    assert mine["agrees"].all()


def test_a_total_is_a_printed_one() -> None:
    assert compared(a_year()[0] | {"status": "derived"}, *a_year()[1:]).empty


def test_derived_quarters_count_and_printed_ones_come_before_them() -> None:
    total, *parts = a_year()
    first, *others = parts
    sums = [one | {"status": "derived"} for one in parts]
    assert compared(total, *sums)["difference"].tolist() == [0]
    wrong = first | {"status": "derived", "value": 11e6, "derived_from": "z"}
    for rows in ([wrong, first], [first, wrong]):
        assert compared(total, *rows, *others)["difference"].tolist() == [0]


def test_a_right_copy_does_not_hide_a_wrong_quarter_of_the_company_itself() -> None:
    total, first, *others = a_year()
    wrong = first | {"value": 60e6, "series": "own", "derived_from": "own"}
    copy = first | {"source_type": "third_party_copy", "series": "copy", "derived_from": "copy"}
    for rows in ([wrong, copy], [copy, wrong]):
        assert compared(total, *rows, *others)["difference"].tolist() == [50e6]


def test_quarters_whose_days_are_not_agreed_are_not_added_up() -> None:
    """One quarter with two last days is two parts; which is meant is not known."""
    total, *parts = a_year()
    twice = parts[0] | {"period_end": pd.Timestamp("2024-03-30"), "derived_from": "q0 again"}
    assert compared(total, *parts, twice).empty
    begins = parts[0] | {"period_start": pd.Timestamp("2024-01-02"), "derived_from": "q0 again"}
    assert compared(total, *parts, begins).empty


def test_a_quarter_over_the_end_of_the_total_is_no_part_of_it() -> None:
    total, *parts = a_year()
    later = parts[3] | {"period_start": pd.Timestamp("2024-10-02"), "period_end": pd.Timestamp("2025-01-01")}
    earlier = parts[0] | {"period_start": pd.Timestamp("2023-12-31"), "period_end": pd.Timestamp("2024-03-30")}
    assert compared(total, *parts[:3], later).empty
    assert compared(total, earlier, *parts[1:]).empty


def test_one_quarter_that_rests_on_the_total_makes_the_sum_worthless() -> None:
    total, *parts = a_year()
    assert compared(total, *parts[:3], parts[3] | {"status": "derived", "derived_from": "year|nine"}).empty
    assert len(compared(total, *parts[:3], parts[3] | {"status": "derived", "derived_from": "yearly|nine"})) == 1


@pytest.mark.parametrize(("off", "agrees"), [(3, True), (4, False), (-3, True), (-4, False)])
def test_without_a_printed_step_whole_units_are_meant(off: int, agrees: bool) -> None:
    """Five numbers printed to the unit may be half a unit off each, and half a unit is for the arithmetic: 3 of 2.5 + 0.5."""
    quarters = tuple(value + 3e-6 for value in (10, 20, 30, 40))
    found = compared(*a_year(100 + (12 + off) / 1e6, quarters, printed_step=None))
    assert found["allowed"].tolist() == [2.5]
    assert found["difference"].tolist() == [-off]
    assert found["agrees"].tolist() == [agrees]


def test_what_is_printed_coarsely_is_compared_coarsely() -> None:
    """A year in tens of millions beside quarters in millions: 5 + 4 x 0.5."""
    rows = a_year(103.0, (10, 20, 30, 43))
    found = compared(rows[0] | {"value": 110e6, "printed_step": 1e7}, *rows[1:])
    assert found["allowed"].tolist() == [7e6]
    assert found[["printed", "quarters", "difference", "agrees", "derived_from"]].to_numpy().tolist() == [
        [110e6, 103e6, -7e6, True, "year"]
    ]


@pytest.mark.parametrize("step", [1.0, None])
def test_numbers_tagged_to_the_unit_are_as_coarse_as_their_zeros_say(step: float | None) -> None:
    """A filing tags 102,000,000 and states no scale, or the unit; it prints 102 million: half a million for each of five numbers."""
    found = compared(*a_year(102.0, printed_step=step), *a_year(103.0, printed_step=step, entity_id="y"))
    assert found["allowed"].tolist() == [2.5e6, 2.5e6]
    assert found["difference"].tolist() == [-2e6, -3e6]
    assert found["agrees"].tolist() == [True, False]


def test_totals_come_in_the_order_of_their_series_and_periods() -> None:
    half = observed(30, ("2024-01-01", "2024-06-30"), "half")
    rows = [*a_year(entity_id="y"), half, *a_year(), *a_year(50.0, (5, 10, 15, 20), metric_id="a")]
    for ordered in (rows, rows[::-1]):
        found = compared(*ordered)
        assert found[["entity_id", "metric_id"]].to_numpy().tolist() == [["x", "a"], ["x", "x"], ["x", "x"], ["y", "x"]]
        assert found["period_end"].dt.month.tolist() == [12, 6, 12, 12]
        assert found["printed"].tolist() == [50e6, 30e6, 100e6, 100e6] and found["agrees"].all()


def test_a_reason_for_another_period_or_definition_explains_nothing() -> None:
    found = compared(*a_year(200.0))
    key = ["entity_id", "metric_id", "definition_id", "period_start", "period_end"]
    known = found[key].assign(reason="a misprint")
    for column in key:
        other = known.copy()
        other[column] = other[column] + pd.Timedelta(days=1) if "period" in column else "another"
        assert len(unexplained(found, other)[0]) == 1
        assert unexplained(found.assign(agrees=True), other)[1].empty
    assert unexplained(found.assign(agrees=True), known.iloc[:0])[0].empty
    assert list(unexplained(found, known.iloc[:0])[0].columns) == list(found.columns)
