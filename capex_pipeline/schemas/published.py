"""Columns that the published money tables (capex, cloud_revenue) share.

What belongs here: amounts, conversion, growth and first-reported columns. What does not: columns of one table only.
"""

import pandas as pd
import pandera.pandas as pa

from capex_pipeline.schemas import rules, vocabulary
from capex_pipeline.schemas.base import Day, Flag, Number, Sourced, Text, column


class Preferred(Sourced):
    """Which rows add up."""

    is_preferred: Flag = column(
        "True on rows that never overlap: one per entity and calendar quarter, never an aggregate, never a claim where a "
        "filing exists. Sum these."
    )

    @pa.dataframe_check(error="preferred_row_is_not_one_companys_quarter")
    def preferred_rows_add_up(cls, frame: pd.DataFrame) -> pd.Series:
        return rules.preferred_is_a_company_quarter(frame)


class Money(Preferred):
    """Amounts in the reporting currency and converted."""

    currency: Text = column(
        "Reporting currency, ISO 4217; missing on growth-only rows of unknown currency.",
        optional=True,
        str_matches=r"^[A-Z]{3}$",
    )
    amount_low: Number = column(
        "Lower bound; equals amount where the number is exact.",
        unit="currency",
        optional=True,
        comes_from=("observations.value_low",),
    )
    amount: Number = column(
        "The amount; missing where only a bound, a range or a growth rate is stated.",
        unit="currency",
        optional=True,
        comes_from=("observations.value",),
    )
    amount_high: Number = column(
        "Upper bound; equals amount where the number is exact.",
        unit="currency",
        optional=True,
        comes_from=("observations.value_high",),
    )
    amount_usd: Number = column(
        "amount in US dollars at the rate fx_usd.",
        unit="USD",
        optional=True,
        comes_from=("observations.value", "fx_rates.average_rate"),
    )
    amount_usd_low: Number = column(
        "amount_low in US dollars.",
        unit="USD",
        optional=True,
        comes_from=("observations.value_low", "fx_rates.average_rate"),
    )
    amount_usd_high: Number = column(
        "amount_high in US dollars.",
        unit="USD",
        optional=True,
        comes_from=("observations.value_high", "fx_rates.average_rate"),
    )
    amount_cny: Number = column(
        "amount in yuan at the average (flows) of the same period.",
        unit="CNY",
        optional=True,
        comes_from=("observations.value", "fx_rates.average_rate"),
    )
    fx_usd: Number = column(
        "Reporting currency per US dollar used for the conversion; 1 for US dollars.",
        unit="currency per USD",
        optional=True,
        comes_from=("fx_rates.average_rate",),
    )
    fx_method: Text = column(
        "How the rate was found: reporting_currency, period_average, period_closing, or missing with "
        "its reason: no_fixing, period_not_over.",
        optional=True,
        isin=("reporting_currency", "period_average", "period_closing", "no_fixing", "period_not_over"),
        comes_from=("fx_rates.rate_flag",),
    )
    yoy_pct: Number = column(
        "Growth on the same period a year earlier, same definition, reporting currency; missing across a break.",
        unit="percent",
        optional=True,
        comes_from=("observations.value",),
    )
    yoy_pct_stated: Number = column("Growth as the document states it.", unit="percent", optional=True)
    qoq_pct: Number = column(
        "Growth on the previous quarter, same definition, reporting currency.",
        unit="percent",
        optional=True,
        comes_from=("observations.value",),
    )
    ttm_amount: Number = column(
        "Sum of this and the three preceding quarters, where all four are there and of one presentation; `note` has the reason where they are not.",
        unit="currency",
        optional=True,
        comes_from=("observations.value",),
    )
    ttm_amount_usd: Number = column(
        "The same sum of the four quarters' US dollar amounts.",
        unit="USD",
        optional=True,
        comes_from=("observations.value", "fx_rates.average_rate"),
    )
    first_reported_amount: Number = column(
        "amount as first reported for this period and definition.",
        unit="currency",
        optional=True,
        comes_from=("observations.value", "observations.vintage"),
    )
    first_reported_on: Day = column("When that was.", optional=True, comes_from=("observations.known_from",))
    ytd_amount: Number = column(
        "Sum of the calendar year's quarters up to this one, where all are there and of one presentation.",
        unit="currency",
        optional=True,
        comes_from=("observations.value",),
    )
    cumulative_amount: Number = column(
        "Sum of this and all earlier quarters back to cumulative_since, where they are of one presentation. A run begins anew after a gap, a "
        "break, and a printed total that its quarters do not add up to.",
        unit="currency",
        optional=True,
        comes_from=("observations.value",),
    )
    cumulative_since: Day = column("First day of the run of quarters that cumulative_amount adds up.", optional=True)
    amount_usd_constant: Number = column(
        "amount in US dollars at the average rate of the calendar year 2024 for every period, so that "
        "a change is a change of spending and not of the rate.",
        unit="USD",
        optional=True,
        comes_from=("observations.value", "fx_rates.average_rate"),
    )
    is_break: Flag = column(
        "True on the first period after the definition or scope changed: growth across it says nothing."
    )
    note: Text = column("What a reader must know about this number.", optional=True)

    @pa.dataframe_check(error="bounds_out_of_order")
    def bounds_in_order(cls, frame: pd.DataFrame) -> pd.Series:
        return rules.in_order(frame, "amount_low", "amount", "amount_high")

    @pa.dataframe_check(error="infinite_amount")
    def amounts_are_finite(cls, frame: pd.DataFrame) -> pd.Series:
        return rules.finite(frame, "amount_low", "amount", "amount_high", "amount_usd", "yoy_pct", "qoq_pct")

    @pa.dataframe_check(error="amount_without_currency")
    def amounts_have_a_currency(cls, frame: pd.DataFrame) -> pd.Series:
        return ~rules.has_a_number(frame, "amount_low", "amount", "amount_high") | frame["currency"].notna()

    @pa.dataframe_check(error="row_without_a_number")
    def rows_say_something(cls, frame: pd.DataFrame) -> pd.Series:
        return rules.has_a_number(frame, "amount_low", "amount", "amount_high", "yoy_pct_stated")

    @pa.dataframe_check(error="two_preferred_rows_for_one_quarter")
    def preferred_rows_are_unique(cls, frame: pd.DataFrame) -> pd.Series:
        return rules.preferred_is_unique(frame, ["entity_id", "calendar_quarter"])

    @pa.dataframe_check(error="implausible_magnitude")
    def magnitudes_are_plausible(cls, frame: pd.DataFrame) -> pd.Series:
        return rules.quarter_is_plausible(frame, *vocabulary.PLAUSIBLE_QUARTER_USD)

    @pa.dataframe_check(error="conversion_is_not_explained")
    def conversions_are_explained(cls, frame: pd.DataFrame) -> pd.Series:
        return rules.conversion_is_explained(frame)
