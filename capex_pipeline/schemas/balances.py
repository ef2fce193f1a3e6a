"""Table balances: what companies own and owe at the end of a quarter, beside capital expenditure.

A further line of the balance sheet or its notes is a column here and an entry of `normalise.statements.BALANCES`. Amounts of a period
belong to tables of their own, such as revenue.
"""

from typing import Any

from capex_pipeline.schemas.base import Day, Number, Text, column
from capex_pipeline.schemas.tidy import InFiscalQuarter, OfCompany


def _balance(what: str) -> Any:
    return column(
        f"{what} on the last day of the quarter, in the reporting currency; null if not on record. Quarters do not add up.",
        unit="currency",
        optional=True,
        comes_from=("observations.value",),
    )


class Balances(InFiscalQuarter, OfCompany):
    """Balances of companies at the end of a quarter. They do not add up over quarters."""

    currency: Text = column("Reporting currency, ISO 4217.", str_matches=r"^[A-Z]{3}$")
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
