"""Computes the columns that place a row in time and among the companies of its quarter.

Add a column here when it follows from the quarters that a table contains, such as whether a year is complete. The calendar quarter of a
fiscal quarter is decided in `values/periods.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from capex_pipeline.normalise.comparisons import percentage
from capex_pipeline.schemas.rules import amounts_of_companies

_QUARTERS = 4
_CURRENT_QUARTERS = 2
"""Number of quarters that count as current, the reference quarter and those before it: a company may have announced a quarter and not filed it."""


def calendar_quarters(texts: pd.Series) -> pd.PeriodIndex:
    """The calendar quarters that texts name ("2024Q2"). Each text is parsed once, since a table has many rows of a quarter."""
    places, different = pd.factorize(texts, use_na_sentinel=False)
    return pd.PeriodIndex(different, freq="Q").take(places)


def with_quarter_start(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with quarter_start, from their column calendar_quarter ("2024Q2")."""
    return rows.assign(quarter_start=calendar_quarters(rows["calendar_quarter"]).start_time.astype("datetime64[us]"))


def year_of(calendar_quarter: pd.Series) -> pd.Series:
    """The year of each calendar quarter."""
    return calendar_quarter.str[:4].astype("Int32")


def fiscal_quarter(rows: pd.DataFrame) -> pd.Series:
    """The fiscal quarter of each row as one text, "FY2025Q3", from its fiscal_year and fiscal_period; null where one of them is."""
    return ("FY" + rows["fiscal_year"].astype("Int64").astype("str") + rows["fiscal_period"]).where(
        rows["fiscal_year"].notna()
    )


def fiscal_year_of(fiscal_quarter: pd.Series) -> pd.Series:
    """The fiscal year of each fiscal quarter ("FY2025Q3"), also where a table does not have the whole year."""
    return fiscal_quarter.str[2:6].astype("Float64").astype("Int32")


REACHED = ["entity_id", "calendar_quarter", "entity_type", "source_type", "review_state", "status", "value"]
"""Columns of observations that `reference_quarter` reads."""


def reference_quarter(observations: pd.DataFrame) -> str | None:
    """The newest calendar quarter ("2024Q2") that half of the companies have reached with an amount of any metric; None if there is none.

    Half of them, because one company may report months before the others, and the documents of another may not be collected any more.
    """
    is_reported = amounts_of_companies(observations) & observations["calendar_quarter"].notna()
    newest = observations[is_reported].groupby("entity_id")["calendar_quarter"].max().sort_values(ascending=False)
    return None if newest.empty else str(newest.iloc[(len(newest) - 1) // 2])


def lag_days(calendar_quarter: pd.Series, period_end: pd.Series) -> pd.Series:
    """Days from the last day of each calendar quarter to the last day of the fiscal quarter."""
    end = calendar_quarters(calendar_quarter).end_time.normalize()
    return (period_end - pd.Series(end, index=period_end.index)).dt.days


def on_time_axis(rows: pd.DataFrame, holder: Sequence[str]) -> pd.DataFrame:
    """The rows of flows with all columns of time: see `with_quarter_start` and `with_whole_years`."""
    return with_whole_years(with_quarter_start(rows), holder)


def with_whole_years(rows: pd.DataFrame, holder: Sequence[str]) -> pd.DataFrame:
    """The rows with calendar_year, and with fiscal_year if they have fiscal quarters: the year where the sum over its quarters is the amount
    of the year, else null. why_no_calendar_year says why calendar_year is null.

    holder names the columns of what a reader adds up over a year, such as ["entity_id"]: each needs four quarters that add up. Of the
    optional columns, is_complete must be true in each, is_break false after the first quarter, and ttm_amount_local not null in the fourth:
    a trailing sum is null where its quarters are not of one presentation. Fiscal quarters are in fiscal_quarter, "FY2025Q3".
    """
    whole = whole_calendar_years(rows, holder)
    rows = rows.assign(calendar_year=whole, why_no_calendar_year=_why_null(rows, holder, whole))
    return rows.assign(fiscal_year=whole_fiscal_years(rows, holder)) if "fiscal_quarter" in rows else rows


def whole_calendar_years(rows: pd.DataFrame, holder: Sequence[str]) -> pd.Series:
    """Column calendar_year of `with_whole_years`."""
    return _whole(rows, holder, rows["calendar_quarter"], year_of(rows["calendar_quarter"]))


def whole_fiscal_years(rows: pd.DataFrame, holder: Sequence[str]) -> pd.Series:
    """Column fiscal_year of `with_whole_years`."""
    return _whole(rows, holder, rows["fiscal_quarter"], fiscal_year_of(rows["fiscal_quarter"]))


def at_year_ends(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of balances with all columns of time: the years are on the row of their last quarter only, because balances do not add up."""
    rows = with_quarter_start(rows)
    ends = {"calendar_year": year_of(rows["calendar_quarter"]).where(rows["calendar_quarter"].str.endswith("Q4"))}
    if "fiscal_quarter" in rows:
        is_last = rows["fiscal_quarter"].str.endswith("Q4").fillna(False).astype("bool")
        ends["fiscal_year"] = fiscal_year_of(rows["fiscal_quarter"]).where(is_last)
    return rows.assign(**ends)


def _whole(rows: pd.DataFrame, holder: Sequence[str], quarter: pd.Series, year: pd.Series) -> pd.Series:
    """The year of each row where its holder has the quarters "1" to "4" of it and they add up, else null."""
    number = quarter.str[-1]
    fits = pd.Series(True, index=rows.index)
    if "is_complete" in rows:
        fits &= rows["is_complete"].eq(True)
    if "is_break" in rows:
        fits &= ~(rows["is_break"].eq(True) & (number != "1"))
    if "ttm_amount_local" in rows:
        fits &= rows["ttm_amount_local"].notna() | (number != "4")
    years = rows[[*holder]].assign(year=year, number=number, fits=fits).groupby([*holder, "year"], dropna=False)
    is_whole = years["number"].transform("nunique").eq(_QUARTERS) & years["fits"].transform("min").eq(True)
    return year.where(is_whole)


def _why_null(rows: pd.DataFrame, holder: Sequence[str], whole: pd.Series) -> pd.Series:
    """Of each row without a whole calendar year one of WHY_NO_YEAR, else null."""
    year, newest = year_of(rows["calendar_quarter"]), rows["calendar_quarter"].max()
    on_record = (
        rows["calendar_quarter"].where(rows["is_complete"].eq(True))
        if "is_complete" in rows
        else rows["calendar_quarter"]
    )
    quarters = rows[[*holder]].assign(year=year, quarter=on_record).groupby([*holder, "year"], dropna=False)["quarter"]
    why = pd.Series("quarters_missing", index=rows.index, dtype="str").mask(
        quarters.transform("nunique").eq(_QUARTERS), "series_changes"
    )
    is_to_come = (
        (year == year_of(pd.Series([newest]))[0]) & (not str(newest).endswith("Q4")) if len(rows) else why.isna()
    )
    return why.mask(is_to_come, "quarters_to_come").mask(whole.notna())


def year_before(rows: pd.DataFrame, key: Sequence[str], values: pd.Series) -> pd.Series:
    """Of each row the value of the row with the same key and the same calendar quarter of the year before; null where there is none."""
    place = [*key, "calendar_quarter"]
    later = (calendar_quarters(rows["calendar_quarter"]) + 4).astype(str)
    past = rows[place].assign(calendar_quarter=later, before=values)
    return rows[place].merge(past, on=place, how="left")["before"].set_axis(rows.index)


def of_all(rows: pd.DataFrame, period: str, holder: str) -> pd.Series:
    """The period of each row where every holder of the table has a row of it, else null. period, holder: columns; rows without a period do not count."""
    return rows[period].where(rows[period].map(rows.groupby(period)[holder].nunique()) == rows[holder].nunique())


def with_company_years(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of companies with calendar_year as two columns: calendar_year_of_company, and calendar_year_of_all_in_table, which is null unless
    every company has that year. With one name analysts add up companies whose years begin at different times.
    """
    of_all_companies = of_all(rows, "calendar_year", "entity_id")
    years = {"calendar_year_of_company": rows["calendar_year"], "calendar_year_of_all_in_table": of_all_companies}
    return rows.drop(columns="calendar_year").assign(**years)


def share_of_all(rows: pd.DataFrame, period: str, amount: str = "amount_usd") -> pd.Series:
    """The amount in percent of its sum over the rows of the same period. period: a column of `of_all`; null where it is null."""
    total = rows.groupby(period)[amount].agg(lambda part: part.sum(skipna=False))
    return percentage(rows[amount], rows[period].map(total).astype("float64"))


def among_companies(rows: pd.DataFrame, newest: str | None) -> pd.DataFrame:
    """The rows, one per company and calendar quarter, with columns on how the quarter stands to the company's and to other companies' quarters.

    newest: `reference_quarter` of all observations, also those that the rows were not computed from.
    """
    quarter = rows["calendar_quarter"]
    common = of_all(rows, "calendar_quarter", "entity_id")
    is_common = common.notna()
    oldest = "" if newest is None else str(pd.Period(newest, freq="Q") - (_CURRENT_QUARTERS - 1))
    is_current = quarter >= oldest
    is_newest = quarter == rows.groupby("entity_id")["calendar_quarter"].transform("max")
    return rows.assign(
        is_latest_quarter_of_company=is_newest & is_current,
        calendar_quarter_of_all_in_table=common,
        is_latest_quarter_of_all_in_table=is_common & (quarter == quarter[is_common].max()) & is_current,
    )
