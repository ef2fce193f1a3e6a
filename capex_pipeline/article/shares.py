"""Amounts that are a part of another amount: "over half of this, $5bn", "with $3bn spent on chips", "$2bn of that".

Belongs here: the words that say so. Does not belong here: what the whole amount measures (`governing`).
"""

from __future__ import annotations

from typing import Final

from capex_pipeline.article.growth import is_growth
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.sentence_model import Scene

_USED_FOR: Final = frozenset(
    "spent going allocated earmarked set devoted dedicated coming directed used meant budgeted slated for on to of in from".split()
)
_WHOLE: Final = frozenset("that this which it those these them".split())


def is_part(scene: Scene, quantity: Mention) -> bool:
    """Whether an amount is said to be a part of another one, so that it is no level of what the other one measures."""
    words, tokens = scene.tokens.words, scene.tokens
    if quantity.kind not in ("money", "count"):
        return False
    before = [other for other in scene.quantities if other.last < quantity.first]
    following = quantity.last + 1
    if tokens.word(following) == "of":
        whole = tokens.word(following + 1)
        if whole in _WHOLE or any(
            other.first in (following + 2, following + 3)
            for other in scene.quantities
            if whole in ("its", "the", "their")
        ):
            return True
    previous = tokens.word(quantity.first - 1)
    compared = any(cue.kind == "comparison" and cue.last == quantity.first - 1 for cue in scene.cues)
    if previous in ("with", "including") and not compared and any(other.kind == quantity.kind for other in before):
        return tokens.word(following) in _USED_FOR
    if words[max(scene.first, quantity.first - 2) : quantity.first] in (
        ["of", "which"],
        ["of", "that"],
        ["of", "this"],
    ):
        return True
    if not before or before[-1].kind != "percent" or is_growth(scene, before[-1]):
        return False
    between = words[before[-1].last + 1 : quantity.first]
    if between in ([",", "or"], ["or"], ["(", "or"], ["("]):
        return True
    return len(between) <= 7 and between[:1] == ["of"] and between[-1:] in ([","], ["or"], ["("])
