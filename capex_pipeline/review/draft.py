"""The draft of a review: figures, questions that a person has to answer, and mentions that belong in no table.

Add here what makes a figure or a mention questionable, and what is offered in answer. The layout of the file belongs to `review_file`, the
rules that a finished review has to keep to `checks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from capex_pipeline.article.confidence import CARRIED_PERIOD, GUESSED_PERIOD
from capex_pipeline.article.drafted_rows import document_of, figure_id, figure_record, read_body, written
from capex_pipeline.article.extraction import Figure, Outcome, Reading
from capex_pipeline.article.front_matter import ArticleText
from capex_pipeline.article.lexicon import Entity, Vocabulary
from capex_pipeline.article.period_dates import Days
from capex_pipeline.article.quantities import NO_NUMBER
from capex_pipeline.sources.figure_yaml import DRAFT
from capex_pipeline.values.fiscal_calendar import TOLERANCE_DAYS

CONFIRMED: Final = "Confirmed: "
"""Begins a reason of the machine with which a person agreed."""
FIGURE_KEYS: Final = (
    "id", "locator", "span", "quote", "question", "readings", "reason", "entity", "metric", "measure", "definition", "segment", "supplier", "product", "customer",
    "flow", "period", "period_start", "period_end", "value", "value_low", "value_high", "unit", "bound", "status", "claimant", "same_fact_as",
    "note", "confidence",
)  # fmt: skip
REQUIRED: Final = ("entity", "metric", "period", "value", "unit", "claimant")
"""Keys without which an entry is no figure."""


def required_keys(review: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys without which an entry of this review is no figure: a company's own document needs no claimant."""
    document = review.get("document")
    is_article = not isinstance(document, Mapping) or document.get("source_type") in (None, "article")
    return REQUIRED if is_article else tuple(key for key in REQUIRED if key != "claimant")


CLAIMANTS: Final = ("company", "executive", "analyst", "anonymous", "publication")
MOST_READINGS: Final = 4
WHO: Final = "Who is the claimant?"
"""Asks for the claimant, alone or after the question for the period."""
CLOUD_AND_CAPEX: Final = ("capex", "cloud_revenue")
_LONGEST_QUARTER: Final = 100
_LOOSE: Final = ("Context: ", "A percentage", "A count", "A part", "No word near")
"""How the reasons begin that rest on one word near a quantity, unlike those that rest on the form of the sentence."""
_FIRM: Final = 0.87
"""A figure less probable than this is asked about."""


def review_mapping(article: ArticleText, vocabulary: Vocabulary, document_id: str) -> dict[str, Any]:
    """The review of an article as plain data: document, state, and each mention once, under `undecided`, `figures` or `ignored`."""
    reading = read_body(article, vocabulary, suggests=True)
    by_number: dict[int, list[Figure]] = {}
    for figure in reading.figures:
        by_number.setdefault(figure.number, []).append(figure)
    undecided: list[dict[str, Any]] = []
    figures: list[dict[str, Any]] = []
    ignored: list[dict[str, Any]] = []
    for outcome in reading.outcomes:
        for figure in by_number.get(outcome.number, ()):
            entry = {**figure_entry(figure, vocabulary), **_question(figure, reading, article.published, vocabulary)}
            (undecided if "question" in entry else figures).append(_ordered(entry))
        if outcome.number in by_number:
            continue
        if not _may_be_figure(outcome):
            ignored.append(ignored_entry(outcome))
        else:
            entry = suggested_entry(outcome, vocabulary, article.published)
            undecided.append(_ordered({**entry, "question": _asked(outcome, len(entry.get("readings", ())) > 1)}))
    return {
        "document": document_of(article, document_id), "state": DRAFT, "undecided": undecided, "figures": figures, "ignored": ignored,
    }  # fmt: skip


def suggestions(article: ArticleText, vocabulary: Vocabulary) -> dict[tuple[int, int], dict[str, Any]]:
    """What is known of each mention that the machine did not use, as an entry of a review, by the span of the mention."""
    outcomes = read_body(article, vocabulary, suggests=True).outcomes
    return {
        (one.mention.start, one.mention.end): suggested_entry(one, vocabulary, article.published)
        for one in outcomes
        if one.outcome != "used"
    }


def figure_entry(figure: Figure, vocabulary: Vocabulary) -> dict[str, Any]:
    """A drafted figure as an entry of a review."""
    record: dict[str, Any] = figure_record(figure, vocabulary)
    mention = figure.mention
    record.update(span=[mention.start, mention.end], quote=_flat(mention.text), confidence=figure.confidence)
    del record["period_start"], record["period_end"]
    return _ordered(record)


def suggested_entry(outcome: Outcome, vocabulary: Vocabulary, published: date | None) -> dict[str, Any]:
    """A mention that was not used as an entry of a review, with what is known of it. More than one reading of its period is under `readings`."""
    mention, hint = outcome.mention, outcome.suggestion
    record: dict[str, Any] = {
        "id": figure_id(outcome.number), "locator": f"paragraph {outcome.paragraph}", "span": [mention.start, mention.end],
        "quote": _flat(mention.text), "bound": mention.bound or None, "reason": machine_reason(outcome),
    }  # fmt: skip
    if mention.certain:
        cell = written(mention, (hint.metric if hint else None) or "", hint.sign if hint else 1)
        record |= {"value": cell.value, "unit": cell.unit}
    if hint is not None:
        record |= {name: getattr(hint, name) for name in ("entity", "metric", "measure", "status", "claimant")}
        entity = vocabulary.entities.get(hint.entity or "")
        periods = list(hint.periods)
        if len(periods) == 1 and period_misfit(hint.metric or "", hint.status, periods[0], entity):
            periods = [*_recent(published, entity), *periods]
        labels = _distinct(periods)[:MOST_READINGS]
        record |= {"period": labels[0]} if len(labels) == 1 else {"readings": labels or None}
        if hint.entity and hint.metric:
            record["definition"] = vocabulary.definition(
                hint.entity, hint.metric, hint.status, labels[0] if labels else ""
            )
    return _ordered(record)


def ignored_entry(outcome: Outcome) -> dict[str, Any]:
    """A mention that belongs in no table, with the machine's reason."""
    mention = outcome.mention
    return {
        "id": figure_id(outcome.number), "span": [mention.start, mention.end], "text": _flat(mention.text), "reason": machine_reason(outcome),
    }  # fmt: skip


def _may_be_figure(outcome: Outcome) -> bool:
    """Whether a person has to look at a mention that was not used."""
    if outcome.mention.reason == NO_NUMBER:
        return False
    if outcome.outcome != "context":
        return True
    return is_dropped(outcome)


def is_dropped(outcome: Outcome) -> bool:
    """Whether a mention was set aside for a word of another measure although a known company and one of its metrics stand beside it."""
    return (
        outcome.outcome == "context"
        and outcome.suggestion is not None
        and outcome.suggestion.is_near
        and outcome.reason.startswith(_LOOSE)
    )


def machine_reason(outcome: Outcome) -> str:
    """Why the machine leaves a mention out."""
    return outcome.reason or "No table has a place for it."


def _asked(outcome: Outcome, is_open: bool) -> str:
    why = machine_reason(outcome)
    if outcome.outcome == "context":
        why = "The machine left it out, but a word of the metric stands beside it."
    return f"{why} {'Is it a figure, and of which period?' if is_open else 'Is it a figure?'}"


def _question(figure: Figure, reading: Reading, published: date | None, vocabulary: Vocabulary) -> dict[str, Any]:
    """The question about a drafted figure and the readings to choose from; empty where nothing is in doubt."""
    entity, evidence = vocabulary.entities.get(figure.entity), figure.evidence
    days = (figure.start, figure.end)
    misfit = period_misfit(figure.metric, figure.status, days, entity)
    # A period is asked about that was guessed; one that was carried only if it is long: a year may be one sentence's alone.
    is_quarter = (days[1] - days[0]).days < _LONGEST_QUARTER
    doubted = GUESSED_PERIOD if is_quarter else GUESSED_PERIOD | CARRIED_PERIOD
    if misfit or not doubted.isdisjoint(evidence):
        others = [
            (other.start, other.end)
            for other in reading.figures
            if other.entity == figure.entity and abs(other.paragraph - figure.paragraph) <= 1 and not other.is_base
        ]
        readings = (
            [*_recent(published, entity), *others, days] if misfit else [days, *_recent(published, entity), *others]
        )
        why = misfit or "The sentence does not name the period."
        return {
            "question": f"{why} Which period is meant?{'' if figure.is_claimant_sure else f' {WHO}'}",
            "readings": _distinct(readings)[:MOST_READINGS],
        }
    if not figure.is_claimant_sure:
        return {"question": f"The words leave open who says so. {WHO}"}
    if figure.confidence < _FIRM:
        return {"question": "The machine is not sure of this figure. Is it right?"}
    return {}


def period_misfit(metric: str, status: str, days: Days, entity: Entity | None) -> str:
    """Why a company's reported money cannot be of these days: they do not end with one of its quarters. Empty where they can.

    Only periods of up to a year are judged; a company whose fiscal year is not known is not.
    """
    if metric not in CLOUD_AND_CAPEX or status != "reported" or entity is None or entity.calendar is None:
        return ""
    if entity.type == "group" or (days[1] - days[0]).days > 380:
        return ""
    ends = [end for _, end in _quarters(entity, days[1])]
    if any(abs((end - days[1]).days) <= TOLERANCE_DAYS for end in ends):
        return ""
    return f"No quarter of {entity.entity_id} ends near {days[1]}."


def _quarters(entity: Entity, day: date) -> list[Days]:
    """The quarters of a company from a year before a day to a year after it."""
    assert entity.calendar is not None
    years = [year for year in (day.year - 1, day.year, day.year + 1) if 1990 <= year <= 2100]
    return [entity.calendar.quarter_bounds(year, quarter) for year in years for quarter in (1, 2, 3, 4)]


def _recent(published: date | None, entity: Entity | None) -> list[Days]:
    """The last quarter that a company can have reported on a day, and its fiscal year up to that quarter."""
    if published is None or entity is None or entity.calendar is None:
        return []
    ended = [days for days in _quarters(entity, published) if days[1] + timedelta(days=7) <= published]
    if not ended:
        return []
    calendar, last = entity.calendar, max(ended, key=lambda days: days[1])
    start = next(
        first
        for first, end in (calendar.year_bounds(year) for year in (last[1].year, last[1].year + 1))
        if first <= last[1] <= end
    )
    return [last, (start, last[1])]


def _distinct(periods: Iterable[Days]) -> list[str]:
    return list(dict.fromkeys(map(_label, periods)))


def _label(days: Days) -> str:
    return f"{days[0].isoformat()}/{days[1].isoformat()}"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _ordered(record: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of an entry in the order of the file, without those that are missing."""
    return {key: record[key] for key in FIGURE_KEYS if record.get(key) not in (None, "", [])}
