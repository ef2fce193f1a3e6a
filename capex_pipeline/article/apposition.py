"""Recognises quantities that depend on an earlier one in the same sentence.

There are two kinds: the same amount in another currency ("50bn yuan ($7bn)"), and the growth of a level ("$5bn in the
quarter, a 12% increase"). Add a rule here when such a pair is missed. Other quantities are read in
`article/extract.py`.
"""

from __future__ import annotations

from typing import Final

from capex_pipeline.article.extraction import Figure
from capex_pipeline.article.growth import is_growth
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.sentence_model import Scene

_FARTHEST: Final = 3
_IN_BRACKETS: Final = frozenset(("(", ",", ";", "or", "about", "around", "/"))


def repeats(scene: Scene, position: int) -> int | None:
    """Distance to the earlier amount that this one repeats in another currency, counted in quantities (1 is the last)."""
    this = scene.quantities[position]
    words = scene.tokens.words
    for back in range(1, min(_FARTHEST, position) + 1):
        other = scene.quantities[position - back]
        between = words[other.last + 1 : this.first]
        if other.kind != "money" or this.kind != "money" or len(between) > 4 * back:
            return None
        if other.currency == this.currency:
            continue
        if between and between[0] == "(" and ")" not in between:
            others = words[scene.quantities[position - back + 1].first : this.first]
            if set(between) <= _IN_BRACKETS | set(others):
                return back
    return None


def repeated(original: Figure, quantity: Mention, number: int) -> Figure:
    """The figure of an amount that repeats another one in a second currency."""
    first = original.same_fact_as if original.same_fact_as is not None else original.number
    return original._replace(mention=quantity, number=number, same_fact_as=first)


def grown(level: Figure, quantity: Mention, number: int, sign: int) -> Figure:
    """The figure of growth that follows a level. sign: 1 for growth, -1 for decline."""
    return level._replace(
        mention=quantity,
        number=number,
        measure="yoy_multiple" if quantity.kind == "multiple" else "yoy_growth",
        same_fact_as=None,
        sign=sign,
        is_base=False,
    )


_LEAD_IN: Final = frozenset(
    ", ( - \u2014 a an the or which was is that represents representing marking equal to up down more than nearly almost about around roughly approximately "
    "some by of at record year on year-on-year jump also".split()
)
_PREPOSITIONS: Final = frozenset(("in", "of", "on", "for", "at", "to", "into"))


def grows(scene: Scene, position: int) -> int | None:
    """Distance to the earlier level whose growth this is, counted in quantities (1 is the last); None if the sentence names another subject of the growth.

    The growth follows the level after a comma or in brackets; between them are only what was bought, when, and words of growth."""
    this = scene.quantities[position]
    if not is_growth(scene, this):
        return None
    back = 1
    while position - back > 0 and scene.in_brackets(
        scene.quantities[position - back].first, scene.quantities[position - back - 1].last
    ):
        back += 1
    if position - back < 0 or back > _FARTHEST:
        return None
    level = scene.quantities[position - back]
    if level.kind not in ("money", "count"):
        return None
    words = scene.tokens.words
    index = scene.quantities[position - 1].last + 1
    index += words[index] == ")"
    if words[index] in _PREPOSITIONS:  # "$5bn in revenue in the first quarter, a 12% increase"
        index = next((place for place in range(index, this.first) if words[place] in (",", "(", "\u2014")), this.first)
    if index >= this.first or words[index] not in (",", "(", "-", "\u2014"):
        return None
    directed = {cue.first for cue in scene.of["up", "down"]}
    if all(words[place] in _LEAD_IN or place in scene.timed or place in directed for place in range(index, this.first)):
        return back
    return None
