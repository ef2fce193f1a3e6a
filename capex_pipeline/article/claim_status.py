"""Decides the kind of a statement and its source.

A quantity is reported, planned, estimated, expected by others, or the base of a comparison; its source is the company,
an executive, an analyst, an unnamed source or the publication. Add a rule here when it decides one of the two from the
words around a quantity. The metric is decided in `article/metric_rules.py`, the company in `article/entity_rules.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from capex_pipeline.article.growth import is_growth
from capex_pipeline.article.lexicon import Cue, Vocabulary
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.negation import negation
from capex_pipeline.article.period_expressions import PeriodExpression
from capex_pipeline.article.sentence_model import Scene, once
from capex_pipeline.article.unknown_names import is_person_before
from capex_pipeline.values.words import REVERSED_BOUNDS, Bound

_BASE_FILLERS: Final = frozenset(
    "a an the previous prior earlier original initial its his their our your that last company 's range of forecast estimate guidance outlook target call view projection plan budget around about at between just only some level figure . is was had".split()
)


_BETTER: Final = ("of", "with", "above", "than", "-")
"""Words right before an expectation with which the amount before them was compared: "grew 23%, ahead of expectations"."""
_LEADS_TO_NUMBER: Final = frozenset("of for at a an the was were had been about around is".split())
_OUTCOMES: Final = frozenset(
    "compared beating missing topping beat missed above below exceeding than trailing surpassing analysts analyst wall consensus average versus against vs".split()
)
"""Words that compare a result with what was expected."""


@once
def is_base(scene: Scene, quantity: Mention) -> Cue | None:
    """Return the word of comparison before the quantity ("from", "compared with", "against an earlier range of")."""
    index = quantity.first - 1
    tokens = scene.tokens
    for _ in range(7):
        if index < scene.first:
            return None
        cue = next((cue for cue in scene.of["comparison"] if cue.first <= index <= cue.last), None)
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
        if tokens.words[index] not in _BASE_FILLERS:
            return None
        index -= 1
    return None


def is_superseded(scene: Scene, quantity: Mention, base: bool, guided: bool) -> bool:
    """Whether guidance is the previous one: the base of a change of guidance, or called previous or earlier."""
    near = scene.near(quantity.first, ("superseded",), before=7)
    if near is not None and (
        scene.tokens.word(near.first - 1) in _TIME_NOUNS
        or any(subject.first <= near.first <= subject.last for subject in scene.subjects)
        or (scene.tokens.words[near.first] == "earlier" and scene.tokens.word(near.first + 1) == ",")
    ):
        near = None  # "said a week earlier that it now expects" is when it was said, "the former start-up" is a company
    grown = any(is_growth(scene, other) for other in scene.quantities if other.last < quantity.first)
    if _had_been_planned(scene, quantity):
        return True
    if base and guided and (near is not None or not grown):
        return True  # but "shipments will climb 31 percent to 8.4 million from 6.4 million"
    if near is not None and near.first < quantity.first and _is_own_estimate(scene, quantity, near):
        return True
    opening = scene.left(quantity.first, 3)
    if "(" in opening and opening[opening.index("(") + 1 :] in _WERE_BEFORE and (guided or near is not None):
        return True  # "to 5.2m (prior: 4.5m)", "is now $35bn to $40bn (was $30bn to $37bn)"
    if (
        near is not None
        and near.first < quantity.first
        and scene.has_between(near.first, quantity.first, ("guidance", "spend", "comparison"))
    ):
        return not any(other.first > near.last and other.last < quantity.first for other in scene.quantities)
    if near is not None and near.last == quantity.first - 1 and scene.tokens.word(quantity.last + 1) in _OLD_PLANS:
        return True  # "lifting the prior $110-130 billion range"
    later = scene.near(quantity.last, ("superseded",), after=2)
    return later is not None and later.first == quantity.last + 1 and (base or guided)


def limit_by_plan(scene: Scene, quantity: Mention) -> str:
    """The bound that an amount of one time sets for a plan of another, "" if none: "to be higher than the $130bn of 2026" is at least $130bn."""
    words, at = scene.tokens.words, quantity.first - 1
    while at > scene.first and words[at] in _BASE_FILLERS:
        at -= 1
    if quantity.kind != "money" or at == quantity.first - 1:
        return ""
    at -= words[at] == "than"
    bound = _LIMITS.get(words[at], "")
    is_negated = negation(scene.tokens, at, scene.end_of_last(quantity)) == "not"
    return REVERSED_BOUNDS[bound] if bound and is_negated else bound


_LIMITS: Final[dict[str, Bound]] = {
    **dict.fromkeys("higher more greater larger bigger above exceed exceeds exceeding surpass top".split(), "at_least"),
    **dict.fromkeys("lower less smaller below under".split(), "at_most"),
}


def was_planned(scene: Scene, quantity: Mention) -> bool:
    """Whether a plan of the past leads to a quantity without another one between: "had planned to spend $100bn in 2025"."""
    since, words = max(scene.end_of_last(quantity), quantity.first - _PLAN_REACH), scene.tokens.words
    plans = [cue.first for cue in scene.leading(quantity, "guidance") if since <= cue.first]
    return any(words[at] in _PLANNED or words[at - 1] == "had" for at in plans)


_PLAN_REACH: Final = 7
_PLANNED: Final = frozenset("planned budgeted intended aimed hoped meant would pledged promised vowed".split())


def _had_been_planned(scene: Scene, quantity: Mention) -> bool:
    """Whether a clause after a quantity says that somebody had planned it before: "more than the $16bn that Oracle had flagged in March"."""
    words = scene.tokens.words[quantity.last + 1 : min(quantity.last + 7, scene.end)]
    had = words.index("had") if "had" in words[:-1] else 0
    return 0 < had <= 4 and {",", ".", "and"}.isdisjoint(words[:had]) and words[had + 1] in _ANNOUNCED


_ANNOUNCED: Final = frozenset(
    "flagged guided forecast forecasted planned projected signalled signaled targeted budgeted".split()
)


def _is_own_estimate(scene: Scene, quantity: Mention, earlier: Cue) -> bool:
    """Whether the speaker's own earlier estimate is right before a quantity: "surpassing its earlier estimate of $85bn"."""
    words = scene.tokens.words
    between = words[earlier.last + 1 : quantity.first]
    return not _OWN.isdisjoint(scene.left(earlier.first, 2)) and (
        bool(between) and between[0] in _ESTIMATES and set(between[1:]) <= _LEADS_TO_NUMBER
    )


_WERE_BEFORE: Final = (
    ["was"],
    ["from"],
    *([word, *rest] for word in ("prior", "previously", "previous", "earlier") for rest in ([], [":"])),
)
_TIME_NOUNS: Final = frozenset("day days week weeks month months quarter quarters year years".split())
_OLD_PLANS: Final = frozenset("range forecast guidance target estimate outlook projection plan budget".split())
_OWN: Final = frozenset(("its", "their", "our", "own"))
_ESTIMATES: Final = frozenset(("estimate", "estimates", "expectation", "expectations", "projection", "projections"))


def _states_expectation(scene: Scene, quantity: Mention, cue: Cue) -> bool:
    """Whether a word of expectation in brackets has its own number: "$9.65bn (consensus: $9.3bn)"."""
    return scene.in_brackets(cue.first, quantity.last) and any(
        cue.last < other.first and scene.in_brackets(other.first, quantity.last) for other in scene.quantities
    )


_CUTS: Final = frozenset((",", "with", "after", "as", "while", "when", "because", "since", "despite"))
_OUTSIDERS: Final = frozenset("analysts analyst investors economists street market markets consensus".split())


@once
def is_expected_by_others(scene: Scene, quantity: Mention) -> bool:
    """Whether analysts had expected the quantity, and a result is compared with it ("beating estimates of")."""
    tokens = scene.tokens
    if not scene.of["expected_by_others"] and scene.words.isdisjoint(_EXPECTING):
        return False
    earlier = scene.near(quantity.first, ("superseded",), before=7)
    if earlier is not None and earlier.first < quantity.first and _is_own_estimate(scene, quantity, earlier):
        return False
    relative = tokens.words[quantity.last + 1 : quantity.last + 5]
    if relative[:1] in (["that"], ["which"]) and not _OUTSIDERS.isdisjoint(relative[1:3]):
        return True  # "$32bn that analysts were looking for"
    if _had_been_expected(scene, quantity):
        return True
    beside = scene.left(quantity.first, 6)
    against = [word for word in beside if word not in (".", ":", "at", "of", "~", "prior", "previous", "the")]
    if against[-1:] and against[-1] in _OUTSIDERS and against[-2:-1] and against[-2] in ("vs", "versus", "v"):
        return True  # "capex $31bn vs. Street $35bn"
    alike = any(other.last < quantity.first and other.kind == quantity.kind for other in scene.quantities)
    if alike and against[-1:] and against[-1] in _BESIDE_RESULT and against[-2:-1] in ([","], ["("], [";"], ["-"]):
        return True  # "AWS: $36.9bn, estimate $36.2bn"
    following = {*tokens.words[quantity.last + 1 : quantity.last + 4]} & _GUESSES or tokens.word(
        quantity.last + 1
    ) in _HOPED
    if following and not _OUTCOMES.isdisjoint(scene.left(quantity.first, 4)):
        return True  # "far surpassing his 200,000-chip estimate", "revenue of $25bn vs. $24bn expected"
    after = scene.near(quantity.last, ("expected_by_others",), after=5)
    if (
        after is not None
        and tokens.words[after.first - 1] not in _BETTER
        and after.first > quantity.last
        and _CUTS.isdisjoint(tokens.words[quantity.last : after.first])
        and not _states_expectation(scene, quantity, after)
    ):
        analysts = [
            cue
            for cue in scene.of["claimant"]
            if cue.value == "analyst" and quantity.last < cue.first <= after.last + 3
        ]
        if analysts or tokens.words[after.first] in ("estimates", "expectations", "consensus"):
            return True
    before = scene.near(quantity.first, ("expected_by_others",), before=5)
    if (
        before is not None
        and tokens.words[before.first - 2 : before.first] != ["than", "-"]  # "a better-than-expected 26% rise"
        and (before.first < quantity.first or tokens.words[quantity.first] in _HOPED)
        and set(tokens.words[before.last + 1 : quantity.first]) <= _LEADS_TO_NUMBER
        and tokens.words[before.last]
        in ("estimates", "expectations", "consensus", "forecasts", "forecast", "estimate", "expectation", *_HOPED)
    ):
        verbs = scene.left(before.first, 5)
        # "was $32.9bn, with expectations of $32.4bn", "grew 82% (the expectation was $22.5bn)"
        is_beside = verbs[-2:] in ([",", "with"], ["(", "the"])
        return is_beside or any(verb in _OUTCOMES for verb in verbs)
    return False


def _had_been_expected(scene: Scene, quantity: Mention) -> bool:
    """Whether analysts are the subject of a verb of expectation before the quantity, about a result: "analysts were expecting capex of $4bn", "revenue of
    $1.2bn, with analysts expecting $1.1bn". What they expect of a time to come is a forecast."""
    words = scene.tokens.words
    before = [other for other in scene.quantities if other.last < quantity.first]
    since = max(scene.first, quantity.first - 10, before[-1].last + 1 if before else 0)
    verbs = [
        at for at in range(since, quantity.first) if words[at] in _HOPING and "," not in words[at : quantity.first]
    ]
    others = {cue.last for cue in scene.of["claimant"] if cue.value == "analyst"} if verbs else set()
    if not (outsiders := [at for at in range(since, max(verbs, default=0)) if words[at] in _OUTSIDERS or at in others]):
        return False
    past = not {"were", "was", "had"}.isdisjoint(words[outsiders[0] : verbs[-1]])
    beside = bool(before) and before[-1].kind == quantity.kind and "with" in words[since : outsiders[0]]
    return past or (beside and verbs[-1] == quantity.first - 1)


_GUESSES: Final = frozenset("estimate estimates forecast forecasts projection consensus".split())
_BESIDE_RESULT: Final = frozenset("estimate estimated est forecast consensus cons street".split())
_HOPED: Final = ("anticipated", "estimated", "projected", "expected", "predicted")
_HOPING: Final = frozenset(
    "expecting expected anticipating anticipated modelling modelled modeling modeled projected pencilled penciled".split()
)
_EXPECTING: Final = _OUTSIDERS.union(_GUESSES, _HOPED, _HOPING)
_HEDGES: Final = frozenset("likely well probably possibly potentially perhaps easily conceivably".split())
_DONE: Final = frozenset("reported posted recorded logged booked spent invested poured".split())
"""Verbs of what is past: a plan named before them is not one for the amount after them."""
_MODALS: Final = frozenset("could may might should".split())


def is_supposed(scene: Scene) -> bool:
    """Whether the sentence is hypothetical or a question: "If spending rises as much again, ...", "Had it matched Meta, ...", "Does the $5bn target stand?"."""
    return scene.tokens.word(scene.first) in ("if", "had") or "?" in scene.tokens.words[scene.end - 2 : scene.end]


def is_unreal(scene: Scene, quantity: Mention) -> bool:
    """Whether a quantity is one of what did not happen, or may not have: "would have spent $5bn"."""
    words, clause = scene.tokens.words, scene.clause(quantity.first)
    return any(
        words[at] == "have"
        and (words[at + 1].endswith("ed") or words[at + 1] in _PARTICIPLES)
        and scene.clause(at) == clause
        and not _UNREAL.isdisjoint(words[max(scene.first, at - 3) : at])
        for at in range(scene.first, quantity.first)
    )


_PARTICIPLES: Final = frozenset(
    "spent been had sold bought made grown risen come gone taken paid built run hit".split()
)
_UNREAL: Final = frozenset("would could might".split())
"""Auxiliary verbs that with "have" tell of what did not happen, or of what is only possible."""


def status_of(
    scene: Scene, quantity: Mention, metric: str | None, *, is_news: bool = True
) -> tuple[str, tuple[str, ...]]:
    """reported | guidance | forecast | estimate, with the evidence. is_news: whether results of the period at which somebody "puts" the amount are news.

    Guidance: a word of plan or expectation precedes the figure in its clause. Forecast: the same by analysts, unnamed people, or about chips. Estimate: an
    analyst's figure for the past."""
    done = max(_done(scene, quantity), default=-1)
    plans = [cue for cue in scene.leading(quantity, "guidance") if cue.first > done and _reaches(scene, cue, quantity)]
    plans = plans or [cue for cue in scene.of["guidance"] if scene.is_in_head(cue.last, quantity)]
    plans = [cue for cue in plans if not _is_no_plan(scene, cue)]
    is_named_plan = _is_announced(scene, quantity) or any(
        quantity.last < cue.first <= quantity.last + 4
        and scene.tokens.words[cue.first] in ("guidance", "forecast", "target", "outlook", "budget", "plan")
        for cue in scene.of["guidance"]
    )
    hedged = not _HEDGES.isdisjoint(scene.left(quantity.first, 4))
    speaking = [cue for cue in scene.of["claimant"] if not _is_told(scene, cue)]
    outside = set() if _is_told_by_company(scene, quantity) else {cue.value for cue in speaking}
    outside |= {"analyst"} if _is_said_of_another(scene, quantity) else set()
    if (
        plans
        or is_named_plan
        or _changes_view(scene, quantity)
        or (not is_news and put_period(scene, quantity) is not None)
    ):
        others = outside & {"analyst", "anonymous"} and "executive" not in outside
        status = "forecast" if others or metric in ("gpu_units", "gpu_unit_price") else "guidance"
        modal = not is_named_plan and bool(plans) and scene.tokens.words[plans[-1].first] in _MODALS
        doubts = (("status_modal",) if modal else ()) + (("status_hedged",) if hedged else ())
        return status, (f"status_{status}", *doubts)
    guessed = [cue for cue in scene.leading(quantity, "estimate") if _reaches(scene, cue, quantity)]
    is_counted = "analyst" in outside and metric in ("gpu_units", "gpu_unit_price")
    if guessed or is_counted or "anonymous" in outside:
        own = metric == "capex" and not outside and any(_is_of_company(scene, cue) for cue in guessed)
        return ("guidance", ("status_guidance",)) if own else ("estimate", ("status_estimate",))
    return "reported", ()


def _is_announced(scene: Scene, quantity: Mention) -> bool:
    """Whether an amount is that of a plan that is called by its announcement: "the $200 billion capex announcement"."""
    return "announcement" in scene.tokens.words[quantity.last + 1 : quantity.last + 4]


@once
def _changes_view(scene: Scene, quantity: Mention) -> bool:
    """Whether somebody changes an own number for what is to come: "cut its estimate for H20 shipments to 650,000"."""
    if scene.words.isdisjoint(_CHANGING) or scene.words.isdisjoint(_VIEWS):
        return False
    words, clause = scene.tokens.words, scene.clause(quantity.first)
    for at in range(scene.first, quantity.first - 2):
        following = words[at + 2 : min(at + 6, quantity.first)]
        view = next((place for place, word in enumerate(following, at + 2) if word in _VIEWS), 0)
        if (
            scene.clause(at) == clause
            and words[at] in _CHANGING
            and words[at + 1] in _OWN
            and view
            and words[view + 1] != "of"
        ):
            return True
    return False


_VIEWS: Final = frozenset("estimate estimates forecast forecasts projection projections number numbers target".split())
_CHANGING: Final = frozenset(
    "cut cuts raised raises lifted lifts lowered lowers trimmed hiked boosted slashed upped reduced revised lift raise".split()
)
_PUTTING: Final = frozenset("put puts putting peg pegs pegged pegging".split())


@once
def put_period(scene: Scene, quantity: Mention) -> PeriodExpression | None:
    """The period without a year whose amount somebody puts at a quantity: "It put the full-year figure at $125bn"."""
    if scene.words.isdisjoint(_PUTTING):
        return None
    words, clause = scene.tokens.words, scene.clause(quantity.first)
    verbs = [at for at in range(scene.first, quantity.first) if words[at] in _PUTTING and scene.clause(at) == clause]
    if not verbs or "at" not in words[quantity.first - 1 : quantity.first + 1]:
        return None
    named = [one for first, _, one in scene.periods if verbs[-1] < first < quantity.first and one.year is None]
    return next((one for one in named if one.form in _PUT_FORMS), None)


_PUT_FORMS: Final = ("full_year", "quarter", "half", "months_to")


@once
def _is_said_of_another(scene: Scene, quantity: Mention) -> bool:
    """Whether a person, or writers who say "we", speak of a company by its name, which is then not their own: "We expect Alibaba to spend 135bn yuan", "Maria
    Lindqvist, a portfolio manager, expects Meta's capital expenditure to reach $105bn"."""
    before = [
        subject for subject in scene.subjects if subject.first < quantity.first and subject.role in ("subject", "post")
    ]
    views = [cue for cue in scene.of["guidance", "estimate", "say"] if cue.first < quantity.first]
    names = [name for name in scene.of["entity"] if name.last < quantity.first]
    if any(
        view.last < names[-1].first and is_person_before(scene, view.first, of_firm=view.kind == "say")
        for view in views
        if names
    ):
        return True
    return (
        len(before) > 1
        and scene.tokens.word(before[-2].first) == "we"
        and before[-1].via == "name"
        and any(before[-2].last < cue.first < before[-1].first for cue in scene.of["guidance", "estimate"])
    )


def _is_of_company(scene: Scene, cue: Cue) -> bool:
    """Whether the subject of a verb of estimation is the company itself: "it estimates capex to be $32bn" is a plan."""
    last = cue.first - 1
    while scene.tokens.word(last) in _ADVERBS:
        last -= 1
    return any(subject.last == last and len(subject.entities) == 1 for subject in scene.subjects)


_ADVERBS: Final = frozenset("now still also currently already".split())


def is_told_as_done(scene: Scene, quantity: Mention) -> bool:
    """Whether a verb of reporting precedes a quantity in its clause, or a verb of the past leads to it: "It posted revenue of $1bn", "capital
    expenditures were $5bn", "spending rose to $5bn".
    """
    words, before = scene.tokens.words, quantity.first - 1
    leads = words[before] in _WERE or (words[before] in _LEADS_TO_LEVEL and words[before - 1] in _CAME)
    return leads or any(at >= scene.end_of_last(quantity) for at in _done(scene, quantity))


_WERE: Final = frozenset("was were totalled totaled reached hit exceeded topped".split())
_LEADS_TO_LEVEL: Final = frozenset(("to", "at", "in"))
_CAME: Final = frozenset(
    "came amounted stood rose climbed jumped grew increased surged soared fell declined dropped %".split()
)


@once
def _done(scene: Scene, quantity: Mention) -> list[int]:
    """The places of verbs of what is past before a quantity in its clause."""
    if scene.words.isdisjoint(_DONE):
        return []
    clause = scene.clause(quantity.first)
    places = range(scene.first, quantity.first)
    words = scene.tokens.words
    return [
        at
        for at in places
        if words[at] in _DONE
        and scene.clause(at) == clause
        and words[at - 2 : at] not in (["to", "have"], ["will", "have"])
    ]


def _reaches(scene: Scene, cue: Cue, quantity: Mention) -> bool:
    """Whether a word of plan or estimate before a quantity is about it, and not about a quantity between that is separate from it."""
    return not any(
        cue.last < other.first
        and other.last < quantity.first
        and other.kind == quantity.kind
        and _separate(scene, other, quantity)
        for other in scene.quantities
    )


def _is_no_plan(scene: Scene, cue: Cue) -> bool:
    """Whether a participle of expectation is about an amount right before it, or only compares: "vs. $24.5bn expected, +17%", "as expected, capex was"."""
    is_after = scene.quantity_at(cue.first - 1) is not None or scene.tokens.word(cue.first - 1) in ("as", "than")
    return is_after and scene.tokens.words[cue.first] in (*_HOPED, "planned", "guided")


def _separate(scene: Scene, other: Mention, quantity: Mention) -> bool:
    """Whether a comma and a verb of reporting separate two quantities, so that the plan before the first does not cover the second."""
    words = scene.tokens.words[other.last + 1 : quantity.first]
    begins = other.last + 1 + words.index(",") + 1 if "," in words else None
    timed = any(
        first == begins for first, _, _ in scene.periods
    )  # "may exceed 380bn yuan in three years, Q1 capex 27bn"
    return timed or any(other.last < cue.first < quantity.first for cue in scene.of["spend", "say"])


class Claimant(NamedTuple):
    """Source of a statement: company, executive, analyst, anonymous or publication. is_sure: whether the words allow no other. house: the broker or research
    house if its analysts make the statement; empty if none or several are named."""

    kind: str
    is_sure: bool
    house: str = ""


_TELLING: Final = frozenset("told tell tells telling".split())
_LISTENERS: Final = _TELLING | {"with", "to", "asked"}
_SPEAKING: Final = ("say", "guidance", "estimate")
_PRONOUNS: Final = frozenset("he she".split())


def claimant_of(scene: Scene, quantity: Mention, status: str, is_group: bool, vocabulary: Vocabulary) -> Claimant:
    """Determine the source of the statement that contains a quantity.

    A name counts if its clause is that of the quantity or has no quantity ("..., according to analysts"), unless it is the listener ("told analysts") or
    expected another quantity ("above the $30bn that analysts had expected"). Without a name, the source is the company for what it reports or plans itself,
    and the publication for a sum over several companies."""
    cues = scene.of["claimant"]
    able = [
        cue
        for cue in cues
        if not _listens(scene, cue)
        and not _expected_another(scene, cue, quantity)
        and not _speaks_of_later(scene, cue, quantity)
        and not _speaks_of_expectation(scene, cue, quantity)
    ]
    spoken = [cue for cue in able if _belongs(scene, cue, quantity)]
    kinds = list(dict.fromkeys(cue.value for cue in spoken))
    speaking = list(dict.fromkeys(cue.value for cue in spoken if _speaks(scene, cue)))
    if not speaking and not scene.of["say"]:
        kinds = [
            kind for kind in kinds if kind != "executive"
        ]  # "Under chief executive Andy Jassy, Amazon spent $17bn"
        able = [cue for cue in able if cue.value != "executive"]
    if not kinds and _is_said_of_another(scene, quantity):
        return Claimant("analyst", False)
    for kind in ("anonymous", "analyst", "executive", "company"):
        if kind in (speaking or kinds):
            is_own = kind in ("executive", "company")
            fits = status == "reported" or is_own == (status == "guidance")
            house = _house(scene, quantity, spoken, vocabulary) if kind == "analyst" else ""
            return Claimant(kind, len(speaking or kinds) == 1 and (fits or kind == "company"), house)
    if is_group:
        return Claimant("publication", not able and status in ("reported", "estimate"))
    if status in ("reported", "guidance"):
        is_sure = _is_told_by_company(scene, quantity) or (not able and not _is_said_by_another(scene, quantity))
        return Claimant("company", is_sure)
    return Claimant("publication", False)


def _house(scene: Scene, quantity: Mention, spoken: Sequence[Cue], vocabulary: Vocabulary) -> str:
    """The one house among the claimants, or the one between the quantity before and this one: "Jefferies expects $109bn and UBS $99bn"."""
    named = [(cue, name) for cue in spoken if (name := vocabulary.house(scene.tokens, cue))]
    since = scene.end_of_last(quantity) - 1
    for houses in ({name for _, name in named}, {name for cue, name in named if since < cue.first < quantity.first}):
        if len(houses) == 1:
            return houses.pop()
    return "" if named else scene.house


def _is_told_by_company(scene: Scene, quantity: Mention) -> bool:
    """Whether a company is the speaker in a quantity's clause, and nobody else: "Nvidia told investors that it shipped 600,000 chips, but
    analysts believe ..."."""
    clause = scene.clause(quantity.first)
    if any(scene.clause(cue.first) == clause and not _listens(scene, cue) for cue in scene.of["claimant"]):
        return False
    told = scene.leading(quantity, "say")
    return any(name.last < cue.first <= name.last + _BESIDE for name in scene.of["entity"] for cue in told)


_BESIDE: Final = 3
"""Words between a company and its verb of speech."""


def _is_told(scene: Scene, cue: Cue) -> bool:
    """Whether a name is that of those to whom something is said, so that the statement is somebody else's: "told analysts that capex would rise"."""
    return not _TELLING.isdisjoint(scene.left(cue.first, 2))


def _listens(scene: Scene, cue: Cue) -> bool:
    before = scene.left(cue.first, 2)
    if before == ["according", "to"]:
        return False
    return (before[-1:] == ["the"] and not _LISTENERS.isdisjoint(before[:1])) or not _LISTENERS.isdisjoint(before[-1:])


def _expected_another(scene: Scene, cue: Cue, quantity: Mention) -> bool:
    """Whether the name is between another quantity and the word of expectation for it."""
    if scene.begins(cue.first, "expected_by_others", reach=3) is None:
        return False
    return any(
        other is not quantity and 0 < cue.first - other.last <= 4 and other.first > quantity.last
        for other in scene.quantities
    )


def _belongs(scene: Scene, cue: Cue, quantity: Mention) -> bool:
    clause = scene.clause(cue.first)
    if clause == scene.clause(quantity.first):
        return True
    return not any(scene.clause(other.first) == clause for other in scene.quantities)


def _speaks_of_later(scene: Scene, cue: Cue, quantity: Mention) -> bool:
    """Whether a name after a quantity begins a statement about the next one: "Tencent spent $3bn, and analysts at Jefferies expect $10bn"."""
    words = scene.tokens.words
    later = [other.first for other in scene.quantities if other.first > cue.last and other.kind == quantity.kind]
    if not later or {",", ";"}.isdisjoint(words[quantity.last + 1 : cue.first]):
        return False
    return any(
        cue.last < other.first < later[0] and "," not in words[other.first : later[0]] for other in scene.of[_SPEAKING]
    )


def _speaks_of_expectation(scene: Scene, cue: Cue, quantity: Mention) -> bool:
    """Whether a name after a quantity belongs to what others had expected: "$24.8bn, above the analyst estimate of $23.1bn, according to LSEG"."""
    expected = [other for other in scene.quantities if is_expected_by_others(scene, other)]
    if not expected or cue.first < quantity.first:
        return False
    if any(quantity.last < other.first and other.kind == quantity.kind for other in expected):
        return True
    levels = [
        other.last for other in scene.quantities if quantity.last < other.first < cue.first and other.kind == "money"
    ]
    return quantity.kind == "percent" and bool(levels) and expected[-1].first > levels[0]


def _speaks(scene: Scene, cue: Cue) -> bool:
    """Whether a verb of speech or judgement is beside a name, or "according to" before it."""
    before = scene.left(cue.first, 6)
    if "according" in before or before[-1:] == ["by"]:
        return True
    return any(0 < other.first - cue.last <= 6 or 0 < cue.first - other.last <= 2 for other in scene.of[_SPEAKING])


def _is_said_by_another(scene: Scene, quantity: Mention) -> bool:
    """Whether the speaker is unknown, or a person named in an earlier sentence: "a senior official said"."""
    for cue in scene.of["say"]:
        near = scene.left(cue.first, 2)
        if not _PRONOUNS.isdisjoint(near):
            return True
    words = scene.tokens.words[scene.first : scene.end]
    return not {"official", "officials", "according", "reportedly", "rumoured", "rumored"}.isdisjoint(words)
