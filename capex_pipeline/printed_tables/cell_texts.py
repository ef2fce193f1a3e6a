"""Reads the notation of cells: what one printed cell shows beside its number.

This module splits a cell such as "$ (1,234)", "23%" or "1,234 (2)" into numeral, sign, currency and percent sign, and recognises years, dashes
and "n.m.". The number itself is read by `values.numbers`. Units that are printed outside the cell belong to `captions`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from capex_pipeline.printed_tables.pieces import Piece
from capex_pipeline.values.numbers import INDIAN_GROUPS
from capex_pipeline.values.words import AMBIGUOUS_SIGNS, CURRENCY_OF, LETTER_SCALES, SCALES, alternatives

DOLLAR: Final = "$"
_SIGN_WORDS = sorted(
    {
        spelling
        for spelling in CURRENCY_OF
        if not spelling.isalpha() or spelling.upper() in ("RMB", "USD", "HKD", "TWD", "NTD", "CNY", "EUR", "GBP", "JPY")
    }
    | {"¥"}
)
_SIGNS = alternatives(_SIGN_WORDS)
_NUMERAL = (
    rf"{INDIAN_GROUPS}(?:\.\d+)?|" + r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
)
_SCALE = alternatives(word for word in SCALES if (len(word) > 1 or not word.isascii()) and word.isalpha())
_LETTER = alternatives(LETTER_SCALES)
_MARKS = r"(?:\s*+(?:\{[^{}]{1,12}\}|\([0-9a-z]{1,2}\)|[*†‡§#^]))*"
_CELL = re.compile(
    rf"(?P<word>up|down|increase|decrease)?\s*+(?P<c1>{_SIGNS})?\s*+(?P<open>[(])?\s*+(?P<c2>{_SIGNS})?\s*+(?P<minus>[-−–+△▲])?\s*+(?P<c3>{_SIGNS})?\s*+"
    rf"(?P<numeral>{_NUMERAL})(?:(?P<letter>{_LETTER})\b|\s*+(?P<scale>{_SCALE})(?![a-z])\s*+(?P<yuan>元)?)?\s*+(?P<p1>%)?\s*+(?P<close>[)])?\s*+(?P<p2>%)?"
    rf"\s*+(?P<unit>pts?\.?|bps|pp|ppts?|x)?{_MARKS}",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"(?P<c1>{_SIGNS})?\s*+(?P<low>{_NUMERAL})\s*+(?P<p1>%)?\s*+(?:(?P<s1>{_SCALE}|{_LETTER})(?![a-z])\s*+)?(?:[-–—−~至]|to\b)\s*+(?P<c2>{_SIGNS})?\s*+"
    rf"(?P<high>{_NUMERAL})(?:\s*+(?P<s2>{_SCALE}|{_LETTER})(?![a-z]))?\s*+(?P<p2>%)?{_MARKS}",
    re.IGNORECASE,
)
"""Two ends of a plan in one cell: "$9,990 - 10,030", "54 to 56 billion"."""
_ABOUT = re.compile(r"(?:around|approximately|approx\.?|about|circa|c\.|~|≈) ?", re.IGNORECASE)
_PLAIN = re.compile(r"(?:(\$) ?)?(\()?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(\))?")
"""The notation of most cells, which `_CELL` reads too, only slower."""
_NIL = re.compile(
    rf"(?:{_SIGNS})?\s*(?:[-–—―−‒*]{{1,3}}|n\.?/?m\.?|n/a|not meaningful|nil|不適用|不适用|無|无)\s*[%)]*{_MARKS}",
    re.IGNORECASE,
)
_YEAR = re.compile(rf"(?:19|20)\d\d{_MARKS}")
_PART = re.compile(r"0\d")
"""Begins the end of a number that a space divides, "4 078", and "000", which heads a column in thousands."""
_NOTE_NUMBER = re.compile(r"\(\s*[0-9a-z]{1,2}\s*\)|\{[^{}]*\}")
_PREFIX: Final = re.compile(rf"(?:{_SIGNS})?\s*[(]?\s*(?:{_SIGNS})?", re.IGNORECASE)
_SUFFIX: Final = re.compile(r"[)]?\s*%?\s*[)]?|pts?\.?|bps", re.IGNORECASE)


_CELL_STARTS: Final = frozenset(" .-+*(){}~aAcCudinUDIN0123456789") | {
    case(word)[0] for word in _SIGN_WORDS for case in (str.lower, str.upper)
}
_SUFFIX_STARTS: Final = frozenset(" )%pPbB")
_PREFIX_STARTS: Final = frozenset(" (") | {case(word)[0] for word in _SIGN_WORDS for case in (str.lower, str.upper)}
"""First characters of what the two patterns find; most cells begin with another one and are searched no further."""


class CellText(NamedTuple):
    """A cell that holds a number or says that there is none.

    numeral: the digits with their separators; "" where the cell is a dash or "n.m.". is_negative: a bracket, a minus sign or "down".
    currency: ISO code of a sign in the cell, DOLLAR for a bare "$", which many countries write, "" for none. unit: "percent", "points", "multiple" or "".
    scale: of a word in the cell, such as 10**9 of "$4.3 billion"; None where the cell has none. high: the digits of the upper end, where the cell
    prints a range, of which the numeral is the lower end; "" for one number. is_about: "around" stands before the number.
    """

    numeral: str
    is_negative: bool = False
    currency: str = ""
    unit: str = ""
    scale: int | None = None
    high: str = ""
    is_about: bool = False

    @property
    def is_nil(self) -> bool:
        """True where the cell is a dash, "n.m." or the like."""
        return not self.numeral

    @property
    def printed(self) -> str:
        """The digits as printed, of a range both ends."""
        return f"{self.numeral}-{self.high}" if self.high else self.numeral


@lru_cache(maxsize=65536)
def read_cell(text: str) -> CellText | None:
    """The notation of one cell; None where it is text. A number followed by a footnote mark is the number alone."""
    if len(text) > 60 or (text[:1] not in _CELL_STARTS and text.isascii()):
        return None
    if not text.isascii():
        # A raised digit is a footnote and no digit of the number.
        text = unicodedata.normalize("NFKC", re.sub(r"[\u00b9\u00b2\u00b3\u2070-\u2079]+", "", text)).strip()
    if plain := _PLAIN.fullmatch(text):
        sign, opening, numeral, closing = plain.groups()
        is_whole = bool(opening) == bool(closing) and not _PART.match(numeral)
        return CellText(numeral, opening is not None, sign or "") if is_whole else None
    match = _CELL.fullmatch(text)
    if match is None and (about := _ABOUT.match(text)):
        rest = read_cell(text[about.end() :])
        return rest._replace(is_about=True) if rest and (rest.currency or rest.scale) else None
    if match is None:
        return CellText("") if _NIL.fullmatch(text) else _read_range(text)
    if _PART.match(match["numeral"]):
        return None
    word = (match["word"] or "").lower()
    sign = (match["c1"] or match["c2"] or match["c3"] or "").lower()
    unit = "percent" if match["p1"] or match["p2"] else ""
    if match["unit"]:
        unit = "multiple" if match["unit"].lower() == "x" else "points"
    if (word and not unit) or (match["minus"] == "▲" and unit):
        return None  # a black triangle is a minus before amounts, and beside percentages either sign
    scale = (match["scale"] or match["letter"] or "").lower()
    if scale and (unit or (match["letter"] and not sign)):
        return None
    if (match["close"] and not match["open"]) or (match["open"] and not match["close"]):
        return None
    numeral = match["numeral"]
    is_negative = bool(match["open"]) or match["minus"] not in (None, "+") or word in ("down", "decrease")
    currency = sign if sign == DOLLAR else "" if sign in AMBIGUOUS_SIGNS else CURRENCY_OF.get(sign, "")
    return CellText(numeral, is_negative, currency, unit, SCALES[scale] if scale else None)


def _read_range(text: str) -> CellText | None:
    """A cell with two ends, which bear a sign, a unit or separators: "3 - 5" may be anything."""
    match = _RANGE.fullmatch(text)
    if match is None or _PART.match(match["low"]) or _PART.match(match["high"]):
        return None
    sign, scale = (match["c1"] or match["c2"] or "").lower(), (match["s2"] or match["s1"] or "").lower()
    unit = "percent" if match["p1"] or match["p2"] else ""
    if not (sign or scale or unit or ("," in match["low"] and "," in match["high"])):
        return None
    currency = sign if sign == DOLLAR else "" if sign in AMBIGUOUS_SIGNS else CURRENCY_OF.get(sign, "")
    return CellText(match["low"], False, currency, unit, SCALES[scale] if scale else None, match["high"])


def is_year(text: str) -> bool:
    """True for a bare year such as "2024" or "2024 (1)"."""
    return text[:2] in ("19", "20") and _YEAR.fullmatch(text) is not None


def is_note_mark(text: str) -> bool:
    """True for a bracketed digit or letter, which may be a footnote: "(1)", "(a)", "{2}"."""
    return text[:1] in ("(", "{") and _NOTE_NUMBER.fullmatch(text) is not None


def join_pieces(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces of which signs and brackets in cells of their own are joined to their number."""
    result: list[Piece] = []
    for piece in pieces:
        previous = result[-1] if result else None
        if previous is not None:
            text = piece.text
            if text[:1] in _SUFFIX_STARTS and _SUFFIX.fullmatch(text):
                has_digits = any(character.isdigit() for character in previous.text)
                is_open = has_digits and re.fullmatch(r"[^\d]*\(?[\d,.]+", previous.text)
                if has_digits and (read_cell(previous.text + text) or (is_open and read_cell(previous.text + ")"))):
                    result[-1] = previous._replace(text=previous.text + text, last=max(previous.last, piece.last))
                    continue
            if previous.text[:1] in _PREFIX_STARTS and _PREFIX.fullmatch(previous.text):
                whole = previous.text + text
                if read_cell(whole) is not None or (
                    whole.count("(") > whole.count(")") and read_cell(whole + ")") is not None
                ):
                    result[-1] = piece._replace(text=whole, first=min(previous.first, piece.first))
                    continue
        result.append(piece)
    return result


_WITH_COMMA: Final = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}|\d+,\d{1,2}")
_WITH_POINT: Final = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?|\d+\.\d{1,2}")
_OTHER_STYLE: Final = str.maketrans(".,", ",.")
_FEWEST_WITH_COMMA: Final = 2
_CLEAR_MAJORITY: Final = 5


def has_decimal_commas(texts: Iterable[str]) -> bool:
    """Whether the numbers of a document have decimal commas, "1.234,5": nearly all of those that can be of one style alone show it."""
    numerals = [text.strip(" ()%€$-–−+") for text in texts]
    with_comma = sum(_WITH_COMMA.fullmatch(numeral) is not None for numeral in numerals)
    with_point = sum(_WITH_POINT.fullmatch(numeral) is not None for numeral in numerals)
    return with_comma >= _FEWEST_WITH_COMMA and with_comma > _CLEAR_MAJORITY * with_point


def with_decimal_point(text: str) -> str:
    """A number of a document with decimal commas with a decimal point, and every other text as it is."""
    other = text.translate(_OTHER_STYLE)
    return other if other != text and read_cell(other) is not None else text


_LEADERS = re.compile(r"(?:\s*\.){3,}\s*|(?:\s*…)+|_{3,}")
_TRAILING = re.compile(r"(?:\s*(?:\{[^{}]*\}|\([0-9]{1,2}\)|\([a-z]\)|[*†‡§]))+(?=\s*:?\s*$)", re.IGNORECASE)
_NOTE_REFERENCE = re.compile(
    r"\s*\((?:附[註注]|注 ?\d|notes?\b)(?:[^()]|\([^()]*\))*\)|(?<=[\u4e00-\u9fff)]) [三四五六七八九](?:\([一二三四五六七八九十]{1,4}\))+(?:[、及]?[一二三四五六七八九十]|[、及]?\([一二三四五六七八九十]{1,4}\))*$",
    re.IGNORECASE,
)
"""A reference to a note behind a label: "(附註五)", "(注 1)", "六(十七)及七"."""
_LEADING = re.compile(
    r"^\s*(?:[-•·–] +|\(?(?:[0-9]{1,2}|[ivx]{1,4}|[IVX]{1,4}|[a-h])[.)]\s+|[一二三四五六七八九十]{1,3}、\s*|\([一二三四五六七八九十]{1,3}\)\s*)(?=\w)"
)
"""The number or point of a line: "(1) Revenue", "II. Revenue", "- Depreciation", "一、营业收入"."""
_LESS = re.compile(r"^(?:less|减|減|其中)\s*:\s*")
_HAN_SPACE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])|(?<=\d) (?=[\u4e00-\u9fff])")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-"})


_WORDS_ALONE = re.compile(r"[A-Za-z0-9]+(?:[ .][A-Za-z0-9]+)*")
"""A label without any sign that `fold_label` takes away."""


@lru_cache(maxsize=65536)
def fold_label(text: str) -> str:
    """A label for comparison: without case, footnote marks, dot leaders, a closing colon and the comma before a last "and", with plain
    quotes, dashes and spaces."""
    if _WORDS_ALONE.fullmatch(text):
        return text.lower()
    plain = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    plain = _LEADERS.sub(" ", plain)
    plain = re.sub(r"\s*\{[^{}]*\}", "", plain)
    plain = _NOTE_REFERENCE.sub("", plain)
    plain = _LEADING.sub("", _TRAILING.sub("", plain))
    plain = " ".join(plain.casefold().split()).rstrip(" :;,.")
    plain = _HAN_SPACE.sub("", plain).replace(", and ", " and ")
    return re.sub(r"\s*([-/&])\s*", r"\1", plain)


def without_less(label: str) -> str:
    """A folded label without "less:", which reconciliations write before what they deduct, or "of which:"."""
    return _LESS.sub("", label)
