"""Table documents: every source, with its dates, its licence and the number of its rows.

One row is a document that raw/ declares, or a file that could not be read. Numbers belong to the table figures.
"""

import pandas as pd
import pandera.pandas as pa

from capex_pipeline.schemas import vocabulary
from capex_pipeline.schemas.base import Count, Day, Table, Text, column


class Documents(Table, group="raw", grain="document", key=["document_id"]):
    """Articles, announcements, filings and data sets that numbers were taken from."""

    document_id: Text = column("Stable id; SEC filings are sec-<accession number>.")
    kind: Text = column(
        "article, results_announcement, filing, earnings_call, annual_report, estimate, data_set or aggregator."
    )
    source_type: Text = column(
        "filing, company_release, third_party_copy, article or estimate.", isin=vocabulary.SOURCE_TYPES
    )
    title: Text = column("Title.", optional=True)
    publisher: Text = column("Publisher.", optional=True)
    url: Text = column("URL of the document; null if unknown.", optional=True)
    published_on: Day = column("Publication date; null if unknown.", optional=True)
    published_by: Day = column("Latest possible publication date, if the date itself is unknown.", optional=True)
    retrieved_on: Day = column("Date of retrieval.")
    known_from: Day = column(
        "First day on which its figures count as known: published_on, else published_by, else retrieved_on."
    )
    known_from_basis: Text = column(
        "Date that known_from was taken from.", isin=("published", "published_by", "retrieved")
    )
    licence: Text = column("Licence, or what its terms allow.", optional=True)
    origin_document_id: Text = column(
        "Document that this one repeats. The two count as one piece of evidence.", optional=True
    )
    path: Text = column("File under raw/ (of several, the first).")
    sha256: Text = column("Content hash of that file.", str_matches=r"^[0-9a-f]{64}$")
    rows_read: Count = column("Rows in the document's files.", ge=0)
    rows_accepted: Count = column("Rows that became figures.", ge=0)
    rows_rejected: Count = column("Rows that were rejected; see rejected_figures.", ge=0)
    note: Text = column("Remark.", optional=True)

    @pa.dataframe_check(error="duplicate_document")
    def documents_are_unique(cls, frame: pd.DataFrame) -> pd.Series:
        return ~frame["document_id"].duplicated(keep=False)

    @pa.dataframe_check(error="rows_lost")
    def no_row_is_lost(cls, frame: pd.DataFrame) -> pd.Series:
        return (frame["rows_read"] == frame["rows_accepted"] + frame["rows_rejected"]).fillna(True).astype(bool)
