"""Reads numbers as inline XBRL prints them: the transformation named by `format`, then `scale` and `sign`.

Add a transformation here. The elements are found in `sources/xbrl_instance.py`; numbers in articles are read in
`article/amounts.py`. The rules follow Inline XBRL 1.1, its Transformation Rules Registries 1 to 5 and the SEC's own
registry (ixt-sec).
"""

from __future__ import annotations

import re
from decimal import Context, Decimal, InvalidOperation

MAX_SCALE = 30
"""Powers of ten beyond this are no printed number of a filing."""

MAX_CHARACTERS = 300
"""Texts longer than this are no printed number, in digits or in words; reading one could take for ever."""

_EXACT = Context(prec=MAX_CHARACTERS + MAX_SCALE)
"""Arithmetic that rounds no number of so many characters."""

_DOT_DECIMAL = re.compile(r"[0-9]{1,3}([, \xa0][0-9]{2,3})*(\.[0-9]+)?|[0-9]+(\.[0-9]+)?|\.[0-9]+")
_COMMA_DECIMAL = re.compile(r"[0-9]{1,3}([. \xa0][0-9]{3})*(,[0-9]+)?|[0-9]+(,[0-9]+)?|,[0-9]+")
_PLAIN = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_UNIT_DECIMAL = re.compile(r"([0-9][0-9.,  ]*)\D+([0-9]{1,2})\D*")
_DASHES = frozenset("-‐‑‒–—―−")

_DOT_FORMATS = {"numdotdecimal", "numcommadot", "numspacedot", "numdotdecimalin", "numdotdecimalapos"}
_COMMA_FORMATS = {"numcommadecimal", "numdotcomma", "numcomma", "numspacecomma", "numcommadecimalapos"}
_ZERO_FORMATS = {"fixedzero", "zerodash", "numdash", "numzero"}

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {
    **{word: number for number, word in enumerate(_ONES)},
    **{word: 10 * (number + 2) for number, word in enumerate(_TENS)},
}
_POWERS = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}


def inline_number(text: str, format_name: str | None, scale: str | None, sign: str | None) -> Decimal:
    """The value that an ix:nonFraction stands for.

    text: what is printed, without excluded parts; format_name: its `format` with or without prefix; scale: power of
    ten; sign: "-" turns it. Raises ValueError with a sentence where the text does not fit the format.
    """
    number = _transformed(" ".join(_bounded(text).split()), format_name)
    power = _scale(scale)
    if power:
        number = number.scaleb(power, _EXACT)
    if sign == "-":
        number = number.copy_negate()
    elif sign not in (None, ""):
        raise ValueError(f"The sign {sign!r} is not valid in inline XBRL; the only sign is '-'.")
    return number


def decimal_text(number: Decimal) -> str:
    """The number without exponent and without zeros after the point: 26280000000, 0.14."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def plain_number(text: str) -> Decimal:
    """A number as XML writes it (xs:decimal or xs:double), as in an instance. Raises ValueError with a sentence."""
    text = _bounded(text).strip()
    if not _PLAIN.fullmatch(text):
        raise ValueError(f"{text[:60]!r} is not a number.")
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text[:60]!r} is not a number.") from error


def _bounded(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"A text of {len(text)} characters is not a number; {text[:60]!r} is its beginning.")
    return text


def _scale(scale: str | None) -> int:
    if scale is None or scale == "":
        return 0
    if not re.fullmatch(r"[+-]?[0-9]{1,3}", scale := scale.strip()) or abs(int(scale)) > MAX_SCALE:
        raise ValueError(f"The scale {scale[:20]!r} is not a power of ten between -{MAX_SCALE} and {MAX_SCALE}.")
    return int(scale)


def _transformed(text: str, format_name: str | None) -> Decimal:
    if format_name is None:
        return plain_number(text)
    name = format_name.rsplit(":", 1)[-1].replace("-", "").lower()
    if name in _DOT_FORMATS:
        if not _DOT_DECIMAL.fullmatch(text):
            raise ValueError(f"{text[:60]!r} is not a number of format {format_name}.")
        return Decimal(re.sub(r"[,'\s]", "", text))
    if name in _COMMA_FORMATS:
        if not _COMMA_DECIMAL.fullmatch(text):
            raise ValueError(f"{text[:60]!r} is not a number of format {format_name}.")
        return Decimal(re.sub(r"[.'\s]", "", text).replace(",", "."))
    if name in _ZERO_FORMATS:
        if name != "fixedzero" and text not in _DASHES:
            raise ValueError(f"{text[:60]!r} is not a dash, which format {format_name} requires.")
        return Decimal(0)
    if name.startswith("numunitdecimal"):
        match = _UNIT_DECIMAL.fullmatch(text)
        if match is None:
            raise ValueError(f"{text[:60]!r} is not a number of format {format_name}.")
        return Decimal(f"{re.sub(r'[^0-9]', '', match[1])}.{match[2].zfill(2)}")
    if name == "numwordsen":
        return Decimal(_words(text))
    raise ValueError(f"The format {format_name} is not known here; add it to inline_numbers.")


def _words(text: str) -> int:
    words = text.lower().replace("-", " ").replace(",", " ").split()
    if words in (["no"], ["none"]):
        return 0
    total = group = 0
    for word in words:
        if word == "and":
            continue
        if word in _WORDS:
            group += _WORDS[word]
        elif word == "hundred" and group:
            group *= 100
        elif word in _POWERS and group:
            total += group * _POWERS[word]
            group = 0
        else:
            raise ValueError(f"{text[:60]!r} is not an English number in words.")
    if not words:
        raise ValueError("An empty text is not an English number in words.")
    return total + group
