"""Recognises amounts that state a change, or a part of another amount.

Words of direction and of parts around one quantity belong here. What moved, or what the whole measures, belongs to `metric_rules`.
"""

from __future__ import annotations

from typing import Final

from capex_pipeline.article.chip_words import noun_after
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.period_expressions import PeriodExpression
from capex_pipeline.article.sentence_model import Scene, once

_GROWTH_WORDS: Final = frozenset(
    "by of some about around roughly nearly almost more than an a at least another just further".split()
)


_CHANGES: Final = frozenset(
    "more less higher lower above below increase rise jump drop fall cut bump boost hike uplift upgrade revision reduction decline decrease surge swing "
    "improvement shortfall shift".split()
)
_FURTHER: Final = frozenset("extra additional further incremental".split())
_RAISING: Final = frozenset(
    "raise raised raises raising lift lifted lifts lifting lower lowered lowers lowering boost boosted boosts boosting reduce reduced reduces hiked upped "
    "widened narrowed trimmed exceeded missed beat".split()
)
_COMPARATIVES: Final = frozenset("more less above below".split())
_CROSSED: Final = frozenset("above below over under past beyond".split())
"""Words that make the amount after a verb of direction a level."""


def _is_increase_of(scene: Scene, quantity: Mention) -> bool:
    """Whether an amount is what something rose by: "an increase in Google Cloud revenues of $2.9 billion"."""
    if scene.tokens.word(quantity.first - 1) != "of":
        return False
    cue = next((cue for cue in reversed(scene.of["up", "down"]) if cue.last < quantity.first), None)
    if cue is None:
        return False
    noun = scene.tokens.words[cue.first] in _CHANGES and scene.tokens.word(cue.last + 1) == "in"
    return (
        noun and quantity.first - cue.last <= 9 and not scene.has_between(cue.last + 1, quantity.first, ("comparison",))
    )


def is_difference(scene: Scene, quantity: Mention) -> bool:
    """Whether an amount is a change, not a level: "up $4bn", "an extra $3bn", "raised its budget by $2bn", "a $10bn upward revision"."""
    tokens, words = scene.tokens, scene.tokens.words
    if quantity.kind not in ("money", "count"):
        return False
    following = quantity.last + 1
    if tokens.word(following) in _CHANGES or (
        tokens.word(following) in ("upward", "downward", "net", "sequential", "annual")
        and tokens.word(following + 1) in _CHANGES
    ):
        return True
    if _is_increase_of(scene, quantity) or (
        tokens.word(following) == "of"
        and not _FURTHER.isdisjoint((tokens.word(following + 1), tokens.word(following + 2)))
    ):
        return True
    index = quantity.first - 1
    before = tokens.word(index)
    if before in _TOLERANCES or words[index - 2 : index + 1] == ["plus", "or", "minus"]:
        return True  # "$1.6bn, plus or minus $25m"
    if before in _FURTHER:
        return quantity.kind != "count"  # what is bought or shipped further is bought or shipped
    if before == "by":
        since = scene.end_of_last(quantity)
        moved = any(since <= cue.first for cue in scene.leading(quantity, "up", "down"))
        return moved or not _RAISING.isdisjoint(words[since:index])
    if before in ("of", "a", "another"):
        index -= 1
    at_place = {cue.kind for cue in scene.cues if cue.last == index}
    spent = scene.tokens.word(following) == "on" and scene.begins(following + 1, "metric", "capex_objects", reach=2)
    if words[quantity.first] in _CROSSED or spent:  # "they dropped $136bn on capex"
        return False  # "slipped below $25bn"
    return bool(at_place & {"up", "down"}) and "spend" not in at_place and words[index] not in _COMPARATIVES


def refers_back(scene: Scene) -> bool:
    """Whether a sentence speaks of the figure before it: "That is up from $5bn", "This compares with $5bn"."""
    first = scene.first + (scene.tokens.word(scene.first) in ("so", "and", "but"))
    words = scene.tokens.words[first : first + 2]
    return words[0] in ("that", "this") and words[-1] in ("is", "'s", "was", "compares", "marks", "represents")


def had_been(scene: Scene, quantity: Mention) -> bool:
    """Whether an amount is one from which the passage has moved on: "It had been $5bn in the December quarter"."""
    return "had" in scene.left(quantity.first, 3)


@once
def is_growth(scene: Scene, quantity: Mention) -> int:
    """1 for growth, -1 for decline, 0 if a percentage or multiple is neither.

    A word of direction is right before the number ("up 6%", "rose by about 6%") or right after it ("6% higher", "a 6% increase")."""
    tokens = scene.tokens
    if quantity.kind not in ("percent", "multiple"):
        return 0
    after = quantity.last + 1
    than = tokens.words[after : after + 4]
    planned = scene.near(quantity.last, ("expected_by_others", "guidance"), after=9)
    if (
        ("than" in than or "above" in than)
        and than[:1] not in ([","], ["and"])
        and planned is not None
        and "," not in tokens.words[after : planned.first]
    ):
        return 0  # "29% more than analysts expected"
    if _against_a_plan(scene, quantity) or _against_a_company(scene, quantity) or _had_been_higher(scene, quantity):
        return 0
    if (direction := _by(scene, quantity) or _rate_of(scene, quantity) or _pace_to(scene, quantity)) != 0:
        return direction
    if quantity.kind == "percent" and scene.follows_growth and refers_back(scene) and quantity is scene.quantities[0]:
        return 1  # "AWS grew 19%. That compares with 17% in the quarter before"
    if quantity.kind == "multiple" and quantity.numeral.isalpha():
        if quantity.numeral in ("halved", "halving"):
            return -1
        return 1
    sign = tokens.word(quantity.first - 1)
    yearly = any(first == after and period.form == "year_earlier" for first, _, period in scene.periods)  # "+13% Y/Y"
    names = scene.of["segment", "cloud_part", "segment_words"]
    listed = yearly or tokens.word(quantity.first - 2) in ("(", ",", ";", "/", "or")
    listed = listed or any(cue.last == quantity.first - 2 for cue in names)  # "AWS +17%"
    if sign in ("+", "-") and tokens.joined(quantity.first) and listed:
        return 1 if sign == "+" else -1
    after = _after_periods(scene, after)
    start = quantity.first - 1
    while start >= scene.first and tokens.words[start] in _GROWTH_WORDS and quantity.first - start < 5:
        start -= 1
    for cue in scene.of["up", "down"]:
        if cue.first <= start <= cue.last and tokens.word(start) not in (
            "more",
            "less",
            "above",
            "below",
            "higher",
            "lower",
        ):
            return 1 if cue.kind == "up" else -1
        if after <= cue.first <= after + 2 and not any(
            tokens.words[index] in (",", "of", "and") for index in range(after, cue.first)
        ):
            is_amount = tokens.word(cue.first) in ("cut", "more", "less")
            if is_amount and tokens.word(cue.first + 1) not in ("than", ".", ",") and not _than_before(scene, cue.last):
                continue
            return 1 if cue.kind == "up" else -1
    if quantity.kind == "percent" and (
        scene.named_before(quantity) or any(cue.last == quantity.first - 1 for cue in scene.of["segment_words"])
    ):  # "AWS grew 28%, Google Cloud at 63% and Alibaba's cloud business 34%"
        earlier = [other for other in scene.quantities if other.last < quantity.first and other.kind == "percent"]
        return is_growth(scene, earlier[0]) if earlier else 0
    if tokens.word(quantity.first - 1) in ("and", ","):  # "climbed 35 per cent and 19 per cent respectively"
        at = quantity.first - 2 - (tokens.word(quantity.first - 2) == ",")
        while at in scene.timed or (at + 1 in scene.timed and tokens.word(at) == "in"):
            at -= 1  # "increase 70% in 2025 and 15% in 2026"
        other = scene.quantity_at(at)
        if other is not None and other.kind == quantity.kind and other.first < quantity.first:
            return is_growth(scene, other)
    return 0


_MOST_COMPARED: Final = 14
"""Words between "more" and the time with which it is compared."""


def _than_before(scene: Scene, last: int) -> bool:
    """Whether what is more or less is compared with a year before: "53% more on property and equipment in the quarter than a year before"."""
    tokens = scene.tokens
    limit = min((other.first for other in scene.quantities if other.first > last), default=scene.end)
    return any(
        period.form == "year_earlier"
        and last < first <= min(limit, last + _MOST_COMPARED)
        and "than" in tokens.words[first - 3 : first]
        for first, _, period in scene.periods
    )


def _by(scene: Scene, quantity: Mention) -> int:
    """The direction of a change after "by" whose verb has an object: "increase their capital expenditure by 30%"."""
    index = quantity.first - 1
    if scene.tokens.word(index) != "by":
        return 0
    since = scene.end_of_last(quantity)
    for cue in reversed(scene.leading(quantity, "up", "down")):
        if max(since, index - 9) <= cue.first:
            return 1 if cue.kind == "up" else -1
    return 0


_RATE_VERBS: Final = frozenset(
    "had been was is of at from to be again further sharply slightly expected accelerates reaccelerates reaccelerated accelerate slow reach quicken accelerated quickened slowed rose fell eased picked up down hit reached came in jumped dropped cooled decelerated "
    "increased decreased improved moderated stood returning returned climbing accelerating slowing hitting reaching running back about around roughly nearly almost".split()
)


def _pace_to(scene: Scene, quantity: Mention) -> int:
    """1 for the rate that revenue quickened or slowed to: "cloud revenue accelerated year-over-year to 36%"."""
    index = quantity.first - 1
    if quantity.kind != "percent" or scene.tokens.word(index) != "to":
        return 0
    timed = next((first for first, last, _ in scene.periods if last == index - 1), index)
    return int(scene.tokens.word(timed - 1) in _PACES and bool(scene.of["sales", "metric", "segment"]))


_PACES: Final = frozenset("accelerated accelerating reaccelerated slowed slowing decelerated quickened".split())
_AGAINST: Final = frozenset(
    "beat beating topped topping outpaced outpacing exceeded exceeding versus vs against after than from compared slower faster to".split()
)


def _rate_of(scene: Scene, quantity: Mention) -> int:
    """1 for a growth rate with the noun as its subject ("growth quickened from 28% to 32%"), and for a rate that is compared with one."""
    words = scene.tokens.words
    if quantity.kind != "percent":
        return 0
    others = [other for other in scene.quantities if other.last < quantity.first]
    nouns = [cue.first for cue in scene.of["up"] if words[cue.first] == "growth" and cue.first < quantity.first]
    if nouns and not any(nouns[-1] < cue.first < quantity.first for cue in scene.of["metric", "context", "sales"]):
        taken = {place for other in others for place in range(other.first, other.last + 1)}
        taken |= {place for cue in scene.of["segment", "entity"] for place in range(cue.first, cue.last + 1)}
        taken |= {cue.first for cue in scene.of["up", "down"]}
        rest = [words[place] for place in range(nouns[-1] + 1, quantity.first) if place not in scene.timed | taken]
        if all(word in _RATE_VERBS or word in ("in", "the", "rate", ",", "and", "by") for word in rest):
            # "growth surged by 14 percentage points to 48%"
            return int(all(other.kind.startswith(("percent", "basis")) for other in others if other.first > nouns[-1]))
    percents = [other for other in others if other.kind == "percent"]
    if percents and (
        words[quantity.first - 3 : quantity.first] == ["when", "it", "was"]
        or scene.tokens.word(quantity.last + 1) in ("pace", "clip")
        or (
            (words[quantity.first - 1] == "after" or words[quantity.first - 2 : quantity.first] in _UP_FROM)
            and scene.clause(percents[-1].first) == scene.clause(quantity.first)
        )
    ):
        # "accelerated to 20% growth, bringing in $33bn, after 17% in the second", "rose 26% to $33bn, up from 18% in the quarter before"
        return is_growth(scene, percents[-1])
    if others and others[-1].kind == "percent" and words[quantity.first - 1] in ("the", *_AGAINST):
        between = words[others[-1].last + 1 : quantity.first]
        if len(between) <= 18 and not _AGAINST.isdisjoint(between) and "," not in between:
            following = words[others[-1].last + 1 : others[-1].last + 3]
            return int(following[:1] == ["growth"])
    return 0


_UP_FROM: Final = (["up", "from"], ["down", "from"])


def _after_periods(scene: Scene, index: int) -> int:
    """The token after the words of time at a token: "31% year over year growth"."""
    opened = index + (scene.tokens.word(index) == "(")
    for first, last, _ in scene.periods:
        if first in (index, opened):
            after = last + 1 + (scene.tokens.word(last + 1) == ")" and first == opened > index)
            return _after_periods(scene, after)
    return index


_MEASURED: Final = ("metric", "sales", "spend", "flow", "segment")
_THAN: Final = frozenset("from than over above below versus vs against".split())
_PLANNED: Final = frozenset(
    "forecast forecasts guidance estimate estimates expectation expectations outlook target projection projections plan plans budget midpoint consensus".split()
)


def _against_a_plan(scene: Scene, quantity: Mention) -> bool:
    """Whether a change is one of a plan or relative to an expectation: "40% below the previous forecast", "guidance came down by 40%"."""
    words = scene.tokens.words
    since = scene.end_of_last(quantity)
    plan = next((at for at in range(quantity.first - 1, since - 1, -1) if words[at] in _PLANNED), None)
    if (
        plan is not None
        and words[quantity.first - 1] == "by"
        and not scene.has_between(plan + 1, quantity.first, _MEASURED)
    ):
        return True
    for index in range(quantity.last + 1, min(quantity.last + 5, scene.end)):
        if words[index] in _THAN and index not in scene.timed:
            following = words[index + 1 : min(index + 7, scene.end)]
            stop = next((place for place, word in enumerate(following) if word in (",", ".", ";", ")")), 6)
            return not _PLANNED.isdisjoint(following[:stop])
    return False


def _against_a_company(scene: Scene, quantity: Mention) -> bool:
    """Whether a rate or multiple is that of one company against another: "double the $15bn at Google Cloud", "40% more than Meta spent"."""
    words = scene.tokens.words
    is_rate = quantity.kind == "percent" and "than" in words[quantity.last + 2 : quantity.last + 4]
    if not (is_rate or quantity.kind == "multiple") or words[quantity.last].endswith(("ed", "ing")):
        return False
    told = {name for one in scene.subjects if one.first < quantity.first for name in one.entities}
    as_much = (
        scene.tokens.word(quantity.last + 1) == scene.tokens.word(quantity.last + 3) == "as"
    )  # "twice as much as Meta's"
    after = quantity.last + 4 * as_much
    return bool(told) and any(
        0 < one.first - quantity.last <= _COMPARED_REACH
        and one.via in ("name", "segment")
        and told.isdisjoint(one.entities)
        and {",", "as", "while"}.isdisjoint(words[after : one.first])
        for one in scene.subjects
    )


def _had_been_higher(scene: Scene, quantity: Mention) -> bool:
    """Whether a change is that from now to a year before: "a year earlier, they had been 40% higher"."""
    before = [last for _, last, one in scene.periods if one.form == "year_earlier" and last < quantity.first]
    since = before[-1] if before else scene.end
    is_told = since >= scene.end_of_last(quantity) and not {"had", "were", "was"}.isdisjoint(
        scene.tokens.words[since : quantity.first]
    )
    return is_told and scene.tokens.word(quantity.last + 1) in (
        "higher",
        "lower",
        "above",
        "below",
        "larger",
        "smaller",
    )


RECORDED: Final = frozenset("recorded reported posted seen registered logged achieved clocked".split())
"""Participles between growth and the time in which it was recorded."""
_TOLERANCES: Final = ("\u00b1", "+/-")
_COMPARED_REACH: Final = 9
"""Words after "double" within which the company stands that another one is compared with."""
_KINDS: Final = "money percent percentage_points basis_points multiple count uncertain".split()
_OF_PACE: Final = frozenset(
    "slowdown slowing slower acceleration accelerating faster deceleration decelerating quicker".split()
)
"""Words after which a quarter is compared by the pace of growth: "rose 28%, a slowdown from the prior quarter"."""


def is_sequential(scene: Scene, quantity: Mention) -> bool:
    """Whether growth is relative to the quarter before, by the words between it and the next quantity."""
    clause = scene.clause(quantity.first)
    limit = scene.start_of_next(quantity, *_KINDS)
    words = scene.tokens.words
    if any(
        quantity.last < cue.first < limit and _OF_PACE.isdisjoint(words[quantity.last : cue.first])
        for cue in scene.of["sequential"]
    ):
        return True
    alike = scene.start_of_next(quantity, quantity.kind, "basis_points", "percentage_points")
    compared = [
        period.form
        for first, _, period in scene.periods
        if quantity.last < first < alike
        and _OF_PACE.isdisjoint(words[quantity.last : first])
        and scene.clause(first) == clause
        and period.form in ("year_earlier", "previous_period")
        and not (
            words[first - 1] == "in" and words[first - 2] in RECORDED
        )  # "the 26% growth recorded in the previous quarter"
        and not any(0 < quantity.first - cue.last <= 2 for cue in scene.of["comparison"])
    ]
    return compared[:1] == ["previous_period"]


def base_of_growth(scene: Scene, quantity: Mention) -> PeriodExpression | None:
    """The period over whose amount something grew, if the words beside growth or at the head of the sentence name one: "from the fourth quarter",
    "from $9bn in 2023", "Compared with December, capex rose". The pace of growth is no amount: "faster than in the third quarter"."""
    words = scene.tokens.words
    if not _OF_PACE.union(_PACES).isdisjoint(scene.left(quantity.first, 4)):
        return None
    amounts = {at for one in scene.quantities if one.kind != quantity.kind for at in range(one.first, one.last + 1)}
    limit = scene.start_of_next(quantity, quantity.kind)
    for first, last, period in scene.periods:
        at = first - 1 if words[last + 1 : last + 2] != ["when"] else scene.first  # "down from Q1 when it was 34%"
        while at > scene.first and (words[at] in _BASE_WORDS or at in amounts):
            at -= 1
        compares = (
            words[at] in _BASES
            or words[at - 1 : at + 1] in _COMPARED
            or (words[at] == "on" and at == quantity.last + 1)
        )
        is_beside = quantity.last < at and first < limit and scene.clause(at) == scene.clause(quantity.first)
        is_head = at - (words[at] in ("with", "to")) == scene.first and not any(
            first < other.first < quantity.first for other in scene.quantities if other.kind == quantity.kind
        )
        if compares and (is_head or (is_beside and _OF_PACE.isdisjoint(words[quantity.last : at]))):
            return period
    return None


_BASES: Final = frozenset("from over versus vs against than above below".split())
_COMPARED: Final = (["compared", "with"], ["compared", "to"])
_BASE_WORDS: Final = frozenset(
    "the its their a in of for level levels figure that those what was spent all historic record reached recorded".split()
)
"""Words between a word of comparison and the time with which something is compared."""


def grew_over_years(scene: Scene, quantity: Mention) -> bool:
    """Whether growth took another time than a year, by the words beside it or at the head of the sentence: "doubled within two years", "have tripled
    since 2023", "In just three months, capex rose 9%". A record is no time of growth: "the fastest in two years"."""
    words = scene.tokens.words
    named = {at for first, last, one in scene.periods if one.form != "open" for at in range(first, last + 1)}
    for at in range(scene.first, scene.end - 1):
        if words[at] not in _DURING:
            continue
        stop = at + 1
        while stop < scene.end - 1 and words[stop] in _SPAN_WORDS:
            stop += 1
        unit = scene.tokens.word(stop + 1 + (scene.tokens.word(stop + 1) == "-"))
        is_span = (
            unit in _SPANS and (words[stop], unit) not in _A_YEAR and (words[stop] in _NUMBERS or words[stop].isdigit())
        )
        is_since = words[at] == "since" and len(words[stop]) == 4 and words[stop].isdigit()
        if not (is_span or is_since) or stop in named:
            continue
        rest = [
            words[place] for place in range(quantity.last + 1, at) if place not in scene.taken and words[place] != "to"
        ]
        if at == scene.first or (quantity.last < at and len(rest) <= 2 and _RECORDS.isdisjoint(rest)):
            return True
    return False


_DURING: Final = frozenset("in within over during inside across since".split())
_SPAN_WORDS: Final = frozenset(
    "just only under about less than barely the space of a past last more little over around nearly almost".split()
)
_NUMBERS: Final = frozenset("two three four five six seven eight nine ten twelve".split())
_SPANS: Final = frozenset("weeks months quarters years".split())
_A_YEAR: Final = (("twelve", "months"), ("12", "months"), ("four", "quarters"), ("4", "quarters"))
_RECORDS: Final = frozenset(
    ", fastest strongest highest slowest most best quickest biggest largest weakest lowest pace rate first".split()
)


_SHORTER: Final = frozenset(
    ("quarter", "half", "nine_months", "months_to", "this_quarter", "next_quarter", "last_quarter")
)


def _has_time_of_its_own(scene: Scene, quantity: Mention) -> bool:
    """Whether a part of a year's amount is the whole amount of a shorter period: "$16bn of it in the first quarter"."""
    if scene.tokens.word(quantity.last + 1) != "of":
        return False
    limit = scene.start_of_next(quantity, *_KINDS)
    clause = scene.clause(quantity.first)
    if scene.tokens.words[quantity.last + 1 : quantity.last + 4] in (["of", "it", "."], ["of", "that", "."]):
        since = scene.end_of_last(quantity)
        return any(since <= first < quantity.first and one.form in _SHORTER for first, _, one in scene.periods)
    period = next((entry for entry in scene.periods if quantity.last < entry[0] < min(limit, quantity.last + 9)), None)
    if period is None or period[2].form not in _SHORTER or scene.clause(period[0]) != clause:
        return False
    words = scene.tokens.words[quantity.last + 1 : period[0]]
    return words[:2] in (["of", "it"], ["of", "that"], ["of", "which"], ["of", "this"]) and _USED_FOR.isdisjoint(
        set(words[2:]) - {"in", "on", "for", "to", "of", "from"}
    )


_USED_FOR: Final = frozenset(
    "spent going allocated earmarked set devoted dedicated coming directed used meant budgeted slated for on to of in from".split()
)
_WHOLE: Final = frozenset("that this which it those these them".split())


@once
def is_part(scene: Scene, quantity: Mention) -> bool:
    """Whether an amount is marked as a part of another one, so that it is not a level of the other one's metric."""
    words, tokens = scene.tokens.words, scene.tokens
    if quantity.kind not in ("money", "count"):
        return False
    if _has_time_of_its_own(scene, quantity):
        return False
    if quantity.kind == "count" and tokens.word(quantity.first - 1) == "first":
        return True  # "the first 100,000 chips"
    if tokens.word(quantity.first - 1) in ("remaining", "rest") or words[quantity.first - 2 : quantity.first] == [
        "rest",
        "with",
    ]:
        return True
    before = [other for other in scene.quantities if other.last < quantity.first]
    following = quantity.last + 1
    if tokens.word(following) == "of":
        whole = tokens.word(following + 1)
        since = max((other.last for other in before), default=scene.first)
        of_chips = quantity.kind == "count" and (
            noun_after(tokens, following + 2)  # "650,000 units of this GPU"
            or scene.has_between(since, quantity.first, ("flow",))  # "and Meta bought 173,000 of those"
        )
        if (whole in _WHOLE and following + 1 not in scene.timed and not of_chips) or any(
            other.first in (following + 2, following + 3)
            for other in scene.quantities
            if whole in ("its", "the", "their")
        ):
            return True
    previous = tokens.word(quantity.first - 1)
    compared = scene.ends(quantity.first - 1, "comparison")
    if previous in ("with", "including") and compared is None and any(other.kind == quantity.kind for other in before):
        return tokens.word(following) in _USED_FOR
    if scene.left(quantity.first, 2) in (
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
