"""Table cloud_revenue_by_overlapping_group: cloud revenue of groups of companies by calendar quarter, with the missing members named.

Sums of companies belong here; companies belong to cloud_revenue.
"""

from capex_pipeline.schemas.tidy import OfGroup


class CloudRevenueByOverlappingGroup(OfGroup):
    """Cloud revenue of groups of companies; totals are null until every member has reported. Groups overlap: do not add them."""
