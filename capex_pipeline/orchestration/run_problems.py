"""Problems of a run: why it failed, and which of its checks failed.

They are compared with earlier runs, so that each problem is reported once. Add a kind of problem here when operators must be told about it.
When runs are evaluated belongs to `sensors`, the wording of a message to `alerts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

Problems = dict[str, str | None]
"""Subject -> the sentence that describes its problem, or None if there is none. Keys: RUN, and asset.check."""

RUN = "run"
FIRST = "first"
"""Metadata of a check: the first problem, for the alert."""

PARTITION_TAG = "dagster/partition"
_EARLIER_EVALUATIONS = 20
_EARLIER_RUNS = 20
_FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]


def of_run(instance: dg.DagsterInstance, run_id: str) -> Problems:
    """The problems of a finished run. If a run fails in many steps for one reason, the reason is reported once."""
    of_steps: list[str] = []
    of_whole_run: list[str] = []
    problems: Problems = {RUN: None}
    kinds = {
        dg.DagsterEventType.STEP_FAILURE,
        dg.DagsterEventType.RUN_FAILURE,
        dg.DagsterEventType.ASSET_CHECK_EVALUATION,
    }
    for entry in instance.all_logs(run_id, of_type=kinds):
        event = entry.dagster_event
        if event is None:
            continue
        if event.event_type == dg.DagsterEventType.STEP_FAILURE:
            of_steps.append(cause(event))
        elif event.event_type == dg.DagsterEventType.RUN_FAILURE:
            of_whole_run.append(cause_of_run(event))
        else:
            evaluation = event.asset_check_evaluation_data
            name = f"{evaluation.asset_key.to_user_string()}.{evaluation.check_name}"
            problems[name] = None if evaluation.passed else _of_check(name, evaluation)
    if of_steps or of_whole_run:
        problems[RUN] = " ".join(dict.fromkeys(of_steps or of_whole_run[:1]))
    return problems


def failed_steps(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    """Names of the steps that failed."""
    entries = instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    return sorted({str(entry.dagster_event.step_key) for entry in entries if entry.dagster_event})


def before_run(instance: dg.DagsterInstance, run: dg.DagsterRun, now: Problems) -> Problems:
    """The state of the same subjects before this run. now: the problems of this run.

    The failure of a run is compared with the previous run of the same job with the same partition and step configuration, so that a
    successful experiment does not end another run's problem. A check is compared with its last evaluation before this run, in any job,
    since the asset is the same.
    """
    record = instance.get_run_record_by_id(run.run_id)
    if record is None:
        return {}
    earlier = instance.get_runs(
        dg.RunsFilter(job_name=run.job_name, statuses=_FINISHED, created_before=record.create_timestamp),
        limit=_EARLIER_RUNS,
    )
    problems: Problems = {}
    for one in earlier:
        if one.run_id != run.run_id and _asked(one) == _asked(run):
            problems[RUN] = of_run(instance, one.run_id)[RUN]
            break
    for name in now.keys() - {RUN}:
        asset, _, check = name.rpartition(".")
        key = dg.AssetCheckKey(dg.AssetKey.from_user_string(asset), check)
        records = instance.event_log_storage.get_asset_check_execution_history(key, limit=_EARLIER_EVALUATIONS)
        places = [place for place, found_record in enumerate(records) if found_record.run_id == run.run_id]
        for earlier_record in records[places[-1] + 1 :] if places else ():
            event = earlier_record.event.dagster_event if earlier_record.event else None
            if event is not None and event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
                evaluation = event.asset_check_evaluation_data
                problems[name] = None if evaluation.passed else _of_check(name, evaluation)
                break
    return problems


def _asked(run: dg.DagsterRun) -> tuple[object, object]:
    """The request of a run besides its job: the configuration of its steps, and the partition."""
    config: Any = run.run_config
    return config.get("ops") or {}, run.tags.get(PARTITION_TAG)


def _of_check(name: str, evaluation: dg.AssetCheckEvaluation) -> str:
    rows = _number(evaluation.metadata, "offending_rows")
    counted = f" ({rows:,} rows)" if rows is not None else ""
    first = f" The first: {evaluation.metadata[FIRST].value}" if FIRST in evaluation.metadata else ""
    return (
        f"{name} {evaluation.severity.value.lower()}: {evaluation.description or 'the check failed.'}{counted}{first}"
    )


def _number(metadata: Mapping[str, dg.MetadataValue], name: str) -> int | None:
    value = metadata[name].value if name in metadata else None
    return value if isinstance(value, int) else None


def cause(event: dg.DagsterEvent) -> str:
    """Why a step failed: the message of its failure, if there is one."""
    data = event.step_failure_data
    if data.user_failure_data is not None and data.user_failure_data.description:
        return str(data.user_failure_data.description)
    error = data.error.cause if data.error is not None and data.error.cause is not None else data.error
    return str(error) if error is not None else "no message"


def cause_of_run(event: dg.DagsterEvent) -> str:
    """Why a run failed outside its steps: for example because another build held the warehouse, or because its machine went down."""
    error = event.job_failure_data.error if event.event_specific_data is not None else None
    if error is None or error.cause is None:
        return event.message or "no message"
    return str(error.cause.message).strip()
