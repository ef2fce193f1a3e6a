"""Reads SEC EDGAR companyfacts: the JSON of one filer becomes facts, filings and printed rows.

Add here what reads, trims or lays out that file. Differences of facts are computed in `normalise/quarters.py`; segment
revenue and extension concepts, which companyfacts does not contain, are read in `sources/xbrl_instance.py`, and the
bulk archive is read in `sources/companyfacts_bulk.py`.

The file repeats a fact for every filing that shows it. Each repetition is kept as evidence: one row for each concept,
unit, period and accession number. `form`, `filed`, `fy` and `fp` depend on the accession number alone and are stored
once, with the filings.
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.folder import MAXIMUM_BYTES
from capex_pipeline.raw.printed_rows import ReadResult
from capex_pipeline.raw.untrusted_json import has_every_key, refuse_repeated_keys
from capex_pipeline.reference.filers import Filer, filer_of_cik, wanted_concepts
from capex_pipeline.sources import served_companyfacts
from capex_pipeline.sources.filing_expectations import of_companyfacts
from capex_pipeline.sources.sec_filings import (
    ACCESSION_PATTERN,
    LICENCE,
    document_id_of,
    filing_document,
    fiscal_year_of,
    month_a_week_before,
    presentation_label,
    unknown_filer,
)
from capex_pipeline.sources.tagged_facts import Filing, PrintedFact, TaggedFact, printed_rows
from capex_pipeline.values.grouping import grouped

MAX_BYTES = MAXIMUM_BYTES
"""Largest companyfacts file that is read; the largest served ones are below 20 MB."""

TRAILING_NOTE = "twelve months that are not a fiscal year of the filer (trailing column)"
_KEPT_KEYS = ("start", "end", "val", "accn", "fy", "fp", "form", "filed")


class ReportedFiling(NamedTuple):
    """A filing with its period of report: the last end of a flow among its facts, and the fiscal year of the filer's calendar that it ends in."""

    filing: Filing
    report_end: date | None
    fiscal_year: int | None


@dataclass(frozen=True)
class CompanyFacts:
    """Facts and filings of one file. facts: by concept, unit, period and accession number. filings: by day and accession number."""

    cik: int
    facts: list[TaggedFact]
    filings: list[ReportedFiling]


def facts_of(content: dict[str, Any], filer: Filer) -> CompanyFacts:
    """Facts and filings of a parsed file of a filer, for the concepts that its rules name. Raises DocumentError for a fact that cannot be read."""
    facts = _facts(content, filer)
    return CompanyFacts(cik_of(content), facts, _filings(facts, filer))


def read(data: bytes, sidecar: Mapping[str, Any], name: str, filers: Mapping[str, Filer]) -> ReadResult:
    """One companyfacts file under raw/: documents, printed rows and rejected facts.

    sidecar: `retrieved` (ISO date) and `licence`, both optional. filers: `Reference.filers`. Raises DocumentError with a
    sentence for a file that is too large, is not companyfacts JSON, names a key twice, holds a fact that cannot be read, or has a CIK of no filer.
    """
    content, filer, filings = _concepts_in_use(data, filers) or _whole(data, name, filers)
    company_facts = facts_of(content, filer)
    retrieved = sidecar.get("retrieved")
    result = to_printed_rows(
        company_facts,
        filer,
        retrieved=None if retrieved is None else str(retrieved),
        licence=str(sidecar.get("licence") or LICENCE),
    )
    if not result.documents:
        raise DocumentError(
            "no_facts",
            f"{name} has no fact of a concept that filers.yaml names for {filer.name}. Run `capex-pipeline "
            "suggest-filer` on the file to list its concepts, or remove the file.",
        )
    report_ends = {reported.filing.accession: reported.report_end for reported in company_facts.filings}
    expectations = of_companyfacts(
        str(content.get("entityName") or ""), filings, company_facts.facts, report_ends, filer
    )
    return replace(result, rejected=[*result.rejected, *expectations])


_Read = tuple[dict[str, Any], Filer, list[Filing]]
"""The parsed file, its filer and every filing in it."""


def _concepts_in_use(data: bytes, filers: Mapping[str, Filer]) -> _Read | None:
    """The file as parsed, with the concepts that its filer's rules name alone. None for a file that has to be parsed whole: one in another layout
    than the SEC's, or with an error.
    """
    head = served_companyfacts.head_of(data) if len(data) <= MAX_BYTES else None
    filer = None if head is None else filer_of_cik(filers.values(), cik_of(head))
    if head is None or filer is None:
        return None
    taxonomies = grouped((concept.encode(), taxonomy) for taxonomy, concept in wanted_concepts([filer]))
    concepts = served_companyfacts.concepts_of(data, taxonomies)
    filings = served_companyfacts.filings_of(data)
    if concepts is None or filings is None:
        return None
    facts: dict[str, dict[str, Any]] = {}
    for taxonomy, concept, text in concepts:
        try:
            about = orjson.loads(text)
        except orjson.JSONDecodeError:
            return None
        if not has_every_key(text, about):
            return None
        facts.setdefault(taxonomy, {})[concept] = about
    return (
        {**head, "facts": facts},
        filer,
        _in_order((accession, form, _day(filed)) for accession, form, filed in filings),
    )


def _whole(data: bytes, name: str, filers: Mapping[str, Filer]) -> _Read:
    """The whole file. Raises DocumentError."""
    content = parsed(data)
    cik = cik_of(content)
    filer = filer_of_cik(filers.values(), cik)
    if filer is None:
        raise unknown_filer(name, cik, str(content.get("entityName") or ""), filers)
    refuse_repeated_keys(data, content)
    return content, filer, every_filing(content)


def _in_order(filings: Iterable[tuple[str, str, date | None]]) -> list[Filing]:
    """Filings with a day, in the order of days and accession numbers."""
    dated = (Filing(accession, form, filed) for accession, form, filed in filings if filed is not None)
    return sorted(dated, key=lambda filing: (filing.filed, filing.accession, filing.form))


def every_filing(content: Mapping[str, Any]) -> list[Filing]:
    """The filings of all facts of a parsed file, for concepts in use and others, in the order of their days and accession numbers.

    Facts of other concepts are not checked: entries that do not have the form of facts are skipped, and the form and day of a filing are those that
    its last fact states.
    """
    entry_of: dict[Any, Any] = {}
    for concepts in content["facts"].values():
        for concept in concepts.values() if isinstance(concepts, dict) else ():
            units = concept.get("units") if isinstance(concept, dict) else None
            for entries in units.values() if isinstance(units, dict) else ():
                _add_by_accession(entry_of, entries)
    places = [tuple(map(entry.get, _PLACE)) for entry in entry_of.values()]
    return _in_order(
        (accession, form, _day(filed))
        for accession, form, filed in places
        if isinstance(accession, str) and isinstance(form, str)
    )


def _day(text: Any) -> date | None:
    """The day, or None for what is no text of a date."""
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


_PLACE = ("accn", "form", "filed")
_ACCESSION = itemgetter("accn")


def _add_by_accession(entry_of: dict[Any, Any], entries: Any) -> None:
    """Adds one fact of each filing of a list, by accession number. A file has some hundred filings and some ten thousand facts."""
    if not isinstance(entries, list):
        return
    try:
        entry_of.update(zip(map(_ACCESSION, entries), entries, strict=True))
    except (KeyError, TypeError):  # one is not a mapping, lacks the key, or has a list in it
        facts = (entry for entry in entries if isinstance(entry, dict))
        entry_of.update((entry["accn"], entry) for entry in facts if isinstance(entry.get("accn"), str))


def to_printed_rows(
    company_facts: CompanyFacts, filer: Filer, *, retrieved: str | None = None, licence: str = LICENCE
) -> ReadResult:
    """Documents (one per filing), printed rows, and rejected facts.

    Row id: concept/start/end/unit with the taxonomy's prefix, unique in its document `sec-<accession>`. Presentation:
    the fiscal year of the filing that the fact stands in. A concept of lower precedence that repeats the value of a
    higher one gets `same_fact_as`, and so does a convenience translation. Rejected, as evidence: facts of forms that
    are not periodic reports, facts that no rule covers on their date, two values for one fact in one filing, and a
    lower concept that differs.
    """
    places = grouped(((rule.qname, rule.unit), place) for place, rule in enumerate(filer.concepts))

    def rule_of(fact: TaggedFact) -> int | None:
        for place in () if fact.is_convenience else places.get((fact.qname, fact.unit), ()):
            if fact.is_covered_by(filer.concepts[place]):
                return place
        return None

    presentations = {
        reported.filing.accession: presentation_label(filer, reported.fiscal_year) for reported in company_facts.filings
    }
    facts = [
        PrintedFact(
            fact, rule_of(fact), presentations[fact.filing.accession], TRAILING_NOTE if _trails(fact, filer) else None
        )
        for fact in company_facts.facts
    ]
    rows, rejected = printed_rows(facts, filer, filer.concepts)
    used = {*rows["document"], *(item["document_id"] for item in rejected)}
    documents = [
        filing_document(
            filer,
            accession=filing.accession,
            cik=company_facts.cik,
            form=filing.form,
            filed=filing.filed,
            report_end=report_end,
            retrieved=retrieved,
            licence=licence,
        )
        for filing, report_end, _ in company_facts.filings
        if document_id_of(filing.accession) in used
    ]
    return ReadResult(documents, rows, rejected)


def _trails(fact: TaggedFact, filer: Filer) -> bool:
    """Whether the fact is of a year's length without being a fiscal year: by its end, or since its report is not an annual one."""
    if fact.start is None or fact.end is None:
        return False
    is_of_year = _is_year(fact.start, fact.end) and fact.filing.form not in filer.annual_forms
    return is_of_year or is_trailing(fact.start, fact.end, filer.fiscal_year_end_month)


def is_trailing(period_start: date, period_end: date, year_end_month: int) -> bool:
    """Whether a period of a year's length does not end with a fiscal year of the filer.

    Trailing twelve months in a 10-Q are never a fiscal year; they are a check on the sum of four quarters.
    """
    return _is_year(period_start, period_end) and month_a_week_before(period_end)[1] != year_end_month


def _is_year(period_start: date, period_end: date) -> bool:
    return 350 <= (period_end - period_start).days + 1 <= 380


def trim(data: bytes, filers: Sequence[Filer], *, max_bytes: int = MAX_BYTES) -> bytes:
    """The same JSON with the facts of wanted concepts only, without label and description texts and without `frame`.

    Equal input gives equal bytes: facts keep their order, concepts are sorted, one fact per line. Raises DocumentError as
    `read` does.
    """
    content = parsed(data, max_bytes)
    refuse_repeated_keys(data, content)
    cik = cik_of(content)
    filer = filer_of_cik(filers, cik)
    if filer is None:
        raise DocumentError("unknown_filer", f"filers.yaml has no filer with CIK {cik}; add it there first.")
    concepts = grouped(
        (
            (taxonomy, concept),
            (unit, _list({key: entry[key] for key in _KEPT_KEYS if key in entry} for entry in entries)),
        )
        for taxonomy, concept, unit, entries in _wanted_units(content, filer)
    )
    taxonomies = grouped(
        (taxonomy, (concept, f'{{"units":{{\n{_members(units)}\n}}}}'))
        for (taxonomy, concept), units in concepts.items()
    )
    facts = _members((taxonomy, f"{{\n{_members(of_taxonomy)}\n}}") for taxonomy, of_taxonomy in taxonomies.items())
    head = f'{{"cik":{cik},"entityName":{_json(str(content.get("entityName", "")))},"facts":{{'
    return ("\n".join(filter(None, (head, facts, "}}"))) + "\n").encode()


def _members(members: Iterable[tuple[str, str]]) -> str:
    """Members of a JSON object by their names, each on a line of its own. members: name, and value as JSON."""
    return "\n,".join(f"{_json(name)}:{value}" for name, value in sorted(members))


def _list(values: Iterable[Any]) -> str:
    """A JSON list with one value a line."""
    return "[\n" + ",\n".join(map(_json, values)) + "\n]"


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def parsed(data: bytes, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """The content of a companyfacts file, or of a companyconcept file in the same shape. Raises DocumentError."""
    if len(data) > max_bytes:
        raise DocumentError(
            "file_too_large",
            f"The file has {len(data)} bytes, more than the {max_bytes} that are read; check that it is a file of one filer.",
        )
    try:
        content = orjson.loads(data.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError as error:
        raise DocumentError(
            "not_json", f"The file is not JSON ({error}); fetch it again, it may be truncated or an error page."
        ) from error
    if not isinstance(content, dict):
        raise DocumentError("not_companyfacts", f"The JSON is not a mapping. {_NEEDED}")
    if isinstance(content.get("units"), dict) and all(isinstance(content.get(key), str) for key in ("taxonomy", "tag")):
        # The answer of the companyconcept address is one concept of companyfacts, with the same facts.
        content = {**content, "facts": {content["taxonomy"]: {content["tag"]: {"units": content["units"]}}}}
    if "ccp" in content or isinstance(content.get("data"), list):
        raise DocumentError(
            "not_companyfacts",
            "The file is an answer of the SEC's frames address: one period of one concept for many filers, without "
            f"form and filing date. {_NEEDED}",
        )
    if isinstance(content.get("documentInfo"), dict):
        raise DocumentError(
            "not_companyfacts",
            f"The file is xBRL-JSON of one filing, without form and filing date. {_NEEDED} Segments are read from the "
            "filing's instance (`..._htm.xml`).",
        )
    if not isinstance(content.get("facts"), dict):
        raise DocumentError("not_companyfacts", f"The JSON has no mapping `facts`. {_NEEDED}")
    return content


_NEEDED = (
    "Facts of a filer are read from companyfacts: save https://data.sec.gov/api/xbrl/companyfacts/CIK##########.json "
    "(ten digits) instead."
)


def cik_of(content: dict[str, Any]) -> int:
    """The Central Index Key of a parsed file. Raises DocumentError where it has none."""
    cik = content.get("cik")
    if isinstance(cik, str) and cik.isascii() and cik.isdigit() and len(cik) <= 10:
        cik = int(cik)
    if not isinstance(cik, int) or isinstance(cik, bool) or not 0 < cik < 10**10:
        raise DocumentError("not_companyfacts", f"The JSON has cik {cik!r}; a Central Index Key has up to ten digits.")
    return cik


def _wanted_units(content: dict[str, Any], filer: Filer) -> list[tuple[str, str, str, list[dict[str, Any]]]]:
    """(taxonomy, concept, unit, entries) of the filer's concepts, in any currency, so that translations are
    recognised.
    """
    unit_facts = []
    for (taxonomy, concept), units in sorted(wanted_concepts([filer]).items()):
        concepts = content["facts"].get(taxonomy, {})
        if not isinstance(concepts, dict):
            raise DocumentError("not_companyfacts", f"{taxonomy} is not a mapping of concepts; fetch the file again.")
        entry = concepts.get(concept)
        if entry is None:
            continue
        if not isinstance(entry, dict) or not isinstance(entry.get("units"), dict):
            raise DocumentError(
                "not_companyfacts", f"{taxonomy}:{concept} has no mapping `units`; fetch the file again."
            )
        for unit, entries in entry["units"].items():
            if unit not in units and not _is_currency(unit):
                continue
            if not isinstance(entries, list) or not all(isinstance(item, dict) for item in entries):
                raise DocumentError(
                    "not_companyfacts", f"{taxonomy}:{concept} in {unit} is not a list of facts; fetch the file again."
                )
            unit_facts.append((taxonomy, concept, unit, entries))
    return unit_facts


def _is_currency(unit: str) -> bool:
    return len(unit) == 3 and unit.isascii() and unit.isupper()


def _facts(content: dict[str, Any], filer: Filer) -> list[TaggedFact]:
    """The facts of wanted concepts. Raises DocumentError (bad_fact, bad_filing)."""
    filings = _FilingsOfFacts()
    facts: list[TaggedFact] = []
    own: set[tuple[str, date | None, date | None, str]] = set()
    for taxonomy, concept, unit, entries in sorted(_wanted_units(content, filer), key=itemgetter(0, 1, 2)):
        qname = f"{taxonomy}:{concept}"
        read = [_fact(entry, qname, unit, filings) for entry in entries]
        read.sort(key=lambda fact: (fact.start or date.max, fact.end, fact.filing.accession))
        facts += read
        if unit == filer.currency:
            own |= {_statement(fact) for fact in read}
    return [
        fact._replace(number=number, is_convenience=fact.unit != filer.currency and _statement(fact) in own)
        for number, fact in enumerate(facts, 1)
    ]


def _statement(fact: TaggedFact) -> tuple[str, date | None, date | None, str]:
    """What a filing states once in each currency."""
    return fact.qname, fact.start, fact.end, fact.filing.accession


class _FilingsOfFacts:
    """The filings that facts name: each has one form, filing date, fy and fp."""

    def __init__(self) -> None:
        self._filings: dict[str, tuple[tuple[Any, ...], Filing]] = {}

    def of(self, entry: Mapping[str, Any], place: str) -> Filing:
        """The filing of a fact. Raises DocumentError (bad_fact, bad_filing)."""
        accession, form, filed = entry.get("accn"), entry.get("form"), entry.get("filed")
        stated = (form, filed, entry.get("fy"), entry.get("fp"))
        known = self._filings.get(accession) if isinstance(accession, str) else None
        if known is not None and known[0] == stated:
            return known[1]
        if known is not None:
            raise DocumentError(
                "bad_filing",
                f"Accession {accession} has more than one form, filing date, fy or fp; check the file, since a filing has one of each.",
            )
        for name, value in (("accn", accession), ("form", form), ("filed", filed)):
            if not isinstance(value, str):
                raise _bad_fact(place, f"{name} {value!r:.60}, which is not text")
        if not re.fullmatch(ACCESSION_PATTERN, str(accession)):
            raise _bad_fact(place, "an accession number that is not of the form 0000000000-00-000000")
        filing = Filing(str(accession), str(form), _date(filed, "filed", place))
        self._filings[filing.accession] = (stated, filing)
        return filing


def _fact(entry: Mapping[str, Any], qname: str, unit: str, filings: _FilingsOfFacts) -> TaggedFact:
    """A fact without its number. Raises DocumentError (bad_fact, bad_filing)."""
    place = f"{qname} in {unit}"
    value, start, end = entry.get("val"), entry.get("start"), entry.get("end")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _bad_fact(place, f"value {value!r:.60}, which is not a number")
    if not math.isfinite(value):
        raise _bad_fact(place, "a value that is not finite")
    first = None if start is None else _date(start, "start", place)
    last = _date(end, "end", place)
    if first is not None and last < first:
        raise _bad_fact(place, "a period that ends before it starts")
    return TaggedFact(0, qname, unit, first, last, _number_text(value), filings.of(entry, place))


def _bad_fact(place: str, what: str) -> DocumentError:
    return DocumentError("bad_fact", f"{place} has {what}; fetch the file again.")


def _date(value: Any, name: str, place: str) -> date:
    """A day written as the SEC does, with four, two and two digits. Raises DocumentError (bad_fact)."""
    day = _served_day(value) if isinstance(value, str) else None
    if day is None:
        raise _bad_fact(place, f"{name} {value!r:.60}, which is not a date")
    return day


@lru_cache(maxsize=4096)
def _served_day(text: str) -> date | None:
    """A file has some hundred days and states them in some thousand facts."""
    return _day(text) if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None


def _number_text(value: float) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else str(value)


def _filings(facts: Sequence[TaggedFact], filer: Filer) -> list[ReportedFiling]:
    """The filings of facts. A balance or a period that ends after the filing is no period of report."""
    report_ends: dict[Filing, date | None] = {}
    for fact in facts:
        latest = report_ends.setdefault(fact.filing, None)
        if fact.start is not None and fact.end is not None and fact.end <= fact.filing.filed:
            report_ends[fact.filing] = fact.end if latest is None else max(latest, fact.end)
    filings = (
        ReportedFiling(filing, end, None if end is None else fiscal_year_of(end, filer.fiscal_year_end_month))
        for filing, end in report_ends.items()
    )
    return sorted(filings, key=lambda reported: (reported.filing.filed, reported.filing.accession))
