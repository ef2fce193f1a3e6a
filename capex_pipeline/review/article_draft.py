"""Turns an article into the source of a review: its sentences and amounts, the draft, and the questions for the reviewer.

Add here what makes a figure or a mention of an article questionable, and what is offered in answer. Company documents belong to
`document_draft`, the layout of the file to `review_file`, the rules that a finished review has to keep to `checks`.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import date
from typing import Any, Final

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.confidence import CARRIED_PERIOD, GUESSED_PERIOD, is_literal
from capex_pipeline.article.drafted_rows import document_of, figure_id, figure_record, read_body, written
from capex_pipeline.article.each_quarter import EACH_QUARTER
from capex_pipeline.article.extraction import Figure, Outcome, Reading, Suggestion
from capex_pipeline.article.front_matter import ArticleText
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.quantities import NO_NUMBER, find_quantities
from capex_pipeline.article.sentences import split_sentences
from capex_pipeline.review.chip_counts import WHOSE_COUNT, counts, is_of_others
from capex_pipeline.review.directions import directions
from capex_pipeline.review.entries import (
    MOST_READINGS,
    NAMED_DEFINITION,
    NAMED_METRIC,
    NO_TABLE,
    ONLY_WHO,
    WHO,
    begun,
    distinct,
    flat,
    ordered,
)
from capex_pipeline.review.named_metrics import is_of_named_metric, with_named_metric
from capex_pipeline.review.reportable_periods import is_far_quarter, period_misfit, recent_periods, year_before
from capex_pipeline.review.source import Amount, Drafted, Passage, Source
from capex_pipeline.sources.figure_yaml import DRAFT
from capex_pipeline.values.grouping import first_of_each, grouped
from capex_pipeline.values.periods import LONGEST_QUARTER

_NINE_MONTHS: Final = (250, 290)
"""Days, from and to."""
_LOOSE: Final = ("Context: ", "A percentage", "A count", "A part", "No word near")
"""How the reasons begin that rest on one word near a quantity, unlike those that rest on the form of the sentence."""
_OF_SHARES: Final = "Context: share price"
"""How the reason begins of a percentage by which shares rose or fell; it is no growth of a metric that the sentence names too."""
_PLANS: Final = ("No word near", "A part of another amount", "Spending, without a word", "Context: other cost")
"""How the reasons begin with which a plan of a known company is asked about, since its metric often stands in the sentence before."""
RECOUNT: Final = "It may be a count of the chips that are spoken of."
_PLAN_WORDS: Final = frozenset(("status_guidance", "status_forecast"))
"""Evidence of a figure whose words speak of a plan."""
_MINUS: Final = ("minus", "negative")
_MEASURES: Final = {"percent": "yoy_growth", "multiple": "yoy_multiple"}
"""Of a mention whose measure the words leave open: such a number is no level."""
_FIRM: Final = 0.8
"""A figure less probable than this is asked about."""


def article_source(article: ArticleText, vocabulary: Vocabulary, name: str) -> Source:
    """An article as it is reviewed. name: of its file; what stands before the ending is the document's id where the text gives none."""
    reading = read_body(article, vocabulary, suggests=True)
    sentences = passages(article)
    reading.outcomes = [with_named_metric(outcome, sentences, vocabulary) for outcome in reading.outcomes]
    counted = _counted_by_others(reading, sentences, article.body, vocabulary)
    amounts = _amounts(reading, vocabulary, counted)
    bases = {figure.mention.start for figure in reading.figures if figure.is_base}
    # "higher than the $32bn of the year before": the amount is the base, and the plan has none.
    ahead = directions(sentences, [one for one in amounts if one.span[0] not in bases], vocabulary)
    lists = _entries(reading, article.published, vocabulary, counted)
    lists["ignored"] += [
        {"id": one.known["id"], "span": one.known["span"], "text": one.known["quote"], "reason": one.known["reason"]}
        for one in ahead
    ]
    lists["ignored"].sort(key=lambda entry: entry["span"])
    document = document_of(article, name.rsplit(".", 1)[0])
    known = {
        (one.mention.start, one.mention.end): suggested_entry(one, vocabulary, article.published)
        for one in reading.outcomes
        if one.outcome != "used"
    }
    return Source(
        name,
        "article",
        document,
        vocabulary,
        sentences,
        sorted([*amounts, *(one.amount for one in ahead)], key=lambda one: one.span),
        len(article.body),
        {"document": document, "state": DRAFT, **lists},
        {**known, **{one.amount.span: one.known for one in ahead}},
        article,
    )


def passages(article: ArticleText) -> list[Passage]:
    """The sentences of an article in order."""
    plain = plain_text(article.body)
    drafted = []
    for sentence in split_sentences(plain):
        start, end = plain.span(sentence.start, sentence.end)
        drafted.append(Passage(article.body[start:end], start, end, f"paragraph {sentence.paragraph}"))
    return drafted


def _counted_by_others(
    reading: Reading, sentences: Sequence[Passage], text: str, vocabulary: Vocabulary
) -> dict[str, Mapping[str, str]]:
    """Claimant and status of the counts of chips of which the text does not say that the company gives them, by the id of the figure."""
    counted: dict[str, Mapping[str, str]] = {}
    for figure in reading.figures:
        start = figure.mention.start
        sentence = next((one.text for one in sentences if one.start <= start < one.end), "")
        if is_of_others(figure, sentence, vocabulary):
            first = counts(text, sentence, vocabulary)[0]
            status = figure.status if figure.status == "forecast" else first.status
            counted[figure_id(figure.number, figure.part)] = {"status": status, "claimant": first.claimant}
    return counted


def _amounts(reading: Reading, vocabulary: Vocabulary, counted: Container[str]) -> list[Amount]:
    drafted: dict[int, list[Drafted]] = {}
    for figure in reading.figures:
        one = drafted_of(figure, vocabulary)
        sure = one.sure - {"status", "claimant"} if one.identity in counted else one.sure
        drafted.setdefault(figure.number, []).append(one._replace(sure=sure))
    return [
        amount_of(
            as_amount(outcome.mention),
            (outcome.mention.start, outcome.mention.end),
            f"paragraph {outcome.paragraph}",
            tuple(drafted.get(outcome.number, ())),
            _doubtful(outcome),
            machine_reason(outcome),
            outcome.suggestion.unknown_owner if outcome.suggestion else "",
        )
        for outcome in reading.outcomes
    ]


def amount_of(
    mention: Mention,
    span: tuple[int, int],
    place: str,
    drafted: tuple[Drafted, ...],
    doubtful: str = "",
    reason: str = "",
    unknown_owner: str = "",
) -> Amount:
    """A mention of a text as an amount of a source."""
    numbers = {round(abs(number), 6) for number in (mention.low, mention.value, mention.high) if number is not None}
    return Amount(
        span,
        mention.text,
        place,
        mention.kind,
        mention.currency,
        tuple(sorted(numbers)),
        drafted,
        doubtful,
        reason,
        unknown_owner=unknown_owner,
    )


def _doubtful(outcome: Outcome) -> str:
    hint = outcome.suggestion
    is_asked = is_dropped(outcome) or (outcome.outcome not in ("used", "context") and may_be_figure(outcome))
    is_read = is_asked and hint is not None and outcome.mention.certain and bool(hint.entity and hint.metric)
    return f"{hint.entity}, {hint.metric}" if is_read and hint is not None else ""


def drafted_of(figure: Figure, vocabulary: Vocabulary) -> Drafted:
    """A figure of a text with the parts that its words state without doubt."""
    entity, evidence, days = vocabulary.entities.get(figure.entity), figure.evidence, (figure.start, figure.end)
    sure = {part for part in ("entity", "status") if is_literal(evidence, part)}
    if figure.is_claimant_sure:
        sure.add("claimant")
    if is_literal(evidence, "period") and not period_misfit(figure.metric, figure.status, days, entity):
        sure.add("period")
    return Drafted(
        figure_id(figure.number, figure.part),
        figure.entity,
        figure.metric,
        figure.measure,
        days,
        figure.status,
        figure.claimant,
        frozenset(sure),
    )


def _entries(
    reading: Reading, published: date | None, vocabulary: Vocabulary, counted: Mapping[str, Mapping[str, str]]
) -> dict[str, list[dict[str, Any]]]:
    """Each mention once, under `undecided`, `figures` or `ignored`. counted: as of `_counted_by_others`."""
    by_number = grouped((figure.number, figure) for figure in reading.figures)
    lists: dict[str, list[dict[str, Any]]] = {"undecided": [], "figures": [], "ignored": []}
    planned: set[tuple[int, str | None, str | None]] = set()
    for outcome in reading.outcomes:
        for figure in by_number.get(outcome.number, ()):
            entry = {**figure_entry(figure, vocabulary), **figure_question(figure, reading, published, vocabulary)}
            if entry["id"] in counted:
                is_asked = entry.get("question", ONLY_WHO) != ONLY_WHO
                entry |= {**counted[entry["id"]], **({} if is_asked else {"question": WHOSE_COUNT})}
            lists["undecided" if "question" in entry else "figures"].append(ordered(entry))
            if figure.status in ("guidance", "forecast"):
                planned.add((figure.paragraph, figure.entity, figure.claimant))
        if outcome.number in by_number:
            continue
        hint = outcome.suggestion
        matter = (outcome.paragraph, hint.entity if hint else None, hint.claimant if hint else None)
        # Of the plans that one side states in a paragraph for one company the first is asked about; the others are mostly those that it replaces.
        if may_be_figure(outcome) and not (is_plan(outcome) and matter in planned):
            lists["undecided"] += asked_entries(outcome, vocabulary, published)
        else:
            lists["ignored"].append(ignored_entry(outcome))
        if is_plan(outcome):
            planned.add(matter)
    _share_readings(lists["undecided"])
    return lists


def _share_readings(undecided: list[dict[str, Any]]) -> None:
    """Numbers of one paragraph, company and metric of which one has a doubtful period: the others' period is as doubtful, so one answer serves all."""
    doubted = first_of_each((_matter(entry), entry["readings"]) for entry in undecided if entry.get("readings"))
    for entry in undecided:
        readings = doubted.get(_matter(entry))
        if readings and not entry.get("readings") and entry.get("period"):
            entry["readings"] = list(dict.fromkeys([entry["period"], *readings]))[:MOST_READINGS]


def _matter(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return entry.get("locator"), entry.get("entity"), entry.get("metric")


def figure_entry(figure: Figure, vocabulary: Vocabulary) -> dict[str, Any]:
    """A drafted figure as an entry of a review."""
    record: dict[str, Any] = figure_record(figure, vocabulary)
    mention = figure.mention
    record.update(span=[mention.start, mention.end], quote=flat(mention.text), confidence=figure.confidence)
    del record["period_start"], record["period_end"]
    return ordered(record)


def suggested_entry(outcome: Outcome, vocabulary: Vocabulary, published: date | None) -> dict[str, Any]:
    """A mention that was not used as an entry of a review, with what is known of it. More than one reading of its period is under `readings`."""
    mention, hint = outcome.mention, outcome.suggestion
    record: dict[str, Any] = {
        "id": figure_id(outcome.number),
        "locator": f"paragraph {outcome.paragraph}",
        "span": [mention.start, mention.end],
        "quote": flat(mention.text),
        "bound": mention.bound or None,
        "reason": machine_reason(outcome),
    }
    if mention.certain:
        cell = written(mention, (hint.metric if hint else None) or "", hint.sign if hint else 1)
        record |= {"value": cell.value, "unit": cell.unit}
    elif (positive := without_minus(mention)) is not None:
        cell = written(positive)
        record |= {"value": f"-{cell.value}", "unit": cell.unit}
    if hint is not None:
        record |= {name: getattr(hint, name) for name in ("entity", "metric", "measure", "status", "claimant")}
        record["measure"] = measure_of(hint.measure, mention)
        entity = vocabulary.entities.get(hint.entity or "")
        periods = list(hint.periods)
        if len(periods) == 1 and period_misfit(hint.metric or "", hint.status, periods[0], entity):
            periods = [*recent_periods(published, entity), *periods]
        labels = distinct(periods)
        record |= {"period": labels[0]} if len(labels) == 1 else {"readings": labels or None}
        if hint.entity and hint.metric:
            record["definition"] = hint.definition or vocabulary.definition(
                hint.entity, hint.metric, hint.status, periods[0][0].isoformat() if periods else ""
            )
    return ordered(record)


def measure_of(measure: str | None, mention: Mention) -> str | None:
    """The measure of a mention, where the words leave it open: a percentage is no level."""
    return _MEASURES.get(mention.kind, "level") if measure == "level" else measure


def without_minus(mention: Mention) -> Mention | None:
    """The amount of a mention that a word or sign makes negative, which the rules do not read ("minus $11.6 billion"); None for any other mention."""
    word, _, rest = mention.text.partition(" ")
    if word.casefold() not in _MINUS:
        return None
    found = find_quantities(rest)
    return found[0] if len(found) == 1 and found[0].certain and found[0].text == rest else None


def as_amount(mention: Mention) -> Mention:
    """A mention with the number and unit that it has without its minus."""
    positive = without_minus(mention)
    return mention if positive is None else positive._replace(text=mention.text)


def ignored_entry(outcome: Outcome) -> dict[str, Any]:
    """A mention that belongs in no table, with the machine's reason."""
    mention = outcome.mention
    return {
        "id": figure_id(outcome.number),
        "span": [mention.start, mention.end],
        "text": flat(mention.text),
        "reason": machine_reason(outcome),
    }


def may_be_figure(outcome: Outcome) -> bool:
    """Whether a person has to look at a mention that was not used."""
    if outcome.mention.reason == NO_NUMBER:
        return False
    if outcome.outcome != "context":
        return True
    return is_dropped(outcome) or is_plan(outcome)


def is_plan(outcome: Outcome) -> bool:
    """Whether a mention that was set aside may be guidance or a forecast of a known company or group: "narrowed its range to $70bn-$72bn"."""
    hint = outcome.suggestion
    return (
        outcome.reason.startswith(_PLANS)
        and hint is not None
        and hint.status in ("guidance", "forecast")
        and outcome.mention.kind == "money"
        and bool(hint.entity and hint.metric in ("capex", "cloud_revenue"))
    )


def is_dropped(outcome: Outcome) -> bool:
    """Whether a mention was set aside for a word of another measure although a known company and one of its metrics stand beside it."""
    return (
        outcome.outcome == "context"
        and outcome.suggestion is not None
        and outcome.suggestion.is_near
        and outcome.reason.startswith(_LOOSE)
        and not (outcome.reason.startswith(_OF_SHARES) and outcome.mention.kind != "money")
    )


def machine_reason(outcome: Outcome) -> str:
    """Why the machine leaves a mention out."""
    return begun(outcome.reason or NO_TABLE)


def asked_entry(outcome: Outcome, vocabulary: Vocabulary, published: date | None) -> dict[str, Any]:
    """A mention that may be a figure, with what is known of it and the question that a person has to answer."""
    entry = suggested_entry(outcome, vocabulary, published)
    why = machine_reason(outcome)
    if is_dropped(outcome):
        is_recount = outcome.mention.kind == "count"
        why = RECOUNT if is_recount else "The machine left it out, but a word of the metric stands beside it."
        if is_of_named_metric(outcome):
            why = f"{NAMED_METRIC}: {entry['metric'].replace('_', ' ')}."
    if outcome.suggestion is not None and outcome.suggestion.definition:
        why = f"{NAMED_DEFINITION}: {outcome.suggestion.definition.replace('_', ' ')}."
    asked = "Is it a figure, and of which period?" if len(entry.get("readings", ())) > 1 else "Is it a figure?"
    return ordered({**entry, "question": f"{why} {asked}"})


def asked_entries(outcome: Outcome, vocabulary: Vocabulary, published: date | None) -> list[dict[str, Any]]:
    """The entries of a mention that may be a figure: one for each company that has the number ("each took 230,000"), and one for each quarter for which it
    holds."""
    hint = outcome.suggestion
    hints: list[Suggestion | None] = [hint]
    if hint is not None and outcome.reason == EACH_QUARTER:
        status = "guidance" if hint.claimant in ("company", "executive") else "forecast"
        hints = [hint._replace(periods=(days,), status=status) for days in hint.periods]
    elif hint is not None:
        hints = [hint._replace(entity=owner) for owner in (hint.entity, *hint.others)]
    entries = []
    for part, one in enumerate(hints):
        entry = asked_entry(outcome._replace(suggestion=one), vocabulary, published)
        entries.append({**entry, "id": figure_id(outcome.number, part)})
    return entries


def figure_question(figure: Figure, reading: Reading, published: date | None, vocabulary: Vocabulary) -> dict[str, Any]:
    """The question about a drafted figure and the readings to choose from; empty where nothing is in doubt."""
    entity, evidence = vocabulary.entities.get(figure.entity), figure.evidence
    days = (figure.start, figure.end)
    misfit = period_misfit(figure.metric, figure.status, days, entity)
    # A period is asked about that was guessed; one that was carried only if it is long: a year may be one sentence's alone.
    doubted = GUESSED_PERIOD if (days[1] - days[0]).days < LONGEST_QUARTER else GUESSED_PERIOD | CARRIED_PERIOD
    if misfit or not doubted.isdisjoint(evidence):
        others = [
            (other.start, other.end)
            for other in reading.figures
            if other.entity == figure.entity and abs(other.paragraph - figure.paragraph) <= 1 and not other.is_base
        ]
        recent = recent_periods(published, entity)
        readings = [*recent, *others, days] if misfit else [days, *recent, *others]
        why = misfit or "The sentence does not name the period."
        return {
            "question": f"{why} Which period is meant?{'' if figure.is_claimant_sure else f' {WHO}'}",
            "readings": distinct(readings),
        }
    is_nine_months = _NINE_MONTHS[0] <= (days[1] - days[0]).days <= _NINE_MONTHS[1]
    seldom = "a quarter so far ahead" if is_far_quarter(days, published) else "nine months" if is_nine_months else ""
    if figure.status in ("guidance", "forecast") and seldom:
        return {
            "question": f"Plans are seldom for {seldom}, and the amount may be what was spent. Which period is meant?",
            "readings": distinct([(year_before(days[0]), year_before(days[1])), days]),
        }
    if figure.status == "reported" and not _PLAN_WORDS.isdisjoint(evidence) and not figure.is_base:
        return {
            "question": "The words speak of a plan, and its period is over. Is it the plan or what was spent?",
            "readings": distinct([days]),
        }
    if not figure.is_claimant_sure:
        return {"question": ONLY_WHO}
    if figure.confidence < _FIRM:
        return {"question": "The machine is not sure of this figure. Is it right?"}
    return {}
