"""Reviewed reference data: companies, metrics, definitions, products, filers, breaks and reviewed cases, from YAML files.

A decision that people make once and every build uses belongs here, as an entry of a YAML file; its type is declared in `models` or
`filers`, its key in `content`, rules between entries in `contradictions`, files and overlays in `layers`. Numbers printed in documents belong to raw/, rules
that compute belong to `normalise` and `reconcile`.

An overlay is a folder of files with the same names and shapes, for companies, definitions and so on that are not in the package.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from capex_pipeline.reference import models
from capex_pipeline.reference.content import Content
from capex_pipeline.reference.contradictions import contradictions, fold, names_of
from capex_pipeline.reference.filers import Filer, SumRule, filer_of
from capex_pipeline.reference.layers import ReferenceError, raise_problems, read
from capex_pipeline.schemas import pandas_options  # noqa: F401 - it sets options
from capex_pipeline.storage import fingerprint
from capex_pipeline.values.fiscal_calendar import FiscalCalendar

__all__ = ["Reference", "ReferenceError", "fold", "load"]

PACKAGE = Path(__file__).parent
_DISTANT_PAST, _DISTANT_FUTURE = pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01")


@dataclass(frozen=True, eq=False)
class Reference:
    """All reference data, ready for look-ups.

    entities, metrics, definitions, products: frames indexed by id, columns as the fields of `models`.
    entity_aliases, metric_aliases, product_aliases: text in `fold`ed form -> id; ids and names are aliases of themselves.
    calendars: entity id -> fiscal calendar; the calendar year if the entity has none.
    preferred: frame entity_id, metric_id, definition_id, valid_from, valid_to (bounds of the period's first day, closed).
    headline: the same for the company's own headline number; a metric that a company does not name here has the preferred one.
    results_documents: frame entity_id, period_end, published, url, evidence: the first day of a quarter's figures.
    coverage: frame table_name, entity_id, published, collected, reason: first days, missing where it never did or is not collected.
    breaks: frame entity_id, metric_id, break_on, from_definition, to_definition, reason.
    known_differences, known_conflicts, known_growth, known_copies, known_jumps: frames entity_id, metric_id, definition_id, period_start,
    period_end, reason.
    filers: entity id -> filer with the SEC, in the order of filers.yaml. forms: SEC forms that make series.
    content: every entry of the files. overlay: hash of the overlay's files, empty where there is none.
    """

    entities: pd.DataFrame
    metrics: pd.DataFrame
    definitions: pd.DataFrame
    products: pd.DataFrame
    entity_aliases: Mapping[str, str]
    metric_aliases: Mapping[str, str]
    product_aliases: Mapping[str, str]
    calendars: Mapping[str, FiscalCalendar]
    preferred: pd.DataFrame
    headline: pd.DataFrame
    results_documents: pd.DataFrame
    coverage: pd.DataFrame
    breaks: pd.DataFrame
    known_differences: pd.DataFrame
    known_conflicts: pd.DataFrame
    known_growth: pd.DataFrame
    known_copies: pd.DataFrame
    known_jumps: pd.DataFrame
    filers: Mapping[str, Filer]
    content: Content
    overlay: str

    def members(self, entity_id: str) -> list[str]:
        """Member ids of a group; empty for a company."""
        members: Any = self.entities.at[entity_id, "members"]
        return list(members)

    def printed_names(self, entity_id: str, published: date | None = None) -> tuple[models.PrintedName, ...]:
        """Row names in a company's tables: its own, and the general ones for metrics without names of its own.

        published: day of the document; without one, names on definitions that are in force since a day are left out.
        """
        own, general = self._names_in_force(entity_id, published)
        covered = {entry.metric for entry in own}
        return (*own, *(entry for entry in general if entry.metric not in covered))

    def general_names(self, entity_id: str, published: date | None = None) -> tuple[models.PrintedName, ...]:
        """The general row names that do not serve a company, because it has names of its own for their metrics. published: as of `printed_names`."""
        own, general = self._names_in_force(entity_id, published)
        covered = {entry.metric for entry in own}
        return tuple(entry for entry in general if entry.metric in covered)

    def _names_in_force(
        self, entity_id: str, published: date | None
    ) -> tuple[tuple[models.PrintedName, ...], tuple[models.PrintedName, ...]]:
        """The names of a company and the general ones, without those on definitions that are in force later than a day."""
        starts = self.definitions["published_from"]
        entries = [
            entry
            for entry in self.content.printed_names
            if pd.isna(start := starts[entry.definition_id]) or (published is not None and start <= published)
        ]
        own = tuple(entry for entry in entries if entry.entity_id == entity_id)
        return own, tuple(entry for entry in entries if entry.entity_id is None)

    def definition_notes(self, rows: pd.DataFrame) -> pd.Series:
        """What is particular to the company of each row in its definition; null where nothing is. rows: entity_id, definition_id."""
        notes = {
            (entity_id, str(definition_id)): note
            for definition_id, by_entity in self.definitions["entity_notes"].items()
            for entity_id, note in by_entity.items()
        }
        keys = rows[["entity_id", "definition_id"]].itertuples(index=False, name=None)
        return pd.Series([notes.get(key) for key in keys], index=rows.index, dtype="str")

    @property
    def computed_definitions(self) -> Mapping[str, SumRule]:
        """Definitions that are computed in the documents of every company, by id."""
        entries = self.content.definitions
        return {
            entry.definition_id: SumRule(
                metric=str(entry.metric),
                definition_id=entry.definition_id,
                terms=entry.computed_from,
                reason=entry.description,
            )
            for entry in entries
            if entry.computed_from
        }

    @property
    def sums(self) -> Mapping[str, tuple[SumRule, ...]]:
        """Definitions that add up figures of one document, by company: those of its filings, and those that are computed for every company."""
        computed = tuple(self.computed_definitions.values())
        companies = self.entities.index[self.entities["type"] == "company"]
        return {name: (*(self.filers[name].sums if name in self.filers else ()), *computed) for name in companies}

    @property
    def table_layouts(self) -> Mapping[str, models.TableLayout]:
        """Layouts of tables as their publishers serve them, by id."""
        entries = self.content.table_layouts
        return {entry.layout_id: entry for entry in entries}

    def is_trusted(self, entity_id: str, kind: str | None) -> bool:
        """Whether documents of this kind of a company need no review if their internal checks pass."""
        entries = self.content.trusted_documents
        return any(entry.entity_id == entity_id and entry.kind == kind for entry in entries)

    @property
    def reviewed_claims(self) -> Mapping[str, models.ReviewedClaim]:
        """Claim check id -> its review."""
        file = self.content
        return {entry.claim_check_id: entry for entry in file.reviewed_claims}


def load(overlay: Path | None = None, package: Path = PACKAGE) -> Reference:
    """The package's reference data with an overlay on top; read once per process and state of the files.

    Raises ReferenceError with a sentence for each entry that cannot be read or contradicts another.
    """
    return _load(package, fingerprint.yaml_files(package), overlay, fingerprint.yaml_files(overlay))


@functools.lru_cache(maxsize=4)
def _load(package: Path, package_state: str, overlay: Path | None, overlay_state: str) -> Reference:
    """The states are hashes of the files, so that a changed file is read again."""
    content = read(package, overlay)
    raise_problems(contradictions(content))
    return _reference(content, overlay_state)


def _reference(content: Content, overlay: str) -> Reference:
    by_id = {entity.entity_id: entity for entity in content.entities}
    return Reference(
        entities=_frame(models.Entity, content.entities),
        metrics=_frame(models.Metric, content.metrics),
        definitions=_frame(models.Definition, content.definitions),
        products=_frame(models.Product, content.products),
        entity_aliases=_aliases(content.entities),
        metric_aliases=_aliases(content.metrics),
        product_aliases=_aliases(content.products),
        calendars={entity.entity_id: _calendar(entity.fiscal_year_end) for entity in content.entities},
        preferred=_spans(content.entities, lambda entity: entity.preferred_definitions),
        headline=_spans(content.entities, lambda entity: entity.preferred_definitions | entity.headline_definitions),
        results_documents=_days(
            _frame(
                models.ResultsDocument,
                content.results_documents,
            )
        ),
        coverage=_coverage(content.entities),
        breaks=_days(_frame(models.Break, content.breaks)),
        known_differences=_days(_frame(models.ExplainedPeriod, content.known_differences)),
        known_conflicts=_days(_frame(models.ExplainedPeriod, content.known_conflicts)),
        known_growth=_days(_frame(models.ExplainedPeriod, content.known_growth)),
        known_copies=_days(_frame(models.ExplainedPeriod, content.known_copies)),
        known_jumps=_days(_frame(models.ExplainedPeriod, content.known_jumps)),
        filers={rules.entity_id: filer_of(by_id[rules.entity_id], rules, content.forms) for rules in content.filers},
        content=content,
        overlay=overlay,
    )


def _frame(kind: type[models.Entry], entries: Iterable[models.Entry]) -> pd.DataFrame:
    """Entries as rows; the id is the index if one field is the key."""
    columns = [name for name in kind.model_fields if name != "replaces"]
    frame = pd.DataFrame([entry.model_dump() for entry in entries], columns=columns)
    return frame.set_index(kind.KEY[0]) if len(kind.KEY) == 1 else frame


def _days(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame of entries that name a metric, with their days as timestamps."""
    frame = frame.rename(columns={"metric": "metric_id"})
    for day in {"break_on", "period_start", "period_end", "published"} & set(frame.columns):
        frame[day] = pd.to_datetime(frame[day]).astype("datetime64[us]")
    return frame


def _aliases(entries: Iterable[models.Entity | models.Metric | models.Product]) -> dict[str, str]:
    return {fold(name): str(entry.key[0]) for entry in entries for name in names_of(entry)}


def _calendar(year_end: models.FiscalYearEnd | None) -> FiscalCalendar:
    return FiscalCalendar(12, "month_end") if year_end is None else FiscalCalendar(year_end.month, year_end.rule)


def _spans(
    entities: Iterable[models.Entity], of: Callable[[models.Entity], Mapping[str, tuple[models.Span, ...]]]
) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "entity_id": entity.entity_id,
                "metric_id": metric,
                "definition_id": span.definition_id,
                "valid_from": pd.Timestamp(span.valid_from or _DISTANT_PAST),
                "valid_to": pd.Timestamp(span.valid_to or _DISTANT_FUTURE),
            }
            for entity in entities
            for metric, spans in of(entity).items()
            for span in spans
        ],
        columns=["entity_id", "metric_id", "definition_id", "valid_from", "valid_to"],
    )


def _coverage(entities: Iterable[models.Entity]) -> pd.DataFrame:
    rows = [
        {
            "table_name": table,
            "entity_id": entity.entity_id,
            "published": pd.Timestamp(since.published) if since.published else pd.NaT,
            "collected": pd.Timestamp(since.collected) if since.collected else pd.NaT,
            "reason": since.reason,
        }
        for entity in entities
        for table, since in entity.coverage.items()
    ]
    frame = pd.DataFrame(rows, columns=["table_name", "entity_id", "published", "collected", "reason"])
    return frame.astype({"published": "datetime64[us]", "collected": "datetime64[us]"})
