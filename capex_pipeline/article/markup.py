"""Markup that was left in an article's text: links and emphasis of Markdown, tags and character entities of HTML.

Belongs here: finding it, and what a reader sees in its place. Does not belong here: characters (`characters`), words (`tokens`).
Every repetition is bounded, so the work is proportional to the length of the text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

_LINK: Final = r"\[(?P<label>[^\[\]\n]{1,200})\]\([^()\s]{1,500}\)"
_TAG: Final = r"</?(?P<tag>[a-zA-Z][a-zA-Z0-9]{0,9})(?:\s[^<>]{0,400})?/?>"
_ENTITY: Final = r"&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|[a-zA-Z][a-zA-Z0-9]{1,7});"
_EMPHASIS: Final = r"\*\*|__"
_MARKUP: Final = re.compile(f"{_LINK}|{_TAG}|(?P<entity>{_ENTITY})|(?P<emphasis>{_EMPHASIS})")
_BREAKING: Final = frozenset("p br div li ul ol tr table h1 h2 h3 h4 h5 h6 blockquote".split())

Piece = tuple[str, int, int]
"""What a reader sees, and the span of the text that it stands for."""


def has_markup(text: str) -> bool:
    """Whether a text may hold markup; quick, and sometimes wrong in saying so."""
    return "<" in text or "&" in text or "](" in text or "**" in text or "__" in text


def markup(text: str) -> Iterator[Piece]:
    """Each piece of markup in order, as what a reader sees in its place: nothing, one character, or a line break."""
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
