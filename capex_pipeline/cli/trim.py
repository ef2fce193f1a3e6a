"""The command `trim`: reduce a downloaded SEC file to the concepts or segments listed in the reference data.

Arguments, files and messages belong here. Which facts are kept belongs to `sources.companyfacts` and `sources.xbrl_segments`.
"""

from __future__ import annotations

from pathlib import Path

import click

from capex_pipeline.cli.options import WorkFailed, examples


@click.command(epilog=examples("capex-pipeline trim CIK0000789019.json raw/filings/companyfacts/CIK0000789019.json"))
@click.argument("source", metavar="IN", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(dir_okay=False, path_type=Path))
def trim(source: Path, target: Path) -> None:
    """Reduce IN, companyfacts JSON, an XBRL instance or an inline XBRL document, to the facts in use, and write OUT."""
    from capex_pipeline.cli.project_reference import project_reference
    from capex_pipeline.raw.errors import DocumentError
    from capex_pipeline.sources import companyfacts, xbrl_segments

    if not target.parent.is_dir():
        raise click.BadParameter(f"There is no folder {target.parent}.", param_hint="OUT")
    try:
        data = source.read_bytes()
        reader = companyfacts if data.lstrip().startswith(b"{") else xbrl_segments
        trimmed = reader.trim(data, list(project_reference().filers.values()))
    except (DocumentError, OSError) as error:
        raise WorkFailed(f"{source}: {error}") from error
    target.write_bytes(trimmed)
