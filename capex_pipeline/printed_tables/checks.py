"""Checks inside a document: whether the numbers of its tables agree with each other.

A check looks at cells of one document and says what confirms an amount, or what contradicts it. Add a check here as a function from cells to
sentences. Comparing documents belongs to `reconcile`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from capex_pipeline.printed_tables.cell_texts import fold_label
from capex_pipeline.printed_tables.layout import PrintedCell
from capex_pipeline.values.periods import Period

_MOST_PARTS: Final = 40
_TOTAL = re.compile(
    r"^(?:total|net cash|free cash flow|subtotal|gross|net income|operating income|合计|合計|总计|總計|小计|小計|自由现金流|自由現金流)|总额$|總額$|净额$|淨額$"
)
_CHANGE = re.compile(r"change|growth|y/y|yoy|同比|增减|增減|变动|變動")

Column = Sequence[PrintedCell]


def columns(cells: Iterable[PrintedCell]) -> dict[tuple[str, int], list[PrintedCell]]:
    """The amounts of each column of each table from top to bottom. A table keeps its place; columns are numbered in it."""
    found: dict[tuple[str, int], list[PrintedCell]] = {}
    for cell in cells:
        if cell.kind == "money" and cell.value is not None:
            found.setdefault((cell.place, cell.column), []).append(cell)
    return found


def sum_that_confirms(cell: PrintedCell, of_column: Mapping[tuple[str, int], Column]) -> str | None:
    """A sentence where the rows around a cell add up to a total in its column and in every other column that prints all of them."""
    column = of_column.get((cell.place, cell.column), ())
    if cell not in column:
        return None
    here = column.index(cell)
    for end in range(here + 1, min(len(column), here + _MOST_PARTS)):
        if not _TOTAL.search(fold_label(column[end].label)):
            continue
        for first in range(here, max(-1, end - _MOST_PARTS), -1):
            parts = column[first:end]
            if len(parts) > 1 and _adds_up(parts, column[end]) and _others_add_up(parts, column[end], of_column):
                return f"rows {parts[0].row} to {parts[-1].row} add up to {column[end].label!r}"
    return None


def _adds_up(parts: Sequence[PrintedCell], total: PrintedCell) -> bool:
    """Whether parts add up to a total; two rounded parts may miss it by one unit of the last place."""
    if any(part.scale != total.scale or part.currency != total.currency for part in parts):
        return False
    missing = abs(sum(part.value or 0.0 for part in parts) - (total.value or 0.0))
    return missing <= (total.scale or 1) * (0.01 if len(parts) < 3 else 1.01)


def _others_add_up(
    parts: Sequence[PrintedCell], total: PrintedCell, of_column: Mapping[tuple[str, int], Column]
) -> bool:
    """Whether the same rows add up in the other columns, of which there has to be one: a chance hit is rare in two columns."""
    rows = [part.row for part in parts]
    checked = 0
    for (place, number), column in of_column.items():
        if place != total.place or number == total.column:
            continue
        by_row = {cell.row: cell for cell in column}
        if total.row not in by_row or any(row not in by_row for row in rows):
            continue
        if not _adds_up([by_row[row] for row in rows], by_row[total.row]):
            return False
        checked += 1
    return checked > 0


def growth_that_contradicts(
    later: PrintedCell, earlier: PrintedCell, row: Iterable[PrintedCell]
) -> tuple[bool | None, str]:
    """Whether the growth that a row states agrees with two of its amounts.

    later, earlier: amounts of a period and of the period a year before. row: the cells of the row. Returns True (agrees), False
    (contradicts) or None (the row states no growth beside the two), with a sentence.
    """
    if later.value is None or not earlier.value or earlier.value < 0 or later.value < 0:
        return None, ""
    computed = 100 * (later.value / earlier.value - 1)
    first, last = sorted((later.column, earlier.column))
    for cell in row:
        if (
            cell.kind != "percent"
            or cell.column <= last
            or cell.value is None
            or not cell.heads
            or not _CHANGE.search(fold_label(cell.heads[-1]))
        ):
            continue
        if any(
            first < other.column < cell.column and other.kind == "money" and other not in (later, earlier)
            for other in row
        ):
            continue
        decimals = len(cell.text.numeral.partition(".")[2])
        rounding = 0.51 * 10.0**-decimals + 100 * ((later.scale or 1) / earlier.value)
        stated = f"{cell.text.numeral} % is stated, and the two amounts give {computed:.{max(decimals, 1)}f} %"
        return abs(abs(cell.value) - abs(computed)) <= rounding, stated
    return None, ""


def year_to_date_that_contradicts(
    amounts: Mapping[Period, float], unit: float
) -> list[tuple[Period, Period, Period, bool]]:
    """Spans of which two follow each other and the third covers both: quarter, year-to-date before, year-to-date, and whether they add up.

    unit: the last printed place in full units; the sum may miss by two of them.
    """
    found = []
    for whole in amounts:
        for last in amounts:
            before = (
                Period(whole.start, last.start - timedelta(days=1))
                if whole.start < last.start and whole.end == last.end
                else None
            )
            match = next(
                (
                    span
                    for span in amounts
                    if before and span.start == before.start and abs((span.end - before.end).days) <= 1
                ),
                None,
            )
            if match is not None:
                found.append((last, match, whole, abs(amounts[last] + amounts[match] - amounts[whole]) <= 2 * unit))
    return found
