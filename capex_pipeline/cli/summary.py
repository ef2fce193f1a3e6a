"""The command `summary`: tables, row counts and periods of the warehouse.

The layout of that table for a terminal belongs here; `build` prints it as well. Reading of tables belongs to `storage.warehouse`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from capex_pipeline import SettingError
from capex_pipeline.cli.options import echo, echo_line, examples, warehouse_option

if TYPE_CHECKING:
    from capex_pipeline.storage.warehouse import Warehouse

_UNKNOWN = "?"
_MESSAGES = 8
"""Maximum number of rejections shown; equal messages count once."""


@click.command(epilog=examples("capex-pipeline summary", "capex-pipeline summary --warehouse warehouse.2024"))
@warehouse_option
def summary(warehouse: str) -> None:
    """List tables, row counts and periods of the warehouse."""
    from capex_pipeline.schemas import TABLES
    from capex_pipeline.storage.locations import warehouse_location
    from capex_pipeline.storage.warehouse import Warehouse

    opened = Warehouse(warehouse_location(warehouse))
    if all(opened.footer(table) is None for table in TABLES):
        raise SettingError(
            f"There is no table in {opened.root}. Run `capex-pipeline build` first, or name the folder with --warehouse."
        )
    print_tables(opened, None)


def print_tables(warehouse: Warehouse, changes: dict[str, str] | None) -> None:
    """Print a line for each table, and the rejections. changes: by table, the result of a build; None if there was none."""
    from capex_pipeline.schemas import TABLES
    from capex_pipeline.storage import fingerprint

    footers = {table: footer for table in TABLES if (footer := warehouse.footer(table)) is not None}
    identity = fingerprint.of("summary", {table: footer.content_id for table, footer in footers.items()})
    details = warehouse.remembered("summary.json", identity, lambda: _details(warehouse, list(footers)))
    lines = [("table", "rows", "periods", "" if changes is None else "change")]
    for table in TABLES:
        if table in footers:
            change = "" if changes is None else changes.get(table, "not built")
            lines.append((table, f"{footers[table].rows:,}", details["periods"].get(table, ""), change))
        else:
            lines.append((table, _UNKNOWN, "", "not there"))
    widths = [max(len(line[place]) for line in lines) for place in range(4)]
    for name, rows, periods, change in lines:
        echo(f"{name:<{widths[0]}}  {rows:>{widths[1]}}  {periods:<{widths[2]}}  {change}".rstrip())
    if "rejected" in details:
        echo(
            f"\nRejected: {details['rejected']:,} rows or files. {details['by_decision']:,} more rows are excluded on purpose "
            "(see rejected_figures)."
        )
        for message in details["messages"]:
            echo_line(f"  {message}")
    echo(f"\n{(warehouse.published or warehouse).root}")


def _details(warehouse: Warehouse, tables: list[str]) -> dict[str, Any]:
    """Details from the rows: the span of periods of each table, and the rejections."""
    from capex_pipeline.schemas import outline

    details: dict[str, Any] = {"periods": {}}
    for table in tables:
        if "period_end" in outline.of(table).columns:
            days = warehouse.read(table, ["period_start", "period_end"])
            details["periods"][table] = (
                f"{days['period_start'].min():%Y-%m-%d} to {days['period_end'].max():%Y-%m-%d}"
                if len(days)
                else "no rows"
            )
    if {"rejected_figures", "documents"} <= set(tables):
        from capex_pipeline.normalise.rejections import READ, counted, of_the_rest

        found = counted(warehouse.read("rejected_figures", READ), warehouse.read("documents", ["path", "known_from"]))
        kinds = found["kinds"]
        rest = of_the_rest(kinds["rows"][_MESSAGES:], kinds["rule"][_MESSAGES:])
        details["messages"] = kinds["message"][:_MESSAGES] + ([rest] if rest else [])
        details["rejected"], details["by_decision"] = found["rows"], found["by_decision"]
    return details
