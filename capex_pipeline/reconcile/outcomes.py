"""Outlooks against what came: guidance and forecasts, once the period is reported.

What belongs here: the chain of guidance for one period, and its comparison with the outcome. What does not: claims about the
past (claims).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from capex_pipeline.reconcile.claims import show
from capex_pipeline.reconcile.evidence import Evidence
from capex_pipeline.reconcile.tolerance import accepted
from capex_pipeline.reference import Reference

_CHAIN = ["entity_id", "metric_id", "period_start", "period_end", "source_type"]


def superseded_by(figures: pd.DataFrame) -> pd.Series:
    """For each guidance figure the id of the next one of the same company and period; missing for the newest.

    The next one is of a later day: what is said on one day stands side by side. Of several, the one on the same definition.
    """
    guidance = figures[figures["status"] == "guidance"].sort_values("figure_id")
    following: dict[object, str] = {}
    for _, chain in guidance.groupby(_CHAIN, sort=False):
        for index, one in chain.iterrows():
            later = chain[chain["known_from"] > one["known_from"]]
            later = later[later["known_from"] == later["known_from"].min()]
            alike = later[later["definition_id"] == one["definition_id"]]
            if len(later):
                following[index] = str((alike if len(alike) else later)["figure_id"].iloc[0])
    return pd.Series([following.get(index) for index in figures.index], index=figures.index, dtype="str")


def is_outlook(figures: pd.DataFrame) -> pd.Series:
    """True for amounts of money that somebody expects."""
    return (
        figures["status"].isin(["guidance", "forecast"])
        & (figures["measure"] == "level")
        & (figures["unit"] == "money")
    )


def check_outcomes(figures: pd.DataFrame, evidence: Evidence, reference: Reference) -> Iterator[dict[str, Any]]:
    """Rows of claim_checks for guidance of companies, and for forecasts of what companies report.

    An outcome on the definition of the guidance confirms or contradicts it; where only another definition is filed, the
    comparison is shown and the verdict says under which. While the period is not reported in full, it is not checkable.
    """
    following = superseded_by(figures)
    outlook = figures[is_outlook(figures) & figures["same_fact_as"].isna()]
    claims: list[Any] = list(outlook.itertuples(index=False))
    for index, claim in zip(outlook.index, claims, strict=True):
        newer = following.get(index)
        base = {"claim": claim, "check_kind": "outcome", "superseded_by": newer if isinstance(newer, str) else None}
        replaced = " It was replaced by newer guidance." if isinstance(newer, str) else ""
        values = evidence.values(claim.entity_id, claim.metric_id, claim.period_start, claim.period_end)
        stated = {name: filed for name, filed in values.items() if not filed.is_composite}
        if not stated:
            reason = "period_not_reported" if evidence.has_filings(claim.entity_id, claim.metric_id) else "no_filing"
            if bool(reference.entities.at[claim.entity_id, "private"]):
                yield base | {"verdict": "not_checkable", "reason": "private_company", "evidence_figures": None,
                              "explanation": f"{reference.entities.at[claim.entity_id, 'name']!s}: private, so no outcome is filed.{replaced}"}  # fmt: skip
                continue
            said = f"Guided {_span(claim)} for {claim.period_start:%Y-%m-%d} to {claim.period_end:%Y-%m-%d}; the whole period is not reported yet."
            yield base | {
                "verdict": "not_checkable",
                "reason": reason,
                "explanation": said + replaced,
                "evidence_figures": None,
            }
            continue
        low, high = accepted(claim._asdict())
        converted = {
            name: evidence.converted(filed, claim.currency, claim.period_start, claim.period_end)
            for name, filed in stated.items()
        }
        usable = {name: filed for name, filed in converted.items() if filed is not None}
        inside = sorted(name for name, filed in usable.items() if low <= filed.value <= high)
        own = claim.definition_id
        chosen = own if own in usable else next(iter(inside or sorted(usable)), None)
        if chosen is None:
            yield base | {"verdict": "not_checkable", "reason": "no_fixing", "explanation": "No exchange rate covers the period.",
                          "evidence_figures": None}  # fmt: skip
            continue
        verdict = (
            "contradicted" if chosen not in inside else ("confirmed" if chosen == own else "confirmed_under_definition")
        )
        outcome = usable[chosen]
        side = "within" if chosen in inside else ("above" if outcome.value > high else "below")
        yield base | {
            "computed": outcome.value,
            "verdict": verdict,
            "reason": None,
            "definitions_used": f"{claim.entity_id}:{chosen}",
            "combinations_tried": len(usable),
            "combinations_confirming": len(inside),
            "evidence_figures": "|".join(outcome.figures),
            "explanation": f"Guided {_span(claim)}; {show(outcome.value, claim)} came, {side} the guidance.{replaced}",
        }


def _span(claim: Any) -> str:
    low, value, high = claim.value_low, claim.value, claim.value_high
    if low == low and high == high and low != high:
        return f"{show(low, claim)} to {show(high, claim)}"
    number = next((one for one in (value, low, high) if one == one), float("nan"))
    return f"{claim.bound.replace('_', ' ')} {show(number, claim)}" if claim.bound != "exact" else show(number, claim)
