"""Checks one document against itself: parts and totals, levels and growth, two currencies, price times units.

Add a check here when the numbers of one document imply each other. Claims are compared with the figures of companies in
`reconcile/claims.py`. Each check compares intervals: the values that the printed precision of a number allows
(`reconcile/tolerance.py`).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterator
from typing import Any

import pandas as pd

from capex_pipeline.reconcile.claims import interval, point, printed, show
from capex_pipeline.reconcile.evidence import Evidence, a_year_before
from capex_pipeline.reference import Reference

_LEVELS = "level"
_WEEK = pd.Timedelta(days=7)
_WIDEST = 3
"""Ratio of upper to lower end of a product beyond which agreement confirms nothing: "1 million" units alone allow half a million to one and a half."""


def check_document(
    claims: list[Any], evidence: Evidence, reference: Reference, published: pd.Timestamp
) -> Iterator[dict[str, Any]]:
    """Rows of claim_checks (with `claim`, the figure they are about) for the figures of one document. claims: rows of table figures with
    their intervals, as named tuples.
    """
    yield from _sums_of_parts(claims, reference)
    yield from _growth_between_levels(claims)
    yield from _exchange_rates(claims, evidence, published)
    yield from _price_times_units(claims)


class _ByPeriod:
    """Index of claims by subject and period: finds the first claim of the document for a period, to within a week, in constant time."""

    def __init__(self) -> None:
        self._places: dict[tuple[Hashable, int, int], dict[tuple[pd.Timestamp, pd.Timestamp], tuple[int, Any]]] = {}

    def add(self, subject: Hashable, start: pd.Timestamp, end: pd.Timestamp, position: int, claim: Any) -> None:
        """Adds a claim under a period. For equal periods the first claim is kept."""
        place = self._places.setdefault((subject, *self._cell(start, end)), {})
        place.setdefault((start, end), (position, claim))

    def first(self, subject: Hashable, start: pd.Timestamp, end: pd.Timestamp) -> Any | None:
        """The first claim of the document whose period begins and ends within a week of the given one."""
        weeks = self._cell(start, end)
        near = [
            place
            for shift in itertools.product((-1, 0, 1), repeat=2)
            for period, place in self._places.get((subject, weeks[0] + shift[0], weeks[1] + shift[1]), {}).items()
            if abs(period[0] - start) <= _WEEK and abs(period[1] - end) <= _WEEK
        ]
        return min(near, key=lambda place: place[0])[1] if near else None

    @staticmethod
    def _cell(start: pd.Timestamp, end: pd.Timestamp) -> tuple[int, int]:
        return start.toordinal() // _WEEK.days, end.toordinal() // _WEEK.days


def _sums_of_parts(claims: list[Any], reference: Reference) -> Iterator[dict[str, Any]]:
    """Compares a group's level with the sum of its members' levels; a member's earlier level may be computed from its growth."""
    levels, earlier = _levels(claims)
    for total in claims:
        members = reference.members(total.entity_id)
        if not members or total.measure != _LEVELS or isinstance(total.same_fact_as, str):
            continue
        subjects = [(member, total.metric_id, total.currency) for member in members]
        period = total.period_start, total.period_end
        parts = [levels.first(subject, *period) or earlier.first(subject, *period) for subject in subjects]
        if any(part is None for part in parts):
            continue
        known = [part for part in parts if part is not None]
        low, high = (math.fsum(part[0][end] for part in known) for end in (0, 1))
        if math.isinf(low) and math.isinf(high):
            continue  # a lower and an upper bound leave everything open
        value = math.fsum(part[1] for part in known)
        computed_text = interval(low, high, total) if math.isnan(value) else show(value, total)
        implied = any(part[3] for part in known)
        yield _row(
            total,
            "sum_of_parts",
            _middle(low, high) if math.isnan(value) else value,
            low,
            high,
            [figure for part in known for figure in part[2]],
            f"The members add up to {computed_text}{', with earlier levels computed from level and growth' if implied else ''}; "
            f"the total is printed as {printed(total)}.",
        )


def _levels(claims: list[Any]) -> tuple[_ByPeriod, _ByPeriod]:
    """Levels by company, metric and currency: for the printed period, and for the year before if growth is printed too.

    Each has the interval, the value (NaN for a bound), the figures, and whether it is computed from growth.
    """
    levels, earlier, growths = _ByPeriod(), _ByPeriod(), _ByPeriod()
    for position, claim in enumerate(claims):
        # If an amount fell to zero, or by an open amount, the earlier level cannot be computed.
        if claim.measure == "yoy_growth" and claim.interval[0] > -100:
            growths.add((claim.entity_id, claim.metric_id), claim.period_start, claim.period_end, position, claim)
    for position, claim in enumerate(claims):
        if claim.measure != _LEVELS or not isinstance(claim.currency, str):
            continue
        subject = claim.entity_id, claim.metric_id, claim.currency
        ends, period = claim.interval, (claim.period_start, claim.period_end)
        levels.add(subject, *period, position, (ends[:2], claim.value, [claim.figure_id], False))
        growth = growths.first(subject[:2], *period)
        if growth is not None:
            rates = growth.interval
            low = -math.inf if math.isinf(ends[0]) else ends[0] / (1 + rates[1] / 100)
            implied = (low, ends[1] / (1 + rates[0] / 100)), claim.value / (1 + growth.value / 100)
            earlier.add(
                subject, *a_year_before(*period), position, (*implied, [claim.figure_id, growth.figure_id], True)
            )
    return levels, earlier


def _growth_between_levels(claims: list[Any]) -> Iterator[dict[str, Any]]:
    """Compares a growth figure with the printed levels of its period and of the year before, on one definition."""
    levels = _ByPeriod()
    for position, claim in enumerate(claims):
        is_known = isinstance(claim.definition_id, str) and not math.isnan(claim.value)
        if claim.measure == _LEVELS and is_known and not isinstance(claim.same_fact_as, str):
            levels.add(_subject(claim), claim.period_start, claim.period_end, position, claim)
    for growth in claims:
        if growth.measure not in ("yoy_growth", "yoy_multiple"):
            continue
        period = growth.period_start, growth.period_end
        now = levels.first(_subject(growth), *period)
        before = levels.first(_subject(growth), *a_year_before(*period))
        if now is None or before is None or now.currency != before.currency:
            continue
        a, b = now.interval, before.interval
        if b[0] <= 0:
            continue
        ratios = (a[0] / b[1], now.value / before.value, a[1] / b[0])
        low, computed, high = (
            ratios if growth.measure == "yoy_multiple" else tuple((ratio - 1) * 100 for ratio in ratios)
        )
        yield _row(
            growth,
            "growth_between_levels",
            computed,
            low,
            high,
            [now.figure_id, before.figure_id],
            f"The printed levels {show(now.value, now)} and {show(before.value, before)} give {show(computed, growth)} "
            f"({show(low, growth)} to {show(high, growth)} with rounding); {printed(growth)} is printed.",
        )


def _subject(claim: Any) -> Hashable:
    return claim.entity_id, claim.metric_id, claim.definition_id


def _exchange_rates(claims: list[Any], evidence: Evidence, published: pd.Timestamp) -> Iterator[dict[str, Any]]:
    """Checks a fact in two currencies: the implied rate must have existed in the period or near the publication date."""
    by_id = {claim.figure_id: claim for claim in claims}
    for claim in claims:
        first = by_id.get(claim.same_fact_as) if isinstance(claim.same_fact_as, str) else None
        if first is None or first.currency == claim.currency or claim.unit != "money":
            continue
        ends, others = _size(first), _size(claim)
        if others[1] <= 0:
            continue  # zero is compatible with every rate
        low, high = ends[0] / others[1], ends[1] / others[0] if others[0] > 0 else math.inf
        if low == 0 and math.isinf(high):
            continue  # two lower bounds, or two upper ones, leave every rate open
        rates = _known_rates(evidence, first.currency, claim, published)
        fitting = [f"{name} {rate:.4f}" for name, rate in rates.items() if low <= rate <= high]
        other = [f"{name} {rate:.4f}" for name, rate in rates.items() if not low <= rate <= high]
        limit = f"at least {low:.4f}" if math.isinf(high) else f"{low:.4f} to {high:.4f}"
        sentence = f"{printed(first)} as {printed(claim)} implies {limit} {first.currency} per {claim.currency}, "
        sentence += (
            f"which agrees with {', '.join(fitting)}"
            if fitting
            else "which agrees with no rate of the period or near the publication date"
        )
        sentence += f"; it differs from {', '.join(other)}." if other else "."
        # The value is shown at the first matching rate, otherwise at the period's average.
        average = next((rate for rate in rates.values() if low <= rate <= high), next(iter(rates.values()), None))
        if average is None:
            yield _open(
                claim,
                "exchange_rate",
                "no_fixing",
                "There is no reference rate for the period; the implied rate cannot be checked.",
                [first.figure_id],
            )
            continue
        yield {
            **_row(claim, "exchange_rate", point(first) / average, 0, 0, [first.figure_id], sentence),
            "verdict": "confirmed" if fitting else "contradicted",
            "reason": " and ".join(name.split(" ")[0] for name in fitting) or None,
        }


def _known_rates(evidence: Evidence, currency: str, claim: Any, published: pd.Timestamp) -> dict[str, float]:
    """Average rate of the period, closing rate of the period, and spot rate at publication, in `currency` per unit of the claim's currency."""
    rates: dict[str, float] = {}
    for name, get in (
        ("average", lambda code: evidence.average(code, claim.period_start, claim.period_end)),
        ("closing", lambda code: evidence.closing(code, claim.period_end)),
        ("spot", lambda code: evidence.closing(code, published)),
    ):
        ours, theirs = get(currency), get(claim.currency)
        if ours is not None and theirs is not None:
            rates[name] = ours / theirs
    return rates


def _price_times_units(claims: list[Any]) -> Iterator[dict[str, Any]]:
    """Compares the stated value of an order with units times price per unit, for one product and flow."""
    counts: dict[Hashable, Any] = {}
    prices: dict[Hashable, Any] = {}
    for claim in claims:
        if not isinstance(claim.product, str) or not isinstance(claim.supplier_id, str):
            continue  # null is not equal to null
        if claim.metric_id == "gpu_units":
            counts.setdefault((claim.product, claim.supplier_id), claim)
        elif claim.metric_id == "gpu_unit_price":
            prices.setdefault((claim.product, claim.supplier_id, claim.currency), claim)
    for value in claims:
        if value.metric_id != "gpu_order_value":
            continue
        units = counts.get((value.product, value.supplier_id))
        price = prices.get((value.product, value.supplier_id, value.currency))
        if units is None or price is None:
            continue
        a, b = units.interval, price.interval
        low, high = -math.inf if math.isinf(a[0] + b[0]) else a[0] * b[0], a[1] * b[1]
        if math.isinf(low) and math.isinf(high):
            continue  # a lower and an upper bound leave everything open
        row = _row(
            value,
            "price_times_units",
            _middle(low, high),
            low,
            high,
            [units.figure_id, price.figure_id],
            f"Units times price give {interval(low, high, value)}; {printed(value)} is printed.",
        )
        is_wide = row["verdict"] == "confirmed" and math.isfinite(low) and math.isfinite(high) and high > _WIDEST * low
        yield row | {"verdict": "consistent"} if is_wide else row


def _middle(low: float, high: float) -> float:
    """The middle of an interval, or its closed end if the other one is open."""
    return low if math.isinf(high) else high if math.isinf(low) else (low + high) / 2


def _size(claim: Any) -> tuple[float, float]:
    """The interval of a printed amount, without its sign."""
    low, high = claim.interval[:2]
    return (abs(high), abs(low)) if high <= 0 else (max(low, 0.0), high)


def _row(
    claim: Any, kind: str, computed: float, low: float, high: float, figures: list[str], explanation: str
) -> dict[str, Any]:
    """Confirmed if the interval of the parts and the interval of the printed number overlap."""
    return {
        "claim": claim,
        "check_kind": kind,
        "computed": computed,
        "verdict": "confirmed" if claim.interval.meets(low, high) else "contradicted",
        "reason": None,
        "evidence_figures": "|".join(figures),
        "explanation": explanation,
    }


def _open(claim: Any, kind: str, reason: str, explanation: str, figures: list[str]) -> dict[str, Any]:
    return {
        "claim": claim,
        "check_kind": kind,
        "verdict": "not_checkable",
        "reason": reason,
        "explanation": explanation,
        "looked_for": f"reference rates of the currencies for {claim.period_start:%Y-%m-%d} to {claim.period_end:%Y-%m-%d}",
        "evidence_figures": "|".join(figures),
    }
