"""Fills the compiled chart templates of the page with what depends on the tables.

Add here colours, spans of time, quarters, companies or the top of an axis. Rows are made in `report/series.py`; the
look of a chart is drawn in `report/chart_templates.py` and compiled once into static/templates.json, not in every
build. A template names its data sets, and the page fills it for each company or product, so that thirty charts need
only nine templates. Colours are CSS variables, so a chart follows the light or dark setting of the reader.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from capex_pipeline.report import page_fingerprint
from capex_pipeline.report.formatting import milliseconds

INK, MUTED, GRID, SURFACE = "var(--ink)", "var(--muted)", "var(--grid)", "var(--surface)"
ACCENT, BAND, CONTEXT, CLAIM, BREAK = "var(--accent)", "var(--band)", "var(--context)", "var(--claim)", "var(--break)"

COMPANY_COLOURS = 10
"""Colours for companies in the style sheet, --k0 to --k9. They were chosen by search so that any two differ in hue or lightness for readers
without colour blindness and for those with protanopia, deuteranopia or tritanopia; a test computes the distances.
"""
OTHER = "var(--other)"
"""Colour of buyers and makers that are not companies of table capex."""

VERDICT_COLOURS = {
    "confirmed": "var(--good)",
    "confirmed_under_definition": "var(--partly)",
    "consistent": "var(--partly)",
    "different_definition": "var(--partly)",
    "own_definition": "var(--partly)",
    "said_before_outcome": "var(--context)",
    "contradicted": "var(--bad)",
    "not_checkable": "var(--context)",
}
STATE_COLOURS = {
    "reported": "var(--state-reported)",
    "derived": "var(--state-derived)",
    "estimated": "var(--state-estimated)",
    "claimed_only": "var(--state-claimed)",
    "unreviewed": "var(--state-unreviewed)",
    "conflict": "var(--state-conflict)",
    "missing": "var(--state-missing)",
    "not_collected": "var(--state-not-collected)",
    "publication_unknown": "var(--state-not-collected)",
}
STATE_SIGNS = {"conflict": "!", "missing": "×", "claimed_only": "?", "unreviewed": "…"}
ELSEWHERE_SIGN = "≠"
"""Of a quarter that the company states on another definition than that of the table."""
PLACEHOLDER = "hole"
"""Key of the object that replaces a value in a template; its content is the name of the value."""

_ROOM_FOR_ARROW = 1.15


def quarterly(first: pd.Timestamp, last: pd.Timestamp) -> dict[str, Any]:
    """One series by quarter: line with gaps, points, bounds, the range of definitions behind it, and breaks.

    Data sets: rows (t, value, low, high, kind, run), context (t, value, run), band (t, low, high), breaks (t).
    """
    return filled("quarterly", time_values(first, last))


def intervals(first: pd.Timestamp, last: pd.Timestamp) -> dict[str, Any]:
    """Medians with their 5 to 95 percent interval by quarter. Data set: rows (t, value, low, high)."""
    return filled("intervals", time_values(first, last))


def company_colour(place: int) -> str:
    """Colour of the company with this rank; colours repeat after COMPANY_COLOURS companies."""
    return f"var(--k{place % COMPANY_COLOURS})"


def stacked(
    quarters: Sequence[str], members: Sequence[str], colours: Sequence[str], highest: float | None
) -> dict[str, Any]:
    """Members of a group stacked by quarter. Data set: rows (quarter, member, place, value). highest: shared top of the axis."""
    values = quarter_values(quarters) | {"members": list(members), "colours": list(colours)}
    return filled("stacked", values) if highest is None else filled("stacked_to", values | {"axis": [0, highest]})


def ranges(rows: Sequence[Mapping[str, Any]], colours: Mapping[str, str], signed: bool = False) -> dict[str, Any]:
    """One row for each statement: its source and subject, its interval, its value, and an arrow for a single bound.

    Data set: rows (label, who, what, low, high, value, stated, above, rate, kind). `label` is unique and is not shown;
    `rate` is a second value for comparison, shown as a tick. If `stated` is false, nobody stated the middle: its mark
    is invisible and only shows the tooltip. signed: the axis shows signed percentages around zero.
    """
    values = {"labels": [row["label"] for row in rows], "kinds": list(colours), "colours": list(colours.values())}
    axis = open_axis(rows)
    name = f"ranges{'_signed' if signed else ''}{'_open' if axis else ''}"
    return filled(name, values | ({"axis": axis} if axis else {}))


def heat_map(entities: Sequence[str], quarters: Sequence[str]) -> dict[str, Any]:
    """State of each cell by company and quarter. Data set: rows (entity, quarter, state, sign)."""
    return filled("heat_map", quarter_values(quarters) | {"entities": list(entities)})


def filled(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """A template with its placeholders filled. Raises KeyError for a placeholder without a value."""
    return _fill(_templates()[name], values)


def time_values(first: pd.Timestamp, last: pd.Timestamp) -> dict[str, Any]:
    """The domain of a time axis in Vega's notation, and the positions of its labels."""
    ends = [{"signal": f"{{data: datetime({milliseconds(day)})}}"} for day in (first, last)]
    return {
        "span": {"fields": ends},
        "years": [{"signal": f"datetime({place})"} for place in years_labelled(first, last)],
    }


def quarter_values(quarters: Sequence[str]) -> dict[str, Any]:
    """The quarters of an axis, and those with a label."""
    return {"quarters": list(quarters), "labelled": quarters_labelled(quarters)}


def open_axis(rows: Sequence[Mapping[str, Any]]) -> list[float] | None:
    """Ends of an axis with room for the arrows of lower bounds; None if there are none, so that the values determine
    the axis.
    """
    open_ends = [row["above"] for row in rows if row.get("above") is not None]
    if not open_ends:
        return None
    known = [row[name] for row in rows for name in ("value", "high", "rate") if row.get(name) is not None]
    return [0, max(max(known), max(open_ends) * _ROOM_FOR_ARROW)]


def years_labelled(first: pd.Timestamp, last: pd.Timestamp) -> list[int]:
    """Positions of the year labels: every year of a short axis, every second one of a long axis, so that none overlap
    on a phone.
    """
    starts = [pd.Timestamp(year, 1, 1) for year in range(first.year, last.year + 1)]
    inside = [start for start in starts if first <= start <= last]
    return [milliseconds(start) for start in inside[:: 1 if len(inside) <= 5 else 2]]


def quarters_labelled(quarters: Sequence[str]) -> list[str]:
    """First quarters that are labelled with their year: every year, or every second one counted back from the last."""
    years = sorted({quarter[:4] for quarter in quarters if quarter.endswith("Q1")})
    step = 1 if len(years) <= 5 else 2
    return [f"{year}Q1" for year in years[::-1][::step]]


@functools.cache
def _templates() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(page_fingerprint.static("templates.json"))
    return content


def _fill(node: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(node, list):
        return [_fill(part, values) for part in node]
    if not isinstance(node, dict):
        return node
    if list(node) == [PLACEHOLDER]:
        return values[node[PLACEHOLDER]]
    return {name: _fill(part, values) for name, part in node.items()}
