"""What companies filed for a period: printed, or added up from quarters that tile it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from builders import article, evidence_of, filed, frame_of, row
from unit.reconcile.observed import observed

from capex_pipeline.reconcile.evidence import Evidence, Filed, a_year_before
from capex_pipeline.sources.ecb_rates import daily_fixings

M = 1e6
H1 = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-06-30")


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    documents = [filed("f", "2026-08-15"), article("ft", "2026-08-26")]
    rows = [
        row(period="Q1 2024", value="11,153"), row(), row(period="Q3 2024", value="17,491"),
        row(period="FY2025", value="85,972"),
        row(entity="tencent", definition="accrual_additions", period="H1 2024", value="23,088"),
        row(entity="baidu", period="Q1 2024", value="2,038"),
        row(document="ft", entity="baidu", period="Q2 2024", value="2,118"),
        row(entity="nvidia", metric="revenue", definition=None, period="FY2025 Q1", value="26,044", unit="USD million"),
        row(entity="microsoft", period="Q1 2024", value="10,952", unit="USD million"),
        row(entity="microsoft", period="Q2 2024", value="13,873", unit="USD million"),
    ]  # fmt: skip
    return Evidence(evidence_of(documents, rows).observations, daily_fixings(["CNY", "USD"]))


def test_a_half_year_over_two_fiscal_years_is_the_sum_of_its_quarters(evidence: Evidence) -> None:
    found = evidence.values("alibaba", "capex", *H1)["cash_purchases"]
    assert found.value == 23_247 * M and found.currency == "CNY" and not found.is_composite
    assert [figure.rsplit("/", 2)[1] for figure in found.figures] == ["2024-01-01", "2024-04-01"]


def test_a_printed_total_comes_before_a_sum(evidence: Evidence) -> None:
    found = evidence.values("tencent", "capex", *H1)["accrual_additions"]
    assert found.value == 23_088 * M and len(found.figures) == 1


def test_a_hole_gives_nothing_and_a_newspaper_fills_none(evidence: Evidence) -> None:
    assert evidence.values("baidu", "capex", *H1) == {}
    assert evidence.values("alibaba", "capex", pd.Timestamp("2024-01-01"), pd.Timestamp("2024-12-31")) == {}
    assert evidence.values("alibaba", "capex", pd.Timestamp("2024-02-01"), pd.Timestamp("2024-02-29")) == {}


def test_a_period_may_be_off_by_a_week_at_each_end(evidence: Evidence) -> None:
    near = pd.Timestamp("2024-01-29") - pd.Timedelta(days=3), pd.Timestamp("2024-04-28") + pd.Timedelta(days=2)
    assert evidence.values("nvidia", "revenue", *near)["as_printed"].value == 26_044 * M


def test_a_fiscal_quarter_stands_for_the_calendar_quarter_of_its_midpoint(evidence: Evidence) -> None:
    found = evidence.values("nvidia", "revenue", pd.Timestamp("2024-01-01"), pd.Timestamp("2024-03-31"))
    assert found["as_printed"].value == 26_044 * M
    assert evidence.values("nvidia", "revenue", pd.Timestamp("2024-04-01"), pd.Timestamp("2024-06-30")) == {}


def test_whether_anything_is_filed(evidence: Evidence) -> None:
    assert evidence.has_filings("alibaba", "capex") and evidence.definitions("alibaba", "capex") == {"cash_purchases"}
    assert not evidence.has_filings("bytedance", "capex") and evidence.definitions("bytedance", "capex") == set()


def test_rates_are_averages_of_the_period_and_the_last_fixing_before_a_day(evidence: Evidence) -> None:
    assert evidence.average("CNY", *H1) == pytest.approx(7.2150, abs=5e-5)
    assert evidence.closing("CNY", pd.Timestamp("2024-08-25")) == pytest.approx(
        7.1364, abs=5e-5
    )  # a Sunday: Friday's fixing
    assert evidence.average("TWD", *H1) is None
    assert evidence.average("CNY", pd.Timestamp("2030-01-01"), pd.Timestamp("2030-03-31")) is None


def test_a_value_is_translated_at_the_average_of_its_own_period(evidence: Evidence) -> None:
    found = evidence.values("alibaba", "capex", *H1)["cash_purchases"]
    converted = evidence.converted(found, "USD", *H1)
    assert (
        converted is not None
        and converted.value == pytest.approx(23_247 * M / 7.2150, rel=1e-5)
        and converted.currency == "USD"
    )
    assert evidence.converted(found, "CNY", *H1) is found
    assert evidence.converted(found, "TWD", *H1) is None


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (("2024-01-01", "2024-06-30"), ("2023-01-01", "2023-06-30")),
        (("2024-02-01", "2024-02-29"), ("2023-02-01", "2023-02-28")),
        (("2025-02-01", "2025-02-28"), ("2024-02-01", "2024-02-29")),
        (("2024-04-29", "2024-07-28"), ("2023-04-29", "2023-07-28")),
    ],
)
def test_a_year_earlier_ends_with_its_month_too(period: tuple[str, str], before: tuple[str, str]) -> None:
    assert a_year_before(*map(pd.Timestamp, period)) == tuple(map(pd.Timestamp, before))


Q1, Q2 = ("2024-01-01", "2024-03-31"), ("2024-04-01", "2024-06-30")


def known(*rows: dict[str, Any]) -> Evidence:
    """Evidence of observations made directly; quarters bear the label of their calendar quarter."""
    labelled = [
        {
            "calendar_quarter": f"{one['period_start'].year}Q{one['period_start'].quarter}"
            if one["period_type"] == "quarter"
            else None
        }
        | one
        for one in rows
    ]
    return Evidence(frame_of("observations", *labelled), daily_fixings(["CNY", "EUR", "USD"]))


def found_in(evidence: Evidence, period: tuple[str, str]) -> Filed | None:
    return evidence.values("x", "x", *map(pd.Timestamp, period)).get("cash_purchases")


@pytest.mark.parametrize(("off", "is_found"), [(7, True), (8, False), (-7, True), (-8, False)])
@pytest.mark.parametrize("end", [0, 1])
def test_a_week_is_the_most_that_a_printed_period_may_be_off(off: int, is_found: bool, end: int) -> None:
    period = ["2024-02-05", "2024-06-20"]
    evidence = known(observed(10, ("2024-02-05", "2024-06-20"), "a", period_type="other"))
    period[end] = str((pd.Timestamp(period[end]) + pd.Timedelta(days=off)).date())
    assert (found_in(evidence, (period[0], period[1])) is not None) is is_found


@pytest.mark.parametrize(("off", "tiles"), [(7, True), (8, False), (-7, True), (-8, False)])
@pytest.mark.parametrize("end", [0, 1])
def test_a_week_is_the_most_that_quarters_may_miss_of_a_half(off: int, tiles: bool, end: int) -> None:
    evidence = known(observed(10, Q1, "a"), observed(20, Q2, "b"))
    period = ["2024-01-01", "2024-06-30"]
    period[end] = str((pd.Timestamp(period[end]) + pd.Timedelta(days=off)).date())
    found = found_in(evidence, (period[0], period[1]))
    assert (found.value if found else None) == (30e6 if tiles else None)


@pytest.mark.parametrize(
    "changed",
    [
        {"is_latest": False, "known_to": pd.Timestamp("2025-01-01")},
        {"source_type": "article"},
        {"status": "guidance"},
        {"status": "estimate"},
        {"value": None, "conflict_reason": "x"},
        {"entity_id": "other"},
        {"metric_id": "other"},
    ],
)
def test_only_the_latest_actual_figures_of_the_company_are_evidence(changed: dict[str, Any]) -> None:
    evidence = known(observed(10, Q1, "a") | changed)
    assert found_in(evidence, Q1) is None
    assert found_in(known(observed(10, Q1, "a"), observed(99, Q1, "b") | changed), Q1).value == 10e6  # type: ignore[union-attr]


def test_printed_comes_before_derived_and_the_later_of_two_before_the_earlier() -> None:
    printed = observed(10, Q1, "a", known_from=pd.Timestamp("2024-05-01"))
    derived = observed(11, Q1, "b", status="derived", known_from=pd.Timestamp("2024-08-01"))
    later = observed(12, Q1, "c", known_from=pd.Timestamp("2024-06-01"))
    second = observed(20, Q2, "d", known_from=pd.Timestamp("2024-06-01"))
    for rows in ([printed, derived], [derived, printed]):
        found, half = (found_in(known(*rows, second), period) for period in (Q1, ("2024-01-01", "2024-06-30")))
        assert found is not None and (found.value, found.figures) == (10e6, ("a",))
        assert half is not None and (half.value, half.figures) == (30e6, ("a", "d"))
    for rows in ([printed, later, derived], [derived, later, printed]):
        found, half = (found_in(known(*rows, second), period) for period in (Q1, ("2024-01-01", "2024-06-30")))
        assert found is not None and (found.value, found.figures) == (12e6, ("c",))
        assert half is not None and (half.value, half.figures) == (32e6, ("c", "d"))


def test_quarters_in_two_currencies_are_not_added_up() -> None:
    assert (
        found_in(known(observed(10, Q1, "a"), observed(20, Q2, "b", currency="CNY")), ("2024-01-01", "2024-06-30"))
        is None
    )


def test_a_figure_behind_both_quarters_is_named_once_and_quarters_in_their_order() -> None:
    rows = observed(20, Q2, "half|q1", status="derived"), observed(10, Q1, "q1")
    found = found_in(known(*rows), ("2024-01-01", "2024-06-30"))
    assert found is not None and found.figures == ("q1", "half")


def test_what_a_company_never_prints_itself_is_our_own_sum() -> None:
    """One printed quarter on the definition is enough: then the company states it."""
    derived = observed(10, Q1, "a|b", status="derived")
    found = found_in(known(derived), Q1)
    assert found is not None and found.is_composite
    for other in ({}, {"metric_id": "other"}, {"value": 3e6}):
        found = found_in(known(derived, observed(20, Q2, "c") | other), Q1)
        assert found is not None and not found.is_composite
    for other in ({"entity_id": "other"}, {"definition_id": "other"}):
        found = found_in(known(derived, observed(20, Q2, "c") | other), Q1)
        assert found is not None and found.is_composite


def test_a_value_goes_through_the_dollar_between_two_other_currencies() -> None:
    """By hand: 100 euro at the period's euro per dollar are dollars, and those at its yuan per dollar are yuan."""
    evidence = known(observed(100, Q1, "a", currency="EUR"))
    found = found_in(evidence, Q1)
    period = tuple(map(pd.Timestamp, Q1))
    assert found is not None
    euro, yuan = evidence.average("EUR", *period), evidence.average("CNY", *period)
    assert euro is not None and yuan is not None and 0.85 < euro < 0.98 and 7 < yuan < 7.4
    converted = evidence.converted(found, "CNY", *period)
    assert converted is not None and converted.value == pytest.approx(100e6 / euro * yuan)
    assert (converted.currency, converted.definition_id, converted.figures) == ("CNY", "cash_purchases", ("a",))
    nowhere = Filed("cash_purchases", 1.0, None, (), False)
    assert evidence.converted(nowhere, "CNY", *period) is nowhere
    assert evidence.converted(found, "TWD", *period) is None
    unknown = Filed("cash_purchases", 1.0, "TWD", (), False)
    assert evidence.converted(unknown, "CNY", *period) is None


def test_one_evidence_is_asked_for_several_metrics_and_periods() -> None:
    """What was answered before is another metric's, or a period's with the same first or last day."""
    half = "2024-01-01", "2024-06-30"
    evidence = known(
        observed(10, Q1, "a"), observed(20, Q2, "b"), observed(700, Q1, "c", metric_id="revenue"),
        observed(900, Q2, "d", metric_id="revenue"),
    )  # fmt: skip
    for _ in range(2):
        for metric, values in (("x", (10e6, 20e6, 30e6)), ("revenue", (700e6, 900e6, 1_600e6))):
            for period, value in zip((Q1, Q2, half), values, strict=True):
                found = evidence.values("x", metric, *map(pd.Timestamp, period))
                assert found["cash_purchases"].value == value


def test_one_evidence_is_asked_for_rates_of_several_periods() -> None:
    daily = daily_fixings(["CNY", "USD"])
    evidence = Evidence(frame_of("observations", observed(10, Q1, "a")), daily)
    for _ in range(2):
        for start, end in (("2024-01-01", "2024-06-30"), Q1, Q2):
            inside = daily[(daily["currency"] == "CNY") & daily["date"].between(start, end)]
            assert evidence.average("CNY", pd.Timestamp(start), pd.Timestamp(end)) == pytest.approx(
                inside["rate"].mean()
            )


def test_definitions_come_in_order_and_of_equal_rows_the_first_counts() -> None:
    """However many rows there are, and in whatever order their definitions come."""
    names = [f"definition_{number:02}" for number in range(30)]
    rows = [
        observed(value, Q1, name, definition_id=name) for value, step in ((10, -1), (11, 1), (12, -1)) for name in names[::step]
    ]  # fmt: skip
    found = known(*rows).values("x", "x", *map(pd.Timestamp, Q1))
    assert list(found) == names
    assert {filed.value for filed in found.values()} == {10e6}


@pytest.mark.parametrize(
    "behind", [{"status": "derived"}, {"known_from": pd.Timestamp("2024-04-01")}], ids=lambda changed: next(iter(changed))
)  # fmt: skip
def test_neither_days_nor_size_decide_between_two_rows_of_a_period(behind: dict[str, Any]) -> None:
    """The row that counts begins and ends a day before the one that is derived, or was said earlier."""
    rows = [
        observed(10, Q1, "a", known_from=pd.Timestamp("2024-05-01")),
        observed(99, ("2024-01-02", "2024-04-01"), "b", known_from=pd.Timestamp("2024-05-01")) | behind,
        observed(20, Q2, "c", known_from=pd.Timestamp("2024-08-01")),
    ]
    for ordered in (rows, rows[::-1]):
        found, half = (found_in(known(*ordered), period) for period in (Q1, ("2024-01-01", "2024-06-30")))
        assert found is not None and (found.value, found.figures) == (10e6, ("a",))
        assert half is not None and (half.value, half.figures) == (30e6, ("a", "c"))
