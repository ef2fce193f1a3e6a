"""Findings at a glance: each sentence from small tables, with numbers worked out by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
from builders import frame_of

from capex_pipeline.report import overview
from capex_pipeline.report.page_model import Source


def quarter(entity_id: str, name: str, amount: float, **changed: Any) -> dict[str, Any]:
    start = pd.Period(name, freq="Q").start_time
    plain = {
        "yoy_local_pct": None,
        "first_reported_amount_local": None,
        "capex_to_revenue_pct": None,
        "is_latest_quarter_of_company": False,
    }
    row = {
        "entity_id": entity_id,
        "entity_name": entity_id.title(),
        "calendar_quarter": name,
        "quarter_start": start,
        "currency": "USD",
    }
    return {**row, "amount_usd": amount, "amount_local": amount, **plain, **changed}


def source(*rows: dict[str, Any], **tables: pd.DataFrame) -> Source:
    group = {"calendar_quarter": "2026Q2", "is_complete": True, "members": "large|small|third", "members_reported": 3, "amount_usd": 40e9,
             "yoy_usd_pct": 91.4, "qoq_usd_pct": -2.55}  # fmt: skip
    return Source({
        "capex": frame_of("capex", *rows), "headline_capex": frame_of("headline_capex").iloc[:0], "capex_by_overlapping_group": frame_of("capex_by_overlapping_group", group), "coverage": frame_of("coverage").iloc[:0],
        "gpu_shipments": frame_of("gpu_shipments").iloc[:0], "entities": frame_of("entities", {"entity_id": "small", "entity_name": "Small"}),
        "outlooks": frame_of("outlooks").iloc[:0], **tables,
    })  # fmt: skip


ROWS = (
    quarter("large", "2026Q2", 30e9, yoy_local_pct=50.0), quarter("small", "2026Q2", 10e9, yoy_local_pct=200.0), quarter("third", "2026Q2", 9e9),
    quarter("small", "2026Q3", 90e9, yoy_local_pct=900.0),
)  # fmt: skip


def test_the_total_names_growth_in_both_directions() -> None:
    assert overview.total(source(*ROWS)) == (
        "The 3 tracked companies spent USD 40.0bn on capital expenditure, 91 percent more than a year earlier and 2.5 percent less than in the "
        "quarter before."
    )


def test_leaders_are_those_of_the_latest_complete_quarter() -> None:
    """A company that has already reported the next quarter is compared in the quarter that all have."""
    assert overview.leaders(source(*ROWS)) == (
        "Large spent the most, USD 30.0bn, 50 percent more than a year earlier; Small grew fastest, by 200 percent to USD 10.0bn."
    )


def test_the_largest_restatement_is_the_largest_in_percent() -> None:
    """6.2 to 6.1 billion is 1.6 percent; 30 to 30.15 billion is 0.5 percent."""
    found = overview.restatement(source(
        quarter("large", "2026Q2", 30.15e9, first_reported_amount_local=30e9), quarter("small", "2023Q2", 6.1e9, first_reported_amount_local=6.2e9),
    ))  # fmt: skip
    assert (
        found
        == "The largest restatement since 2019 is Small’s Q2 2023: first reported as USD 6.20bn, today USD 6.10bn, 1.6 percent less."
    )
    assert overview.restatement(source(quarter("large", "2026Q2", 30e9, first_reported_amount_local=30e9))) == ""


def test_what_is_missing_is_named_by_table() -> None:
    gap = {
        "table_name": "cloud_revenue",
        "entity_id": "small",
        "calendar_quarter": "2026Q2",
        "state": "missing",
        "is_gap": True,
    }
    shipped = frame_of("gpu_shipments", {"calendar_quarter": "2025Q4"})
    text = overview.missing(
        source(*ROWS, coverage=frame_of("coverage", gap, {**gap, "calendar_quarter": "2026Q1"}), gpu_shipments=shipped)
    )
    assert text == "Not available for Q2 2026: cloud revenue of Small. Estimates of accelerators end with Q4 2025."
    assert overview.missing(source(*ROWS)) == ""


def test_a_number_on_another_definition_is_missing_and_one_that_is_not_tracked_is_not() -> None:
    cell = {"table_name": "cloud_revenue", "calendar_quarter": "2026Q2", "is_gap": True}
    cells = frame_of(
        "coverage",
        cell | {"entity_id": "small", "state": "reported"},
        cell | {"entity_id": "large", "state": "not_collected"},
        cell | {"entity_id": "third", "state": "reported", "is_gap": False},
    )
    assert overview.missing(source(*ROWS, coverage=cells)) == "Not available for Q2 2026: cloud revenue of Small."


def test_a_company_in_a_sentence() -> None:
    """7.6 of at most 9.5 billion is 20 percent below; guidance of a period that is over is not repeated."""
    rows = (quarter("large", "2026Q1", 9.5e9), quarter("large", "2026Q2", 7.6e9, capex_to_revenue_pct=27.3))
    page = source(*rows)
    newest = list(page["capex"].itertuples())[1]
    assert (
        overview.sentence(page, newest, page["capex"])
        == "20 percent below the highest, Q1 2026, 27 percent of revenue."
    )


def test_a_card_shows_the_quarter_of_the_ranking_and_names_a_newer_one() -> None:
    """Small has reported Q3 2026 with 90 billion; the ranking is of Q2 2026, in which it spent 10."""
    rows = (*ROWS[:-1], {**ROWS[-1], "is_latest_quarter_of_company": True})
    cards = overview._cards(source(*rows))
    large, small, third = (next(card for card in cards if name in card) for name in ("Large", "Small", "Third"))
    assert "USD 10.0bn" in small and "Q2 2026" in small
    assert "Q3 2026 is on record too: USD 90.0bn, 900 percent more than a year earlier." in small
    assert "highest quarter on record" in small, "the newer quarter is not part of the history up to this one"
    assert "on record too" not in large + third


def test_a_company_s_own_year_comes_before_its_next_quarter_in_a_card() -> None:
    guided = {
        "entity_id": "large",
        "kind": "guidance",
        "is_latest": True,
        "outcome": "pending",
        "currency": "USD",
        "bound": "exact",
    }
    year = {
        **guided,
        "target_period_type": "year",
        "target_start": pd.Timestamp("2026-01-01"),
        "target_end": pd.Timestamp("2026-12-31"),
    }
    quarter_ahead = {
        **guided,
        "target_period_type": "quarter",
        "target_start": pd.Timestamp("2026-07-01"),
        "target_end": pd.Timestamp("2026-09-30"),
    }
    amounts = dict.fromkeys(("amount_low_local", "amount_mid_local", "amount_high_local"), 175000000000.0)
    outlooks = frame_of("outlooks", {**quarter_ahead, **dict.fromkeys(amounts, 50e9)}, {**year, **amounts})
    page = source(*ROWS, outlooks=outlooks)
    row = next(iter(page["capex"].itertuples()))
    assert "Guidance for 2026: USD 175bn" in overview.sentence(
        page, row, page["capex"][page["capex"]["entity_id"] == "large"]
    )


def test_without_tables_there_is_no_sentence() -> None:
    empty = source().tables
    page = Source({name: frame.iloc[:0] for name, frame in empty.items()})
    assert page.latest_quarter is None
    assert "No quarters are available." in overview.overview(page).markup
