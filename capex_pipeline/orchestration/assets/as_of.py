"""Builds apart from the tables of this deployment: as of the ends of months, or of other documents into another warehouse.

Their tables are not the assets of the graph, so they run inside, on an instance of Dagster that is forgotten, and record no
materialization, check or freshness of those. Add here how such a build is asked for. What a build does belongs to `tables` and `release`.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import dagster as dg
from pydantic import Field

from capex_pipeline.orchestration import dead_runs, run_problems, source_code
from capex_pipeline.orchestration.asset_checks import CHECKS
from capex_pipeline.orchestration.asset_factory import OWNERS
from capex_pipeline.orchestration.assets.release import RELEASE_ASSETS, ReleaseSettings
from capex_pipeline.orchestration.assets.tables import TABLE_ASSETS
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.schemas import TABLES
from capex_pipeline.storage.locations import as_of_folder
from capex_pipeline.values import escaping

AS_OF = "as_of_tables"
MONTHS = dg.MonthlyPartitionsDefinition(start_date="2012-01", fmt="%Y-%m")
_INNER = "build_apart"


def settings_of_month(month: str) -> Settings:
    """Settings of the build of a month (2024-12): what was known at the end of its last day, in a warehouse of that day's own."""
    start = dt.datetime.strptime(month, "%Y-%m").replace(tzinfo=dt.UTC)
    day = ((start + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)).date().isoformat()
    return Settings(as_of=day, warehouse=str(as_of_folder(Settings().open_warehouse().root) / day))


as_of_tables = dg.AssetSpec(
    AS_OF, partitions_def=MONTHS, group_name="as_of", kinds={"parquet", "pandas"}, owners=OWNERS, metadata=source_code.link(f"{__name__}:build_month"),
    description="Every table with what was known at the end of a month's last day, in a warehouse of its own, `<warehouse>.as_of/<day>`. "
    "The job as_of_builds builds months from raw/ as it is now: its tab Partitions launches one or many.",
)  # fmt: skip
"""An asset that no run of assets builds: with one that asks for a partition among them, **Materialize all** in the lineage would ask too."""


@dg.op(description="Builds every table with what was known at the end of the partition's month.")
def build_month(context: dg.OpExecutionContext) -> None:
    dead_runs.mark(context.instance, context.run_id)
    month = context.partition_key
    metadata = built_apart(settings_of_month(month), context.log)
    version = {"dagster/data_version": metadata["release_id"]}
    context.log_event(dg.AssetMaterialization(AS_OF, partition=month, metadata=metadata, tags=version))


@dg.job(
    partitions_def=MONTHS,
    description="The tables as of the ends of months, each in `<warehouse>.as_of/<day>`: one run a month, many from the tab Partitions.",
)
def as_of_builds() -> None:
    build_month()


class BuildApart(dg.Config):
    """What to build, from where, to where; each is empty for that of this deployment, but the warehouse."""

    warehouse: str = Field(
        description="Folder of the tables, or s3://bucket/prefix: another than that of this deployment."
    )
    raw: str = Field(default="", description="Folder of documents.")
    reference: str = Field(
        default="", description="Folder of the project's own reference data, on top of the package's."
    )
    as_of: str = Field(default="", description="Build what was known at the end of this day (2024-12-31).")
    leave_out: list[str] = Field(
        default_factory=list, description="Files below raw/ or document ids that count as absent; each must match something."
    )  # fmt: skip


@dg.op(
    description="Builds every table from other documents, or with some left out, or as of a day, into another warehouse."
)
def build_apart(context, config: BuildApart) -> None:  # type: ignore[no-untyped-def]  # Dagster reads annotations of the context
    dead_runs.mark(context.instance, context.run_id)
    settings = Settings(**config.model_dump())
    settings.refuse_places_of_deployment()
    metadata = built_apart(settings, context.log)
    context.add_output_metadata(metadata)


@dg.job(
    config=dg.RunConfig(ops={_INNER: BuildApart(warehouse="warehouse.other")}),
    description="Every table from other documents, or with some left out, or as of a day, into a warehouse of its own. The assets of the "
    "graph keep their state.",
)  # fmt: skip
def build_elsewhere() -> None:
    build_apart()


def built_apart(settings: Settings, log: Any) -> dict[str, Any]:
    """Build and publish with these settings; returns metadata of the release. Raises dg.Failure with what failed, and logs warnings."""
    job = dg.define_asset_job(_INNER, dg.AssetSelection.assets(*TABLES, "release_changes", "release"))
    definitions = dg.Definitions(
        assets=[*TABLE_ASSETS, *RELEASE_ASSETS], asset_checks=CHECKS, jobs=[job], executor=dg.in_process_executor,
        resources={"settings": settings, "release_settings": ReleaseSettings()},
    )  # fmt: skip
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def(_INNER).execute_in_process(
            instance=instance, raise_on_error=False, run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
        )  # fmt: skip
    for check in result.get_asset_check_evaluations():
        if not check.passed:
            log.warning(
                escaping.one_line(f"{check.asset_key.to_user_string()}.{check.check_name}: {check.description}")
            )
    if not result.success:
        raise dg.Failure(_why(result), allow_retries=False)
    made = {
        event.materialization.asset_key.to_user_string(): event.materialization.metadata
        for event in result.get_asset_materialization_events()
    }
    return {
        **{name: made["release"][name] for name in ("dagster/row_count", "change")},
        "path": dg.MetadataValue.path(str(settings.open_warehouse().root)),
        "tables": dg.MetadataValue.md(_rows(made)),
        "release_id": str(made["release"]["release_id"].value),
    }


def _rows(made: Mapping[str, Mapping[str, dg.MetadataValue]]) -> str:
    lines = [f"| {table} | {made[table]['dagster/row_count'].value:,} |" for table in TABLES if table in made]
    return "\n".join(["| table | rows |", "|---|---:|", *lines])


def _why(result: dg.ExecuteInProcessResult) -> str:
    """The sentences with which steps failed, each once, or that with which the run was refused."""
    refused = [
        event.engine_event_data.error.message.strip()
        for event in result.all_events
        if event.event_type_value == "RESOURCE_INIT_FAILURE" and event.engine_event_data.error
    ]
    failed = [run_problems.cause(event) for event in result.get_step_failure_events()]
    return " ".join(dict.fromkeys(refused + failed)) or "The build failed without a message."
