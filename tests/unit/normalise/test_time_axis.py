"""Full calendar years, and whether every company has an amount for a quarter."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from capex_pipeline.normalise.time_axis import among_companies, on_time_axis


def quarters(entity: str, *names: str, **columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"entity_id": entity, "calendar_quarter": list(names)} | columns)


YEAR = ("2024Q1", "2024Q2", "2024Q3", "2024Q4")


def full(rows: pd.DataFrame) -> list[int | None]:
    return [None if pd.isna(year) else int(year) for year in on_time_axis(rows, ["entity_id"])["full_calendar_year"]]


def test_a_full_year_has_four_quarters_of_one_company() -> None:
    rows = pd.concat([quarters("a", *YEAR, "2025Q1"), quarters("b", *YEAR[1:], "2025Q1")], ignore_index=True)
    assert full(rows) == [2024] * 4 + [None] * 5


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
def test_quarters_that_do_not_add_up_make_no_full_year(columns: dict[str, list[Any]], is_full: bool) -> None:
    assert full(quarters("a", *YEAR, **columns)) == [2024 if is_full else None] * 4


def test_a_quarter_is_one_of_all_companies_where_each_of_the_table_has_it() -> None:
    """Company b begins in the second quarter and has not reported the fourth."""
    rows = pd.concat([quarters("a", *YEAR), quarters("b", *YEAR[1:3])], ignore_index=True)
    found = among_companies(rows)
    assert found["all_companies_reported"].tolist() == [False, True, True, False, True, True]
    assert found["is_latest_quarter"].tolist() == [False, False, False, True, False, True]
