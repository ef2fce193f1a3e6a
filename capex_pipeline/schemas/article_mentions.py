"""Table article_mentions: every quantity in the text of an article, its interpretation and its use.

One row is an amount, percentage, multiple, count or range found in a text under raw/articles/. The article's sentences are under copyright
and stay out; figures belong to the table figures.
"""

import pandas as pd
import pandera.pandas as pa

from capex_pipeline.schemas import rules
from capex_pipeline.schemas.base import Count, Flag, Number, Table, Text, column, row_rule

OUTCOMES = ("used", "context", "ignored", "uncertain", "not_bound")


class ArticleMentions(
    Table,
    group="raw",
    grain="mention of a quantity in a text",
    key=["article_mention_id"],
    sort=["document_id", "span_start", "article_mention_id"],
):
    """Quantities found in articles and announcements, with their position and use. The surrounding text is not included."""

    article_mention_id: Text = column("Document id, #, and the mention's number in the text.")
    document_id: Text = column("The article.")
    path: Text = column("File under raw/.")
    paragraph: Count = column("Paragraph of the text.", ge=1)
    span_start: Count = column(
        "Article: first character of the mention in the text's body, from 0. Document with tables: number of the mention, from 0.",
        ge=0,
    )
    span_end: Count = column(
        "Article: position after the last character of the mention. Document with tables: number of the next mention.",
        ge=1,
    )
    text: Text = column("The mention as printed.")
    kind: Text = column("money, percent, multiple, count, or uncertain.")
    value_low: Number = column("Lower bound in full units.", unit="unit", optional=True)
    value: Number = column(
        "Value in full units; null where only bounds are stated or the reading is uncertain.",
        unit="unit",
        optional=True,
    )
    value_high: Number = column("Upper bound in full units.", unit="unit", optional=True)
    unit: Text = column("Unit or currency as read.", optional=True)
    bound: Text = column("How exact the number is; see figures.bound.", optional=True)
    is_certain: Flag = column(
        "False where the mention may not be a quantity or its value is uncertain; the value is then null."
    )
    outcome: Text = column(
        "used (became a figure), context (a quantity that no table holds), ignored (by the reviewer, with a reason), uncertain, or not_bound.",
        isin=OUTCOMES,
    )
    reason: Text = column("Why the mention did not become a figure.", optional=True)
    figure_id: Text = column("The figure that it became.", optional=True)
    candidates: Text = column("Periods that the mention may refer to, if that is unclear, joined by ;.", optional=True)

    @pa.dataframe_check(error="span_runs_backward")
    def spans_run_forward(cls, frame: pd.DataFrame) -> pd.Series:
        return (frame["span_end"] > frame["span_start"]).fillna(True).astype(bool)

    bounds_in_order = row_rule("bounds_out_of_order", rules.in_order, "value_low", "value", "value_high")

    @pa.dataframe_check(error="uncertain_value")
    def uncertain_mentions_have_no_value(cls, frame: pd.DataFrame) -> pd.Series:
        return frame["is_certain"] | ~rules.has_a_number(frame, "value_low", "value", "value_high")
