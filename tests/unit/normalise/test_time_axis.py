"""Whole calendar and fiscal years, and whether every company has an amount for a quarter."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from capex_pipeline.normalise.time_axis import among_companies, at_year_ends, lag_days, on_time_axis, reference_quarter


def quarters(entity: str, *names: str, **columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"entity_id": entity, "calendar_quarter": list(names)} | columns)


YEAR = ("2024Q1", "2024Q2", "2024Q3", "2024Q4")


def years(rows: pd.DataFrame, column: str) -> list[int | None]:
    return [None if pd.isna(year) else int(year) for year in rows[column]]


def full(rows: pd.DataFrame) -> list[int | None]:
    return years(on_time_axis(rows, ["entity_id"]), "calendar_year")


def test_a_whole_year_has_four_quarters_of_one_company() -> None:
    rows = pd.concat([quarters("a", *YEAR, "2025Q1"), quarters("b", *YEAR[1:], "2025Q1")], ignore_index=True)
    assert full(rows) == [2024] * 4 + [None] * 5


def test_a_quarter_that_is_there_twice_is_not_two_of_the_four() -> None:
    assert full(quarters("a", *YEAR[:3], "2024Q3")) == [None] * 4
    assert full(quarters("a", *YEAR, "2024Q4")) == [2024] * 5


def test_rows_without_a_holder_are_one_holder() -> None:
    rows = quarters("a", *YEAR).assign(entity_id=pd.Series([None] * 4, dtype="str"))
    assert full(rows) == [2024] * 4


def reasons(rows: pd.DataFrame) -> list[str | None]:
    why = on_time_axis(rows, ["entity_id"])["why_no_calendar_year"]
    return [None if pd.isna(reason) else reason for reason in why]


def test_a_quarter_without_a_year_says_why() -> None:
    """Company b begins with the second quarter of 2024; the newest quarter of the table is the first of 2025."""
    rows = pd.concat([quarters("a", *YEAR, "2025Q1"), quarters("b", *YEAR[1:])], ignore_index=True)
    assert reasons(rows) == [None] * 4 + ["quarters_to_come"] + ["quarters_missing"] * 3


def test_a_year_that_every_company_could_have_reported_is_not_to_come() -> None:
    rows = pd.concat([quarters("a", *YEAR), quarters("b", *YEAR[:3])], ignore_index=True)
    assert reasons(rows) == [None] * 4 + ["quarters_missing"] * 3


def test_a_year_with_four_quarters_of_two_series_changes() -> None:
    assert reasons(quarters("a", *YEAR, is_break=[False, False, True, False])) == ["series_changes"] * 4


def test_a_group_without_a_member_in_one_quarter_lacks_the_quarter() -> None:
    assert reasons(quarters("a", *YEAR, is_complete=[True, False, True, True])) == ["quarters_missing"] * 4


def test_a_table_without_rows_has_no_reasons() -> None:
    assert reasons(quarters("a").astype("str")) == []


FISCAL = {"fiscal_quarter": ["FY2024Q4", "FY2025Q1", "FY2025Q2", "FY2025Q3", "FY2025Q4"]}
"""A fiscal year that ends in March: its fiscal 2025 lasts from the second quarter of 2024 to the first of 2025."""


def test_a_whole_fiscal_year_has_four_fiscal_quarters_of_one_series() -> None:
    rows = quarters("a", *YEAR, "2025Q1", **FISCAL)
    assert years(on_time_axis(rows, ["entity_id"]), "fiscal_year") == [None] + [2025] * 4
    first = rows.assign(is_break=[False, True, False, False, False])  # the new series begins with the fiscal year
    assert years(on_time_axis(first, ["entity_id"]), "fiscal_year") == [None] + [2025] * 4
    assert years(on_time_axis(first, ["entity_id"]), "calendar_year") == [None] * 5
    unfinished = on_time_axis(rows.iloc[:4], ["entity_id"])
    assert years(unfinished, "fiscal_year") == [None] * 4
    assert years(unfinished, "calendar_year") == [2024] * 4


def test_a_balance_has_its_year_in_the_last_quarter_only() -> None:
    rows = at_year_ends(quarters("a", *YEAR, "2025Q1", **FISCAL))
    assert years(rows, "calendar_year") == [None, None, None, 2024, None]
    assert years(rows, "fiscal_year") == [2024, None, None, None, 2025]


@pytest.mark.parametrize(
    ("columns", "is_full"),
    [
        ({"is_break": [True, False, False, False]}, True),  # the new series holds for the whole year
        ({"is_break": [False, False, True, False]}, False),
        ({"is_complete": [True, True, True, False]}, False),
        ({"ttm_amount_local": [None, None, None, 10.0]}, True),
        ({"ttm_amount_local": [10.0, 10.0, 10.0, None]}, False),  # the four quarters are not of one presentation
    ],
)
def test_quarters_that_do_not_add_up_make_no_whole_year(columns: dict[str, list[Any]], is_full: bool) -> None:
    assert full(quarters("a", *YEAR, **columns)) == [2024 if is_full else None] * 4


def test_a_quarter_is_one_of_all_companies_where_each_of_the_table_has_it() -> None:
    """Company b begins in the second quarter and has not reported the fourth."""
    rows = pd.concat([quarters("a", *YEAR), quarters("b", *YEAR[1:3])], ignore_index=True)
    found = among_companies(rows, None)
    assert found["calendar_quarter_of_all_in_table"].notna().tolist() == [False, True, True, False, True, True]
    assert found["is_latest_quarter_of_company"].tolist() == [False, False, False, True, False, True]
    assert found["is_latest_quarter_of_all_in_table"].tolist() == [False, False, True, False, False, True]
    assert not among_companies(pd.concat([rows, quarters("c", "2023Q1")]), None)[
        "is_latest_quarter_of_all_in_table"
    ].any()


@pytest.mark.parametrize(
    ("newest", "latest", "common"),
    [("2024Q4", [True, True], True), ("2025Q1", [True, False], False), ("2025Q2", [False, False], False)],
)
def test_a_series_that_ended_before_the_current_quarters_has_no_latest_one(
    newest: str, latest: list[bool], common: bool
) -> None:
    rows = pd.concat([quarters("a", *YEAR), quarters("b", *YEAR[:3])], ignore_index=True)
    found = among_companies(rows, newest)
    assert found.loc[[3, 6], "is_latest_quarter_of_company"].tolist() == latest
    assert found["is_latest_quarter_of_all_in_table"].any() == common


def stated(entity: str, quarter: str | None, **columns: Any) -> dict[str, Any]:
    whole = {"source_type": "filing", "review_state": "reviewed", "entity_type": "company", "status": "reported"}
    return {"entity_id": entity, "calendar_quarter": quarter, "value": 1.0, **whole, **columns}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([stated("a", "2024Q3")], "2024Q3"),
        ([stated("a", "2024Q3"), stated("b", "2020Q1")], "2024Q3"),  # the documents of b are not collected any more
        (
            [stated("a", "2024Q4"), stated("b", "2024Q3"), stated("c", "2024Q3")],
            "2024Q3",
        ),  # a reports before the others
        ([stated("a", "2024Q2"), stated("a", "2024Q3"), stated("b", "2024Q3")], "2024Q3"),
        ([stated("a", "2024Q3"), stated("b", "2024Q4", source_type="estimate", status="estimate")], "2024Q3"),
        ([stated("a", "2024Q3"), stated("b", "2024Q4", review_state="machine")], "2024Q3"),
        ([stated("a", "2024Q3"), stated("b", "2024Q4", entity_type="group")], "2024Q3"),
        ([stated("a", None)], None),
    ],
)
def test_reference_quarter_is_the_newest_that_half_of_the_companies_reached(
    rows: list[dict[str, Any]], expected: str | None
) -> None:
    assert reference_quarter(pd.DataFrame(rows)) == expected


def test_lag_of_a_fiscal_quarter_is_counted_from_the_end_of_its_calendar_quarter() -> None:
    """Microsoft's quarter to June, Nvidia's to 28 April 2024 and Oracle's to 31 May 2024."""
    ends = pd.Series(pd.to_datetime(["2024-06-30", "2024-04-28", "2024-05-31"]))
    assert lag_days(pd.Series(["2024Q2", "2024Q1", "2024Q2"]), ends).tolist() == [0, 28, -30]
