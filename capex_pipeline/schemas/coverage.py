"""Table coverage: which data exist and which are missing, by company, calendar quarter and table.

The state of each cell and the document that would fill it belong here; numbers belong to the tables themselves.
"""

from capex_pipeline.schemas import vocabulary
from capex_pipeline.schemas.base import Count, Day, Flag, MaybeFlag, Table, Text, column

STATES = (
    "reported", "derived", "estimated", "claimed_only", "unreviewed", "conflict", "missing", "not_collected", "publication_unknown", "not_applicable",
)  # fmt: skip
WITHOUT_FIGURE = ("not_collected", "publication_unknown", "not_applicable")
"""States of cells for which no figure is expected in raw/; each has a reason."""


class Coverage(
    Table,
    group="quality",
    grain="table, entity and calendar quarter",
    key=["table_name", "entity_id", "calendar_quarter"],
):
    """Which data exist and which are missing, by company, calendar quarter and table, with the document that would fill each gap."""

    table_name: Text = column(
        "Table that the row is about.",
        isin=vocabulary.COVERED_TABLES,
    )
    entity_id: Text = column(
        "Company; of gpu_shipments_by_customer each customer that is a company and that a document in raw/ names."
    )
    calendar_quarter: Text = column('Calendar quarter, "2024Q2".', str_matches=r"^\d{4}Q[1-4]$")
    quarter_start: Day = column("First day of the calendar quarter.")
    state: Text = column(
        "Best available data: reported, derived, estimated, conflict (contradicting figures), claimed_only "
        "(statements of others), unreviewed (a company's document in raw/ states it, but the figure was read by machine and nobody has reviewed it), "
        "missing (published or due, but not in raw/), not_collected (published, but outside "
        "the scope), publication_unknown (no document that was read states it, so that nobody knows whether the company "
        "publishes it), not_applicable (never published).",
        isin=STATES,
    )
    is_in_table: Flag = column(
        "True where the table has a row for the company and quarter. A value on another definition alone does not count."
    )
    is_gap: MaybeFlag = column(
        "True where the table has no row although the company published the number or has to: it is missing, not collected or unreviewed, its figures "
        "conflict, or only others or another definition give it. False where the table has a row and where there is none to expect. Null where nobody knows: the state is "
        "publication_unknown.",
        optional=True,
    )
    rows: Count = column(
        "Number of rows in the evidence table for the company and quarter, over all definitions and claims.", ge=0
    )
    definition_id: Text = column("Definition of the preferred row.", optional=True)
    document_id: Text = column(
        "Document of the preferred row; where the state is unreviewed, the document that waits for review.",
        optional=True,
    )
    document_needed: Text = column(
        "Document that would supply the number if the state is missing, claimed_only or conflict; otherwise null.",
        optional=True,
    )
    reason: Text = column(
        "Why the state is not_collected, publication_unknown or not_applicable, why no document would replace a claim, why a figure of the "
        "evidence table is not in the table, such as cumulative chips of a customer, or which command reviews the document that has the figure.",
        optional=True,
    )
