"""The commands `dictionary` and `develop`: files that are generated from the code and committed.

Add a generated file here. What is generated belongs to the module that it describes.
"""

from __future__ import annotations

from pathlib import Path

import click

from capex_pipeline.cli.options import SuggestingGroup, WorkFailed, echo, examples


@click.command(epilog=examples("capex-pipeline dictionary", "capex-pipeline dictionary page.md"))
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path), default=Path("warehouse/README.md"))
def dictionary(path: Path) -> None:
    """Write the data dictionary of the tables to PATH (default: warehouse/README.md)."""
    from capex_pipeline.schemas.derive import data_dictionary

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(data_dictionary(), encoding="utf-8")
    except OSError as error:
        raise WorkFailed(f"{path} was not written ({error.strerror}); check the path and its permissions.") from error
    echo(f"Wrote {path}.")


@click.group(cls=SuggestingGroup, epilog=examples("capex-pipeline develop outline"))
def develop() -> None:
    """Regenerate files of the package that are derived from its code."""


@develop.command(epilog=examples("capex-pipeline develop outline"))
def outline() -> None:
    """Write schemas/outline.json from the table models."""
    from capex_pipeline.schemas import outline as outlines

    outlines.FILE.write_bytes(outlines.to_bytes())
    echo(f"Wrote {outlines.FILE.name}.")


@develop.command(epilog=examples("capex-pipeline develop templates"))
def templates() -> None:
    """Compile the chart templates of the report page (extra `drawing`)."""
    try:
        from capex_pipeline.report import chart_templates
    except ImportError as error:
        raise WorkFailed(
            f"The charts cannot be compiled ({error}). Install the extra in the project's folder: pip install -e '.[drawing]'."
        ) from error
    chart_templates.FILE.write_bytes(chart_templates.to_bytes())
    echo(f"Wrote {chart_templates.FILE.name}.")
