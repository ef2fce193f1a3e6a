"""Table periods: every period that an observation covers, in both calendars.

What belongs here: dates and their names. What does not: numbers.
"""

from capex_pipeline.schemas.base import Count, Dated, Text, column


class Periods(Dated):
    """Periods by entity: the fiscal names are the entity's, the calendar quarter is the midpoint's."""

    period_id: Text = column("Entity id and dates.")
    entity_id: Text = column("Entity whose calendar names it.")
    days: Count = column("Length in days, both ends counted.", unit="days", ge=1)

    class Config:
        metadata = {  # noqa: RUF012 - pandera reads it from the class
            "group": "normalised",
            "grain": "entity and period",
            "key": ["period_id"],
            "sort": ["entity_id", "period_start", "period_end"],
        }
