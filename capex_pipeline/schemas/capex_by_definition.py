"""Table capex_by_definition: capital expenditure by entity, definition and period.

Each row is one entity, definition, period and claim in its latest vintage. Earlier vintages belong to observations; money that is not
capital expenditure (cash piles, stakes, valuations) is in figures only.
"""

from capex_pipeline.schemas.base import Number, column
from capex_pipeline.schemas.published import Money


class CapexByDefinition(Money):
    """Capital expenditure of companies and groups, every definition side by side, latest vintage."""

    capex_to_revenue_pct: Number = column(
        "amount as a percentage of total revenue that the company reports for the same period; null if either is null.",
        unit="percent",
        optional=True,
        comes_from=("observations.value",),
    )
