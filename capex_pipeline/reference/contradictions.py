"""Rules between the entries of the reference files: ids that exist, names that mean one thing, definitions of the right metric.

A rule that looks at more than one entry belongs here, as a function from the content of the files to sentences. The type of a single value belongs to
`models` or `filers`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from capex_pipeline.raw.printed_rows import DOCUMENT_KINDS
from capex_pipeline.reference import models
from capex_pipeline.reference.content import Content
from capex_pipeline.reference.filers import FilerRules
from capex_pipeline.reference.models import Entity, Entry, suggestion


@dataclass(frozen=True)
class _Known:
    """All entries, by id."""

    content: Content
    entities: Mapping[str, Entity]
    metrics: Mapping[str, models.Metric]
    definitions: Mapping[str, models.Definition]
    products: Mapping[str, models.Product]


def fold(text: str) -> str:
    """A name in the form in which names are compared: no case, plain apostrophes, single spaces."""
    return " ".join(text.replace("’", "'").replace("\u00a0", " ").casefold().split())


def contradictions(content: Content) -> list[str]:
    """A sentence for each contradiction; none if the reference data are consistent."""
    known = _Known(
        content,
        {one.entity_id: one for one in content.entities},
        {one.metric_id: one for one in content.metrics},
        {one.definition_id: one for one in content.definitions},
        {one.product_id: one for one in content.products},
    )
    return [sentence for rule in _RULES for sentence in rule(known)]


def names_of(entry: models.Entity | models.Metric | models.Product) -> list[str]:
    """Every name under which documents may call an entry: its id, its name and its aliases."""
    name = getattr(entry, "name", None)
    return [str(entry.key[0]), *entry.aliases, *([name] if name else [])]


# ---------------------------------------------------------------------------------------------------- parts of sentences


def _unknown(entry: Entry, what: str, value: str, known: Iterable[str], file: str, where: str = "") -> Iterator[str]:
    """A sentence if an entry names an id that does not exist. where: the part of the entry that contains the id, with a leading space."""
    known = list(known)
    if value not in known:
        near = suggestion(value, known)
        question = f" ({near})" if near.startswith("did") else ""
        yield f"{entry.place} names the unknown {what} {value}{where}{question}; add it to {file}, or correct the spelling."


def _series(entry: Entry, metric: str, definition_id: str, known: _Known, where: str = "") -> Iterator[str]:
    """Metric and definition of a rule or a reviewed case: both exist, and the definition is one of that metric."""
    yield from _unknown(entry, "metric", metric, known.metrics, "metrics.yaml", where)
    yield from _unknown(entry, "definition", definition_id, known.definitions, "definitions.yaml", where)
    definition = known.definitions.get(definition_id)
    if definition is not None and metric in known.metrics and definition.metric not in (metric, None):
        yield (
            f"{entry.place} uses the definition {definition_id}{where} for {metric}, but {definition.place} is a definition of "
            f"{definition.metric}; correct one of the two."
        )


def _entity(entry: Entry, entity_id: str, known: _Known, what: str = "entity", where: str = "") -> Iterator[str]:
    yield from _unknown(entry, what, entity_id, known.entities, "entities.yaml", where)


# ----------------------------------------------------------------------------------------------------------------- rules


def _names(known: _Known) -> Iterator[str]:
    """A name belongs to one entity, one metric, one product."""
    for entries in (known.entities, known.metrics, known.products):
        owners: dict[str, Any] = {}
        for entry in entries.values():
            for name in names_of(entry):
                owner = owners.setdefault(fold(name), entry)
                if owner is not entry:
                    yield f"{entry.place} has the name {name}, which {owner.place} has too; a name must be unique, so remove it from one of them."


def _registrations(known: _Known) -> Iterator[str]:
    """A Central Index Key has one owner."""
    owners: dict[int, Entity] = {}
    for entity in known.entities.values():
        if entity.former_ciks and entity.cik is None:
            yield f"{entity.place} has former_ciks but no cik; write the present one as cik."
        for cik in (entity.cik, *entity.former_ciks):
            owner = entity if cik is None or cik not in owners else owners[cik]
            if owner is not entity or (cik is not None and cik in owners):
                yield f"{entity.place} has the CIK {cik}, which {owner.place} has too; a CIK belongs to one company, so correct one of them."
            elif cik is not None:
                owners[cik] = entity


def _currencies(known: _Known) -> Iterator[str]:
    for entity in known.entities.values():
        if entity.currency is not None:
            yield from _unknown(entity, "currency", entity.currency, known.content.rough_per_usd, "currencies.yaml")


def _groups(known: _Known) -> Iterator[str]:
    """Members are companies; groups have neither a registration nor preferred definitions."""
    for entity in known.entities.values():
        for member in entity.members:
            yield from _entity(entity, member, known, "member")
            if member in known.entities and known.entities[member].type != "company":
                yield f"{entity.place} has the group {member} as a member; name companies instead."
        if len(set(entity.members)) < len(entity.members):
            yield f"{entity.place} names a member twice; remove one, because its figures would be added twice."
        if entity.type == "company" and entity.members:
            yield f"{entity.place} is a company and has members; write `type: group`, or remove them."
        if entity.type == "group" and (entity.preferred_definitions or entity.cik is not None):
            key = "preferred_definitions" if entity.preferred_definitions else "a cik"
            yield f"{entity.place} is a group and has {key}; write `type: company`, or remove that key."


def _preferences(known: _Known) -> Iterator[str]:
    """At most one definition of a metric may be preferred in a period; otherwise a quarter would be counted twice."""
    for entity in known.entities.values():
        for metric, spans in entity.preferred_definitions.items():
            for span in spans:
                yield from _series(entity, metric, span.definition_id, known, " among its preferred definitions")
            for earlier, later in itertools.pairwise(sorted(spans, key=lambda span: str(span.valid_from or ""))):
                if earlier.valid_to is None or later.valid_from is None or later.valid_from <= earlier.valid_to:
                    yield (
                        f"{entity.place} prefers both {earlier.definition_id} and {later.definition_id} for {metric} "
                        "at the same time; limit them with `from` and `to` so that they do not overlap."
                    )


def _definitions(known: _Known) -> Iterator[str]:
    for definition in known.definitions.values():
        if definition.metric is not None:
            yield from _unknown(definition, "metric", definition.metric, known.metrics, "metrics.yaml")
        for entity_id in definition.entity_notes:
            yield from _entity(definition, entity_id, known, "entity", " in entity_notes")
        for term in definition.computed_from:
            yield from _series(definition, term.metric, term.definition_id, known)
        if definition.recast_of is not None:
            yield from _unknown(
                definition, "definition", definition.recast_of, known.definitions, "definitions.yaml", " in recast_of"
            )
        wider = definition.narrower_than
        if wider is None:
            continue
        yield from _unknown(definition, "definition", wider, known.definitions, "definitions.yaml", " in narrower_than")
        seen = {definition.definition_id}
        while wider is not None and wider in known.definitions:
            if known.definitions[wider].metric != definition.metric:
                yield f"{definition.place} is narrower than {wider}, which is of another metric; correct one of the two."
                break
            if wider in seen:
                yield f"{definition.place} is narrower than itself by way of {wider}; correct narrower_than."
                break
            seen.add(wider)
            wider = known.definitions[wider].narrower_than


def _products(known: _Known) -> Iterator[str]:
    for product in known.products.values():
        yield from _entity(product, product.supplier_id, known, "supplier")
        supplier = known.entities.get(product.supplier_id)
        if supplier is not None and supplier.type != "company":
            yield f"{product.place} has the group {product.supplier_id} as its supplier; name a company."
        if product.priced_as is not None and product.priced_as not in known.products:
            yield f"{product.place} is priced as {product.priced_as}, which is not a product; correct priced_as or add the product."


_REFERRING = (
    "breaks", "printed_names", "trusted_documents", "known_differences", "known_conflicts", "known_growth", "known_copies", "known_jumps",
    "filers", "earnings_exhibits",
)  # fmt: skip
"""Lists whose entries name a company, and some of them a metric with its definition."""


def _references(known: _Known) -> Iterator[str]:
    for entry in itertools.chain.from_iterable(getattr(known.content, name) for name in _REFERRING):
        if entry.entity_id is not None:
            yield from _entity(entry, entry.entity_id, known)
        if hasattr(entry, "definition_id"):
            yield from _series(entry, entry.metric, entry.definition_id, known)
    for change in known.content.breaks:
        for definition_id in dict.fromkeys((change.from_definition, change.to_definition)):
            yield from _series(change, change.metric, definition_id, known)
    for layout in known.content.table_layouts:
        for measure in layout.measures:
            yield from _series(layout, measure.metric, measure.definition_id, known)
    for trusted in known.content.trusted_documents:
        if trusted.kind not in DOCUMENT_KINDS:
            yield f"{trusted.place} names the unknown kind {trusted.kind}; known are {', '.join(DOCUMENT_KINDS)}."


def _filers(known: _Known) -> Iterator[str]:
    if not known.content.forms.periodic:
        yield "reference/filers.yaml has no forms; list the periodic and the annual ones."
    for filer in known.content.filers:
        company = known.entities.get(filer.entity_id)
        needed = ("cik", "currency", "fiscal_year_end")
        lacking = [key for key in needed if company is not None and getattr(company, key) is None]
        if company is not None and lacking:
            yield f"{company.place} lacks {' and '.join(lacking)}, which {filer.place} needs; add it, or remove the filer."
        units = {rule.unit for rule in filer.concepts} | {rule.unit for rule in filer.segments}
        if company is not None and company.currency is not None and units and company.currency not in units:
            yield (
                f"{company.place} reports in {company.currency}, and the rules of {filer.place} read {' and '.join(sorted(units))} only; correct "
                "the currency, or the unit of the rules."
            )
        yield from _filer_rules(filer, known)


def _earnings_exhibits(known: _Known) -> Iterator[str]:
    for entry in known.content.earnings_exhibits:
        company = known.entities.get(entry.entity_id)
        if company is not None and company.cik is None:
            yield f"{company.place} has no cik, which its earnings exhibits in {entry.place} need; add it, or remove the entry."


def _filer_rules(filer: FilerRules, known: _Known) -> Iterator[str]:
    read = {(rule.metric, rule.definition_id) for rule in filer.concepts}
    read |= {(rule.metric, rule.definition_id) for rule in filer.segments}
    for metric, definition_id in sorted(read | {(total.metric, total.definition_id) for total in filer.sums}):
        yield from _series(filer, metric, definition_id, known)
    for total in filer.sums:
        for term in total.terms:
            if (term.metric, term.definition_id) not in read:
                yield (
                    f"{filer.place} adds {term.metric} ({term.definition_id}) in the sum {total.definition_id}, but none of its "
                    "concepts or segments gives that; add a rule for it, or correct the term."
                )
    concepts = {f"{rule.taxonomy}:{rule.concept}" for rule in filer.concepts}
    concepts |= {concept for rule in filer.segments for concept in rule.concepts}
    for fact in filer.set_aside:
        if fact.concept not in concepts:
            yield f"{filer.place} sets aside a fact of {fact.concept}, which none of its rules reads; correct the concept, or remove the entry."


def _words(known: _Known) -> Iterator[str]:
    """Ids that text.yaml uses. It is one file without entries, so the sentence names the key."""
    text = known.content.text
    used = [
        *(("metric", metric, known.metrics, "metrics") for metric in text.metrics),
        *(("entity", entity, known.entities, "segments") for entity in text.segments),
        *(("entity", entity, known.entities, "cloud_parts") for entity in text.cloud_parts),
        *(("entity", entity, known.entities, "cloud_by_name") for entity in text.cloud_by_name),
        *(("definition", value, known.definitions, "cloud_by_name") for value in text.cloud_by_name.values()),
        *(("entity", entity, known.entities, "cloud_definitions") for entity in text.cloud_definitions),
        *(
            ("definition", value, known.definitions, "cloud_definitions")
            for names in text.cloud_definitions.values()
            for value in names
        ),
        *(("definition", value, known.definitions, "cloud_only") for value in text.cloud_only),
        *(
            ("definition", value, known.definitions, "definitions")
            for value in text.definitions.values()
            if value is not None
        ),
        *(("definition", value, known.definitions, "capex_bases") for value in text.capex_bases),
        *(("definition", value, known.definitions, "capex_leases") for value in text.capex_leases),
        *(("entity", entity, known.entities, "company_definitions") for entity in text.company_definitions),
        *(
            ("definition", value, known.definitions, "company_definitions")
            for named in text.company_definitions.values()
            for value in named.values()
        ),
    ]
    for what, value, ids, key in used:
        if value not in ids:
            near = suggestion(value, list(ids))
            yield f"text.yaml names the unknown {what} {value} under {key}; declare it{f' ({near})' if near.startswith('did') else ''}."


_RULES: tuple[Callable[[_Known], Iterator[str]], ...] = (
    _names, _registrations, _currencies, _groups, _preferences, _definitions, _products, _references, _filers, _earnings_exhibits, _words,
)  # fmt: skip
