"""Finds the cells of a document to which a printed name refers.

This module compares labels, headings, heads and titles as texts. More than one value that answers is no answer: the candidates are returned.
Which names a company prints for a metric belongs to the reference data.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from capex_pipeline.printed_tables.cell_texts import fold_label
from capex_pipeline.printed_tables.layout import Kind, PrintedCell, is_period_text

_SHORT_LINE = 60
_TITLE_LINES = 4
"""Lines above a table among which its title is."""


def find_cells(
    cells: Iterable[PrintedCell],
    label: str,
    *,
    heading: str | None = None,
    heads: Sequence[str] = (),
    title: str | None = None,
    kinds: Collection[Kind] = (),
) -> list[PrintedCell]:
    """The cells whose row bears the label and whose column bears every head, in order of the document.

    kinds: what the number may count; empty for anything. heading: of a row above. title: of the table; it chooses between tables where cells of several answer with different values.
    """
    wanted = fold_label(label)
    parts = [fold_label(head) for head in heads]
    fitting = [cell for cell in cells if (not kinds or cell.kind in kinds) and _has_heads(cell, parts)]
    matching = [cell for cell in fitting if fold_label(cell.label) == wanted]
    matching = [cell for cell in matching if _bears(cell, parts)] or matching
    if not matching:
        # A PDF may lose its ligatures: "Free cash ow".
        matching = [
            cell for cell in fitting if _without_ligatures(fold_label(cell.label)) == _without_ligatures(wanted)
        ]
    if heading is not None:
        above = fold_label(heading)
        matching = [cell for cell in matching if any(fold_label(text) == above for text in cell.headings)]
        nearest = [cell for cell in matching if fold_label(cell.headings[-1]) == above]
        matching = nearest or matching
    if parts and len(distinct(matching)) > 1:
        whole = _joined(heads)
        # A text in the corner above the labels may come before the heads of a column.
        matching = [
            cell for cell in matching if any(_joined(cell.heads[first:]) == whole for first in range(len(cell.heads)))
        ] or matching
    if title is not None and len(distinct(matching)) > 1:
        matching = _with_title(matching, title) or matching
    if heading is None and len(distinct(matching)) > 1:
        matching = [cell for cell in matching if not _is_below_heading(cell)] or matching
    return matching


def _without_ligatures(text: str) -> str:
    return re.sub(r"ff[il]|f[fil]|\s", "", text)


def _is_below_heading(cell: PrintedCell) -> bool:
    """False for a row of the whole company above the first part; titles, and names of structures as the SEC prints them, are no headings."""
    return any(not text.endswith("]") and text not in cell.titles for text in cell.headings)


def distinct(cells: Iterable[PrintedCell]) -> set[tuple[float | None, str | None, str]]:
    """The different values of cells, with currency and kind."""
    return {(cell.value, cell.currency, cell.kind) for cell in cells}


def _has_heads(cell: PrintedCell, parts: Sequence[str]) -> bool:
    if not parts:
        return True
    # The span of time may stand in a line above the table, for example where a page ends between the two.
    spans = [line for line in cell.titles[-_TITLE_LINES:] if len(line) < _SHORT_LINE and is_period_text(line)]
    text = _joined((*spans, *cell.heads, *cell.headings))
    return all(part.replace(",", "") in text for part in parts)


def _bears(cell: PrintedCell, parts: Sequence[str]) -> bool:
    """Whether the heads of a cell alone bear every part."""
    text = _joined(cell.heads)
    return all(part.replace(",", "") in text for part in parts)


def _joined(texts: Iterable[str]) -> str:
    return " ".join(fold_label(part) for part in texts).replace(",", "")


def _with_title(cells: Sequence[PrintedCell], title: str) -> list[PrintedCell]:
    """The cells of the tables below the title, else of those whose lines above bear most of its words; none where no table does."""
    whole = fold_label(title)
    titled = [cell for cell in cells if any(fold_label(line) == whole for line in cell.titles[-_TITLE_LINES:])]
    if titled:
        return titled
    wanted = set(re.findall(r"\w+", whole))
    scores = []
    for cell in cells:
        lines = fold_label(" ".join((cell.place, *cell.titles[-_TITLE_LINES:], *cell.heads)))
        scores.append(len(wanted & set(re.findall(r"\w+", lines))) / max(len(wanted), 1))
    best = max(scores, default=0.0)
    return [cell for cell, score in zip(cells, scores, strict=True) if score == best] if best > 0.5 else []
