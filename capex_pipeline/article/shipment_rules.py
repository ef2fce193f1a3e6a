"""Decides supplier, product, buyer and direction of counts and prices of accelerators.

Add a rule here when it applies to figures of chips only. Whether a quantity counts chips at all is decided in
`article/metric_rules.py`, the company that owns it in `article/entity_rules.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from capex_pipeline.article.discourse import State
from capex_pipeline.article.entity_rules import Owner
from capex_pipeline.article.lexicon import PARTS, Cue, Vocabulary
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.metric_rules import flow_of
from capex_pipeline.article.sentence_model import Scene
from capex_pipeline.article.unknown_names import is_capital_name

_MAKES_UP: Final = ("accounted", "down", "buyer", "buyers")
_TAKING = frozenset("take takes took taking taken".split())


OTHER_SUPPLIER: Final = "Another company supplies this chip."


@dataclass(frozen=True)
class Chips:
    """entity: the buyer of purchased chips, the supplier of shipped or priced chips."""

    entity: str
    supplier: str | None
    product: str | None
    customer: str | None
    flow: str | None
    evidence: tuple[str, ...]


def chips_of(scene: Scene, quantity: Mention, owner: Owner, state: State, vocabulary: Vocabulary) -> Chips | str:
    """The chips that a quantity counts or prices, or the sentence that explains why they are not certain.

    state: has the product named last, for "of them" and the like, and the flow of the count before, for "Meta (225,000)"."""
    product, supplier, evidence = _chip_beside(scene, quantity, state.product, vocabulary)
    named = [subject for subject in scene.subjects if subject.role == "supplier" and len(subject.entities) == 1]
    if quantity.kind == "money":
        if supplier is None and any(is_capital_name(scene, at) for at in range(scene.first + 1, quantity.first)):
            return "The chip before it is in no reference list."
        if supplier is None:
            product, supplier, evidence = state.product, state.maker, ("entity_product_before",)
        return Chips(supplier, supplier, product, None, None, evidence) if supplier else "No supplier is named."
    supplier = supplier or (named[-1].entities[0] if named else None)
    if owner.entity is not None and "own" in scene.tokens.words[quantity.last + 1 : quantity.last + 6]:
        supplier = owner.entity  # "Google deployed 1.5 million of its own TPUs"
    cue = flow_of(scene, quantity)
    maker = owner.entity if owner.entity is not None and _only_sells(owner.entity, vocabulary) else None
    is_made = supplier is not None and owner.entity == supplier
    flow = cue.value if cue is not None else "shipped" if is_made else state.flow or "shipped"
    taken = scene.tokens.words[cue.first - 1 : cue.first + 1] if cue is not None else []
    if is_made and cue is not None and scene.tokens.words[cue.first] in _MAKES_UP:
        flow = "shipped"  # "The H20 accounted for 870,000 units"
    is_handed = cue is not None and (
        (cue.first > quantity.last and scene.tokens.words[cue.last].endswith("ed")) or not _TAKING.isdisjoint(taken)
    )
    if flow == "shipped" and owner.entity not in (None, supplier) and is_handed:
        flow = "acquired"  # "to take delivery of", "waits for 230,000 chips delivered last year"
    if flow == "shipped" and cue is not None and _are_of_buyer(scene, cue, vocabulary):
        return "The shipments are those to a buyer, and whether they were bought is not said."
    if flow == "shipped" and None not in (maker, supplier) and maker != supplier and cue is not None:
        return OTHER_SUPPLIER
    if flow == "produced":
        is_other = owner.entity is not None or (owner.unknown and not named and not _acts_as_country(scene))
        if is_other and supplier is not None and owner.entity != supplier:
            return "Another company than the supplier builds with the chips."
        flow = "shipped"
    if flow != "shipped":
        if owner.problem or owner.entity is None:
            return owner.problem or "The buyer is not named."
        if (is_made or (supplier is None and _is_an_order(scene, cue))) and _only_sells(owner.entity, vocabulary):
            return "The supplier's own orders and stocks are no shipments."
        return Chips(owner.entity, supplier, product, owner.entity, flow, evidence + owner.evidence)
    if supplier is None and owner.entity in vocabulary.suppliers.values() and not _acts_as_country(scene):
        supplier, evidence = owner.entity, evidence + owner.evidence
    if supplier is None:
        return "The supplier is not named."
    recipients = _recipients(scene, quantity)
    return Chips(supplier, supplier, product, recipients[0] if recipients else None, flow, evidence)


def _is_an_order(scene: Scene, flow: Cue | None) -> bool:
    """Whether a word of ordering is a noun, which tells of no customer: "this latest order of 300,000 units with a foundry"."""
    words = scene.tokens.words
    return flow is not None and words[flow.first].startswith("order") and words[flow.first - 1] in _OF_ORDER


_OF_ORDER: Final = frozenset("a the this that latest new fresh its".split())


def is_supplier(scene: Scene, quantity: Mention, entity: str | None, vocabulary: Vocabulary) -> bool:
    """Whether a company, or the one that a sentence without an owner names as a supplier, makes the chips beside a quantity."""
    _, maker, _ = _chip_beside(scene, quantity, None, vocabulary)
    if entity is None:
        return maker is not None or any(subject.role == "supplier" for subject in scene.subjects)
    return entity == maker if maker else _only_sells(entity, vocabulary)


def maker_before(scene: Scene, quantity: Mention, vocabulary: Vocabulary) -> str | None:
    """The maker of the chip that is named before a count in its clause: "The H20 alone accounted for 870,000 units"."""
    before = [cue for cue in scene.of["product", "family"] if cue.last == quantity.first - 2]  # "Trainium: 2.1mn"
    named = scene.leading(quantity, "product", "family") or before
    return vocabulary.suppliers.get(named[-1].value, named[-1].value) if named else None


def _only_sells(entity: str, vocabulary: Vocabulary) -> bool:
    """Whether a maker of chips uses none of them in a cloud of its own."""
    return entity in vocabulary.suppliers.values() and (entity, "cloud_revenue") not in vocabulary.preferred


def _are_of_buyer(scene: Scene, flow: Cue, vocabulary: Vocabulary) -> bool:
    """Whether a possessive gives shipments to a company that makes no chips: "Meta allocated 43% of its 2024 GPU shipments to AMD"."""
    makers = set(vocabulary.suppliers.values())
    return any(
        subject.via == "anaphor"
        and flow.first - _BESIDE <= subject.last < flow.first
        and makers.isdisjoint(subject.entities or makers)
        and _GUESSES.isdisjoint(scene.tokens.words[subject.last : flow.first])
        for subject in scene.subjects
    )


_GUESSES: Final = frozenset("estimate estimates forecast forecasts projection projections outlook target".split())
_BESIDE: Final = 4
"""Words between a possessive and the shipments that it stands before."""


def _recipients(scene: Scene, quantity: Mention) -> list[str]:
    """The companies to which a count goes: those after it and before the next count, else those between it and the count before."""
    counts = [other.first for other in scene.quantities if other.kind == "count"]
    since = max((first for first in counts if first < quantity.first), default=scene.first)
    limit = min((first for first in counts if first > quantity.last), default=scene.end)
    named = [subject for subject in scene.subjects if subject.role == "recipient" and len(subject.entities) == 1]
    after = [subject.entities[0] for subject in named if quantity.last < subject.first < limit]
    return after or [subject.entities[0] for subject in named if since <= subject.first < quantity.first]


def _acts_as_country(scene: Scene) -> bool:
    """Whether a country is what makes or ships the chips: "China can produce only 200,000 advanced chips"."""
    words = scene.tokens.words[scene.first : scene.end]
    return any(
        word == "china" and verb in ("can", "could", "will", "may", "produces", "makes")
        for word, verb in pairwise(words)
    )


def _chip_beside(
    scene: Scene, quantity: Mention, last_product: str | None, vocabulary: Vocabulary
) -> tuple[str | None, str | None, tuple[str, ...]]:
    """The product and the maker of the chip that is named after a quantity, else before it; a price follows its chip. A name of a series has a maker only.

    last_product: the product named last, for "of them" and the like."""
    clause = scene.clause(quantity.first)
    named = [
        cue for cue in scene.of["product", "family"] if cue.first < quantity.first or scene.clause(cue.first) == clause
    ]
    following = [cue for cue in named if quantity.last < cue.first <= quantity.last + _NAMED_REACH]
    if quantity.kind == "money":  # "its Gaudi 3 costs $15,650, half the price of Nvidia's H100"
        following = [cue for cue in following if "," not in scene.tokens.words[quantity.last : cue.first]]
    preceding = [cue for cue in named if cue.last < quantity.first]
    if named:
        is_before = quantity.kind == "money" and scene.tokens.word(quantity.last + 1) != "for"  # "$35,000 for a B200"
        beside = preceding[-1:] if is_before else following[:1]
        chosen = next(iter(beside or following[:1]), named[-1])
        if chosen.first > quantity.last and chosen not in following and quantity.kind == "money":
            return None, None, ()
        product = next((cue.value for cue in named if cue.first == chosen.first and cue.kind == "product"), None)
        maker = vocabulary.suppliers.get(product or "", chosen.value)
        between = scene.tokens.words[max(quantity.last + 1, chosen.first - _BESIDE) : chosen.first]
        is_example = not _EXAMPLES.isdisjoint(between)  # "230,000 chips, including the H20"
        return None if is_example and quantity.kind == "count" else product, maker, ()
    words = scene.tokens.words[quantity.last + 1 : quantity.last + 7]
    if last_product is not None and not {"them", "these", "those", "such"}.isdisjoint(words):
        evidence = () if words[0] == "of" else ("entity_product_before",)
        return last_product, vocabulary.suppliers[last_product], evidence
    return None, None, ()


_EXAMPLES: Final = PARTS | {"among", "such", "like"}
_NAMED_REACH: Final = 9
"""Words after a count within which the name of its chip stands."""
