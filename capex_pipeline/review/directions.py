"""Plans of an article that state a direction and no amount: "Meta will spend significantly more on capex in 2026".

Add here what counts as such a plan. How it is offered belongs to `answers`; the words are in reference/text.yaml.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.lexicon import Cue, Vocabulary
from capex_pipeline.article.tokens import Tokens, tokenise
from capex_pipeline.review.entries import Span, flat
from capex_pipeline.review.source import Amount, Passage
from capex_pipeline.schemas.vocabulary import DIRECTION

REASON: Final = "A direction without an amount."
_REACH: Final = 6
"""Words behind a direction among which a number makes of it that of an amount: "increase to $93bn"."""
_AHEAD: Final = frozenset(
    ("will", "would", "to", "expects", "expect", "expected", "plans", "sees", "be", "should", "could", "may")
)
"""Words right before a direction that make a plan of it."""


class Direction(NamedTuple):
    """A direction in an article, and what is known of it as a figure."""

    amount: Amount
    known: dict[str, Any]


def directions(passages: Iterable[Passage], amounts: Sequence[Amount], vocabulary: Vocabulary) -> list[Direction]:
    """The directions of the sentences that name one company and capital expenditure, in the order of the text. amounts: of the text."""
    found: list[Direction] = []
    starts = [amount.span[0] for amount in amounts]
    for passage in passages:
        tokens = tokenise(plain_text(passage.text))
        cues = vocabulary.find_cues(tokens)
        owners = {cue.value for cue in cues if cue.kind in ("entity", "segment") and cue.value in vocabulary.entities}
        place = _place(tokens, cues, vocabulary)
        if place is None or len(owners) != 1:
            continue
        first, last = place
        start, end = tokens.plain.span(tokens.starts[first], tokens.ends[last])
        behind = tokens.ends[min(last + _REACH, len(tokens.words) - 1)]
        if any(passage.start + start <= at <= passage.start + behind for at in starts):
            continue
        span: Span = (passage.start + start, passage.start + end)
        words = flat(passage.text[start:end])
        said = next((cue.value for cue in cues if cue.kind == "claimant"), "company")
        claimant = said if said in ("company", "executive") else "company"
        entity = owners.pop()
        currency = vocabulary.entities[entity].currency
        known = {
            "id": f"d{len(found) + 1:03d}", "locator": passage.place, "span": list(span), "quote": words, "reason": REASON, "entity": entity,
            "metric": "capex", "measure": "level", "value": words, "bound": DIRECTION, "unit": f"{currency} billion" if currency else None, "status": "guidance", "claimant": claimant,
        }  # fmt: skip
        found.append(Direction(Amount(span, words, passage.place, DIRECTION, None, (), reason=REASON), known))
    return found


def _place(tokens: Tokens, cues: Sequence[Cue], vocabulary: Vocabulary) -> tuple[int, int] | None:
    """The first and last word of a direction of capital expenditure: one of the verbs or comparatives with its adverb, behind a word of a plan."""
    kinds = {(cue.kind, cue.value) for cue in cues}
    if ("metric", "capex") not in kinds and not any(kind == "spend" for kind, _ in kinds):
        return None
    words, heads, adverbs = tokens.words, vocabulary.direction_heads, vocabulary.direction_adverbs
    for at, word in enumerate(words):
        if word not in heads:
            continue
        first = at - 1 if at and words[at - 1] in adverbs else at
        last = at + 1 if first == at and words[at + 1 : at + 2] and words[at + 1] in adverbs else at
        before = words[max(0, first - 2) : first]
        is_spent = ("spend" in before or "invest" in before) and not _AHEAD.isdisjoint(words[max(0, first - 4) : first])
        if is_spent or (before and before[-1] in _AHEAD):
            return first, last
    return None
