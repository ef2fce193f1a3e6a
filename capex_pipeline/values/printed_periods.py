"""Periods as the heads of printed tables state them: "Three Months Ended June 30, 2024", "Q1 FY23", "截至2024年6月30日止三個月".

Heads come in parts over several lines, and the title above the table completes them. `period_notation` has the ways to write a period; labels
that a person types are read by `periods`, prose by `article.period_expressions`. A company's calendar belongs to the reference data.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, NamedTuple

from capex_pipeline.values.fiscal_calendar import FIRST_YEAR, LAST_YEAR, TOLERANCE_DAYS, FiscalCalendar
from capex_pipeline.values.period_notation import HAN, MONTH, SLASHED, one_notation
from capex_pipeline.values.periods import CALENDAR_YEAR, Period, PeriodError
from capex_pipeline.values.words import MONTHS, SMALL_NUMBERS, TENS

_COUNTS: Final = (
    SMALL_NUMBERS
    | TENS
    | {
        f"{tens}-{ones}": number + SMALL_NUMBERS[ones]
        for tens, number in TENS.items()
        for ones in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    }
)
_N = "|".join(sorted(map(re.escape, _COUNTS), key=len, reverse=True))

_YEAR = re.compile(r"(?<![\d,.])(?:19|20)\d\d(?![\d,]\d|\.\d)")
_FISCAL_YEAR = re.compile(r"\bfy(20\d\d)\b")
_DAY = re.compile(
    rf"\b(?:(?P<m1>{MONTH})\.? (?P<d1>\d{{1,2}})|(?P<d2>\d{{1,2}}) (?P<m2>{MONTH})\.?)(?!\d)(?:,? (?P<y>(?:19|20)\d\d))?"
)
_MONTH_OF_YEAR = re.compile(rf"(?<!\d )\b(?P<m>{MONTH})\.?(?:(?:,? |-)(?=20\d\d)|-|')(?P<y>20\d\d|\d\d)(?![\d-])")
_MONTH_ALONE = re.compile(rf"(?<!\d )\b(?P<m>{MONTH})\b(?!\.?[ '-]*\d)")
_SPAN_OF_MONTHS = re.compile(
    rf"\b(?:(?P<a1>\d{{1,2}}) )?(?P<m1>{MONTH})\.?(?: (?P<a2>\d{{1,2}})(?!\d))?(?:,? (?P<y1>(?:19|20)\d\d))? ?(?:-|\bto\b|\bthrough\b|\buntil\b) ?"
    rf"(?:(?P<b1>\d{{1,2}}) )?(?P<m2>{MONTH})\b\.?(?: (?P<b2>\d{{1,2}})(?!\d))?(?:,? (?P<y2>(?:19|20)\d\d))?"
)
_LENGTH = re.compile(rf"\b(?P<n>\d{{1,2}}|{_N})[ -](?P<unit>month|week)s?\b")
_QUARTERS = re.compile(r"\b(?P<n>two|three|four|[2-4]) (?:fiscal )?quarters\b")
_NAMED = re.compile(
    r"\b(?P<quarter>(?:fiscal )?quarters?(?: ended| ending| to))|\b(?P<year>(?:fiscal |full )?years? (?:ended|ending|to(?! date)))|\b(?P<half>half[- ]years? (?:ended|ending|to))"
)
_ENDED = re.compile(r"\b(?:ended|ending|to)\b")
_PART = re.compile(r"\b(?:(?P<part>q[1-4]|h[12])|(?P<months>[369]|12)m|(?P<year>fy))\b")
_PART_BY_ITSELF = re.compile(r"(?:for the )?(?:q[1-4]|h[12]|[369]m|fy)(?: (?:fy)?20\d\d)?(?: results)?")
_TO_DATE = re.compile(r"\byear[ -]to[ -]date\b|\bytd\b")
_ROLLING = re.compile(
    r"\b(?:trailing|rolling|ttm|ltm)\b|\b(?:last|latest|past|previous) (?:twelve|12|four|4) (?:months|quarters)\b|[過过]去(?:十二|12)(?:[個个]月| months)"
)
_CHANGE = re.compile(
    r"change|variance|y/y|q/q|yoy|qoq|increase|decrease|\binc\.? ?/ ?\(?dec|\b(?:un)?fav(?:ou?rable|\b)|better|worse|%|同比|环比|環比|增减|[增増]減|变动|變動"
)
_CALENDAR = re.compile(r"\b(?:cy(?=[ '\d])|calendar\b|cq[1-4])|(?<=[1-4])c(?:y(?=[ '\d])|q\d)|(?<=[1-4][qh])cy")
_OTHER_QUARTERS = re.compile(r"q[1-4]\.\.q[1-4]")
_PLANNED = re.compile(
    r"(?<![\d,.])(?:20\d\d|\d\d)[efp]\b|\b(?:guidance|forecasts?|outlook|budget|targets?|plan(?:ned)?|consensus|estimates?d?|expected|projected|midpoint"
    r"|constant[ -]currency|pro[ -]forma|like-for-like|organic)\b"
)
_YEAR_BEFORE = re.compile(
    r"\b(?:prior|previous|last)[ -]year(?:'s)?\b|\bcorresponding (?:prior )?(?:period|quarter|half)\b|\byear[- ]ago\b|上年|去年|上期|前年同期|前期"
)
_THIS_YEAR = re.compile(r"\b(?:current|this) year\b|本[期年]")
_OTHER_PERIOD = re.compile(
    r"\b(?:prior|previous|preceding|comparative)[ -](?:period|quarter|half)\b|期初|年初|\bbeginning of"
)
_ORDINAL_ALONE = re.compile(r"\b(?:first|second|third|fourth)$")
_INSTANT = re.compile(r"\bas (?:of|at)\b")
_YEAR_END_MONTH = re.compile(r"\bfym(\d{1,2})\b")


@dataclass(frozen=True)
class _Parts:
    """What the heads state of a period; None if they do not. fiscal: years that are printed as fiscal years. part: "Q1" to "Q4", "H1", "H2", "9M"
    or "FY". months: length; weeks likewise. is_to_date: the period begins with the fiscal year.
    """

    years: frozenset[int] = frozenset()
    fiscal: frozenset[int] = frozenset()
    part: str | None = None
    day: tuple[int, int] | None = None
    months: int | None = None
    weeks: int | None = None
    is_instant: bool = False
    is_to_date: bool = False

    @property
    def has_length(self) -> bool:
        """Whether the heads say how long the period is."""
        return bool(self.part or self.months or self.weeks)

    @property
    def is_label(self) -> bool:
        """Whether the heads name a fiscal period and no day: "Q2 FY2024", "FY2024"."""
        return self.day is None and not self.weeks and bool(self.fiscal or (self.part and self.years))


class Report(NamedTuple):
    """The period of a report as its title states it: "2026年第三季度报告". part: "Q1", "H1", "Q3" or "FY"."""

    year: int
    part: str


_REPORT: Final = re.compile(
    r"(?:.{0,40}公司)?(?P<year>(?:19|20)\d\d)年?(?:第(?P<quarter>[一三])季度|(?P<half>半年度)|年度)[报報]告(?:全文|正文|摘要)?(?:\([^()]{1,12}\))?\d{0,3}"
)
_PARTS_OF_REPORTS: Final = {"一": "Q1", "三": "Q3"}


def titled_report(lines: Iterable[str]) -> Report | None:
    """The report of a mainland Chinese company that lines of a document are the title of; None where none is, or they name several."""
    titles = {match for line in lines if "告" in line and (match := _REPORT.fullmatch(_without_spaces(line)))}
    reports = {
        Report(int(match["year"]), "H1" if match["half"] else _PARTS_OF_REPORTS.get(match["quarter"] or "", "FY"))
        for match in titles
    }
    return reports.pop() if len(reports) == 1 else None


_AT_BEGIN_OF_YEAR: Final = re.compile(r"期初|年初[余餘]|上年(?:度|期)?末")
_AT_END_OF_REPORT: Final = re.compile(r"期末|年末[余餘]")
_OF_REPORT: Final = re.compile(r"本期|本[报報]告期|年初[至到]")
_OF_YEAR_BEFORE: Final = re.compile(r"上期|上年同期|去年同期")
_FROM_BEGIN_OF_YEAR: Final = re.compile(r"年初[至到](?:[报報]告)?期末")
_OF_QUARTER: Final = re.compile(r"本[报報]告期")
_DAYS_OF_REPORTS: Final = {"Q1": "3月31日", "H1": "6月30日", "Q3": "9月30日", "FY": "12月31日"}
_SPANS_OF_REPORTS: Final = {"Q1": "第一季度", "H1": "上半年", "FY": "年度"}


def _in_report(heads: Sequence[str], titles: Sequence[str], report: Report, is_balance: bool) -> str | None:
    """The period of heads such as 本期发生额, 上年同期 and 期初余额, which the title of the report completes; None for all other heads, and where a
    line above the table states a period of its own.

    A report of a third quarter has amounts of the quarter and of nine months: heads or the lines above have to say which. Raises PeriodError
    where they do not.
    """
    text = _without_spaces("".join(heads))
    lines = [line for line in map(_without_spaces, titles) if not _REPORT.fullmatch(line)]
    if _YEAR.search(text) or _CHANGE.search(text) or any(_states_other(line, report) for line in lines):
        return None
    if is_balance:
        if _AT_BEGIN_OF_YEAR.search(text):
            return f"{report.year - 1}年12月31日"
        return f"{report.year}年{_DAYS_OF_REPORTS[report.part]}" if _AT_END_OF_REPORT.search(text) else None
    is_before = _OF_YEAR_BEFORE.search(text) is not None
    if not is_before and not _OF_REPORT.search(text):
        return None
    year = report.year - is_before
    if span := _SPANS_OF_REPORTS.get(report.part):
        return f"{year}年{span}"
    for line in (text, *reversed(lines)):
        if _FROM_BEGIN_OF_YEAR.search(line):
            return f"{year}年前三季度"
        if _OF_QUARTER.search(line):
            return f"{year}年第三季度"
    raise PeriodError(
        "no_length",
        f"Neither the heads {text[:80]!r} nor the lines above say whether they are of the quarter or of the year to date.",
    )


def _states_other(line: str, report: Report) -> bool:
    """Whether a line states a period that is not only the year of the report."""
    parts = _read(one_notation(line))
    years = parts.years | parts.fiscal
    return parts.day is not None or bool(years and parts.has_length) or not years <= {report.year}


def _without_spaces(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def printed_period(
    heads: Sequence[str],
    titles: Sequence[str],
    calendar: FiscalCalendar,
    *,
    is_minguo: bool = False,
    is_balance: bool = False,
    annual_end: date | None = None,
    is_month_first: bool | None = None,
    report: Report | None = None,
) -> Period:
    """First and last day of the span that the heads of a column state, or the day of a balance.

    heads: of the column, outermost first. titles: lines above the table, the nearest last; they add a length, a day or a year that the heads
    leave out. calendar: of the company; it decides where a fiscal quarter begins and what "FY2024" means. is_minguo: years such as 113 are
    those of the Republic of China (1911 = 0). is_balance: the row is a balance: a day without a span is its day, and a fiscal period by its name, "Q2 2024",
    stands for the last day.
    annual_end: last day of the year of an annual report. In it a year by itself is a fiscal year, or its last day for a balance, up to that
    year: a later one is no report. A day by itself ends a fiscal year if it is that day or one as many whole years before it.
    is_month_first: how the document writes dates such as 9/3/2022 (`date_order`); None leaves them unread.
    report: whose title completes heads such as 本期发生额 and 期初余额, for a fiscal year that is the calendar year.

    A month-end printed by a company with a 52/53-week calendar is kept as printed at the end; the beginning is the calendar's.

    Raises:
        PeriodError: rule no_period (nothing states one), period_of_change (a column of changes), two_periods (several years or days),
            no_length (a day without the span that ends on it), odd_end (a span of months that ends within a month), rolling (a quarter beside
            the word "trailing"), or impossible_date.
    """
    if report and calendar.year_end_month == 12 and (completed := _in_report(heads, titles, report, is_balance)):
        heads, titles = (completed,), ()
    own_heads = one_notation(" ".join(heads), is_minguo, is_month_first)
    _refuse_other_columns(
        " ".join(unicodedata.normalize("NFKC", " ".join(heads)).casefold().split()), own_heads, calendar
    )
    own = parts = _in_year_ended(_own_parts(own_heads), calendar)
    for line in reversed(titles):
        parts = _completed(parts, one_notation(line, is_minguo, is_month_first), has_han=HAN.search(line) is not None)
    if not (own.years or own.fiscal) and _YEAR_BEFORE.search(own_heads):
        if is_balance:
            raise PeriodError("no_period", f"The column {own_heads[:80]!r} shows a balance of a year before.")
        parts = replace(
            parts, years=frozenset(y - 1 for y in parts.years), fiscal=frozenset(y - 1 for y in parts.fiscal)
        )
    if annual_end is not None and not (parts.years or parts.fiscal or is_balance):
        parts = replace(parts, fiscal=_years_of_annual_report(parts, own_heads, annual_end, calendar))
    if annual_end is not None and len(parts.years) == 1 and not parts.has_length and not parts.fiscal:
        start, end = calendar.year_bounds(min(parts.years))
        if own.day is None and end <= annual_end + timedelta(days=TOLERANCE_DAYS):
            return Period(end, end, is_instant=True) if is_balance else Period(start, end)
        if own.day == parts.day and not is_balance and not parts.is_instant and _is_year_end(parts, annual_end):
            parts = replace(parts, months=12)
    if is_balance and parts.day is not None and not (parts.months or parts.weeks):
        parts = replace(parts, is_instant=True)
    if _ROLLING.search(own_heads) and (parts.part or parts.is_label):
        raise PeriodError("rolling", f"The column {own_heads[:80]!r} shows twelve months up to a quarter.")
    period = _period(parts, own_heads, calendar)
    if parts.is_label and (is_balance or parts.is_instant):
        return Period(period.end, period.end, is_instant=True)
    if parts.months and not period.is_instant and not parts.is_label:
        is_own_day = own.day is not None and bool(own.years)
        if not _ends_month(period.end) or (not is_own_day and not _ends_quarter(period.end, calendar)):
            raise PeriodError(
                "odd_end",
                f"The heads {own_heads[:80]!r} and the lines above give a span of months that ends on {period.end}, which is no end of a "
                f"{'month' if is_own_day else 'fiscal quarter'}.",
            )
    return period


def _refuse_other_columns(printed: str, text: str, calendar: FiscalCalendar) -> None:
    """Raise PeriodError for a column that shows no fiscal period of the company, or changes. printed: its heads. text: the same in one notation."""
    if _CALENDAR.search(printed) and calendar.year_end_month != 12:
        raise PeriodError(
            "no_period", f"The heads {printed[:80]!r} state a calendar year, and the fiscal year is another."
        )
    if any(int(match[1]) != calendar.year_end_month for match in _YEAR_END_MONTH.finditer(text)):
        raise PeriodError(
            "no_period", f"The heads {printed[:80]!r} state a year that ends in another month than the fiscal year."
        )
    if _OTHER_QUARTERS.search(text):
        raise PeriodError("two_periods", f"The heads {printed[:80]!r} state several quarters that do not begin a year.")
    if _CHANGE.search(text):
        raise PeriodError(
            "period_of_change", f"The column {printed[:80]!r} shows changes, not the amounts of a period."
        )
    if _ORDINAL_ALONE.search(text):
        raise PeriodError("no_period", f"The heads {printed[:80]!r} number a part of a year and do not say which.")
    if _PLANNED.search(printed):
        raise PeriodError("no_period", f"The heads {printed[:80]!r} mark an estimate, or amounts on another basis.")
    if _OTHER_PERIOD.search(text) and not _YEAR.search(text) and not _FISCAL_YEAR.search(text):
        raise PeriodError("no_period", f"The column {printed[:80]!r} shows an earlier period and does not say which.")


def states_rolling_year(text: str) -> bool:
    """Whether a text says that amounts are those of twelve months up to each period: "trailing four quarters"."""
    return _ROLLING.search(unicodedata.normalize("NFKC", text).casefold()) is not None


def _ends_month(day: date) -> bool:
    """Whether a day is about the end of a month, as that of a quarter of 13 weeks is."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return day.day <= TOLERANCE_DAYS or (following - day).days - 1 <= TOLERANCE_DAYS


def _ends_quarter(day: date, calendar: FiscalCalendar) -> bool:
    """Whether a day is about the end of a quarter of the calendar."""
    ends = (calendar.bounds(year, quarter)[1] for year in (day.year, day.year + 1) for quarter in _NAMES[3])
    return any(abs((end - day).days) <= TOLERANCE_DAYS for end in ends)


def _years_of_annual_report(parts: _Parts, heads: str, annual_end: date, calendar: FiscalCalendar) -> frozenset[int]:
    """The fiscal year of heads of an annual report that name a quarter alone, this year or the year before; none for other heads."""
    year = (annual_end + timedelta(days=TOLERANCE_DAYS)).year if calendar.year_end_month != 12 else annual_end.year
    if _YEAR_BEFORE.search(heads):
        return frozenset((year - 1,))
    return frozenset((year,)) if parts.part or _THIS_YEAR.search(heads) else frozenset()


def _is_year_end(parts: _Parts, annual_end: date) -> bool:
    """Whether the day of heads is about a whole number of years before the end of an annual report."""
    (year,) = parts.years
    try:
        days = (annual_end - date(year, *parts.day)).days if parts.day else -TOLERANCE_DAYS - 1
    except ValueError:
        return False
    return days >= -TOLERANCE_DAYS and abs(days - round(days / 365.25) * 365.25) <= TOLERANCE_DAYS


def date_order(texts: Iterable[str]) -> bool | None:
    """Whether the dates with slashes in the heads of a document have the month first, as those show of which one number is greater than 12;
    None where none does, or they disagree."""
    orders = {
        int(match["b"]) > 12
        for text in texts
        for match in SLASHED.finditer(unicodedata.normalize("NFKC", text))
        if (int(match["a"]) > 12) != (int(match["b"]) > 12)
    }
    return orders.pop() if len(orders) == 1 else None


def _own_parts(text: str) -> _Parts:
    """What the heads of a column state. text: in one notation."""
    parts = _read(text)
    if parts.day is None and not parts.part:
        parts = _with_end_of_month(parts, text)
    if parts.months in (6, 9) and parts.day is None and not _ENDED.search(text):
        return replace(parts, months=None, part="H1" if parts.months == 6 else "9M")  # "Six months 2024"
    if parts.part and parts.day is not None and not parts.fiscal and not (parts.months or parts.weeks):
        return replace(parts, part=None, months=_MONTHS_OF_PARTS[parts.part[0]])
    return parts


def _in_year_ended(parts: _Parts, calendar: FiscalCalendar) -> _Parts:
    """Heads of a quarter or half below those of the year that ends on a day, "Year ended December 31, 2018 | First quarter"."""
    if parts.part in (None, "FY") or parts.months != 12 or parts.day is None or len(parts.years) != 1 or parts.fiscal:
        return parts
    (year,) = parts.years
    named = (known for known in (year - 1, year, year + 1) if calendar.year_end(known).year == year)
    return replace(parts, fiscal=frozenset(named), years=frozenset(), day=None, months=None)


_MONTHS_OF_PARTS: Final = {"Q": 3, "H": 6, "9": 9, "F": 12}


def _read(text: str) -> _Parts:
    """What a text in one notation states of a period."""
    fiscal = frozenset(int(match[1]) for match in _FISCAL_YEAR.finditer(text))
    named = {_name_of_part(match) for match in _PART.finditer(text)}
    part = named.pop() if len(named) == 1 else None
    is_to_date = _TO_DATE.search(text) is not None
    is_instant = _INSTANT.search(text) is not None
    if not named and (span := _SPAN_OF_MONTHS.search(text)) and (parts := _span_of_months(span)):
        return replace(parts, fiscal=frozenset()) if parts.years else replace(parts, years=fiscal or _years(text))
    days = {(MONTHS[match["m1"] or match["m2"]], int(match["d1"] or match["d2"])) for match in _DAY.finditer(text)}
    lengths = {(match["unit"], _count(match["n"])) for match in _LENGTH.finditer(text)}
    lengths |= {("month", 3 * _count(match["n"])) for match in _QUARTERS.finditer(text)}
    if not lengths and (ended := _NAMED.search(text)):
        lengths = {("month", 3 if ended["quarter"] else 6 if ended["half"] else 12)}
    unit, number = lengths.pop() if len(lengths) == 1 else (None, None)
    return _Parts(
        years=_years(text),
        fiscal=fiscal,
        part=_to_date(part) if is_to_date else part,
        day=days.pop() if len(days) == 1 else None,
        months=number if unit == "month" else None,
        weeks=number if unit == "week" else None,
        is_instant=is_instant,
        is_to_date=is_to_date and part is None,
    )


def _years(text: str) -> frozenset[int]:
    return frozenset(
        int(match[0]) for match in _YEAR.finditer(text) if text[max(0, match.start() - 2) : match.start()] != "fy"
    )


def _name_of_part(match: re.Match[str]) -> str:
    return match["part"].upper() if match["part"] else _NAMES[int(match["months"])][0] if match["months"] else "FY"


def _to_date(part: str | None) -> str | None:
    """The part of the year that ends with a quarter and begins with the year."""
    return {"Q2": "H1", "Q3": "9M", "Q4": "FY"}.get(part or "", part)


def _with_end_of_month(parts: _Parts, text: str) -> _Parts:
    """Parts with the last day of the month that heads name with its year and without a day: "Quarter ended June 2026", "Jun-26", and with that of a
    month by itself beside a length: "2026 | Quarter ended June"."""
    years = parts.years | parts.fiscal
    months = {(MONTHS[match["m"]], match["y"]) for match in _MONTH_OF_YEAR.finditer(text)}
    alone = {MONTHS[match["m"]] for match in _MONTH_ALONE.finditer(text)}
    if len(months) == 1 and not alone:
        ((month, digits),) = months
        year = int(digits) % 2000 + 2000
        if years not in (frozenset(), frozenset((year,))) or (years and len(digits) == 2):
            return parts  # "Jun-26" beside a year is a day
        return replace(parts, years=frozenset((year,)), day=(month, _last_day(year, month)))
    if len(alone) == 1 and not months and len(parts.years) == 1 and (parts.months or parts.is_to_date):
        month = alone.pop()
        return replace(parts, day=(month, _last_day(min(parts.years), month)))
    return parts


def _span_of_months(match: re.Match[str]) -> _Parts | None:
    """Months from the first day of one to the last of another, "January 1 - June 30, 2026"; None for other days, which are two dates."""
    first, last = MONTHS[match["m1"]], MONTHS[match["m2"]]
    years = [int(match[key]) for key in ("y1", "y2") if match[key]]
    months = (last - first) % 12 + 1
    last_day = _last_day(years[-1] if years else None, last)
    begin, end = (match["a1"] or match["a2"]), (match["b1"] or match["b2"])
    if begin is None and end is None:
        begin, end = "1", str(last_day)
    if begin != "1" or end is None or abs(last_day - int(end)) > 1:
        return None
    if len(years) == 2 and 12 * (years[1] - years[0]) + last - first + 1 != months:
        return None
    return _Parts(years=frozenset(years[-1:]), day=(last, int(end)), months=months)


def _last_day(year: int | None, month: int) -> int:
    """The last day of a month; of February without a year the 28th."""
    year = year or FIRST_YEAR + 1
    return (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day


def _count(text: str) -> int:
    return int(text) if text.isdigit() else _COUNTS[text]


def _completed(parts: _Parts, text: str, *, has_han: bool) -> _Parts:
    """The parts of the heads, completed by a line above, which is in one notation; a line that names another year adds nothing. A part of a year
    counts where the heads state nothing, or the line nothing else."""
    if parts.fiscal and parts.day is None:
        return parts
    line = _read(text)
    if parts.is_to_date and parts.day is None and not parts.part and line.part:
        parts = replace(
            parts, part=_to_date(line.part), is_to_date=False
        )  # "年初至报告期末" in the report of a third quarter
    states_nothing = not (parts.years or parts.day or parts.has_length)
    if not parts.has_length and not parts.is_instant and not parts.is_to_date:
        is_part = line.part is not None and (states_nothing or has_han or _PART_BY_ITSELF.fullmatch(text) is not None)
        parts = replace(
            parts,
            months=line.months,
            weeks=line.weeks,
            part=line.part if is_part and not (line.months or line.weeks) else None,
            is_to_date=line.is_to_date and not (line.months or line.weeks or is_part),
        )
    if parts.day is None and line.day is not None and not parts.part:
        parts = replace(parts, day=line.day)
    if not parts.years and not (parts.part and line.part and not line.fiscal and parts.part != line.part):
        is_fiscal = line.fiscal and not (line.years or line.day) and parts.day is not None and parts.has_length
        states_years = not is_fiscal and bool(parts.has_length or parts.day)
        parts = replace(parts, years=line.years or (line.fiscal if states_years else frozenset()))
        if is_fiscal or (states_nothing and line.fiscal and not line.day):
            parts = replace(parts, fiscal=line.fiscal)
    return parts


def _period(parts: _Parts, text: str, calendar: FiscalCalendar) -> Period:
    years = parts.fiscal or parts.years
    if not years:
        raise PeriodError("no_period", f"Neither the heads {text[:80]!r} nor the lines above state a year.")
    if len(years) > 1 or (parts.day is not None and len(parts.years) > 1):
        raise PeriodError("two_periods", f"The heads {text[:80]!r} and the lines above state several years.")
    (year,) = years
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise PeriodError("impossible_date", f"The year in {text[:80]!r} is outside {FIRST_YEAR} to {LAST_YEAR}.")
    if parts.part and (parts.day is None or parts.fiscal):
        return _of_fiscal_year(parts, parts.part, year, calendar)
    if parts.day is None:
        if parts.months == 12 or (parts.fiscal and not parts.has_length and not parts.is_to_date):
            return Period(*calendar.year_bounds(year))
        raise PeriodError(
            "no_period", f"Neither the heads {text[:80]!r} nor the lines above state the day on which the period ends."
        )
    try:
        end = _day_of_year(parts, calendar)
    except ValueError as error:
        raise PeriodError("impossible_date", f"The heads {text[:80]!r} state a day that does not exist.") from error
    if parts.months is None and parts.weeks is None:
        if parts.is_to_date:
            return _year_to_date(end, text, calendar)
        if parts.is_instant:
            return Period(end, end, is_instant=True)
        raise PeriodError(
            "no_length", f"The heads {text[:80]!r} state a day, and nothing states the span that ends on it."
        )
    return Period(_start(end, parts.months, parts.weeks, calendar), end)


def _of_fiscal_year(parts: _Parts, part: str, year: int, calendar: FiscalCalendar) -> Period:
    """A part of a fiscal year. A day beside it that ends this part of some year ends the period: it is exact, and a company may name its years
    otherwise."""
    start, end = calendar.bounds(year, part)
    if parts.day is not None and len(parts.years) == 1:
        try:
            day = date(min(parts.years), *parts.day)
        except ValueError:
            return Period(start, end)
        for known in (year - 1, year, year + 1):
            first, last = calendar.bounds(known, part)
            if abs((last - day).days) <= TOLERANCE_DAYS:
                return Period(first, day)
    return Period(start, end)


def _day_of_year(parts: _Parts, calendar: FiscalCalendar) -> date:
    """The last day of a period: in the year that is printed, or within the fiscal year."""
    assert parts.day is not None, "the day is known"
    if parts.years:
        (year,) = parts.years
        return date(year, *parts.day)
    (fiscal_year,) = parts.fiscal
    _, last = calendar.year_bounds(fiscal_year)
    end = date(last.year, *parts.day)
    return end if end <= last + timedelta(days=TOLERANCE_DAYS) else date(last.year - 1, *parts.day)


def _year_to_date(end: date, text: str, calendar: FiscalCalendar) -> Period:
    """From the first day of the fiscal year to a day that ends one of its quarters."""
    for year in (end.year, end.year + 1):
        for name in YEARS_TO_DATE:
            first, last = calendar.bounds(year, name)
            if abs((last - end).days) <= TOLERANCE_DAYS:
                return Period(first, end)
    raise PeriodError("odd_end", f"The heads {text[:80]!r} state a year to date that ends within a fiscal quarter.")


YEARS_TO_DATE: Final = ("Q1", "H1", "9M", "FY")
"""The first quarters of a fiscal year together, by the number of the last one."""
_NAMES: Final = {3: ("Q1", "Q2", "Q3", "Q4"), 6: ("H1", "H2"), 9: ("9M",), 12: ("FY",)}
_WEEKS: Final = {12: 3, 13: 3, 14: 3, 16: 3, 17: 3, 24: 6, 26: 6, 27: 6, 28: 6, 36: 9, 39: 9, 40: 9, 52: 12, 53: 12}


def _start(end: date, months: int | None, weeks: int | None, calendar: FiscalCalendar) -> date:
    """The first day of a span that ends on a day: that of the calendar for a fiscal span, otherwise counted back."""
    for known in (calendar, CALENDAR_YEAR):
        for name in _NAMES.get(months or _WEEKS.get(weeks or 0, 0), ()):
            for year in (end.year, end.year + 1):
                first, last = known.bounds(year, name)
                if abs((last - end).days) <= TOLERANCE_DAYS and (
                    weeks is None or abs((end - first).days + 1 - 7 * weeks) <= TOLERANCE_DAYS
                ):
                    return first
    if weeks is not None:
        return end - timedelta(days=7 * weeks - 1)
    assert months is not None
    following = end + timedelta(days=1)
    index = following.year * 12 + following.month - 1 - months
    return date(index // 12, index % 12 + 1, min(following.day, 28))
