"""Finds the property of a company's capital expenditure that the words beside a figure name: cash paid, with or without leases, before or after proceeds.

Add here which figure such words belong to. The words are in reference/text.yaml, and what the property means for a check is in `reconcile/claims.py`.
"""

from __future__ import annotations

from typing import Final

from capex_pipeline.article.claim_status import is_base
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.sentence_model import Scene

_REACH: Final = 14
"""Words between an amount and a phrase behind it: "$9bn in the third quarter, including finance leases"."""
_NEXT: Final = 6
"""Words between a phrase and an amount behind it that it belongs to: "or including finance leases $9bn"."""
_PARTS: Final = frozenset("; while but whereas".split())


def named_basis(scene: Scene, quantity: Mention, vocabulary: Vocabulary) -> str:
    """The definition of claims that the nearest phrase of a figure of capital expenditure states; empty where no phrase belongs to it."""
    words = scene.tokens.words
    ends = ((first, last, (words[first], words[last])) for first, last in scene.leases)
    phrases = [
        (first, last, vocabulary.capex_leases[word])
        for first, last, outer in ends
        for word in outer
        if word in vocabulary.capex_leases
    ]
    places = [at for at in range(scene.first, scene.end) if words[at] in vocabulary.capex_bases]
    phrases += [
        (at, at + len(name) - 1, definition)
        for at in places
        for name, definition in vocabulary.capex_bases[words[at]]
        if at + len(name) <= scene.end and words[at : at + len(name)] == name
    ]
    own = [phrase for phrase in phrases if _belongs(scene, quantity, *phrase[:2])]
    return min(own, key=lambda one: max(quantity.first - one[1], one[0] - quantity.last))[2] if own else ""


def _belongs(scene: Scene, quantity: Mention, first: int, last: int) -> bool:
    """Whether a phrase belongs to a figure: no other amount is between them, but for the one that a base of comparison is compared with."""
    sums = [other for other in scene.quantities if other.kind == "money" and other is not quantity]
    words = scene.tokens.words
    if last < quantity.first:
        between = [other for other in sums if last < other.first < quantity.first]
        most = 1 if is_base(scene, quantity) is not None else 0
        return len(between) <= most and _PARTS.isdisjoint(words[last + 1 : quantity.first])
    between = [other for other in scene.quantities if quantity.last < other.first < first]
    following = next((other for other in sums if other.first > last), None)
    is_of_next = (
        following is not None and following.first - last <= _NEXT and "," not in words[last + 1 : following.first]
    )
    is_near = first - quantity.last <= _REACH and _PARTS.isdisjoint(words[quantity.last + 1 : first])
    return first > quantity.last and is_near and not between and not is_of_next
