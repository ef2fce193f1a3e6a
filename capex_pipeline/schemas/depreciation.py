"""Table depreciation: depreciation and amortization by company and calendar quarter, from cash-flow statements.

The book value that is depreciated belongs to property_and_equipment.
"""

from capex_pipeline.schemas.tidy import Amounts, CompanyFlow


class Depreciation(CompanyFlow, Amounts):
    """Depreciation and amortization by company and calendar quarter, as the cash-flow statement adds it back."""
