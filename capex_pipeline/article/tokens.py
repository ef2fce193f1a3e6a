"""Cuts a text into tokens: words, numbers, currency signs and other marks.

Add an alternative here when a new kind of token is needed. The meaning of numbers and currencies is read in
`article/amounts.py`, phrases are found in `article/lexicon.py`.

The tokeniser never backtracks: every alternative of its expression is possessive or of fixed length, and the last one
takes any character. Its running time is therefore proportional to the length of the text, whatever the text is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate, count
from operator import add
from string import ascii_lowercase
from typing import Final

from capex_pipeline.article.characters import PlainText
from capex_pipeline.values.numbers import INDIAN_GROUPS
from capex_pipeline.values.words import (
    CURRENCIES,
    CURRENCY_OF,
    DOLLAR_COUNTRIES,
    HAN_SCALES,
    SCALES,
    UNREAD_CURRENCIES,
    alternatives,
)

CURRENCY, NUMBER, WORD, MARK = "cnwm"
"""Kinds of tokens, one letter each, so that the kinds of a text are a string."""

_PREFIXES: Final = (
    frozenset((*(code.lower() for code in CURRENCIES), "rmb", "ntd", "rs", "rs.", "rp")) - UNREAD_CURRENCIES
)
"""Codes that may touch a number or precede it by one space. Turkey's and the Philippine's are words with other
meanings.
"""
_CODES = alternatives(_PREFIXES)

SIGNS: Final[dict[str, str | None]] = {
    **{
        spelling: code
        for spelling, code in CURRENCY_OF.items()
        if spelling in _PREFIXES
        or not spelling.replace(" ", "").isascii()
        or not spelling.replace(" ", "").replace(".", "").isalpha()
    },
    "¥": None,
    "元": "CNY",
    **DOLLAR_COUNTRIES,
}
"""Currency signs and codes in lower case, and the ISO 4217 code; None for the sign that yuan and yen share. In prose 元
is the yuan.
"""

_AFTER_DOLLAR: Final = frozenset(sign for sign in SIGNS if sign[0] == "$" and len(sign) > 1)
"""Dollar signs with the letters of a country after them, as Australian newspapers write them: "$US80 billion"."""
_COUNTRY_LAST = alternatives(_AFTER_DOLLAR)
_SIGN = alternatives(sign for sign in SIGNS if not sign.isalpha() and " " not in sign and sign not in _AFTER_DOLLAR)
_HAN_CURRENCY = alternatives(sign for sign in SIGNS if sign.isalpha() and not sign.isascii())
_HAN_SCALE = alternatives(HAN_SCALES)

_HAN = "㐀-鿿豈-﫿"
_LETTER = "a-zß-öø-ɏ"
_COUNTRIES = alternatives(DOLLAR_COUNTRIES)
_IN_NO_CODE = "".join(sorted(set(ascii_lowercase) - {code[0] for code in (*_PREFIXES, *DOLLAR_COUNTRIES)}))
_NOTED = alternatives(
    [word for word in SCALES if word.isascii() and len(word) > 1 and word.isalpha()]
    + "percent cent yuan renminbi dollars euros yen".split()
)
_TOKEN: Final = re.compile(
    rf"""
    (?:(?P<plain>(?:[{_IN_NO_CODE}]|(?!(?:{_CODES})[ ]?[\d$¥]|(?:{_COUNTRIES})[ ]\$)[a-z])[a-z]*+(?![$¥\d{_LETTER[3:]}]))
    |(?P<currency>(?:{_COUNTRY_LAST})(?=[ ]?\d)
      |{_SIGN}
      |(?:{_CODES})(?=[ ]?[\d$¥])
      |(?:{_COUNTRIES})(?=[ ]\$)
      |{_HAN_CURRENCY})
    |(?P<number>(?:{INDIAN_GROUPS}|\d++(?:,\d{{3}}(?!\d))*+)(?:\.\d++)?+|(?<![\w.])\.\d++)
    |(?P<word>(?:{_NOTED})(?=\d{{1,2}}(?![\w.,%]))|[{_LETTER}][{_LETTER}\d]*+|{_HAN_SCALE}|[{_HAN}]|[^\W\d_])
    |(?P<mark>'(?:s|re|ve|ll|d|t)(?![{_LETTER}])|[^\s]))\s*+
    """,
    re.VERBOSE,
)
# White space is consumed with the token before it: searching at a space costs as much as finding a token.

_KINDS: Final = ("", WORD, CURRENCY, NUMBER, WORD, MARK)
"""The kind of token, by the number of the group that matched."""


@dataclass(frozen=True)
class Tokens:
    """In parallel: kind, word (lower case) and start (position in the plain text). capital: indexes of capitalised words."""

    plain: PlainText
    kinds: str
    words: list[str]
    starts: list[int]
    capital: list[int]

    def __len__(self) -> int:
        return len(self.words)

    def word(self, index: int) -> str:
        """The word at an index, empty outside the text."""
        try:
            return self.words[index] if index >= 0 else ""
        except IndexError:
            return ""

    def joined(self, index: int) -> bool:
        """Whether a token touches the one before it, with no space between."""
        return 0 < index < len(self.words) and self.starts[index] == self.end(index - 1)

    def end(self, index: int) -> int:
        """The position in the plain text after a token."""
        return self.starts[index] + len(self.words[index])

    def text(self, first: int, last: int) -> str:
        """The plain text from one token to another, both included."""
        return self.plain.text[self.starts[first] : self.end(last)]

    def is_capital(self, index: int) -> bool:
        """Whether a token begins with a capital letter in the text."""
        return 0 <= index < len(self.words) and self.plain.text[self.starts[index]].isupper()

    def capitals(self, first: int, end: int) -> list[int]:
        """The words of a stretch that begin with a capital letter in the text."""
        return self.capital[bisect_left(self.capital, first) : bisect_left(self.capital, end)]

    def at(self, position: int) -> int:
        """The index of the first token that starts at or after a position of the plain text."""
        return bisect_left(self.starts, position)


_Cut = tuple[str, tuple[str, ...], tuple[int, ...]]
"""Kinds, words, and where each begins in its chunk."""
_MOST_CHUNKS: Final = 40_000
_LONGEST_CHUNK: Final = 24
_BEFORE_SPACE: Final = _PREFIXES | DOLLAR_COUNTRIES.keys() | _AFTER_DOLLAR
_LAST_WORD: Final = re.compile(r"(?:\$[a-z]{1,2}|(?<![a-z$])[a-z]{2,3})\.?$")
_chunks: dict[str, _Cut] = {}
"""Cache of chunks of text between spaces, and their tokens. No token contains a space, and only after a currency code
does the text after a space matter, so a chunk has the same tokens wherever it occurs.
"""


def tokenise(plain: PlainText) -> Tokens:
    """Cut a text into tokens."""
    chunks = plain.spaced.split(" ")
    begins = list(map(add, accumulate(map(len, chunks), initial=0), count()))
    cuts = [_chunks.get(chunk) or _cut(plain.lower, chunk, begin) for chunk, begin in zip(chunks, begins, strict=False)]
    kinds = "".join([cut[0] for cut in cuts])
    words = [word for cut in cuts for word in cut[1]]
    starts = [begin + offset for begin, cut in zip(begins, cuts, strict=False) for offset in cut[2]]
    text = plain.text
    capital = [index for index, start in enumerate(starts) if text[start].isupper()]
    return Tokens(plain, kinds, words, starts, capital)


def _cut(lower: str, chunk: str, begin: int) -> _Cut:
    """The tokens of a chunk at a position of the text."""
    kinds, words, starts = [], [], []
    position, end = begin, begin + len(chunk)
    while position < end and (match := _TOKEN.match(lower, position)) is not None:
        group = match.lastindex or 0
        kinds.append(_KINDS[group])
        words.append(match[group])
        starts.append(position - begin)
        position = match.end()
    cut = "".join(kinds), tuple(words), tuple(starts)
    last = _LAST_WORD.search(chunk)
    if len(chunk) <= _LONGEST_CHUNK and (last is None or last[0] not in _BEFORE_SPACE):
        if len(_chunks) >= _MOST_CHUNKS:
            _chunks.clear()
        _chunks[chunk] = cut
    return cut
