"""What Dagster shows of a table: its columns, its rows, a preview.

What belongs here: translations of models and frames into Dagster metadata. What does not: facts about a table.
"""

from __future__ import annotations

from typing import Any

import dagster as dg
import pandas as pd

from capex_pipeline.schemas.base import Table
from capex_pipeline.schemas.derive import arrow_schema, columns, describe_checks, table_metadata, unit_of
from capex_pipeline.warehouse import Published

_PREVIEW_ROWS = 8
_PREVIEW_WIDTH = 60


def column_schema(model: type[Table]) -> dg.TableSchema:
    """The table's columns as Dagster renders them."""
    arrow = arrow_schema(model)
    key = table_metadata(model)["key"]
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name,
                type=str(arrow.field(name).type),
                description=column.description,
                constraints=dg.TableColumnConstraints(
                    nullable=column.nullable,
                    unique=key == [name],
                    other=[words] if (words := describe_checks(column)) else [],
                ),
                tags={"unit": unit.replace(" ", "_")} if (unit := unit_of(column)) else {},
            )
            for name, column in columns(model).items()
        ]
    )


def of_published(published: Published) -> dict[str, Any]:
    """Rows, file and what changed."""
    return {
        "dagster/row_count": published.footer.rows,
        "path": dg.MetadataValue.path(str(published.path)),
        "change": published.change,
        "content_id": published.footer.content_id,
        **({"previous_row_count": published.previous_rows} if published.previous_rows is not None else {}),
    }


def of_rows(table: str, frame: pd.DataFrame) -> dict[str, Any]:
    """A preview of the rows that a reader would look at first, and the span of periods."""
    shown = frame
    if "is_preferred" in frame.columns:
        shown = frame[frame["is_preferred"]].sort_values("period_end", ascending=False, kind="stable")
    said: dict[str, Any] = {"preview": preview(shown)}
    if "period_end" in frame.columns and len(frame):
        said["periods"] = f"{frame['period_start'].min():%Y-%m-%d} to {frame['period_end'].max():%Y-%m-%d}"
    return said


def preview(frame: pd.DataFrame, rows: int = _PREVIEW_ROWS) -> dg.MarkdownMetadataValue:
    """The first rows as a Markdown table; document text cannot break out of its cell."""
    head = frame.head(rows)
    filled = [name for name in head.columns if head[name].notna().any()]
    lines = ["| " + " | ".join(filled) + " |", "|" + "---|" * len(filled)]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in head[filled].itertuples(index=False)]
    if len(frame) > rows:
        lines.append(f"\n{len(frame) - rows:,} more rows")
    return dg.MetadataValue.md("\n".join(lines) if len(frame) else "no rows")


def _cell(value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    text = str(value)
    text = text if len(text) <= _PREVIEW_WIDTH else text[: _PREVIEW_WIDTH - 1] + "…"
    for sign in "\\`*_[]<>|":
        text = text.replace(sign, "\\" + sign)
    return " ".join(text.split())
