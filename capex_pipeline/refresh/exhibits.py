"""Earnings exhibits at the SEC: exhibits 99.1 of 8-K (item 2.02) and 6-K reports, archived as served where they hold figures in use.

This module decides which reports are asked for, which of a report's files is the exhibit, and whether it is kept. Requests belong to
`http_client`, the reading of tables and sentences to `sources.printed_document`, the list of companies to filers.yaml.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, Final, cast

from capex_pipeline.raw import folder as raw_folder
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.reference import Reference
from capex_pipeline.reference.filers import EarningsExhibits
from capex_pipeline.refresh import filing_lists
from capex_pipeline.refresh.filing_lists import Filing
from capex_pipeline.refresh.http_types import HTML, JSON, MEBIBYTE
from capex_pipeline.refresh.outcomes import NEW, NOTHING_IN_USE, Outcome
from capex_pipeline.refresh.session import Listing, RefreshContext, listing
from capex_pipeline.sources import printed_document
from capex_pipeline.sources.sec_filings import filing_url

FOLDER: Final = "announcements/exhibits"
LOOK_BACK: Final = timedelta(days=200)
"""How far back reports are asked for: two quarters and their results."""
_LIST_BYTES: Final = 16 * MEBIBYTE
_LICENCE: Final = "Document of the company, furnished to the US Securities and Exchange Commission; facts and figures, text not reproduced"


@dataclass(frozen=True)
class Company:
    """Whose exhibits are asked for. name, cik: of entities.yaml."""

    rule: EarningsExhibits
    name: str
    cik: int


def companies(reference: Reference) -> dict[str, Company]:
    """By entity id, in the order of filers.yaml."""
    by_cik = {}
    for rule in reference.content.earnings_exhibits:
        name, cik = (reference.entities.at[rule.entity_id, column] for column in ("name", "cik"))
        by_cik[rule.entity_id] = Company(rule, str(name), int(cast(int, cik)))
    return by_cik


def archived_exhibits(root: Path) -> frozenset[str]:
    """Accession numbers of the exhibits that raw/ holds."""
    names = (PurePosixPath(file.name) for file in raw_folder.list_files(root))
    return frozenset(name.stem for name in names if name.parent.as_posix() == FOLDER)


def list_exhibits(company: Company, work: RefreshContext, archived: frozenset[str]) -> Listing:
    """Reports whose exhibit is neither archived nor known to hold nothing in use. Raises RefreshError."""
    url = f"{work.sources.sec_data}/submissions/CIK{company.cik:010d}.json"
    key = f"{url}#exhibits"  # the list of periodic filings is remembered apart
    answer = work.client.get(url, JSON, work.memory.validators(key, work.list_context(archived)), limit=_LIST_BYTES)
    if answer.not_modified:
        return listing(work, key, answer.validators, archived)
    begin = work.instances_from or work.today - LOOK_BACK
    rule = company.rule
    reports = filing_lists.parse_reports(answer.body, url, company.cik, rule.form, rule.item)
    return listing(work, key, answer.validators, archived, reports, begin)


def refresh_exhibit(company: Company, filing: Filing, work: RefreshContext, reference: Reference) -> Outcome:
    """Asks for the exhibit of a report and archives it as served, where figures or outlooks in use are read in it. Raises RefreshError."""
    entity = company.rule.entity_id
    folder = f"{work.sources.sec_archives}/Archives/edgar/data/{company.cik}/{filing.accession.replace('-', '')}"
    index = f"{folder}/index.json"
    exhibit = filing_lists.exhibit_name(work.client.get(index, JSON, limit=_LIST_BYTES).body, index)
    if exhibit is None:
        return _nothing(work, entity, filing, "lists no exhibit 99.1")
    body = work.client.get(f"{folder}/{exhibit}", HTML).body
    name = f"{FOLDER}/{filing.accession}.htm"
    sidecar = _sidecar(company, filing, exhibit, work.today)
    try:
        read = printed_document.read(body, sidecar, name, reference)
    except DocumentError as error:
        return _nothing(work, entity, filing, f"has an exhibit without figures in use ({error.rule})")
    if not len(read.rows):
        return _nothing(work, entity, filing, "has an exhibit whose amounts could not be bound")
    work.writer.put(name, body, sidecar)
    return Outcome(entity, "exhibit", name, NEW, f"{filing.form} of {filing.filed}, {len(read.rows)} figures")


def _nothing(work: RefreshContext, entity: str, filing: Filing, why: str) -> Outcome:
    work.memory.remember_nothing(filing.accession)
    note = f"The {filing.form} of {filing.filed} {why}. It is not asked for again."
    return Outcome(entity, "exhibit", filing.accession, NOTHING_IN_USE, note)


def _sidecar(company: Company, filing: Filing, exhibit: str, today: date) -> dict[str, Any]:
    """The sidecar, every value as text: a reader takes it as it is written."""
    return {
        "document": {
            "document_id": f"{company.rule.entity_id}-{filing.accession}-ex99-1",
            "kind": "results_announcement",
            "source_type": "company_release",
            "title": f"{company.name}: exhibit 99.1 of Form {filing.form} of {filing.filed}",
            "publisher": company.name,
            "url": f"{filing_url(company.cik, filing.accession)}{exhibit}",
            "published": filing.filed.isoformat(),
            "retrieved": today.isoformat(),
            "licence": _LICENCE,
        },
        "entity": company.rule.entity_id,
    }
