"""Tables of what companies themselves present as capital expenditure, and of cash purchases together with finance leases.

Amounts beside the comparable one belong here; the comparable amounts belong to capex.
"""

from typing import Any

import pandas as pd
import pandera.pandas as pa

from capex_pipeline.schemas import vocabulary
from capex_pipeline.schemas.base import Flag, Number, Text, column
from capex_pipeline.schemas.tidy import (
    AmongCompanies,
    AmongQuarters,
    AmongYears,
    InFiscalQuarter,
    InQuarterOfCompany,
    OfCompany,
)

TOLERANCE = 1.0
"""Units of the currency by which the columns of a row may fail to add up: amounts are whole units stored as float64."""


class HeadlineCapex(
    AmongQuarters,
    InFiscalQuarter,
    InQuarterOfCompany,
    OfCompany,
    grain="company and calendar quarter",
    key=["entity_id", "calendar_quarter"],
    foreign_keys={
        "comparable_definition_id": "definitions",
        "headline_definition_id": "definitions",
        "headline_observation_id": "observations",
        "comparable_observation_id": "observations",
    },
):
    """A company's own capital expenditure by calendar quarter, each company on a definition of its own, so a sum over companies mixes them, and why it differs from the comparable amount. Quarters without such a number have no row."""

    currency: Text = column("Reporting currency, ISO 4217.", str_matches=r"^[A-Z]{3}$")
    headline_definition_id: Text = column(
        "Definition of the headline number; see table definitions. Companies differ, and some change it: calendar_year_of_company and fiscal_year are null where "
        "it changes within the year."
    )
    finance_leases_in_headline: Text = column(
        "Whether the headline number includes finance leases: none, principal (repaid on them), assets_obtained (under them) or stated (the company says that it "
        "includes them).",
        isin=vocabulary.LEASE_TREATMENTS,
    )
    headline_amount_local: Number = column(
        "The company's own headline number in the reporting currency: the comparable amount and the four columns of parts.",
        unit="currency",
        comes_from=("observations.value",),
    )
    headline_amount_usd: Number = column(
        "The company's own headline number in US dollars; null while the quarter has no full rate.",
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
    comparable_definition_id: Text = column("Definition of the comparable amount; see table definitions.")
    comparable_amount_local: Number = column(
        "Comparable amount of the quarter, as in capex.", unit="currency", comes_from=("observations.value",)
    )
    comparable_amount_usd: Number = column(
        "Comparable amount in US dollars, as in capex; null while the quarter has no full rate.",
        unit="USD",
        optional=True,
        comes_from=("observations.value", "fx_rates.average_rate"),
    )
    finance_lease_assets_local: Number = column(
        "Assets obtained under finance leases, if the headline includes them; null if it does not or if they are not available.",
        unit="currency",
        optional=True,
        comes_from=("observations.value",),
    )
    finance_lease_principal_local: Number = column(
        "Principal repaid on finance leases, if the headline includes it; null if it does not or if it is not available.",
        unit="currency",
        optional=True,
        comes_from=("observations.value",),
    )
    incentive_proceeds_local: Number = column(
        "Proceeds from sales and incentives as a negative number, if the headline is net of them and the comparable "
        "amount is not; otherwise null, and null if they are not available.",
        unit="currency",
        optional=True,
        comes_from=("observations.value",),
    )
    remainder_local: Number = column(
        "What the parts do not explain, such as the rounding of a figure stated on a call or purchases not yet paid; null if a part is missing.",
        unit="currency",
        optional=True,
        comes_from=("observations.value",),
    )
    missing_parts: Text = column(
        "Columns of this table that the headline needs and that are null, joined by |.", optional=True
    )
    is_break: Flag = column(
        "True on the first quarter after the definition or scope of the headline or of the comparable amount changed."
    )
    headline_observation_id: Text = column("The row of capex_by_definition that holds the headline number.")
    comparable_observation_id: Text = column("The row of capex_by_definition that holds the comparable amount.")

    @pa.dataframe_check(error="bridge_does_not_add_up")
    def parts_add_up(cls, frame: pd.DataFrame) -> pd.Series:
        parts = frame[
            [
                "comparable_amount_local",
                "finance_lease_assets_local",
                "finance_lease_principal_local",
                "incentive_proceeds_local",
                "remainder_local",
            ]
        ].sum(axis=1)
        return frame["remainder_local"].isna() | ((parts - frame["headline_amount_local"]).abs() <= TOLERANCE)


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
