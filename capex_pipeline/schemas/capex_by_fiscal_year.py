"""Table capex_by_fiscal_year: capital expenditure by company and fiscal year, only where all four quarters are on record.

Sums of the quarters of capex belong here. Calendar years belong to capex_by_calendar_year, years as companies print them to capex_by_definition.
"""

from capex_pipeline.schemas.tidy import CapexOfYear, CompanyFiscalYear


class CapexByFiscalYear(CapexOfYear, CompanyFiscalYear):
    """Capital expenditure by company and fiscal year; amounts are null unless all four quarters are on record on one series. Fiscal years of two companies are different days."""
