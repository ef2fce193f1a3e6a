"""Preferred rows add up: no day of a company is in two of them, whatever was printed, restated or claimed."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from properties.strategies import Archive, archives, capex_of, examples

from capex_pipeline.storage.warehouse import Warehouse

M = 1e6
_SHARED_DAYS = 7
"""Calendar quarters that filers print for 52/53-week years may share the days by which they are off."""


@pytest.mark.slow("reads many archives that Hypothesis draws")
@examples
@given(archives(companies=3, claims=True))
def test_whatever_is_printed_and_claimed_preferred_rows_never_overlap(archive: Archive) -> None:
    """And their sum over a company is a sum of its true quarters, each as first presented or as restated, once."""
    table = capex_of(archive.read())
    never_overlap(table, ["entity_id"])
    chosen = table[table["is_preferred"]]
    for company in sorted({company for company, _, _ in archive.truth}):
        possible = {value for (name, _, _), quarters in archive.truth.items() if name == company for value in quarters}
        assert set(chosen.loc[chosen["entity_id"] == company, "amount"] / M) <= possible
        years = {year for name, year, _ in archive.truth if name == company}
        assert (chosen["entity_id"] == company).sum() <= 4 * len(years)


@pytest.mark.slow("builds the shipped archive, or reads what another test has built")
@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("capex_by_definition", ["entity_id"]),
        ("cloud_revenue_by_definition", ["entity_id"]),
        ("gpu_estimates", ["supplier_id", "product"]),
        ("gpu_estimates_by_customer", ["customer_id", "supplier_id", "product"]),
    ],
)
def test_preferred_rows_of_the_archive_never_overlap(shipped: Warehouse, name: str, subject: list[str]) -> None:
    assert never_overlap(shipped.read(name), subject) > 5


def never_overlap(table: pd.DataFrame, subject: list[str]) -> int:
    """Compares the days of neighbouring preferred rows; returns how many rows there were."""
    chosen = table[table["is_preferred"]].sort_values([*subject, "period_start"])
    assert not chosen["is_aggregate"].any()
    assert not chosen.duplicated([*subject, "calendar_quarter"]).any()
    before = chosen.groupby(subject)["period_end"].shift()
    assert not ((before - chosen["period_start"]).dt.days >= _SHARED_DAYS).any()
    return len(chosen)
