"""What a printed number allows."""

from __future__ import annotations

import math

import pytest

from capex_pipeline.reconcile.tolerance import accepted

NAN = math.nan


def claim(
    value: float = NAN, low: float = NAN, high: float = NAN, bound: str = "exact", step: float = NAN
) -> dict[str, object]:
    return {"value_low": low, "value": value, "value_high": high, "bound": bound, "printed_step": step}


@pytest.mark.parametrize(
    ("printed", "interval"),
    [
        (claim(50e9, 50e9, 50e9, step=1e9), (49.5e9, 50.5e9)),  # "50 billion"
        (claim(23e9, 23e9, 23e9, step=1e9), (22.5e9, 23.5e9)),  # "23 billion"
        (claim(123, 123, 123, step=1), (122.5, 123.5)),  # "+123 %"
        (claim(4.2e9, 4.2e9, 4.2e9, step=1e8), (4.15e9, 4.25e9)),  # "4.2 billion"
        (claim(12_094e6, 12_094e6, 12_094e6, step=1e6), (12_093.5e6, 12_094.5e6)),
        (claim(200e9, bound="approximately", step=1e9), (199e9, 201e9)),
        (claim(low=1e6, bound="at_least", step=1e6), (0.5e6, math.inf)),
        (claim(high=50, bound="at_most", step=1), (-math.inf, 50.5)),
        (claim(low=12_000, high=13_000, bound="range", step=1), (11_999.5, 13_000.5)),
        (claim(125e9, 115e9, 135e9, bound="range", step=1e9), (114.5e9, 135.5e9)),
        (claim(low=200_000, high=999_999, bound="order_of_magnitude", step=100_000), (200_000, 999_999)),
        (claim(7, 7, 7), (7, 7)),
        (claim(low=10, high=20, bound="approximately", step=2), (9, 21)),  # an interval without its middle
        (claim(8, bound="at_least", step=2), (7, math.inf)),
        (claim(8, bound="at_most", step=2), (-math.inf, 9)),
    ],
)
def test_the_print_allows_half_a_step_and_a_bound_what_lies_beyond(
    printed: dict[str, object], interval: tuple[float, float]
) -> None:
    assert accepted(printed) == pytest.approx(interval)
