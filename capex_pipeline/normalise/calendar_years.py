"""Adds quarters up to calendar years: capex_by_calendar_year, cloud_revenue_by_calendar_year, capex_by_overlapping_group_and_calendar_year.

Add a table here when its rows are calendar years of amounts by quarter. Which years are complete is decided in `normalise/time_axis.py`, and a
group's year is the sum of its members' years. Quarters belong to `normalise/tidy_money.py` and `normalise/groups.py`. Fiscal years
as companies report them are in the tables by definition (`normalise/published.py`).
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from capex_pipeline.normalise import groups
from capex_pipeline.normalise.comparisons import growth, percentage
from capex_pipeline.normalise.time_axis import of_all, share_of_all, with_whole_years
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
    years = years.assign(
        companies_without_headline=without_headline(years, "calendar_year"),
        share_of_all_companies_pct=share_of_all(years, "calendar_year_of_all_companies"),
    )
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
    years = of_companies(cloud_revenue)
    scopes = cloud_revenue.drop_duplicates("definition_id").set_index("definition_id")["scope"]
    years = years.assign(
        scope=years["definition_id"].map(scopes),
        share_of_all_companies_pct=share_of_all(years, "calendar_year_of_all_companies"),
    )
    return laid_out(years, CloudRevenueByCalendarYear)


def capex_by_overlapping_group_and_calendar_year(capex: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Table capex_by_overlapping_group_and_calendar_year from table capex."""
    companies = of_companies(capex, also=("headline_amount_usd",))
    return laid_out(of_groups("capex", companies, reference), CapexByOverlappingGroupAndCalendarYear)


def of_companies(quarters: pd.DataFrame, also: tuple[str, ...] = ()) -> pd.DataFrame:
    """One row per company and calendar year, with growth over the year before; the columns of `also` are added up like the amounts."""
    years = _years(quarters, also)
    whole = years.assign(calendar_year=years["calendar_year"].astype("Int32").where(years["is_complete"]))
    return years.assign(calendar_year_of_all_companies=of_all(whole, "calendar_year", "entity_id"))


def of_groups(table: str, companies: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Sums of the years of companies (see `of_companies`) over groups, null unless each member has an amount of the year; the others are missing.

    One row per group of two publishing members or more and year of which a member has a quarter.
    """
    rows: list[dict[str, Any]] = []
    for group, members in groups.publishing(table, companies, reference).items():
        if len(members) > 1:
            about = {"entity_id": group, "entity_name": groups.name_of(group, members, reference)}
            by_year: dict[int, dict[str, dict[str, Any]]] = {}
            for row in companies[companies["entity_id"].isin(members)].to_dict("records"):
                by_year.setdefault(row["calendar_year"], {})[row["entity_id"]] = {
                    str(name): value for name, value in row.items()
                }
            rows += [about | {"calendar_year": year} | _of_group(by_year[year], members) for year in sorted(by_year)]
    years = pd.DataFrame(rows)
    if years.empty:
        return years
    years = years.sort_values(_YEAR, kind="stable", ignore_index=True)
    return years.assign(yoy_local_pct=_growth(years, "amount_local"), yoy_usd_pct=_growth(years, "amount_usd"))


def _of_group(year: dict[str, dict[str, Any]], members: list[str]) -> dict[str, Any]:
    """The sum over the members of a group of one year, given as its rows by company."""
    rows = list(year.values())
    missing = [member for member in members if member not in year or not year[member]["is_complete"]]
    currencies = {row["currency"] for row in rows}

    def total(amount: str) -> float | None:
        return None if missing else sum(row[amount] for row in rows)

    result = {
        "members": "|".join(members),
        "missing_members": "|".join(missing) or None,
        "quarters_reported": min(row["quarters_reported"] for row in rows) if len(rows) == len(members) else 0,
        "is_complete": not missing,
        "is_break": any(row["is_break"] for row in rows),
        "currency": next(iter(currencies)) if len(currencies) == 1 else None,
        "amount_local": total("amount_local") if len(currencies) == 1 else None,
        "amount_usd": total("amount_usd"),
        "amount_cny": total("amount_cny"),
        "note": " ".join(f"{row['entity_name']}: {row['note']}" for row in rows if pd.notna(row["note"])) or None,
    }
    if "headline_amount_usd" in rows[0]:
        without = [member for member in members if pd.isna(year.get(member, {}).get("headline_amount_usd"))]
        result["headline_amount_usd"] = None if without else sum(row["headline_amount_usd"] for row in rows)
        result["headline_missing_members"] = "|".join(without) or None
    return result


_AMOUNTS = ("amount_local", "amount_usd", "amount_cny")


def _years(quarters: pd.DataFrame, also: tuple[str, ...]) -> pd.DataFrame:
    """One row per company and calendar year, with growth over the year before; the columns of `also` are added up like the amounts."""
    quarters = with_whole_years(quarters.sort_values(["entity_id", "calendar_quarter"], kind="stable"), ["entity_id"])
    quarters = quarters.assign(
        is_whole=quarters["calendar_year"].notna(), calendar_year=quarters["calendar_quarter"].str[:4].astype("int64")
    )
    later = quarters["is_break"].eq(True) & ~quarters["calendar_quarter"].str.endswith("Q1")
    grouped = quarters.assign(breaks_inside=quarters["calendar_quarter"].where(later)).groupby(_YEAR, sort=False)
    years = grouped[["entity_name", "currency", "definition_id"]].last()
    whole = grouped["is_whole"].first()
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
    return growth(years[amount].astype("float64"), before.astype("float64")).where(follows & ~years["is_break"])


def _note(quarter: str) -> str:
    return f"The series changes its definition or scope in {quarter}, so the year has no single amount."
