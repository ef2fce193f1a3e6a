"""Checks of a review: what a person still has to do, and where the machine reads the text otherwise.

Add here a rule that a finished review has to keep. Drafting belongs to `draft`, the layout of the file to `review_file`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.confidence import is_literal
from capex_pipeline.article.drafted_rows import figure_id, read_body
from capex_pipeline.article.extraction import Figure, Reading
from capex_pipeline.article.front_matter import ArticleText
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.quantities import find_quantities
from capex_pipeline.article.tokens import tokenise
from capex_pipeline.review.draft import CLAIMANTS, is_dropped, machine_reason, period_misfit
from capex_pipeline.review.review_file import LISTS, entries_of, span_of
from capex_pipeline.schemas.vocabulary import MEASURES, STATUSES
from capex_pipeline.sources.figure_yaml import DRAFT
from capex_pipeline.values.periods import Period, PeriodError, parse_period
from capex_pipeline.values.units import QuantityError, UnitError, parse_unit, parse_value

MOST_ENTRIES: Final = 4_000
"""Of a review; twice the figures that an article may have."""

_REPORTED_LATE: Final = timedelta(days=130)
"""After this long a finished period has been reported, and nobody expects anything of it."""
_TALLY_EARLY: Final = {"reported": timedelta(days=10), "estimate": timedelta(days=45)}
"""How long before the end of a period its figure may be published."""


@dataclass(frozen=True)
class ReviewFinding:
    """One thing that a person has to do (problem), or a difference from the machine's reading (warning). rule is a short stable name."""

    severity: str
    rule: str
    message: str


def check_review(
    review: Mapping[str, Any], article: ArticleText, vocabulary: Vocabulary | None = None
) -> list[ReviewFinding]:
    """What a person has to do before a review is finished; with a vocabulary also what does not fit the text. Every finding is a problem.

    A difference from what the text plainly says needs a reason in the figure's `note:`, which settles it.
    """
    if (refused := _too_large(review)) is not None:
        return [refused]
    mentions = find_quantities(plain_text(article.body))
    findings = list(_check_layout(review))
    figures, ignored, undecided = (entries_of(review, part) for part in ("figures", "ignored", "undecided"))
    findings += _check_undecided(undecided)
    findings += _check_figures(figures, mentions, article)
    findings += _check_ignored(ignored, article)
    reading = Reading()
    if vocabulary is not None:
        reading = read_body(article, vocabulary, suggests=True)
        findings += _check_names(figures, vocabulary)
        findings += _check_fit(figures, article, vocabulary)
        findings += _check_claimants(figures, article, vocabulary)
        findings += _check_against_text(figures, reading, article, vocabulary)
        findings += _check_lost(ignored, reading, article)
    spans = [span for entry in (*figures, *ignored, *undecided) if (span := _span(entry, article)) is not None]
    findings += _check_left_out(mentions, spans, reading)
    if review.get("state") == DRAFT and not findings:
        findings.append(
            _problem(
                "draft",
                "Every figure passes; when you have compared each with its sentence, delete the line `state: draft`.",
            )
        )
    return findings


def _check_left_out(mentions: list[Mention], spans: list[tuple[int, int]], reading: Reading) -> Iterator[ReviewFinding]:
    for mention in mentions:
        if any(start < mention.end and mention.start < end for start, end in spans):
            continue
        drafted = _drafted_at(reading.figures, (mention.start, mention.end))
        known = f" The machine reads it as {drafted[0].entity}, {drafted[0].metric}." if drafted else ""
        yield _problem(
            "mention_left_out", f"{_where(mention)} is in no list; add it to `figures:` or `ignored:`.{known}"
        )


def compare_with_machine(
    review: Mapping[str, Any], article: ArticleText, vocabulary: Vocabulary
) -> list[ReviewFinding]:
    """Where the machine reads the words of a review otherwise, as warnings. The reviewer is right; the list is for improving the rules.

    Rules: entity_differs, metric_differs, measure_differs, period_differs, machine_ignored, machine_used.
    """
    if _too_large(review) is not None:
        return []
    return list(_differences(entries_of(review, "figures"), article, vocabulary))


def _too_large(review: Mapping[str, Any]) -> ReviewFinding | None:
    """The finding on a review with more entries than are checked: each entry is compared with each mention of the text."""
    entries = sum(len(entries_of(review, part)) for part in LISTS)
    if entries <= MOST_ENTRIES:
        return None
    return _problem(
        "layout",
        f"The review has {entries:,} entries, and at most {MOST_ENTRIES:,} are checked; none of them was. Split the article and its review.",
    )


def _check_undecided(undecided: list[dict[str, Any]]) -> Iterator[ReviewFinding]:
    for number, entry in enumerate(undecided, start=1):
        question = str(entry.get("question") or "Is it a figure?")
        readings = entry.get("readings")
        offered = f" Readings: {' or '.join(map(str, readings))}." if isinstance(readings, list) and readings else ""
        yield _problem(
            "undecided",
            f"{_name(entry, number)} ({_quote(entry)!r}) waits for your decision. {question}{offered} "
            "Move it to `figures:`, or to `ignored:` with a reason.",
        )


def _check_fit(figures: list[dict[str, Any]], article: ArticleText, vocabulary: Vocabulary) -> Iterator[ReviewFinding]:
    """Periods, statuses and claimants that do not fit each other or the day of publication."""
    for number, figure in enumerate(figures, start=1):
        name, status, kind = _name(figure, number), str(figure.get("status") or ""), str(figure.get("claimant") or "")
        if status and status not in STATUSES:
            yield _problem("status_unknown", f"{name} has the status {status!r}; choose one of {', '.join(STATUSES)}.")
        measure = str(figure.get("measure") or "level")
        if measure not in MEASURES:
            yield _problem(
                "measure_unknown", f"{name} has the measure {measure!r}; choose one of {', '.join(MEASURES)}."
            )
        period = _period_of(figure, vocabulary)
        if period is not None:
            yield from _check_period(name, figure, period, article.published, vocabulary)
        fitting = _STATUSES_OF.get(kind)
        if fitting and status in STATUSES and status not in fitting:
            yield _problem(
                "status_misfit",
                f"{name} has the status {status} and the claimant {kind}; a statement of {_NOUNS[kind]} is {' or '.join(fitting)}. "
                "Correct one of the two.",
            )


_STATUSES_OF: Final = {
    "company": ("reported", "guidance", "derived"),
    "executive": ("reported", "guidance", "derived", "estimate"),
    "analyst": ("estimate", "forecast", "reported"),
    "anonymous": ("estimate", "forecast", "reported"),
}
_NOUNS: Final = {
    "company": "a company", "executive": "an executive", "analyst": "an analyst", "anonymous": "an unnamed source",
}  # fmt: skip


def _check_period(
    name: str, figure: Mapping[str, Any], period: Period, published: date | None, vocabulary: Vocabulary
) -> Iterator[ReviewFinding]:
    status, days = str(figure.get("status") or "reported"), f"{period.start}/{period.end}"
    early = _TALLY_EARLY.get(status)
    if published is not None and early is not None and period.end > published + early:
        yield _problem(
            "period_not_over",
            f"{name} is {status} for {days}, which was not over when the article was published ({published}). Correct the period, or make the "
            "status guidance or forecast.",
        )
    if published is not None and status in ("guidance", "forecast") and period.end + _REPORTED_LATE < published:
        yield _problem(
            "period_over",
            f"{name} is {status} for {days}, which was over long before the article was published ({published}). Correct the period, or make the "
            "status reported or estimate.",
        )
    entity = vocabulary.entities.get(vocabulary.resolve(str(figure.get("entity") or "")))
    misfit = period_misfit(str(figure.get("metric")), status, (period.start, period.end), entity)
    if misfit and not figure.get("note"):
        yield _problem(
            "period_misfit", f"{name}: {misfit} Correct the period {days}, or say in `note:` why it is right."
        )


def _check_claimants(
    figures: list[dict[str, Any]], article: ArticleText, vocabulary: Vocabulary
) -> Iterator[ReviewFinding]:
    """Claimants that are missing, or of whom the text says nothing."""
    text = f"{article.body}\n{article.front.get('title', '')}\n{article.front.get('publisher', '')}"
    words = set(tokenise(plain_text(text)).words)
    kinds = {cue.value for cue in vocabulary.find_cues(tokenise(plain_text(article.body))) if cue.kind == "claimant"}
    for number, figure in enumerate(figures, start=1):
        name, claimant = _name(figure, number), str(figure.get("claimant") or "").strip()
        if not claimant:
            yield _problem(
                "claimant_missing", f"{name} has no claimant; enter who says so: {', '.join(CLAIMANTS)}, or a name."
            )
        elif claimant in ("analyst", "anonymous", "executive"):
            if claimant not in kinds and not figure.get("note"):
                yield _problem(
                    "claimant_not_in_text",
                    f"{name} has the claimant {claimant}, and the text speaks of {_NOUNS[claimant]} nowhere. Correct the claimant.",
                )
        elif claimant not in CLAIMANTS and vocabulary.resolve(claimant) not in vocabulary.entities:
            unseen = [word for word in tokenise(plain_text(claimant)).words if word.isalpha() and word not in words]
            if unseen and not figure.get("note"):
                yield _problem(
                    "claimant_not_in_text",
                    f"{name} has the claimant {claimant!r}; the text has no {', '.join(map(repr, unseen))}. Write the name as the text has it.",
                )


def claimant_kind(claimant: str, vocabulary: Vocabulary, publisher: str = "") -> str | None:
    """The kind of a claimant given by a name ("Omdia" is an analyst, a known company a company); None where it cannot be told."""
    if claimant in CLAIMANTS:
        return claimant
    if vocabulary.resolve(claimant) in vocabulary.entities:
        return "company"
    if publisher and claimant.casefold() == publisher.casefold():
        return "publication"
    cues = vocabulary.find_cues(tokenise(plain_text(claimant)))
    return next((cue.value for cue in cues if cue.kind == "claimant"), None)


def _check_against_text(
    figures: list[dict[str, Any]], reading: Reading, article: ArticleText, vocabulary: Vocabulary
) -> Iterator[ReviewFinding]:
    """Parts of a figure that differ from what the text says in so many words, unless a note gives the reason."""
    for number, figure in enumerate(figures, start=1):
        span = _span(figure, article)
        entity = vocabulary.resolve(str(figure.get("entity") or ""))
        here = _drafted_at(reading.figures, span)
        machine = next((one for one in here if one.entity == entity), here[0] if len(here) == 1 else None)
        if machine is None or figure.get("note"):
            continue
        claimant = claimant_kind(str(figure.get("claimant") or ""), vocabulary, article.front.get("publisher", ""))
        period, evidence = _period_of(figure, vocabulary), machine.evidence
        same = entity == machine.entity
        parts = (
            ("entity", entity, machine.entity, entity in vocabulary.entities and is_literal(evidence, "entity")),
            ("claimant", claimant, machine.claimant, claimant is not None and machine.is_claimant_sure and same),
            ("status", figure.get("status"), machine.status, bool(figure.get("status")) and is_literal(evidence, "status")),
            (
                "period", period and f"{period.start}/{period.end}", f"{machine.start}/{machine.end}",
                period is not None and same and is_literal(evidence, "period")
                and not period_misfit(machine.metric, machine.status, (machine.start, machine.end), vocabulary.entities.get(entity)),
            ),
        )  # fmt: skip
        for part, reviewed, read, is_judged in parts:
            if is_judged and reviewed != read:
                yield _problem(
                    f"{part}_unlike_text",
                    f"{_name(figure, number)} ({_quote(figure)!r}) has the {part} {reviewed}; the text reads as {read}. "
                    "Correct it, or say in `note:` why it is right.",
                )


def _check_lost(ignored: list[dict[str, Any]], reading: Reading, article: ArticleText) -> Iterator[ReviewFinding]:
    """Mentions set aside for the machine's reason although a known company and a metric stand beside them."""
    near = {
        (outcome.mention.start, outcome.mention.end): outcome for outcome in reading.outcomes if is_dropped(outcome)
    }
    for entry in ignored:
        span, reason = _span(entry, article), str(entry.get("reason") or "").strip()
        outcome = near.get(span or (0, 0))
        if outcome is not None and outcome.suggestion is not None and reason == machine_reason(outcome):
            yield _problem(
                "figure_may_be_lost",
                f"{_quote(entry)!r} is ignored ({reason.rstrip('.')}) and may be a figure ({outcome.suggestion.entity}, {outcome.suggestion.metric}). "
                "Move it to `figures:`, or give a reason of your own.",
            )


def _drafted_at(figures: Iterable[Figure], span: tuple[int, int] | None) -> list[Figure]:
    """The machine's figures whose mention shares a character with a span."""
    return [one for one in figures if span is not None and one.mention.start < span[1] and span[0] < one.mention.end]


def _period_of(figure: Mapping[str, Any], vocabulary: Vocabulary) -> Period | None:
    known = vocabulary.entities.get(vocabulary.resolve(str(figure.get("entity") or "")))
    label = figure.get("period") or f"{figure.get('period_start')}/{figure.get('period_end')}"
    try:
        return parse_period(str(label), known.calendar if known else None)
    except PeriodError:
        return None


def _name(entry: Mapping[str, Any], number: int) -> str:
    return f"Figure {entry.get('id') or number}"


def _quote(entry: Mapping[str, Any]) -> str:
    return str(entry.get("quote") or entry.get("text") or entry.get("value") or "")[:60]


def _check_layout(review: Mapping[str, Any]) -> Iterator[ReviewFinding]:
    for part in LISTS:
        listed = review.get(part)
        if listed not in (None, "") and not isinstance(listed, list):
            yield _problem("layout", f"`{part}:` is no list; each entry begins with a dash.")
            continue
        for number, entry in enumerate(listed or [], start=1):
            if not isinstance(entry, Mapping):
                yield _problem(
                    "layout", f"Entry {number} of `{part}:` ({str(entry)[:60]}) has no keys such as span and value."
                )
    ids = [str(figure["id"]) for figure in entries_of(review, "figures") if figure.get("id")]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield _problem("id_repeated", f"Figure {name} is there {ids.count(name)} times; give each an id of its own.")


def _check_names(figures: list[dict[str, Any]], vocabulary: Vocabulary) -> Iterator[ReviewFinding]:
    """Names and periods that the build would reject."""
    for number, figure in enumerate(figures, start=1):
        name = _name(figure, number)
        entity, metric = str(figure.get("entity") or ""), str(figure.get("metric") or "")
        resolved = vocabulary.resolve(entity)
        if entity and resolved not in vocabulary.entities:
            yield _problem(
                "entity_unknown",
                f"{name} has the entity {entity!r}, which is neither an id nor a name in reference/entities.yaml.",
            )
        if metric and metric.casefold() not in vocabulary.metrics:
            yield _problem(
                "metric_unknown",
                f"{name} has the metric {metric!r}, which is neither an id nor a name in reference/metrics.yaml.",
            )
        if figure.get("period"):
            known = vocabulary.entities.get(resolved)
            try:
                parse_period(str(figure["period"]), known.calendar if known else None)
            except PeriodError as error:
                yield _problem("period_unreadable", f"{name}: {error}")


def _problem(rule: str, message: str) -> ReviewFinding:
    return ReviewFinding("problem", rule, message)


def _where(mention: Mention) -> str:
    return f"{mention.text!r} (characters {mention.start} to {mention.end})"


def _span(entry: Mapping[str, Any], article: ArticleText) -> tuple[int, int] | None:
    span = span_of(entry)
    return span if span is not None and span[1] <= len(article.body) else None


def _check_figures(
    figures: list[dict[str, Any]], mentions: list[Mention], article: ArticleText
) -> Iterator[ReviewFinding]:
    for number, figure in enumerate(figures, start=1):
        name = _name(figure, number)
        missing = [key for key in ("entity", "metric", "value", "unit") if not figure.get(key)]
        if not figure.get("period") and not (figure.get("period_start") and figure.get("period_end")):
            missing.append("period")
        if missing:
            yield _problem("figure_incomplete", f"{name} has no {', '.join(missing)}.")
        if figure.get("span") is None:
            yield _problem("span_missing", f"{name} has no span; give the first character and the one after the last.")
            continue
        span = _span(figure, article)
        if span is None:
            yield _problem(
                "span_invalid",
                f"{name} has the span {figure.get('span')}, which is no part of the text ({len(article.body)} characters)."
                + _where_quoted(figure, article),
            )
            continue
        here = [mention for mention in mentions if mention.start < span[1] and span[0] < mention.end]
        if not here:
            yield _problem(
                "span_without_quantity",
                f"{name} has the span {list(span)}, where the text reads {article.body[span[0] : span[1]][:60]!r} and has no quantity."
                + _where_quoted(figure, article),
            )
            continue
        if figure.get("value") and figure.get("unit"):
            yield from _compare_value(name, figure, here)


def _where_quoted(figure: Mapping[str, Any], article: ArticleText) -> str:
    """Where the words of a figure stand now: the text may have been edited above them."""
    quote = str(figure.get("quote") or "")
    places = [match.span() for match in re.finditer(re.escape(quote), article.body)] if quote else []
    if not places:
        return " Give the first character of its words and the one after the last."
    return f" Its quote {quote!r} stands at {' and '.join(str(list(place)) for place in places[:3])}."


def _compare_value(name: str, figure: Mapping[str, Any], here: list[Mention]) -> Iterator[ReviewFinding]:
    try:
        quantity, unit = parse_value(str(figure["value"])), parse_unit(str(figure["unit"]))
    except (QuantityError, UnitError) as error:
        yield _problem("value_unreadable", f"{name}: {error}")
        return
    scale = 100.0 if quantity.form == "fraction" else float(unit.scale)
    written = sorted(
        {
            round(abs(number) * scale, 6)
            for number in (quantity.low, quantity.value, quantity.high)
            if number is not None
        }
    )
    kind = "money" if unit.kind == "money_per_unit" else unit.kind
    if not any(mention.kind == kind and (kind != "money" or mention.currency == unit.currency) for mention in here):
        yield _problem(
            "unit_differs",
            f"{name} has the unit {figure['unit']!r}; the text reads {here[0].text!r}. Correct the unit or the span.",
        )
        return
    for mention in here:
        read = sorted({round(number, 6) for number in (mention.low, mention.value, mention.high) if number is not None})
        if len(read) == len(written) and all(
            abs(left - right) <= 1e-6 * max(1.0, right) for left, right in zip(written, read, strict=True)
        ):
            return
    yield _problem(
        "value_differs",
        f"{name} has the value {figure['value']!r} {figure['unit']!r}; the text reads {here[0].text!r}. Correct the value, the unit or the span.",
    )


def _check_ignored(ignored: list[dict[str, Any]], article: ArticleText) -> Iterator[ReviewFinding]:
    for number, entry in enumerate(ignored, start=1):
        name = f"Ignored mention {number} ({str(entry.get('text') or entry.get('span'))[:60]})"
        if _span(entry, article) is None:
            yield _problem("span_invalid", f"{name} has no span that is part of the text.")
        reason = str(entry.get("reason") or "").strip()
        if not reason:
            yield _problem("reason_missing", f"{name} has no reason; say why it belongs in no table.")


def _differences(
    figures: list[dict[str, Any]], article: ArticleText, vocabulary: Vocabulary
) -> Iterator[ReviewFinding]:
    """Where the reviewer and the machine read the same words otherwise. The reviewer is right; the list is for improving the rules."""
    drafted = read_body(article, vocabulary).figures
    matched: set[int] = set()
    for number, figure in enumerate(figures, start=1):
        name = _name(figure, number)
        span = _span(figure, article)
        here = _drafted_at(drafted, span)
        entity = vocabulary.resolve(str(figure.get("entity") or ""))
        machine = next((other for other in here if other.entity == entity), here[0] if here else None)
        if machine is None:
            yield ReviewFinding("warning", "machine_ignored", f"{name}: the machine drafted no figure here.")
            continue
        matched.add(machine.number)
        yield from _compare_figure(name, figure, machine, vocabulary)
    for other in drafted:
        if other.number not in matched:
            yield ReviewFinding(
                "warning",
                "machine_used",
                f"The machine drafted {figure_id(other.number)} ({other.entity}, {other.metric}) from {_where(other.mention)}; the review does not use it.",
            )


def _compare_figure(
    name: str, figure: Mapping[str, Any], machine: Figure, vocabulary: Vocabulary
) -> Iterator[ReviewFinding]:
    entity = vocabulary.resolve(str(figure.get("entity") or ""))
    for rule, reviewer, drafted in (
        ("entity_differs", entity, machine.entity),
        ("metric_differs", str(figure.get("metric") or ""), machine.metric),
        ("measure_differs", str(figure.get("measure") or "level"), machine.measure),
    ):
        if reviewer != drafted:
            yield ReviewFinding("warning", rule, f"{name}: the review has {reviewer!r}, the machine {drafted!r}.")
    period = _period_of(figure, vocabulary)
    if period is not None and (period.start, period.end) != (machine.start, machine.end):
        yield ReviewFinding(
            "warning",
            "period_differs",
            f"{name}: the review has {period.start}/{period.end}, the machine {machine.start}/{machine.end}.",
        )
