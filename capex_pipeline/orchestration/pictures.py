"""Small pictures of the tables, for places where people would rather look than read.

What belongs here: frame in, PNG bytes out. What does not: Dagster, and the report for analysts (report). Matplotlib is imported
when a picture is drawn. Colours and greys are chosen to be readable on a light and on a dark page; the background is clear.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_INK = "#808890"
_COLOURS = (
    "#3b82c4",
    "#e08214",
    "#3aa17e",
    "#c2558b",
    "#8b6fd1",
    "#b59a1b",
    "#5ab4c9",
    "#d0604c",
    "#7a9a3a",
    "#9a7b66",
)
_VERDICT_COLOURS = {
    "confirmed": "#3aa17e",
    "confirmed_under_definition": "#b59a1b",
    "contradicted": "#d0604c",
    "not_checkable": "#9aa2aa",
}
_STATE_COLOURS = {
    "reported": "#3b82c4",
    "derived": "#7db3de",
    "estimated": "#8b6fd1",
    "claimed_only": "#e0a04c",
    "conflict": "#d0604c",
    "missing": "#c8a8a8",
    "not_applicable": "#80808022",
}
_QUARTERS_SHOWN = 18
_WIDTH = 7.2
_LINE_HEIGHT = 0.15
"""Inches from one line of small text to the next."""
_LETTER_WIDTH = 0.066
"""Inches that a letter of small text takes, seldom more. Margins come from it: measuring every text instead draws everything twice."""


def of_table(table: str, frame: pd.DataFrame) -> bytes | None:
    """The picture of a table as PNG, or None where it has none or no rows to draw."""
    draw = {
        "capex": _amounts,
        "cloud_revenue": _amounts,
        "gpu_shipments": _shipments,
        "claim_checks": _verdicts,
        "coverage": _coverage,
    }.get(table)
    return draw(frame) if draw is not None and len(frame) else None


def _amounts(frame: pd.DataFrame) -> bytes | None:
    """Preferred amounts by quarter, one line for each company, in billions of US dollars; a line stops at a break or a hole.

    Companies that spend a fifth of what the largest does, or less, have a panel of their own: beside it they would lie on the axis.
    """
    rows = frame[frame["is_preferred"] & frame["amount_usd"].notna()]
    if rows.empty:
        return None
    wide = (
        rows.pivot(index="calendar_quarter", columns="entity_name", values="amount_usd")
        .sort_index()
        .iloc[-_QUARTERS_SHOWN:]
        / 1e9
    )
    wide = wide.dropna(axis=1, how="all")
    largest = wide.max().sort_values(ascending=False, kind="stable")
    breaks = rows.pivot(index="calendar_quarter", columns="entity_name", values="is_break").reindex(index=wide.index)
    panels = [list(largest.index[largest > largest.iloc[0] / 5]), list(largest.index[largest <= largest.iloc[0] / 5])]
    panels = [panel for panel in panels if panel]
    lasts = {name: wide.loc[wide[name].last_valid_index(), name] for name in largest.index}
    labels = {name: f"{name}  {last:,.1f}" for name, last in lasts.items()}
    figure, drawn = _canvas(
        3.4 if len(panels) == 1 else 5.2, panels=len(panels), left=0.55, right=0.1 + _width(labels.values())
    )
    for axes, names in zip(drawn, panels, strict=True):
        ends = []
        for place, name in enumerate(names):
            pieces = breaks[name].fillna(False).astype(bool).cumsum().to_numpy()
            for piece in np.unique(pieces):
                own = wide[name].where(pieces == piece)
                axes.plot(range(len(wide)), own, color=_COLOURS[place], linewidth=1.8, marker="o", markersize=2.5)
            ends.append((float(lasts[name]), labels[name], _COLOURS[place]))
        axes.set_xlim(-0.5, len(wide) - 0.5)
        axes.set_ylim(0, 1.06 * float(largest[names[0]]))
        axes.set_ylabel("billion USD a quarter", color=_INK, fontsize=8)
        _quarter_ticks(axes, list(wide.index))
        _label_ends(axes, ends)
    return _png(figure)


def _label_ends(axes: Axes, ends: list[tuple[float, str, str]]) -> None:
    """Names (height, text, colour) right of the lines' ends, in their order, moved apart where they would overlap."""
    low, high = axes.get_ylim()
    line = (high - low) * _LINE_HEIGHT / (axes.get_position().height * axes.figure.get_figheight())  # type: ignore[union-attr]
    ends = sorted(ends)
    heights = [height for height, _, _ in ends]
    for place in range(1, len(heights)):
        heights[place] = max(heights[place], heights[place - 1] + line)
    if heights and heights[-1] > high:
        heights[-1] = high
        for place in range(len(heights) - 2, -1, -1):
            heights[place] = min(heights[place], heights[place + 1] - line)
    for height, (_, text, colour) in zip(heights, ends, strict=True):
        axes.annotate(
            text, (1.01, height), xycoords=("axes fraction", "data"), color=colour, fontsize=8, va="center", annotation_clip=False
        )  # fmt: skip


def _shipments(frame: pd.DataFrame) -> bytes | None:
    """Preferred shipments by quarter with their intervals: the six products of which most were shipped, a panel for each."""
    rows = frame[frame["is_preferred"] & frame["calendar_quarter"].notna()]
    if rows.empty:
        return None
    largest = list(rows.groupby("product")["units"].sum().sort_values(ascending=False, kind="stable").index[:6])
    quarters = sorted(rows["calendar_quarter"].unique())
    figure, drawn = _canvas(
        1.2 * len(largest) / 2 + 1.2,
        panels=(len(largest) + 1) // 2,
        beside=min(2, len(largest)),
        left=0.65,
        right=0.1,
        top=0.25,
    )
    for place, (axes, product) in enumerate(zip(drawn, largest, strict=False)):
        own = rows[rows["product"] == product].sort_values("calendar_quarter")
        x = [quarters.index(quarter) for quarter in own["calendar_quarter"]]
        axes.vlines(x, own["units_low"] / 1e3, own["units_high"] / 1e3, color=_COLOURS[place], alpha=0.45, linewidth=4)
        axes.plot(x, own["units"] / 1e3, color=_COLOURS[place], marker="o", markersize=3.5, linewidth=0)
        axes.set_xlim(-0.5, len(quarters) - 0.5)
        axes.set_ylim(bottom=0)
        axes.set_title(product, color=_COLOURS[place], fontsize=9, loc="left", pad=2)
        _quarter_ticks(axes, quarters)
    for axes in drawn[len(largest) :]:
        axes.set_visible(False)
    figure.supylabel("thousand units a quarter, 5 to 95 %", color=_INK, fontsize=8, x=0.005, ha="left")
    return _png(figure)


def _verdicts(frame: pd.DataFrame) -> bytes | None:
    """Number of claims by document and verdict."""
    counts = frame.groupby(["document_id", "verdict"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=[name for name in _VERDICT_COLOURS if name in counts.columns])
    counts = counts.loc[counts.sum(axis=1).sort_values().index].iloc[-14:]
    names = [name if len(name) <= 48 else name[:47] + "…" for name in counts.index]
    figure, (axes,) = _canvas(
        0.9 + 0.26 * len(counts), left=0.15 + _width(names, size=7), right=0.1, bottom=0.45, top=0.35
    )
    left = np.zeros(len(counts))
    for verdict in counts.columns:
        axes.barh(
            range(len(counts)),
            counts[verdict],
            left=left,
            color=_VERDICT_COLOURS[verdict],
            label=verdict.replace("_", " "),
        )
        left += counts[verdict].to_numpy()
    axes.set_yticks(range(len(counts)), names, fontsize=7)
    axes.set_xlabel("claims checked", color=_INK, fontsize=8)
    figure.legend(loc="upper center", ncols=4, frameon=False, labelcolor=_INK, fontsize=8)
    return _png(figure)


def _coverage(frame: pd.DataFrame) -> bytes | None:
    """Heat map of the cells of capex: company by quarter."""
    from matplotlib.colors import ListedColormap

    rows = frame[frame["table_name"] == "capex"]
    rows = rows[rows.groupby("entity_id")["state"].transform(lambda states: (states != "not_applicable").any())]
    if rows.empty:
        return None
    order = list(_STATE_COLOURS)
    wide = rows.assign(code=rows["state"].map(order.index)).pivot(
        index="entity_id", columns="calendar_quarter", values="code"
    )
    wide = wide.iloc[:, -40:]
    figure, (axes,) = _canvas(0.7 + 0.26 * len(wide), left=0.15 + _width(wide.index), right=0.1, top=0.35)
    axes.imshow(
        wide.to_numpy(dtype=float),
        aspect="auto",
        cmap=ListedColormap(list(_STATE_COLOURS.values())),
        vmin=-0.5,
        vmax=len(order) - 0.5,
    )
    axes.set_yticks(range(len(wide)), list(wide.index), fontsize=8)
    _quarter_ticks(axes, list(wide.columns))
    seen = [name for name in order if (rows["state"] == name).any() and name != "not_applicable"]
    handles = [_patch(_STATE_COLOURS[name]) for name in seen]
    figure.legend(
        handles,
        [name.replace("_", " ") for name in seen],
        loc="upper center",
        ncols=6,
        frameon=False,
        labelcolor=_INK,
        fontsize=8,
    )
    return _png(figure)


def _canvas(
    height: float,
    *,
    left: float,
    right: float,
    bottom: float = 0.28,
    top: float = 0.1,
    panels: int = 1,
    beside: int = 1,
) -> tuple[Figure, list[Axes]]:
    """An empty figure with panels below and beside each other, by row. Height and the margins around all panels are in inches."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH, height), dpi=110)
    inner_width, inner_height = _WIDTH - left - right, height - top - bottom
    drawn = list(
        figure.subplots(
            panels,
            beside,
            sharex=True,
            squeeze=False,
            gridspec_kw={
                "left": left / _WIDTH,
                "right": 1 - right / _WIDTH,
                "bottom": bottom / height,
                "top": 1 - top / height,
                # Room between panels, as a part of a panel's size: a column of tick labels, a title.
                "wspace": beside * 0.5 / (inner_width - 0.5 * (beside - 1)),
                "hspace": panels * 0.25 / (inner_height - 0.25 * (panels - 1)),
            },
        ).flat
    )
    for axes in drawn:
        axes.tick_params(colors=_INK, labelsize=8)
        for name, spine in axes.spines.items():
            spine.set_color(_INK)
            spine.set_visible(name in ("left", "bottom"))
        axes.patch.set_alpha(0)
        axes.set_axisbelow(True)
    return figure, drawn


def _width(texts: Iterable[str], size: float = 8) -> float:
    """Inches that the longest of these texts takes at this size in points."""
    return max(map(len, texts), default=0) * _LETTER_WIDTH * size / 8


def _patch(colour: str) -> Any:
    from matplotlib.patches import Patch

    return Patch(color=colour)


def _quarter_ticks(axes: Axes, quarters: list[str]) -> None:
    """Labels the first quarter of each year."""
    places = [place for place, quarter in enumerate(quarters) if quarter.endswith("Q1") or len(quarters) <= 4]
    axes.set_xticks(places, [quarters[place][:4] if len(quarters) > 4 else quarters[place] for place in places])


def _png(figure: Figure) -> bytes:
    target = io.BytesIO()
    # Without the software's name and version, equal rows give equal bytes.
    figure.savefig(target, format="png", transparent=True, metadata={"Software": None})
    return target.getvalue()
