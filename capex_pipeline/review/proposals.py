"""Checks the proposals of an assistant against the text before anybody sees them: labels for mentions that the rules found.

Add here a guard: a rule that an answer has to pass. Asking belongs to `assistant`. A label has words only; numbers and spans are those of the
mention, and the days of a period are read from the words by the grammar of periods.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.drafted_rows import figure_id, read_body
from capex_pipeline.article.front_matter import ArticleText
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.period_dates import PeriodContext, read_period
from capex_pipeline.article.period_expressions import find_periods
from capex_pipeline.article.tokens import tokenise
from capex_pipeline.review.article_draft import passages
from capex_pipeline.review.entries import CLAIMANTS
from capex_pipeline.review.reportable_periods import period_misfit
from capex_pipeline.review.source import Passage
from capex_pipeline.schemas.vocabulary import MEASURES

METRICS: Final = ("capex", "cloud_revenue", "gpu_units", "gpu_unit_price")
"""Metrics that an assistant may name, beside `none`."""
NONE: Final = "none"
STATUSES: Final = ("reported", "guidance", "forecast", "estimate")
KEYS: Final = ("id", "entity", "metric", "measure", "period_words", "status", "claimant")
COMPARED: Final = ("entity", "metric", "measure", "period", "status", "claimant")
_LONGEST_WORDS: Final = 120
_KINDS: Final = {
    "level": ("money", "count"), "yoy_growth": ("percent",), "yoy_multiple": ("multiple",), "share": ("percent",),
}  # fmt: skip
_EVIDENCE: Final = {
    "capex": ("metric", "spend"),
    "cloud_revenue": ("metric", "segment", "segment_words", "segment_back"),
    "gpu_units": ("product", "flow", "metric"),
    "gpu_unit_price": ("product", "per_unit", "metric"),
}
"""Kinds of words of which one has to stand in the paragraph of a mention for a metric."""


@dataclass(frozen=True)
class Item:
    """A mention that is put to an assistant: its id and words, and the sentence that holds it."""

    identity: str
    mention: Mention
    passage: Passage


def items(article: ArticleText, vocabulary: Vocabulary) -> list[Item]:
    """Every certain mention of an article in order."""
    beside = passages(article)
    proposed = []
    for outcome in read_body(article, vocabulary).outcomes:
        mention = outcome.mention
        passage = next((one for one in beside if one.start <= mention.start < one.end), None)
        if passage is not None and mention.certain:
            proposed.append(Item(figure_id(outcome.number), mention, passage))
    return proposed


def entities_named(article: ArticleText, vocabulary: Vocabulary) -> list[str]:
    """Ids of companies and groups that an assistant may name: those of the text and its title, and groups of which two members are."""
    named = set(_named(f"{article.front.get('title', '')}\n{article.body}", vocabulary))
    groups = [name for name, entity in vocabulary.entities.items() if len(entity.members & named) >= 2]
    return sorted({*named, *groups})


def _named(text: str, vocabulary: Vocabulary) -> set[str]:
    cues = vocabulary.find_cues(tokenise(plain_text(text)))
    return {cue.value for cue in cues if cue.kind in ("entity", "segment")}


def judged(
    answers: Iterable[Any], asked: Sequence[Item], article: ArticleText, vocabulary: Vocabulary
) -> list[dict[str, Any]]:
    """What is kept of an assistant's labels, in the order of the mentions: the parts that passed, and `rejected`, the keys that did not.

    A label for a mention that was not asked about, or a second one for the same, is left out. Nothing that an answer made up is kept: of a
    rejected part only its key is.
    """
    by_id = {item.identity: item for item in asked}
    kept: dict[str, dict[str, Any]] = {}
    for answer in answers:
        identity = answer.get("id") if isinstance(answer, Mapping) else None
        item = by_id.get(identity) if isinstance(identity, str) else None
        if item is not None and item.identity not in kept:
            kept[item.identity] = _judged(answer, item, article, vocabulary)
    return [kept[item.identity] for item in asked if item.identity in kept]


def _judged(answer: Mapping[str, Any], item: Item, article: ArticleText, vocabulary: Vocabulary) -> dict[str, Any]:
    proposal: dict[str, Any] = {"id": item.identity}
    texts = {key: value for key, value in answer.items() if key in KEYS and isinstance(value, str)}
    if len(texts) != len(answer):  # a number, or a key that no label has
        return {**proposal, "rejected": ["keys"]}
    if texts.get("metric") == NONE:
        return {**proposal, "metric": NONE}
    guards = _Guards(item, article, vocabulary)
    rejected: list[str] = []
    for part in ("entity", "metric", "measure", "claimant"):
        value = texts.get(part, "")
        if getattr(guards, part)(value):
            proposal[part] = value
        elif value:
            rejected.append(part)
    period = guards.period(texts.get("period_words", ""), proposal.get("entity"), texts.get("status", ""))
    if period is not None:
        proposal["period"] = period
    elif texts.get("period_words"):
        rejected.append("period")
    if guards.status(texts.get("status", ""), period, proposal):
        proposal["status"] = texts["status"]
    elif texts.get("status"):
        rejected.append("status")
    return {**proposal, **({"rejected": rejected} if rejected else {})}


class _Guards:
    """What the text holds for one mention. Each method says whether a word may be proposed."""

    def __init__(self, item: Item, article: ArticleText, vocabulary: Vocabulary) -> None:
        self.item, self.article, self.vocabulary = item, article, vocabulary
        self.paragraph = [one for one in passages(article) if one.place == item.passage.place]
        self.before = f"{article.front.get('title', '')}\n{article.body[: self.paragraph[-1].end]}"
        self.cues = vocabulary.find_cues(tokenise(plain_text("\n".join(one.text for one in self.paragraph))))

    def entity(self, value: str) -> bool:
        """A company that the text names in the mention's paragraph or before it; a group of which it names two members or the group."""
        named = _named(self.before, self.vocabulary)
        known = self.vocabulary.entities.get(value)
        return known is not None and (value in named or len(known.members & named) >= 2)

    def metric(self, value: str) -> bool:
        """A metric of which a word stands in the paragraph, and whose numbers can be of the mention's kind."""
        kinds = {"gpu_units": ("count", "percent", "multiple"), "gpu_unit_price": ("money",)}
        if value not in METRICS or self.item.mention.kind not in kinds.get(value, ("money", "percent", "multiple")):
            return False
        return any(cue.kind in _EVIDENCE[value] and (cue.kind != "metric" or cue.value == value) for cue in self.cues)

    def measure(self, value: str) -> bool:
        return value in MEASURES and self.item.mention.kind in _KINDS[value]

    def claimant(self, value: str) -> bool:
        """A kind of source of which a word stands in the paragraph; the company and the publication need none."""
        if value not in CLAIMANTS:
            return False
        return value in ("company", "publication") or any(
            cue.kind == "claimant" and cue.value == value for cue in self.cues
        )

    def period(self, words: str, entity: str | None, status: str) -> str | None:
        """The days that words of the text before the end of the paragraph mean by the grammar of periods; None where they mean none."""
        flat = " ".join(words.split())
        if not flat or len(flat) > _LONGEST_WORDS or flat.casefold() not in " ".join(self.before.split()).casefold():
            return None
        known = self.vocabulary.entities.get(entity or "")
        calendar = known.calendar if known is not None and known.type != "group" else None
        context = PeriodContext(self.article.published, calendar, None, status in ("guidance", "forecast"), True)
        expressions = find_periods(tokenise(plain_text(flat)), 0, len(flat))
        readings = [read_period(expression, context).days for expression in expressions]
        if len(readings) != 1 or readings[0] is None:
            return None
        start, end = readings[0]
        return f"{start}/{end}"

    def status(self, value: str, period: str | None, proposal: Mapping[str, Any]) -> bool:
        """A status that fits the period and the day of publication, and for a plan a word of plans in the paragraph."""
        ahead = value in ("guidance", "forecast")
        if value not in STATUSES or (ahead and not any(cue.kind == "guidance" for cue in self.cues)):
            return False
        if period is None or self.article.published is None:
            return True
        start, end = (dt.date.fromisoformat(day) for day in period.split("/"))
        if ahead != (end > self.article.published) and abs((end - self.article.published).days) > 45:
            return False
        entity = self.vocabulary.entities.get(str(proposal.get("entity")))
        return not period_misfit(str(proposal.get("metric")), value, (start, end), entity)


def proposal_of(identity: object, review: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The proposal for an entry of a review."""
    listed = (review.get("proposals") or {}).get("mentions") if isinstance(review.get("proposals"), Mapping) else None
    entries = listed if isinstance(listed, list) else []
    return next((one for one in entries if isinstance(one, Mapping) and identity and one.get("id") == identity), None)


def differing(entry: Mapping[str, Any], proposal: Mapping[str, Any]) -> list[str]:
    """Parts in which a proposal differs from an entry of a review; parts that it does not have are not compared."""
    if _is_ignored(entry) or proposal.get("metric") == NONE:
        return [] if _is_ignored(entry) and proposal.get("metric") == NONE else ["metric"]
    # The assistant names the kind of a source, the draft also the house of the analysts.
    claimant = str(entry.get("claimant"))
    read = {**entry, "claimant": claimant if claimant in CLAIMANTS else proposal.get("claimant")}
    return [part for part in COMPARED if part in proposal and str(read.get(part)) != proposal[part]]


def comparison(entry: Any, review: Mapping[str, Any]) -> str:
    """One sentence on what the assistant proposes for an entry; empty where it proposes nothing."""
    proposal = proposal_of(entry.get("id"), review) if isinstance(entry, Mapping) else None
    if proposal is None:
        return ""
    rejected = proposal.get("rejected") or []
    if not [part for part in COMPARED if part in proposal]:
        return "Assistant: the text does not support its answer."
    parts = differing(entry, proposal)
    left = f" Not supported by the text: {', '.join(map(str, rejected))}." if rejected else ""
    if not parts:
        whole = not rejected and (proposal.get("metric") == NONE or all(part in proposal for part in COMPARED))
        return "Assistant: agrees." if whole else f"Assistant: agrees in what it answered.{left}"
    if proposal.get("metric") == NONE:
        return "Assistant: this is no figure."
    if "reason" in entry:
        return (
            "Assistant: this is a figure: "
            + ", ".join(str(proposal[part]) for part in COMPARED if part in proposal)
            + f".{left}"
        )
    return f"Assistant: differs in {', '.join(f'{part} ({proposal[part]})' for part in parts)}.{left}"


def _is_ignored(entry: Mapping[str, Any]) -> bool:
    return "reason" in entry and "question" not in entry
