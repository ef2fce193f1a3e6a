"""Table data_center_revenue: data center revenue of chip makers by calendar quarter.

Total revenue belongs to revenue, numbers of chips to gpu_shipments.
"""

from capex_pipeline.schemas.tidy import Amounts, CompanyFlow


class DataCenterRevenue(CompanyFlow, Amounts):
    """Data center revenue of chip makers by calendar quarter, as each supplier delimits that business."""
