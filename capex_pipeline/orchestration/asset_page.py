"""Parts of a table's Dagster page: summary, preview of rows, and the documents behind the rows.

Add a part here as a function from a frame to Markdown. How Dagster displays a part belongs to `metadata`, and the summary of each table to
`table_summary`. Call these functions through `decoration`, so that an error in a page does not stop a table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from capex_pipeline.orchestration import table_summary
from capex_pipeline.orchestration.table_summary import cell
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


def sources(frame: pd.DataFrame, documents: pd.DataFrame, most: int = 8) -> str:
    """The newest documents behind the rows, as Markdown links."""
    counts = frame["document_id"].value_counts()
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


def columns_of(table: str, columns: Sequence[str]) -> list[str]:
    """Those of a table's columns that `page_of` reads."""
    if table_summary.is_summarised(table):
        return list(columns)
    used = {*_TELLING, *columns[:_FEWEST_SHOWN], "is_preferred", "period_start", *_NEWEST_FIRST}
    return [name for name in columns if name in used]


def page_of(table: str, frame: pd.DataFrame) -> dict[str, str]:
    """The summary of the table, the rows to show first, and the span of periods. frame: at least the columns of `columns_of`."""
    page = {"preview": preview(*_first_read(frame))}
    if (summary := table_summary.of_table(table, frame)) is not None:
        page["at_a_glance"] = summary
    if "period_end" in frame.columns and len(frame):
        page["periods"] = f"{frame['period_start'].min():%Y-%m-%d} to {frame['period_end'].max():%Y-%m-%d}"
    return page


def _first_read(frame: pd.DataFrame) -> tuple[pd.DataFrame, int, int]:
    """Rows and columns in the order of the preview: preferred or missing rows only, the newest first, and the columns to show first; how many of
    them to show, and how many rows there are.
    """
    if "is_preferred" in frame.columns:
        frame = frame[frame["is_preferred"]]
    elif "document_needed" in frame.columns:
        frame = frame[frame["document_needed"].notna()]
    by = next((name for name in _NEWEST_FIRST if name in frame.columns), None)
    if by is None:
        return telling(frame), _PAGE_ROWS, len(frame)
    order = frame[by].reset_index(drop=True).sort_values(ascending=False, kind="stable", na_position="last").index
    return telling(frame).iloc[order[:_PAGE_ROWS]], _PAGE_ROWS, len(frame)


def telling(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns to show first."""
    chosen = [name for name in _TELLING if name in frame.columns and frame[name].notna().any()]
    if "entity_name" in chosen and "entity_id" in chosen:
        chosen.remove("entity_id")
    return frame[chosen] if len(chosen) >= _FEWEST_TELLING else frame[frame.columns[:_FEWEST_SHOWN]]


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
