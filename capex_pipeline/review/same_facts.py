"""Finds the numbers of a text that state one fact, such as "$19.37bn" and "about $19bn", so that one of them is recorded.

Add here what tells the more exact of two numbers from the other. What two figures cannot share belongs to `checks.build_rules`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from capex_pipeline.review.checks.build_rules import fact_of
from capex_pipeline.review.checks.span_values import printed_value
from capex_pipeline.values.grouping import grouped
from capex_pipeline.values.numbers import QuantityError, parse_value
from capex_pipeline.values.units import UnitError, parse_unit

_ROUGH: Final = 0.05
"""Share of a number by which another may differ from it if its words say that it is rough."""
_NEAR_BOUND: Final = 0.25
"""Share of a number by which a bound may differ from it: "more than $200 billion" tells of $215.9 billion, "above $30 billion" of something else."""
_EXACT: Final = frozenset(("exact", "range"))


@dataclass(frozen=True)
class _Printed:
    """A number in full units, with infinite ends where only one bound is stated. step: the place of its last digit, as far as it is printed."""

    low: float
    high: float
    step: float
    is_loose: bool

    @property
    def is_bound(self) -> bool:
        return math.isinf(self.low) or math.isinf(self.high)


@dataclass(frozen=True)
class Repeat:
    """A number that states the fact of another one. kept: the id of the more exact one. agrees: whether both can be one amount."""

    identity: str
    kept: str
    agrees: bool


def repeats(figures: Mapping[str, Mapping[str, Any]]) -> Iterator[Repeat]:
    """The numbers that state the fact of another number in different words, with the one that is kept. figures: by id, in the order of the text."""
    by_fact = grouped(
        (fact_of({"measure": "level", **figure, "segment": ""}), identity)
        for identity, figure in figures.items()
        if not figure.get("same_fact_as") and figure.get("entity") and figure.get("period")
    )
    for together in (one for listed in by_fact.values() for one in _by_segment(listed, figures)):
        if len({_words(figures[one]) for one in together}) > 1:
            yield from _of_fact(together, figures)


def same_facts(figures: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    """The most exact of the readings that state one fact, with all of them that can be one amount. figures: as of `repeats`."""
    by_fact = grouped(
        (fact_of({"measure": "level", **figure}), identity)
        for identity, figure in figures.items()
        if figure.get("entity") and figure.get("period")
    )
    for together in by_fact.values():
        printed = {one: _printed(figures[one]) for one in together}
        kept = min(together, key=lambda one: _exactness(printed[one]))
        agreeing = [one for one in together if one == kept or _agree(printed[kept], printed[one])]
        if len(agreeing) > 1:
            yield kept, agreeing


def _by_segment(together: Sequence[str], figures: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    """Figures of one definition by their segment; those of a sentence, which have none, belong to the only one."""
    if len({str(figures[one]["segment"]) for one in together if figures[one].get("segment")}) < 2:
        return [list(together)]
    return list(grouped((str(figures[one].get("segment") or ""), one) for one in together).values())


def _words(figure: Mapping[str, Any]) -> tuple[str, str, str]:
    return printed_value(figure), str(figure.get("unit")), str(figure.get("bound") or "exact")


def _of_fact(together: Sequence[str], figures: Mapping[str, Mapping[str, Any]]) -> Iterator[Repeat]:
    printed = {one: _printed(figures[one]) for one in together}
    kept = min(together, key=lambda one: _exactness(printed[one]))
    for one in together:
        if one != kept and _words(figures[one]) != _words(figures[kept]):
            yield Repeat(one, kept, _agree(printed[kept], printed[one]))


def _exactness(number: _Printed | None) -> tuple[bool, bool, float]:
    """A key that sorts the most exact number first; of equally exact ones the first of the text comes first."""
    return (True, True, 0.0) if number is None else (False, number.is_loose, number.step)


def _agree(exact: _Printed | None, other: _Printed | None) -> bool:
    """Whether a number is another one in fewer digits or rough words, or a near bound that the other one keeps."""
    if exact is None or other is None:
        return False
    if other.is_bound and not exact.is_bound:
        ends = [end for end in (other.low, other.high) if not math.isinf(end)]
        is_near = any(abs(end - exact.low) <= _NEAR_BOUND * abs(exact.low) for end in ends)
        return is_near and exact.low >= other.low - other.step / 2 and exact.high <= other.high + other.step / 2
    if exact.is_bound:
        return (exact.low, exact.high) == (other.low, other.high)
    slack = max(other.step / 2, _ROUGH * abs(other.high) if other.is_loose else 0.0) * (1 + 1e-9)
    return abs(exact.low - other.low) <= slack and abs(exact.high - other.high) <= slack


def _printed(figure: Mapping[str, Any]) -> _Printed | None:
    keys = ("value_low", "value", "value_high")
    try:
        quantities = [parse_value(str(figure[key])) for key in keys if figure.get(key)]
        scale = float(parse_unit(str(figure.get("unit"))).scale)
    except (QuantityError, UnitError):
        return None
    numbers = [number for one in quantities for number in (one.low, one.value, one.high) if number is not None]
    if not numbers:
        return None
    bounds = {str(figure.get("bound") or "exact"), *(one.bound for one in quantities)}
    step = min(one.step for one in quantities)
    low = -math.inf if "at_most" in bounds else min(numbers) * scale
    high = math.inf if "at_least" in bounds else max(numbers) * scale
    return _Printed(low, high, step * scale, not bounds <= _EXACT)
