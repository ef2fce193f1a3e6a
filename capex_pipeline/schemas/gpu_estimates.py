"""Table gpu_estimates: AI accelerators shipped or forecast by supplier, product and estimator, for all customers together.

Counts of units with their bounds and stated prices per unit are here, and what both tables of estimates share. Chips of one customer belong to
gpu_estimates_by_customer, because they are the same chips again. No row averages or adds two estimators, because such a number would be no estimator's own.
"""

import pandas as pd
import pandera.pandas as pa

from capex_pipeline.schemas import rules, vocabulary
from capex_pipeline.schemas.base import Dated, Flag, Identified, Known, Number, Text, column, row_rule
from capex_pipeline.schemas.published import Preferred


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
