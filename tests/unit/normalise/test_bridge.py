"""capex_bridge: which parts lead from the comparable amount to the headline, and what is said where one is not on record."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from builders import frame_of

from capex_pipeline.normalise.bridge import capex_bridge
from capex_pipeline.reference import Reference
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures

M = 1e6
PARTS = ("finance_lease_assets_local", "finance_lease_principal_local", "incentive_proceeds_local")


def bridge_of(reference: Reference, *rows: tuple[str, str, float, str, float, dict[str, float]]) -> pd.DataFrame:
    """Rows: company, comparable definition and amount, headline definition and amount, parts on record; amounts in millions."""
    quarter = {"calendar_quarter": "2024Q2", "currency": "USD"}
    capex = [
        {
            **quarter,
            "entity_id": entity,
            "definition_id": definition,
            "amount_local": amount * M,
            "headline_definition_id": headline_definition,
            "headline_amount_local": headline * M,
        }
        for entity, definition, amount, headline_definition, headline, _ in rows
    ]
    parts: list[dict[str, Any]] = [
        {
            **quarter,
            "entity_id": entity,
            **dict.fromkeys(PARTS, float("nan")),
            **{name: value * M for name, value in filed.items()},
        }
        for entity, *_, filed in rows
    ]
    found = capex_bridge(frame_of("capex", *capex), pd.DataFrame(parts), reference)
    assert failures(found, TABLES["capex_bridge"]).empty
    return found


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


def test_a_headline_that_is_the_comparable_amount_needs_no_bridge(reference: Reference) -> None:
    assert bridge_of(reference, ("oracle", "cash_purchases", 2_800, "cash_purchases", 2_800, {})).empty
