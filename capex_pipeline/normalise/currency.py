"""Averages exchange rates over periods, from the European Central Bank's daily reference rates, and converts amounts.

Add a function here when it averages or applies rates. The file of daily rates is read in `sources/ecb_rates.py`, and
currency names in text are read in `values/units.py`. Differences between periods are computed in the reporting currency
before anything is converted (`normalise/quarters.py`).

Conversion follows IAS 21.39-40 and ASC 830-30-45: flows (capital expenditure, revenue) at the average rate of their
period, point-in-time balances (cash, a backlog) at the closing rate. A period that has not ended has no rate, and a
currency without fixings has none at all: the last known rate is never used instead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from capex_pipeline.sources.ecb_rates import last_fixing

LONGEST_GAP_DAYS: Final = 10
"""Maximum distance of the fixings from both ends of a period. The longest real gap, over Easter, is five days."""

KEYS: Final = ["currency", "period_start", "period_end"]


def period_rates(daily: pd.DataFrame, periods: pd.DataFrame, reach: pd.Timestamp | None = None) -> pd.DataFrame:
    """Average and closing rate of every period, in units of currency per US dollar.

    Args:
        daily: as from ``daily_fixings``.
        periods: currency (str), period_start, period_end (datetime64), both days included; no missing values.
        reach: `last_fixing` of the whole file, where `daily` holds some currencies of it only.

    Returns:
        The same index and columns, and:
        average_rate: arithmetic mean of the fixings in the period (for USD 1 by definition);
        fixings (Int64), first_fixing, last_fixing: the fixings in the period;
        closing_rate, closing_fixing: the last fixing on or before period_end, at most ``LONGEST_GAP_DAYS`` old;
        is_complete: the fixings reach the last weekday on or before period_end;
        partial_average_rate: the mean so far, only where the period is not over;
        rate_flag: missing where the rates stand; period_not_over (the currency has fixings, the file ends too
        early); no_fixing (no rate for the currency, or fixings that begin or end more than
        ``LONGEST_GAP_DAYS`` inside the period). Flagged rows have no average_rate and no closing_rate.

        An instant on a weekend has a closing rate and no average, and is not flagged.
    """
    start, end = (periods[name].to_numpy(dtype="datetime64[D]") for name in ("period_start", "period_end"))
    codes, named = pd.factorize(periods["currency"])
    rows = len(periods)
    count = np.zeros(rows, dtype=np.int64)
    average, closing = np.full(rows, np.nan), np.full(rows, np.nan)
    first, last, closing_day = (np.full(rows, np.datetime64("NaT"), dtype="datetime64[D]") for _ in range(3))
    has_fixings = np.zeros(rows, dtype=bool)
    for code, fixings in daily[daily["currency"].isin(named)].sort_values("date").groupby("currency", sort=False):
        mine = np.flatnonzero(codes == named.get_loc(code))
        has_fixings[mine] = True
        days = fixings["date"].to_numpy(dtype="datetime64[D]")
        rates = fixings["rate"].to_numpy(dtype=float)
        total = np.concatenate([[0.0], np.cumsum(rates)])
        begin, stop = np.searchsorted(days, start[mine], "left"), np.searchsorted(days, end[mine], "right")
        count[mine] = np.maximum(stop - begin, 0)
        within = count[mine] > 0
        inside = mine[within]
        average[inside] = (total[stop[within]] - total[begin[within]]) / count[inside]
        first[inside], last[inside] = days[begin[within]], days[stop[within] - 1]
        before = stop > 0
        latest = days[stop[before] - 1]
        recent = end[mine[before]] - latest <= np.timedelta64(LONGEST_GAP_DAYS, "D")
        closed = mine[before][recent]
        closing[closed], closing_day[closed] = rates[stop[before][recent] - 1], latest[recent]

    reach = last_fixing(daily) if reach is None else reach
    last_weekday = np.busday_offset(end, 0, roll="backward")
    complete = np.zeros(rows, dtype=bool) if pd.isna(reach) else last_weekday <= reach.to_datetime64()
    complete &= has_fixings
    gap = np.timedelta64(LONGEST_GAP_DAYS, "D")
    instant = start == end
    covered = np.isfinite(closing) & (instant | ((count > 0) & (first - start <= gap)))
    dollar = (periods["currency"] == "USD").to_numpy(dtype=bool)
    average[dollar] = closing[dollar] = 1.0
    is_usable = (complete & covered) | dollar
    flag = np.full(rows, None, dtype=object)
    flag[~is_usable] = "no_fixing"
    flag[~is_usable & has_fixings & ~complete] = "period_not_over"
    index = periods.index
    columns: dict[str, Any] = {
        "average_rate": np.where(is_usable, average, np.nan),
        "closing_rate": np.where(is_usable, closing, np.nan),
        "fixings": pd.Series(count, index=index, dtype="Int64"),
        "first_fixing": first.astype("datetime64[us]"),
        "last_fixing": last.astype("datetime64[us]"),
        "closing_fixing": np.where(is_usable, closing_day, np.datetime64("NaT")).astype("datetime64[us]"),
        "is_complete": complete,
        "partial_average_rate": np.where(flag == "period_not_over", average, np.nan),
        "rate_flag": pd.Series(flag, index=index, dtype="str"),
    }
    return periods[KEYS].assign(**columns)


def rate_periods(frame: pd.DataFrame, to_currencies: Collection[str]) -> pd.DataFrame:
    """The distinct currency, period_start, period_end for which ``convert`` needs rates: the currency of each row and
    every target currency, over the periods of ``frame``. Rows without currency or dates need none.
    """
    known = frame[KEYS].dropna().drop_duplicates()
    every = pd.concat([known, *[known.assign(currency=code) for code in to_currencies]]).astype({"currency": "str"})
    return every.drop_duplicates().sort_values(KEYS, ignore_index=True)


def _first_of_each(keys: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The number of the first of equal rows, for each row that differs from those before it, and for every row its place among these."""
    numbers = np.zeros(len(keys), dtype=np.int64)
    for name in keys.columns:
        codes, values = pd.factorize(keys[name], use_na_sentinel=False)
        numbers = pd.factorize(numbers * len(values) + codes)[0]
    return np.flatnonzero(~pd.Series(numbers).duplicated()), numbers


def convert(frame: pd.DataFrame, rates: pd.DataFrame, to_currency: str, columns: Mapping[str, str]) -> pd.DataFrame:
    """Convert amounts to one currency: flows at the average rate of their period, point-in-time balances at the closing
    rate.

    Between two currencies other than the dollar, the rate is the quotient of their rates per dollar.

    Args:
        frame: currency (str), period_start, period_end (datetime64), is_stock (bool) and the amount columns.
        rates: ``period_rates`` of ``rate_periods(frame, [to_currency])``; further rows are ignored.
        to_currency: ISO 4217 code.
        columns: source column to target column, e.g. {"amount": "amount_usd", "amount_low": "amount_usd_low"}.

    Returns:
        The same index with the target columns; fx_rate (units of the row's currency per unit of ``to_currency``);
        fx_method (average, closing, or same_currency if nothing is converted); fx_flag (null if converted,
        else the rate_flag that prevents it). Rows without currency or dates have null in all of these. Amounts
        already in ``to_currency`` are returned unchanged, whatever the rates.

    Raises:
        ValueError: ``rates`` lacks a period of ``frame``, or has one twice.
    """
    if rates.duplicated(KEYS).any():
        raise ValueError(
            "The rates contain one currency and period more than once; pass the result of rate_periods to period_rates."
        )
    # Many rows share a currency and a period, so rates are looked up once for each pair of them.
    first, place = _first_of_each(frame[KEYS])
    keys = frame[KEYS].iloc[first]
    known = keys.notna().all(axis=1).to_numpy()
    same = known & (keys["currency"] == to_currency).to_numpy(dtype=bool)
    needed = known & ~same
    sides = []
    table = rates[[*KEYS, "average_rate", "closing_rate", "rate_flag"]]
    for side in (keys, keys.assign(currency=pd.Series(to_currency, index=keys.index, dtype="str"))):
        rates_of_rows = side.merge(table.assign(is_held=True), on=KEYS, how="left", validate="many_to_one")
        lacking = needed & rates_of_rows["is_held"].isna().to_numpy()
        if lacking.any():
            currency, start, end = side[lacking].iloc[0]
            raise ValueError(f"The rates have no row for {currency}, {start:%Y-%m-%d} to {end:%Y-%m-%d}.")
        sides.append(rates_of_rows)
    ours, theirs = sides
    closing, average = (
        (ours[name].to_numpy() / theirs[name].to_numpy())[place] for name in ("closing_rate", "average_rate")
    )
    flag = ours["rate_flag"].fillna(theirs["rate_flag"]).to_numpy(dtype=object)[place]
    known, same, needed = known[place], same[place], needed[place]
    stock = frame["is_stock"].to_numpy(dtype=bool)
    rate = np.where(same, 1.0, np.where(needed, np.where(stock, closing, average), np.nan))
    # A single day on a weekend has no average, so a flow of that one day cannot be converted.
    unrated = needed & np.isnan(rate)
    flag[unrated & pd.isna(flag)] = "no_fixing"
    flag[~unrated] = None
    method = np.where(stock, "closing", "average").astype(object)
    method[unrated | ~known] = None
    method[same] = "same_currency"
    out: dict[str, object] = {
        target: np.where(same, amount, amount / rate)
        for target, amount in ((columns[name], frame[name].to_numpy(dtype=float)) for name in columns)
    }
    out["fx_rate"] = rate
    out["fx_method"] = pd.Series(method, index=frame.index, dtype="str")
    out["fx_flag"] = pd.Series(flag, index=frame.index, dtype="str")
    return pd.DataFrame(out, index=frame.index)
