"""Table cloud_revenue_by_fiscal_year: cloud revenue by company and fiscal year, only where all four quarters are on record.

Sums of the quarters of cloud_revenue belong here. Calendar years belong to cloud_revenue_by_calendar_year, years as companies print them to
cloud_revenue_by_definition.
"""

from capex_pipeline.schemas.base import Text, column
from capex_pipeline.schemas.tidy import CompanyFiscalYear


class CloudRevenueByFiscalYear(CompanyFiscalYear):
    """Cloud revenue by company and fiscal year, with growth over the year before as the company recast it where its segments changed. Fiscal years of two companies are different days."""

    scope: Text = column(
        "What the series holds, in a few words: Do not rank companies whose series hold different things; null where the definition's name says it.",
        optional=True,
    )
