"""Lays out the table of measurements for a terminal and for docs/performance.md.

This module replaces the text between the markers of that page; the text outside them is written by hand and stays
unchanged. The rows are measured by the other modules of this package.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.measure import Row

BEGIN = "<!-- measured: begin (python -m benchmarks replaces what is between these marks) -->"
END = "<!-- measured: end -->"
_HEADER = ("", "what", "ours", "against", "theirs", "ratio", "aim", "peak MB")


def cells(row: Row) -> tuple[str, ...]:
    """A row as text."""
    aim = row.aim if row.reached is None else f"{row.aim}: {'reached' if row.reached else 'not reached'}"
    peak = "" if row.peak is None else f"{row.peak:,.0f}"
    ours, theirs = (f"{_number(value)} {row.unit}" for value in (row.ours, row.other))
    return row.part, row.what, ours, row.against, theirs, f"{row.ratio:.2f}", aim, peak


def text(rows: Sequence[Row]) -> str:
    """The table for a terminal."""
    lines = [_HEADER, *(cells(row) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(_HEADER))]
    numbers = {2, 4, 5, 7}
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place in numbers else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def markdown(rows: Sequence[Row], machine: Iterable[str]) -> str:
    """The measured part of the page."""
    table = [_HEADER, ("---", "---", "---:", "---", "---:", "---:", "---", "---:"), *(cells(row) for row in rows)]
    return "\n".join([*machine, "", *("| " + " | ".join(line) + " |" for line in table)])


def replaced(page: str, measured: str) -> str:
    """The page with what was measured between its marks. Raises ValueError where it has no marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"The page has no lines {BEGIN} and {END}; put them where the measurements belong.")
    return f"{before}{BEGIN}\n\n{measured}\n\n{END}{after}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
