"""Values that companies published for a period, one for each definition.

Add here what finds or adds up such values over a period, or converts them. Claims are compared with them in
`reconcile/claims.py`, guidance in `reconcile/outlooks.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from capex_pipeline.normalise.currency import period_rates
from capex_pipeline.schemas.rules import reviewed_by_company
from capex_pipeline.sources.ecb_rates import last_fixing

_READ = ["entity_id", "metric_id", "definition", "period_start", "period_end", "calendar_quarter", "status", "known_from", "value",
         "currency", "derived_from"]  # fmt: skip
_NO_FIXINGS = pd.DataFrame({"date": pd.Series(dtype="datetime64[us]"), "currency": pd.Series(dtype="str"), "rate": 0.0})
_TOLERANCE = pd.Timedelta(days=7)
YEAR = pd.DateOffset(years=1)


@dataclass(frozen=True)
class Filed:
    """A value over a period, from what the company itself reports.

    value in full units of currency. figures: ids of the figures it rests on. is_composite: our own sum of several filed lines,
    which the company does not state as capital expenditure. other_days: first and last day of the fiscal quarters that were added, where
    these are not the days of the period.
    """

    definition_id: str
    value: float
    currency: str | None
    figures: tuple[str, ...]
    is_composite: bool
    other_days: tuple[pd.Timestamp, pd.Timestamp] | None = None


class Evidence:
    """Values that companies filed, by entity, metric, definition and period; the latest vintages."""

    def __init__(self, observations: pd.DataFrame, daily: pd.DataFrame) -> None:
        """observations: the table; daily: fixings (`ecb_rates.daily_fixings`)."""
        rows = observations[
            observations["is_latest"]
            & reviewed_by_company(observations)
            & observations["status"].isin(["reported", "derived"])
            & observations["value"].notna()
        ]
        self._fixings = dict(iter(daily.groupby("currency", sort=False)))
        self._reach = last_fixing(daily)
        self._by_subject: dict[tuple[str, str], dict[str, list[Any]]] = {}
        named = rows.rename(columns={"definition_id": "definition"}).sort_values("definition", kind="stable")
        self._stated: set[tuple[str, str]] = set()
        row: Any
        for row in named[_READ].itertuples(index=False):
            self._by_subject.setdefault((row.entity_id, row.metric_id), {}).setdefault(row.definition, []).append(row)
            if row.status == "reported":
                self._stated.add((row.entity_id, row.definition))
        self._rates: dict[tuple[str, pd.Timestamp, pd.Timestamp], Any] = {}
        self._found: dict[tuple[str, str, pd.Timestamp, pd.Timestamp], dict[str, Filed]] = {}

    def values(self, entity_id: str, metric_id: str, start: pd.Timestamp, end: pd.Timestamp) -> dict[str, Filed]:
        """By definition: the value printed for the period, else the sum of calendar quarters that tile it."""
        place = (entity_id, metric_id, start, end)
        if place in self._found:
            return self._found[place]
        found: dict[str, Filed] = {}
        for definition_id, rows in self._by_subject.get((entity_id, metric_id), {}).items():
            filed = self._printed(rows, start, end) or self._summed(rows, start, end)
            if filed is not None:
                composite = (entity_id, definition_id) not in self._stated
                found[str(definition_id)] = replace(filed, definition_id=str(definition_id), is_composite=composite)
        self._found[place] = found
        return found

    def covering(
        self, entity_id: str, metric_id: str, start: pd.Timestamp, end: pd.Timestamp
    ) -> tuple[Filed, pd.Timestamp, pd.Timestamp] | None:
        """The amount printed for the shortest longer period that contains the given one, with the first and last day of that period."""
        rows = [
            row
            for every in self._by_subject.get((entity_id, metric_id), {}).values()
            for row in every
            if row.status == "reported" and row.period_start <= start and row.period_end >= end
        ]
        if not rows:
            return None
        row = min(rows, key=lambda one: (one.period_end - one.period_start, one.definition, one.period_start))
        filed = Filed(
            str(row.definition), float(row.value), _text(row.currency), tuple(str(row.derived_from).split("|")), False
        )
        return filed, row.period_start, row.period_end

    def definitions(self, entity_id: str, metric_id: str) -> set[str]:
        """Definitions on which the company reports this metric for any period."""
        return set(self._by_subject.get((entity_id, metric_id), ()))

    def has_filings(self, entity_id: str, metric_id: str) -> bool:
        """True where the company reports this metric for any period."""
        return (entity_id, metric_id) in self._by_subject

    def converted(self, filed: Filed, currency: str, start: pd.Timestamp, end: pd.Timestamp) -> Filed | None:
        """The value in another currency at the average of the daily fixings in the period; None where there is no rate."""
        if filed.currency == currency or filed.currency is None:
            return filed
        rates = [self.average(code, start, end) for code in (filed.currency, currency)]
        if rates[0] is None or rates[1] is None:
            return None
        return replace(filed, value=filed.value / rates[0] * rates[1], currency=currency)

    def average(self, currency: str, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
        """Average of the daily fixings in the period, in units per US dollar; None where the period is not covered."""
        return self._rate(currency, start, end, "average_rate")

    def closing(self, currency: str, day: pd.Timestamp) -> float | None:
        """The last fixing on or before a day, in units per US dollar."""
        return self._rate(currency, day, day, "closing_rate")

    def _rate(self, currency: str, start: pd.Timestamp, end: pd.Timestamp, which: str) -> float | None:
        place = (currency, start, end)
        if place not in self._rates:
            period = pd.DataFrame({"currency": [currency], "period_start": [start], "period_end": [end]})
            fixings = self._fixings.get(currency, _NO_FIXINGS)
            self._rates[place] = period_rates(fixings, period, self._reach).iloc[0]
        rate = self._rates[place][which]
        return None if pd.isna(rate) else float(rate)

    @staticmethod
    def _printed(rows: list[Any], start: pd.Timestamp, end: pd.Timestamp) -> Filed | None:
        same = [
            row
            for row in rows
            if abs(row.period_start - start) <= _TOLERANCE and abs(row.period_end - end) <= _TOLERANCE
        ]
        if not same:
            return None
        row = max(same, key=_rank)
        return Filed("", float(row.value), _text(row.currency), tuple(str(row.derived_from).split("|")), False)

    @staticmethod
    def _summed(rows: list[Any], start: pd.Timestamp, end: pd.Timestamp) -> Filed | None:
        """The sum of the fiscal quarters of exactly these days, else of the calendar quarters that the period consists of."""
        held: dict[str, list[Any]] = {}
        for row in rows:
            if isinstance(row.calendar_quarter, str):
                held.setdefault(row.calendar_quarter, []).append(row)
        best = sorted((max(same, key=_rank) for same in held.values()), key=lambda row: row.period_start)
        quarters = [
            one for one in best if one.period_start >= start - _TOLERANCE and one.period_end <= end + _TOLERANCE
        ]
        if not _fills(quarters, start, end):
            wanted = set(_quarters_that_tile(start, end))
            quarters = [one for one in best if one.calendar_quarter in wanted]
            if not wanted or len(quarters) != len(wanted):
                return None
        currencies = {row.currency for row in quarters if not pd.isna(row.currency)}
        if len(currencies) > 1:
            return None
        figures = [part for row in quarters for part in str(row.derived_from).split("|")]
        total = float(np.sum([row.value for row in quarters]))
        days = None if _fills(quarters, start, end) else (quarters[0].period_start, quarters[-1].period_end)
        return Filed("", total, _text(quarters[0].currency), tuple(dict.fromkeys(figures)), False, days)


def _fills(quarters: list[Any], start: pd.Timestamp, end: pd.Timestamp) -> bool:
    """Whether quarters in the order of time follow each other from the first to the last day of a period, to within a week."""
    day = pd.Timedelta(days=1)
    ends = [start - day, *(one.period_end for one in quarters)]
    starts = [*(one.period_start for one in quarters), end + day]
    return bool(quarters) and all(
        abs(first - last - day) <= _TOLERANCE for last, first in zip(ends, starts, strict=True)
    )


def _rank(row: Any) -> tuple[str, pd.Timestamp]:
    """What is printed goes before what is derived, and the newer before the older; of equals the first."""
    return row.status, row.known_from


def _quarters_that_tile(start: pd.Timestamp, end: pd.Timestamp) -> list[str]:
    """Calendar quarters that a period consists of, to within a week at each end; none where it does not."""
    quarters = pd.period_range(start + _TOLERANCE, end - _TOLERANCE, freq="Q")
    if not len(quarters):
        return []
    first, last = quarters[0].start_time, quarters[-1].end_time.normalize()
    if abs(first - start) > _TOLERANCE or abs(last - end) > _TOLERANCE:
        return []
    return [f"{quarter.year}Q{quarter.quarter}" for quarter in quarters]


def a_year_before(start: pd.Timestamp, end: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The same period a year earlier; a period that ends with its month does so then too."""
    earlier = end - YEAR
    if (end + pd.Timedelta(days=1)).day == 1:
        earlier = earlier + pd.offsets.MonthEnd(0)
    return start - YEAR, earlier


def _text(value: object) -> str | None:
    return None if pd.isna(value) else str(value)  # type: ignore[call-overload]
