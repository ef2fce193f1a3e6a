"""What was known on a day: never from the future, never forgotten, and what a build on that day would have said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from builders import RAW_SMALL, build
from hypothesis import given
from hypothesis import strategies as st
from properties.strategies import Archive, archives, capex_of, examples

from capex_pipeline.normalise.observations import as_of
from capex_pipeline.storage.warehouse import Warehouse

CELL = ["series", "period_start", "period_end"]


@pytest.mark.slow("reads many archives that Hypothesis draws")
@examples
@given(archives(), st.data())
def test_what_is_known_stays_known_until_something_newer_takes_its_place(archive: Archive, data: Any) -> None:
    table = archive.read().observations
    first, second = sorted(data.draw(st.tuples(*[st.sampled_from(archive.days)] * 2)))
    then, later = as_of(table, first), as_of(table, second)
    assert (then["known_from"] <= pd.Timestamp(first)).all()
    both = then.merge(later, on=CELL, how="left", suffixes=("", "_later"), validate="one_to_one")
    assert both["observation_id_later"].notna().all(), "a cell that was known is no longer known"
    replaced = both["observation_id"] != both["observation_id_later"]
    assert (both.loc[replaced, "known_from_later"] > pd.Timestamp(first)).all()
    assert (both.loc[replaced, "known_to"] <= pd.Timestamp(second)).all()
    assert (both.loc[replaced, "vintage_later"] > both.loc[replaced, "vintage"]).all()
    assert not (both.loc[~replaced, "known_to"] <= pd.Timestamp(second)).any()


@pytest.mark.slow("reads many archives that Hypothesis draws")
@examples
@given(archives(), st.data())
def test_a_table_made_on_a_day_says_what_was_known_that_day(archive: Archive, data: Any) -> None:
    """And what it calls first reported is what later tables call so too."""
    day = data.draw(st.sampled_from(archive.days))
    whole = archive.read()
    then, now = capex_of(archive.known_by(day).read()), capex_of(whole)
    known = as_of(whole.observations, day).dropna(subset=["value"])
    # An amount is known from the company's announcement in reference data on, which may be before the day of the document that states it here.
    known = known[known["document_known_from"] <= pd.Timestamp(day)]
    current = known.set_index("observation_id")["value"]
    own = then[~then["is_aggregate"] & then["observation_id"].isin(current.index)].set_index("observation_id")["amount"]
    assert own.to_dict() == current.to_dict()
    cell = ["entity_id", "definition_id", "period_start", "period_end", "source_type"]
    first = [*cell, "first_reported_amount", "first_reported_on"]
    both = then.loc[~then["is_aggregate"], first].merge(
        now[first], on=cell, suffixes=("", "_now"), validate="one_to_one"
    )
    assert len(both) == (~then["is_aggregate"]).sum()
    assert (both["first_reported_amount"] == both["first_reported_amount_now"]).all()
    assert (both["first_reported_on"] == both["first_reported_on_now"]).all()


@pytest.mark.slow("builds the small archive")
@pytest.mark.parametrize("day", ["2023-10-24", "2024-08-26"])
def test_a_build_as_of_a_day_is_a_build_without_what_came_later(small: Warehouse, tmp_path: Path, day: str) -> None:
    """The evidence stays whole; whatever follows from it does not know of the future, nor of its exchange rates."""
    documents = small.read("documents")
    later = documents.loc[documents["known_from"] > pd.Timestamp(day), "document_id"].tolist()
    alike = ("observations", "periods", "gpu_estimates", "claim_checks")
    only = (*alike, "capex_by_definition", "cloud_revenue_by_definition", "fx_rates")
    assert build(RAW_SMALL, tmp_path / "as_of", only=only, as_of=day).success
    assert build(RAW_SMALL, tmp_path / "without", only=only, leave_out=later).success
    on_the_day, without = (Warehouse(tmp_path / name).candidates() for name in ("as_of", "without"))
    for table in alike:
        pd.testing.assert_frame_equal(on_the_day.read(table), without.read(table), obj=table)
    for table in ("capex_by_definition", "cloud_revenue_by_definition"):
        over = on_the_day.read(table)["period_end"] <= pd.Timestamp(day)
        columns = [name for name in on_the_day.read(table).columns if name != "amount_usd_constant"]
        pd.testing.assert_frame_equal(
            on_the_day.read(table)[over][columns], without.read(table)[over][columns], obj=table
        )
        assert (
            on_the_day.read(table)[~over]["amount_usd"].isna().all()
            or (on_the_day.read(table)[~over]["currency"] == "USD").all()
        )
    rates = on_the_day.read("fx_rates")
    assert (rates["last_fixing"].dropna() <= pd.Timestamp(day)).all()
    assert set(on_the_day.read("claim_checks")["document_id"]).isdisjoint(later)


@pytest.mark.slow("builds the small archive")
def test_the_day_of_an_article_is_the_first_on_which_its_claims_are_judged(small: Warehouse, tmp_path: Path) -> None:
    tables = {"claim_checks": "claim_check_id", "arithmetic_checks": "arithmetic_check_id"}
    assert build(RAW_SMALL, tmp_path / "eve", only=tuple(tables), as_of="2024-08-25").success
    eve = Warehouse(tmp_path / "eve").candidates()
    for table, key in tables.items():
        checks = small.read(table)
        of_article = checks.loc[checks["document_id"].str.startswith("article"), key]
        assert len(of_article) >= 1
        assert set(of_article).isdisjoint(eve.read(table)[key])
