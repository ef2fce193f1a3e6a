"""Turns the segment and extension facts of an instance into printed rows, and trims instances to these facts.

Facts are chosen by filers.yaml, exactly by concept, unit and dimensions. Add here what chooses or lays out such facts.
Instances are parsed in `sources/xbrl_instance.py`; arithmetic is in `normalise/quarters.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pandas as pd

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.printed_rows import ReadResult, empty_rows, rejection
from capex_pipeline.reference.filers import Filer, filer_of_cik
from capex_pipeline.sources.filing_expectations import of_instance
from capex_pipeline.sources.sec_filings import (
    ACCESSION_PATTERN,
    LICENCE,
    filing_document,
    fiscal_year_of,
    presentation_label,
    unknown_filer,
)
from capex_pipeline.sources.tagged_facts import Filing, PrintedFact, TaggedFact, printed_rows
from capex_pipeline.sources.xbrl_instance import (
    MAX_BYTES,
    STANDARD_NAMESPACE,
    STANDARD_PREFIXES,
    XBRLDI,
    XBRLI,
    Instance,
    read_instance,
    with_prefixes,
)

_OPERATING_SEGMENTS = re.compile(
    r"(?:^|\|)(?:srt|us-gaap):ConsolidationItemsAxis=us-gaap:OperatingSegmentsMember(?=\||$)"
)


def read(data: bytes, sidecar: Mapping[str, Any], name: str, filers: Mapping[str, Filer]) -> ReadResult:
    """One instance or inline document under raw/: its filing, printed rows of the filer's segments, rejected facts.

    sidecar: `accession`, `form` and `filed` (ISO date) are required, since an instance does not contain all of them; `retrieved`, `licence`
    and `period_of_report` (ISO date, by default the document's own) are optional. Raises DocumentError as
    `read_instance` does, and sidecar_incomplete, unknown_filer.
    """
    instance = read_instance(data)
    filer = None if instance.cik is None else filer_of_cik(filers.values(), instance.cik)
    if filer is None:
        raise unknown_filer(name, instance.cik)
    for key in ("accession", "form", "filed"):
        if not sidecar.get(key):
            raise DocumentError(
                "sidecar_incomplete", f"The sidecar of {name} has no {key}; copy it from the filing's index page."
            )
    retrieved = sidecar.get("retrieved")
    return instance_to_printed_rows(
        instance,
        filer,
        accession=str(sidecar["accession"]),
        form=str(sidecar["form"]),
        filed=str(sidecar["filed"]),
        period_of_report=None if sidecar.get("period_of_report") is None else str(sidecar["period_of_report"]),
        retrieved=None if retrieved is None else str(retrieved),
        licence=str(sidecar.get("licence") or LICENCE),
    )


def in_terms_of(filer: Filer, instance: Instance) -> Instance:
    """The instance with its extension names written with the prefix that the filer's rules use.

    A filer may rename the prefix of its own taxonomy, whose namespace has another date in every filing anyway. If the rules use one
    extension prefix that the document does not declare, and the document has exactly one extension namespace, they are treated as the same.
    """
    members = {
        name.split(":")[0]
        for rule in filer.segments
        for name in (*rule.concepts, *rule.dimensions, *rule.dimensions.values())
    } - STANDARD_PREFIXES
    extensions = [prefix for prefix, uri in instance.namespaces.items() if not STANDARD_NAMESPACE.match(uri)]
    if len(members) != 1 or len(extensions) != 1 or members & set(instance.namespaces):
        return instance
    return with_prefixes(instance, {extensions[0]: members.pop()})


def segment_facts(instance: Instance, filer: Filer) -> pd.DataFrame:
    """The facts whose concept, unit and dimensions are exactly those of a segment rule, whatever the rule's dates.

    OperatingSegmentsMember of the standard consolidation axis is allowed beside the segment.

    Facts without a value (nil) and repetitions of a fact in the same document are left out: inline documents show one
    fact in several places, and XBRL counts equal ones as one. If a fact occurs in two precisions, the more precise one is kept.
    """
    facts = instance.facts
    facts = facts.assign(dimensions=_without_operating_segments(facts["dimensions"]))
    wanted = pd.Series(False, index=facts.index)
    for rule in filer.segments:
        wanted |= (
            facts["concept"].isin(rule.concepts)
            & (facts["unit"] == rule.unit)
            & (facts["dimensions"] == rule.dimension_text)
        )
    selected = facts.loc[wanted & facts["value_text"].notna()]
    precision = pd.to_numeric(selected["decimals"].replace("INF", "999")).fillna(-999)
    selected = selected.assign(precision=precision).sort_values("precision", ascending=False, kind="stable")
    fact = ["concept", "period_start", "period_end", "unit", "dimensions"]
    best = selected["precision"] == selected.groupby(fact, dropna=False)["precision"].transform("max")
    return selected.loc[best].drop_duplicates([*fact, "value_text"]).sort_index().drop(columns="precision")


def _without_operating_segments(dimensions: pd.Series) -> pd.Series:
    """Dimensions without the standard consolidation axis if another axis names the segment.

    OperatingSegmentsMember means an amount of an operating segment, which the segment axis states already; about a quarter of filings add
    it. Other members of that axis (eliminations, corporate) change the amount and stay.
    """
    parts = dimensions.str.replace(_OPERATING_SEGMENTS, "", regex=True).str.removeprefix("|")
    return parts.where(parts != "", dimensions)


def instance_to_printed_rows(
    instance: Instance,
    filer: Filer,
    *,
    accession: str,
    form: str,
    filed: str,
    period_of_report: str | None = None,
    retrieved: str | None = None,
    licence: str = LICENCE,
) -> ReadResult:
    """The filing as a document and its segment facts as printed rows.

    The document equals the one from companyfacts for the same accession number, so figures of both can be added. Row
    id: concept/start/end/unit, then the dimensions. Rejected: facts outside the dates of every rule, two values for one
    fact, and facts of the segments that could not be read. Raises DocumentError (bad_filing, no_period_of_report).
    """
    instance = in_terms_of(filer, instance)
    if not re.fullmatch(ACCESSION_PATTERN, accession):
        raise DocumentError(
            "bad_filing", f"Accession {accession!r} is not of the form 0000000000-00-000000; correct the sidecar."
        )
    if filer.cik != instance.cik and instance.cik not in filer.former_ciks:
        raise DocumentError("other_filer", f"The instance is of CIK {instance.cik}, but {filer.name} has {filer.cik}.")
    filed_on, report_end = _day(filed, "filing date").date(), _report_end(instance, period_of_report).date()
    document = filing_document(
        filer,
        accession=accession,
        cik=instance.cik or filer.cik,
        form=form,
        filed=filed_on,
        report_end=report_end,
        retrieved=retrieved,
        licence=licence,
    )
    concepts = {concept for rule in filer.segments for concept in rule.concepts}
    unreadable = [
        rejection(
            document["document_id"],
            10**6 + number,
            problem["locator"],
            problem["rule"],
            problem["message"],
            column="value",
        )
        for number, problem in enumerate(instance.problems)
        if str(problem["locator"]).split(" ")[0] in concepts
    ]
    facts = segment_facts(instance, filer)
    unreadable += of_instance(instance.facts, facts, instance.problems, filer, form, filed_on, report_end)
    if facts.empty:
        return ReadResult([document], empty_rows(), unreadable)
    rules = [(concept, rule) for rule in filer.segments for concept in rule.concepts]

    def rule_of(fact: TaggedFact) -> int | None:
        for place, (concept, rule) in enumerate(rules):
            is_named = (fact.qname, fact.unit, fact.dimensions) == (concept, rule.unit, rule.dimension_text)
            if is_named and fact.is_covered_by(rule):
                return place
        return None

    filing = Filing(accession, form, filed_on)
    presentation = presentation_label(filer, fiscal_year_of(report_end, filer.fiscal_year_end_month))
    columns = facts[["concept", "unit", "period_start", "period_end", "value_text", "dimensions"]]
    tagged = (
        TaggedFact(number, concept, unit, _date(start), _date(end), value_text, filing, dimensions)
        for number, (concept, unit, start, end, value_text, dimensions) in enumerate(columns.itertuples(index=False), 1)
    )
    rows, rejected = printed_rows(
        (PrintedFact(fact, rule_of(fact), presentation) for fact in tagged), filer, [rule for _, rule in rules]
    )
    return ReadResult([document], rows, rejected + unreadable)


def _date(day: pd.Timestamp) -> date | None:
    """A context may have no start, or no period at all ("forever")."""
    return None if pd.isna(day) else day.date()


def trim(data: bytes, filers: Sequence[Filer], *, max_bytes: int = MAX_BYTES) -> bytes:
    """A small XBRL instance with the filer's segment facts only, with their contexts and units, and the dei facts.

    Equal input gives equal bytes; an inline document becomes a plain instance. `read` reads it like the full instance.
    """
    instance = read_instance(data, max_bytes=max_bytes)
    filer = None if instance.cik is None else filer_of_cik(filers, instance.cik)
    if filer is None:
        raise DocumentError("unknown_filer", f"filers.yaml has no filer with CIK {instance.cik}; add it there first.")
    instance = in_terms_of(filer, instance)
    facts = segment_facts(instance, filer)
    names = pd.concat([facts["concept"], *(facts["dimensions"].str.split("[|=]").explode(),)]).dropna()
    prefixes = sorted({name.split(":")[0] for name in names if ":" in name} | {"dei"})
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f"<xbrl xmlns={quoteattr(XBRLI)}"]
    lines.append(f'  xmlns:iso4217="http://www.xbrl.org/2003/iso4217" xmlns:xbrldi={quoteattr(XBRLDI)}')
    for prefix in prefixes:
        if prefix not in instance.namespaces:
            raise DocumentError(
                "not_xbrl", f"The prefix {prefix} is not declared on the root element; keep the whole document."
            )
        lines.append(f"  xmlns:{prefix}={quoteattr(instance.namespaces[prefix])}")
    lines[-1] += ">"
    places = facts[["period_start", "period_end", "dimensions"]].drop_duplicates()
    ids: dict[tuple[Any, ...], str] = {}
    for number, (start, end, dimensions) in enumerate(places.itertuples(index=False), 1):
        ids[(start if pd.notna(start) else None, end, dimensions)] = f"c{number}"
        lines += _context(f"c{number}", instance.cik or filer.cik, start, end, dimensions)
    report_end = _report_end(instance, None)
    lines += _context("report", instance.cik or filer.cik, pd.NaT, report_end, "")
    units = {unit: f"u{number}" for number, unit in enumerate(sorted(facts["unit"].unique()), 1)}
    for unit, unit_id in units.items():
        lines.append(f'  <unit id="{unit_id}"><measure>iso4217:{escape(unit)}</measure></unit>')
    if instance.document_type:
        lines.append(f'  <dei:DocumentType contextRef="report">{escape(instance.document_type)}</dei:DocumentType>')
    lines.append(f'  <dei:DocumentPeriodEndDate contextRef="report">{report_end:%Y-%m-%d}</dei:DocumentPeriodEndDate>')
    for fact in facts.to_dict("records"):
        start = fact["period_start"]
        context = ids[(start if pd.notna(start) else None, fact["period_end"], fact["dimensions"])]
        decimals = "" if pd.isna(fact["decimals"]) else f" decimals={quoteattr(fact['decimals'])}"
        lines.append(
            f'  <{fact["concept"]} contextRef="{context}" unitRef="{units[fact["unit"]]}"{decimals}>'
            f"{fact['value_text']}</{fact['concept']}>"
        )
    lines.append("</xbrl>")
    return ("\n".join(lines) + "\n").encode()


def _context(name: str, cik: int, start: Any, end: Any, dimensions: str) -> list[str]:
    segment = "".join(
        f"<xbrldi:explicitMember dimension={quoteattr(axis)}>{escape(member)}</xbrldi:explicitMember>"
        for axis, member in [pair.split("=") for pair in dimensions.split("|") if pair]
    )
    if segment:
        segment = f"<segment>{segment}</segment>"
    if pd.isna(start):
        period = f"<instant>{end:%Y-%m-%d}</instant>"
    else:
        period = f"<startDate>{start:%Y-%m-%d}</startDate><endDate>{end:%Y-%m-%d}</endDate>"
    return [
        f'  <context id="{name}">',
        f'    <entity><identifier scheme="http://www.sec.gov/CIK">{cik:010d}</identifier>{segment}</entity>',
        f"    <period>{period}</period>",
        "  </context>",
    ]


def _report_end(instance: Instance, given: str | None) -> pd.Timestamp:
    text = given or instance.period_of_report
    if not text:
        raise DocumentError(
            "no_period_of_report", "The document does not state its period of report; give it in the sidecar."
        )
    return _day(text, "period of report")


def _day(text: str, what: str) -> pd.Timestamp:
    for layout in ("%Y-%m-%d", "%B %d, %Y", "%b %d, %Y", "%m/%d/%Y", "%d %B %Y"):
        try:
            return pd.Timestamp(datetime.strptime(text.strip(), layout))
        except ValueError:
            continue
    raise DocumentError("bad_filing", f"The {what} {text!r} is not a date; write it as 2024-01-31 in the sidecar.")
