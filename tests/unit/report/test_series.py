"""Rows of the tables as rows of charts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from builders import frame_of

from capex_pipeline.report import formatting, series


def quarter(name: str, amount: float | None, **changed: Any) -> dict[str, Any]:
    """A preferred quarter row of table capex with exact bounds."""
    start = pd.Period(name, freq="Q").start_time.normalize()
    exact = {
        "amount_low": amount,
        "amount": amount,
        "amount_high": amount,
        "amount_usd": amount,
        "amount_usd_low": amount,
        "amount_usd_high": amount,
    }
    place = {
        "calendar_quarter": name,
        "period_start": start,
        "period_end": start + pd.offsets.QuarterEnd(0),
        "period_type": "quarter",
    }
    kind = {
        "source_type": "filing",
        "status": "reported",
        "is_preferred": True,
        "is_break": False,
        "entity_type": "company",
    }
    return {**place, **kind, "currency": "USD", **exact, **changed}


def drawn(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    shown = series.quarters_of(frame_of("capex_by_definition", *rows), pd.Timestamp(1970, 1, 1))
    return series.money_series(shown, series.DocumentIndex(frame_of("documents")), {})


def test_a_hole_interrupts_the_line() -> None:
    runs = [row["run"] for row in drawn(quarter("2024Q1", 1e9), quarter("2024Q2", 2e9), quarter("2024Q4", 3e9))]
    assert runs[0] == runs[1] != runs[2]


def test_a_break_interrupts_the_line_and_brings_its_note() -> None:
    rows = drawn(quarter("2024Q1", 1e9), quarter("2024Q2", 2e9, is_break=True, note="Recast."))
    assert rows[0]["run"] != rows[1]["run"]
    assert rows[1]["note"] == "Recast."


def test_a_first_report_of_an_unknown_day_has_no_day() -> None:
    first = {"first_reported_amount": 17.62e9}
    dated, undated = drawn(
        quarter("2024Q1", 18e9, **first, first_reported_on=pd.Timestamp("2024-04-30")),
        quarter("2024Q2", 18e9, **first, first_reported_on=None),
    )
    assert (dated["first"], undated["first"]) == ("USD 17.6bn on 2024-04-30", "USD 17.6bn")


def test_an_exact_amount_has_no_interval_and_a_rounded_one_has() -> None:
    exact, rounded = drawn(
        quarter("2024Q1", 11.2e9),
        quarter("2024Q2", 19e9, amount_low=18.95e9, amount_high=19.05e9, bound="approximately"),
    )
    assert "low_own" not in exact
    assert (rounded["low_own"], rounded["high_own"]) == (18.95, 19.05)
    assert "approximately" in rounded["how"]


def test_missing_dollars_stay_missing() -> None:
    (row,) = drawn(quarter("2024Q1", 1e9, currency="CNY", amount_usd=None, amount_usd_low=None, amount_usd_high=None))
    assert row["usd"] is None
    assert row["own"] == 1.0


def test_aggregates_and_guidance_are_no_quarters_of_a_company() -> None:
    rows = frame_of(
        "capex_by_definition",
        quarter("2024Q1", 1e9, is_aggregate=True),
        quarter("2024Q2", 1e9, status="guidance"),
        quarter("2024Q3", 1e9),
    )
    assert list(series.quarters_of(rows, pd.Timestamp(1970, 1, 1))["calendar_quarter"]) == ["2024Q3"]


def test_the_band_spans_the_definitions_of_filings_only() -> None:
    rows = frame_of(
        "capex_by_definition", quarter("2024Q2", 16.393e9, definition_id="net"), quarter("2024Q2", 17.62e9, definition_id="gross"),
        quarter("2024Q2", 99e9, definition_id="press", source_type="article"),
    )  # fmt: skip
    (band,) = series.definition_band(series.quarters_of(rows, pd.Timestamp(1970, 1, 1)))
    assert (band["low_own"], band["high_own"]) == (16.393, 17.62)


def test_a_single_definition_has_no_band() -> None:
    assert (
        series.definition_band(
            series.quarters_of(frame_of("capex_by_definition", quarter("2024Q2", 1e9)), pd.Timestamp(1970, 1, 1))
        )
        == []
    )


@pytest.mark.parametrize(
    ("bound", "low", "value", "high", "point", "stated", "above"),
    [
        ("range", 130e9, None, 145e9, 137.5, False, None),  # the middle of a range is nobody's figure
        ("at_least", 380e9, None, None, 380.0, True, 380.0),
        ("at_least", None, 380e9, None, 380.0, True, 380.0),
        ("approximately", None, 220e9, None, 220.0, True, None),
        ("order_of_magnitude", 200e9, None, 999e9, 599.5, False, None),
    ],
)
def test_bounds_are_drawn_as_stated(
    bound: str,
    low: float | None,
    value: float | None,
    high: float | None,
    point: float,
    stated: bool,
    above: float | None,
) -> None:
    made = series.bounded(SimpleNamespace(bound=bound, low=low, value=value, high=high), "low", "value", "high", 1e9)
    assert (made["value"], made["stated"], made.get("above")) == (point, stated, above)


def test_equal_labels_get_places_of_their_own() -> None:
    labels = [row["label"] for row in series.unique_labels([{"label": "a"}, {"label": "b"}, {"label": "a"}])]
    assert labels == ["a", "b", "a (2)"]


@pytest.mark.parametrize(
    ("start", "end", "name"),
    [
        ("2026-01-01", "2026-12-31", "2026"), ("2024-01-01", "2024-06-30", "H1 2024"), ("2024-04-01", "2024-06-30", "Q2 2024"),
        ("2025-04-01", "2028-03-31", "2025-04 to 2028-03"), ("2023-07-01", "2024-06-30", "2023-07 to 2024-06"), ("2024-01-01", "2024-08-26", "2024-01-01 to 2024-08-26"),
    ],
)  # fmt: skip
def test_period_name_of_a_span(start: str, end: str, name: str) -> None:
    assert formatting.period_name(pd.Timestamp(start), pd.Timestamp(end)) == name
