"""Table cloud_revenue_by_calendar_year: cloud revenue by company and calendar year, only where all four quarters are on record.

Sums of the quarters of cloud_revenue belong here. Fiscal years that companies report belong to cloud_revenue_by_definition.
"""

from capex_pipeline.schemas.base import Text, column
from capex_pipeline.schemas.tidy import CompanyYear


class CloudRevenueByCalendarYear(CompanyYear):
    """Cloud revenue by company and calendar year; amounts are null unless all four quarters are on record on one series."""

    scope: Text = column(
        "What the series holds in the last quarter of the year on record, in a few words. Companies differ, so amounts do not rank them.",
        optional=True,
    )
