"""Sums over groups of companies by calendar quarter: the tables capex_by_group and cloud_revenue_by_group.

A sum is stated only where every member that published such figures by then has one; the missing members are named. Companies belong to
`tidy_money`; which companies make a group is reference data.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from capex_pipeline.reference import Reference
from capex_pipeline.schemas.base import Table
from capex_pipeline.schemas.capex_by_group import CapexByGroup
from capex_pipeline.schemas.cloud_revenue_by_group import CloudRevenueByGroup
from capex_pipeline.schemas.derive import columns, laid_out


def capex_by_group(capex: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Table capex_by_group from table capex."""
    return _by_group("capex", capex, CapexByGroup, reference)


def cloud_revenue_by_group(cloud_revenue: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Table cloud_revenue_by_group from table cloud_revenue."""
    return _by_group("cloud_revenue", cloud_revenue, CloudRevenueByGroup, reference)


def _by_group(table: str, quarters: pd.DataFrame, model: type[Table], reference: Reference) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for group_id in reference.entities.index[reference.entities["type"] == "group"]:
        own = quarters[quarters["entity_id"].isin(reference.members(str(group_id)))]
        since = _since(table, reference.members(str(group_id)), own, reference)
        if len(since) > 1 and len(own):
            name = str(reference.entities.loc[group_id, "name"])
            rows += [{"entity_id": group_id, "entity_name": name} | row for row in _of_group(own, since)]
    frame = pd.DataFrame(rows, columns=list(columns(model)) if not rows else None)
    return laid_out(frame, model)


def _since(table: str, members: list[str], own: pd.DataFrame, reference: Reference) -> dict[str, pd.Timestamp]:
    """First day from which each member publishes what the table shows, in order of members; without those that never did.

    A member of which reference data does not say it publishes from its first quarter in the table on.
    """
    stated = reference.coverage[reference.coverage["table_name"] == table].set_index("entity_id")["published"]
    first = own.groupby("entity_id")["quarter_start"].min()
    days = {member: stated[member] if member in stated.index else first.get(member) for member in members}
    return {member: pd.Timestamp(day) for member, day in days.items() if day is not None and not pd.isna(day)}


def _of_group(own: pd.DataFrame, since: dict[str, pd.Timestamp]) -> Iterator[dict[str, Any]]:
    by_quarter = {quarter: rows.set_index("entity_id") for quarter, rows in own.groupby("calendar_quarter", sort=True)}
    shared = own["currency"].nunique() == 1
    for quarter, rows in by_quarter.items():
        period = pd.Period(str(quarter), freq="Q")
        expected = _expected(period, since)
        rows = rows[rows.index.isin(expected)]
        missing = [member for member in expected if member not in rows.index]
        dollars = rows["amount_usd"]
        complete = not missing and bool(dollars.notna().all())
        headline = rows.get("headline_amount_usd")
        yield {
            "calendar_quarter": quarter,
            "quarter_start": period.start_time,
            "calendar_year": period.year,
            "members": "|".join(expected),
            "members_reported": len(rows),
            "missing_members": "|".join(missing) or None,
            "is_complete": complete,
            "amount_usd": dollars.sum() if complete else None,
            "amount_usd_so_far": dollars.sum(min_count=1),
            "headline_amount_usd": headline.sum()
            if complete and headline is not None and headline.notna().all()
            else None,
            "currency": own["currency"].iloc[0] if shared else None,
            "amount_local": rows["amount_local"].sum() if complete and shared else None,
            "yoy_pct": _growth(by_quarter, since, period, 4, "amount_local" if shared else "amount_usd"),
            "qoq_pct": _growth(by_quarter, since, period, 1, "amount_local" if shared else "amount_usd"),
        }


def _expected(period: pd.Period, since: dict[str, pd.Timestamp]) -> list[str]:
    return [member for member, start in since.items() if start <= period.end_time]


def _growth(
    by_quarter: dict[Any, pd.DataFrame], since: dict[str, pd.Timestamp], period: pd.Period, back: int, amount: str
) -> float | None:
    """Growth of the members expected in both quarters; None where one lacks an amount, or where its series breaks in between."""
    members = _expected(period - back, since)
    spanned = [by_quarter.get(str(period - step)) for step in range(back + 1)]
    now, before = spanned[0], spanned[-1]
    if now is None or before is None or not members:
        return None
    if not set(members) <= set(now.index) or not set(members) <= set(before.index):
        return None
    if any(rows.loc[rows.index.isin(members), "is_break"].any() for rows in spanned[:-1] if rows is not None):
        return None
    base = before.loc[members, amount].sum(skipna=False)
    growth = (now.loc[members, amount].sum(skipna=False) / base - 1) * 100 if base > 0 else float("nan")
    return None if pd.isna(growth) else float(growth)
