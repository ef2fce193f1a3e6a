"""The release: what changed, whether it may be published, and the manifest that says so.

What belongs here: thin wiring of capex_pipeline.release. What does not: any rule about a release. It runs after every table passed
its blocking checks, and it is the last to write into the warehouse.
"""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import dagster as dg
from pydantic import Field

from capex_pipeline.orchestration import decoration
from capex_pipeline.orchestration.asset_factory import OWNERS
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.schemas import TABLES

if TYPE_CHECKING:
    import pandas as pd

GROUP = "release"
KEEP_VARIABLE = "CAPEX_PIPELINE_KEEP_RELEASES"
PROTECT_VARIABLE = "CAPEX_PIPELINE_PROTECT_READERS"
SPREADSHEETS_VARIABLE = "CAPEX_PIPELINE_SPREADSHEETS"
CLOSED_PERIODS, COVERAGE = "closed_periods_hold", "coverage_holds"


class ReleaseSettings(dg.ConfigurableResource):
    """How releases are made and kept."""

    keep: int = Field(
        default=0, description=f"Releases kept beside the warehouse. 0: the variable {KEEP_VARIABLE}, or 12."
    )
    bound_pct: float = Field(
        default=2.0, gt=0, description="Per cent by which a value of a closed period may move without an explanation."
    )
    protect_readers: bool = Field(
        default=False,
        description=f"Put the last release back into the warehouse when a build is held. The variable {PROTECT_VARIABLE}=1 does the same.",
    )
    spreadsheets: list[str] = Field(
        default_factory=list,
        description=f"Formats for spreadsheet users: csv, xlsx. Empty: the variable {SPREADSHEETS_VARIABLE} (csv,xlsx), or none.",
    )
    also: list[str] = Field(
        default_factory=list, description="Further files of the warehouse that belong to the release."
    )

    def options(self, settings: Settings) -> Any:
        """Options of a release (`capex_pipeline.release.publish.Options`). Raises dg.Failure for a number that is none."""
        from capex_pipeline.release.publish import KEPT_RELEASES, Options

        kept = os.environ.get(KEEP_VARIABLE) or str(KEPT_RELEASES)
        if not kept.isdecimal() or int(kept) < 1:
            raise dg.Failure(f"{KEEP_VARIABLE} is {kept}; write a whole number from 1.", allow_retries=False)
        named = [word.strip() for word in os.environ.get(SPREADSHEETS_VARIABLE, "").split(",") if word.strip()]
        return Options(
            keep=self.keep or int(kept),
            bound_pct=self.bound_pct,
            protect_readers=self.protect_readers or os.environ.get(PROTECT_VARIABLE, "") == "1",
            formats=tuple(self.spreadsheets or named),
            also=tuple(self.also),
            as_of=settings.as_of,
            leave_out=tuple(settings.leave_out),
        )


@dg.multi_asset(
    name="make_release",
    specs=[
        dg.AssetSpec(
            "release_changes", deps=list(TABLES), group_name=GROUP, kinds={"parquet"}, owners=OWNERS,
            description="What changed against the last release, cell by cell, and which document caused it. Kept beside the snapshots: "
            "it follows from the past, and the warehouse follows from the documents alone.",
        ),
        dg.AssetSpec(
            "release", deps=["release_changes", *TABLES], group_name=GROUP, kinds={"json"}, owners=OWNERS,
            description="Snapshot, data package, data contract, DuckDB views, and manifest.json, written last.",
        ),
    ],
    check_specs=[
        dg.AssetCheckSpec(
            CLOSED_PERIODS, asset="release_changes", blocking=True,
            description="No value of a closed period moved beyond the bound without a restating filing or an accepted change.",
        ),
        dg.AssetCheckSpec(
            COVERAGE, asset="release_changes", blocking=True, description="No filled cell of coverage was lost without an accepted reason.",
        ),
    ],
)  # fmt: skip
def make_release(
    context: dg.AssetExecutionContext, settings: Settings, release_settings: ReleaseSettings
) -> Iterator[Any]:
    """Compares the finished tables with the release that readers see, then releases them or holds them back."""
    from capex_pipeline.release import ReleaseError, accepted_changes, publish
    from capex_pipeline.storage.warehouse import WarehouseError

    if failed := _failed_checks(context):
        raise dg.Failure(
            f"No release was made: {', '.join(failed)} failed in this run. The manifest still names the last release; look at the "
            "rows that the check shows, mend the document or the rule, and build again.",
            allow_retries=False,
        )
    warehouse = settings.open_warehouse()
    options = release_settings.options(settings)
    try:
        candidate = publish.prepare(warehouse, options, lambda: accepted_changes.reviewed(settings.load_reference()))
        found, moves, losses = candidate.found, candidate.unexplained_moves, candidate.unexplained_losses
        results = [
            dg.AssetCheckResult(
                passed=rows is None, asset_key="release_changes", check_name=name, severity=dg.AssetCheckSeverity.ERROR, description=said,
                metadata={**numbers, "offending_rows": _count(rows), "first_offending_rows": dg.MetadataValue.md(decoration.preview(rows))},
            )
            for name, rows, said, numbers in (
                (CLOSED_PERIODS, moves, "Values of closed periods moved and nothing explains it.",
                 {"bound_pct": options.bound_pct, "explained": _count(found.moves if found else None) - _count(moves)}),
                (COVERAGE, losses, "Cells were filled in the last release and are not any more.",
                 {"explained": _count(found.losses if found else None) - _count(losses)}),
            )
        ]  # fmt: skip
        if candidate.is_held:
            yield from results
            raise dg.Failure(
                publish.hold(warehouse, candidate, options), metadata={"changes": dg.MetadataValue.md(decoration.text("changes", candidate.markdown))},
                allow_retries=False,
            )  # fmt: skip
        made, snapshot = publish.publish(warehouse, candidate, options)
    except (ReleaseError, WarehouseError) as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    change = "new" if candidate.previous_id is None else "changed" if candidate.is_new else "unchanged"
    described = decoration.text("changes", candidate.text)
    context.log.info(described)
    yield dg.MaterializeResult(
        asset_key="release_changes", check_results=results,
        metadata={
            "dagster/row_count": _count(found.changes if found else None), "change": change,
            "changes": dg.MetadataValue.md(decoration.text("changes", candidate.markdown)), "text": dg.MetadataValue.text(described),
            "path": dg.MetadataValue.path(str(snapshot.folder if snapshot else warehouse.root)),
        },
    )  # fmt: skip
    yield dg.MaterializeResult(
        asset_key="release", data_version=dg.DataVersion(made["release_id"]),
        metadata={
            "dagster/row_count": sum(entry["rows"] for entry in made["tables"].values()), "change": change, "number": snapshot.number if snapshot else 0,
            "release_id": made["release_id"], "released_on": made["released_on"] or "", "path": dg.MetadataValue.path(str(warehouse.root / "manifest.json")),
        },
    )  # fmt: skip


def _count(rows: "pd.DataFrame | None") -> int:
    return 0 if rows is None else len(rows)


def _failed_checks(context: dg.AssetExecutionContext) -> list[str]:
    """Checks that failed in this run with severity error.

    Blocking ones keep this step from running at all. A check of a table in the middle of the graph does not block, because the
    tables after it should still be built for people to look at; it keeps them from being released.
    """
    found = []
    for entry in context.instance.all_logs(context.run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION):
        said = entry.dagster_event.event_specific_data if entry.dagster_event else None
        if (
            isinstance(said, dg.AssetCheckEvaluation)
            and not said.passed
            and said.severity == dg.AssetCheckSeverity.ERROR
        ):
            found.append(f"{said.asset_key.to_user_string()}.{said.check_name}")
    return sorted(found)


RELEASE_ASSETS = [make_release]
