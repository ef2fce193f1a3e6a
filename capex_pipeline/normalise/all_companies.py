"""Adds all companies of a tidy table up, by calendar quarter and by calendar year: the tables capex_of_all_companies and those like it.

Add a function here when its rows are totals over every company of a table. Groups of companies belong to `normalise/groups.py`. A total is
null unless each company has an amount, and growth compares the same companies on the same definitions, so that neither rises because a
company joins.
"""

from __future__ import annotations

import pandas as pd

from capex_pipeline.normalise import calendar_years
from capex_pipeline.normalise.comparisons import percentage
from capex_pipeline.normalise.records import names_where
from capex_pipeline.normalise.time_axis import calendar_quarters, on_time_axis
from capex_pipeline.schemas.base import Table
from capex_pipeline.schemas.derive import columns, laid_out


def totals(companies: pd.DataFrame, model: type[Table]) -> pd.DataFrame:
    """Totals by the key of the model, calendar_quarter or calendar_year. companies: a table with a row per company and such a period."""
    if "calendar_quarter" in columns(model):
        quarters = calendar_quarters(companies["calendar_quarter"])
        rows = _totals(companies.assign(place=quarters.astype("int64")), 4)
        names = pd.Series([str(pd.Period(ordinal=one, freq="Q")) for one in rows.index], rows.index, dtype="str")
        return laid_out(on_time_axis(rows.assign(calendar_quarter=names), ["companies"]), model)
    rows = _totals(companies.assign(place=companies["calendar_year_of_company"]), 1)
    return laid_out(rows.assign(calendar_year=rows.index), model)


def beside_flows(capex: pd.DataFrame, revenue: pd.DataFrame, operating_cash_flow: pd.DataFrame) -> pd.DataFrame:
    """Table capex or capex_by_calendar_year with the amounts of the tables of flows in the same quarters or years, as `totals` compares them:
    revenue_usd and operating_cash_flow_usd.
    """
    is_by_quarter = "calendar_quarter" in capex
    place = ["entity_id", "calendar_quarter" if is_by_quarter else "calendar_year_of_company"]
    for name, quarters in (("revenue", revenue), ("operating_cash_flow", operating_cash_flow)):
        flow = quarters if is_by_quarter else calendar_years.of_companies(quarters)
        amounts = flow[[*place, "amount_usd"]].rename(columns={"amount_usd": f"{name}_usd"})
        capex = capex.merge(amounts, on=place, how="left", validate="one_to_one")
    return capex


def _totals(companies: pd.DataFrame, year: int) -> pd.DataFrame:
    """The columns of `AllCompanies`, one row for each number of a period (column place). year: number of periods in a year."""
    members = sorted(companies["entity_id"].unique())
    dollars, yuan, growths = (
        companies.pivot(index="place", columns="entity_id", values=name).reindex(columns=members).astype("float64")
        for name in ("amount_usd", "amount_cny", "yoy_usd_pct")
    )
    before = dollars.reindex(dollars.index - year).set_axis(dollars.index)
    is_comparable = before.notna() & growths.notna()
    left_out = before.notna() & dollars.notna() & ~is_comparable
    is_due = (before.notna() & dollars.isna()).any(axis=1) | ~is_comparable.any(axis=1)
    change = dollars.where(is_comparable).sum(axis=1) / before.where(is_comparable).sum(axis=1)
    is_complete = dollars.notna().all(axis=1)
    return pd.DataFrame(
        {
            "companies": "|".join(members),
            "companies_reported": dollars.notna().sum(axis=1),
            "missing_companies": names_where(dollars.isna()),
            "is_complete": is_complete,
            "amount_usd": dollars.sum(axis=1).where(is_complete),
            "amount_cny": yuan.sum(axis=1, skipna=False).where(is_complete),
            "comparable_companies": names_where(is_comparable).mask(is_due),
            "comparable_companies_yoy_usd_pct": ((change - 1) * 100).mask(is_due),
            "companies_left_out_of_yoy": names_where(left_out),
            **_trailing(companies, dollars),
            **_ratios(companies, dollars),
        },
        index=dollars.index,
    )


def _trailing(companies: pd.DataFrame, amounts: pd.DataFrame) -> dict[str, pd.Series]:
    """The sum of the trailing twelve months of the companies, null unless each has one; years have none."""
    if "ttm_amount_usd" not in companies:
        return {}
    trailing = companies.pivot(index="place", columns="entity_id", values="ttm_amount_usd").reindex_like(amounts)
    return {"ttm_amount_usd": trailing.astype("float64").sum(axis=1, skipna=False)}


def _ratios(companies: pd.DataFrame, capex: pd.DataFrame) -> dict[str, pd.Series]:
    """Capital expenditure in percent of revenue and of operating cash flow, null unless each company has both amounts, and who has none."""
    ratios: dict[str, pd.Series] = {}
    for whole in [name for name in _WHOLES if name in companies]:
        amounts = (
            companies.pivot(index="place", columns="entity_id", values=whole).reindex_like(capex).astype("float64")
        )
        name = whole.removesuffix("_usd")
        ratios[f"{name}_missing_companies"] = names_where(amounts.isna())
        ratios[f"capex_to_{name}_pct"] = percentage(capex.sum(axis=1, skipna=False), amounts.sum(axis=1, skipna=False))
    return ratios


_WHOLES = ("revenue_usd", "operating_cash_flow_usd")
"""Columns of companies of which their capital expenditure is shown as a share."""
