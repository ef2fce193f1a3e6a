"""Fiscal calendars: from a fiscal year and quarter to dates, and from dates to a fiscal label.

Add a rule here when a company's year follows another pattern. The calendar of each company is reference data
(entities.yaml), labels such as "FY2025 Q1" are read in `values/periods.py`, and fiscal years proven by filings are
computed in `values/fiscal_years.py`. The fiscal year that a filing states beside its facts is never used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

TOLERANCE_DAYS: Final = 7
"""Maximum distance of each end of a period from the calendar for the period to have its label. Filers print month ends
for 52/53-week years, and sometimes a start that differs by a day or more; fiscal quarters are 13 weeks apart.
"""

FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2100

PERIODS: Final = ("Q1", "Q2", "Q3", "Q4", "H1", "H2", "9M", "FY")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
RULES: Final = ("month_end", *(f"{how}_{weekday}" for how in ("last", "nearest") for weekday in _WEEKDAYS))
"""Day of the month on which a fiscal year ends: its last day, its last given weekday, or the given weekday nearest to
its end.
"""
_QUARTERS: Final[dict[str, tuple[int, int]]] = {
    "Q1": (1, 1), "Q2": (2, 2), "Q3": (3, 3), "Q4": (4, 4), "H1": (1, 2), "H2": (3, 4), "9M": (1, 3), "FY": (1, 4),
}  # fmt: skip


@dataclass(frozen=True)
class FiscalCalendar:
    """The fiscal year ends of one company. A fiscal year is named after the calendar year in which it ends, or before the end of which it began where
    ``is_named_by_start``: documents of some retailers call the year that ends in February 2025 fiscal 2024.

    ``year_end_month`` is 1 to 12. ``rule`` is "month_end", "last_<weekday>" (Nvidia: last_sunday of January) or
    "nearest_<weekday>" (the weekday nearest to the month's end, which may fall in the next month). Under the weekday
    rules quarters have 13 weeks, and the 53rd week of a long year belongs to the fourth quarter.
    """

    year_end_month: int
    rule: str = "month_end"
    name: str = ""
    is_named_by_start: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.year_end_month <= 12:
            raise ValueError(f"year_end_month of fiscal calendar {self.name!r} is {self.year_end_month}, not 1 to 12.")
        if self.rule not in RULES:
            raise ValueError(
                f"The rule {self.rule!r} of fiscal calendar {self.name!r} is not month_end, last_<weekday> or "
                "nearest_<weekday>."
            )

    def year_end(self, fiscal_year: int) -> date:
        """The last day of a fiscal year."""
        end = _month_start(fiscal_year + self.is_named_by_start, self.year_end_month + 1) - timedelta(days=1)
        if self.rule == "month_end":
            return end
        how, _, weekday = self.rule.partition("_")
        back = (end.weekday() - _WEEKDAYS.index(weekday)) % 7
        if how == "nearest" and back > 3:
            return end + timedelta(days=7 - back)
        return end - timedelta(days=back)

    def year_bounds(self, fiscal_year: int) -> tuple[date, date]:
        """First and last day of a fiscal year. Raises ValueError for years outside 1990 to 2100."""
        if not FIRST_YEAR <= fiscal_year <= LAST_YEAR:
            raise ValueError(f"Fiscal year {fiscal_year} is outside {FIRST_YEAR} to {LAST_YEAR}.")
        return self.year_end(fiscal_year - 1) + timedelta(days=1), self.year_end(fiscal_year)

    def quarter_bounds(self, fiscal_year: int, quarter: int) -> tuple[date, date]:
        """First and last day of quarter 1 to 4."""
        if quarter not in (1, 2, 3, 4):
            raise ValueError(f"Quarter {quarter} is not 1 to 4.")
        start, end = self.year_bounds(fiscal_year)

        def first_day(number: int) -> date:
            if self.rule == "month_end":
                return _month_start(start.year, start.month + 3 * (number - 1))
            return start + timedelta(weeks=13 * (number - 1))

        return first_day(quarter), end if quarter == 4 else first_day(quarter + 1) - timedelta(days=1)

    def bounds(self, fiscal_year: int, period: str) -> tuple[date, date]:
        """First and last day of "Q1" to "Q4", "H1", "H2", "9M" or "FY" of a fiscal year."""
        if period not in _QUARTERS:
            raise ValueError(f"Fiscal period {period!r} is not one of {', '.join(PERIODS)}.")
        first, last = _QUARTERS[period]
        return self.quarter_bounds(fiscal_year, first)[0], self.quarter_bounds(fiscal_year, last)[1]

    def label(self, start: date, end: date) -> tuple[int, str] | tuple[None, None]:
        """Fiscal year and period of two dates, e.g.

        (2025, "Q1"); (None, None) if no fiscal period is within ``TOLERANCE_DAYS`` at both ends. A period over two fiscal years has no
        label.
        """
        for fiscal_year in range(max(end.year - 1, FIRST_YEAR), min(end.year + 1, LAST_YEAR) + 1):
            for period in PERIODS:
                first, last = self.bounds(fiscal_year, period)
                if abs((start - first).days) <= TOLERANCE_DAYS and abs((end - last).days) <= TOLERANCE_DAYS:
                    return fiscal_year, period
        return None, None


def _month_start(year: int, month: int) -> date:
    """First day of a month; months beyond 12 run into the next year."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
