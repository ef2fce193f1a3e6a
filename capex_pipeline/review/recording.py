"""Computes what a decision records: a figure with changed fields, and the definition that follows from them.

`review.decisions` writes this into the review, and the page shows it on its cards and in its forms, so that both agree. Add here a field that
follows from others.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.review.checks.fit import period_of

_DECIDES_DEFINITION: Final = frozenset(("entity", "metric", "status", "period"))
_ANYBODY: Final = ""
"""Stands for the companies that have no rule of their own in `definition_rules`."""
Rules = dict[str, dict[str, list[list[str]]]]


def completed(figure: Mapping[str, Any], changed: Mapping[str, str], vocabulary: Vocabulary) -> dict[str, Any]:
    """A figure with changed fields, with the definition and the label of the period that follow from them. A definition that is not the usual one, and that
    of the same company and metric, stays."""
    result = {**figure, **changed}
    if "period" in changed:
        result.pop("period_start", None), result.pop("period_end", None)
    is_same = all(result.get(key) == figure.get(key) for key in ("entity", "metric"))
    stays = is_same and figure.get("definition") in vocabulary.named_definitions
    if is_same and result.get("status") == figure.get("status") and figure.get("definition"):
        stays = stays or figure["definition"] != _usual_definition(figure, vocabulary)
    if _DECIDES_DEFINITION & changed.keys() and "definition" not in changed and not stays:
        result["definition"] = _usual_definition(result, vocabulary)
    if not result.get("period") and result.get("period_start") and result.get("period_end"):
        result["period"] = f"{result.pop('period_start')}/{result.pop('period_end')}"
    return result


def _usual_definition(figure: Mapping[str, Any], vocabulary: Vocabulary) -> str | None:
    """The definition that a figure has if nothing else is said of it."""
    entity, metric, status = (str(figure.get(key) or "") for key in ("entity", "metric", "status"))
    # Definitions change on a day, which a label such as "Q2 2025" does not spell.
    period = period_of(figure, vocabulary)
    start = period.start.isoformat() if period is not None else ""
    return vocabulary.definition(vocabulary.resolve(entity), metric, status, start)


def definition_rules(vocabulary: Vocabulary) -> Rules:
    """`Vocabulary.definition` as a table for the page, by company and metric: rows of a first day, the definition of guidance and that of any other
    status. Companies without a row of a metric have that of the empty name."""
    rules: Rules = {}
    for entity in (_ANYBODY, *vocabulary.entities):
        for metric in vocabulary.metric_ids:
            rows = [
                [
                    day,
                    *(vocabulary.definition(entity, metric, status, day) or "" for status in ("guidance", "reported")),
                ]
                for day in _first_days(entity, metric, vocabulary)
            ]
            if rows != rules.get(_ANYBODY, {}).get(metric):
                rules.setdefault(entity, {})[metric] = rows
    return rules


def _first_days(entity: str, metric: str, vocabulary: Vocabulary) -> list[str]:
    """The days on which a company's definition of a metric may change; the empty text for the time before them."""
    days = {""}
    for entry in vocabulary.preferred.get((entity, metric), ()):
        days.add(str(entry.get("from") or ""))
        if entry.get("to"):
            days.add((date.fromisoformat(str(entry["to"])) + timedelta(days=1)).isoformat())
    return sorted(days)
