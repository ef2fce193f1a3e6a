"""Period labels and dates: what is read, what is refused, and the kinds of period."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capex_pipeline.values.fiscal_calendar import FiscalCalendar
from capex_pipeline.values.periods import (
    Period,
    PeriodError,
    calendar_quarter,
    parse_day,
    parse_period,
    period_type,
    resolve_periods,
)

NVIDIA = FiscalCalendar(1, "last_sunday", "nvidia")
ALIBABA = FiscalCalendar(3, "month_end", "alibaba")


@pytest.mark.parametrize(
    ("label", "start", "end"),
    [
        ("FY2025 Q1", "2024-04-01", "2024-06-30"),
        ("FY25Q1", "2024-04-01", "2024-06-30"),
        ("FY25 Q1", "2024-04-01", "2024-06-30"),
        ("Q1 FY2025", "2024-04-01", "2024-06-30"),
        ("fy2025-q1", "2024-04-01", "2024-06-30"),
        ("FY2024", "2023-04-01", "2024-03-31"),
        ("FY2024 H1", "2023-04-01", "2023-09-30"),
        ("FY2024 9M", "2023-04-01", "2023-12-31"),
        ("FY2026-FY2028", "2025-04-01", "2028-03-31"),
        ("FY2026–FY2028", "2025-04-01", "2028-03-31"),
        ("Q2 2024", "2024-04-01", "2024-06-30"),
        ("2024Q2", "2024-04-01", "2024-06-30"),
        ("2024-Q2", "2024-04-01", "2024-06-30"),
        ("2Q 2024", "2024-04-01", "2024-06-30"),
        ("CY2024 Q2", "2024-04-01", "2024-06-30"),
        ("H1 2024", "2024-01-01", "2024-06-30"),
        ("9M 2024", "2024-01-01", "2024-09-30"),
        ("CY2024", "2024-01-01", "2024-12-31"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-2026", "2024-01-01", "2026-12-31"),
        ("2024-01", "2024-01-01", "2024-01-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("February 2024", "2024-02-01", "2024-02-29"),
        ("Dec 2023", "2023-12-01", "2023-12-31"),
        ("2024-01-01/2024-06-30", "2024-01-01", "2024-06-30"),
        (" 2024-01-01 / 2024-06-30 ", "2024-01-01", "2024-06-30"),
        ("1990", "1990-01-01", "1990-12-31"),
        ("2100", "2100-01-01", "2100-12-31"),
        ("1990-01", "1990-01-01", "1990-01-31"),
        ("2100-12", "2100-12-01", "2100-12-31"),
        ("1990-01-01/2100-12-31", "1990-01-01", "2100-12-31"),
    ],
)
def test_labels_are_read_as_periods(label: str, start: str, end: str) -> None:
    assert parse_period(label, ALIBABA) == Period(date.fromisoformat(start), date.fromisoformat(end))


def test_a_day_is_an_instant() -> None:
    day = date(2024, 8, 26)
    assert parse_period("2024-08-26") == Period(day, day, is_instant=True)


def test_one_label_means_other_dates_in_another_calendar() -> None:
    # Nvidia's second quarter of fiscal 2025 ended on 28 July 2024.
    assert parse_period("FY2025 Q2", NVIDIA) == Period(date(2024, 4, 29), date(2024, 7, 28))
    assert parse_period("FY2025 Q2", ALIBABA) == Period(date(2024, 7, 1), date(2024, 9, 30))
    # A label without FY is calendar time whoever speaks.
    assert parse_period("Q2 2024", NVIDIA) == parse_period("Q2 2024", ALIBABA)


@pytest.mark.parametrize(
    ("label", "rule"),
    [
        ("", "missing_period"),
        ("next year", "unknown_period"),
        ("Q5 2024", "unknown_period"),
        ("FY2024-25", "unknown_period"),
        ("2024 " * 20, "unknown_period"),
        ("FY2025 Q1", "fiscal_calendar_missing"),
        ("FY2026-FY2028", "fiscal_calendar_missing"),
        ("2024-13", "impossible_date"),
        ("2024-00", "impossible_date"),
        ("1989-12", "impossible_date"),
        ("January 2101", "impossible_date"),
        ("2024-02-30", "impossible_date"),
        ("2023-02-29/2023-03-31", "impossible_date"),
        ("1989", "impossible_date"),
        ("CY2101", "impossible_date"),
        ("0202-08-26", "impossible_date"),
        ("2024-06-30/2024-01-01", "period_ends_before_it_starts"),
        ("2026-2024", "period_ends_before_it_starts"),
    ],
)
def test_labels_that_would_be_guesses_are_refused(label: str, rule: str) -> None:
    with pytest.raises(PeriodError) as caught:
        parse_period(label)
    assert caught.value.rule == rule


def test_other_ways_to_write_a_day_are_refused() -> None:
    with pytest.raises(PeriodError) as caught:
        parse_day("26/08/2024")
    assert caught.value.rule == "unknown_period"


def test_spaces_around_a_day_are_no_part_of_it() -> None:
    assert parse_day(" 2024-08-26 ") == date(2024, 8, 26)


def _resolve(*rows: tuple[str | None, str | None, str | None, str | None]) -> pd.DataFrame:
    names = ["period", "period_start", "period_end", "calendar_id"]
    frame = pd.DataFrame(list(rows), columns=names, index=range(10, 10 + len(rows))).astype("str")
    return resolve_periods(frame, {"nvidia": NVIDIA})


def test_label_and_dates_that_agree() -> None:
    read = _resolve(
        ("FY2025 Q1", None, None, "nvidia"),
        # Month ends printed for a year of weeks: the dates win.
        ("FY2025 Q1", "2024-02-01", "2024-04-30", "nvidia"),
        (None, "2024-01-01", "2024-06-30", None),
        (None, "2024-08-26", "2024-08-26", None),
        ("2024-08-26", None, None, None),
    )
    assert read["problem"].isna().all()
    assert read["period_start"].dt.strftime("%Y-%m-%d").tolist() == [
        "2024-01-29", "2024-02-01", "2024-01-01", "2024-08-26", "2024-08-26",
    ]  # fmt: skip
    assert read["period_end"].dt.strftime("%Y-%m-%d").tolist()[:3] == ["2024-04-28", "2024-04-30", "2024-06-30"]
    assert read["is_instant"].tolist() == [False, False, False, True, True]
    assert read.index.tolist() == [10, 11, 12, 13, 14]
    assert (read["period_start"].dtype, read["is_instant"].dtype) == ("datetime64[us]", bool)
    assert (read[["problem_rule", "problem_column", "problem"]].dtypes == "str").all(), "also where every row is fine"


@pytest.mark.parametrize(
    ("start", "end", "agrees"),
    [
        ("2024-01-08", "2024-06-30", True), ("2024-01-09", "2024-06-30", False),
        ("2024-01-01", "2024-07-07", True), ("2024-01-01", "2024-07-08", False),
        ("2023-12-25", "2024-06-23", True), ("2023-12-24", "2024-06-22", False),
    ],
)  # fmt: skip
def test_label_and_dates_may_be_a_week_apart_at_each_end(start: str, end: str, agrees: bool) -> None:
    read = _resolve(("H1 2024", start, end, None))
    assert read["problem_rule"].fillna("-").tolist() == ["-" if agrees else "period_disagrees"]


@pytest.mark.parametrize(
    ("row", "rule", "column"),
    [
        (("FY2025 Q1", "2024-04-01", "2024-06-30", "nvidia"), "period_disagrees", "period"),
        (("2024-08-26", "2024-08-20", "2024-08-26", None), "period_disagrees", "period"),
        (("FY2025 Q1", "2024-01-29", "2024-04-28", "unheard"), "fiscal_calendar_missing", "period"),
        (("soon", "2024-01-29", "2024-04-28", "nvidia"), "unknown_period", "period"),
        ((None, None, None, "nvidia"), "missing_period", "period"),
        ((None, "2024-01-01", None, None), "period_incomplete", "period_end"),
        (("2024", None, "2024-12-31", None), "period_incomplete", "period_start"),
        ((None, "2024-01-01", "2024-06-31", None), "impossible_date", "period_end"),
        ((None, "1 January 2024", "2024-06-30", None), "unknown_period", "period_start"),
        ((None, "2024-06-30", "2024-01-01", None), "period_ends_before_it_starts", "period_end"),
    ],
)
def test_rows_that_break_a_rule(
    row: tuple[str | None, str | None, str | None, str | None], rule: str, column: str
) -> None:
    read = _resolve(("2024", None, None, None), row)
    assert read["problem_rule"].isna().tolist() == [True, False]
    assert (read["problem_rule"].iloc[1], read["problem_column"].iloc[1]) == (rule, column)
    assert read[["period_start", "period_end"]].iloc[1].isna().all()
    assert not read["is_instant"].iloc[1]


def test_no_rows_resolve_to_no_rows() -> None:
    assert _resolve().empty


def _dates(*days: str | None) -> pd.Series:
    return pd.Series(list(days), dtype="datetime64[us]")


def test_period_types_of_real_periods() -> None:
    # Nvidia: a 14-week quarter and a 53-week year. Oracle: nine months in a leap year. A trailing month pair. A day.
    start = _dates("2015-10-26", "2015-01-26", "2023-06-01", "2018-01-01", "2024-06-30", "2024-01-01", None)
    end = _dates("2016-01-31", "2016-01-31", "2024-02-29", "2018-02-28", "2024-06-30", "2024-06-30", "2024-06-30")
    kinds = period_type(start, end)
    assert kinds.fillna("-").tolist() == ["quarter", "year", "nine_months", "other", "other", "half_year", "-"]
    assert kinds.dtype == period_type(_dates(None), _dates(None)).dtype == "str"


def test_calendar_quarter_goes_by_the_middle_day() -> None:
    # Nvidia's fourth quarter of fiscal 2025 ends in January and belongs to the last quarter of 2024; Oracle's second
    # quarter, September to November, to the fourth; half a year to none.
    start = _dates("2024-10-28", "2024-09-01", "2024-04-01", "2024-01-01", None)
    end = _dates("2025-01-26", "2024-11-30", "2024-06-30", "2024-06-30", None)
    quarters = calendar_quarter(start, end)
    assert quarters.fillna("-").tolist() == ["2024Q4", "2024Q4", "2024Q2", "-", "-"]
    assert quarters.dtype == "str"


days = st.dates(date(1995, 1, 1), date(2095, 1, 1))


@given(days, st.integers(0, 800))
def test_period_type_depends_on_length_alone(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    here = period_type(_dates(str(start)), _dates(str(end))).iloc[0]
    shifted = period_type(_dates("2023-03-01"), _dates(str(date(2023, 3, 1) + timedelta(days=length)))).iloc[0]
    assert here == shifted
    assert here in ("quarter", "half_year", "nine_months", "year", "other")


@given(days, st.integers(79, 99))
def test_calendar_quarter_shares_days_with_the_period(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    label = calendar_quarter(_dates(str(start)), _dates(str(end))).iloc[0]
    quarter = parse_period(label)
    shared = (min(quarter.end, end) - max(quarter.start, start)).days + 1
    # The middle day is in it, so about half of the period is too.
    assert shared >= (length + 1) // 2


@given(st.integers(1, 12), st.integers(1995, 2090))
def test_month_end_quarters_fill_four_calendar_quarters(month: int, year: int) -> None:
    calendar = FiscalCalendar(month)
    bounds = [calendar.quarter_bounds(year, quarter) for quarter in (1, 2, 3, 4)]
    labels = calendar_quarter(_dates(*(str(b[0]) for b in bounds)), _dates(*(str(b[1]) for b in bounds)))
    assert labels.nunique() == 4


@pytest.mark.parametrize(
    ("kind", "shortest", "longest"),
    [("quarter", 80, 100), ("half_year", 170, 192), ("nine_months", 258, 285), ("year", 350, 380)],
)
def test_the_lengths_at_which_a_kind_of_period_begins_and_ends(kind: str, shortest: int, longest: int) -> None:
    """As the columns' description says them, both days counted."""
    lengths = [shortest - 1, shortest, longest, longest + 1]
    first = date(2024, 1, 1)
    kinds = period_type(
        _dates(*["2024-01-01"] * 4), _dates(*(str(first + timedelta(days=length - 1)) for length in lengths))
    )
    assert kinds.tolist() == ["other", kind, kind, "other"]


def test_labels_are_read_up_to_sixty_characters() -> None:
    for length, said in ((60, "is not known"), (61, "longer than 60")):
        with pytest.raises(PeriodError, match=said):
            parse_period("x" * length)


@pytest.mark.parametrize(
    "label", ["soon/2024-06-30", "2024-01-01/soon", "2024-01-01/2024-06-30/2024-12-31", "/2024-06-30"]
)
def test_two_days_are_two_days(label: str) -> None:
    with pytest.raises(PeriodError, match=f"The period '{label}' is not known; write it as"):
        parse_period(label)
