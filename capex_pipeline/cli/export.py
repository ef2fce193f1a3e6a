"""The command `export`: write tables as CSV or XLSX into a folder.

Options and output of that command belong here. How rows are laid out belongs to `release.spreadsheets`.
"""

from __future__ import annotations

from pathlib import Path

import click

from capex_pipeline.cli.options import WorkFailed, echo, examples, warehouse_option
from capex_pipeline.release import SPREADSHEET_FORMATS


@click.command(
    epilog=examples(
        "capex-pipeline export                          # every table as CSV, into the folder export",
        "capex-pipeline export capex outlooks --to figures",
        "capex-pipeline export --format xlsx capex",
    )
)
@click.argument("tables", nargs=-1, metavar="[TABLE]...")
@click.option(
    "--to",
    "target",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("export"),
    show_default=True,
    help="Folder to write into.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(SPREADSHEET_FORMATS),
    default="csv",
    show_default=True,
    help="Format of the files.",
)
@warehouse_option
def export(tables: tuple[str, ...], target: Path, form: str, warehouse: str) -> None:
    """Write tables as CSV or XLSX (default: every table as CSV)."""
    from capex_pipeline.release import spreadsheets
    from capex_pipeline.schemas import TABLES
    from capex_pipeline.storage.locations import warehouse_location
    from capex_pipeline.storage.warehouse import Warehouse

    if unknown := sorted(set(tables) - set(TABLES)):
        raise click.UsageError(f"There is no table {unknown[0]}. Tables: {', '.join(TABLES)}.")
    opened = Warehouse(warehouse_location(warehouse))
    for table in tables or TABLES:
        frame = opened.read(table)
        data = spreadsheets.csv_bytes(frame) if form == "csv" else spreadsheets.xlsx_bytes(frame, table)
        try:
            target.mkdir(parents=True, exist_ok=True)
            (target / f"{table}.{form}").write_bytes(data)
        except OSError as error:
            raise WorkFailed(
                f"{target} cannot be written ({error.strerror or error}). Name another folder with --to."
            ) from error
        echo(f"Wrote {target / table}.{form}, {len(frame):,} rows.")
