"""Jobs and schedules: which assets are built together, and when.

Add a job or a schedule here. Assets are in `orchestration/assets/tables.py` and the modules beside it; sensors are in
`orchestration/sensors.py` and `orchestration/dead_runs.py`.
"""

import datetime as dt
from typing import Any

import dagster as dg

from capex_pipeline.orchestration.asset_checks import CHECKS
from capex_pipeline.orchestration.assets.as_of import as_of_builds, build_elsewhere
from capex_pipeline.orchestration.dead_runs import MAXIMUM_RUNTIME
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.orchestration.run_retention import forget_old_runs
from capex_pipeline.schemas.vocabulary import PUBLISHED_TABLES

REFRESH = "refreshed_documents"
"""The asset that uses the network; only the job for it builds it."""

RELEASE = ("release_changes", "report", "workbook", "release")

BULK = "filer_quarters"
"""The asset that reads the SEC's bulk archive. It has its own job, since it takes long and needs a large download."""

TIME_ZONE = "Europe/London"

_HOUR = 60 * 60
"""Seconds. A job without its own limit has that of `run_monitoring` in dagster.yaml, which is more than enough for a build."""

build_everything = dg.define_asset_job(
    "build_everything",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(REFRESH, BULK),
    description="Builds every table from the documents in raw/ and publishes them. Tables whose inputs are unchanged are skipped.",
)

refresh_and_build = dg.define_asset_job(
    "refresh_and_build",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(BULK),
    config=dg.RunConfig(ops={REFRESH: {"config": {"enabled": True}}}),
    tags={MAXIMUM_RUNTIME: str(4 * _HOUR)},
    description=(
        "Downloads new data from the SEC and the ECB, then builds every table and publishes. If a source cannot be "
        "reached, the archived data are used."
    ),
)


publish_candidates = dg.define_asset_job(
    "publish_candidates",
    selection=dg.AssetSelection.assets(*RELEASE)
    | dg.AssetSelection.checks(*(key for checks in CHECKS for key in checks.check_keys)),
    description=(
        "Checks the present candidate tables as a set and publishes them together. Refuses a set in which a table "
        "is out of date; build_everything computes such tables and publishes too."
    ),
)


build_filer_quarters = dg.define_asset_job(
    "build_filer_quarters",
    selection=dg.AssetSelection.assets(BULK),
    tags={MAXIMUM_RUNTIME: str(24 * _HOUR)},
    description="Quarters of every filer in a bulk archive of the SEC, on this machine or on Spark.",
)

rebuild_jobs = [
    dg.define_asset_job(
        f"rebuild_{table}",
        # Checks of observations need entities and definitions; documents and rejected figures are written together.
        selection=dg.AssetSelection.assets(
            table, "entities", "definitions", "rejected_figures", "article_mentions"
        ).upstream()
        - dg.AssetSelection.assets(REFRESH),
        description=(
            f"Builds the table {table} and everything upstream as candidates. To publish them, run build_everything, "
            "which computes the remaining tables too."
        ),
    )
    for table in PUBLISHED_TABLES
]

daily_refresh = dg.ScheduleDefinition(
    name="daily_refresh",
    job=refresh_and_build,
    cron_schedule="30 6 * * *",
    execution_timezone=TIME_ZONE,
    description="Every morning, after the evening results of US companies and the close in Hong Kong.",
)

weekly_housekeeping = dg.ScheduleDefinition(
    name="weekly_housekeeping",
    job=forget_old_runs,
    cron_schedule="0 5 * * 0",
    execution_timezone=TIME_ZONE,
    description="Every Sunday before the refresh: deletes records of runs older than 400 days.",
)


@dg.schedule(
    name="earnings_weeks_refresh",
    job=refresh_and_build,
    cron_schedule="0 9,12,15,18,21 * * 1-5",
    execution_timezone=TIME_ZONE,
    description="Every three hours on weekdays, in the weeks in which tracked companies publish (reference/earnings_weeks.yaml).",
)
def earnings_weeks_refresh(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Requests a run in earnings weeks only."""
    if companies := earnings_weeks_of(context.scheduled_execution_time):
        return dg.RunRequest(tags={"capex_pipeline/earnings": companies[:250]})
    return dg.SkipReason("No tracked company usually publishes this week; the daily refresh is enough.")


def earnings_weeks_of(moment: dt.datetime) -> str:
    """The companies that usually publish in the week of a date; empty if there are none."""
    day = f"{moment:%m-%d}"
    for span in Settings().load_reference().content.earnings_weeks:
        if span.first <= day <= span.last:
            return span.companies
    return ""


JOBS: list[Any] = [
    build_everything,
    refresh_and_build,
    publish_candidates,
    as_of_builds,
    build_elsewhere,
    build_filer_quarters,
    *rebuild_jobs,
    forget_old_runs,
]
SCHEDULES = [daily_refresh, earnings_weeks_refresh, weekly_housekeeping]
