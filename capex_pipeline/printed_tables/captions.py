"""Reads captions of units: "(In millions, except per share data)", "RMB'000", "单位：人民币百万元".

This module reads the scale and the currency that a line, a head of a column or a label states for the cells below or beside it. A part of a
caption after "except", and a clause about shares, say nothing of amounts. Signs inside a cell belong to `cell_texts`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from capex_pipeline.values.words import AMBIGUOUS_SIGNS, CURRENCY_OF, LETTER_SCALES, SCALES, alternatives


class Caption(NamedTuple):
    """Scale and currency of amounts; None where the text does not state one. is_disputed: the text states two scales.

    exceptions: rows with a scale of their own, "(in millions, except backlog, which is presented in billions)", as words of the label and scale.
    of_currencies: the scale of each currency, where a text states several with one each, "(in millions of Korean won, in thousands of US dollars)".
    """

    scale: int | None = None
    currency: str | None = None
    is_disputed: bool = False
    exceptions: tuple[tuple[str, int], ...] = ()
    of_currencies: tuple[tuple[str, int], ...] = ()


NOTHING: Final = Caption()
_LONGEST_UNIT_LINE: Final = 100
_LONGEST_DECLARATION: Final = 300
"""Characters of a sentence that declares the unit of many tables."""

_WORDS = alternatives(word for word in SCALES if word.isascii() and len(word) > 4 and word.isalpha())
_SHORT = alternatives(
    word for word in SCALES if word.isascii() and word.isalpha() and len(word) in (2, 3) and word not in ("yi",)
)
_MIL: Final = dict.fromkeys(("mil", "mill", "mils", "mills"), 10**6)
"""Million in captions alone: "S$ Mil". In Portuguese the word is a thousand, so it is not read beside reais or euros."""
_GERMAN_THOUSAND: Final = re.compile(r"(?<![a-z0-9])t ?(€|eur)(?![a-z])")
"""Thousands of euros as German documents write them, "T€"; behind a currency the letter is a trillion."""
_SCALES: Final = {**SCALES, **_MIL}
_LATIN = alternatives((*(spelling for spelling in CURRENCY_OF if spelling.isascii() or spelling in "€£₩₹"), "¥"))
_HAN = alternatives(spelling for spelling in CURRENCY_OF if not spelling.isascii() and spelling.isalpha())
_HAN_SCALE = alternatives(word for word in SCALES if not word.isascii())
_C = rf"(?<![a-z$])(?:{_LATIN})(?:(?<=[^a-z])|(?![a-z]))"
_PATTERNS: Final = (
    re.compile(
        rf"(?:(?P<c1>{_C})[\s)(]*(?:amounts?|figures|values)?[\s,]*(?:are |is |were )?(?:expressed |stated |presented |shown |reported |reflected )?)?"
        rf"\bin\s+(?:(?P<c3>{_C})\s+)?(?P<scale>{_WORDS})\b(?:\s+of\s+(?P<c2>{_C}))?"
    ),
    re.compile(rf"(?P<c1>{_C})\s*[('’]?\s*(?P<scale>{_WORDS}|{_SHORT}|'?000s?)(?![a-z0-9]|,\d)"),
    re.compile(rf"(?<![a-z$])(?!r\$|brl|€|eur)(?P<c1>{_LATIN})\s?(?P<scale>{alternatives(_MIL)})\b"),
    re.compile(rf"(?:^|[(,\s]|\bin )\s*(?P<c1>{_LATIN})\s?(?P<scale>{alternatives(LETTER_SCALES)})\s*(?=[),;]|$)"),
    re.compile(
        rf"(?:^|\(|\bin )\s*(?P<scale>{_WORDS}|mio|mn|m|k)\.?\s?(?P<c1>[€£]|us\$|eur|sek|nok|dkk|chf|usd|gbp)\s*(?=[),;]|$)"
    ),
    re.compile(rf"(?:^|\()\s*(?P<scale>{_WORDS})(?:\s+of\s+(?P<c1>{_C}))?\s*(?:\)|$|[,;])"),
    re.compile(rf"\bunits?\s*:\s*(?P<scale>{_WORDS})(?:\s+(?:of\s+)?(?P<c1>{_C}))?"),
    re.compile(rf"\bin (?P<whole>whole|actual|full) (?P<c1>{_C})"),
    re.compile(rf"(?P<c1>{_C})?\s*\(?(?<![\d,.])'?(?P<scale>000)(?:'?s)?(?:\)|\s+omitted|$)"),
    re.compile(
        rf"(?:(?:[单單単]位|단위)[:\s]*|[(]|^|以)\s*(?P<c1>{_HAN})?\s*(?P<scale>{_HAN_SCALE})?(?P<c2>{_HAN})?(?P<yuan>元)?(?=[\s()]|列示|计|計|$|[,;])"
    ),
    re.compile(rf"(?<![가-힣])(?P<c1>{_HAN})\s*(?P<scale>{_HAN_SCALE})?(?P<yuan>元)?(?=[\s),;]|列示|计|計|$)(?!\s*\d)"),
)
_EXCEPTION = re.compile(r"\b(?:except|excluding|other than|除)\b.*|除(?:每股|特[别別]).*", re.DOTALL)
_CLAUSE = re.compile(
    r"(?:^|(?<=[.;] ))\s*(?:except|excluding|other than|unless)\b[^,;.]*,\s*|,\s*(?:except|excluding|other than)\b[^,;.]*,\s*(?=(?:are|is|were)\b)"
    r"|除[^,;。]{0,20}外,\s*"
)
"""An exception before or inside a statement of the unit, which goes on after its comma."""
_OWN_SCALE = re.compile(
    rf"\b(?:except|excluding|other than) (?:for )?(?:the )?(?P<what>[a-z][a-z /-]+?),? (?:which|that) (?:is|are) (?:[a-z]+ )?in (?P<scale>{_WORDS})\b"
)
_LAST_BRACKET = re.compile(r"(?<=. )\(([^()]+)\)\s*:?\s*$")
_UNLESS = re.compile(r"\b(?:except (?:as|where)|unless) otherwise[^,;)]*")
_SHARES = re.compile(
    rf"\b(?<!and )(?:shares?|units|headcount|employees)(?: data| amounts)?\s+in\s+(?:{_WORDS})\b|(?<=\bin )({_WORDS}) and shares? in (?:{_WORDS})\b"
)
_BARE_CURRENCY = re.compile(
    rf"(?:in\s+|\()?\s*(?P<c1>{_LATIN}|{_HAN}|u\.?s\.? \$)\s*\)?(?:\s*\(note[^)]*\)|\s*note\s*[0-9]+\s*(?:\([a-z]\))?|\s*\([0-9a-z]\))?"
)


_HINT: Final = re.compile(
    r"[^\x00-\x7f$]|\$|000|" + alternatives(sorted({word[:3] for word in (*SCALES, *CURRENCY_OF) if word.isascii()}))
)
"""Beginnings of the words for scales and currencies, of which every text that states one has some."""


@lru_cache(maxsize=16384)
def read_caption(text: str) -> Caption:
    """The scale and currency of amounts that a text states.

    Of several statements in one text the last counts where all scales agree, else the caption is disputed. A currency that differs between
    statements ("RMB and US$ in thousands") is left to the heads of the columns.
    """
    if not text:
        return NOTHING
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").replace("‘", "'").lower()
    if not _HINT.search(plain):
        return NOTHING
    plain = _GERMAN_THOUSAND.sub(r"\1 thousand", plain)
    if bare := _BARE_CURRENCY.fullmatch(plain.strip()):
        return Caption(None, _currency(bare["c1"]))
    exceptions = tuple(
        (match["what"].removesuffix("s"), SCALES[match["scale"]]) for match in _OWN_SCALE.finditer(plain)
    )
    whole = _SHARES.sub(r" \1 ", _UNLESS.sub(" ", _CLAUSE.sub(" ", plain)))
    plain = _EXCEPTION.sub(" ", whole)
    scales: list[int] = []
    currencies: list[str] = []
    pairs: set[tuple[str, int]] = set()
    for pattern in _PATTERNS:
        for match in pattern.finditer(plain):
            groups = match.groupdict()
            word = groups.get("scale")
            currency_words = [groups[key] for key in ("c1", "c2", "c3") if groups.get(key)]
            if not word and not currency_words and not (groups.get("yuan") and match[0].strip("( ")):
                continue
            if (
                word
                or groups.get("yuan")
                or groups.get("whole")
                or any(not spelling.isascii() for spelling in currency_words)
            ):
                scales.append(1000 if word and "000" in word else _SCALES[word] if word else 1)
            codes = [code for spelling in currency_words if (code := _currency(spelling))]
            currencies += codes
            if word:
                pairs |= {(code, scales[-1]) for code in codes}
    if not scales:
        last = _LAST_BRACKET.search(whole)  # "Debt, excluding leases, was (in millions):" ends the exception
        return read_caption(last[1]) if last else NOTHING
    if " and " in plain and (both := re.search(rf"({_C})\s+and\s+({_C})", plain)):
        currencies = [code for spelling in both.groups() if (code := _currency(spelling))]
    currency = currencies[-1] if len(set(currencies)) == 1 else None
    large = {scale for scale in scales if scale > 1} or {1}
    is_disputed = len(large) > 1
    has_own_scales = is_disputed and len(dict(pairs)) == len(pairs) > 1 and {scale for _, scale in pairs} == large
    return Caption(max(large), currency, is_disputed, exceptions, tuple(sorted(pairs)) if has_own_scales else ())


_FOR_MANY: Final = re.compile(
    r"\b(?:unless|except (?:as|where)|or as|or where) otherwise\b|\bor unless otherwise|\btabular\b|\bin (?:the |these |all )?tables\b|\b(?:within|and) (?:the )?tables\b|\btables (?:in|of) (?:these|the) notes"
    r"|\ball (?:dollar |currency )?(?:tabular )?amounts\b|^amounts (?:disclosed|presented|in (?:this|these)|are (?:stated|expressed|presented|reported|shown|in))\b|除(?:另有|特[别別]|非另有|非特[别別])?(?:说明|說明|注明|註明|指明)(?:外|者外)|所有金[额額]"
)


_MARKS_OF_MANY: Final = ("otherwise", "tabular", "table", "amounts", "除", "所有")
"""One of these is in every text that `_FOR_MANY` finds; most lines of a page have none and are searched no further."""


@lru_cache(maxsize=16384)
def declared_unit(line: str) -> Caption | None:
    """The unit that a line declares for every table below it that states none, "(dollars in millions, unless otherwise noted)"; None where a
    line speaks of one table alone."""
    lower = line.lower()
    if len(line) < 10 or not any(mark in lower for mark in _MARKS_OF_MANY):
        return None
    for sentence in re.split(r"(?<=[.;])\s+(?=[A-Z])|(?<=[。；])", unicodedata.normalize("NFKC", line)):
        if _FOR_MANY.search(sentence.lower()) and len(sentence) < _LONGEST_DECLARATION:
            caption = read_caption(sentence)
            if caption.scale and not caption.is_disputed:
                return caption
    return None


_UNIT_LINE: Final = re.compile(
    rf"[(]?(?:(?:all )?(?:amounts?|figures|{_LATIN})(?: and (?:shares?|units))?(?: (?:are )?(?:stated|expressed|presented))? )?in (?:{_WORDS})(?: of {_LATIN})?(?:[,; ].*)?[)]?"
)


@lru_cache(maxsize=16384)
def is_unit_line(line: str) -> bool:
    """Whether a line states a unit and nothing else, "(Dollars in millions, except per share amounts)"."""
    return (
        len(line) < _LONGEST_UNIT_LINE and _UNIT_LINE.fullmatch(unicodedata.normalize("NFKC", line).lower()) is not None
    )


def _currency(spelling: str) -> str | None:
    spelling = spelling.strip().replace("u.s. $", "us$").replace("us $", "us$")
    return None if spelling in AMBIGUOUS_SIGNS else CURRENCY_OF.get(spelling)
