"""headline_capex: what a company presents, and which parts lead to it; capex_plus_finance_lease_assets: what leases add."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from builders import frame_of

from capex_pipeline.normalise import headline_capex
from capex_pipeline.reference import Reference
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures

M = 1e6
PARTS = ("finance_lease_assets_local", "finance_lease_principal_local", "incentive_proceeds_local")
Presented = tuple[str, str, float, str, float, dict[str, float]]
"""Company, comparable definition and amount, headline definition and amount, parts on record; amounts in millions."""


def place(quarter: str) -> dict[str, Any]:
    return {"calendar_quarter": quarter, "currency": "USD"}


def comparable_of(entity: str, definition: str, amount: float, quarter: str) -> dict[str, Any]:
    return {
        **place(quarter), "entity_id": entity, "definition_id": definition, "amount_local": amount * M, "amount_usd": amount * M,
        "observation_id": f"{entity}/{quarter}/comparable", "fiscal_quarter": f"FY{quarter}", "is_break": False,
    }  # fmt: skip


def presented_of(entity: str, definition: str, amount: float, quarter: str) -> dict[str, Any]:
    period = pd.Period(quarter, freq="Q")
    return {
        **place(quarter), "entity_id": entity, "definition_id": definition, "amount": amount * M, "amount_usd": amount * M, "is_preferred": False,
        "entity_type": "company", "is_aggregate": False, "status": "reported", "source_type": "filing", "review_state": "reviewed", "period_type": "quarter",
        "period_start": period.start_time, "period_end": period.end_time.normalize(), "observation_id": f"{entity}/{quarter}/headline",
    }  # fmt: skip


def parts_of(*rows: tuple[str, str, dict[str, float]]) -> pd.DataFrame:
    """Rows: company, quarter, parts in millions."""
    return pd.DataFrame(
        [
            {"entity_id": entity, "calendar_quarter": quarter, **dict.fromkeys(PARTS, float("nan"))}
            | {name: value * M for name, value in filed.items()}
            for entity, quarter, filed in rows
        ]
    )


def tables_of(reference: Reference, *quarters: tuple[str, Presented]) -> pd.DataFrame:
    capex = [comparable_of(*row[:3], quarter) for quarter, row in quarters]
    presented = [presented_of(row[0], *row[3:5], quarter) for quarter, row in quarters]
    found = headline_capex.headline_capex(
        frame_of("capex", *capex),
        frame_of("capex_by_definition", *presented),
        parts_of(*((row[0], quarter, row[5]) for quarter, row in quarters)),
        reference,
        None,
    )
    assert failures(found, TABLES["headline_capex"]).empty
    return found


def bridge_of(reference: Reference, *rows: Presented) -> pd.DataFrame:
    return tables_of(reference, *(("2024Q2", row) for row in rows))


def test_a_headline_that_was_only_spoken_leaves_a_remainder(reference: Reference) -> None:
    """Microsoft, April to June 2024: 13,873 in cash, 4,712 of assets under finance leases, 19.0 billion on the call."""
    (row,) = bridge_of(
        reference,
        ("microsoft", "cash_purchases", 13_873, "stated_including_finance_leases", 19_000,
         {"finance_lease_assets_local": 4_712, "finance_lease_principal_local": 390}),
    ).to_dict("records")  # fmt: skip
    assert row["finance_lease_assets_local"] == 4_712 * M and row["remainder_local"] == pytest.approx(415 * M)
    assert pd.isna(row["finance_lease_principal_local"]), (
        "the headline counts the assets, so the repayment is no part of it"
    )
    assert pd.isna(row["missing_parts"])


def test_repaid_principal_leads_to_the_headline_of_meta(reference: Reference) -> None:
    """Meta, October to December 2025: 21,383 + 754 = 22,137."""
    (row,) = bridge_of(
        reference,
        ("meta", "cash_purchases", 21_383, "cash_and_lease_principal", 22_137, {"finance_lease_principal_local": 754}),
    ).to_dict("records")  # fmt: skip
    assert row["finance_lease_principal_local"] == 754 * M and row["remainder_local"] == 0
    assert pd.isna(row["incentive_proceeds_local"]), "Meta tags its purchases net of proceeds"


def test_incentives_are_taken_off_and_a_part_that_is_not_on_record_is_named(reference: Reference) -> None:
    """Amazon, April to June 2024: 17,620 less 1,227 is 16,393."""
    known = ("amazon", "cash_purchases", 17_620, "cash_net_of_incentives", 16_393)
    (row,) = bridge_of(reference, (*known, {"incentive_proceeds_local": 1_227})).to_dict("records")
    assert (row["incentive_proceeds_local"], row["remainder_local"]) == (-1_227 * M, 0)
    (row,) = bridge_of(reference, (*known, {})).to_dict("records")
    assert pd.isna(row["remainder_local"]) and row["missing_parts"] == "incentive_proceeds_local"


def test_a_headline_that_is_the_comparable_amount_needs_no_parts(reference: Reference) -> None:
    (row,) = bridge_of(reference, ("oracle", "cash_purchases", 2_800, "cash_purchases", 2_800, {})).to_dict("records")
    assert (row["headline_amount_local"], row["remainder_local"]) == (2_800 * M, 0)
    assert row["finance_leases_in_headline"] == "none" and pd.isna(row["missing_parts"])


def test_the_headline_says_how_it_counts_finance_leases(reference: Reference) -> None:
    found = bridge_of(
        reference,
        ("meta", "cash_purchases", 21_383, "cash_and_lease_principal", 22_137, {}),
        ("microsoft", "cash_purchases", 13_873, "stated_including_finance_leases", 19_000, {}),
    )
    assert found["finance_leases_in_headline"].tolist() == ["principal", "stated"]


def test_a_year_without_the_headline_of_one_quarter_is_no_year(reference: Reference) -> None:
    year = [
        (f"2024Q{number}", ("meta", "cash_purchases", 10, "cash_and_lease_principal", 11, {})) for number in range(1, 5)
    ]
    assert tables_of(reference, *year)["calendar_year_of_company"].tolist() == [2024] * 4
    missing = tables_of(reference, *year[1:])
    assert missing["calendar_year_of_company"].isna().all()
    assert missing["why_no_calendar_year"].tolist() == ["quarters_missing"] * 3


def with_leases(reference: Reference, *capex: dict[str, Any], parts: pd.DataFrame) -> pd.DataFrame:
    found = headline_capex.capex_plus_finance_lease_assets(frame_of("capex", *capex), parts, reference, None)
    assert failures(found, TABLES["capex_plus_finance_lease_assets"]).empty
    return found


def test_amounts_with_and_without_leases_are_of_the_same_quarters(reference: Reference) -> None:
    """Microsoft's second quarter has no statement on leases, so neither amount of it is in the table."""
    quarters = [comparable_of("microsoft", "cash_purchases", 10, f"2024Q{number}") | {"amount_usd": 5 * M} for number in (1, 2)]  # fmt: skip
    found = with_leases(
        reference, *quarters, parts=parts_of(("microsoft", "2024Q1", {"finance_lease_assets_local": 4}), ("microsoft", "2024Q2", {}))
    )  # fmt: skip
    (row,) = found.to_dict("records")
    assert (
        row["cash_purchases_plus_finance_lease_assets_local"],
        row["cash_purchases_plus_finance_lease_assets_usd"],
    ) == (14 * M, 7 * M)
    assert (row["cash_purchases_usd"], row["finance_lease_assets_usd"]) == (5 * M, 2 * M)


def test_leases_are_not_added_to_an_amount_that_holds_them(reference: Reference) -> None:
    """Meta's comparable amount of 2021 includes principal repaid on finance leases."""
    row = comparable_of("meta", "cash_and_lease_principal", 10, "2021Q1")
    parts = parts_of(("meta", "2021Q1", {"finance_lease_assets_local": 4}))
    assert with_leases(reference, row, parts=parts).empty
