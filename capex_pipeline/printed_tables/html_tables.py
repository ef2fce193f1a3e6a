"""Reads the tables of an HTML page.

This module turns the markup of a page into printed tables and the lines of text between them. It knows tables, spans, hidden parts and
raised footnote marks, and nothing of what the cells mean (`layout`). Pages are untrusted: no address is opened, nesting, cells and spans
are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from lxml import etree

from capex_pipeline.printed_tables.captions import declared_unit, is_unit_line
from capex_pipeline.printed_tables.cell_texts import read_cell
from capex_pipeline.printed_tables.pieces import (
    LONGEST_TEXT,
    MOST_CELLS,
    MOST_PROSE,
    MOST_TABLES,
    MOST_TAGS,
    SHORTEST_PROSE,
    Paragraph,
    Piece,
    PrintedDocument,
    PrintedTable,
    clean,
    is_prose,
)
from capex_pipeline.raw.errors import DocumentError

MAX_BYTES: Final = 24 * 1024 * 1024
MOST_WORDS: Final = 4_000_000
"""Words of text and attributes of tags. An attribute without a value takes two bytes of a page and 200 of memory."""
_WORD: Final = re.compile(rb"[\s/][^\s/>=]")
_WIDEST_SPAN: Final = 1000
"""As in the HTML standard."""
_TALLEST_SPAN: Final = 500
_DEEPEST: Final = 12
"""Tables inside tables."""
_MOST_LINES: Final = 40
"""Lines of text that are kept in front of a table."""
BLOCKS: Final = frozenset(
    "address article aside blockquote body br caption center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p "
    "pre section table tbody td tfoot th thead title tr ul".split()
)
_SILENT: Final = frozenset(
    ("script", "style", "head", "noscript", "template", "svg", "math", "iframe", "object", "select")
)


def read_tables(data: bytes, name: str) -> list[PrintedTable]:
    """The tables of a page, as `read_document`."""
    return list(read_document(data, name).tables)


def read_document(data: bytes, name: str) -> PrintedDocument:
    """The tables and the prose of a page in the order of the document; tables inside tables follow the one that holds them.

    name: of the file, for errors. Raises DocumentError: too_many_cells, nested_too_deeply, and as `parse_page` does.
    """
    page = _Page(name)
    page.walk(parse_page(data, name), 0)
    if page.tables:
        page.tables[-1] = replace(page.tables[-1], after=page.lines_below)
    return PrintedDocument(page.tables, page.paragraphs)


def parse_page(data: bytes, name: str) -> etree._Element:
    """The root of a page, of which no address is opened. Raises DocumentError: oversized, unreadable."""
    if len(data) > MAX_BYTES:
        raise DocumentError(
            "oversized", f"{name} has more than {MAX_BYTES // 2**20} MB of HTML; give the part with the tables."
        )
    if data.count(b"<") > MOST_TAGS or _has_more_words(data, MOST_WORDS):
        raise DocumentError(
            "oversized",
            f"{name} has more than {MOST_TAGS:,} tags or {MOST_WORDS:,} words and attributes; give the part with the tables.",
        )
    parser = etree.HTMLParser(
        encoding=_encoding(data), no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as error:
        raise DocumentError("unreadable", f"{name} is no HTML page that can be read ({error}).") from error
    if root is None:
        raise DocumentError("unreadable", f"{name} is no HTML page that can be read (it is empty).")
    return root


def _has_more_words(data: bytes, most: int) -> bool:
    """Whether a page has more words and attributes than a number. A page of fewer bytes is not searched."""
    return len(data) > 2 * most and next(islice(_WORD.finditer(data), most, None), None) is not None


def _encoding(data: bytes) -> str | None:
    """UTF-8 where the bytes are, else what the page declares."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


class _Page:
    """The walk over one page."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.tables: list[PrintedTable] = []
        self.paragraphs: list[Paragraph] = []
        self.cells = 0
        self._blocks = 0
        self._heading = ""
        self._prose = 0
        self._lines: list[str] = []
        self._line: list[str] = []

    def walk(self, root: etree._Element, depth: int) -> None:
        """Collect the text and the tables below an element that is no table."""
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            tag = element.tag
            if event == "start":
                if tag == "table" and element is not root:
                    self._end_line()
                    self._table(element, depth + 1)
                    walker.skip_subtree()
                    continue
                if is_silent(element):
                    walker.skip_subtree()
                    continue
                if tag in BLOCKS:
                    self._end_line()
                if element.text:
                    self._line.append(element.text)
            else:
                if tag in BLOCKS:
                    self._end_line()
                if element.tail and element is not root:
                    self._line.append(element.tail)
        self._end_line()

    @property
    def lines_below(self) -> list[str]:
        """The first lines below the last table."""
        return self._lines[:_MOST_LINES]

    def _end_line(self) -> None:
        if self._line:
            text = clean("".join(self._line), MOST_PROSE)
            self._line = []
            if text:
                self._add_prose(text)
                self._lines.append(text[:LONGEST_TEXT])
                if len(self._lines) > 2 * _MOST_LINES:
                    kept = [line for line in self._lines[:-_MOST_LINES] if declared_unit(line) or is_unit_line(line)]
                    self._lines = [*kept[-1:], *self._lines[-_MOST_LINES:]]

    def _add_prose(self, text: str) -> None:
        self._blocks += 1
        if not is_prose(text):
            self._heading = text
        elif self._prose < MOST_PROSE:
            self._prose += len(text)
            self.paragraphs.append(Paragraph(f"paragraph {self._blocks}", text, self._heading))

    def _table(self, table: etree._Element, depth: int) -> None:
        if depth > _DEEPEST:
            raise DocumentError(
                "nested_too_deeply", f"{self.name} has tables inside tables more than {_DEEPEST} deep; it is not read."
            )
        place = len(self.tables)
        if place >= MOST_TABLES:
            raise DocumentError(
                "too_many_cells", f"{self.name} has more than {MOST_TABLES} tables; give the part with the figures."
            )
        before = self._lines
        self._lines = []
        self._heading = ""
        self.tables.append(PrintedTable(f"table {place + 1}", (), before))
        rows: list[list[Piece]] = []
        numbers: list[int] = []
        spans: dict[int, tuple[int, Piece]] = {}
        nested: list[etree._Element] = []
        for number, row in enumerate(_rows_of(table), start=1):
            pieces, spans = self._row(row, spans, nested)
            if pieces:
                rows.append(pieces)
                numbers.append(number)
        caption = next((clean(_text_of(part)) for part in table.iterchildren("caption")), "")
        self.tables[place] = PrintedTable(
            f"table {place + 1}", rows, [*before, caption] if caption else before, numbers
        )
        for row_pieces in rows:
            # Lists and whole pages are laid out as tables: a row without a number beside its text is prose.
            longest = max((piece.text for piece in row_pieces), key=len)
            if len(longest) >= SHORTEST_PROSE and not any(read_cell(piece.text) for piece in row_pieces):
                self._add_prose(longest)
        for inner in nested:
            self.walk(inner, depth)
        if not rows and not nested:
            self._lines = [*before, *self._lines]  # an empty table separates nothing

    def _row(
        self, row: etree._Element, spans: dict[int, tuple[int, Piece]], nested: list[etree._Element]
    ) -> tuple[list[Piece], dict[int, tuple[int, Piece]]]:
        """The pieces of a row, and the cells that reach into the rows below: by first column, rows left and piece."""
        pieces: list[Piece] = [piece for _, piece in spans.values() if piece.text]
        taken = {first: piece.last for first, (_, piece) in spans.items()}
        below = {first: (left - 1, piece) for first, (left, piece) in spans.items() if left > 1}
        self._count(len(spans))
        column = 0
        for cell in row.iterchildren("td", "th"):
            self._count(1)
            while column in taken:
                column = taken[column] + 1
            width = _span(cell, "colspan", _WIDEST_SPAN)
            last = column + width - 1
            has_inner = len(cell) > 0 and next(cell.iterdescendants("table"), None) is not None
            text = "" if has_inner else clean(_text_of(cell))
            if has_inner:
                nested.append(cell)
            piece = Piece(text, column, last, _indent(cell) if column == 0 else 0)
            if text:
                pieces.append(piece)
            height = _span(cell, "rowspan", _TALLEST_SPAN)
            if height > 1:
                below[column] = (height - 1, piece)
            column = last + 1
        pieces.sort(key=lambda piece: piece.first)
        return pieces, below

    def _count(self, cells: int) -> None:
        self.cells += cells
        if self.cells > MOST_CELLS:
            raise DocumentError(
                "too_many_cells", f"{self.name} has more than {MOST_CELLS:,} cells; give the part with the figures."
            )


def _rows_of(table: etree._Element) -> Iterator[etree._Element]:
    for part in table.iterchildren("tr", "thead", "tbody", "tfoot"):
        if part.tag == "tr":
            if not _is_hidden(part):
                yield part
        else:
            yield from (row for row in part.iterchildren("tr") if not _is_hidden(row))


def _text_of(element: etree._Element) -> str:
    """The visible text of a cell. A raised mark is set apart in braces, so that it is no digit of the number beside it."""
    if len(element) == 0:
        return element.text or ""
    only = element[0]
    if len(element) == 1 and only.tag in _PLAIN and len(only) == 0 and not is_silent(only) and not _is_raised(only):
        return f"{element.text or ''}{only.text or ''}{only.tail or ''}"
    parts: list[str] = []
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, part in walker:
        if event == "start":
            if part is not element and is_silent(part):
                walker.skip_subtree()
                continue
            raised = _is_raised(part)
            if part.tag in BLOCKS:
                parts.append(" ")
            if part.text:
                parts.append(f" {{{part.text.strip()}}}" if raised and part.text.strip() else part.text)
        elif part is not element:
            if part.tag in BLOCKS:
                parts.append(" ")
            if part.tail:
                parts.append(part.tail)
    return "".join(parts)


_PLAIN: Final = frozenset(("span", "font", "b", "i", "strong", "em", "a"))


def _is_raised(element: etree._Element) -> bool:
    return element.tag == "sup" or "super" in (element.get("style") or "")


def text_of(element: etree._Element) -> str:
    """All text inside an element, hidden parts included."""
    return "".join(map(str, element.itertext()))


def is_silent(element: etree._Element) -> bool:
    """Whether an element is nothing that a reader of the page sees: code, a hidden part, a comment."""
    return element.tag in _SILENT or not isinstance(element.tag, str) or _is_hidden(element)


def _is_hidden(element: etree._Element) -> bool:
    style = element.get("style")
    return style is not None and "display" in style and "display:none" in style.replace(" ", "").lower()


def _span(cell: etree._Element, name: str, most: int) -> int:
    text = cell.get(name)
    if text is None:
        return 1
    text = text.strip()
    return max(1, min(int(text), most)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _indent(cell: etree._Element) -> int:
    """How far a label is set in, in points or pixels as the page has them; only comparisons inside one table mean something."""
    total = 0.0
    element: etree._Element | None = cell
    for _ in range(4):
        if element is None:
            break
        style = (element.get("style") or "").replace(" ", "").lower()
        for declaration in style.split(";"):
            key, _, value = declaration.partition(":")
            if key in ("padding-left", "margin-left", "text-indent"):
                total += _points(value)
            elif key == "padding":
                sides = value.replace("pt", "pt ").replace("px", "px ").replace("em", "em ").split()
                if len(sides) == 4:
                    total += _points(sides[3])
        element = next(iter(element), None) if isinstance(element.tag, str) else None
    text = text_of(cell)
    total += 3 * (len(text) - len(text.lstrip("\xa0\u2003\u2002 "))) if text[:1] in "\xa0\u2003\u2002" else 0
    return round(total)


def _points(value: str) -> float:
    digits = value.rstrip("%abcdefghijklmnopqrstuvwxyz")
    try:
        number = float(digits)
    except ValueError:
        return 0.0
    return max(-200.0, min(number * (12 if value.endswith("em") else 1), 200.0))
