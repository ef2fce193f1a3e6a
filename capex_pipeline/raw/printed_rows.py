"""Printed rows: the result that every reader returns, with documents and rows as text.

The columns of a printed row, the keys of a document and the layout of one record belong here. Parsing of a value belongs to `values`, its
meaning to `normalise`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from capex_pipeline.raw.errors import DocumentError, listed

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

PRINTED_COLUMNS: tuple[str, ...] = (
    "id",
    "document",
    "locator",
    "entity",
    "metric",
    "measure",
    "definition",
    "segment",
    "supplier",
    "product",
    "customer",
    "flow",
    "period",
    "period_start",
    "period_end",
    "value",
    "value_low",
    "value_high",
    "unit",
    "bound",
    "status",
    "claimant",
    "presentation",
    "same_fact_as",
    "note",
)
"""Columns of a printed row. Each holds text exactly as in the document (or its transcription); missing is NaN."""

RECAST = "as recast"
"""Ends the presentation of amounts that a document shows on another basis than the one on which they were first reported."""
CONFIRMED_BY_CHECK = "Confirmed in the document"
"""Begins the note of a figure that a check inside its document confirms."""
SHOWN_AS = "The document shows it as"
"""Begins the note of a recast amount."""

READ_COLUMNS: tuple[str, ...] = (
    "read_low",
    "read_value",
    "read_high",
    "read_step",
    "read_bound",
    "read_unit",
    "read_currency",
)
"""Numbers of rows that the reader has already parsed, in full units, as `values.units.read_values` returns them.

Missing in rows whose value and unit are still text.
"""

DRAFT_COLUMNS: tuple[str, ...] = ("review_state", "confidence", "span_start", "span_end", *READ_COLUMNS)
"""Further columns of rows from a text or its review."""

MENTION_COLUMNS: tuple[str, ...] = (
    "mention_id", "document", "span_start", "span_end", "paragraph", "text", "kind", "low", "value", "high", "bound", "unit", "scale", "step", "certain",
    "outcome", "reason", "figure_id", "entity", "metric", "candidates",
)  # fmt: skip
"""Columns of the mentions of a text: quantities, with the use that is made of each."""

DOCUMENT_KEYS: tuple[str, ...] = (
    "document_id",
    "kind",
    "source_type",
    "title",
    "publisher",
    "url",
    "published",
    "published_by",
    "retrieved",
    "licence",
    "origin",
    "note",
)
"""Keys of a document's sidecar data. `published_by` is a date by which it was certainly public, where no date is known."""

DOCUMENT_KINDS: tuple[str, ...] = (
    "article",
    "results_announcement",
    "filing",
    "earnings_call",
    "annual_report",
    "estimate",
    "data_set",
    "aggregator",
)

FIRST_ROW_OF_FILE = 2_000_000
"""Rejected rows from this number on concern the file as a whole, not a row in it."""

_REVIEW_KEYS = {"span", "quote", "confidence", "question", "readings", "reason", "corrected"}
_MISSING = {"", "~", "null"}


@dataclass(frozen=True)
class ReadResult:
    """The content of one raw file. documents: one mapping per document in the file, keys as in `DOCUMENT_KEYS`.
    rows: printed rows, columns as in `PRINTED_COLUMNS`, text or missing; as a table in the schema `row_tables.ROWS`.
    rejected: rows that could not even be laid out as printed rows: (locator, rule, column, value, message).
    mentions: for a text, every quantity with its use (`MENTION_COLUMNS`); as a table in the schema `row_tables.MENTIONS`.
    """

    documents: list[dict[str, Any]]
    rows: pd.DataFrame | pa.Table
    rejected: list[dict[str, str | None]] = field(default_factory=list)
    mentions: pd.DataFrame | pa.Table | None = None


def empty_rows() -> pd.DataFrame:
    """An empty frame of printed rows."""
    import pandas as pd

    return pd.DataFrame({name: pd.Series(dtype="str") for name in PRINTED_COLUMNS})


def rows_from_records(records: Iterable[Mapping[str, str | None]]) -> pd.DataFrame:
    """Printed rows from mappings; keys that a record does not have are missing.

    Raises KeyError for a key that is not a printed column; readers must report such keys to the author of the document.
    """
    import pandas as pd

    records = list(records)
    for record in records:
        unknown = set(record) - set(PRINTED_COLUMNS)
        if unknown:
            raise KeyError(f"not a printed column: {listed(sorted(unknown))}")
    if not records:
        return empty_rows()
    return pd.DataFrame(
        {name: pd.Series([record.get(name) for record in records], dtype="str") for name in PRINTED_COLUMNS}
    )


def rejection(
    document_id: str | None,
    row_number: int,
    locator: str | None,
    rule: str | None,
    message: str | None,
    *,
    column: str | None = None,
    value: str | None = None,
) -> dict[str, str | None]:
    """A row that could not be laid out, as an entry of `ReadResult.rejected`."""
    return {
        "document_id": document_id,
        "row_number": str(row_number),
        "locator": locator,
        "rule": rule,
        "column": column,
        "value": value,
        "message": message,
    }


def span_of(entry: Any) -> tuple[int, int] | None:
    """Where in the text an entry of a review stands, by the two whole numbers of its `span`; None where it does not have them."""
    span = entry.get("span") if isinstance(entry, Mapping) else None
    if not isinstance(span, list) or len(span) != 2:
        return None
    ends = [int(str(end)) for end in span if str(end).isdecimal() and len(str(end)) < 9]
    return (ends[0], ends[1]) if len(ends) == 2 else None


def document_record(content: Any, name: str) -> dict[str, Any]:
    """A document's sidecar data, keys as in DOCUMENT_KEYS, missing as None. Raises DocumentError."""
    if not isinstance(content, Mapping):
        raise DocumentError("missing_document", f"{name} has no key `document:`; add it with the keys of the document.")
    unknown = sorted(set(content) - set(DOCUMENT_KEYS))
    if unknown:
        raise DocumentError(
            "unknown_key",
            f"{name} has the unknown document key {listed(unknown)}; known are {', '.join(DOCUMENT_KEYS)}.",
        )
    return {key: _text(content.get(key), f"{name}, document key {key}") for key in DOCUMENT_KEYS}


def printed_record(content: Any, place: str) -> dict[str, str | None]:
    """One printed row. Raises DocumentError for keys that are not printed columns and for values that are not text."""
    if not isinstance(content, Mapping):
        raise DocumentError("not_a_row", f"{place} is not a list of keys and values; write `key: value` lines.")
    unknown = sorted(set(content) - set(PRINTED_COLUMNS) - _REVIEW_KEYS)
    if unknown:
        raise DocumentError(
            "unknown_column",
            f"{place} has the unknown key {listed(unknown)}; known are {', '.join(PRINTED_COLUMNS)}.",
        )
    return {key: _text(content[key], f"{place}, key {key}") for key in content if key not in _REVIEW_KEYS}


def _text(value: Any, place: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise DocumentError("not_a_value", f"{place} has a list or mapping in the place of a single value.")
    value = value.strip()
    return None if value in _MISSING else value
