"""Table free_cash_flow: free cash flow by company and calendar quarter, by the company's own definition or as operating cash flow less cash purchases.

Companies subtract different things, which their entries in definitions name; operating_cash_flow is the same for all.
"""

from capex_pipeline.schemas.tidy import CompanyFlow


class FreeCashFlow(CompanyFlow):
    """Free cash flow by company and calendar quarter, by the company's own definition where it is on record for every quarter (Alibaba, Tencent), otherwise operating cash flow less cash purchases; see definition_id."""
