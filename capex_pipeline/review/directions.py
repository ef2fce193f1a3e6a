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
_AHEAD: Final = frozenset(("will", "would", "to", "should", "could", "may"))
"""Words right before a verb that make a plan of it."""
_PLANS: Final = frozenset(
    (
        "will",
        "would",
        "expects",
        "expect",
        "expected",
        "plans",
        "sees",
        "likely",
        "should",
        "could",
        "may",
        "forecasts",
        "forecast",
    )
)
"""Words that make a plan of a comparative or a noun behind them."""
_COMPARED: Final = frozenset(("spend", "invest", "be", "is", "are", "and", "even", "spending"))
"""Words right before a comparative of spending."""
_BEFORE: Final = 20
"""Words before a direction among which its plan is named."""


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
        start, end = tokens.plain.span(tokens.starts[first], tokens.end(last))
        behind = tokens.end(min(last + _REACH, len(tokens.words) - 1))
        if any(passage.start + start <= at <= passage.start + behind for at in starts):
            continue
        span: Span = (passage.start + start, passage.start + end)
        words = flat(passage.text[start:end])
        said = next((cue.value for cue in cues if cue.kind == "claimant"), "company")
        claimant = said if said in ("company", "executive") else "company"
        entity = owners.pop()
        currency = vocabulary.entities[entity].currency
        known = {
            "id": f"d{len(found) + 1:03d}",
            "locator": passage.place,
            "span": list(span),
            "quote": words,
            "reason": REASON,
            "entity": entity,
            "metric": "capex",
            "measure": "level",
            "value": words,
            "bound": DIRECTION,
            "unit": f"{currency} billion" if currency else None,
            "status": "guidance",
            "claimant": claimant,
        }
        found.append(Direction(Amount(span, words, passage.place, DIRECTION, None, (), reason=REASON), known))
    return found


def _place(tokens: Tokens, cues: Sequence[Cue], vocabulary: Vocabulary) -> tuple[int, int] | None:
    """The first and last word of a direction of capital expenditure: one of the verbs, nouns or comparatives with its degree, behind a word of a plan."""
    kinds = {(cue.kind, cue.value) for cue in cues}
    if ("metric", "capex") not in kinds and not any(kind == "spend" for kind, _ in kinds):
        return None
    words, heads, degrees = tokens.words, vocabulary.direction_heads, vocabulary.direction_degrees
    for at, word in enumerate(words):
        if word not in heads:
            continue
        first, last = at, at
        while first and words[first - 1] in degrees:
            first -= 1
        while last == at and words[last + 1 : last + 2] and words[last + 1] in degrees and first == at:
            last += 1
        before = words[max(0, first - 1) : first]
        is_planned = not _PLANS.isdisjoint(words[max(0, first - _BEFORE) : first])
        is_beside = bool(before) and (before[0] in _COMPARED or (before[0] in ("a", "an") and first < at))
        if (before and before[0] in _AHEAD) or (is_planned and is_beside):
            return first, last
    return None
