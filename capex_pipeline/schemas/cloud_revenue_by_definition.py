"""Table cloud_revenue_by_definition: cloud revenue, as each company defines its cloud business.

Segment revenue and its stated growth are here in their latest vintage. Data center revenue of chip suppliers and proxies belong to
observations, and so does backlog, which is a balance.
"""

from capex_pipeline.schemas.base import Text, column
from capex_pipeline.schemas.published import Money


class CloudRevenueByDefinition(Money):
    """Cloud revenue of companies, each definition side by side; statements of growth alone have no amount."""

    segment: Text = column("Segment or business, as the company names it.", optional=True)
