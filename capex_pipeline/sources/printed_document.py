"""Reads a document with printed tables (HTML, PDF, XLSX) as its company published it: figures bound by machine, and every other cell that
bears a printed name with the reason why it is no figure.

The shape of the result is decided here. Layout and binding belong to `printed_tables`, names of rows to reference data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from capex_pipeline.article.drafted_rows import MENTION_COLUMNS
from capex_pipeline.printed_tables.binding import Bound, bind
from capex_pipeline.printed_tables.layout import read_layout
from capex_pipeline.printed_tables.readers import read_tables
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.printed_rows import DRAFT_COLUMNS, PRINTED_COLUMNS, ReadResult, document_record
from capex_pipeline.reference import Reference, fold
from capex_pipeline.values.units import parse_unit

CONFIDENCE: Final = 0.9
"""Of a figure that no check inside the document confirms."""
CONFIRMED: Final = 0.99
"""Of one that a check confirms."""

_SCALES: Final = {
    1: "",
    10**3: "thousand",
    10**4: "wan",
    10**6: "million",
    10**8: "yi",
    10**9: "billion",
    10**12: "trillion",
}
_KEYS: Final = {"document", "entity", "currency"}


def is_declared(sidecar: Mapping[str, Any]) -> bool:
    """Whether a sidecar declares a document with printed tables."""
    return "document" in sidecar


def read(data: bytes, sidecar: Mapping[str, Any], name: str, reference: Reference) -> ReadResult:
    """Document, figures (review_state machine) and mentions of one file.

    sidecar: `document:` with the keys of a document, `entity:` with the company, and `currency:` where the document reports in another one
    than the company. Raises DocumentError for a sidecar that does not say so, and as `read_tables` does.
    """
    if not is_declared(sidecar):
        raise DocumentError(
            "missing_document",
            f"{name} needs a sidecar (same name, .meta.yaml) with `document:`, which says what it is, and `entity:`, whose it is; raw/README.md shows one.",
        )
    unknown = sorted(set(sidecar) - _KEYS)
    if unknown:
        raise DocumentError(
            "unknown_key",
            f"The sidecar of {name} has the unknown part {', '.join(unknown)}; known are {', '.join(sorted(_KEYS))}.",
        )
    document = document_record(sidecar["document"], f"The sidecar of {name}")
    entity = reference.entity_aliases.get(fold(str(sidecar.get("entity") or "")))
    if entity is None:
        raise DocumentError(
            "unknown_entity",
            f"The sidecar of {name} names the company {sidecar.get('entity')!r}, which is not known; correct it, or add the company to the reference data.",
        )
    reported = sidecar.get("currency") or reference.entities.at[entity, "currency"]
    currency = reported if isinstance(reported, str) else None
    cells = read_layout(read_tables(data, name), currency)
    if not cells:
        raise DocumentError(
            "no_tables",
            f"{name} has no table with numbers that can be read; give the part with the tables, or type its figures into a CSV table.",
        )
    bound = bind(cells, reference.printed_names(entity), reference.calendars[entity], currency)
    if not bound:
        raise DocumentError(
            "no_printed_name",
            f"{name} has {len(cells):,} cells, and no row bears a name that printed_names.yaml gives for {entity}; add the names of its rows there.",
        )
    document_id = document["document_id"]
    return ReadResult([document], _rows(bound, document_id, entity), mentions=_mentions(bound, document_id, entity))


def _figure_id(one: Bound) -> str:
    assert one.period is not None, "a figure has a period"
    return f"{one.name.name_id}/{one.period.start}/{one.period.end}"


def _unit(one: Bound) -> str:
    """The unit in the notation of cells: "CNY million"."""
    unit = f"{one.cell.currency} {_SCALES[one.cell.scale or 1]}".strip()
    parse_unit(unit)  # a unit that a person could not type is a mistake of this module
    return unit


def _value(one: Bound) -> str:
    sign = "-" if one.cell.text.is_negative and not one.name.is_outflow else ""
    return sign + one.cell.text.numeral


def _rows(bound: Sequence[Bound], document_id: str | None, entity: str) -> pd.DataFrame:
    records = [
        {
            "id": _figure_id(one),
            "document": document_id,
            "locator": f"{one.cell.locator} | {' / '.join(one.cell.heads)}"[:400],
            "entity": entity,
            "metric": one.name.metric,
            "definition": one.name.definition_id,
            "segment": one.name.segment,
            "period_start": str(one.period.start) if one.period else None,
            "period_end": str(one.period.end) if one.period else None,
            "value": _value(one),
            "unit": _unit(one),
            "status": "reported",
            "note": f"Confirmed in the document: {'; '.join(one.confirmed)}." if one.confirmed else None,
        }
        for one in bound
        if one.outcome == "used"
    ]
    columns = {name: pd.Series([record.get(name) for record in records], dtype="str") for name in PRINTED_COLUMNS}
    frame = pd.DataFrame(columns)
    used = [one for one in bound if one.outcome == "used"]
    frame["review_state"] = pd.Series(["machine"] * len(used), dtype="str")
    frame["confidence"] = pd.Series([CONFIRMED if one.confirmed else CONFIDENCE for one in used], dtype="float64")
    frame = frame.reindex(
        columns=[*PRINTED_COLUMNS, *(name for name in DRAFT_COLUMNS if name in ("review_state", "confidence"))]
    )
    frame.index = frame.index + 1
    return frame


def _mentions(bound: Sequence[Bound], document_id: str | None, entity: str) -> pd.DataFrame:
    """One row for each bound cell. paragraph: row of the table. span_start: number of the cell among those that bear a name."""
    records = []
    for number, one in enumerate(bound):
        value = one.amount if one.amount is not None else one.cell.value
        records.append(
            {
                "mention_id": f"c{number + 1:04d}", "document": document_id, "span_start": number, "span_end": number + 1,
                "paragraph": one.cell.row, "text": f"{one.cell.locator}: {one.cell.text.numeral or '-'}"[:400], "kind": "money",
                "low": value, "value": value, "high": value, "bound": None if value is None else "exact", "unit": one.cell.currency,
                "scale": str(one.cell.scale or ""), "step": None, "certain": value is not None, "outcome": one.outcome, "reason": one.reason,
                "figure_id": _figure_id(one) if one.outcome == "used" else None, "entity": entity, "metric": one.name.metric, "candidates": None,
            }
        )  # fmt: skip
    frame = pd.DataFrame(records, columns=list(MENTION_COLUMNS))
    texts = (
        "mention_id",
        "document",
        "text",
        "kind",
        "bound",
        "unit",
        "scale",
        "outcome",
        "reason",
        "figure_id",
        "entity",
        "metric",
        "candidates",
    )
    numbers = ("low", "value", "high", "step")
    kinds = (
        dict.fromkeys(texts, "str")
        | dict.fromkeys(numbers, "float64")
        | dict.fromkeys(("span_start", "span_end", "paragraph"), "int64")
        | {"certain": "bool"}
    )
    return frame.astype(kinds)
