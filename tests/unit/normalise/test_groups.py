"""Sums over groups: null while a member has not reported, growth over the same members, and no growth across a break."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd
import pytest
from builders import frame_of

from capex_pipeline.normalise.groups import capex_by_overlapping_group, cloud_revenue_by_overlapping_group
from capex_pipeline.reference import Reference
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures

CHINA = "alibaba_tencent_baidu"
BN = 1e9


def quarter(entity: str, name: str, amount: float, **more: Any) -> dict[str, Any]:
    start = pd.Period(name, freq="Q").start_time
    return {
        "entity_id": entity, "calendar_quarter": name, "quarter_start": start, "calendar_year_of_company": start.year, "currency": "CNY",
        "amount_local": amount * BN, "amount_usd": amount * BN / 7, "amount_cny": amount * BN, "is_break": False, **more,
    }  # fmt: skip


def china(reference: Reference, *rows: dict[str, Any]) -> pd.DataFrame:
    found = capex_by_overlapping_group(frame_of("capex", *rows), reference)
    assert failures(found, TABLES["capex_by_overlapping_group"]).empty
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
    assert found["qoq_local_pct"].tolist()[1] == pytest.approx(50)
    assert pd.isna(found.loc["2024Q1", "qoq_local_pct"]) and pd.isna(found.loc["2024Q3", "qoq_local_pct"])
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


def test_a_group_has_the_same_members_in_every_quarter_so_a_total_never_grows_because_one_joins(
    reference: Reference,
) -> None:
    """Baidu published no quarter before April 2009, and Alibaba none before April 2013."""
    found = china(reference, quarter("baidu", "2023Q2", 1), *trio("2024Q1", 1, 1, 1), *trio("2024Q2", 2, 2, 2))
    assert found["members"].tolist() == ["alibaba|tencent|baidu"] * 3
    early = found.loc["2023Q2"]
    assert (early["missing_members"], early["members_reported"], early["is_complete"]) == ("alibaba|tencent", 1, False)
    assert pd.isna(early["amount_usd"]) and early["amount_usd_so_far"] == pytest.approx(1 * BN / 7)
    assert found["yoy_usd_pct"].isna().all() and found.loc["2024Q2", "qoq_usd_pct"] == pytest.approx(100)


def test_a_company_that_never_published_such_figures_is_no_member_and_the_name_says_so(reference: Reference) -> None:
    """Not every company has cloud revenue."""
    silent = dataclasses.replace(reference, coverage=reference.coverage.iloc[:0])
    rows = frame_of("cloud_revenue", quarter("tencent", "2024Q1", 1), quarter("baidu", "2024Q1", 1))
    found = cloud_revenue_by_overlapping_group(rows, silent).set_index("entity_id").loc[CHINA]
    assert (found["members"], found["entity_name"]) == (
        "tencent|baidu",
        "Alibaba, Tencent and Baidu (Tencent and Baidu only)",
    )


def test_every_member_has_capital_expenditure_so_one_without_an_amount_is_missing(reference: Reference) -> None:
    silent = dataclasses.replace(reference, coverage=reference.coverage.iloc[:0])
    found = china(silent, quarter("tencent", "2024Q1", 1), quarter("baidu", "2024Q1", 1)).loc["2024Q1"]
    assert found["missing_members"] == "alibaba" and pd.isna(found["amount_usd"])


def test_growth_in_dollars_stands_beside_growth_in_the_shared_currency(reference: Reference) -> None:
    """30 billion yuan at 6 yuan a dollar after 20 billion at 8: +50 percent in yuan, +100 percent in dollars."""
    rows = [*trio("2023Q2", 10, 5, 5), *trio("2024Q2", 10, 10, 10)]
    for row, rate in zip(rows, (8, 8, 8, 6, 6, 6), strict=True):
        row["amount_usd"] = row["amount_local"] / rate
    found = china(reference, *rows).loc["2024Q2"]
    assert (found["yoy_local_pct"], found["yoy_usd_pct"]) == (pytest.approx(50), pytest.approx(100))


def test_a_sum_over_calendar_years_holds_whole_years_only(reference: Reference) -> None:
    whole = [row for number in (1, 2, 3, 4) for row in trio(f"2024Q{number}", 1, 1, 1)]
    found = china(reference, *whole, *trio("2025Q1", 1, 1, 1), quarter("tencent", "2025Q2", 1))
    assert found["calendar_year"].fillna(0).tolist() == [2024] * 4 + [0, 0]
    broken = [row | {"is_break": row["calendar_quarter"] == "2024Q3"} for row in whole]
    assert china(reference, *broken)["calendar_year"].isna().all()


def test_there_is_no_growth_of_a_group_to_less_than_nothing(reference: Reference) -> None:
    found = china(reference, *trio("2024Q1", 1, 1, 1), *trio("2024Q2", 1, 1, -3))
    assert found.loc["2024Q2", "amount_local"] == -1 * BN and found[["qoq_local_pct", "qoq_usd_pct"]].isna().all(
        axis=None
    )
