"""Refreshes one SEC filer: companyfacts, the list of filings, and new instances, each trimmed before it is archived.

Add a rule here when it decides whether an answer is new and may replace an archived file. Requests are sent by
`refresh/http_client.py`, documents are read and trimmed by `sources/companyfacts.py` and `sources/xbrl_segments.py`,
and files are written by `refresh/archive_writer.py`.

A company that has filed under several Central Index Keys is requested under each; see `Filer.registrants`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from capex_pipeline.raw import folder as raw_folder
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.reference.filers import Filer
from capex_pipeline.refresh import filing_lists
from capex_pipeline.refresh.addresses import Sources
from capex_pipeline.refresh.etag_store import context_of
from capex_pipeline.refresh.filing_lists import Filing
from capex_pipeline.refresh.http_types import JSON, MEBIBYTE, XML, RefreshError
from capex_pipeline.refresh.outcomes import CHANGED, NEW, NOTHING_IN_USE, UNCHANGED, Outcome
from capex_pipeline.refresh.session import Listing, RefreshContext, listing
from capex_pipeline.sources import companyfacts, xbrl_segments
from capex_pipeline.sources.sec_filings import PUBLISHER, filing_url

COMPANYFACTS_FOLDER = "filings/companyfacts"
INSTANCES_FOLDER = "filings/instances"
LOOK_BACK = timedelta(days=400)
"""Minimum period for which instances are requested; it contains the last annual report."""

_LICENCE = "Facts from public filings with the US Securities and Exchange Commission (public domain filing data)"
_LIST_BYTES = 16 * MEBIBYTE
_OLDER_LISTS = 20
_ACCESSION = re.compile(r"\d{10}-\d{2}-\d{6}")


@dataclass(frozen=True)
class ArchivedInstance:
    """An archived instance. cik and filed are None if its sidecar does not state them."""

    accession: str
    cik: int | None
    filed: date | None


def refresh_companyfacts(filer: Filer, work: RefreshContext) -> Outcome:
    """Request the companyfacts of a filer and archive them, trimmed, if they are new.

    Raises RefreshError: as `Client.get`; the rule of a reader if the answer cannot be read; facts_lost if the answer
    lacks a fact of the archived file or gives it another value. The archived file is then unchanged.
    """
    name = f"{COMPANYFACTS_FOLDER}/CIK{filer.cik:010d}.json"
    url = f"{work.sources.sec_data}/api/xbrl/companyfacts/CIK{filer.cik:010d}.json"
    archived = work.writer.read(name)
    try:
        answer = work.client.get(url, JSON, work.memory.validators(url, context_of(archived)))
    except RefreshError as error:
        if error.rule != "not_found":
            raise
        raise RefreshError(
            "not_found",
            f"{error.message} The SEC has no XBRL facts under this CIK; check the cik of {filer.entity_id} in entities.yaml at "
            f"https://www.sec.gov/cgi-bin/browse-edgar?action=getcompany&CIK={filer.cik:010d}.",
        ) from error
    if answer.not_modified:
        return Outcome(filer.entity_id, "companyfacts", name, UNCHANGED, "The SEC reports no change.")
    sidecar = _companyfacts_sidecar(filer, work.today)
    try:
        if (cik := filing_lists.load_json(answer.body, url).get("cik")) is not None and int(cik) != filer.cik:
            raise RefreshError("other_filer", f"{url} is of CIK {cik}, not {filer.cik}; nothing was saved.")
        trimmed = companyfacts.trim(answer.body, [filer])
        read = companyfacts.read(trimmed, sidecar, name, {filer.entity_id: filer})
        # The whole answer shows filings without any concept in use, which the trimmed file does not contain.
        whole = companyfacts.read(answer.body, sidecar, name, {filer.entity_id: filer})
    except DocumentError as error:
        raise RefreshError(error.rule, f"{url} was not saved: {error.message}") from error
    except (AttributeError, TypeError, ValueError, LookupError) as error:
        raise RefreshError(
            "not_companyfacts", f"{url} was not saved: {type(error).__name__}: {error!s:.120}."
        ) from error
    if archived is not None and archived != trimmed:
        _refuse_lost_facts(archived, trimmed, filer, name)
    if archived is None and not len(read.rows):
        raise RefreshError(
            "no_facts", f"{url} contains no fact of a concept in use; check {filer.entity_id} in filers.yaml."
        )
    result = UNCHANGED if archived == trimmed else NEW if archived is None else CHANGED
    if result != UNCHANGED:
        work.writer.put(name, trimmed, sidecar)
    work.memory.remember(url, answer.validators, context_of(trimmed))
    note = f"{len(read.rows):,} facts"
    if result == UNCHANGED and not (answer.validators.etag or answer.validators.last_modified):
        note += ", compared by content: the answer has no ETag and no Last-Modified"
    return Outcome(filer.entity_id, "companyfacts", name, result, ". ".join([note, *_of_the_file(whole.rejected)]))


def _of_the_file(rejected: list[dict[str, str | None]]) -> list[str]:
    """Problems of a filing as a whole: expectations that it does not meet."""
    return [str(row["message"]) for row in rejected if row["document_id"] is None]


def list_filings(filer: Filer, work: RefreshContext, archived: list[ArchivedInstance]) -> Listing:
    """Return the periodic filings whose instance is neither archived nor known to contain nothing in use.

    They begin on the day of the filer's oldest archived instance, or `LOOK_BACK` ago if that is earlier, so that gaps
    are filled later; `RefreshContext.instances_from` overrides both. Raises RefreshError.
    """
    url = f"{work.sources.sec_data}/submissions/CIK{filer.cik:010d}.json"
    own_instances = [item for item in archived if item.cik in filer.ciks]
    begin = work.instances_from or min([work.today - LOOK_BACK, *(item.filed for item in own_instances if item.filed)])
    known = frozenset(item.accession for item in archived if item.cik in (*filer.ciks, None))
    answer = work.client.get(url, JSON, work.memory.validators(url, work.list_context(known)), limit=_LIST_BYTES)
    if answer.not_modified:
        return listing(work, url, answer.validators, known)
    listed = filing_lists.parse(answer.body, url, filer.cik, filer.periodic_forms)
    filings = list(listed.filings)
    for older, last in listed.older[:_OLDER_LISTS]:
        if last >= begin:
            address = f"{work.sources.sec_data}/submissions/{older}"
            body = work.client.get(address, JSON, limit=_LIST_BYTES).body
            filings += filing_lists.parse_older(body, address, filer.periodic_forms)
    return listing(work, url, answer.validators, known, filings, begin)


def refresh_instance(filer: Filer, filing: Filing, work: RefreshContext) -> Outcome:
    """Request the instance of a filing and archive it, trimmed to the filer's segments. Raises RefreshError."""
    folder = f"{work.sources.sec_archives}/Archives/edgar/data/{filer.cik}/{filing.accession.replace('-', '')}"
    try:
        body, url = _instance(folder, filing, work)
    except RefreshError as error:
        if error.rule != "no_instance":
            raise
        work.memory.remember_nothing(filing.accession)
        return Outcome(
            filer.entity_id,
            "instance",
            filing.accession,
            NOTHING_IN_USE,
            f"{error.message} It will not be requested again.",
        )
    name = f"{INSTANCES_FOLDER}/{filing.accession}.xml"
    sidecar = _instance_sidecar(filer, filing, work.today)
    try:
        trimmed = xbrl_segments.trim(body, [filer])
        read = xbrl_segments.read(trimmed, sidecar, name, {filer.entity_id: filer})
    except DocumentError as error:
        raise RefreshError(error.rule, f"{url} was not saved: {error.message}") from error
    except (AttributeError, TypeError, ValueError, LookupError) as error:
        raise RefreshError("not_xbrl", f"{url} was not saved: {type(error).__name__}: {error!s:.120}.") from error
    expectations = _of_the_file(read.rejected)
    if not len(read.rows) and len(expectations) == len(read.rejected):
        work.memory.remember_nothing(filing.accession)
        note = " ".join([f"The {filing.form} of {filing.filed} contains no segment of filers.yaml.", *expectations[:1]])
        return Outcome(filer.entity_id, "instance", filing.accession, NOTHING_IN_USE, note)
    work.writer.put(name, trimmed, sidecar)
    return Outcome(filer.entity_id, "instance", name, NEW, f"{filing.form} of {filing.filed}, {len(read.rows)} facts")


def archived_instances(root: Path) -> list[ArchivedInstance]:
    """The instances below raw/, by file name and sidecar."""
    instances = []
    for file in raw_folder.list_files(root):
        accession = PurePosixPath(file.name).stem
        if PurePosixPath(file.name).parent.as_posix() != INSTANCES_FOLDER or not _ACCESSION.fullmatch(accession):
            continue
        try:
            sidecar = raw_folder.read_sidecar(file, root)
            instances.append(ArchivedInstance(accession, int(sidecar["cik"]), date.fromisoformat(sidecar["filed"])))
        except (DocumentError, KeyError, TypeError, ValueError):
            instances.append(ArchivedInstance(accession, None, None))
    return instances


def lost_facts(archived: bytes, served: bytes, filer: Filer) -> list[str]:
    """Facts in use that the archived file has and the served one lacks, or gives with another value; each as text.

    Concepts that filers.yaml no longer names do not count. Raises DocumentError if a file cannot be read.
    """
    return sorted(set(_facts(companyfacts.trim(archived, [filer]))) - set(_facts(companyfacts.trim(served, [filer]))))


def _facts(data: bytes) -> Iterator[str]:
    for taxonomy, concepts in orjson.loads(data)["facts"].items():
        for concept, entry in concepts.items():
            for unit, facts in entry["units"].items():
                for fact in facts:
                    period = f"{fact.get('start', '')}..{fact.get('end')}"
                    yield f"{taxonomy}:{concept} {period} {fact.get('val')!r} {unit} in {fact.get('accn')}"


def _refuse_lost_facts(archived: bytes, served: bytes, filer: Filer, name: str) -> None:
    try:
        lost = lost_facts(archived, served, filer)
    except DocumentError as error:
        raise RefreshError(
            "archive", f"The archived {name} cannot be compared ({error.message}); check it, or remove it."
        ) from error
    if lost:
        raise RefreshError(
            "facts_lost",
            f"The SEC's file for {name} lacks {len(lost):,} facts of the archived file, or gives them with another value "
            f"(first: {lost[0]}). The archived file is kept; remove it to accept the SEC's file.",
        )


def _instance(folder: str, filing: Filing, work: RefreshContext) -> tuple[bytes, str]:
    guess = filing_lists.inline_instance_name(filing.primary_document) if filing.is_inline else None
    if guess:
        try:
            return work.client.get(f"{folder}/{guess}", XML).body, f"{folder}/{guess}"
        except RefreshError as error:
            if error.rule != "not_found":
                raise
    index = f"{folder}/index.json"
    url = f"{folder}/{filing_lists.instance_name(work.client.get(index, JSON, limit=_LIST_BYTES).body, index)}"
    return work.client.get(url, XML).body, url


def _companyfacts_sidecar(filer: Filer, today: date) -> dict[str, Any]:
    return {
        "source_type": "filing",
        "kind": "companyfacts",
        "cik": filer.cik,
        "publisher": PUBLISHER,
        "url": f"{Sources().sec_data}/api/xbrl/companyfacts/CIK{filer.cik:010d}.json",
        "retrieved": today,
        "licence": _LICENCE,
        "note": "Facts as served, trimmed to the concepts named in capex_pipeline/reference/filers.yaml; labels, descriptions and "
        "frames are left out. One document for each accession number.",
    }


def _instance_sidecar(filer: Filer, filing: Filing, today: date) -> dict[str, Any]:
    return {
        "source_type": "filing",
        "kind": "xbrl_instance",
        "cik": filer.cik,
        "accession": filing.accession,
        "form": filing.form,
        "filed": filing.filed,
        "publisher": PUBLISHER,
        "url": filing_url(filer.cik, filing.accession),
        "retrieved": today,
        "licence": _LICENCE,
        "note": f"XBRL instance of {filer.name}'s Form {filing.form}, trimmed to the segments and extension concepts named in "
        "capex_pipeline/reference/filers.yaml.",
    }
