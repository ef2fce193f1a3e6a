"""Turns a function that returns a frame into a Dagster asset that writes a candidate table.

Add here what all table assets have in common: skipping unchanged work, validation before writing, results, and the differences from the
published table. Code for one table belongs to `assets/tables`, publishing to `assets/release`.
"""

import importlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dagster as dg

from capex_pipeline.orchestration import decoration, metadata, source_code
from capex_pipeline.orchestration.failures import in_words
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.schemas import outline
from capex_pipeline.storage import cache, fingerprint
from capex_pipeline.storage.warehouse import Earlier, PartlyKept, Warehouse, WarehouseError, Written

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from capex_pipeline.normalise.company_parts import Apply
    from capex_pipeline.reference import Reference

CONTRACT = "contract"
OWNERS = ["team:capex-pipeline"]


@dataclass(frozen=True)
class Inputs:
    """The inputs of a table: other tables in the order in which it names them, reference data and settings."""

    table: str
    tables: "Mapping[str, pd.DataFrame]"
    reference: "Reference"
    settings: Settings
    reference_quarter: str | None = None
    """`time_axis.reference_quarter` of all observations, for a table that is computed from those of named metrics; otherwise None."""

    def __getitem__(self, table: str) -> "pd.DataFrame":
        return self.tables[table]

    def rows(
        self, table: str, columns: list[str] | None = None, where: tuple[str, Collection[str]] | None = None
    ) -> "pd.DataFrame":
        """As `Warehouse.rows`: some columns or rows of a large table, without the others as a frame."""
        return self.settings.open_candidates().rows(table, columns, where)

    def values(self, table: str, column: str) -> list[str]:
        """The different texts in a column of a table."""
        return self.settings.open_candidates().arrow(table)[column].unique().drop_null().to_pylist()


Compute = Callable[..., Any]
"""From `Inputs` to the frame of a table, or to a `ComputeRows` (see `by_company` of `table_asset`); from `Inputs` and names of tables to
frames by name, those of the named tables among them (see `together` there).
"""

ComputeRows = Callable[["Mapping[str, pd.DataFrame]"], "pd.DataFrame"]
"""From some rows of the inputs, by table, to the rows of a table that are computed from them. It can be pickled."""


def asset_spec(
    table: str, description: str, deps: list[str], made_by: Callable[..., Any] | str, *, skippable: bool = False
) -> dg.AssetSpec:
    """The asset specification of a table. made_by: as for `source_code.link`. skippable: whether a run may leave the table out and build
    the others of the same asset.
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
        description="Columns, types, keys and row rules of the model, checked before writing. If the check fails, the old file stays.",
    )


Metrics = Callable[["Reference"], Collection[str]]
Read = Callable[[str], "pd.DataFrame"]


def table_asset(
    table: str,
    description: str,
    function: Compute | str,
    *,
    reads: list[str],
    given: tuple[str, ...] = ("reference",),
    also: Callable[[Settings], Mapping[str, str]] | None = None,
    metrics: Metrics | None = None,
    by_company: bool = False,
    together: Collection[str] = (),
) -> dg.AssetsDefinition:
    """The asset of a table.

    function: computes the table from `Inputs`. Or the address `module:function` of one below the package that gets the tables of `reads`, in
    their order, and the attributes of `Inputs` that `given` names.
    reads: tables it is computed from. also: returns hashes of further inputs that are not tables, by name. metrics: the metrics of the
    observations that it is computed from; it gets only these rows, the rows of fx_rates that convert them, and the reference quarter of all
    observations, so it is not computed again while they are unchanged. by_company: whether the rows of a company depend only on its figures
    and their documents. Then the function returns a `ComputeRows`, which computes only companies with changed figures, and the other rows
    are taken from the candidate. together: tables with the same `reads`, this one among them, which the function computes in less time than
    one after the other. It then gets the names of those whose inputs changed and returns their frames by name; the other tables take theirs
    from this run.
    """
    made_by = f"capex_pipeline.{function}" if isinstance(function, str) else function
    compute = _function_at(made_by, given) if isinstance(made_by, str) else made_by

    @dg.multi_asset(
        name=table, specs=[asset_spec(table, description, reads, made_by)], check_specs=[contract_check(table)]
    )
    def build(context: dg.AssetExecutionContext, settings: Settings) -> Iterator[Any]:
        warehouse = settings.open_candidates()

        def inputs(used: "Mapping[str, pd.DataFrame]") -> Inputs:
            quarter = _reference_quarter(warehouse) if metrics is not None else None
            return Inputs(table, used, settings.load_reference(), settings, quarter)

        def frames() -> "dict[str, pd.DataFrame | PartlyKept]":
            if by_company:
                with settings.apply() as apply:
                    rows = parts.rows({name: warehouse.arrow(name) for name in reads}, compute(inputs({})), apply)
                    return {table: rows}
            return {table: compute(inputs(_rows_of([table], reads, warehouse, settings)))}

        def computed_together() -> "Mapping[str, pd.DataFrame]":
            run, now = context.run.run_id, {name: wanted_fingerprint(settings, name) for name in together}
            for other in [key for key in _computed if key[0] != run]:
                del _computed[other]
            if (run, table, now[table]) not in _computed:
                footers = {name: warehouse.footer(name) for name in together}
                stale = [name for name, foot in footers.items() if foot is None or foot.input_fingerprint != now[name]]
                used = inputs(_rows_of(stale, reads, warehouse, settings))
                made = compute(used) if isinstance(function, str) else compute(used, stale)
                _computed.update({(run, name, now[name]): made[name] for name in stale})
            return {table: _computed.pop((run, table, now[table]))}

        parts = Parts(warehouse, settings, table)
        make = computed_together if together else frames
        with in_words():
            yield from write(context, warehouse, [table], wanted_fingerprint(settings, table), make)
        parts.keep()

    _INPUTS[table] = (tuple(reads), also, metrics)
    return build


def _function_at(address: str, given: tuple[str, ...]) -> Compute:
    """The function with this address for `Inputs`; its module is imported when it is called."""

    def compute(inputs: Inputs) -> Any:
        module, name = address.split(":")
        function = getattr(importlib.import_module(module), name)
        return function(*inputs.tables.values(), *(getattr(inputs, one) for one in given))

    return compute


class Parts:
    """The parts of candidates by company (`normalise/company_parts.py`), with a fingerprint of the inputs of each."""

    def __init__(self, warehouse: Warehouse, settings: Settings, *tables: str) -> None:
        """tables: those that are computed together from the same inputs."""
        self._warehouse, self._settings, self._tables = warehouse, settings, tables
        self._computed_from: Mapping[str, str] | None = None

    def unchanged(self, now: Mapping[str, str]) -> "tuple[set[str], dict[str, pa.Table]]":
        """The parts whose inputs are those of the candidates, and the candidates. now: fingerprint of each part's inputs."""
        self._computed_from = now
        before = self._known()
        same = {name for name, identity in now.items() if before.get(name) == identity}
        candidates = {table: self._candidate(table) for table in self._tables} if same else {}
        whole = {table: rows for table, rows in candidates.items() if rows is not None}
        return (same, whole) if len(whole) == len(self._tables) else (set(), {})

    def rows(
        self,
        tables: "Mapping[str, pa.Table]",
        compute: "ComputeRows",
        apply: "Apply",
    ) -> "pd.DataFrame | PartlyKept":
        """The table: rows of the candidate for companies with unchanged figures, and computed rows for the others. tables: figures and
        documents. compute: returns the rows for some of their rows. apply: where they are computed.
        """
        import pandas as pd

        from capex_pipeline.normalise import company_parts
        from capex_pipeline.storage.parquet import has_one_of

        by, figures, documents = company_parts.BY, tables["figures"], tables["documents"]
        same, candidates = self.unchanged(company_parts.identities(figures, documents))
        names = company_parts.coded(figures[by])
        changed = company_parts.batches(names[~names.isin(same)]) or [[]]
        made = apply(compute, (company_parts.rows_of(figures, documents, batch) for batch in changed))
        new = pd.concat(list(made), ignore_index=True)
        if not candidates:
            return new
        (rows,) = candidates.values()
        return PartlyKept(new, Earlier(rows, has_one_of(rows[by], same)))

    def keep(self) -> None:
        """Stores the fingerprints of the written candidates' inputs, for the next build."""
        if self._computed_from is not None:
            data = json.dumps(dict(self._computed_from)).encode()
            cache.write(self._warehouse.staging(), f"{self._tables[0]}.parts.json", self._identity(), data)

    def _candidate(self, table: str) -> "pa.Table | None":
        """The rows of a candidate; None where there is none, or its file is damaged or of another version."""
        from capex_pipeline.schemas import TABLES
        from capex_pipeline.schemas.derive import arrow_schema

        try:
            rows = None if self._warehouse.footer(table) is None else self._warehouse.arrow(table)
        except WarehouseError:
            return None
        return rows if rows is not None and rows.schema.equals(arrow_schema(TABLES[table])) else None

    def _known(self) -> dict[str, str]:
        data = cache.read(self._warehouse.staging(), f"{self._tables[0]}.parts.json", self._identity())
        return {} if data is None else json.loads(data)

    def _identity(self) -> str:
        """Identity of the present candidates; parts with other rows cannot be used."""
        footers = {table: self._warehouse.footer(table) for table in self._tables}
        contents = {table: "" if footer is None else footer.content_id for table, footer in footers.items()}
        inputs = {
            **contents,
            "as_of": self._settings.as_of,
            "leave_out": json.dumps(sorted(self._settings.leave_out)),
            "reference": self._settings.reference_fingerprint(),
        }
        return fingerprint.of(f"{self._tables[0]}.parts", inputs)


_computed: "dict[tuple[str, str, str], pd.DataFrame]" = {}
"""Tables that the current run computed together with another one and did not write yet, by run, name and fingerprint of their inputs."""


_INPUTS: dict[str, tuple[tuple[str, ...], Callable[[Settings], Mapping[str, str]] | None, Metrics | None]] = {}
"""Table -> the tables that it is computed from, the function that returns hashes of its further inputs, and its metrics."""


class _Read(Mapping[str, "pd.DataFrame"]):
    """Candidates by name, each read when it is asked for."""

    def __init__(self, names: list[str], warehouse: Warehouse) -> None:
        self._names, self._warehouse = names, warehouse

    def __getitem__(self, table: str) -> "pd.DataFrame":
        if table not in self._names:
            raise KeyError(table)
        return self._warehouse.rows(table)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _rows_of(
    computed: list[str], reads: list[str], warehouse: Warehouse, settings: Settings
) -> "Mapping[str, pd.DataFrame]":
    """The input rows from which several tables with the same inputs are computed."""
    chosen_metrics: set[str] = set()
    for table in computed:
        metrics = _INPUTS[table][2]
        if metrics is None:
            return _Read(reads, warehouse)
        chosen_metrics |= set(metrics(settings.load_reference()))
    from capex_pipeline.normalise.published import rates_of

    chosen = warehouse.rows("observations", where=("metric_id", chosen_metrics))
    tables = {name: chosen if name == "observations" else warehouse.rows(name) for name in reads}
    return tables | ({"fx_rates": rates_of(chosen, tables["fx_rates"])} if "fx_rates" in tables else {})


def _reference_quarter(warehouse: Warehouse) -> str | None:
    """`time_axis.reference_quarter` of the candidate of observations."""

    def compute() -> dict[str, str | None]:
        from capex_pipeline.normalise.time_axis import REACHED, reference_quarter

        return {"quarter": reference_quarter(warehouse.rows("observations", REACHED))}

    identity = fingerprint.of("reference_quarter", {"observations": content_of(warehouse, "observations")})
    return cache.mapping(warehouse.staging(), "reference_quarter.json", identity, compute)["quarter"]


def _contents_by_metric(warehouse: Warehouse) -> dict[str, str]:
    """Metric -> content id of its rows of the candidate of observations."""

    def compute() -> dict[str, str]:
        from capex_pipeline.normalise.company_parts import hashes

        rows = warehouse.arrow("observations")  # sorted by metric
        return dict(hashes(rows, rows["metric_id"]))

    identity = fingerprint.of("observations.metrics", {"observations": content_of(warehouse, "observations")})
    return cache.mapping(warehouse.staging(), "observations.metrics.json", identity, compute)


def _contents(settings: Settings, warehouse: Warehouse, table: str) -> dict[str, str]:
    """Content ids of the inputs of a table; if it uses only some of their rows, of those rows."""
    reads, _, metrics = _INPUTS[table]
    whole = {name: content_of(warehouse, name) for name in reads}
    if metrics is None:
        return whole

    def of_used_rows() -> dict[str, str]:
        from capex_pipeline.normalise.published import rates_of
        from capex_pipeline.storage.parquet import content_id, to_arrow

        chosen, contents = set(metrics(settings.load_reference())), _contents_by_metric(warehouse)
        used = {"observations": " ".join(f"{name}={contents[name]}" for name in sorted(chosen & set(contents)))}
        if "fx_rates" in reads:
            periods = warehouse.rows("observations", ["period_start", "period_end"], ("metric_id", chosen))
            rates = rates_of(periods, warehouse.rows("fx_rates"))
            used["fx_rates"] = content_id(to_arrow(rates, "fx_rates"))
        return used

    identity = fingerprint.of(f"{table}.inputs", whole | {"reference": settings.reference_fingerprint()})
    used = cache.mapping(warehouse.staging(), f"{table}.inputs.json", identity, of_used_rows)
    return whole | used | {"reference_quarter": str(_reference_quarter(warehouse))}


def wanted_fingerprint(settings: Settings, table: str) -> str:
    """The fingerprint of a table that is computed from the present candidates.

    Raises dg.Failure if one of them is missing.
    """
    also = _INPUTS[table][1]
    warehouse = settings.open_candidates()
    inputs = _contents(settings, warehouse, table)
    inputs |= dict(also(settings) if also else {})
    inputs |= {"as_of": settings.as_of, "reference": settings.reference_fingerprint()}
    return fingerprint.of(table, inputs)


def stale_tables(settings: Settings) -> list[str]:
    """Candidate tables that are out of date: one of their inputs was built again after them."""
    warehouse = settings.open_candidates()
    footers = {table: warehouse.footer(table) for table in _INPUTS}
    return [
        table
        for table, footer in footers.items()
        if footer is None or footer.input_fingerprint != wanted_fingerprint(settings, table)
    ]


def content_of(warehouse: Warehouse, table: str) -> str:
    """Content id of an input table. Raises dg.Failure if it was not built yet or is damaged."""
    footer = warehouse.footer(table)
    if footer is None:
        raise dg.Failure(
            f"There is no table {table} in {warehouse.root}, or its file is damaged. Materialize it first (or add + to the selection).",
            allow_retries=False,
        )
    return footer.content_id


def write(
    context: dg.AssetExecutionContext,
    warehouse: Warehouse,
    tables: list[str],
    wanted: str,
    frames: "Callable[[], Mapping[str, pd.DataFrame | PartlyKept]]",
    more: Mapping[str, Callable[[], dict[str, str]]] | None = None,
) -> Iterator[Any]:
    """Writes tables unless their inputs are unchanged; yields results and contract checks. more: for a table, a function that returns
    further parts of its page, as Markdown by name.
    """
    footers = {table: warehouse.footer(table) for table in tables}
    if all(footer is not None and footer.input_fingerprint == wanted for footer in footers.values()):
        # Not logged: the result says `unchanged`, and each log line takes as long as the rest of this branch.
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
        yield _result(context, warehouse, written, written.rows, more)
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
    rows: "pa.Table | None",
    more: Mapping[str, Callable[[], dict[str, str]]] | None,
) -> dg.MaterializeResult:
    table = written.footer.table
    page = _page(warehouse, written, rows, more[table] if more and table in more else None)
    return dg.MaterializeResult(
        asset_key=table,
        metadata=metadata.of_written(written) | _state(context, warehouse, written) | metadata.of_page(page),
        data_version=dg.DataVersion(written.footer.content_id),
        check_results=[
            dg.AssetCheckResult(
                passed=True,
                asset_key=table,
                check_name=CONTRACT,
                description=f"All {written.footer.rows:,} rows satisfy the model.",
                metadata={"rows": written.footer.rows, "offending_rows": 0},
            )
        ],
    )


_PUBLISHES = "make_release"
"""Name of the step that publishes the tables of a run."""

HOW_TO_PUBLISH = (
    "Readers do not see this candidate. Run the job `build_everything` (in a terminal `capex-pipeline build`): it "
    "computes the tables that depend on this one, checks the whole set and publishes it. If no other table is out "
    "of date, the job `publish_candidates` publishes without computing anything."
)


def _state(context: dg.AssetExecutionContext, warehouse: Warehouse, written: Written) -> dict[str, Any]:
    """Whether readers saw these rows when they were written. If not, and if this run does not publish, also the differences and how to publish.

    The page of an asset keeps this entry until the table is written again; what happened to the candidate since is an event.
    """
    if warehouse.is_published(written.footer):
        return {"state": "published: readers see these rows"}
    if context.job_def.has_node_named(_PUBLISHES):
        return {
            "state": "candidate of this run: readers see these rows if the run published them (see Events, or the asset release)"
        }
    published = warehouse.published
    assert published is not None

    def difference() -> str:
        from capex_pipeline.release.publish import table_difference

        return table_difference(published.root, warehouse.root, written.footer.table)

    return {
        "state": "candidate when it was written: readers did not see these rows then",
        "difference": dg.MetadataValue.md(decoration.text("difference", difference)),
        "to_publish": dg.MetadataValue.md(HOW_TO_PUBLISH),
    }


def _page(
    warehouse: Warehouse,
    written: Written,
    rows: "pa.Table | None",
    more: Callable[[], dict[str, str]] | None,
) -> metadata.Page:
    """The parts of the table's page.

    The preview is cached by the rows, the list of documents also by the documents, further parts by their own inputs.
    """
    table, content = written.footer.table, written.footer.content_id

    def kept_part(name: str, identity: str, compute: Callable[[], metadata.Page]) -> metadata.Page:
        wanted = fingerprint.of(table, {name: identity})
        return decoration.drawn(
            name, lambda: cache.mapping(warehouse.staging(), f"{table}.{name}.json", wanted, compute)
        )

    def stored() -> "pa.Table":
        return warehouse.arrow(table) if rows is None else rows

    def of_rows() -> metadata.Page:
        from capex_pipeline.orchestration.asset_page import page_of

        return page_of(table, stored(), lambda: warehouse.rows(table))

    page = kept_part("page", content, of_rows)
    documents = warehouse.footer("documents")
    if documents is not None and table != "documents" and "document_id" in outline.of(table).columns:

        def of_documents() -> metadata.Page:
            from capex_pipeline.orchestration.asset_page import sources

            named = warehouse.rows("documents", ["document_id", "title", "url", "published_on"])
            return {"documents": sources(stored(), named)}

        page = page | kept_part("sources", f"{content} {documents.content_id}", of_documents)
    figures = warehouse.footer("figures") if more is not None else None
    identity = content if figures is None else f"{content} {figures.content_id}"
    return page | (kept_part("more", identity, more) if more is not None else {})
