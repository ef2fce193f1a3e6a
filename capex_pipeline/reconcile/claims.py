"""Compares claims of articles with figures that companies, their investors and estimators published.

Add here what decides the verdict on one printed figure. A document's own consistency belongs to `document_checks`, statements about future
periods to `outlooks`, the search for filed values to `evidence` and for estimates to `estimates`, the interval that a printed number allows
to `tolerance`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from capex_pipeline import CapexPipelineError
from capex_pipeline.reconcile.estimates import Estimate, Estimates
from capex_pipeline.reconcile.evidence import Evidence, Filed, a_year_before, last_day
from capex_pipeline.reconcile.tolerance import Interval, accepted, rule_of, step_of
from capex_pipeline.reference import Reference
from capex_pipeline.values.grouping import grouped

MAXIMUM_COMBINATIONS = 2_000
"""Maximum number of combinations of definitions that one claim is compared with; twelve is the most in the shipped documents."""
NEIGHBOURHOOD = 0.15
"""Range around a printed value, as a share of it, in which `search_power_pct` tries other values of the same precision."""
_MOST_NEIGHBOURS = 2_000
_OUTLOOK = ("forecast", "guidance")
_GROWTH = ("yoy_growth", "yoy_multiple")
_NEAR = {"yoy_growth": 2.0, "yoy_multiple": 0.02}
"""Growth rates that are this close can be mistaken for each other: percentage points, and the same as a multiple."""
_AGREES = ("confirmed", "confirmed_under_definition", "consistent", "different_definition")
_NO_ESTIMATES = Estimates(pd.DataFrame())


class TooManyCombinationsError(CapexPipelineError, ValueError):
    """A group has more combinations of definitions than the maximum. The message is a sentence with both numbers."""


@dataclass(frozen=True)
class Combination:
    """One definition for each member, and the sum."""

    definitions: tuple[str, ...]
    value: float
    figures: tuple[str, ...]
    is_preferred: bool
    is_headline: bool = False
    other_days: tuple[str, ...] = ()
    """Companies whose fiscal quarters cover other days than the period, with these days."""
    low: float = math.nan
    high: float = math.nan
    """Interval of the value if the companies rounded the added amounts; otherwise the value itself."""
    first_known: pd.Timestamp | None = None
    """First day on which all of the added amounts can have been published."""

    def fits(self, claim: Any) -> bool:
        """Whether the value agrees with a claim. For a claim with a single bound, every value that rounding allows must agree."""
        within = claim.interval.holds(self.low, self.high) or all(map(math.isfinite, claim.interval[:2]))
        return within and claim.interval.allows(self.value)

    def may_fit(self, claim: Any) -> bool:
        """Whether the value, or another one that rounding allows, agrees with a claim."""
        return bool(claim.interval.meets(self.low, self.high))


def check_claim(
    claim: Any, evidence: Evidence, reference: Reference, estimates: Estimates = _NO_ESTIMATES
) -> dict[str, Any]:
    """A row of claim_checks (without document columns) for one article figure (a row of table figures with `interval`).

    The latest filings decide. A claim that disagrees with them but agrees with what was filed by its publication date is confirmed too: the
    company restated the amount later.
    """
    row = _check(claim, evidence, reference, estimates)
    if (
        row["verdict"] not in ("contradicted", "different_definition", "consistent")
        or row["checked_against"] != "filing"
    ):
        return row
    members = reference.members(claim.entity_id) or [claim.entity_id]
    earlier = evidence.known_on(claim.known_from, members, claim.metric_id)
    if earlier is not None:
        then = _check(claim, earlier, reference, estimates)
        if then["verdict"] in ("confirmed", "confirmed_under_definition"):
            since = f" This amount was filed by {claim.known_from:%Y-%m-%d}; the present filings give {show(row['computed'], claim)}."
            return then | {"reason": "restated_since", "explanation": then["explanation"] + since}
    if row["verdict"] == "contradicted" and claim.measure not in _GROWTH:
        was = [
            one
            for one in evidence.replaced(claim.entity_id, claim.metric_id, claim.period_start, claim.period_end)
            if claim.interval.allows(one.value)
            and (pd.isna(claim.currency) or one.currency == claim.currency)
            and may_decide(one.definition, claim, reference)
        ]
        for one in was[:1]:
            row["explanation"] += (
                f" It was {show(one.value, claim)} ({one.definition}) until it was restated on {one.known_to:%Y-%m-%d}."
            )
        other = other_period(claim, evidence, reference) if len(members) == 1 else None
        if other is not None:
            row["explanation"] += (
                f" The filings give such an amount for {other.period_start:%Y-%m-%d} to {other.period_end:%Y-%m-%d} ({other.definition})."
            )
    return row


def may_decide(definition_id: str, claim: Any, reference: Reference) -> bool:
    """Whether a value on this definition can agree with a claim or contradict it: one that is compared alone only with a claim on it, and the other
    way round."""
    alone = reference.definitions["compared_alone"]
    return definition_id == claim.definition_id or not (
        bool(alone.get(definition_id, False)) or bool(alone.get(claim.definition_id, False))
    )


def judging_definitions(definition_id: Any, reference: Reference) -> set[str] | None:
    """The definitions that a claim on a definition names: itself, or those with the properties of its `judged_where`; None where the claim names none."""
    where = None if pd.isna(definition_id) else reference.definitions["judged_where"].get(definition_id)
    if not isinstance(where, dict):
        return None if pd.isna(definition_id) else {str(definition_id)}
    if not where:
        return None
    rows = reference.definitions
    rows = rows[rows["judged_where"].map(lambda one: not isinstance(one, dict)).astype(bool)]
    return {
        str(row["definition_id"])
        for row in rows.reset_index().to_dict("records")
        if all(row[name] in values for name, values in where.items())
    }


def other_period(claim: Any, evidence: Evidence, reference: Reference) -> Any | None:
    """As `Evidence.other_period`, on the definitions that can decide on a claim."""
    definitions = evidence.definitions(claim.entity_id, claim.metric_id)
    return evidence.other_period(claim, {name for name in definitions if may_decide(name, claim, reference)})


def _check(claim: Any, evidence: Evidence, reference: Reference, estimates: Estimates) -> dict[str, Any]:
    """The verdict from one state of the filings."""
    metric = reference.metrics.loc[claim.metric_id]
    if claim.metric_id.startswith("gpu_"):
        return _against_estimates(claim, estimates, reference)
    if claim.status in _OUTLOOK:
        looked = f"the reported amount for the period to {claim.period_end:%Y-%m-%d}, after it has ended"
        return _open(claim, "forecast", "The claim is about the future; see table outlooks.", looked)
    is_part = isinstance(reference.definitions["narrower_than"].get(claim.definition_id), str)
    is_alone = bool(reference.definitions["compared_alone"].get(claim.definition_id, False))
    members = reference.members(claim.entity_id) or [claim.entity_id]
    growth = claim.measure in _GROWTH
    # A balance has a date: the balance of "the third quarter" is the one at its end.
    period = (claim.period_end if metric["kind"] == "stock" else claim.period_start), claim.period_end
    periods = [period, a_year_before(*period)] if growth else [period]
    stated = [evidence.values(claim.entity_id, claim.metric_id, *one) for one in periods]
    if (is_part or is_alone) and any(claim.definition_id not in filed for filed in stated):
        looked = f"{claim.definition_id} of {claim.entity_id}, {claim.metric_id}"
        return _open(
            claim,
            "no_filing",
            "No filing in raw/ states this part separately for the period; the whole would be another quantity."
            if is_part
            else "No filing in raw/ states this quantity for the period; the other definitions are other quantities.",
            looked,
        )
    silent = [name for name in members if not evidence.has_filings(name, claim.metric_id)]
    if silent:
        if pd.isna(metric["table"]) and not all(bool(reference.entities.at[name, "private"]) for name in silent):
            return _open(claim, *_why_open(claim, reference), _looked_for(claim, silent))
        return _open(claim, *_why_silent(silent, reference), _looked_for(claim, silent))
    currency = _currency(members, claim, evidence, periods)
    try:
        now = combinations(members, claim, evidence, reference, *period, currency)
        past = combinations(members, claim, evidence, reference, *periods[1], currency) if growth else []
    except TooManyCombinationsError as error:
        return _open(claim, "too_many_combinations", str(error), _looked_for(claim, members))
    if not now:
        alone = len(members) == 1
        if alone and not growth and bool(reference.entities.at[claim.entity_id, "private"]):
            return _against_counterparty(claim, evidence)
        lacking = [
            name
            for name in members
            if not any(
                alone or not filed.is_composite for filed in evidence.values(name, claim.metric_id, *period).values()
            )
        ]
        names = ", ".join(str(reference.entities.at[name, "name"]) for name in lacking)
        why = f"No filing in raw/ covers this period for {names}." if names else "No exchange rate covers this period."
        return _open(claim, "no_filing" if names else "no_fixing", why, _looked_for(claim, lacking or members))
    if not growth:
        return _judge(claim, now, evidence, reference)
    before = {combination.definitions: combination for combination in past}
    rates = [_growth(claim, one, before[one.definitions]) for one in now if one.definitions in before]
    rates = [rate for rate in rates if math.isfinite(rate.value)]
    missing = _missing_bases(members, now, claim, evidence, periods[1])
    if not rates:
        return _open(
            claim,
            "base_not_filed" if missing else "no_filing",
            f"No filing in raw/ gives a base on the same definition for {periods[1][0]:%Y-%m-%d} to {periods[1][1]:%Y-%m-%d}: "
            f"missing {missing or 'a base above zero'}.",
            missing or None,
        )
    judged = _judge(claim, rates, evidence, reference)
    if currency is not None:  # growth has no currency
        judged["explanation"] += (
            f" Amounts in several currencies were converted to {currency} at the average of each period."
        )
    if judged["verdict"] == "contradicted" and len(rates) < len(now):
        explanation = f"{len(now) - len(rates)} of {len(now)} combinations have no base a year earlier, and none of the others agrees; missing {missing}. "
        return judged | {
            "verdict": "not_checkable",
            "reason": "base_not_filed",
            "explanation": explanation + judged["explanation"],
            "looked_for": missing or None,
        }
    return judged


def _missing_bases(
    members: list[str], now: list[Combination], claim: Any, evidence: Evidence, base: tuple[pd.Timestamp, pd.Timestamp]
) -> str:
    """Definitions of the claimed period that a member does not report for the period a year before, as text."""
    lacking = []
    for place, member in enumerate(members):
        past = evidence.values(member, claim.metric_id, *base)
        lacking += [f"{member}:{name}" for name in sorted({one.definitions[place] for one in now}) if name not in past]
    return ", ".join(lacking)


def _looked_for(claim: Any, entities: Iterable[str]) -> str:
    """The evidence that would settle a claim, as text."""
    return (
        f"{claim.metric_id} of {', '.join(entities)} for {claim.period_start:%Y-%m-%d} to {claim.period_end:%Y-%m-%d} "
        "in filings, releases and copies of the companies and in filings of their counterparties"
    )


def _against_estimates(claim: Any, estimates: Estimates, reference: Reference) -> dict[str, Any]:
    """Compares a claim on chips with estimates. No company files units, so an estimate can agree with a claim but cannot contradict it."""
    estimates_of_claim = estimates.of_claim(claim)
    claimant_estimates = [
        one for one in estimates_of_claim if str(claim.claimant).casefold() == one.estimator.casefold()
    ]
    is_own = bool(claimant_estimates) and len(claimant_estimates) == len(estimates_of_claim)
    estimates_of_claim = (
        estimates_of_claim if is_own else [one for one in estimates_of_claim if one not in claimant_estimates]
    )
    subject = (
        " to ".join(name for name in (claim.product, claim.customer_id) if isinstance(name, str)) or claim.entity_id
    )
    looked = f"estimates of {claim.metric_id} of {subject} that cover {claim.period_start:%Y-%m-%d} to {claim.period_end:%Y-%m-%d}"
    if not estimates_of_claim:
        return _open(claim, *_why_open(claim, reference), looked)
    agreeing = [one for one in estimates_of_claim if claim.interval.meets(one.low, one.high)]
    sentences = listed(_place(one, one in agreeing) for one in estimates_of_claim)
    nearest = min(agreeing or estimates_of_claim, key=lambda one: (one.is_limit, one.estimator))
    row: dict[str, Any] = {
        # For a range without a point estimate the nearest end is used, because its middle is a number that nobody published.
        "computed": min(max(point(claim), nearest.low), nearest.high) if math.isnan(nearest.value) else nearest.value,
        "reason": None,
        "checked_against": "estimator",
        "evidence_figures": "|".join(dict.fromkeys(figure for one in estimates_of_claim for figure in one.figures)),
        "explanation": f"No company files {'prices' if claim.metric_id == 'gpu_unit_price' else 'units'}. The claim {sentences}.",
    }
    if is_own:
        row["explanation"] += (
            " It is the estimator's own number, so the check shows only whether it is quoted correctly."
        )
    if claim.status in _OUTLOOK:
        return row | {"verdict": "said_before_outcome"}
    if len(agreeing) == len(estimates_of_claim):
        return row | {"verdict": "consistent", "reason": "own_estimate" if is_own else None}
    return row | {"verdict": "not_checkable", "reason": "estimators_differ", "looked_for": looked}


def _against_counterparty(claim: Any, evidence: Evidence) -> dict[str, Any]:
    """Compares a claim on a private company with a filing of another company for a longer period that contains the claim's.

    The amount of the longer period can agree with the claim but never contradict it, because it may include other transactions.
    """
    looked = _looked_for(claim, [claim.entity_id])
    covering = evidence.covering(claim.entity_id, claim.metric_id, claim.period_start, claim.period_end)
    if covering is None:
        return _open(claim, "no_filing", "No filing of a counterparty in raw/ covers this period.", looked)
    whole, start, end = covering
    filed = evidence.converted(whole, str(claim.currency), start, end)
    if filed is None:
        return _open(claim, "no_fixing", "No exchange rate covers the period of the counterparty's filing.", looked)
    sentence = (
        f"A counterparty's filing gives {show(filed.value, claim)} for {start:%Y-%m-%d} to {end:%Y-%m-%d}, which contains the claimed period, against "
        f"{printed(claim)} as printed; what fell into the claimed period is not filed."
    )
    if not claim.interval.allows(filed.value):
        return _open(claim, "longer_period_filed", sentence, looked)
    return {
        "computed": filed.value,
        "verdict": "consistent",
        "reason": None,
        "checked_against": "counterparty_filing",
        "definitions_used": f"{claim.entity_id}:{filed.definition_id}",
        "agreeing_definitions": f"{claim.entity_id}:{filed.definition_id}",
        "evidence_figures": "|".join(filed.figures),
        "explanation": sentence,
    }


MOST_LISTED = 40
"""Maximum number of statements of others that an explanation quotes."""


def listed(sentences: Iterable[str]) -> str:
    """Statements of others as one text; beyond MOST_LISTED only their number is given."""
    every = list(sentences)
    further = len(every) - MOST_LISTED
    return "; ".join([*every[:MOST_LISTED], *([f"and {further:,} more"] if further > 0 else [])])


def _place(estimate: Estimate, agrees: bool) -> str:
    """The position of a claim relative to an estimate. An estimate that covers more than the claim gives an upper limit only."""
    if estimate.is_limit:
        return f"lies {'below' if agrees else 'above'} the upper limit from {estimate.estimator}: {estimate.text}"
    if estimate.low == estimate.high:
        return f"{'agrees with' if agrees else 'differs from'} the number of {estimate.estimator}: {estimate.text}"
    return f"lies {'inside' if agrees else 'outside'} the interval of {estimate.estimator}: {estimate.text}"


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

    currency: target currency of amounts; None to leave them as filed. Composites that this project computes from filed lines are used for
    single companies only: for a group, a total of numbers that no company states could be made to agree. A part of another definition is
    used only if the claim is about it or the company's series consists of it, and one that is compared alone only if the claim is about it. Empty
    if a member has no value.
    Raises TooManyCombinationsError for over MAXIMUM_COMBINATIONS.
    """
    choices: list[list[tuple[Filed, bool, bool]]] = []
    for member in members:
        preferred = preferred_definition(reference, member, claim.metric_id, start)
        headline = preferred_definition(reference, member, claim.metric_id, start, of="headline") or preferred
        options = []
        for filed in evidence.values(member, claim.metric_id, start, end).values():
            is_part = isinstance(reference.definitions["narrower_than"].get(filed.definition_id), str)
            if is_part and filed.definition_id not in (claim.definition_id, preferred, headline):
                continue
            if not may_decide(filed.definition_id, claim, reference):
                continue
            converted = filed if currency is None else evidence.converted(filed, currency, start, end)
            if converted is not None and not (filed.is_composite and len(members) > 1):
                options.append((converted, filed.definition_id == preferred, filed.definition_id == headline))
        choices.append(options)
    if not all(choices):
        return []
    if (count := math.prod(map(len, choices))) > MAXIMUM_COMBINATIONS:
        raise TooManyCombinationsError(
            f"The definitions of the {len(members)} members can be combined in {count:,} ways, more than the maximum of "
            f"{MAXIMUM_COMBINATIONS:,}; a match among so many would not be evidence."
        )
    return [
        Combination(
            tuple(filed.definition_id for filed, _, _ in chosen),
            math.fsum(filed.value for filed, _, _ in chosen),
            tuple(dict.fromkeys(figure for filed, _, _ in chosen for figure in filed.figures)),
            all(is_preferred for _, is_preferred, _ in chosen),
            all(is_headline for _, _, is_headline in chosen),
            tuple(
                f"{reference.entities.at[member, 'name']!s} {filed.other_days[0]:%Y-%m-%d} to {filed.other_days[1]:%Y-%m-%d}"
                for member, (filed, _, _) in zip(members, chosen, strict=True)
                if filed.other_days is not None
            ),
            math.fsum(filed.value - filed.rounding for filed, _, _ in chosen),
            math.fsum(filed.value + filed.rounding for filed, _, _ in chosen),
            last_day(filed.first_known for filed, _, _ in chosen),
        )
        for chosen in itertools.product(*choices)
    ]


def _currency(
    members: list[str], claim: Any, evidence: Evidence, periods: Iterable[tuple[pd.Timestamp, pd.Timestamp]]
) -> str | None:
    """The claim's currency.

    Growth has none and is computed in the reporting currency, for which None is returned. If the companies report in several currencies, it
    is computed in US dollars.
    """
    if not pd.isna(claim.currency):
        return str(claim.currency)
    reported = {
        filed.currency
        for member in members
        for start, end in periods
        for filed in evidence.values(member, claim.metric_id, start, end).values()
    }
    return "USD" if len(reported - {None}) > 1 else None


def preferred_definition(
    reference: Reference, entity_id: str, metric_id: str, day: pd.Timestamp, of: str = "preferred"
) -> str | None:
    """The preferred definition of a company on a date, or (of="headline") its headline definition."""
    for first, last, definition_id in _spans(reference, of).get((entity_id, metric_id), ()):
        if first <= day <= last:
            return definition_id
    return None


@lru_cache(maxsize=4)
def _spans(reference: Reference, of: str) -> dict[tuple[str, str], list[tuple[pd.Timestamp, pd.Timestamp, str]]]:
    """First and last day of each preferred definition, or headline, by company and metric."""
    rows: Iterable[Any] = getattr(reference, of).itertuples(index=False)
    return grouped(
        ((row.entity_id, row.metric_id), (row.valid_from, row.valid_to, str(row.definition_id))) for row in rows
    )


def _growth(claim: Any, now: Combination, before: Combination) -> Combination:
    def rate(later: float, earlier: float) -> float:
        ratio = later / earlier if earlier > 0 else math.nan
        return ratio if claim.measure == "yoy_multiple" else (ratio - 1) * 100

    ends = [rate(later, earlier) for later in (now.low, now.high) for earlier in (before.low, before.high)]
    low, high = (min(ends), max(ends)) if all(map(math.isfinite, ends)) else (-math.inf, math.inf)
    figures = (*now.figures, *before.figures)
    known = last_day([now.first_known, before.first_known])
    return replace(now, value=rate(now.value, before.value), figures=figures, low=low, high=high, first_known=known)


def _judge(claim: Any, tried: list[Combination], evidence: Evidence, reference: Reference) -> dict[str, Any]:
    """The verdict of a search among combinations of definitions. confirmed: the definition that the claim names agrees, or, if it names none, the
    comparable one. confirmed_under_definition: it names none and every company's headline agrees. different_definition: another definition of the
    company agrees. consistent: only a mix of definitions agrees.

    A single bound is contradicted where the expected definition disagrees, because most bounds agree with some definition. A claim that was made before
    its period ended is said_before_outcome, whatever the outcome, and so is one that agrees with amounts that cannot have been published yet.
    """
    agreeing = [one for one in tried if one.fits(claim)]
    possible = [one for one in tried if one.may_fit(claim)]
    names = judging_definitions(claim.definition_id, reference)
    named = [one for one in tried if names is not None and names.issuperset(one.definitions)]
    comparable = [one for one in tried if one.is_preferred]
    headline = [one for one in tried if one.is_headline]
    members = reference.members(claim.entity_id) or [claim.entity_id]

    def nearest(of: list[Combination]) -> Combination:
        return min(of, key=lambda one: abs(difference(one.value, claim)[0]))

    is_described = names is not None and claim.definition_id not in names
    metric = reference.definitions["metric"]
    is_own = names is not None and not is_described and isinstance(metric.get(claim.definition_id), str)
    expected = nearest(named) if named else (comparable or tried)[0]
    is_open_ended = not all(map(math.isfinite, claim.interval[:2]))
    # If the claim names no definition, headline and comparable definition are equally valid, and the nearer one is shown.
    definitions = named or [*(comparable[:1] or tried[: len(tried) == 1]), *headline]
    if fitting := [one for one in definitions if one in agreeing]:
        is_expected = bool(named) or (expected in fitting and expected is definitions[0])
        verdict, shown = "confirmed" if is_expected else "confirmed_under_definition", nearest(fitting)
    elif rounded := [one for one in definitions if one in possible]:
        verdict, shown = "consistent", nearest(rounded)
    elif not possible or (is_open_ended and definitions):
        cut = [one for one in definitions if _is_cut_off(claim, one.value, reference)]
        # A claim on a definition of its own, which is not filed, is shown the nearest.
        verdict, shown = (
            "contradicted",
            nearest(cut or named or ([] if is_own else comparable) or tried),
        )
    else:
        verdict, shown = "different_definition" if len(members) == 1 else "consistent", nearest(agreeing or possible)
    filed = evidence.definitions(claim.entity_id, claim.metric_id)
    names_another = not named and (is_described or claim.definition_id in filed)
    if names_another and verdict in ("confirmed", "confirmed_under_definition", "consistent"):
        verdict = "different_definition"  # the company uses the definition of the claim, but not for this period
    if shown.other_days and verdict in ("confirmed", "confirmed_under_definition"):
        verdict = "consistent"
    is_unseen = verdict in _AGREES and shown.first_known is not None and claim.known_from < shown.first_known
    if claim.known_from <= claim.period_end or is_unseen:
        verdict = "said_before_outcome"
    used = "|".join(f"{name}:{definition}" for name, definition in zip(members, shown.definitions, strict=True))
    values = [one.value for one in tried]
    power = search_power(claim, ((one.low, one.high) for one in tried), reference)
    text, allowed = printed(claim), interval(claim.interval.low, claim.interval.high, claim)
    explanation = f"Filings give {show(shown.value, claim)} against {text} as printed{'' if allowed == text else f' ({allowed})'}."
    if len(tried) > 1:
        explanation += (
            f" {len(tried)} combinations of the companies' own definitions were computed, from {show(min(values), claim)} to "
            f"{show(max(values), claim)}; {len(agreeing)} of them {'agrees' if len(agreeing) == 1 else 'agree'}."
        )
        if power is not None:
            chance = f", so that agreement by chance is {_chance(power)}" if agreeing else ""
            explanation += f" The same search would accept {power:.0f} % of the neighbouring values{chance}."
    if shown.other_days:
        explanation += f" The fiscal quarters that were added cover other days: {', '.join(shown.other_days)}."
    if shown in possible and shown not in agreeing:
        explanation += f" The filed amount is rounded and may be {show(shown.low, claim)} to {show(shown.high, claim)}; part of this range agrees."
    if verdict == "consistent" and shown not in (expected, *definitions):
        explanation += f" Only a mix of definitions agrees: {used.replace('|', ', ')}."
    elif verdict == "different_definition":
        other = f"{expected.definitions[0]}: {show(expected.value, claim)}"
        if names_another:
            other = f"{claim.definition_id}, which is not filed for the period"
        explanation += f" It agrees on {shown.definitions[0]}, which is not the expected definition ({other})."
    elif verdict == "contradicted" and possible:
        explanation += f" It agrees on {', '.join(possible[0].definitions)} only, which the claim does not name."
    elif verdict == "said_before_outcome" and claim.known_from > claim.period_end:
        explanation += (
            f" It was stated on {claim.known_from:%Y-%m-%d}, before the amount can have been published ({shown.first_known:%Y-%m-%d} "
            "at the earliest), so that it is no report of it."
        )
    elif verdict == "said_before_outcome":
        explanation += (
            f" It was stated on {claim.known_from:%Y-%m-%d}, before the end of the period; the outcome is "
            f"{'inside' if possible else 'outside'} the accepted range."
        )
    private = all(bool(reference.entities.at[name, "private"]) for name in members)
    is_unfiled = is_described and not named
    is_open = verdict == "contradicted" and (bool(shown.other_days) or is_unfiled)
    if is_open and is_unfiled:
        explanation += f" No filing in raw/ gives an amount that can be {claim.definition_id} for the period."
    is_cut_off = verdict == "contradicted" and claim.bound == "exact" and _is_cut_off(claim, shown.value, reference)
    if is_cut_off:
        explanation += " The printed number is the filed one truncated instead of rounded."
    return {
        "computed": shown.value,
        "verdict": "not_checkable" if is_open else verdict,
        "reason": "no_filing"
        if is_open and is_unfiled
        else "fiscal_quarters"
        if is_open
        else "cut_off"
        if is_cut_off
        else None,
        "looked_for": _looked_for(claim, members) if is_open else None,
        "checked_against": "counterparty_filing" if private else "filing",
        "definitions_used": used,
        "agreeing_definitions": used if shown in possible else None,
        "combinations_tried": len(tried),
        "combinations_confirming": len(agreeing),
        "combinations_low": min(values),
        "combinations_high": max(values),
        "search_power_pct": power,
        "evidence_figures": "|".join(shown.figures),
        "explanation": explanation + _neighbouring_reading(claim, shown, evidence, reference),
    }


def _chance(power: float) -> str:
    """How likely a search agrees by chance, in words, by the share of accepted neighbouring values: below a tenth, up to a third, or more."""
    return "unlikely" if power < 10 else "possible" if power <= 100 / 3 else "likely"


def _is_cut_off(claim: Any, value: float, reference: Reference) -> bool:
    """Whether the printed number is the first digits of a value: "38.6" of 38.676."""
    step = step_of(claim._asdict(), reference.content)
    return bool(step > 0 and 0 <= (value - point(claim)) * math.copysign(1, value) < step)


def search_power(claim: Any, tried: Iterable[tuple[float, float]], reference: Reference) -> float | None:
    """Percentage of neighbouring values, of the same precision and up to 15 % away, with which one of the tried values agrees. tried: lower and
    upper end of each value, which differ if it is rounded.

    A search that accepts most neighbours is weak evidence for the claim. None if the claim has no neighbours: no printed resolution, an
    order of magnitude, or steps wider than the range. If there are very many neighbours, every n-th is tried.
    """
    printed = claim._asdict()
    step, centre = step_of(printed, reference.content), point(claim)
    if not (step > 0 and math.isfinite(centre) and centre) or claim.bound == "order_of_magnitude":
        return None
    reach = int(NEIGHBOURHOOD * abs(centre) / step + 1e-9)
    if not reach:
        return None
    shifts = [count * step for count in range(-reach, reach + 1, math.ceil(2 * reach / _MOST_NEIGHBOURS)) if count]
    # Sorted by the upper end; among the intervals that reach up to a neighbour, the one with the lowest start decides.
    ends = np.array(sorted((high, low) for low, high in tried))
    highs, lows = ends[:, 0], np.minimum.accumulate(ends[::-1, 1])[::-1]
    agreeing, rule = 0, rule_of(printed, reference.content)
    for shift in shifts:
        shifted = printed | {name: printed[name] + shift for name in ("value_low", "value", "value_high")}
        neighbour: Interval = accepted(shifted, reference.content, rule)
        first = int(np.searchsorted(highs, neighbour.low, "left" if neighbour.includes_low else "right"))
        if first < len(lows):
            agreeing += lows[first] <= neighbour.high if neighbour.includes_high else lows[first] < neighbour.high
    return float(agreeing / len(shifts) * 100)


def _neighbouring_reading(claim: Any, shown: Combination, evidence: Evidence, reference: Reference) -> str:
    """For a company whose fiscal year is not the calendar year: its fiscal quarter, and the value of the fiscal quarter with the same number.

    The other growth is named if it explains a claim that disagrees, or if it is so close that the two could be confused.
    """
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
        both = [_growth(claim, now[key], past[key]) for key in now if key in past and key == shown.definitions]
        here = f" The period is the company's fiscal {fiscal_period} {fiscal_year}"
        is_near = both and abs(both[0].value - shown.value) <= _NEAR[claim.measure]
        if not both or not (is_near if shown.fits(claim) else both[0].fits(claim)):
            return f"{here}."
        return f"{here}; read as its fiscal Q{quarter} {year} the filings give {show(both[0].value, claim)}."
    return ""


def _why_open(claim: Any, reference: Reference) -> tuple[str, str]:
    if claim.status in _OUTLOOK:
        return "forecast", "The claim is a forecast of a quantity that no company reports."
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
    return "no_filing", f"No filing of {names} with this metric is in raw/."


def _open(claim: Any, reason: str, explanation: str, looked_for: str | None = None) -> dict[str, Any]:
    return {"verdict": "not_checkable", "reason": reason, "explanation": explanation, "looked_for": looked_for}


def point(claim: Any) -> float:
    """The printed number, or the end that a bound prints."""
    for value in (claim.value, claim.value_low, claim.value_high):
        if value == value:
            return float(value)
    return math.nan


def difference(value: float, claim: Any) -> tuple[float, float]:
    """Distance of a value from the printed number, and that number: the number itself or the single bound; for a range the nearer end.

    A value inside the range has the distance 0 from itself.
    """
    is_range = claim.value != claim.value and claim.value_low <= claim.value_high
    base = min(max(value, claim.value_low), claim.value_high) if is_range else point(claim)
    return value - base, base


def printed(claim: Any) -> str:
    """The printed number for a sentence: the number, otherwise the range or the single bound."""
    if claim.value == claim.value:
        return show(claim.value, claim)
    low, high = claim.value_low, claim.value_high
    return interval(-math.inf if low != low else low, math.inf if high != high else high, claim)


def interval(low: float, high: float, claim: Any) -> str:
    """An interval for a sentence; an open end is left out."""
    if math.isinf(high):
        return f"at least {show(low, claim)}"
    if math.isinf(low):
        return f"at most {show(high, claim)}"
    return f"{show(low, claim)} to {show(high, claim)}"


def show(value: float, claim: Any) -> str:
    """A number for a sentence: money in millions of its currency, growth in percent."""
    if claim.unit == "money":
        return f"{claim.currency} {value / 1e6:,.0f}m"
    if claim.unit == "percent":
        return f"{value:+.1f} %" if claim.measure in _GROWTH else f"{value:.1f} %"
    if claim.unit == "multiple":
        return f"{value:.2f} times"
    return f"{value:,.0f}"
