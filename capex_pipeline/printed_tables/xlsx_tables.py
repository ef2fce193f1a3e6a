"""Reads the tables of a workbook (XLSX): each sheet is one printed table.

This module reads the stored values of cells and their merged ranges. Formulas are never evaluated: a cell shows the value that the program
which wrote the workbook stored beside the formula. Workbooks are untrusted: their unpacked size, sheets and cells are bounded and they may
declare no document type. What the cells mean belongs to `layout`.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from datetime import date, datetime
from functools import lru_cache
from html import unescape
from typing import Any, Final

from capex_pipeline.printed_tables.pieces import (
    MOST_CELLS,
    MOST_TAGS,
    Paragraph,
    Piece,
    PrintedDocument,
    PrintedTable,
    clean,
    is_prose,
)
from capex_pipeline.raw.errors import DocumentError

_MOST_PARAGRAPHS: Final = 500
MAX_UNPACKED: Final = 96 * 1024 * 1024
"""Bytes of all parts of the archive. The largest workbook that was measured unpacks to 3 MB."""
_MOST_PARTS: Final = 4000
_LONGEST_TAG: Final = 2**20
"""Bytes of a tag and the text after it: a cell may have 32,767 characters."""
# Each expression over the bytes of a part reads them once: what it repeats ends at the sign with which its next match begins.
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*>")
_RANGE = re.compile(rb"""\sref\s*=\s*["']([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?["']""")
_FORMAT = re.compile(rb"""formatCode\s*=\s*(?:"([^"<]*)|'([^'<]*))""")
_LONGEST_FORMAT: Final = 255
"""Characters of a number format, as in Excel. The library that loads a workbook searches every format with expressions whose work grows with the
square of its length."""
_STYLED = re.compile(rb"<(?:\w+:)?xf[\s/>]")
_MOST_STYLES: Final = 2 * 65_490
"""Combinations of formats: Excel allows 65,490, and as many names of them."""
_ENCODING = re.compile(rb"""^<\?xml\s[^<>]*\sencoding\s*=\s*["']([^"'<>]*)""")
_ENCODINGS: Final = frozenset((b"utf-8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"))
_EBCDIC: Final = b"Lo\xa7\x94"
_MOST_SHEETS: Final = 500


def read_document(data: bytes, name: str) -> PrintedDocument:
    """The sheets of a workbook, and the rows of one text that are prose, such as remarks below a table. Raises DocumentError as `read_tables` does."""
    tables = read_tables(data, name)
    alone = ((table, number) for table in tables for number, row in enumerate(table.rows) if len(row) == 1)
    paragraphs = [
        Paragraph(f"{table.place}, row {table.row_number(number)}", table.rows[number][0].text)
        for table, number in alone
        if is_prose(table.rows[number][0].text)
    ]
    return PrintedDocument(tables, paragraphs[:_MOST_PARAGRAPHS])


def read_tables(data: bytes, name: str) -> list[PrintedTable]:
    """One printed table for each sheet that has text.

    Raises DocumentError: unreadable, encrypted, oversized, too_many_cells.
    """
    _check_archive(data, name)
    from openpyxl import load_workbook  # a workbook is rare, and the library takes long to import

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except Exception as error:  # the library raises whatever a broken part leads to
        raise DocumentError(
            "unreadable",
            f"{name} is no workbook that can be read ({type(error).__name__}: {error}); save it again as XLSX.",
        ) from error
    if len(book.worksheets) > _MOST_SHEETS:
        raise DocumentError(
            "too_many_cells", f"{name} has more than {_MOST_SHEETS} sheets; give those with the figures."
        )
    tables, cells = [], 0
    for sheet in book.worksheets:
        size = (sheet.max_row or 0) * (sheet.max_column or 0)
        cells += size
        if cells > MOST_CELLS:
            raise DocumentError(
                "too_many_cells",
                f"{name} spans more than {MOST_CELLS:,} cells up to sheet {sheet.title!r} ({sheet.max_row} rows by {sheet.max_column} columns); "
                "give the sheets with the figures.",
            )
        if sheet.sheet_state != "visible":
            continue
        table = _table(sheet)
        if table.rows:
            tables.append(table)
    return tables


def _check_archive(data: bytes, name: str) -> None:
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise DocumentError(
            "encrypted", f"{name} is an encrypted workbook or an old XLS file; save it as XLSX without a password."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise DocumentError(
                    "oversized",
                    f"{name} unpacks to more than {MAX_UNPACKED // 2**20} MB or {_MOST_PARTS} parts; give the sheets with the figures.",
                )
            unpacked = tags = merged = styles = 0
            for part in parts:
                # The sizes that an archive declares may be wrong, so that each part is unpacked once within the limit.
                with archive.open(part) as stream:
                    start = stream.read(4096)
                    is_markup = _is_markup(start, f"{name}, part {part.filename[:80]!r},")
                    chunk, rest = start, b""
                    while chunk:
                        unpacked += len(chunk)
                        tags += chunk.count(b"<") if is_markup else 0
                        if unpacked > MAX_UNPACKED or tags > MOST_TAGS:
                            raise DocumentError(
                                "oversized",
                                f"{name} unpacks to more than {MAX_UNPACKED // 2**20} MB or {MOST_TAGS:,} tags; give the sheets with the figures.",
                            )
                        if is_markup:
                            markup = rest + chunk.replace(b"\0", b"")
                            chunk = stream.read(1 << 20)
                            # A tag that a piece of the part cuts is read with the next piece.
                            last = max(markup.rfind(b"<"), 0) if chunk else len(markup)
                            rest = markup[last:]
                            place = f"{name}, part {part.filename[:80]!r},"
                            merged += _merged_cells(markup[:last])
                            styles += len(_STYLED.findall(markup[:last]))
                            _check_markup(markup[:last], rest, merged, styles, place)
                        else:
                            chunk = stream.read(1 << 20)
    except DocumentError:
        raise
    except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError, ValueError, OSError) as error:
        raise DocumentError(
            "unreadable", f"{name} is no workbook that can be read ({error}); save it again as XLSX."
        ) from error


def _is_markup(start: bytes, place: str) -> bool:
    """Whether a part is XML, whatever its name is. Raises DocumentError for a document type, and for an encoding in which tags are other bytes."""
    text = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    encoding = _ENCODING.search(text)
    if text.startswith(_EBCDIC) or (encoding is not None and encoding[1].lower() not in _ENCODINGS):
        raise DocumentError("unreadable", f"{place} is not encoded as UTF-8; save the workbook again as XLSX.")
    if not text or text.startswith(b"<"):
        if b"<!DOCTYPE" in text:
            raise DocumentError("unreadable", f"{place} declares a document type, which a workbook may not do.")
        return True
    return False


def _merged_cells(markup: bytes) -> int:
    """How many cells the ranges in a part of a sheet merge. The library visits each of them while it loads a workbook, so that one range over a
    whole sheet would take hours. A range that is not written as programs write it counts as too many."""
    area = 0
    for tag in _MERGED.findall(markup):
        match = _RANGE.search(tag)
        if match is None:
            return MOST_CELLS + 1
        left, top, right, bottom = match.groups()
        area += (_column(right or left) - _column(left) + 1) * (int(bottom or top) - int(top) + 1)
    return area


def _check_markup(markup: bytes, rest: bytes, merged: int, styles: int, place: str) -> None:
    """Raise DocumentError for what would take hours in the library that loads a workbook. rest: from the last tag on. merged, styles: merged cells
    and combinations of formats so far."""
    if merged > MOST_CELLS:
        raise DocumentError(
            "too_many_cells", f"{place} merges more than {MOST_CELLS:,} cells; give the sheets with the figures."
        )
    if styles > _MOST_STYLES:
        raise DocumentError(
            "oversized",
            f"{place} has more than {_MOST_STYLES:,} combinations of formats; copy the values into a new workbook.",
        )
    if len(rest) > _LONGEST_TAG:
        raise DocumentError(
            "oversized", f"{place} has more than {_LONGEST_TAG // 2**20} MB without a tag; save it again as XLSX."
        )
    for match in _FORMAT.finditer(markup):
        if len(unescape((match[1] or match[2] or b"").decode(errors="replace"))) > _LONGEST_FORMAT:
            raise DocumentError(
                "oversized",
                f"{place} has a number format of more than {_LONGEST_FORMAT} characters; no workbook may have one. Save it again as XLSX.",
            )


def _column(letters: bytes) -> int:
    """The number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _table(sheet: Any) -> PrintedTable:
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    inside: dict[tuple[int, int], tuple[int, int]] = {}
    for span in sheet.merged_cells.ranges:
        merged[span.min_row, span.min_col] = (span.max_row, span.max_col)
        if (span.max_row - span.min_row + 1) * (span.max_col - span.min_col + 1) > MOST_CELLS:
            continue
        for row in range(span.min_row + 1, min(span.max_row, sheet.max_row) + 1):
            inside[row, span.min_col] = (span.min_row, span.min_col)
    rows, numbers = [], []
    shown: dict[tuple[int, int], Piece] = {}
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        pieces = []
        for cell in cells:
            column = cell.column
            if (number, column) in inside:
                piece = shown.get(inside[number, column])
                if piece is not None:
                    pieces.append(piece)
                continue
            if cell.value is None:
                continue
            text = clean(_text(cell.value, cell.number_format or "General"))
            if not text:
                continue
            last = merged.get((number, column), (number, column))[1]
            indent = int(cell.alignment.indent or 0) if column == 1 and cell.has_style and cell.alignment else 0
            piece = Piece(text, column - 1, last - 1, indent)
            shown[number, column] = piece
            pieces.append(piece)
        if pieces:
            rows.append(pieces)
            numbers.append(number)
    return PrintedTable(sheet.title, rows, (), numbers, is_sheet=True)


def _text(value: Any, number_format: str) -> str:
    """A stored value as the sheet shows it, in full precision: the percent sign, a currency sign and a scale of thousands are kept."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if not isinstance(value, int | float):
        return str(value)
    is_percent, thousands, sign = _shown_by(number_format)
    if is_percent:
        return f"{_plain(value * 100)}%"
    if thousands and abs(value) < _LARGEST:
        value = value / 1000**thousands
    return sign + _plain(value)


_LARGEST: Final = 1e300
"""A number from this one on is no amount, and is shown as it is stored: a whole number of a workbook may be larger than any decimal one."""
_MOST_THOUSANDS: Final = 100


@lru_cache(maxsize=4096)
def _shown_by(number_format: str) -> tuple[bool, int, str]:
    """What a number format shows beside the number: whether a percent sign, the thousands that it leaves out, the currency sign."""
    positive = number_format[:_LONGEST_FORMAT].split(";")[0]
    plain = re.sub(r'"[^"]*"', "", re.sub(r"\[[^\]]*\]|_.|\\.|\*.", "", positive))
    thousands = re.search(r"[0#](,+)(?![0#,])", plain)
    sign = re.search(r"US\$|HK\$|NT\$|RMB|[$€£¥]", positive)
    return "%" in plain, min(len(thousands[1]), _MOST_THOUSANDS) if thousands else 0, sign[0] if sign else ""


def _plain(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    rounded = f"{value:.12g}"
    if "e" in rounded or "n" in rounded:
        rounded = f"{value:.0f}" if abs(value) >= 1 else f"{value:.15f}".rstrip("0").rstrip(".")
    return rounded
