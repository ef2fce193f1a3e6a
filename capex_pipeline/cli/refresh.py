"""The command `refresh`: download new data from the SEC and the European Central Bank, with a progress bar.

Arguments and the layout of the result belong here. Downloading and archiving belong to the package `refresh`.
"""

from __future__ import annotations

import datetime as dt
import os

import click
from tqdm import tqdm

from capex_pipeline.cli.options import EXIT_FAILED, EXIT_USAGE, Day, Folder, WorkFailed, echo, examples
from capex_pipeline.refresh.addresses import CONTACT_VARIABLE, Sources
from capex_pipeline.refresh.outcomes import FAILED, WRITTEN, Outcome, Report
from capex_pipeline.values.escaping import one_line

_USUAL = Sources()


class RefreshRefused(WorkFailed):
    """Nothing could be downloaded, because a setting is missing or wrong."""

    exit_code = EXIT_USAGE


@click.command(
    epilog=examples(
        "capex-pipeline refresh --dry-run",
        "capex-pipeline refresh --only meta --only rates",
        "capex-pipeline refresh --instances-from 2026-01-01",
    )
)
@click.option(
    "--only",
    multiple=True,
    metavar="WHAT",
    help="An entity of filers.yaml, a CIK, or rates. May be repeated. Default: everything.",
)
@click.option("--dry-run", is_flag=True, help="Download, but write nothing; report what would be written.")
@click.option(
    "--raw", type=Folder(), default="", help="Folder of documents. Default: the variable CAPEX_PIPELINE_RAW, or raw."
)
@click.option(
    "--instances-from",
    type=Day(),
    help="First filing date of instances to download. Default: that of the oldest archived instance, or 400 days ago.",
)
@click.option(
    "--sec-data", default=_USUAL.sec_data, metavar="ADDRESS", show_default=True, help="Address of the SEC's data."
)
@click.option(
    "--sec-archives",
    default=_USUAL.sec_archives,
    metavar="ADDRESS",
    show_default=True,
    help="Address of the SEC's archive.",
)
@click.option(
    "--ecb", default=_USUAL.ecb, metavar="ADDRESS", show_default=True, help="Address of the European Central Bank."
)
def refresh(
    only: tuple[str, ...],
    dry_run: bool,
    raw: str,
    instances_from: dt.date | None,
    sec_data: str,
    sec_archives: str,
    ecb: str,
) -> int:
    """Download new data from the SEC and the European Central Bank into raw/.

    The SEC requires a contact: set CAPEX_PIPELINE_CONTACT to a name and an e-mail address.
    """
    from capex_pipeline.cli.project_reference import project_reference
    from capex_pipeline.refresh.http_types import RefreshError
    from capex_pipeline.refresh.run import Plan
    from capex_pipeline.refresh.run import refresh as run
    from capex_pipeline.storage.locations import raw_folder

    try:
        plan = Plan(
            raw_folder(raw),
            os.environ.get(CONTACT_VARIABLE),
            only=only,
            instances_from=instances_from,
            dry_run=dry_run,
            sources=Sources(sec_data, sec_archives, ecb),
        )
        with _Bar() as bar:
            report = run(plan, project_reference(), progress=bar)
    except RefreshError as error:
        raise RefreshRefused(error.message) from error
    _report(report)
    return EXIT_FAILED if report.failures else 0


class _Bar:
    """Progress bar with documents, megabytes and time left; nothing if standard error is not a terminal."""

    def __init__(self) -> None:
        self._bar = tqdm(unit=" documents", disable=None, total=0, dynamic_ncols=True)

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def expect(self, more: int) -> None:
        self._bar.total = (self._bar.total or 0) + more
        self._bar.refresh()

    def done(self, outcome: Outcome, received: int) -> None:
        self._bar.set_postfix_str(f"{received / 1e6:.1f} MB, {outcome.source} {outcome.what}", refresh=False)
        self._bar.update()


def _report(report: Report) -> None:
    for outcome in report.outcomes:
        if outcome.result in (*WRITTEN, FAILED):
            echo(
                f"{outcome.result:<8} {outcome.source:<10} {outcome.what:<12} {one_line(outcome.name)}  {one_line(outcome.note)}".rstrip()
            )
    would = "would be " if report.dry_run else ""
    echo(
        f"{len(report.written)} documents {would}written, {report.count('unchanged', 'nothing in use')} unchanged, "
        f"{len(report.failures)} not stored; {report.requests} requests, {report.received / 1e6:.1f} MB."
    )
