"""The command `capex-pipeline`: build the warehouse, say what is in it, write the data dictionary.

What belongs here: arguments, and laying out results for a terminal. What does not: work of its own.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from capex_pipeline.cli import release as releases

if TYPE_CHECKING:
    import dagster as dg

    from capex_pipeline.storage.warehouse import Warehouse

_UNKNOWN = "?"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status (0 fine, 1 the build failed, 2 wrong arguments)."""
    parser = argparse.ArgumentParser(
        prog="capex-pipeline", description="Documents about AI infrastructure become Parquet tables."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="materialise every asset and say what changed")
    build.add_argument("--raw", default="", help="folder of documents (default: raw)")
    build.add_argument("--warehouse", default="", help="folder of Parquet tables (default: warehouse)")
    build.add_argument(
        "--as-of", default="", help="build what was known at the end of this day, into another warehouse"
    )
    build.add_argument(
        "--leave-out", action="append", default=[], help="file below raw/, or document id, that counts as absent"
    )
    build.add_argument(
        "--wait",
        type=_seconds,
        metavar="SECONDS",
        help="seconds to wait for another build of the warehouse, 0 to be refused at once (default: 600)",
    )
    build.add_argument("--verbose", action="store_true", help="show Dagster's log")
    summary = commands.add_parser("summary", help="say what is in the warehouse")
    summary.add_argument("--warehouse", default="", help="folder of Parquet tables (default: warehouse)")
    dictionary = commands.add_parser("dictionary", help="write the data dictionary from the table models")
    dictionary.add_argument(
        "path", nargs="?", default="warehouse/README.md", help="where to (default: warehouse/README.md)"
    )
    releases.add_parser(commands)
    chosen = parser.parse_args(arguments)
    if chosen.command == "release":
        return releases.run(chosen)
    if chosen.command == "dictionary":
        return _dictionary(Path(chosen.path))
    if chosen.command == "summary":
        return _summary(chosen.warehouse)
    # A build is over before it needs what collecting would give back; looking for it takes a thirteenth of the time.
    gc.disable()
    try:
        return _build(chosen)
    finally:
        gc.enable()


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < float("inf"):
        raise ValueError(text)
    return seconds


def _build(chosen: argparse.Namespace) -> int:
    import dagster as dg

    from capex_pipeline.definitions import build_defs
    from capex_pipeline.orchestration.resources import COMMAND_TAG, Settings

    settings = Settings(
        raw=chosen.raw,
        warehouse=chosen.warehouse,
        as_of=chosen.as_of,
        leave_out=chosen.leave_out,
        build_wait=chosen.wait,
    )
    try:
        warehouse = settings.open_warehouse()
    except dg.Failure as refused:
        print(f"FAILED: {refused.description}", file=sys.stderr)
        return 1
    job = build_defs({"settings": settings}).resolve_job_def("build_everything")
    level = "INFO" if chosen.verbose else "CRITICAL"
    config = {"loggers": {"console": {"config": {"log_level": level}}}}
    with dg.DagsterInstance.get() if os.environ.get("DAGSTER_HOME") else dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(
            instance=instance, run_config=config, raise_on_error=False, tags={COMMAND_TAG: "capex-pipeline build"}
        )
        if refusals := [event for event in result.all_events if event.event_type_value == "RESOURCE_INIT_FAILURE"]:
            for event in refusals:
                error = event.engine_event_data.error
                print(f"FAILED: {error.message.strip() if error else event.message}", file=sys.stderr)
            return 1
        _say_changes(result, warehouse)
        for event in result.get_step_failure_events():
            error = event.step_failure_data.error
            cause = error.cause if error and error.cause else error
            print(f"FAILED {event.step_key}: {cause.message.strip() if cause else 'no message'}", file=sys.stderr)
    return 0 if result.success else 1


def _say_changes(result: dg.ExecuteInProcessResult, warehouse: Warehouse) -> None:
    changes: dict[str, str] = {}
    told: list[str] = []
    for event in result.get_asset_materialization_events():
        said = event.materialization.metadata
        if "text" in said:
            told.append(str(said["text"].value))
        if "dagster/row_count" not in said or "change" not in said:
            continue
        before = said.get("previous_row_count")
        rows = int(str(said["dagster/row_count"].value))
        change = str(said["change"].value)
        if change == "changed" and before is not None:
            more = rows - int(str(before.value))
            change = f"changed ({more:+,} rows)" if more else "changed (values only)"
        changes[event.materialization.asset_key.to_user_string()] = change
    _print_tables(warehouse, changes)
    for text in told:
        print(f"\n{text.rstrip()}")
    for evaluation in result.get_asset_check_evaluations():
        if not evaluation.passed:
            where = f"{evaluation.asset_key.to_user_string()}.{evaluation.check_name}"
            offending = evaluation.metadata.get("offending_rows")
            count = f" ({offending.value} rows)" if offending else ""
            print(f"{evaluation.severity.value} {where}: {evaluation.description or ''}{count}")


def _print_tables(warehouse: Warehouse, changes: dict[str, str] | None) -> None:
    from capex_pipeline.schemas import TABLES
    from capex_pipeline.storage import fingerprint

    footers = {table: footer for table in TABLES if (footer := warehouse.footer(table)) is not None}
    identity = fingerprint.of("summary", {table: footer.content_id for table, footer in footers.items()})
    read = warehouse.remembered("summary.json", identity, lambda: _read(warehouse, list(footers)))
    lines = [("table", "rows", "periods", "" if changes is None else "change")]
    for table in TABLES:
        if table in footers:
            change = "" if changes is None else changes.get(table, "not built")
            lines.append((table, f"{footers[table].rows:,}", read["periods"].get(table, ""), change))
        else:
            lines.append((table, _UNKNOWN, "", "not there"))
    widths = [max(len(line[place]) for line in lines) for place in range(4)]
    for name, rows, periods, change in lines:
        print(f"{name:<{widths[0]}}  {rows:>{widths[1]}}  {periods:<{widths[2]}}  {change}".rstrip())
    if "rejected_figures" in footers:
        print(
            f"\nRejected: {read['rejected']:,} rows or files; {read['by_decision']:,} more are set aside by a reviewed decision."
        )
        for message in read["messages"]:
            print(f"  {message}")
    print(f"\n{warehouse.root}")


def _read(warehouse: Warehouse, tables: list[str]) -> dict[str, Any]:
    """What only the rows say: the span of periods of each table, and what was rejected."""
    from capex_pipeline.schemas import outline, vocabulary

    said: dict[str, Any] = {"periods": {}}
    for table in tables:
        if "period_end" in outline.of(table).columns:
            days = warehouse.read(table, ["period_start", "period_end"])
            span = (
                f"{days['period_start'].min():%Y-%m-%d} to {days['period_end'].max():%Y-%m-%d}"
                if len(days)
                else "no rows"
            )
            said["periods"][table] = span
    if "rejected_figures" in tables:
        rejected = warehouse.read("rejected_figures", ["rule", "message"])
        by_decision = rejected["rule"].isin(vocabulary.BY_DECISION)
        said["rejected"], said["by_decision"] = int((~by_decision).sum()), int(by_decision.sum())
        said["messages"] = rejected.loc[~by_decision, "message"].head(5).tolist()
    return said


def _summary(folder: str) -> int:
    from capex_pipeline.orchestration.resources import Settings

    warehouse = Settings(warehouse=folder).open_warehouse()
    _print_tables(warehouse, None)
    return 0


def _dictionary(path: Path) -> int:
    from capex_pipeline.schemas.derive import data_dictionary

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data_dictionary(), encoding="utf-8")
    print(f"Wrote {path}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
