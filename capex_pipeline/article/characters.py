"""Converts the characters and markup of an article to plain text whose positions still refer to the original.

Quotes, spaces, digits, dashes, invisible characters, and links, emphasis, tags and entities left in a text belong here. Cutting into words
belongs to `tokens`. Every repetition is bounded, so the work is proportional to the length of the text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final


def _table() -> dict[int, str]:
    plain: dict[int, str] = {}
    for character in "\u2018\u2019\u201a\u201b\u02bc\u2032\u00b4\u0060\uff07":
        plain[ord(character)] = "'"
    for character in "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02\u300c\u300d":
        plain[ord(character)] = '"'
    for character in "\u2010\u2011\u2012\u2013\u2212\u2043\ufe63\uff0d":
        plain[ord(character)] = "-"
    for character in "\u2015\u2e3a\u2e3b\ufe58":
        plain[ord(character)] = "\u2014"
    for (
        character
    ) in "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t":
        plain[ord(character)] = " "
    for character in "\u2028\u2029\x0b\x0c\x85":
        plain[ord(character)] = "\n"
    for code in range(0xFF01, 0xFF5F):  # full-width forms of ASCII
        plain.setdefault(code, chr(code - 0xFEE0))
    plain.update(
        {0xFFE5: "¥", 0xFFE1: "£", 0xFFE6: "₩", 0x3002: ".", 0x3001: ",", 0xFE69: "$", 0xFE6A: "%", 0x223C: "~"}
    )
    return plain


_PLAIN: Final = _table()
_INVISIBLE: Final = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00-\x08\x0e-\x1f\x7f]"
)
_TRANSLATED: Final = re.compile("[" + "".join(re.escape(chr(code)) for code in sorted(_PLAIN)) + "]")
_CARRIAGE: Final = re.compile(r"\r\n?")


@dataclass(frozen=True)
class PlainText:
    """`text` is the plain form, `lower` the same in lower case; both have the same length.

    `starts` and `ends` map a plain position to the span of that character in `original`; None if the two texts have
    equal length, as they nearly always have.
    """

    original: str
    text: str
    lower: str
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None

    @cached_property
    def spaced(self) -> str:
        """The lower case with line breaks as spaces, so that words of a wrapped line stay together."""
        return self.lower.replace("\n", " ")

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original text of a span in the plain text."""
        if self.starts is None or self.ends is None:
            return start, end
        if end <= start:
            return self.starts[start], self.starts[start]
        return self.starts[start], self.ends[end - 1]


def plain_text(original: str) -> PlainText:
    """The plain form of a text. Every character represents one character of the original, or a piece of markup;
    invisible characters are left out.
    """
    text, starts, ends = original, None, None
    if has_markup(text):
        text, starts, ends = _without_markup(text)
    for character in sorted(set(_TRANSLATED.findall(text))):  # in this order, no replacement is itself replaced
        text = text.replace(character, _PLAIN[ord(character)])
    if _INVISIBLE.search(text) or "\r" in text:
        text = _CARRIAGE.sub(lambda match: " \n" if len(match[0]) == 2 else "\n", text)
        seen = [position for position, character in enumerate(text) if not _INVISIBLE.match(character)]
        text = "".join(text[position] for position in seen)
        starts = seen if starts is None else [starts[position] for position in seen]
        ends = [position + 1 for position in seen] if ends is None else [ends[position] for position in seen]
    if starts is not None and ends is not None:
        starts, ends = [*starts, len(original)], [*ends, len(original)]
    lower = text.lower()
    if len(lower) != len(text):  # a few capital letters have two small ones
        lower = "".join(small if len(small := character.lower()) == 1 else character for character in text)
    return PlainText(original, text, lower, starts, ends)


def _without_markup(original: str) -> tuple[str, list[int], list[int]]:
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for seen, start, end in markup(original):
        parts += (original[position:start], seen)
        starts += range(position, start)
        ends += range(position + 1, start + 1)
        if seen:
            starts.append(start)
            ends.append(end)
        position = end
    parts.append(original[position:])
    starts += range(position, len(original))
    ends += range(position + 1, len(original) + 1)
    return "".join(parts), starts, ends


_LINK: Final = r"\[(?P<label>[^\[\]\n]{1,200})\]\([^()\s]{1,500}\)"
_TAG: Final = r"</?(?P<tag>[a-zA-Z][a-zA-Z0-9]{0,9})(?:\s[^<>]{0,400})?/?>"
_ENTITY: Final = r"&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|[a-zA-Z][a-zA-Z0-9]{1,7});"
_EMPHASIS: Final = r"\*\*|__"
_MARKUP: Final = re.compile(f"{_LINK}|{_TAG}|(?P<entity>{_ENTITY})|(?P<emphasis>{_EMPHASIS})")
_BREAKING: Final = frozenset("p br div li ul ol tr table h1 h2 h3 h4 h5 h6 blockquote".split())

Piece = tuple[str, int, int]
"""The text that a reader sees, and the span that it represents."""


def has_markup(text: str) -> bool:
    """Whether a text may contain markup; a fast test with false positives."""
    return "<" in text or "&" in text or "](" in text or "**" in text or "__" in text


def markup(text: str) -> Iterator[Piece]:
    """Each piece of markup in order, with the text that a reader sees in its place: nothing, one character, or a line
    break.
    """
    for match in _MARKUP.finditer(text):
        if match["label"] is not None:
            yield "", match.start(), match.start("label")
            yield "", match.end("label"), match.end()
        elif match["entity"] is not None:
            seen = html.unescape(match[0])
            if len(seen) == 1:
                yield seen, *match.span()
        elif match["emphasis"] is not None:
            yield "", *match.span()
        else:
            tag = match["tag"].lower()
            yield "\n" if tag in _BREAKING else " " if tag in ("td", "th") else "", *match.span()
