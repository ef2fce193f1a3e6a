"""Table observations: every metric in every vintage.

The rows are figures with entity, metric, definition, period and currency resolved, quarters derived from them, and the
dates on which each value was known. Conversion, growth and the choice of comparable rows are columns of the tables by
definition (`schemas/published.py`), printed text is in `schemas/figures.py`.
"""

import pandas as pd
import pandera.pandas as pa

from capex_pipeline.schemas import rules, vocabulary
from capex_pipeline.schemas.base import Count, Dated, Day, Flag, Identified, Known, Number, Text, column, row_rule


class Observations(
    Known,
    Dated,
    Identified,
    group="normalised",
    grain="series, period and vintage",
    key=["observation_id"],
    sort=["metric_id", "entity_id", "series", "period_start", "period_end", "vintage", "observation_id"],
    foreign_keys={"supplier_id": "entities", "customer_id": "entities"},
):
    """Every value of every series, with the dates between which it was the latest known value."""

    metric_id: Text = column("What was measured; see table metrics.")
    series: Text = column("Key shared by all vintages of one time series.")
    segment: Text = column("Business segment, as the company names it.", optional=True)
    supplier_id: Text = column("Supplier of the chips.", optional=True)
    product: Text = column("Chip or family of chips.", optional=True)
    customer_id: Text = column("Customer of the chips.", optional=True)
    flow: Text = column(
        "shipped, purchased, ordered, acquired or forecast; on counts and prices of chips only.",
        optional=True,
        isin=vocabulary.FLOWS,
    )
    unit: Text = column(
        "money, count, percent, multiple, money_per_unit, rank, power (watts) or compute (H100 equivalents).",
        isin=vocabulary.UNITS,
    )
    currency: Text = column("Currency of a money value, ISO 4217.", optional=True, str_matches=r"^[A-Z]{3}$")
    value_low: Number = column("Lower bound in full units.", unit="unit", optional=True)
    value: Number = column(
        "The value in full units; null where only a bound, a range or a growth rate is known, and where figures conflict.",
        unit="unit",
        optional=True,
    )
    value_high: Number = column("Upper bound in full units.", unit="unit", optional=True)
    printed_step: Number = column(
        "Resolution of the printed number in full units; half of it is what rounding allows.",
        unit="unit",
        optional=True,
        gt=0,
    )
    yoy_pct_stated: Number = column("Year-over-year growth as the document states it.", unit="percent", optional=True)
    is_stock: Flag = column("True for a point-in-time balance, False for a flow over a period.")
    presentation: Text = column(
        "Basis of presentation. Figures are subtracted from each other only if they share it.", optional=True
    )
    vintage: Count = column("1 for the first value known for this series and period, then 2, 3 ...", ge=1)
    document_known_from: Day = column(
        "First day on which the document of this row could be known: its publication date, or else the day of retrieval."
    )
    known_from_basis: Text = column(
        "document (day of the document of this row); results_announcement where the company announced the period on an earlier day (the amount is "
        "then assumed to be the one announced); comparative where only a copy is on record (day of the company's report of a year later, so it "
        "was known by then at the latest); retrieved where the document has no date (it was public earlier).",
        isin=vocabulary.KNOWN_FROM_BASES,
    )
    known_to: Day = column("First day on which a newer vintage was known; null for the current one.", optional=True)
    is_latest: Flag = column("True for the current vintage.")
    conflict_reason: Text = column(
        "Why no value could be derived although figures exist; otherwise null.", optional=True
    )
    note: Text = column("Remark that is needed to interpret this number.", optional=True)

    bounds_in_order = row_rule("bounds_out_of_order", rules.in_order, "value_low", "value", "value_high")

    values_are_finite = row_rule("infinite_value", rules.finite, "value_low", "value", "value_high")

    @pa.dataframe_check(error="row_without_a_number_or_a_reason")
    def rows_say_something(cls, frame: pd.DataFrame) -> pd.Series:
        numbers = rules.has_a_number(frame, "value_low", "value", "value_high", "yoy_pct_stated")
        return numbers | frame["conflict_reason"].notna()

    @pa.dataframe_check(error="known_to_not_after_known_from")
    def vintages_run_forward(cls, frame: pd.DataFrame) -> pd.Series:
        """A conflict that comes after a value was current at no time: it ends on the day on which it became known."""
        is_unused = (
            (frame["known_to"] == frame["known_from"]) & frame["conflict_reason"].notna() & frame["value"].isna()
        )
        return ~(frame["known_to"] <= frame["known_from"]) | is_unused

    @pa.dataframe_check(error="two_latest_vintages")
    def one_latest_vintage(cls, frame: pd.DataFrame) -> pd.Series:
        latest = frame.loc[frame["is_latest"], ["series", "period_start", "period_end"]]
        return ~latest.duplicated(keep=False).reindex(frame.index, fill_value=False)
