"""Readers: the bytes of one file below raw/ become documents and printed rows.

Add one module for each kind of file and one line in `sources/readers.py`. Modules that several readers need are here
too, for example `sources/tagged_facts.py`, `sources/inline_numbers.py` and `sources/reader_cache.py`. A reader keeps
printed values as text; `normalise` decides what a name, a unit or a period means.
"""

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.printed_rows import DOCUMENT_KEYS, PRINTED_COLUMNS, ReadResult, empty_rows, rows_from_records

__all__ = ["DOCUMENT_KEYS", "PRINTED_COLUMNS", "DocumentError", "ReadResult", "empty_rows", "rows_from_records"]
