"""Jobs, schedules and sensors: when what is built.

What belongs here: selections and their triggers. What does not: what is built (assets) and how an alert is worded (alerts).
"""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import dagster as dg

from capex_pipeline.orchestration import alerts
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.orchestration.run_retention import forget_old_runs
from capex_pipeline.raw.folder import listing_fingerprint
from capex_pipeline.schemas import TABLES
from capex_pipeline.storage import fingerprint
from capex_pipeline.storage.warehouse import Warehouse

PUBLISHED = ("capex", "gpu_shipments", "cloud_revenue")
REFRESH = "refreshed_documents"
"""The asset that asks the network: only the job that says so builds it."""

BULK = "filer_quarters"
"""The asset that reads the SEC's bulk archive: a job of its own, since it takes long and needs a large download."""

TIME_ZONE = "Europe/London"
RAW_TAG = "capex_pipeline/raw"
_LONGEST_WAIT = dt.timedelta(hours=1)

build_everything = dg.define_asset_job(
    "build_everything",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(REFRESH, BULK),
    description="Every table from the documents in raw/. Tables whose inputs are unchanged do no work.",
)

refresh_and_build = dg.define_asset_job(
    "refresh_and_build",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(BULK),
    config=dg.RunConfig(ops={REFRESH: {"config": {"enabled": True}}}),
    description="Asks the SEC and the ECB for what is new (where the refresh is switched on), then builds every table.",
)


@dg.monthly_partitioned_config(start_date="2012-01", fmt="%Y-%m")
def as_of_month_end(start: dt.datetime, end: dt.datetime) -> dict[str, object]:
    """The run's configuration for a month: what was known at the end of its last day, in a warehouse of that day's own."""
    day = (end - dt.timedelta(days=1)).date().isoformat()
    warehouse = Settings().open_warehouse().root
    own = warehouse.with_name(f"{warehouse.name}.as_of") / day
    return {"resources": {"settings": {"config": {"as_of": day, "warehouse": str(own)}}}}


as_of_builds = dg.define_asset_job(
    "as_of_builds",
    selection=dg.AssetSelection.assets(*TABLES),
    config=as_of_month_end,
    description="The tables as of the ends of months, each in <warehouse>.as_of/<day>: one run a month, many from the backfill page.",
)

build_filer_quarters = dg.define_asset_job(
    "build_filer_quarters",
    selection=dg.AssetSelection.assets(BULK),
    description="Quarters of every filer in a bulk archive of the SEC, on this machine or on Spark.",
)

rebuild_jobs = [
    dg.define_asset_job(
        f"rebuild_{table}",
        # The checks of observations follow ids into entities and definitions; what raw/ holds and what of it was rejected go together.
        selection=dg.AssetSelection.assets(
            table, "entities", "definitions", "rejected_figures", "article_mentions"
        ).upstream()
        - dg.AssetSelection.assets(REFRESH),
        description=f"The table {table} and everything that it is computed from.",
    )
    for table in PUBLISHED
]

daily_refresh = dg.ScheduleDefinition(
    name="daily_refresh",
    job=refresh_and_build,
    cron_schedule="30 6 * * *",
    execution_timezone=TIME_ZONE,
    description="Every morning, after the US markets' evening results and the Hong Kong close.",
)

weekly_housekeeping = dg.ScheduleDefinition(
    name="weekly_housekeeping",
    job=forget_old_runs,
    cron_schedule="0 5 * * 0",
    execution_timezone=TIME_ZONE,
    description="Every Sunday before the refresh: Dagster forgets runs that are more than 400 days old.",
)


@dg.schedule(
    name="earnings_weeks_refresh",
    job=refresh_and_build,
    cron_schedule="0 9,12,15,18,21 * * 1-5",
    execution_timezone=TIME_ZONE,
    description="Every three hours of a working day in the weeks in which the tracked companies publish (reference/earnings_weeks.yaml).",
)
def earnings_weeks_refresh(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Asks for a run in earnings weeks only."""
    from capex_pipeline.reference import read_file

    day = f"{context.scheduled_execution_time:%m-%d}"
    for span in read_file("earnings_weeks.yaml")["earnings_weeks"]:
        if span["from"] <= day <= span["to"]:
            return dg.RunRequest(tags={"capex_pipeline/earnings": span["companies"][:250]})
    return dg.SkipReason("No tracked company usually publishes this week; the daily refresh is enough.")


@dg.sensor(
    name="raw_folder",
    job=build_everything,
    minimum_interval_seconds=30,
    description="Asks for a build whenever a document in raw/ is added, changed, removed or restored, until the change is in.",
)
def raw_folder(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """One run for each change, and another after a failed one, at growing intervals, until the tables hold the change.

    What counts is whether the last release was computed from the present files, so a whole build by hand settles a change as well. A run
    that failed after it had read the documents, whoever started it, made no release: it is followed by another.
    """
    settings = Settings()
    present = listing_fingerprint(settings.raw_folder())
    if _released_from(settings.open_warehouse()) == evidence_fingerprint(present, []):
        yield dg.SkipReason("The tables hold every document of raw/ as it is.")
        return
    cursor = _cursor(context.cursor)
    if cursor["raw"] != present:
        cursor = {"change": int(cursor["change"]) + 1, "raw": present, "attempt": 0}
    runs = context.instance.get_run_records(
        dg.RunsFilter(tags={RAW_TAG: f"{cursor['change']}-{present[:16]}"}), limit=1
    )
    attempt = int(cursor["attempt"])
    if attempt and not runs:
        yield dg.SkipReason("A build of this change is being launched.")
        return
    if runs and not runs[0].dagster_run.is_finished:
        yield dg.SkipReason("A build of this change is under way.")
        return
    if runs:
        wait = min(dt.timedelta(seconds=30) * 2**attempt, _LONGEST_WAIT)
        since = dt.datetime.now(dt.UTC) - dt.datetime.fromtimestamp(runs[0].end_time or 0, dt.UTC)
        if since < wait:
            yield dg.SkipReason(f"The build of this change failed; the next attempt is due {wait} after it.")
            return
    cursor["attempt"] = attempt + 1
    context.update_cursor(json.dumps(cursor))
    yield dg.RunRequest(
        # With the hash alone, a change that is undone would count as asked for already.
        run_key=f"{cursor['change']}:{present[:16]}:{cursor['attempt']}",
        tags={RAW_TAG: f"{cursor['change']}-{present[:16]}"},
    )


def _released_from(warehouse: Warehouse) -> str | None:
    """Fingerprint of the evidence of the last release. Its manifest is written last, so a build that stopped half-way does not count."""
    from capex_pipeline.release import manifest

    said = manifest.read(warehouse.root)
    return None if said is None else said["tables"].get("figures", {}).get("input_fingerprint")


def evidence_fingerprint(raw: str, leave_out: list[str]) -> str:
    """What the tables of evidence say they were computed from, for a listing of raw/ (`archive.listing_fingerprint`)."""
    return fingerprint.of("evidence", {"raw": raw, "leave_out": "|".join(sorted(leave_out))})


def _cursor(text: str | None) -> dict[str, int | str]:
    try:
        said = json.loads(text or "")
        return {"change": int(said["change"]), "raw": str(said["raw"]), "attempt": int(said["attempt"])}
    except (ValueError, KeyError, TypeError):
        return {"change": 0, "raw": "", "attempt": 0}


@dg.run_failure_sensor(
    name="failed_runs",
    monitor_all_code_locations=False,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Writes one line for each failed run to the alert log, and posts it to the webhook where one is configured.",
)
def failed_runs(context: dg.RunFailureSensorContext) -> None:
    """Alerts with the step and the sentence that says which document, rule and place."""
    failures = context.get_step_failure_events()
    step = ", ".join(sorted({str(event.step_key) for event in failures})) or "none"
    said = [_cause(event) for event in failures] or [_cause_of_run(context.failure_event)]
    done = alerts.send(
        {
            "run_id": context.dagster_run.run_id,
            "job": context.dagster_run.job_name,
            "step": step,
            "message": " ".join(dict.fromkeys(said)),  # a run may fail in many steps for one reason
        },
        dt.datetime.now(dt.UTC),
    )
    context.log.info(done)


def _cause(event: dg.DagsterEvent) -> str:
    data = event.step_failure_data
    if data.user_failure_data is not None and data.user_failure_data.description:
        return str(data.user_failure_data.description)
    error = data.error.cause if data.error is not None and data.error.cause is not None else data.error
    return error.message if error is not None else "no message"


def _cause_of_run(event: dg.DagsterEvent) -> str:
    """Why a run ended in no step of its own: another build has the warehouse, say, or its machine died and it was given up."""
    error = event.job_failure_data.error if event.event_specific_data is not None else None
    if error is None or error.cause is None:
        return event.message or "no message"
    return str(error.cause.message).strip()


JOBS: list[Any] = [
    build_everything,
    refresh_and_build,
    as_of_builds,
    build_filer_quarters,
    *rebuild_jobs,
    forget_old_runs,
]
SCHEDULES = [daily_refresh, earnings_weeks_refresh, weekly_housekeeping]
SENSORS = [raw_folder, failed_runs]
