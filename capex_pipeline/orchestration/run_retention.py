"""Deletes Dagster's records of old runs: their events and logs.

Add a rule here when it decides which runs are deleted and which are kept. Dagster itself deletes old ticks of schedules
and sensors (`retention` in dagster.yaml). Old releases are removed by `release/snapshots.py`.
"""

import datetime as dt

import dagster as dg
from pydantic import Field

from capex_pipeline.orchestration import dead_runs

_AT_ONCE = 200

_FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def forget_runs(instance: dg.DagsterInstance, before: dt.datetime) -> tuple[int, int]:
    """Deletes finished runs that were created before a date, with events and logs.

    Returns how many were deleted and how many kept. The last run that materialized an asset is kept: without it the asset would appear as
    never built.
    """
    needed = _last_materialisations(instance)
    old = dg.RunsFilter(statuses=_FINISHED, created_before=before)
    forgotten, kept, cursor = 0, 0, None
    while runs := instance.get_runs(old, cursor=cursor, limit=_AT_ONCE):
        for run in runs:
            if run.run_id in needed:
                kept += 1
                cursor = run.run_id  # it stays, so the next page can begin after it
            else:
                instance.compute_log_manager.delete_logs(prefix=[run.run_id])
                instance.delete_run(run.run_id)
                forgotten += 1
    return forgotten, kept


def _last_materialisations(instance: dg.DagsterInstance) -> set[str]:
    last = (instance.get_latest_materialization_event(key) for key in instance.all_asset_keys())
    return {event.run_id for event in last if event is not None}


class Memory(dg.Config):
    """How long Dagster keeps records."""

    days: int = Field(
        default=400,
        ge=1,
        description="Finished runs that were created longer ago are deleted, with their events and logs.",
    )


@dg.op(description="Deletes old runs, their events and their logs; keeps the last run that built each asset.")
def forget(context: dg.OpExecutionContext, config: Memory) -> None:
    dead_runs.mark(context.instance, context.run_id)
    before = dt.datetime.now(dt.UTC) - dt.timedelta(days=config.days)
    deleted, kept = forget_runs(context.instance, before)
    context.log.info(
        f"{deleted:,} runs from before {before:%Y-%m-%d} were deleted; {kept:,} were kept, because they were the last to build an asset."
    )


@dg.job(description="Deletes records of old runs, with their events and logs. Tables and releases are not changed.")
def forget_old_runs() -> None:
    forget()
