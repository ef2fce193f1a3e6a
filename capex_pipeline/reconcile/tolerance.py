"""What a printed number allows: the interval that rounding and the stated bound leave open.

What belongs here: intervals. What does not: what they are compared with.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def accepted(claim: Mapping[str, Any]) -> tuple[float, float]:
    """Lowest and highest value that agree with a claim as printed.

    claim: value_low, value, value_high, bound, printed_step in full units (missing as NaN). A plain number allows half a step
    of its last printed digit ("50 billion" 49.5 to 50.5, "+123 %" 122.5 to 123.5). "About" allows a whole step. A lower bound
    allows anything from its own rounding upwards, an upper bound anything below; a range its ends with their rounding.
    """
    low, value, high, step = (float(claim[name]) for name in ("value_low", "value", "value_high", "printed_step"))
    half = 0.0 if math.isnan(step) else step / 2
    bound = claim["bound"]
    if bound == "at_least":
        return (value if math.isnan(low) else low) - half, math.inf
    if bound == "at_most":
        return -math.inf, (value if math.isnan(high) else high) + half
    if bound == "order_of_magnitude":
        return low, high
    if bound == "range" or math.isnan(value):  # a point inside a printed range narrows nothing
        return low - half, high + half
    if bound == "approximately":
        return value - 2 * half, value + 2 * half
    return value - half, value + half
