"""Table depreciation_and_amortization: depreciation together with amortization by company and calendar quarter, from cash flow statements.

Depreciation without amortization belongs to depreciation.
"""

from capex_pipeline.schemas.tidy import Amounts, CompanyFlow


class DepreciationAndAmortization(CompanyFlow, Amounts):
    """Depreciation and amortization in one amount, by company and calendar quarter. Companies that state depreciation alone are in depreciation."""
