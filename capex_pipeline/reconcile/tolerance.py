"""Computes the interval of true values that the digits and qualifying words of a printed number allow.

Add here how the rules of reference/tolerances.yaml are applied. The rules themselves, with their words, distances and reasons, belong to
that file. The comparison with an interval belongs to `claims`, `document_checks` and `outlooks`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from capex_pipeline.reference.content import Content
from capex_pipeline.reference.models import Distance, ToleranceRule

_FULL_UNITS = ("count", "money", "money_per_unit")
_TEXTS = ("value_text", "value_low_text", "value_high_text")
_MOST_DECIMALS = 4
_TWO_ENDS = re.compile(r"\d(?:\.(\d+))?\s*(?:to|and|or|-|\N{EN DASH}|\N{EM DASH})\s*[^\w\s]?\s*[\d,]*\d(?:\.(\d+))?")
"""Two numbers with one scale word: the decimals of each."""
_STEP_OF_A_WORD = 0.1
"""Resolution of a multiple in a word: "doubled" is exact to tenths, although it is parsed as the integer 2."""


class Interval(NamedTuple):
    """True values that agree with a printed number. An infinite end is open; an end that is not included does not agree."""

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


def with_intervals(figures: pd.DataFrame, policy: Content) -> pd.DataFrame:
    """Figures with the column `interval` (see `accepted`)."""
    claims = figures.to_dict("records")
    return figures.assign(interval=pd.Series([accepted(one, policy) for one in claims], figures.index, dtype="object"))


def accepted(claim: Mapping[Any, Any], policy: Content, rule: ToleranceRule | None = None) -> Interval:
    """True values that agree with a claim as printed.

    claim: value_low, value, value_high, printed_step in full units (NaN for missing), bound, unit, and the printed texts value_text,
    value_low_text, value_high_text, if any. rule: the rule that applies, if it is already known. For a negative number distances point away
    from zero: "nearly -30 %" means that -30 % was not reached.
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


def rule_of(claim: Mapping[Any, Any], policy: Content) -> ToleranceRule:
    """The first rule for the claim's bound (range if two ends are printed) with a word that is printed, otherwise the rule without words.

    Raises ValueError if there is no rule for the bound.
    """
    text = " ".join(str(claim[name]) for name in _TEXTS if isinstance(claim.get(name), str)).casefold()
    bound = "range" if claim["bound"] in ("exact", "approximately") and _has_two_ends(claim) else claim["bound"]
    rules = [rule for rule in policy.tolerances if rule.bound == bound]
    for rule in sorted(rules, key=lambda rule: not rule.words):  # rules of an overlay come after those of the package
        if not rule.words or any(_stands(word, text) for word in rule.words):
            return rule
    raise ValueError(
        f"reference/tolerances.yaml has no rule for the bound {claim['bound']}; add one without words as the last rule of that bound."
    )


def step_of(claim: Mapping[Any, Any], policy: Content) -> float:
    """Resolution of a claim in full units, without zeros that only fill up a number written in full; NaN if it is unknown."""
    if _is_multiple_in_words(claim):
        return _STEP_OF_A_WORD
    step = _number(claim, "printed_step")
    numbers = [abs(_number(claim, name)) for name in ("value", "value_low", "value_high")]
    numbers = [one for one in numbers if one > 0 and math.isfinite(one)]
    if step != 1 or claim.get("unit") not in _FULL_UNITS or not numbers:
        return step
    filled = 10.0 ** max(0, math.floor(math.log10(min(numbers))) + 1 - policy.zeros.significant_digits)
    return min(_last_digit(one, 1.0, limit=filled) for one in numbers)


def _steps_of_ends(ends: tuple[float, float], step: float, claim: Mapping[Any, Any]) -> tuple[float, float]:
    """Resolution of each end of a range; the printed resolution is that of the coarser end.

    "18 to 23.1" is exact to a tenth at the upper end. Trailing zeros after the point are visible only in the text: "65.0 to 70" is exact to
    a tenth at the lower end.
    """
    by_value = [_step_of_number(end, step) for end in ends]
    printed = _TWO_ENDS.search(str(claim.get("value_text")))
    if printed is None:
        return by_value[0], by_value[1]
    decimals = [min(len(digits or ""), _MOST_DECIMALS) for digits in printed.groups()]
    by_text = [step / 10.0 ** (count - min(decimals)) for count in decimals]
    return min(by_value[0], by_text[0]), min(by_value[1], by_text[1])


def _step_of_number(number: float, step: float) -> float:
    """The coarsest decimal fraction of a resolution with which the number can be printed; the resolution itself if there is none, as for one third."""
    finer = (
        [step / 10**decimals for decimals in range(_MOST_DECIMALS + 1)] if step > 0 and math.isfinite(number) else []
    )
    return next((one for one in finer if math.isclose(number, round(number / one) * one, rel_tol=1e-9)), step)


def _distance(distance: Distance, number: float, step: float, in_words: bool) -> float:
    """Distance in full units: the smallest of those that the rule names, but at least half a unit for a rounded number."""
    if distance.absolute is not None:
        return distance.absolute
    step = 0.0 if math.isnan(step) else step
    share = math.inf if distance.share is None else distance.share * abs(number)
    if distance.units is None:
        return share
    unit = _last_digit(abs(number), step) if distance.significant and not in_words else step
    return max(min(distance.units * unit, share), step * 0.5 if distance.significant else 0.0)


def _last_digit(number: float, step: float, limit: float = math.inf) -> float:
    """Place value of the last nonzero digit, from the printed resolution up to a limit."""
    if step <= 0 or number <= 0:
        return step
    whole = round(number / step)
    while whole and whole % 10 == 0 and step * 10 <= limit:
        whole //= 10
        step *= 10
    return step


def _has_two_ends(claim: Mapping[Any, Any]) -> bool:
    """Whether an interval is printed; a point inside it then does not narrow it."""
    return _number(claim, "value_low") < _number(claim, "value_high")


def _is_multiple_in_words(claim: Mapping[Any, Any]) -> bool:
    text = claim.get("value_text")
    return claim.get("unit") == "multiple" and isinstance(text, str) and not any(sign.isdigit() for sign in text)


def _stands(word: str, text: str) -> bool:
    """Whether a text contains a word as a whole word."""
    return word in text and re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text) is not None


def _number(claim: Mapping[Any, Any], name: str) -> float:
    value = claim[name]
    if type(value) is float:
        return value
    return math.nan if pd.isna(value) else float(value)
