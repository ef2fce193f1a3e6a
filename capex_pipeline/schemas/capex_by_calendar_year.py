"""Table capex_by_calendar_year: capital expenditure by company and calendar year, only where all four quarters are on record.

Sums of the quarters of capex belong here. Fiscal years that companies report belong to capex_by_definition.
"""

from capex_pipeline.schemas.base import Number, Text, column
from capex_pipeline.schemas.tidy import CompanyYear, OfCompany


class CapexByCalendarYear(CompanyYear, OfCompany):
    """Capital expenditure by company and calendar year; amounts are null unless all four quarters are on record on one series."""

    headline_amount_local: Number = column(
        "The company's own headline number of the year in the reporting currency; null unless four quarters have one.",
        unit="currency",
        optional=True,
    )
    headline_amount_usd: Number = column(
        "The company's own headline number of the year in US dollars; null where headline_amount_local is.",
        unit="USD",
        optional=True,
    )
    companies_without_headline: Text = column(
        "Companies of this table with quarters in the year and no headline number of it, joined by |: sums of headline numbers over companies "
        "leave them out.",
        optional=True,
    )
    revenue_local: Number = column(
        "Total revenue of the year in the reporting currency; null unless four quarters have one.",
        unit="currency",
        optional=True,
    )
    revenue_usd: Number = column(
        "Total revenue of the year in US dollars, each quarter at its own average rate; null where revenue_local is.",
        unit="USD",
        optional=True,
    )
    capex_to_revenue_pct: Number = column(
        "amount_local as a percentage of revenue_local; null if either is null.", unit="percent", optional=True
    )
    operating_cash_flow_local: Number = column(
        "Operating cash flow of the year in the reporting currency; null unless four quarters have one.",
        unit="currency",
        optional=True,
    )
    operating_cash_flow_usd: Number = column(
        "Operating cash flow of the year in US dollars, each quarter at its own average rate; null where operating_cash_flow_local is.",
        unit="USD",
        optional=True,
    )
    capex_to_operating_cash_flow_pct: Number = column(
        "amount_local as a percentage of operating_cash_flow_local; null unless both are on record and the cash flow is above zero.",
        unit="percent",
        optional=True,
    )

    class Config:
        metadata = {  # noqa: RUF012 - pandera reads it from the class
            "group": "published",
            "grain": "company and calendar year",
            "key": ["entity_id", "calendar_year"],
            "sort": ["entity_id", "calendar_year"],
        }
