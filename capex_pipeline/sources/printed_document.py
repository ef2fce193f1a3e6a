"""Reads a document with printed tables (HTML, PDF, XLSX) as its company published it: figures bound by machine from its tables and its
sentences, and every other amount beside a printed name with the reason why it is not a figure.

The shape of the result is decided here. Layout, binding and the comparison of sentences with tables belong to `printed_tables`, names of rows to
reference data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd

from capex_pipeline.article.drafted_rows import written
from capex_pipeline.article.lexicon import Vocabulary, vocabulary_of
from capex_pipeline.printed_tables.binding import Bound, bind
from capex_pipeline.printed_tables.cover import annual_report_end, calendar_of_names, first_lines
from capex_pipeline.printed_tables.formats import read_document
from capex_pipeline.printed_tables.layout import PrintedCell, read_layout
from capex_pipeline.printed_tables.pieces import Paragraph
from capex_pipeline.printed_tables.plans import beside_sentences, bind_plans
from capex_pipeline.printed_tables.prose import ProseFigure, Subject, definition_of_name, read_sentences
from capex_pipeline.raw.errors import DocumentError, listed
from capex_pipeline.raw.printed_rows import (
    CONFIRMED_BY_CHECK,
    DRAFT_COLUMNS,
    MENTION_COLUMNS,
    PRINTED_COLUMNS,
    RECAST,
    SHOWN_AS,
    ReadResult,
    document_record,
)
from capex_pipeline.reference import Reference, fold
from capex_pipeline.values.fiscal_calendar import FiscalCalendar
from capex_pipeline.values.units import parse_unit
from capex_pipeline.values.words import SCALE_NAMES

CONFIDENCE: Final = 0.9
"""Of a figure that no check inside the document confirms."""
CONFIRMED: Final = 0.99
"""Of one that a check confirms."""
_LONGEST_PLACE: Final = 300
"""Characters of the place of a mention that are kept, so that its number is kept too."""
_KEYS: Final = {"document", "entity", "currency"}


def is_declared(sidecar: Mapping[str, Any]) -> bool:
    """Whether a sidecar declares a document with printed tables."""
    return "document" in sidecar


@dataclass(frozen=True)
class ReadDocument:
    """What was read of one document: its record, company, cells and paragraphs, the cells that bear a printed name, and amounts of its sentences.

    is_trusted: reference data trusts this kind of document of the company, and no check inside the document failed. presentation: label that the
    document shares with the company's filings of its fiscal year; None where the company files none.
    """

    record: Mapping[str, Any]
    entity: str
    cells: Sequence[PrintedCell]
    paragraphs: Sequence[Paragraph]
    bound: Sequence[Bound]
    prose: Sequence[ProseFigure]
    is_trusted: bool
    vocabulary: Vocabulary
    presentation: str | None = None


def read(data: bytes, sidecar: Mapping[str, Any], name: str, reference: Reference) -> ReadResult:
    """Document, figures and mentions of one file. Figures are of review_state machine, or trusted where reference data trusts the kind of
    document and a check inside the document confirms the figure.

    Arguments and errors as for `read_published`.
    """
    document = read_published(data, sidecar, name, reference)
    return ReadResult([dict(document.record)], _rows(document), mentions=_mentions(document))


def read_published(
    data: bytes, sidecar: Mapping[str, Any], name: str, reference: Reference, *, suggests: bool = False
) -> ReadDocument:
    """The cells and sentences of a document with what became of them.

    sidecar: `document:` with the keys of a document, `entity:` with the company, and `currency:` where the document reports in another one
    than the company. suggests: as of `prose.read_sentences`. Raises DocumentError for a sidecar that does not say so, and as `read_document` does.
    """
    record, entity, currency = _declared(sidecar, name, reference)
    document = read_document(data, name)
    cells = read_layout(document.tables, currency)
    if not cells and not document.paragraphs:
        raise DocumentError(
            "no_tables",
            f"{name} has no table with numbers that can be read; give the part with the tables, or type its figures into a CSV table.",
        )
    names = reference.printed_names(entity, day_of(record["published"]))
    general = reference.general_names(entity, day_of(record["published"]))
    calendar = calendar_of_names(document, reference.calendars[entity], day_of(record["published"]))
    called = [name for name, known in reference.entity_aliases.items() if known == entity]
    called += [head for name in names for head in name.heads]
    bound = bind(
        cells,
        names,
        calendar,
        currency,
        annual_end=annual_report_end(document, calendar) or _year_of_report(record, calendar),
        published=day_of(record["published"]),
        cover=first_lines(document),
        called=called,
        general=general,
    )
    vocabulary = vocabulary_of(reference)
    if calendar != reference.calendars[entity]:
        vocabulary = vocabulary.with_calendar(entity, calendar)
    subject = Subject(entity, str(reference.entities.at[entity, "name"]), day_of(record["published"]), currency)
    bound, prose = read_sentences(document.paragraphs, bound, names, subject, vocabulary, suggests=suggests)
    presentation = _presentation(entity, bound, reference)
    plans = bind_plans(cells, names, general, calendar, currency, day_of(record["published"]))
    bound += beside_sentences(plans, prose)
    if not bound and not any(one.figure is not None for one in prose):
        raise DocumentError(
            "no_printed_name",
            f"{name} has {len(cells):,} numbers in tables and {len(document.paragraphs):,} paragraphs, and no row or sentence has a name that "
            f"printed_names.yaml gives for {entity}. Add its names there (docs/adding-a-company.md).",
        )
    is_trusted = reference.is_trusted(entity, record["kind"]) and not any(one.is_contradicted for one in bound)
    return ReadDocument(record, entity, cells, document.paragraphs, bound, prose, is_trusted, vocabulary, presentation)


def _year_of_report(record: Mapping[str, Any], calendar: FiscalCalendar) -> date | None:
    """The last day of the fiscal year that ended before an annual report was published, by what the sidecar calls it; None for other documents."""
    published = day_of(record["published"])
    if record["kind"] != "annual_report" or published is None:
        return None
    ends = (calendar.year_end(year) for year in range(published.year - 2, published.year + 2))
    return max((end for end in ends if end < published), default=None)


def _presentation(entity: str, bound: Iterable[Bound], reference: Reference) -> str | None:
    """The presentation of the filings of the fiscal year in which the newest period of the tables ends: a release and the filing of the same
    quarter print its columns on one basis."""
    ends = [one.period.end for one in bound if one.outcome == "used" and one.period is not None]
    if not ends or entity not in reference.filers:
        return None
    last, calendar = max(ends), reference.calendars[entity]
    year = next((year for year in (last.year - 1, last.year, last.year + 1) if last <= calendar.year_end(year)), None)
    return f"{entity} FY{year} filings" if year is not None else None


def _declared(sidecar: Mapping[str, Any], name: str, reference: Reference) -> tuple[dict[str, Any], str, str | None]:
    """The document's record, its company and its currency, as the sidecar states them."""
    if not is_declared(sidecar):
        raise DocumentError(
            "missing_document",
            f"{name} needs a sidecar (same name, .meta.yaml) with `document:`, which says what it is, and `entity:`, whose it is; raw/README.md shows one.",
        )
    unknown = sorted(set(sidecar) - _KEYS)
    if unknown:
        raise DocumentError(
            "unknown_key",
            f"The sidecar of {name} has the unknown part {listed(unknown)}; known are {', '.join(sorted(_KEYS))}.",
        )
    record = document_record(sidecar["document"], f"The sidecar of {name}")
    entity = reference.entity_aliases.get(fold(str(sidecar.get("entity") or "")))
    if entity is None:
        raise DocumentError(
            "unknown_entity",
            f"The sidecar of {name} names the company {sidecar.get('entity')!r}, which is not known; correct it, or add the company to the reference data.",
        )
    if entity not in reference.calendars:
        raise DocumentError(
            "unknown_entity",
            f"The sidecar of {name} names {entity}, which has no fiscal year in the reference data; name a company, or add its fiscal_year_end.",
        )
    reported = sidecar.get("currency") or reference.entities.at[entity, "currency"]
    return record, entity, reported if isinstance(reported, str) else None


def day_of(text: str | None) -> date | None:
    """A day of publication; one that cannot be read is refused later, with the document."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _figure_id(one: Bound) -> str:
    assert one.period is not None, "a figure has a period"
    plan = "" if one.status == "reported" else f"/{one.status}"
    return f"{one.name.name_id}{plan}/{one.period.start}/{one.period.end}"


def _prose_id(one: ProseFigure) -> str:
    figure = one.figure
    assert figure is not None, "a figure has what was read of it"
    name = one.name.name_id if one.name else figure.metric
    return f"{name}/{figure.measure}/{figure.status}/{figure.start}/{figure.end}"


def unit_of(cell: PrintedCell) -> str:
    """The unit of a cell whose currency and scale are known, in the notation of figures: "CNY million"."""
    unit = f"{cell.currency} {SCALE_NAMES[cell.scale or 1]}".strip()
    parse_unit(unit)  # a unit that a person could not type is a mistake of this module
    return unit


def _note(confirmed: Iterable[str], recast: str | None = None) -> str | None:
    sentences = "; ".join(confirmed)
    notes = [f"{CONFIRMED_BY_CHECK}: {sentences}."[:1000]] if sentences else []
    notes += [f"{SHOWN_AS} {recast!r}, which is no amount as first reported."] if recast else []
    return " ".join(notes) or None


def record_of(one: Bound | ProseFigure, document: ReadDocument) -> dict[str, Any]:
    """The printed row of a cell or sentence with the fields that could be read; a row that is not a figure lacks some."""
    record = _of_table(one, document) if isinstance(one, Bound) else _of_sentence(one, document)
    return {**record, "document": document.record["document_id"], "entity": document.entity}


def _of_table(one: Bound, document: ReadDocument) -> dict[str, Any]:
    """Amounts that a document shows on a new basis have a presentation of their own, which they share with no amount as reported."""
    sign = "-" if one.cell.text.is_negative and not one.name.is_outflow else ""
    definition: str | None = one.name.definition_id
    if one.status != "reported" and one.period is not None:
        start = str(one.period.start)
        definition = definition_of_name(one.name, one.name.metric, one.status) or document.vocabulary.definition(
            document.entity, one.name.metric, one.status, start
        )
    return {
        "id": _figure_id(one) if one.period else None,
        "locator": "; ".join(
            [" | ".join(filter(None, (one.cell.locator, " / ".join(one.cell.heads))))[:400], *one.also_at]
        ),
        "metric": one.name.metric,
        "definition": definition,
        "segment": one.name.segment,
        "period_start": str(one.period.start) if one.period else None,
        "period_end": str(one.period.end) if one.period else None,
        "value": f"{sign}{one.cell.text.printed}" or None,
        "unit": unit_of(one.cell) if one.cell.currency and one.cell.scale else None,
        "bound": "approximately" if one.cell.text.is_about else None,
        "status": one.status,
        "presentation": f"{document.presentation or document.record['document_id']} {RECAST}"
        if one.recast
        else document.presentation,
        "note": _note(one.confirmed, one.recast),
    }


def _of_sentence(one: ProseFigure, document: ReadDocument) -> dict[str, Any]:
    figure = one.figure
    if figure is None:
        return {"locator": one.place}
    start, end = figure.start.isoformat(), figure.end.isoformat()
    text = written(figure.mention, figure.metric, figure.sign)
    stated = document.vocabulary.definition(document.entity, figure.metric, figure.status, start)
    return {
        "id": _prose_id(one),
        "locator": one.place,
        "metric": figure.metric,
        "measure": figure.measure,
        "definition": definition_of_name(one.name, figure.metric, figure.status) or stated,
        "segment": one.name.segment if one.name else None,
        "period_start": start,
        "period_end": end,
        "value": text.value,
        "unit": text.unit,
        "bound": figure.mention.bound,
        "status": figure.status,
        "note": _note(one.confirmed),
    }


def _rows(document: ReadDocument) -> pd.DataFrame:
    """The figures: those of the tables in their order, then those of the sentences."""
    cells = [one for one in document.bound if one.outcome == "used"]
    sentences = [one for one in document.prose if one.outcome == "used"]
    records = [*(record_of(one, document) for one in cells), *(record_of(one, document) for one in sentences)]
    frame = pd.DataFrame(
        {name: pd.Series([record.get(name) for record in records], dtype="str") for name in PRINTED_COLUMNS}
    )
    confirmed = [one.confirmed for one in cells] + [one.confirmed for one in sentences]
    states = ["trusted" if document.is_trusted and sentences_of else "machine" for sentences_of in confirmed]
    sure = [CONFIRMED if one.confirmed else CONFIDENCE for one in cells]
    sure += [one.figure.confidence if one.figure else 0.0 for one in sentences]
    frame["review_state"] = pd.Series(states, dtype="str")
    frame["confidence"] = pd.Series(sure, dtype="float64")
    frame = frame.reindex(
        columns=[*PRINTED_COLUMNS, *(name for name in DRAFT_COLUMNS if name in ("review_state", "confidence"))]
    )
    frame.index = frame.index + 1
    return frame


def _mentions(document: ReadDocument) -> pd.DataFrame:
    """One row for each cell that bears a name and each amount of a sentence that was read.

    paragraph: row of the table, or number of the amount among those of sentences. span_start: number of the mention in the document, which is the
    one that a review of the document gives it.
    """
    common = {"document": document.record["document_id"], "entity": document.entity, "step": None, "candidates": None}
    records: list[dict[str, Any]] = []
    for number, one in enumerate(document.bound):
        value = one.amount if one.amount is not None else one.cell.value
        low, high = one.cell.ends or (value, value)
        records.append(
            {
                **common,
                "mention_id": f"c{number + 1:04d}",
                "paragraph": one.cell.row,
                "text": f"{one.cell.locator[:_LONGEST_PLACE]}: {one.cell.text.printed or '-'}"[:400],
                "kind": "money",
                "low": low,
                "value": value,
                "high": high,
                "bound": None if low is None else "range" if one.cell.ends else "exact",
                "unit": one.cell.currency,
                "scale": str(one.cell.scale or ""),
                "certain": low is not None,
                "outcome": one.outcome,
                "reason": one.reason,
                "figure_id": _figure_id(one) if one.outcome == "used" else None,
                "metric": one.name.metric,
            }
        )
    for number, statement in enumerate(document.prose):
        mention, is_used = statement.mention, statement.outcome == "used"
        records.append(
            {
                **common,
                "mention_id": f"p{number + 1:04d}",
                "paragraph": number + 1,
                "text": f"{statement.place[:_LONGEST_PLACE]}: {mention.text}"[:400],
                "kind": mention.kind,
                "low": mention.low,
                "value": mention.value,
                "high": mention.high,
                "bound": mention.bound,
                "unit": mention.unit or None,
                "scale": mention.scale or None,
                "certain": mention.certain,
                "outcome": "ignored" if statement.outcome == "repeated" else statement.outcome,
                "reason": statement.reason,
                "figure_id": _prose_id(statement) if is_used else None,
                "metric": statement.figure.metric if statement.figure else None,
            }
        )
    places = {"span_start": range(len(records)), "span_end": range(1, len(records) + 1)}
    frame = pd.DataFrame(records).assign(**places).reindex(columns=list(MENTION_COLUMNS))
    numbers = ("low", "value", "high", "step")
    kinds = (
        dict.fromkeys(MENTION_COLUMNS, "str")
        | dict.fromkeys(numbers, "float64")
        | dict.fromkeys(("span_start", "span_end", "paragraph"), "int64")
        | {"certain": "bool"}
    )
    return frame.astype(kinds)
