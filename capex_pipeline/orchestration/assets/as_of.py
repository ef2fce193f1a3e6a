"""Builds apart from the tables of this deployment: as of the ends of months, or of other documents into another warehouse.

Their tables are not the assets of the graph, so such a build runs inside one step, on an ephemeral Dagster instance, and records no
materialization, check or freshness of these assets. Add here how such a build is requested. The build itself belongs to `tables` and
`release`.
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
from capex_pipeline.orchestration.failures import in_words, sentence_of
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.schemas import TABLES
from capex_pipeline.storage.locations import as_of_folder
from capex_pipeline.values import escaping

AS_OF = "as_of_tables"
MONTHS = dg.MonthlyPartitionsDefinition(start_date="2012-01", fmt="%Y-%m")
_INNER = "build_apart"


def settings_of_month(month: str) -> Settings:
    """Settings for the build of a month (2024-12): as known at the end of its last day, in a separate warehouse for that day."""
    start = dt.datetime.strptime(month, "%Y-%m").replace(tzinfo=dt.UTC)
    day = ((start + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)).date().isoformat()
    return Settings(as_of=day, warehouse=str(as_of_folder(Settings().open_warehouse().root) / day))


as_of_tables = dg.AssetSpec(
    AS_OF,
    partitions_def=MONTHS,
    group_name="as_of",
    kinds={"parquet", "pandas"},
    owners=OWNERS,
    metadata=source_code.link(f"{__name__}:build_month"),
    description=(
        "Every table as known at the end of a month's last day, in a separate warehouse, `<warehouse>.as_of/<day>`. "
        "The job as_of_builds builds months from the present raw/; its tab Partitions launches one or many."
    ),
)
"""The asset is not executable from the graph: if it were, **Materialize all** would ask for a partition."""


@dg.op(description="Builds every table as known at the end of the partition's month.")
def build_month(context: dg.OpExecutionContext) -> None:
    dead_runs.mark(context.instance, context.run_id)
    month = context.partition_key
    metadata = built_apart(settings_of_month(month), context.log)
    version = {"dagster/data_version": metadata["release_id"]}
    context.log_event(dg.AssetMaterialization(AS_OF, partition=month, metadata=metadata, tags=version))


@dg.job(
    partitions_def=MONTHS,
    description="Builds the tables as of month-ends, each in `<warehouse>.as_of/<day>`: one run per month. Launch several from the tab Partitions.",
)
def as_of_builds() -> None:
    build_month()


class BuildApart(dg.Config):
    """Settings of a separate build. Empty values mean those of this deployment, except for the warehouse."""

    warehouse: str = Field(
        description="Folder of the tables, or s3://bucket/prefix; not the warehouse of this deployment."
    )
    raw: str = Field(default="", description="Folder of documents.")
    reference: str = Field(
        default="", description="Folder of the project's own reference data, on top of the package's."
    )
    as_of: str = Field(default="", description="Build the tables as known at the end of this day, such as 2024-12-31.")
    leave_out: list[str] = Field(
        default_factory=list, description="Files below raw/ or document ids to leave out; each must exist."
    )


@dg.op(
    description="Builds every table from other documents, or without some documents, or as of a day, into another warehouse."
)
def build_apart(context, config: BuildApart) -> None:  # type: ignore[no-untyped-def]  # Dagster reads annotations of the context
    dead_runs.mark(context.instance, context.run_id)
    settings = Settings(**config.model_dump())
    with in_words():
        settings.refuse_places_of_deployment()
    metadata = built_apart(settings, context.log)
    context.add_output_metadata(metadata)


@dg.job(
    config=dg.RunConfig(ops={_INNER: BuildApart(warehouse="warehouse.other")}),
    description=(
        "Builds every table from other documents, or without some documents, or as of a day, into a separate "
        "warehouse. The assets of the graph are not affected."
    ),
)
def build_elsewhere() -> None:
    build_apart()


def built_apart(settings: Settings, log: Any) -> dict[str, Any]:
    """Build and publish with these settings; return metadata of the release. Raises dg.Failure with the failure messages, and logs warnings."""
    job = dg.define_asset_job(_INNER, dg.AssetSelection.assets(*TABLES, "release_changes", "release"))
    definitions = dg.Definitions(
        assets=[*TABLE_ASSETS, *RELEASE_ASSETS],
        asset_checks=CHECKS,
        jobs=[job],
        executor=dg.in_process_executor,
        resources={"settings": settings, "release_settings": ReleaseSettings()},
    )
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def(_INNER).execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
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
    """The failure messages of steps, each once, or the message with which the run was refused."""
    refused = [
        sentence_of(event.engine_event_data.error)
        for event in result.all_events
        if event.event_type_value == "RESOURCE_INIT_FAILURE" and event.engine_event_data.error
    ]
    failed = [run_problems.cause(event) for event in result.get_step_failure_events()]
    return " ".join(dict.fromkeys(refused + failed)) or "The build failed without a message."
