"""Table free_cash_flow_as_stated: free cash flow by company and calendar quarter as the company itself defines and states it.

Free cash flow on one definition for every company belongs to free_cash_flow.
"""

from capex_pipeline.schemas.tidy import CompanyFlow


class FreeCashFlowAsStated(CompanyFlow):
    """Free cash flow by company and calendar quarter as the company itself states it. Companies subtract different things (definition_note), so their amounts do not compare."""
