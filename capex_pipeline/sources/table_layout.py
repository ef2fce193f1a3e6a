"""Converts tables with a publisher's own columns to printed rows, by a layout of reference/table_layouts.yaml.

This module translates columns, dates and measures. Reading of CSV and of the sidecar belongs to `figure_csv`, the layouts to reference data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import pandas as pd

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.printed_rows import PRINTED_COLUMNS
from capex_pipeline.reference.models import LayoutMeasure, TableLayout
from capex_pipeline.values.grouping import first_of_each

_DATE: Final = r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}/\d{2,4}"
_COLUMNS_OF_PERIOD: Final = ("period_start", "period_end")


def printed_rows(
    header: Sequence[str], cells: Sequence[Sequence[str | None]], lines: Sequence[int], layout: TableLayout, name: str
) -> pd.DataFrame:
    """One printed row for each measure of each line that has a value, numbered from 1; the locator names the line and the column.

    header: columns of the publisher. Raises DocumentError: missing_column.
    """
    places = first_of_each((column, number) for number, column in enumerate(header))
    columns = {
        ours: chosen for ours, theirs in layout.columns.items() if (chosen := _first(theirs, places)) is not None
    }
    measures = [
        (measure, value)
        for measure in layout.measures
        if (value := _first(measure.value, places)) is not None and _first(measure.unless, places) is None
    ]
    missing = [" or ".join(layout.columns[ours]) for ours in _COLUMNS_OF_PERIOD if ours not in columns]
    missing += [] if measures else [" or ".join(column for one in layout.measures for column in one.value)]
    if missing:
        raise DocumentError(
            "missing_column",
            f"{name} has no column {', no column '.join(missing)}, which the layout {layout.layout_id} needs; correct `layout:` in its sidecar, or the layout.",
        )
    records: list[dict[str, str | None]] = []
    for row, line in zip(cells, lines, strict=True):
        common = {ours: row[places[theirs]] for ours, theirs in columns.items()}
        for ours in _COLUMNS_OF_PERIOD:
            common[ours] = _iso(common[ours], layout)
        common |= _partial(row, places, layout, common)
        for measure, value in measures:
            if row[places[value]] is not None:
                where = f"line {line}, {value}: {common.get('locator') or ''}".rstrip(": ")
                records.append(common | _numbers(measure, row, places, value) | {"locator": where})
    rows = pd.DataFrame(
        {column: pd.Series([record.get(column) for record in records], dtype="str") for column in PRINTED_COLUMNS}
    )
    rows.index = rows.index + 1
    return rows


def _first(names: Sequence[str], places: Mapping[str, int]) -> str | None:
    return next((name for name in names if name in places), None)


def _numbers(
    measure: LayoutMeasure, row: Sequence[str | None], places: Mapping[str, int], value: str
) -> dict[str, str | None]:
    ends = {
        ours: row[places[column]] if (column := _first(theirs, places)) is not None else None
        for ours, theirs in (("value_low", measure.low), ("value_high", measure.high))
    }
    return {
        "metric": measure.metric,
        "definition": measure.definition_id,
        "unit": measure.unit,
        "value": row[places[value]],
        **ends,
    }


def _partial(
    row: Sequence[str | None], places: Mapping[str, int], layout: TableLayout, common: Mapping[str, str | None]
) -> dict[str, str | None]:
    """The dates of a period with partial data of the publisher, and a note."""
    changed: dict[str, str | None] = {}
    for part in layout.partial_periods:
        text = row[places[part.column]] if part.column in places else None
        match = re.search(rf"{re.escape(part.after)} ({_DATE})", text or "")
        if match:
            changed[part.replaces_end] = _iso(match[1], layout)
            changed["note"] = (
                f"Incomplete: printed with {common[part.replaces_end]}; data {part.after} {changed[part.replaces_end]}."
            )
    return changed


def _iso(text: str | None, layout: TableLayout) -> str | None:
    """A date in ISO 8601; any other text is left unchanged, so that the row is rejected with that text."""
    parts = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{2}|\d{4})", text or "")
    if parts is None:
        return text
    first, second, year = int(parts[1]), int(parts[2]), int(parts[3])
    month, day = (first, second) if layout.dates == "month/day/year" else (second, first)
    try:
        return date(year + 2000 if year < 100 else year, month, day).isoformat()
    except ValueError:
        return text
