"""Table capex: capital expenditure by company and calendar quarter, one series per company.

Only quarters that a company published belong here. Other definitions, periods, claims and aggregates belong to capex_by_definition,
groups to capex_by_group, guidance and forecasts to outlooks.
"""

from capex_pipeline.schemas.base import Number, Text, column
from capex_pipeline.schemas.tidy import Amounts, Comparisons, FromDocument, InFiscalQuarter, OfCompany


class Capex(FromDocument, Comparisons, Amounts, InFiscalQuarter, OfCompany):
    """Capital expenditure by company and calendar quarter, on one comparable series per company. Series begin in different years."""

    headline_amount_local: Number = column(
        "The company's own headline number in the reporting currency; null where it published none for the quarter.",
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
    headline_yoy_pct: Number = column(
        "Growth of the headline number over the same quarter a year earlier, in the reporting currency; null unless both are on one definition.",
        unit="percent",
        optional=True,
        comes_from=("observations.value",),
    )
    headline_definition_id: Text = column("Definition of the headline number; see table definitions.", optional=True)
    headline_observation_id: Text = column(
        "The row of capex_by_definition that holds the headline number.", optional=True
    )
    revenue_local: Number = column(
        "Total revenue of the same quarter in the reporting currency; null where it is not on record.",
        unit="currency",
        optional=True,
        comes_from=("observations.value",),
    )
    capex_to_revenue_pct: Number = column(
        "amount_local as a percentage of revenue_local; null if either is null.",
        unit="percent",
        optional=True,
        comes_from=("observations.value",),
    )

    class Config:
        metadata = {  # noqa: RUF012 - pandera reads it from the class
            "group": "published",
            "grain": "company and calendar quarter",
            "key": ["entity_id", "calendar_quarter"],
            "sort": ["entity_id", "calendar_quarter"],
            "foreign_keys": {"observation_id": "observations", "headline_observation_id": "observations"},
        }
