"""Lines of statements beside each other: a total is null while a member is missing, and every null says whose amount or why."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from builders import frame_of

from capex_pipeline.normalise import financials
from capex_pipeline.reference import Reference
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures
from capex_pipeline.schemas.vocabulary import BALANCE_TABLES, FINANCIALS_BY_CALENDAR_YEAR, FLOW_LINES

pytestmark = pytest.mark.slow("computes observations from rows of its own in each test")

BN = 1e9
FOUR = ("alphabet", "amazon", "meta", "microsoft")


def quarters(entity: str, year: int, *amounts: float, **changed: Any) -> list[dict[str, Any]]:
    return [
        {
            "entity_id": entity, "entity_name": entity.title(), "calendar_quarter": f"{year}Q{number}", "calendar_year_of_company": year,
            "quarter_start": pd.Timestamp(year, 3 * number - 2, 1), "currency": "USD", "amount_local": amount * BN, "amount_usd": amount * BN,
            "amount_cny": 7 * amount * BN, "is_break": False, "ttm_amount_local": 4 * amount * BN,
        } | changed
        for number, amount in enumerate(amounts, 1)
    ]  # fmt: skip


def tables(**rows: list[dict[str, Any]]) -> dict[str, pd.DataFrame]:
    """The tidy tables of all lines, empty but for those that are named."""
    return {
        line: frame_of(line, *rows.get(line, [])).iloc[: len(rows.get(line, []))]
        for line in (*FLOW_LINES, *BALANCE_TABLES)
    }


def made(table: str, reference: Reference, **rows: list[dict[str, Any]]) -> pd.DataFrame:
    lines = tables(**rows)
    if table in FINANCIALS_BY_CALENDAR_YEAR:
        found = financials.by_calendar_year([table], lines, reference)[table]
    else:
        found = financials.financials_by_overlapping_group(lines, reference)
    assert failures(found, TABLES[table]).empty
    return found


def of_four(year: int, *amounts: float, without: str = "") -> list[dict[str, Any]]:
    return [row for name in FOUR if name != without for row in quarters(name, year, *amounts)]


def us_four(found: pd.DataFrame, period: str) -> pd.DataFrame:
    return found[found["entity_id"] == "us_four"].set_index(period)


def test_free_cash_flow_as_companies_state_it_is_not_added_up_over_a_group(reference: Reference) -> None:
    for name in ("financials_by_overlapping_group", "financials_by_overlapping_group_and_calendar_year"):
        found = made(name, reference, free_cash_flow_as_stated=of_four(2024, 1, 1, 1, 1))
        assert found.empty and not any(column.startswith("free_cash_flow_as_stated") for column in found)


def test_a_groups_year_has_each_line_in_its_own_columns(reference: Reference) -> None:
    found = made(
        "financials_by_overlapping_group_and_calendar_year", reference, revenue=of_four(2024, 5, 5, 5, 5), depreciation=of_four(2024, 1, 1, 1, 1)
    )  # fmt: skip
    row = us_four(found, "calendar_year").loc[2024]
    assert (row["revenue_usd"], row["depreciation_usd"]) == (80 * BN, 16 * BN)
    assert row["entity_name"] == "Four US hyperscalers" and row["currency"] == "USD"
    assert pd.isna(row["revenue_missing_members"]) and row["revenue_members"] == "|".join(FOUR)


def test_a_line_of_which_a_member_has_no_amount_on_record_is_null_and_names_it(reference: Reference) -> None:
    """Every company has a cash flow: one that is not on record is missing, and the total is not that of the others."""
    found = made(
        "financials_by_overlapping_group_and_calendar_year",
        reference,
        operating_cash_flow=of_four(2024, 1, 1, 1, 1, without="meta"),
    )
    row = us_four(found, "calendar_year").loc[2024]
    assert pd.isna(row["operating_cash_flow_usd"]) and row["operating_cash_flow_missing_members"] == "meta"
    assert row["free_cash_flow_missing_members"] == "|".join(FOUR)


def test_a_line_that_a_member_never_publishes_is_the_sum_of_the_others_and_says_whose(reference: Reference) -> None:
    """Meta publishes no cloud revenue."""
    found = made(
        "financials_by_overlapping_group_and_calendar_year",
        reference,
        cloud_revenue=of_four(2025, 2, 2, 2, 2, without="meta"),
    )
    row = us_four(found, "calendar_year").loc[2025]
    assert (row["cloud_revenue_of_publishing_members_usd"], row["cloud_revenue_members"]) == (
        24 * BN,
        "alphabet|amazon|microsoft",
    )


def test_capex_of_a_group_is_compared_with_the_revenue_of_the_same_members(reference: Reference) -> None:
    """16 of 80 billion are a fifth. Of cash flow one member has none on record, so no ratio of three to four companies is shown."""
    found = made(
        "financials_by_overlapping_group_and_calendar_year",
        reference,
        capex=of_four(2024, 1, 1, 1, 1),
        revenue=of_four(2024, 5, 5, 5, 5),
        operating_cash_flow=of_four(2024, 2, 2, 2, 2, without="meta"),
    )
    row = us_four(found, "calendar_year").loc[2024]
    assert row["capex_to_revenue_pct"] == pytest.approx(20) and pd.isna(row["capex_to_operating_cash_flow_pct"])


def test_capex_of_a_group_has_no_ratio_to_a_line_of_fewer_members() -> None:
    sums = {
        "capex_usd": [2.0, 2.0],
        "capex_members": ["a|b", "a|b"],
        "revenue_usd": [8.0, 8.0],
        "revenue_members": ["a|b", "a"],
    }
    shares = financials._share_of_capex(pd.DataFrame(sums), "revenue")
    assert shares.iloc[0] == 25 and pd.isna(shares.iloc[1])


def test_a_year_in_which_a_members_series_changes_is_null_and_the_note_says_why(reference: Reference) -> None:
    rows = of_four(2024, 5, 5, 5, 5)
    rows[14]["is_break"] = True  # Microsoft's third quarter
    row = us_four(
        made("financials_by_overlapping_group_and_calendar_year", reference, revenue=rows), "calendar_year"
    ).loc[2024]
    assert pd.isna(row["revenue_usd"]) and row["revenue_missing_members"] == "microsoft"
    assert row["note"].startswith("revenue: Microsoft: ") and "2024Q3" in row["note"]


def test_growth_of_a_groups_year_is_over_the_year_before(reference: Reference) -> None:
    found = made(
        "financials_by_overlapping_group_and_calendar_year",
        reference,
        revenue=[*of_four(2023, 4, 4, 4, 4), *of_four(2024, 5, 5, 5, 5)],
    )
    assert us_four(found, "calendar_year")["revenue_yoy_usd_pct"].fillna(0).tolist() == [0, pytest.approx(25)]


def test_balances_of_a_group_say_that_they_are_those_at_the_end_of_the_quarter(reference: Reference) -> None:
    about = {
        "entity_name": "x",
        "calendar_quarter": "2025Q4",
        "quarter_start": pd.Timestamp("2025-10-01"),
        "calendar_year_of_company": 2025,
        "currency": "USD",
    }
    backlog = [
        about | {"entity_id": name, "balance_local": 10 * BN, "balance_usd": 10 * BN}
        for name in ("alphabet", "amazon", "microsoft")
    ]
    found = made("financials_by_overlapping_group", reference, remaining_performance_obligations=backlog)
    row = us_four(found, "calendar_quarter").loc["2025Q4"]
    assert row["remaining_performance_obligations_of_publishing_members_at_quarter_end_usd"] == 30 * BN
    assert "remaining_performance_obligations_usd" not in found and row["revenue_missing_members"] == "|".join(FOUR)


CORE = ("capex", "revenue", "operating_cash_flow", "free_cash_flow")


def test_a_companys_year_has_its_lines_beside_each_other(reference: Reference) -> None:
    lines = {line: quarters("meta", 2022, amount, amount, amount, amount) for amount, line in enumerate(CORE, 1)}
    (row,) = made("financials_by_calendar_year", reference, **lines).to_dict("records")
    assert [row[f"{line}_usd"] for line in CORE] == [4 * BN, 8 * BN, 12 * BN, 16 * BN]
    assert (row["calendar_year_of_company"], row["currency"]) == (2022, "USD")


def test_a_year_that_lacks_a_line_has_no_amount_so_that_sums_are_of_the_same_companies(reference: Reference) -> None:
    """Oracle's cash flow of the fourth quarter is not on record: capex of two companies over cash flow of one is no ratio."""
    both = {line: [row for name in ("meta", "oracle") for row in quarters(name, 2022, 1, 1, 1, 1)] for line in CORE}
    assert made("financials_by_calendar_year", reference, **both)["missing_lines"].isna().tolist() == [True, True]
    found = made("financials_by_calendar_year", reference, **(both | {"operating_cash_flow": both["operating_cash_flow"][:-1]}))  # fmt: skip
    assert found["entity_id"].tolist() == ["meta", "oracle"]
    assert found["capex_usd"].notna().tolist() == found["revenue_usd"].notna().tolist() == [True, False]
    assert found["missing_lines"].iloc[1] == "operating_cash_flow"


def test_a_year_of_all_companies_is_one_that_each_company_of_the_table_has(reference: Reference) -> None:
    rows = [
        *quarters("meta", 2022, 1, 1, 1, 1),
        *quarters("meta", 2023, 1, 1, 1, 1),
        *quarters("oracle", 2023, 1, 1, 1, 1),
    ]
    found = made("financials_by_calendar_year", reference, **dict.fromkeys(CORE, rows))
    assert found["calendar_year_of_all_in_table"].dropna().tolist() == [2023, 2023]


def test_a_year_of_all_companies_is_none_while_a_company_lacks_a_line_in_every_year(reference: Reference) -> None:
    """Tencent's cash flow is not on record, and its rows say so; a sum over the others is no sum of all companies in the table."""
    lines = {line: quarters("meta", 2023, 1, 1, 1, 1) for line in CORE}
    found = made("financials_by_calendar_year", reference, **(lines | {"capex": [*lines["capex"], *quarters("tencent", 2023, 1, 1, 1, 1)]}))  # fmt: skip
    assert found["entity_id"].tolist() == ["meta", "tencent"] and found["calendar_year_of_all_in_table"].isna().all()


def test_depreciation_with_and_without_amortization_is_not_added_up_over_a_group(reference: Reference) -> None:
    found = made(
        "financials_by_overlapping_group_and_calendar_year",
        reference,
        depreciation=of_four(2024, 1, 1, 1, 1, without="meta"),
        depreciation_and_amortization=quarters("meta", 2024, 1, 1, 1, 1),
    )
    row = us_four(found, "calendar_year").loc[2024]
    assert pd.isna(row["depreciation_usd"]) and row["depreciation_missing_members"] == "meta"
    assert pd.isna(row["depreciation_and_amortization_usd"])


@pytest.mark.parametrize(
    "table",
    [
        "financials_by_calendar_year",
        "financials_by_overlapping_group",
        "financials_by_overlapping_group_and_calendar_year",
    ],
)
def test_no_quarters_make_no_rows(table: str, reference: Reference) -> None:
    assert made(table, reference).empty
