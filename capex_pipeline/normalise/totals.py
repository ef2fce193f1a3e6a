"""Compares sums of quarters with printed totals: do the quarters of a year add up to the year?

Add a comparison here when a series has parts and a printed total. Claims of articles are checked in `reconcile/claims.py`; rows are chosen in
`normalise/published.py`.
"""

from __future__ import annotations

import pandas as pd

from capex_pipeline.normalise.joins import merge_near
from capex_pipeline.schemas.rules import copy_rank, reviewed_by_company
from capex_pipeline.values.periods import PERIOD_TYPE_DAYS
from capex_pipeline.values.rounding import apparent_step

_SERIES = ["entity_id", "metric_id", "definition_id", "currency"]
_COMPARED = [*_SERIES, "period_start", "period_end", "period_type", "status", "source_type", "value", "printed_step", "derived_from"]  # fmt: skip
READ = [*_COMPARED, "is_latest", "review_state", "unit", "is_stock"]
"""Columns of observations that `quarters_against_totals` reads."""
_PARTS = {"year": 4, "nine_months": 3, "half_year": 2}


def unexplained(differences: pd.DataFrame, known: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Disagreements that no reviewed entry explains, and entries whose total now agrees.

    differences: as from `quarters_against_totals` or the comparisons of `witnesses`, with known: the list of `Reference` on the same kind of
    disagreement. An entry has expired where everything that was found about its series and period agrees.
    """
    key = ["entity_id", "metric_id", "definition_id", "period_start", "period_end"]
    joined = differences.merge(known, on=key, how="left")
    open_ones = joined[~joined["agrees"] & joined["reason"].isna()].drop(columns="reason")
    settled = differences.groupby(key, as_index=False)["agrees"].all()
    return open_ones, known.merge(settled.loc[settled["agrees"], key], on=key)


def quarters_against_totals(observations: pd.DataFrame) -> pd.DataFrame:
    """Compare every printed half, nine months and year with the sum of its quarters, if all of them exist.

    observations: table observations; latest vintages of the companies' own figures count. Returns entity_id, metric_id,
    definition_id, currency, period_start, period_end, printed, quarters (their sum), difference, allowed (half a
    printed step of the total and of each quarter), agrees, derived_from (the total's figures). Of a quarter the company's own
    document counts before a copy. A quarter that was
    derived from this very total proves nothing and is left out, with its total.
    """
    is_actual = (
        observations["is_latest"]
        & reviewed_by_company(observations)
        & observations["status"].isin(["reported", "derived"])
        & (observations["unit"] == "money")
        & observations["value"].notna()
        & ~observations["is_stock"]
    )
    actual = observations.loc[is_actual, _COMPARED]  # no other columns, since every pair of rows has a copy of each
    quarters = actual[actual["period_type"] == "quarter"]
    quarters = quarters.assign(closeness=-copy_rank(quarters)).sort_values(["closeness", "status"], kind="stable")
    quarters = quarters.drop_duplicates([*_SERIES, "period_start", "period_end"], keep="last")
    totals = actual[actual["period_type"].isin(_PARTS) & (actual["status"] == "reported")]
    longest = PERIOD_TYPE_DAYS["year"][1]
    joined = merge_near(totals, quarters, _SERIES, ("period_start", "period_start"), (0, longest), "_part")
    joined = joined[joined["period_end_part"] <= joined["period_end"]]
    summed_parts = [
        total in parts.split("|")
        for total, parts in zip(joined["derived_from"], joined["derived_from_part"], strict=True)
    ]
    # Filings tag 13,185,000,000 for a printed 13,185 million, so the trailing zeros of a series show its resolution.
    step = joined["printed_step"].fillna(1).clip(lower=apparent_step(joined["value"]))
    step_of_part = joined["printed_step_part"].fillna(1).clip(lower=apparent_step(joined["value_part"]))
    joined = joined.assign(is_circular=summed_parts, allowed_part=step_of_part / 2, allowed_total=step / 2)
    key = [*_SERIES, "period_start", "period_end"]
    groups = joined.groupby(key, dropna=False, sort=True)
    sums = groups.agg(
        printed=("value", "first"),
        quarters=("value_part", "sum"),
        parts=("value_part", "size"),
        wanted=("period_type", "first"),
        days=("period_end_part", "nunique"),
        is_circular=("is_circular", "any"),
        allowed_part=("allowed_part", "sum"),
        allowed_total=("allowed_total", "first"),
        derived_from=("derived_from", "first"),
    ).reset_index()
    complete = (sums["parts"] == sums["wanted"].map(_PARTS)) & (sums["days"] == sums["parts"]) & ~sums["is_circular"]
    sums = sums[complete]
    allowed = sums["allowed_part"] + sums["allowed_total"]
    difference = sums["quarters"] - sums["printed"]
    return sums[[*key, "printed", "quarters", "derived_from"]].assign(
        difference=difference, allowed=allowed, agrees=difference.abs() <= allowed + 0.5
    )
