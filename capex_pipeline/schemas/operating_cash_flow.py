"""Table operating_cash_flow: cash flow from operating activities by company and calendar quarter.

What is left after capital expenditure belongs to free_cash_flow.
"""

from capex_pipeline.schemas.tidy import CompanyFlow


class OperatingCashFlow(CompanyFlow):
    """Cash flow from operating activities by company and calendar quarter."""
