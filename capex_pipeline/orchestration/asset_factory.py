"""From a function that returns a frame to a Dagster asset that writes a candidate table.

Add here what every table asset does alike: skip work when nothing changed, validate before writing, report, and say how the candidate
differs from what readers see. Anything about one table belongs to `assets/tables`, publishing to `assets/release`.
"""

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dagster as dg

from capex_pipeline.orchestration import decoration, metadata, source_code
from capex_pipeline.orchestration.failures import in_words
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.schemas import outline
from capex_pipeline.storage import cache, fingerprint
from capex_pipeline.storage.warehouse import Warehouse, WarehouseError, Written

if TYPE_CHECKING:
    import pandas as pd

    from capex_pipeline.reference import Reference

CONTRACT = "contract"
OWNERS = ["team:capex-pipeline"]


@dataclass(frozen=True)
class Inputs:
    """What a table is computed from."""

    tables: "Mapping[str, pd.DataFrame]"
    reference: "Reference"
    settings: Settings

    def __getitem__(self, table: str) -> "pd.DataFrame":
        return self.tables[table]


Compute = Callable[[Inputs], "pd.DataFrame"]


def asset_spec(
    table: str, description: str, deps: list[str], made_by: Callable[..., Any] | str, *, skippable: bool = False
) -> dg.AssetSpec:
    """What Dagster shows of a table before it is built.

    made_by: as of `source_code.link`. skippable: whether the table can be left out where its siblings are built.
    """
    table_outline = outline.of(table)
    return dg.AssetSpec(
        table,
        deps=deps,
        description=description,
        skippable=skippable,
        group_name=table_outline.group,
        kinds={"parquet", "pandas"},
        owners=OWNERS,
        metadata={
            "dagster/column_schema": metadata.column_schema(table, deps),
            "dagster/column_lineage": metadata.column_lineage(table, deps),
            "grain": table_outline.grain,
            **source_code.link(made_by),
        },
    )


def contract_check(table: str) -> dg.AssetCheckSpec:
    """The check that every table passes before it is written."""
    return dg.AssetCheckSpec(
        CONTRACT,
        asset=table,
        blocking=True,
        description="Columns, types, keys and row rules of the model. Checked before writing: when it fails the old file stays.",
    )


def table_asset(
    table: str, *, reads: list[str], also: Callable[[Settings], Mapping[str, str]] | None = None
) -> Callable[[Compute], dg.AssetsDefinition]:
    """Decorator: a function from `Inputs` to a frame becomes the asset of a table.

    reads: tables it is computed from. also: hashes of further inputs that are no tables, by name.
    """

    def wrap(compute: Compute) -> dg.AssetsDefinition:
        description = " ".join((compute.__doc__ or "").split())

        @dg.multi_asset(
            name=table, specs=[asset_spec(table, description, reads, compute)], check_specs=[contract_check(table)]
        )
        def build(context: dg.AssetExecutionContext, settings: Settings) -> Iterator[Any]:
            warehouse = settings.open_candidates()

            def frames() -> "dict[str, pd.DataFrame]":
                tables = {name: _read_once(context.run.run_id, warehouse, name) for name in reads}
                return {table: compute(Inputs(tables, settings.load_reference(), settings))}

            with in_words():
                yield from write(context, warehouse, [table], wanted_fingerprint(settings, table), frames)

        _INPUTS[table] = (tuple(reads), also)
        return build

    return wrap


_frames: "dict[tuple[str, str, str], pd.DataFrame]" = {}
"""Tables that were read in the present run, by run, name and content id."""


def _read_once(run_id: str, warehouse: Warehouse, table: str) -> "pd.DataFrame":
    """A table as `Warehouse.read` gives it; read once in a run, since many tables are computed from observations.

    The copy is a shallow one: pandas copies a column when either side changes it.
    """
    for other in [key for key in _frames if key[0] != run_id]:
        del _frames[other]
    key = (run_id, table, content_of(warehouse, table))
    if key not in _frames:
        _frames[key] = warehouse.read(table)
    return _frames[key].copy(deep=False)


_INPUTS: dict[str, tuple[tuple[str, ...], Callable[[Settings], Mapping[str, str]] | None]] = {}
"""Table -> the tables that it is computed from, and the function that gives hashes of its further inputs."""


def wanted_fingerprint(settings: Settings, table: str) -> str:
    """Fingerprint that a table has when it is computed from the present candidates. Raises dg.Failure where one of those is absent."""
    reads, also = _INPUTS[table]
    warehouse = settings.open_candidates()
    inputs = {name: content_of(warehouse, name) for name in reads}
    inputs |= dict(also(settings) if also else {})
    inputs |= {"as_of": settings.as_of, "reference": settings.reference_fingerprint()}
    return fingerprint.of(table, inputs)


def stale_tables(settings: Settings) -> list[str]:
    """Candidate tables that were computed from other candidates than the present ones: a table was built without those after it."""
    warehouse = settings.open_candidates()
    footers = {table: warehouse.footer(table) for table in _INPUTS}
    return [
        table
        for table, footer in footers.items()
        if footer is None or footer.input_fingerprint != wanted_fingerprint(settings, table)
    ]


def content_of(warehouse: Warehouse, table: str) -> str:
    """Content id of an input table. Raises dg.Failure where it was not built yet, or is damaged."""
    footer = warehouse.footer(table)
    if footer is None:
        raise dg.Failure(
            f"There is no table {table} in {warehouse.root}, or its file is damaged; materialise it first (or select +).",
            allow_retries=False,
        )
    return footer.content_id


def write(
    context: dg.AssetExecutionContext,
    warehouse: Warehouse,
    tables: list[str],
    wanted: str,
    frames: "Callable[[], Mapping[str, pd.DataFrame]]",
    more: Mapping[str, Callable[[], dict[str, str]]] | None = None,
) -> Iterator[Any]:
    """Writes tables unless their files already hold what would be computed; yields results and contract checks.

    more: for a table, a function that gives further parts of its page, as Markdown by name.
    """
    footers = {table: warehouse.footer(table) for table in tables}
    if all(footer is not None and footer.input_fingerprint == wanted for footer in footers.values()):
        # Not logged: the result says `unchanged`, and each line of the log costs as much as the rest of this branch.
        for table, footer in footers.items():
            assert footer is not None
            unchanged = Written(footer, warehouse.path(table), "unchanged", footer.rows)
            yield _result(context, warehouse, unchanged, None, more)
        return
    from capex_pipeline.schemas.validation import ContractError

    computed, done, broken = frames(), [], None
    for table in tables:  # every table is written before the first page is drawn
        try:
            done.append(warehouse.write(table, computed[table], wanted))
        except (ContractError, WarehouseError) as error:
            broken = error
            break
    for written in done:
        yield _result(context, warehouse, written, computed[written.footer.table], more)
    if isinstance(broken, ContractError):
        breaches = dg.MetadataValue.md(decoration.preview(broken.cases))
        yield dg.AssetCheckResult(
            passed=False,
            asset_key=table,
            check_name=CONTRACT,
            description=str(broken),
            metadata={
                "rows": len(computed[table]),
                "offending_rows": broken.cases["row"].nunique(),
                "breaches": breaches,
                "first_offending_rows": dg.MetadataValue.md(decoration.preview(broken.rows, telling=True)),
            },
        )
        raise dg.Failure(str(broken), metadata={"breaches": breaches}, allow_retries=False) from broken
    if broken is not None:
        raise dg.Failure(str(broken)) from broken


def _result(
    context: dg.AssetExecutionContext,
    warehouse: Warehouse,
    written: Written,
    frame: "pd.DataFrame | None",
    more: Mapping[str, Callable[[], dict[str, str]]] | None,
) -> dg.MaterializeResult:
    table = written.footer.table
    page = _page(warehouse, written, frame, more[table] if more and table in more else None)
    return dg.MaterializeResult(
        asset_key=table,
        metadata=metadata.of_written(written) | _state(context, warehouse, written) | metadata.of_page(page),
        data_version=dg.DataVersion(written.footer.content_id),
        check_results=[
            dg.AssetCheckResult(
                passed=True,
                asset_key=table,
                check_name=CONTRACT,
                description=f"All {written.footer.rows:,} rows meet the model.",
                metadata={"rows": written.footer.rows, "offending_rows": 0},
            )
        ],
    )


_PUBLISHES = "make_release"
"""Name of the step that publishes what a run built."""

HOW_TO_PUBLISH = (
    "Readers do not see this candidate. Run the job `build_everything` (in a terminal `capex-pipeline build`): it computes the tables that are "
    "computed from this one, audits the whole set and publishes it. Where no other table is out of date, the job `publish_candidates` does it "
    "without computing anything."
)


def _state(context: dg.AssetExecutionContext, warehouse: Warehouse, written: Written) -> dict[str, Any]:
    """Whether readers see these rows; where they do not and this run does not publish, what differs and how to publish."""
    if warehouse.is_published(written.footer):
        return {"state": "published: readers see these rows"}
    if context.job_def.has_node_named(_PUBLISHES):
        return {"state": "candidate: readers do not see these rows before the release of this run"}
    published = warehouse.published
    assert published is not None

    def difference() -> str:
        from capex_pipeline.release.publish import table_difference

        return table_difference(published.root, warehouse.root, written.footer.table)

    return {
        "state": "candidate: readers do not see these rows",
        "difference": dg.MetadataValue.md(decoration.text("difference", difference)),
        "to_publish": dg.MetadataValue.md(HOW_TO_PUBLISH),
    }


def _page(
    warehouse: Warehouse, written: Written, frame: "pd.DataFrame | None", more: Callable[[], dict[str, str]] | None
) -> metadata.Page:
    """What the table's page shows. Its preview stays with the rows; which documents they rest on and further parts change by themselves."""
    table, content = written.footer.table, written.footer.content_id
    rows = functools.cache(lambda: warehouse.read(table) if frame is None else frame)

    def kept_part(name: str, identity: str, compute: Callable[[], metadata.Page]) -> metadata.Page:
        wanted = fingerprint.of(table, {name: identity})
        return decoration.drawn(
            name, lambda: cache.mapping(warehouse.staging(), f"{table}.{name}.json", wanted, compute)
        )

    def of_rows() -> metadata.Page:
        from capex_pipeline.orchestration.asset_page import page_of

        return page_of(table, rows())

    page = kept_part("page", content, of_rows)
    documents = warehouse.footer("documents")
    if documents is not None and table != "documents" and "document_id" in outline.of(table).columns:
        named = ["document_id", "title", "url", "published_on"]

        def of_documents() -> metadata.Page:
            from capex_pipeline.orchestration.asset_page import sources

            return {"documents": sources(rows(), warehouse.read("documents", named))}

        page = page | kept_part("sources", f"{content} {documents.content_id}", of_documents)
    figures = warehouse.footer("figures") if more is not None else None
    identity = content if figures is None else f"{content} {figures.content_id}"
    return page | (kept_part("more", identity, more) if more is not None else {})
