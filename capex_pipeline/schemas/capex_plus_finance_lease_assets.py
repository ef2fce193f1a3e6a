"""Table capex_plus_finance_lease_assets: capital expenditure of quarters for which a company states its assets obtained under finance leases.

Rows have both amounts, so that sums of the columns are of the same quarters. Quarters without a statement on leases belong to capex.
"""

from typing import Any

from capex_pipeline.schemas.base import Flag, Number, Text, column
from capex_pipeline.schemas.tidy import AmongCompanies, AmongYears, InFiscalQuarter, InQuarterOfCompany, OfCompany


def _amount(meaning: str, currency: str) -> Any:
    is_usd = currency == "USD"
    return column(
        f"{meaning} in {'US dollars at the average rate of the fiscal quarter; null while it has no full rate' if is_usd else 'the reporting currency'}.",
        unit=currency,
        optional=is_usd,
        comes_from=("observations.value", "fx_rates.average_rate") if is_usd else ("observations.value",),
    )


_PURCHASES = "Cash paid for property and equipment, as in capex,"
_ASSETS = "Assets obtained under finance leases in the quarter, which is spending without cash,"
_SUM = "Sum of the two,"


class CapexPlusFinanceLeaseAssets(
    AmongCompanies,
    InFiscalQuarter,
    AmongYears,
    InQuarterOfCompany,
    OfCompany,
    grain="company and calendar quarter",
    key=["entity_id", "calendar_quarter"],
):
    """Cash purchases and assets obtained under finance leases, of companies that state both. The sum is not what a company presents as its capital expenditure with leases: see headline_capex."""

    currency: Text = column("Reporting currency, ISO 4217.", str_matches=r"^[A-Z]{3}$")
    definition_id: Text = column("Definition of the cash purchases; see table definitions.")
    cash_purchases_local: Number = _amount(_PURCHASES, "currency")
    finance_lease_assets_local: Number = _amount(_ASSETS, "currency")
    cash_purchases_plus_finance_lease_assets_local: Number = _amount(_SUM, "currency")
    cash_purchases_usd: Number = _amount(_PURCHASES, "USD")
    finance_lease_assets_usd: Number = _amount(_ASSETS, "USD")
    cash_purchases_plus_finance_lease_assets_usd: Number = _amount(_SUM, "USD")
    is_break: Flag = column("True on the first quarter after the definition or its scope changed.")
