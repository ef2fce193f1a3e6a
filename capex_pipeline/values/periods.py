"""Reads period labels and dates, and classifies periods by their length.

Add a label ("FY2025 Q1", "H1 2024", "2024-08-26") or a type of period here. The arithmetic of fiscal years is in
`values/fiscal_calendar.py`; heads of printed tables are read in `values/printed_periods.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd

from capex_pipeline import CapexPipelineError
from capex_pipeline.values.fiscal_calendar import FIRST_YEAR, LAST_YEAR, TOLERANCE_DAYS, FiscalCalendar

CALENDAR_YEAR: Final = FiscalCalendar(12, "month_end", "calendar year")

PERIOD_TYPE_DAYS: Final = {
    "quarter": (80, 100), "half_year": (170, 192), "nine_months": (258, 285), "year": (350, 380),
}  # fmt: skip
"""Length in days, both ends included, of each type of period; wide enough for 52/53-week years."""
LONGEST_QUARTER: Final = PERIOD_TYPE_DAYS["quarter"][1]

_YEAR = r"(?:\d{4}|\d{2})"
_PART = r"(?:q[1-4]|[1-4]q|h[12]|[12]h|9m)"
_FISCAL = re.compile(rf"fy ?(?P<y1>{_YEAR})(?:[ -]?(?P<p1>{_PART}))?|(?P<p2>{_PART}) ?fy ?(?P<y2>{_YEAR})")
_FISCAL_SPAN = re.compile(rf"fy ?(?P<first>{_YEAR}) ?(?:-|to) ?fy ?(?P<last>{_YEAR})")
_CALENDAR = re.compile(
    rf"(?:cy ?)?(?P<y1>\d{{4}})(?:[ -]?(?P<p1>{_PART}))?|(?P<p2>{_PART})[ -]?(?:cy ?)?(?P<y2>\d{{4}})"
)
_CALENDAR_SPAN = re.compile(r"(?:cy ?)?(?P<first>\d{4}) ?(?:-|to) ?(?:cy ?)?(?P<last>\d{4})")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH_NAME = re.compile(rf"(?P<name>{'|'.join(_MONTHS)}|{'|'.join(m[:3] for m in _MONTHS)}) (?P<year>\d{{4}})")


class PeriodError(CapexPipelineError, ValueError):
    """A period that cannot be resolved without guessing. ``rule`` names the reason, the message is a sentence."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class YearError(PeriodError):
    """A period or day whose year no document has."""


@dataclass(frozen=True)
class Period:
    """First and last day, both included. An instant (a balance, a backlog on a day) starts and ends on one day."""

    start: date
    end: date
    is_instant: bool = False


def parse_period(label: str, calendar: FiscalCalendar | None = None) -> Period:
    """Read a period label.

    Accepted: "FY2025 Q1", "FY25Q1", "Q1 FY2025", "FY2024", "FY2024 H1", "FY2024 9M", "FY2026-FY2028" (these need
    the fiscal calendar); "Q2 2024", "2024Q2", "2024-Q2", "2Q 2024", "H1 2024", "9M 2024", "CY2024", "2024",
    "2024-2026", "2024-02", "February 2024" (calendar periods, whatever the company's fiscal year);
    "2024-01-01/2024-06-30"; and "2024-08-26", an instant.

    Raises:
        PeriodError: rule missing_period, unknown_period, fiscal_calendar_missing, impossible_date (also for years
            outside 1990 to 2100) or period_ends_before_it_starts.
    """
    text = unicodedata.normalize("NFKC", label).replace("–", "-").replace("—", "-").replace("‑", "-")
    text = " ".join(text.casefold().split())
    if not text:
        raise PeriodError("missing_period", "The period is empty; give a label or a first and a last day.")
    if len(text) > 60:
        raise PeriodError("unknown_period", "The period label is longer than 60 characters.")
    if match := _FISCAL.fullmatch(text):
        year = _fiscal_year(match["y1"] or match["y2"], label)
        return Period(*_calendar_for(label, calendar).bounds(year, _part(match["p1"] or match["p2"])))
    if match := _FISCAL_SPAN.fullmatch(text):
        years = [_fiscal_year(match[end], label) for end in ("first", "last")]
        known = _calendar_for(label, calendar)
        return _span(known.year_bounds(years[0])[0], known.year_bounds(years[1])[1], label)
    if match := _MONTH.fullmatch(text):
        return _month(int(match["year"]), int(match["month"]), label)
    if match := _MONTH_NAME.fullmatch(text):
        number = next(n for n, month in enumerate(_MONTHS, start=1) if month.startswith(match["name"]))
        return _month(int(match["year"]), number, label)
    if match := _CALENDAR.fullmatch(text):
        year = _in_range(int(match["y1"] or match["y2"]), label)
        return Period(*CALENDAR_YEAR.bounds(year, _part(match["p1"] or match["p2"])))
    if match := _CALENDAR_SPAN.fullmatch(text):
        years = [_in_range(int(match[end]), label) for end in ("first", "last")]
        return _span(date(years[0], 1, 1), date(years[1], 12, 31), label)
    if _DAY.fullmatch(text):
        day = parse_day(text)
        return Period(day, day, is_instant=True)
    first, _, last = (part.strip() for part in text.partition("/"))
    if _DAY.fullmatch(first) and _DAY.fullmatch(last):
        return _span(parse_day(first), parse_day(last), label)
    raise PeriodError(
        "unknown_period",
        f"The period {label!r} is not known; write it as FY2025 Q1, Q2 2024, H1 2024, 9M 2024, CY2024, FY2024, "
        "2024-02, 2024-01-01/2024-06-30 or 2024-08-26.",
    )


@lru_cache(maxsize=10_000)
def parse_day(text: str) -> date:
    """Read an ISO day. Raises PeriodError unknown_period (not of the form 2024-08-26) or impossible_date."""
    match = _DAY.fullmatch(text.strip())
    if match is None:
        raise PeriodError("unknown_period", f"The day {text!r} is not written as 2024-08-26.")
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError as error:
        raise PeriodError("impossible_date", f"The day {text!r} does not exist.") from error
    _in_range(day.year, text)
    return day


def _calendar_for(label: str, calendar: FiscalCalendar | None) -> FiscalCalendar:
    if calendar is None:
        raise PeriodError(
            "fiscal_calendar_missing",
            f"The period {label!r} is fiscal and the fiscal calendar of the company is missing; add it to the reference data or write calendar dates.",
        )
    return calendar


def _fiscal_year(text: str, label: str) -> int:
    return _in_range(int(text) + (2000 if len(text) == 2 else 0), label)


def _in_range(year: int, label: str) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise YearError("impossible_date", f"The year in {label!r} is outside {FIRST_YEAR} to {LAST_YEAR}.")
    return year


def _part(text: str | None) -> str:
    """ "q1" and "1q" to "Q1"; nothing to "FY"."""
    if text is None:
        return "FY"
    text = text.upper()
    return text if text == "9M" or text[0] in "QH" else text[::-1]


def _month(year: int, month: int, label: str) -> Period:
    _in_range(year, label)
    if not 1 <= month <= 12:
        raise PeriodError("impossible_date", f"The month in {label!r} does not exist.")
    following = date(year + month // 12, month % 12 + 1, 1)
    return Period(date(year, month, 1), following - timedelta(days=1))


def _span(start: date, end: date, label: str) -> Period:
    if end < start:
        raise PeriodError("period_ends_before_it_starts", f"The period {label!r} ends before it starts.")
    return Period(start, end, is_instant=start == end)


def resolve_periods(frame: pd.DataFrame, calendars: Mapping[str, FiscalCalendar]) -> pd.DataFrame:
    """First and last day of every row, from its label or its dates.

    If a row has both, they must agree to within ``TOLERANCE_DAYS`` at each end, and the dates are used: a filer may
    print month ends for a 52/53-week year. A label that cannot be read is a problem even beside dates.

    Args:
        frame: str columns period, period_start, period_end (ISO days) and calendar_id; missing = NaN.
        calendars: fiscal calendars by calendar_id.

    Returns:
        The same index with period_start, period_end (datetime64[us]), is_instant (bool), problem_rule,
        problem_column, problem (str, null if the row has no problem). Rows with a problem have no dates.

    Rules: those of ``parse_period``, and period_incomplete (one of the two dates only), period_disagrees.
    """
    text = {name: frame[name].astype("str") for name in ("period", "period_start", "period_end", "calendar_id")}
    rows = pd.DataFrame(text).fillna("").apply(lambda column: column.str.strip())
    codes = rows.groupby(list(rows.columns), sort=False).ngroup().to_numpy()
    firsts = np.unique(codes, return_index=True)[1]
    resolved: list[tuple[object, ...]] = []
    for label, start, end, calendar_id in rows.iloc[firsts].itertuples(index=False, name=None):
        try:
            period = _resolve(label, start, end, calendars.get(calendar_id))
            resolved.append((period.start, period.end, period.is_instant, None, None, None))
        except _ColumnError as error:
            resolved.append((None, None, False, error.rule, error.column, str(error)))
    columns = ["period_start", "period_end", "is_instant", "problem_rule", "problem_column", "problem"]
    distinct = pd.DataFrame(resolved, columns=columns).astype(
        {"period_start": "datetime64[us]", "period_end": "datetime64[us]", "is_instant": "bool"}
        | dict.fromkeys(columns[3:], "str")
    )
    return distinct.take(codes).set_axis(frame.index)


class _ColumnError(PeriodError):
    def __init__(self, rule: str, column: str, message: str) -> None:
        super().__init__(rule, message)
        self.column = column


def _resolve(label: str, start: str, end: str, calendar: FiscalCalendar | None) -> Period:
    dates: Period | None = None
    column = "period_start"
    try:
        if start or end:
            if not (start and end):
                column = "period_end" if start else "period_start"
                raise PeriodError("period_incomplete", f"{column} is empty although the other end is given; give both.")
            first = parse_day(start)
            column = "period_end"
            dates = _span(first, parse_day(end), f"{start}/{end}")
        column = "period"
        if not label and dates:
            return dates
        labelled = parse_period(label, calendar)
    except PeriodError as error:
        raise _ColumnError(error.rule, column, str(error)) from error
    if dates is None:
        return labelled
    apart = max(abs((dates.start - labelled.start).days), abs((dates.end - labelled.end).days))
    if apart > TOLERANCE_DAYS or dates.is_instant != labelled.is_instant:
        raise _ColumnError(
            "period_disagrees",
            "period",
            f"The label {label!r} means {labelled.start} to {labelled.end}, the row says {dates.start} to {dates.end}; "
            "one of them is wrong.",
        )
    return dates


def period_type(start: pd.Series, end: pd.Series) -> pd.Series:
    """quarter, half_year, nine_months, year or other, by length (``PERIOD_TYPE_DAYS``); null if a date is null."""
    days = ((end - start).dt.days + 1).astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    kind = np.full(len(days), "other", dtype=object)
    for name, (low, high) in PERIOD_TYPE_DAYS.items():
        kind[(days >= low) & (days <= high)] = name
    kind[np.isnan(days)] = None
    return pd.Series(kind, index=start.index, dtype="str")


def calendar_quarter(start: pd.Series, end: pd.Series) -> pd.Series:
    """The calendar quarter ("2024Q2") that contains the middle day of a quarter; null for other periods.

    The middle of a fiscal quarter that ends a month later or earlier (Nvidia: late January) is in the calendar quarter
    with which it shares most of its days; the rule by end date would assign it to the next one.
    """
    days = (end - start).dt.days
    is_quarter = (days + 1).between(*PERIOD_TYPE_DAYS["quarter"])
    return calendar_quarter_of_day((start + pd.to_timedelta(days // 2, unit="D")).where(is_quarter))


def calendar_quarter_of_day(day: pd.Series) -> pd.Series:
    """The calendar quarter ("2024Q2") of a day; null if the day is null."""
    # Many rows have the same day, so the text is made once for each.
    codes, days = pd.factorize(day, use_na_sentinel=False)
    different = pd.Series(days)
    year, quarter = (part.astype("Int64").astype("string") for part in (different.dt.year, different.dt.quarter))
    return pd.Series((year + "Q" + quarter).astype("str").array.take(codes), index=day.index)
