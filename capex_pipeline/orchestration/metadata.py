"""Translates table outlines and write results into Dagster metadata.

Add here what Dagster shows of a table's columns, their lineage and the written file. Parts made from the rows of a table are in
`orchestration/asset_page.py`; facts about a table are declared in `schemas`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

from capex_pipeline.schemas import TABLES, outline

if TYPE_CHECKING:
    from capex_pipeline.storage.warehouse import Written


def column_schema(table: str, reads: Sequence[str]) -> dg.TableSchema:
    """The table's columns for Dagster, each with its source columns.

    Open-source Dagster does not show `dagster/column_lineage`, so the description names the source columns too.
    """
    table_outline = outline.of(table)
    lineage = column_lineage(table, reads).deps_by_column
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name,
                type=column.type,
                description=_with_origins(column.description, lineage.get(name, [])),
                constraints=dg.TableColumnConstraints(
                    nullable=column.nullable,
                    unique=table_outline.key == (name,),
                    # Shown literally, not as Markdown.
                    other=[column.rules.replace("`", "")] if column.rules else [],
                ),
                tags={"unit": column.unit.replace(" ", "_")} if column.unit else {},
            )
            for name, column in table_outline.columns.items()
        ]
    )


def _with_origins(description: str, origins: Sequence[dg.TableColumnDep]) -> str:
    named = ", ".join(f"{origin.asset_key.to_user_string()}.{origin.column_name}" for origin in origins)
    return f"{description} ← {named}" if named else description


def column_lineage(table: str, reads: Sequence[str]) -> dg.TableColumnLineage:
    """Source columns of each column: those that the model names, and columns of the same name in the inputs."""
    lineage: dict[str, list[dg.TableColumnDep]] = {}
    upstream = {name: outline.of(name).columns for name in reads if name in TABLES}
    for name, column in outline.of(table).columns.items():
        named = [tuple(source.split(".")) for source in column.comes_from]
        pairs = named or [(other, name) for other, names in upstream.items() if name in names]
        if pairs:
            lineage[name] = [dg.TableColumnDep(asset_key=other, column_name=source) for other, source in pairs]
    return dg.TableColumnLineage(deps_by_column=lineage)


def of_written(written: Written) -> dict[str, Any]:
    """Rows, file and what changed."""
    return {
        "dagster/row_count": written.footer.rows,
        "path": dg.MetadataValue.path(str(written.path)),
        "change": written.change,
        "content_id": written.footer.content_id[:16],  # the full value would push other columns out of view
        # As text, so that Dagster does not plot it in addition to the row count.
        **({"previous_row_count": str(written.previous_rows)} if written.previous_rows is not None else {}),
    }


Page = dict[str, str]
"""Parts of a table's page by name: periods as text, and Markdown (at_a_glance, documents, preview, texts of articles)."""

_ORDER = ("at_a_glance", "documents", "preview")


def of_page(page: Page) -> dict[str, Any]:
    """The parts of the page as Dagster metadata, most important first."""
    order = sorted(page, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))
    return {name: page[name] if name == "periods" else dg.MetadataValue.md(page[name]) for name in order}
