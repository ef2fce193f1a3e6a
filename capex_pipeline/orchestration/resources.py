"""The Dagster resource with the settings of a build: the folders that it reads and writes, and the documents that it leaves out.

Add a setting here when an operator or an engineer chooses it for a run, with its default from the environment. Facts about tables are
declared in `schemas`, facts about documents are in raw/. Disk and environment are not read before a run needs them.
"""

import contextlib
import datetime as dt
import logging
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import dagster as dg
from pydantic import Field

from capex_pipeline import SettingError
from capex_pipeline.orchestration import dead_runs, instance_storage, raw_version
from capex_pipeline.orchestration.failures import in_words
from capex_pipeline.storage import build_lock, fingerprint, run_memory
from capex_pipeline.storage.locations import (
    RAW_VARIABLE,
    REFERENCE_VARIABLE,
    WAREHOUSE_VARIABLE,
    lies_below,
    raw_folder,
    reference_overlay,
    refuse_outside_roots,
    warehouse_location,
)
from capex_pipeline.storage.warehouse import Warehouse
from capex_pipeline.values import escaping

if TYPE_CHECKING:
    from capex_pipeline.normalise.company_parts import Apply
    from capex_pipeline.reference import Reference

SPARK_VARIABLE = "CAPEX_PIPELINE_SPARK_MASTER"
COMMAND_TAG = "capex_pipeline/command"
"""Tag of a run that was started in a terminal: the command, which is more informative to others than the run's id."""


_log = logging.getLogger(__name__)


class OtherPlacesError(SettingError):
    """A run names places that it may not use. The message says which, and what to do instead."""


class Settings(dg.ConfigurableResource):
    """Settings of a build: its inputs, its warehouse, and what it leaves out."""

    raw: str = Field(
        default="",
        description=f"Folder of documents. Empty: the variable {RAW_VARIABLE}, or raw/ of the working directory.",
    )
    warehouse: str = Field(
        default="",
        description=f"Folder of Parquet tables, or s3://bucket/prefix. Empty: the variable {WAREHOUSE_VARIABLE}, or warehouse/ of the working directory.",
    )
    reference: str = Field(
        default="",
        description=(
            "Folder of the project's own reference data, on top of the package's. Empty: the variable "
            f"{REFERENCE_VARIABLE}, or reference/ of the working directory where it exists."
        ),
    )
    as_of: str = Field(
        default="",
        description="Build the tables as known at the end of this day, such as 2024-12-31. Empty: everything. Needs its own warehouse.",
    )
    leave_out: list[str] = Field(
        default_factory=list,
        description="Files below raw/ or document ids to leave out. Needs its own warehouse.",
    )
    build_wait: Optional[float] = Field(  # noqa: UP045 - Dagster reads the type
        default=None,
        ge=0,
        description=(
            "Seconds to wait for another build of the same warehouse. Empty: the variable "
            f"{build_lock.WAIT_VARIABLE}, or {build_lock.WAIT_SECONDS:.0f}."
        ),
    )

    spark_master: str = Field(
        default="",
        description=(
            "Spark master that reads new documents and computes changed companies: local[2], spark://host:7077 (extra `spark`). "
            f"Empty: the variable {SPARK_VARIABLE}, or the process of the run."
        ),
    )

    @contextlib.contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Settings"]:
        """Locks the warehouse until the run ends, and repairs its published files before the run reads them.

        Raises BuildLockError if another build holds the lock for too long, and OtherPlacesError for places that this run may not use.
        """
        if context.run is not None and context.instance is not None:
            dead_runs.mark(context.instance, context.run.run_id)
        try:
            warehouse = self.open_warehouse()
        except dg.Failure:
            warehouse = None  # every step that needs it reports the reason
        if warehouse is None:
            yield self
            return
        if context.run is not None and context.instance is not None and not context.instance.is_ephemeral:
            with _without_retries(context):
                self._refuse_other_places(context.run)
            if not self.is_elsewhere() and raw_folder().is_dir():
                raw_version.record(context.instance, raw_folder(), warehouse.staging())
        with _without_retries(context):
            self.refuse_mixed_places()
        say = context.log.warning if context.log else None
        # A run that the web interface launched has its own process, which writes hundreds of events.
        with (
            build_lock.locked(warehouse, _name_of(context), self.build_wait, say),
            instance_storage.one_connection_for_each_file(),
        ):
            for sentence in _repaired(warehouse):
                _log.warning(sentence)
                if say is not None:
                    say(escaping.one_line(sentence))
            with _without_retries(context):
                self.refuse_other_scope(warehouse)
            with run_memory.remembering():
                yield self

    def _refuse_other_places(self, run: dg.DagsterRun) -> None:
        """Raises OtherPlacesError if the configuration of a recorded run names other documents or another warehouse."""
        config: Any = run.run_config
        named = config.get("resources", {}).get("settings", {}).get("config", {})
        if any(named.get(name) for name in ("raw", "warehouse", "as_of", "leave_out")) and self.is_elsewhere():
            raise OtherPlacesError(
                "This run would record tables of other documents or of another warehouse as the assets of this "
                "deployment. Launch the job build_elsewhere, which takes the same settings, or the job "
                "as_of_builds, which builds month-ends."
            )

    def is_elsewhere(self) -> bool:
        """True if the tables are built from other documents, or into another warehouse, than those of this deployment."""
        return not (
            _same_place(raw_folder(self.raw), raw_folder())
            and _same_place(warehouse_location(self.warehouse), warehouse_location())
        )

    def refuse_places_of_deployment(self) -> None:
        """Raises OtherPlacesError if the warehouse of this build is, contains or lies below the warehouse or the documents of this deployment."""
        self._refuse_near({warehouse_location(): "warehouse", raw_folder(): _DOCUMENTS})
        self.refuse_mixed_places()

    def refuse_mixed_places(self) -> None:
        """Raises OtherPlacesError if the warehouse is, contains or lies below a folder that builds read: they would read their own tables."""
        places = {raw_folder(self.raw): _DOCUMENTS}
        if raw_folder().is_dir():
            places[raw_folder()] = _DOCUMENTS
        with contextlib.suppress(SettingError):  # the step that reads the folder reports it
            if (overlay := reference_overlay(self.reference)) is not None:
                places[overlay] = "folder of reference data"
        self._refuse_near(places)

    def _refuse_near(self, places: Mapping[Path, str]) -> None:
        chosen = warehouse_location(self.warehouse)
        for place, kind in places.items():
            if lies_below(chosen, place) or lies_below(place, chosen):
                raise OtherPlacesError(
                    f"The warehouse {chosen} is not apart from {place}, the {kind}. Nothing was read or written; {_NAME_ANOTHER}."
                )

    def refuse_other_scope(self, warehouse: Warehouse) -> None:
        """Raises OtherPlacesError if the published release of a warehouse is of another scope: of all documents, or as of a day, or without a
        document. A build would replace its tables by others that answer another question.
        """
        from capex_pipeline.release import ReleaseError, manifest

        try:
            published = manifest.read(warehouse.root)
        except ReleaseError:
            return  # the release step reports it
        if published is not None and published["scope"] != (scope := manifest.scope_of(self.as_of, self.leave_out)):
            raise OtherPlacesError(
                f"{warehouse.root} holds the release {manifest.scope_text(published['scope'])}; this build, "
                f"{manifest.scope_text(scope)}, would replace it. Nothing was read or written; {_NAME_ANOTHER}."
            )

    def raw_folder(self) -> Path:
        """Folder of documents. Raises dg.Failure if it does not exist, or is not allowed for runs."""
        folder = raw_folder(self.raw)
        if self.raw:
            refuse_place(folder)
        if not folder.is_dir():
            raise dg.Failure(
                f"There is no folder of documents at {folder}; set {RAW_VARIABLE}, or start in the project's folder.",
                allow_retries=False,
            )
        return folder

    def reference_overlay(self) -> Path | None:
        """Folder of the project's own reference data; None if there is none.

        Raises dg.Failure if a folder is named that does not exist, or is not allowed for runs.
        """
        with in_words():
            folder = reference_overlay(self.reference)
        if self.reference and folder is not None:
            refuse_place(folder)
        return folder

    def reference_fingerprint(self) -> str:
        """Hash of the project's own reference data. The package's reference data are part of the hash of the code."""
        return fingerprint.yaml_files(self.reference_overlay())

    def load_reference(self) -> "Reference":
        """The reference data. Raises dg.Failure with a sentence for each mistake in them."""
        from capex_pipeline.reference import load

        with in_words():
            return load(self.reference_overlay())

    def apply(self) -> contextlib.AbstractContextManager["Apply"]:
        """Where files are read and companies are computed: on the Spark master, or without one in this process."""
        from capex_pipeline.orchestration.spark_apply import apply_on

        return apply_on(self.spark_master or os.environ.get(SPARK_VARIABLE, ""))

    def open_warehouse(self) -> Warehouse:
        """The warehouse.

        Raises dg.Failure if a partial build would replace the full one, the address is invalid, or the folder is not allowed for runs.
        """
        with in_words():
            chosen = warehouse_location(self.warehouse)
        if self.warehouse:
            refuse_place(chosen)
        if (self.as_of or self.leave_out) and _same_place(chosen, warehouse_location()):
            raise dg.Failure(
                f"A build as of a day, or without a document, would replace the tables that readers use; {_NAME_ANOTHER}.",
                allow_retries=False,
            )
        return Warehouse(chosen)

    def open_candidates(self) -> Warehouse:
        """The candidate tables beside the warehouse, which a build reads and writes. Raises dg.Failure as `open_warehouse` does."""
        return self.open_warehouse().candidates()

    def as_of_day(self) -> dt.date | None:
        """The day of an as-of build. Raises dg.Failure for an invalid date, and for a day that lies in the future in every time zone."""
        if not self.as_of:
            return None
        try:
            day = dt.date.fromisoformat(self.as_of)
        except ValueError as error:
            raise dg.Failure(
                f"as_of is {self.as_of}, which is not a date; write 2024-12-31.", allow_retries=False
            ) from error
        if day > (dt.datetime.now(dt.UTC) + dt.timedelta(days=1)).date():
            raise dg.Failure(
                f"as_of is {self.as_of}, which lies in the future; write a day up to today.",
                allow_retries=False,
            )
        return day


_DOCUMENTS = "folder of documents"
_NAME_ANOTHER = "name another folder as `warehouse` in the run's configuration, or with --warehouse in a terminal"


@contextlib.contextmanager
def _without_retries(context: dg.InitResourceContext) -> Iterator[None]:
    """A recorded run that is refused is not tried again, since it would be refused again."""
    try:
        yield
    except OtherPlacesError:
        if context.run is not None and context.instance is not None and not context.instance.is_ephemeral:
            context.instance.add_run_tags(context.run.run_id, {"dagster/max_retries": "0"})
        raise


def _repaired(warehouse: Warehouse) -> list[str]:
    from capex_pipeline.release import publish

    return publish.repair(warehouse)


def refuse_place(place: Path) -> None:
    """Raises dg.Failure if a run's configuration names a folder that this deployment does not allow."""
    with in_words():
        refuse_outside_roots(place)


def _name_of(context: dg.InitResourceContext) -> str:
    """Description of this run for processes that wait for it."""
    run = context.run
    if run is None:
        return "a session"
    return run.tags.get(COMMAND_TAG) or f"run {run.run_id[:8]} of {run.job_name}"


def _same_place(one: Path, other: Path) -> bool:
    """Whether two addresses are the same folder, after resolving spelling and links."""
    if isinstance(one, Path) and isinstance(other, Path):
        return one.resolve() == other.resolve()
    return str(one) == str(other)
