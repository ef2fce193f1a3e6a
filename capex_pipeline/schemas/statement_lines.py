"""Tables of lines of the companies' financial statements by calendar quarter, one model for each line.

A table of one flow or balance belongs here. Lines side by side belong to the modules of financials, capital expenditure and cloud revenue to
`capex_and_cloud_revenue`, lines of a part of a company to observations.
"""

from capex_pipeline.schemas.base import Text, column
from capex_pipeline.schemas.tidy import Amounts, CompanyBalance, CompanyFlow


class Revenue(CompanyFlow, Amounts):
    """Total revenue by company and calendar quarter."""


class DataCenterRevenue(CompanyFlow, Amounts):
    """Data center revenue of chip makers by calendar quarter, as each supplier delimits that business."""


class OperatingCashFlow(CompanyFlow):
    """Cash flow from operating activities by company and calendar quarter."""


class FreeCashFlow(CompanyFlow):
    """Operating cash flow less cash purchases of property and equipment by company and calendar quarter, the same definition for every company."""


class FreeCashFlowAsStated(CompanyFlow):
    """Free cash flow by company and calendar quarter as the company itself states it. Companies subtract different things (definition_note), so their amounts do not compare."""


class Depreciation(CompanyFlow, Amounts):
    """Depreciation of property and equipment without amortization, by company and calendar quarter. Companies that state both in one line are in depreciation_and_amortization."""


class DepreciationAndAmortization(CompanyFlow, Amounts):
    """Depreciation and amortization in one amount, by company and calendar quarter. Companies that state depreciation alone are in depreciation."""


class PropertyAndEquipment(CompanyBalance):
    """Net property and equipment of companies at the end of a quarter."""


class RemainingPerformanceObligations(CompanyBalance):
    """Remaining performance obligations (backlog) of companies at the end of a quarter."""

    scope: Text = column(
        "Which contracts are counted, in a few words. They are those of the whole company, while scope of cloud_revenue names a segment of most companies: "
        "divide by table revenue, not by cloud_revenue.",
        optional=True,
    )


class LeasesNotYetCommenced(CompanyBalance):
    """Commitments of companies for leases that have not yet commenced, at the end of a quarter."""
