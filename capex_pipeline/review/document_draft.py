"""Turns a company's document into the source of a review: its rows and sentences, its amounts, and the draft.

Add here what makes an amount of a document questionable, and what is offered in answer. What the cells and sentences mean is decided in
`printed_tables` and `sources.printed_document`; articles belong to `article_draft`.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.drafted_rows import written
from capex_pipeline.article.period_dates import Days, PeriodContext, day_of_balance, read_period
from capex_pipeline.article.period_expressions import find_periods
from capex_pipeline.article.sentences import split_sentences
from capex_pipeline.article.tokens import tokenise
from capex_pipeline.printed_tables.binding import ROLLING, Bound, is_in_other_currency, is_rolling, period_of
from capex_pipeline.printed_tables.layout import PrintedCell
from capex_pipeline.printed_tables.prose import ProseFigure, definition_of_name
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.review.article_draft import amount_of, as_amount, drafted_of, measure_of, without_minus
from capex_pipeline.review.entries import (
    MOST_ENTRIES,
    NAMED_DEFINITION,
    NAMED_METRIC,
    NO_TABLE,
    begun,
    distinct,
    flat,
    label_of,
    ordered,
)
from capex_pipeline.review.named_metrics import CONTEXTS, WHOLE_SENTENCE, is_named_metric, suggestion_of_named
from capex_pipeline.review.other_amounts import TRANSLATION, is_translation
from capex_pipeline.review.reportable_periods import recent_periods, year_up_to
from capex_pipeline.review.source import Amount, Cell, Drafted, Passage, Source
from capex_pipeline.sources import printed_document
from capex_pipeline.sources.figure_yaml import DRAFT
from capex_pipeline.sources.printed_document import ReadDocument
from capex_pipeline.values.grouping import grouped
from capex_pipeline.values.periods import PeriodError

_FIRM: Final = ("It is a change", "The words beside it", "It belongs to")
"""How the reasons of sentences begin that leave nothing to ask."""
_LOOSE: Final = ("Context: ", "A percentage")
"""How those begin that rest on one word near an amount."""
_MOST_OTHERS: Final = 2_000
"""Numbers of rows without a printed name that a person may add as figures; those of later rows are not shown."""
_SURE_GROWTH: Final = 0.9
"""Growth of a sentence without a name of a row is asked about if it is read with at least this confidence."""
_MOST_TITLES: Final = 2
_LONGEST_TITLE: Final = 200


def document_source(document: ReadDocument, name: str) -> Source:
    """A document as it is reviewed. name: of its file. Raises DocumentError for one with more amounts than a review holds."""
    count = len(document.bound) + len(document.prose)
    if count > MOST_ENTRIES:
        raise DocumentError(
            "oversized",
            f"{name} has {count:,} amounts beside printed names, and a review holds {MOST_ENTRIES:,}; split the document, or type its figures.",
        )
    sentences = _sentences(document)
    beside = [*_rows(document), *sentences]
    printed = _usual(document)
    drafted = [
        *(_of_cell(number, one, printed, document) for number, one in enumerate(document.bound)),
        *(
            _of_sentence(
                len(document.bound) + number,
                _with_named_metric(len(document.bound) + number, one, sentences, document),
                printed,
                document,
            )
            for number, one in enumerate(document.prose)
        ),
    ]
    lists = {
        part: [ordered(one.entry) for one in drafted if one.part == part]
        for part in ("undecided", "figures", "ignored")
    }
    known = {one.amount.span: one.known for one in drafted if one.part == "ignored"}
    others = _others(document, count)
    amounts = [one.amount for one in (*drafted, *(amount for _, listed in others for amount in listed))]
    return Source(
        name,
        "document",
        document.record,
        document.vocabulary,
        [*beside, *(row for row, _ in others)],
        amounts,
        len(amounts),
        {"document": dict(document.record), "state": DRAFT, **lists},
        known | {one.amount.span: one.known for _, listed in others for one in listed},
    )


# --- what is shown ---


def _rows(document: ReadDocument) -> list[Passage]:
    """The rows that bear a printed name, in the order of their amounts, each with all of its numbers."""
    cells = grouped(((cell.place, cell.row), cell) for cell in document.cells)
    numbers = grouped(((one.cell.place, one.cell.row), number) for number, one in enumerate(document.bound))
    return [
        _row(cells[place], {number: document.bound[number].cell for number in listed})
        for place, listed in numbers.items()
    ]


def _row(row: Sequence[PrintedCell], named: Mapping[int, PrintedCell]) -> Passage:
    first = row[0]
    text = flat(" > ".join(filter(None, (*first.headings, first.label)))) or "no label"
    shown: list[Cell] = []
    for cell in row:
        printed = _printed_cell(cell)
        shown.append(Cell(" / ".join(cell.heads), len(text) + 3, len(text) + 3 + len(printed)))
        text += f" | {printed}"
    places = {
        (number, number + 1): next((one.start, one.end) for one, other in zip(shown, row, strict=True) if other is cell)
        for number, cell in named.items()
    }
    titles = [flat(title) for title in first.titles if len(title) < _LONGEST_TITLE and title not in first.headings]
    place = f"{first.place}, row {first.row}"
    return Passage(text, min(named), max(named) + 1, place, places, " · ".join(titles[-_MOST_TITLES:]), shown)


def _printed_cell(cell: PrintedCell) -> str:
    sign = "-" if cell.text.is_negative else ""
    return f"{sign}{cell.text.printed or '-'}{'%' if cell.text.unit == 'percent' else ''}"


def _sentences(document: ReadDocument) -> list[Passage]:
    """The sentences of each paragraph that has an amount."""
    numbers = grouped((one.place, number) for number, one in enumerate(document.prose))
    first, result = len(document.bound), []
    for paragraph in document.paragraphs:
        listed = numbers.get(paragraph.place, [])
        plain, left = plain_text(paragraph.text), 0
        for sentence in split_sentences(plain) if listed else ():
            start, end = plain.span(sentence.start, sentence.end)
            places: dict[tuple[int, int], tuple[int, int]] = {}
            begin = left
            while left < len(listed) and document.prose[listed[left]].at < end:
                one, number = document.prose[listed[left]], first + listed[left]
                places[number, number + 1] = (one.at - start, min(one.at + len(one.mention.text), end) - start)
                left += 1
            next_number = first + (listed[left] if left < len(listed) else listed[-1] + 1)
            span = (first + listed[begin], first + listed[left - 1] + 1) if places else (next_number, next_number)
            result.append(Passage(paragraph.text[start:end], *span, paragraph.place, places, paragraph.heading))
    return result


# --- what a person may add ---


def _others(document: ReadDocument, first: int) -> list[tuple[Passage, list[_Drafted]]]:
    """The rows with numbers that bear no printed name, in the order of the document, and these numbers with what is printed about them. first: the span
    of the first number. A convenience translation is shown and cannot be added."""
    own = document.vocabulary.entities[document.entity].currency
    named = {(one.cell.place, one.cell.row, one.cell.column) for one in document.bound}
    rows: dict[tuple[str, int], list[PrintedCell]] = {}
    cells: dict[tuple[str, int], dict[int, PrintedCell]] = {}
    number = first
    for cell in document.cells:
        rows.setdefault((cell.place, cell.row), []).append(cell)
        if (cell.place, cell.row, cell.column) in named or not cell.text.numeral or number - first >= _MOST_OTHERS:
            continue
        if is_in_other_currency(cell, own):
            continue
        cells.setdefault((cell.place, cell.row), {})[number] = cell
        number += 1
    return [
        (
            replace(_row(rows[place], listed), is_other=True),
            [_of_other(at, cell, document) for at, cell in listed.items()],
        )
        for place, listed in cells.items()
    ]


def _of_other(number: int, cell: PrintedCell, document: ReadDocument) -> _Drafted:
    """A number of a row without a printed name: its metric is not known."""
    numeral, value, place = _printed_cell(cell), cell.value, f"{cell.place}, row {cell.row}"
    known: dict[str, Any] = {
        "id": f"r{number + 1:04d}",
        "locator": " | ".join(filter(None, (cell.locator, " / ".join(cell.heads))))[:400],
        "entity": document.entity,
        "value": numeral.removesuffix("%"),
        "status": "reported",
    }
    if cell.kind == "percent":
        known |= {"unit": "percent", "measure": "yoy_growth"}
    elif cell.kind == "money" and cell.currency and cell.scale:
        known["unit"] = printed_document.unit_of(cell)
    calendar = document.vocabulary.entities[document.entity].calendar
    with contextlib.suppress(PeriodError):
        period = period_of(cell, calendar, cell.currency, is_balance=False) if calendar is not None else None
        if period is not None:
            known["period"] = label_of(year_up_to(period.end) if is_rolling(cell) else (period.start, period.end))
    kind = cell.kind if cell.kind in ("percent", "multiple", "count") else "money"
    numbers = () if value is None else (round(abs(value), 6),)
    amount = Amount((number, number + 1), numeral, place, kind, cell.currency, numbers, is_other=True)
    return _Drafted(amount, "other", {}, known)


# --- what is drafted ---


class _Printed(NamedTuple):
    """What the rest of the document says of units and periods, the likeliest first."""

    units: list[str]
    periods: list[str]


class _Drafted(NamedTuple):
    amount: Amount
    part: str
    entry: Mapping[str, Any]
    known: Mapping[str, Any]


def _of_cell(number: int, one: Bound, printed: _Printed, document: ReadDocument) -> _Drafted:
    cell, span = one.cell, (number, number + 1)
    numeral, place = _printed_cell(cell), f"{cell.place}, row {cell.row}"
    record, reason = _record(printed_document.record_of(one, document)), begun(one.reason or NO_TABLE)
    value = one.amount if one.amount is not None else cell.value
    ends = cell.ends or (() if value is None else (value,))
    numbers = tuple(round(abs(end), 6) for end in ends)
    is_used = one.outcome == "used" and one.period is not None
    drafted: tuple[Drafted, ...] = ()
    if is_used and one.period is not None:
        sure = frozenset(("entity", "metric", "period", "status"))
        days = (one.period.start, one.period.end)
        drafted = (Drafted(record["id"], document.entity, one.name.metric, "level", days, one.status, None, sure),)
    amount = Amount(span, numeral, place, "money", cell.currency, numbers, drafted, "", reason)
    base = {"span": list(span), "quote": numeral}
    if is_used:
        confidence = printed_document.CONFIRMED if one.confirmed else printed_document.CONFIDENCE
        return _Drafted(amount, "figures", {**record, **base, "confidence": confidence}, {})
    named = {**record, "id": f"c{number + 1:04d}"}
    if reason == ROLLING and one.period is not None:
        named["period"] = label_of(year_up_to(one.period.end))
    if one.outcome == "ignored":
        return _Drafted(
            amount, "ignored", {"id": named["id"], "span": list(span), "text": numeral, "reason": reason}, named
        )
    return _Drafted(
        amount, "undecided", {**named, **base, "reason": reason, **_question(record, reason, printed)}, named
    )


def _question(record: Mapping[str, Any], reason: str, printed: _Printed) -> dict[str, Any]:
    """What is asked about a cell that could not be read. readings: of the one part that is missing."""
    if record.get("unit") is None and record.get("period"):
        return {"question": f"{reason} In which unit is it?", "readings": printed.units}
    if record.get("unit") is None:
        return {"question": f"{reason} Is it a figure, in which unit and of which period?"}
    if record.get("period") is None:
        return {"question": f"{reason} Which period is meant?", "readings": printed.periods}
    return {"question": f"{reason} Is it a figure?"}


def _of_sentence(number: int, one: ProseFigure, printed: _Printed, document: ReadDocument) -> _Drafted:
    span, figure, reason = (number, number + 1), one.figure, begun(one.reason or NO_TABLE)
    drafted: tuple[Drafted, ...] = ()
    if one.outcome == "used" and figure is not None:
        read = drafted_of(figure, document.vocabulary)
        drafted = (
            read._replace(
                identity=_record(printed_document.record_of(one, document))["id"],
                claimant=None,
                sure=read.sure | {"entity"},
            ),
        )
    amount = amount_of(as_amount(one.mention), span, one.place, drafted, "", reason)
    base = {"span": list(span), "quote": flat(one.mention.text)}
    record = _record(printed_document.record_of(one, document))
    if drafted and figure is not None:
        entry = {**record, **base, "confidence": figure.confidence}
        if "period_unsaid_plan" not in figure.evidence:
            return _Drafted(amount, "figures", entry, {})
        asked = {"question": "The sentence does not name the period. Which period is meant?"}
        return _Drafted(amount, "undecided", {**entry, **asked, "readings": [entry["period"]]}, {})
    named = {**_suggested(one, printed, document), **record, "id": f"p{number - len(document.bound) + 1:04d}"}
    is_named = figure is None and one.suggestion is not None and is_named_metric(one.suggestion.metric)
    if one.outcome != "repeated" and is_named:
        return _of_named_metric(amount, one, named, base, document)
    if one.outcome == "context" and one.suggestion is not None and one.suggestion.definition:
        named_definition = one.suggestion.definition.replace("_", " ")
        question = f"{NAMED_DEFINITION}: {named_definition}. Is it a figure?"
        return _Drafted(amount, "undecided", {**named, **base, "reason": reason, "question": question}, named)
    if not _may_be_figure(one):
        return _Drafted(
            amount, "ignored", {"id": named["id"], "span": list(span), "text": base["quote"], "reason": reason}, named
        )
    return _Drafted(
        amount, "undecided", {**named, **base, "reason": reason, "question": f"{reason} Is it a figure?"}, named
    )


def _with_named_metric(
    number: int, one: ProseFigure, sentences: Sequence[Passage], document: ReadDocument
) -> ProseFigure:
    """An amount that is no figure, with the metric that its sentence names for it, such as backlog, or as a translation of the one before it. number: of
    the amount."""
    span, hint = (number, number + 1), one.suggestion
    sentence = next((passage for passage in sentences if passage.places is not None and span in passage.places), None)
    is_money = one.mention.kind == "money" and one.outcome != "used"
    if sentence is not None and is_money and is_translation(sentence.text, *sentence.place_of(span)):
        return replace(one, outcome="context", reason=TRANSLATION)
    is_open = one.outcome in ("context", "uncertain", "not_bound") and one.mention.kind in ("money", "percent")
    if hint is None or sentence is None or not is_open or (one.reason or "").startswith(_OTHER_NUMBERS):
        return one
    text, place = sentence.text, sentence.place_of(span)
    named = suggestion_of_named(hint, one.mention, text, place, document.vocabulary)
    if named is not None:
        days = _days_of_named(str(named.metric), span, sentence, document)
        return replace(one, suggestion=named._replace(periods=days or named.periods))
    far = suggestion_of_named(hint, one.mention, text, place, document.vocabulary, WHOLE_SENTENCE)
    if far is not None and (one.reason or "").startswith(CONTEXTS):
        return replace(one, suggestion=far._replace(periods=_days_of_named(str(far.metric), span, sentence, document)))
    if far is not None and (printed := _printed_at(one, str(far.metric), document)):
        return replace(one, outcome="repeated", reason=f"The same fact is a figure of {printed}.")
    return one


_OTHER_NUMBERS: Final = (
    *_FIRM,
    "Context: profit",
    "Context: share price",
    "Context: annual run rate",
    "Context: revenue",
    "Context: part of cloud revenue",
    "A part",
    "What others",
    "A percentage",
)
"""How the reasons begin of amounts that are not of the metric that stands before them."""


def _of_named_metric(
    amount: Amount, one: ProseFigure, named: Mapping[str, Any], base: Mapping[str, Any], document: ReadDocument
) -> _Drafted:
    """An amount of a metric that its sentence names: no figure where a table prints it, else a question."""
    place = _printed_at(one, str(named.get("metric")), document)
    if place:
        entry = {
            "id": named["id"],
            "span": base["span"],
            "text": base["quote"],
            "reason": f"The same fact is a figure of {place}.",
        }
        return _Drafted(amount, "ignored", entry, named)
    question = f"{NAMED_METRIC}: {str(named['metric']).replace('_', ' ')}. Is it a figure?"
    return _Drafted(
        amount, "undecided", {**named, **base, "reason": begun(one.reason or NO_TABLE), "question": question}, named
    )


def _days_of_named(metric: str, span: tuple[int, int], sentence: Passage, document: ReadDocument) -> tuple[Days, ...]:
    """The period of an amount of a named metric: of a balance the day that the sentence gives for it, else the end of the last quarter; of a flow the one
    that the sentence names between this amount and the next one; empty where it names none."""
    published = printed_document.day_of(document.record["published"])
    known = document.vocabulary.entities[document.entity]
    recent = recent_periods(published, known)[:1]
    places = dict(sentence.places or {})
    start, end = places[span]
    stop = min((start for start, _ in places.values() if start >= end), default=len(sentence.text))
    tokens = tokenise(plain_text(sentence.text))
    named = find_periods(tokens, end, stop)
    if metric in document.vocabulary.balances:
        stated = [*filter(None, map(day_of_balance, [*named, *find_periods(tokens, 0, start)[:1]]))]
        return ((stated[0], stated[0]),) if stated else tuple((day, day) for _, day in recent)
    days = (
        read_period(
            named[0], PeriodContext(published, known.calendar, recent[0] if recent else None, company_money=True)
        ).days
        if named
        else None
    )
    return () if days is None else (days,)


def _printed_at(one: ProseFigure, metric: str, document: ReadDocument) -> str:
    """The place of the cell of a metric that prints an amount of a sentence; empty where none does."""
    mention = one.mention
    return next(
        (
            bound.cell.place
            for bound in document.bound
            if bound.outcome == "used"
            and bound.name.metric == metric
            and bound.amount is not None
            and mention.value is not None
            if mention.kind == "money" and abs(abs(bound.amount) - abs(mention.value)) <= mention.step / 2 * (1 + 1e-9)
        ),
        "",
    )


def _may_be_figure(one: ProseFigure) -> bool:
    """Whether a person has to look at an amount of a sentence that is no figure."""
    if one.outcome == "repeated" or (one.reason or "").startswith(_FIRM):
        return False
    is_near = one.suggestion is not None and one.suggestion.is_near and bool(one.suggestion.metric)
    if one.outcome == "context":
        return is_near and (one.reason or "").startswith(_LOOSE)
    if one.outcome != "not_bound" or one.figure is None:
        return is_near
    # Growth without a name beside it is mostly that of something which the sentence names and no table has.
    return is_near or one.figure.measure == "level" or one.figure.confidence >= _SURE_GROWTH


def _suggested(one: ProseFigure, printed: _Printed, document: ReadDocument) -> dict[str, Any]:
    """What the article reader makes of an amount that it did not use."""
    hint = one.suggestion
    text = None
    if one.mention.certain:
        text = written(one.mention, (hint.metric if hint else None) or "", hint.sign if hint else 1)
    elif (positive := without_minus(one.mention)) is not None:
        text = written(positive)
        text = replace(text, value=f"-{text.value}")
    result: dict[str, Any] = {
        "bound": one.mention.bound,
        "value": text.value if text else None,
        "unit": text.unit if text else None,
    }
    if hint is None:
        return result
    periods, start = distinct(hint.periods), hint.periods[0][0].isoformat() if hint.periods else ""
    result |= {"metric": hint.metric, "measure": measure_of(hint.measure, one.mention), "status": hint.status}
    result |= {"period": periods[0]} if len(periods) == 1 else {"readings": periods or printed.periods}
    if hint.metric:
        usual = document.vocabulary.definition(document.entity, hint.metric, hint.status, start)
        printed_on = {bound.name.definition_id for bound in document.bound if bound.name.metric == hint.metric}
        if hint.status == "reported" and len(printed_on) == 1:
            usual = printed_on.pop()  # the company's sentences are on the definition of its rows
        named = definition_of_name(one.name, hint.metric, hint.status)
        result["definition"] = hint.definition or named or usual
    return result


def _record(record: Mapping[str, Any]) -> dict[str, Any]:
    """A printed row as an entry of a review: its days as one label, and nothing that is missing."""
    start, end = record.get("period_start"), record.get("period_end")
    kept = {key: value for key, value in record.items() if key not in ("document", "period_start", "period_end")}
    if start and end:
        kept["period"] = f"{start}/{end}"
    return {key: value for key, value in kept.items() if value is not None}


def _usual(document: ReadDocument) -> _Printed:
    entity = document.vocabulary.entities.get(document.entity)
    units = Counter(
        str(printed_document.record_of(one, document)["unit"])
        for one in document.bound
        if one.cell.scale and one.cell.currency
    )
    currencies = {one.cell.currency for one in document.bound if one.cell.currency}
    usual = [
        f"{currency} {scale}".strip()
        for currency in sorted(currencies)
        for scale in ("million", "thousand", "billion", "")
    ]
    periods = Counter(
        (one.period.start, one.period.end) for one in document.bound if one.outcome == "used" and one.period
    )
    ranked = [days for days, _ in periods.most_common()]
    return _Printed(
        list(dict.fromkeys([*(unit for unit, _ in units.most_common()), *usual]))[:4],
        distinct([*recent_periods(printed_document.day_of(document.record["published"]), entity), *ranked]),
    )
