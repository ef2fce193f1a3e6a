"""Table financials: revenue, cash flow and balances of companies by calendar quarter, for ratios with capital expenditure.

A further line of the statements is a column here and an entry of `normalise.financials`. Capital expenditure belongs to capex.
"""

from typing import Any

from capex_pipeline.schemas.base import Day, Number, Text, column
from capex_pipeline.schemas.tidy import InFiscalQuarter, OfCompany


def _flow(what: str) -> Any:
    return column(
        f"{what} in the quarter; null if not on record.",
        unit="currency",
        optional=True,
        comes_from=("observations.value",),
    )


def _balance(what: str) -> Any:
    return column(
        f"{what} on the last day of the quarter; null if not on record.",
        unit="currency",
        optional=True,
        comes_from=("observations.value",),
    )


class Financials(InFiscalQuarter, OfCompany):
    """Revenue, cash flow and balances of companies by calendar quarter, in the reporting currency."""

    currency: Text = column("Reporting currency, ISO 4217.", str_matches=r"^[A-Z]{3}$")
    revenue_local: Number = _flow("Total revenue")
    revenue_usd: Number = column(
        "Total revenue in US dollars at the average rate of the fiscal quarter.",
        unit="USD",
        optional=True,
        comes_from=("observations.value", "fx_rates.average_rate"),
    )
    operating_cash_flow_local: Number = _flow("Cash flow from operating activities")
    free_cash_flow_local: Number = _flow("Free cash flow, by the company's own definition,")
    depreciation_local: Number = _flow("Depreciation and amortisation, from the cash-flow statement,")
    finance_lease_principal_local: Number = _flow("Principal repaid on finance leases")
    finance_lease_assets_local: Number = _flow("Assets obtained under finance leases")
    incentive_proceeds_local: Number = _flow("Proceeds from sales of property and equipment and from incentives")
    data_center_revenue_local: Number = _flow("Data-centre revenue of a chip maker")
    property_and_equipment_net_at_quarter_end: Number = _balance("Net property and equipment")
    remaining_performance_obligations_at_quarter_end: Number = _balance("Remaining performance obligations")
    leases_not_yet_commenced_at_quarter_end: Number = _balance("Commitments for leases that have not yet commenced")
    unchanged_since: Day = column(
        "Day since which the row is as it is: the last of its numbers was published, or revised, then. For what was known on an earlier "
        "day see observations.",
        comes_from=("observations.known_from",),
    )

    class Config:
        metadata = {  # noqa: RUF012 - pandera reads it from the class
            "group": "published",
            "grain": "company and calendar quarter",
            "key": ["entity_id", "calendar_quarter"],
            "sort": ["entity_id", "calendar_quarter"],
        }
