"""The command `build`: materialize every asset and report what changed.

Options and the layout of the result belong here. The assets belong to `orchestration`.
"""

from __future__ import annotations

import datetime as dt
import gc
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from capex_pipeline import SettingError
from capex_pipeline.cli.options import EXIT_FAILED, Day, Folder, Seconds, echo, echo_line, examples, warehouse_option

if TYPE_CHECKING:
    import dagster as dg

    from capex_pipeline.orchestration.resources import Settings
    from capex_pipeline.storage.warehouse import Warehouse


@click.command(
    epilog=examples(
        "capex-pipeline build",
        "capex-pipeline build --as-of 2024-12-31 --warehouse warehouse.2024",
        "capex-pipeline build --leave-out announcements/alibaba.csv --warehouse warehouse.without",
    )
)
@click.option(
    "--raw", type=Folder(), default="", help="Folder of documents. Default: the variable CAPEX_PIPELINE_RAW, or raw."
)
@warehouse_option
@click.option(
    "--reference",
    type=Folder(),
    default="",
    help="Folder of the project's own reference data. Default: the variable CAPEX_PIPELINE_REFERENCE, or reference if it exists.",
)
@click.option("--as-of", type=Day(), help="Build the tables as known at the end of this day, into another warehouse.")
@click.option(
    "--leave-out",
    multiple=True,
    metavar="FILE|DOCUMENT",
    help="Leave out a file below raw/ or a document id. May be repeated; needs another warehouse.",
)
@click.option(
    "--wait",
    type=Seconds(),
    metavar="SECONDS",
    help="Seconds to wait for another build of the warehouse; 0 fails at once. Default: 600.",
)
@click.option("--verbose", is_flag=True, help="Show Dagster's log.")
def build(
    raw: str,
    warehouse: str,
    reference: str,
    as_of: dt.date | None,
    leave_out: tuple[str, ...],
    wait: float | None,
    verbose: bool,
) -> int:
    """Build every table from raw/ and report what changed."""
    from capex_pipeline.orchestration.resources import Settings

    settings = Settings(
        raw=raw,
        warehouse=warehouse,
        reference=reference,
        as_of="" if as_of is None else as_of.isoformat(),
        leave_out=list(leave_out),
        build_wait=wait,
    )
    # Garbage collection would take a thirteenth of the time, and a build ends before it needs the memory.
    gc.disable()
    try:
        check_environment(settings)
        _check_left_out(settings)
        return run_job("build_everything", settings, {}, "capex-pipeline build", verbose=verbose)
    finally:
        gc.enable()


def run_job(name: str, settings: Settings, resources: Mapping[str, Any], command: str, *, verbose: bool = False) -> int:
    """Run a job of the code location in this process and print the result; return the exit status. resources: replacements besides the
    settings. command: shown to processes that wait for this run.
    """
    from capex_pipeline.definitions import build_defs
    from capex_pipeline.orchestration import instance_storage
    from capex_pipeline.orchestration.failures import sentence_of
    from capex_pipeline.orchestration.resources import COMMAND_TAG

    warehouse = settings.open_warehouse()
    job = build_defs({"settings": settings, **resources}).resolve_job_def(name)
    config = {"loggers": {"console": {"config": {"log_level": "INFO" if verbose else "CRITICAL"}}}}

    def run(instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
        return job.execute_in_process(
            instance=instance, run_config=config, raise_on_error=False, tags={COMMAND_TAG: command}
        )

    # Tables in another folder are not the assets that the web interface of this deployment shows.
    result = instance_storage.execute(
        run, lambda sentence: echo(sentence, err=True), is_recorded=not settings.is_elsewhere()
    )
    if refusals := [event for event in result.all_events if event.event_type_value == "RESOURCE_INIT_FAILURE"]:
        for event in refusals:
            echo_line(f"FAILED: {sentence_of(event.engine_event_data.error)}", err=True)
        return EXIT_FAILED
    _report(result, warehouse.candidates())
    failed: dict[str, list[str]] = {}
    for event in result.get_step_failure_events():
        error = event.step_failure_data.error
        cause = error.cause if error and error.cause else error
        failed.setdefault(sentence_of(cause), []).append(str(event.step_key))
    for sentence, steps in failed.items():
        echo_line(f"FAILED {', '.join(steps)}: {sentence}", err=True)
    return 0 if result.success else EXIT_FAILED


def check_environment(settings: Settings) -> None:
    """Check the folders and variables that a run needs. Raises SettingError."""
    import dagster as dg

    from capex_pipeline.orchestration.assets.release import ReleaseSettings
    from capex_pipeline.orchestration.instance_storage import HOME_VARIABLE
    from capex_pipeline.storage import build_lock

    home = os.environ.get(HOME_VARIABLE)
    if home and not Path(home).is_dir():
        raise SettingError(
            f"{HOME_VARIABLE} is {home}, which is not a folder. Create the folder, or unset the variable."
        )
    build_lock.usual_wait()
    ReleaseSettings().options(settings)
    try:
        warehouse = settings.open_warehouse()
        settings.raw_folder()
        settings.reference_overlay()
    except dg.Failure as refused:
        raise SettingError(str(refused.description)) from refused
    settings.refuse_mixed_places()
    settings.refuse_other_scope(warehouse)


def _check_left_out(settings: Settings) -> None:
    """Raises click.BadParameter for an entry that is neither a file below raw/ nor a document id. Documents of the last build are not read again."""
    if not settings.leave_out:
        return
    from capex_pipeline.normalise import ingest
    from capex_pipeline.storage.locations import warehouse_location
    from capex_pipeline.storage.warehouse import Warehouse

    usual = Warehouse(warehouse_location())
    known = set(usual.read("documents", ["document_id"])["document_id"]) if usual.footer("documents") else set()
    unknown = tuple(entry for entry in settings.leave_out if entry not in known)
    try:
        ingest.refuse_unmatched(settings.raw_folder(), settings.load_reference(), unknown, usual.staging())
    except ingest.LeaveOutError as error:
        raise click.BadParameter(str(error), param_hint="--leave-out") from error


def _report(result: dg.ExecuteInProcessResult, warehouse: Warehouse) -> None:
    from capex_pipeline.cli.summary import print_tables

    changes: dict[str, str] = {}
    texts: list[str] = []
    pages: list[str] = []
    for event in result.get_asset_materialization_events():
        metadata: Any = event.materialization.metadata
        if "text" in metadata:
            texts.append(str(metadata["text"].value))
        if event.materialization.asset_key.to_user_string() == "report" and "path" in metadata:
            pages.append(str(metadata["path"].value))
        if "dagster/row_count" not in metadata or "change" not in metadata:
            continue
        before = metadata.get("previous_row_count")
        rows = int(str(metadata["dagster/row_count"].value))
        change = str(metadata["change"].value)
        if change == "changed" and before is not None:
            more = rows - int(str(before.value))
            change = f"changed ({more:+,} rows)" if more else "changed (values only)"
        changes[event.materialization.asset_key.to_user_string()] = change
    print_tables(warehouse, changes)
    for text in texts:
        echo(f"\n{text.rstrip()}")
    for evaluation in result.get_asset_check_evaluations():
        if not evaluation.passed:
            where = f"{evaluation.asset_key.to_user_string()}.{evaluation.check_name}"
            offending = evaluation.metadata.get("offending_rows")
            count = f" ({offending.value} rows)" if offending else ""
            echo_line(f"{evaluation.severity.value} {where}: {evaluation.description or ''}{count}")
    for page in pages:
        echo(f"\nOpen {page} in a browser to see the report.")
