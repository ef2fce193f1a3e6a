"""Table cloud_revenue_of_all_companies_by_calendar_year: cloud revenue of all companies together by calendar year.

Sums of cloud_revenue_by_calendar_year over companies belong here. Companies belong to cloud_revenue_by_calendar_year, groups of companies to the tables by overlapping group.
"""

from capex_pipeline.schemas.tidy import AllCompaniesInYear


class CloudRevenueOfAllCompaniesByCalendarYear(AllCompaniesInYear):
    """Cloud revenue of all companies by calendar year; null until every company has an amount of the whole year, with growth over the same companies. Companies differ in what their cloud includes; see scope in cloud_revenue."""
