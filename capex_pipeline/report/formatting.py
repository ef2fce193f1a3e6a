"""Formats numbers, dates and document text for the page.

Add formatting and escaping here. The sections select what is shown.
"""

from __future__ import annotations

import pandas as pd

from capex_pipeline.values import escaping

MISSING = "–"
_SCALES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "thousand"))


def escape(value: object) -> str:
    """Text that is safe between tags and inside a quoted attribute; a null is a dash."""
    return MISSING if is_missing(value) else escaping.html(str(value))


def is_missing(value: object) -> bool:
    """True for None, NaN, NaT and NA."""
    return bool(pd.isna(value))  # type: ignore[call-overload]


def optional(value: object) -> str | None:
    """The text, or None if it is null."""
    return None if is_missing(value) else str(value)


def number(value: object) -> float | None:
    """The number, or None if it is null."""
    return None if is_missing(value) else float(value)  # type: ignore[arg-type]


def money(value: object, currency: object) -> str:
    """An amount in full units as "USD 17.6bn"; three significant digits, four from one hundred billion on."""
    return MISSING if is_missing(value) else f"{currency} {scaled(value)}"


def scaled(value: object) -> str:
    """A number in full units with a scale word."""
    if is_missing(value):
        return MISSING
    amount = float(value)  # type: ignore[arg-type]
    for scale, word in _SCALES[:3]:
        if abs(amount) >= scale:
            return f"{_significant(amount / scale)}{word}"
    return f"{amount:,.0f}"


def units(value: object) -> str:
    """A count of chips with thousands separators."""
    return MISSING if is_missing(value) else f"{float(value):,.0f}"  # type: ignore[arg-type]


def percent(value: object) -> str:
    """A signed percentage with one decimal."""
    return MISSING if is_missing(value) else f"{float(value):+,.1f} %"  # type: ignore[arg-type]


def growth(value: object) -> str:
    """A signed percentage in whole percent, for tables and short labels."""
    return MISSING if is_missing(value) else f"{float(value):+,.0f} %"  # type: ignore[arg-type]


def in_words(value: object) -> str:
    """A percentage in prose, without sign: "84 percent", with one decimal below ten."""
    if is_missing(value):
        return MISSING
    size = abs(float(value))  # type: ignore[arg-type]
    return f"{size:,.1f} percent" if size < 10 else f"{size:,.0f} percent"


def more(pct: float) -> str:
    """A change in prose: "84 percent more" or "1.3 percent less"."""
    return f"{in_words(pct)} {'more' if pct >= 0 else 'less'}"


def quarter(name: object) -> str:
    """A calendar quarter of the tables (2026Q2) in prose: Q2 2026."""
    return MISSING if is_missing(name) else f"{str(name)[4:]} {str(name)[:4]}"


def day(value: object) -> str:
    """A date as 2024-08-26."""
    return MISSING if is_missing(value) else f"{pd.Timestamp(value):%Y-%m-%d}"  # type: ignore[arg-type]


def period_name(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """A period in its shortest form: 2026, H1 2024, Q2 2024, or its first and last month or day."""
    if is_missing(start):
        return day(end)
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    whole = start.day == 1 and (end + pd.Timedelta(days=1)).day == 1
    if whole and months == 12 and start.month == 1:
        return str(start.year)
    if whole and months == 6 and start.month in (1, 7):
        return f"H{1 if start.month == 1 else 2} {start.year}"
    if whole and months == 3 and start.month in (1, 4, 7, 10):
        return f"Q{(start.month + 2) // 3} {start.year}"
    return f"{start:%Y-%m} to {end:%Y-%m}" if whole else f"{start:%Y-%m-%d} to {end:%Y-%m-%d}"


def milliseconds(value: pd.Timestamp) -> int:
    """A day on the time axis of a chart: milliseconds since 1970 in UTC."""
    return int(value.to_datetime64().astype("datetime64[ms]").astype("int64"))


def plain(identifier: object) -> str:
    """An identifier of the tables as words: confirmed_under_definition becomes "confirmed under definition"."""
    return MISSING if is_missing(identifier) else str(identifier).replace("_", " ")


def _significant(value: float) -> str:
    for limit, digits in ((100, 0), (10, 1)):
        if abs(value) >= limit:
            return f"{value:,.{digits}f}"
    return f"{value:,.2f}"
