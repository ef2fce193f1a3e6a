"""Reviewed reference data and its loader: who, what, under which definition, in which calendar.

What belongs here: the YAML files in which people record judgement (entities, metrics, definitions, products, breaks), and
reading them into frames and look-ups. What does not: numbers of documents, and rules (normalise, reconcile).

A mistake in these files is ours, not a document's: it raises ReferenceError at load, before any document is read.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from capex_pipeline.values.fiscal_calendar import FiscalCalendar

_FOLDER = Path(__file__).parent
_DISTANT_PAST, _DISTANT_FUTURE = pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01")


class ReferenceError(ValueError):
    """The reference data contradicts itself. The message says which file and what to change."""


@dataclass(frozen=True)
class Reference:
    """All reference data, ready for look-ups.

    entities, metrics, definitions, products: frames indexed by id, as in their files.
    entity_aliases, metric_aliases, product_aliases: text in `fold`ed form -> id; ids and names are aliases of themselves.
    calendars: entity id -> fiscal calendar; the calendar year where the entity has none.
    preferred: frame entity_id, metric_id, definition_id, valid_from, valid_to (bounds of the period's first day, closed).
    breaks: frame entity_id, metric_id, break_on, from_definition, to_definition, reason.
    known_differences, known_conflicts: frames entity_id, metric_id, definition_id, period_start, period_end, reason.
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
    breaks: pd.DataFrame
    known_differences: pd.DataFrame
    known_conflicts: pd.DataFrame

    def members(self, entity_id: str) -> list[str]:
        """Member ids of a group; empty for a company."""
        members: Any = self.entities.at[entity_id, "members"]
        return list(members)


def fold(text: str) -> str:
    """A name in the form in which names are compared: no case, plain apostrophes, single spaces."""
    return " ".join(text.replace("’", "'").replace("\u00a0", " ").casefold().split())


def load(folder: Path | None = None) -> Reference:
    """The reference data of a folder, by default the package's own. Read once per process and folder."""
    return _load(folder or _FOLDER)


def read_file(name: str, folder: Path | None = None) -> Any:
    """Content of one reference file, dates and numbers typed."""
    path = (folder or _FOLDER) / name
    try:
        return yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise ReferenceError(f"Reference file {name} is no readable YAML: {error}.") from error


@functools.cache
def _load(folder: Path) -> Reference:
    entities = _frame(read_file("entities.yaml", folder)["entities"], "entity_id", "entities.yaml")
    metrics = _frame(read_file("metrics.yaml", folder)["metrics"], "metric_id", "metrics.yaml")
    definitions = _frame(read_file("definitions.yaml", folder)["definitions"], "definition_id", "definitions.yaml")
    if "narrower_than" not in definitions.columns:
        definitions["narrower_than"] = None
    _require_known(definitions["narrower_than"].dropna(), definitions.index, "definitions.yaml", "narrower_than")
    products = _frame(read_file("products.yaml", folder)["products"], "product_id", "products.yaml")
    _require_known(entities["members"].explode().dropna(), entities.index, "entities.yaml", "member")
    _require_known(products["supplier_id"], entities.index, "products.yaml", "supplier_id")
    preferred = _preferred(entities)
    _require_known(preferred["definition_id"], definitions.index, "entities.yaml", "definition_id")
    _require_known(preferred["metric_id"], metrics.index, "entities.yaml", "metric")
    breaks = _breaks(read_file("breaks.yaml", folder)["breaks"])
    _require_known(breaks["entity_id"], entities.index, "breaks.yaml", "entity_id")
    for side in ("from_definition", "to_definition"):
        _require_known(breaks[side].dropna(), definitions.index, "breaks.yaml", side)
    explained = read_file("known_differences.yaml", folder)
    return Reference(
        entities=entities,
        metrics=metrics,
        definitions=definitions,
        products=products,
        entity_aliases=_aliases(entities, "entities.yaml"),
        metric_aliases=_aliases(metrics, "metrics.yaml"),
        product_aliases=_aliases(products, "products.yaml"),
        calendars={str(entity_id): _calendar(end) for entity_id, end in entities["fiscal_year_end"].items()},
        preferred=preferred,
        breaks=breaks,
        known_differences=_explained(explained["known_differences"]),
        known_conflicts=_explained(explained["known_conflicts"]),
    )


def _frame(records: list[dict[str, Any]], key: str, name: str) -> pd.DataFrame:
    frame = pd.DataFrame(records)
    repeated = frame.loc[frame[key].duplicated(), key]
    if len(repeated):
        raise ReferenceError(f"{name} has {key} {repeated.iloc[0]} twice; remove one.")
    return frame.set_index(key)


def _aliases(frame: pd.DataFrame, name: str) -> dict[str, str]:
    owners: dict[str, str] = {}
    for key, row in frame.iterrows():
        names = [str(key), *(row.get("aliases") or [])]
        if isinstance(row.get("name"), str):
            names.append(row["name"])
        for alias in names:
            owner = owners.setdefault(fold(str(alias)), str(key))
            if owner != key:
                raise ReferenceError(
                    f"{name} gives the name {alias} to both {owner} and {key}; a name means one thing."
                )
    return owners


def _calendar(year_end: Mapping[str, Any] | None) -> FiscalCalendar:
    if not isinstance(year_end, Mapping):
        return FiscalCalendar(12, "month_end")
    return FiscalCalendar(int(year_end["month"]), year_end["rule"])


def _preferred(entities: pd.DataFrame) -> pd.DataFrame:
    records = []
    for entity_id, choices in entities["preferred_definitions"].items():
        for metric_id, spans in (choices or {}).items():
            for span in spans:
                records.append(
                    {
                        "entity_id": entity_id,
                        "metric_id": metric_id,
                        "definition_id": span["definition_id"],
                        "valid_from": pd.Timestamp(span.get("from") or _DISTANT_PAST),
                        "valid_to": pd.Timestamp(span.get("to") or _DISTANT_FUTURE),
                    }
                )
    return pd.DataFrame(records)


def _breaks(records: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(records).rename(columns={"metric": "metric_id", "from": "break_on"})
    frame["break_on"] = pd.to_datetime(frame["break_on"]).astype("datetime64[us]")
    return frame


def _explained(records: list[dict[str, Any]]) -> pd.DataFrame:
    columns = ["entity_id", "metric_id", "definition_id", "period_start", "period_end", "reason"]
    frame = pd.DataFrame(records).rename(columns={"metric": "metric_id"}).reindex(columns=columns)
    for day in ("period_start", "period_end"):
        frame[day] = pd.to_datetime(frame[day]).astype("datetime64[us]")
    return frame


def _require_known(values: Iterable[Any], known: pd.Index, name: str, what: str) -> None:
    unknown = sorted({str(value) for value in values} - set(map(str, known)))
    if unknown:
        raise ReferenceError(
            f"{name} names the unknown {what} {', '.join(unknown)}; declare it or correct the spelling."
        )
