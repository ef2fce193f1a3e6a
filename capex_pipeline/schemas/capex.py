"""Table capex: capital expenditure by company and calendar quarter, one series per company.

Only quarters that a company published belong here. Other definitions, periods, claims and aggregates belong to capex_by_definition,
groups to capex_by_overlapping_group, guidance and forecasts to outlooks.
"""

from typing import Any

from capex_pipeline.schemas.base import Number, Text, Year, column
from capex_pipeline.schemas.tidy import Amounts, CompanyFlow


def _share(whole: str, period: str) -> Any:
    return column(
        f"Capital expenditure as a percentage of {whole} of the same {period}; null unless both are available and {whole.split(' (')[0]} is above zero.",
        unit="percent",
        optional=True,
        comes_from=("observations.value",),
    )


class Capex(CompanyFlow, Amounts):
    """Capital expenditure by company and calendar quarter, on one comparable series per company. Series begin in different years."""

    headline_amount_local: Number = column(
        "The company's own headline number in the reporting currency; null where it published none for the quarter. "
        "Sum it by headline_calendar_year: the headline numbers of a company begin within some calendar_year_of_company.",
        unit="currency",
        optional=True,
        comes_from=("observations.value",),
    )
    headline_amount_usd: Number = column(
        "The company's own headline number in US dollars.",
        unit="USD",
        optional=True,
        comes_from=("observations.value", "fx_rates.average_rate"),
    )
    headline_yoy_local_pct: Number = column(
        "Growth of the headline number over the same quarter a year earlier, in the reporting currency; null unless both are on one definition.",
        unit="percent",
        optional=True,
        comes_from=("observations.value",),
    )
    headline_definition_id: Text = column("Definition of the headline number; see table definitions.", optional=True)
    headline_observation_id: Text = column(
        "The row of capex_by_definition that holds the headline number.", optional=True
    )
    headline_calendar_year: Year = column(
        "Calendar year where all four quarters of it have a headline number of the company, on one definition; null in any other year. Take sums of headline numbers "
        "over years by it.",
        optional=True,
    )
    companies_without_headline: Text = column(
        "Companies of this table with an amount and no headline number for the calendar quarter, joined by |; null where there is none. Sums "
        "of headline numbers over companies leave them out.",
        optional=True,
    )
    headline_minus_comparable_usd: Number = column(
        "headline_amount_usd less amount_usd; null where the company published no headline number.",
        unit="USD",
        optional=True,
    )
    finance_lease_assets_local: Number = column(
        "Assets obtained under finance leases in the quarter, in the reporting currency: spending without cash. amount_local leaves them out, so both add up "
        "to capital expenditure with finance leases. Null where no document states them.",
        unit="currency",
        optional=True,
        comes_from=("observations.value",),
    )
    finance_lease_assets_usd: Number = column(
        "finance_lease_assets_local in US dollars at the rate of amount_usd.",
        unit="USD",
        optional=True,
        comes_from=("observations.value", "fx_rates.average_rate"),
    )
    share_of_all_companies_pct: Number = column(
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

    class Config:
        metadata = {  # noqa: RUF012 - pandera reads it from the class
            "group": "published",
            "grain": "company and calendar quarter",
            "key": ["entity_id", "calendar_quarter"],
            "sort": ["entity_id", "calendar_quarter"],
            "foreign_keys": {"observation_id": "observations", "headline_observation_id": "observations"},
        }
