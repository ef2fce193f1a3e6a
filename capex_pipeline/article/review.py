"""Drafts and checks the review of an article: a YAML file beside the text that a person corrects.

This module writes the draft, and compares a finished review with the text and with the automatic reading. Add a check
here when a reviewer can make a mistake that the build would not report well. The command is in `cli/review.py`;
`sources/figure_yaml.py` reads the finished file, so both must agree on its layout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from capex_pipeline import CapexPipelineError
from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.drafted_rows import document_of, figure_id, figure_record, read_body
from capex_pipeline.article.extraction import Figure
from capex_pipeline.article.front_matter import ArticleText, read_article_text
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.quantities import find_quantities
from capex_pipeline.storage import files as storage_files
from capex_pipeline.values.periods import PeriodError, parse_period
from capex_pipeline.values.units import QuantityError, UnitError, parse_unit, parse_value

UNDECIDED: Final = "undecided"
_HEADER: Final = """\
# Review of {name}: drafted by machine. Correct each figure against the text; delete nothing without putting its span under `ignored:`
# with a reason. `span` counts characters of the text after the front matter. An entry whose reason begins with "{undecided}" waits for
# your decision: move it to `figures:` (the id, entity, metric, period and so on) or give a reason of your own.
"""
_FIGURE_KEYS: Final = (
    "id", "locator", "span", "quote", "entity", "metric", "measure", "definition", "supplier", "product", "customer", "flow", "period", "value",
    "value_low", "value_high", "unit", "bound", "status", "claimant", "same_fact_as", "note", "confidence",
)  # fmt: skip


@dataclass(frozen=True)
class ReviewFinding:
    """One thing that is wrong (problem) or differs from the machine's reading (warning). rule is a short stable name."""

    severity: str
    rule: str
    message: str


class ReviewError(CapexPipelineError, ValueError):
    """A review that cannot be written; the message is a sentence."""


# --- writing ---


def review_mapping(article: ArticleText, vocabulary: Vocabulary, document_id: str) -> dict[str, Any]:
    """The review of an article as plain data: document, figures with spans, and every other mention under `ignored`."""
    reading = read_body(article, vocabulary)
    by_number: dict[int, list[Figure]] = {}
    for figure in reading.figures:
        by_number.setdefault(figure.number, []).append(figure)
    figures, ignored = [], []
    for outcome in reading.outcomes:
        mention = outcome.mention
        span = [mention.start, mention.end]
        for figure in by_number.get(outcome.number, ()):
            record: dict[str, Any] = figure_record(figure, vocabulary)
            record.update(span=span, quote=" ".join(mention.text.split()), confidence=figure.confidence)
            figures.append({key: record[key] for key in _FIGURE_KEYS if record.get(key) is not None})
        if outcome.number in by_number:
            continue
        reason = outcome.reason or "No table has a place for it."
        if outcome.outcome != "context":
            known = ", ".join(
                filter(None, (outcome.entity, outcome.metric, *(f"{start}/{end}" for start, end in outcome.candidates)))
            )
            reason = f"{UNDECIDED}: {reason}" + (f" Understood: {known}." if known else "")
        ignored.append({"span": span, "text": " ".join(mention.text.split()), "reason": reason})
    return {"document": document_of(article, document_id), "figures": figures, "ignored": ignored}


def write_review(
    text_path: Path, vocabulary: Vocabulary, review_path: Path | None = None, overwrite: bool = False
) -> Path:
    """Write the review draft of a text file, beside it unless another path is given, and return its path.

    Raises ReviewError if the text cannot be read, or if a review is there already and overwrite is not set.
    """
    target = review_path or text_path.with_suffix(".yaml")
    if target.exists() and not overwrite:
        raise ReviewError(f"{target} is there already and may hold a person's work; rename it, or ask to overwrite it.")
    article = read_article_text(text_path.read_bytes())
    if not article.body.strip():
        raise ReviewError(f"{text_path}: " + " ".join(article.problems))
    content = review_mapping(article, vocabulary, text_path.stem)
    text = _HEADER.format(name=text_path.name, undecided=UNDECIDED) + _dump(content)
    storage_files.replace_file(target, lambda stream: stream.write(text.encode()), target.parent)
    return target


class _Dumper(yaml.SafeDumper):
    """Short lists on one line, no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(
    list,
    lambda dumper, data: dumper.represent_sequence(
        "tag:yaml.org,2002:seq", data, flow_style=all(isinstance(entry, int) for entry in data) and bool(data)
    ),
)


def _dump(content: Mapping[str, Any]) -> str:
    return str(yaml.dump(dict(content), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=130))


# --- checking ---


def check_review(
    review: Mapping[str, Any], article: ArticleText, vocabulary: Vocabulary | None = None
) -> list[ReviewFinding]:
    """What is wrong with a review, and with a vocabulary also where the machine reads otherwise.

    Problems: layout, id_repeated, span_missing, span_invalid, span_without_quantity, value_differs, unit_differs, value_unreadable,
    figure_incomplete, entity_unknown, metric_unknown, period_unreadable, mention_left_out, reason_missing, undecided. Warnings: entity_differs, metric_differs, measure_differs, period_differs,
    machine_ignored, machine_used.
    """
    mentions = find_quantities(plain_text(article.body))
    findings = list(_check_layout(review))
    figures, ignored = _entries(review, "figures"), _entries(review, "ignored")
    findings += _check_figures(figures, mentions, article)
    if vocabulary is not None:
        findings += _check_names(figures, vocabulary)
    findings += _check_ignored(ignored, article)
    spans = [span for entry in (*figures, *ignored) if (span := _span(entry, article)) is not None]
    for mention in mentions:
        if not any(start < mention.end and mention.start < end for start, end in spans):
            findings.append(
                _problem(
                    "mention_left_out",
                    f"{_where(mention)} is neither a figure nor ignored; add it to one of the two lists.",
                )
            )
    if vocabulary is not None:
        findings += _differences(figures, article, vocabulary)
    return findings


def _entries(review: Mapping[str, Any], part: str) -> list[Mapping[str, Any]]:
    """The entries of a part of a review; figures with what the review says of all of them."""
    listed, defaults = review.get(part), review.get("defaults")
    common = defaults if part == "figures" and isinstance(defaults, Mapping) else {}
    return [{**common, **entry} for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []


def _check_layout(review: Mapping[str, Any]) -> Iterator[ReviewFinding]:
    for part in ("figures", "ignored"):
        listed = review.get(part)
        if listed not in (None, "") and not isinstance(listed, list):
            yield _problem("layout", f"`{part}:` is no list; each entry begins with a dash.")
            continue
        for number, entry in enumerate(listed or [], start=1):
            if not isinstance(entry, Mapping):
                yield _problem(
                    "layout", f"Entry {number} of `{part}:` ({str(entry)[:60]}) has no keys such as span and value."
                )
    ids = [str(figure["id"]) for figure in _entries(review, "figures") if figure.get("id")]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield _problem("id_repeated", f"Figure {name} is there {ids.count(name)} times; give each an id of its own.")


def _check_names(figures: list[Mapping[str, Any]], vocabulary: Vocabulary) -> Iterator[ReviewFinding]:
    """Names and periods that the build would reject."""
    for number, figure in enumerate(figures, start=1):
        name = f"Figure {figure.get('id') or number}"
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
    span = entry.get("span")
    if not isinstance(span, list) or len(span) != 2:
        return None
    try:
        start, end = int(span[0]), int(span[1])
    except (TypeError, ValueError):
        return None
    return (start, end) if 0 <= start < end <= len(article.body) else None


def _check_figures(
    figures: list[Mapping[str, Any]], mentions: list[Mention], article: ArticleText
) -> Iterator[ReviewFinding]:
    for number, figure in enumerate(figures, start=1):
        name = f"Figure {figure.get('id') or number}"
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


def _check_ignored(ignored: list[Mapping[str, Any]], article: ArticleText) -> Iterator[ReviewFinding]:
    for number, entry in enumerate(ignored, start=1):
        name = f"Ignored mention {number} ({str(entry.get('text') or entry.get('span'))[:60]})"
        if _span(entry, article) is None:
            yield _problem("span_invalid", f"{name} has no span that is part of the text.")
        reason = str(entry.get("reason") or "").strip()
        if not reason:
            yield _problem("reason_missing", f"{name} has no reason; say why it belongs in no table.")
        elif reason.lower().startswith(UNDECIDED):
            known = reason[len(UNDECIDED) :].lstrip(": ")
            yield _problem(
                "undecided",
                f"{name} waits for a decision: move it to `figures:` or give a reason of your own. {known}".strip(),
            )


def _differences(
    figures: list[Mapping[str, Any]], article: ArticleText, vocabulary: Vocabulary
) -> Iterator[ReviewFinding]:
    """Where the reviewer and the machine read the same words otherwise. The reviewer is right; the list is for improving the rules."""
    drafted = read_body(article, vocabulary).figures
    matched: set[int] = set()
    for number, figure in enumerate(figures, start=1):
        name = f"Figure {figure.get('id') or number}"
        span = _span(figure, article)
        here = [
            other
            for other in drafted
            if span is not None and other.mention.start < span[1] and span[0] < other.mention.end
        ]
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
    known = vocabulary.entities.get(entity)
    try:
        label = str(figure.get("period") or f"{figure.get('period_start')}/{figure.get('period_end')}")
        period = parse_period(label, known.calendar if known else None)
    except PeriodError:
        return
    if (period.start, period.end) != (machine.start, machine.end):
        yield ReviewFinding(
            "warning",
            "period_differs",
            f"{name}: the review has {period.start}/{period.end}, the machine {machine.start}/{machine.end}.",
        )
