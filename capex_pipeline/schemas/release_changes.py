"""Model of the table of changes between two releases.

The table is stored beside the snapshots and not in the warehouse: it depends on two releases, and what readers open
must depend on the documents alone. Rows are made in `release/diff.py`.
"""

from __future__ import annotations

from capex_pipeline.schemas.base import Day, Flag, Number, Table, Text
from capex_pipeline.schemas.base import column as described  # this table has a column of the same name

KINDS = ("added", "removed", "restated", "verdict", "preferred", "updated")
CAUSES = ("new_document", "other_document", "changed_file", "document_gone", "exchange_rate", "reading")


class ReleaseChanges(
    Table,
    group="release",
    grain="row that came or went, or cell that changed",
    key=["table_name", "row_key", "change", "column"],
):
    """Every difference between two releases: added and removed rows, and each cell with another value."""

    table_name: Text = described("Table.")
    change: Text = described(
        "added or removed row; restated level, changed verdict, changed preference, or other updated cell.", isin=KINDS
    )
    row_key: Text = described("Key of the row in the newer release, or in the older one if it was removed.")
    entity_id: Text = described("Company or group of the row.", optional=True)
    definition_id: Text = described("Its definition.", optional=True)
    product: Text = described("Its chip.", optional=True)
    period_start: Day = described("First day of its period.", optional=True)
    period_end: Day = described("Last day of its period.", optional=True)
    is_preferred: Flag = described("True where the row is preferred in either release.")
    column: Text = described("Column of the cell; null for whole rows.", optional=True)
    old_value: Number = described("Number before.", unit="unit of the column", optional=True)
    new_value: Number = described("Number now.", unit="unit of the column", optional=True)
    change_pct: Number = described("Difference as a percentage of the earlier number.", unit="percent", optional=True)
    old_text: Text = described("Earlier text, date or flag.", optional=True)
    new_text: Text = described("Present text, date or flag.", optional=True)
    old_document_id: Text = described("Document of the earlier row.", optional=True)
    new_document_id: Text = described("Document of the present row.", optional=True)
    caused_by: Text = described("Documents that caused the change, joined by |.", optional=True)
    cause: Text = described(
        "new_document: it was unknown to the older release; other_document: known, but not used here before; changed_file: the "
        "file of the same document changed; document_gone; exchange_rate: only the conversion moved; reading: the same documents, "
        "read or computed otherwise.", optional=True, isin=CAUSES,
    )  # fmt: skip
    explained_by: Text = described(
        "New document of the same kind, known later than the old value, which may change a closed period; null if there is none.",
        optional=True,
    )
