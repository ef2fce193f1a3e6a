"""Table cloud_revenue_by_definition: cloud revenue, as each company defines its cloud business.

Segment revenue and its stated growth are here in their latest vintage. Data center revenue of chip suppliers and proxies belong to
observations, and so does backlog, which is a balance.
"""

from capex_pipeline.schemas.base import Dated, Identified, Text, column
from capex_pipeline.schemas.published import Money


class CloudRevenueByDefinition(Money, Dated, Identified):
    """Cloud revenue of companies, each definition side by side; statements of growth alone have no amount."""

    segment: Text = column("Segment or business, as the company names it.", optional=True)

    class Config:
        metadata = {  # noqa: RUF012 - pandera reads it from the class
            "group": "published",
            "grain": "entity, definition, period and source of the claim",
            "key": ["observation_id"],
            "sort": ["entity_id", "period_start", "period_end", "definition_id", "status", "observation_id"],
        }
