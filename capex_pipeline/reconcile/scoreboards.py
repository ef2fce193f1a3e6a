"""Counts verdicts of claims and outcomes of guidance by source.

Add here counts that both the page and the workbook show. The verdicts themselves belong to `claims`, the outcomes of
guidance to `outlooks`; how a scoreboard looks belongs to the page and to the workbook.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from capex_pipeline.schemas.claim_checks import VERDICTS
from capex_pipeline.schemas.outlooks import OUTCOMES
from capex_pipeline.schemas.vocabulary import SETTLED_STATES

PERIOD = ("entity_id", "metric_id", "target_start", "target_end", "kind")
"""Columns that identify the period which a statement of table outlooks is about."""


def claims_by(claim_checks: pd.DataFrame, source: str) -> pd.DataFrame:
    """One row for each source of claims, the one with most claims first: the source, `claims`, and a column for each verdict.

    source: claimant or document_id. Repeats of an earlier claim are not counted, so that a story that is copied counts once.
    """
    counted = claim_checks[~claim_checks["is_repeat"].astype("bool")]
    counts = counted.groupby([source, "verdict"]).size().unstack("verdict", fill_value=0)
    counts = counts.reindex(columns=list(VERDICTS), fill_value=0).rename_axis(columns=None)
    counts.insert(0, "claims", counts.sum(axis=1))
    return counts.reset_index().sort_values(
        ["claims", source], ascending=[False, True], kind="stable", ignore_index=True
    )


def counted(outlooks: pd.DataFrame) -> pd.DataFrame:
    """The reviewed statements, without guidance that an article repeats, which would count one statement twice."""
    return outlooks[outlooks["review_state"].isin(SETTLED_STATES) & outlooks["kind"].ne("repeated_guidance")]


def guidance_by_company(outlooks: pd.DataFrame) -> pd.DataFrame:
    """One row for each company and kind of statement, by name, guidance before forecasts. Statements that were extracted and not reviewed
    are left out, and so is guidance that an article repeats.

    Columns: entity_id, entity_name, kind, `statements` and `periods` (their numbers), a column for each outcome with the number of statements,
    `revisions` (statements that change an earlier one on the same period or repeat it) and `mean_revision_pct` (their mean change in percent;
    null if there is none).
    """
    outlooks = counted(outlooks)
    rows = outlooks.assign(period=outlooks.groupby(list(PERIOD), dropna=False).ngroup())
    keys = ["entity_name", "entity_id", "kind"]
    grouped = rows.groupby(keys)
    counts = grouped.agg(statements=("outlook_id", "size"), periods=("period", "nunique"))
    outcomes = rows.groupby([*keys, "outcome"]).size().unstack("outcome", fill_value=0)
    counts = counts.join(outcomes.reindex(columns=list(OUTCOMES), fill_value=0))
    counts["revisions"] = grouped["revision_pct"].count()
    counts["mean_revision_pct"] = grouped["revision_pct"].mean()
    return counts.reset_index().sort_values(
        ["entity_name", "kind"], ascending=[True, False], kind="stable", ignore_index=True
    )


def last_statement(about: pd.DataFrame) -> Any:
    """The last dated statement of those on one period; None if no statement has a date."""
    dated = about[about["stated_on"].notna()].sort_values(["stated_on", "outlook_id"], kind="stable")
    return dated.iloc[-1] if len(dated) else None
