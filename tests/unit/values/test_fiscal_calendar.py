"""Fiscal calendars against printed period ends and against what the companies filed."""

from __future__ import annotations

import itertools
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capex_pipeline.values.fiscal_calendar import FiscalCalendar

NVIDIA = FiscalCalendar(1, "last_sunday", "nvidia")
ALIBABA = FiscalCalendar(3, "month_end", "alibaba")
ORACLE = FiscalCalendar(5, "month_end", "oracle")

PERIODS = ("Q1", "Q2", "Q3", "Q4", "H1", "H2", "9M", "FY")
TOLERANCE_DAYS = 7
"""Said here again, not taken from the module: a test that asks the module what it should know finds nothing missing."""

SHARED = Path(__file__).resolve().parents[4] / "shared"

weekdays = st.sampled_from(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
rules = st.one_of(st.just("month_end"), st.builds("{}_{}".format, st.sampled_from(["last", "nearest"]), weekdays))
calendars = st.builds(FiscalCalendar, st.integers(1, 12), rules)
years = st.integers(1991, 2099)


def test_nvidia_53_week_year_has_its_long_quarter_at_the_end() -> None:
    assert NVIDIA.year_bounds(2016) == (date(2015, 1, 26), date(2016, 1, 31))
    assert NVIDIA.quarter_bounds(2016, 3) == (date(2015, 7, 27), date(2015, 10, 25))
    assert NVIDIA.quarter_bounds(2016, 4) == (date(2015, 10, 26), date(2016, 1, 31))
    assert NVIDIA.bounds(2016, "9M") == (date(2015, 1, 26), date(2015, 10, 25))


def test_alibaba_june_quarter_is_the_first_of_the_next_fiscal_year() -> None:
    assert ALIBABA.quarter_bounds(2025, 1) == (date(2024, 4, 1), date(2024, 6, 30))
    assert ALIBABA.label(date(2024, 4, 1), date(2024, 6, 30)) == (2025, "Q1")
    # January to June 2024 lies in two fiscal years and has no fiscal label.
    assert ALIBABA.label(date(2024, 1, 1), date(2024, 6, 30)) == (None, None)


def test_halves_and_leap_years() -> None:
    assert ORACLE.bounds(2024, "H1") == (date(2023, 6, 1), date(2023, 11, 30))
    assert ORACLE.bounds(2024, "H2") == (date(2023, 12, 1), date(2024, 5, 31))
    assert ORACLE.quarter_bounds(2024, 3) == (date(2023, 12, 1), date(2024, 2, 29))
    assert FiscalCalendar(2).year_end(2023) == date(2023, 2, 28)


def test_nearest_weekday_may_fall_in_the_next_month() -> None:
    # Broadcom: the Sunday nearest to 31 October; its fiscal 2024 ended on 3 November 2024.
    assert FiscalCalendar(10, "nearest_sunday").year_end(2024) == date(2024, 11, 3)
    # AMD: the last Saturday of December; its fiscal 2022 ended on the 31st, its fiscal 2023 on the 30th.
    amd = FiscalCalendar(12, "last_saturday")
    assert (amd.year_end(2022), amd.year_end(2023)) == (date(2022, 12, 31), date(2023, 12, 30))


@given(st.integers(1, 12), st.integers(0, 6), st.integers(1991, 2099))
def test_a_year_of_weeks_ends_on_its_weekday_within_three_days_of_the_month_or_in_its_last_week(
    month: int, weekday: int, year: int
) -> None:
    """Of seven days around the month's last one is the weekday, so the nearest is three days away at most, on either side."""
    name = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")[weekday]
    last_of_month = FiscalCalendar(month).year_end(year)
    nearest, last = (FiscalCalendar(month, f"{how}_{name}").year_end(year) for how in ("nearest", "last"))
    assert nearest.weekday() == last.weekday() == weekday
    assert abs((nearest - last_of_month).days) <= 3
    assert 0 <= (last_of_month - last).days <= 6


@pytest.mark.parametrize(
    ("month", "rule"), [(0, "month_end"), (13, "month_end"), (1, "last_day"), (1, "first_sunday"), (1, "sunday")]
)
def test_calendars_that_make_no_sense(month: int, rule: str) -> None:
    with pytest.raises(ValueError, match="fiscal calendar"):
        FiscalCalendar(month, rule)


def test_bounds_refuse_what_does_not_exist() -> None:
    with pytest.raises(ValueError, match="Quarter 5"):
        NVIDIA.quarter_bounds(2024, 5)
    with pytest.raises(ValueError, match="1989"):
        NVIDIA.year_bounds(1989)
    with pytest.raises(ValueError, match="Q7"):
        NVIDIA.bounds(2024, "Q7")


@given(calendars, years)
def test_quarters_tile_the_year(calendar: FiscalCalendar, year: int) -> None:
    start, end = calendar.year_bounds(year)
    quarters = [calendar.quarter_bounds(year, quarter) for quarter in (1, 2, 3, 4)]
    assert quarters[0][0] == start
    assert quarters[3][1] == end
    for (_, earlier), (later, _) in itertools.pairwise(quarters):
        assert later == earlier + timedelta(days=1)
    assert calendar.year_bounds(year + 1)[0] == end + timedelta(days=1)
    weeks, odd = divmod((end - start).days + 1, 7)
    if calendar.rule == "month_end":
        assert (end - start).days + 1 in (365, 366)
    else:
        assert odd == 0 and weeks in (52, 53)


@given(
    calendars, years, st.sampled_from(PERIODS),
    st.integers(-TOLERANCE_DAYS, TOLERANCE_DAYS), st.integers(-TOLERANCE_DAYS, TOLERANCE_DAYS),
)  # fmt: skip
def test_dates_near_a_fiscal_period_bear_its_label(
    calendar: FiscalCalendar, year: int, period: str, early: int, late: int
) -> None:
    start, end = calendar.bounds(year, period)
    start, end = start + timedelta(days=early), end + timedelta(days=late)
    assert calendar.label(start, end) == (year, period)


def test_a_day_beyond_the_tolerance_has_no_label() -> None:
    start, end = NVIDIA.quarter_bounds(2025, 2)
    beyond = timedelta(days=TOLERANCE_DAYS + 1)
    assert NVIDIA.label(start - beyond, end) == (None, None)
    assert NVIDIA.label(start, end + beyond) == (None, None)
    assert NVIDIA.label(start, end) == (2025, "Q2")


@pytest.mark.parametrize(("off", "period"), [(7, "H1"), (8, None), (-7, "H1"), (-8, None)])
def test_a_week_at_either_end_is_the_tolerance(off: int, period: str | None) -> None:
    start, end, apart = date(2024, 1, 1), date(2024, 6, 30), timedelta(days=off)
    year = FiscalCalendar(12)
    assert year.label(start + apart, end)[1] == year.label(start, end + apart)[1] == period


@pytest.mark.parametrize("year", [1990, 2100])
def test_the_first_and_the_last_year_have_labels_and_those_beyond_have_none(year: int) -> None:
    calendar = FiscalCalendar(12)
    spans = [(date(one, 1, 1), date(one, 12, 31)) for one in (1989, year, 2101)]
    assert [calendar.label(*span) for span in spans] == [(None, None), (year, "FY"), (None, None)]
    assert calendar.year_bounds(year)[1] == date(year, 12, 31)
    for beyond in (1989, 2101):
        with pytest.raises(ValueError, match=str(beyond)):
            calendar.year_bounds(beyond)


def _filed_periods(cik: str) -> set[tuple[date, date]]:
    file = SHARED / "data" / "companyfacts" / f"CIK{cik}.json"
    if not file.exists():
        pytest.skip(f"{file.name} is not here; it is the independent source of this test.")
    facts = json.loads(file.read_text())["facts"]
    counts: dict[tuple[str, str], int] = {}
    for concepts in facts.values():
        for concept in concepts.values():
            for unit in concept["units"].values():
                for fact in unit:
                    if "start" in fact:
                        key = fact["start"], fact["end"]
                        counts[key] = counts.get(key, 0) + 1
    # A period on which many facts rest is how the company counts; single facts carry slips of the pen.
    common = [key for key, count in counts.items() if count >= 12]
    return {(date.fromisoformat(start), date.fromisoformat(end)) for start, end in common}


@pytest.mark.parametrize(("cik", "calendar"), [("0001045810", NVIDIA), ("0001341439", ORACLE)])
def test_calendar_is_the_one_the_company_files_by(cik: str, calendar: FiscalCalendar) -> None:
    filed = _filed_periods(cik)
    assert len(filed) > 80
    exact = {calendar.bounds(year, period) for year in range(2006, 2028) for period in PERIODS}
    # Three of Nvidia's early periods are filed with a first day that is off by one to three days.
    slips = {("2008-01-25", "2008-07-27"), ("2008-04-27", "2008-07-27"), ("2009-01-25", "2009-07-26")}
    assert {(str(start), str(end)) for start, end in filed - exact} <= slips
    assert all(calendar.label(start, end)[1] is not None for start, end in filed)
