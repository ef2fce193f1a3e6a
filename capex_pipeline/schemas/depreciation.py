"""Table depreciation: depreciation of property and equipment by company and calendar quarter, of companies that state it without amortization.

Depreciation in one amount with amortization belongs to depreciation_and_amortization, the book value to property_and_equipment.
"""

from capex_pipeline.schemas.tidy import Amounts, CompanyFlow


class Depreciation(CompanyFlow, Amounts):
    """Depreciation of property and equipment without amortization, by company and calendar quarter. Companies that state both in one line are in depreciation_and_amortization."""
