"""Sums over groups of companies by calendar quarter: the tables capex_by_group and cloud_revenue_by_group.

A sum is stated only where every member that published such figures by then has one; the missing members are named. Companies belong to
`tidy_money`; which companies make a group is reference data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
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
            name = _name(str(group_id), list(since), reference)
            rows += [{"entity_id": group_id, "entity_name": name} | row for row in _of_group(own, since)]
    frame = pd.DataFrame(rows, columns=list(columns(model)) if not rows else None)
    complete = frame["is_complete"].astype("int64")
    frame["quarters_in_calendar_year"] = complete.groupby([frame["entity_id"], frame["calendar_year"]]).transform("sum")
    return laid_out(frame, model)


def _name(group_id: str, publishing: list[str], reference: Reference) -> str:
    """The group's name, or the names of the members that publish such figures if some never do."""
    if set(publishing) == set(reference.members(group_id)):
        return str(reference.entities.loc[group_id, "name"])
    names = [str(reference.entities.loc[member, "name"]) for member in publishing]
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _since(table: str, members: list[str], own: pd.DataFrame, reference: Reference) -> dict[str, pd.Timestamp]:
    """First day from which each member publishes the table's figures, in order of members; without those that never
    did.

    A member without a date in the reference data counts from its first quarter in the table.
    """
    stated = reference.coverage[reference.coverage["table_name"] == table].set_index("entity_id")["published"]
    first = own.groupby("entity_id")["quarter_start"].min()
    days = {member: stated[member] if member in stated.index else first.get(member) for member in members}
    return {member: pd.Timestamp(day) for member, day in days.items() if day is not None and not pd.isna(day)}


Quarters = dict[int, dict[str, dict[str, Any]]]
"""Number of a calendar quarter (see `_number`) -> entity -> its row. Plain rows, because a frame for each quarter takes
twenty times as long.
"""


def _of_group(own: pd.DataFrame, since: dict[str, pd.Timestamp]) -> Iterator[dict[str, Any]]:
    quarters: Quarters = {}
    for row in own.to_dict("records"):
        quarters.setdefault(_number(row["quarter_start"]), {})[str(row["entity_id"])] = {
            str(name): value for name, value in row.items()
        }
    first = {member: _number(day) for member, day in since.items()}
    currency = own["currency"].iloc[0] if own["currency"].nunique() == 1 else None
    compared = "amount_usd" if currency is None else "amount_local"
    for number, reported in sorted(quarters.items()):
        expected = _expected(number, first)
        rows = [row for entity, row in reported.items() if entity in expected]
        missing = [member for member in expected if member not in reported]
        dollars, yuan = _amounts(rows, "amount_usd"), _amounts(rows, "amount_cny")
        headline = _amounts(rows, "headline_amount_usd") if "headline_amount_usd" in own else None
        complete = not missing and not np.isnan(dollars).any()
        yield {
            "calendar_quarter": f"{1970 + number // 4}Q{number % 4 + 1}",
            "quarter_start": pd.Timestamp(1970 + number // 4, number % 4 * 3 + 1, 1),
            "calendar_year": 1970 + number // 4,
            "members": "|".join(expected),
            "members_reported": len(rows),
            "missing_members": "|".join(missing) or None,
            "is_complete": complete,
            "amount_usd": dollars.sum() if complete else None,
            "amount_cny": yuan.sum() if complete and not np.isnan(yuan).any() else None,
            "amount_usd_so_far": None if np.isnan(dollars).all() else np.nansum(dollars),
            "headline_amount_usd": headline.sum()
            if complete and headline is not None and not np.isnan(headline).any()
            else None,
            "currency": currency,
            "amount_local": np.nansum(_amounts(rows, "amount_local")) if complete and currency is not None else None,
            "is_break": any(row["is_break"] for row in rows) or len(expected) > len(_expected(number - 1, first)) > 0,
            "yoy_pct": _growth(quarters, first, number, 4, compared),
            "qoq_pct": _growth(quarters, first, number, 1, compared),
        }


def _number(day: Any) -> int:
    """Number of complete calendar quarters between the beginning of 1970 and a day."""
    return (day.year - 1970) * 4 + (day.month - 1) // 3


def _amounts(rows: Iterable[dict[str, Any]], amount: str) -> np.ndarray:
    return np.array([row[amount] for row in rows], dtype=float)


def _expected(number: int, first: dict[str, int]) -> list[str]:
    return [member for member, start in first.items() if start <= number]


def _growth(quarters: Quarters, first: dict[str, int], number: int, back: int, amount: str) -> float | None:
    """Growth of the members expected in both quarters; None if one lacks an amount, or if its series breaks in between."""
    members = _expected(number - back, first)
    now, before = quarters.get(number, {}), quarters.get(number - back, {})
    if not members or not set(members) <= now.keys() & before.keys():
        return None
    between = [quarters.get(number - step, {}) for step in range(back)]
    if any(rows[member]["is_break"] for rows in between for member in members if member in rows):
        return None
    base = _amounts((before[member] for member in members), amount).sum()
    growth = (_amounts((now[member] for member in members), amount).sum() / base - 1) * 100 if base > 0 else np.nan
    return None if np.isnan(growth) else float(growth)
