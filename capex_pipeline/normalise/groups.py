"""Adds companies up by calendar quarter: capex_by_overlapping_group, cloud_revenue_by_overlapping_group, and the sums for `normalise/financials.py`.

Add a function here when it adds amounts of several companies in one quarter. A group has the same members in every quarter. A sum is null
unless each member has an amount, and the missing members are named, so that a total never grows because a company joined. Amounts of
companies belong to `normalise/tidy_money.py`; the members of a group are reference data.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from capex_pipeline.normalise.comparisons import why_no_yoy
from capex_pipeline.normalise.time_axis import with_whole_years
from capex_pipeline.reference import Reference
from capex_pipeline.schemas.base import Table
from capex_pipeline.schemas.capex_and_cloud_revenue import CapexByOverlappingGroup, CloudRevenueByOverlappingGroup
from capex_pipeline.schemas.derive import columns, laid_out
from capex_pipeline.schemas.vocabulary import LINES_OF_EVERY_COMPANY


def capex_by_overlapping_group(capex: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Table capex_by_overlapping_group from table capex."""
    return _table(group_sums("capex", capex, reference), CapexByOverlappingGroup)


def cloud_revenue_by_overlapping_group(cloud_revenue: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Table cloud_revenue_by_overlapping_group from table cloud_revenue."""
    return _table(group_sums("cloud_revenue", cloud_revenue, reference), CloudRevenueByOverlappingGroup)


def _table(sums: pd.DataFrame, model: type[Table]) -> pd.DataFrame:
    if sums.empty:
        return laid_out(pd.DataFrame(columns=list(columns(model))), model)
    frame = sums.assign(why_no_yoy=why_no_yoy(sums, "calendar_quarter"))
    return laid_out(with_whole_years(frame, ["entity_id"]), model)


def group_ids(reference: Reference) -> list[str]:
    """Groups of companies that have members."""
    groups = reference.entities.index[reference.entities["type"] == "group"]
    return [str(group) for group in groups if reference.members(str(group))]


def group_sums(table: str, quarters: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Sums of a tidy table of companies, one row per group of two publishing members or more and calendar quarter in which one of them reported."""
    rows: list[dict[str, Any]] = []
    for group, members in publishing(table, quarters, reference).items():
        member_quarters = quarters[quarters["entity_id"].isin(members)]
        if len(members) > 1 and len(member_quarters):
            name = name_of(group, members, reference)
            rows += [{"entity_id": group, "entity_name": name} | row for row in _of_group(member_quarters, members)]
    return pd.DataFrame(rows)


def name_of(group_id: str, members: list[str], reference: Reference) -> str:
    """The group's name; if some of it never publish such figures, with the names of the members that do, so that no two groups share a name."""
    name = str(reference.entities.loc[group_id, "name"])
    if set(members) == set(reference.members(group_id)):
        return name
    names = [str(reference.entities.loc[member, "name"]) for member in members]
    return f"{name} ({', '.join(names[:-1])} and {names[-1]} only)"


def publishing(table: str, companies: pd.DataFrame, reference: Reference) -> dict[str, list[str]]:
    """Of each group the members that publish the table's figures."""
    groups = {group: reference.members(group) for group in group_ids(reference)}
    known = set(publishers(table, itertools.chain(*groups.values()), companies, reference))
    return {group: [member for member in members if member in known] for group, members in groups.items()}


def publishers(table: str, candidates: Iterable[str], companies: pd.DataFrame, reference: Reference) -> list[str]:
    """The candidates that publish the table's figures: every company does, reference data say so, or a row of `companies` is of them."""
    if table in LINES_OF_EVERY_COMPANY:
        return list(candidates)
    stated = reference.coverage[(reference.coverage["table_name"] == table) & reference.coverage["published"].notna()]
    known = {*stated["entity_id"], *companies["entity_id"]}
    return [one for one in candidates if one in known]


Quarters = dict[int, dict[str, dict[str, Any]]]
"""Number of a calendar quarter (see `_number`) -> entity -> its row. Plain rows, because a frame for each quarter takes
twenty times as long.
"""


def _of_group(member_quarters: pd.DataFrame, members: list[str]) -> Iterator[dict[str, Any]]:
    quarters: Quarters = {}
    needed = ["entity_id", "quarter_start", "is_break", *(name for name in _SUMS if name in member_quarters)]
    for row in member_quarters[needed].to_dict("records"):
        quarters.setdefault(_number(row["quarter_start"]), {})[str(row["entity_id"])] = {
            str(name): value for name, value in row.items()
        }
    currency = member_quarters["currency"].iloc[0] if member_quarters["currency"].nunique() == 1 else None
    sums = {number: {name: _sum(rows, members, name, currency) for name in _SUMS} for number, rows in quarters.items()}
    for number, reported in sorted(quarters.items()):
        rows = list(reported.values())
        missing = [member for member in members if member not in reported]
        dollars = np.array([row["amount_usd"] for row in rows], dtype=float)
        yield {
            "calendar_quarter": f"{1970 + number // 4}Q{number % 4 + 1}",
            "quarter_start": pd.Timestamp(1970 + number // 4, number % 4 * 3 + 1, 1),
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


_SUMS = ("amount_usd", "amount_cny", "amount_local")


def _sum(reported: dict[str, dict[str, Any]], members: list[str], amount: str, currency: str | None) -> float | None:
    """Sum over the members; None unless each has an amount, and in the reporting currency unless they share one."""
    if not set(members) <= reported.keys() or (amount == "amount_local" and currency is None):
        return None
    amounts = np.array([reported[member].get(amount, np.nan) for member in members], dtype=float)
    return None if np.isnan(amounts).any() else float(amounts.sum())


def _number(day: Any) -> int:
    """Number of complete calendar quarters between the beginning of 1970 and a day."""
    return (day.year - 1970) * 4 + (day.month - 1) // 3


def _growth(
    quarters: Quarters, sums: dict[int, dict[str, float | None]], number: int, back: int, amount: str
) -> float | None:
    """Growth of the sum as `comparisons.growth` has it; None if a member's series breaks in between."""
    now, before = sums[number][amount], sums.get(number - back, {}).get(amount)
    if now is None or before is None or before <= 0 or now < 0:
        return None
    between = [quarters.get(number - step, {}) for step in range(back)]
    if any(row["is_break"] for rows in between for row in rows.values()):
        return None
    return (now / before - 1) * 100
