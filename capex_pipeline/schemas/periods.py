"""Table periods: every period that an observation covers, in the calendar and in the entity's fiscal year.

Dates and the names of periods belong here. Numbers belong to other tables.
"""

from capex_pipeline.schemas.base import Count, Dated, Text, column


class Periods(
    Dated,
    group="normalised",
    grain="entity and period",
    key=["period_id"],
    sort=["entity_id", "period_start", "period_end"],
):
    """Periods by entity, with the names in the entity's fiscal year and the calendar quarter that holds the midpoint."""

    period_id: Text = column("Entity id and dates.")
    entity_id: Text = column("Entity whose fiscal year names the period.")
    days: Count = column("Length in days, both ends counted.", unit="days", ge=1)
