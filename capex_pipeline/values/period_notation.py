"""One notation for the many in which tables print periods: "q2 fy2025" for "2Q'25", "FY25 Q2", "2025年第二季度" and "2nd Qtr 2025".

Each rule rewrites one kind of notation, and `printed_periods` reads the result. Add a notation here with a test. Nothing here decides what a
period means for a company.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from capex_pipeline.values.words import MONTHS

MONTH: Final = "|".join(sorted(MONTHS, key=len, reverse=True))
SLASHED: Final = re.compile(r"(?<![\d/])(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y>(?:19|20)\d\d|\d\d)(?![\d/])")
HAN: Final = re.compile(r"[年月季期년월분]|止|半期")

_HAN_DIGITS: Final = {sign: number for number, sign in enumerate("〇一二三四五六七八九十")} | {"零": 0, "○": 0}
_ORDINALS: Final = {
    "first": "1", "second": "2", "third": "3", "fourth": "4", "1st": "1", "2nd": "2", "3rd": "3", "4th": "4",
    "一": "1", "二": "2", "两": "2", "兩": "2", "三": "3", "四": "4",
}  # fmt: skip
_MONTH_NAMES: Final = {number: name for name, number in reversed(MONTHS.items())}
_FIRST_QUARTERS: Final = {"1": "q1", "2": "h1", "3": "9m", "4": "fy"}
"""The first quarters of a year together, by the number of the last one."""

_Match = re.Match[str]
_Rules = tuple[tuple[re.Pattern[str], str | Callable[[_Match], str]], ...]


def _rules(*pairs: tuple[str, str | Callable[[_Match], str]]) -> _Rules:
    return tuple((re.compile(pattern.replace("{M}", f"(?:{MONTH})")), written) for pattern, written in pairs)


def _ordinal(text: str) -> str:
    return _ORDINALS.get(text, text)


def _month(number: str) -> str:
    return _MONTH_NAMES.get(int(number), f"month {number}")


def _year(digits: str) -> int:
    return int(digits) % 2000 + 2000


def _han_months(match: _Match) -> str:
    year = f"{match[1]}年" if match[1] else ""
    return f" {_month(match[2])} - {_month(match[3])} {year} "


def _han_day(match: _Match) -> str:
    year = f"{match[1]}年" if match[1] else ""
    return f" {_month(match[2])} {match[3]}, {year} {'- ' if match[4] else ''}"


def _month_of_year_end(match: _Match) -> str:
    month, year = int(match[1]), match[2]
    if len(year) == 2 and int(year) == month + 1:
        return match[0]  # "FY11/12" is a year of two calendar years
    return f"fy{_year(year)} fym{month} "


_HAN_RULES: Final = _rules(
    (r"년", "年"),
    (r"월", "月"),
    (r"(?<=[月年기])말", "末"),
    (r"분기", "季度"),
    (r"상반기", "上半年"),
    (r"하반기", "下半年"),
    (r"누[적계]", "累計"),
    (r"연간", "全年"),
    (r"(?<!\d)(\d{4}|\d\d)(?:年|[./])(\d{1,2})月?期", lambda m: f" fy{_year(m[1])} fym{int(m[2])} "),
    (r"第?([1-4一二三四])四半期(?=.*累計)", lambda m: f" q{_ordinal(m[1])} ytd "),
    # A Japanese quarter after the first may be the quarter or the year to date.
    (r"第?(?:([1一])四半期|([2-4二三四])四半期(?=.*(?:3[ヶヵカか]月|会計期間)))", lambda m: f" q{_ordinal(m[1] or m[2])} "),
    (r"第?([2-4二三四])四半期", lambda m: f" q1..q{_ordinal(m[1])} "),
    (r"(?P<y>\d{4}|\d{2,3})年1(?=(?:3|6|9|12)月(?!\d*日))", r"\g<y>年1-"),  # a page may lose the dash of "1-6月"; no month has the number that is left
    (r"(?:(\d{4}|\d{2,3})年)?(\d{1,2})月?[-至到](\d{1,2})月(?!\d*日)", _han_months),
    (r"(?:(\d{4}|\d{2,3})年)?(\d{1,2})月(\d{1,2})日([-至到](?=\d))?", _han_day),
    (r"(\d{4}|\d{2,3})年(\d{1,2})月(末)?", lambda m: f" {_month(m[2])} {m[1]}年 {'as of' if m[3] else ''} "),
    (r"(?<!\d)(\d{1,2})月(?=[季止])", lambda m: f" {_month(m[1])} "),
    (r"年初至(?:今|[报報]告期末|本?期末)?|累[計计]", " ytd "),
    (r"(\d{4})年?度?[末底]", r" fy\1 as of "),
    (r"(?<!\d)(\d{1,2})月末'?(\d\d)(?!\d)", lambda m: f" {_month(m[1])} 20{m[2]} as of "),
    (r"(?:年度?|期|月)末", " as of "),
    (r"下半年", " h2 "),
    (r"上半年|半年度?|(?<=年)中期|中[間间](?:会計)?期[間间]?", " h1 "),
    (r"(?:前|第?[一1]季?度?[至到-]第?)([二两兩三四2-4])[個个]?季度?", lambda m: f" {_FIRST_QUARTERS[_ordinal(m[1])]} "),
    (r"第?([一二三四1-4])季度?", lambda m: f" q{_ordinal(m[1])} "),
    (r"止?(十二|[三六九]|3|6|9|12)[個个ヶヵカか]月", lambda m: f" {_han_number(m[1])} months ended "),
    (r"止(?:[财財]政)?年度", " year ended "),
    (r"止?季度", " quarter ended "),
    (r"(\d{4}|\d{2,3})年?年度(?= h)", r"\1年"),
    (r"(\d{4}|\d{2,3})年?年度", r"\1年 fy "),
    (r"(?<=年)全年|全年(?=\d)|通[年期]", " fy "),
)  # fmt: skip
"""Chinese, Japanese and Korean words of periods in English ones."""

_RULES: Final = _rules(
    (r"\bqtrs?\b\.?", "quarter"),
    (r"\bmths?\b\.?|\bmos\b\.?", "months"),
    (r"(?<=\d)(?:st|nd|rd|th)(?= (?:of )?{M}\b)", ""),
    # Days
    (r"\b(\d{1,2})[- ]({M})(?:[- ]'?(20\d\d)|(?:-'?|')(\d\d)| '?(1[5-9]|2\d))(?![\d,]| ?(?:months?|weeks?|m)\b)", lambda m: f"{m[2]} {m[1]}, {_year(m[3] or m[4] or m[5])}"),
    (r"\b({M})-(\d{1,2})-(20\d\d)\b", r"\1 \2, \3"),
    (r"\b((?:19|20)\d\d)([-./])(\d{1,2})\2(\d{1,2})\b", lambda m: f"{_month(m[3])} {int(m[4])}, {m[1]}"),
    (r"(?<![\d.])(\d{1,2})\.(\d{1,2})\. ?- ?(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)", lambda m: f"{int(m[1])} {_month(m[2])} - {int(m[3])} {_month(m[4])} {m[5]}"),
    (r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)(?!\d)", lambda m: f"{_month(m[2])} {int(m[1])}, {m[3]}"),
    (r"(?<![\d/.-])(\d{1,2})-(\d{1,2})/((?:19|20)\d\d)\b", lambda m: f"{_month(m[1])} - {_month(m[2])} {m[3]}"),
    (r"\b({M})\.? ?- ?({M})\.? '?(1[5-9]|2[0-7])(?![\d,]| ?20\d\d)", r"\1 - \2 20\3"),
    # Years
    (r"\b(?:two|three|four|five|six|seven|eight|ten) (?:fiscal )?years ended {M}\.? \d{1,2},? 20\d\d,? (?=20\d\d\b)", "fy"),
    (r"\b(?:half[- ]?year|hy|interim)[ -]?(?='?\d\d|fy)", "h1 "),
    (r"(?<=\d\d) +(?:half[- ]?year|hy|interim)\b(?! (?:ended|ending|to|report))", " h1"),
    (r"\b(?:fye?|ye)(?= ?(?:\d{1,2} )?{M}\b)", "year ended"),
    (r"\bfye? ?(1[0-2]|0?[1-9])/(20\d\d|\d\d)(?![\d/-])", _month_of_year_end),
    (r"\b(?:calendar year|calendar|cy)[ -]*'?(?=\d)", "fy"),
    (r"(?<=[1-4][qh])cy ?'?(?=\d)", "fy"),
    (r"(?<=[qh][1-4]) ?cy ?'?(?=\d)", " fy"),
    (r"\bcq(?=[1-4])|(?<=[1-4])cq", "q"),
    (r"\bfq(?=[1-4])", "q"),
    (r"\b(?:fiscal|financial)(?: year)?,? ?(?=20\d\d\b)", "fy"),
    (r"\b(?:fiscal|financial) (?=(?:first|second|third|fourth|[1-4](?:st|nd|rd|th)|q[1-4])\b)", ""),
    (r"\b(?:year[- ]?end|ye|end of)(?: of)? ?'?(20\d\d|\d\d)\b", lambda m: f"fy{_year(m[1])} as of"),
    (r"\b(20\d\d) year[- ]end\b", r"fy\1 as of"),
    (r"\bfull[ -]year\b(?! (?:ended|ending|to)\b)", "fy"),
    (r"\b(?:annual|year) (?=20\d\d\b(?! (?:[qh][1-4]|[1-4][qh]|first|second|third|fourth)))", "fy "),
    (r"(?<=20\d\d) (?:annual|year)\b(?![ -]*(?:report|general|meeting|ended|ending|to|end)\b)", " fy"),
    (r"\bfy[-' ]{0,2}(20\d\d|\d\d)a?(?![\d/-]\d|\.\d)(?=[^a-z\d]|$|[qh\d])", lambda m: f"fy{_year(m[1])} "),
    (r"\b(20\d\d)fy\b|(?<![\d,.])(20\d\d)a\b", r"fy\1\2"),
    (
        r"\bfy20\d\d *[(,]? ?({M})\.? (20\d\d) ?(?:-|to) ?({M})\.? (20\d\d)\)?",
        lambda m: f"fy{m[4]} fym{MONTHS[m[3]]} " if (MONTHS[m[3]] - MONTHS[m[1]]) % 12 == 11 else m[0],
    ),
    (r"\bfy20\d\d *[(,] ?(?:(?:fiscal |the )*year )?(?:ended|ending) ({M})\.?(?: \d{1,2},?)? (20\d\d)\)?", lambda m: f"fy{m[2]} fym{MONTHS[m[1]]} "),
    # Quarters and halves
    (r"\b(first|second|third|fourth|1st|2nd|3rd|4th)[ -](?:fiscal )?(quarter|half)\b", lambda m: f"{m[2][0]}{_ordinal(m[1])}"),
    (r"\b([12]) ?(?:hy|half)(?![a-z])", r"h\1"),
    (r"\bhy([12])\b", r"h\1"),
    (r"\b(quarter|half) ([1-4])\b(?!,? \d{1,2}\b)", lambda m: f"{m[1][0]}{m[2]}"),
    (r"\bhy(?= (?:ended|ending|to)\b)", "half year"),
    (r"\bfirst (?:(six|6)|nine|9) months\b", lambda m: "6m" if m[1] else "9m"),
    (r"(?<![\da-z])([1-4])([qh])(?![a-eg-z])", r"\2\1"),
    # Spans
    (r"\b([369]|12)m (?:(?:to|ended|ending) )?(?={M}\b)", r"\1 months ended "),
    (r"\b({M})\.? q(?:uarter)?\b,?", r"quarter ended \1 "),
    (r"\b(half[- ]year|quarter) (?={M}\b)", r"\1 ended "),
    (r"\b({M})[- ]'?(20\d\d|\d\d) (quarter|half)\b(?! (?:ended|ending))", lambda m: f"{m[3]}{' year' if m[3] == 'half' else ''} ended {m[1]} {_year(m[2])}"),
    (r"\bq([1-4]) ?- ?([1-4])(?![\dq])", r"q\1-q\2"),
)  # fmt: skip
"""Parts of a year as "q2", "h1", "9m" or "fy", years as "fy2025", days as "june 30, 2025", spans as "quarter ended"."""

_PART_AND_YEAR: Final = re.compile(
    rf"\bf?(?P<part>[qh][1-4]|[369]m|12m)(?P<by>[-./ ]? ?)(?P<f>(?:of )?fy ?'?|'|of )?(?P<y>20\d\d|\d\d)a?\b(?![/-]\d|,\d| ?(?:{MONTH})\b)"
)
_YEAR_AND_PART: Final = re.compile(
    r"(?<![\da-z./-])(?P<f>fy ?|')?(?P<y>20\d\d|\d\d)(?P<by>[-./ ]*)(?P<part>[qh][1-4]|[69]m|12m)a?(?![\w'-])"
)
_TWO_YEARS: Final = re.compile(
    r"(?<![\d/-])(?P<first>20\d\d)[/-](?P<second>20\d\d|\d\d)(?![\d/-])|(?<=\bfy)(?P<short> ?\d\d)/(?P<end>\d\d)(?![\d/-])"
)
_SPAN_OF_QUARTERS: Final = re.compile(
    r"\bq(?P<first>[1-4]) ?(?P<by>-|to\b|through\b|and\b|&|\+|/|,) ?q(?P<last>[1-4])\b"
)


@lru_cache(maxsize=8192)
def one_notation(text: str, is_minguo: bool = False, is_month_first: bool | None = None) -> str:
    """A text with its periods in one notation. is_minguo, is_month_first: as of `printed_periods.printed_period`."""
    text = unicodedata.normalize("NFKC", text).replace("’", "'").replace("–", "-").replace("—", "-").replace("~", "-")
    text = re.sub(
        r"\{[^{}]*\}|\(%表示[^()]*\)|\((?:\d{1,2}|[a-z]|unaudited|audited|reviewed)\)|[*†‡]", " ", text.casefold()
    )
    if HAN.search(text):
        text = _with_latin_words(text, is_minguo)
    text = " ".join(text.split())
    text = SLASHED.sub(lambda match: _slashed_day(match, is_month_first), text)
    for pattern, written in _RULES:
        text = pattern.sub(written, text)
    text = _TWO_YEARS.sub(_second_year, text)
    text = _YEAR_AND_PART.sub(_part_of_year, text)
    text = _PART_AND_YEAR.sub(_part_of_year, text)
    return " ".join(_SPAN_OF_QUARTERS.sub(_first_quarters, text).split())


_BESIDE_HAN: Final = re.compile(
    r"(?<=[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]) | (?=[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af])"
)


def _with_latin_words(text: str, is_minguo: bool) -> str:
    text = _BESIDE_HAN.sub("", " ".join(text.split()))
    text = re.sub(
        r"[〇零○一二三四五六七八九]{4}(?=年)", lambda match: "".join(str(_HAN_DIGITS[sign]) for sign in match[0]), text
    )
    text = re.sub(r"([〇零○一二三四五六七八九十]{1,3})(?=[月日])", lambda match: str(_han_number(match[1])), text)
    for pattern, written in _HAN_RULES:
        text = pattern.sub(written, text)
    return re.sub(r"(?<!\d)(\d{4}|\d{2,3})年", lambda match: _han_year(match[1], is_minguo), text)


def _han_number(text: str) -> int:
    if text.isdigit():
        return int(text)
    before, ten, after = text.partition("十")
    if not ten:
        return int("".join(str(_HAN_DIGITS[sign]) for sign in text))
    return 10 * (_HAN_DIGITS.get(before, 1)) + _HAN_DIGITS.get(after, 0)


def _han_year(digits: str, is_minguo: bool) -> str:
    """A year with a space on each side; one of fewer than four digits is of the Republic of China, or left out."""
    return f" {digits} " if len(digits) == 4 else f" {int(digits) + 1911} " if is_minguo else " "


def _slashed_day(match: _Match, is_month_first: bool | None) -> str:
    """A day of which the order of month and day is known; any other without its first two numbers, which may be either."""
    first, second, digits = int(match["a"]), int(match["b"]), match["y"]
    if first > 12 and len(digits) == 2:
        return match[0]  # 24/12/31 may begin with the year
    if (first > 12) == (second > 12):
        if is_month_first is None or first > 12:
            return f"{_year(digits)}"
        month, day = (first, second) if is_month_first else (second, first)
    else:
        month, day = min(first, second), max(first, second)
    return f"{_month(str(month))} {day}, {digits if len(digits) == 4 else _year(digits)}"


def _part_of_year(match: _Match) -> str:
    """A part and its year. A year of four digits that a space sets apart may be the calendar year of a day beside it, and stays as it is."""
    year, is_apart = match["y"], " " in match["by"] and not match["f"]
    if match["part"] in ("h3", "h4"):
        return match[0]
    if is_apart and len(year) == 2 and match[0][0].isdigit():
        return match[0]  # "December 31 | Q4"
    return f"{match['part']} {'' if is_apart and len(year) == 4 else 'fy'}{_year(year)} "


def _second_year(match: _Match) -> str:
    """The year in which a fiscal year of two calendar years ends: 2026 for "2025/26"."""
    first, second = int(match["first"] or match["short"]) % 100, int(match["second"] or match["end"]) % 100
    if second != first + 1:
        return match[0]
    return f"20{second:02} "


def _first_quarters(match: _Match) -> str:
    """The name of the quarters from the first one on, "q1-q3" being "9m"; other quarters together are left as "q2..q3"."""
    first, last = match["first"], match["last"]
    if first != "1" or last == "1" or match["by"] in ("/", ","):
        return f"q{first}..q{last}"
    return _FIRST_QUARTERS[last]
