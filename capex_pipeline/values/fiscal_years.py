"""Fiscal years as annual reports show them, and the fiscal period of a span of days within them.

The spans of fiscal years that filings prove belong here, with quarters of 12, 13, 16 and 17 weeks, years of 52 or 53 weeks and
transition periods. The calendar that reference data states for a company belongs to `fiscal_calendar`; which forms are annual
reports is reference data, and reading the filings belongs to `sources`.

Why from filings: a year end may move (Form 10-KT), lie up to eight days beside its month's end, and change its weekday. A
calendar that is stated once is wrong for part of such a history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from capex_pipeline.values.fiscal_calendar import FIRST_YEAR, LAST_YEAR, FiscalCalendar
from capex_pipeline.values.periods import PERIOD_TYPE_DAYS, calendar_quarter, calendar_quarter_of_day, period_type

YEAR_END_TOLERANCE_DAYS: Final = 8
"""Maximum distance of the end of a 52/53-week year from the end of its month, and of dates of one period between
filings.
"""

TRANSITION_FORM: Final = r"10-[KQ]T(?:/A)?"
"""Forms that report on the months between the old and the new end of the fiscal year."""

YEAR_COLUMNS: Final = ("subject", "year_start", "year_end", "fiscal_year")

_QUARTER_TOLERANCE: Final = 10
"""Maximum distance in days of the end of a quarter of months or of 13 weeks from a whole quarter of its year."""
_WEEK_PATTERNS: Final = ((84, 168, 252), (112, 196, 280))
"""Days from the start of a year of 52 weeks to the ends of its first three quarters: 12+12+12+16 weeks, and 16+12+12+12."""
LONG_QUARTER_DAYS: Final = tuple(weeks * 7 + days for weeks in (16, 17) for days in (-1, 0, 1))
"""Lengths of a quarter of 16 or 17 weeks, with one day of tolerance."""
UNEVEN_DAYS: Final = (84, 112, 119, 168, 196, 252, 280)
"""Lengths in days of quarters, half-years and nine months in years with such quarters; the 17th week is that of a
53-week year.
"""
_PERIODS: Final = {
    (0, 1): "Q1", (1, 2): "Q2", (2, 3): "Q3", (3, 4): "Q4", (0, 2): "H1", (2, 4): "H2", (0, 3): "9M", (0, 4): "FY",
}  # fmt: skip
_TYPES: Final = {"Q": "quarter", "H": "half_year", "9": "nine_months", "F": "year"}
_YEAR_LENGTH: Final = PERIOD_TYPE_DAYS["year"]
_STRONG, _WEAK, _RUNNING, _COMPARATIVE = range(4)


def fiscal_years(flows: pd.DataFrame, annual_forms: Iterable[str], spans: pd.DataFrame | None = None) -> pd.DataFrame:
    """Fiscal years and transition periods of each subject, without gaps, over all days of its spans and two years more.

    flows: subject, period_start, period_end (no NaT), form, report_end (last day of the filing's period of report, may be NaT).
    spans: subject, period_start, period_end that are to have fiscal years, by default the flows.
    A fiscal year is a column of a year's length in an annual report that ends with the report; comparative columns extend it
    into the past. A transition report ends a transition period. A year without an annual report begins where the half-years and
    nine months of its quarterly reports begin; other years are as long as the nearest one.

    Returns `YEAR_COLUMNS`: subject, year_start, year_end (datetime64), fiscal_year (Int64: the calendar year in which it ends,
    counted from the newest year of the same calendar; missing for a transition period), sorted. A subject without any
    of these reports has no row.
    """
    if flows.empty:
        return _frame([], flows["subject"].dtype)
    days = (flows["period_end"] - flows["period_start"]).dt.days + 1
    is_year, is_own = days.between(*_YEAR_LENGTH), flows["period_end"] == flows["report_end"]
    is_transition = flows["form"].str.fullmatch(TRANSITION_FORM).fillna(False).astype("bool")
    is_annual = flows["form"].isin(list(annual_forms)) & ~is_transition
    is_running = is_own & ~is_annual & ~is_transition & _is_part_of_year(days)
    ends = flows[["subject"]].assign(
        strength=np.select(
            [is_own & (is_transition | (is_annual & is_year)), is_annual & is_own, is_running, is_annual & is_year],
            [_STRONG, _WEAK, _RUNNING, _COMPARATIVE],
            default=-1,
        ),
        first=_numbers(flows["period_start"]),
        last=_numbers(flows["period_end"]),
    )
    covered = flows if spans is None else spans
    bounds = covered.groupby("subject").agg(first=("period_start", "min"), last=("period_end", "max"))
    ends["start"] = ends["first"].where((is_year & is_annual) | is_running, 0)
    ends = ends.loc[ends["strength"] >= 0]
    counts = ends.groupby(["subject", "strength", "last", "start"], sort=True).size().reset_index(name="count")
    rows: list[tuple[object, int, int, int | None]] = []
    for subject, subject_counts in counts.groupby("subject", sort=True):
        known = _year_ends(
            list(subject_counts[["strength", "last", "start", "count"]].itertuples(index=False, name=None))
        )
        if known:
            first, last = _numbers(bounds.loc[[subject]].iloc[0])
            rows += [(subject, *year) for year in _numbered(_extended(_spans(known), int(first), int(last) + 731))]
    return _frame(rows, flows["subject"].dtype)


def stated_years(calendars: Mapping[str, FiscalCalendar]) -> pd.DataFrame:
    """`YEAR_COLUMNS` of companies from the calendar that reference data states, for 1990 to 2100."""
    rows: list[tuple[object, int, int, int | None]] = []
    for subject, calendar in calendars.items():
        bounds = np.array(
            [calendar.year_bounds(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)], dtype="datetime64[D]"
        ).astype(np.int64)
        rows += [(subject, int(first), int(last), FIRST_YEAR + n) for n, (first, last) in enumerate(bounds)]
    return _frame(rows, "str")


def fiscal_periods(spans: pd.DataFrame, years: pd.DataFrame) -> pd.DataFrame:
    """Fiscal and calendar labels of spans of days.

    spans: subject, period_start, period_end; missing days are allowed. years: `YEAR_COLUMNS`.

    Returns the same index: fiscal_year (Int64), fiscal_period (Q1 to Q4, H1, H2, 9M, FY) of a span that is one; period_type as
    `periods.period_type`, and by the fiscal period for quarters of 12, 16 and 17 weeks; calendar_quarter as
    `periods.calendar_quarter`; in a year of such quarters the one of the same quarter of 13 weeks, so that four
    consecutive ones have four calendar quarters; first_day (datetime64), the span's start, or that of its fiscal year where a
    filing dates it a few days beside.
    """
    start, end = spans["period_start"], spans["period_end"]
    middle = start + (end - start) // 2
    year = _year_of_day(spans["subject"], middle, years)
    length = (year["year_end"] - year["year_start"]).dt.days + 1
    first, first_plain = _boundary((start - year["year_start"]).dt.days, length)
    last, last_plain = _boundary((end - year["year_start"]).dt.days + 1, length)
    label = pd.Series(
        [_PERIODS.get(pair) for pair in zip(first.tolist(), last.tolist(), strict=True)], index=spans.index, dtype="str"
    ).where(year["fiscal_year"].notna())
    uneven = label.notna() & ~(first_plain & last_plain)
    begins = (start - year["year_start"]).dt.days.abs() <= YEAR_END_TOLERANCE_DAYS
    by_length, by_label = period_type(start, end), label.str[0].map(_TYPES).astype("str")
    quarter = calendar_quarter(start, end)
    if uneven.any():
        nominal = year["year_start"] + pd.to_timedelta(((first + 0.5) * length / 4).round(), unit="D")
        quarter = quarter.mask(uneven & (by_label == "quarter"), calendar_quarter_of_day(nominal.where(uneven)))
    return pd.DataFrame(
        {
            "fiscal_year": year["fiscal_year"].where(label.notna()),
            "fiscal_period": label,
            "period_type": by_length.mask(uneven, by_label),
            "calendar_quarter": quarter,
            "first_day": start.where(~begins, year["year_start"]),
        },
        index=spans.index,
    )


def presentation_of(subject: pd.Series, report_end: pd.Series, years: pd.DataFrame) -> pd.Series:
    """The fiscal year or transition period whose filings share one basis of presentation: "FY2024", or "transition
    period to 2025-06-30"; null if the end of the report or the fiscal years are unknown.
    """
    year = _year_of_day(subject, report_end - pd.Timedelta(days=YEAR_END_TOLERANCE_DAYS), years)
    transition = ("transition period to " + year["year_end"].dt.strftime("%Y-%m-%d")).astype("str")
    full = ("FY" + year["fiscal_year"].astype("str")).where(year["fiscal_year"].notna())
    return full.astype("str").fillna(transition).where(year["year_end"].notna()).astype("str")


def _year_of_day(subject: pd.Series, day: pd.Series, years: pd.DataFrame) -> pd.DataFrame:
    """year_start, year_end and fiscal_year of the year that contains a day, with the index of `subject`."""
    wanted_days = pd.DataFrame({"subject": subject.array, "day": day.to_numpy("datetime64[us]")})
    wanted_days = wanted_days.astype({"subject": years["subject"].dtype})
    known = wanted_days[wanted_days["day"].notna()].reset_index().sort_values("day", kind="stable")
    table = years.sort_values("year_end", kind="stable")
    matched = pd.merge_asof(known, table, left_on="day", right_on="year_end", by="subject", direction="forward")
    matched = (
        matched.mask(matched["day"] < matched["year_start"]).assign(index=known["index"].to_numpy()).set_index("index")
    )
    return matched.reindex(range(len(subject)))[list(YEAR_COLUMNS[1:])].set_axis(subject.index)


def _boundary(days: pd.Series, length: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Number of the quarter end (0 to 4) at a distance in days from the start of a year, -1 for none; and whether
    quarters of three months or 13 weeks end there.
    """
    number = pd.Series(-1, index=days.index, dtype="int64")
    for quarter in range(5):
        allowed = _QUARTER_TOLERANCE if 0 < quarter < 4 else YEAR_END_TOLERANCE_DAYS
        number = number.mask((days - quarter * length / 4).abs() <= allowed, quarter)
    plain = number >= 0
    in_weeks = (length % 7).isin([0, 1, 6]) & length.between(363, 372) & ~plain
    if not in_weeks.any():
        return number, plain
    for pattern in _WEEK_PATTERNS:
        for quarter, place in enumerate(pattern, 1):
            number = number.mask(in_weeks & ((days - place).abs() <= 1), quarter)
    return number, plain


def _year_ends(ends: list[tuple[int, int, int, int]]) -> dict[int, int | None]:
    """Ends of fiscal years and transition periods, with the first day of the year if a report prints it (None: not
    printed).
    """
    known: dict[int, int | None] = {}
    for _, last, start, _ in sorted((end for end in ends if end[0] == _STRONG), key=lambda end: (-end[3], end[1])):
        near = next((other for other in known if abs(other - last) <= YEAR_END_TOLERANCE_DAYS), last)
        known[near] = known.get(near) or start or None
    for _, last, _, _ in sorted(end for end in ends if end[0] == _WEAK):
        if all(abs(other - last) >= _YEAR_LENGTH[0] for other in known):
            known[last] = None
    running: dict[int, list[int]] = {}
    for _, last, start, _ in (end for end in ends if end[0] == _RUNNING):
        running.setdefault(start, []).append(last)
    for start, lasts in sorted(running.items()):
        last = _anniversary(start - 1, 1, _in_weeks(start, lasts))
        if all(abs(other - last) >= _YEAR_LENGTH[0] for other in known):
            known[last] = start
    for _, last, start, _ in sorted(
        (end for end in ends if end[0] == _COMPARATIVE), key=lambda end: (-end[1], -end[3])
    ):
        follows = any(
            abs((first or other - 364) - 1 - last) <= YEAR_END_TOLERANCE_DAYS for other, first in known.items()
        )
        if follows and all(abs(other - last) >= _YEAR_LENGTH[0] for other in known):
            known[last] = start
    return known


def _spans(known: dict[int, int | None]) -> list[tuple[int, int, bool]]:
    """Years and transition periods (first, last, is a year) between the first and the last known end, without gaps."""
    ends = sorted(known)
    spans = [(known[ends[0]] or _anniversary(ends[0], -1, False) + 1, ends[0], True)]
    for before, end in pairwise(ends):
        days = end - before
        if days <= _YEAR_LENGTH[1]:
            spans.append((before + 1, end, days >= _YEAR_LENGTH[0]))
            continue
        known_spans = [(known[end] or _anniversary(end, -1, False) + 1, end, True)]
        while (rest := known_spans[0][0] - 1 - before) >= _YEAR_LENGTH[0]:
            start = _anniversary(known_spans[0][0] - 1, -1, _is_whole_weeks(known_spans[0])) + 1
            start = before + 1 if abs(start - 1 - before) <= YEAR_END_TOLERANCE_DAYS else start
            known_spans.insert(0, (start, known_spans[0][0] - 1, True))
        if 0 < rest <= YEAR_END_TOLERANCE_DAYS:
            known_spans[0] = (before + 1, *known_spans[0][1:])
        elif rest > 0:
            known_spans.insert(0, (before + 1, known_spans[0][0] - 1, False))
        spans += known_spans
    return spans


def _extended(spans: list[tuple[int, int, bool]], first: int, last: int) -> list[tuple[int, int, bool]]:
    """The spans, extended by years of the nearest calendar before and after them to the given days."""
    spans = list(spans)
    oldest = next(span for span in spans if span[2])
    while spans[0][0] > first:
        end = spans[0][0] - 1
        spans.insert(0, (_anniversary(end, -1, _is_whole_weeks(oldest)) + 1, end, True))
    newest = next((span for span in reversed(spans) if span[2]), None)
    while spans[-1][1] < last:
        start = spans[-1][1] + 1
        spans.append((start, _anniversary(start - 1, 1, _is_whole_weeks(newest)), True))
    return spans


def _numbered(spans: list[tuple[int, int, bool]]) -> list[tuple[int, int, int | None]]:
    """Spans with the number of their fiscal year. Years of one calendar are counted back from the newest one, because a
    year end that moves by a week may fall on either side of New Year.
    """
    numbered: list[tuple[int, int, int | None]] = []
    number: int | None = None
    for first, last, is_year in reversed(spans):
        if not is_year:
            number = None
        elif number is None:
            number = _day(last - YEAR_END_TOLERANCE_DAYS).year
        else:
            number -= 1
        numbered.append((first, last, number))
    return numbered[::-1]


def _is_whole_weeks(span: tuple[int, int, bool] | None) -> bool:
    return span is not None and (span[1] - span[0] + 1) % 7 == 0


def _in_weeks(start: int, lasts: list[int]) -> bool:
    """True if all figures to date cover whole weeks, and not all of them cover whole months (nine months may have 39
    weeks).
    """
    months = _day(start).day == 1 and all(_day(last + 1).day == 1 for last in lasts)
    return not months and all((last - start + 1) % 7 == 0 for last in lasts)


def _is_part_of_year(days: pd.Series) -> pd.Series:
    """True for lengths of a half-year or of nine months, including those of years with uneven quarters."""
    uneven = [place for pattern in _WEEK_PATTERNS for place in pattern[1:]]
    return (
        days.between(*PERIOD_TYPE_DAYS["half_year"])
        | days.between(*PERIOD_TYPE_DAYS["nine_months"])
        | days.isin(uneven)
    )


def _anniversary(end: int, years: int, in_weeks: bool) -> int:
    """The year end one year before or after; in a calendar of weeks, on the same weekday."""
    day = _day(end)
    month_end = (day + date.resolution).day == 1
    year = day.year + years
    if day.month == 2 and (month_end or day.day == 29):
        moved = date(year, 3, 1) - date.resolution
    else:
        moved = day.replace(year=year)
    number = (moved - date(1970, 1, 1)).days
    if not in_weeks:
        return number
    return number + (end - number + 3) % 7 - 3


def _day(number: int) -> date:
    return date.fromordinal(number + date(1970, 1, 1).toordinal())


def _numbers(column: pd.Series | pd.DataFrame) -> np.ndarray:
    return column.to_numpy("datetime64[D]").astype(np.int64)


def _frame(rows: list[tuple[object, int, int, int | None]], dtype: object) -> pd.DataFrame:
    columns = list(zip(*rows, strict=True)) if rows else [(), (), (), ()]
    return pd.DataFrame(
        {
            "subject": pd.Series(columns[0], dtype=dtype),  # type: ignore[call-overload]
            "year_start": pd.Series(
                np.array(columns[1], dtype="int64").astype("datetime64[D]"), dtype="datetime64[us]"
            ),
            "year_end": pd.Series(np.array(columns[2], dtype="int64").astype("datetime64[D]"), dtype="datetime64[us]"),
            "fiscal_year": pd.Series(columns[3], dtype="Int64"),
        }
    )
