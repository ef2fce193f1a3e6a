"""Table free_cash_flow: free cash flow by company and calendar quarter, by each company's own definition.

Companies subtract different things, which their entries in definitions name; operating_cash_flow is the same for all.
"""

from capex_pipeline.schemas.tidy import CompanyFlow


class FreeCashFlow(CompanyFlow):
    """Free cash flow by company and calendar quarter, by each company's own definition: companies subtract different things."""
