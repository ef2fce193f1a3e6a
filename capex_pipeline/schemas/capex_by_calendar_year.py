"""Table capex_by_calendar_year: capital expenditure by company and calendar year, only where all four quarters are on record.

Sums of the quarters of capex belong here. Fiscal years belong to capex_by_fiscal_year.
"""

from capex_pipeline.schemas.base import Number, column
from capex_pipeline.schemas.tidy import CapexOfYear, CompanyYear


class CapexByCalendarYear(CapexOfYear, CompanyYear):
    """Capital expenditure by company and calendar year; amounts are null unless all four quarters are on record on one series."""

    share_of_all_in_table_pct: Number = column(
        "amount_usd as a percentage of the sum over all companies of this table; null unless every company has an amount for the whole year.",
        unit="percent",
        optional=True,
    )
