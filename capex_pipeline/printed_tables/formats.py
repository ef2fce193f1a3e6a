"""Chooses the reader of printed tables by the ending of the file's name.

Add a line when a format is added. Reading belongs to the module of the format.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from capex_pipeline.printed_tables import html_tables, pdf_tables, xlsx_tables
from capex_pipeline.printed_tables.pieces import MOST_NUMBERS, PrintedDocument, PrintedTable
from capex_pipeline.raw.errors import DocumentError

FORMATS: Final = {
    ".htm": html_tables.read_document,
    ".html": html_tables.read_document,
    ".pdf": pdf_tables.read_document,
    ".xhtml": html_tables.read_document,
    ".xlsx": xlsx_tables.read_document,
}


def read_tables(data: bytes, name: str) -> list[PrintedTable]:
    """The tables of a document, as `read_document`."""
    return list(read_document(data, name).tables)


def read_document(data: bytes, name: str) -> PrintedDocument:
    """The tables and the prose of a document. Raises DocumentError as the reader of its format does, and unknown_kind_of_file."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in FORMATS:
        raise DocumentError(
            "unknown_kind_of_file",
            f"{name} is no document with printed tables; known are {', '.join(sorted(FORMATS))}.",
        )
    document = FORMATS[suffix](data, name)
    pieces = (piece for table in document.tables for row in table.rows for piece in row)
    if sum(any(map(str.isdigit, piece.text)) for piece in pieces) > MOST_NUMBERS:
        raise DocumentError(
            "too_many_cells",
            f"{name} has more than {MOST_NUMBERS:,} numbers in tables; give the part with the figures.",
        )
    return document
