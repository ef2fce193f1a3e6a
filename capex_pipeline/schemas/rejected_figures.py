"""Table rejected_figures: rows and files that could not be read, with the reason.

Every row of a document that broke a rule, every file that could not be read, and whatever a filing lacks or contradicts belongs here. Rows
that were read are figures: rows read = figures + rejected figures.
"""

from capex_pipeline.schemas.base import Count, Table, Text
from capex_pipeline.schemas.base import column as described  # this table has a column of the same name


class RejectedFigures(
    Table,
    group="raw",
    grain="rejected row, or rejected file",
    key=["path", "row_number"],
    sort=["path", "row_number", "rule"],
    foreign_keys={"document_id": None},
):
    """Every row of a document that did not become a figure, with the rule that it breaks."""

    path: Text = described("File under raw/.")
    document_id: Text = described("Document, if the row names one.", optional=True)
    row_number: Count = described(
        "Row in that file; 0 if the whole file was rejected. From 2,000,000 on the entry concerns the file as a whole, such as missing or contradicting facts.",
        ge=0,
    )
    locator: Text = described("Where in the document or file.")
    rule: Text = described("First rule that the row breaks.")
    column: Text = described("Column that breaks the rule.", optional=True)
    value: Text = described("The value found in the file.", optional=True)
    message: Text = described("What is wrong and what to do.")
    also_broke: Text = described("Further rules that the row breaks, joined by |.", optional=True)
