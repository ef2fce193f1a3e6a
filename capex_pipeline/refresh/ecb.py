"""Refreshes the European Central Bank's history of daily reference rates.

Add a rule here when it decides whether a served history is newer and complete. The rates of periods are computed in
`normalise/currency.py`, and the file for a build is chosen in `sources/ecb_rates.py`. The history contains no figures
of companies, so it is stored in a hidden folder that the walk over raw/ skips.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from capex_pipeline.refresh.etag_store import context_of
from capex_pipeline.refresh.http_types import ZIP, RefreshError
from capex_pipeline.refresh.outcomes import CHANGED, NEW, UNCHANGED, Outcome
from capex_pipeline.refresh.session import RefreshContext
from capex_pipeline.sources.ecb_rates import daily_fixings, rates_source, sentence
from capex_pipeline.sources.rate_file import REFRESHED, RateFileError, fixings_hash

_PATH = "/stats/eurofxref/eurofxref-hist.zip"


def refresh_rates(work: RefreshContext, currencies: Collection[str]) -> Outcome:
    """Request the history of rates and store it if it goes further than the stored one.

    Raises RefreshError: as `Client.get`; damaged; fixings_lost if it lacks a day that the stored history has. The
    stored history is then unchanged.
    """
    url = work.sources.ecb + _PATH
    stored_bytes = work.writer.read(REFRESHED)
    answer = work.client.get(url, ZIP, work.memory.validators(url, context_of(stored_bytes)))
    if answer.not_modified:
        return Outcome("ecb", "rates", REFRESHED, UNCHANGED, "The ECB reports no change.")
    with tempfile.TemporaryDirectory() as folder:
        served = Path(folder) / "served.zip"
        served.write_bytes(answer.body)
        stored = _stored(work.writer.root)
        try:
            same = fixings_hash(served) == fixings_hash(stored)
            then, now = _fixings(stored, currencies), _fixings(served, currencies)
        except RateFileError as error:
            message = sentence(error).replace(str(served), url)
            raise RefreshError("damaged", f"The rates were not saved: {message}") from error
    reach = now.index.get_level_values("date").max() if len(now) else None
    lost = then.index.difference(now.index)
    if len(lost):
        currency, day = lost[0]
        raise RefreshError(
            "fixings_lost",
            f"{url} lacks {len(lost):,} fixings of the stored file (first: {currency} on {day:%Y-%m-%d}); the stored file is kept.",
        )
    if same or reach is None or reach <= then.index.get_level_values("date").max():
        work.memory.remember(url, answer.validators, context_of(stored_bytes))
        return Outcome(
            "ecb",
            "rates",
            REFRESHED,
            UNCHANGED,
            f"No later fixing than {reach:%Y-%m-%d}." if reach is not None else "",
        )
    revised = int((now.reindex(then.index) != then).sum())
    work.writer.put(REFRESHED, answer.body, _sidecar(work, reach))
    work.memory.remember(url, answer.validators, context_of(answer.body))
    note = f"to {reach:%Y-%m-%d}" + (f"; {revised:,} earlier fixings differ" if revised else "")
    return Outcome("ecb", "rates", REFRESHED, NEW if stored_bytes is None else CHANGED, note)


def _stored(raw: Path) -> Path | None:
    """As `rates_source`, but None for a damaged file, so that the refresh replaces it."""
    try:
        return rates_source(raw)
    except RateFileError:
        return None


def _fixings(source: Path | None, currencies: Collection[str]) -> pd.Series:
    """Rates by currency and date."""
    return daily_fixings(sorted(currencies), source).set_index(["currency", "date"])["rate"]


def _sidecar(work: RefreshContext, reach: pd.Timestamp) -> dict[str, object]:
    return {
        "publisher": "European Central Bank",
        "url": "https://www.ecb.europa.eu" + _PATH,
        "retrieved": work.today,
        "last_fixing": reach.date(),
        "licence": "Reference rates of the European Central Bank; free to use with the source named",
        "note": "History of the euro foreign exchange reference rates as served.",
    }
