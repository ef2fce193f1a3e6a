"""Table property_and_equipment: net property and equipment of companies at the end of a quarter.

Its depreciation of a quarter belongs to depreciation.
"""

from capex_pipeline.schemas.tidy import CompanyBalance


class PropertyAndEquipment(CompanyBalance):
    """Net property and equipment of companies at the end of a quarter."""
