"""Adds quarters up to years: the tables by calendar year and by fiscal year of companies and of groups.

Add a table here when its rows are years of amounts by quarter. Which years are complete is decided in `normalise/time_axis.py`, and a
group's year is the sum of its members' years. Quarters belong to `normalise/tidy_money.py` and `normalise/groups.py`. Years as
companies print them are in the tables by definition (`normalise/published.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from capex_pipeline.normalise import groups
from capex_pipeline.normalise.comparisons import growth, percentage_of, why_no_yoy
from capex_pipeline.normalise.time_axis import (
    fiscal_year_of,
    of_all,
    share_of_all,
    whole_calendar_years,
    whole_fiscal_years,
    year_of,
)
from capex_pipeline.reference import Reference
from capex_pipeline.schemas.capex_and_cloud_revenue import (
    CapexByCalendarYear,
    CapexByFiscalYear,
    CapexByOverlappingGroupAndCalendarYear,
    CloudRevenueByCalendarYear,
    CloudRevenueByFiscalYear,
)
from capex_pipeline.schemas.derive import laid_out
from capex_pipeline.schemas.rules import is_copy, reviewed_by_company

_YEAR = ["entity_id", "calendar_year_of_company"]
_FISCAL = ["entity_id", "fiscal_year"]
_ALL = 4
_BREAK = "The series changes its definition or scope in {}, so the year has no single amount."
_MIXED = "The quarters are not of one presentation, so they do not add up to the year; see observations for the printed year."


def capex_by_calendar_year(
    capex: pd.DataFrame, revenue: pd.DataFrame, operating_cash_flow: pd.DataFrame
) -> pd.DataFrame:
    """Table capex_by_calendar_year from table capex, with its share of the years of the tables revenue and operating_cash_flow."""
    years = of_companies(capex)
    years = years.assign(
        share_of_all_in_table_pct=share_of_all(years, "calendar_year_of_all_in_table"),
        why_no_yoy=why_no_yoy(years, "calendar_year_of_company"),
    )
    shares = {"revenue": of_companies(revenue), "operating_cash_flow": of_companies(operating_cash_flow)}
    years = _with_shares(years, shares, _YEAR)
    return laid_out(years, CapexByCalendarYear)


def capex_by_fiscal_year(
    capex: pd.DataFrame, revenue: pd.DataFrame, operating_cash_flow: pd.DataFrame, by_definition: pd.DataFrame
) -> pd.DataFrame:
    """Table capex_by_fiscal_year from table capex, with its share of the years of the tables revenue and operating_cash_flow."""
    years = of_fiscal_years(capex, by_definition)
    shares = {
        name: _years(flow, "fiscal_year")
        for name, flow in (("revenue", revenue), ("operating_cash_flow", operating_cash_flow))
    }
    return laid_out(_with_shares(years, shares, _FISCAL), CapexByFiscalYear)


def _with_shares(years: pd.DataFrame, wholes_by_name: Mapping[str, pd.DataFrame], place: list[str]) -> pd.DataFrame:
    """The years with capital expenditure as a percentage of other lines of the same years."""
    return years.assign(
        **{
            f"capex_to_{name}_pct": percentage_of(years, flow, place, "amount_local")
            for name, flow in wholes_by_name.items()
        }
    )


def cloud_revenue_by_calendar_year(cloud_revenue: pd.DataFrame) -> pd.DataFrame:
    """Table cloud_revenue_by_calendar_year from table cloud_revenue."""
    years = of_companies(cloud_revenue)
    years = years.assign(scope=_scope(years, cloud_revenue), why_no_yoy=why_no_yoy(years, "calendar_year_of_company"))
    return laid_out(years, CloudRevenueByCalendarYear)


def cloud_revenue_by_fiscal_year(cloud_revenue: pd.DataFrame, by_definition: pd.DataFrame) -> pd.DataFrame:
    """Table cloud_revenue_by_fiscal_year from the tables cloud_revenue and cloud_revenue_by_definition."""
    years = of_fiscal_years(cloud_revenue, by_definition)
    return laid_out(years.assign(scope=_scope(years, cloud_revenue)), CloudRevenueByFiscalYear)


def _scope(years: pd.DataFrame, cloud_revenue: pd.DataFrame) -> pd.Series:
    """What the definition of each year covers, as its quarters say."""
    return years["definition_id"].map(
        cloud_revenue.drop_duplicates("definition_id").set_index("definition_id")["scope"]
    )


def capex_by_overlapping_group_and_calendar_year(
    capex: pd.DataFrame, headline_capex: pd.DataFrame, reference: Reference
) -> pd.DataFrame:
    """Table capex_by_overlapping_group_and_calendar_year from the tables capex and headline_capex."""
    headline = headline_capex.groupby(_YEAR)["headline_amount_usd"].sum(min_count=_ALL).reset_index()
    companies = of_companies(capex).merge(headline, on=_YEAR, how="left", validate="one_to_one")
    return laid_out(of_groups("capex", companies, reference), CapexByOverlappingGroupAndCalendarYear)


def of_companies(quarters: pd.DataFrame) -> pd.DataFrame:
    """One row per company and calendar year, with growth over the year before."""
    years = _years(quarters, "calendar_year_of_company")
    whole = years.assign(year=years["calendar_year_of_company"].astype("Int32").where(years["is_complete"]))
    return years.assign(calendar_year_of_all_in_table=of_all(whole, "year", "entity_id"))


def of_fiscal_years(quarters: pd.DataFrame, by_definition: pd.DataFrame) -> pd.DataFrame:
    """One row per company and fiscal year, with growth over the year before. Where the definition changes, that is the year before as the company
    recast it to the new definition, if the table by definition has it.
    """
    years = _years(quarters, "fiscal_year")
    whole = years.assign(fiscal_year=years["fiscal_year"].astype("Int32").where(years["is_complete"]))
    place = [*_FISCAL, "definition_id"]
    printed = by_definition[
        by_definition["period_type"].eq("year")
        & by_definition["fiscal_period"].eq("FY")
        & by_definition["status"].isin(["reported", "derived"])
        & by_definition["amount"].notna()
        & reviewed_by_company(by_definition)
    ]
    recast = printed.assign(is_copy=is_copy(printed), fiscal_year=printed["fiscal_year"].astype("int64") + 1)
    recast = recast.sort_values(
        [*place, "is_copy", "unchanged_since", "document_id"],
        ascending=[True, True, True, True, False, True],
        kind="stable",
    ).drop_duplicates(place)
    base = years[place].merge(recast[[*place, "amount", "amount_usd"]], on=place, how="left")
    earlier = years.groupby("entity_id")
    follows = earlier["fiscal_year"].diff() == 1
    is_recast = years["is_break"] & (earlier["definition_id"].shift() != years["definition_id"])
    before = {
        own: earlier[own].shift().where(follows & ~years["is_break"]).mask(is_recast, base[of_year]).astype("float64")
        for own, of_year in (("amount_local", "amount"), ("amount_usd", "amount_usd"))
    }
    is_known = years["amount_local"].notna()
    years = years.assign(
        fiscal_year_of_all_in_table=of_all(whole, "fiscal_year", "entity_id"),
        year_before_amount_local=before["amount_local"].where(is_known),
        yoy_local_pct=growth(years["amount_local"].astype("float64"), before["amount_local"]),
        yoy_usd_pct=growth(years["amount_usd"].astype("float64"), before["amount_usd"]),
    )
    return years.assign(why_no_yoy=why_no_yoy(years, "fiscal_year"))


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
                by_year.setdefault(row["calendar_year_of_company"], {})[row["entity_id"]] = {
                    str(name): value for name, value in row.items()
                }
            rows += [about | {"calendar_year": year} | _of_group(by_year[year], members) for year in sorted(by_year)]
    years = pd.DataFrame(rows)
    if years.empty:
        return years
    years = years.sort_values(["entity_id", "calendar_year"], kind="stable", ignore_index=True)
    years = years.assign(
        yoy_local_pct=_growth(years, "amount_local", "calendar_year"),
        yoy_usd_pct=_growth(years, "amount_usd", "calendar_year"),
    )
    return years.assign(why_no_yoy=why_no_yoy(years, "calendar_year"))


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
_ADDED_UP = [
    *("entity_id", "entity_name", "currency", "definition_id", "calendar_quarter", "fiscal_quarter", "fiscal_period_start", "fiscal_period_end"),
    *("is_break", "ttm_amount_local", *_AMOUNTS),
]  # fmt: skip
"""Columns of quarters that years are made of; operations on the others would take half of the time."""


def _years(quarters: pd.DataFrame, year: str) -> pd.DataFrame:
    """One row per company and year, with growth over the year before.

    year: calendar_year_of_company or fiscal_year.
    """
    used = [name for name in _ADDED_UP if name in quarters]
    quarters = quarters[used].sort_values(["entity_id", "calendar_quarter"], kind="stable")
    is_fiscal = year == "fiscal_year"
    whole_year = (whole_fiscal_years if is_fiscal else whole_calendar_years)(quarters, ["entity_id"])
    is_first = quarters["fiscal_quarter" if is_fiscal else "calendar_quarter"].str.endswith("Q1")
    breaks_inside = quarters["calendar_quarter"].where(
        quarters["is_break"].eq(True) & ~is_first.fillna(False).astype("bool")
    )
    quarters = quarters.assign(
        is_whole=whole_year.notna(), breaks_inside=breaks_inside, **{year: _year_of(quarters, year)}
    )
    quarters = quarters[quarters[year].notna()]
    quarters = quarters.assign(**{year: quarters[year].astype("int64")})
    grouped = quarters.groupby(["entity_id", year], sort=False)
    years = grouped[["entity_name", "currency", "definition_id"]].last()
    whole = grouped["is_whole"].first()
    for name in _AMOUNTS:
        years[name] = grouped[name].sum(min_count=_ALL).where(whole)
    if year == "fiscal_year":
        years["first_quarter_start"] = grouped["fiscal_period_start"].min()
        years["last_quarter_end"] = grouped["fiscal_period_end"].max()
    years = years.assign(
        quarters_reported=grouped.size(),
        is_complete=whole,
        is_break=grouped["is_break"].any(),
        breaks_inside=grouped["breaks_inside"].first(),
    ).reset_index()
    is_mixed = years["quarters_reported"].eq(_ALL) & ~years["is_complete"] & years["breaks_inside"].isna()
    return years.assign(
        yoy_local_pct=_growth(years, "amount_local", year),
        yoy_usd_pct=_growth(years, "amount_usd", year),
        note=years["breaks_inside"].map(_BREAK.format, na_action="ignore").mask(is_mixed, _MIXED),
    )


def _year_of(quarters: pd.DataFrame, year: str) -> pd.Series:
    """The calendar year or fiscal year of each quarter, also where the table does not have the whole year."""
    if year == "fiscal_year":
        return fiscal_year_of(quarters["fiscal_quarter"]).astype("Int64")
    return year_of(quarters["calendar_quarter"]).astype("Int64")


def _growth(years: pd.DataFrame, amount: str, year: str) -> pd.Series:
    """Growth of the amount over the year before; null across a break."""
    before = years[amount].groupby(years["entity_id"]).shift()
    follows = years.groupby("entity_id")[year].diff() == 1
    return growth(years[amount].astype("float64"), before.astype("float64")).where(follows & ~years["is_break"])
