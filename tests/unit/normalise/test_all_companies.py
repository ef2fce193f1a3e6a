"""Totals of all companies: null while one is missing, and growth over the same companies on the same definitions."""

from __future__ import annotations

from typing import Any

import pandas as pd

from capex_pipeline.normalise import all_companies
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures

_QUARTERS = "capex_of_all_companies"
_YEARS = "capex_of_all_companies_by_calendar_year"


def _rows(period: str, amounts: dict[tuple[str, Any], tuple[float | None, float | None]]) -> pd.DataFrame:
    """Rows of companies: (company, period) to amount and growth in US dollars."""
    return pd.DataFrame(
        [
            {"entity_id": company, period: when, "amount_usd": amount, "amount_cny": None, "yoy_usd_pct": growth}
            for (company, when), (amount, growth) in amounts.items()
        ]
    ).astype({"amount_usd": "float64", "amount_cny": "float64", "yoy_usd_pct": "float64"})


def test_total_of_a_year_is_null_while_a_company_has_no_amount() -> None:
    rows = _rows(
        "calendar_year_of_company",
        {("amazon", 2024): (80.0, None), ("meta", 2024): (None, None), ("meta", 2025): (70.0, None)},
    )
    years = all_companies.totals(rows, TABLES[_YEARS]).set_index("calendar_year")
    assert years["amount_usd"].isna().all()
    assert years["missing_companies"].to_dict() == {2024: "meta", 2025: "amazon"}
    assert years["companies_reported"].to_dict() == {2024: 1, 2025: 1}


def test_growth_leaves_out_a_company_that_joins() -> None:
    rows = _rows(
        "calendar_year_of_company",
        {("amazon", 2023): (50.0, None), ("amazon", 2024): (80.0, 60.0), ("coreweave", 2024): (10.0, None)},
    )
    year = all_companies.totals(rows, TABLES[_YEARS]).set_index("calendar_year").loc[2024]
    assert (year["amount_usd"], year["comparable_companies"]) == (90.0, "amazon")
    assert abs(year["comparable_companies_yoy_usd_pct"] - 60.0) < 1e-9


def test_growth_leaves_out_a_company_whose_definition_changes() -> None:
    rows = _rows(
        "calendar_year_of_company",
        {
            ("amazon", 2021): (60.0, None), ("amazon", 2022): (63.0, 5.0),
            ("meta", 2021): (19.0, None), ("meta", 2022): (31.0, None),
        },
    )  # fmt: skip
    year = all_companies.totals(rows, TABLES[_YEARS]).set_index("calendar_year").loc[2022]
    assert (year["amount_usd"], year["comparable_companies"], year["companies_left_out_of_yoy"]) == (
        94.0,
        "amazon",
        "meta",
    )
    assert abs(year["comparable_companies_yoy_usd_pct"] - 5.0) < 1e-9


def test_growth_is_null_until_every_company_of_the_year_before_has_reported() -> None:
    rows = _rows(
        "calendar_quarter",
        {("oracle", "2025Q3"): (8.0, None), ("amazon", "2025Q3"): (34.0, None), ("oracle", "2026Q3"): (28.0, 250.0)},
    )
    quarter = all_companies.totals(rows, TABLES[_QUARTERS]).set_index("calendar_quarter").loc["2026Q3"]
    assert quarter["missing_companies"] == "amazon"
    assert quarter[["amount_usd", "comparable_companies", "comparable_companies_yoy_usd_pct"]].isna().all()


def test_growth_of_a_quarter_compares_with_the_same_quarter_and_not_with_the_row_before() -> None:
    rows = _rows(
        "calendar_quarter",
        {("amazon", "2024Q1"): (14.0, None), ("amazon", "2024Q4"): (26.0, None), ("amazon", "2025Q1"): (25.0, 78.57)},
    )
    quarters = all_companies.totals(rows, TABLES[_QUARTERS]).set_index("calendar_quarter")
    assert abs(quarters.loc["2025Q1", "comparable_companies_yoy_usd_pct"] - (25 / 14 - 1) * 100) < 1e-9
    assert pd.isna(quarters.loc["2024Q4", "comparable_companies_yoy_usd_pct"])


def test_the_trailing_total_is_null_unless_every_company_has_one() -> None:
    rows = _rows(
        "calendar_quarter",
        {(name, quarter): (10.0, None) for name in ("amazon", "meta") for quarter in ("2024Q1", "2024Q2")},
    )
    rows["ttm_amount_usd"] = [35.0, 40.0, None, 20.0]
    found = all_companies.totals(rows, TABLES[_QUARTERS]).set_index("calendar_quarter")["ttm_amount_usd"]
    assert pd.isna(found["2024Q1"]) and found["2024Q2"] == 60


def test_totals_of_no_companies_have_no_rows_and_fit_the_contract() -> None:
    for table, period in ((_QUARTERS, "calendar_quarter"), (_YEARS, "calendar_year_of_company")):
        totals = all_companies.totals(
            _rows(period, {("amazon", "2024Q1" if period == "calendar_quarter" else 2024): (1.0, None)})[:0],
            TABLES[table],
        )
        assert totals.empty and failures(totals, TABLES[table]).empty


def test_ratio_of_all_companies_is_null_unless_every_company_has_both_amounts() -> None:
    rows = pd.DataFrame(
        [
            ("amazon", 2024, 80.0, 600.0, 100.0), ("meta", 2024, 40.0, 200.0, None),
            ("amazon", 2025, 130.0, 700.0, 140.0), ("meta", 2025, 70.0, None, 110.0),
        ],
        columns=["entity_id", "calendar_year_of_company", "amount_usd", "revenue_usd", "operating_cash_flow_usd"],
    ).assign(amount_cny=None, yoy_usd_pct=None)  # fmt: skip
    years = all_companies.totals(rows, TABLES[_YEARS]).set_index("calendar_year")
    assert years["capex_to_revenue_pct"].fillna(0).to_dict() == {2024: 15.0, 2025: 0}
    assert years["revenue_missing_companies"].fillna("-").to_dict() == {2024: "-", 2025: "meta"}
    assert years["operating_cash_flow_missing_companies"].fillna("-").to_dict() == {2024: "meta", 2025: "-"}
    assert years["capex_to_operating_cash_flow_pct"].fillna(0).round(2).to_dict() == {2024: 0, 2025: 80.0}


def test_quarters_are_compared_with_the_revenue_of_the_same_quarters() -> None:
    capex = _rows("calendar_quarter", {("amazon", "2024Q1"): (15.0, None), ("amazon", "2024Q2"): (18.0, None)})
    revenue = _rows("calendar_quarter", {("amazon", "2024Q2"): (150.0, None)})
    rows = all_companies.beside_flows(capex, revenue, revenue.head(0))
    quarters = all_companies.totals(rows, TABLES[_QUARTERS]).set_index("calendar_quarter")
    assert quarters["capex_to_revenue_pct"].fillna(0).to_dict() == {"2024Q1": 0, "2024Q2": 12.0}
    assert set(quarters["operating_cash_flow_missing_companies"]) == {"amazon"}
