"""Computes the dates of a period expression for one company in an article of a given date.

Add a rule here when an expression gets the wrong dates: calendar against fiscal year, an omitted year, "a year
earlier". Expressions are found in `article/period_expressions.py`; `article/period_rules.py` chooses the one that
belongs to a figure.

A quarter or half without a year is the last one completed in a report of results, and the current or next one in a
statement about the future. If the calendar year and the fiscal year both give a period that fits, the expression is
ambiguous and both periods are returned as candidates.
"""

from __future__ import annotations

import calendar as month_days
import itertools
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from capex_pipeline.article.period_expressions import PeriodExpression
from capex_pipeline.values.fiscal_calendar import FiscalCalendar

CALENDAR_YEAR: Final = FiscalCalendar(12, "month_end", "calendar year")
RECENT_DAYS: Final = 135
"""How long after its end a period is news: a quarter and the weeks until the next results."""
EARLIEST_RESULTS, EARLIEST_OF_CALENDAR_QUARTERS = 9, 18
"""Days after a quarter's end before which few results of it are published: of any quarter, and of one that ends with a quarter of the calendar."""
UNREPORTED_DAYS: Final = 35
"""Days after a quarter's end for which it may still be expected, because its results are not published."""
SEASON_DAYS: Final = 45
"""Days after a quarter's end in which its results are discussed, so that "next quarter" may be counted from it."""
FARTHEST_PLAN: Final = 100
"""Days from the article to the first day of a quarter without a year, beyond which it is not the next one."""
YEAR_END_DAYS: Final = 20
"""Days before the year's end from which a count for "this year", of chips for example, covers the year."""
TOLERANCE_DAYS: Final = 7
Days = tuple[date, date]
_TWO_CALENDARS: Final = ("period_two_calendars",)
_NO_CALENDAR: Final = ("period_no_calendar",)


@lru_cache(maxsize=20_000)
def _bounds(calendar: FiscalCalendar, year: int, part: str) -> Days:
    return calendar.bounds(year, part)


@lru_cache(maxsize=20_000)
def _label(calendar: FiscalCalendar, days: Days) -> tuple[int, str] | tuple[None, None]:
    return calendar.label(*days)


class PeriodReading(NamedTuple):
    """The meaning of an expression: dates, or candidates if it is ambiguous.

    evidence: the names of what makes the dates less than literal, as in `confidence`; empty if the words allow no other."""

    days: Days | None
    evidence: tuple[str, ...] = ()
    candidates: tuple[Days, ...] = ()
    reason: str = ""

    def with_evidence(self, *names: str) -> PeriodReading:
        return self._replace(evidence=self.evidence + names)


def unread(reason: str, candidates: Iterable[Days] = ()) -> PeriodReading:
    """The reading of an expression that gives no dates, with the reason and the periods between which it is open."""
    return PeriodReading(None, (), tuple(sorted(candidates)), reason)


class PeriodContext(NamedTuple):
    """The date of the article, the company's calendar (None: calendar year), and the main period of the text before."""

    published: date | None
    calendar: FiscalCalendar | None = None
    carried: Days | None = None
    looks_ahead: bool = False
    company_money: bool = False
    """Whether the figure is an amount in a company's own accounts, so that a bare year may be its fiscal year."""

    @property
    def day(self) -> date:
        """The date of the article. Raises ValueError if it is not known, which `read_period` returns as the reason."""
        if self.published is None:
            raise ValueError("The article has no date, so the year is not known.")
        return self.published


def day_of_balance(expression: PeriodExpression) -> date | None:
    """The day that an expression names with its year, as in "as of August 31, 2025"; None for any other expression."""
    if expression.form != "day" or not (expression.year and expression.number and expression.day):
        return None
    try:
        return date(expression.year, expression.number, expression.day)
    except ValueError:
        return None


def read_period(expression: PeriodExpression, context: PeriodContext) -> PeriodReading:
    """The dates of an expression in its context. There is no guess: an open or ambiguous expression has no dates."""
    try:
        return _read(expression, context)
    except ValueError as error:  # a year out of range, an impossible day
        return unread(str(error))


def _read(expression: PeriodExpression, context: PeriodContext) -> PeriodReading:
    form = expression.form
    if form == "trailing" and (reading := _trailing(context)) is not None:
        return reading
    if form in ("open", "trailing", "day", "by_year"):
        return unread("The words name no period with a first and a last day.")
    if form in ("same_period", "annual"):
        if context.carried is None:
            return unread("The words point back to a period that was not named.")
        return PeriodReading(context.carried, ("period_referred",))
    if form in ("year_earlier", "previous_period"):
        return _shifted(expression, context)
    if form == "year_from":
        return _year_from(expression, context)
    year = expression.year
    if year is None and expression.year_shift is not None:
        is_fiscal = expression.fiscal and expression.months is None and context.calendar is not None
        known = context.calendar if is_fiscal and context.calendar is not None else CALENDAR_YEAR
        year = _fiscal_year_of(known, context.day) + expression.year_shift
    if expression.months is not None:
        return _months(expression._replace(year=year), context)
    if form == "month":
        return _month(expression.number or 1, year, context)
    if form in ("quarter", "half", "nine_months"):
        part = {"quarter": "Q", "half": "H"}.get(form, "") + str(expression.number) if form != "nine_months" else "9M"
        return _part(part, year, expression.fiscal, context)
    if form == "this_quarter" and not context.looks_ahead and context.company_money:
        form = "last_quarter"  # in a report of results, "this quarter" is the quarter that the report covers
    if form in ("last_quarter", "this_quarter", "next_quarter"):
        return _relative_quarter({"last_quarter": -1, "this_quarter": 0, "next_quarter": 1}[form], context)
    return _year(form, year, expression.fiscal, context)


# --- quarters and halves ---


def _aligned(calendar: FiscalCalendar | None) -> bool:
    """Whether the company's quarters are calendar quarters, whatever their numbers."""
    return calendar is None or (calendar.rule == "month_end" and calendar.year_end_month % 3 == 0)


def _last_reported_end(calendar: FiscalCalendar, published: date) -> date:
    """The last day of the quarter that a company last reported on, or could have."""
    return max(end for _, end in quarters_around(calendar, published) if is_reported(calendar, end, published))


def is_reported(calendar: FiscalCalendar | None, end: date, published: date) -> bool:
    """Whether a company has, or could have, reported on a quarter that ended on a day."""
    earliest = EARLIEST_OF_CALENDAR_QUARTERS if _aligned(calendar) else EARLIEST_RESULTS
    return (published - end).days > earliest


def quarters_around(calendar: FiscalCalendar, day: date) -> list[Days]:
    """The quarters of the fiscal years from the one before a day to the one two years after it."""
    return [
        _bounds(calendar, year, f"Q{number}") for year in range(day.year - 1, day.year + 3) for number in (1, 2, 3, 4)
    ]


def _trailing(context: PeriodContext) -> PeriodReading | None:
    """The four quarters up to the one that a company last reported on; None if they are not certain."""
    published, calendar = context.published, context.calendar
    if published is None or calendar is None or context.looks_ahead or not context.company_money:
        return None
    end = _last_reported_end(calendar, published)
    return PeriodReading((_earlier((end, end), 1, None)[1] + timedelta(days=1), end), ("period_trailing",))


def _calendars(fiscal: bool | None, context: PeriodContext) -> list[tuple[FiscalCalendar, tuple[str, ...]]]:
    company_calendar = context.calendar
    if company_calendar is None or (company_calendar.year_end_month == 12 and company_calendar.rule == "month_end"):
        return [(CALENDAR_YEAR, _NO_CALENDAR if fiscal is True and company_calendar is None else ())]
    if fiscal is True:
        return [(company_calendar, ())]
    if fiscal is False or not context.company_money:
        return [(CALENDAR_YEAR, ())]  # those who count chips count them in calendar periods
    if not _aligned(company_calendar):
        return [
            (company_calendar, _TWO_CALENDARS)
        ]  # a company with quarters that end in other months publishes no calendar quarters
    return [(CALENDAR_YEAR, _TWO_CALENDARS), (company_calendar, _TWO_CALENDARS)]


def _part(part: str, year: int | None, fiscal: bool | None, context: PeriodContext) -> PeriodReading:
    readings: list[tuple[Days, tuple[str, ...]]] = []
    for calendar, evidence in _calendars(fiscal, context):
        if year is not None:
            company_part, other = _bounds(calendar, year, part), _bounds(CALENDAR_YEAR, year, part)
            unlikely = fiscal is None and not _aligned(context.calendar)
            unlikely = unlikely and (not _can_be_news(company_part, context) or _is_stale(company_part, other, context))
            # If Nvidia's own "fourth quarter of 2024" ended long ago, a plan for that quarter refers to the calendar quarter.
            readings.append(
                (other, ("period_other_calendar",))
                if unlikely and _can_be_news(other, context)
                else (company_part, evidence)
            )
        else:
            days = _nearest(calendar, part, context.day, context.looks_ahead)
            is_far = days is not None and (days[0] - context.day).days > FARTHEST_PLAN
            if is_far and part.startswith("Q") and context.company_money:
                days = None  # in July, "its first-quarter outlook" is the one given in spring
            if days is not None:
                readings.append((days, evidence))
            ahead = _nearest(calendar, part, context.day, looks_ahead=True)
            under_way = ahead is not None and ahead[0] <= context.day < ahead[1]
            if context.company_money and not context.looks_ahead and ahead is not None and under_way and part != "FY":
                readings.append((ahead, evidence))
    return _choose(readings, context)


def _choose(readings: list[tuple[Days, tuple[str, ...]]], context: PeriodContext) -> PeriodReading:
    distinct = dict(readings)
    if not distinct:
        return unread("No such period had ended when the article appeared.")
    if len(distinct) == 1:
        return PeriodReading(*next(iter(distinct.items())))
    if context.published is not None:
        fitting = [days for days in distinct if _fits(days, context.published, context.looks_ahead)]
        if len(fitting) == 1:
            return PeriodReading(fitting[0], _TWO_CALENDARS)
    return unread("The words fit more than one period, of two calendars or of two years.", distinct)


def _fits(days: Days, published: date, looks_ahead: bool) -> bool:
    if looks_ahead:
        return days[1] >= published and (days[0] - published).days <= RECENT_DAYS
    return days[1] <= published + timedelta(days=3) and (published - days[1]).days <= RECENT_DAYS


def _can_be_news(days: Days, context: PeriodContext) -> bool:
    """Whether a result of a period, or a plan for it, could be reported on the day of the article."""
    if context.published is None:
        return True
    if context.looks_ahead:
        return days[1] >= context.published - timedelta(days=UNREPORTED_DAYS)
    return days[1] <= context.published + timedelta(days=YEAR_END_DAYS)


def _is_stale(company_calendar: Days, other: Days, context: PeriodContext) -> bool:
    """Whether a period ended long before the article while that of the calendar year is news."""
    if context.published is None or context.looks_ahead:
        return False
    return (context.published - company_calendar[1]).days > 300 and 0 <= (
        context.published - other[1]
    ).days <= RECENT_DAYS


def _nearest(calendar: FiscalCalendar, part: str, published: date, looks_ahead: bool) -> Days | None:
    choices = [_bounds(calendar, year, part) for year in range(published.year - 2, published.year + 3)]
    if looks_ahead:
        unreported = UNREPORTED_DAYS if part.startswith("Q") else 0
        ahead = [days for days in choices if days[1] >= published - timedelta(days=unreported)]
        return min(ahead) if ahead else None
    ended = [days for days in choices if days[1] <= published + timedelta(days=3)]
    return max(ended) if ended else None


def is_news(expression: PeriodExpression, calendar: FiscalCalendar | None, published: date | None) -> bool:
    """Whether the results of the last period of a name without a year, such as "the full year", are news on the day of an article."""
    if published is None:
        return True
    if expression.form == "full_year":
        days = _nearest(calendar or CALENDAR_YEAR, "FY", published, looks_ahead=False)
    else:
        days = read_period(expression, PeriodContext(published, calendar, company_money=True)).days
    return days is not None and 0 <= (published - days[1]).days <= _NEWS_DAYS


_NEWS_DAYS: Final = 75
"""Days after the end of a period in which companies report it, and no later one."""


def _relative_quarter(shift: int, context: PeriodContext) -> PeriodReading:
    calendar = (context.calendar if context.company_money else None) or CALENDAR_YEAR
    quarters = quarters_around(calendar, context.day)
    current = next(number for number, days in enumerate(quarters) if days[1] >= context.day)
    if (
        shift == -1
        and current >= 2
        and context.company_money
        and (context.day - quarters[current - 1][1]).days <= EARLIEST_RESULTS
    ):
        shift = -2  # no company publishes its accounts so soon: "last quarter" is the one that it last reported on
    if (
        shift == 1
        and current
        and context.company_money
        and 0 <= (context.day - quarters[current - 1][1]).days <= SEASON_DAYS
    ):
        if context.carried is None or context.carried[1] != quarters[current - 1][1]:
            return unread("The next quarter may be counted from the one reported on.", quarters[current : current + 2])
        shift = 0  # in a report of results, "next quarter" is the one after the quarter reported on
    return PeriodReading(quarters[max(0, current + shift)], ("period_relative",))


# --- years ---


def _fiscal_year_of(calendar: FiscalCalendar, day: date) -> int:
    return day.year if day <= calendar.year_end(day.year) else day.year + 1


def _year(form: str, year: int | None, fiscal: bool | None, context: PeriodContext) -> PeriodReading:
    company_calendar, published = context.calendar if context.company_money or fiscal else None, context.published
    if form == "ytd":
        if published is None or fiscal:
            return unread("The start of the year to date is not certain.")
        if year is not None and year != published.year:
            return unread("The year to date is not the year of the article.")
        first = date(published.year, 1, 1)
        end = _last_reported_end(company_calendar or CALENDAR_YEAR, published) if context.company_money else published
        if end < first or (company_calendar is not None and _fiscal_year_of(company_calendar, first) != first.year):
            return unread("The start of the year to date is not certain.")
        return PeriodReading((first, end), ("period_to_date",))
    if year is None and form == "full_year":
        if context.carried is not None and (context.carried[1] - context.carried[0]).days > 340:
            return PeriodReading(context.carried, ("period_referred",))
        if context.looks_ahead:
            year = _fiscal_year_of(company_calendar or CALENDAR_YEAR, context.day)
            fiscal = company_calendar is not None
        else:
            known = company_calendar or CALENDAR_YEAR
            last = _nearest(known, "FY", context.day, looks_ahead=False)
            # "The full year" is the year that ended only soon after its end.
            if last is None or (context.day - last[1]).days > RECENT_DAYS:
                return unread("The year is not said.")
            return PeriodReading(last, ("period_relative",))
    shift = {"this_year": 0, "last_year": -1, "next_year": 1}.get(form, 0)
    if form == "year_ahead" and published is not None:
        shift = int(published.month > 6)  # in its first months a year is still ahead
    years: dict[Days, tuple[str, ...]] = {}
    for calendar, evidence in _year_calendars(fiscal, context):
        number = year if year is not None else _fiscal_year_of(calendar, context.day) + shift
        years[_bounds(calendar, number, "FY")] = evidence
    if len(years) > 1:
        return unread("The year may be the calendar year or the company's fiscal year.", years)
    days, evidence = next(iter(years.items()))
    nearly_over = published is not None and not context.company_money and (days[1] - published).days <= YEAR_END_DAYS
    if (
        form == "this_year"
        and not context.looks_ahead
        and published is not None
        and days[1] > published
        and not nearly_over
    ):
        # "has spent this year": the year is not over, and the end of the period is not stated.
        reason = "The year was not over, so the figure is for a part of it that is not said."
        return unread(reason, ((days[0], published), days))
    return PeriodReading(days, evidence)


def _year_calendars(fiscal: bool | None, context: PeriodContext) -> list[tuple[FiscalCalendar, tuple[str, ...]]]:
    company_calendar = context.calendar
    if fiscal is True:
        return [(company_calendar, ())] if company_calendar is not None else [(CALENDAR_YEAR, _NO_CALENDAR)]
    if (
        company_calendar is None
        or fiscal is False
        or (company_calendar.year_end_month == 12 and company_calendar.rule == "month_end")
    ):
        return [(CALENDAR_YEAR, ())]
    if context.company_money:
        return [(CALENDAR_YEAR, _TWO_CALENDARS), (company_calendar, _TWO_CALENDARS)]
    return [(CALENDAR_YEAR, _TWO_CALENDARS)]


# --- months ---


def _month_bounds(year: int, month: int) -> Days:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, 1), date(year, month, month_days.monthrange(year, month)[1])


def _month(month: int, year: int | None, context: PeriodContext) -> PeriodReading:
    if year is not None:
        return PeriodReading(_month_bounds(year, month))
    days = _month_bounds(context.day.year, month)
    if not context.looks_ahead and days[0] > context.day:
        days = _month_bounds(context.day.year - 1, month)
    return PeriodReading(days, ("period_relative",))


def _months(expression: PeriodExpression, context: PeriodContext) -> PeriodReading:
    first, last = expression.months or (1, 1)
    length = expression.number or (last - first) % 12 + 1
    years = [expression.year]
    if expression.year is None:
        year = context.day.year
        ended = _end_day(year, last, expression.day)
        since = (context.day - ended).days
        is_open = length == 3 and context.company_money and not context.looks_ahead and -RECENT_DAYS < since < -3
        if since < -3 and not context.looks_ahead:
            year -= not is_open
        elif context.looks_ahead and since > UNREPORTED_DAYS * (length <= 3):
            year += 1  # a plan for the quarter that has just ended may still be open
        # "Spending rose to $5bn in the year to May", in June, is a result even if a word of plan stands in the sentence; "the June quarter" may be
        # the one under way or the last one.
        is_recent = context.looks_ahead and 0 <= since <= RECENT_DAYS and length in (6, 12)
        years = [year - 1, year] if is_recent or is_open else [year]
    readings = [
        _snapped((_month_bounds(year, last - length + 1)[0], _end_day(year, last, expression.day)), context.calendar)
        for year in years
        if year is not None
    ]
    if len(readings) > 1:
        return unread("The period may be the one that has just ended or the next one.", readings)
    return PeriodReading(readings[0])


def _year_from(expression: PeriodExpression, context: PeriodContext) -> PeriodReading:
    """The year that begins in a month: without its number, the last one that had begun, or the next one to begin."""
    month, day = expression.number or 1, expression.day or 1
    years = [expression.year] if expression.year is not None else range(context.day.year - 1, context.day.year + 2)
    starts = [date(year, month, day) for year in years]
    if expression.year is None and expression.year_shift:
        starts = [start for start in starts if start <= context.day][-1:]
    elif expression.year is None:
        starts = [start for start in starts if start >= context.day - timedelta(days=SEASON_DAYS)][:1]
    end = _same_day(starts[0], -1) - timedelta(days=1)
    return PeriodReading(_snapped((starts[0], end), context.calendar))


def _end_day(year: int, month: int, day: int | None) -> date:
    bounds = _month_bounds(year, month)
    return bounds[1] if day is None or (day >= 28 and bounds[1].day - day <= 0) else date(year, month, day)


def _snapped(days: Days, calendar: FiscalCalendar | None) -> Days:
    """The company's own period if it differs by a few days only: Nvidia's "three months to July 28" begins on 29 April."""
    if calendar is None:
        return days
    for year in (days[1].year - 1, days[1].year, days[1].year + 1):
        for part in ("Q1", "Q2", "Q3", "Q4", "H1", "H2", "9M", "FY"):
            start, end = _bounds(calendar, year, part)
            if (
                abs((end - days[1]).days) <= TOLERANCE_DAYS
                and abs((start - days[0]).days) <= 31
                and _length(start, end) - _length(*days) < 20
            ):
                close = abs((start - days[0]).days) <= TOLERANCE_DAYS or calendar.rule != "month_end"
                if close:
                    return start, end
    return days


def _length(start: date, end: date) -> int:
    return (end - start).days + 1


# --- periods that another one fixes ---


def _shifted(expression: PeriodExpression, context: PeriodContext) -> PeriodReading:
    if context.carried is None:
        return unread("The period it is compared with is not named.")
    start, end = context.carried
    if expression.form == "year_earlier":
        years = 1
        if expression.year is not None:
            years = end.year - expression.year
            if years == 0:
                years = start.year - expression.year
        if not 0 < years <= 10:
            return unread("The years of the comparison do not fit together.")
        return PeriodReading(_earlier((start, end), years, context.calendar), ("period_compared",))
    if not 80 <= _length(start, end) <= 100:
        return unread("Only of a quarter is the previous period certain.")
    for calendar in _known(context.calendar):
        for earlier, later in itertools.pairwise(quarters_around(calendar, start)):
            if abs((later[0] - start).days) <= TOLERANCE_DAYS:
                return PeriodReading(earlier, ("period_compared",))
    return unread("The quarter before is not known.")


def _known(calendar: FiscalCalendar | None) -> Iterable[FiscalCalendar]:
    return (calendar, CALENDAR_YEAR) if calendar is not None else (CALENDAR_YEAR,)


def _earlier(days: Days, years: int, calendar: FiscalCalendar | None) -> Days:
    """The same period some years before, in the company's calendar if it is one of its periods."""
    for known in _known(calendar):
        year, part = _label(known, days)
        if year is not None and part is not None:
            return _bounds(known, year - years, part)
    return _same_day(days[0], years), _same_day(days[1], years)


def _same_day(day: date, years: int) -> date:
    last = month_days.monthrange(day.year, day.month)[1]
    year = day.year - years
    if day.day == last:
        return date(year, day.month, month_days.monthrange(year, day.month)[1])
    return date(year, day.month, min(day.day, month_days.monthrange(year, day.month)[1]))
