"""Claims of articles against what the companies filed.

What belongs here: the verdict on one printed figure. What does not: a document's own consistency (document_checks), outlooks
(outcomes), and finding filed values (evidence).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from capex_pipeline.reconcile.evidence import Evidence, Filed, a_year_before
from capex_pipeline.reconcile.tolerance import accepted
from capex_pipeline.reference import Reference

MAXIMUM_COMBINATIONS = 20_000
_OUTLOOK = ("forecast", "guidance")
_GROWTH = ("yoy_growth", "yoy_multiple")


class TooManyCombinationsError(ValueError):
    """A group has more choices of definitions than are tried. The message is a sentence with both numbers."""


@dataclass(frozen=True)
class Combination:
    """One choice of a definition for each member, and what it adds up to."""

    definitions: tuple[str, ...]
    value: float
    figures: tuple[str, ...]
    is_preferred: bool


def check_claim(claim: Any, evidence: Evidence, reference: Reference) -> dict[str, Any]:
    """A row of claim_checks (without document columns) for one article figure (a row of table figures)."""
    metric = reference.metrics.loc[claim.metric_id]
    if pd.isna(metric["table"]) or claim.unit in ("count", "money_per_unit"):
        return _open(claim, *_why_open(claim, reference))
    if claim.status in _OUTLOOK:
        return _open(claim, "forecast", "It speaks of the future; see the outcome check once the period is reported.")
    scope = reference.definitions["narrower_than"].get(claim.definition_id)
    members = reference.members(claim.entity_id) or [claim.entity_id]
    if isinstance(scope, str) and claim.definition_id not in evidence.definitions(claim.entity_id, claim.metric_id):
        return _open(claim, "no_filing", "No filing states this part by itself; the whole would be another quantity.")
    silent = [name for name in members if not evidence.has_filings(name, claim.metric_id)]
    if silent:
        return _open(claim, *_why_silent(silent, reference))
    growth = claim.measure in _GROWTH
    period = claim.period_start, claim.period_end
    periods = [period, a_year_before(*period)] if growth else [period]
    currency = _currency(members, claim, evidence, periods)
    try:
        now = combinations(members, claim, evidence, reference, *period, currency)
        past = combinations(members, claim, evidence, reference, *periods[1], currency) if growth else []
    except TooManyCombinationsError as error:
        return _open(claim, "too_many_combinations", str(error))
    if not now:
        return _open(
            claim, "no_filing", "No filing at hand covers this period for every company that the claim is about."
        )
    if not growth:
        return _judge(claim, now, evidence, reference)
    before = {combination.definitions: combination for combination in past}
    rates = [_growth(claim, one, before[one.definitions]) for one in now if one.definitions in before]
    rates = [rate for rate in rates if math.isfinite(rate.value)]
    if not rates:
        return _open(
            claim, "no_filing", "No filing at hand covers the same period a year earlier on the same definition."
        )
    judged = _judge(claim, rates, evidence, reference)
    if currency is not None:  # growth has none of its own
        judged["explanation"] += (
            f" Amounts in several currencies were converted to {currency} at the average of each period."
        )
    if judged["verdict"] == "contradicted" and len(rates) < len(now):
        said = f"{len(now) - len(rates)} of {len(now)} combinations have no base a year earlier, and none of the others agrees. "
        return judged | {
            "verdict": "not_checkable",
            "reason": "base_not_filed",
            "explanation": said + judged["explanation"],
        }
    return judged


def combinations(
    members: list[str],
    claim: Any,
    evidence: Evidence,
    reference: Reference,
    start: pd.Timestamp,
    end: pd.Timestamp,
    currency: str | None,
) -> list[Combination]:
    """Every choice of one definition for each member, of those that the companies themselves state for the period.

    currency: what amounts are converted to; None where they are left as filed.
    Our own composites of filed lines count for one company; for a group they are left out, because a total of numbers that no
    company states anywhere could be made to fit. Empty where a member has no value.
    Raises TooManyCombinationsError for over MAXIMUM_COMBINATIONS.
    """
    choices: list[list[tuple[Filed, bool]]] = []
    for member in members:
        preferred = preferred_definition(reference, member, claim.metric_id, start)
        options = []
        for filed in evidence.values(member, claim.metric_id, start, end).values():
            converted = filed if currency is None else evidence.converted(filed, currency, start, end)
            if converted is not None and not (filed.is_composite and len(members) > 1):
                options.append((converted, filed.definition_id == preferred))
        choices.append(options)
    if not all(choices):
        return []
    if (count := math.prod(map(len, choices))) > MAXIMUM_COMBINATIONS:
        raise TooManyCombinationsError(
            f"The definitions of the {len(members)} members can be combined in {count:,} ways, more than the {MAXIMUM_COMBINATIONS:,} that are "
            "tried; a match among so many would say nothing."
        )
    return [
        Combination(
            tuple(filed.definition_id for filed, _ in chosen),
            math.fsum(filed.value for filed, _ in chosen),
            tuple(dict.fromkeys(figure for filed, _ in chosen for figure in filed.figures)),
            all(is_preferred for _, is_preferred in chosen),
        )
        for chosen in itertools.product(*choices)
    ]


def _currency(
    members: list[str], claim: Any, evidence: Evidence, periods: Iterable[tuple[pd.Timestamp, pd.Timestamp]]
) -> str | None:
    """The claim's currency. Growth has none and is computed in what the companies report, which None stands for; only where that is
    more than one currency, in US dollars, because a sum or a ratio of unlike units says nothing."""
    if not pd.isna(claim.currency):
        return str(claim.currency)
    reported = {
        filed.currency
        for member in members
        for start, end in periods
        for filed in evidence.values(member, claim.metric_id, start, end).values()
    }
    return "USD" if len(reported - {None}) > 1 else None


def preferred_definition(reference: Reference, entity_id: str, metric_id: str, day: pd.Timestamp) -> str | None:
    """The definition that is preferred for a company on a day."""
    row: Any
    for row in reference.preferred.itertuples(index=False):
        if (row.entity_id, row.metric_id) == (entity_id, metric_id) and row.valid_from <= day <= row.valid_to:
            return str(row.definition_id)
    return None


def _growth(claim: Any, now: Combination, before: Combination) -> Combination:
    ratio = now.value / before.value if before.value > 0 else math.nan
    value = ratio if claim.measure == "yoy_multiple" else (ratio - 1) * 100
    return Combination(now.definitions, value, (*now.figures, *before.figures), now.is_preferred)


def _judge(claim: Any, tried: list[Combination], evidence: Evidence, reference: Reference) -> dict[str, Any]:
    low, high = accepted(claim._asdict())
    confirming = [one for one in tried if low <= one.value <= high]
    own = [one for one in tried if set(one.definitions) == {claim.definition_id}]
    expected = (own or [one for one in tried if one.is_preferred] or tried)[0]
    if expected in confirming:
        verdict, shown = "confirmed", expected
    elif confirming:
        verdict, shown = "confirmed_under_definition", min(confirming, key=lambda one: abs(one.value - point(claim)))
    else:
        verdict, shown = "contradicted", min(tried, key=lambda one: abs(one.value - point(claim)))
    members = reference.members(claim.entity_id) or [claim.entity_id]
    used = "|".join(f"{name}:{definition}" for name, definition in zip(members, shown.definitions, strict=True))
    values = [one.value for one in tried]
    row = {
        "computed": shown.value,
        "verdict": verdict,
        "reason": None,
        "definitions_used": used,
        "combinations_tried": len(tried),
        "combinations_confirming": len(confirming),
        "combinations_low": min(values),
        "combinations_high": max(values),
        "evidence_figures": "|".join(shown.figures),
    }
    said = f"Filings give {show(shown.value, claim)} against {show(point(claim), claim)} as printed ({interval(low, high, claim)})."
    if len(tried) > 1:
        said += (
            f" {len(tried)} combinations of the companies' own definitions were computed, from {show(min(values), claim)} to "
            f"{show(max(values), claim)}; {len(confirming)} of them {'agrees' if len(confirming) == 1 else 'agree'}."
        )
    neighbour = _neighbouring_reading(claim, evidence, reference)
    return row | {"explanation": said + neighbour}


def _neighbouring_reading(claim: Any, evidence: Evidence, reference: Reference) -> str:
    """For a company whose fiscal year is not the calendar year: what the quarter of the same number in its own year gives."""
    calendar = reference.calendars[claim.entity_id]
    days = (claim.period_end - claim.period_start).days + 1
    if calendar.year_end_month == 12 or not 80 <= days <= 100 or claim.measure not in _GROWTH:
        return ""
    fiscal_year, fiscal_period = calendar.label(claim.period_start.date(), claim.period_end.date())
    quarter = claim.period_start.quarter
    if fiscal_year is None or fiscal_period == f"Q{quarter}":
        return ""
    for year in (fiscal_year, fiscal_year + 1):
        start, end = map(pd.Timestamp, calendar.quarter_bounds(year, quarter))
        if start <= claim.period_start:
            continue
        periods = [(start, end), a_year_before(start, end)]
        currency = _currency([claim.entity_id], claim, evidence, periods)
        now, past = (
            {
                one.definitions: one
                for one in combinations([claim.entity_id], claim, evidence, reference, *period, currency)
            }
            for period in periods
        )
        both = [_growth(claim, now[key], past[key]) for key in now if key in past]
        here = f" The period is the company's fiscal {fiscal_period} {fiscal_year}"
        if not both:
            return f"{here}."
        return f"{here}; read as its fiscal Q{quarter} {year} the filings give {show(both[0].value, claim)}."
    return ""


def _why_open(claim: Any, reference: Reference) -> tuple[str, str]:
    if claim.status in _OUTLOOK:
        return "forecast", "It is a forecast of something that no company reports."
    if bool(reference.entities.at[claim.entity_id, "private"]):
        return (
            "private_company",
            f"{reference.entities.at[claim.entity_id, 'name']!s}: private, so no accounts are filed.",
        )
    return "not_reported", "No filing states this quantity."


def _why_silent(silent: Iterable[str], reference: Reference) -> tuple[str, str]:
    names = ", ".join(str(reference.entities.at[name, "name"]) for name in silent)
    if all(bool(reference.entities.at[name, "private"]) for name in silent):
        return "private_company", f"{names}: private, so no accounts are filed."
    return "no_filing", f"No filing of {names} with this metric is at hand."


def _open(claim: Any, reason: str, explanation: str) -> dict[str, Any]:
    return {"verdict": "not_checkable", "reason": reason, "explanation": explanation}


def point(claim: Any) -> float:
    """The printed number, or the end that a bound prints."""
    for value in (claim.value, claim.value_low, claim.value_high):
        if value == value:
            return float(value)
    return math.nan


def interval(low: float, high: float, claim: Any) -> str:
    """An interval as a sentence has it; an end that is open is left out."""
    if math.isinf(high):
        return f"at least {show(low, claim)}"
    if math.isinf(low):
        return f"at most {show(high, claim)}"
    return f"{show(low, claim)} to {show(high, claim)}"


def show(value: float, claim: Any) -> str:
    """A number as a sentence has it: money in millions of its currency, growth in per cent."""
    if claim.unit == "money":
        return f"{claim.currency} {value / 1e6:,.0f}m"
    if claim.unit == "percent":
        return f"{value:+.1f} %" if claim.measure in _GROWTH else f"{value:.1f} %"
    if claim.unit == "multiple":
        return f"{value:.2f} times"
    return f"{value:,.0f}"
