"""Table capex_vintages: capital expenditure by company and calendar quarter as it was known at any time.

Amounts that later documents revised belong here. The present amounts, with their comparisons, belong to capex.
"""

from capex_pipeline.schemas.tidy import CompanyVintage


class CapexVintages(CompanyVintage):
    """Capital expenditure by company and calendar quarter with the dates between which each amount was the known one."""
