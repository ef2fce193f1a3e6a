"""The columns that place a row of a tidy table in time.

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
    """The rows with quarter_start, calendar_year and quarters_in_calendar_year, from their column calendar_quarter ("2024Q2").

    holder names the columns of what a reader adds up over a year, such as ["entity_id"]: the quarters are counted for each.
    """
    rows = with_quarter_start(rows)
    counted = rows.groupby([*holder, "calendar_year"])["calendar_quarter"].transform("nunique")
    return rows.assign(quarters_in_calendar_year=counted)
