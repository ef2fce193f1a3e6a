"""Table cloud_revenue: cloud revenue by company and calendar quarter, one series per company.

Only quarters that a company published belong here. Other definitions, periods, claims and growth without an amount belong to
cloud_revenue_by_definition, groups to cloud_revenue_by_overlapping_group.
"""

from capex_pipeline.schemas.base import Text, column
from capex_pipeline.schemas.tidy import Amounts, CompanyFlow


class CloudRevenue(CompanyFlow, Amounts):
    """Cloud revenue by company and calendar quarter: the broadest series that each company publishes continuously as cloud."""

    segment: Text = column(
        "Segment or business as the company names it; null where the definition has no segment.", optional=True
    )
    scope: Text = column(
        "What the series holds, in a few words. Companies differ, so amounts do not rank them.", optional=True
    )
