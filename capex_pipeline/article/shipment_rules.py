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
from capex_pipeline.article.lexicon import Cue, Vocabulary
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.metric_rules import flow_of
from capex_pipeline.article.sentence_model import Scene

_TAKING = frozenset("take takes took taking taken".split())


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

    state: has the product named last, for "of them" and the like, and the flow of the count before, for "Meta (225,000)".
    """
    if "own" in scene.tokens.words[quantity.last + 1 : quantity.last + 6]:
        return "Chips of a company's own design do not pass from a supplier."
    product, evidence = _product(scene, quantity, state.product)
    named = [subject for subject in scene.subjects if subject.role == "supplier" and len(subject.entities) == 1]
    supplier = (vocabulary.suppliers.get(product) if product else None) or (named[-1].entities[0] if named else None)
    if quantity.kind == "money":
        return Chips(supplier, supplier, product, None, None, evidence) if supplier else "No supplier is named."
    cue = flow_of(scene, quantity)
    flow = cue.value if cue is not None else state.flow or "shipped"
    taken = scene.tokens.words[cue.first - 1 : cue.first + 1] if cue is not None else []
    if flow == "shipped" and owner.entity not in (None, supplier) and not _TAKING.isdisjoint(taken):
        flow = "acquired"  # "to take delivery of"
    if flow == "shipped" and cue is not None and _are_of_buyer(scene, cue, vocabulary):
        return "The shipments are those to a buyer, and whether they were bought is not said."
    if flow == "produced":
        is_other = owner.entity is not None or (owner.unknown and not named and not _acts_as_country(scene))
        if is_other and supplier is not None and owner.entity != supplier:
            return "Another company than the supplier builds with the chips."
        flow = "shipped"
    if flow != "shipped":
        if owner.problem or owner.entity is None:
            return owner.problem or "The buyer is not named."
        if owner.entity == supplier:
            return "The supplier's own orders and stocks are no shipments."
        return Chips(owner.entity, supplier, product, owner.entity, flow, evidence + owner.evidence)
    makers = {cue.value for cue in scene.of["family"]}
    if supplier is None and len(makers) == 1:
        supplier = makers.pop()  # "Blackwell GPU shipments"
    if supplier is None and owner.entity in vocabulary.suppliers.values() and not _acts_as_country(scene):
        supplier, evidence = owner.entity, evidence + owner.evidence
    if supplier is None:
        return "The supplier is not named."
    recipients = _recipients(scene, quantity)
    return Chips(supplier, supplier, product, recipients[0] if recipients else None, flow, evidence)


def _are_of_buyer(scene: Scene, flow: Cue, vocabulary: Vocabulary) -> bool:
    """Whether a possessive gives shipments to a company that makes no chips: "Meta allocated 43% of its 2024 GPU shipments to AMD"."""
    makers = set(vocabulary.suppliers.values())
    return any(
        subject.via == "anaphor"
        and flow.first - _BESIDE <= subject.last < flow.first
        and makers.isdisjoint(subject.entities or makers)
        for subject in scene.subjects
    )


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


def _product(scene: Scene, quantity: Mention, last_product: str | None) -> tuple[str | None, tuple[str, ...]]:
    """The product: the one that follows, else the one before; a price follows its product."""
    clause = scene.clause(quantity.first)
    products = [cue for cue in scene.of["product"] if cue.first < quantity.first or scene.clause(cue.first) == clause]
    following = [cue for cue in products if quantity.last < cue.first <= quantity.last + 9]
    preceding = [cue for cue in products if cue.last < quantity.first]
    if quantity.kind == "money" and preceding:
        return preceding[-1].value, ()
    if following or products:
        return (following[0] if following else products[-1]).value, ()
    words = scene.tokens.words[quantity.last + 1 : quantity.last + 7]
    if last_product is not None and not {"them", "these", "those", "such"}.isdisjoint(words):
        return last_product, () if words[0] == "of" else ("entity_product_before",)
    return None, ()
