"""Tables of reviewed reference data: companies and groups, definitions, metrics and products.

What people decide once and every build uses belongs here. Numbers belong to other tables.
"""

from capex_pipeline.schemas import vocabulary
from capex_pipeline.schemas.base import Count, Flag, Table, Text, column


class Entities(Table, group="normalised", grain="company or group", key=["entity_id"]):
    """Companies and groups of companies."""

    entity_id: Text = column("Stable id.")
    entity_name: Text = column("Name.")
    entity_type: Text = column("company or group.", isin=vocabulary.ENTITY_TYPES)
    is_aggregate: Flag = column("True for groups.")
    country: Text = column("Country of the headquarters, ISO 3166.", optional=True, str_matches=r"^[A-Z]{2}$")
    currency: Text = column("Reporting currency, ISO 4217.", optional=True, str_matches=r"^[A-Z]{3}$")
    cik: Count = column("SEC central index key.", optional=True)
    is_private: Flag = column("True for a company that publishes no accounts.")
    fiscal_year_end: Text = column("Last day of the fiscal year, in words.", optional=True)
    members: Text = column("Members of a group, joined by |.", optional=True)
    aliases: Text = column("Other names in documents, joined by |.", optional=True)
    note: Text = column("Remark.", optional=True)


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


class Metrics(Table, group="normalised", grain="metric", key=["metric_id"]):
    """What is measured: name, kind and the table that shows it."""

    metric_id: Text = column("Stable id.")
    kind: Text = column(
        "flow over a period, balance at a date (stock), ratio, price, count or rank.", isin=vocabulary.METRIC_KINDS
    )
    table_name: Text = column("Tidy table that shows it; null where only observations and figures do.", optional=True)
    unit_kinds: Text = column("Kinds of unit in which it may be printed, joined by |.")
    description: Text = column("What is measured.")


class Products(Table, group="normalised", grain="product", key=["product"], foreign_keys={"supplier_id": "entities"}):
    """AI accelerators: supplier, family, and which counts contain others."""

    product: Text = column("Stable id.")
    product_name: Text = column("Name as the supplier writes it.")
    supplier_id: Text = column("Supplier; see table entities.")
    product_family: Text = column("Family.")
    is_combined: Flag = column("True where the count contains other products. Do not add it to them.")
    contains: Text = column(
        "Products that a combined count contains, joined by |; null for a single chip.", optional=True
    )
    aliases: Text = column("Other names in documents, joined by |.", optional=True)
    note: Text = column("What a reader must know about the count.", optional=True)
