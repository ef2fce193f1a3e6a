"""Computes the periods that an answer may have, and reads periods that are written as their first and last day.

Add here what follows from the day of publication and a calendar. What the words of a sentence say of a period belongs to `sentence_words`.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from capex_pipeline.article.period_dates import Days
from capex_pipeline.review.reportable_periods import is_far_quarter, quarters_around
from capex_pipeline.values.fiscal_calendar import FiscalCalendar
from capex_pipeline.values.periods import LONGEST_QUARTER

_CALENDAR: Final = FiscalCalendar(12, "month_end", "calendar")


def usual_plans(published: date | None) -> list[tuple[date, date]]:
    """The calendar years for which plans are made: that of the day of publication, and the next."""
    return [] if published is None else [_CALENDAR.year_bounds(year) for year in (published.year, published.year + 1)]


def fiscal_year(calendar: FiscalCalendar | None, published: date | None) -> list[tuple[date, date]]:
    """The fiscal year of a company on the day of publication."""
    if calendar is None or published is None:
        return []
    years = (calendar.year_bounds(year) for year in (published.year, published.year + 1))
    return [days for days in years if days[0] <= published <= days[1]]


def calendar_years(published: date | None) -> list[tuple[date, date]]:
    """The calendar years for which chips are counted: the last that was over on a day, and the one after it."""
    years = () if published is None else (published.year - 1, published.year)
    return [_CALENDAR.year_bounds(year) for year in years]


def is_over(period: str, published: date | None) -> bool:
    """Whether the days of a period were over on the day of publication."""
    try:
        return published is not None and date.fromisoformat(period.rpartition("/")[2]) < published
    except ValueError:
        return False


def days_of(period: str) -> Days | None:
    """The days of a period that is written as its first and last one; None for any other."""
    try:
        start, end = map(date.fromisoformat, period.split("/"))
    except ValueError:
        return None
    return start, end


def length_of(period: str) -> int:
    """Days from the first to the last one of such a period; 0 for any other."""
    days = days_of(period)
    return 0 if days is None else (days[1] - days[0]).days


def is_far_label(period: str, published: date | None) -> bool:
    """Whether a period is a quarter so far ahead that a sentence means that of the year before."""
    days = days_of(period)
    return days is not None and is_far_quarter(days, published)


def nearest_quarter(days: Days, calendar: FiscalCalendar | None) -> Days:
    """The quarter of a company that ends nearest to the end of days of that length, since quarters of weeks move; any other days as they are."""
    if calendar is None or (days[1] - days[0]).days > LONGEST_QUARTER:
        return days
    quarters = quarters_around(calendar, days[1])
    nearest = min(quarters, key=lambda quarter: abs((quarter[1] - days[1]).days))
    return nearest if abs((nearest[1] - days[1]).days) < _WEEKS_MOVE else days


_WEEKS_MOVE: Final = 10
"""Days."""


def is_after(period: str, published: date | None) -> bool:
    """Whether a period ends after the day of publication, so that its source cannot report an amount of it."""
    return bool(period) and published is not None and not is_over(period, published)


def last_quarter(published: date | None) -> list[tuple[date, date]]:
    """The last calendar quarter that was over on a day."""
    if published is None:
        return []
    return [max(days for days in quarters_around(_CALENDAR, published) if days[1] < published)]
