"""Values that companies published for a period, one for each definition.

Add here what finds or adds up such values over a period, or converts them. Claims are compared with them in
`reconcile/claims.py`, guidance in `reconcile/outlooks.py`.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from capex_pipeline.normalise.currency import period_rates
from capex_pipeline.normalise.quarters import as_of
from capex_pipeline.normalise.records import records
from capex_pipeline.schemas.rules import reviewed_by_company
from capex_pipeline.sources.ecb_rates import last_fixing
from capex_pipeline.values.grouping import grouped

_READ = ["entity_id", "metric_id", "definition", "period_start", "period_end", "calendar_quarter", "status", "known_from", "first_known", "value",
         "currency", "derived_from", "rounding"]  # fmt: skip
_USED = ["entity_id", "metric_id", "definition_id", "period_start", "period_end", "calendar_quarter", "status", "source_type", "review_state",
         "known_from", "known_from_basis", "known_to", "is_latest", "value", "currency", "derived_from", "printed_step"]  # fmt: skip
_SERIES = ["entity_id", "metric_id", "definition_id", "period_start", "period_end"]
_REPLACED = [
    "entity_id",
    "metric_id",
    "definition",
    "period_start",
    "period_end",
    "known_from",
    "known_to",
    "value",
    "currency",
]
_EXACT_STEP = 1e6
"""Resolution of financial statements. An amount with a coarser resolution, such as one stated on an earnings call, is treated as rounded."""
_NO_FIXINGS = pd.DataFrame({"date": pd.Series(dtype="datetime64[us]"), "currency": pd.Series(dtype="str"), "rate": 0.0})
_TOLERANCE = pd.Timedelta(days=7)
_BEFORE_DOCUMENT = pd.Timedelta(days=14)
"""A company announces its results up to so long before it files them, and others repeat them as late."""
YEAR = pd.DateOffset(years=1)
_A_YEAR = pd.Timedelta(days=366) + _TOLERANCE


@dataclass(frozen=True)
class Filed:
    """A value over a period, from the company's own figures. value in full units of currency. figures: ids of the figures behind it.
    is_composite: a sum of several filed lines computed by this project, which the company does not state as capital expenditure.
    other_days: first and last day of the added fiscal quarters, if these differ from the period. rounding: largest distance of the true
    amount, if the company printed it in units of more than a million. first_known: the first day on which the company can have published an amount for the
    period; for a sum, of the last part.
    """

    definition_id: str
    value: float
    currency: str | None
    figures: tuple[str, ...]
    is_composite: bool
    other_days: tuple[pd.Timestamp, pd.Timestamp] | None = None
    rounding: float = 0.0
    first_known: pd.Timestamp | None = None


class Evidence:
    """Values that companies filed, by entity, metric, definition and period: the latest vintages, or those of an earlier day."""

    def __init__(self, observations: pd.DataFrame, daily: pd.DataFrame) -> None:
        """observations: the table; daily: fixings (`ecb_rates.daily_fixings`)."""
        is_usable = (
            reviewed_by_company(observations)
            & observations["status"].isin(["reported", "derived"])
            & observations["value"].notna()
        )
        usable = observations.loc[is_usable, _USED]
        days = usable.assign(first_known=_earliest(usable)).groupby(_SERIES, sort=False)["first_known"]
        usable = usable.assign(first_known=days.transform("min"))
        rows = usable[usable["is_latest"]]
        rows = rows.assign(rounding=_rounding(rows))
        self._usable, self._daily = usable, daily
        self._superseded: dict[tuple[str, str], _ByStart] = {}
        row: Any
        replaced = usable[~usable["is_latest"]].rename(columns={"definition_id": "definition"})
        for row in records(replaced[_REPLACED]):
            self._superseded.setdefault((row.entity_id, row.metric_id), _ByStart()).add(row)
        self._earlier: dict[tuple[pd.Timestamp, str, tuple[str, ...]], Evidence | None] = {}
        self._fixings = dict(iter(daily.groupby("currency", sort=False)))
        self._reach = last_fixing(daily)
        self._by_subject: dict[tuple[str, str], dict[str, _ByStart]] = {}
        named = rows.rename(columns={"definition_id": "definition"}).sort_values("definition", kind="stable")
        self._stated: set[tuple[str, str]] = set()
        for row in records(named[_READ]):
            self._by_subject.setdefault((row.entity_id, row.metric_id), {}).setdefault(row.definition, _ByStart()).add(
                row
            )
            if row.status == "reported":
                self._stated.add((row.entity_id, row.definition))
        self._rates: dict[tuple[str, pd.Timestamp, pd.Timestamp], Any] = {}
        self._found: dict[tuple[str, str, pd.Timestamp, pd.Timestamp], dict[str, Filed]] = {}

    def values(self, entity_id: str, metric_id: str, start: pd.Timestamp, end: pd.Timestamp) -> dict[str, Filed]:
        """By definition: the value printed for the period, otherwise the sum of the calendar quarters that fill it."""
        place = (entity_id, metric_id, start, end)
        if place in self._found:
            return self._found[place]
        filed_values: dict[str, Filed] = {}
        for definition_id, rows in self._by_subject.get((entity_id, metric_id), {}).items():
            filed = self._printed(rows, start, end) or self._summed(rows, start, end)
            if filed is not None:
                composite = (entity_id, definition_id) not in self._stated
                filed_values[str(definition_id)] = replace(
                    filed, definition_id=str(definition_id), is_composite=composite
                )
        self._found[place] = filed_values
        return filed_values

    def known_on(self, day: pd.Timestamp, entity_ids: Iterable[str], metric_id: str) -> Evidence | None:
        """The values of these companies that were current at the end of a day; None if none of them was replaced later."""
        names = tuple(entity_ids)
        place = (day, metric_id, names)
        if place not in self._earlier:
            replaced = (row for name in names for row in self._superseded.get((name, metric_id), _NO_ROWS).rows)
            self._earlier[place] = None
            if any(row.known_from <= day < row.known_to for row in replaced):
                rows = self._usable[self._usable["entity_id"].isin(names) & (self._usable["metric_id"] == metric_id)]
                self._earlier[place] = Evidence(as_of(rows, day).assign(is_latest=True), self._daily)
        return self._earlier[place]

    def replaced(self, entity_id: str, metric_id: str, start: pd.Timestamp, end: pd.Timestamp) -> list[Any]:
        """Observations of exactly this period, to within a week, that a later vintage replaced."""
        rows = self._superseded.get((entity_id, metric_id), _NO_ROWS).near(start, _TOLERANCE)
        return [row for row in rows if _same_period(row, start, end)]

    def other_period(self, claim: Any, definitions: Container[str]) -> Any | None:
        """The observation on one of these definitions, of the claim's company, metric and currency, that agrees with it for the nearest other period of that length within a year."""
        length = claim.period_end - claim.period_start
        rows = [
            row
            for definition, every in self._by_subject.get((claim.entity_id, claim.metric_id), {}).items()
            if definition in definitions
            for row in every.near(claim.period_start, _A_YEAR)
            if _TOLERANCE < abs(row.period_start - claim.period_start) <= _A_YEAR
            and abs(row.period_end - row.period_start - length) <= _TOLERANCE
            and row.currency == claim.currency
            and claim.interval.allows(row.value)
        ]
        return min(rows, key=lambda row: (abs(row.period_start - claim.period_start), row.period_start), default=None)

    def covering(
        self, entity_id: str, metric_id: str, start: pd.Timestamp, end: pd.Timestamp
    ) -> tuple[Filed, pd.Timestamp, pd.Timestamp] | None:
        """The amount printed for the shortest longer period that contains the given one, with the first and last day of that period."""
        rows = [
            row
            for every in self._by_subject.get((entity_id, metric_id), {}).values()
            for row in every.rows
            if row.status == "reported" and row.period_start <= start and row.period_end >= end
        ]
        if not rows:
            return None
        row = min(rows, key=lambda one: (one.period_end - one.period_start, one.definition, one.period_start))
        return replace(_filed(row), definition_id=str(row.definition)), row.period_start, row.period_end

    def definitions(self, entity_id: str, metric_id: str) -> set[str]:
        """Definitions on which the company reports this metric for any period."""
        return set(self._by_subject.get((entity_id, metric_id), ()))

    def has_filings(self, entity_id: str, metric_id: str) -> bool:
        """True where the company reports this metric for any period."""
        return (entity_id, metric_id) in self._by_subject

    def converted(self, filed: Filed, currency: str, start: pd.Timestamp, end: pd.Timestamp) -> Filed | None:
        """The value in another currency at the average of the daily reference rates in the period; None if there is no rate."""
        if filed.currency == currency or filed.currency is None:
            return filed
        rates = [self.average(code, start, end) for code in (filed.currency, currency)]
        if rates[0] is None or rates[1] is None:
            return None
        rate = rates[1] / rates[0]
        return replace(filed, value=filed.value * rate, rounding=filed.rounding * rate, currency=currency)

    def average(self, currency: str, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
        """Average of the daily reference rates in the period, in units per US dollar; None if the period is not covered."""
        return self._rate(currency, start, end, "average_rate")

    def closing(self, currency: str, day: pd.Timestamp) -> float | None:
        """The last reference rate on or before a day, in units per US dollar."""
        return self._rate(currency, day, day, "closing_rate")

    def _rate(self, currency: str, start: pd.Timestamp, end: pd.Timestamp, which: str) -> float | None:
        place = (currency, start, end)
        if place not in self._rates:
            period = pd.DataFrame({"currency": [currency], "period_start": [start], "period_end": [end]})
            self._rates[place] = period_rates(self._fixings.get(currency, _NO_FIXINGS), period, self._reach).iloc[0]
        rate = self._rates[place][which]
        return None if pd.isna(rate) else float(rate)

    @staticmethod
    def _printed(rows: _ByStart, start: pd.Timestamp, end: pd.Timestamp) -> Filed | None:
        same = [row for row in rows.near(start, _TOLERANCE) if _same_period(row, start, end)]
        return _filed(_finest(same)) if same else None

    @staticmethod
    def _summed(rows: _ByStart, start: pd.Timestamp, end: pd.Timestamp) -> Filed | None:
        """The sum of the fiscal quarters of exactly these days, otherwise of the calendar quarters of the period."""
        best = rows.quarters
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
        rounding = math.fsum(row.rounding for row in quarters)
        currency, known = _text(quarters[0].currency), last_day(row.first_known for row in quarters)
        return Filed("", total, currency, tuple(dict.fromkeys(figures)), False, days, rounding, known)


class _ByStart:
    """Observations of one series, indexed by the first day of their period."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self._by_week: dict[int, list[int]] = {}

    def add(self, row: Any) -> None:
        """Adds an observation; call it before any look-up."""
        self._by_week.setdefault(row.period_start.toordinal() // _TOLERANCE.days, []).append(len(self.rows))
        self.rows.append(row)

    def near(self, start: pd.Timestamp, distance: pd.Timedelta) -> list[Any]:
        """The observations that begin within this many days of a day, and some that begin up to a week further away, in the order in which they were added."""
        weeks = [(start + shift).toordinal() // _TOLERANCE.days for shift in (-distance, distance)]
        places = (place for week in range(weeks[0], weeks[1] + 1) for place in self._by_week.get(week, ()))
        return [self.rows[place] for place in sorted(places)]

    @cached_property
    def quarters(self) -> list[Any]:
        """The most precise observation of each calendar quarter, in time order."""
        dated = (row for row in self.rows if isinstance(row.calendar_quarter, str))
        by_quarter = grouped((row.calendar_quarter, row) for row in dated)
        return sorted(map(_finest, by_quarter.values()), key=lambda row: row.period_start)


_NO_ROWS = _ByStart()


def _fills(quarters: list[Any], start: pd.Timestamp, end: pd.Timestamp) -> bool:
    """Whether quarters in time order fill a period from its first to its last day, to within a week."""
    day = pd.Timedelta(days=1)
    ends = [start - day, *(one.period_end for one in quarters)]
    starts = [*(one.period_start for one in quarters), end + day]
    return bool(quarters) and all(
        abs(first - last - day) <= _TOLERANCE for last, first in zip(ends, starts, strict=True)
    )


def _filed(row: Any) -> Filed:
    """One observation as a value, without the name of its definition."""
    figures = tuple(str(row.derived_from).split("|"))
    known = last_day([row.first_known])
    return Filed(
        "", float(row.value), _text(row.currency), figures, False, rounding=float(row.rounding), first_known=known
    )


def last_day(days: Iterable[pd.Timestamp | None]) -> pd.Timestamp | None:
    """The last of the days that are known; None where none is."""
    return max((day for day in days if not pd.isna(day)), default=None)


def _same_period(row: Any, start: pd.Timestamp, end: pd.Timestamp) -> bool:
    return bool(abs(row.period_start - start) <= _TOLERANCE and abs(row.period_end - end) <= _TOLERANCE)


def _earliest(usable: pd.DataFrame) -> pd.Series:
    """The first day on which the company can have published each amount: the day of its announcement or release, where that is on record."""
    is_exact = (usable["known_from_basis"] == "results_announcement") | (usable["source_type"] == "company_release")
    known = pd.to_datetime(usable["known_from"])
    return known.where(is_exact, known - _BEFORE_DOCUMENT)


def _rounding(rows: pd.DataFrame) -> pd.Series:
    """Half a unit of the last printed digit if that is more than a million, otherwise 0; for a derived amount the sum over its parts."""
    half = (rows["printed_step"] / 2).where(rows["printed_step"] > _EXACT_STEP, 0.0)
    coarse = half[half > 0]
    of_figure = dict(zip(rows.loc[coarse.index, "derived_from"], coarse, strict=True))
    derived = rows["status"] == "derived"
    parts = rows.loc[derived, "derived_from"].astype("str").str.split("|")
    return half.mask(derived, parts.map(lambda names: math.fsum(of_figure.get(name, 0.0) for name in names)))


def _finest(same: list[Any]) -> Any:
    """The first observation of one period by `_rank`, or the most precise one within its rounding."""
    first = max(same, key=_rank)
    finer = [row for row in same if row.rounding < first.rounding and abs(row.value - first.value) <= first.rounding]
    least = min((row.rounding for row in finer), default=math.inf)
    return max((row for row in finer if row.rounding == least), key=_rank, default=first)


def _rank(row: Any) -> tuple[str, pd.Timestamp]:
    """Printed values come before derived ones, newer before older ones; among equals the first."""
    return row.status, row.known_from


def _quarters_that_tile(start: pd.Timestamp, end: pd.Timestamp) -> list[str]:
    """The calendar quarters of a period, to within a week at each end; none if it does not consist of calendar quarters."""
    quarters = pd.period_range(start + _TOLERANCE, end - _TOLERANCE, freq="Q")
    if not len(quarters):
        return []
    first, last = quarters[0].start_time, quarters[-1].end_time.normalize()
    if abs(first - start) > _TOLERANCE or abs(last - end) > _TOLERANCE:
        return []
    return [f"{quarter.year}Q{quarter.quarter}" for quarter in quarters]


def a_year_before(start: pd.Timestamp, end: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The same period a year earlier; the end of a month stays the end of a month."""
    earlier = end - YEAR
    if (end + pd.Timedelta(days=1)).day == 1:
        earlier = earlier + pd.offsets.MonthEnd(0)
    return start - YEAR, earlier


def _text(value: object) -> str | None:
    return None if pd.isna(value) else str(value)  # type: ignore[call-overload]
