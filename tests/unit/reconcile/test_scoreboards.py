"""Scoreboards: counts of verdicts by source, and of outcomes by company."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from builders import frame_of

from capex_pipeline.reconcile import scoreboards


def claim(claimant: str, verdict: str, **changed: Any) -> dict[str, Any]:
    return {"claimant": claimant, "verdict": verdict, "check_kind": "level", "is_repeat": False, **changed}


def test_claims_are_counted_by_source_and_a_repeat_is_not_counted() -> None:
    rows = frame_of("claim_checks", claim("Paper", "confirmed"), claim("Paper", "contradicted"), claim("Agency", "confirmed"),
                    claim("Agency", "confirmed", is_repeat=True))  # fmt: skip
    board = scoreboards.claims_by(rows, "claimant")
    assert board["claimant"].tolist() == ["Paper", "Agency"]
    assert board["claims"].tolist() == [2, 1]
    assert board[["confirmed", "contradicted", "consistent"]].to_numpy().tolist() == [[1, 1, 0], [1, 0, 0]]


def outlook(outcome: str, **changed: Any) -> dict[str, Any]:
    return {
        "entity_id": "a",
        "entity_name": "Alpha",
        "kind": "guidance",
        "outcome": outcome,
        "revision_pct": None,
        **changed,
    }


def test_guidance_is_counted_by_company_and_kind_with_the_mean_revision() -> None:
    """Two statements on 2025, revised by 10 percent and by -4: the mean is 3. A forecast by others has a row of its own."""
    year = {"target_start": pd.Timestamp("2025-01-01"), "target_end": pd.Timestamp("2025-12-31")}
    rows = frame_of(
        "outlooks", outlook("above", revision_pct=10.0, **year), outlook("inside", revision_pct=-4.0, **year), outlook("pending"),
        outlook("not_comparable", kind="forecast"), outlook("below", revision_pct=-50.0, review_state="machine", **year),
    )  # fmt: skip
    board = scoreboards.guidance_by_company(rows)
    assert board["kind"].tolist() == ["guidance", "forecast"]
    own = board.iloc[0]
    assert (own["statements"], own["periods"], own["revisions"]) == (3, 2, 2)
    assert (own["below"], own["inside"], own["above"], own["pending"], own["not_comparable"]) == (0, 1, 1, 1, 0)
    assert own["mean_revision_pct"] == pytest.approx(3.0)
    assert pd.isna(board.iloc[1]["mean_revision_pct"])


def test_an_undated_statement_is_never_the_last() -> None:
    rows = frame_of(
        "outlooks",
        outlook("above", stated_on=pd.Timestamp("2025-12-10"), outlook_id="dated"),
        outlook("inside", stated_on=None, outlook_id="undated"),
    )
    assert scoreboards.last_statement(rows)["outlook_id"] == "dated"
    assert scoreboards.last_statement(rows[rows["stated_on"].isna()]) is None
