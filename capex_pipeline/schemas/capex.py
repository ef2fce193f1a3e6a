"""Table capex: capital expenditure by company and calendar quarter, one series per company.

Only quarters that a company published belong here. Other definitions, periods, claims and aggregates belong to capex_by_definition,
groups to capex_by_overlapping_group, what companies themselves present to headline_capex, guidance and forecasts to outlooks.
"""

from typing import Any

from capex_pipeline.schemas.base import Number, column
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
