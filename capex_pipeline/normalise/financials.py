"""Table financials: income statement, cash flow and balance sheet by company and calendar quarter.

Add a column here by mapping a metric to it. Filings are read by the modules in `sources`; the latest vintage is chosen
in `normalise/published.py`.
"""

from __future__ import annotations

import pandas as pd

from capex_pipeline.normalise.published import latest_known
from capex_pipeline.normalise.time_axis import on_time_axis
from capex_pipeline.reference import Reference
from capex_pipeline.schemas.derive import columns, conform, laid_out
from capex_pipeline.schemas.financials import Financials
from capex_pipeline.schemas.rules import copy_rank, reviewed_by_company

FLOWS = {
    "revenue": "revenue_local",
    "operating_cash_flow": "operating_cash_flow_local",
    "free_cash_flow": "free_cash_flow_local",
    "depreciation": "depreciation_local",
    "finance_lease_principal": "finance_lease_principal_local",
    "finance_lease_assets": "finance_lease_assets_local",
    "incentive_proceeds": "incentive_proceeds_local",
    "data_center_revenue": "data_center_revenue_local",
}
BALANCES = {
    "property_and_equipment": "property_and_equipment_net_at_quarter_end",
    "remaining_performance_obligations": "remaining_performance_obligations_at_quarter_end",
    "leases_not_yet_commenced": "leases_not_yet_commenced_at_quarter_end",
}
_CELL = ["entity_id", "calendar_quarter"]
_FISCAL = ["fiscal_year", "fiscal_period", "period_start", "period_end"]


def financials(observations: pd.DataFrame, rates: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Table financials. A balance of the whole company joins the quarter that ends on its day; other balances are left out."""
    rows = latest_known(observations[observations["metric_id"].isin([*FLOWS, *BALANCES])])
    rows = rows[
        reviewed_by_company(rows)
        & (rows["entity_type"] == "company")
        & rows["status"].isin(["reported", "derived"])
        & (rows["currency"] == rows["entity_id"].map(reference.entities["currency"]))
        & rows["value"].notna()
    ]
    flows = rows[rows["metric_id"].isin(FLOWS) & rows["calendar_quarter"].notna()]
    flows = _chosen(flows, reference)
    if flows.empty:
        return conform(pd.DataFrame(columns=list(columns(Financials))), Financials)
    quarters = flows.sort_values(["metric_id", "known_from"], kind="stable").drop_duplicates(_CELL)
    wide = quarters[[*_CELL, "entity_name", "currency", *_FISCAL]].reset_index(drop=True)
    values = flows.pivot(index=_CELL, columns="metric_id", values="value").rename(columns=FLOWS)
    wide = wide.merge(values, left_on=_CELL, right_index=True, how="left")
    known = flows.groupby(_CELL)["known_from"].max()
    wide = wide.merge(known, left_on=_CELL, right_index=True)
    of_the_company = rows["definition_id"].map(reference.definitions["comparable"]).eq(True)
    balances = rows[rows["metric_id"].isin(BALANCES) & of_the_company]
    balances = balances.assign(closeness=-copy_rank(balances)).sort_values(["closeness", "known_from"], kind="stable")
    balances = balances.drop_duplicates(["entity_id", "metric_id", "period_end"], keep="last")
    balance_columns = balances.pivot(index=["entity_id", "period_end"], columns="metric_id", values="value").rename(
        columns=BALANCES
    )
    wide = wide.merge(balance_columns, left_on=["entity_id", "period_end"], right_index=True, how="left")
    per_dollar = rates[["currency", "period_start", "period_end", "average_rate"]].drop_duplicates()
    rate = wide.merge(per_dollar, on=["currency", "period_start", "period_end"], how="left")["average_rate"]
    wide = (
        on_time_axis(wide, ["entity_id"])
        .assign(
            revenue_usd=(wide["revenue_local"] / rate.to_numpy()) if "revenue_local" in wide else float("nan"),
            fiscal_period=wide["fiscal_period"].where(wide["fiscal_period"].isin(["Q1", "Q2", "Q3", "Q4"])),
        )
        .rename(
            columns={
                "period_start": "fiscal_period_start",
                "period_end": "fiscal_period_end",
                "known_from": "unchanged_since",
            }
        )
    )
    return laid_out(wide, Financials)


def _chosen(flows: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """One row per company, metric and quarter: the preferred definition, then a comparable one, then the company's own
    document, then printed before derived, then the newest.
    """
    preferred = reference.preferred.set_index(["entity_id", "metric_id"])["definition_id"]
    pairs = set(zip(preferred.index, preferred, strict=True))
    is_preferred = [
        ((entity, metric), definition) in pairs
        for entity, metric, definition in zip(
            flows["entity_id"], flows["metric_id"], flows["definition_id"], strict=True
        )
    ]
    order = flows.assign(
        preferred=is_preferred,
        is_comparable=flows["definition_id"].map(reference.definitions["comparable"]).eq(True),
        copy_rank=copy_rank(flows),
        is_derived=flows["status"] == "derived",
    ).sort_values(
        ["preferred", "is_comparable", "copy_rank", "is_derived", "known_from", "observation_id"],
        ascending=[False, False, True, True, False, True],
        kind="stable",
    )
    return order.drop_duplicates(["entity_id", "metric_id", "calendar_quarter"])
