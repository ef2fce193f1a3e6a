"""Sums over calendar years: whole years only, on one series."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from builders import frame_of

from capex_pipeline.normalise import calendar_years
from capex_pipeline.reference import Reference
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures

BN = 1e9


def quarter(name: str, amount: float, **changed: Any) -> dict[str, Any]:
    return {
        "entity_id": "example", "entity_name": "Example", "calendar_quarter": name, "calendar_year_of_company": int(name[:4]), "currency": "CNY",
        "amount_local": amount * BN, "amount_usd": amount * BN / 7, "amount_cny": amount * BN,
        "is_break": False, "ttm_amount_local": 4 * amount * BN,
    } | changed  # fmt: skip


def year(number: int, *amounts: float, **changed: Any) -> list[dict[str, Any]]:
    return [quarter(f"{number}Q{place}", amount, **changed) for place, amount in enumerate(amounts, 1)]


def of_flow(table: str, *rows: dict[str, Any]) -> pd.DataFrame:
    names = [
        "entity_id",
        "entity_name",
        "calendar_quarter",
        "calendar_year_of_company",
        "currency",
        "amount_local",
        "amount_usd",
        "is_break",
        "ttm_amount_local",
    ]
    return frame_of(table, *({name: row[name] for name in names} for row in rows)).iloc[: len(rows)]


def by_year(
    *rows: dict[str, Any], revenue: list[dict[str, Any]] | None = None, cash_flow: list[dict[str, Any]] | None = None
) -> pd.DataFrame:
    found = calendar_years.capex_by_calendar_year(
        frame_of("capex", *rows),
        of_flow("revenue", *(revenue or [])),
        of_flow("operating_cash_flow", *(cash_flow or [])),
    )
    assert failures(found, TABLES["capex_by_calendar_year"]).empty
    return found.set_index("calendar_year_of_company")


def test_a_year_is_the_sum_of_its_four_quarters() -> None:
    row = by_year(*year(2024, 1, 2, 3, 4), revenue=year(2024, 10, 20, 30, 40), cash_flow=year(2024, 5, 5, 5, 5)).loc[
        2024
    ]
    assert (row["amount_local"], row["amount_cny"]) == (10 * BN, 10 * BN)
    assert row["capex_to_operating_cash_flow_pct"] == 50
    assert row["amount_usd"] == pytest.approx(10 * BN / 7) and row["capex_to_revenue_pct"] == pytest.approx(10)
    assert row["is_complete"] and row["quarters_reported"] == 4


def test_a_year_with_three_quarters_has_no_amount_and_no_growth() -> None:
    found = by_year(*year(2024, 1, 2, 3, 4), *year(2025, 5, 5, 5))
    assert found["quarters_reported"].tolist() == [4, 3] and found["is_complete"].tolist() == [True, False]
    assert found.loc[2025, ["amount_local", "amount_usd", "yoy_local_pct"]].isna().all()


def test_a_year_without_the_revenue_of_one_quarter_has_no_share_of_revenue() -> None:
    of_three_quarters = year(2024, 10, 20, 30, 40)[:3]
    row = by_year(*year(2024, 1, 2, 3, 4), revenue=of_three_quarters).loc[2024]
    assert row["amount_local"] == 10 * BN and pd.isna(row["capex_to_revenue_pct"])


def test_a_year_in_which_operations_used_cash_has_no_share_of_it() -> None:
    row = by_year(*year(2024, 1, 2, 3, 4), cash_flow=year(2024, -1, -1, -1, -1)).loc[2024]
    assert row["amount_local"] == 10 * BN and pd.isna(row["capex_to_operating_cash_flow_pct"])


def test_growth_is_that_of_two_whole_years_in_the_reporting_currency() -> None:
    found = by_year(*year(2023, 2, 2, 2, 2), *year(2024, 3, 3, 3, 3, amount_usd=1 * BN))
    assert pd.isna(found.loc[2023, "yoy_local_pct"]) and found.loc[2024, "yoy_local_pct"] == pytest.approx(50)


def test_growth_over_a_missing_year_is_null() -> None:
    assert by_year(*year(2022, 2, 2, 2, 2), *year(2024, 3, 3, 3, 3))["yoy_local_pct"].isna().all()


def test_a_break_at_the_beginning_of_a_year_ends_growth_only() -> None:
    rows = [*year(2023, 2, 2, 2, 2), *year(2024, 3, 3, 3, 3), *year(2025, 6, 6, 6, 6)]
    rows[4]["is_break"] = True
    found = by_year(*rows)
    assert found["amount_local"].tolist() == [8 * BN, 12 * BN, 24 * BN]
    assert found["yoy_local_pct"].isna().tolist() == [True, True, False] and found.loc[
        2025, "yoy_local_pct"
    ] == pytest.approx(100)


def test_a_break_within_a_year_leaves_it_without_an_amount_and_says_why() -> None:
    rows = [*year(2023, 2, 2, 2, 2), *year(2024, 3, 3, 3, 3), *year(2025, 6, 6, 6, 6)]
    rows[6]["is_break"] = True
    found = by_year(*rows)
    assert pd.isna(found.loc[2024, "amount_local"]) and "2024Q3" in found.loc[2024, "note"]
    assert found["yoy_local_pct"].isna().all() and found["is_complete"].tolist() == [True, False, True]


CHINA = "alibaba_tencent_baidu"


def of_china(reference: Reference, *rows: dict[str, Any], headline: list[dict[str, Any]] | None = None) -> pd.DataFrame:
    own = frame_of("headline_capex", *headline) if headline else frame_of("headline_capex").iloc[:0]
    found = calendar_years.capex_by_overlapping_group_and_calendar_year(frame_of("capex", *rows), own, reference)
    assert failures(found, TABLES["capex_by_overlapping_group_and_calendar_year"]).empty
    return found[found["entity_id"] == CHINA].set_index("calendar_year")


def trio(number: int, *amounts: float, **changed: Any) -> list[dict[str, Any]]:
    """A year of each of the three companies, with the same amounts."""
    return [
        row
        for entity in ("alibaba", "tencent", "baidu")
        for row in year(number, *amounts, entity_id=entity, entity_name=entity.title(), **changed)
    ]


def test_a_groups_year_is_the_sum_of_its_members_years(reference: Reference) -> None:
    found = of_china(reference, *trio(2023, 1, 1, 1, 1), *trio(2024, 2, 2, 2, 2))
    assert found["amount_local"].tolist() == [12 * BN, 24 * BN] and found["is_complete"].all()
    assert found.loc[2024, "amount_usd"] == pytest.approx(24 * BN / 7) and found.loc[2024, "currency"] == "CNY"
    assert found.loc[2024, "yoy_usd_pct"] == pytest.approx(100) and found["missing_members"].isna().all()


def test_a_member_without_one_quarter_leaves_the_groups_year_without_an_amount_and_is_named(
    reference: Reference,
) -> None:
    rows = [row for row in trio(2024, 1, 1, 1, 1) if (row["entity_id"], row["calendar_quarter"]) != ("baidu", "2024Q4")]
    found = of_china(reference, *rows).loc[2024]
    assert (found["missing_members"], found["quarters_reported"], found["is_complete"]) == ("baidu", 3, False)
    assert found[["amount_local", "amount_usd", "amount_cny"]].isna().all()


def test_a_member_whose_year_has_no_single_amount_is_missing_in_the_groups_year_and_the_note_says_why(
    reference: Reference,
) -> None:
    rows = trio(2024, 1, 1, 1, 1)
    rows[6]["is_break"] = True  # Tencent's third quarter
    found = of_china(reference, *rows).loc[2024]
    assert pd.isna(found["amount_usd"]) and found["missing_members"] == "tencent"
    assert found["note"].startswith("Tencent: ") and "2024Q3" in found["note"]
    assert found["is_break"]


def test_headline_years_of_a_group_need_a_headline_of_each_member(reference: Reference) -> None:
    """Alibaba's first quarter has no headline, so its other three are of no year."""
    rows = trio(2024, 1, 1, 1, 1)
    headline = [
        {name: row[name] for name in ("entity_id", "calendar_quarter", "calendar_year_of_company")} | {"headline_amount_usd": 2 * BN}
        for row in rows
    ]  # fmt: skip
    whole = of_china(reference, *rows, headline=headline).loc[2024]
    assert whole["headline_amount_usd"] == 24 * BN and pd.isna(whole["headline_missing_members"])
    part = [row if row["entity_id"] != "alibaba" else row | {"calendar_year_of_company": None} for row in headline[1:]]
    found = of_china(reference, *rows, headline=part).loc[2024]
    assert found["is_complete"] and pd.isna(found["headline_amount_usd"])
    assert found["headline_missing_members"] == "alibaba"


def test_sums_over_companies_compare_where_every_company_has_the_year() -> None:
    rows = [*year(2023, 1, 1, 1, 1), *year(2024, 1, 1, 1, 1), *year(2024, 1, 1, 1, 1, entity_id="later")]
    found = calendar_years.capex_by_calendar_year(
        frame_of("capex", *rows), of_flow("revenue"), of_flow("operating_cash_flow")
    )
    assert found.groupby("calendar_year_of_company")["calendar_year_of_all_in_table"].count().gt(0).to_dict() == {
        2023: False,
        2024: True,
    }


def test_quarters_of_several_presentations_are_no_year_and_the_note_says_why() -> None:
    """The trailing sum of the last quarter is null where the four quarters are not of one presentation."""
    rows = year(2024, 1, 2, 3, 4)
    rows[3]["ttm_amount_local"] = float("nan")
    row = by_year(*rows).loc[2024]
    assert pd.isna(row["amount_local"]) and not row["is_complete"] and "not of one presentation" in row["note"]


def test_no_quarters_make_no_years(reference: Reference) -> None:
    sources: dict[str, tuple[Any, ...]] = {
        "capex_by_calendar_year": ("capex", "revenue", "operating_cash_flow"),
        "cloud_revenue_by_calendar_year": ("cloud_revenue",),
        "capex_by_overlapping_group_and_calendar_year": ("capex", "headline_capex", reference),
    }
    for table, read in sources.items():
        frames = [frame_of(name).iloc[:0] if isinstance(name, str) else name for name in read]
        found = getattr(calendar_years, table)(*frames)
        assert found.empty and failures(found, TABLES[table]).empty


# -------------------------------------------------------------------------------------------------------------- fiscal years


def fiscal(number: int, *amounts: float, **changed: Any) -> list[dict[str, Any]]:
    """The quarters of a fiscal year that ends in June."""
    names = (f"{number - 1}Q3", f"{number - 1}Q4", f"{number}Q1", f"{number}Q2")
    return [
        quarter(name, amount, fiscal_year=number, fiscal_quarter=f"FY{number}Q{place}", definition_id="old") | changed
        for place, (name, amount) in enumerate(zip(names, amounts, strict=False), 1)
    ]  # fmt: skip


def by_fiscal_year(*rows: dict[str, Any], printed: list[dict[str, Any]] | None = None) -> pd.DataFrame:
    about = {"entity_id": "example", "period_type": "year", "fiscal_period": "FY", "status": "reported", "source_type": "filing", "entity_type": "company"}  # fmt: skip
    years = [
        about | {"is_aggregate": False, "review_state": "reviewed", "is_preferred": False} | row
        for row in printed or [{"fiscal_year": 1999}]
    ]
    found = calendar_years.capex_by_fiscal_year(
        frame_of("capex", *rows), of_flow("revenue"), of_flow("operating_cash_flow"), frame_of("capex_by_definition", *years)
    )  # fmt: skip
    assert failures(found, TABLES["capex_by_fiscal_year"]).empty
    return found.set_index("fiscal_year")


def test_a_fiscal_year_is_the_sum_of_its_four_quarters() -> None:
    found = by_fiscal_year(*fiscal(2024, 1, 2, 3, 4), *fiscal(2025, 2, 4, 6, 8), *fiscal(2026, 3, 3))
    assert found["amount_local"].fillna(0).to_dict() == {2024: 10 * BN, 2025: 20 * BN, 2026: 0}
    assert (
        found.at[2025, "yoy_local_pct"] == pytest.approx(100) and found.at[2025, "year_before_amount_local"] == 10 * BN
    )


def test_growth_across_a_recast_compares_with_the_year_before_as_it_was_recast() -> None:
    """Ten billion on the old definition are eight on the new one, of which ten are growth of 25 percent."""
    first, *others = fiscal(2025, 2, 2, 3, 3, definition_id="new")
    recast = {"definition_id": "new", "fiscal_year": 2024, "amount": 8 * BN, "amount_usd": 8 * BN / 7}
    found = by_fiscal_year(*fiscal(2024, 1, 2, 3, 4), first | {"is_break": True}, *others, printed=[recast])
    assert found.at[2024, "amount_local"] == found.at[2025, "amount_local"] == 10 * BN
    assert found.at[2025, "year_before_amount_local"] == 8 * BN
    assert found.loc[2025, ["yoy_local_pct", "yoy_usd_pct"]].tolist() == pytest.approx([25, 25])


def test_growth_across_a_break_without_a_recast_year_is_null() -> None:
    """A year that is printed under the same definition is of the old scope."""
    first, *others = fiscal(2025, 2, 2, 3, 3)
    old = {"definition_id": "old", "fiscal_year": 2024, "amount": 10 * BN}
    found = by_fiscal_year(*fiscal(2024, 1, 2, 3, 4), first | {"is_break": True}, *others, printed=[old])
    assert found.loc[2025, ["yoy_local_pct", "year_before_amount_local"]].isna().all() and found.at[2025, "is_break"]
