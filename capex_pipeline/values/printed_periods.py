"""Periods as the heads of printed tables state them: "Three Months Ended June 30, 2024", "Q1 FY23", "截至2024年6月30日止三個月".

Heads come in parts over several lines, and the title above the table completes them. Labels that a person types are read by `periods`, prose
by `article.period_expressions`. Add a form here with a test; a company's calendar belongs to the reference data.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from capex_pipeline.values.fiscal_calendar import FIRST_YEAR, LAST_YEAR, TOLERANCE_DAYS, FiscalCalendar
from capex_pipeline.values.periods import CALENDAR_YEAR, Period, PeriodError, parse_period
from capex_pipeline.values.words import SMALL_NUMBERS, TENS

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct|november nov|december dec".split(
            "|"
        ),
        1,
    )
    for name in names.split()
}
_M = "|".join(sorted(_MONTHS, key=len, reverse=True))
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
_HAN_DIGITS: Final = {
    "〇": 0,
    "零": 0,
    "○": 0,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}

_YEAR = re.compile(r"(?<![\d,.])(?:19|20)\d\d(?![\d,]\d|\.\d)")
_DAY = re.compile(
    rf"\b(?:(?P<m1>{_M})\.? (?P<d1>\d{{1,2}})|(?P<d2>\d{{1,2}}) (?P<m2>{_M})\.?)(?!\d)(?:,? (?P<y>(?:19|20)\d\d))?"
)
_MONTH_OF_YEAR = re.compile(rf"(?<!\d )\b(?P<m>{_M})\.?(?:(?:,? |-)(?=20\d\d)|-|')(?P<y>20\d\d|\d\d)(?![\d-])")
_DASHED = re.compile(rf"\b(?P<d>\d{{1,2}})[- ](?P<m>{_M})-(?P<y>20\d\d|\d\d)\b")
_ISO = re.compile(r"\b(?P<y>(?:19|20)\d\d)-(?P<m>\d{2})-(?P<d>\d{2})\b")
_SLASHED = re.compile(r"(?<![\d/])(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y>(?:19|20)\d\d|\d\d)(?![\d/])")
_SPAN_OF_MONTHS = re.compile(
    rf"\b(?:(?P<a1>\d{{1,2}}) )?(?P<m1>{_M})\.?(?: (?P<a2>\d{{1,2}})(?!\d))?(?:,? (?P<y1>(?:19|20)\d\d))? ?(?:-|\bto\b|\bthrough\b|\buntil\b) ?"
    rf"(?:(?P<b1>\d{{1,2}}) )?(?P<m2>{_M})\b\.?(?: (?P<b2>\d{{1,2}})(?!\d))?(?:,? (?P<y2>(?:19|20)\d\d))?"
)
_QUARTER_WORD = re.compile(r"\bqtr\b\.?")
_NUMBERED_QUARTER = re.compile(r"\bquarter ([1-4])\b,? ?(?=(?:fy ?)?20\d\d\b)")
_MONTHS_TO = re.compile(rf"\b(3|6|9|12)m (?:to |ended |ending )?(?=(?:\d{{1,2}}[ -])?(?:{_M})\b)")
_PART_FIRST = re.compile(
    rf"\bf?(?:(?P<l>[qh])(?P<n>[1-4])|(?P<n2>[1-4])(?P<l2>[qh]))[-./ ]? ?(?P<f>fy ?'?|')?(?P<y>20\d\d|\d\d)a?\b(?![/-]\d|,\d| ?(?:{_M})\b)"
)
_YEAR_FIRST = re.compile(
    r"(?<![\da-z./-])'?(?P<y>20\d\d|\d\d)(?:[-./年](?=\w\w\b|\w\wa\b))?(?P<f>fy)?(?:(?P<l>[qh])(?P<n>[1-4])|(?P<n2>[1-4])(?P<l2>[qh]))a?(?![\w'])"
)
_FISCAL_YEAR = re.compile(r"\bfy'(\d\d)\b|\bfy ?(\d\d|20\d\d)a\b|\b(20\d\d)fy\b")
_TWO_YEARS = re.compile(
    r"(?<![\d/-])(?P<first>20\d\d)[/-](?P<second>20\d\d|\d\d)(?![\d/-])|(?<=\bfy)(?P<short> ?\d\d)/(?P<end>\d\d)(?![\d/-])"
)
_SPAN_OF_QUARTERS = re.compile(
    r"\b(?:q(?P<a1>[1-4])|(?P<a2>[1-4])q) ?(?P<by>-|to\b|through\b|and\b|&|\+|/|,) ?(?:q(?P<b1>[1-4])|(?P<b2>[1-4])q(?![1-4]\b))"
)
_LENGTH = re.compile(rf"\b(?P<n>\d{{1,2}}|{_N})[ -](?P<unit>month|week)s?\b")
_QUARTERS = re.compile(r"\b(?P<n>two|three|four|[2-4]) (?:fiscal )?quarters\b")
_FULL_YEAR = re.compile(r"\bfy\b|\bfull[ -]year\b")
_NAMED = re.compile(
    r"\b(?P<quarter>(?:fiscal )?quarters?(?: ended| ending| to))|\b(?P<year>(?:fiscal |full )?years? (?:ended|ending|to(?! date)))|\b(?P<half>half[- ]years? (?:ended|ending|to))"
)
_LABEL = re.compile(
    r"\bq(?P<q1>[1-4])[ -]?(?P<f1>fy ?|fiscal (?:year )?|')?(?P<y1>\d{4}|\d{2})\b|\b(?P<q2>[1-4])q ?(?P<f2>fy ?|')?(?P<y2>\d{4}|\d{2})\b"
    r"|\b(?P<ord>first|second|third|fourth|1st|2nd|3rd|4th)[ -](?P<f3a>fiscal )?quarter,?(?: of)? ?(?P<f3>fy ?|fiscal (?:year )?)?(?P<y3>\d{4})\b"
    r"|\b(?:fy ?|fiscal (?:year )?)(?P<y4>\d{4}|\d{2})(?:[ -]?q(?P<q4>[1-4]))?\b|\b(?P<h>[12])h ?(?P<y5>\d{4}|\d{2})\b|\bh(?P<h2>[12]) ?(?P<f6>fy ?)?(?P<y6>\d{4}|\d{2})\b"
    r"|\b(?P<n>[369]|12)m[ -]?(?P<f7>fy ?|')?(?P<y7>\d{4}|\d{2})\b"
)
_PART_OF_YEAR = re.compile(r"\b(?P<ord>first|second|third|fourth|1st|2nd|3rd|4th)[ -](?P<part>quarter|half)\b")
_QUARTER_OR_HALF = re.compile(r"\bq(?P<q>[1-4])\b|\b(?P<q2>[1-4])q\b|\bh(?P<h>[12])\b|\b(?P<h2>[12])h\b")
_FIRST_MONTHS = re.compile(r"\b(?P<n>[369]|12)m\b")
_TO_DATE = re.compile(r"\byear[ -]to[ -]date\b|\bytd\b|年初至(?:今|[报報]告期末)")
_ROLLING = re.compile(
    r"\b(?:trailing|rolling|ttm|ltm)\b|\b(?:last|latest|past|previous) (?:twelve|12|four|4) (?:months|quarters)\b|[過过]去(?:十二|12)[個个]月"
)
_ORDINALS: Final = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_HAN_DATE = re.compile(
    r"(?P<y>\d{4}|\d{2,3})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日|(?<!年)(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日"
)
_HAN_YEAR = re.compile(r"(?P<y>\d{4}|\d{2,3})年(?!\d|初|末|底)")
_HAN_LENGTH = re.compile(r"止?(?P<n>十二|[三六九]|3|6|9|12)[个個]月|止?(?P<year>年度)")
_HAN_FIRST_QUARTERS = re.compile(r"(?:前|第?[一1]季?度?[至到-]第?)(?P<n>[二两兩三四2-4])[个個]?季度?")
_HAN_QUARTER = re.compile(r"第?(?P<n>[一二三四1-4])季度?")
_HAN_HALF = re.compile(r"(?P<first>上半年|半年度)|(?P<second>下半年)")
_CHANGE = re.compile(
    r"change|variance|y/y|q/q|yoy|qoq|increase|decrease|\binc\.? ?/ ?\(?dec|\b(?:un)?fav(?:ou?rable|\b)|better|worse|%|同比|环比|環比|增减|增減|变动|變動"
)
_HAN_MONTHS = re.compile(
    r"(?P<y>\d{4}|\d{2,3})年(?:(?P<first>\d{1,2})月?[-至到](?P<n>\d{1,2})|1(?P<lost>3|6|9|12))月(?!\d*日)"
)
"""A page may lose the dash of "1-6月"; no month has the number that is left."""
_HAN_SPAN = re.compile(r"(?P<first>\d{1,2})月1日[至到-](?:(?:\d{4}|\d{2,3})年)?(?P<last>\d{1,2})月\d{1,2}日")
_INSTANT = re.compile(r"\bas (?:of|at)\b|年末|期末|年初|期初|月末")


@dataclass(frozen=True)
class _Parts:
    """What the heads state of a period; None if they do not. months: length; weeks likewise. label: such as "FY2024
    Q1". is_to_date: the period begins with the fiscal year.
    """

    years: frozenset[int] = frozenset()
    day: tuple[int, int] | None = None
    months: int | None = None
    weeks: int | None = None
    quarter: int | None = None
    half: int | None = None
    label: str | None = None
    is_instant: bool = False
    is_to_date: bool = False


def printed_period(
    heads: Sequence[str],
    titles: Sequence[str],
    calendar: FiscalCalendar,
    *,
    is_minguo: bool = False,
    is_balance: bool = False,
    annual_end: date | None = None,
    is_month_first: bool | None = None,
) -> Period:
    """First and last day of the span that the heads of a column state, or the day of a balance.

    heads: of the column, outermost first. titles: lines above the table, the nearest last; they add a length, a day or a year that the heads
    leave out. calendar: of the company; it decides where a fiscal quarter begins and what "FY2024" means. is_minguo: years such as 113 are
    those of the Republic of China (1911 = 0). is_balance: the row is a balance, so that a day without a span is the day of the balance.
    annual_end: last day of the year of an annual report. In it a year by itself is a fiscal year, or its last day for a balance, up to that
    year: a later one is no report. A day by itself ends a fiscal year if it is that day or one as many whole years before it.
    is_month_first: how the document writes dates such as 9/3/2022 (`date_order`); None leaves them unread.

    A month-end printed by a company with a 52/53-week calendar is kept as printed at the end; the beginning is the calendar's.

    Raises:
        PeriodError: rule no_period (nothing states one), period_of_change (a column of changes), two_periods (several years or days),
            no_length (a day without the span that ends on it), odd_end (a span of months that ends within a month), rolling (a quarter beside
            the word "trailing"), or those of `periods.parse_period`.
    """
    own_heads = _plain(" ".join(heads))
    if _CALENDAR.search(own_heads) and calendar.year_end_month != 12:
        raise PeriodError(
            "no_period", f"The heads {own_heads[:80]!r} state a calendar year, and the fiscal year is another."
        )
    if _OTHER_QUARTERS.search(own_heads):
        raise PeriodError(
            "two_periods", f"The heads {own_heads[:80]!r} state several quarters that do not begin a year."
        )
    if _CHANGE.search(own_heads):
        raise PeriodError(
            "period_of_change", f"The column {own_heads[:80]!r} shows changes, not the amounts of a period."
        )
    own = _with_end_of_month(_with_part_of_year(_read(own_heads, is_minguo, is_month_first), own_heads), own_heads)
    parts = own
    for line in reversed(titles):
        parts = _completed(parts, _read(_plain(line), is_minguo, is_month_first))
    has_length = parts.months or parts.weeks or parts.quarter or parts.half
    if annual_end is not None and len(parts.years) == 1 and not has_length and not parts.label:
        start, end = calendar.year_bounds(min(parts.years))
        if own.day is None and end <= annual_end + timedelta(days=TOLERANCE_DAYS):
            return Period(end, end, is_instant=True) if is_balance else Period(start, end)
        if own.day == parts.day and not is_balance and not parts.is_instant and _is_year_end(parts, annual_end):
            parts = replace(parts, months=12)
    if is_balance and parts.day is not None and not (parts.months or parts.weeks):
        parts = replace(parts, is_instant=True)
    if _ROLLING.search(own_heads) and (parts.label or parts.quarter or parts.half):
        raise PeriodError("rolling", f"The column {own_heads[:80]!r} shows twelve months up to a quarter.")
    period = _period(parts, own_heads, calendar)
    if parts.months and not period.is_instant and not parts.label and not parts.quarter and not parts.half:
        is_own_day = own.day is not None and bool(own.years)
        if not _ends_month(period.end) or (not is_own_day and not _ends_quarter(period.end, calendar)):
            raise PeriodError(
                "odd_end",
                f"The heads {own_heads[:80]!r} and the lines above give a span of months that ends on {period.end}, which is no end of a "
                f"{'month' if is_own_day else 'fiscal quarter'}.",
            )
    return period


def states_rolling_year(text: str) -> bool:
    """Whether a text says that amounts are those of twelve months up to each period: "trailing four quarters"."""
    return _ROLLING.search(_plain(text)) is not None


def _ends_month(day: date) -> bool:
    """Whether a day is about the end of a month, as that of a quarter of 13 weeks is."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return day.day <= TOLERANCE_DAYS or (following - day).days - 1 <= TOLERANCE_DAYS


def _ends_quarter(day: date, calendar: FiscalCalendar) -> bool:
    """Whether a day is about the end of a quarter of the calendar."""
    ends = (calendar.bounds(year, quarter)[1] for year in (day.year, day.year + 1) for quarter in _NAMES[3])
    return any(abs((end - day).days) <= TOLERANCE_DAYS for end in ends)


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
        for match in _SLASHED.finditer(unicodedata.normalize("NFKC", text))
        if (int(match["a"]) > 12) != (int(match["b"]) > 12)
    }
    return orders.pop() if len(orders) == 1 else None


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace("’", "'").replace("–", "-").replace("—", "-")
    text = re.sub(r"\{[^{}]*\}|\((?:\d{1,2}|[a-z]|unaudited|audited)\)|[*†‡]", " ", text.casefold())
    text = re.sub(
        r"[〇零○一二三四五六七八九]{4}(?=年)", lambda match: "".join(str(_HAN_DIGITS[sign]) for sign in match[0]), text
    )
    text = re.sub(r"([〇零○一二三四五六七八九十]{1,3})(?=[月日])", lambda match: str(_han_number(match[1])), text)
    text = _DASHED.sub(
        lambda match: f"{match['d']} {match['m']} {int(match['y']) % 2000 + 2000}", " ".join(text.split())
    )
    text = _TWO_YEARS.sub(_second_year, _canonical(text))
    return _SPAN_OF_QUARTERS.sub(_first_quarters, text)


def _canonical(text: str) -> str:
    """Text with one notation of quarters and halves, "q2 2025", for "2025.2Q", "2Q'25", "25Q2A", "2nd Qtr 2025" and the like, of fiscal years, "fy2025",
    and of months, "three months ended", for "3M to"."""
    text = _QUARTER_WORD.sub("quarter", text)
    text = _NUMBERED_QUARTER.sub(r"q\1 ", text)
    text = _MONTHS_TO.sub(r"\1 months ended ", text)
    text = _YEAR_FIRST.sub(_part_of_year, text)
    text = _PART_FIRST.sub(_part_of_year, text)
    return _FISCAL_YEAR.sub(lambda match: f"fy{match[1] or match[2] or match[3]}", text)


def _part_of_year(match: re.Match[str]) -> str:
    letter, number = match["l"] or match["l2"], match["n"] or match["n2"]
    if letter == "h" and number not in "12":
        return match[0]
    fiscal = "fy" if (match["f"] or "").startswith("fy") or match[0].startswith("f") else ""
    return f"{letter}{number} {fiscal}{int(match['y']) % 2000 + 2000} "


def _second_year(match: re.Match[str]) -> str:
    """The year in which a fiscal year of two calendar years ends: 2026 for "2025/26"."""
    first, second = int(match["first"] or match["short"]) % 100, int(match["second"] or match["end"]) % 100
    return f"20{second:02}" if second == first + 1 else match[0]


def _first_quarters(match: re.Match[str]) -> str:
    """The name of the quarters from the first one on, "Q1-Q3" being "9M"; other quarters together are left as `_OTHER_QUARTERS` finds them."""
    first, last = (int(match[f"{side}1"] or match[f"{side}2"]) for side in "ab")
    if first != 1 or last == 1 or match["by"] in ("/", ","):
        return f"q{first}..q{last}"
    return {2: "h1", 3: "9m", 4: "fy"}[last]


_CALENDAR = re.compile(r"\b(?:cy(?=[ '\d])|calendar\b|cq[1-4])|(?<=[1-4])cy(?=[ '\d])")
_OTHER_QUARTERS = re.compile(r"q[1-4]\.\.q[1-4]")


def _han_number(text: str) -> int:
    before, ten, after = text.partition("十")
    if not ten:
        return int("".join(str(_HAN_DIGITS[sign]) for sign in text))
    return 10 * (_HAN_DIGITS.get(before, 1)) + _HAN_DIGITS.get(after, 0)


def _read(text: str, is_minguo: bool, is_month_first: bool | None) -> _Parts:
    if re.search(r"[年月季]", text):
        return _read_han(text.replace(" ", ""), is_minguo)
    is_to_date = _TO_DATE.search(text) is not None
    labels = {_label(match) for match in _LABEL.finditer(text)}
    if len(labels) == 1:
        label = labels.pop()
        return _Parts(label=_TO_DATE_LABELS.sub(lambda part: _PARTS_TO_DATE[part[0]], label) if is_to_date else label)
    if (span := _SPAN_OF_MONTHS.search(text)) and (parts := _span_of_months(span)):
        return parts
    days: set[tuple[int, int]] = set()
    years = {int(match[0]) for match in _YEAR.finditer(text)}
    for match in _DAY.finditer(text):
        days.add((_MONTHS[match["m1"] or match["m2"]], int(match["d1"] or match["d2"])))
    for match in _ISO.finditer(text):
        days.add((int(match["m"]), int(match["d"])))
    for match in _SLASHED.finditer(text):
        first, second = int(match["a"]), int(match["b"])
        if first > 12 and len(match["y"]) == 2:
            continue  # 24/12/31 may begin with the year
        years.add(int(match["y"]) + (2000 if len(match["y"]) == 2 else 0))
        if (first > 12) != (second > 12):
            days.add((min(first, second), max(first, second)))
        elif is_month_first is not None:  # 6/7/2024 is a day in June or in July
            days.add((first, second) if is_month_first else (second, first))
    lengths = {(match["unit"], _count(match["n"])) for match in _LENGTH.finditer(text)}
    named = _NAMED.search(text)
    lengths |= {("month", 3 * _count(match["n"])) for match in _QUARTERS.finditer(text)}
    if not lengths and named:
        lengths = {("month", 3 if named["quarter"] else 6 if named["half"] else 12)}
    unit, number = lengths.pop() if len(lengths) == 1 else (None, None)
    return _Parts(
        years=frozenset(years),
        day=days.pop() if len(days) == 1 else None,
        months=number if unit == "month" else None,
        weeks=number if unit == "week" else None,
        is_instant=bool(_INSTANT.search(text)),
        is_to_date=is_to_date,
    )


def _with_end_of_month(parts: _Parts, text: str) -> _Parts:
    """Parts with the last day of the month that heads name with its year and without a day: "Quarter ended June 2026", "Jun-26"."""
    months = {(_MONTHS[match["m"]], match["y"]) for match in _MONTH_OF_YEAR.finditer(text)}
    if parts.day is not None or parts.label or parts.quarter or parts.half or len(months) != 1:
        return parts
    ((month, digits),) = months
    year = int(digits) % 2000 + 2000
    if parts.years not in (frozenset(), frozenset((year,))) or (parts.years and len(digits) == 2):
        return parts  # "Jun-26" beside a year is a day
    return replace(parts, years=frozenset((year,)), day=(month, _last_day(year, month)))


def _span_of_months(match: re.Match[str]) -> _Parts | None:
    """Months from the first day of one to the last of another, "January 1 - June 30, 2026"; None for other days, which are two dates."""
    first, last = _MONTHS[match["m1"]], _MONTHS[match["m2"]]
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


def _with_part_of_year(parts: _Parts, text: str) -> _Parts:
    """Parts with the quarter or half that heads name beside their year: "2024 | First Half", "2024 | Q1", or the whole year of "2024 | FY"; a day that is printed too ends it."""
    named = {(match["part"], _ORDINALS[match["ord"]]) for match in _PART_OF_YEAR.finditer(text)}
    if parts.years and not named:
        for match in _QUARTER_OR_HALF.finditer(text):
            quarter = match["q"] or match["q2"]
            named.add(("quarter" if quarter else "half", int(quarter or match["h"] or match["h2"])))
    if parts.label or parts.months or parts.weeks or parts.is_to_date:
        return parts
    if parts.years and parts.day is None and not named and _FULL_YEAR.search(text):
        return replace(parts, months=12)
    if len(parts.years) == 1 and parts.day is None and not named and (first := _FIRST_MONTHS.search(text)):
        return replace(parts, label=f"FY{min(parts.years)} {_FIRST_QUARTERS[int(first['n']) // 3]}".strip())
    if len(named) != 1:
        return parts
    ((part, ordinal),) = named
    if parts.day is not None:
        return replace(parts, months=3 if part == "quarter" else 6)
    return replace(parts, quarter=ordinal) if part == "quarter" else replace(parts, half=ordinal)


def _count(text: str) -> int:
    return int(text) if text.isdigit() else _COUNTS[text]


def _label(match: re.Match[str]) -> str:
    parts = {key: value for key, value in match.groupdict().items() if value is not None}
    year = next(parts[key] for key in ("y1", "y2", "y3", "y4", "y5", "y6", "y7") if key in parts)
    year = year if len(year) == 4 else f"20{year}"
    is_fiscal = (
        any(key in parts and parts[key].strip() not in ("", "'") for key in ("f1", "f2", "f3", "f3a", "f6", "f7"))
        or "y4" in parts
    )
    quarter = parts.get("q1") or parts.get("q2") or parts.get("q4") or str(_ORDINALS.get(parts.get("ord", ""), ""))
    half = parts.get("h") or parts.get("h2")
    part = f" Q{quarter}" if quarter else f" H{half}" if half else ""
    if "n" in parts:
        part = f" {_FIRST_QUARTERS[int(parts['n']) // 3]}".rstrip()
    # In a company's own table "Q1 2024" is a quarter of its own fiscal year.
    return f"FY{year}{part}" if is_fiscal or part else f"FY{year}"


def _read_han(text: str, is_minguo: bool) -> _Parts:
    if (match := _HAN_MONTHS.search(text)) and (year := _han_year(match["y"], is_minguo)):
        first, last = int(match["first"] or 1), int(match["n"] or match["lost"])
        if 1 <= first < last <= 12:
            return _Parts(frozenset((year,)), (last, _last_day(year, last)), months=last - first + 1)
    days: set[tuple[int, int]] = set()
    years: set[int] = set()
    for match in _HAN_DATE.finditer(text):
        if match["y"]:
            years.add(_han_year(match["y"], is_minguo))
        days.add((int(match["m"] or match["m2"]), int(match["d"] or match["d2"])))
    years |= {_han_year(match["y"], is_minguo) for match in _HAN_YEAR.finditer(text)}
    years -= {0}
    if not years:
        years = {int(match[0]) for match in _YEAR.finditer(text)}  # "截至12月31日止三個月 | 2024"
    if first_quarters := _HAN_FIRST_QUARTERS.search(text):
        number = (
            {"两": 2, "兩": 2}.get(first_quarters["n"])
            or _HAN_DIGITS.get(first_quarters["n"])
            or int(first_quarters["n"])
        )
        if len(years) == 1:
            return _Parts(label=f"FY{min(years)} {_FIRST_QUARTERS[number]}")
        return _Parts(frozenset(years), months=3 * number)
    is_to_date = _TO_DATE.search(text) is not None
    span = _HAN_SPAN.search(text) if len(days) == 2 else None
    if span:
        days.discard((int(span["first"]), 1))
        if len(years) == 2 and max(years) - min(years) == 1 and int(span["first"]) > int(span["last"]):
            years = {max(years)}
    length, quarter, half = _HAN_LENGTH.search(text), _HAN_QUARTER.search(text), _HAN_HALF.search(text)
    months = None
    if length:
        months = 12 if length["year"] else {"三": 3, "六": 6, "九": 9, "十二": 12}.get(length["n"]) or int(length["n"])
    day = days.pop() if len(days) == 1 else None
    if span and months is None and day is not None:
        months = (int(span["last"]) - int(span["first"])) % 12 + 1
    return _Parts(
        years=frozenset(years),
        day=day,
        months=months if not half else None,
        quarter=(_HAN_DIGITS.get(quarter["n"]) or int(quarter["n"])) if quarter else None,
        half=None if half is None else 1 if half["first"] else 2,
        is_instant=bool(_INSTANT.search(text)) and not is_to_date,
        is_to_date=is_to_date,
    )


def _han_year(text: str, is_minguo: bool) -> int:
    year = int(text)
    if year < 1000:
        year = year + 1911 if is_minguo else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else 0


def _completed(parts: _Parts, line: _Parts) -> _Parts:
    """The parts of the heads, completed by a line above; a line that names another year or label adds nothing."""
    if parts.label:
        return parts
    if line.label and not (parts.years or parts.day or parts.months or parts.weeks):
        return replace(parts, label=line.label)
    has_length = parts.months or parts.weeks or parts.quarter or parts.half
    if not has_length and not parts.is_instant and not parts.is_to_date:
        parts = replace(
            parts,
            months=line.months,
            weeks=line.weeks,
            quarter=line.quarter,
            half=line.half,
            is_to_date=line.is_to_date and not (line.months or line.weeks or line.quarter or line.half),
        )
    if parts.day is None and line.day is not None and not (parts.quarter or parts.half):
        parts = replace(parts, day=line.day)
    if not parts.years and line.years:
        parts = replace(parts, years=line.years)
    return parts


def _period(parts: _Parts, text: str, calendar: FiscalCalendar) -> Period:
    if parts.label:
        return parse_period(parts.label, calendar)
    if not parts.years:
        raise PeriodError("no_period", f"Neither the heads {text[:80]!r} nor the lines above state a year.")
    if len(parts.years) > 1:
        raise PeriodError("two_periods", f"The heads {text[:80]!r} and the lines above state several years.")
    (year,) = parts.years
    if parts.quarter or parts.half:
        part = f"Q{parts.quarter}" if parts.quarter else f"H{parts.half}"
        return Period(*calendar.bounds(year, part))
    if parts.day is None:
        if parts.months == 12:
            return Period(*calendar.year_bounds(year))
        raise PeriodError(
            "no_period", f"Neither the heads {text[:80]!r} nor the lines above state the day on which the period ends."
        )
    try:
        end = date(year, *parts.day)
    except ValueError as error:
        raise PeriodError("impossible_date", f"The heads {text[:80]!r} state a day that does not exist.") from error
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise PeriodError("impossible_date", f"The year in {text[:80]!r} is outside {FIRST_YEAR} to {LAST_YEAR}.")
    if parts.months is None and parts.weeks is None:
        if parts.is_to_date:
            return _year_to_date(end, text, calendar)
        if parts.is_instant:
            return Period(end, end, is_instant=True)
        raise PeriodError(
            "no_length", f"The heads {text[:80]!r} state a day, and nothing states the span that ends on it."
        )
    return Period(_start(end, parts.months, parts.weeks, calendar), end)


_FIRST_QUARTERS: Final = {1: "Q1", 2: "H1", 3: "9M", 4: ""}
"""Names of the first quarters of a year together."""
_PARTS_TO_DATE: Final = {f"Q{number}": name for number, name in _FIRST_QUARTERS.items()}
_TO_DATE_LABELS = re.compile("|".join(_PARTS_TO_DATE))


def _year_to_date(end: date, text: str, calendar: FiscalCalendar) -> Period:
    """From the first day of the fiscal year to a day that ends one of its quarters."""
    for year in (end.year, end.year + 1):
        for name in _YEARS_TO_DATE:
            first, last = calendar.bounds(year, name)
            if abs((last - end).days) <= TOLERANCE_DAYS:
                return Period(first, end)
    raise PeriodError("odd_end", f"The heads {text[:80]!r} state a year to date that ends within a fiscal quarter.")


_YEARS_TO_DATE: Final = tuple(name or "FY" for name in _FIRST_QUARTERS.values())
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
