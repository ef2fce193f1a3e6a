"""Sums over calendar years: the tables capex_by_calendar_year, cloud_revenue_by_calendar_year and capex_by_overlapping_group_and_calendar_year.

Which years are whole is decided in `time_axis`. Quarters belong to `tidy_money` and `groups`. Fiscal years as
companies report them are in the tables by definition.
"""

from __future__ import annotations

import pandas as pd

from capex_pipeline.normalise.comparisons import percentage
from capex_pipeline.normalise.time_axis import with_full_years
from capex_pipeline.schemas.base import Table
from capex_pipeline.schemas.capex_by_calendar_year import CapexByCalendarYear
from capex_pipeline.schemas.capex_by_overlapping_group_and_calendar_year import CapexByOverlappingGroupAndCalendarYear
from capex_pipeline.schemas.cloud_revenue_by_calendar_year import CloudRevenueByCalendarYear
from capex_pipeline.schemas.derive import columns, laid_out

_YEAR = ["entity_id", "calendar_year"]
_ALL = 4
_MIXED = "The quarters are not of one presentation, so they do not add up to the year; see capex_by_definition for the printed year."


def capex_by_calendar_year(
    capex: pd.DataFrame, revenue: pd.DataFrame, operating_cash_flow: pd.DataFrame
) -> pd.DataFrame:
    """Table capex_by_calendar_year from table capex, with its share of the years of the tables revenue and operating_cash_flow."""
    years = _years(capex, CapexByCalendarYear, also=("headline_amount_usd",))
    for name, flow in (("revenue", revenue), ("operating_cash_flow", operating_cash_flow)):
        wholes = _years(flow, CapexByCalendarYear)[[*_YEAR, "currency", "amount_local"]]
        matched = years[[*_YEAR, "currency"]].merge(wholes, on=[*_YEAR, "currency"], how="left")["amount_local"]
        share = percentage(years["amount_local"], matched)
        years = years.assign(**{f"{name}_local": matched, f"capex_to_{name}_pct": share})
    return laid_out(years, CapexByCalendarYear)


def cloud_revenue_by_calendar_year(cloud_revenue: pd.DataFrame) -> pd.DataFrame:
    """Table cloud_revenue_by_calendar_year from table cloud_revenue."""
    return laid_out(_years(cloud_revenue, CloudRevenueByCalendarYear), CloudRevenueByCalendarYear)


def capex_by_overlapping_group_and_calendar_year(capex_by_overlapping_group: pd.DataFrame) -> pd.DataFrame:
    """Table capex_by_overlapping_group_and_calendar_year from table capex_by_overlapping_group: quarters in which a member is missing do not count."""
    years = _years(capex_by_overlapping_group, CapexByOverlappingGroupAndCalendarYear, also=("headline_amount_usd",))
    return laid_out(years, CapexByOverlappingGroupAndCalendarYear)


def _years(quarters: pd.DataFrame, model: type[Table], also: tuple[str, ...] = ()) -> pd.DataFrame:
    """One row per entity and calendar year, with growth over the year before; the columns of `also` are added up like the amounts."""
    if quarters.empty:
        return pd.DataFrame(columns=list(columns(model)))
    quarters = with_full_years(quarters.sort_values(["entity_id", "calendar_quarter"], kind="stable"), ["entity_id"])
    later = quarters["is_break"] & ~quarters["calendar_quarter"].str.endswith("Q1")
    grouped = quarters.assign(breaks_inside=quarters["calendar_quarter"].where(later)).groupby(_YEAR, sort=False)
    names = [name for name in ("entity_name", "currency", "members") if name in quarters]
    years = grouped[names].last()
    whole = grouped["full_calendar_year"].first().notna()
    for name in ("amount_local", "amount_usd", "amount_cny", *also):
        years[name] = grouped[name].sum(min_count=_ALL).where(whole)
    years = years.assign(
        quarters_reported=grouped["amount_usd"].count() if "is_complete" in quarters else grouped.size(),
        is_complete=whole,
        is_break=grouped["is_break"].any(),
        breaks_inside=grouped["breaks_inside"].first(),
    ).reset_index()
    is_mixed = years["quarters_reported"].eq(_ALL) & ~years["is_complete"] & years["breaks_inside"].isna()
    return years.assign(
        yoy_local_pct=_growth(years, "amount_local"),
        yoy_usd_pct=_growth(years, "amount_usd"),
        note=years["breaks_inside"].map(_note, na_action="ignore").mask(is_mixed, _MIXED),
    )


def _growth(years: pd.DataFrame, amount: str) -> pd.Series:
    """Growth of the amount over the year before; null across a break."""
    before = years[amount].groupby(years["entity_id"]).shift()
    follows = years.groupby("entity_id")["calendar_year"].diff() == 1
    return ((years[amount] / before - 1) * 100).where(follows & ~years["is_break"] & (before > 0))


def _note(quarter: str) -> str:
    return f"The series changes its definition or scope in {quarter}, so the year has no single amount."
