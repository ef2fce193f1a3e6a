"""The resolution that numbers seem to be printed in."""

from __future__ import annotations

import pandas as pd

from capex_pipeline.values.rounding import apparent_step


def test_the_step_that_a_number_is_printed_in() -> None:
    steps = apparent_step(pd.Series([3_074e6, 28_923e3, 395.0, 5e9, 0.5, -7e6, 0.0]))
    assert steps.tolist() == [1e6, 1e3, 1.0, 1e6, 0.0, 1e6, 1e6]


def test_every_power_of_ten_up_to_a_million_is_a_step() -> None:
    numbers = pd.Series([7.0 * 10**power for power in range(9)], index=range(9, 0, -1))
    assert apparent_step(numbers).to_dict() == dict(
        zip(range(9, 0, -1), [1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6, 1e6, 1e6], strict=True)
    )
