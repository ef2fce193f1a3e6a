"""Table definitions: what a word such as capital expenditure means in each series.

What belongs here: reviewed definitions from reference data. What does not: numbers, and names of Dagster definitions.
"""

from capex_pipeline.schemas.base import Flag, Table, Text, column


class MetricDefinitions(Table):
    """Definitions side by side: cash or accrual, with or without leases, net or gross of incentives."""

    definition_id: Text = column("Stable id.")
    metric_id: Text = column(
        "Metric that it defines; missing for definitions of figures that no table publishes.", optional=True
    )
    definition_name: Text = column("Name for people.")
    basis: Text = column("cash, accrual, mixed, segment, statement or model.")
    includes_finance_leases: Text = column("none, principal payments, assets obtained, or as stated.", optional=True)
    is_net_of_proceeds: Flag = column("True where proceeds or incentives are deducted.")
    is_comparable: Flag = column("True for the series that may be compared between companies.")
    description: Text = column("What is in it and what is not.")
    entity_notes: Text = column("What differs by company, joined by |.", optional=True)

    class Config:
        metadata = {  # noqa: RUF012 - pandera reads it from the class
            "group": "normalised",
            "grain": "one definition",
            "key": ["definition_id"],
            "sort": ["definition_id"],
        }
