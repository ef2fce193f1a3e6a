"""Estimates the resolution of printed numbers where a document does not state it.

Add a rule here when it needs the numbers alone. The scale of a printed unit is read in `values/units.py`.
"""

from __future__ import annotations

import pandas as pd


def apparent_step(value: pd.Series) -> pd.Series:
    """Resolution in which each number appears to be printed: the largest power of ten, up to a million, that divides
    it.

    0 for a number with a fraction. The minimum over a series shows how the series is printed.
    """
    step = pd.Series(0.0, index=value.index)
    for power in range(7):
        step = step.mask(value % 10.0**power == 0.0, 10.0**power)
    return step
