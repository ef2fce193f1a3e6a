"""Table cloud_revenue_vintages: cloud revenue by company and calendar quarter as it was known at any time.

Amounts that later documents revised belong here. The present amounts, with their comparisons, belong to cloud_revenue.
"""

from capex_pipeline.schemas.tidy import CompanyVintage


class CloudRevenueVintages(CompanyVintage):
    """Cloud revenue by company and calendar quarter with the dates between which each amount was the known one."""
