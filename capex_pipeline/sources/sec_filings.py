"""Filings with the SEC as documents: their ids, addresses, titles and fiscal years, and the spellings of their companies' names.

Add here what concerns a filing as a whole and does not depend on the file that its facts came from. The facts of filings become printed
rows in `sources/tagged_facts.py`; arithmetic between facts is in `normalise/quarters.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

import pandas as pd

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.reference.filers import Filer

PUBLISHER = "SEC EDGAR"
LICENCE = "public filing, freely available from SEC EDGAR"
ACCESSION_PATTERN = "[0-9]{10}-[0-9]{2}-[0-9]{6}"
"""Of the whole accession number."""


def unknown_filer(
    name: str, cik: int | None, company: str = "", filers: Mapping[str, Filer] | None = None
) -> DocumentError:
    """The error for a file whose CIK no filer has. company: its name in the file, which may be that of a filer with another CIK."""
    words = name_words(company)
    for filer in (filers or {}).values():
        if words and words in {name_words(known) for known in filer.names}:
            return DocumentError(
                "unknown_filer",
                f"{name} is of {company} with CIK {cik}, and entities.yaml gives {filer.entity_id} the cik {filer.cik}; correct the cik "
                f"there, or add {cik} to former_ciks.",
            )
    return DocumentError(
        "unknown_filer",
        f"{name} is of CIK {cik}, which no filer of the reference data has. Run `capex-pipeline suggest-filer` on the file; it writes a "
        "draft of the entries that are needed.",
    )


LEGAL_FORMS = frozenset("inc corp co ltd plc group holding holdings company limited the com nv sa ag".split())
"""Words of a company's name that some documents omit."""


def name_words(name: str) -> frozenset[str]:
    """The words by which two spellings of a company's name are compared."""
    return frozenset(re.findall(r"[a-z0-9]+", name.lower())) - LEGAL_FORMS


def fiscal_year_of(period_end: date, year_end_month: int) -> int:
    """Fiscal year that a period of report ends in, named by the calendar year in which that fiscal year ends.

    Works for month-end calendars and for calendars of 52 or 53 weeks, whose years end up to a week before or after the end of their month:
    the end is moved back a week first, so that a year that ends on 31 January or on 1 October is assigned to the right month.
    """
    year, month = month_a_week_before(period_end)
    return year + (month > year_end_month)


def month_a_week_before(day: date) -> tuple[int, int]:
    """Year and month of the day seven days earlier."""
    months = day.year * 12 + day.month - 1 - (day.day <= 7)
    return months // 12, months % 12 + 1


def presentation_label(filer: Filer, fiscal_year: int | None) -> str | None:
    """`filings_of` by the fiscal year of the calendar that reference data states, for a file without fiscal years of its own."""
    return None if fiscal_year is None else filings_of(filer.entity_id, f"FY{fiscal_year}")


TextOrColumn = TypeVar("TextOrColumn", str, pd.Series)


def filings_of(entity_id: TextOrColumn, fiscal_year: TextOrColumn) -> TextOrColumn:
    """Text that two facts share if they may be subtracted: they are in filings of one fiscal year of one filer.

    Filings of one fiscal year (three 10-Qs and the 10-K) present their own and the comparative year on one basis; a
    later year's filings may re-present both.
    """
    return entity_id + " " + fiscal_year + " filings"


def document_id_of(accession: str) -> str:
    """The id of a filing as a document."""
    return f"sec-{accession}"


def filing_url(cik: int, accession: str) -> str:
    """Address of a filing's folder at the SEC."""
    return f"https://www.sec.gov/Archives/edgar/data/{cik}/{accession.replace('-', '')}/"


def filing_document(
    filer: Filer,
    *,
    accession: str,
    cik: int,
    form: str,
    filed: date | str,
    report_end: date | str | None,
    retrieved: str | None,
    licence: str = LICENCE,
) -> dict[str, Any]:
    """One filing as a document: the same mapping for companyfacts and for the instance."""
    period = "" if report_end is None else f" for the period ended {report_end}"
    return {
        "document_id": document_id_of(accession),
        "kind": "filing",
        "source_type": "filing",
        "title": f"Form {form} of {filer.name}{period}",
        "publisher": PUBLISHER,
        "url": filing_url(cik, accession),
        "published": str(filed),
        "published_by": None,
        "retrieved": retrieved,
        "licence": licence,
        "origin": None,
        "note": None,
    }


FACT_LOCATOR = r"[A-Za-z][\w.-]*:[A-Za-z]\w* [0-9]{4}-"
"""Beginning of the locator of a fact that a filing tags: its concept and first day.

A row that a person typed has the place in the document instead.
"""


def form_and_report_end(documents: pd.DataFrame) -> pd.DataFrame:
    """form and report_end (datetime64) of filings, from the titles that `filing_document` gives them; missing for other documents.

    documents: document_id, kind, title. Returns a frame with document_id as its index.
    """
    described = documents.reindex(columns=["document_id", "kind", "title"])
    parts = described["title"].astype("str").str.extract(_TITLE).where(described["kind"] == "filing")
    return pd.DataFrame(
        {
            "form": parts["form"].astype("str").to_numpy(),
            "report_end": pd.to_datetime(parts["end"], format="%Y-%m-%d").astype("datetime64[us]").to_numpy(),
        },
        index=documents["document_id"],
    )


_TITLE = r"^Form (?P<form>\S+) of .* for the period ended (?P<end>[0-9]{4}-[0-9]{2}-[0-9]{2})$"
