"""Table fx_rates: the exchange rates that conversions used, with the number of fixings behind each.

Averages and closing rates of the European Central Bank's daily reference fixings by period belong here. Convenience rates that companies state
are not used, and there is no rate after the last fixing.
"""

from capex_pipeline.schemas.base import Count, Day, Flag, Number, Table, Text, column


class FxRates(Table, group="normalised", grain="currency and period", key=["currency", "period_start", "period_end"]):
    """Units of a currency per US dollar by period."""

    currency: Text = column("Currency, ISO 4217.", str_matches=r"^[A-Z]{3}$")
    period_start: Day = column("First day.")
    period_end: Day = column("Last day.")
    calendar_period: Text = column(
        'The calendar quarter ("2024Q2") or calendar year ("2024") that the row is about; null for the other periods of figures, such as fiscal '
        "quarters, which overlap these.",
        optional=True,
        str_matches=r"^\d{4}(Q[1-4])?$",
    )
    average_rate: Number = column(
        "Mean of the daily cross rates in the period; for flows.", unit="currency per USD", optional=True, gt=0
    )
    fixings: Count = column("Number of daily fixings in the period.", ge=0)
    first_fixing: Day = column("First fixing in the period.", optional=True)
    last_fixing: Day = column("Last fixing in the period.", optional=True)
    closing_rate: Number = column(
        "Last fixing on or before the last day; for balances.", unit="currency per USD", optional=True, gt=0
    )
    closing_fixing: Day = column("Day of the closing fixing.", optional=True)
    is_complete: Flag = column("True where the fixings reach the end of the period.")
    rate_flag: Text = column(
        "no_fixing or period_not_over where rates are null.", optional=True, isin=("no_fixing", "period_not_over")
    )
    partial_average_rate: Number = column(
        "Mean so far in a period that has not ended; not used for conversion.",
        unit="currency per USD",
        optional=True,
        gt=0,
    )
