"""Observations of a company's own figures, made directly: what reconciliation reads, without reading documents first."""

from __future__ import annotations

from typing import Any

import pandas as pd


def observed(value: float, period: tuple[str, str], name: str, **changed: Any) -> dict[str, Any]:
    """One observation of a company's own figures, in millions."""
    start, end = map(pd.Timestamp, period)
    days = (end - start).days + 1
    kind = {1: "quarter", 2: "half_year", 3: "nine_months", 4: "year"}[round(days / 91)]
    return {
        "series": name, "value": float(round(value * 1e6)), "period_start": start, "period_end": end, "period_type": kind, "unit": "money",
        "currency": "USD", "definition_id": "cash_purchases", "is_latest": True, "known_to": None, "known_from_basis": "document", "status": "reported",
        "source_type": "filing", "review_state": "reviewed", "derived_from": name, "printed_step": 1e6, **changed,
    }  # fmt: skip
