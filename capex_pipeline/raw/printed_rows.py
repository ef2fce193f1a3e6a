"""The shape every reader returns: documents and printed rows, all as text.

What belongs here: the columns of a printed row, the keys of a document, and the error that means "this file cannot be
read at all". What does not: parsing of any value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

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
"""Columns of a printed row. Each holds text exactly as the document (or its transcription) has it; missing is NaN."""

DRAFT_COLUMNS: tuple[str, ...] = ("review_state", "confidence", "span_start", "span_end")
"""Columns that rows of a text, or of its review, have beside the printed ones."""

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

SOURCE_TYPES: tuple[str, ...] = ("filing", "article", "estimate")


class DocumentError(ValueError):
    """A file that cannot be used at all. `rule` is a short stable name; the message is a sentence with a remedy."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message


@dataclass(frozen=True)
class ReadResult:
    """What one raw file says.

    documents: one mapping per document that the file holds, keys as in `DOCUMENT_KEYS`.
    rows: printed rows, columns as in `PRINTED_COLUMNS`, text or missing.
    rejected: rows that could not even be laid out as printed rows: (locator, rule, column, value, message).
    mentions: of a text, every quantity in it and what became of it (`text.draft.MENTION_COLUMNS`).
    """

    documents: list[dict[str, Any]]
    rows: pd.DataFrame
    rejected: list[dict[str, str | None]] = field(default_factory=list)
    mentions: pd.DataFrame | None = None


def empty_rows() -> pd.DataFrame:
    """A frame of printed rows with none in it."""
    import pandas as pd

    return pd.DataFrame({name: pd.Series(dtype="str") for name in PRINTED_COLUMNS})


def rows_from_records(records: Iterable[Mapping[str, str | None]]) -> pd.DataFrame:
    """Printed rows from mappings; keys that a record does not have are missing.

    Raises KeyError for a key that is no printed column: readers must report those to the author of the document.
    """
    import pandas as pd

    records = list(records)
    for record in records:
        unknown = set(record) - set(PRINTED_COLUMNS)
        if unknown:
            raise KeyError(f"not a printed column: {', '.join(sorted(unknown))}")
    if not records:
        return empty_rows()
    return pd.DataFrame(
        {name: pd.Series([record.get(name) for record in records], dtype="str") for name in PRINTED_COLUMNS}
    )
