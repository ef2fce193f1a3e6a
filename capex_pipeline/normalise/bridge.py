"""Computes the table capex_bridge: the steps from a company's comparable amount to its own headline number.

Add a step here when a definition of a headline number has a further part. Which parts a definition has is reference data; the amounts are
chosen in `normalise/tidy_money.py`, and the parts are read from statements in `normalise/statements.py`.
"""

from __future__ import annotations

import pandas as pd

from capex_pipeline.normalise.records import names_where
from capex_pipeline.normalise.time_axis import with_company_years, with_whole_years
from capex_pipeline.reference import Reference
from capex_pipeline.schemas.capex_bridge import CapexBridge
from capex_pipeline.schemas.derive import laid_out

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


def capex_bridge(capex: pd.DataFrame, parts_on_record: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Table capex_bridge from table capex and `statements.bridge_parts`: a row for each quarter whose headline has another definition."""
    rows = capex[
        capex["headline_amount_local"].notna() & (capex["headline_definition_id"] != capex["definition_id"])
    ].rename(columns={"definition_id": "comparable_definition_id", "amount_local": "comparable_amount_local"})
    rows = rows.drop(columns=[*_PARTS, "ttm_amount_local"], errors="ignore")
    rows = rows.merge(parts_on_record[[*_CELL, *_PARTS]], on=_CELL, how="left", validate="one_to_one")
    needed = _needed(rows, reference)
    rows[_INCENTIVES] = -rows[_INCENTIVES]
    parts = rows[_PARTS].where(needed)
    missing = needed & parts.isna()
    rows[_PARTS] = parts
    difference = rows["headline_amount_local"] - rows["comparable_amount_local"]
    rows["remainder_local"] = (difference - parts.sum(axis=1)).mask(missing.any(axis=1))
    rows["missing_parts"] = names_where(missing[_PARTS])
    return laid_out(with_company_years(with_whole_years(rows, ["entity_id"])), CapexBridge)


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
