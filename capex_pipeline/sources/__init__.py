"""Readers: the bytes of one raw file become documents and printed rows.

What belongs here: one module per kind of file, and the shape they all return (`ReadResult`). What does not: judgement.
A reader keeps what is printed, as text; what a word means (an entity, a unit, a period) is decided in `normalise`.
Readers know nothing of Dagster, of the warehouse, or of each other.
"""

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.printed_rows import DOCUMENT_KEYS, PRINTED_COLUMNS, ReadResult, empty_rows, rows_from_records

__all__ = ["DOCUMENT_KEYS", "PRINTED_COLUMNS", "DocumentError", "ReadResult", "empty_rows", "rows_from_records"]
