"""Draws the chart templates of the page with Altair and compiles them to Vega, during development only.

Add marks, scales and axes here; what depends on the tables is passed as an argument by `report/charts.py`, whose builds
read the compiled file. `templates` draws each chart with sample values and puts a placeholder where each sample was, so
that a filled template equals a chart drawn with other values; a test compares them. The module needs altair and
vl-convert (extra `drawing`).

    capex-pipeline develop templates    # writes static/templates.json; `make templates`

Every mark that a reader can point at is in a layer named "points"; the script of the page finds tooltips, links and
keyboard steps by that name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import altair as alt
import pandas as pd
import vl_convert

from capex_pipeline.report import charts
from capex_pipeline.report.charts import ACCENT, BAND, BREAK, CLAIM, CONTEXT, GRID, INK, MUTED, SURFACE
from capex_pipeline.report.formatting import milliseconds

FILE = Path(__file__).parent / "static" / "templates.json"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def templates() -> dict[str, Any]:
    """Return every template by name, with placeholders. Raises ValueError if a sample value is not found in a drawn
    chart.
    """
    first, last = pd.Timestamp(2001, 1, 1), pd.Timestamp(2003, 10, 1)
    time = charts.time_values(first, last)
    quarters = ["2001Q1", "2001Q2"]
    by_quarter = charts.quarter_values(quarters)
    sample = ["colour a", "colour b"]
    group = by_quarter | {"members": ["one", "two"], "colours": sample}
    colours = {"kind one": "colour one", "kind two": "colour two"}
    kinds = {"labels": ["place one", "place two"], "kinds": list(colours), "colours": list(colours.values())}
    closed = [{"label": label, "value": 1.0} for label in kinds["labels"]]
    opened = [{**row, "above": 1000.0} for row in closed]
    to_arrow = {"axis": charts.open_axis(opened)}
    drawn = {
        "quarterly": (quarterly(first, last), time),
        "intervals": (intervals(first, last), time),
        "stacked": (stacked(quarters, ["one", "two"], sample, None), group),
        "stacked_to": (stacked(quarters, ["one", "two"], sample, 1234.5), group | {"axis": [0, 1234.5]}),
        "ranges": (ranges(closed, colours), kinds),
        "ranges_open": (ranges(opened, colours), kinds | to_arrow),
        "ranges_signed": (ranges(closed, colours, signed=True), kinds),
        "ranges_signed_open": (ranges(opened, colours, signed=True), kinds | to_arrow),
        "heat_map": (heat_map(["a", "b"], quarters), by_quarter | {"entities": ["a", "b"]}),
    }
    return {name: _with_holes(name, compiled(chart), samples) for name, (chart, samples) in drawn.items()}


def to_bytes() -> bytes:
    """Return the file of templates, as this version of Altair and Vega-Lite produces it."""
    return (json.dumps(templates(), separators=(",", ":"), ensure_ascii=False) + "\n").encode()


def compiled(chart: Any) -> dict[str, Any]:
    """Return the chart as a Vega specification. Equal charts give equal specifications."""
    version = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    vega: dict[str, Any] = vl_convert.vegalite_to_vega(json.dumps(chart.to_dict()), vl_version=version)
    for name in ("$schema", "background", "usermeta"):
        vega.pop(name, None)
    return vega


def _with_holes(template: str, vega: dict[str, Any], samples: Mapping[str, Any]) -> Any:
    names: set[str] = set()

    def bored(node: Any) -> Any:
        for name, sample in samples.items():
            if node == sample and type(node) is type(sample):
                names.add(name)
                return {charts.PLACEHOLDER: name}
        if isinstance(node, list):
            return [bored(part) for part in node]
        return {name: bored(part) for name, part in node.items()} if isinstance(node, dict) else node

    made = bored(vega)
    if missing := sorted(set(samples) - names):
        raise ValueError(
            f"The template {template} has no placeholder for {', '.join(missing)}; this version of Vega-Lite compiles the chart differently."
        )
    return made


def quarterly(first: pd.Timestamp, last: pd.Timestamp) -> Any:
    """See `charts.quarterly`."""
    rows, context, band, breaks = (alt.NamedData(name) for name in ("rows", "context", "band", "breaks"))
    x = _time(first, last)
    y = alt.Y(
        "value:Q",
        title=None,
        scale=alt.Scale(zero=True, nice=True),
        axis=alt.Axis(tickCount=4, format="~s", domain=False),
    )
    layers = [
        alt.Chart(band)
        .mark_area(color=BAND, interpolate="linear")
        .encode(x=x, y=alt.Y("low:Q", title=None), y2="high:Q"),
        alt.Chart(breaks).mark_rule(color=BREAK, strokeDash=[4, 3], strokeWidth=1.25).encode(x=x),
        alt.Chart(breaks).mark_text(color=BREAK, text="break", align="right", dx=-4, y=6, fontSize=11).encode(x=x),
        alt.Chart(context).mark_line(color=CONTEXT, strokeWidth=1.25).encode(x=x, y=y, detail="run:N"),
        alt.Chart(rows).mark_line(color=ACCENT, strokeWidth=2).encode(x=x, y=y, detail="run:N"),
        alt.Chart(rows)
        .transform_filter("isValid(datum.high) && datum.high > datum.low")
        .mark_rule(color=ACCENT, strokeWidth=5, opacity=0.35, strokeCap="round")
        .encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        alt.Chart(rows, name="points")
        .mark_point(filled=True, strokeWidth=1.5, opacity=1)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape(
                "kind:N", legend=None, scale=_scale({"reported": "circle", "derived": "circle", "claim": "diamond"})
            ),
            size=alt.Size("kind:N", legend=None, scale=_scale({"reported": 26, "derived": 30, "claim": 70})),
            fill=alt.Fill(
                "kind:N", legend=None, scale=_scale({"reported": ACCENT, "derived": SURFACE, "claim": CLAIM})
            ),
            stroke=alt.Stroke(
                "kind:N", legend=None, scale=_scale({"reported": ACCENT, "derived": ACCENT, "claim": CLAIM})
            ),
        ),
    ]
    return _finished(alt.layer(*layers), height=150)


def stacked(
    quarters: Sequence[str], members: Sequence[str], member_colours: Sequence[str], highest: float | None
) -> Any:
    """See `charts.stacked`."""
    colours = dict(zip(members, member_colours, strict=True))
    scale = alt.Scale(zero=True, nice=True) if highest is None else alt.Scale(domain=[0, highest], nice=True)
    bars = (
        alt.Chart(alt.NamedData("rows"), name="points")
        .mark_bar(stroke=SURFACE, strokeWidth=0.5)
        .encode(
            x=_quarters(quarters),
            y=alt.Y(
                "value:Q", title=None, scale=scale, stack="zero", axis=alt.Axis(tickCount=5, format="~s", domain=False)
            ),
            color=alt.Color("member:N", legend=None, scale=_scale(colours)),
            order=alt.Order("place:O"),
        )
    )
    return _finished(alt.layer(bars), height=240)


def intervals(first: pd.Timestamp, last: pd.Timestamp) -> Any:
    """See `charts.intervals`."""
    rows = alt.Chart(alt.NamedData("rows"))
    x = _time(first, last)
    axis = alt.Axis(tickCount=4, format="~s", domain=False)
    bounds = rows.mark_rule(color=ACCENT, opacity=0.3, strokeWidth=8, strokeCap="round").encode(
        x=x, y=alt.Y("low:Q", title=None, axis=axis, scale=alt.Scale(zero=True, nice=True)), y2="high:Q"
    )
    medians = rows.mark_point(filled=True, fill=ACCENT, stroke=SURFACE, strokeWidth=1, size=38, opacity=1).encode(
        x=x, y=alt.Y("value:Q", title=None, axis=axis)
    )
    return _finished(alt.layer(bounds, medians.properties(name="points")), height=130)


def ranges(rows_shown: Sequence[Mapping[str, Any]], colours: dict[str, str], signed: bool = False) -> Any:
    """See `charts.ranges`."""
    rows = alt.Chart(alt.NamedData("rows"))
    order = alt.Scale(domain=[row["label"] for row in rows_shown])
    words_place = alt.Y("label:N", title=None, axis=None, scale=order, bandPosition=0.32)
    place = alt.Y("label:N", title=None, axis=None, scale=order, bandPosition=0.76)
    axis = alt.Axis(title=None, format="~s", tickCount=5, domain=False, orient="bottom")
    if signed:
        axis.labelExpr = "(datum.value > 0 ? '+' : '') + datum.label + ' %'"
    scale = alt.Scale(zero=True, nice=True)
    if ends := charts.open_axis(rows_shown):
        scale = alt.Scale(domain=ends, nice=True)
    x, low, above = (alt.X(f"{name}:Q", title=None, axis=axis, scale=scale) for name in ("value", "low", "above"))
    colour = alt.Color("kind:N", legend=None, scale=_scale(colours))
    fill = alt.Fill("kind:N", legend=None, scale=_scale(colours))
    seen = alt.condition("datum.stated", alt.value(1), alt.value(0))
    interval = rows.transform_filter("isValid(datum.low) && isValid(datum.high) && datum.high > datum.low")
    open_end = rows.transform_filter("isValid(datum.above)")
    rate = rows.transform_filter("isValid(datum.rate)").mark_point(
        shape="stroke", angle=90, size=320, stroke=INK, strokeWidth=2, opacity=1
    )
    layers = [
        rows.mark_text(align="left", baseline="middle", color=INK, fontSize=12, dy=-8, limit=1000).encode(
            y=words_place, text="who:N", x=alt.value(0)
        ),
        rows.mark_text(align="left", baseline="middle", color=MUTED, fontSize=12, dy=8, limit=1000).encode(
            y=words_place, text="what:N", x=alt.value(0)
        ),
        interval.mark_rule(strokeWidth=9, strokeCap="round", opacity=0.4).encode(
            x=low, x2="high:Q", y=place, color=colour
        ),
        open_end.mark_rule(strokeWidth=2, strokeDash=[2, 3]).encode(
            x=above, x2=alt.value("width"), y=place, color=colour
        ),
        open_end.mark_point(shape="triangle-right", filled=True, size=90, opacity=1).encode(
            x=alt.value("width"), y=place, color=colour
        ),
        rate.encode(x=alt.X("rate:Q", title=None, axis=axis, scale=scale), y=place),
        rows.mark_point(filled=True, size=75, stroke=SURFACE, strokeWidth=1)
        .encode(x=x, y=place, fill=fill, opacity=seen)
        .properties(name="points"),
    ]
    if signed:
        layers.insert(
            0, alt.Chart(alt.NamedData("zero")).mark_rule(color=MUTED, strokeWidth=1, opacity=0.45).encode(x=x)
        )
    return _finished(alt.layer(*layers), height=alt.Step(62))


def heat_map(entities: Sequence[str], quarters: Sequence[str]) -> Any:
    """See `charts.heat_map`."""
    rows = alt.Chart(alt.NamedData("rows"))
    x = _quarters(quarters, orient="top")
    y = alt.Y(
        "entity:N",
        title=None,
        scale=alt.Scale(domain=list(entities), paddingInner=0.12),
        axis=alt.Axis(domain=False, ticks=False, grid=False),
    )
    cells = (
        rows.mark_rect(cornerRadius=1.5)
        .encode(
            x=x,
            y=y,
            color=alt.Color("state:N", legend=None, scale=_scale(charts.STATE_COLOURS)),
        )
        .properties(name="points")
    )
    signs = (
        rows.transform_filter("isValid(datum.sign)")
        .mark_text(fontSize=10, color=INK, aria=False)
        .encode(x=x, y=y, text="sign:N")
    )
    return _finished(alt.layer(cells, signs), height=alt.Step(20))


def _time(first: pd.Timestamp, last: pd.Timestamp) -> Any:
    return alt.X(
        "t:T",
        title=None,
        scale=alt.Scale(type="utc", domain=[milliseconds(first), milliseconds(last)], nice=False),
        axis=alt.Axis(
            format="%Y",
            values=charts.years_labelled(first, last),
            grid=False,
            labelOverlap=False,
            labelFlush=False,
            tickSize=4,
        ),
    )


def _quarters(quarters: Sequence[str], orient: Literal["top", "bottom"] = "bottom") -> Any:
    return alt.X(
        "quarter:O",
        title=None,
        scale=alt.Scale(domain=list(quarters), paddingInner=0.12, paddingOuter=0.05),
        axis=alt.Axis(
            values=charts.quarters_labelled(quarters),
            labelExpr="slice(datum.value, 0, 4)",
            labelAngle=0,
            labelOverlap=False,
            ticks=False,
            grid=False,
            domain=False,
            labelBound=False,
            orient=orient,
            labelLimit=60,
        ),
    )


def _scale(values: dict[str, Any]) -> Any:
    return alt.Scale(domain=list(values), range=list(values.values()))


def _finished(chart: Any, height: Any) -> Any:
    return (
        chart.properties(width="container", height=height, padding=2)
        .configure(font=FONT, autosize={"type": "fit-x", "contains": "padding"})
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=MUTED,
            titleColor=MUTED,
            gridColor=GRID,
            domainColor=GRID,
            tickColor=GRID,
            labelFontSize=11,
            labelPadding=5,
        )
    )
