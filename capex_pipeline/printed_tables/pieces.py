"""Declares the pieces of a printed table, to which every format is reduced before its layout is read.

This module contains the shape that the readers of HTML, XLSX and PDF return and the limits that they share. Add a field when a format
shows something that the layout needs (an indent, a typed number). What rows and columns mean belongs to `layout`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

MOST_CELLS: Final = 400_000
"""Cells of one document. The largest annual report that was measured has 30,000."""
MOST_NUMBERS: Final = 50_000
"""Cells of one document with a digit, each of which is compared with heads, headings and units. The largest report that was measured has 7,000."""
MOST_TABLES: Final = 5_000
MOST_TAGS: Final = 2_500_000
"""Signs "<" in the markup of one document, which bound the memory of its tree: about 300 bytes each. A report of 10 MB has 400,000."""
LONGEST_TEXT: Final = 2_000
"""Characters of one cell or title that are kept; a longer one is prose, which is kept whole as a paragraph."""


class Piece(NamedTuple):
    """Text in one row of a table. It covers the columns from `first` to `last`, both included."""

    text: str
    first: int
    last: int
    indent: int = 0


@dataclass(frozen=True)
class PrintedTable:
    """One table of a document.

    place: where it is found: "table 3" (HTML, from 1 in order of the document), "page 12, table 2" (PDF) or the name of the sheet.
    rows: the pieces of each row from left to right. Rows without text are left out.
    before: lines of text between the table before and this one; the last line stands directly above.
    row_numbers: the number of each row in the table or sheet, from 1, where rows are left out. is_sheet: cells have addresses such as C3.
    after: lines below the last table of a document; those below another table are `before` of the next one.
    """

    place: str
    rows: Sequence[Sequence[Piece]]
    before: Sequence[str] = ()
    row_numbers: Sequence[int] = field(default=())
    after: Sequence[str] = ()
    is_sheet: bool = False

    def row_number(self, index: int) -> int:
        """The number of a row in its source, from 1."""
        return self.row_numbers[index] if self.row_numbers else index + 1


class Paragraph(NamedTuple):
    """A paragraph of prose. place: "paragraph 12" (HTML, counted over the document) or "page 3, paragraph 2" (PDF). heading: the last line above it that
    is no prose; empty where a table or nothing is between them."""

    place: str
    text: str
    heading: str = ""


@dataclass(frozen=True)
class PrintedDocument:
    """The tables of a document and the prose between them, both in the order of the document."""

    tables: Sequence[PrintedTable]
    paragraphs: Sequence[Paragraph] = ()


SHORTEST_PROSE: Final = 50
"""Characters of a line outside tables from which it counts as prose and no title, unless it says an amount."""
_SHORTEST_STATEMENT: Final = 10
_AMOUNT = re.compile(r"\d ?(?:%|per ?cent\b|bn\b|[bmt]r?illion\b|[亿億万萬兆])", re.IGNORECASE)
MOST_PROSE: Final = 1_000_000
"""Characters of prose of one document that are kept."""


def is_prose(text: str) -> bool:
    """Whether a line outside tables is prose: it is long, or a short statement of an amount, such as the point "Cloud revenue up 28%" of a list."""
    return len(text) >= SHORTEST_PROSE or (len(text) >= _SHORTEST_STATEMENT and _AMOUNT.search(text) is not None)


_VERB = re.compile(
    r"\b(?:was|were|is|are|has|have|had|will|(?:increas|decreas|declin|includ|total|amount|reach|represent|exclud|reflect|driv|grow|remain)(?:e|ed|led|es|s|en)?|grew|rose|fell|drove|driven)\b"
    r"|[為为達达](?=\s*(?:人民[币幣]|美元|[^\s]*\d))|增长|增長|增加|减少|減少|同比|主要由于|主要由於",
    re.IGNORECASE,
)
_INTRODUCES = re.compile(
    r"[:：]\s*$|\b(?:following|below|as follows|set forth|reconcil\w+|table)\b|下表|如下", re.IGNORECASE
)


def is_statement(line: str) -> bool:
    """Whether a line above a table states something, "Free cash flow was an outflow of RMB 18.8 billion.", and is no title of the table: it says an
    amount, or is a sentence that does not introduce the table."""
    text = line.strip()
    if _INTRODUCES.search(text) or text.startswith(("(", "（")):
        return False
    return _AMOUNT.search(text) is not None or (text.endswith((".", "。")) and _VERB.search(text) is not None)


def clean(text: str, longest: int = LONGEST_TEXT) -> str:
    """Text with single spaces, without invisible characters, cut at a number of characters."""
    text = text[: 4 * longest]
    visible = text if text.isascii() else text.translate(_INVISIBLE)
    return " ".join(visible.split())[:longest]


_INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u00ad\u2060"), None) | {0xA0: " ", 0x3000: " "}
