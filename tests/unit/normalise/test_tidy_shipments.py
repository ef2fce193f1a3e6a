"""Tables of accelerators: one row per buyer and quarter, names of groups of buyers, and totals to date."""

from __future__ import annotations

from typing import Any

import pandas as pd
from builders import frame_of

from capex_pipeline.normalise import tidy_shipments
from capex_pipeline.reference import Reference
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures


def bought(
    customer: str, maker: str, product: str, units: float, quarter: str = "2024Q1", **changed: Any
) -> dict[str, Any]:
    """An estimate of Epoch AI; each chip is one H100 equivalent."""
    period = pd.Period(quarter, freq="Q")
    return {
        "observation_id": f"{customer}-{maker}-{product}-{quarter}", "customer_id": customer, "supplier_id": maker, "product": product, "units": units,
        "units_low": units, "units_high": units, "h100_equivalents": units, "h100_equivalents_low": units, "h100_equivalents_high": units,
        "definition_id": "epoch_model_estimate", "calendar_quarter": quarter, "calendar_year": period.year, "period_type": "quarter",
        "period_start": period.start_time, "period_end": period.end_time.normalize(), "measure": "flow",
        "calendar_basis": "calendar", "source_type": "estimate", "status": "estimate", "claimant": "Epoch AI", "is_total": False, **changed,
    }  # fmt: skip


def of_suppliers(*rows: dict[str, Any]) -> pd.DataFrame:
    """Table gpu_estimates of these rows, for all customers together."""
    return frame_of(
        "gpu_estimates", *({name: value for name, value in row.items() if name != "customer_id"} for row in rows)
    )


def by_product(reference: Reference, *rows: dict[str, Any]) -> pd.DataFrame:
    found = tidy_shipments.gpu_shipments_by_customer_and_product(
        frame_of("gpu_estimates_by_customer", *rows), reference
    )
    assert failures(found, TABLES["gpu_shipments_by_customer_and_product"]).empty
    return found


def customers(products: pd.DataFrame, shipped: pd.DataFrame | None = None) -> pd.DataFrame:
    """Table gpu_shipments_by_customer; shipped: table gpu_shipments_of_all_suppliers, by default without rows."""
    return tidy_shipments.gpu_shipments_by_customer(
        products, frame_of("gpu_shipments_of_all_suppliers").iloc[:0] if shipped is None else shipped
    )


def test_a_buyers_share_is_of_all_chips_and_not_of_those_with_a_row(reference: Reference) -> None:
    """Nvidia shipped 200, of which Meta's 50 and Oracle's 30 are in rows; of the second quarter no total is known."""
    rows = [bought("meta", "nvidia", "b200", 50), bought("oracle", "nvidia", "b200", 30), bought("meta", "nvidia", "b200", 60, "2024Q2")]  # fmt: skip
    shipped = frame_of("gpu_shipments_of_all_suppliers", {"calendar_quarter": "2024Q1", "h100_equivalents": 200.0})
    found = customers(by_product(reference, *rows), shipped).set_index(["customer_id", "calendar_quarter"])
    share = found["share_of_all_suppliers_pct"]
    assert (share["meta", "2024Q1"], share["oracle", "2024Q1"]) == (25, 15) and pd.isna(share["meta", "2024Q2"])


def test_a_buyer_has_one_row_a_quarter_with_the_chips_of_all_makers(reference: Reference) -> None:
    """In the second quarter Meta has chips of AMD, so AMD is counted, and Microsoft acquired none."""
    rows = [bought("microsoft", "nvidia", "h100_h200", 70), bought("microsoft", "nvidia", "b200", 20), bought("microsoft", "amd", "mi300x", 10),
            bought("microsoft", "nvidia", "h100_h200", 5, "2024Q2"), bought("meta", "amd", "mi300x", 1, "2024Q2")]  # fmt: skip
    found = customers(by_product(reference, *rows))
    assert failures(found, TABLES["gpu_shipments_by_customer"]).empty
    of_microsoft = found[found["customer_id"] == "microsoft"]
    assert of_microsoft[["calendar_quarter", "units", "suppliers"]].to_numpy().tolist() == [
        ["2024Q1", 100, "amd|nvidia"], ["2024Q2", 5, "nvidia"],
    ]  # fmt: skip
    assert of_microsoft["missing_suppliers"].isna().all()


def test_a_buyer_has_no_sum_while_one_of_its_makers_is_not_counted(reference: Reference) -> None:
    """AMD is counted from 2024 on: Microsoft's chips of 2023 are Nvidia's alone, and a sum over them would rise because a count begins."""
    rows = [bought("microsoft", "nvidia", "h100_h200", 50, "2023Q4"), bought("microsoft", "nvidia", "h100_h200", 70),
            bought("microsoft", "amd", "mi300x", 10)]  # fmt: skip
    products = by_product(reference, *rows)
    found = customers(products)
    assert found["units"].isna().tolist() == found["h100_equivalents"].isna().tolist() == [True, False]
    assert found["missing_suppliers"].fillna("").tolist() == ["amd", ""]
    assert found["counted_since"].tolist() == [pd.Timestamp("2024-01-01")] * 2
    since = products.set_index(["supplier_id", "calendar_quarter"])["counted_since"]
    assert since["nvidia", "2024Q1"] == pd.Timestamp("2023-10-01") and since["amd", "2024Q1"] == pd.Timestamp(
        "2024-01-01"
    )


def test_a_year_of_a_buyers_chips_is_whole_where_the_maker_is_counted_in_each_quarter(reference: Reference) -> None:
    """No H20 went to China in the fourth quarter: the estimator counts Nvidia's other buyers then."""
    quarters = [f"2025Q{number}" for number in (1, 2, 3, 4)]
    rows = [
        *(bought("china_buyers", "nvidia", "h20", 9, quarter) for quarter in quarters[:3]),
        *(bought("meta", "nvidia", "b200", 5, quarter) for quarter in quarters),
    ]
    products = by_product(reference, *rows)
    sums = products.groupby(["customer_id", "calendar_year_of_supplier"])["units"].sum()
    assert sums.to_dict() == {("china_buyers", 2025): 27, ("meta", 2025): 20}


def test_a_total_of_all_makers_is_null_until_the_last_of_them_is_counted(reference: Reference) -> None:
    """Epoch AI counts Nvidia from 2022 and AMD from 2024: a sum over makers would rise because a count begins."""
    made = {"flow": "shipped"}
    rows = [bought(maker, maker, product, units, quarter, **made) for maker, product, units, quarter in (
        ("nvidia", "h100_h200", 50, "2023Q4"), ("nvidia", "h100_h200", 60, "2024Q1"), ("nvidia", "b200", 15, "2024Q1"), ("amd", "mi300x", 25, "2024Q1"),
        ("nvidia", "h100_h200", 90, "2024Q2"), ("amd", "mi300x", 60, "2024Q2"),
    )]  # fmt: skip
    by_maker = tidy_shipments.gpu_shipments(of_suppliers(*rows), reference)
    assert by_maker.groupby("calendar_quarter")["calendar_quarter_of_all_suppliers"].count().gt(0).to_dict() == {
        "2023Q4": False,
        "2024Q1": True,
        "2024Q2": True,
    }
    found = tidy_shipments.gpu_shipments_of_all_suppliers(by_maker)
    assert failures(found, TABLES["gpu_shipments_of_all_suppliers"]).empty
    assert found["units"].fillna(0).tolist() == [0, 100, 150] and found["units_qoq_pct"].fillna(0).tolist() == [
        0,
        0,
        50,
    ]
    assert found["missing_suppliers"].fillna("").tolist() == ["amd", "", ""] and found["is_complete"].tolist() == [
        False,
        True,
        True,
    ]


def test_a_sum_with_an_unknown_part_is_null(reference: Reference) -> None:
    rows = [bought("meta", "nvidia", "h100_h200", 70), bought("meta", "amd", "mi300x", 10, h100_equivalents=None, h100_equivalents_low=None, h100_equivalents_high=None)]  # fmt: skip
    (row,) = customers(by_product(reference, *rows)).to_dict("records")
    assert row["units"] == 80 and pd.isna(row["h100_equivalents"])


def test_a_group_of_buyers_is_named_with_the_makers_that_are_counted(reference: Reference) -> None:
    """The chips of Huawei are in no number, so the name says whose are."""
    rows = [bought("china_buyers", "nvidia", "h20", 9), bought("china_buyers", "amd", "mi308x", 1), bought("oracle", "nvidia", "h20", 1)]  # fmt: skip
    names = by_product(reference, *rows).set_index("customer_id")["customer_name"].to_dict()
    assert names == {"china_buyers": "Buyers in China (chips of AMD and Nvidia only)", "oracle": "Oracle"}


def test_totals_to_date_are_those_of_the_estimator_at_the_ends_of_quarters(reference: Reference) -> None:
    """A count up to the first of February is no quarter's; a count of one product is no total of the maker; a count up to September is contained in that up to
    December.
    """
    total = {"measure": "cumulative", "is_total": True, "product": None, "period_start": pd.Timestamp("2023-01-01"),
             "period_type": "multi_year", "calendar_quarter": None}  # fmt: skip
    rows = [
        bought("", "nvidia", "", 90, "2024Q4", units_low=80, units_high=105) | total,
        bought("", "nvidia", "", 70, "2024Q3") | total | {"observation_id": "autumn"},
        bought("", "nvidia", "", 95, "2025Q1")
        | total
        | {"period_end": pd.Timestamp("2025-02-01"), "observation_id": "february"},
        bought("", "nvidia", "b200", 30, "2024Q4") | total | {"is_total": False, "product": "b200"},
    ]
    found = tidy_shipments.gpu_shipments_to_date(of_suppliers(*rows), reference)
    assert failures(found, TABLES["gpu_shipments_to_date"]).empty
    (row,) = found.to_dict("records")
    assert (row["calendar_quarter"], row["counted_since"]) == ("2024Q4", pd.Timestamp("2023-01-01"))
    assert (row["units_to_date_p5"], row["units_to_date"], row["units_to_date_p95"]) == (80, 90, 105)


def test_the_newest_data_set_of_an_estimator_counts(reference: Reference) -> None:
    """Both data sets stay on record; a quarter that only the earlier one has is kept."""
    earlier = {"document_id": "epoch-january", "known_from": pd.Timestamp("2025-01-10")}
    later = {"document_id": "epoch-june", "known_from": pd.Timestamp("2025-06-10")}
    rows = [
        bought("meta", "nvidia", "b200", 20, observation_id="a", **earlier),
        bought("meta", "nvidia", "b200", 25, observation_id="b", **later),
        bought("meta", "nvidia", "b200", 30, "2024Q2", observation_id="c", **earlier),
    ]
    found = by_product(reference, *rows)
    assert found[["calendar_quarter", "units", "document_id"]].to_numpy().tolist() == [
        ["2024Q1", 25, "epoch-june"], ["2024Q2", 30, "epoch-january"],
    ]  # fmt: skip
    total = {"measure": "cumulative", "is_total": True, "product": None}
    totals = of_suppliers(*(one | total for one in rows[:2]))
    assert tidy_shipments.gpu_shipments_to_date(totals, reference)["units_to_date"].tolist() == [25]
