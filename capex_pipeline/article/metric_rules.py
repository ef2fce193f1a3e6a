"""Chooses the metric of a quantity from the word that governs it.

The metrics are capital expenditure, cloud revenue, GPU units and prices, or none. Add a rule here when it looks at the
words around one quantity to find out what it measures; its docstring states the fact of grammar that it relies on.
Growth is recognised in `article/growth.py`, the kind of statement in `article/claim_status.py`, company and period in
`article/entity_rules.py` and `article/period_rules.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from capex_pipeline.article.chip_words import ACCELERATORS
from capex_pipeline.article.claim_status import is_base
from capex_pipeline.article.confidence import PER_DOLLAR
from capex_pipeline.article.each_quarter import each_quarter_beside
from capex_pipeline.article.growth import is_difference, is_growth, is_part, refers_back
from capex_pipeline.article.lexicon import PARTS, Cue
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.sentence_model import Scene
from capex_pipeline.article.tokens import NUMBER, WORD

_A_CHANGE: Final = "A change, no level."
NO_WORD: Final = "No word near it says what it measures."
_ATTACHING: Final = frozenset("in of on for as worth into to towards toward from".split())
_PARTS_REACH: Final = 10
"""Words between "includes" and the last part that it names."""
_MACHINES: Final = frozenset(
    "cabinet cabinets rack racks server servers system systems machine machines module modules cluster clusters facility facilities slot slots megawatt mw".split()
)
_LIFTS: Final = frozenset("raise raised raises raising".split())
_LIFTED: Final = frozenset(
    "to its their the his her our from by full guidance capex capital spending forecast outlook".split()
)
_TOTAL: Final = frozenset("total overall consolidated companywide company-wide wide whole group".split())
_BALANCES: Final = frozenset("demand inventory inventories stock stockpile stockpiles hold holds held owns own".split())
_WEIGHTS: Final = frozenset("pounds tons tonnes kilograms watts megawatts mw gw kw servers racks".split())
_THRESHOLDS: Final = frozenset("mark milestone threshold barrier".split())
_PASSING: Final = frozenset("crossed crosses crossing passed topped exceeded surpassed above past".split())
_OF_MARKET: Final = frozenset("worldwide global globally industry industrywide industry-wide market".split())
_GOVERNORS: Final = ("metric", "context", "sales", "spend")


_CHEAPEST_UNIT, _DEAREST_UNIT = 500.0, 150_000.0
"""Bounds for the price of one accelerator in dollars, below every amount of a company's spending or revenue."""
_NOT_YEARLY: Final = frozenset("earlier ago before previously prior later from".split())
_ENDS_PHRASE: Final = frozenset(
    "and while with that which to as from after before compared versus than at when it but though although whereas".split()
)
"""Words that end the phrase after a quantity, so that no noun beyond them says what it measures."""


_RATES: Final = frozenset("year annum quarter month hour mw gw megawatt gigawatt".split())


def _is_rate(scene: Scene, quantity: Mention) -> bool:
    """Whether the sentence states the amount as a yearly amount, one of each unit of power, or a run rate."""
    tokens, after = scene.tokens, quantity.last + 1
    word, second = tokens.word(after), tokens.word(after + 1)
    if word in ("a", "per", "each", "every", "/") and second in _RATES:
        return tokens.word(after + 2) not in _NOT_YEARLY
    return any(
        cue.value == "annual run rate" and cue.first in (after, after + 1, after + 2, after + 3)
        for cue in scene.of["context"]
    )


class Governor(NamedTuple):
    """The metric of a quantity with the evidence of the words, or the reason why it is in no table."""

    metric: str | None
    evidence: tuple[str, ...] = ()
    reason: str = ""
    definition: str = ""
    """The definition that the words name, if it is not the usual one of the metric."""


def _outside(reason: str) -> Governor:
    """The answer for a quantity that is in no table."""
    return Governor(None, reason=reason)


class Passage(NamedTuple):
    """What the passage adds to the words of a quantity. segment: its subject is a cloud business. whole: all revenue of
    its subject is cloud revenue. carried: the metric named last. about_capex: whether capital expenditure was named.
    entity: its company.
    """

    segment: bool = False
    whole: bool = False
    carried: str | None = None
    about_capex: bool = False
    entity: str | None = None
    listed: str | None = None
    """The metric of the previous figure in the sentence."""
    by_name: bool = False
    """Whether the company's cloud revenue is that of one segment, which has to be named."""
    counts_chips: bool = False
    """Whether the figure before it in the paragraph counts chips."""
    follows_chips: bool = False
    """Whether the sentences before, in this paragraph or the one before it, count chips last."""
    supplies: bool = False
    """Whether the company makes chips, so that those that are expected of it are shipped."""
    makes_named: bool = False
    """Whether it makes the chip that was named last, so that what it ships without a noun are chips."""
    prices_named: bool = False
    """Whether a chip was named before, which a price without a chip's name may be that of."""


def metric_of(scene: Scene, quantity: Mention, passage: Passage) -> Governor:
    """The metric of a quantity, from the word that governs it."""
    governor = _metric_of(scene, quantity, passage)
    if governor.metric == "cloud_revenue" and _is_cloud_part(scene, quantity, passage.entity):
        return _outside("Context: part of cloud revenue.")
    needs_name = passage.by_name and passage.listed is None
    if (
        governor.metric == "cloud_revenue"
        and needs_name
        and not any(cue.value == passage.entity for cue in scene.of["segment"])
    ):
        return _outside("Context: cloud revenue of several segments.")
    return governor


def _is_cloud_part(scene: Scene, quantity: Mention, entity: str | None) -> bool:
    """Whether the subject of growth or revenue is a part of the company's cloud business: the nearest word before it, or joined after."""
    parts = [cue for cue in scene.of["cloud_part"] if cue.value == entity]
    if not parts:
        return False
    before = [
        cue
        for cue in parts
        if cue.last < quantity.first
        and not _is_included(scene, cue, quantity)
        and (not scene.in_brackets(cue.first, scene.first - 1) or scene.in_brackets(quantity.first, cue.last))
    ]
    wholes = [cue for cue in scene.of["metric", "segment"] if cue.last < quantity.first]
    if before and not any(
        not _is_within(scene, cue) and not _is_noun_of(scene, before[-1], cue)
        for cue in wholes
        if cue.first > before[-1].last
    ):
        return True
    after = _after_brackets(scene, quantity.last + 1)
    noun = _growth_noun(scene, after)
    joined = scene.tokens.word(after) in ("in", "from", "of", "for", "at", "within") or noun is not None
    # "growth of 40% in fiscal 2026 and said that infrastructure would grow": another statement
    words = scene.tokens.words
    limit = min(scene.start_of_next(quantity), (noun or after) + 8)  # "up 24% at $5bn, with IaaS revenue of $2bn"
    return joined and any(quantity.last < cue.first < limit and "and" not in words[after : cue.first] for cue in parts)


_SOLD: Final = frozenset(
    "business and of by to at a an the in its 's was were is are has had been which that with from year on year-on-year year-over-year quarterly total services service "
    ", ( ) : - \u2014 saw expanded posted delivered recorded reported showed generated exceeded crossed accelerated accelerating slowed slowing also again another strong "
    "growth rate revenue revenues sales itself computing unit platform brought takes took".split()
)
_SALES: Final = frozenset("revenue revenues sales growth crossed exceeded expanded".split())
"""Words between the name of a business and what it sold or how it grew."""


def stated_definition(scene: Scene, quantity: Mention, names: Mapping[int, tuple[int, str]]) -> str:
    """The definition of cloud revenue whose name a rate of growth or an amount of revenue belongs to: "Azure revenue grew 33%", "IaaS revenue of $2bn", "39%
    growth in Azure". Empty where the name is longer than the one that is known ("Azure Premium", "Gen 2 infrastructure").

    names: where names of definitions begin, with their words and the definition."""
    words = scene.tokens.words
    amounts = {at for other in scene.quantities for at in range(other.first, other.last + 1)}
    passed = {
        at
        for cue in scene.of["sales", "up", "down", "reaches", "segment_words"]
        for at in range(cue.first, cue.last + 1)
    }
    passed |= scene.timed | {at for at in range(scene.first, scene.end) if words[at] in _SOLD}
    moved = {cue.first for cue in scene.of["up", "down", "reaches"]}
    for at, (length, definition) in sorted(names.items(), reverse=True):
        is_after = at > quantity.first
        between = range(quantity.last + 1, at) if is_after else range(at + length, quantity.first)
        crossed = max(amounts.intersection(between), default=scene.end)
        is_other = is_after or any(cue.first > crossed for cue in scene.of["sales"] if cue.last < quantity.first)
        if any(_is_name(scene, place) for place in (at - 1, at + length)) or (crossed < scene.end and is_other):
            continue  # "OCI revenue of $9bn, total revenue of $20bn"
        sells = any(place in moved or words[place] in _SALES for place in between) or words[at + length] in _SALES
        if sells and passed.union(amounts).issuperset(between):
            is_of_year = quantity.kind == "money" and "annual" in words[between.start : quantity.last + 4]
            return "" if is_of_year else definition
    return ""


def _is_name(scene: Scene, place: int) -> bool:
    """Whether a word beside a name is a part of it: a name that is not known, or a number."""
    if not scene.first <= place < scene.end:
        return False
    word = scene.tokens.words[place]
    is_number = any(map(str.isdigit, word)) and place not in scene.timed  # "M365 commercial cloud"
    is_name = place > scene.first and scene.tokens.is_capital(place) and word.isalpha()
    return is_number or (is_name and not scene.is_known(place))


def heads_item(scene: Scene, cue: Cue) -> bool:
    """Whether a word heads an item of a list or a heading and leads to an amount or a change: "Cloud: $18bn", "Alphabet beats; cloud crosses $18bn"."""
    before, after = scene.tokens.word(cue.first - 1), cue.last + 1
    heads = cue.first - scene.first <= 1 or before in (";", "-", "*", "\u2022", "\u2014")
    return heads and (
        scene.tokens.word(after) == ":" or scene.begins(after, "reaches", "up", "down", "sales") is not None
    )


def is_one_of_parts(scene: Scene, cue: Cue) -> bool:
    """Whether a name is one of the parts of another business: "the segment, which covers payments, lending and cloud services, had revenue of"."""
    return not PARTS.isdisjoint(scene.left(cue.first, _PARTS_REACH))


def _is_included(scene: Scene, part: Cue, quantity: Mention) -> bool:
    """Whether a name is one of those that another business includes: "cloud revenue, which includes applications and infrastructure"."""
    words = scene.tokens.words
    since = max((at for at in range(scene.first, part.first) if words[at] in _ASIDES), default=scene.first)
    if scene.ends(since - 1, "metric") and not {",", ")", "-", "\u2014"}.isdisjoint(words[part.last : quantity.first]):
        return True  # "cloud revenue, the sum of applications and infrastructure, was $7bn"
    return not PARTS.isdisjoint(words[since : part.first])


_ASIDES: Final = (",", "(", ";", "-", "\u2014")


def _is_noun_of(scene: Scene, part: Cue, cue: Cue) -> bool:
    """Whether a word of revenue belongs to the name before it: "Cloud Infrastructure (IaaS) revenue"."""
    between = scene.tokens.words[part.last + 1 : cue.first]
    return cue.kind != "segment" and (not between or (between[0] == "(" and between[-1] == ")" and len(between) <= 4))


def _is_within(scene: Scene, cue: Cue) -> bool:
    """Whether a name only states the whole that another one is a part of: "Azure revenue within the Intelligent Cloud segment"."""
    before = cue.first - 1 - (scene.tokens.word(cue.first - 1) in ("the", "its"))
    return scene.tokens.word(before) in ("within", "in", "of", "inside")


def _metric_of(scene: Scene, quantity: Mention, passage: Passage) -> Governor:
    if quantity.kind in ("percentage_points", "basis_points"):
        return _outside("A difference of percentages belongs in no table.")
    holds_for_each = quantity.kind == "money" and each_quarter_beside(scene, quantity) is not None
    if is_part(scene, quantity) and not holds_for_each:
        return _outside("A part of another amount.")
    if is_difference(scene, quantity):
        return _outside(_A_CHANGE)
    if (moved := _of_amount_left(scene, quantity)) is not None:
        return _outside(f"Context: {moved.value}.")
    if (price := _price_of_chip(scene, quantity, passage)) is not None:
        return price
    if quantity.kind == "count":
        return _of_count(scene, quantity, passage)
    if scene.near(quantity.last, ("constant_currency",), after=3) is not None:
        return _outside("Context: growth at constant exchange rates.")
    words = scene.tokens.words
    is_passed = (
        words[quantity.last + 1 : quantity.last + 5] == ["for", "the", "first", "time"] and "with" in scene.words
    )
    if (scene.tokens.word(quantity.last + 1) in _THRESHOLDS and quantity.bound != "range") or (
        is_passed and words[quantity.first - 1] in _PASSING
    ):
        return _outside("A round number that was passed, no amount.")
    if quantity.kind == "money" and _is_rate(scene, quantity) and not holds_for_each:
        return _outside("Context: a rate, no amount of the period.")
    if _is_of_noun_before_brackets(scene, quantity):
        return _outside("The word before the brackets says what it measures, and it is no metric.")
    if quantity.kind in ("percent", "multiple") and not is_growth(scene, quantity):
        return _outside("A percentage or multiple that is no growth.")
    if quantity.kind == "multiple" and (_has_other_object(scene, quantity) or _has_other_subject(scene, quantity)):
        return _outside("A multiple of something that is in no table.")
    return _from_words(scene, quantity, passage)


def _of_amount_left(scene: Scene, quantity: Mention) -> Cue | None:
    """The other measure of the amount from which something changed by a rate: "a 95% drop from the $26bn in free cash flow"."""
    following = scene.quantity_at(quantity.last + 3) or scene.quantity_at(quantity.last + 4)
    if quantity.kind != "percent" or following is None or following.kind != "money":
        return None
    cue = _after(scene, following) if "from" in scene.tokens.words[quantity.last + 1 : following.first] else None
    return cue if cue is not None and cue.kind == "context" else None


def _is_of_noun_before_brackets(scene: Scene, quantity: Mention) -> bool:
    """Whether an amount alone in brackets belongs to an unknown noun: "payments for media content (5.9 billion yuan)"."""
    words, before = scene.tokens.words, quantity.first - 2
    closes = scene.tokens.word(quantity.last + 1) in (")", ",")
    if words[quantity.first - 1] != "(" or not closes or before < scene.first:
        return False
    known = scene.is_known(before) or before in scene.taken
    return words[before].isalpha() and not known and not scene.tokens.is_capital(before)


def _price_of_chip(scene: Scene, quantity: Mention, passage: Passage) -> Governor | None:
    """The metric of an amount as small as the price of a chip, where the sentence prices something; None for any other amount.

    What is priced are the chips that the sentence names, or those spoken of before; machines that hold several have another price."""
    sizes = [size for size in (quantity.low, quantity.value, quantity.high) if size is not None]
    rate = PER_DOLLAR.get(quantity.currency or "", 1.0)
    is_small = bool(sizes) and all(_CHEAPEST_UNIT <= size / rate <= _DEAREST_UNIT for size in sizes)
    if quantity.kind != "money" or not is_small:
        return None
    words, after = scene.tokens.words, quantity.last + 1
    per_unit = next((cue for cue in scene.of["per_unit"] if after <= cue.first <= after + 2), None)
    clause = scene.clause(quantity.first)
    priced = [cue for cue in scene.of["metric"] if cue.value == "gpu_unit_price" and scene.clause(cue.first) <= clause]
    named = scene.of["product", "family"]
    beside = words[max(scene.first, quantity.first - 2) : quantity.first] + words[after : after + 2]
    if per_unit is None and not priced and not (named and not {"at", "per"}.isdisjoint(beside)):
        return None
    if not _NO_PRICES.isdisjoint(
        words[max(scene.end_of_last(quantity), quantity.first - _PRICED_REACH) : quantity.first]
    ):
        return _outside("An amount for each chip that is not its price.")
    if not _MACHINES.isdisjoint(words[max(scene.first, quantity.first - _PRICED_REACH) : min(after + 5, scene.end)]):
        return _outside("A price of machines that hold several accelerators.")
    is_of_chips = named or not ACCELERATORS.isdisjoint(words[scene.first : scene.end])
    if is_of_chips or (passage.follows_chips and passage.prices_named):
        return Governor("gpu_unit_price", () if named else ("metric_price_of_chip",))
    return _outside("A price of something that is no accelerator.")


_NO_PRICES: Final = frozenset(
    "add adds added fee fees tariff tariffs tax duty levy surcharge profit profits margin discount rebate subsidy savings couriers courier smugglers".split()
)
"""Words before an amount for each chip that make it a charge, a gain or a change of its price."""
_PRICED_REACH: Final = 12
"""Words before a price within which a machine that holds chips is what is priced."""


def _from_words(scene: Scene, quantity: Mention, passage: Passage) -> Governor:
    """The metric by the governing words: after the quantity, before it, in an earlier clause, or in the sentence before."""
    if quantity.kind == "percent" and _is_growth_of_shipments(scene, quantity, passage):
        return Governor("gpu_units", ("metric_unnamed_chips",))
    after = _after(scene, quantity)
    if (
        after is not None
        and not (after.kind in ("context", "sales") and _leads_to(scene, quantity))
        and (governor := _judge(scene, quantity, after, passage, is_after=True)) is not None
    ):
        return governor
    if quantity.kind == "percent" and scene.ends(scene.before(quantity), "segment", "segment_words") is not None:
        # "fell on capex, then recovered as Cloud +48% sank in"
        return Governor("cloud_revenue", ("metric_growth_of_segment",))
    before = _before(scene, quantity)
    if before is not None and (governor := _judge(scene, quantity, before, passage)) is not None:
        return governor
    tells_growth = bool(is_growth(scene, quantity)) and not refers_back(scene)
    if passage.segment and tells_growth and not _spoken_of(scene, quantity, "context", "metric"):
        # "AWS grew 19%": a segment grows by its revenue
        return Governor("cloud_revenue", ("metric_growth_of_segment",))
    noun = _growth_noun(scene, quantity.last + 1) if is_growth(scene, quantity) else None
    if noun is not None and any(cue.first in (noun + 2, noun + 3) for cue in scene.of["segment", "segment_words"]):
        return Governor("cloud_revenue", ("metric_growth_of_segment",))  # "64% growth in AWS"
    if is_growth(scene, quantity) and not scene.leading(quantity, "context", "metric", "sales"):
        words = [cue.last + 1 for cue in scene.leading(quantity, "segment_words")]
        if any(cue.first in words and scene.tokens.words[cue.first] == "growth" for cue in scene.of["up"]):
            return Governor("cloud_revenue", ("metric_growth_of_segment",))  # "cloud growth of 38%"
    if passage.segment and _is_amount_of_segment(scene, quantity):
        return Governor("cloud_revenue", ("metric_amount_of_segment",))  # "Google Cloud reached $20bn"
    alike = quantity.kind == "money" or (quantity.kind == "percent" and is_growth(scene, quantity))
    if passage.listed is not None and alike and scene.named_before(quantity):
        return Governor(passage.listed, ("metric_of_list",))  # "Amazon is spending $200bn, Microsoft $150bn"
    earlier = _earlier_clause(scene, quantity)
    is_of_cloud = passage.segment or bool(scene.leading(quantity, "segment", "segment_words"))
    if earlier is not None and is_of_cloud and earlier.value == "capex":
        return _outside(NO_WORD)  # "capex was $17bn, and Microsoft's cloud made $38bn"
    if earlier is not None and (governor := _judge(scene, quantity, earlier, passage)) is not None:
        return governor._replace(evidence=(*governor.evidence, "metric_earlier_clause"))
    if passage.carried is not None and (refers_back(scene) or _names_figure(scene, quantity)):
        return Governor(passage.carried, ("metric_referred",))
    carried = passage.listed if passage.listed in ("capex", "cloud_revenue") else passage.carried
    if carried is not None and not (
        (carried == "capex" and is_of_cloud)
        or _has_purpose(scene, quantity)
        or _describes_thing(scene, quantity)
        or _has_other_verb(scene, quantity)
    ):
        return Governor(carried, ("metric_carried",))
    return _outside(NO_WORD)


def _spoken_of(scene: Scene, quantity: Mention, *kinds: str) -> list[Cue]:
    """The cues before a quantity in its clause, and those since the name of a cloud business in an aside: "AWS's obligations \u2014 its backlog
    \u2014 reached $244bn"."""
    words, names = scene.tokens.words, scene.of["segment", "segment_words", "segment_back"]
    since = max((cue.last for cue in names if cue.last < quantity.first), default=scene.end)
    is_aside = words[since : quantity.first].count("\u2014") > 1
    beyond = [cue for cue in scene.of[kinds] if is_aside and since < cue.first < quantity.first]
    return beyond + scene.leading(quantity, *kinds)


def _is_amount_of_segment(scene: Scene, quantity: Mention) -> bool:
    """Whether an amount is that of a cloud segment itself, which is its revenue: "AWS: $33bn", "Google Cloud topped $20bn"."""
    before = quantity.first - 1
    if quantity.kind != "money" or before <= scene.first:
        return False
    names = scene.of["segment", "segment_words"]
    beside = before - (scene.tokens.words[before] in (":", "at"))
    ends = beside < before or scene.tokens.word(quantity.last + 1) in (
        ",",
        ";",
        ".",
        "(",
        ")",
        "",
    )  # "AWS $37.6bn, +28%"
    if ends and any(cue.last == beside for cue in names):
        return True
    others = _spoken_of(scene, quantity, "context", "metric", "spend")
    other = any(not _is_included(scene, cue, quantity) for cue in others)
    return any(cue.last == before for cue in scene.of["reaches"]) and not other


_FIGURES: Final = frozenset("figure total number tally count sum units volume volumes".split())


def _names_figure(scene: Scene, quantity: Mention) -> bool:
    """Whether a word before an amount stands for what was measured last: "put the full-year figure at $92bn", "Meta's was $92bn", "it had been $92bn"."""
    words = scene.tokens.words
    at = quantity.first - 1
    while at > scene.first and words[at] in _COPULAS:
        at -= 1
    is_again = words[at] == "it" and words[quantity.first - 1] in _BEING
    if at < quantity.first - 1 and (words[at - (words[at] == "share")] == "'s" or is_again):
        return True
    figures, articles = scene.left(quantity.first, 5), scene.left(quantity.first, 8)
    return not _FIGURES.isdisjoint(figures) and not {"the", "its", "that"}.isdisjoint(articles)


_BEING: Final = frozenset("was were is been be".split())
_COPULAS: Final = _BEING | frozenset(
    "had has have will would came come in to stood at reached hit totalled totaled".split()
)


def _leads_to(scene: Scene, quantity: Mention) -> bool:
    """Whether a metric is right before the quantity, so that a noun after it is something else: "capex of $14bn for Q1 earnings"."""
    start = quantity.first - 1 - (scene.tokens.word(quantity.first - 1) in ("of", "was", "were", "at", ":"))
    return any(cue.last == start for cue in scene.of["metric"])


def _has_purpose(scene: Scene, quantity: Mention) -> bool:
    """Whether words after an amount state a purpose other than capital expenditure or a time: "$85bn for processors"."""
    index = _after_brackets(scene, quantity.last + 1)
    index += scene.tokens.word(index) == "worth"
    if scene.tokens.word(index) not in ("for", "on", "of", "into", "towards"):
        return False
    timed = any(first <= index + 2 <= last or first == index + 1 for first, last, _ in scene.periods)
    spent = any(index < cue.first <= index + 5 for cue in scene.of["capex_objects", "metric"])
    whole = scene.tokens.word(index + 1) in ("that", "which", "it", "this")
    return not (timed or spent or whole)


_NOT_THINGS: Final = frozenset(
    "in on for of to from by at this last a year and or with while when which that as total mark figure amount level".split()
)


def _describes_thing(scene: Scene, quantity: Mention) -> bool:
    """Whether an amount only describes the thing that is named after it: "opened its $11 billion data center"."""
    before, after = scene.tokens.word(quantity.first - 1), scene.tokens.word(quantity.last + 1)
    is_noun = after.isalpha() and after not in _NOT_THINGS and quantity.last + 1 not in scene.taken
    return before in ("its", "a", "an", "their", "'s") and is_noun


def _has_other_verb(scene: Scene, quantity: Mention) -> bool:
    """Whether the word right before an amount is a verb that tells of something else: "the group owes $5bn"."""
    at = quantity.first - 1
    word = scene.tokens.word(at)
    return word.isalpha() and at not in scene.taken and not scene.is_known(at) and word not in _NEUTRAL


_NEUTRAL: Final = (
    _NOT_THINGS
    | _COPULAS
    | frozenset("its their the an about around now after before then still already further".split())
)
_NO_ACCELERATOR: Final = "A count of something that is no accelerator."
_NO_FLOW: Final = "No word says how the chips change hands: a stock of chips is no flow."


def _of_count(scene: Scene, quantity: Mention, passage: Passage) -> Governor:
    """A count is one of accelerators if a chip noun or a chip's name follows it."""
    tokens = scene.tokens
    reach = quantity.last + (7 if tokens.word(quantity.last + 1) == "of" else 4)
    product = next((cue for cue in scene.of["product"] if quantity.last < cue.first <= reach), None)
    is_named = quantity.counts_chips or any(quantity.last < cue.first <= reach for cue in scene.of["product", "family"])
    goes_on = not is_named and _counts_chips_again(scene, quantity, passage)
    if not is_named and not goes_on:
        return _outside(_NO_ACCELERATOR)
    named = product or next((cue for cue in reversed(scene.of["product"]) if cue.last < quantity.first), None)
    beside = [*scene.tokens.words[quantity.last + 1 : quantity.last + 4]]
    beside += scene.tokens.words[named.last + 1 : named.last + 3] if named is not None else []
    names_chip = any(quantity.last < cue.first <= reach for cue in scene.of["product", "family"])
    rack = tokens.words[
        quantity.first if names_chip and scene.quantities[0] is not quantity else scene.first : scene.end
    ]
    names_rack = any(word.startswith("nvl") for word in rack)  # before another count it is what that one counts
    names_machine = not _MACHINES.isdisjoint(tokens.words[quantity.last + 1 : scene.end])
    if not _MACHINES.isdisjoint(beside) or names_rack or _is_of_each_machine(scene, quantity):
        return _outside("A count of machines that hold several accelerators.")
    held = [at for at in range(max(scene.first, quantity.first - 5), quantity.first) if tokens.words[at] in _BALANCES]
    if any(tokens.word(at - 1) not in ("its", "their", "his", "our") for at in held):
        return _outside("A balance of chips, or the demand for them, is no flow.")
    counted = tokens.word(quantity.last + 1)
    equal = any(
        word.startswith("equivalent") or (word[:1] + word[-1:] == "he" and word[1:-1].isdigit())
        for word in tokens.words[quantity.last + 1 : quantity.last + 6]
    )  # "600,000 GPUs and equivalent chips", "1.2m H100e"
    if counted in _WEIGHTS or equal:
        return _outside(_NO_ACCELERATOR)
    flow = flow_of(scene, quantity)
    since = flow.last if flow is not None and flow.last < quantity.first else quantity.first
    if not _HOLDING_NOW.isdisjoint(tokens.words[since : quantity.first]):
        flow = None  # "a cluster built for Anthropic runs on 500,000 chips"
    guessed = bool(scene.leading(quantity, "guidance", "estimate"))
    is_listed = passage.follows_chips and scene.named_before(quantity)
    # "For AMD we expect 420,000 accelerators", "Google's TPU: 2 million in 2025": the maker's own chips are shipped.
    is_made = passage.supplies and _HAVING.isdisjoint(scene.left(quantity.first, 5)) and not names_machine
    goes_on = goes_on or passage.listed == "gpu_units"
    is_told = (passage.counts_chips and (goes_on or guessed)) or (is_made and (guessed or _leading_to(scene, quantity)))
    if flow is None and not (is_listed or is_told):
        # A count that continues another one may be a count of what that one bought or shipped: it stays a question.
        return _outside(_NO_FLOW if is_named else _NO_ACCELERATOR)
    return Governor("gpu_units", () if product is not None else ("metric_unnamed_chips",))


_HOLDING_NOW: Final = frozenset("has have having uses using runs run running houses housing".split())
_HAVING: Final = _HOLDING_NOW | frozenset("had with rent rents renting".split())
"""Words of use before a count without a word of buying or shipping."""
_HOLDING: Final = (["in", "each"], ["in", "every"], ["in", "one"], ["in", "a"])


def _is_of_each_machine(scene: Scene, quantity: Mention) -> bool:
    """Whether a count is that of the chips inside one machine: "with 72 GPUs in each of the racks", "8 chips per server"."""
    words = scene.tokens.words
    for at in range(quantity.last + 1, min(quantity.last + 6, scene.end)):
        if words[at] == "per" or words[at : at + 2] in _HOLDING:
            return not _MACHINES.isdisjoint(words[at + 1 : at + 8])
    return False


def is_bare(scene: Scene, quantity: Mention) -> bool:
    """Whether no noun follows a count, so that the words before say what is counted: "Microsoft bought 96,000 in 2024", "1 million of them"."""
    words = scene.tokens.words[quantity.last + 1 : min(quantity.last + 3, scene.end)]
    timed = any(first == quantity.last + 1 + (words[:1] == ["of"]) for first, _, _ in scene.periods)
    acquired = words[:1] in (["it"], ["they"]) and any(cue.first == quantity.last + 2 for cue in scene.of["flow"])
    return (
        timed
        or acquired
        or words[:1] in ([], *([word] for word in _AFTER_BARE_COUNT))
        or (words[0] == "of" and words[1:] in _THEM)
    )


_THEM: Final = (["them"], ["those"], ["these"])
_AFTER_BARE_COUNT: Final = frozenset(
    ". , ; : ) ( in for by at from to during over this last next and or but while as with versus compared units pieces packages parts each apiece respectively".split()
)
"""Words after a count that names nothing: a noun would say what is counted."""


def _counts_chips_again(scene: Scene, quantity: Mention, passage: Passage) -> bool:
    """Whether a count without a noun is one of chips: it continues the one before it in the sentence ("Meta bought 173,000 chips and Microsoft
    96,000"), shares the noun of the one after it ("30,000 and 25,000 units"), or follows a word of buying or shipping where chips are spoken of
    ("H100 shipments range between 1.5 and 2 million").
    """
    row = scene.row(quantity)
    if row[-1] is not quantity and row[-1].counts_chips:
        return True
    if not is_bare(scene, quantity):
        return False
    clause = scene.clause(quantity.first)
    if passage.listed == "gpu_units":
        since = max(other.last for other in scene.quantities if other.first < quantity.first)
        told = [cue for cue in scene.of["say", "estimate"] if since < cue.first < quantity.first]
        contrasted = not {"but", "though", "although"}.isdisjoint(scene.tokens.words[since : quantity.first])
        return not contrasted and not any(
            scene.clause(cue.first) == clause != scene.clause(since) for cue in told
        )  # another source's count
    named = scene.named_before(quantity)
    spoken_of = (
        passage.counts_chips or passage.follows_chips or _speaks_of_chips(scene, quantity) or passage.makes_named
    )
    flows = scene.leading(quantity, "flow")
    if flows and any(
        flows[-1].last < other.first < quantity.first and other.kind == "count" for other in scene.quantities
    ):
        flows = []
    return spoken_of and (bool(flows) or named or _leading_to(scene, quantity))


def _speaks_of_chips(scene: Scene, quantity: Mention) -> bool:
    """Whether a chip's name or an accelerator is before a quantity in its sentence."""
    named = any(cue.first < quantity.first for cue in scene.of["product", "family"])
    return named or not ACCELERATORS.isdisjoint(scene.tokens.words[scene.first : quantity.first])


def _is_growth_of_shipments(scene: Scene, quantity: Mention, passage: Passage) -> bool:
    """Whether a rate of growth belongs to a noun of shipments of chips: "Nvidia's GPU shipments are expected to climb 26%"."""
    near = scene.leading(quantity, "flow", *_GOVERNORS)
    if not near or near[-1].kind != "flow" or scene.tokens.words[near[-1].last] not in _FLOW_NOUNS:
        return False
    if not any(period.form in _YEARS for _, _, period in scene.periods):
        return False  # "shipments are to grow 300% in the third quarter" may be against the quarter before
    return passage.counts_chips or _speaks_of_chips(scene, quantity)


_YEARS: Final = ("year", "this_year", "last_year", "next_year", "year_earlier")
_FLOW_NOUNS: Final = frozenset("shipments volumes deliveries output production purchases orders procurement".split())
_HEADS: Final = ("entity", "segment", "product", "family", "anaphor", "flow", "guidance", "estimate")
_BEFORE_COUNT: Final = frozenset(
    "was were is are be been now complete go goes went at to of on with for the a an just only its their 's that which put puts close closer nearer something like and , ( : + line lines first second third fourth largest biggest next full year".split()
)


def _leading_to(scene: Scene, quantity: Mention) -> bool:
    """Whether nothing but verbs of amounts and times is between a count and a company, a chip, a verb of buying, shipping or expecting, or a noun such as
    "figure", so that no other noun says what is counted: "In the first half the figure dropped to 420,000"."""
    words, at = scene.tokens.words, quantity.first - 1
    spans = [(cue.first, cue.last) for cue in scene.of["up", "down", "reaches", "comparison"]]
    spans += [(one.first, one.last) for one in scene.quantities if one.kind in ("percent", "multiple")]
    passed = scene.timed.union(*(range(first, last + 1) for first, last in spans))
    while at >= scene.first and (at in passed or words[at] in _BEFORE_COUNT) and not _is_head(scene, at):
        at -= 1
    if at < scene.first:
        return bool(scene.timed)  # "CY25 is at 5.6mn", "Full year: 405k"
    return _is_head(scene, at)


def _is_head(scene: Scene, at: int) -> bool:
    return (
        scene.tokens.words[at] in _FIGURES
        or (at == scene.first and refers_back(scene))
        or any(cue.first <= at <= cue.last for cue in scene.of[_HEADS])
    )


def flow_of(scene: Scene, quantity: Mention) -> Cue | None:
    """The word of buying or shipping that governs a count: the nearest before it in its clause, else in the sentence."""
    flows = scene.of["flow"]
    earlier = [cue for cue in flows if cue.last < quantity.first]
    words, chips = scene.tokens.words, {cue.first for cue in scene.of["product", "family"]}
    joining = {at for at in range(quantity.last + 1, scene.end) if words[at] == "and" and at + 1 not in chips}
    later = [
        cue for cue in flows if joining.isdisjoint(range(quantity.last + 1, cue.first))
    ]  # "500,000 H100s and A100s went out"
    return earlier[-1] if earlier else next(iter(later), None)


def _after(scene: Scene, quantity: Mention) -> Cue | None:
    """The governing word that a preposition joins to the quantity ("$5bn in capital expenditure"), or the noun after it ("$1bn round")."""
    tokens = scene.tokens
    index = _after_brackets(scene, quantity.last + 1)
    word = tokens.word(index)
    if word == "," and tokens.word(quantity.first - 1) in _ARTICLES and index + 1 in scene.timed:
        index, word = _after_timed(scene, index + 1), ""  # "a $300bn, five-year contract"
    if word == ":" and quantity.first == scene.first:
        index, word = index + 1, tokens.word(index + 1)
    if quantity.kind == "percent" and (noun := _growth_noun(scene, index)) is not None:
        index, word = noun + 1, tokens.word(noun + 1)  # "a 30% year-on-year increase in cloud revenue"
    joined = word in _ATTACHING
    stop = index + (9 if joined else 3)
    named = any(cue.first == index for cue in scene.of["entity"])  # "the $75 billion Alphabet plans to spend on capex"
    if (named or word in ("that", "which")) and (relative := _of_relative_clause(scene, index)) is not None:
        return relative
    index, word_before = index + joined, word
    while index < min(stop, scene.end):
        cue = scene.begins(index, "metric", "context", "sales", "capex_objects", "spend")
        if cue is not None:
            if cue.kind == "spend" and cue.value == "verb":
                return None
            if word_before == "as" and _moves(scene, cue):
                return None  # "an outflow of $5bn as capital expenditure rose"
            whole = (
                other for other in scene.of["metric"] if cue.kind == "capex_objects" and other.first == cue.last + 1
            )
            return next(whole, cue)  # "$11 billion data center capex"
        if ends := next((last for first, last, _ in scene.periods if first <= index <= last), 0):
            index = (
                ends + 1
            )  # "the $85bn full-year capex plan", "$125bn of 2025 capital expenditure", "a $6bn annual loss"
            cue = scene.begins(index, "metric", "context")
            if cue is not None or not joined:
                return cue
            continue
        word = tokens.words[index]
        if (tokens.kinds[index] != WORD and word not in ("-", "'s", "'")) or word in _ENDS_PHRASE:
            return None
        index += 1
    return None


_ARTICLES: Final = ("a", "the", "its", "their")


def _after_timed(scene: Scene, index: int) -> int:
    while index in scene.timed:
        index += 1
    return index


def _moves(scene: Scene, cue: Cue) -> bool:
    """Whether a word is the subject of a verb of direction or a multiple: "capex rose", "spending more than tripled"."""
    changed = [other.first for other in scene.of["up", "down"]]
    changed += [other.first for other in scene.quantities if other.kind == "multiple"]
    return any(0 < first - cue.last <= 2 for first in changed)


def _growth_noun(scene: Scene, index: int) -> int | None:
    """The last token of a noun of growth after a percentage that leads to what grew: "increase in", "year-over-year growth in"."""
    timed = next((last for first, last, _ in scene.periods if index <= first <= index + 1), index - 1)
    timed += scene.tokens.word(timed + 1) == ")"
    for cue in scene.of["up", "down"]:
        if cue.first == timed + 1 and scene.tokens.word(cue.last + 1) in ("in", "of", "for"):
            return cue.last
    return None


def _of_relative_clause(scene: Scene, index: int) -> Cue | None:
    """The metric of a relative clause after an amount: "the $40bn that Oracle spent on capital expenditure"."""
    stop = min((other.first for other in scene.quantities if other.first > index), default=scene.end)
    spent = next((cue for cue in scene.of["spend"] if index < cue.first <= index + 4 and cue.value == "verb"), None)
    if spent is None:
        return None
    return next((cue for cue in scene.of["metric"] if spent.last < cue.first < min(stop, spent.last + 5)), None)


_LEVELS: Final = frozenset("level amount figure total year previous prior same".split())
"""Nouns that repeat the level of before: "doubled the amount"."""


def _has_other_object(scene: Scene, quantity: Mention) -> bool:
    """Whether a verb such as "doubled" has another object that names no metric: "doubled the number of deals"."""
    index = quantity.last + 1
    words = scene.tokens.words[index : min(index + 6, scene.end)]
    if words[:1] not in (["the"], ["its"], ["their"]) or any(
        other.first < index + 4 for other in scene.quantities if other.first > index
    ):
        return False
    stop = next((place for place, word in enumerate(words) if word in (",", ";", ".", "of")), len(words))
    measured = scene.begins(index, "metric", "sales", "spend", "up", "down", reach=stop - 1)
    return measured is None and scene.tokens.word(index + 1) not in _LEVELS


def _has_other_subject(scene: Scene, quantity: Mention) -> bool:
    """Whether nothing that is measured in a table is named before a verb such as "doubled" or after it: "its usage doubled in 2024"."""
    measured = scene.of[
        "metric", "sales", "spend", "segment", "segment_words", "segment_back", "capex_objects", "flow", "product"
    ]
    return not (measured or scene.tokens.word(scene.first) in ("it", "that", "this", "they", "these"))


def _after_brackets(scene: Scene, index: int) -> int:
    """The token after a short bracket that opens at a token, else the token itself: "Rmb40bn ($5.5bn) on capex"."""
    words = scene.tokens.words
    if scene.tokens.word(index) != "(":
        return index
    closing = next((place for place in range(index, min(index + 14, scene.end)) if words[place] == ")"), None)
    inside = any(index < other.first < (closing or index) and other.kind == "money" for other in scene.quantities)
    return closing + 1 if closing is not None and inside else index


def _before(scene: Scene, quantity: Mention) -> Cue | None:
    """The nearest governing word before the quantity in its clause."""
    nearest = None
    for cue in scene.leading(quantity, *_GOVERNORS):
        if _is_aside(scene, cue, quantity):
            continue
        if scene.tokens.words[cue.first] in _LIFTS and scene.tokens.word(cue.first + 1) in _LIFTED:
            continue  # "raised to $5bn", "raised its guidance": this is not raising money
        if nearest is None or cue.kind != "spend" or nearest.kind != "metric":
            nearest = cue
    return nearest


_OPENS_ASIDE: Final = ("including", "counting", "excluding", "which", "who", "whose")


def _is_aside(scene: Scene, cue: Cue, quantity: Mention) -> bool:
    """Whether a word is only included in what is measured: "capital expenditures, including finance leases, were $9bn"."""
    words = scene.tokens.words
    if words[scene.first : cue.first].count("\u2014") % 2 and "\u2014" in words[cue.last + 1 : quantity.first]:
        return True  # "its backlog \u2014 that is, work not yet revenue \u2014 rose to"
    opening = next((at for at in range(cue.first - 1, scene.first, -1) if words[at] in (",", "(")), None)
    inside = opening is not None and words[opening + 1] in _OPENS_ASIDE
    return inside and not {",", ")"}.isdisjoint(words[cue.last + 1 : quantity.first])


_LEASES_REACH: Final = 8
"""Words between an amount and what says that it includes leases: "$9bn in the third quarter, including finance leases"."""


_PARTS_SENTENCE: Final = frozenset("; and while but whereas".split())


def _takes_in_leases(scene: Scene, quantity: Mention, spent: Cue) -> bool:
    """True if the text says that an amount includes or excludes leases, in words after it, between it and the word of spending, or at the beginning of the
    sentence; for a base of comparison, the amount that is compared with it."""
    sums = [other for other in scene.quantities if other.kind == "money"]
    place = sums.index(quantity)
    measured = sums[place - 1] if place and is_base(scene, quantity) is not None else quantity
    for first, last in scene.leases:
        if first > measured.last:
            since, until = measured.last + 1, first
            is_near = until - since <= _LEASES_REACH and _PARTS_SENTENCE.isdisjoint(scene.tokens.words[since:until])
        else:
            since, until = min(spent.first, first), measured.first
            is_near = last < measured.first and (spent.last < first or first == scene.first)
        if is_near and not any(since <= other.first < until for other in sums):
            return True
    return False


def _earlier_clause(scene: Scene, quantity: Mention) -> Cue | None:
    clause = scene.clause(quantity.first)
    earlier = [cue for cue in scene.of["metric", "context", "sales"] if scene.clause(cue.first) < clause]
    return next((cue for cue in reversed(earlier) if not _is_aside(scene, cue, quantity)), None)


def _judge(scene: Scene, quantity: Mention, cue: Cue, passage: Passage, is_after: bool = False) -> Governor | None:
    """The metric that a governing word gives to the quantity; None if the word alone does not decide."""
    is_of_market = cue.value not in ("gpu_unit_price", "cloud_revenue") and not _OF_MARKET.isdisjoint(
        scene.left(cue.first, 3)
    )
    if is_of_market or (cue.kind in ("metric", "sales", "spend") and _is_of_several(scene, cue)):
        return _outside("Spending or revenue of a whole market or of companies that are not named.")
    if cue.kind in ("metric", "sales") and (other := _other_scope(scene, cue)):
        return _outside(f"Context: {other}.")
    if cue.kind == "metric":
        if cue.value == "cloud_revenue" and scene.ends(cue.first - 1, "other_sales"):
            return _outside("Context: revenue of another business.")  # "database cloud services revenue"
        if cue.value == "gpu_unit_price":
            return _outside("A cost or price of something that is no accelerator.")
        is_near = is_after or cue.last > quantity.first - 16
        is_paid = scene.tokens.words[cue.first] == "cash"
        return Governor(
            cue.value, (*(() if is_near else ("metric_far_before",)), *(("metric_cash_paid",) if is_paid else ()))
        )
    if cue.kind == "context":
        return _outside(f"Context: {cue.value}.")
    if cue.kind == "sales":
        if scene.ends(cue.first - 1, "other_sales"):
            return _outside("Context: revenue of another business.")
        if _is_of_unread_name(scene, cue):
            return _outside("Context: revenue of another business.")
        if scene.tokens.word(cue.first - 1) == "of" and (of := scene.ends(cue.first - 2, "context")) is not None:
            return _outside(f"Context: {of.value}.")  # "a backlog of revenue"
        segment = scene.near(cue.first, ("segment", "segment_words"), before=8, after=6) or scene.near(
            quantity.first, ("segment", "segment_words"), before=4
        )
        if segment is not None and cue.last < quantity.first and quantity.last < segment.first:
            # "revenue of $5bn from the cloud", and not "revenue of $168bn with AWS at $31bn"
            segment = segment if _ATTACHING.issuperset(scene.tokens.words[quantity.last + 1 : segment.first]) else None
        if segment is not None and is_one_of_parts(scene, segment):
            segment = None
        if (
            passage.listed == "cloud_revenue"
            and scene.tokens.word(cue.first - 1) == ","
            and cue.last == quantity.first - 1
        ):
            return _outside("Revenue that may be that of the whole company.")  # "AWS grew 28%, revenue $181bn"
        before = max(scene.first, cue.first - 1)  # "Cloud Intelligence Group revenue" is no group revenue
        before += any(other.first <= before <= other.last for other in scene.of["segment"])
        is_total = not _TOTAL.isdisjoint(scene.tokens.words[before : cue.last + 1])
        if is_total and scene.ends(before - 1, "reaches") and scene.leading(quantity, "segment") and passage.segment:
            is_total = False  # "its cloud business generated total sales of $25bn"
        of_company = any(
            other.last == cue.first - 1 for other in scene.of["entity"]
        )  # "Alphabet revenue reached $350bn"
        is_before = segment is not None and segment.first < cue.first
        segment = None if is_total or (of_company and is_before) else segment
        named = (
            (passage.segment and not is_total and not of_company)
            or passage.whole
            or (segment is not None and segment.kind == "segment")
        )
        if named or segment is not None:
            return Governor("cloud_revenue", ("metric_sales_of_segment",) if named else ("metric_sales_near_segment",))
        return _outside("Context: revenue of a whole company or another business.")
    if cue.kind == "capex_objects":
        if cue.first == quantity.last + 1 and scene.begins(cue.last + 1, "spend", "metric") is None:
            return _outside("An amount that only describes a thing.")  # "reports of $100 billion data centers"
        spends = [
            other
            for other in scene.of["spend", "metric"]
            if other.first < quantity.first and quantity.first - other.last < 14
        ]
        return Governor("capex", ("metric_things_bought",)) if spends else None
    if cue.kind == "spend":
        named = any(other.value == "capex" and other.last < cue.first for other in scene.of["metric"])
        return _judge_spending(scene, quantity, cue, passage.about_capex or named)
    return None


def _is_of_unread_name(scene: Scene, cue: Cue) -> bool:
    """Whether an unknown name is right before a word for revenue: "iQIYI revenue", "and LinkedIn revenue"."""
    tokens, before = scene.tokens, cue.first - 1
    if before < scene.first or before in scene.taken or scene.is_known(before):
        return False
    name = tokens.text(before, before)
    return (
        name.isalpha() and any(map(str.isupper, name[1:])) and not name.isupper() and tokens.word(before) not in _TOTAL
    )


def _is_of_several(scene: Scene, cue: Cue) -> bool:
    """Whether a noun before a word for spending or revenue makes it that of several companies: "Big Tech capex", "Mag 7 AI capex"."""
    at = cue.first - 1
    while at > scene.first and (scene.tokens.words[at] in _WHOSE_SPENDING or scene.tokens.kinds[at] == NUMBER):
        at -= 1
    return scene.tokens.words[at] in _SEVERAL_NOUNS and at >= scene.first and not scene.is_known(at)


_WHOSE_SPENDING: Final = frozenset(
    "ai cloud total combined aggregate annual seven data center centre overall spending spend outlays on".split()
)
_SEVERAL_NOUNS: Final = frozenset("tech hyperscaler hyperscalers mag magnificent csp csps neocloud peer sector".split())
_OTHER_SCOPES: Final = ("part of cloud revenue", "revenue of several segments", "annual run rate")


def _other_scope(scene: Scene, cue: Cue) -> str:
    """The scope of revenue, if the words before it make it more or less than one cloud business; else empty."""
    scope = scene.near(cue.first, ("context",), before=3)
    return scope.value if scope is not None and scope.last < cue.first and scope.value in _OTHER_SCOPES else ""


_THINGS_BUILT: Final = ("ai", "infrastructure")
_FOR_ANYTHING: Final = ("invest", "pledge", "earmark", "set", "paid", "budgeted", "sink", "sank")
"""Beginnings of verbs of spending that take stakes, gifts and provisions too, so that an earlier word for capex does not reach them."""


def _judge_spending(scene: Scene, quantity: Mention, cue: Cue, about_capex: bool) -> Governor | None:
    """Spending is capital expenditure if the purchased things are, or if the passage is about capital expenditure."""
    tokens = scene.tokens
    if cue.value == "noun" and (of := next((c for c in scene.of["context"] if c.last == cue.first - 1), None)):
        return _outside(f"Context: {of.value}.")  # "R&D expenditure"
    is_noun = cue.value == "noun" or tokens.words[cue.first].endswith("ing")
    kind = next((one for one in scene.of["other_sales"] if one.last == cue.first - 1), None)
    if is_noun and kind is not None and tokens.words[kind.first] not in _THINGS_BUILT:
        return _outside("Context: spending on one kind of thing.")  # "server spending"
    if is_noun and tokens.word(cue.last + 1) in ("on", "in"):
        things = scene.of["capex_objects", "context"]
        if (
            (thing := next((one for one in things if cue.last + 1 < one.first <= cue.last + 4), None))
            and thing.kind == "capex_objects"
            and not cue.last < quantity.first < thing.first
        ):
            # "outlays on property and equipment were $9bn"
            return Governor("capex", ("metric_things_bought",))
    if cue.value == "verb":
        limit = scene.start_of_next(quantity)
        start = _after_brackets(scene, quantity.last + 1)
        for index in range(start, min(start + 12, limit)):
            if tokens.words[index] in (",", ";"):
                break
            leads = tokens.words[index] in ("on", "in", "into", "for", "buying", "to")
            if leads and scene.clause(index) == scene.clause(quantity.first):
                thing = next(
                    (
                        other
                        for other in scene.of["metric", "capex_objects", "context"]
                        if index < other.first <= index + 7
                    ),
                    None,
                )
                if thing is not None and thing.kind in ("metric", "capex_objects") and thing.value != "gpu_unit_price":
                    return Governor("capex", ("metric_things_bought",))
                is_time = not scene.timed.isdisjoint((index + 1, index + 2))
                if thing is not None or (tokens.words[index] in ("on", "into", "buying") and not is_time):
                    return _outside("Spending on something that is no capital expenditure.")
    if quantity.kind == "money" and _takes_in_leases(scene, quantity, cue):
        return Governor("capex", ("metric_things_bought",))  # "spent $9bn including finance leases"
    clause = scene.clause(quantity.first)
    if any(other.value == "capex" and scene.clause(other.first) == clause for other in scene.of["metric"]):
        return Governor("capex", ("metric_spending",))
    fronted = [other for other in scene.of["metric"] if other.value == "capex" and other.last < quantity.first]
    if fronted and not any(fronted[-1].last < other.first < quantity.first for other in scene.quantities):
        return Governor("capex", ("metric_spending",))  # "With respect to capex, we invested $24bn"
    shared = tokens.word(cue.first - 1) == "alone" or any(subject.via == "collective" for subject in scene.subjects)
    if about_capex and (shared or not tokens.words[cue.first].startswith(_FOR_ANYTHING)):
        return Governor("capex", ("metric_spending_in_passage",))
    return _outside("Spending, without a word that says it is capital expenditure.")
