"""Finds estimates that are comparable with a claim on chips, and their intervals.

Add here what selects comparable estimates and computes their interval. Verdicts belong to `claims`, the choice of one estimator for the
published tables to `normalise`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from capex_pipeline.normalise.records import records
from capex_pipeline.values.grouping import first_of_each, grouped

_COLUMNS = ["metric_id", "product", "customer_id", "period_start", "period_end", "calendar_quarter", "value_low", "value", "value_high",
            "currency", "document_id", "claimant", "derived_from"]  # fmt: skip
_SUBJECT = ["metric_id", "customer_id", "product"]
_PRICE = "gpu_unit_price"


@dataclass(frozen=True)
class Estimate:
    """An estimator's figure for the units or the price of a claim. is_limit: it covers more than the claim, so it is only an upper limit.
    value: NaN if the estimator gives a range of prices without a point estimate.
    """

    estimator: str
    value: float
    low: float
    high: float
    is_limit: bool
    text: str
    figures: tuple[str, ...]


class Estimates:
    """Estimates of third parties by metric: the latest vintages, without claims of articles and forecasts."""

    def __init__(
        self,
        observations: pd.DataFrame,
        publishers: Mapping[str, str] | None = None,
        contains: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        """observations: the table. publishers: document -> estimator. contains: product -> the products that it counts together."""
        self._publishers, self._contains = publishers or {}, contains or {}
        self._rows: dict[tuple[str, str | None], dict[str, pd.DataFrame]] = {}
        self._records: dict[tuple[str, str | None, str], list[Any]] = {}
        self._found: dict[tuple[Any, ...], list[Estimate]] = {}
        if observations.empty:
            return
        chosen = observations[
            observations["is_latest"]
            & (observations["source_type"] == "estimate")
            & (observations["status"] == "estimate")
            & observations["metric_id"].str.startswith("gpu_")
            & observations["product"].notna()
        ]
        is_band = (chosen["metric_id"] == _PRICE) & chosen["value_low"].notna() & chosen["value_high"].notna()
        chosen = chosen[chosen["value"].notna() | is_band]
        chosen = chosen[_COLUMNS].sort_values(["document_id", "period_start"])
        for (metric_id, buyer, product), rows in chosen.groupby(_SUBJECT, sort=False, dropna=False):
            self._rows.setdefault((str(metric_id), _name(buyer)), {})[str(product)] = rows

    def of_claim(self, claim: Any) -> list[Estimate]:
        """Estimates of the same metric and buyer whose product and period are those of the claim, or contain them.

        A price has no buyer; prices of more products or of a longer period are left out, since they are no limit of another price. Quarters
        that fill the claim's period are added, lower to lower and upper to upper end, which gives the widest possible interval. An estimate
        that covers more products or a longer period is an upper limit.
        """
        about = (claim.metric_id, _name(claim.product), _name(claim.customer_id), claim.period_start, claim.period_end)
        place = (*about, _name(claim.currency))
        if place not in self._found:
            self._found[place] = self._find(claim)
        return self._found[place]

    def _find(self, claim: Any) -> list[Estimate]:
        estimates: list[Estimate] = []
        is_price = claim.metric_id == _PRICE
        buyer = None if is_price else _name(claim.customer_id)
        of_buyer = self._rows.get((claim.metric_id, buyer), {})
        wider = [] if is_price else [name for name in of_buyer if claim.product in self._contains.get(name, ())]
        by_document = grouped(
            ((row.document_id, product), row)
            for product in dict.fromkeys([claim.product, *wider])
            for row in self._of_product(claim.metric_id, buyer, product)
            if not is_price or row.currency == claim.currency
        )
        in_order = sorted(by_document.items(), key=lambda one: (one[0][0], one[1][0].period_start))
        for (document_id, product), rows in in_order:
            inside = [
                row for row in rows if row.period_start >= claim.period_start and row.period_end <= claim.period_end
            ]
            days = sum((row.period_end - row.period_start).days + 1 for row in inside)
            is_whole = bool(inside) and days == (claim.period_end - claim.period_start).days + 1
            around = [
                row for row in rows if row.period_start <= claim.period_start and row.period_end >= claim.period_end
            ]
            if is_price:  # prices do not add up
                inside, around = [row for row in inside if is_whole and len(inside) == 1], []
                is_whole = bool(inside)
            used = inside if is_whole else around[:1]
            if used:
                estimates.append(
                    self._estimate(document_id, product, used, is_limit=not is_whole or product != claim.product)
                )
        ranked = sorted(estimates, key=lambda estimate: (estimate.is_limit, estimate.high))
        closest = first_of_each((one.estimator, one) for one in ranked)
        return [one for one in estimates if not one.is_limit or closest[one.estimator] is one]

    def _of_product(self, metric_id: str, buyer: str | None, product: str) -> list[Any]:
        """The rows of a subject one by one; most subjects have no claim."""
        subject = metric_id, buyer, product
        if subject not in self._records:
            rows = self._rows.get((metric_id, buyer), {}).get(product)
            self._records[subject] = [] if rows is None else list(records(rows))
        return self._records[subject]

    def _estimate(self, document_id: str, product: str, rows: list[Any], *, is_limit: bool) -> Estimate:
        value = math.fsum(row.value for row in rows)
        low = math.fsum(row.value if pd.isna(row.value_low) else row.value_low for row in rows)
        high = math.fsum(row.value if pd.isna(row.value_high) else row.value_high for row in rows)
        claimant = rows[0].claimant
        estimator = claimant if isinstance(claimant, str) else self._publishers.get(document_id, document_id)
        if rows[0].metric_id == _PRICE:
            text = f"{low:,.0f} to {high:,.0f} {rows[0].currency} for each {product} in {rows[0].period_start:%Y-%m-%d} to {rows[0].period_end:%Y-%m-%d}"
            return Estimate(estimator, value, low, high, False, text, tuple(str(rows[0].derived_from).split("|")))
        span = f" ({low:,.0f} to {high:,.0f})" if low < high else ""
        parts = f", {len(rows)} periods added end to end" if len(rows) > 1 and span else ""
        limit = ", which covers more than the claim" if is_limit else ""
        text = f"{value:,.0f} units{span} of {product} for {rows[0].period_start:%Y-%m-%d} to {rows[-1].period_end:%Y-%m-%d}{parts}{limit}"
        figures = tuple(dict.fromkeys(part for row in rows for part in str(row.derived_from).split("|")))
        return Estimate(estimator, value, 0.0 if is_limit else low, high, is_limit, text, figures)


def _name(value: object) -> str | None:
    return value if isinstance(value, str) else None
