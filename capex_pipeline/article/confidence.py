"""How far a reading can be believed by its size and by the words of comparison.

Belongs here: factors of the confidence. Does not belong here: finding what a quantity belongs to (`governing`, `owners`).
"""

from __future__ import annotations

from typing import Final

from capex_pipeline.article.lexicon import Entity, Vocabulary
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.sentence_model import Scene

_PER_DOLLAR: Final = {"CNY": 7.0, "HKD": 7.8, "TWD": 32.0, "JPY": 150.0, "KRW": 1350.0, "INR": 84.0}
"""Orders of magnitude, to compare an amount with a metric's range in dollars; no amount is converted with them."""


def says_yearly(scene: Scene, quantity: Mention) -> bool:
    """Whether the sentence says that growth is against a year earlier."""
    return any(
        period.form == "year_earlier" or (period.form == "year" and first > quantity.last)
        for first, _, period in scene.periods
    )


def plausible(quantity: Mention, metric: str, entity: Entity | None, growth: int, vocabulary: Vocabulary) -> float:
    """1 where a quantity has the kind and size that its metric can have, less where it hardly can, 0 where it cannot.

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
