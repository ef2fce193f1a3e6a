"""The columns that place a row of a tidy table in time and among the companies of its quarter.

Whatever follows from the calendar quarter alone belongs here. Which calendar quarter a fiscal quarter belongs to is decided in
`values.periods`.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd


def with_quarter_start(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with quarter_start and calendar_year, from their column calendar_quarter ("2024Q2")."""
    quarter = pd.PeriodIndex(rows["calendar_quarter"], freq="Q")
    return rows.assign(quarter_start=quarter.start_time.astype("datetime64[us]"), calendar_year=quarter.year)


def on_time_axis(rows: pd.DataFrame, holder: Sequence[str]) -> pd.DataFrame:
    """The rows with quarter_start, calendar_year and full_calendar_year, from their column calendar_quarter ("2024Q2").

    holder: see `with_full_years`.
    """
    return with_full_years(with_quarter_start(rows), holder)


def with_full_years(rows: pd.DataFrame, holder: Sequence[str]) -> pd.DataFrame:
    """The rows with full_calendar_year: the calendar year where the sum over its quarters is the amount of the year, else null.

    holder names the columns of what a reader adds up over a year, such as ["entity_id"]: each needs four quarters that add up. Of the
    optional columns, is_complete must be true in each, is_break false after the first quarter, and ttm_amount_local not null in the fourth:
    a trailing sum is null where its quarters are not of one presentation.
    """
    number = rows["calendar_quarter"].str[-1]
    fits = pd.Series(True, index=rows.index)
    if "is_complete" in rows:
        fits &= rows["is_complete"].eq(True)
    if "is_break" in rows:
        fits &= ~(rows["is_break"].eq(True) & (number != "1"))
    if "ttm_amount_local" in rows:
        fits &= rows["ttm_amount_local"].notna() | (number != "4")
    years = rows.assign(fits=fits).groupby([*holder, "calendar_year"])
    is_full = years["calendar_quarter"].transform("nunique").eq(4) & years["fits"].transform("min").eq(True)
    return rows.assign(full_calendar_year=rows["calendar_year"].where(is_full))


def among_companies(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows, one per company and calendar quarter, with is_latest_quarter and all_companies_reported."""
    newest = rows.groupby("entity_id")["calendar_quarter"].transform("max")
    reported = rows.groupby("calendar_quarter")["entity_id"].transform("nunique")
    return rows.assign(
        is_latest_quarter=rows["calendar_quarter"] == newest,
        all_companies_reported=reported == rows["entity_id"].nunique(),
    )
