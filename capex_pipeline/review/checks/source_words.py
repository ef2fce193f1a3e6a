"""Checks a figure against the words of its source: claimants, and parts that the source states literally.

Add here a difference that needs a reason in the figure's `note:`. What cannot be, whatever the words are, belongs to `fit`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.front_matter import ArticleText
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.article.tokens import tokenise
from capex_pipeline.review.checks.findings import ReviewFinding, has_reason, name_of, problem, quote_of
from capex_pipeline.review.checks.fit import NOUNS, period_of
from capex_pipeline.review.entries import CLAIMANTS, entries_of, span_of
from capex_pipeline.review.source import Drafted, Source


def check_claimants(review: Mapping[str, Any], article: ArticleText, vocabulary: Vocabulary) -> Iterator[ReviewFinding]:
    """Claimants of an article's figures that are missing, or of whom the text says nothing."""
    text = f"{article.body}\n{article.front.get('title', '')}\n{article.front.get('publisher', '')}"
    tokens = tokenise(plain_text(text))
    words = set(tokens.words)
    houses = {vocabulary.house(tokens, cue) for cue in vocabulary.find_cues(tokens)}
    kinds = {cue.value for cue in vocabulary.find_cues(tokenise(plain_text(article.body))) if cue.kind == "claimant"}
    for number, figure in enumerate(entries_of(review, "figures"), start=1):
        name, claimant = name_of(figure, number), str(figure.get("claimant") or "").strip()
        if not claimant:
            yield problem(
                "claimant_missing",
                f"{name} has no claimant; enter who says so: {', '.join(CLAIMANTS)}, or a name.",
                figure,
            )
        elif claimant in ("analyst", "anonymous", "executive"):
            if claimant not in kinds and not has_reason(figure, "claimant"):
                yield problem(
                    "claimant_not_in_text",
                    f"{name} has the claimant {claimant}, and the text speaks of {NOUNS[claimant]} nowhere. Correct the claimant.",
                    figure,
                    "claimant",
                )
        elif claimant not in (*CLAIMANTS, *houses) and vocabulary.resolve(claimant) not in vocabulary.entities:
            unseen = [word for word in tokenise(plain_text(claimant)).words if word.isalpha() and word not in words]
            if unseen and not has_reason(figure, "claimant"):
                yield problem(
                    "claimant_not_in_text",
                    f"{name} has the claimant {claimant!r}; the text has no {', '.join(map(repr, unseen))}. Write the name as the text has it.",
                    figure,
                    "claimant",
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


def check_words(review: Mapping[str, Any], source: Source) -> Iterator[ReviewFinding]:
    """Parts of a figure that differ from what the source says in so many words, unless a note gives the reason."""
    vocabulary, publisher = source.vocabulary, str(source.document.get("publisher") or "")
    for number, figure in enumerate(entries_of(review, "figures"), start=1):
        machine = _read_as(figure, source)
        if machine is None or has_reason(figure):
            continue
        entity = vocabulary.resolve(str(figure.get("entity") or ""))
        claimant = claimant_kind(str(figure.get("claimant") or ""), vocabulary, publisher)
        period, same = period_of(figure, vocabulary), entity == machine.entity
        parts = (
            ("entity", entity, machine.entity, entity in vocabulary.entities),
            (
                "metric",
                str(figure.get("metric") or ""),
                machine.metric,
                same and str(figure.get("metric") or "").casefold() in vocabulary.metric_names,
            ),
            ("claimant", claimant, machine.claimant, claimant is not None and same),
            ("status", figure.get("status"), machine.status, bool(figure.get("status"))),
            (
                "period",
                period and f"{period.start}/{period.end}",
                f"{machine.period[0]}/{machine.period[1]}",
                period is not None and same,
            ),
        )
        for part, reviewed, read, is_judged in parts:
            if is_judged and part in machine.sure and reviewed != read and not has_reason(figure, part):
                yield problem(
                    f"{part}_unlike_text",
                    f"{name_of(figure, number)} ({quote_of(figure)!r}) has the {part} {reviewed}; the {source.noun} reads as {read}. "
                    "Correct it, or say in `note:` why it is right.",
                    figure,
                    part,
                )


def _read_as(figure: Mapping[str, Any], source: Source) -> Drafted | None:
    """The machine's figure at a reviewed one: that of the same company, or the only one."""
    here: Sequence[Drafted] = [one for amount in source.amounts_at(span_of(figure)) for one in amount.drafted]
    entity = source.vocabulary.resolve(str(figure.get("entity") or ""))
    return next((one for one in here if one.entity == entity), here[0] if len(here) == 1 else None)
