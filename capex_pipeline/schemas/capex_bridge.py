"""Table capex_bridge: from the comparable amount of a company and quarter to the company's own headline, by the parts that it filed.

Quarters in which the two differ belong here. The amounts themselves belong to capex.
"""

import pandas as pd
import pandera.pandas as pa

from capex_pipeline.schemas.base import Number, Text, column
from capex_pipeline.schemas.tidy import AmongYears, InQuarterOfCompany, OfCompany

TOLERANCE = 1.0
"""Units of the currency by which the columns of a row may fail to add up: amounts are whole units stored as float64."""


class CapexBridge(AmongYears, InQuarterOfCompany, OfCompany):
    """Why a company's own capital expenditure differs from the comparable amount: leases, repayments and incentives as filed."""

    currency: Text = column("Reporting currency, ISO 4217.", str_matches=r"^[A-Z]{3}$")
    comparable_definition_id: Text = column("Definition of the comparable amount; see table definitions.")
    comparable_amount_local: Number = column(
        "Comparable amount of the quarter, as in capex.", unit="currency", comes_from=("observations.value",)
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
    headline_definition_id: Text = column("Definition of the headline number; see table definitions.")
    headline_amount_local: Number = column(
        "The company's own headline number, as in capex: the sum of the five columns before it.",
        unit="currency",
        comes_from=("observations.value",),
    )
    missing_parts: Text = column(
        "Columns of this table that the headline needs and that are null, joined by |.", optional=True
    )

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

    class Config:
        metadata = {  # noqa: RUF012 - pandera reads it from the class
            "group": "published",
            "grain": "company and calendar quarter",
            "key": ["entity_id", "calendar_quarter"],
            "sort": ["entity_id", "calendar_quarter"],
            "foreign_keys": {
                "comparable_definition_id": "definitions",
                "headline_definition_id": "definitions",
            },
        }
