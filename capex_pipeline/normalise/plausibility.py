"""Compares amounts with the bounds of their metric for one company and one quarter.

The bounds are reference data (metrics.yaml). Add a test of magnitude here. `normalise/figures.py` rejects a printed
figure outside the bounds, and `normalise/observations.py` marks a derived one; the wider bounds of the published tables
are in `schemas/vocabulary.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from capex_pipeline.normalise.joins import merge_near
from capex_pipeline.reference import Reference

_QUARTER_DAYS = 92
_NEIGHBOUR_DAYS = 400
_SLIP = 300
"""A lost thousand makes an amount 1,000 times smaller; its neighbours may be only a third of the true amount."""
_FACTS_AT_ONCE = 5_000
"""Small amounts that are compared with their neighbours together, so that memory does not grow with their number."""
_COMPANIES_OF_A_GROUP = 10
"""Factor by which a group's figure may exceed the bound of one company, whether its members are listed or not."""


def implausible(rows: pd.DataFrame, reference: Reference, rough_rates: Mapping[str, float]) -> pd.Series:
    """True for a level far outside the bounds of one company's quarter: a scale word was lost or added, or the sign is
    wrong.

    rows: metric_id, entity_id, currency, period_start, period_end, value_low, value, value_high. rough_rates: units of
    a currency per US dollar, correct to a factor of two. Longer periods and groups may have more. Zero and amounts
    below zero are implausible if the metric has a lower bound above zero; a lower bound of zero is not applied here,
    because a document may present an amount that was paid as a negative number. is_tagged (bool, optional): the amount
    is a fact tagged in full units, which has no scale word to lose, so of a lower bound above zero only the exclusion
    of zero applies.
    """
    low, high = _limits(rows, reference, "low"), _limits(rows, reference, "high")
    days = (rows["period_end"] - rows["period_start"]).dt.days + 1
    is_group = rows["entity_id"].map(reference.entities["type"]) == "group"
    longer: pd.Series = (days / _QUARTER_DAYS).clip(lower=1) * np.where(is_group, _COMPANIES_OF_A_GROUP, 1)
    low, high = low.where(low > 0, low * longer), high * longer
    rate = rows["currency"].map(dict(rough_rates)).astype("float64").fillna(1.0)
    values = rows[["value_low", "value", "value_high"]]
    lowest, highest = values.min(axis=1) / rate, values.abs().max(axis=1) / rate
    tagged = rows["is_tagged"] if "is_tagged" in rows.columns else pd.Series(False, index=rows.index)
    too_small = (lowest < low.mask(tagged & (low > 0), 0.0)) | (tagged & (low > 0) & (lowest == 0))
    return ((low != 0) & too_small) | (highest > high)


def has_wrong_sign(rows: pd.DataFrame, reference: Reference) -> pd.Series:
    """True for a difference below zero of a metric whose lower bound is not below zero: a cash flow may be negative in
    one quarter, and depreciation may not. rows: metric_id, value.
    """
    return (rows["value"] < 0) & (_limits(rows, reference, "low") >= 0)


def out_of_scale(rows: pd.DataFrame, reference: Reference, rough_rates: Mapping[str, float]) -> pd.Series:
    """True for a tagged amount that is below the metric's lower bound and 300 times smaller than its series'
    neighbours.

    rows: as for `implausible`, with definition_id, segment and is_tagged, without implausible amounts, and with a limited number of rows for
    each year of a series, since each small amount is compared with all rows near it. Neighbours
    are the other periods of the series that end within 400 days, compared by amount per day, which detects an error of
    a thousand in a file's scale but not a small company. Amounts above the lower bound are not tested.
    """
    small = rows["is_tagged"]
    if small.any():
        small = small & implausible(rows.assign(is_tagged=False), reference, rough_rates)
    if not small.any():
        return small
    days = (rows["period_end"] - rows["period_start"]).dt.days + 1
    series = rows[["entity_id", "metric_id", "definition_id", "currency"]].assign(segment=rows["segment"].fillna(""))
    per_day = rows["value"] / days
    facts = pd.DataFrame(
        {
            "code": series.groupby(list(series.columns), dropna=False, sort=False).ngroup(),
            "first": rows["period_start"],
            "last": rows["period_end"],
            "per_day": per_day,
            "row": range(len(rows)),
        }
    )
    around = (-_NEIGHBOUR_DAYS, _NEIGHBOUR_DAYS)
    usual = []
    tested = facts[small]
    for start in range(0, len(tested), _FACTS_AT_ONCE):
        part = tested.iloc[start : start + _FACTS_AT_ONCE]
        pairs = merge_near(part, facts[facts["code"].isin(part["code"])], ["code"], ("last", "last"), around, "_other")
        other = (pairs["last_other"] != pairs["last"]) | (pairs["first_other"] != pairs["first"])
        usual.append(pairs[other].groupby("row")["per_day_other"].median())
    usual_of_row = facts["row"].map(pd.concat(usual))
    return small & (per_day * _SLIP < usual_of_row)


def _limits(rows: pd.DataFrame, reference: Reference, side: str) -> pd.Series:
    limits = pd.Series({metric: _limit(entry, side) for metric, entry in reference.metrics["magnitude"].items()})
    return rows["metric_id"].map(limits).astype("float64").fillna(_limit(None, side))


def _limit(entry: object, side: str) -> float:
    if isinstance(entry, Mapping) and entry.get(side) is not None:
        return float(entry[side])
    return 0.0 if side == "low" else np.inf
