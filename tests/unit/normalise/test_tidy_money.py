"""capex_vintages: which amounts a quarter had, between which dates, and in which currency."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from builders import frame_of

from capex_pipeline.normalise.tidy_money import _dates, _year_to_date, is_rounded, vintages
from capex_pipeline.reference import Reference
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures

ALIBABA = {"entity_id": "alibaba", "calendar_quarter": "2024Q2", "currency": "CNY"}
PERIOD = {"period_start": pd.Timestamp("2024-04-01"), "period_end": pd.Timestamp("2024-06-30")}


def known(
    observation_id: str, value: float, known_from: str, known_to: str | None = None, **changed: Any
) -> dict[str, Any]:
    dates = {"known_from": pd.Timestamp(known_from), "known_to": pd.Timestamp(known_to) if known_to else pd.NaT}
    place = {"observation_id": observation_id, "series": "own", **ALIBABA, **PERIOD}
    return {**place, "value": value, **dates, "is_latest": known_to is None, **changed}


def vintages_of(*observations: dict[str, Any]) -> pd.DataFrame:
    """The vintages of a table capex that shows the observation "now", at 7 yuan for a dollar."""
    shown = {**ALIBABA, "observation_id": "now"}
    rows = vintages(
        frame_of("capex", shown),
        frame_of("capex_by_definition", {**ALIBABA, **PERIOD, "observation_id": "now", "fx_usd": 7.0}),
        frame_of("observations", *observations),
        TABLES["capex_vintages"],
    )
    assert failures(rows, TABLES["capex_vintages"]).empty
    return rows


def test_a_revised_quarter_has_a_row_for_each_amount_in_order_of_time() -> None:
    rows = vintages_of(
        known("now", 714.0, "2025-05-15"),
        known("first", 700.0, "2024-08-15", "2025-05-15"),
    )
    assert rows["amount_local"].tolist() == [700.0, 714.0] and rows["amount_usd"].tolist() == [100.0, 102.0]
    assert rows["change_local"].isna().tolist() == [True, False] and rows["change_local"].iloc[1] == 14.0
    assert rows["is_latest"].tolist() == [False, True]
    assert rows["known_to"].iloc[0] == rows["known_from"].iloc[1] == pd.Timestamp("2025-05-15")


def test_other_series_and_periods_of_a_company_are_no_vintages_of_a_quarter() -> None:
    rows = vintages_of(
        known("now", 714.0, "2025-05-15"),
        known("of a newspaper", 720.0, "2024-08-20", series="press"),
        known("of a half-year", 1_400.0, "2024-08-15", period_start=pd.Timestamp("2024-01-01")),
    )
    assert rows["observation_id"].tolist() == ["now"]


@pytest.mark.parametrize(
    ("first", "now", "expected"),
    [
        (22_527e3, 23e6, True), (39_741e3, 39e6, True), (40_000e3, 39e6, False), (22_527e3, 24e6, False), (2_100e6, 2_102e6, False),
        (12_094_400, 12_094e3, True), (23e6, 22_527e3, False), (5e6, 5e6, False), (float("nan"), 23e6, False),
    ],
    ids=["millions", "difference of two millions", "both in millions", "more than a unit", "revised", "thousands", "finer", "equal", "unknown"],
)  # fmt: skip
def test_an_amount_in_larger_units_less_than_one_unit_away_is_rounded(first: float, now: float, expected: bool) -> None:
    assert is_rounded(pd.Series([first]), pd.Series([now])).tolist() == [expected]


def year_to_date(**changed: list[Any]) -> tuple[list[float | None], list[float | None]]:
    """calendar_ytd_amount_usd and its growth of two years of one company, whose quarters are 1 to 4 and then twice that."""
    rows = pd.DataFrame(
        {
            "entity_id": "meta",
            "calendar_quarter": [f"{year}Q{number}" for year in (2024, 2025) for number in (1, 2, 3, 4)],
            "amount_usd": [1.0, 2.0, 3.0, 4.0, 2.0, 4.0, 6.0, 8.0],
            "yoy_usd_pct": [None] * 4 + [100.0] * 4,
            "is_break": False,
            "is_latest": True,
        }
    ).assign(**changed)
    found = _year_to_date(rows)
    sums, growth = (found[name].astype("object") for name in ("calendar_ytd_amount_usd", "calendar_ytd_yoy_usd_pct"))
    return sums.where(sums.notna(), None).tolist(), growth.where(growth.notna(), None).tolist()


def test_the_first_months_of_two_years_are_compared_over_equal_quarters() -> None:
    assert year_to_date() == ([1, 3, 6, 10, 2, 6, 12, 20], [None] * 4 + [100, 100, 100, 100])


def test_a_year_to_date_ends_where_a_quarter_is_missing_recast_or_on_another_definition() -> None:
    whole = [1.0, 2.0, 3.0, 4.0]
    assert year_to_date(amount_usd=[*whole, 2.0, None, 6.0, 8.0])[0][4:] == [2, None, None, None]
    assert year_to_date(is_break=[False] * 6 + [True, False])[0][4:] == [2, 6, None, None]
    assert year_to_date(is_break=[False] * 4 + [True] + [False] * 3)[0][4:] == [2, 6, 12, 20]
    assert year_to_date(is_latest=[True] * 5 + [False] + [True] * 2)[0][4:] == [2, None, None, None]
    assert year_to_date(yoy_usd_pct=[None] * 5 + [100.0] * 3)[1] == [None] * 8


def test_a_table_without_rows_has_no_vintages() -> None:
    """As of a day before the first document, no company has published anything."""
    tables = (frame_of(table).iloc[:0] for table in ("capex", "capex_by_definition", "observations"))
    rows = vintages(*tables, TABLES["capex_vintages"])
    assert rows.empty and failures(rows, TABLES["capex_vintages"]).empty


def test_a_time_without_a_value_has_no_row() -> None:
    """Two presentations of a year could not be subtracted from each other until a later filing had both."""
    no_value = dict.fromkeys(["value_low", "value", "value_high"], float("nan"))
    conflict = known("unknown", 0.0, "2024-08-15", "2025-05-15") | no_value | {"conflict_reason": "Two presentations."}
    rows = vintages_of(conflict, known("now", 714.0, "2025-05-15"))
    assert rows["observation_id"].tolist() == ["now"] and rows["change_local"].isna().all()


@pytest.mark.parametrize(("presentation", "is_own"), [("FY2024", True), (None, True), ("FY2024, as recast", False)])
def test_an_amount_that_was_only_published_as_recast_is_no_first_report(
    presentation: str | None, is_own: bool, reference: Reference
) -> None:
    day = pd.Timestamp("2024-08-20")
    filed = {"source_type": "filing", "document_known_from": day, "presentation": presentation}
    observations = frame_of("observations", known("now", 714.0, "2024-08-20", conflict_reason=None, **filed))
    rows = pd.DataFrame([{"observation_id": "now", "entity_id": "alibaba", **PERIOD}])
    dates = _dates(rows, observations, reference).iloc[0]
    assert dates["has_own_report"] == is_own
    assert dates["first_filed_on"] == day if is_own else pd.isna(dates["first_filed_on"])
