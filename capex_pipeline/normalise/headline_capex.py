"""Computes the tables headline_capex and capex_plus_finance_lease_assets: what a company presents as capital expenditure, and what leases add.

Add a step here when a definition of a headline number has a further part. Which parts a definition has is reference data; the comparable amounts are
chosen in `normalise/tidy_money.py`, and the parts are read from statements in `normalise/statements.py`.
"""

from __future__ import annotations

import pandas as pd

from capex_pipeline.normalise.records import names_where
from capex_pipeline.normalise.time_axis import among_companies, calendar_quarters, with_company_years, with_whole_years
from capex_pipeline.reference import Reference
from capex_pipeline.schemas.derive import laid_out
from capex_pipeline.schemas.headlines import CapexPlusFinanceLeaseAssets, HeadlineCapex
from capex_pipeline.schemas.rules import is_copy, reviewed_by_company

_CELL = ["entity_id", "calendar_quarter"]
_LEASES = {
    "assets_obtained": "finance_lease_assets_local",
    "stated": "finance_lease_assets_local",
    "principal": "finance_lease_principal_local",
}
"""Lease treatment of a definition -> the part that it adds. A figure for a stated treatment includes the assets
obtained.
"""
_INCENTIVES = "incentive_proceeds_local"
_PARTS = ["finance_lease_assets_local", "finance_lease_principal_local", _INCENTIVES]


def headline_capex(
    capex: pd.DataFrame,
    by_definition: pd.DataFrame,
    parts_on_record: pd.DataFrame,
    reference: Reference,
    newest: str | None,
) -> pd.DataFrame:
    """Table headline_capex from the tables capex and capex_by_definition and `statements.bridge_parts`. newest: `time_axis.reference_quarter`."""
    headline = headline_rows(by_definition, reference, "capex")[
        [*_CELL, "definition_id", "observation_id", "amount", "amount_usd", "is_break"]
    ].rename(
        columns={
            "definition_id": "headline_definition_id",
            "observation_id": "headline_observation_id",
            "amount": "headline_amount_local",
            "amount_usd": "headline_amount_usd",
            "is_break": "headline_is_break",
        }
    )
    comparable = {
        name: f"comparable_{name}" for name in ("definition_id", "observation_id", "amount_local", "amount_usd")
    }
    rows = capex.rename(columns=comparable).merge(headline, on=_CELL, validate="one_to_one")
    rows = rows.sort_values(_CELL, kind="stable", ignore_index=True)
    before = rows.groupby("entity_id")["headline_definition_id"].shift()
    changes = before.notna() & (before != rows["headline_definition_id"])
    rows = rows.assign(
        is_break=rows["is_break"].eq(True) | rows["headline_is_break"].eq(True) | changes,
        headline_yoy_local_pct=_headline_growth(rows),
        finance_leases_in_headline=rows["headline_definition_id"].map(reference.definitions["includes_finance_leases"]),
    )
    return laid_out(_placed(_with_parts(rows, parts_on_record, reference), newest), HeadlineCapex)


def capex_plus_finance_lease_assets(
    capex: pd.DataFrame, parts_on_record: pd.DataFrame, reference: Reference, newest: str | None
) -> pd.DataFrame:
    """Table capex_plus_finance_lease_assets from table capex and `statements.bridge_parts`. newest: `time_axis.reference_quarter`."""
    has_none = capex["definition_id"].map(reference.definitions["includes_finance_leases"]).eq("none")
    leases = parts_on_record.loc[
        parts_on_record["finance_lease_assets_local"].notna(), [*_CELL, "finance_lease_assets_local"]
    ]
    rows = capex[has_none].merge(leases, on=_CELL, validate="one_to_one").sort_values(_CELL, ignore_index=True)
    for currency in ("local", "usd"):
        without = rows[f"amount_{currency}"]
        assets = rows["finance_lease_assets_local"] * (without / rows["amount_local"])
        rows[f"cash_purchases_{currency}"] = without
        rows[f"finance_lease_assets_{currency}"] = rows["finance_lease_assets_local"] if currency == "local" else assets
        rows[f"cash_purchases_plus_finance_lease_assets_{currency}"] = (
            without + rows[f"finance_lease_assets_{currency}"]
        )
    return laid_out(_placed(rows, newest), CapexPlusFinanceLeaseAssets)


def _placed(rows: pd.DataFrame, newest: str | None) -> pd.DataFrame:
    """The rows with what places them among the years and companies of their own table."""
    return among_companies(with_company_years(with_whole_years(rows, ["entity_id"])), newest)


def _with_parts(rows: pd.DataFrame, parts_on_record: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    rows = rows.merge(parts_on_record[[*_CELL, *_PARTS]], on=_CELL, how="left", validate="one_to_one")
    needed = _needed(rows, reference)
    rows[_INCENTIVES] = -rows[_INCENTIVES]
    parts = rows[_PARTS].where(needed)
    missing = needed & parts.isna()
    difference = rows["headline_amount_local"] - rows["comparable_amount_local"]
    rows[_PARTS] = parts
    return rows.assign(
        remainder_local=(difference - parts.sum(axis=1)).mask(missing.any(axis=1)),
        missing_parts=names_where(missing[_PARTS]),
    )


def _needed(rows: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """True for the parts that lead from the comparable definition of a row to its headline."""
    leases, net = (reference.definitions[name] for name in ("includes_finance_leases", "net_of_proceeds"))
    comparable, headline = rows["comparable_definition_id"], rows["headline_definition_id"]
    added = headline.map(leases).map(_LEASES)
    already = comparable.map(leases).map(_LEASES)
    needed = pd.DataFrame({part: (added == part) & (already != part) for part in _PARTS}, index=rows.index)
    # Meta tags its purchases net of proceeds, so its headline subtracts nothing.
    needed[_INCENTIVES] = headline.map(net).eq(True) & ~comparable.map(net).eq(True) & added.isna()
    return needed


def headline_rows(by_definition: pd.DataFrame, reference: Reference, metric_id: str) -> pd.DataFrame:
    """The row with the company's own headline number for each company and calendar quarter, if it published one."""
    spans = reference.headline[reference.headline["metric_id"] == metric_id]
    fit = by_definition[
        reviewed_by_company(by_definition)
        & by_definition["status"].isin(["reported", "derived"])
        & (by_definition["period_type"] == "quarter")
        & (by_definition["entity_type"] == "company")
        & by_definition["amount"].notna()
    ]
    chosen = fit.merge(
        spans[["entity_id", "definition_id", "valid_from", "valid_to"]], on=["entity_id", "definition_id"]
    )
    chosen = chosen[chosen["period_start"].between(chosen["valid_from"], chosen["valid_to"])]
    order = chosen.assign(is_copy=is_copy(chosen), is_derived=chosen["status"] == "derived").sort_values(
        ["is_preferred", "is_copy", "is_derived", "unchanged_since", "document_id"],
        ascending=[False, True, True, False, True],
        kind="stable",
    )
    return order.drop_duplicates(_CELL)


def _headline_growth(rows: pd.DataFrame) -> pd.Series:
    """Growth of the headline number over the same quarter a year earlier, in percent; null unless both are on one definition."""
    year_before = rows[[*_CELL, "headline_definition_id", "headline_amount_local"]]
    quarter = (calendar_quarters(year_before["calendar_quarter"]) + 4).astype(str)
    base = rows.merge(
        year_before.assign(calendar_quarter=quarter),
        on=_CELL,
        how="left",
        suffixes=("", "_before"),
        validate="one_to_one",
    )
    before = base["headline_amount_local_before"]
    same = (base["headline_definition_id"] == base["headline_definition_id_before"]) & (before > 0)
    return ((base["headline_amount_local"] / before - 1) * 100).where(same).set_axis(rows.index)
