"""Table article_mentions: every quantity in the text of an article, how it was read, and what became of it.

What belongs here: one row per amount, percentage, multiple, count or range found in a text under raw/articles/. What does not: the
article's sentences, which are under copyright, and figures as such (figures).
"""

import pandas as pd
import pandera.pandas as pa

from capex_pipeline.schemas import rules
from capex_pipeline.schemas.base import Count, Flag, Number, Table, Text, column

OUTCOMES = ("used", "context", "ignored", "uncertain", "not_bound")


class ArticleMentions(Table):
    """Mentions of quantities in articles' texts, with spans; the words around them stay in the text."""

    article_mention_id: Text = column("Document id, #, and the mention's number in the text.")
    document_id: Text = column("The article.")
    path: Text = column("File under raw/.")
    paragraph: Count = column("Paragraph of the text.", ge=1)
    span_start: Count = column("First character of the mention in the text's body, from 0.", ge=0)
    span_end: Count = column("Character after the last.", ge=1)
    text: Text = column("The mention as it stands there.")
    kind: Text = column("money, percent, multiple, count, or uncertain.")
    value_low: Number = column("Lower bound in full units.", unit="unit", optional=True)
    value: Number = column(
        "Value in full units; missing where only bounds are stated or the reading is uncertain.",
        unit="unit",
        optional=True,
    )
    value_high: Number = column("Upper bound in full units.", unit="unit", optional=True)
    unit: Text = column("Unit or currency as read.", optional=True)
    bound: Text = column("How the number is to be read.", optional=True)
    is_certain: Flag = column("False where it may be no quantity, or its value is not sure: then it has no value.")
    outcome: Text = column(
        "used (a figure), context (a quantity that no table has a place for), ignored (by the reviewer, with a reason), uncertain, or not_bound.",
        isin=OUTCOMES,
    )
    reason: Text = column("Why it is no figure.", optional=True)
    figure_id: Text = column("The figure that it became.", optional=True)
    candidates: Text = column("Periods that it might mean, where that is not clear, joined by ;.", optional=True)

    class Config:
        metadata = {  # noqa: RUF012 - pandera reads it from the class
            "group": "raw",
            "grain": "one mention of a quantity in a text",
            "key": ["article_mention_id"],
            "sort": ["document_id", "span_start", "article_mention_id"],
        }

    @pa.dataframe_check(error="span_runs_backward")
    def spans_run_forward(cls, frame: pd.DataFrame) -> pd.Series:
        return (frame["span_end"] > frame["span_start"]).fillna(True).astype(bool)

    @pa.dataframe_check(error="bounds_out_of_order")
    def bounds_in_order(cls, frame: pd.DataFrame) -> pd.Series:
        return rules.in_order(frame, "value_low", "value", "value_high")

    @pa.dataframe_check(error="uncertain_value")
    def uncertain_mentions_have_no_value(cls, frame: pd.DataFrame) -> pd.Series:
        return frame["is_certain"] | ~rules.has_a_number(frame, "value_low", "value", "value_high")
