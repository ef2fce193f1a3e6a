"""What Dagster shows of a table: its columns, its rows, a preview.

What belongs here: translations of models and frames into Dagster metadata. What does not: facts about a table.
"""

from __future__ import annotations

import base64
from typing import Any

import dagster as dg
import pandas as pd

from capex_pipeline import pictures
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.base import Table
from capex_pipeline.schemas.derive import arrow_schema, columns, describe_checks, table_metadata, unit_of
from capex_pipeline.warehouse import Published

_PREVIEW_ROWS = 8
_PREVIEW_WIDTH = 60
_INLINE_LENGTH = 930
"""Markdown of a thousand characters and more is behind a click in Dagster's pages; the last line needs some of them."""


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


def column_lineage(model: type[Table], reads: list[str]) -> dg.TableColumnLineage:
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
    """The documents that most rows rest on, as Markdown links."""
    counts = frame["document_id"].value_counts().rename("rows").rename_axis(None)
    named = documents.merge(counts, left_on="document_id", right_index=True).sort_values(
        ["rows", "document_id"], ascending=[False, True]
    )
    lines = ["| rows | document | published |", "|---|---|---|"]
    for row in named.head(most).itertuples():
        title = _cell(row.title if isinstance(row.title, str) else row.document_id, width=100)
        linked = (
            f"[{title}]({row.url})"
            if isinstance(row.url, str) and row.url.startswith("https://") and ")" not in row.url
            else title
        )
        # Hyphens at which a narrow column does not break the date.
        lines.append(f"| {row.rows} | {linked} | {_cell(row.published_on).replace('-', '‑')} |")
        if sum(map(len, lines)) > _INLINE_LENGTH:
            lines.pop()
            break
    shown = len(lines) - 2
    if len(named) > shown:
        lines.append(f"\n{len(named) - shown:,} more documents; see the table documents")
    return "\n".join(lines)


def of_published(published: Published) -> dict[str, Any]:
    """Rows, file and what changed."""
    return {
        "dagster/row_count": published.footer.rows,
        "path": dg.MetadataValue.path(str(published.path)),
        "change": published.change,
        "content_id": published.footer.content_id[:16],  # the whole of it would push other columns out of sight
        **({"previous_row_count": published.previous_rows} if published.previous_rows is not None else {}),
    }


Page = dict[str, str]
"""What a table's page shows of its rows: periods, picture (PNG in base64), and Markdown by name (preview, documents, texts)."""


def page_of(table: str, frame: pd.DataFrame) -> Page:
    """A preview of the rows that a reader would look at first, the span of periods, and the picture."""
    shown = frame
    if "is_preferred" in frame.columns:
        shown = frame[frame["is_preferred"]].sort_values("period_end", ascending=False, kind="stable")
    page = {"preview": preview(shown)}
    if "period_end" in frame.columns and len(frame):
        page["periods"] = f"{frame['period_start'].min():%Y-%m-%d} to {frame['period_end'].max():%Y-%m-%d}"
    drawn = pictures.of_table(table, frame)
    if drawn is not None:
        page["picture"] = base64.b64encode(drawn).decode()
    return page


def of_page(table: str, page: Page) -> dict[str, Any]:
    """The page as Dagster metadata."""
    said: dict[str, Any] = {
        name: dg.MetadataValue.md(text) for name, text in page.items() if name not in ("periods", "picture")
    }
    if "periods" in page:
        said["periods"] = page["periods"]
    if "picture" in page:
        said["picture"] = dg.MetadataValue.md(f"![{table}](data:image/png;base64,{page['picture']})")
    return said


def preview(frame: pd.DataFrame, rows: int = _PREVIEW_ROWS) -> str:
    """The first rows as a Markdown table; document text cannot break out of its cell."""
    head = frame.head(rows)
    filled = [name for name in head.columns if head[name].notna().any()]
    lines = ["| " + " | ".join(filled) + " |", "|" + "---|" * len(filled)]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in head[filled].itertuples(index=False)]
    if len(frame) > rows:
        lines.append(f"\n{len(frame) - rows:,} more rows")
    return "\n".join(lines) if len(frame) else "no rows"


def _cell(value: object, width: int = _PREVIEW_WIDTH) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    text = str(value)
    text = text if len(text) <= width else text[: width - 1] + "…"
    for sign in "\\`*_[]<>|":
        text = text.replace(sign, "\\" + sign)
    return " ".join(text.split())
