"""Parts of a table's Dagster page: summary, preview of rows, and the documents behind the rows.

Add a part here as a function from a frame to Markdown. How Dagster displays a part belongs to `metadata`, and the summary of each table to
`table_summary`. Call these functions through `decoration`, so that an error in a page does not stop a table.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from capex_pipeline.orchestration import table_summary
from capex_pipeline.orchestration.table_summary import cell
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.derive import pandas_types
from capex_pipeline.storage.parquet import to_pandas
from capex_pipeline.values import escaping

_PREVIEW_ROWS = 8
_PAGE_ROWS = 12
"""Usually long enough that Dagster shows the preview in a window, which is wide enough for the rows."""

_SENTENCE_WIDTH = 400
_SENTENCES = ("message", "explanation", "conflict_reason", "reason")
"""Columns whose text is not shortened."""

_TELLING = (
    "title", "publisher", "published_on", "path", "row_number", "rule", "message", "entity_name", "entity_id", "entity_text", "metric_text", "period_text",
    "value_text", "unit_text", "product", "metric_id", "definition_id", "definition_name", "segment", "calendar_quarter", "currency",
    "amount", "amount_usd", "yoy_local_pct", "units_low", "units", "units_high", "value", "unit", "average_rate", "closing_rate", "claim", "computed",
    "verdict", "table_name", "state", "document_needed", "document_id",
)  # fmt: skip
"""Columns shown first in any table. A table with fewer than _FEWEST_TELLING of them shows its own first columns."""

_FEWEST_TELLING = 4
_FEWEST_SHOWN = 8
_NEWEST_FIRST = ("period_end", "quarter_start", "published_on")
"""Columns by which rows are ordered; the first one that a table has counts."""

_INLINE_LENGTH = table_summary.LONGEST - 60
"""Characters reserved for the last line."""

_DATE = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_UNBROKEN = r"\1‑\2‑\3"
"""A date with non-breaking hyphens, for narrow columns."""


def sources(rows: pa.Table, documents: pd.DataFrame, most: int = 8) -> str:
    """The newest documents behind the rows, as Markdown links."""
    ids, numbers = pc.value_counts(rows["document_id"].drop_null()).flatten()
    counts = pd.Series(numbers.to_numpy(), index=pd.Index(ids.to_pandas(), dtype="str"))
    place = counts.index.get_indexer(pd.Index(documents["document_id"]))
    named = documents[place >= 0].assign(rows=counts.to_numpy()[place[place >= 0]])
    named = named.sort_values(
        ["published_on", "rows", "document_id"], ascending=[False, False, True], na_position="last"
    )
    lines = ["| rows | document | published |", "|---|---|---|"]
    for row in named.head(most).itertuples():
        title = _DATE.sub(_UNBROKEN, cell(row.title if isinstance(row.title, str) else row.document_id, 100))
        linked = escaping.markdown_link(title, row.url)
        lines.append(f"| {row.rows} | {linked} | {_DATE.sub(_UNBROKEN, cell(row.published_on))} |")
        if sum(map(len, lines)) > _INLINE_LENGTH:
            lines.pop()
            break
    shown = len(lines) - 2
    if len(named) > shown:
        lines.append(f"\n{len(named) - shown:,} older documents; see the table documents")
    return "\n".join(lines)


def page_of(table: str, rows: pa.Table, frame: Callable[[], pd.DataFrame]) -> dict[str, str]:
    """The rows to show first, the summary of the table, and the span of periods. rows: as the file of the table has them. frame: returns them
    as a frame, which a summary is made from.
    """
    page = {"preview": preview(*_first_read(table, rows))}
    if table_summary.is_summarised(table) and (summary := table_summary.of_table(table, frame())) is not None:
        page["at_a_glance"] = summary
    if "period_end" in rows.column_names and rows.num_rows:
        first, last = pc.min(rows["period_start"]).as_py(), pc.max(rows["period_end"]).as_py()
        page["periods"] = f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"
    return page


def _first_read(table: str, rows: pa.Table) -> tuple[pd.DataFrame, int, int]:
    """Rows and columns in the order of the preview: preferred or missing rows only, the newest first, and the columns to show first; how many of
    them to show, and how many rows there are. Only these rows become a frame.
    """
    if "is_preferred" in rows.column_names:
        places = pc.indices_nonzero(rows["is_preferred"])
    elif "document_needed" in rows.column_names:
        places = pc.indices_nonzero(rows["document_needed"].is_valid())
    else:
        places = pa.array(np.arange(rows.num_rows))
    by = next((name for name in _NEWEST_FIRST if name in rows.column_names), None)
    order = places
    if by is not None:
        days = rows.select([by]).take(places)
        order = places.take(pc.sort_indices(days, sort_keys=[(by, "descending")]))
    shown = _telling(rows.column_names, lambda name: _has_value(rows[name], places))
    return to_pandas(rows.select(shown).take(order[:_PAGE_ROWS]), pandas_types(TABLES[table])), _PAGE_ROWS, len(places)


def _has_value(column: pa.ChunkedArray, places: pa.Array) -> bool:
    """Whether a column has a value in one of these rows."""
    return bool(column.null_count < len(column) and pc.any(column.is_valid().take(places)).as_py())


def telling(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns to show first."""
    return frame[_telling(list(frame.columns), lambda name: bool(frame[name].notna().any()))]


def _telling(columns: list[str], has_value: Callable[[str], bool]) -> list[str]:
    chosen = [name for name in _TELLING if name in columns and has_value(name)]
    if "entity_name" in chosen and "entity_id" in chosen:
        chosen.remove("entity_id")
    return chosen if len(chosen) >= _FEWEST_TELLING else columns[:_FEWEST_SHOWN]


def preview(frame: pd.DataFrame, rows: int = _PREVIEW_ROWS, of: int | None = None) -> str:
    """The first rows as a Markdown table; document text cannot break out of its cell. of: number of all rows, where the frame has only some."""
    if frame.empty:
        return "no rows"
    head = frame.head(rows)
    filled = [name for name in head.columns if head[name].notna().any()]
    widths = [_SENTENCE_WIDTH if name in _SENTENCES else table_summary.CELL_WIDTH for name in filled]
    lines = ["| " + " | ".join(filled) + " |", "|" + "---|" * len(filled)]
    lines += [
        "| " + " | ".join(cell(value, width) for value, width in zip(row, widths, strict=True)) + " |"
        for row in head[filled].itertuples(index=False)
    ]
    if (left := (len(frame) if of is None else of) - rows) > 0:
        lines.append(f"\n{left:,} more rows")
    return "\n".join(lines)
