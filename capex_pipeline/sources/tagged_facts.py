"""Facts that filings tag: their identity, and how rules of reference data turn them into printed rows.

Add here a step that companyfacts and instance documents share. The files are parsed in `sources/companyfacts.py` and
`sources/xbrl_instance.py`; filings as documents are in `sources/sec_filings.py`, arithmetic between facts in `normalise/quarters.py`.

The identity of a fact is (cik, concept, unit, start, end). `fy`, `fp` and `frame` of SEC data describe the filing or
move between filings, so they are never part of it.

A file has some hundreds of facts. They are handled one by one, which takes a fraction of the time of operations on columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

import pandas as pd

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.printed_rows import PRINTED_COLUMNS, empty_rows, rejection
from capex_pipeline.reference.filers import ConceptRule, Filer, SegmentRule
from capex_pipeline.sources.sec_filings import document_id_of
from capex_pipeline.values.grouping import first_of_each


class Filing(NamedTuple):
    """A filing of which facts are read."""

    accession: str
    form: str
    filed: date


class TaggedFact(NamedTuple):
    """One fact as a filing tags it.

    number: its place in the file, from 1. qname: "us-gaap:Revenues". start: None for a balance. end: None for a context without a period.
    value_text: the number as served, in full units. dimensions: "axis=member|axis=member", "" for none. is_convenience: the filing states the
    same concept and period in the reporting currency too; such a translation is never used as an amount.
    """

    number: int
    qname: str
    unit: str
    start: date | None
    end: date | None
    value_text: str
    filing: Filing
    dimensions: str = ""
    is_convenience: bool = False

    @property
    def document(self) -> str:
        """The id of the filing as a document."""
        return document_id_of(self.filing.accession)

    @property
    def row_id(self) -> str:
        """Unique in its document, unless the document states a fact twice."""
        start, end = _iso(self.start) or "", _iso(self.end) or "no period"
        return f"{self.qname}/{start}/{end}/{self.unit}/{self.dimensions}".removesuffix("/")

    @property
    def locator(self) -> str:
        """The place in the document: concept, period and dimensions."""
        start, end = "" if self.start is None else f"{_iso(self.start)}..", _iso(self.end) or "no period"
        return f"{self.qname} {start}{end} {self.dimensions}".strip()

    @property
    def days(self) -> int | None:
        """Length of the period; None for a balance."""
        return None if self.start is None or self.end is None else (self.end - self.start).days + 1

    @property
    def value(self) -> float:
        """The number in full units."""
        return float(self.value_text)

    def is_covered_by(self, rule: ConceptRule | SegmentRule) -> bool:
        """Whether filing date and period are between the dates of the rule; a fact without a period has no place in a rule with periods."""
        has_place = self.end is not None or (rule.period_from is None and rule.period_to is None)
        return has_place and rule.holds(self.filing.filed, self.end)


class PrintedFact:
    """A fact on its way to a printed row. rule: its place among the rules in the order of precedence, None if none covers it. place: document and
    row id, by which facts are ordered and compared.
    """

    __slots__ = ("document", "fact", "note", "place", "presentation", "row_id", "rule", "same_fact_as")

    def __init__(self, fact: TaggedFact, rule: int | None, presentation: str | None, note: str | None = None) -> None:
        self.fact, self.rule, self.presentation, self.note = fact, rule, presentation, note
        self.document, self.row_id = self.place = fact.document, fact.row_id
        self.same_fact_as: str | None = None

    def rejected(self, rule: str, message: str) -> dict[str, str | None]:
        """The fact as one that becomes no row."""
        fact = self.fact
        return rejection(self.document, fact.number, fact.locator, rule, message, column="value", value=fact.value_text)


Rules = Sequence[ConceptRule | SegmentRule]


def printed_rows(
    facts: Iterable[PrintedFact], filer: Filer, rules: Rules
) -> tuple[pd.DataFrame, list[dict[str, str | None]]]:
    """Printed rows of facts that have a rule, and rejected facts with the reason.

    rules: in the order of precedence. The index of the rows is the number of the fact in its file. A concept of lower precedence that
    repeats the value of a higher one gets `same_fact_as`, and so does a convenience translation. Rejected facts are mappings as in
    `ReadResult.rejected`. Rules of rejection: form_not_periodic, concept_not_in_use, set_aside, repeated_fact, two_values_in_one_filing,
    precedence_differs. Raises DocumentError (set_aside_expired) if a filing no longer shows a value to set aside.
    """
    left = sorted(facts, key=attrgetter("place"))
    rejected: list[dict[str, str | None]] = []

    def refuse(numbers: Collection[int], rule: str, message: str) -> None:
        nonlocal left
        if numbers:
            rejected.extend(one.rejected(rule, message) for one in left if one.fact.number in numbers)
            left = [one for one in left if one.fact.number not in numbers]

    refuse(
        {one.fact.number for one in left if one.fact.filing.form not in filer.periodic_forms},
        "form_not_periodic",
        "The fact is in a filing that is not a periodic report; it is kept as evidence and forms no series.",
    )
    refuse(
        {one.fact.number for one in left if one.rule is None and not one.fact.is_convenience},
        "concept_not_in_use",
        "No rule of filers.yaml covers this concept, unit, filing date and period; add one if the fact is wanted.",
    )
    for reason, numbers in _set_aside(left, filer):
        refuse(numbers, "set_aside", f"{reason}.")
    refuse(
        _repeated(left),
        "repeated_fact",
        "The filing states the same fact more than once; the first one is used.",
    )
    times = Counter(map(attrgetter("place"), left))
    refuse(
        {one.fact.number for one in left if times[one.place] > 1},
        "two_values_in_one_filing",
        "One filing gives two values for one concept, unit and period; check the filing and decide.",
    )
    refuse(
        _link_lower_concepts(left, rules),
        "precedence_differs",
        "A concept of higher precedence gives another value for this period in the same filing; that one is used.",
    )
    refuse(
        _link_convenience(left),
        "concept_not_in_use",
        "A convenience translation of a fact that is not used itself.",
    )
    return _frame(left, filer, rules), rejected


def _set_aside(facts: Sequence[PrintedFact], filer: Filer) -> list[tuple[str, set[int]]]:
    """The reasons of entries of filers.yaml with the numbers of their facts, for the filings in the file."""
    set_aside = []
    for entry in filer.set_aside:
        for accession in entry.accessions:
            shown = [one for one in facts if one.fact.filing.accession == accession and one.fact.qname == entry.concept]
            place = (entry.unit, entry.period_start, entry.period_end, str(entry.value))
            wrong = {
                one.fact.number
                for one in shown
                if (one.fact.unit, one.fact.start, one.fact.end, one.fact.value_text) == place
            }
            if shown and not wrong:
                raise DocumentError(
                    "set_aside_expired",
                    f"Filing {accession} of {filer.name} does not show {entry.value} as {entry.concept} from "
                    f"{entry.period_start} to {entry.period_end} any more; remove the entry from set_aside.",
                )
            set_aside.append((entry.reason, wrong))
    return set_aside


def _repeated(facts: Sequence[PrintedFact]) -> set[int]:
    """Numbers of facts that an earlier one states with the same value."""
    seen: set[tuple[str, str, str]] = set()
    repeated = set()
    for one in facts:
        stated = (*one.place, one.fact.value_text)
        if stated in seen:
            repeated.add(one.fact.number)
        seen.add(stated)
    return repeated


def _link_lower_concepts(facts: Sequence[PrintedFact], rules: Rules) -> set[int]:
    """Sets same_fact_as of facts that repeat the one of a concept of higher precedence; returns the numbers of those that differ from it."""
    first_of: dict[tuple[object, ...], PrintedFact] = {}
    differing = set()
    series = [(rule.metric, rule.definition_id, _segment(rule)) for rule in rules]
    ruled = [(one.rule, one.row_id, one) for one in facts if one.rule is not None and not one.fact.is_convenience]
    for place, _, one in sorted(ruled, key=itemgetter(0, 1)):
        fact = one.fact
        first = first_of.setdefault((one.document, series[place], fact.unit, fact.start, fact.end), one)
        if first.row_id != one.row_id:
            one.same_fact_as = first.row_id
            if first.fact.value_text != fact.value_text:
                differing.add(fact.number)
    return differing


def _link_convenience(facts: Sequence[PrintedFact]) -> set[int]:
    """Gives each convenience translation the rule and the id of the fact in the reporting currency that it repeats; returns the numbers of
    those whose fact is not used itself.
    """
    translated = [one for one in facts if one.fact.is_convenience]
    if not translated:
        return set()

    def period(one: PrintedFact) -> tuple[object, ...]:
        return one.document, one.fact.qname, one.fact.start, one.fact.end

    own = first_of_each((period(one), one) for one in facts if not one.fact.is_convenience)
    unused = set()
    for one in translated:
        repeats = own.get(period(one))
        if repeats is None:
            unused.add(one.fact.number)
        else:
            one.rule, one.same_fact_as = repeats.rule, repeats.row_id
    return unused


def _segment(rule: ConceptRule | SegmentRule) -> str | None:
    return rule.segment if isinstance(rule, SegmentRule) else None


def _frame(facts: Sequence[PrintedFact], filer: Filer, rules: Rules) -> pd.DataFrame:
    """The rows, with the numbers of the facts as index."""
    if not facts:
        return empty_rows()
    of_fact = [rules[one.rule] for one in facts if one.rule is not None]
    assert len(of_fact) == len(facts), "a fact without a rule is rejected before"
    days = [(_iso(one.fact.start), _iso(one.fact.end)) for one in facts]
    columns: dict[str, list[Any]] = {
        "id": [one.row_id for one in facts],
        "document": [one.document for one in facts],
        "locator": [one.fact.locator for one in facts],
        "entity": [filer.entity_id] * len(facts),
        "metric": [rule.metric for rule in of_fact],
        "definition": [rule.definition_id for rule in of_fact],
        "segment": [_segment(rule) for rule in of_fact],
        "period": [end if start is None else None for start, end in days],
        "period_start": [start for start, _ in days],
        "period_end": [None if start is None else end for start, end in days],
        "value": [_signed(one, rule) for one, rule in zip(facts, of_fact, strict=True)],
        "unit": [one.fact.unit for one in facts],
        "status": ["reported"] * len(facts),
        "presentation": [one.presentation for one in facts],
        "same_fact_as": [one.same_fact_as for one in facts],
        "note": [one.note for one in facts],
    }
    index = pd.Index([one.fact.number for one in facts])
    missing = pd.Series(index=index, dtype="str")
    texts = {name: pd.Series(values, index=index, dtype="str") for name, values in columns.items()}
    return pd.DataFrame({name: texts.get(name, missing) for name in PRINTED_COLUMNS})


@lru_cache(maxsize=4096)
def _iso(day: date | None) -> str | None:
    """The day as text. The facts of a filer have some hundred days, which are written several times for each fact."""
    return None if day is None else day.isoformat()


def _signed(one: PrintedFact, rule: ConceptRule | SegmentRule) -> str:
    """The printed number, with reversed sign if the rule states that the filer tags the opposite one; a translation is not turned."""
    text = one.fact.value_text
    if rule.sign == 1 or one.fact.is_convenience:
        return text
    if text.startswith("-"):
        return text[1:]
    return text if not text.strip("0.") else f"-{text}"
