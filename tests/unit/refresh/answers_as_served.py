"""Small answers in the shape in which the SEC and the ECB serve theirs; the figures are invented."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any

from builders import filers_of

from capex_pipeline.reference import Reference, load
from capex_pipeline.reference.filers import Filer

CIK = 1111111
CAPEX = "PaymentsToAcquirePropertyPlantAndEquipment"
CONTACT = "Example Ltd data@example.org"

FORMER = 3333000
COMPANIES: list[dict[str, Any]] = [
        {
            "entity_id": "example",
            "name": "Example",
            "cik": CIK,
            "currency": "USD",
            "fiscal_year_end": {"month": 12, "rule": "month_end"},
            "concepts": [
                {"metric": "capex", "definition_id": "cash_purchases", "taxonomy": "us-gaap", "concept": CAPEX, "unit": "USD",
                 "reason": "purchases"},
            ],
            "segments": [
                {"metric": "cloud_revenue", "definition_id": "example_cloud", "segment": "Cloud", "concepts": ["us-gaap:Revenues"],
                 "unit": "USD", "dimensions": {"us-gaap:StatementBusinessSegmentsAxis": "ex:CloudMember"}, "reason": "segment"},
            ],
        },
        {
            "entity_id": "plain",
            "name": "Plain",
            "cik": 2222222,
            "currency": "USD",
            "fiscal_year_end": {"month": 12, "rule": "month_end"},
            "concepts": [
                {"metric": "capex", "definition_id": "cash_purchases", "taxonomy": "us-gaap", "concept": CAPEX, "unit": "USD",
                 "reason": "purchases"},
            ],
        },
    {
        "entity_id": "moved",
        "name": "Moved",
        "cik": 3333333,
        "former_ciks": [FORMER],
        "currency": "USD",
        "fiscal_year_end": {"month": 12, "rule": "month_end"},
        "concepts": [
            {"metric": "capex", "definition_id": "cash_purchases", "taxonomy": "us-gaap", "concept": CAPEX, "unit": "USD",
             "reason": "purchases"},
        ],
    },
]  # fmt: skip


def filers() -> dict[str, Filer]:
    """A company with a cloud segment, one without, and one with a former CIK."""
    return filers_of(*COMPANIES)


def reference() -> Reference:
    """The project's reference data with these filers, none of which has earnings exhibits."""
    known = load()
    without = known.content.model_copy(update={"earnings_exhibits": ()})
    return replace(known, filers=filers(), content=without)


def fact(quarter: int, value: int, year: int = 2024) -> dict[str, Any]:
    """Year-to-date purchases of the first quarters of a year."""
    end = {1: "03-31", 2: "06-30", 3: "09-30", 4: "12-31"}[quarter]
    form = "10-K" if quarter == 4 else "10-Q"
    filed = f"{year}-{quarter * 3 + 1:02}-25" if quarter < 4 else f"{year + 1}-02-01"
    return {"start": f"{year}-01-01", "end": f"{year}-{end}", "val": value, "accn": f"000111111{quarter}-{year % 100:02}-00000{quarter}",
            "fy": year, "fp": "FY" if quarter == 4 else f"Q{quarter}", "form": form, "filed": filed, "frame": f"CY{year}Q{quarter}"}  # fmt: skip


def companyfacts(*facts: dict[str, Any], cik: int = CIK) -> dict[str, Any]:
    """As served: labels, descriptions, and a concept that nobody uses."""
    return {
        "cik": cik,
        "entityName": "EXAMPLE INC",
        "facts": {
            "dei": {
                "EntityCommonStockSharesOutstanding": {
                    "label": "Shares",
                    "description": "Many",
                    "units": {"shares": []},
                }
            },
            "us-gaap": {
                CAPEX: {"label": "Purchases", "description": "Long text", "units": {"USD": list(facts)}},
                "Assets": {"label": "Assets", "description": "Unused", "units": {"USD": [{**fact(1, 5), "val": 7}]}},
            },
        },
    }


def submissions(
    *filings: tuple[str, str, str, str, int], cik: int = CIK, files: tuple[dict[str, Any], ...] = ()
) -> dict[str, Any]:
    """A list of filings: (accession, form, filed, primary document, is XBRL)."""
    return {"cik": str(cik), "name": "EXAMPLE INC", "filings": {"recent": columns(*filings), "files": list(files)}}


def columns(*filings: tuple[str, str, str, str, int]) -> dict[str, list[Any]]:
    """The columns of a list of filings."""
    names = ("accessionNumber", "form", "filingDate", "primaryDocument", "isXBRL")
    return {name: [filing[place] for filing in filings] for place, name in enumerate(names)}


def index(*names: str) -> dict[str, Any]:
    """A filing's list of files."""
    return {"directory": {"name": "/x", "item": [{"name": name, "type": "text.gif", "size": "1"} for name in names]}}


def instance(cloud: int | None = 700, form: str = "10-Q", end: str = "2024-06-30", cik: int = CIK) -> bytes:
    """An XBRL instance with total revenue and, unless None, the revenue of the cloud segment."""
    start = f"{end[:4]}-01-01"
    member = '<segment><xbrldi:explicitMember dimension="us-gaap:StatementBusinessSegmentsAxis">ex:CloudMember</xbrldi:explicitMember></segment>'
    identifier = f'<identifier scheme="http://www.sec.gov/CIK">{cik:010d}</identifier>'
    period = f"<period><startDate>{start}</startDate><endDate>{end}</endDate></period>"
    segment = (
        ""
        if cloud is None
        else f'<us-gaap:Revenues contextRef="b" unitRef="u" decimals="-6">{cloud}</us-gaap:Revenues>'
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:dei="http://xbrl.sec.gov/dei/2024" xmlns:ex="http://example.org/2024"
  xmlns:iso4217="http://www.xbrl.org/2003/iso4217" xmlns:us-gaap="http://fasb.org/us-gaap/2024"
  xmlns:xbrldi="http://xbrl.org/2006/xbrldi">
  <context id="a"><entity>{identifier}</entity>{period}</context>
  <context id="b"><entity>{identifier}{member}</entity>{period}</context>
  <unit id="u"><measure>iso4217:USD</measure></unit>
  <dei:DocumentType contextRef="a">{form}</dei:DocumentType>
  <dei:DocumentPeriodEndDate contextRef="a">{end}</dei:DocumentPeriodEndDate>
  <us-gaap:Revenues contextRef="a" unitRef="u" decimals="-6">2000</us-gaap:Revenues>
  {segment}
</xbrl>
""".encode()


def rates(*rows: tuple[date, float, float]) -> bytes:
    """The zip of the history of rates: (day, dollars per euro, yuan per euro)."""
    lines = ["Date,USD,JPY,CNY,"] + [f"{day},{usd},160.0,{cny}," for day, usd, cny in rows]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("eurofxref-hist.csv", "\n".join(lines) + "\n")
    return out.getvalue()
