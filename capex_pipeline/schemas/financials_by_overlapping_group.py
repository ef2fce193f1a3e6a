"""Table financials_by_overlapping_group: lines of statements of groups of companies by calendar quarter, with the missing members named.

Sums over companies of the tables of single lines belong here; companies belong to those tables, capital expenditure to capex_by_overlapping_group and
cloud revenue to cloud_revenue_by_overlapping_group.
"""

from capex_pipeline.schemas import vocabulary
from capex_pipeline.schemas.base import Text, column
from capex_pipeline.schemas.tidy import OfGroup


class FinancialsByOverlappingGroup(OfGroup):
    """Revenue, cash flow, depreciation, backlog and other lines of groups of companies; null until every member has reported."""

    metric_id: Text = column(
        "Line of the statements, which is the name of the table with its companies; see table metrics. Balances are those at the end of the "
        "quarter, so quarters of them do not add up.",
        isin=vocabulary.STATEMENT_TABLES,
    )

    class Config:
        metadata = {  # noqa: RUF012 - pandera reads it from the class
            "group": "published",
            "grain": "line of statements, group of companies and calendar quarter",
            "key": ["metric_id", "entity_id", "calendar_quarter"],
            "sort": ["metric_id", "entity_id", "calendar_quarter"],
        }
