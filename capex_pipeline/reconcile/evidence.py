"""What the companies' own documents say about a period: one value for each definition.

What belongs here: finding or adding up filed values over a period, and converting them. What does not: claims and verdicts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from capex_pipeline.normalise.currency import period_rates

_TOLERANCE = pd.Timedelta(days=7)
YEAR = pd.DateOffset(years=1)


@dataclass(frozen=True)
class Filed:
    """A value over a period, from what the company itself reports.

    value in full units of currency. figures: ids of the figures it rests on. is_composite: our own sum of several filed lines,
    which the company does not state as capital expenditure.
    """

    definition_id: str
    value: float
    currency: str | None
    figures: tuple[str, ...]
    is_composite: bool


class Evidence:
    """Values that companies filed, by entity, metric, definition and period; the latest vintages."""

    def __init__(self, observations: pd.DataFrame, daily: pd.DataFrame) -> None:
        """observations: the table; daily: fixings (`currency.daily_fixings`)."""
        self._rows = observations[
            observations["is_latest"]
            & (observations["source_type"] == "filing")
            & observations["status"].isin(["reported", "derived"])
            & observations["value"].notna()
        ]
        self._daily = daily
        self._by_subject = dict(iter(self._rows.groupby(["entity_id", "metric_id"], sort=False)))
        self._found: dict[tuple[str, str, pd.Timestamp, pd.Timestamp], dict[str, Filed]] = {}
        printed = self._rows.loc[self._rows["status"] == "reported", ["entity_id", "definition_id"]]
        self._stated = set(printed.itertuples(index=False, name=None))

    def values(self, entity_id: str, metric_id: str, start: pd.Timestamp, end: pd.Timestamp) -> dict[str, Filed]:
        """By definition: the value printed for the period, else the sum of calendar quarters that tile it."""
        place = (entity_id, metric_id, start, end)
        if place in self._found:
            return self._found[place]
        found: dict[str, Filed] = {}
        own = self._by_subject.get((entity_id, metric_id))
        for definition_id, rows in own.groupby("definition_id", sort=True) if own is not None else ():
            filed = self._printed(rows, start, end) or self._summed(rows, start, end)
            if filed is not None:
                composite = (entity_id, definition_id) not in self._stated
                found[str(definition_id)] = replace(filed, definition_id=str(definition_id), is_composite=composite)
        self._found[place] = found
        return found

    def definitions(self, entity_id: str, metric_id: str) -> set[str]:
        """Definitions on which the company reports this metric for any period."""
        own = self._by_subject.get((entity_id, metric_id))
        return set() if own is None else set(own["definition_id"])

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
        period = pd.DataFrame({"currency": [currency], "period_start": [start], "period_end": [end]})
        rate = period_rates(self._daily, period)[which].iloc[0]
        return None if pd.isna(rate) else float(rate)

    @staticmethod
    def _printed(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> Filed | None:
        same = rows[
            ((rows["period_start"] - start).abs() <= _TOLERANCE) & ((rows["period_end"] - end).abs() <= _TOLERANCE)
        ]
        if same.empty:
            return None
        row = same.sort_values(["status", "known_from"], ascending=[False, False], kind="stable").iloc[0]
        return Filed("", float(row["value"]), _text(row["currency"]), tuple(str(row["derived_from"]).split("|")), False)

    @staticmethod
    def _summed(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> Filed | None:
        wanted = _quarters_that_tile(start, end)
        quarters = rows[rows["calendar_quarter"].isin(wanted)]
        quarters = quarters.sort_values(["status", "known_from"], ascending=[False, False], kind="stable")
        quarters = quarters.drop_duplicates("calendar_quarter").sort_values("period_start")
        if not wanted or len(quarters) != len(wanted) or quarters["currency"].nunique() > 1:
            return None
        figures = [part for text in quarters["derived_from"] for part in str(text).split("|")]
        return Filed(
            "",
            float(quarters["value"].sum()),
            _text(quarters["currency"].iloc[0]),
            tuple(dict.fromkeys(figures)),
            False,
        )


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
