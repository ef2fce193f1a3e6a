"""Table capex_of_all_companies_by_calendar_year: capital expenditure of all companies together by calendar year.

Sums of capex_by_calendar_year over companies belong here. Companies belong to capex_by_calendar_year, groups of companies to the tables by overlapping group.
"""

from capex_pipeline.schemas.tidy import AllCompaniesInYear, CapexRatiosOfAllCompanies


class CapexOfAllCompaniesByCalendarYear(CapexRatiosOfAllCompanies, AllCompaniesInYear):
    """Capital expenditure of all companies by calendar year; null until every company has an amount of the whole year, with growth over the same companies."""
