"""Tables of capital expenditure and of cloud revenue: by quarter and year, of companies and of groups, vintages, and evidence by definition.

Only what a company published belongs to the tables by quarter and year; their sums hold companies of one table. Other definitions, periods and
claims belong to the tables by definition, what companies themselves present to headline_capex, guidance and forecasts to outlooks. Columns that
the tables share are in `tidy` and `published`.
"""

from typing import Any

from capex_pipeline.schemas.base import Number, Text, column
from capex_pipeline.schemas.published import Money
from capex_pipeline.schemas.tidy import (
    AllCompaniesInQuarter,
    AllCompaniesInYear,
    Amounts,
    CapexOfYear,
    CapexRatiosOfAllCompanies,
    CompanyFiscalYear,
    CompanyFlow,
    CompanyVintage,
    CompanyYear,
    GroupYear,
    OfGroup,
)


def _share(whole: str, period: str) -> Any:
    return column(
        f"Capital expenditure as a percentage of {whole} of the same {period}; null unless both are available and {whole.split(' (')[0]} is above zero.",
        unit="percent",
        optional=True,
        comes_from=("observations.value",),
    )


class Capex(CompanyFlow, Amounts):
    """Capital expenditure by company and calendar quarter, on one comparable series per company. Series begin in different years."""

    share_of_all_in_table_pct: Number = column(
        "amount_usd as a percentage of the sum over all companies of this table; null unless every company has an amount for the quarter.",
        unit="percent",
        optional=True,
    )
    capex_to_revenue_pct: Number = _share("total revenue (table revenue)", "quarter")
    capex_to_revenue_ttm_pct: Number = _share("total revenue (table revenue)", "this and the three preceding quarters")
    capex_to_operating_cash_flow_pct: Number = _share("operating cash flow (table operating_cash_flow)", "quarter")
    capex_to_operating_cash_flow_ttm_pct: Number = _share(
        "operating cash flow (table operating_cash_flow)", "this and the three preceding quarters"
    )


class CloudRevenue(CompanyFlow, Amounts):
    """Cloud revenue by company and calendar quarter: the broadest series that each company publishes continuously as cloud."""

    segment: Text = column(
        "Segment or business as the company names it; null where the definition has no segment.", optional=True
    )
    scope: Text = column(
        "What the series holds, in a few words. Companies differ, so amounts do not rank them.", optional=True
    )


class CapexVintages(CompanyVintage):
    """Capital expenditure by company and calendar quarter with the dates between which each amount was the known one."""


class CloudRevenueVintages(CompanyVintage):
    """Cloud revenue by company and calendar quarter with the dates between which each amount was the known one."""


class CapexByCalendarYear(CapexOfYear, CompanyYear):
    """Capital expenditure by company and calendar year; amounts are null unless all four quarters are on record on one series."""

    share_of_all_in_table_pct: Number = column(
        "amount_usd as a percentage of the sum over all companies of this table; null unless every company has an amount for the whole year.",
        unit="percent",
        optional=True,
    )


class CloudRevenueByCalendarYear(CompanyYear):
    """Cloud revenue by company and calendar year; amounts are null unless all four quarters are on record on one series."""

    scope: Text = column(
        "What the series holds in the last quarter of the year on record, in a few words. Companies differ, so amounts do not rank them.",
        optional=True,
    )


class CapexByFiscalYear(CapexOfYear, CompanyFiscalYear):
    """Capital expenditure by company and fiscal year; amounts are null unless all four quarters are on record on one series. Fiscal years of two companies are different days."""


class CloudRevenueByFiscalYear(CompanyFiscalYear):
    """Cloud revenue by company and fiscal year, with growth over the year before as the company recast it where its segments changed. Fiscal years of two companies are different days."""

    scope: Text = column(
        "What the series holds, in a few words: Do not rank companies whose series hold different things; null where the definition's name says it.",
        optional=True,
    )


class CapexOfAllCompanies(CapexRatiosOfAllCompanies, AllCompaniesInQuarter):
    """Capital expenditure of all companies by calendar quarter; null until every company has an amount, with growth over the same companies."""


class CapexOfAllCompaniesByCalendarYear(CapexRatiosOfAllCompanies, AllCompaniesInYear):
    """Capital expenditure of all companies by calendar year; null until every company has an amount of the whole year, with growth over the same companies."""


class CloudRevenueOfAllCompanies(AllCompaniesInQuarter):
    """Cloud revenue of all companies by calendar quarter; null until every company has an amount, with growth over the same companies. Companies differ in what their cloud includes; see scope in cloud_revenue."""


class CloudRevenueOfAllCompaniesByCalendarYear(AllCompaniesInYear):
    """Cloud revenue of all companies by calendar year; null until every company has an amount of the whole year, with growth over the same companies. Companies differ in what their cloud includes; see scope in cloud_revenue."""


class CapexByOverlappingGroup(OfGroup):
    """Capital expenditure of groups of companies; totals are null until every member has reported. Groups overlap: do not add them."""


class CloudRevenueByOverlappingGroup(OfGroup):
    """Cloud revenue of groups of companies; totals are null until every member has reported. Groups overlap: do not add them."""


class CapexByOverlappingGroupAndCalendarYear(
    GroupYear, grain="group of companies and calendar year", key=["entity_id", "calendar_year"]
):
    """Capital expenditure of groups by calendar year; null unless every member reported all four quarters. Groups overlap: do not add them."""

    headline_amount_usd: Number = column(
        "Sum of the members' own headline numbers (table headline_capex) in US dollars, each on its own definition; null unless every member has one in all four "
        "quarters, on one definition within the year.",
        unit="USD",
        optional=True,
    )
    headline_missing_members: Text = column(
        "Members whose headline_amount_usd of the year is null: no number for one of the four quarters or more, or two definitions; joined by |; null where none is missing.",
        optional=True,
    )


class CapexByDefinition(Money):
    """Capital expenditure of companies and groups, every definition side by side, latest vintage."""

    capex_to_revenue_pct: Number = column(
        "amount as a percentage of total revenue that the company reports for the same period; null if either is null.",
        unit="percent",
        optional=True,
        comes_from=("observations.value",),
    )


class CloudRevenueByDefinition(Money):
    """Cloud revenue of companies, each definition side by side; statements of growth alone have no amount."""

    segment: Text = column("Segment or business, as the company names it.", optional=True)
