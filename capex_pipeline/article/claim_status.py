"""Rules for the kind of statement and its source.

A quantity is reported, planned, estimated, expected by others, or the base of a comparison; its source is the company,
an executive, an analyst, an unnamed source or the publication. Add a rule here when it decides one of the two from the
words around a quantity. The metric is decided in `article/metric_rules.py`, the company in `article/entity_rules.py`.
"""

from __future__ import annotations

from typing import Final

from capex_pipeline.article.growth import is_growth
from capex_pipeline.article.lexicon import Cue
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.sentence_model import Scene

_BASE_FILLERS: Final = frozenset(
    "a an the previous prior earlier its his their our your that last company 's range of forecast estimate guidance outlook target around about at between just only some level figure and , is was had".split()
)


_LEADS_TO_NUMBER: Final = frozenset("of for at a an the was were had been about around is".split())


def is_base(scene: Scene, quantity: Mention) -> Cue | None:
    """The word of comparison that the quantity stands after ("from", "compared with", "against an earlier range of")."""
    index = quantity.first - 1
    tokens = scene.tokens
    for _ in range(7):
        if index < scene.first:
            return None
        cue = next((cue for cue in scene.cues if cue.kind == "comparison" and cue.first <= index <= cue.last), None)
        if cue is not None:
            if tokens.words[cue.first] == "than" and is_growth(scene, quantity):
                return None
            return cue
        multiple = scene.quantity_at(index)
        if (
            multiple is not None
            and multiple.kind == "multiple"
            and multiple.numeral in ("double", "twice", "triple", "treble", "quadruple")
        ):
            return Cue(multiple.first, multiple.last, "comparison", "comparison")
        if tokens.words[index] not in _BASE_FILLERS or tokens.words[index] in (",", "and"):
            return None
        index -= 1
    return None


def is_superseded(scene: Scene, quantity: Mention, base: bool, guided: bool) -> bool:
    """Whether guidance is the old one: the base of a change of guidance, or called previous or earlier."""
    if base and guided:
        return True
    near = scene.near(quantity.first, ("superseded",), before=7)
    if (
        near is not None
        and near.first < quantity.first
        and scene.has_between(near.first, quantity.first, ("guidance", "spend", "comparison"))
    ):
        return not any(other.first > near.last and other.last < quantity.first for other in scene.quantities)
    later = scene.near(quantity.last, ("superseded",), after=2)
    return later is not None and later.first == quantity.last + 1 and (base or guided)


_CUTS: Final = frozenset((",", "after", "as", "while", "when", "because", "since", "despite"))
_OUTSIDERS: Final = frozenset("analysts analyst investors economists street market markets consensus".split())


def is_expected_by_others(scene: Scene, quantity: Mention) -> bool:
    """Whether it is what analysts had expected, against which a result is held ("beating estimates of", "analysts had projected")."""
    tokens = scene.tokens
    relative = tokens.words[quantity.last + 1 : quantity.last + 5]
    if relative[:1] in (["that"], ["which"]) and not _OUTSIDERS.isdisjoint(relative[1:3]):
        return True  # "$32bn that analysts were looking for"
    after = scene.near(quantity.last, ("expected_by_others",), after=5)
    if (
        after is not None
        and after.first > quantity.last
        and _CUTS.isdisjoint(tokens.words[quantity.last : after.first])
    ):
        analysts = [
            cue
            for cue in scene.kinds("claimant")
            if cue.value == "analyst" and quantity.last < cue.first <= after.last + 3
        ]
        if analysts or tokens.words[after.first] in ("estimates", "expectations", "consensus"):
            return True
    before = scene.near(quantity.first, ("expected_by_others",), before=5)
    if (
        before is not None
        and before.first < quantity.first
        and set(tokens.words[before.last + 1 : quantity.first]) <= _LEADS_TO_NUMBER
        and tokens.words[before.last]
        in ("estimates", "expectations", "consensus", "forecasts", "estimate", "expectation")
    ):
        verbs = tokens.words[max(scene.first, before.first - 5) : before.first]
        return any(
            verb
            in (
                "beating",
                "missing",
                "topping",
                "beat",
                "missed",
                "above",
                "below",
                "exceeding",
                "than",
                "trailing",
                "surpassing",
                "analysts",
                "analyst",
                "wall",
                "consensus",
                "average",
                "versus",
                "against",
                "vs",
            )
            for verb in verbs
        )
    return False


_HEDGES: Final = frozenset("likely well probably possibly potentially perhaps easily conceivably".split())
_MODALS: Final = frozenset("could may might should".split())


def is_supposed(scene: Scene) -> bool:
    """Whether a sentence supposes what it says: "If spending rises as much again, ..."."""
    return scene.tokens.word(scene.first) == "if"


def status_of(scene: Scene, quantity: Mention, metric: str | None) -> tuple[str, float]:
    """reported | guidance | forecast | estimate, with certainty.

    Guidance: a word of plan or expectation before the figure in its clause. Forecast: the same said by analysts, unnamed people or of chips.
    Estimate: an analyst's figure of what has happened.
    """
    clause = scene.clause(quantity.first)
    plans = [cue for cue in scene.kinds("guidance") if cue.first < quantity.first and scene.clause(cue.first) == clause]
    plans = [
        cue
        for cue in plans
        if not any(
            other.first > cue.last
            and other.last < quantity.first
            and other.kind == quantity.kind
            and _separate(scene, other, quantity)
            for other in scene.quantities
        )
    ]
    later = [
        cue
        for cue in scene.kinds("guidance")
        if quantity.last < cue.first <= quantity.last + 4
        and scene.tokens.words[cue.first] in ("guidance", "forecast", "target", "outlook", "budget", "plan")
    ]
    hedged = not _HEDGES.isdisjoint(scene.tokens.words[max(scene.first, quantity.first - 4) : quantity.first])
    outside = {cue.value for cue in scene.kinds("claimant")}
    if plans or later:
        others = outside & {"analyst", "anonymous"} and "executive" not in outside
        status, certainty = (
            ("forecast", 0.9) if others or metric in ("gpu_units", "gpu_unit_price") else ("guidance", 0.95)
        )
        if not later and scene.tokens.words[plans[-1].first] in _MODALS:
            certainty *= 0.75
        return status, certainty * (0.6 if hedged else 1.0)
    guessed = [
        cue for cue in scene.kinds("estimate") if scene.clause(cue.first) == clause and cue.first < quantity.first
    ] or [cue for cue in scene.kinds("estimate") if "analyst" in outside and metric in ("gpu_units", "gpu_unit_price")]
    if (
        guessed
        or ("analyst" in outside and metric in ("gpu_units", "gpu_unit_price"))
        or ("anonymous" in outside and metric in ("capex", "gpu_units"))
    ):
        return "estimate", 0.85
    return "reported", 0.95


def _separate(scene: Scene, other: Mention, quantity: Mention) -> bool:
    """Whether a comma and a verb of reporting part two quantities, so that the plan before the first says nothing of the second."""
    return any(cue.kind in ("spend", "say") and other.last < cue.first < quantity.first for cue in scene.cues)


def claimant_of(scene: Scene, status: str) -> str:
    """Who says so, as one of company, executive, analyst, anonymous, publication."""
    found = {cue.value for cue in scene.kinds("claimant")}
    for kind in ("anonymous", "analyst", "executive", "company"):
        if kind in found:
            return kind
    return "company" if status in ("reported", "guidance") else "publication"
