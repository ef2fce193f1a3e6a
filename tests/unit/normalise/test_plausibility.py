"""Amounts that no company can have: at each bound, just beyond it, and what widens or lifts it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from builders import days

from capex_pipeline.normalise import plausibility
from capex_pipeline.normalise.plausibility import implausible, out_of_scale
from capex_pipeline.reference import Reference

RATES = {"USD": 1, "CNY": 8}
QUARTER = {"period_start": "2024-04-01", "period_end": "2024-06-30"}


@pytest.fixture(scope="module")
def bounds(reference: Reference) -> Reference:
    """A metric with both bounds, with each of them alone, with a lower bound of nothing, and with none."""
    metrics = pd.DataFrame(
        {"magnitude": [{"low": 10, "high": 1_000}, {"low": 1}, {"high": 1_000}, {"low": 0, "high": 1_000}, np.nan]},
        index=["capex", "lowest", "highest", "pieces", "anything"],
    )
    entities = pd.DataFrame({"type": ["company", "group"]}, index=["meta", "four_groups"])
    return replace(reference, metrics=metrics, entities=entities)


def found(reference: Reference, *rows: dict[str, Any]) -> list[bool]:
    """Whether each row is implausible. A row is Meta's capex of a quarter in dollars but for what is given of it."""
    usual = {"metric_id": "capex", "entity_id": "meta", "currency": "USD", **QUARTER}
    numbers = dict.fromkeys(["value_low", "value", "value_high"], np.nan)
    frame = pd.DataFrame([usual | numbers | row for row in rows], index=range(7, 7 + len(rows)))
    for name in QUARTER:
        frame[name] = days(*frame[name]).set_axis(frame.index)
    answer = implausible(frame.astype({"currency": "str"}), reference, RATES)
    assert answer.index.equals(frame.index) and answer.dtype == bool
    return [bool(one) for one in answer]


@pytest.mark.parametrize(
    ("metric", "plausible", "beyond"),
    [
        ("capex", [10, 1_000], [9.9, 1_000.1, 0, -10, -1_000]),
        ("lowest", [1, 1e15], [0.9, 0, -1]),
        ("highest", [1_000, 0, -1_000], [1_000.1, -1_000.1]),
        ("pieces", [1_000, 0, -1_000], [1_000.1, -1_000.1]),
        ("anything", [0, -1e15, 1e15], []),
    ],
)
def test_a_bound_itself_is_plausible_and_what_lies_beyond_is_not(
    bounds: Reference, metric: str, plausible: list[float], beyond: list[float]
) -> None:
    rows = [{"metric_id": metric, "value": value} for value in plausible + beyond]
    assert found(bounds, *rows) == [False] * len(plausible) + [True] * len(beyond)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ({"value_low": 9}, True), ({"value_low": 1_001}, True), ({"value_low": 11}, False),
        ({"value_high": 9}, True), ({"value_high": 1_001}, True), ({"value_high": 11}, False),
        ({"value_low": 9, "value": 10, "value_high": 11}, True), ({"value_low": 999, "value": 1_000, "value_high": 1_001}, True),
        ({"value_low": 10, "value": 11, "value_high": 1_000}, False), ({}, False),
    ],
)  # fmt: skip
def test_every_number_that_is_printed_counts(bounds: Reference, printed: dict[str, float], expected: bool) -> None:
    """Of "at least 9" the 9, of "10, that is 9 to 11" all three; of nothing printed, nothing."""
    assert found(bounds, printed) == [expected]


def test_amounts_are_compared_in_dollars_and_pieces_as_they_are(bounds: Reference) -> None:
    """Eight yuan are a dollar here. Pieces have no currency, and a currency whose size nobody knows is taken for dollars."""
    yuan = [{"currency": "CNY", "value": value} for value in (80, 8_000, 79, 8_001)]
    assert found(bounds, *yuan) == [False, False, True, True]
    for currency in (None, "XXX"):
        assert found(bounds, *({"currency": currency, "value": value} for value in (10, 1_000, 9, 1_001))) == [
            False, False, True, True,
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "most"),
    [
        ("2024-07-01", "2024-12-31", 2_000),  # 184 days, twice the 92 of the longest quarter
        ("2024-01-01", "2024-03-31", 1_000),  # 91 days: a short quarter may have as much as a long one
        ("2024-06-30", "2024-06-30", 1_000),  # a day
    ],
)
def test_a_longer_period_may_have_more_and_a_shorter_one_no_less(
    bounds: Reference, start: str, end: str, most: float
) -> None:
    period = {"period_start": start, "period_end": end}
    assert found(bounds, *(period | {"value": value} for value in (10, most, most + 1, 9))) == [
        False, False, True, True,
    ]  # fmt: skip


def test_a_group_may_have_ten_times_as_much(bounds: Reference) -> None:
    rows = [{"entity_id": "four_groups", "value": value} for value in (10_000, 10_001, 10, 9)]
    assert found(bounds, *rows) == [False, True, False, True]
    half = {"entity_id": "four_groups", "period_start": "2024-07-01", "period_end": "2024-12-31"}
    assert found(bounds, *(half | {"value": value} for value in (20_000, 20_001))) == [False, True]


def test_a_fact_in_full_units_has_no_lower_bound_but_its_sign(bounds: Reference) -> None:
    small = {"value": 3.0, "is_tagged": True}
    assert found(bounds, small, small | {"is_tagged": False}, small | {"value": -30.0}, small | {"value": 0.0}) == [
        False,
        True,
        True,
        True,
    ]


@pytest.mark.parametrize("at_once", [1, 5_000])
def test_a_small_fact_is_out_of_scale_beside_neighbours_a_thousand_times_larger(
    bounds: Reference, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """However many of the small amounts are compared together."""
    monkeypatch.setattr(plausibility, "_FACTS_AT_ONCE", at_once)

    def judged(first: float, others: float) -> list[bool]:
        ends = ["2024-03-31", "2024-06-30", "2024-09-30"]
        frame = pd.DataFrame(
            {
                "metric_id": "capex", "entity_id": "meta", "definition_id": "cash_purchases", "currency": "USD", "is_tagged": True,
                "segment": pd.Series([None] * 3, dtype="str"), "period_start": days("2024-01-01", "2024-04-01", "2024-07-01"),
                "period_end": days(*ends), "value": [first, others, others],
            }
        ).assign(value_low=lambda one: one["value"], value_high=lambda one: one["value"])  # fmt: skip
        return out_of_scale(frame, bounds, RATES).tolist()

    assert judged(0.5, 500.0) == [True, False, False]
    assert judged(5.0, 500.0) == [False, False, False]
    assert judged(0.5, 0.7) == [False, False, False]
    assert judged(1_000.0, 0.7) == [False, True, True]
