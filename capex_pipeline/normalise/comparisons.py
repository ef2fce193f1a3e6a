"""Computes growth and running sums within one series, in the reporting currency.

Add a comparison here when it relates rows of one entity, definition and currency over time. Rows are chosen in
`normalise/published.py`, amounts are converted in `normalise/currency.py`, and companies are added up in
`normalise/groups.py`. A comparison has a value only if every operand exists and no break lies between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

_SERIES = ["entity_id", "definition_id", "currency", "period_type"]
_BESIDE = np.timedelta64(7, "D")
"""Tolerance in days of the start or end of a quarter against the total that it is a part of."""
MOST_OPEN_PCT = 2.0
"""Growth is null where the printed digits of its two amounts allow values that lie further apart than this, in percentage points: 6.2 after
5.1 billion may be 19 or 24 percent.
"""
_DAYS_BACK = 10
"""52/53-week periods may end a few days into the next month; ten days earlier every period ends in its nominal month."""


def percentage(part: pd.Series, whole: pd.Series) -> pd.Series:
    """part as a percentage of whole; null where one of them is, and unless the whole is above zero."""
    return (part / whole * 100).where(whole > 0)


def percentage_of(rows: pd.DataFrame, whole: pd.DataFrame, place: list[str], column: str) -> pd.Series:
    """The column as a percentage of the same column of another table at the same place and in the same currency."""
    on = [*place, "currency"]
    matched = rows[on].merge(whole[[*on, column]], on=on, how="left", validate="many_to_one")[column]
    return percentage(rows[column], matched.set_axis(rows.index))


def growth(now: pd.Series, before: pd.Series) -> pd.Series:
    """Growth in percent; null where one of them is, on a base of zero or less, and to an amount below zero, of which no percentage says how much."""
    return ((now / before - 1) * 100).where((before > 0) & (now >= 0))


def why_no_yoy(rows: pd.DataFrame, period: str, amount: str = "amount_usd") -> pd.Series:
    """Of each row without growth over a year one of WHY_NO_YOY, else null.

    rows: one for each entity_id and period, with is_break and yoy_usd_pct. period: a column of calendar quarters as text ("2024Q2") or of years.
    amount: the column that yoy_usd_pct is the growth of.
    """
    is_quarter = pd.api.types.is_string_dtype(rows[period])
    year, number = (rows[period].str[:4], rows[period].str[-1]) if is_quarter else (rows[period], 0)
    at = pd.DataFrame({"entity_id": rows["entity_id"], "year": year.astype("int64"), "number": number})
    at = at.assign(now=rows[amount].astype("float64"), changes=rows["is_break"].eq(True).astype("int64"))
    order = at.sort_values(["entity_id", "year", "number"], kind="stable")
    at["changes"] = order.groupby("entity_id")["changes"].cumsum()
    past = at.assign(year=at["year"] + 1)
    both = at.merge(
        past, on=["entity_id", "year", "number"], how="left", suffixes=("", "_before"), validate="one_to_one"
    )
    both = both.set_axis(rows.index)
    why = pd.Series("not_comparable", index=rows.index, dtype="str")
    why = why.mask((both["now_before"] <= 0) | (both["now"] < 0), "not_above_zero")
    why = why.mask(both["changes"] != both["changes_before"], "series_changes")
    why = why.mask(both["now_before"].isna(), "no_amount_a_year_earlier").mask(both["now"].isna(), "no_amount")
    return why.mask(rows["yoy_usd_pct"].notna())


def month_index(period_end: pd.Series) -> pd.Series:
    """Months since year 0 of the month in which a period ends; 52/53-week periods count with their nominal month."""
    nominal = period_end - pd.Timedelta(days=_DAYS_BACK)
    return nominal.dt.year * 12 + nominal.dt.month


def place_in_time(rows: pd.DataFrame) -> pd.Series:
    """A number by which consecutive periods of one type are found. For a quarter it is three times the number of its
    calendar quarter, so that quarters of 12 and 16 weeks are consecutive too; for other periods it is the `month_index`
    of their end.
    """
    months = month_index(rows["period_end"])
    quarter = rows["calendar_quarter"].where(rows["period_type"] == "quarter").astype("str")
    number = quarter.str[:4].astype("Float64") * 12 + quarter.str[-1].astype("Float64") * 3
    return number.fillna(months.astype("Float64")).astype("int64")


def compare(rows: pd.DataFrame, breaks: pd.DataFrame, contradicted: pd.DataFrame | None = None) -> pd.DataFrame:
    """Growth, trailing sums and breaks of rows with one value for each series and period.

    A sum of several quarters is formed within one presentation only. It is null if it contains all quarters of a
    printed total that they do not add up to, or some of them together with other quarters.

    rows: entity_id, metric_id, definition_id, currency, period_type, calendar_quarter, period_start, period_end,
    amount, amount_usd; unique by series and period. breaks: `Reference.breaks`. contradicted: entity_id, definition_id,
    currency, period_start, period_end, reason; totals that differ from the sum of their quarters, and quarters that are
    kept as presented before.

    Returns the same index with yoy_local_pct, yoy_usd_pct, qoq_local_pct, qoq_usd_pct (percent; null where the rounding of the two
    amounts leaves the growth open, see MOST_OPEN_PCT), ttm_amount, ttm_amount_usd, ytd_amount, cumulative_amount,
    cumulative_since, is_break, break_reason, sum_reason (why sums are null although their quarters exist). The run of
    cumulative_amount starts again with and after a contradicted total.
    """
    contradicted = _NONE if contradicted is None else contradicted
    place = place_in_time(rows)
    compared = rows.assign(
        place=place, row=rows.index, is_older=_older_presentation(rows, contradicted), rounding=_rounding(rows)
    )
    before_quarter = _earlier(compared, 3)
    is_quarter = rows["period_type"] == "quarter"
    result = pd.DataFrame(
        {
            f"{span}_{place}_pct": _growth(compared, base, breaks, column).where(is_quarter | (span == "yoy"))
            for span, base in (("yoy", _earlier(compared, 12)), ("qoq", before_quarter))
            for place, column in (("local", "amount"), ("usd", "amount_usd"))
        }
    )
    trailing = [rows, before_quarter, *(_earlier(compared, months) for months in (6, 9))]
    crossed = _crosses_break(rows, trailing[-1]["period_start"], breaks)
    mixed = _contradiction(rows, trailing[-1]["period_start"], contradicted)
    for column, name in (("amount", "ttm_amount"), ("amount_usd", "ttm_amount_usd")):
        total = sum((part[column] for part in trailing[1:]), start=trailing[0][column])
        result[name] = total.where(is_quarter & ~crossed & mixed.isna())
    crosses = _crosses_break(rows, before_quarter["period_start"], breaks) | _begins_anew(rows, contradicted)
    sums = _running_sums(compared.assign(crosses=crosses)).reindex(rows.index)
    for name, first in (("ytd_amount", "ytd_since"), ("cumulative_amount", "cumulative_since")):
        reason = _contradiction(rows, sums[first], contradicted)
        mixed = mixed.fillna(reason)
        sums[name] = sums[name].where(reason.isna())
    result = result.join(sums.drop(columns="ytd_since"))
    result["sum_reason"] = mixed.where(is_quarter)
    result["is_break"], result["break_reason"] = breaks_in(rows, breaks)
    return result


def _running_sums(compared: pd.DataFrame) -> pd.DataFrame:
    """Sums over the calendar year so far, and over the whole run of quarters without a gap or a break."""
    quarters = compared[compared["period_type"] == "quarter"].sort_values([*_SERIES, "place"], kind="stable")
    groups = quarters.groupby(_SERIES, sort=False, dropna=False)
    begins = (groups["place"].diff() != 3) | quarters["crosses"]
    run = quarters.assign(run=begins.cumsum())
    runs = run.groupby("run", sort=False)
    in_year = run.assign(year=run["calendar_quarter"].str[:4]).groupby(["run", "year"], sort=False)
    whole = in_year["calendar_quarter"].transform("first").str[-1] == "1"
    return pd.DataFrame(
        {
            "ytd_amount": in_year["amount"].cumsum().where(whole),
            "ytd_since": in_year["period_start"].transform("first"),
            "cumulative_amount": runs["amount"].cumsum(),
            "cumulative_since": runs["period_start"].transform("first"),
        }
    )


_NONE = pd.DataFrame(columns=["entity_id", "definition_id", "currency", "period_start", "period_end", "reason"])


def _contradiction(rows: pd.DataFrame, first: pd.Series, contradicted: pd.DataFrame) -> pd.Series:
    """Why the quarters from `first` to each row have several presentations; null if they have one, or if `first` is
    null.
    """
    starts, ends, firsts = _dates(rows["period_start"]), _dates(rows["period_end"]), _dates(first)
    reason = np.full(len(rows), None, dtype=object)
    for total, at in _with_rows(contradicted, rows):
        is_whole = (firsts[at] <= total.start + _BESIDE) & (ends[at] >= total.end - _BESIDE)
        is_within = (firsts[at] >= total.start - _BESIDE) & (ends[at] <= total.end + _BESIDE)
        takes_part = (ends[at] > total.start) & (firsts[at] < total.end)
        mixes = (firsts[at] < starts[at]) & takes_part & (is_whole | ~is_within)
        mixed = at[mixes]
        reason[mixed[reason[mixed] == None]] = total.reason  # noqa: E711 - element by element
    return pd.Series(reason, index=rows.index, dtype="str")


def _begins_anew(rows: pd.DataFrame, contradicted: pd.DataFrame) -> pd.Series:
    """True for the first quarter of a contradicted total, and for the first one after it."""
    starts = _dates(rows["period_start"])
    begins = np.zeros(len(rows), dtype=bool)
    for total, at in _with_rows(contradicted, rows):
        after = total.end + np.timedelta64(1, "D")
        begins[at] |= (abs(starts[at] - total.start) <= _BESIDE) | (abs(starts[at] - after) <= _BESIDE)
    return pd.Series(begins, index=rows.index)


class _Total(NamedTuple):
    """A row of `contradicted`."""

    start: np.datetime64
    end: np.datetime64
    reason: str


def _with_rows(contradicted: pd.DataFrame, rows: pd.DataFrame) -> Iterator[tuple[_Total, np.ndarray]]:
    """Each contradicted total with the positions of the rows of its series, so that no total is compared with the rows of others."""
    if contradicted.empty:
        return
    series = ["entity_id", "definition_id", "currency"]
    places = rows.groupby(series, sort=False).indices
    totals = zip(
        contradicted[series].itertuples(index=False, name=None),
        _dates(contradicted["period_start"]),
        _dates(contradicted["period_end"]),
        contradicted["reason"],
        strict=True,
    )
    for of, start, end, reason in totals:
        if of in places:
            yield _Total(start, end, reason), np.asarray(places[of])


def _dates(days: pd.Series) -> np.ndarray:
    return days.to_numpy("datetime64[D]")


def _earlier(compared: pd.DataFrame, months: int) -> pd.DataFrame:
    """For each row, the row of the same series that ends the given number of months earlier; null if there is none."""
    past = compared[[*_SERIES, "amount", "amount_usd", "period_start", "is_older", "rounding"]].assign(
        place=compared["place"] + months
    )
    matched = compared[[*_SERIES, "place", "row"]].merge(
        past, on=[*_SERIES, "place"], how="left", validate="many_to_one"
    )
    return matched.set_index("row").reindex(compared.index)


def _growth(rows: pd.DataFrame, base: pd.DataFrame, breaks: pd.DataFrame, column: str) -> pd.Series:
    """Growth of the column (see `growth`); null across a break, between two presentations, and where the rounding of the amounts leaves it open."""
    one_presentation = base["is_older"].fillna(False).astype(bool) == rows["is_older"]
    sound = one_presentation & ~_crosses_break(rows, base["period_start"], breaks)
    least, most = (
        rows["amount"] * (1 + side * rows["rounding"]) / (base["amount"] * (1 - side * base["rounding"]))
        for side in (-1, 1)
    )
    return growth(rows[column], base[column]).where(sound & ((most - least).abs() * 100 <= MOST_OPEN_PCT))


def _rounding(rows: pd.DataFrame) -> pd.Series:
    """Half of the last printed digit of each amount as a part of it; zero where the amount was computed from others."""
    if "printed_step" not in rows:
        return pd.Series(0.0, index=rows.index)
    return (rows["printed_step"] / 2 / rows["amount"].abs()).where(rows["amount"] != 0).fillna(0.0)


def _older_presentation(rows: pd.DataFrame, contradicted: pd.DataFrame) -> pd.Series:
    """True for a quarter that keeps its earlier presentation, which `contradicted` names by itself."""
    starts, ends = _dates(rows["period_start"]), _dates(rows["period_end"])
    older = np.zeros(len(rows), dtype=bool)
    for total, at in _with_rows(contradicted, rows):
        older[at] |= (abs(starts[at] - total.start) <= _BESIDE) & (abs(ends[at] - total.end) <= _BESIDE)
    return pd.Series(older, index=rows.index) & (rows["period_type"] == "quarter")


def _crosses_break(rows: pd.DataFrame, base_start: pd.Series, breaks: pd.DataFrame) -> pd.Series:
    """True if the scope of the definition changed between the base and the row."""
    crossed = pd.Series(False, index=rows.index)
    for change in _of_rows(breaks[breaks["from_definition"] == breaks["to_definition"]], rows).itertuples():
        same = (rows["entity_id"] == change.entity_id) & (rows["definition_id"] == change.to_definition)
        crossed |= same & (base_start < change.break_on) & (rows["period_start"] >= change.break_on)
    return crossed


def _of_rows(breaks: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The breaks on a definition that one of the rows has."""
    return breaks[breaks["to_definition"].isin(rows["definition_id"].unique())]


def breaks_in(rows: pd.DataFrame, breaks: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """True for the first period on a new definition or scope, and the reason of the change.

    rows: entity_id, metric_id, definition_id, period_start, period_end. breaks: `Reference.breaks`.
    """
    is_break = pd.Series(False, index=rows.index)
    reason = pd.Series(index=rows.index, dtype="str")
    for change in _of_rows(breaks, rows).itertuples():
        same = (
            (rows["entity_id"] == change.entity_id)
            & (rows["metric_id"] == change.metric_id)
            & (rows["definition_id"] == change.to_definition)
            & (rows["period_start"] <= change.break_on)
            & (rows["period_end"] >= change.break_on)
        )
        is_break |= same
        reason = reason.mask(same, " ".join(str(change.reason).split()))
    return is_break, reason
