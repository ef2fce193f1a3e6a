"""Computes the probability that a figure is right from the named evidence for its parts.

Each rule that reads a part of a figure in another way than literally names its evidence: `entity_anaphor`, `metric_carried`,
`period_of_document`. The weights of all names are in `reference/text.yaml` (`confidence`) and are fitted by `benchmarks/article_confidence.py` on
labelled texts. Add a name where a rule finds it, and its weight by a new fit; what the sentence as a whole says belongs to `circumstances`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import combinations
from typing import Final

from capex_pipeline.article.extraction import Figure
from capex_pipeline.article.lexicon import Entity, Vocabulary
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.sentence_model import Scene

PER_DOLLAR: Final = {"CNY": 7.0, "HKD": 7.8, "TWD": 32.0, "JPY": 150.0, "KRW": 1350.0, "INR": 84.0}
"""Orders of magnitude for comparing an amount with a metric's range in dollars; no amount is converted with them."""
IMPOSSIBLE: Final = ("size_impossible",)
"""The evidence of a quantity that its metric cannot have; such a figure is never drafted."""
_WITH_LEASES: Final = "metric_with_leases"
"""Evidence of an amount that says whether it counts leases, so that it may differ from one that does not."""
_LITERAL: Final = frozenset(
    (
        _WITH_LEASES,
        "entity_named_after",
        "entity_list",
        "status_guidance",
        "status_forecast",
        "period_before",
        "period_compared",
    )
)
"""Evidence by the words beside a figure, which leaves no doubt about a part of it."""
_NO_STEP: Final = _LITERAL | {"entity_by_position", "entity_each"}
_PARTS: Final = ("entity", "metric", "period")
CARRIED_PERIOD: Final = frozenset(("period_carried", "period_base_of_passage", "period_of_amount_before"))
GUESSED_PERIOD: Final = frozenset(
    "period_unsaid_quarter period_unsaid_plan period_of_plan period_of_other_plan period_of_guidance period_carried_far period_of_other_company period_of_document "
    "period_last_reported period_of_other_clause period_of_later_clause period_no_calendar".split()
)
"""Evidence for a period that the sentence does not name: carried from the sentence before, or from farther away."""
CARRIED: Final = frozenset(("period_carried", "period_carried_far", "period_of_document"))
_PLANS: Final = frozenset(("status_guidance", "status_forecast", "status_period_to_come"))
_METRICS: Final = ("metric_is_capex", "metric_is_cloud_revenue", "metric_is_gpu_units")
_CROWDED: Final = 6
OLD_DAYS: Final = 200
"""Days after the end of a period from which its result is no news."""


def probability(evidence: tuple[str, ...], weights: Mapping[str, float]) -> float:
    """The probability that a figure is right in all of its parts.

    weights: log-odds by name of the evidence, and `start` for a figure without doubts. Raises KeyError for a name without a weight.
    """
    score = weights["start"] + sum(map(weights.__getitem__, (*evidence, *together(evidence))))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


@lru_cache(maxsize=4_096)
def together(evidence: tuple[str, ...]) -> tuple[str, ...]:
    """Evidence by the parts of a figure (entity, metric, period) that the words beside it do not state: each of them, and each pair, because
    two such parts are wrong more often than their own evidence says; and a carried period by metric, because that of a count of chips is less
    often the one meant than that of a company's money. The period of a plan that is not beside it, or is one of several, is also less sure.
    """
    taken = [part for part in _PARTS if any(_is_step(name, part) for name in evidence)]
    is_plan = not _PLANS.isdisjoint(evidence)
    metrics = [] if CARRIED.isdisjoint(evidence) else [name for name in evidence if name in _METRICS]
    return (
        *("steps_any",) * len(taken),
        *(f"steps_{one}_{other}" for one, other in combinations(taken, 2)),
        *(f"carried_{name.removeprefix('metric_is_')}" for name in metrics),
        *(("plan_period",) if is_plan and "period" in taken else ()),
        *(("plan_among_periods",) if is_plan and "sentence_several_periods" in evidence else ()),
    )


def _is_step(name: str, part: str) -> bool:
    return name.startswith(part + "_") and name not in _NO_STEP and not name.startswith("metric_is")


def is_literal(evidence: Sequence[str], part: str) -> bool:
    """Whether the words beside a figure state a part of it (entity, metric, period, status) without doubt."""
    return all(name in _LITERAL for name in evidence if name.startswith(part + "_"))


def circumstances(
    scene: Scene, quantity: Mention, metric: str, end: date | None, published: date | None
) -> tuple[str, ...]:
    """Evidence of the sentence as a whole. end: last day of the figure's period; None for a base of comparison."""
    names = [f"metric_is_{metric}"]
    if quantity.kind in ("percent", "multiple"):
        names.append(f"sentence_{quantity.kind}")
    if len(scene.quantities) > _CROWDED:
        names.append("sentence_crowded")
    if scene.in_brackets(quantity.first, scene.first - 1):
        names.append("sentence_in_brackets")
    if scene.near(quantity.first, ("context",), before=5, after=4) is not None:
        names.append("sentence_other_measure")
    if scene.near(quantity.first, ("expected_by_others",), before=3, after=4) is not None:
        names.append("sentence_expectation")
    if metric == "capex" and any(
        not any(min(last, quantity.last) < other.first < max(first, quantity.first) for other in scene.quantities)
        for first, last in scene.leases
    ):
        names.append(_WITH_LEASES)
    if any(subject.via == "unknown" for subject in scene.subjects):
        names.append("sentence_unknown_name")
    if len({name for subject in scene.subjects for name in subject.entities}) > 1:
        names.append("sentence_several_companies")
    if len({period.form for _, _, period in scene.periods}) > 1:
        names.append("sentence_several_periods")
    if end is None:
        names.append("sentence_base")
    elif published is not None and (published - end).days > OLD_DAYS:
        names.append("period_old")
    return tuple(names)


_ALIKE: Final = 0.03
"""Relative difference up to which two amounts may be roundings of one."""


_SURER: Final = 0.15
"""How much less sure another number is that leaves no doubt about this one."""


def concord(figures: Sequence[Figure]) -> list[str]:
    """For each figure of a text, whether another one of the same entity, metric, measure and period has the same number
    (`figure_agrees`), or only other numbers that are not much less sure (`figure_disagrees`); empty if the text has no such one.
    """
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, figure in enumerate(figures):
        alike[_question(figure)].append(place)
    evidence = [""] * len(figures)
    for places in alike.values():
        places.sort(key=lambda place: _size(figures[place]))
        for rank, place in enumerate(places if len(places) > 1 else ()):
            beside = places[max(0, rank - 1) : rank] + places[rank + 1 : rank + 2]
            agrees = any(_may_be_one(figures[place], figures[other]) for other in beside)
            rivals = [other for other in beside if figures[other].confidence > figures[place].confidence - _SURER]
            evidence[place] = "figure_agrees" if agrees else "figure_disagrees" if rivals else ""
    return evidence


def _question(figure: Figure) -> tuple[object, ...]:
    """What a figure answers: two figures of one text that answer the same have one number."""
    return (
        figure.entity,
        figure.metric,
        figure.definition,
        _WITH_LEASES in figure.evidence,
        figure.measure,
        figure.start,
        figure.end,
        figure.mention.unit,
        figure.product,
        figure.customer,
        figure.flow,
        "metric_cash_paid" in figure.evidence,
        figure.status == "guidance",
        figure.status == "forecast",
        (figure.claimant, figure.house) if figure.status in ("forecast", "estimate") else None,
    )


def _size(figure: Figure) -> float:
    mention = figure.mention
    return next((number for number in (mention.value, mention.low, mention.high) if number is not None), 0.0)


def _may_be_one(one: Figure, other: Figure) -> bool:
    """Whether two amounts may be roundings, bounds or ranges of one number: "650,000" and "over half a million"."""
    (low, high), (lowest, highest) = _extent(one), _extent(other)
    return max(low, lowest) <= min(high, highest)


def _extent(figure: Figure) -> tuple[float, float]:
    """The numbers that an amount allows; a bound allows up to twice its number, or half of it."""
    size = _size(figure)
    low, high = figure.mention.low or size, figure.mention.high or size
    if figure.mention.bound == "at_least":
        high = 2 * low
    elif figure.mention.bound == "at_most":
        low = high / 2
    slack = _ALIKE / 2 * max(abs(low), abs(high))
    return low - slack, high + slack


def says_yearly(scene: Scene, quantity: Mention) -> bool:
    """Whether the sentence says that growth is against a year earlier."""
    return any(
        period.form == "year_earlier" or (period.form == "year" and first > quantity.last)
        for first, _, period in scene.periods
    )


def plausible(
    quantity: Mention, metric: str, entity: Entity | None, growth: int, vocabulary: Vocabulary
) -> tuple[str, ...]:
    """The evidence of a quantity's kind and size: empty if its metric can have them, else unlikely or impossible.

    growth: not 0 if the quantity is a change in percent or a multiple.
    """
    if growth:
        size = quantity.value or quantity.low or quantity.high or 0.0
        return () if size <= (1000 if quantity.kind == "percent" else 20) else ("size_unlikely",)
    kind = "count" if metric == "gpu_units" else "money"
    if metric in ("capex", "cloud_revenue", "gpu_units") and quantity.kind != kind:
        return IMPOSSIBLE
    low, high = vocabulary.magnitudes.get(metric, (0.0, float("inf")))
    sizes = [size for size in (quantity.low, quantity.value, quantity.high) if size is not None]
    rate = PER_DOLLAR.get(quantity.currency or "", 1.0)
    scale = 20.0 if entity is not None and entity.type == "group" else 5.0
    if kind == "count" and any(size > 10 * high * scale for size in sizes):
        return IMPOSSIBLE  # "more than 5 billion units", of a retailer
    return () if all(low / 5 <= size / rate <= high * scale for size in sizes) else ("size_unlikely",)
