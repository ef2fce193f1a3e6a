"""Table depreciation: depreciation and amortization by company and calendar quarter, from cash-flow statements.

The book value that is depreciated belongs to property_and_equipment.
"""

from capex_pipeline.schemas.tidy import Amounts, CompanyFlow


class Depreciation(CompanyFlow, Amounts):
    """Depreciation by company and calendar quarter: the line of the cash-flow statement, with amortization where that is one line (see definition_note); of Microsoft property and equipment alone (see definition_id)."""
