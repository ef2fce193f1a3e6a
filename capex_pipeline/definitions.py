"""The Dagster code location.

Combine assets, checks, jobs and resources here and add nothing else; they are defined in the package `orchestration`.
Nothing is read from environment or disk at import.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from capex_pipeline.orchestration.asset_checks import CHECKS
from capex_pipeline.orchestration.assets.as_of import as_of_tables
from capex_pipeline.orchestration.assets.bulk import BULK_ASSETS
from capex_pipeline.orchestration.assets.refresh import refreshed_documents
from capex_pipeline.orchestration.assets.release import RELEASE_ASSETS, ReleaseSettings
from capex_pipeline.orchestration.assets.tables import TABLE_ASSETS, raw_documents
from capex_pipeline.orchestration.freshness import published_on_schedule
from capex_pipeline.orchestration.jobs import JOBS, SCHEDULES
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.orchestration.sensors import SENSORS


def build_defs(resource_overrides: Mapping[str, Any] | None = None) -> dg.Definitions:
    """The definitions, with resources replaced as tests and notebooks need them."""
    return dg.Definitions(
        assets=[raw_documents, refreshed_documents, *TABLE_ASSETS, *RELEASE_ASSETS, *BULK_ASSETS, as_of_tables],
        asset_checks=[*CHECKS, published_on_schedule],
        jobs=JOBS,
        schedules=SCHEDULES,
        sensors=SENSORS,
        resources={"settings": Settings(), "release_settings": ReleaseSettings(), **(resource_overrides or {})},
        # A step in a process of its own costs four seconds of imports; the whole build takes less.
        executor=dg.in_process_executor,
    )


defs = build_defs()
