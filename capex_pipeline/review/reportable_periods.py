"""Computes the periods that a company can have reported on a day.

Add here what the fiscal calendar of a company says about the periods of a review.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from capex_pipeline.article.lexicon import Entity
from capex_pipeline.article.period_dates import Days
from capex_pipeline.schemas.vocabulary import STATEMENT_TABLES
from capex_pipeline.values.fiscal_calendar import TOLERANCE_DAYS, FiscalCalendar
from capex_pipeline.values.periods import LONGEST_QUARTER

_REPORTED_LINES: Final = ("capex", "cloud_revenue", *STATEMENT_TABLES)


def period_misfit(metric: str, status: str, days: Days, entity: Entity | None) -> str:
    """Why a company's reported money cannot be of these days: they do not end with one of its quarters. Empty where they can.

    Only periods of up to a year are judged; a company whose fiscal year is not known is not.
    """
    if metric not in _REPORTED_LINES or status != "reported" or entity is None or entity.calendar is None:
        return ""
    if entity.type == "group" or (days[1] - days[0]).days > 380:
        return ""
    ends = [end for _, end in quarters_around(entity.calendar, days[1])]
    if any(abs((end - days[1]).days) <= TOLERANCE_DAYS for end in ends):
        return ""
    return f"No quarter of {entity.entity_id} ends near {days[1]}."


def quarters_around(calendar: FiscalCalendar, day: date) -> list[Days]:
    """The quarters of a calendar in the year of a day, the year before it and the year after it."""
    years = [year for year in (day.year - 1, day.year, day.year + 1) if 1990 <= year <= 2100]
    return [calendar.quarter_bounds(year, quarter) for year in years for quarter in (1, 2, 3, 4)]


def year_before(day: date) -> date:
    """The day a year earlier; 28 February for 29 February."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def year_after(day: date) -> date:
    """The day a year later; 28 February for 29 February."""
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


_FAR: Final = 200
"""Days after the day of publication at which a quarter ends for which no plan is made: "the September quarter" is the last one."""


def is_far_quarter(days: Days, published: date | None) -> bool:
    """Whether days are a quarter so far ahead that a sentence means that of the year before."""
    is_quarter = (days[1] - days[0]).days <= LONGEST_QUARTER
    return published is not None and is_quarter and (days[1] - published).days > _FAR


def trailing_year(published: date | None, entity: Entity | None) -> Days | None:
    """The four quarters up to the last one that a company can have reported on a day."""
    recent = recent_periods(published, entity)
    return year_up_to(recent[0][1]) if recent else None


def year_up_to(end: date) -> Days:
    """The year that ends on a day."""
    return year_before(end + timedelta(days=1)), end


def recent_periods(published: date | None, entity: Entity | None) -> list[Days]:
    """The last quarter that a company can have reported on a day, and its fiscal year up to that quarter."""
    if published is None or entity is None or entity.calendar is None:
        return []
    ended = [days for days in quarters_around(entity.calendar, published) if days[1] + timedelta(days=7) <= published]
    if not ended:
        return []
    calendar, last = entity.calendar, max(ended, key=lambda days: days[1])
    start = next(
        first
        for first, end in (calendar.year_bounds(year) for year in (last[1].year, last[1].year + 1))
        if first <= last[1] <= end
    )
    return [last, (start, last[1])]
