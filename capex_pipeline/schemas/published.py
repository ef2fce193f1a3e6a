"""Columns that the evidence tables share.

Amounts, conversion, growth and first-reported amounts are declared here. Columns of one table belong to its own module.
"""

import pandas as pd
import pandera.pandas as pa

from capex_pipeline.schemas import rules, vocabulary
from capex_pipeline.schemas.base import (
    Dated,
    Day,
    Flag,
    Identified,
    Number,
    Sourced,
    Text,
    Year,
    column,
    growth,
    row_rule,
)


class Preferred(Sourced):
    """Which rows add up."""

    is_preferred: Flag = column(
        "True on the rows that can be added: at most one per company and calendar quarter, no group, and no claim where a "
        "filing exists."
    )
    calendar_year: Year = column(
        "Calendar year on the rows that make it up, each amount once: on its four quarters where they are on record, on one definition and in one "
        "presentation (of estimates: by one source, without totals of products), otherwise on the row of the whole calendar year. Null on all other rows, such as half-years "
        "and fiscal years, and of amounts of money on guidance and forecasts (see outlooks) and where several sources each give a number of the year.",
        optional=True,
    )

    preferred_rows_add_up = row_rule("preferred_row_is_not_one_companys_quarter", rules.preferred_is_a_company_quarter)


class Money(
    Preferred,
    Dated,
    Identified,
    grain="entity, definition, period and source of the claim",
    key=["observation_id"],
    sort=["entity_id", "period_start", "period_end", "definition_id", "status", "observation_id"],
):
    """Amounts in the reporting currency and converted."""

    unchanged_since: Day = column(
        "Date since which the present number is known. Earlier numbers of a restated period are in table observations, with known_from and known_to: take "
        "what was known on a day from there.",
        comes_from=("observations.known_from",),
    )
    currency: Text = column(
        "Reporting currency, ISO 4217; null on growth-only rows of unknown currency.",
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
        "The amount; null where only a bound, a range or a growth rate is stated.",
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
        "amount in yuan at the average rate of the same period.",
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
        "How the rate was found: reporting_currency, period_average or period_closing; or why there is none: no_fixing or "
        "period_not_over.",
        optional=True,
        isin=("reporting_currency", "period_average", "period_closing", "no_fixing", "period_not_over"),
        comes_from=("fx_rates.rate_flag",),
    )
    yoy_local_pct: Number = growth("the same period a year earlier", "the reporting currency")
    yoy_usd_pct: Number = growth("the same period a year earlier", "US dollars")
    yoy_pct_stated: Number = column("Growth as the document states it.", unit="percent", optional=True)
    qoq_local_pct: Number = growth("the quarter before", "the reporting currency")
    qoq_usd_pct: Number = growth("the quarter before", "US dollars")
    ttm_amount: Number = column(
        "Sum of this and the three preceding quarters, where all four exist and have one presentation; otherwise null, with the reason in `note`.",
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
        "The amount first reported for this period and definition.",
        unit="currency",
        optional=True,
        comes_from=("observations.value", "observations.vintage"),
    )
    first_reported_on: Day = column(
        "Publication date of the report that first stated the amount; null if that report is not in raw/.",
        optional=True,
        comes_from=("observations.known_from",),
    )
    revision: Number = column(
        "amount less first_reported_amount: 0 where the amount was never changed, null where either is null.",
        unit="currency",
        optional=True,
        comes_from=("observations.value", "observations.vintage"),
    )
    ytd_amount: Number = column(
        "Sum of the calendar year's quarters up to this one, where all exist and have one presentation; otherwise null.",
        unit="currency",
        optional=True,
        comes_from=("observations.value",),
    )
    cumulative_amount: Number = column(
        "Sum of this and all earlier quarters back to cumulative_since, where they have one presentation. The sum starts again after a gap, after a "
        "break, and after a printed total that its quarters do not add up to.",
        unit="currency",
        optional=True,
        comes_from=("observations.value",),
    )
    cumulative_since: Day = column("First day of the first quarter in cumulative_amount.", optional=True)
    amount_usd_constant: Number = column(
        "amount in US dollars at the average rate of the calendar year 2024 for every period: a change "
        "in it is a change in spending and not in the exchange rate.",
        unit="USD",
        optional=True,
        comes_from=("observations.value", "fx_rates.average_rate"),
    )
    is_break: Flag = column(
        "True on the first period after the definition or scope changed: growth across it says nothing."
    )
    note: Text = column("Remark that is needed to interpret this number.", optional=True)

    bounds_in_order = row_rule("bounds_out_of_order", rules.in_order, "amount_low", "amount", "amount_high")

    amounts_are_finite = row_rule(
        "infinite_amount",
        rules.finite,
        "amount_low",
        "amount",
        "amount_high",
        "amount_usd",
        "yoy_local_pct",
        "qoq_local_pct",
    )

    @pa.dataframe_check(error="amount_without_currency")
    def amounts_have_a_currency(cls, frame: pd.DataFrame) -> pd.Series:
        return ~rules.has_a_number(frame, "amount_low", "amount", "amount_high") | frame["currency"].notna()

    rows_say_something = row_rule(
        "row_without_a_number", rules.has_a_number, "amount_low", "amount", "amount_high", "yoy_pct_stated"
    )

    preferred_rows_are_unique = row_rule(
        "two_preferred_rows_for_one_quarter", rules.preferred_is_unique, ["entity_id", "calendar_quarter"]
    )

    magnitudes_are_plausible = row_rule(
        "implausible_magnitude", rules.quarter_is_plausible, *vocabulary.PLAUSIBLE_QUARTER_USD
    )

    conversions_are_explained = row_rule("conversion_is_not_explained", rules.conversion_is_explained)
