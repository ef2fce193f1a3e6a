"""Accelerators on the page: the estimator's own totals, sums where there are none, and other estimators beside them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from builders import frame_of

from capex_pipeline.report import accelerators
from capex_pipeline.report.page_model import Part, Source


def estimate(units: float | None, **changed: Any) -> dict[str, Any]:
    start = pd.Timestamp("2024-01-01")
    row = {"supplier_id": "maker", "customer_id": "buyer", "product": "h100", "measure": "flow", "is_total": False,
           "calendar_basis": "calendar", "is_preferred": False, "definition_id": "model", "period_start": start, "period_end": pd.Timestamp("2024-03-31"),
           "calendar_quarter": "2024Q1"}  # fmt: skip
    numbers = {"units": units, "units_low": units and units - 10, "units_high": units and units + 10}
    return {
        **row,
        **numbers,
        "h100_equivalents": units,
        "h100_equivalents_low": units,
        "h100_equivalents_high": units,
        **changed,
    }


def page(*rows: dict[str, Any], **tables: pd.DataFrame) -> tuple[Source, pd.DataFrame]:
    preferred = estimate(500.0, customer_id=None, is_preferred=True)
    of_suppliers = [
        {name: value for name, value in row.items() if name != "customer_id"}
        for row in (*rows, preferred)
        if row["customer_id"] is None
    ]
    of_customers = [row for row in rows if row["customer_id"] is not None]
    frame = frame_of("gpu_estimates", *of_suppliers)
    by_customer = (
        frame_of("gpu_estimates_by_customer", *of_customers)
        if of_customers
        else frame_of("gpu_estimates_by_customer").iloc[:0]
    )
    by_customer = by_customer.assign(observation_id="bought " + by_customer["observation_id"])
    tidy = frame_of("gpu_shipments", {"observation_id": frame["observation_id"].iloc[-1], "product": "h100_h200"})
    source = Source({
        "gpu_estimates": frame, "gpu_estimates_by_customer": by_customer, "gpu_shipments": tidy, "documents": frame_of("documents"),
        "entities": frame_of("entities", {"entity_id": "maker", "entity_name": "Maker"}, {"entity_id": "buyer", "entity_name": "Buyer"}),
        "products": frame_of("products", {"product": "h100_h200", "product_name": "H100 and H200", "contains": "h100|h200"},
                             {"product": "hopper", "contains": "h100|h200|h20"}), **tables,
    })  # fmt: skip
    return source, accelerators.modelled(accelerators.every_estimate(source))


def panels_of(choice: str, *rows: dict[str, Any]) -> dict[str, dict[str, Any]]:
    source, chosen = page(*rows)
    return {heading: times for _, heading, _, times in accelerators.panels(source, chosen)[choice][1]}


def test_a_total_of_the_estimator_is_shown_with_its_own_interval() -> None:
    """Products of 100 and 60; the estimator's own total is 155 with 140 to 170, which no addition gives."""
    total = estimate(155.0, product=None, is_total=True, units_low=140.0, units_high=170.0)
    made = panels_of("buyers", estimate(100.0), estimate(60.0, product="b200"), total)
    (row,) = made["Buyer: Maker"]["quarterly"]
    assert row["units"] == [155, 140, 170] and row["quarter"] == "2024Q1"


def test_without_a_total_medians_are_added_and_have_no_interval() -> None:
    made = panels_of("buyers", estimate(100.0), estimate(60.0, product="b200"))
    assert made["Buyer: Maker"]["quarterly"][0]["units"] == [160, None, None]
    single = panels_of("buyers", estimate(100.0))
    assert single["Buyer: Maker"]["quarterly"][0]["units"] == [100, 90, 110], "one product keeps its interval"


def test_buyers_are_compared_on_one_axis_by_the_totals_of_the_newest_quarter_with_their_intervals() -> None:
    """The balance of the first quarter and the flow of the second are not in the comparison."""
    total = {"product": None, "is_total": True, "measure": "cumulative", "calendar_quarter": None}
    later = {**total, "period_end": pd.Timestamp("2024-06-30")}
    source, chosen = page(
        estimate(100.0, **total), estimate(155.0, **later, units_low=140.0, units_high=170.0), estimate(900.0, **later, customer_id="maker"),
        estimate(55.0, product=None, is_total=True),
    )  # fmt: skip
    source.tables["capex"] = frame_of("capex", {"entity_id": "buyer"})  # type: ignore[index]
    part = Part("")
    markup = accelerators._owned(source, chosen, part)
    assert "up to the end of Q2 2024" in markup
    (chart,) = part.charts
    h100, units = chart["units"]["h100"], chart["units"]["units"]
    assert set(chart["template"].values()) == set(part.templates)
    assert [(row["who"], row["what"]) for row in units] == [
        ("Maker", "own chips: 900 (890 to 910)"),
        ("Buyer", "Maker: 155 (140 to 170)"),
    ]
    assert [(row["value"], row["low"]) for row in h100] == [(900, None), (155, None)], "equal ends are no interval"


def test_a_statement_that_an_article_repeats_is_shown_once() -> None:
    stated = {"definition_id": "analyst", "claimant": "Omdia", "product": "hopper", "units_low": 485.0, "units_high": 485.0, "status": "estimate",
              "period_start": pd.Timestamp("2024-01-01"), "period_end": pd.Timestamp("2024-12-31")}  # fmt: skip
    rows = [estimate(485.0, **stated, document_id=name) for name in ("first", "second")]
    source, _ = page(
        *rows, gpu_shipments_by_customer_and_product=frame_of("gpu_shipments_by_customer_and_product").iloc[:0]
    )
    part = Part("")
    accelerators._statements(source, accelerators.every_estimate(source), part)
    (row,) = part.charts[0]["sets"]["rows"]
    assert row["label"].startswith("Omdia: ") and row["label"].endswith(", 2024: 485")
    assert "Repeated in 1 other document" in row["how"]


def test_products_have_the_names_of_the_tidy_tables() -> None:
    """The estimator's series "h100" counts H100 and H200 together, and the tidy table says so."""
    assert list(panels_of("maker")) == ["H100 and H200"]


def test_balances_in_the_middle_of_a_quarter_and_fiscal_quarters_are_left_out() -> None:
    middle = estimate(9.0, measure="cumulative", period_end=pd.Timestamp("2024-02-15"), calendar_quarter=None)
    fiscal = estimate(8.0, calendar_basis="fiscal")
    _, chosen = page(middle, fiscal)
    assert chosen["units"].tolist() == [500.0]


def test_other_estimators_are_compared_with_the_same_chips_and_whole_period() -> None:
    """Hopper contains H100, H200 and H20: four quarters of 25 and one H20 of 7 are 107; the B200 is another family."""
    bought = [{"customer_id": "buyer", "calendar_quarter": f"2024Q{number}", "quarter_start": pd.Timestamp(2024, 3 * number - 2, 1),
               "product": "h100_h200", "units": 25.0} for number in (1, 2, 3, 4)]  # fmt: skip
    further = [{**bought[0], "product": "h20", "units": 7.0}, {**bought[0], "product": "b200", "units": 1000.0}]
    year = {
        "product": "hopper",
        "customer_id": "buyer",
        "period_start": pd.Timestamp("2024-01-01"),
        "period_end": pd.Timestamp("2024-12-31"),
    }
    (row,) = frame_of("gpu_estimates_by_customer", year).itertuples()
    source, _ = page(
        gpu_shipments_by_customer_and_product=frame_of("gpu_shipments_by_customer_and_product", *bought, *further)
    )
    assert accelerators.comparable_units(source, row) == 107
    source, _ = page(
        gpu_shipments_by_customer_and_product=frame_of("gpu_shipments_by_customer_and_product", *bought[1:])
    )
    assert accelerators.comparable_units(source, row) is None, "a quarter is missing"
