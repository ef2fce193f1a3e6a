"""Table coverage: what is there and what is missing, by company, calendar quarter and table.

The state of each cell and the document that would fill it belong here; numbers belong to the tables themselves.
"""

from capex_pipeline.schemas import vocabulary
from capex_pipeline.schemas.base import Count, Day, Flag, Table, Text, column

STATES = ("reported", "derived", "estimated", "claimed_only", "conflict", "missing", "not_collected", "not_applicable")


class Coverage(Table):
    """What is there and what is missing, by company, calendar quarter and table, with the document that would fill a hole."""

    table_name: Text = column(
        "Table that the cell belongs to; of financials total revenue is meant.",
        isin=(*vocabulary.PUBLISHED_TABLES, "financials"),
    )
    entity_id: Text = column("Company.")
    calendar_quarter: Text = column('Calendar quarter, "2024Q2".', str_matches=r"^\d{4}Q[1-4]$")
    quarter_start: Day = column("First day of the calendar quarter.")
    state: Text = column(
        "Best that is on record: reported, derived, estimated, conflict (figures that do not fit each other), claimed_only (others say so), "
        "missing (published or due, and not on record), not_collected (published, and not followed here), not_applicable (never published).",
        isin=STATES,
    )
    is_in_table: Flag = column("True where the table has a row for the cell; another definition alone makes none.")
    rows: Count = column("Rows of the evidence table in the cell, every definition and claim counted.", ge=0)
    definition_id: Text = column("Definition of the preferred row.", optional=True)
    document_id: Text = column("Document of the preferred row.", optional=True)
    document_needed: Text = column(
        "Document that would fill a cell that is missing, claimed only or in conflict.", optional=True
    )
    reason: Text = column(
        "Why a cell is not collected or not applicable, or why no document would fill a claimed one, from reference data.",
        optional=True,
    )

    class Config:
        metadata = {  # noqa: RUF012 - pandera reads it from the class
            "group": "quality",
            "grain": "table, entity and calendar quarter",
            "key": ["table_name", "entity_id", "calendar_quarter"],
            "sort": ["table_name", "entity_id", "calendar_quarter"],
        }
