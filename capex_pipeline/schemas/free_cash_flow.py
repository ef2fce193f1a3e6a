"""Table free_cash_flow: operating cash flow less cash purchases of property and equipment, by company and calendar quarter.

What companies themselves call free cash flow belongs to free_cash_flow_as_stated.
"""

from capex_pipeline.schemas.tidy import CompanyFlow


class FreeCashFlow(CompanyFlow):
    """Operating cash flow less cash purchases of property and equipment by company and calendar quarter, the same definition for every company."""
