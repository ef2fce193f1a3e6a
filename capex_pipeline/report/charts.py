"""The charts of the page as Altair templates, compiled to Vega.

What belongs here: marks, scales and axes. What does not: rows. A template names its data sets and is compiled once; the page
fills it for each company or product, so that thirty charts cost seven specifications. Colours are CSS variables, so that a
chart follows the reader's light or dark setting without being drawn again.

Every mark that a reader can point at is in a layer named "points"; the page's script finds tooltips, links and keyboard
steps by that name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from capex_pipeline.report.words import milliseconds

INK, MUTED, GRID, SURFACE = "var(--ink)", "var(--muted)", "var(--grid)", "var(--surface)"
ACCENT, BAND, CONTEXT, CLAIM, BREAK = "var(--accent)", "var(--band)", "var(--context)", "var(--claim)", "var(--break)"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

VERDICT_COLOURS = {
    "confirmed": "var(--good)",
    "confirmed_under_definition": "var(--partly)",
    "contradicted": "var(--bad)",
    "not_checkable": "var(--context)",
}
STATE_COLOURS = {
    "reported": "var(--state-reported)",
    "derived": "var(--state-derived)",
    "estimated": "var(--state-estimated)",
    "claimed_only": "var(--state-claimed)",
    "conflict": "var(--state-conflict)",
    "missing": "var(--state-missing)",
}
_ROOM_FOR_ARROW = 1.15
STATE_SIGNS = {"conflict": "!", "missing": "×", "claimed_only": "?"}


def compiled(chart: Any) -> dict[str, Any]:
    """The chart as a Vega specification. Equal charts give equal specifications."""
    import vl_convert

    vega: dict[str, Any] = vl_convert.vegalite_to_vega(json.dumps(chart.to_dict()), vl_version=_vega_lite_version())
    for name in ("$schema", "background", "usermeta"):
        vega.pop(name, None)
    return vega


def quarterly(first: pd.Timestamp, last: pd.Timestamp) -> Any:
    """One series by quarter: line with holes, points, bounds, the spread of definitions behind it, and breaks.

    Data sets: rows (t, value, low, high, kind, run), context (t, value, run), band (t, low, high), breaks (t).
    """
    import altair as alt

    rows, context, band, breaks = (alt.NamedData(name) for name in ("rows", "context", "band", "breaks"))
    x = _time(alt, first, last)
    y = alt.Y(
        "value:Q",
        title=None,
        scale=alt.Scale(zero=True, nice=True),
        axis=alt.Axis(tickCount=4, format="~s", domain=False),
    )
    layers = [
        alt.Chart(band).mark_area(color=BAND, interpolate="linear").encode(x=x, y=alt.Y("low:Q", title=None), y2="high:Q"),
        alt.Chart(breaks).mark_rule(color=BREAK, strokeDash=[4, 3], strokeWidth=1.25).encode(x=x),
        alt.Chart(breaks).mark_text(color=BREAK, text="break", align="right", dx=-4, y=6, fontSize=11).encode(x=x),
        alt.Chart(context).mark_line(color=CONTEXT, strokeWidth=1.25).encode(x=x, y=y, detail="run:N"),
        alt.Chart(rows).mark_line(color=ACCENT, strokeWidth=2).encode(x=x, y=y, detail="run:N"),
        alt.Chart(rows).transform_filter("isValid(datum.high) && datum.high > datum.low")
        .mark_rule(color=ACCENT, strokeWidth=5, opacity=0.35, strokeCap="round").encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        alt.Chart(rows, name="points").mark_point(filled=True, strokeWidth=1.5, opacity=1).encode(
            x=x, y=y,
            shape=alt.Shape("kind:N", legend=None, scale=_scale(alt, {"reported": "circle", "derived": "circle", "claim": "diamond"})),
            size=alt.Size("kind:N", legend=None, scale=_scale(alt, {"reported": 26, "derived": 30, "claim": 70})),
            fill=alt.Fill("kind:N", legend=None, scale=_scale(alt, {"reported": ACCENT, "derived": SURFACE, "claim": CLAIM})),
            stroke=alt.Stroke("kind:N", legend=None, scale=_scale(alt, {"reported": ACCENT, "derived": ACCENT, "claim": CLAIM})),
        ),
    ]  # fmt: skip
    return _finished(alt.layer(*layers), height=150)


def stacked(quarters: Sequence[str], members: Sequence[str], highest: float | None) -> Any:
    """Members of a group stacked by quarter. Data set: rows (quarter, member, place, value). highest: shared top of the axis."""
    import altair as alt

    colours = {name: f"var(--c{place % 4 + 1})" for place, name in enumerate(members)}
    scale = alt.Scale(zero=True, nice=True) if highest is None else alt.Scale(domain=[0, highest], nice=True)
    bars = alt.Chart(alt.NamedData("rows"), name="points").mark_bar(stroke=SURFACE, strokeWidth=0.5).encode(
        x=_quarters(alt, quarters),
        y=alt.Y("value:Q", title=None, scale=scale, stack="zero", axis=alt.Axis(tickCount=5, format="~s", domain=False)),
        color=alt.Color("member:N", legend=None, scale=_scale(alt, colours)),
        order=alt.Order("place:O"),
    )  # fmt: skip
    return _finished(alt.layer(bars), height=240)


def intervals(first: pd.Timestamp, last: pd.Timestamp) -> Any:
    """Medians with their 5 to 95 per cent interval by quarter. Data set: rows (t, value, low, high)."""
    import altair as alt

    rows = alt.Chart(alt.NamedData("rows"))
    x = _time(alt, first, last)
    axis = alt.Axis(tickCount=4, format="~s", domain=False)
    bounds = rows.mark_rule(color=ACCENT, opacity=0.3, strokeWidth=8, strokeCap="round").encode(
        x=x, y=alt.Y("low:Q", title=None, axis=axis, scale=alt.Scale(zero=True, nice=True)), y2="high:Q"
    )
    medians = rows.mark_point(filled=True, fill=ACCENT, stroke=SURFACE, strokeWidth=1, size=38, opacity=1).encode(
        x=x, y=alt.Y("value:Q", title=None, axis=axis)
    )
    return _finished(alt.layer(bounds, medians.properties(name="points")), height=130)


def ranges(rows_shown: Sequence[Mapping[str, Any]], colours: dict[str, str], signed: bool = False) -> Any:
    """One place per statement: who and what above, its interval, its value, and an arrow where only a bound is stated.

    Data set: rows (label, who, what, low, high, value, stated, above, kind); `label` is unique and is not shown. A middle that nobody stated is no point: where `stated` is
    false the mark is there to be pointed at, and is not seen. signed: the axis holds signed per cent around zero.
    """
    import altair as alt

    rows = alt.Chart(alt.NamedData("rows"))
    order = alt.Scale(domain=[row["label"] for row in rows_shown])
    words_place = alt.Y("label:N", title=None, axis=None, scale=order, bandPosition=0.32)
    place = alt.Y("label:N", title=None, axis=None, scale=order, bandPosition=0.76)
    axis = alt.Axis(title=None, format="~s", tickCount=5, domain=False, orient="bottom")
    if signed:
        axis.labelExpr = "(datum.value > 0 ? '+' : '') + datum.label + ' %'"
    scale = alt.Scale(zero=True, nice=True)
    open_ends = [row["above"] for row in rows_shown if row.get("above") is not None]
    if open_ends:
        known = [row[name] for row in rows_shown for name in ("value", "high") if row.get(name) is not None]
        scale = alt.Scale(domain=[0, max(max(known), max(open_ends) * _ROOM_FOR_ARROW)], nice=True)
    x, low, above = (alt.X(f"{name}:Q", title=None, axis=axis, scale=scale) for name in ("value", "low", "above"))
    colour = alt.Color("kind:N", legend=None, scale=_scale(alt, colours))
    fill = alt.Fill("kind:N", legend=None, scale=_scale(alt, colours))
    seen = alt.condition("datum.stated", alt.value(1), alt.value(0))
    interval = rows.transform_filter("isValid(datum.low) && isValid(datum.high) && datum.high > datum.low")
    open_end = rows.transform_filter("isValid(datum.above)")
    layers = [
        rows.mark_text(align="left", baseline="middle", color=INK, fontSize=12, dy=-8, limit=1000).encode(y=words_place, text="who:N", x=alt.value(0)),
        rows.mark_text(align="left", baseline="middle", color=MUTED, fontSize=12, dy=8, limit=1000).encode(y=words_place, text="what:N", x=alt.value(0)),
        interval.mark_rule(strokeWidth=9, strokeCap="round", opacity=0.4).encode(x=low, x2="high:Q", y=place, color=colour),
        open_end.mark_rule(strokeWidth=2, strokeDash=[2, 3]).encode(x=above, x2=alt.value("width"), y=place, color=colour),
        open_end.mark_point(shape="triangle-right", filled=True, size=90, opacity=1).encode(x=alt.value("width"), y=place, color=colour),
        rows.mark_point(filled=True, size=75, stroke=SURFACE, strokeWidth=1).encode(x=x, y=place, fill=fill, opacity=seen).properties(name="points"),
    ]  # fmt: skip
    if signed:
        layers.insert(
            0, alt.Chart(alt.NamedData("zero")).mark_rule(color=MUTED, strokeWidth=1, opacity=0.45).encode(x=x)
        )
    return _finished(alt.layer(*layers), height=alt.Step(62))


def heat_map(entities: Sequence[str], quarters: Sequence[str]) -> Any:
    """State of each cell by company and quarter. Data set: rows (entity, quarter, state, sign)."""
    import altair as alt

    rows = alt.Chart(alt.NamedData("rows"))
    x = _quarters(alt, quarters, orient="top")
    y = alt.Y("entity:N", title=None, sort=list(entities), scale=alt.Scale(domain=list(entities), paddingInner=0.12),
              axis=alt.Axis(domain=False, ticks=False, grid=False))  # fmt: skip
    cells = rows.mark_rect(cornerRadius=1.5).encode(
        x=x, y=y, color=alt.Color("state:N", legend=None, scale=_scale(alt, STATE_COLOURS)),
    ).properties(name="points")  # fmt: skip
    signs = (
        rows.transform_filter("isValid(datum.sign)")
        .mark_text(fontSize=10, color=INK, aria=False)
        .encode(x=x, y=y, text="sign:N")
    )
    return _finished(alt.layer(cells, signs), height=alt.Step(20))


def _time(alt: Any, first: pd.Timestamp, last: pd.Timestamp) -> Any:
    return alt.X(
        "t:T", title=None,
        scale=alt.Scale(type="utc", domain=[milliseconds(first), milliseconds(last)], nice=False),
        axis=alt.Axis(format="%Y", values=_years(first, last), grid=False, labelOverlap=False, labelFlush=False, tickSize=4),
    )  # fmt: skip


def _years(first: pd.Timestamp, last: pd.Timestamp) -> list[int]:
    """Places of the year labels: every year of a short axis, every second one of a long one, so that none overlap on a phone."""
    starts = [pd.Timestamp(year, 1, 1) for year in range(first.year, last.year + 1)]
    inside = [start for start in starts if first <= start <= last]
    return [milliseconds(start) for start in inside[:: 1 if len(inside) <= 5 else 2]]


def _quarters(alt: Any, quarters: Sequence[str], orient: str = "bottom") -> Any:
    years = sorted({quarter[:4] for quarter in quarters if quarter.endswith("Q1")})
    step = 1 if len(years) <= 5 else 2
    labelled = [f"{year}Q1" for year in years[::-1][::step]]
    return alt.X(
        "quarter:O", title=None, scale=alt.Scale(domain=list(quarters), paddingInner=0.12, paddingOuter=0.05),
        axis=alt.Axis(values=labelled, labelExpr="slice(datum.value, 0, 4)", labelAngle=0, labelOverlap=False, ticks=False, grid=False,
                      domain=False, labelBound=False, orient=orient, labelLimit=60),
    )  # fmt: skip


def _scale(alt: Any, values: dict[str, Any]) -> Any:
    return alt.Scale(domain=list(values), range=list(values.values()))


def _finished(chart: Any, height: Any) -> Any:
    return (
        chart.properties(width="container", height=height, padding=2)
        .configure(font=FONT, autosize={"type": "fit-x", "contains": "padding"})
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=MUTED, titleColor=MUTED, gridColor=GRID, domainColor=GRID, tickColor=GRID, labelFontSize=11, labelPadding=5,
        )
    )  # fmt: skip


def _vega_lite_version() -> str:
    import altair as alt

    return ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
