"""Sums over groups: null while a member has not reported, growth over the same members, and no growth across a break."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd
import pytest
from builders import frame_of

from capex_pipeline.normalise.groups import capex_by_group
from capex_pipeline.reference import Reference
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures

CHINA = "alibaba_tencent_baidu"
BN = 1e9


def quarter(entity: str, name: str, amount: float, **more: Any) -> dict[str, Any]:
    start = pd.Period(name, freq="Q").start_time
    return {
        "entity_id": entity, "calendar_quarter": name, "quarter_start": start, "calendar_year": start.year, "currency": "CNY",
        "amount_local": amount * BN, "amount_usd": amount * BN / 7, "amount_cny": amount * BN, "headline_amount_usd": amount * BN / 7, "is_break": False, **more,
    }  # fmt: skip


def china(reference: Reference, *rows: dict[str, Any]) -> pd.DataFrame:
    found = capex_by_group(frame_of("capex", *rows), reference)
    assert failures(found, TABLES["capex_by_group"]).empty
    return found[found["entity_id"] == CHINA].set_index("calendar_quarter")


def trio(name: str, *amounts: float, **more: Any) -> list[dict[str, Any]]:
    return [
        quarter(entity, name, amount, **more)
        for entity, amount in zip(("alibaba", "tencent", "baidu"), amounts, strict=True)
    ]


def test_a_sum_is_null_and_names_who_is_missing_until_every_member_has_reported(reference: Reference) -> None:
    found = china(reference, *trio("2024Q1", 11, 14, 2), quarter("tencent", "2024Q2", 9))
    whole, part = found.loc["2024Q1"], found.loc["2024Q2"]
    assert (whole["amount_local"], whole["is_complete"], whole["members_reported"]) == (27 * BN, True, 3)
    assert whole["amount_usd"] == pytest.approx(27 * BN / 7) and pd.isna(whole["missing_members"])
    assert pd.isna(part["amount_usd"]) and pd.isna(part["amount_local"]) and not part["is_complete"]
    assert (part["missing_members"], part["amount_usd_so_far"]) == ("alibaba|baidu", pytest.approx(9 * BN / 7))


def test_growth_is_that_of_complete_quarters_and_stops_at_a_break(reference: Reference) -> None:
    found = china(
        reference, *trio("2024Q1", 10, 10, 10), *trio("2024Q2", 10, 20, 15), *trio("2024Q3", 10, 20, 15, is_break=True)
    )
    assert found["qoq_pct"].tolist()[1] == pytest.approx(50)
    assert pd.isna(found.loc["2024Q1", "qoq_pct"]) and pd.isna(found.loc["2024Q3", "qoq_pct"])
    assert found["is_break"].tolist() == [False, False, True]
    assert found["amount_cny"].tolist() == [30 * BN, 45 * BN, 45 * BN]


def test_members_in_several_currencies_have_a_sum_in_dollars_only(reference: Reference) -> None:
    rows = trio("2024Q1", 11, 14, 2)
    rows[1]["currency"] = "HKD"
    found = china(reference, *rows).loc["2024Q1"]
    assert (
        pd.isna(found["amount_local"])
        and pd.isna(found["currency"])
        and found["amount_usd"] == pytest.approx(27 * BN / 7)
    )


def test_a_member_counts_from_the_day_on_which_it_publishes_or_else_from_its_first_quarter(
    reference: Reference,
) -> None:
    """Baidu published no quarter before April 2009; without an entry Alibaba's first quarter here is the second of 2024."""
    found = china(
        reference, quarter("alibaba", "2013Q2", 1), quarter("tencent", "2013Q2", 1), quarter("baidu", "2013Q2", 1)
    )
    assert found.loc["2013Q2", "members"] == "alibaba|tencent|baidu"
    early = china(reference, quarter("baidu", "2009Q2", 1))
    assert (early.loc["2009Q2", "members"], early.loc["2009Q2", "is_complete"]) == ("baidu", True)
    silent = dataclasses.replace(reference, coverage=reference.coverage.iloc[:0])
    found = china(silent, quarter("tencent", "2024Q1", 1), quarter("baidu", "2024Q1", 1), *trio("2024Q2", 1, 1, 1))
    assert found["members"].tolist() == ["tencent|baidu", "alibaba|tencent|baidu"]
