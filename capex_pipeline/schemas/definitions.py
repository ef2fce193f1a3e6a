"""Table definitions: what a term such as capital expenditure means in each series.

The reviewed definitions of the reference data belong here. Dagster's definitions are in capex_pipeline/definitions.py.
"""

from capex_pipeline.schemas.base import Flag, Table, Text, column


class MetricDefinitions(Table, group="normalised", grain="definition", key=["definition_id"]):
    """Definitions side by side: cash or accrual, with or without leases, net or gross of incentives."""

    definition_id: Text = column("Stable id.")
    metric_id: Text = column(
        "Metric that it defines; null for definitions of figures that no table publishes.", optional=True
    )
    definition_name: Text = column("Name.")
    basis: Text = column("cash, accrual, mixed, segment, statement or model.")
    includes_finance_leases: Text = column("none, principal payments, assets obtained, or as stated.", optional=True)
    is_net_of_proceeds: Flag = column("True where proceeds or incentives are deducted.")
    is_comparable: Flag = column("True for series that can be compared between companies.")
    scope: Text = column("What the series holds, in a few words; null where the name says it.", optional=True)
    recast_of: Text = column("Definition of which the company recast earlier periods to this one.", optional=True)
    description: Text = column("What the definition includes and excludes.")
    entity_notes: Text = column("Differences by company, joined by |.", optional=True)
