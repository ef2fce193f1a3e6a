"""Table capex_of_all_companies: capital expenditure of all companies together by calendar quarter.

Sums of capex over companies belong here. Companies belong to capex, groups of companies to the tables by overlapping group.
"""

from capex_pipeline.schemas.tidy import AllCompaniesInQuarter, CapexRatiosOfAllCompanies


class CapexOfAllCompanies(CapexRatiosOfAllCompanies, AllCompaniesInQuarter):
    """Capital expenditure of all companies by calendar quarter; null until every company has an amount, with growth over the same companies."""
