"""Sums over groups of companies by calendar quarter: the tables capex_by_overlapping_group, cloud_revenue_by_overlapping_group and financials_by_overlapping_group.

A group has the same members in every quarter, and a sum is stated only where each of them has an amount; the missing members are named.
So a total never grows because a company joined. Companies belong to `tidy_money`; which companies make a group is reference data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from capex_pipeline.normalise.time_axis import with_full_years
from capex_pipeline.reference import Reference
from capex_pipeline.schemas.base import Table
from capex_pipeline.schemas.capex_by_overlapping_group import CapexByOverlappingGroup
from capex_pipeline.schemas.cloud_revenue_by_overlapping_group import CloudRevenueByOverlappingGroup
from capex_pipeline.schemas.derive import columns, laid_out
from capex_pipeline.schemas.financials_by_overlapping_group import FinancialsByOverlappingGroup
from capex_pipeline.schemas.vocabulary import BALANCE_TABLES


def capex_by_overlapping_group(capex: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Table capex_by_overlapping_group from table capex."""
    return _by_group("capex", capex, CapexByOverlappingGroup, reference)


def cloud_revenue_by_overlapping_group(cloud_revenue: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Table cloud_revenue_by_overlapping_group from table cloud_revenue."""
    return _by_group("cloud_revenue", cloud_revenue, CloudRevenueByOverlappingGroup, reference)


def financials_by_overlapping_group(tables: Mapping[str, pd.DataFrame], reference: Reference) -> pd.DataFrame:
    """Table financials_by_overlapping_group from the tables of single lines of statements by name; a year has no sum of balances."""
    parts = []
    for name, frame in tables.items():
        is_balance = name in BALANCE_TABLES
        amounts = {"balance_local": "amount_local", "balance_usd": "amount_usd"} if is_balance else {}
        lines = frame.rename(columns=amounts)
        if is_balance:
            lines = lines.assign(is_break=False, amount_cny=np.nan)
        part = _by_group(name, lines, FinancialsByOverlappingGroup, reference).assign(metric_id=name)
        parts.append(part.drop(columns="full_calendar_year") if is_balance else part)
    return laid_out(pd.concat(parts, ignore_index=True), FinancialsByOverlappingGroup)


def _by_group(table: str, quarters: pd.DataFrame, model: type[Table], reference: Reference) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for group_id in reference.entities.index[reference.entities["type"] == "group"]:
        member_quarters = quarters[quarters["entity_id"].isin(reference.members(str(group_id)))]
        members = _publishing(table, reference.members(str(group_id)), member_quarters, reference)
        if len(members) > 1 and len(member_quarters):
            name = _name(str(group_id), members, reference)
            rows += [{"entity_id": group_id, "entity_name": name} | row for row in _of_group(member_quarters, members)]
    frame = pd.DataFrame(rows, columns=list(columns(model)) if not rows else None)
    return laid_out(with_full_years(frame, ["entity_id"]), model)


def _name(group_id: str, publishing: list[str], reference: Reference) -> str:
    """The group's name, or the names of the members that publish such figures if some never do."""
    if set(publishing) == set(reference.members(group_id)):
        return str(reference.entities.loc[group_id, "name"])
    names = [str(reference.entities.loc[member, "name"]) for member in publishing]
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _publishing(table: str, members: list[str], member_rows: pd.DataFrame, reference: Reference) -> list[str]:
    """The members that publish the table's figures: reference data say so, or the table has a quarter of them."""
    stated = reference.coverage[(reference.coverage["table_name"] == table) & reference.coverage["published"].notna()]
    known = {*stated["entity_id"], *member_rows["entity_id"]}
    return [member for member in members if member in known]


Quarters = dict[int, dict[str, dict[str, Any]]]
"""Number of a calendar quarter (see `_number`) -> entity -> its row. Plain rows, because a frame for each quarter takes
twenty times as long.
"""


def _of_group(member_quarters: pd.DataFrame, members: list[str]) -> Iterator[dict[str, Any]]:
    quarters: Quarters = {}
    for row in member_quarters.to_dict("records"):
        quarters.setdefault(_number(row["quarter_start"]), {})[str(row["entity_id"])] = {
            str(name): value for name, value in row.items()
        }
    currency = member_quarters["currency"].iloc[0] if member_quarters["currency"].nunique() == 1 else None
    sums = {number: {name: _sum(rows, members, name, currency) for name in _SUMS} for number, rows in quarters.items()}
    for number, reported in sorted(quarters.items()):
        rows = list(reported.values())
        missing = [member for member in members if member not in reported]
        dollars = _amounts(rows, "amount_usd")
        yield {
            "calendar_quarter": f"{1970 + number // 4}Q{number % 4 + 1}",
            "quarter_start": pd.Timestamp(1970 + number // 4, number % 4 * 3 + 1, 1),
            "calendar_year": 1970 + number // 4,
            "members": "|".join(members),
            "members_reported": len(rows),
            "missing_members": "|".join(missing) or None,
            "is_complete": sums[number]["amount_usd"] is not None,
            **sums[number],
            "amount_usd_so_far": None if np.isnan(dollars).all() else np.nansum(dollars),
            "currency": currency,
            "is_break": any(row["is_break"] for row in rows),
            **{
                f"{span}_{place}_pct": _growth(quarters, sums, number, back, f"amount_{place}")
                for span, back in (("yoy", 4), ("qoq", 1))
                for place in ("local", "usd")
            },
        }


_SUMS = ("amount_usd", "amount_cny", "amount_local", "headline_amount_usd")


def _sum(reported: dict[str, dict[str, Any]], members: list[str], amount: str, currency: str | None) -> float | None:
    """Sum over the members; None unless each has an amount, and in the reporting currency unless they share one."""
    if not set(members) <= reported.keys() or (amount == "amount_local" and currency is None):
        return None
    amounts = np.array([reported[member].get(amount, np.nan) for member in members], dtype=float)
    return None if np.isnan(amounts).any() else float(amounts.sum())


def _number(day: Any) -> int:
    """Number of complete calendar quarters between the beginning of 1970 and a day."""
    return (day.year - 1970) * 4 + (day.month - 1) // 3


def _amounts(rows: Iterable[dict[str, Any]], amount: str) -> np.ndarray:
    return np.array([row[amount] for row in rows], dtype=float)


def _growth(
    quarters: Quarters, sums: dict[int, dict[str, float | None]], number: int, back: int, amount: str
) -> float | None:
    """Growth of the sum; None unless both quarters have one, and if a member's series breaks in between."""
    now, before = sums[number][amount], sums.get(number - back, {}).get(amount)
    if now is None or before is None or before <= 0:
        return None
    between = [quarters.get(number - step, {}) for step in range(back)]
    if any(row["is_break"] for rows in between for row in rows.values()):
        return None
    return (now / before - 1) * 100
