"""Computes one table for each line of companies' statements: revenue, cash flow and depreciation by quarter, balances at its end.

Add a line with a model of its name in `schemas` and its name in `schemas/vocabulary.py`. A quarter that is not on record has no row, so that
tables that are joined contain the same quarters. Filings are read by the modules in `sources`; amounts are chosen, converted
and compared in `normalise/published.py` and laid out in `normalise/tidy_money.py`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pandas as pd

from capex_pipeline.normalise import comparisons, currency, published, tidy_money
from capex_pipeline.normalise.time_axis import (
    among_companies,
    at_year_ends,
    fiscal_quarter,
    lag_days,
    reference_quarter,
    with_company_years,
    year_before,
)
from capex_pipeline.reference import Reference
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.derive import laid_out
from capex_pipeline.schemas.rules import amounts_of_companies, copy_rank

BRIDGE_PARTS = {
    "finance_lease_principal": "finance_lease_principal_local",
    "finance_lease_assets": "finance_lease_assets_local",
    "incentive_proceeds": "incentive_proceeds_local",
}
_CELL = ["entity_id", "calendar_quarter"]
_QUARTERS = ["Q1", "Q2", "Q3", "Q4"]
_FISCAL = ["series", "period_start", "period_end", "vintage", "conflict_reason", "note", "source_type", "review_state", "entity_type", "status",
           "currency", "entity_id", "value", "calendar_quarter", "fiscal_year", "fiscal_period"]  # fmt: skip
"""Columns of observations that tell the fiscal quarters of companies."""


def shown_in(observations: pd.DataFrame, reference: Reference) -> pd.Series:
    """The table of a single line of statements that each observation belongs to: the one that its definition names, or that of its metric."""
    return observations["definition_id"].map(reference.definitions["table"]).fillna(observations["metric_id"])


def flows(
    names: Collection[str],
    observations: pd.DataFrame,
    rates: pd.DataFrame,
    reference: Reference,
    newest: str | None,
) -> dict[str, pd.DataFrame]:
    """The tables of FLOW_TABLES by name: one row per company and calendar quarter on record.

    A company has the definition that reference data prefers, or else the comparable one that the table shows of its metric. The tables are computed
    together, which takes little longer than one of them, unless documents state two of the metrics on one definition; two tables of one metric are
    computed apart. newest: `time_axis.reference_quarter`.
    """
    tables_of = shown_in(observations, reference)
    amounts = observations.assign(shown_in=tables_of)[tables_of.isin(list(names))]
    amounts = amounts[amounts["currency"] == amounts["entity_id"].map(reference.entities["currency"])]
    is_mixed = amounts[["metric_id", "definition_id"]].drop_duplicates().duplicated("definition_id").any()
    of_metrics = [name for name in names if name in reference.metrics.index]
    batches = (
        [[name] for name in names] if is_mixed else [of_metrics, [name for name in names if name not in of_metrics]]
    )
    tables = [_flows(batch, amounts, rates, reference, newest) for batch in batches]
    return {name: table for batch in tables for name, table in batch.items()}


def _flows(
    names: list[str],
    amounts: pd.DataFrame,
    rates: pd.DataFrame,
    reference: Reference,
    newest: str | None,
) -> dict[str, pd.DataFrame]:
    """The tables of different metrics without a common definition. amounts: observations with the table that shows them in shown_in."""
    tables = {name: laid_out(pd.DataFrame(), TABLES[name]) for name in names}
    amounts = amounts[amounts["shown_in"].isin(names)]
    if amounts.empty:
        return tables
    table_of = amounts.drop_duplicates("metric_id").set_index("metric_id")["shown_in"]
    amounts = amounts.drop(columns="shown_in")
    is_comparable = amounts["definition_id"].map(reference.definitions["comparable"]).eq(True)
    rows = published.money_rows(amounts, rates, _preferring(amounts[is_comparable], reference), of_each_metric=True)
    stated = dict(list(amounts.groupby("metric_id")))
    return tables | {
        table_of[name]: laid_out(tidy_money.quarters(rows_of, stated[name], reference, newest), TABLES[table_of[name]])
        for name, rows_of in rows.groupby("metric_id")
    }


def balances(
    metric_ids: Collection[str], observations: pd.DataFrame, rates: pd.DataFrame, reference: Reference
) -> dict[str, pd.DataFrame]:
    """The tables that are named after the balances, such as property_and_equipment: one row per company and calendar quarter on record.

    A balance of the whole company joins the quarter that ends on its day; balances of other days, and of parts of the company, are left out.
    """
    quarters, newest = _fiscal_quarters(observations, reference), reference_quarter(observations)
    return {name: _balance(name, observations, quarters, rates, reference, newest) for name in metric_ids}


def _fiscal_quarters(observations: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """The fiscal quarters of each company by their last day, from amounts of every metric."""
    rows = _of_companies(observations[_FISCAL], reference)  # without the columns that take long to sort
    fiscal = rows[rows["calendar_quarter"].notna() & rows["fiscal_period"].isin(_QUARTERS)]
    quarters = fiscal[["entity_id", "period_end", "calendar_quarter", "fiscal_year", "fiscal_period", "period_start"]]
    quarters = quarters.sort_values(["entity_id", "period_end", "period_start"], kind="stable")
    return quarters.drop_duplicates(["entity_id", "period_end"]).rename(columns={"period_start": "fiscal_period_start"})


def _balance(
    metric_id: str,
    observations: pd.DataFrame,
    quarters: pd.DataFrame,
    rates: pd.DataFrame,
    reference: Reference,
    newest: str | None,
) -> pd.DataFrame:
    balances = _of_companies(observations[observations["metric_id"] == metric_id], reference)
    balances = balances[balances["definition_id"].map(reference.definitions["comparable"]).eq(True)]
    balances = balances.drop(columns=["calendar_quarter", "fiscal_year", "fiscal_period"]).merge(
        quarters, on=["entity_id", "period_end"]
    )
    order = balances.assign(closeness=-copy_rank(balances)).sort_values(["closeness", "known_from"], kind="stable")
    chosen = order.drop_duplicates(_CELL, keep="last").reset_index(drop=True)
    of_quarter = chosen.assign(period_start=chosen["fiscal_period_start"])
    is_break, reason = comparisons.breaks_in(of_quarter, reference.breaks)
    in_usd = currency.convert(chosen, rates, "USD", {"value": "balance_usd"})
    chosen = chosen.assign(balance_usd=in_usd["balance_usd"], is_break=is_break)
    dated = chosen.assign(fiscal_quarter=fiscal_quarter(chosen)).drop(columns="fiscal_year")
    rows = with_company_years(at_year_ends(among_companies(dated, newest)))
    table = rows.assign(
        fiscal_period_end=chosen["period_end"],
        fiscal_quarter_lag_days=lag_days(chosen["calendar_quarter"], chosen["period_end"]),
        definition_note=reference.definition_notes(chosen),
        scope=chosen["definition_id"].map(reference.definitions["scope"]),
        note=published.joined(chosen["note"], reason),
        yoy_local_pct=_growth_of_balance(chosen, "value"),
        yoy_usd_pct=_growth_of_balance(chosen, "balance_usd"),
    )
    table = table.assign(why_no_yoy=comparisons.why_no_yoy(table, "calendar_quarter", "balance_usd"))
    return laid_out(
        table.rename(columns={"value": "balance_local", "known_from": "unchanged_since"}), TABLES[metric_id]
    )


def _growth_of_balance(rows: pd.DataFrame, amount: str) -> pd.Series:
    """Growth over the same quarter a year earlier, in percent; null across a change of definition or scope."""
    scope = rows.sort_values(_CELL, kind="stable").groupby("entity_id")["is_break"].cumsum().reindex(rows.index)
    before = year_before(rows.assign(scope=scope), ["entity_id", "definition_id", "scope"], rows[amount])
    return comparisons.growth(rows[amount], before)


def bridge_parts(observations: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """The lines that lead from one definition of capital expenditure to another: a row per company and calendar quarter, a column each."""
    part_rows = observations[observations["metric_id"].isin(BRIDGE_PARTS)]
    preferring = _preferring(part_rows, reference)
    rows = published.latest_known(part_rows).rename(columns={"value": "amount"})
    lines = [lines_of for _, lines_of in rows.groupby("metric_id")]
    parts = pd.concat([rows.head(0), *(line[published.preferred_money(line, preferring)] for line in lines)])
    wide = parts.pivot(index=_CELL, columns="metric_id", values="amount").rename(columns=BRIDGE_PARTS)
    return wide.reindex(columns=list(BRIDGE_PARTS.values())).reset_index()


def _of_companies(observations: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """The latest amounts that companies state about themselves in their reporting currency."""
    rows = published.latest_known(observations)
    return rows[
        amounts_of_companies(rows) & (rows["currency"] == rows["entity_id"].map(reference.entities["currency"]))
    ]


def _preferring(rows: pd.DataFrame, reference: Reference) -> Reference:
    """The reference data in which a company without a preferred definition of a metric prefers those of the rows."""
    preferred, names = reference.preferred, ["entity_id", "metric_id"]
    used = rows[[*names, "definition_id"]].drop_duplicates()
    named = pd.MultiIndex.from_frame(preferred[names])
    unnamed = used[~pd.MultiIndex.from_frame(used[names]).isin(named)]
    always = unnamed.assign(valid_from=preferred["valid_from"].min(), valid_to=preferred["valid_to"].max())
    return replace(reference, preferred=pd.concat([preferred, always], ignore_index=True))
