"""Filers with the SEC as reference data: which concept, or which member of a segment axis, is which metric.

What belongs here: the shape of reference/filers.yaml and its checks. What does not: facts, and the reading of filings
(`companyfacts`, `xbrl_instance`). A company is added in the YAML file, without code.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from capex_pipeline.raw.errors import DocumentError

DEFAULT_FILERS_PATH = Path(__file__).resolve().parent.parent / "reference" / "filers.yaml"
"""Where the package keeps the reviewed file; another file of the same shape may be given to `load_filers`."""

_FISCAL_RULE = re.compile(r"month_end|(last|nearest)_(mon|tues|wednes|thurs|fri|satur|sun)day")
_MAX_BYTES = 4_000_000


@dataclass(frozen=True)
class Window:
    """Dates between which a rule holds, both included; None is no limit.

    filed_from, filed_to: by the day on which the filing was made. period_from, period_to: by the end of the fact's
    period.
    """

    filed_from: date | None = None
    filed_to: date | None = None
    period_from: date | None = None
    period_to: date | None = None


@dataclass(frozen=True)
class ConceptRule:
    """One concept of companyfacts as a metric. `precedence` 0 counts first where one filing tags a period twice."""

    metric: str
    definition_id: str
    taxonomy: str
    concept: str
    unit: str
    sign: int
    window: Window
    reason: str
    precedence: int


@dataclass(frozen=True)
class SegmentRule:
    """Facts of an instance document with exactly these dimensions (sorted (axis, member) pairs; empty: none)."""

    metric: str
    definition_id: str
    segment: str | None
    concepts: tuple[str, ...]
    unit: str
    dimensions: tuple[tuple[str, str], ...]
    sign: int
    window: Window
    reason: str
    precedence: int

    @property
    def dimension_text(self) -> str:
        """The dimensions as `xbrl_instance` writes them: "axis=member|axis=member", "" for none."""
        return "|".join(f"{axis}={member}" for axis, member in self.dimensions)


@dataclass(frozen=True)
class Term:
    """One operand of a sum; sign -1 subtracts."""

    metric: str
    definition_id: str
    sign: int


@dataclass(frozen=True)
class SumRule:
    """A definition made by adding figures that stand in one filing for one period."""

    metric: str
    definition_id: str
    terms: tuple[Term, ...]
    reason: str


@dataclass(frozen=True)
class SetAside:
    """A fact that the filer tagged with a wrong period: kept as evidence, used for nothing.

    value is the number that stands there in the filings named; where a filing no longer shows it, the entry has
    expired.
    """

    concept: str
    unit: str
    period_start: date
    period_end: date
    value: int
    accessions: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Filer:
    """One company that files with the SEC."""

    entity_id: str
    name: str
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
    def ciks(self) -> tuple[int, ...]:
        """Current and former Central Index Keys."""
        return (self.cik, *self.former_ciks)


def load_filers(path: Path = DEFAULT_FILERS_PATH) -> dict[str, Filer]:
    """Filers by entity_id, in the order of the file.

    Raises DocumentError (rule bad_filers_file) with a sentence for a key, a value or a repetition that is not allowed.
    """
    if path.stat().st_size > _MAX_BYTES:
        raise _error(
            path.name, f"is larger than {_MAX_BYTES} bytes; a list of filers is small, so this is another file"
        )
    return dict(_parsed_file(path, path.stat().st_mtime_ns))


@functools.lru_cache(maxsize=4)
def _parsed_file(path: Path, changed: int) -> dict[str, Filer]:
    """The filers of a file, read once for each state of it: every filing's reader asks for them."""
    return parse_filers(path.read_bytes(), path.name)


def parse_filers(data: bytes, name: str = "filers.yaml") -> dict[str, Filer]:
    """As `load_filers`, from bytes; `name` stands in error sentences."""
    try:
        content = yaml.load(data, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise _error(name, f"is no YAML ({' '.join(str(error).split())}); mend the syntax") from error
    top = _Reader(name, "the file", content, {"version", "forms", "filers"})
    if top.value("version") != 1:
        raise _error(name, "has a version other than 1; this program reads version 1")
    forms = _Reader(name, "forms", top.value("forms"), {"periodic", "annual"})
    defaults = (forms.texts("periodic"), forms.texts("annual"))
    filers: dict[str, Filer] = {}
    owners: dict[int, str] = {}
    for entry in top.entries("filers"):
        filer = _filer(name, entry, defaults)
        if filer.entity_id in filers:
            raise _error(name, f"lists {filer.entity_id} twice; keep one entry")
        for cik in filer.ciks:
            if cik in owners:
                raise _error(name, f"gives CIK {cik} to {owners[cik]} and {filer.entity_id}; a CIK has one owner")
            owners[cik] = filer.entity_id
        filers[filer.entity_id] = filer
    return filers


def filer_of_cik(filers: Iterable[Filer], cik: int) -> Filer | None:
    """The filer that has, or had, this Central Index Key."""
    return next((filer for filer in filers if cik in filer.ciks), None)


def wanted_concepts(filers: Iterable[Filer]) -> dict[tuple[str, str], frozenset[str]]:
    """(taxonomy, concept) -> units, over all filers: what companyfacts is searched for."""
    wanted: dict[tuple[str, str], set[str]] = {}
    for filer in filers:
        for rule in filer.concepts:
            wanted.setdefault((rule.taxonomy, rule.concept), set()).add(rule.unit)
    return {key: frozenset(units) for key, units in wanted.items()}


def _error(name: str, sentence: str) -> DocumentError:
    return DocumentError("bad_filers_file", f"{name} {sentence}.")


class _Reader:
    """One mapping of the file, with checks that name the place."""

    def __init__(self, name: str, place: str, content: Any, allowed: set[str]) -> None:
        self.name, self.place = name, place
        if not isinstance(content, Mapping):
            raise _error(name, f"has no mapping at {place}; write keys and values there")
        unknown = sorted(str(key) for key in content if key not in allowed)
        if unknown:
            raise _error(
                name, f"has unknown keys at {place}: {', '.join(unknown)}; allowed are {', '.join(sorted(allowed))}"
            )
        self.content = content

    def fail(self, sentence: str) -> DocumentError:
        return _error(self.name, f"at {self.place}: {sentence}")

    def value(self, key: str) -> Any:
        if key not in self.content:
            raise self.fail(f"{key} is missing; add it")
        return self.content[key]

    def text(self, key: str) -> str:
        value = self.value(key)
        if not isinstance(value, str) or not value.strip():
            raise self.fail(f"{key} is {value!r}; write a text")
        return value

    def number(self, key: str) -> int:
        value = self.value(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.fail(f"{key} is {value!r}; write a whole number")
        return value

    def sign(self) -> int:
        value = self.content.get("sign", 1)
        if value not in (1, -1) or isinstance(value, bool):
            raise self.fail(f"sign is {value!r}; write 1 or -1")
        return int(value)

    def texts(self, key: str) -> frozenset[str]:
        value = self.value(key)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fail(f"{key} is {value!r}; write a list of texts")
        return frozenset(value)

    def entries(self, key: str) -> list[Any]:
        value = self.content.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.fail(f"{key} is no list; write one entry a line")
        return value

    def day(self, key: str) -> date | None:
        value = self.content.get(key)
        if value is not None and type(value) is not date:
            raise self.fail(f"{key} is {value!r}; write a date as 2024-08-20")
        return value

    def window(self) -> Window:
        window = Window(*(self.day(key) for key in _WINDOW_KEYS))
        for first, last in ((window.filed_from, window.filed_to), (window.period_from, window.period_to)):
            if first is not None and last is not None and last < first:
                raise self.fail(f"a window ends on {last} before it starts on {first}; mend the dates")
        return window


_WINDOW_KEYS = ("filed_from", "filed_to", "period_from", "period_to")
_CONCEPT_KEYS = {"metric", "definition_id", "taxonomy", "concept", "unit", "sign", "reason", *_WINDOW_KEYS}
_SEGMENT_KEYS = {
    "metric",
    "definition_id",
    "segment",
    "concepts",
    "unit",
    "dimensions",
    "sign",
    "reason",
    *_WINDOW_KEYS,
}
_FILER_KEYS = {
    "entity_id", "name", "cik", "former_ciks", "currency", "fiscal_year_end", "concepts", "segments", "sums",
    "set_aside", "forms",
}  # fmt: skip


def _filer(name: str, entry: Any, defaults: tuple[frozenset[str], frozenset[str]]) -> Filer:
    reader = _Reader(name, "an entry of filers", entry, _FILER_KEYS)
    entity_id = reader.text("entity_id")
    reader.place = entity_id
    year_end = _Reader(name, f"{entity_id}, fiscal_year_end", reader.value("fiscal_year_end"), {"month", "rule"})
    month, rule = year_end.number("month"), year_end.text("rule")
    if not 1 <= month <= 12:
        raise year_end.fail(f"month is {month}; write 1 to 12")
    if not _FISCAL_RULE.fullmatch(rule):
        raise year_end.fail(f"rule is {rule!r}; write month_end, last_<weekday> or nearest_<weekday>")
    former = reader.content.get("former_ciks") or []
    if not isinstance(former, list) or not all(type(cik) is int for cik in former):
        raise reader.fail(f"former_ciks is {former!r}; write a list of whole numbers")
    periodic, annual = defaults
    if reader.content.get("forms") is not None:
        forms = _Reader(name, f"{entity_id}, forms", reader.content["forms"], {"periodic", "annual"})
        periodic, annual = forms.texts("periodic"), forms.texts("annual")
    return Filer(
        entity_id=entity_id,
        name=reader.text("name"),
        cik=reader.number("cik"),
        former_ciks=tuple(former),
        currency=reader.text("currency"),
        fiscal_year_end_month=month,
        fiscal_year_rule=rule,
        concepts=tuple(_concept(name, entity_id, place, item) for place, item in enumerate(reader.entries("concepts"))),
        segments=tuple(_segment(name, entity_id, place, item) for place, item in enumerate(reader.entries("segments"))),
        sums=tuple(_sum(name, entity_id, item) for item in reader.entries("sums")),
        set_aside=tuple(_set_aside(name, entity_id, item) for item in reader.entries("set_aside")),
        periodic_forms=periodic,
        annual_forms=annual,
    )


def _concept(name: str, entity_id: str, place: int, entry: Any) -> ConceptRule:
    reader = _Reader(name, f"{entity_id}, concept {place + 1}", entry, _CONCEPT_KEYS)
    return ConceptRule(
        metric=reader.text("metric"),
        definition_id=reader.text("definition_id"),
        taxonomy=reader.text("taxonomy"),
        concept=reader.text("concept"),
        unit=reader.text("unit"),
        sign=reader.sign(),
        window=reader.window(),
        reason=reader.text("reason"),
        precedence=place,
    )


def _segment(name: str, entity_id: str, place: int, entry: Any) -> SegmentRule:
    reader = _Reader(name, f"{entity_id}, segment {place + 1}", entry, _SEGMENT_KEYS)
    dimensions = reader.value("dimensions")
    if not isinstance(dimensions, Mapping) or not all(
        isinstance(text, str) and ":" in text for pair in dimensions.items() for text in pair
    ):
        raise reader.fail(f"dimensions is {dimensions!r}; write axis: member, each with its prefix, or {{}} for none")
    concepts = reader.value("concepts")
    if not isinstance(concepts, list) or not concepts or not all(isinstance(c, str) and ":" in c for c in concepts):
        raise reader.fail(f"concepts is {concepts!r}; write a list of concepts, each with its prefix")
    return SegmentRule(
        metric=reader.text("metric"),
        definition_id=reader.text("definition_id"),
        segment=reader.content.get("segment"),
        concepts=tuple(concepts),
        unit=reader.text("unit"),
        dimensions=tuple(sorted(dimensions.items())),
        sign=reader.sign(),
        window=reader.window(),
        reason=reader.text("reason"),
        precedence=place,
    )


def _sum(name: str, entity_id: str, entry: Any) -> SumRule:
    reader = _Reader(name, f"{entity_id}, a sum", entry, {"metric", "definition_id", "terms", "reason"})
    terms = []
    for item in reader.entries("terms"):
        term = _Reader(name, f"{reader.place}, a term", item, {"metric", "definition_id", "sign"})
        terms.append(Term(term.text("metric"), term.text("definition_id"), term.sign()))
    if len(terms) < 2 or len(set(terms)) < len(terms):
        raise reader.fail("a sum needs two or more different terms; list them")
    return SumRule(reader.text("metric"), reader.text("definition_id"), tuple(terms), reader.text("reason"))


def _set_aside(name: str, entity_id: str, entry: Any) -> SetAside:
    keys = {"concept", "unit", "period_start", "period_end", "value", "accessions", "reason"}
    reader = _Reader(name, f"{entity_id}, a fact set aside", entry, keys)
    start, end = reader.day("period_start"), reader.day("period_end")
    if start is None or end is None:
        raise reader.fail("period_start or period_end is missing; write both")
    return SetAside(
        concept=reader.text("concept"),
        unit=reader.text("unit"),
        period_start=start,
        period_end=end,
        value=reader.number("value"),
        accessions=tuple(sorted(reader.texts("accessions"))),
        reason=reader.text("reason"),
    )
