"""Tables of AI accelerators: estimates with their bounds by estimator, prices, and shipments from one estimator per supplier.

Chips, their computing power and the price of one belong here; other money belongs to other tables, statements of other kinds to observations. Intervals of whole totals are
in the tables of estimates and in the counts to date, because those of parts do not add up.
"""

from typing import Any

import pandas as pd
import pandera.pandas as pa

from capex_pipeline.schemas import rules, vocabulary
from capex_pipeline.schemas.base import Dated, Day, Flag, Identified, Known, Number, Text, Year, column, row_rule
from capex_pipeline.schemas.published import Preferred
from capex_pipeline.schemas.tidy import (
    AmongSuppliers,
    InQuarter,
    InQuarterOfCustomer,
    InQuarterOfSupplier,
    OfCalendarQuarter,
    OfCustomer,
    Units,
)


class Estimates(Preferred, Known, Dated, Identified):
    """Accelerator units with bounds, price, computing power and rated power, as one source states them."""

    supplier_id: Text = column("Supplier of the chip; see table entities.", optional=True)
    product: Text = column(
        "Chip or family of chips, the same id for suppliers and customers; see table products. Observations keep the name that was printed.",
        optional=True,
    )
    flow: Text = column(
        "shipped by the supplier, purchased, ordered or acquired by the customer, or forecast.", isin=vocabulary.FLOWS
    )
    measure: Text = column(
        "flow (chips of the period) or cumulative (all chips from the estimator's first quarter to the end of the period).",
        isin=("flow", "cumulative"),
    )
    calendar_basis: Text = column(
        "calendar where the period begins with a calendar quarter, else fiscal (of the supplier).",
        isin=("calendar", "fiscal"),
    )
    is_total: Flag = column("True for the estimator's own total over products, which has its own interval.")
    units_low: Number = column(
        "Lower bound of units: a stated bound, or an estimator's 5th percentile.",
        unit="units",
        optional=True,
        ge=0,
        comes_from=("observations.value_low",),
    )
    units: Number = column(
        "Units. Where the estimator gives a distribution, its median; medians of several rows do not add up exactly.",
        unit="units",
        optional=True,
        ge=0,
        comes_from=("observations.value",),
    )
    units_high: Number = column(
        "Upper bound of units: a stated bound, or an estimator's 95th percentile.",
        unit="units",
        optional=True,
        ge=0,
        comes_from=("observations.value_high",),
    )
    h100_equivalents_low: Number = column(
        "Lower bound, or 5th percentile, of h100_equivalents.",
        unit="H100 equivalents",
        optional=True,
        ge=0,
        comes_from=("observations.value_low",),
    )
    h100_equivalents: Number = column(
        "Computing power of these chips as the number of H100 chips with the same 8-bit performance, where the estimator prints it.",
        unit="H100 equivalents",
        optional=True,
        ge=0,
        comes_from=("observations.value",),
    )
    h100_equivalents_high: Number = column(
        "Upper bound, or 95th percentile, of h100_equivalents.",
        unit="H100 equivalents",
        optional=True,
        ge=0,
        comes_from=("observations.value_high",),
    )
    power_mw_low: Number = column(
        "Lower bound, or 5th percentile, of power_mw.",
        unit="MW",
        optional=True,
        ge=0,
        comes_from=("observations.value_low",),
    )
    power_mw: Number = column(
        "Rated power of these chips (thermal design power, without cooling and other equipment), where the estimator prints it.",
        unit="MW",
        optional=True,
        ge=0,
        comes_from=("observations.value",),
    )
    power_mw_high: Number = column(
        "Upper bound, or 95th percentile, of power_mw.",
        unit="MW",
        optional=True,
        ge=0,
        comes_from=("observations.value_high",),
    )
    unit_price_usd_low: Number = column(
        "Lower bound of the stated price of one unit.",
        unit="USD per unit",
        optional=True,
        ge=0,
        comes_from=("observations.value_low",),
    )
    unit_price_usd_high: Number = column(
        "Upper bound of the stated price of one unit.",
        unit="USD per unit",
        optional=True,
        ge=0,
        comes_from=("observations.value_high",),
    )
    implied_value_usd_low: Number = column(
        "units_low times unit_price_usd_low; null if either is null.",
        unit="USD",
        optional=True,
        ge=0,
        comes_from=("observations.value_low",),
    )
    implied_value_usd_high: Number = column(
        "units_high times unit_price_usd_high; null if either is null.",
        unit="USD",
        optional=True,
        ge=0,
        comes_from=("observations.value_high",),
    )
    note: Text = column("Remark that is needed to interpret this number.", optional=True)

    @pa.dataframe_check(error="bounds_out_of_order")
    def bounds_in_order(cls, frame: pd.DataFrame) -> pd.Series:
        return (
            rules.in_order(frame, "units_low", "units", "units_high")
            & rules.in_order(frame, "h100_equivalents_low", "h100_equivalents", "h100_equivalents_high")
            & rules.in_order(frame, "power_mw_low", "power_mw", "power_mw_high")
        )

    prices_in_order = row_rule("prices_out_of_order", rules.in_order, "unit_price_usd_low", "unit_price_usd_high")

    rows_say_something = row_rule("row_without_a_number", rules.has_a_number, "units_low", "units", "units_high")

    units_are_finite = row_rule("infinite_number_of_units", rules.finite, "units_low", "units", "units_high")

    magnitudes_are_plausible = row_rule("implausible_magnitude", rules.units_are_plausible, vocabulary.MOST_UNITS)


class GpuEstimates(
    Estimates,
    grain="supplier, product, flow, period and source of the claim",
    key=["observation_id"],
    sort=["supplier_id", "product", "flow", "period_start", "period_end", "observation_id"],
    foreign_keys={"supplier_id": "entities"},
):
    """Accelerators of suppliers, with the figures of all estimators side by side."""

    preferred_rows_are_unique = row_rule(
        "two_preferred_rows_for_one_quarter", rules.preferred_is_unique, ["supplier_id", "product", "calendar_quarter"]
    )


class GpuEstimatesByCustomer(
    Estimates,
    grain="customer, supplier, product, flow, period and source of the claim",
    key=["observation_id"],
    sort=["supplier_id", "product", "customer_id", "flow", "period_start", "period_end", "observation_id"],
    foreign_keys={"supplier_id": "entities", "customer_id": "entities"},
):
    """Accelerators of customers, with the figures of all estimators side by side."""

    customer_id: Text = column("Customer of the chips, a company or a group of companies; see table entities.")

    preferred_rows_are_unique = row_rule(
        "two_preferred_rows_for_one_quarter",
        rules.preferred_is_unique,
        ["supplier_id", "product", "customer_id", "calendar_quarter"],
    )


class GpuUnitPrices(
    Known,
    Dated,
    Identified,
    grain="supplier, product, customer, period and source of the price",
    key=["observation_id"],
    sort=["supplier_id", "product", "customer_id", "period_start", "period_end", "observation_id"],
    foreign_keys={"supplier_id": "entities", "customer_id": "entities"},
):
    """Prices of one accelerator, as estimators and the press state them; no company files them. Bands of several sources stand side by side."""

    supplier_id: Text = column("Supplier of the chip; see table entities.", optional=True)
    product: Text = column("Chip or family of chips; see table products.", optional=True)
    customer_id: Text = column("Customer or group of customers that the price is for; null for all.", optional=True)
    flow: Text = column("As in gpu_estimates, where the document states it.", optional=True, isin=vocabulary.FLOWS)
    calendar_year: Year = column("Calendar year of the last day of the period.")
    currency: Text = column("Currency of the price, ISO 4217.", str_matches=r"^[A-Z]{3}$")
    unit_price_low: Number = column(
        "Lower end of the price of one unit; null where only a price or an upper bound is stated.",
        unit="currency per unit",
        optional=True,
        gt=0,
        comes_from=("observations.value_low",),
    )
    unit_price: Number = column(
        "Price of one unit; null where a range or a bound is stated.",
        unit="currency per unit",
        optional=True,
        gt=0,
        comes_from=("observations.value",),
    )
    unit_price_high: Number = column(
        "Upper end of the price of one unit.",
        unit="currency per unit",
        optional=True,
        gt=0,
        comes_from=("observations.value_high",),
    )
    unit_price_usd_low: Number = column(
        "unit_price_low in US dollars, at the average rate of the period.",
        unit="USD per unit",
        optional=True,
        gt=0,
        comes_from=("observations.value_low", "fx_rates.average_rate"),
    )
    unit_price_usd: Number = column(
        "unit_price in US dollars, at the average rate of the period.",
        unit="USD per unit",
        optional=True,
        gt=0,
        comes_from=("observations.value", "fx_rates.average_rate"),
    )
    unit_price_usd_high: Number = column(
        "unit_price_high in US dollars, at the average rate of the period.",
        unit="USD per unit",
        optional=True,
        gt=0,
        comes_from=("observations.value_high", "fx_rates.average_rate"),
    )
    note: Text = column("Remark that is needed to interpret this price.", optional=True)

    prices_in_order = row_rule("prices_out_of_order", rules.in_order, "unit_price_low", "unit_price", "unit_price_high")

    rows_say_something = row_rule(
        "row_without_a_number", rules.has_a_number, "unit_price_low", "unit_price", "unit_price_high"
    )


class GpuShipments(
    Units,
    InQuarterOfSupplier,
    grain="supplier, product and calendar quarter",
    key=["supplier_id", "product", "calendar_quarter"],
    foreign_keys={"supplier_id": "entities", "product": "products", "observation_id": "observations"},
):
    """AI accelerators shipped, by supplier, product and calendar quarter; no row contains another."""

    share_of_all_suppliers_pct: Number = column(
        "h100_equivalents as a percentage of those of all suppliers in the quarter; null unless every supplier is counted. Adds up over rows.",
        unit="percent",
        optional=True,
    )


class GpuShipmentsByCustomerAndProduct(
    Units,
    InQuarterOfSupplier,
    OfCustomer,
    grain="supplier, product, customer and calendar quarter",
    key=["supplier_id", "product", "customer_id", "calendar_quarter"],
    foreign_keys={
        "supplier_id": "entities",
        "customer_id": "entities",
        "product": "products",
        "observation_id": "observations",
    },
):
    """AI accelerators by supplier, product, customer and calendar quarter; no cumulative rows."""

    customer_type: Text = column("company, or group of companies.", isin=("company", "group of companies"))
    power_mw: Number = column(
        "Rated power of the chips (thermal design power, without cooling and other equipment); null where the estimator prints none. Point "
        "estimates add up over rows and over different chips.",
        unit="MW",
        optional=True,
        ge=0,
        comes_from=("observations.value",),
    )


class GpuShipmentsByCustomer(
    AmongSuppliers,
    InQuarterOfCustomer,
    OfCustomer,
    grain="customer and calendar quarter",
    key=["customer_id", "calendar_quarter"],
    foreign_keys={"customer_id": "entities"},
):
    """AI accelerators that a customer acquired in a calendar quarter, over all suppliers and products that are counted by customer."""

    customer_type: Text = column("company, or group of companies.", isin=("company", "group of companies"))
    suppliers: Text = column(
        "Suppliers whose chips are counted for the customer in the quarter, joined by |. Chips of other suppliers "
        "are not counted, so quarters with different suppliers are not comparable."
    )
    missing_suppliers: Text = column(
        "Suppliers whose chips are counted for the customer in other quarters and in this quarter for nobody, joined by |; null where none is missing. The "
        "amounts are null then; what is counted is in gpu_shipments_by_customer_and_product.",
        optional=True,
    )
    units: Number = column(
        "Chips of all kinds: sum of the estimates by product; null where suppliers are missing.",
        unit="units",
        optional=True,
        ge=0,
    )
    h100_equivalents: Number = column(
        "Computing power as the number of H100 chips with the same 8-bit performance: sum of the estimates by product; null where one of them "
        "has none, and where suppliers are missing.",
        unit="H100 equivalents",
        optional=True,
        ge=0,
    )
    share_of_all_suppliers_pct: Number = column(
        "h100_equivalents as a percentage of those that all suppliers shipped in the quarter (table gpu_shipments_of_all_suppliers): chips of customers that "
        "have no row, such as xAI, are in the whole, so shares of customers do not add up to 100. Null where either is.",
        unit="percent",
        optional=True,
    )
    power_mw: Number = column(
        "Rated power of the chips, without cooling and other equipment: sum of the estimates by product; null where one of them has none, and where "
        "suppliers are missing.",
        unit="MW",
        optional=True,
        ge=0,
    )


def _total(what: str, unit: str) -> Any:
    return column(
        f"{what}, the sum over all suppliers; null unless each is counted in the quarter.",
        unit=unit,
        optional=True,
        ge=0,
    )


def _growth(what: str, earlier: str) -> Any:
    return column(f"Growth of {what} over {earlier}; null unless both quarters have it.", unit="percent", optional=True)


class GpuShipmentsOfAllSuppliers(InQuarter, grain="calendar quarter", key=["suppliers", "calendar_quarter"]):
    """AI accelerators of all suppliers by calendar quarter; null until every supplier is counted, so a total never rises because a count begins."""

    suppliers: Text = column("Suppliers that are counted, the same in every quarter, joined by |.")
    missing_suppliers: Text = column(
        "Suppliers without a count for the quarter, joined by |; null where none is missing.", optional=True
    )
    is_complete: Flag = column("True where every supplier is counted.")
    units: Number = _total("Chips of all kinds", "units")
    h100_equivalents: Number = _total("Computing power as the number of H100 chips", "H100 equivalents")
    units_yoy_pct: Number = _growth("units", "the same quarter a year earlier")
    h100_equivalents_yoy_pct: Number = _growth("h100_equivalents", "the same quarter a year earlier")
    units_qoq_pct: Number = _growth("units", "the quarter before")
    h100_equivalents_qoq_pct: Number = _growth("h100_equivalents", "the quarter before")


def _to_date(what: str, unit: str) -> Any:
    return column(
        f"{what} from counted_since to the end of calendar_quarter.",
        unit=unit,
        optional=True,
        ge=0,
        comes_from=("observations.value",),
    )


class GpuShipmentsToDate(
    OfCalendarQuarter,
    grain="supplier",
    key=["supplier_id"],
    foreign_keys={"supplier_id": "entities", "observation_id": "observations"},
):
    """AI accelerators of a supplier up to the newest quarter that is counted, the estimator's own total with its interval. Suppliers are counted since different days."""

    supplier_id: Text = column("Supplier of the chips; see table entities.")
    supplier_name: Text = column("Name of the supplier.")
    counted_since: Day = column("First day of the count. Chips shipped before are not in it.")
    units_to_date: Number = _to_date("Chips of all kinds, the median,", "units")
    units_to_date_p5: Number = _to_date("5th percentile of the chips", "units")
    units_to_date_p95: Number = _to_date("95th percentile of the chips", "units")
    h100_equivalents_to_date: Number = _to_date("Computing power in H100 chips, the median,", "H100 equivalents")
    h100_equivalents_to_date_p5: Number = _to_date("5th percentile of the computing power", "H100 equivalents")
    h100_equivalents_to_date_p95: Number = _to_date("95th percentile of the computing power", "H100 equivalents")
    estimator: Text = column("Publisher of the estimate. One estimator is used for each supplier.")
    document_id: Text = column("Document that holds the estimate; see table documents.")
    locator: Text = column("Place in the document.", optional=True)
    observation_id: Text = column("The row of tables observations and gpu_estimates that this row shows.")

    @pa.dataframe_check(error="bounds_out_of_order")
    def bounds_in_order(cls, frame: pd.DataFrame) -> pd.Series:
        return rules.in_order(frame, "units_to_date_p5", "units_to_date", "units_to_date_p95") & rules.in_order(
            frame, "h100_equivalents_to_date_p5", "h100_equivalents_to_date", "h100_equivalents_to_date_p95"
        )
