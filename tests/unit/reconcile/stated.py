"""Figures that an article states and what is filed, made directly: what checks of claims read, without reading documents first.

Numbers are exact unless they are given as two ends, so a test can stand at the end of an interval and not only near it.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from unit.reconcile.observed import observed

from capex_pipeline import reference
from capex_pipeline.reconcile.evidence import Evidence
from capex_pipeline.reconcile.tolerance import with_intervals

BILLION = 1e9
H1_2024, H1_2023 = ("2024-01-01", "2024-06-30"), ("2023-01-01", "2023-06-30")
NO_FIXINGS = pd.DataFrame({"date": [], "currency": [], "rate": []}).astype(
    {"date": "datetime64[us]", "currency": "str", "rate": "float64"}
)


def stated(
    name: str, number: float | tuple[float, float], period: tuple[str, str] = H1_2024, **changed: Any
) -> dict[str, Any]:
    """A row of figures: yuan of Alibaba's capital expenditure, or what is changed. A number's ends are infinite where it has none."""
    low, high = number if isinstance(number, tuple) else (math.nan, math.nan)
    bound = (
        "exact" if math.isnan(low) else "at_least" if math.isinf(high) else "at_most" if math.isinf(low) else "range"
    )
    return {
        "figure_id": name, "entity_id": "alibaba", "metric_id": "capex", "measure": "level", "definition_id": "as_printed",
        "unit": "money", "currency": "CNY", "status": "reported", "product": None, "customer_id": None, "supplier_id": None, "same_fact_as": None, "claimant": None,
        "value": math.nan if isinstance(number, tuple) else float(number), "value_low": math.nan if math.isinf(low) else low,
        "value_high": math.nan if math.isinf(high) else high, "bound": bound, "printed_step": math.nan,
        "period_start": pd.Timestamp(period[0]), "period_end": pd.Timestamp(period[1]), "known_from": pd.Timestamp("2026-08-26"), **changed,
    }  # fmt: skip


def growth(
    name: str, per_cent: float | tuple[float, float], period: tuple[str, str] = H1_2024, **changed: Any
) -> dict[str, Any]:
    """Growth over the year before, in per cent."""
    return stated(name, per_cent, period, **{"measure": "yoy_growth", "unit": "percent", "currency": None} | changed)


def as_figures(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as the columns of figures hold them: what is missing is no text."""
    texts = dict.fromkeys(("currency", "definition_id", "product", "customer_id", "supplier_id", "same_fact_as"), "str")
    return with_intervals(pd.DataFrame(rows).astype(texts), reference.load().content)


def by_filings(*rows: dict[str, Any], daily: pd.DataFrame = NO_FIXINGS) -> Evidence:
    """Evidence of rows from `on_file`."""
    return Evidence(pd.DataFrame(rows), daily)


def on_file(
    entity: str, millions: float, period: tuple[str, str], definition: str = "cash_purchases", **changed: Any
) -> dict[str, Any]:
    """What a company filed on capital expenditure for a period, printed as one number."""
    name = f"{entity}/{definition}/{period[0]}"
    about = {
        "entity_id": entity,
        "metric_id": "capex",
        "definition_id": definition,
        "calendar_quarter": None,
        "known_from": None,
    }
    return observed(millions, period, name, **about | changed)


def claims_of(figures: pd.DataFrame, document_id: str) -> pd.DataFrame:
    """The figures of one document with the interval that each allows, as checks of claims read them."""
    return with_intervals(figures[figures["document_id"] == document_id], reference.load().content)
