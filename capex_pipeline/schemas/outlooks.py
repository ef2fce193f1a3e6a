"""Table outlooks: statements about future periods, guidance and forecasts, one row each.

Expected amounts of money belong here, with their outcomes. Amounts for past periods belong to capex and capex_by_definition, forecasts of chips to gpu_estimates.
"""

import pandas as pd
import pandera.pandas as pa

from capex_pipeline.schemas import rules, vocabulary
from capex_pipeline.schemas.base import Day, Flag, Number, Table, Text, Year, column, row_rule

KINDS = ("guidance", "repeated_guidance", "forecast")
OUTCOMES = ("pending", "below", "inside", "above", "not_comparable")


class Outlooks(
    Table,
    grain="statement about a future period",
    key=["outlook_id"],
    sort=["entity_id", "metric_id", "target_start", "target_end", "stated_by", "outlook_id"],
    foreign_keys={"superseded_by": "outlooks"},
):
    """Guidance of companies and forecasts of others. Rows with is_latest contain each company once per target year, and no forecasts."""

    outlook_id: Text = column("Figure id of the statement; see table figures.")
    entity_id: Text = column("Company or group that the statement is about; see table entities.")
    entity_name: Text = column("Its name.")
    metric_id: Text = column("What is expected; see table metrics.")
    definition_id: Text = column("Definition of the amount; see table definitions.")
    target_start: Day = column("First day of the target period.")
    target_end: Day = column("Last day of the target period.")
    target_period_type: Text = column("Length class of the target period.", isin=vocabulary.PERIOD_TYPES)
    target_year: Year = column("Target year; null if the target period is not a calendar year.", optional=True)
    target_fiscal_year: Year = column(
        "Fiscal year of the company, named by the calendar year in which it ends, if the target is one; otherwise null. Of companies whose fiscal year is the "
        "calendar year it equals target_year.",
        optional=True,
    )
    target_period: Text = column(
        'Target period as text: "2026" or "2026Q1" for calendar periods, "FY2027" or "FY2027 Q1" for fiscal periods, otherwise first and last day.'
    )
    kind: Text = column(
        "guidance (of the company or its executives, from the company's document or a copy of it), repeated_guidance (the same as an article or "
        "digest reports it: a statement that may be in the table already, so it is never latest) or forecast (of anyone else).",
        isin=KINDS,
    )
    claimant: Text = column("Source of the statement.", optional=True)
    stated_on: Day = column("Date of the statement; null if the date of its document is unknown.", optional=True)
    stated_by: Day = column(
        "Day on which the statement was out at the latest: stated_on, or for an undated statement the day by which its document was out. Order the "
        "statements on one target period by this column; the first and the last by stated_on leave undated statements out."
    )
    bound: Text = column(
        "How exact the amount is, or direction where none is stated; see figures.bound.",
        isin=(*vocabulary.BOUNDS, vocabulary.DIRECTION),
    )
    value_text: Text = column(
        "Amount as printed, or the wording of a statement without one (bound direction); null if only bounds are printed.",
        optional=True,
    )
    currency: Text = column("Currency of the statement, ISO 4217.", str_matches=r"^[A-Z]{3}$")
    amount_low_local: Number = column(
        "Lower bound; equal to the point if a point is stated; null if only an upper bound or no amount is stated.",
        unit="currency",
        optional=True,
    )
    amount_mid_local: Number = column(
        "The point, or the middle of the range; null where only one bound or no amount is stated.",
        unit="currency",
        optional=True,
    )
    amount_high_local: Number = column(
        "Upper end; equal to the point where a point is stated; null where only a lower bound or no amount is.",
        unit="currency",
        optional=True,
    )
    amount_low_usd: Number = column(
        "amount_low_local in US dollars at the average rate of the calendar quarter of stated_on; null where that has no rate.",
        unit="USD",
        optional=True,
    )
    amount_mid_usd: Number = column("amount_mid_local in US dollars, at the same rate.", unit="USD", optional=True)
    amount_high_usd: Number = column("amount_high_local in US dollars, at the same rate.", unit="USD", optional=True)
    superseded_by: Text = column(
        "Id of the later statement that replaced it; null for the newest, and for guidance that is only repeated.",
        optional=True,
    )
    superseded_reason: Text = column(
        "updated, or redefined where the later one has another definition; null for the newest.",
        optional=True,
        isin=("updated", "redefined"),
    )
    is_latest: Flag = column(
        "True for the newest guidance with a number: one per company, metric and target period, so each company counts once in a target "
        "year. Never true for a forecast. An undated statement counts where it came before every dated one."
    )
    is_latest_third_party_forecast: Flag = column(
        "True for the newest forecast with a number of each claimant (a broker, a newspaper, unnamed people) about the company. It is no guidance of the company: "
        "see is_latest. Forecasts of several claimants on one company do not add up."
    )
    is_disputed: Flag = column(
        "True where another document contradicts the statement; `dispute` says which. A disputed statement may be the latest one: sums include it."
    )
    dispute: Text = column(
        "Which document contradicts the statement: one that gives another amount of the same definition on the same day, one that repeats the guidance with another "
        "amount while it is the newest, or a source that the note of the document names; null where none does.",
        optional=True,
    )
    companies_without_guidance_amount: Text = column(
        "Companies that report the metric, or guide it for fiscal years, other calendar years or longer periods, and of which no amount of guidance for this calendar "
        "year is on record, joined by |: a sum over the target year leaves them out. A company that stated only a direction is among them; see bound. Null where "
        "there is none, and on rows that are not latest guidance for a calendar year.",
        optional=True,
    )
    revision_pct: Number = column(
        "Change of the midpoint from the statement that this one replaced; null across a change of definition.",
        unit="percent",
        optional=True,
    )
    year_before_amount_local: Number = column(
        "What the company reported for the same period a year earlier, in the statement's currency and on its definition; null where that is not "
        "on record.",
        unit="currency",
        optional=True,
    )
    implied_yoy_pct: Number = column(
        "Growth of amount_mid_local over year_before_amount_local; null where either is. Amounts of two statements do not compare where their "
        "definitions differ.",
        unit="percent",
        optional=True,
    )
    implied_yoy_reason: Text = column("Why implied_yoy_pct is null; null where it is not.", optional=True)
    outcome_amount_local: Number = column(
        "What the company reported for the whole target period, in the statement's currency; null while it is pending or not comparable.",
        unit="currency",
        optional=True,
    )
    outcome_definition_id: Text = column("Definition of the outcome.", optional=True)
    outcome: Text = column(
        "The outcome against the statement: pending, below, inside, above or not_comparable. A number and each end of a range allow half a unit of their "
        'last printed digit ("70 to 72" billion is inside from 69.5 to 72.5), "about" allows more, and a single bound ("at least") allows nothing beyond it; '
        "outcome_reason has the accepted range.",
        isin=OUTCOMES,
    )
    outcome_reason: Text = column(
        "The comparison behind the outcome, or why it is pending or not comparable.", optional=True
    )
    source_type: Text = column("Kind of source; see table documents.", isin=vocabulary.SOURCE_TYPES)
    document_id: Text = column("Document of the statement; see table documents.")
    locator: Text = column("Place in the document.", optional=True)
    review_state: Text = column(
        "machine where the statement was read by the program and not reviewed yet (such a row is never latest); trusted where reference data "
        "trusts the kind of document; else reviewed.",
        isin=vocabulary.REVIEW_STATES,
    )
    note: Text = column("What a reader must know about this statement.", optional=True)

    bounds_in_order = row_rule(
        "bounds_out_of_order", rules.in_order, "amount_low_local", "amount_mid_local", "amount_high_local"
    )

    @pa.dataframe_check(error="outlook_without_amount_or_words")
    def rows_say_something(cls, frame: pd.DataFrame) -> pd.Series:
        is_direction = frame["bound"].eq(vocabulary.DIRECTION)
        has_amount = rules.has_a_number(frame, "amount_low_local", "amount_mid_local", "amount_high_local")
        return (has_amount & ~is_direction) | (is_direction & ~has_amount & frame["value_text"].notna())

    @pa.dataframe_check(error="two_latest_outlooks")
    def latest_is_unique(cls, frame: pd.DataFrame) -> pd.Series:
        is_newest, others = frame["is_latest"], frame["is_latest_third_party_forecast"]
        target = ["entity_id", "metric_id", "target_start", "target_end"]
        twice = frame[is_newest].duplicated(target, keep=False).reindex(frame.index, fill_value=False)
        again = frame[others].duplicated([*target, "claimant"], keep=False).reindex(frame.index, fill_value=False)
        return ~(twice | again | (is_newest & frame["kind"].ne("guidance")) | (others & frame["kind"].ne("forecast")))
