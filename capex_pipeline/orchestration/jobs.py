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
"""The asset that asks the network: only the job that says so builds it."""

RELEASE = ("release_changes", "report", "workbook", "release")

BULK = "filer_quarters"
"""The asset that reads the SEC's bulk archive: a job of its own, since it takes long and needs a large download."""

TIME_ZONE = "Europe/London"

_HOUR = 60 * 60
"""Seconds. A job without a limit of its own has that of `run_monitoring` in dagster.yaml: minutes, which is ample for a build."""

build_everything = dg.define_asset_job(
    "build_everything",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(REFRESH, BULK),
    description="Every table from the documents in raw/. Tables whose inputs are unchanged do no work.",
)

refresh_and_build = dg.define_asset_job(
    "refresh_and_build",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(BULK),
    config=dg.RunConfig(ops={REFRESH: {"config": {"enabled": True}}}),
    tags={MAXIMUM_RUNTIME: str(4 * _HOUR)},
    description="Asks the SEC and the ECB for what is new, then builds every table; where they cannot be asked, from what is archived.",
)


publish_candidates = dg.define_asset_job(
    "publish_candidates",
    selection=dg.AssetSelection.assets(*RELEASE)
    | dg.AssetSelection.checks(*(key for checks in CHECKS for key in checks.check_keys)),
    description="Checks and audits the candidate tables as they are, and publishes them together. Refuses a set in which a table is out of "
    "date: build_everything computes that and publishes too.",
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
        # The checks of observations follow ids into entities and definitions; what raw/ holds and what of it was rejected go together.
        selection=dg.AssetSelection.assets(
            table, "entities", "definitions", "rejected_figures", "article_mentions"
        ).upstream()
        - dg.AssetSelection.assets(REFRESH),
        description=f"The table {table} and everything that it is computed from, as candidates; build_everything computes the rest and publishes them.",
    )
    for table in PUBLISHED_TABLES
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
    if companies := earnings_weeks_of(context.scheduled_execution_time):
        return dg.RunRequest(tags={"capex_pipeline/earnings": companies[:250]})
    return dg.SkipReason("No tracked company usually publishes this week; the daily refresh is enough.")


def earnings_weeks_of(moment: dt.datetime) -> str:
    """The companies that usually publish in the week of a moment; empty where none does."""
    day = f"{moment:%m-%d}"
    for span in Settings().load_reference().earnings_weeks:
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
