"""Readers: the bytes of one raw file become documents and printed rows.

Add one module for each kind of file, and its ending in `readers`. A reader keeps what is printed, as text; what a word means (an entity, a
unit, a period) is decided in `normalise`. Readers do not import each other.
"""

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.printed_rows import DOCUMENT_KEYS, PRINTED_COLUMNS, ReadResult, empty_rows, rows_from_records

__all__ = ["DOCUMENT_KEYS", "PRINTED_COLUMNS", "DocumentError", "ReadResult", "empty_rows", "rows_from_records"]
