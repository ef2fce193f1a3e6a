"""Table metrics: what is measured, whichever company it is.

Reviewed metrics from reference data belong here; how one company delimits a metric belongs to definitions.
"""

from capex_pipeline.schemas import vocabulary
from capex_pipeline.schemas.base import Table, Text, column


class Metrics(Table, group="normalised", grain="metric", key=["metric_id"]):
    """What is measured: name, kind and the table that shows it."""

    metric_id: Text = column("Stable id.")
    kind: Text = column(
        "flow over a period, balance at a date (stock), ratio, price, count or rank.", isin=vocabulary.METRIC_KINDS
    )
    table_name: Text = column("Tidy table that shows it; null where only observations and figures do.", optional=True)
    unit_kinds: Text = column("Kinds of unit in which it may be printed, joined by |.")
    description: Text = column("What is measured.")
