"""Summarises a table in a few lines of Markdown that Dagster shows without a click.

Add a summary here as a function from a frame to Markdown of at most `LONGEST` characters. The longer page of a table is
made in `orchestration/asset_page.py`, charts are on the page report.html (package `report`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pandas as pd

from capex_pipeline.values import escaping

CELL_WIDTH = 60
LONGEST = 990
"""Dagster hides Markdown of a thousand characters or more behind a click."""

_BLOCKS = "▁▂▃▄▅▆▇█"
_HOLE, _BREAK = "·", "¦"
_STATES = {
    "reported": "█",
    "derived": "▓",
    "estimated": "▒",
    "claimed_only": "░",
    "unreviewed": "?",
    "conflict": "×",
    "missing": "○",
    "not_applicable": "·",
}
_QUARTERS = 12
_COVERED_QUARTERS = 16
_VERDICTS = {
    "confirmed": "confirmed",
    "confirmed_under_definition": "confirmed under one definition",
    "contradicted": "contradicted",
    "not_checkable": "not checkable",
}


def is_summarised(table: str) -> bool:
    """Whether a table has a summary."""
    return table in _summaries()


def of_table(table: str, frame: pd.DataFrame) -> str | None:
    """The summary of a table, or None if there is none."""
    return _summaries()[table](frame) if is_summarised(table) and len(frame) else None


def _summaries() -> dict[str, Callable[[pd.DataFrame], str | None]]:
    return {
        "capex_by_definition": _amounts,
        "cloud_revenue_by_definition": _amounts,
        "gpu_estimates": _shipments,
        "claim_checks": _verdicts,
        "arithmetic_checks": _verdicts,
        "coverage": _coverage,
    }


def fitting(head: Sequence[str], rows: Iterable[Sequence[str]], foot: str = "") -> str:
    """A Markdown table with as many rows as fit, and the number of rows left out. The cells are already Markdown."""
    every = ["| " + " | ".join(row) + " |" for row in rows]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for shown in range(len(every), -1, -1):
        left = f"{len(every) - shown:,} more rows" if shown < len(every) else ""
        text = "\n".join([*lines, *every[:shown], *(f"\n{paragraph}" for paragraph in (left, foot) if paragraph)])
        if len(text) <= LONGEST:
            return text
    return text


def trend(values: Sequence[float], breaks: Sequence[bool] = ()) -> str:
    """Values as blocks from 0 to the largest; a dot for a missing value, a bar before the first value after a break."""
    largest = max((value for value in values if pd.notna(value)), default=0.0)
    drawn = ""
    for place, value in enumerate(values):
        if place and place < len(breaks) and breaks[place]:
            drawn += _BREAK
        if pd.isna(value):
            drawn += _HOLE
        else:
            drawn += _BLOCKS[min(7, int(8 * max(value, 0) / largest))] if largest > 0 else _BLOCKS[0]
    return drawn


def _amounts(frame: pd.DataFrame) -> str | None:
    rows = frame[frame["is_preferred"] & frame["amount_usd"].notna()].sort_values("calendar_quarter")
    if rows.empty:
        return None
    quarters = _last_quarters(rows["calendar_quarter"], _QUARTERS)
    lines = []
    for name, company_rows in rows.groupby("entity_name"):
        company_rows = company_rows.set_index("calendar_quarter")
        last = company_rows.iloc[-1]
        by_quarter = company_rows.reindex(quarters)
        breaks = by_quarter["is_break"].eq(True).tolist()
        growth = "" if pd.isna(last["yoy_local_pct"]) else f"{last['yoy_local_pct']:+,.0f}\N{NO-BREAK SPACE}%"
        cells = [
            str(name),
            trend(by_quarter["amount_usd"].tolist(), breaks),
            str(company_rows.index[-1]),
            f"{last['amount_usd'] / 1e9:,.1f}",
            growth,
        ]
        lines.append((last["amount_usd"], cells))
    lines.sort(key=lambda one: -one[0])
    return fitting(
        ["company", f"{quarters[0]} to {quarters[-1]}", "latest", "billion USD", "yoy"],
        [cells for _, cells in lines],
    )


def _shipments(frame: pd.DataFrame) -> str | None:
    rows = frame[frame["is_preferred"] & frame["units"].notna()].sort_values("calendar_quarter")
    if rows.empty:
        return None
    quarters = _last_quarters(rows["calendar_quarter"], _QUARTERS)
    lines = []
    for product, product_rows in rows.groupby("product"):
        product_rows = product_rows.groupby("calendar_quarter")[["units_low", "units", "units_high"]].sum(min_count=1)
        by_quarter = product_rows["units"].reindex(quarters)
        if by_quarter.isna().all():
            continue
        last = product_rows.iloc[-1]
        low, units, high = (
            "" if pd.isna(last[name]) else f"{last[name] / 1e3:,.0f}" for name in ("units_low", "units", "units_high")
        )
        bounds = f"{low}\N{EN DASH}{high}" if low and high else ""
        lines.append(
            (by_quarter.max(), [str(product), trend(by_quarter.tolist()), str(product_rows.index[-1]), units, bounds])
        )
    lines.sort(key=lambda one: -one[0])
    return fitting(
        ["product", f"{quarters[0]} to {quarters[-1]}", "latest", "thousand units", "range"],
        [cells for _, cells in lines],
    )


def _verdicts(frame: pd.DataFrame) -> str:
    counts = frame["verdict"].value_counts()
    verdicts = ", ".join(f"{counts[name]:,} {words}" for name, words in _VERDICTS.items() if name in counts)
    wrong = frame[frame["verdict"] == "contradicted"]
    rows = [[cell(row.document_id), cell(row.claim), cell(row.explanation, 160)] for row in wrong.itertuples()]
    return fitting(["contradicted in", "claim", "filings say"], rows, verdicts) if rows else verdicts


def _coverage(frame: pd.DataFrame) -> str:
    quarters = _last_quarters(frame["calendar_quarter"], _COVERED_QUARTERS)
    recent = frame[frame["calendar_quarter"].isin(quarters)]
    marks = recent.assign(mark=recent["state"].map(_STATES)).pivot(
        index="entity_id", columns=["table_name", "calendar_quarter"], values="mark"
    )
    tables = list(marks.columns.get_level_values(0).unique())
    rows = []
    for entity, company_marks in marks.iterrows():
        strips = [
            company_marks[table].reindex(quarters).fillna(_STATES["not_applicable"]).str.cat() for table in tables
        ]
        if any(set(strip) - {_STATES["not_applicable"]} for strip in strips):
            rows.append([cell(entity), *strips])
    used = {mark for row in rows for strip in row[1:] for mark in strip}
    legend = ", ".join(f"{mark} {name.replace('_', ' ')}" for name, mark in _STATES.items() if mark in used)
    heads = [table.replace("_", " ") for table in tables]
    return fitting(["", *heads], rows, f"{quarters[0]} to {quarters[-1]}: {legend}")


def _last_quarters(by_quarter: pd.Series, most: int) -> list[str]:
    """The quarters up to the newest one, without gaps."""
    last = pd.Period(str(by_quarter.max()), freq="Q")
    first = max(pd.Period(str(by_quarter.min()), freq="Q"), last - (most - 1))
    return [str(quarter) for quarter in pd.period_range(first, last, freq="Q")]


def cell(value: object, width: int = CELL_WIDTH) -> str:
    """A value as escaped Markdown: text of a document cannot break out of its cell."""
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return escaping.markdown(str(value), width)
