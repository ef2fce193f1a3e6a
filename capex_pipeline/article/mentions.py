"""Declares the data type of a mention: one quantity in a text.

Add a field here when a quantity has a property that later rules need. Mentions are found in `article/quantities.py`.
"""

from __future__ import annotations

from typing import NamedTuple


class Mention(NamedTuple):
    """One quantity in a text.

    start, end: span in the original text, qualifying words and unit included; text: the original words.
    kind: money | percent | percentage_points | basis_points | multiple | count | uncertain.
    low, value, high: in full units. exact has all three; at_least only low; at_most only high; approximately only value; a range and an
    order of magnitude have low and high (a midpoint is not a published figure).
    currency: ISO 4217, for money. scale: the printed scale word. numeral: the printed number(s) without the scale word.
    unit: the currency, percent, percentage_points, basis_points, times, or units.
    step: the printed resolution in full units ("4.2bn" is 1e8). counts_chips: whether a chip noun follows a count.
    certain, reason: whether the reading is certain, and why not. first, last: token indexes.
    """

    start: int
    end: int
    text: str
    kind: str
    low: float | None
    value: float | None
    high: float | None
    bound: str
    currency: str | None
    scale: str
    unit: str
    step: float
    certain: bool
    reason: str
    numeral: str
    first: int
    last: int
    counts_chips: bool = False
    plain_start: int = 0
    plain_end: int = 0

    def bounded(self, bound: str) -> Mention:
        """This amount as a bound, at_least or at_most, of another one."""
        number = self.value if self.value is not None else self.low if bound == "at_least" else self.high
        is_least = bound == "at_least"
        return self._replace(
            bound=bound, low=number if is_least else None, value=None, high=None if is_least else number
        )
