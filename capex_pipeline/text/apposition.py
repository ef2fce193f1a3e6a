"""One fact in two currencies: "50bn yuan ($7bn)", "1.1 trillion yen, or $7bn".

Belongs here: seeing that a quantity repeats one before it. Does not belong here: what the first one means (`binder`).
"""

from __future__ import annotations

from typing import Final

from capex_pipeline.text.parts import Scene

_FARTHEST: Final = 3
_BETWEEN: Final = (["or"], [",", "or"], ["/"], [",", "or", "about"], [",", "equivalent", "to"])
_IN_BRACKETS: Final = frozenset(("(", ",", ";", "or", "about", "around", "/"))


def repeats(scene: Scene, position: int) -> int | None:
    """How many quantities before this one (1 is the last) the amount stands that it repeats in another currency."""
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
        if back == 1 and between in _BETWEEN:
            return back
    return None
