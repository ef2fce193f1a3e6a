"""Table figures: one row per number as printed in one document, with the printed text and the value that was read.

A figure is never edited and never dropped. Judgements between documents are in the table observations
(`schemas/observations.py`).
"""

import pandas as pd
import pandera.pandas as pa

from capex_pipeline.schemas import rules, vocabulary
from capex_pipeline.schemas.base import Count, Day, Flag, Number, Table, Text, column, row_rule


class Figures(
    Table,
    group="raw",
    grain="printed number of a document",
    key=["figure_id"],
    sort=["document_id", "path", "row_number", "figure_id"],
    foreign_keys={"supplier_id": "entities", "customer_id": "entities", "same_fact_as": "figures"},
):
    """Every number as printed, with its document, place and parsed value."""

    figure_id: Text = column("Document id, #, and the figure's id or natural key within the document.")
    document_id: Text = column("Document that contains the number; see table documents.")
    path: Text = column("File under raw/.")
    row_number: Count = column("Row in that file: line of a CSV table, place in a YAML list.", ge=1)
    locator: Text = column("Place in the document: paragraph, table or concept.", optional=True)
    entity_text: Text = column("Entity as printed.")
    entity_id: Text = column("Entity identified from the printed text; see table entities.")
    metric_text: Text = column("Metric as printed.")
    metric_id: Text = column("Metric identified from the printed text; see table metrics.")
    measure: Text = column(
        "level, yoy_growth (percent), yoy_multiple (2 = doubled) or share (percent).", isin=vocabulary.MEASURES
    )
    definition_id: Text = column("Definition of the number; see table definitions.")
    segment: Text = column("Business segment, as the company names it.", optional=True)
    supplier_id: Text = column("Supplier of the chips.", optional=True)
    product: Text = column("Chip or family of chips that the text names.", optional=True)
    product_text: Text = column("Chip as printed.", optional=True)
    customer_id: Text = column("Customer of the chips.", optional=True)
    flow: Text = column("shipped, purchased, ordered, acquired or forecast.", optional=True, isin=vocabulary.FLOWS)
    period_text: Text = column("Period as printed.", optional=True)
    period_start: Day = column("First day of the period.")
    period_end: Day = column("Last day of the period, or the date of a point-in-time balance.")
    is_instant: Flag = column("True where the value is a point-in-time balance.")
    value_text: Text = column("Value as printed.", optional=True)
    value_low_text: Text = column("Lower bound as printed, where it is printed separately.", optional=True)
    value_high_text: Text = column("Upper bound as printed, where it is printed separately.", optional=True)
    unit_text: Text = column("Unit as printed.")
    value_low: Number = column("Lower bound in full units.", unit="unit", optional=True)
    value: Number = column("Value in full units; null where only bounds are stated.", unit="unit", optional=True)
    value_high: Number = column("Upper bound in full units.", unit="unit", optional=True)
    printed_step: Number = column("Resolution of the printed number in full units.", unit="unit", optional=True, gt=0)
    unit: Text = column(
        "money, count, percent, multiple, money_per_unit, rank, power (watts) or compute (H100 equivalents).",
        isin=vocabulary.UNITS,
    )
    currency: Text = column("Currency of money, ISO 4217.", optional=True, str_matches=r"^[A-Z]{3}$")
    bound: Text = column(
        "exact, at_least, at_most, approximately, range, order_of_magnitude, or direction (an outlook without an amount, whose words are in value_text).",
        isin=(*vocabulary.BOUNDS, vocabulary.DIRECTION),
    )
    status: Text = column("reported, estimate, forecast or guidance.", isin=vocabulary.STATUSES)
    source_type: Text = column(
        "filing, company_release, third_party_copy, article, digest or estimate.", isin=vocabulary.SOURCE_TYPES
    )
    claimant: Text = column("Source of the statement.", optional=True)
    presentation: Text = column("Basis of presentation that the figure belongs to.")
    same_fact_as: Text = column(
        "Figure id of the same fact in another currency or unit. Such a row does not become an observation.",
        optional=True,
    )
    review_state: Text = column(
        "reviewed (by a person, or filed as data), trusted (read by the program in a kind of document that reference data trusts, and confirmed "
        "inside the document) or machine (read by the program and not reviewed yet).",
        isin=vocabulary.REVIEW_STATES,
    )
    confidence: Number = column(
        "Probability, 0 to 1, that the program read the figure correctly; null for reviewed figures.",
        unit="share",
        optional=True,
        ge=0,
        le=1,
    )
    span_start: Count = column(
        "First character of the figure in the article's text, where the text is available.", optional=True, ge=0
    )
    span_end: Count = column("Position after the last character of the figure.", optional=True, ge=1)
    known_from: Day = column("First day on which the figure could be known.")
    note: Text = column("Remark of the person who entered it.", optional=True)

    period_runs_forward = row_rule("period_ends_before_it_starts", rules.in_order, "period_start", "period_end")

    bounds_in_order = row_rule("bounds_out_of_order", rules.in_order, "value_low", "value", "value_high")

    values_are_finite = row_rule("infinite_value", rules.finite, "value_low", "value", "value_high")

    @pa.dataframe_check(error="missing_value")
    def rows_have_a_number(cls, frame: pd.DataFrame) -> pd.Series:
        is_direction = frame["bound"].eq(vocabulary.DIRECTION) & frame["status"].isin(vocabulary.OUTLOOK_STATUSES)
        return rules.has_a_number(frame, "value_low", "value", "value_high") | is_direction

    @pa.dataframe_check(error="money_without_currency")
    def money_has_a_currency(cls, frame: pd.DataFrame) -> pd.Series:
        return ~frame["unit"].isin(["money", "money_per_unit"]) | frame["currency"].notna()

    @pa.dataframe_check(error="flow_missing")
    def counts_have_a_flow(cls, frame: pd.DataFrame) -> pd.Series:
        return (frame["unit"] != "count") | frame["flow"].notna()

    @pa.dataframe_check(error="duplicate_figure")
    def figures_are_unique(cls, frame: pd.DataFrame) -> pd.Series:
        return ~frame["figure_id"].duplicated(keep=False)
