"""What is converted can be converted back, whatever is printed and in whatever currency."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from properties.strategies import Archive, archives, capex_of, examples, fixings

from capex_pipeline.normalise.currency import convert, period_rates, rate_periods
from capex_pipeline.storage.warehouse import Warehouse

M = 1e6
SIDES = ("", "_low", "_high")


@pytest.mark.slow("reads many archives that Hypothesis draws")
@examples
@given(archives(claims=True))
def test_an_amount_in_dollars_goes_back_to_the_number_as_printed(archive: Archive) -> None:
    """The way back is by the rates of the same period, and ends within the last printed digit."""
    table = capex_of(archive.read())
    back_again(table)
    there = table[table["amount"].notna() & table["amount_usd"].notna()]
    frame = there[["period_start", "period_end"]].assign(
        currency=pd.Series("USD", index=there.index, dtype="str"), amount=there["amount_usd"], is_stock=False
    )
    for code, rows in frame.groupby(there["currency"]):
        rates = period_rates(fixings(), rate_periods(rows, [str(code)]))
        again = convert(rows, rates, str(code), {"amount": "again"})["again"]
        assert (again / M).round(6).tolist() == (there.loc[rows.index, "amount"] / M).tolist()


@pytest.mark.slow("builds the shipped archive, or reads what another test has built")
@pytest.mark.parametrize("name", ["capex_by_definition", "cloud_revenue_by_definition"])
def test_every_published_amount_goes_back(shipped: Warehouse, name: str) -> None:
    table = shipped.read(name)
    assert table["amount_usd"].notna().sum() > 100
    back_again(table)


def back_again(table: pd.DataFrame) -> None:
    """Dollars times the rate beside them are the amount; bounds stay in order; where there is no rate there are no dollars."""
    rated = table["fx_usd"].notna()
    for side in SIDES:
        there, here = table[f"amount_usd{side}"], table[f"amount{side}"]
        assert (there.notna() == (here.notna() & rated)).all()
        np.testing.assert_allclose((there * table["fx_usd"])[there.notna()], here[there.notna()], rtol=1e-14)
    ordered = table[["amount_usd_low", "amount_usd", "amount_usd_high"]].ffill(axis=1).diff(axis=1).iloc[:, 1:]
    assert not (ordered < -1e-3).any(axis=None)
    dollars = table[table["currency"] == "USD"]
    assert (dollars["amount_usd"].dropna() == dollars["amount"].dropna()).all()
    yuan = table[table["currency"] == "CNY"]
    assert (yuan["amount_cny"].dropna() == yuan["amount"].dropna()).all()
