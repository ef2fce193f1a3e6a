"""Growth and change: whether a percentage, multiple or amount says how something moved.

Belongs here: the words of direction around one quantity. Does not belong here: what moved (`governing`).
"""

from __future__ import annotations

from typing import Final

from capex_pipeline.text.mentions import Mention
from capex_pipeline.text.parts import Scene

_GROWTH_WORDS: Final = frozenset(
    "by of some about around roughly nearly almost more than an a at least another just".split()
)


def is_difference(scene: Scene, quantity: Mention) -> bool:
    """Whether an amount is a change and no level: "up $4bn", "an increase of $3bn", "$15bn more than it forecast"."""
    tokens = scene.tokens
    if quantity.kind not in ("money", "count"):
        return False
    after = scene.near(quantity.last, ("up", "down"), after=1)
    if (
        after is not None
        and after.first == quantity.last + 1
        and tokens.words[after.first]
        in ("more", "less", "higher", "lower", "above", "below", "increase", "rise", "jump", "drop", "fall", "cut")
    ):
        return True
    index = quantity.first - 1
    if (tokens.word(index) in ("by", "of") and index > scene.first) or (
        tokens.word(index) in ("a", "another", "extra", "additional", "further") and index > scene.first
    ):
        index -= 1
    return any(cue.kind in ("up", "down") and cue.last == index for cue in scene.cues) and tokens.word(index) not in (
        "more",
        "less",
        "above",
        "below",
    )


def is_growth(scene: Scene, quantity: Mention) -> int:
    """1 for growth, -1 for decline, 0 if a percentage or multiple is neither.

    A word of direction stands right before the number ("up 6%", "rose by about 6%") or right after it ("6% higher", "a 6% increase").
    """
    tokens = scene.tokens
    if quantity.kind not in ("percent", "multiple"):
        return 0
    after = quantity.last + 1
    than = tokens.words[after : after + 4]
    if ("than" in than or "above" in than) and scene.near(
        quantity.last, ("expected_by_others", "guidance"), after=9
    ) is not None:
        return 0  # "29% more than analysts expected"
    if quantity.kind == "multiple" and quantity.numeral.isalpha():
        if quantity.numeral in ("halved", "halving"):
            return -1
        return 1
    start = quantity.first - 1
    while start >= scene.first and tokens.words[start] in _GROWTH_WORDS and quantity.first - start < 5:
        start -= 1
    for cue in scene.cues:
        if (
            cue.kind in ("up", "down")
            and cue.first <= start <= cue.last
            and tokens.word(start) not in ("more", "less", "above", "below", "higher", "lower")
        ):
            if tokens.word(after) == "of" and tokens.word(start) not in ("up", "down"):
                return 0
            return 1 if cue.kind == "up" else -1
        if (
            cue.kind in ("up", "down")
            and after <= cue.first <= after + 2
            and not any(tokens.words[index] in (",", "of", "and") for index in range(after, cue.first))
        ):
            if tokens.word(cue.first) in ("cut", "more", "less") and tokens.word(cue.first + 1) not in (
                "than",
                ".",
                ",",
            ):
                continue
            return 1 if cue.kind == "up" else -1
    if quantity.kind == "multiple" and tokens.word(after) == "the":
        return 1
    if tokens.word(quantity.first - 1) in ("and", ","):  # "climbed 35 per cent and 19 per cent respectively"
        other = scene.quantity_at(quantity.first - 2) or scene.quantity_at(quantity.first - 3)
        if other is not None and other.kind == quantity.kind and other.first < quantity.first:
            return is_growth(scene, other)
    return 0


def is_sequential(scene: Scene, quantity: Mention) -> bool:
    """Whether growth is against the quarter before: the words say so after it and before the next quantity."""
    clause = scene.clause(quantity.first)
    limit = min((other.first for other in scene.quantities if other.first > quantity.last), default=scene.end)
    if any(cue.kind == "sequential" and quantity.last < cue.first < limit for cue in scene.cues):
        return True
    compared = [
        period.form
        for first, _, period in scene.periods
        if first > quantity.last
        and scene.clause(first) == clause
        and period.form in ("year_earlier", "previous_period")
    ]
    return compared[:1] == ["previous_period"]
