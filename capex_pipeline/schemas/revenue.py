"""Table revenue: total revenue by company and calendar quarter.

Revenue of a cloud business belongs to cloud_revenue, of a chip maker's data center business to data_center_revenue.
"""

from capex_pipeline.schemas.tidy import Amounts, CompanyFlow


class Revenue(CompanyFlow, Amounts):
    """Total revenue by company and calendar quarter."""
