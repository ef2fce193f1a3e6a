"""Table cloud_revenue_of_all_companies: cloud revenue of all companies together by calendar quarter.

Sums of cloud_revenue over companies belong here. Companies belong to cloud_revenue, groups of companies to the tables by overlapping group.
"""

from capex_pipeline.schemas.tidy import AllCompaniesInQuarter


class CloudRevenueOfAllCompanies(AllCompaniesInQuarter):
    """Cloud revenue of all companies by calendar quarter; null until every company has an amount, with growth over the same companies. Companies differ in what their cloud includes; see scope in cloud_revenue."""
