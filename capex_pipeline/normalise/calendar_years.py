"""Sums over calendar years: the tables capex_by_calendar_year, cloud_revenue_by_calendar_year and capex_by_overlapping_group_and_calendar_year.

Which years are whole is decided in `time_axis`, and a group's year is the sum of its members' years. Quarters belong to `tidy_money` and `groups`. Fiscal years as
companies report them are in the tables by definition.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from capex_pipeline.normalise import groups
from capex_pipeline.normalise.comparisons import percentage
from capex_pipeline.normalise.time_axis import with_full_years
from capex_pipeline.reference import Reference
from capex_pipeline.schemas.capex_by_calendar_year import CapexByCalendarYear
from capex_pipeline.schemas.capex_by_overlapping_group_and_calendar_year import CapexByOverlappingGroupAndCalendarYear
from capex_pipeline.schemas.cloud_revenue_by_calendar_year import CloudRevenueByCalendarYear
from capex_pipeline.schemas.derive import laid_out

_YEAR = ["entity_id", "calendar_year"]
_ALL = 4
_MIXED = "The quarters are not of one presentation, so they do not add up to the year; see observations for the printed year."


def capex_by_calendar_year(
    capex: pd.DataFrame, revenue: pd.DataFrame, operating_cash_flow: pd.DataFrame
) -> pd.DataFrame:
    """Table capex_by_calendar_year from table capex, with its share of the years of the tables revenue and operating_cash_flow."""
    years = of_companies(capex, also=("headline_amount_local", "headline_amount_usd"))
    years = years.assign(companies_without_headline=without_headline(years, "calendar_year"))
    for name, flow in (("revenue", revenue), ("operating_cash_flow", operating_cash_flow)):
        wholes = of_companies(flow)[[*_YEAR, "currency", "amount_local", "amount_usd"]]
        matched = years[[*_YEAR, "currency"]].merge(wholes, on=[*_YEAR, "currency"], how="left")
        years = years.assign(
            **{
                f"{name}_local": matched["amount_local"],
                f"{name}_usd": matched["amount_usd"],
                f"capex_to_{name}_pct": percentage(years["amount_local"], matched["amount_local"]),
            }
        )
    return laid_out(years, CapexByCalendarYear)


def without_headline(rows: pd.DataFrame, period: str) -> pd.Series:
    """The companies whose row of the period has no headline number, joined by |; null where every row has one."""
    silent = rows.loc[rows["headline_amount_usd"].isna(), [period, "entity_id"]].sort_values("entity_id")
    return rows[period].map(silent.groupby(period)["entity_id"].agg("|".join)).astype("str")


def cloud_revenue_by_calendar_year(cloud_revenue: pd.DataFrame) -> pd.DataFrame:
    """Table cloud_revenue_by_calendar_year from table cloud_revenue."""
    return laid_out(of_companies(cloud_revenue), CloudRevenueByCalendarYear)


def capex_by_overlapping_group_and_calendar_year(capex: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Table capex_by_overlapping_group_and_calendar_year from table capex."""
    companies = of_companies(capex, also=("headline_amount_usd",))
    return laid_out(of_groups("capex", companies, reference), CapexByOverlappingGroupAndCalendarYear)


def of_companies(quarters: pd.DataFrame, also: tuple[str, ...] = ()) -> pd.DataFrame:
    """One row per company and calendar year, with growth over the year before; the columns of `also` are added up like the amounts."""
    years = _years(quarters, also)
    whole = years[years["is_complete"].eq(True)].groupby("calendar_year")["entity_id"].nunique()
    counts = years["calendar_year"].map(whole).fillna(0).astype("int64")
    return years.assign(all_companies_complete=counts == years["entity_id"].nunique())


def of_groups(table: str, companies: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Sums of the years of companies (see `of_companies`) over groups, null unless each member has an amount of the year; the others are missing.

    One row per group of two publishing members or more and year of which a member has a quarter.
    """
    rows = []
    for group in groups.group_ids(reference):
        members = groups.publishing(table, group, companies, reference)
        of_members = companies[companies["entity_id"].isin(members)]
        if len(members) > 1:
            about = {"entity_id": group, "entity_name": groups.name_of(group, members, reference)}
            rows += [about | _of_group(year, members) for _, year in of_members.groupby("calendar_year")]
    years = pd.DataFrame(rows)
    if years.empty:
        return years
    years = years.sort_values(_YEAR, kind="stable", ignore_index=True)
    return years.assign(yoy_local_pct=_growth(years, "amount_local"), yoy_usd_pct=_growth(years, "amount_usd"))


def _of_group(year: pd.DataFrame, members: list[str]) -> dict[str, Any]:
    """The sum of one year over the members of a group."""
    complete = set(year.loc[year["is_complete"].eq(True), "entity_id"])
    missing = [member for member in members if member not in complete]
    currencies = set(year["currency"])
    is_one_currency = not missing and len(currencies) == 1
    notes = year.loc[year["note"].notna(), ["entity_name", "note"]].itertuples(index=False, name=None)
    row = {
        "calendar_year": year["calendar_year"].iloc[0],
        "members": "|".join(members),
        "missing_members": "|".join(missing) or None,
        "quarters_reported": int(year["quarters_reported"].min()) if len(year) == len(members) else 0,
        "is_complete": not missing,
        "is_break": bool(year["is_break"].any()),
        "currency": currencies.pop() if len(currencies) == 1 else None,
        "amount_local": year["amount_local"].sum() if is_one_currency else None,
        "amount_usd": None if missing else year["amount_usd"].sum(skipna=False),
        "amount_cny": None if missing else year["amount_cny"].sum(skipna=False),
        "note": " ".join(f"{name}: {note}" for name, note in notes) or None,
    }
    if "headline_amount_usd" in year:
        with_headline = set(year.loc[year["headline_amount_usd"].notna(), "entity_id"])
        without = [member for member in members if member not in with_headline]
        row |= {
            "headline_amount_usd": None if without else year["headline_amount_usd"].sum(),
            "headline_missing_members": "|".join(without) or None,
        }
    return row


_AMOUNTS = ("amount_local", "amount_usd", "amount_cny")


def _years(quarters: pd.DataFrame, also: tuple[str, ...]) -> pd.DataFrame:
    """One row per company and calendar year, with growth over the year before; the columns of `also` are added up like the amounts."""
    quarters = with_full_years(quarters.sort_values(["entity_id", "calendar_quarter"], kind="stable"), ["entity_id"])
    later = quarters["is_break"].eq(True) & ~quarters["calendar_quarter"].str.endswith("Q1")
    grouped = quarters.assign(breaks_inside=quarters["calendar_quarter"].where(later)).groupby(_YEAR, sort=False)
    years = grouped[["entity_name", "currency"]].last()
    whole = grouped["full_calendar_year"].first().notna()
    for name in (*_AMOUNTS, *also):
        years[name] = grouped[name].sum(min_count=_ALL).where(whole)
    years = years.assign(
        quarters_reported=grouped.size(),
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
