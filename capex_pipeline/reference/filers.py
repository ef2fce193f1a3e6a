"""Filers with the SEC: the XBRL concepts and members of segment axes that hold each metric.

Add here what concerns the entries of filers.yaml and the filers made from them: a filer is a company of entities.yaml with the rules of its
filings. Facts and the reading of filings belong to `sources`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from pydantic import Field, Strict, StringConstraints, model_validator

from capex_pipeline.reference.models import (
    Currency,
    Day,
    Entity,
    Entry,
    Part,
    Phrases,
    Sign,
    Term,
    Text,
    different_terms,
    in_order,
    one_of,
    problem,
)

QualifiedName = Annotated[str, Strict(), StringConstraints(pattern=r"^[^:|=\s]+:[^:|=\s]+$")]
"""A name of a taxonomy with its prefix: us-gaap:Revenues."""
Accession = Annotated[str, Strict(), StringConstraints(pattern=r"^[0-9]{10}-[0-9]{2}-[0-9]{6}$")]


class Window(Part):
    """Dates between which a rule holds, both included; None is no limit.

    filed_from, filed_to: by the day on which the filing was made. period_from, period_to: by the end of the fact's
    period.
    """

    filed_from: Day | None = None
    filed_to: Day | None = None
    period_from: Day | None = None
    period_to: Day | None = None

    _filed = model_validator(mode="after")(in_order("filed_from", "filed_to"))
    _period = model_validator(mode="after")(in_order("period_from", "period_to"))

    def holds(self, filed: date, period_end: date | None) -> bool:
        """Whether the rule holds for a fact of a filing of that day. period_end: None if the end of the fact's period does not matter."""
        return _is_between(filed, self.filed_from, self.filed_to) and (
            period_end is None or _is_between(period_end, self.period_from, self.period_to)
        )


def _is_between(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


class ConceptRule(Window):
    """One concept of companyfacts as a metric. sign: -1 where the filer tags the opposite sign."""

    metric: Text
    definition_id: Text
    taxonomy: Text
    concept: Text
    unit: Currency
    sign: Sign = 1
    reason: Text

    @property
    def qname(self) -> str:
        """The concept with the prefix of its taxonomy: us-gaap:Revenues."""
        return f"{self.taxonomy}:{self.concept}"


class SegmentRule(Window):
    """Facts of an instance document with exactly these dimensions (axis: member; empty: none)."""

    metric: Text
    definition_id: Text
    segment: Text | None = None
    concepts: Annotated[tuple[QualifiedName, ...], Field(min_length=1)]
    unit: Currency
    dimensions: dict[QualifiedName, QualifiedName]
    sign: Sign = 1
    reason: Text

    @property
    def dimension_text(self) -> str:
        """The dimensions as `xbrl_instance` writes them: "axis=member|axis=member" by axis, "" for none."""
        return "|".join(f"{axis}={member}" for axis, member in sorted(self.dimensions.items()))


class SumRule(Part):
    """A definition made by adding figures of one filing for one period."""

    metric: Text
    definition_id: Text
    terms: tuple[Term, ...]
    reason: Text

    @model_validator(mode="after")
    def _different_terms(self) -> SumRule:
        different_terms(self.terms)
        return self


class SetAside(Part):
    """A fact that the filer tagged with a wrong period: kept as evidence and not used. value: the number in the named filings; if a filing
    no longer shows it, the entry has expired.
    """

    concept: QualifiedName
    unit: Currency
    period_start: Day
    period_end: Day
    value: Annotated[int, Strict()]
    accessions: Annotated[tuple[Accession, ...], Field(min_length=1)]
    reason: Text

    _dates = model_validator(mode="after")(in_order("period_start", "period_end"))


class Forms(Part):
    """SEC forms whose facts make series, and those of them that report on a fiscal year."""

    periodic: Phrases
    annual: Phrases

    @model_validator(mode="after")
    def _annual_are_periodic(self) -> Forms:
        if other := sorted(set(self.annual) - set(self.periodic)):
            raise problem(f"has annual forms that are not among the periodic ones ({', '.join(other)}); add them there")
        return self


class FilerRules(Entry):
    """The rules for the facts in a company's filings. forms: the company's own, if they differ from those of the file."""

    KEY = ("entity_id",)

    entity_id: Text
    concepts: tuple[ConceptRule, ...] = ()
    segments: tuple[SegmentRule, ...] = ()
    sums: tuple[SumRule, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    forms: Forms | None = None


class EarningsExhibits(Entry):
    """A company whose results come as exhibit 99.1 of a report to the SEC. item: of an 8-K; a 6-K has none."""

    KEY = ("entity_id",)

    entity_id: Text
    form: Annotated[Text, one_of(("8-K", "6-K"))]
    item: Text | None = None
    reason: Text


@dataclass(frozen=True)
class Filer:
    """One company that files with the SEC: its identity from entities.yaml, its rules from filers.yaml."""

    entity_id: str
    name: str
    aliases: tuple[str, ...]
    cik: int
    former_ciks: tuple[int, ...]
    currency: str
    fiscal_year_end_month: int
    fiscal_year_rule: str
    concepts: tuple[ConceptRule, ...]
    segments: tuple[SegmentRule, ...]
    sums: tuple[SumRule, ...]
    set_aside: tuple[SetAside, ...]
    periodic_forms: frozenset[str]
    annual_forms: frozenset[str]

    @property
    def names(self) -> tuple[str, ...]:
        """Name and aliases."""
        return (self.name, *self.aliases)

    @property
    def ciks(self) -> tuple[int, ...]:
        """Current and former Central Index Keys."""
        return (self.cik, *self.former_ciks)

    def registrants(self) -> tuple[Filer, ...]:
        """This filer once for each of its Central Index Keys, the present one first, because the SEC stores facts and filings by key."""
        return tuple(replace(self, cik=cik, former_ciks=()) for cik in self.ciks)


def filer_of(company: Entity, rules: FilerRules, forms: Forms) -> Filer:
    """A filer; `forms` are those of the file. The company has a CIK, a currency and a fiscal year (checked in `contradictions`)."""
    assert company.cik is not None and company.currency is not None and company.fiscal_year_end is not None
    forms = rules.forms or forms
    return Filer(
        entity_id=company.entity_id,
        name=company.name,
        aliases=tuple(company.aliases),
        cik=company.cik,
        former_ciks=company.former_ciks,
        currency=company.currency,
        fiscal_year_end_month=company.fiscal_year_end.month,
        fiscal_year_rule=company.fiscal_year_end.rule,
        concepts=rules.concepts,
        segments=rules.segments,
        sums=rules.sums,
        set_aside=rules.set_aside,
        periodic_forms=frozenset(forms.periodic),
        annual_forms=frozenset(forms.annual),
    )


def filer_of_cik(filers: Iterable[Filer], cik: int) -> Filer | None:
    """The filer that has, or had, this Central Index Key."""
    return next((filer for filer in filers if cik in filer.ciks), None)


def wanted_concepts(filers: Iterable[Filer]) -> Mapping[tuple[str, str], frozenset[str]]:
    """(taxonomy, concept) -> units, over all filers: the concepts that are read from companyfacts."""
    wanted: dict[tuple[str, str], set[str]] = {}
    for filer in filers:
        for rule in filer.concepts:
            wanted.setdefault((rule.taxonomy, rule.concept), set()).add(rule.unit)
    return {key: frozenset(units) for key, units in wanted.items()}
