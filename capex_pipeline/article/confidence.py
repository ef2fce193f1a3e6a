"""The probability that a figure is right, from the evidence for each of its parts.

The weights are in `reference/text.yaml` (`confidence`) and are fitted by `benchmarks/article_confidence.py`. Add a kind of evidence here; how
firmly the words say a company, a metric or a period is decided where these are found.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, NamedTuple

from capex_pipeline.article.lexicon import Entity, Vocabulary
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.sentence_model import Scene

_PER_DOLLAR: Final = {"CNY": 7.0, "HKD": 7.8, "TWD": 32.0, "JPY": 150.0, "KRW": 1350.0, "INR": 84.0}
"""Orders of magnitude for comparing an amount with a metric's range in dollars; no amount is converted with them."""


class Evidence(NamedTuple):
    """How clearly the text states each part of a figure, from 0 (not at all) to 1 (literally, beside it).

    size: whether the amount has a size that its metric can have.
    """

    entity: float
    metric: float
    period: float
    status: float
    size: float = 1.0


_LEAST: Final = 0.02
"""Minimum evidence for a part, so that its logarithm is finite."""


def features(evidence: Evidence) -> dict[str, float]:
    """The evidence as additive numbers, by part: 0 where there is no doubt, and negative otherwise."""
    return {name: math.log(max(_LEAST, value)) for name, value in evidence._asdict().items()}


def probability(evidence: Evidence, weights: Mapping[str, float]) -> float:
    """The probability that a figure is right in all of its parts. weights: by the names of `features`, and `start` for a figure without doubts."""
    score = weights["start"] + sum(weights[name] * value for name, value in features(evidence).items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


def says_yearly(scene: Scene, quantity: Mention) -> bool:
    """Whether the sentence says that growth is against a year earlier."""
    return any(
        period.form == "year_earlier" or (period.form == "year" and first > quantity.last)
        for first, _, period in scene.periods
    )


def plausible(quantity: Mention, metric: str, entity: Entity | None, growth: int, vocabulary: Vocabulary) -> float:
    """1 if the quantity has a kind and size that its metric can have, less if that is unlikely, 0 if it cannot.

    growth: not 0 if the quantity is a change in percent or a multiple.
    """
    if growth:
        size = quantity.value or quantity.low or quantity.high or 0.0
        return 1.0 if size <= (1000 if quantity.kind == "percent" else 20) else 0.5
    if (metric in ("capex", "cloud_revenue") and quantity.kind != "money") or (
        metric == "gpu_units" and quantity.kind != "count"
    ):
        return 0.0
    low, high = vocabulary.magnitudes.get(metric, (0.0, float("inf")))
    sizes = [size for size in (quantity.low, quantity.value, quantity.high) if size is not None]
    rate = _PER_DOLLAR.get(quantity.currency or "", 1.0)
    scale = 20.0 if entity is not None and entity.type == "group" else 5.0
    return 1.0 if all(low / 5 <= size / rate <= high * scale for size in sizes) else 0.25
