"""Table coverage: what is there and what is missing, by entity, calendar quarter and table.

What belongs here: the state of each cell and the document that would fill it. What does not: numbers.
"""

from capex_pipeline.schemas import vocabulary
from capex_pipeline.schemas.base import Count, Day, Table, Text, column

STATES = ("reported", "derived", "estimated", "claimed_only", "conflict", "missing", "not_applicable")


class Coverage(Table):
    """Entity by calendar quarter by table: reported, derived, estimated, claimed only, missing or not applicable."""

    table_name: Text = column("Published table.", isin=vocabulary.PUBLISHED_TABLES)
    entity_id: Text = column("Company.")
    calendar_quarter: Text = column('Calendar quarter, "2024Q2".', str_matches=r"^\d{4}Q[1-4]$")
    quarter_start: Day = column("First day of the calendar quarter.")
    state: Text = column("Best that the table holds for the cell.", isin=STATES)
    rows: Count = column("Rows of the table in the cell, every definition and claim counted.", ge=0)
    definition_id: Text = column("Definition of the preferred row.", optional=True)
    document_id: Text = column("Document of the preferred row.", optional=True)
    document_needed: Text = column("Document that would fill the hole, where known.", optional=True)

    class Config:
        metadata = {  # noqa: RUF012 - pandera reads it from the class
            "group": "quality",
            "grain": "table, entity and calendar quarter",
            "key": ["table_name", "entity_id", "calendar_quarter"],
            "sort": ["table_name", "entity_id", "calendar_quarter"],
        }
