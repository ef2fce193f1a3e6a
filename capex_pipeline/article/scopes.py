"""Recognises amounts of a part of a company or of a group: of one region, of one business, of one kind of thing, an average, a group without a member.

Add a rule here when words beside the metric or the company make an amount less than the company's figure. The words themselves are `scopes` of the
reference data. Amounts that the text marks as a part of another amount belong to `growth`, parts of cloud revenue with a name to `metric_rules`.
"""

from __future__ import annotations

from typing import Final

from capex_pipeline.article.lexicon import Cue, Entity
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.sentence_model import Scene

_OF_REGION: Final = "An amount of one region, not of the whole company."
_OF_BUSINESS: Final = "An amount of a part of the company."
_OF_KIND: Final = "An amount of one kind of thing, not of the whole metric."
_AVERAGE: Final = "An average, not an amount of one company or of all together."
_WITHOUT: Final = "A group without one of its members."

_MEASURES: Final = {"capex": ("metric", "capex_objects", "spend"), "cloud_revenue": ("metric", "sales", "segment")}
"""The kinds of words that say what an amount of a metric measures."""
_PLACING: Final = frozenset("in within outside across throughout inside".split())
_LEAVING_OUT: Final = frozenset("excluding without except excludes minus".split())
_WITHIN: Final = ("within", "inside")
_BETWEEN: Final = 3
"""Words between a company and the noun of its business ("Amazon's online retail arm"), or between a metric and "alone"."""


def part_of(scene: Scene, quantity: Mention, metric: str, entity: Entity) -> str:
    """Why an amount of capital expenditure or cloud revenue is not the whole company's or group's; empty if it is."""
    if metric not in _MEASURES:
        return ""
    clause, is_group = scene.clause(quantity.first), entity.type == "group"
    beside = [
        cue
        for cue in scene.of[_MEASURES[metric]]
        if scene.clause(cue.first) == clause
        and (cue.kind != "metric" or cue.value == metric)
        and not any(
            min(cue.first, quantity.first) < other.first < max(cue.first, quantity.first)
            and other.kind == quantity.kind
            for other in scene.quantities
        )
    ]
    if _is_average(scene, quantity):
        return _AVERAGE
    if is_group and _leaves_out(scene, entity):
        return _WITHOUT
    if _is_of_region(scene, quantity, beside, entity):
        return _OF_REGION
    if _is_of_kind(scene, beside):
        return _OF_KIND
    if not is_group and _is_of_business(scene, quantity, beside, metric, entity):
        return _OF_BUSINESS
    return ""


def _is_average(scene: Scene, quantity: Mention) -> bool:
    """Whether an amount is a mean: "spent $50bn on average", "an average of $50bn". What analysts expect on average is an amount."""
    words, clause = scene.tokens.words, scene.clause(quantity.first)
    if scene.words.isdisjoint(("average", "averaged", "averaging")) or quantity.kind == "percent":
        return False
    if scene.of["expected_by_others"] or any(cue.value == "analyst" for cue in scene.of["claimant"]):
        return False
    near = scene.left(quantity.first, 4)
    return not {"average", "averaged", "averaging"}.isdisjoint(near) or any(
        words[at : at + 2] == ["on", "average"] and scene.clause(at) in (clause, clause - 1)
        for at in range(scene.first, scene.end)
    )


def _leaves_out(scene: Scene, group: Entity) -> bool:
    """Whether the sentence takes a member out of a group: "Not counting Meta, the four ...", "the four excluding Meta"."""
    for cue in scene.of["entity"]:
        before = scene.left(cue.first, 3)
        out = before[-1:] and before[-1] in _LEAVING_OUT
        out = out or before[-2:] in (["not", "counting"], ["not", "including"], ["apart", "from"], ["aside", "from"])
        if cue.value in group.members and (out or before[-2:] == ["other", "than"]):
            return True
    return False


def _is_of_region(scene: Scene, quantity: Mention, beside: list[Cue], entity: Entity) -> bool:
    """Whether a region stands right before or after what is measured, after the amount, or at the head of the sentence: "North American capex",
    "revenue in Europe", "Outside India, capex was". A group of one country is named by it, and a company is at home there."""
    words = scene.tokens.words
    clause = scene.clause(quantity.first)
    starts = {cue.first for cue in beside}
    ends = {cue.last for cue in beside} | {quantity.last}
    for cue in scene.of["region"]:
        before = cue.first - 1 - (words[cue.first - 1] == "the")
        is_home, is_placed = cue.value == entity.country, words[before] in _PLACING
        if entity.type == "group" and is_home:
            continue
        if is_placed and before == scene.first and (words[before] == "outside" or not is_home):
            return True
        if scene.clause(cue.first) != clause:
            continue
        at = before - 1
        while at in scene.timed or words[at] == "in":
            at -= 1
        if cue.last + 1 in starts or (is_placed and at in ends):
            return True
    return False


def _is_of_kind(scene: Scene, beside: list[Cue]) -> bool:
    """Whether the measure is limited to one kind of thing: "AI-related capex", "capex on servers alone", "capex for land"."""
    words = scene.tokens.words
    starts = {cue.first for cue in beside}
    if any(cue.last + 1 in starts for cue in scene.of["scope"] if cue.value == "kinds"):
        return True
    for cue in (cue for cue in beside if cue.kind == "metric"):
        following = words[cue.last + 1 : min(cue.last + 3 + _BETWEEN, scene.end)]
        if following[:1] in (["on"], ["for"]) and (
            not {"alone", "only"}.isdisjoint(following[1:])
            or any(one.first == cue.last + 2 and one.value == "things" for one in scene.of["scope"])
        ):
            return True
    return False


def _is_of_business(scene: Scene, quantity: Mention, beside: list[Cue], metric: str, entity: Entity) -> bool:
    """Whether the subject is a business of the company: "Amazon's retail arm", for capital expenditure also its cloud business ("AWS's capex"), and
    for cloud revenue what a cloud business sells ("revenue from AI services within AWS")."""
    words = scene.tokens.words
    cloud = [
        cue
        for cue in scene.of["segment", "segment_words"]
        if cue.value == entity.entity_id
        or (cue.kind == "segment_words" and cue.last > cue.first)  # "cloud capex" is all of it
    ]
    named = [cue for cue in scene.of["entity"] if cue.last < quantity.first and cue.value == entity.entity_id]
    for cue in named[-1:]:
        arms = [one for one in scene.of["scope"] if one.value == "arms" and 2 <= one.first - cue.last <= 2 + _BETWEEN]
        is_cloud = any(cue.first <= one.last and one.first <= cue.last + 2 + _BETWEEN for one in cloud)
        if scene.tokens.word(cue.last + 1) == "'s" and arms and (metric == "capex" or not is_cloud):
            between = words[cue.last + 2 : arms[0].first]
            if all(word.isalnum() or word == "-" for word in between) and arms[0].last < quantity.first:
                return True
    for cue in cloud:
        before = cue.first - 1 - (words[cue.first - 1] in ("the", "its"))
        if metric == "capex":
            after = cue.last + 1 + (scene.tokens.word(cue.last + 1) == "'s")
            # What an amount goes into, after it, is no subject: "capex of $31bn, directed at AWS data centers".
            subjects = {one.first for one in beside if one.kind != "capex_objects" or one.first < quantity.first}
            if after in subjects or (
                words[before] in ("of", "at", "in", *_WITHIN) and any(one.last == before - 1 for one in beside)
            ):
                return True
        elif words[before] in _WITHIN and words[before - 1] not in ("was", "were", "and", ","):
            sold = [one for one in scene.of["sales"] if one.last < before - 1]
            if sold and scene.tokens.word(sold[-1].last + 1) in ("from", "of"):
                return True
    return False
