"""Tolerance of a printed number: the interval of true values that its digits and its qualifying words allow.

The application of the rules of reference/tolerances.yaml belongs here. The rules themselves, with their words, distances and reasons, belong
to that file; what an interval is compared with belongs to `claims`, `document_checks` and `outlooks`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from capex_pipeline.reference.models import Distance, ToleranceRule, TolerancesFile

_FULL_UNITS = ("count", "money", "money_per_unit")
_TEXTS = ("value_text", "value_low_text", "value_high_text")
_MOST_DECIMALS = 4
_TWO_ENDS = re.compile(r"\d(?:\.(\d+))?\s*(?:to|and|or|-|\N{EN DASH}|\N{EM DASH})\s*[^\w\s]?\s*[\d,]*\d(?:\.(\d+))?")
"""Two numbers with one scale word: the digits after the point of each."""
_STEP_OF_A_WORD = 0.1
"""Resolution of a multiple in a word: "doubled" speaks of tenths, although the grammar of numbers reads a whole 2."""


class Interval(NamedTuple):
    """True values that agree with a printed number. An end that is infinite is open; an end that is not included does not agree."""

    low: float
    high: float
    includes_low: bool = True
    includes_high: bool = True

    def allows(self, value: float) -> bool:
        """Whether a true value agrees with the printed number."""
        above = value >= self.low if self.includes_low else value > self.low
        return above and (value <= self.high if self.includes_high else value < self.high)

    def holds(self, low: float, high: float) -> bool:
        """Whether every value of a closed interval agrees."""
        return self.allows(low) and self.allows(high)

    def meets(self, low: float, high: float) -> bool:
        """Whether some value of a closed interval agrees."""
        first, last = max(low, self.low), min(high, self.high)
        return first < last or (first == last and self.allows(first))


def with_intervals(figures: pd.DataFrame, policy: TolerancesFile) -> pd.DataFrame:
    """Figures with the column `interval`: what each allows (`accepted`)."""
    claims = figures.to_dict("records")
    return figures.assign(interval=pd.Series([accepted(one, policy) for one in claims], figures.index, dtype="object"))


def accepted(claim: Mapping[Any, Any], policy: TolerancesFile, rule: ToleranceRule | None = None) -> Interval:
    """True values that agree with a claim as printed.

    claim: value_low, value, value_high, printed_step in full units (missing as NaN), bound, unit, and the printed texts value_text,
    value_low_text, value_high_text, where there are any. rule: the one that applies, where it is known already. Distances point away from zero for a negative number: "nearly -30 %" was not reached.
    """
    rule = rule or rule_of(claim, policy)
    low, value, high = (_number(claim, name) for name in ("value_low", "value", "value_high"))
    in_words = _is_multiple_in_words(claim)
    ends = low, high
    if math.isnan(low) or math.isnan(high) or low == high:
        printed = next((one for one in (value, low, high) if not math.isnan(one)), math.nan)
        ends = printed, printed
    below, above = rule.below, rule.above
    if ends[1] < 0 and rule.bound in ("exact", "approximately"):
        below, above = above, below
    step = step_of(claim, policy)
    steps = _steps_of_ends(ends, step, claim) if _has_two_ends(claim) else (step, step)
    return Interval(
        -math.inf if below.open else ends[0] - _distance(below, ends[0], steps[0], in_words),
        math.inf if above.open else ends[1] + _distance(above, ends[1], steps[1], in_words),
        below.includes_end,
        above.includes_end,
    )


def rule_of(claim: Mapping[Any, Any], policy: TolerancesFile) -> ToleranceRule:
    """The first rule of the claim's bound (range where two ends are printed) one of whose words is printed, else the one without words.

    Raises ValueError where the policy has no rule for the bound.
    """
    text = " ".join(str(claim[name]) for name in _TEXTS if isinstance(claim.get(name), str)).casefold()
    bound = "range" if claim["bound"] in ("exact", "approximately") and _has_two_ends(claim) else claim["bound"]
    rules = [rule for rule in policy.tolerances if rule.bound == bound]
    for rule in sorted(
        rules, key=lambda rule: not rule.words
    ):  # rules that an overlay adds come after the package's own
        if not rule.words or any(_stands(word, text) for word in rule.words):
            return rule
    raise ValueError(
        f"reference/tolerances.yaml has no rule for the bound {claim['bound']}; add one without words as the last rule of that bound."
    )


def step_of(claim: Mapping[Any, Any], policy: TolerancesFile) -> float:
    """Resolution of a claim in full units, zeros that only fill a number written in full not counted; NaN where it is unknown."""
    if _is_multiple_in_words(claim):
        return _STEP_OF_A_WORD
    step = _number(claim, "printed_step")
    numbers = [abs(_number(claim, name)) for name in ("value", "value_low", "value_high")]
    numbers = [one for one in numbers if one > 0 and math.isfinite(one)]
    if step != 1 or claim.get("unit") not in _FULL_UNITS or not numbers:
        return step
    least = min(numbers)
    filled = 10.0 ** max(0, math.floor(math.log10(least)) + 1 - policy.zeros.significant_digits)
    return min(_last_digit(one, 1.0, limit=filled) for one in numbers)


def _steps_of_ends(ends: tuple[float, float], step: float, claim: Mapping[Any, Any]) -> tuple[float, float]:
    """Resolution of each end of a range, whose coarser end gives the printed resolution: "18 to 23.1" is exact to a tenth above.

    Zeros after the point are seen in the text only: "65.0 to 70" is exact to a tenth below.
    """
    by_value = [_step_of_number(end, step) for end in ends]
    printed = _TWO_ENDS.search(str(claim.get("value_text")))
    if printed is None:
        return by_value[0], by_value[1]
    decimals = [min(len(digits or ""), _MOST_DECIMALS) for digits in printed.groups()]
    by_text = [step / 10.0 ** (count - min(decimals)) for count in decimals]
    return min(by_value[0], by_text[0]), min(by_value[1], by_text[1])


def _step_of_number(number: float, step: float) -> float:
    """The coarsest decimal fraction of a resolution that prints a number; the resolution itself where no digits within reach do, as of a third."""
    finer = (
        [step / 10**decimals for decimals in range(_MOST_DECIMALS + 1)] if step > 0 and math.isfinite(number) else []
    )
    return next((one for one in finer if math.isclose(number, round(number / one) * one, rel_tol=1e-9)), step)


def _distance(distance: Distance, number: float, step: float, in_words: bool) -> float:
    """Distance in full units; the least of those that the rule names, except that a rounded number is never narrower than half a unit."""
    if distance.absolute is not None:
        return distance.absolute
    step = 0.0 if math.isnan(step) else step
    share = math.inf if distance.share is None else distance.share * abs(number)
    if distance.units is None:
        return share
    unit = _last_digit(abs(number), step) if distance.significant and not in_words else step
    return max(min(distance.units * unit, share), step * 0.5 if distance.significant else 0.0)


def _last_digit(number: float, step: float, limit: float = math.inf) -> float:
    """Value of the place of the last digit that is not zero, from the printed resolution upwards and at most a limit."""
    if step <= 0 or number <= 0:
        return step
    whole = round(number / step)
    while whole and whole % 10 == 0 and step * 10 <= limit:
        whole //= 10
        step *= 10
    return step


def _has_two_ends(claim: Mapping[Any, Any]) -> bool:
    """Whether an interval is printed, so that a point inside it narrows nothing."""
    return _number(claim, "value_low") < _number(claim, "value_high")


def _is_multiple_in_words(claim: Mapping[Any, Any]) -> bool:
    text = claim.get("value_text")
    return claim.get("unit") == "multiple" and isinstance(text, str) and not any(sign.isdigit() for sign in text)


def _stands(word: str, text: str) -> bool:
    """Whether a word stands in a text by itself; letters beside it make it another word."""
    return word in text and re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text) is not None


def _number(claim: Mapping[Any, Any], name: str) -> float:
    value = claim[name]
    if type(value) is float:
        return value
    return math.nan if pd.isna(value) else float(value)
