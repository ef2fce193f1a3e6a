"""Table reconciliations: comparison of capital expenditure, chips and the revenue of chip makers, by calendar quarter.

Comparisons between tables belong here, with the observations that they rest on. Claims of articles belong to claim_checks, the
amounts themselves to capex, gpu_shipments_by_customer_and_product, gpu_estimates, gpu_estimates_by_customer and observations.
"""

import pandas as pd
import pandera.pandas as pa

from capex_pipeline.schemas import rules
from capex_pipeline.schemas.base import Day, Number, Text, column
from capex_pipeline.schemas.tidy import OfCalendarQuarter

KINDS = ("units_times_prices", "capex_and_chips", "owner_on_one_axis")
POSITIONS = ("below", "inside", "above")


class Reconciliations(
    OfCalendarQuarter,
    group="quality",
    grain="kind of comparison, supplier or owner, and calendar quarter",
    key=["kind", "entity_id", "calendar_quarter"],
):
    """Units times prices compared with a supplier's revenue and with its customers' capital expenditure, and an owner's capital expenditure compared with computing power and megawatts."""

    kind: Text = column(
        "units_times_prices: chips that a supplier sold at price bands, beside its data center revenue; capex_and_chips: chips of the same supplier that "
        "named companies bought, beside their capital expenditure and its revenue; owner_on_one_axis: capital expenditure of one company beside the "
        "computing power and the rated power of the chips that it took. Rows of different kinds overlap: never add them.",
        isin=KINDS,
    )
    entity_id: Text = column("Supplier of the chips, or their owner if kind is owner_on_one_axis; see table entities.")
    entity_name: Text = column("Name of the supplier or owner.")
    counterparties: Text = column(
        "Counterparties, joined by |: the customers whose chips and capital expenditure are added, or the suppliers "
        "of an owner's chips; null for all customers.",
        optional=True,
    )
    period_start: Day = column(
        "First day of the fiscal quarter of revenue_usd, or of capex_usd where the row has no revenue; null where capital expenditure of several "
        "companies has no one quarter.",
        optional=True,
    )
    period_end: Day = column("Last day of the same quarter.", optional=True)
    revenue_usd: Number = column(
        "Data center revenue that the supplier reported for its fiscal quarter; null where it is not on record.",
        unit="USD",
        optional=True,
        comes_from=("observations.value",),
    )
    capex_usd: Number = column(
        "Comparable capital expenditure of the counterparties (sum) or of the owner, as in table capex.",
        unit="USD",
        optional=True,
        comes_from=("capex.amount_usd",),
    )
    value_low_usd: Number = column(
        "Chips at their 5th percentile times the lowest price of the year, added over products: the lower end of the widest interval.",
        unit="USD",
        optional=True,
        ge=0,
        comes_from=("gpu_estimates.units_low", "observations.value_low"),
    )
    value_high_usd: Number = column(
        "Chips at their 95th percentile times the highest price of the year, added over products: the upper end of the widest interval.",
        unit="USD",
        optional=True,
        ge=0,
        comes_from=("gpu_estimates.units_high", "observations.value_high"),
    )
    revenue_position: Text = column(
        "Where revenue_usd lies beside the interval of a supplier's chips to all customers: below, inside or above.",
        optional=True,
        isin=POSITIONS,
    )
    revenue_outside_usd: Number = column(
        "Distance of revenue_usd from the interval: positive above it, negative below it, 0 inside.",
        unit="USD",
        optional=True,
        comes_from=("observations.value",),
    )
    revenue_covered_low_pct: Number = column(
        "value_low_usd as a percentage of revenue_usd.", unit="percent", optional=True, ge=0, comes_from=("observations.value",)
    )  # fmt: skip
    revenue_covered_high_pct: Number = column(
        "value_high_usd as a percentage of revenue_usd; more than 100 where the highest prices give more than the revenue.",
        unit="percent",
        optional=True,
        ge=0,
        comes_from=("observations.value",),
    )
    capex_covered_low_pct: Number = column(
        "value_low_usd as a percentage of capex_usd.", unit="percent", optional=True, ge=0, comes_from=("capex.amount_usd",)
    )  # fmt: skip
    capex_covered_high_pct: Number = column(
        "value_high_usd as a percentage of capex_usd.", unit="percent", optional=True, ge=0, comes_from=("capex.amount_usd",)
    )  # fmt: skip
    h100_equivalents: Number = column(
        "Computing power of the chips in H100 equivalents, medians added over products; null where the estimator gives none for one of them.",
        unit="H100 equivalents",
        optional=True,
        ge=0,
        comes_from=("gpu_estimates_by_customer.h100_equivalents",),
    )
    h100_equivalents_low: Number = column(
        "5th percentiles added over products: the lower end of the widest interval, wider than a 5th percentile of the sum.",
        unit="H100 equivalents",
        optional=True,
        ge=0,
        comes_from=("gpu_estimates_by_customer.h100_equivalents_low",),
    )
    h100_equivalents_high: Number = column(
        "95th percentiles added over products: the upper end of the widest interval.",
        unit="H100 equivalents",
        optional=True,
        ge=0,
        comes_from=("gpu_estimates_by_customer.h100_equivalents_high",),
    )
    power_mw: Number = column(
        "Rated power of the chips, medians added over products; null where the estimator gives none for one of them.",
        unit="MW",
        optional=True,
        ge=0,
        comes_from=("gpu_estimates_by_customer.power_mw",),
    )
    power_mw_low: Number = column(
        "5th percentiles added over products: the lower end of the widest interval.",
        unit="MW",
        optional=True,
        ge=0,
        comes_from=("gpu_estimates_by_customer.power_mw_low",),
    )
    power_mw_high: Number = column(
        "95th percentiles added over products: the upper end of the widest interval.",
        unit="MW",
        optional=True,
        ge=0,
        comes_from=("gpu_estimates_by_customer.power_mw_high",),
    )
    estimator: Text = column("Source of the counts, of the computing power and of the prices.", optional=True)
    observation_ids: Text = column(
        "Ids of the observations behind the row, joined by |; see table observations, whose derived_from names the figures.",
        comes_from=("observations.observation_id",),
    )
    limits: Text = column("What the comparison leaves out and why its two sides need not agree.")

    @pa.dataframe_check(error="bounds_out_of_order")
    def bounds_in_order(cls, frame: pd.DataFrame) -> pd.Series:
        return (
            rules.in_order(frame, "value_low_usd", "value_high_usd")
            & rules.in_order(frame, "h100_equivalents_low", "h100_equivalents", "h100_equivalents_high")
            & rules.in_order(frame, "power_mw_low", "power_mw", "power_mw_high")
        )

    @pa.dataframe_check(error="position_without_revenue_and_interval")
    def positions_rest_on_both_sides(cls, frame: pd.DataFrame) -> pd.Series:
        both = frame[["revenue_usd", "value_low_usd", "value_high_usd"]].notna().all(axis=1)
        return frame["revenue_position"].isna() | (both & frame["revenue_outside_usd"].notna())
