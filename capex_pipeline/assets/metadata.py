"""What Dagster shows of a table: its columns, its rows, a preview.

What belongs here: translations of models and frames into Dagster metadata. What does not: facts about a table.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import Any

import dagster as dg
import pandas as pd

from capex_pipeline import glances, pictures
from capex_pipeline.glances import cell
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.base import Table
from capex_pipeline.schemas.derive import arrow_schema, columns, describe_checks, table_metadata, unit_of
from capex_pipeline.warehouse import Published

_PREVIEW_ROWS = 8
_PAGE_ROWS = 12
"""Mostly long enough to be behind a click, and so in a window as wide as the rows are: in its cell a page leaves too little room."""

_SENTENCE_WIDTH = 400
_SENTENCES = ("message", "explanation", "conflict_reason", "reason")
"""Columns that are read as a whole or not at all."""

_TELLING = (
    "title", "publisher", "published_on", "path", "row_number", "rule", "message", "entity_name", "entity_id", "entity_text", "metric_text", "period_text",
    "value_text", "unit_text", "product", "metric_id", "definition_id", "definition_name", "segment", "calendar_quarter", "currency",
    "amount", "amount_usd", "yoy_pct", "units_low", "units", "units_high", "value", "unit", "average_rate", "closing_rate", "claim", "computed",
    "verdict", "table_name", "state", "document_needed", "document_id",
)  # fmt: skip
"""Columns that a reader looks at first, whatever the table; where it has fewer than four of them, its own first ones."""

_INLINE_LENGTH = glances.LONGEST - 60
"""The last line needs some characters."""

_DATE = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_UNBROKEN = r"\1‑\2‑\3"
"""A date with hyphens at which a narrow column does not break it."""


def column_schema(model: type[Table], reads: Sequence[str]) -> dg.TableSchema:
    """The table's columns as Dagster renders them, each with the columns that it is computed from.

    Dagster's open-source pages do not show `dagster/column_lineage`, so the description names them too.
    """
    arrow = arrow_schema(model)
    lineage = column_lineage(model, reads).deps_by_column
    key = table_metadata(model)["key"]
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name,
                type=str(arrow.field(name).type),
                description=_with_origins(column.description or "", lineage.get(name, [])),
                constraints=dg.TableColumnConstraints(
                    nullable=column.nullable,
                    unique=key == [name],
                    # Shown as they stand, not as Markdown.
                    other=[words.replace("`", "")] if (words := describe_checks(column)) else [],
                ),
                tags={"unit": unit.replace(" ", "_")} if (unit := unit_of(column)) else {},
            )
            for name, column in columns(model).items()
        ]
    )


def _with_origins(description: str, origins: Sequence[dg.TableColumnDep]) -> str:
    named = ", ".join(f"{origin.asset_key.to_user_string()}.{origin.column_name}" for origin in origins)
    return f"{description} ← {named}" if named else description


def column_lineage(model: type[Table], reads: Sequence[str]) -> dg.TableColumnLineage:
    """Which columns of which tables each column is computed from: those that the model names, and those of the same name."""
    found: dict[str, list[dg.TableColumnDep]] = {}
    upstream = {table: set(columns(TABLES[table])) for table in reads if table in TABLES}
    for name, column in columns(model).items():
        named = [tuple(source.split(".")) for source in (column.metadata or {}).get("comes_from", ())]
        pairs = named or [(table, name) for table, names in upstream.items() if name in names]
        if pairs:
            found[name] = [dg.TableColumnDep(asset_key=table, column_name=source) for table, source in pairs]
    return dg.TableColumnLineage(deps_by_column=found)


def sources(frame: pd.DataFrame, documents: pd.DataFrame, most: int = 8) -> str:
    """The newest documents that rows rest on, as Markdown links."""
    counts = frame["document_id"].value_counts().rename("rows").rename_axis(None)
    named = documents.merge(counts, left_on="document_id", right_index=True).sort_values(
        ["published_on", "rows", "document_id"], ascending=[False, False, True], na_position="last"
    )
    lines = ["| rows | document | published |", "|---|---|---|"]
    for row in named.head(most).itertuples():
        title = _DATE.sub(_UNBROKEN, cell(row.title if isinstance(row.title, str) else row.document_id, 100))
        linked = (
            f"[{title}]({row.url})"
            if isinstance(row.url, str) and row.url.startswith("https://") and ")" not in row.url
            else title
        )
        lines.append(f"| {row.rows} | {linked} | {_DATE.sub(_UNBROKEN, cell(row.published_on))} |")
        if sum(map(len, lines)) > _INLINE_LENGTH:
            lines.pop()
            break
    shown = len(lines) - 2
    if len(named) > shown:
        lines.append(f"\n{len(named) - shown:,} older documents; see the table documents")
    return "\n".join(lines)


def of_published(published: Published) -> dict[str, Any]:
    """Rows, file and what changed."""
    return {
        "dagster/row_count": published.footer.rows,
        "path": dg.MetadataValue.path(str(published.path)),
        "change": published.change,
        "content_id": published.footer.content_id[:16],  # the whole of it would push other columns out of sight
        # As text: beside the row count its plot would say the same again.
        **({"previous_row_count": str(published.previous_rows)} if published.previous_rows is not None else {}),
    }


Page = dict[str, str]
"""What a table's page shows of its rows: periods, picture (PNG in base64), and Markdown by name (at_a_glance, preview, documents, texts)."""

_ORDER = ("at_a_glance", "picture", "documents", "preview")


def page_of(table: str, frame: pd.DataFrame) -> Page:
    """What the table says at a glance, the rows that a reader would look at first, the span of periods, and the picture."""
    page = {"preview": preview(telling(_first_read(frame)), _PAGE_ROWS)}
    if (said := glances.of_table(table, frame)) is not None:
        page["at_a_glance"] = said
    if "period_end" in frame.columns and len(frame):
        page["periods"] = f"{frame['period_start'].min():%Y-%m-%d} to {frame['period_end'].max():%Y-%m-%d}"
    drawn = pictures.of_table(table, frame)
    if drawn is not None:
        page["picture"] = base64.b64encode(drawn).decode()
    return page


def _first_read(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order in which a reader wants them: what adds up or what is missing, and the newest first."""
    if "is_preferred" in frame.columns:
        frame = frame[frame["is_preferred"]]
    elif "document_needed" in frame.columns:
        frame = frame[frame["document_needed"].notna()]
    by = next((name for name in ("period_end", "quarter_start", "published_on") if name in frame.columns), None)
    return frame if by is None else frame.sort_values(by, ascending=False, kind="stable", na_position="last")


def of_page(table: str, page: Page) -> dict[str, Any]:
    """The page as Dagster metadata, in the order in which it is worth reading."""
    said: dict[str, Any] = {}
    for name in sorted(page, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)):
        if name == "picture":
            said[name] = dg.MetadataValue.md(f"![{table}](data:image/png;base64,{page[name]})")
        else:
            said[name] = page[name] if name == "periods" else dg.MetadataValue.md(page[name])
    return said


def telling(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns that a reader looks at first."""
    chosen = [name for name in _TELLING if name in frame.columns and frame[name].notna().any()]
    if "entity_name" in chosen and "entity_id" in chosen:
        chosen.remove("entity_id")
    return frame[chosen] if len(chosen) >= 4 else frame[frame.columns[:8]]


def preview(frame: pd.DataFrame, rows: int = _PREVIEW_ROWS) -> str:
    """The first rows as a Markdown table; document text cannot break out of its cell."""
    if frame.empty:
        return "no rows"
    head = frame.head(rows)
    filled = [name for name in head.columns if head[name].notna().any()]
    widths = [_SENTENCE_WIDTH if name in _SENTENCES else glances.CELL_WIDTH for name in filled]
    lines = ["| " + " | ".join(filled) + " |", "|" + "---|" * len(filled)]
    lines += [
        "| " + " | ".join(cell(value, width) for value, width in zip(row, widths, strict=True)) + " |"
        for row in head[filled].itertuples(index=False)
    ]
    if len(frame) > rows:
        lines.append(f"\n{len(frame) - rows:,} more rows")
    return "\n".join(lines)
