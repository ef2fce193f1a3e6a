"""The release: the candidates are checked as a set, then published together or held.

Add here the Dagster side of the package `release`; rules about releases belong to that package. The step runs after every table passed its
blocking checks. Only this step changes the published files.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import dagster as dg
from pydantic import Field

from capex_pipeline import SettingError
from capex_pipeline.orchestration import decoration, source_code
from capex_pipeline.orchestration.asset_factory import OWNERS, Read, stale_tables
from capex_pipeline.orchestration.assets import report, workbook
from capex_pipeline.orchestration.failures import in_words
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.release import BOUND_PCT, SPREADSHEET_FORMATS
from capex_pipeline.schemas import TABLES
from capex_pipeline.storage.warehouse import Warehouse
from capex_pipeline.values import escaping

if TYPE_CHECKING:
    import pandas as pd

    from capex_pipeline.release.publish import Candidate, Options

_Made = TypeVar("_Made")
GROUP = "release"
KEEP_VARIABLE = "CAPEX_PIPELINE_KEEP_RELEASES"
SPACE_VARIABLE = "CAPEX_PIPELINE_KEEP_MEGABYTES"
SPREADSHEETS_VARIABLE = "CAPEX_PIPELINE_SPREADSHEETS"
CLOSED_PERIODS, COVERAGE, DOCUMENTS, VERDICTS = (
    "closed_periods_hold",
    "coverage_holds",
    "documents_stay",
    "verdicts_stay",
)
_CHANGES, _REPORT, _RELEASE = dg.AssetKey("release_changes"), dg.AssetKey("report"), dg.AssetKey("release")
_WORKBOOK = dg.AssetKey("workbook")
_CODE = source_code.link(f"{__name__}:make_release")


class ReleaseSettings(dg.ConfigurableResource):
    """Settings for making and keeping releases."""

    keep: int = Field(
        default=0, description=f"Releases kept beside the warehouse. 0: the variable {KEEP_VARIABLE}, or 12."
    )
    megabytes: float = Field(
        default=0.0,
        ge=0,
        description=f"Megabytes that kept releases may take; the published one always stays. 0: the variable {SPACE_VARIABLE}, or 2000.",
    )
    bound_pct: float = Field(
        default=BOUND_PCT,
        gt=0,
        description="Percent by which a value of a closed period may change without an explanation.",
    )
    spreadsheets: list[str] = Field(
        default_factory=list,
        description=f"Formats for spreadsheet users: csv, xlsx. Empty: the variable {SPREADSHEETS_VARIABLE} (csv,xlsx), or none.",
    )
    also: list[str] = Field(
        default_factory=list, description="Further files beside the candidate tables that belong to the release."
    )
    accept_removal: bool = Field(
        default=False,
        description="Publish although a large share of the documents disappeared, because they were removed on purpose.",
    )

    def options(self, settings: Settings) -> "Options":
        """Options of a release. Raises SettingError for a variable of the environment that cannot be used."""
        from capex_pipeline.release.publish import KEPT_MEGABYTES, KEPT_RELEASES, Options

        named = [word.strip() for word in os.environ.get(SPREADSHEETS_VARIABLE, "").split(",") if word.strip()]
        if unknown := [form for form in named if form not in SPREADSHEET_FORMATS]:
            raise SettingError(
                f"{SPREADSHEETS_VARIABLE} names {unknown[0]}, which is not a supported format; choose from {', '.join(SPREADSHEET_FORMATS)}."
            )
        return Options(
            keep=self.keep or _whole_number(KEEP_VARIABLE, KEPT_RELEASES),
            megabytes=self.megabytes or _whole_number(SPACE_VARIABLE, KEPT_MEGABYTES),
            bound_pct=self.bound_pct,
            formats=tuple(self.spreadsheets or named),
            also=tuple(self.also),
            as_of=settings.as_of,
            leave_out=tuple(settings.leave_out),
            accept_removal=self.accept_removal,
        )


def _whole_number(variable: str, default: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not text.isdecimal() or int(text) < 1:
        raise SettingError(f"{variable} is {text}; write a whole number from 1.")
    return int(text)


def _spec(key: dg.AssetKey, deps: Sequence[str | dg.AssetKey], kinds: set[str], description: str) -> dg.AssetSpec:
    """An asset that the step of the release makes."""
    return dg.AssetSpec(
        key,
        deps=deps,
        group_name=GROUP,
        kinds=kinds,
        owners=OWNERS,
        skippable=True,
        metadata=_CODE,
        description=description,
    )


@dg.multi_asset(
    name="make_release",
    can_subset=True,
    specs=[
        _spec(
            _CHANGES,
            list(TABLES),
            {"parquet"},
            "The differences between the candidate tables and the published ones, cell by cell, with the "
            "document that caused each. Computing it publishes nothing.",
        ),
        _spec(
            _REPORT,
            [_CHANGES],
            {"html", "vega"},
            "One self-contained page for readers without a database: capex, groups, shipments, cloud revenue, "
            "claims, coverage. It is made from the candidate tables and published with them.",
        ),
        _spec(
            _WORKBOOK,
            [_CHANGES],
            {"excel"},
            "Wide sheets for charts in a spreadsheet: quarters as rows, companies as columns. It is made from "
            "the candidate tables and published with them.",
        ),
        _spec(
            _RELEASE,
            [_CHANGES],
            {"json"},
            "The published tables, with data package, data contract and DuckDB views. All files are published "
            "together; manifest.json is written last.",
        ),
    ],
    check_specs=[
        dg.AssetCheckSpec(
            CLOSED_PERIODS,
            asset=_CHANGES,
            blocking=True,
            description="No value of a closed period changed by more than the bound without a restating filing or an accepted change.",
        ),
        dg.AssetCheckSpec(
            COVERAGE,
            asset=_CHANGES,
            blocking=True,
            description="No filled cell of coverage became empty without an accepted reason.",
        ),
        dg.AssetCheckSpec(
            DOCUMENTS,
            asset=_CHANGES,
            blocking=True,
            description="No large share of the documents behind the published release disappeared at once.",
        ),
        dg.AssetCheckSpec(
            VERDICTS,
            asset=_CHANGES,
            description="No verdict on a claim or on guidance changed. Claims that became checkable and guidance with a new outcome are counted.",
        ),
    ],
)
def make_release(
    context: dg.AssetExecutionContext, settings: Settings, release_settings: ReleaseSettings
) -> Iterator[Any]:
    """Checks the candidate tables as a set, then publishes them, or holds them and leaves the published files unchanged."""
    from capex_pipeline.release import accepted_changes, publish

    chosen, warehouse = context.selected_asset_keys, settings.open_warehouse()
    with in_words():
        _refuse_unfinished(context, settings)
        options = release_settings.options(settings)
        candidate = publish.prepare(warehouse, options, lambda: accepted_changes.reviewed(settings.load_reference()))
        for note in candidate.notes:
            context.log.warning(escaping.one_line(note))
        results = list(_audit(context, candidate, options))
        if candidate.is_held:
            yield from results
            message = publish.hold(warehouse, candidate)
            reason = publish.held_reason(candidate)
            yield from _observations(candidate.differing_tables(), f"candidate, held because {reason}", message)
            yield from _observations(["release"], f"held because {reason}; readers see the previous release", message)
            raise dg.Failure(
                message,
                metadata={"changes": dg.MetadataValue.md(decoration.text("changes", candidate.markdown))},
                allow_retries=False,
            )
        drawn = _decorated(context, report.FILE, report.draw, warehouse.candidates()) if _REPORT in chosen else None
        written = (
            _decorated(context, workbook.FILE, workbook.write, warehouse.candidates()) if _WORKBOOK in chosen else None
        )
        beside = [name for name, made in ((report.FILE, drawn), (workbook.FILE, written)) if made is not None]
        options = replace(options, also=(*options.also, *beside))
        made, snapshot = publish.publish(warehouse, candidate, options) if _RELEASE in chosen else (None, None)
    change = "new" if candidate.previous_id is None else "changed" if candidate.is_new else "unchanged"
    described = decoration.text("changes", candidate.text)
    context.log.info(escaping.visible(described))
    differences = candidate.differences
    if _CHANGES in chosen:
        yield dg.MaterializeResult(
            asset_key=_CHANGES,
            check_results=results,
            metadata={
                "dagster/row_count": _count(differences.changes if differences else None),
                "change": change,
                "changes": dg.MetadataValue.md(decoration.text("changes", candidate.markdown)),
                "text": dg.MetadataValue.text(described),
                "path": dg.MetadataValue.path(str(snapshot.folder if snapshot else warehouse.candidates().root)),
            },
        )
    if drawn is not None:
        shown = warehouse.root / report.FILE if made else drawn.path
        yield dg.MaterializeResult(
            asset_key=_REPORT,
            data_version=dg.DataVersion(drawn.made_from),
            metadata={
                "path": dg.MetadataValue.path(str(shown)),
                "bytes": drawn.size,
                "change": drawn.change,
                "preview": dg.MetadataValue.md(drawn.preview),
            },
        )
    if written is not None:
        shown = warehouse.root / workbook.FILE if made else written.path
        yield dg.MaterializeResult(
            asset_key=_WORKBOOK,
            data_version=dg.DataVersion(written.made_from),
            metadata={"path": dg.MetadataValue.path(str(shown)), "bytes": written.size, "change": written.change},
        )
    if made is not None:
        number = f" {snapshot.number}" if snapshot else ""
        yield from _observations(
            candidate.differing_tables(), f"published in release{number} ({made['release_id'][:12]})"
        )
        yield dg.MaterializeResult(
            asset_key=_RELEASE,
            data_version=dg.DataVersion(made["release_id"]),
            metadata={
                "state": "published: readers see this release until a later run publishes another",
                "dagster/row_count": sum(entry["rows"] for entry in made["tables"].values()),
                "change": change,
                "number": snapshot.number if snapshot else 0,
                "release_id": made["release_id"],
                "newest_document_on": made["released_on"] or "",
                "path": dg.MetadataValue.path(str(warehouse.root / "manifest.json")),
                **({"kept_megabytes": round(publish.kept_bytes(warehouse, options) / 1e6, 1)} if snapshot else {}),
            },
        )


def _refuse_unfinished(context: dg.AssetExecutionContext, settings: Settings) -> None:
    """Raises dg.Failure if a check of this run failed, or if a candidate is out of date."""
    if failed := _failed_checks(context):
        raise dg.Failure(
            f"Nothing was published: {', '.join(failed)} failed in this run. Readers still see the last release. "
            "Look at the rows that the check shows, correct the document or the rule, and build again.",
            allow_retries=False,
        )
    if stale := stale_tables(settings):
        raise dg.Failure(
            f"Nothing was published: {', '.join(stale)} {'was' if len(stale) == 1 else 'were'} computed before a table that "
            f"{'it reads' if len(stale) == 1 else 'they read'} was built again. Run the job build_everything (in a terminal capex-pipeline build): "
            "it computes the tables that are out of date and publishes the set. Tables whose inputs are unchanged are skipped.",
            allow_retries=False,
        )


def _audit(
    context: dg.AssetExecutionContext, candidate: "Candidate", options: "Options"
) -> Iterator[dg.AssetCheckResult]:
    """The results of the selected checks of the whole set."""
    differences, moves, losses = candidate.differences, candidate.unexplained_moves, candidate.unexplained_losses
    explained_moves = _count(differences.moves if differences else None) - _count(moves)
    explained_losses = _count(differences.losses if differences else None) - _count(losses)
    judged, turned = None, None
    if differences:
        from capex_pipeline.release.diff import verdict_changes

        judged, turned = verdict_changes(differences.changes)
    verdicts: dict[str, tuple[int, dict[str, float | int], str, str, str]] = {
        CLOSED_PERIODS: (
            _count(moves),
            {"bound_pct": options.bound_pct, "explained": explained_moves},
            decoration.preview(moves),
            "No value of a closed period changed without an explanation.",
            "Values of closed periods changed without an explanation.",
        ),
        COVERAGE: (
            _count(losses),
            {"explained": explained_losses},
            decoration.preview(losses),
            "No filled cell of coverage became empty without an explanation.",
            "Cells that are filled in the published release became empty.",
        ),
        DOCUMENTS: (
            len(candidate.gone),
            {},
            _listed(candidate.gone),
            "No large share of the documents disappeared.",
            "A large share of the documents behind the published release disappeared.",
        ),
        VERDICTS: (
            _count(turned),
            {"newly_settled": _count(judged) - _count(turned)},
            decoration.preview(turned),
            "No verdict turned.",
            "Verdicts on claims or guidance changed; the rows name the documents behind them.",
        ),
    }
    chosen = {key.name for key in context.selected_asset_check_keys}
    for name, (offending, numbers, shown, passed, failed) in verdicts.items():
        if name in chosen:
            yield dg.AssetCheckResult(
                passed=not offending,
                asset_key=_CHANGES,
                check_name=name,
                severity=dg.AssetCheckSeverity.WARN if name == VERDICTS else dg.AssetCheckSeverity.ERROR,
                description=failed if offending else passed,
                metadata={
                    **numbers,
                    "offending_rows": offending,
                    **({"first_offending_rows": dg.MetadataValue.md(shown)} if offending else {}),
                },
            )


def _decorated(
    context: dg.AssetExecutionContext, name: str, make: Callable[[Warehouse, Read], _Made], candidates: Warehouse
) -> _Made | None:
    """The page or the workbook, or None if it could not be made. The tables are then published without it."""
    try:
        return make(candidates, candidates.rows)
    except Exception as error:
        context.log.error(
            f"{name} could not be made ({type(error).__name__}: {error}); the tables are published without it."
        )
        return None


def _observations(tables: list[str], state: str, what_to_do: str | None = None) -> Iterator[dg.AssetObservation]:
    """The state of the candidates, for the pages of their tables; of held ones also the rows and what a person can do.

    The events are yielded, because an event that is only logged is lost when the step fails.
    """
    more = {} if what_to_do is None else {"what_to_do": dg.MetadataValue.text(escaping.visible(what_to_do))}
    for table in tables:
        yield dg.AssetObservation(asset_key=table, metadata={"state": state, **more})


def _listed(paths: tuple[str, ...]) -> str:
    if not paths:
        return "none"
    from capex_pipeline.orchestration.table_summary import cell

    return ", ".join(cell(path) for path in paths[:20])


def _count(rows: "pd.DataFrame | None") -> int:
    return 0 if rows is None else len(rows)


def _failed_checks(context: dg.AssetExecutionContext) -> list[str]:
    """Checks that failed in this run with severity error.

    Blocking checks prevent this step from running. A check of a table in the middle of the graph does not block, so that the later tables
    are still built for inspection; it prevents their release.
    """
    failed = []
    for entry in context.instance.all_logs(context.run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION):
        evaluation = entry.dagster_event.event_specific_data if entry.dagster_event else None
        if (
            isinstance(evaluation, dg.AssetCheckEvaluation)
            and not evaluation.passed
            and evaluation.severity == dg.AssetCheckSeverity.ERROR
        ):
            failed.append(f"{evaluation.asset_key.to_user_string()}.{evaluation.check_name}")
    return sorted(failed)


RELEASE_ASSETS = [make_release]
