"""Table reconciliations: chips times prices, revenue and capital expenditure by calendar quarter, computed by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from builders import frame_of

from capex_pipeline.reconcile.reconciliations import reconciliations
from capex_pipeline.reference import Reference
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures

FISCAL, CALENDAR = ("2024-01-29", "2024-04-28"), ("2024-01-01", "2024-03-31")
BILLION = 1e9


def days(start: str, end: str, names: tuple[str, str] = ("period_start", "period_end")) -> dict[str, Any]:
    return dict(zip(names, map(pd.Timestamp, (start, end)), strict=True))


def observed(name: str, metric: str, definition: str, period: tuple[str, str], **changed: Any) -> dict[str, Any]:
    known = {
        "known_from": pd.Timestamp("2024-05-22"),
        "known_to": pd.NaT,
        "known_from_basis": "document",
        "is_latest": True,
        "calendar_quarter": "2024Q1",
    }
    return {"observation_id": name, "entity_id": "nvidia", "metric_id": metric, "definition_id": definition, "period_type": "quarter",
            "status": "reported", "source_type": "filing", "review_state": "reviewed", "currency": "USD", **known, **days(*period), **changed}  # fmt: skip


def earned(name: str, billions: float, **changed: Any) -> dict[str, Any]:
    return observed(name, "data_center_revenue", "nvidia_data_center", FISCAL, value=billions * BILLION, **changed)


def priced(name: str, product: str, low: float, high: float, **changed: Any) -> dict[str, Any]:
    about = {
        "supplier_id": "nvidia",
        "product": product,
        "value_low": low,
        "value": None,
        "value_high": high,
        "unit": "money_per_unit",
    }
    year = {"period_type": "year", "source_type": "estimate", "status": "estimate", "calendar_quarter": None}
    return observed(name, "gpu_unit_price", "epoch_price_band", ("2024-01-01", "2024-12-31"), **about | year | changed)


def shipped(name: str, product: str, low: float, high: float, period: tuple[str, str] = FISCAL) -> dict[str, Any]:
    return {"observation_id": name, "entity_id": "nvidia", "supplier_id": "nvidia", "product": product, "units_low": low, "units": (low + high) / 2, "units_high": high,
            "definition_id": "epoch_model_estimate", "calendar_quarter": "2024Q1", "measure": "flow", "flow": "shipped",
            "status": "estimate", "source_type": "estimate", "claimant": "Epoch AI", **days(*period)}  # fmt: skip


def bought(name: str, customer: str, units: float, **changed: Any) -> dict[str, Any]:
    """Chips of a buyer: from 90 to 110 per cent of their number, one H100 equivalent and 700 watts each."""
    measures = {
        f"{measure}{end}": units * each * share
        for measure, each in (("units", 1), ("h100_equivalents", 1), ("power_mw", 7e-4))
        for end, share in (("_low", 0.9), ("", 1), ("_high", 1.1))
    }
    names = {
        "supplier_id": "nvidia",
        "supplier_name": "Nvidia",
        "customer_id": customer,
        "customer_name": customer,
        "customer_type": "company",
    }
    return {"observation_id": name, "product": "h100_h200", "calendar_quarter": "2024Q1", "calendar_year_of_supplier": 2024, "estimator": "Epoch AI", **names, **measures, **changed}  # fmt: skip


def spent(name: str, entity: str, billions: float, period: tuple[str, str] = CALENDAR) -> dict[str, Any]:
    quarter = days(*period, ("fiscal_period_start", "fiscal_period_end"))
    return {"observation_id": name, "entity_id": entity, "entity_name": entity, "calendar_quarter": "2024Q1", "amount_usd": billions * BILLION, **quarter}  # fmt: skip


def reconciled(
    reference: Reference,
    observations: list[dict[str, Any]],
    estimates: Any = (),
    by_customer: Any = (),
    capex: Any = (),
) -> dict[str, dict[str, Any]]:
    """Rows by kind. The intervals of by_customer are those of estimates by customer with the same ids, which are made here."""
    ends = {f"{name}_{end}" for name in ("units", "h100_equivalents", "power_mw") for end in ("low", "high")}
    behind = [{name: row[name] for name in (*ends, "observation_id")} for row in by_customer]
    by_customer = [{name: value for name, value in row.items() if name not in ends} for row in by_customer]
    frames = [
        frame_of(table, *rows) if rows else frame_of(table).iloc[:0]
        for table, rows in (
            ("observations", observations), ("gpu_estimates", estimates), ("gpu_estimates_by_customer", behind), ("gpu_shipments_by_customer_and_product", by_customer), ("capex", capex),
        )
    ]  # fmt: skip
    found = reconciliations(*frames, reference)
    assert failures(found, TABLES["reconciliations"]).empty
    return {row["kind"]: row for row in found.to_dict("records")}


H100 = priced("price", "h100", 20_000, 30_000)


@pytest.mark.parametrize(("revenue", "position", "outside"), [(10, "above", 6.7), (3, "inside", 0), (1, "below", -0.8)])
def test_chips_times_prices_beside_the_revenue_of_the_same_days(
    reference: Reference, revenue: float, position: str, outside: float
) -> None:
    """90,000 to 110,000 chips at 20,000 to 30,000 dollars are 1.8 to 3.3 billion."""
    row = reconciled(reference, [earned("revenue", revenue), H100], [shipped("count", "h100_h200", 90_000, 110_000)])[
        "units_times_prices"
    ]
    assert (row["value_low_usd"], row["value_high_usd"]) == (1.8 * BILLION, 3.3 * BILLION)
    assert row["revenue_position"] == position and row["revenue_outside_usd"] == pytest.approx(outside * BILLION)
    assert row["revenue_covered_high_pct"] == pytest.approx(330 / revenue)
    assert row["observation_ids"] == "count|price|revenue"
    assert (row["calendar_quarter"], row["period_start"], row["period_end"]) == ("2024Q1", *map(pd.Timestamp, FISCAL))
    assert "not that the counts are right" in row["limits"] and "h100_h200 at the price of h100" in row["limits"]


def test_a_count_of_the_calendar_quarter_is_not_compared_with_a_fiscal_quarter(reference: Reference) -> None:
    """January to March and Nvidia's February to April are not the same 91 days."""
    counts = [shipped("calendar", "h100_h200", 90_000, 110_000, CALENDAR)]
    assert reconciled(reference, [earned("revenue", 10), H100], counts) == {}
    both = reconciled(reference, [earned("revenue", 10), H100], [*counts, shipped("fiscal", "h100_h200", 9e4, 11e4)])
    assert "calendar" not in both["units_times_prices"]["observation_ids"]


def test_without_a_price_for_one_product_there_is_no_interval(reference: Reference) -> None:
    counts = [shipped("a", "h100_h200", 90_000, 110_000), shipped("b", "b200", 10, 20)]
    row = reconciled(reference, [earned("revenue", 10), H100, priced("late", "b200", 1, 2, **days("2025-01-01", "2025-12-31"))], counts)["units_times_prices"]  # fmt: skip
    assert pd.isna(row["value_low_usd"]) and pd.isna(row["value_high_usd"]) and pd.isna(row["revenue_position"])
    assert "There is no price for the year for b200" in row["limits"]


def test_a_product_is_priced_as_another_only_where_reference_data_say_so(reference: Reference) -> None:
    prices = [priced("a", "a100", 10_000, 15_000), priced("h", "h20", 9_000, 12_000)]
    row = reconciled(reference, [earned("revenue", 10), *prices], [shipped("n", "a800", 100, 100)])[
        "units_times_prices"
    ]
    assert (row["value_low_usd"], row["value_high_usd"]) == (1e6, 1.5e6)


def test_a_filing_goes_before_a_copy_however_new(reference: Reference) -> None:
    copy = {"source_type": "third_party_copy", "known_from": pd.Timestamp("2026-01-01"), "document_id": "copy"}
    counts = [shipped("count", "h100_h200", 90_000, 110_000)]
    row = reconciled(reference, [earned("copied", 2.6, **copy), earned("filed", 2.563), H100], counts)[
        "units_times_prices"
    ]
    assert row["revenue_usd"] == 2.563 * BILLION and "copy" not in row["limits"]
    row = reconciled(reference, [earned("copied", 2.6, **copy), H100], counts)["units_times_prices"]
    assert "read from a copy" in row["limits"]


def test_buyers_are_compared_with_their_own_spending_and_the_makers_revenue(reference: Reference) -> None:
    """Two buyers take 30,000 chips, at 27,000 x 20,000 = 0.54 to 33,000 x 30,000 = 0.99 billion dollars, and spend 12 billion."""
    chips = [bought("m", "microsoft", 20_000), bought("o", "oracle", 10_000), bought("c", "coreweave", 5_000),
             bought("g", "china_buyers", 9_000, customer_type="group of companies")]  # fmt: skip
    capex = [spent("cm", "microsoft", 10), spent("co", "oracle", 2, ("2023-12-01", "2024-02-29"))]
    row = reconciled(reference, [earned("revenue", 5), H100], (), chips, capex)["capex_and_chips"]
    assert row["counterparties"] == "microsoft|oracle" and row["capex_usd"] == 12 * BILLION
    assert (row["value_low_usd"], row["value_high_usd"]) == pytest.approx((0.54 * BILLION, 0.99 * BILLION))
    assert (row["capex_covered_low_pct"], row["capex_covered_high_pct"]) == pytest.approx((4.5, 8.25))
    assert (row["revenue_covered_low_pct"], row["revenue_covered_high_pct"]) == pytest.approx((10.8, 19.8))
    assert row["observation_ids"] == "cm|co|m|o|price|revenue", "neither a buyer without spending nor a group"
    assert "because capital expenditure for this quarter is missing: coreweave" in row["limits"]
    assert "oracle is that of 2023-12-01 to 2024-02-29" in row["limits"] and "in the fiscal quarter" in row["limits"]


def test_an_owner_has_one_row_with_the_chips_of_all_makers(reference: Reference) -> None:
    own = {"supplier_id": "alphabet", "supplier_name": "Alphabet", "product": "tpu_v4"}
    chips = [bought("n", "alphabet", 10_000), bought("t", "alphabet", 50_000, **own)]
    capex = [spent("c", "alphabet", 12)]
    row = reconciled(reference, [H100], (), chips[:2], capex)["owner_on_one_axis"]
    assert (row["capex_usd"], row["h100_equivalents"], row["power_mw"]) == pytest.approx((12 * BILLION, 60_000, 42))
    assert (row["h100_equivalents_low"], row["h100_equivalents_high"]) == pytest.approx((54_000, 66_000))
    assert row["counterparties"] == "alphabet|nvidia" and row["observation_ids"] == "c|n|t"
    row = reconciled(reference, [H100], (), [chips[0] | {"power_mw": None}, chips[1]], capex)["owner_on_one_axis"]
    assert pd.isna(row["power_mw"]) and row["h100_equivalents"] == 60_000, "an unknown part makes an unknown sum"
