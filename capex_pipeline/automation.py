"""Jobs, schedules and sensors: when what is built.

What belongs here: selections and their triggers. What does not: what is built (assets).
"""

import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from capex_pipeline.settings import RAW_VARIABLE

PUBLISHED = ("capex", "gpu_shipments", "cloud_revenue")

build_everything = dg.define_asset_job(
    "build_everything",
    selection=dg.AssetSelection.all(),
    description="Every table from the documents in raw/. Tables whose inputs are unchanged do no work.",
)

rebuild_jobs = [
    dg.define_asset_job(
        f"rebuild_{table}",
        selection=dg.AssetSelection.assets(table).upstream(),
        description=f"The table {table} and everything that it is computed from.",
    )
    for table in PUBLISHED
]

daily_build = dg.ScheduleDefinition(
    name="daily_build",
    job=build_everything,
    cron_schedule="30 6 * * *",
    execution_timezone="Europe/London",
    description="Every morning, after the US markets' evening results and the Hong Kong and Shanghai close.",
)


@dg.sensor(
    name="raw_folder",
    job=build_everything,
    minimum_interval_seconds=30,
    description="Asks for a build whenever a document in raw/ is added, changed, removed or restored.",
)
def raw_folder(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """One run per change. The key counts the changes: going back to an earlier content is a change too."""
    from capex_pipeline import archive

    folder = Path(os.environ.get(RAW_VARIABLE) or "raw").absolute()
    if not folder.is_dir():
        yield dg.SkipReason(f"There is no folder of documents at {folder}; set {RAW_VARIABLE}.")
        return
    now = archive.listing_fingerprint(folder)
    counter, _, before = (context.cursor or "0:").partition(":")
    if now == before:
        yield dg.SkipReason("No document in raw/ has changed.")
        return
    change = int(counter) + 1
    context.update_cursor(f"{change}:{now}")
    yield dg.RunRequest(
        run_key=f"{change}:{now[:16]}", tags={"capex_pipeline/change": str(change), "dagster/max_retries": "2"}
    )


JOBS = [build_everything, *rebuild_jobs]
SCHEDULES = [daily_build]
SENSORS = [raw_folder]
