"""Quarters add up to years: what is derived is what one presentation's figures leave, and nothing else."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from properties.strategies import HABITS, PARTS, Archive, archives, examples

from capex_pipeline.reference import load
from capex_pipeline.storage.warehouse import Warehouse

M = 1e6


@pytest.mark.slow("reads many archives that Hypothesis draws")
@examples
@given(archives())
def test_whatever_a_company_prints_its_quarters_are_the_true_ones_and_add_up(archive: Archive) -> None:
    known = archive.read()
    made_of_its_operands(known.observations, known.figures)
    quarters = known.observations.query("period_type == 'quarter'").dropna(subset=["value"])
    for (company, year, basis), truth in archive.truth.items():
        calendar = load().calendars[company]
        own = quarters[quarters["presentation"] == f"{company} FY{year} {basis}".strip()]
        starts = {pd.Timestamp(calendar.bounds(year, f"Q{number}")[0]): number for number in (1, 2, 3, 4)}
        found = own.drop_duplicates("period_start").set_index("period_start")["value"] / M
        assert {starts[day]: value for day, value in found.items()} == {
            starts[day]: truth[starts[day] - 1] for day in found.index
        }
        if len(found) == 4:
            assert found.sum() == sum(truth)
        if not basis:
            assert set(found.index.map(starts)) == determined(printed_of(archive, company, year))


def printed_of(archive: Archive, company: str, year: int) -> set[str]:
    """The parts of a year that a company's first filings print."""
    names = {str(one["document_id"]) for one in archive.documents}
    return {part for part in PARTS if f"{company} {part} {year}" in names}


def determined(shown: set[str]) -> set[int]:
    """The quarters that can be had from cumulative figures: as the sums of a year's parts say, worked out anew."""
    found = {number for number in (1, 2, 3, 4) if f"Q{number}" in shown}
    steps = {"H1": 2, "9M": 3, "FY": 4}
    for part, last in steps.items():
        before = {1: "Q1", 2: "H1", 3: "9M"}[last - 1]
        if part in shown and (before in shown or set(range(1, last)) <= found & printed_quarters(shown)):
            found.add(last)
    return found


def printed_quarters(shown: set[str]) -> set[int]:
    return {number for number in (1, 2, 3, 4) if f"Q{number}" in shown}


def test_the_habits_say_what_they_determine() -> None:
    """By hand: year to date gives all four; Q1, nine months and the year give the first and the last."""
    assert determined(set(HABITS["year to date"])) == {1, 2, 3, 4}
    assert determined(set(HABITS["quarters and the year"])) == {1, 2, 3, 4}
    assert determined(set(HABITS["with a hole"])) == {1, 4}


@pytest.mark.slow("builds the shipped archive, or reads what another test has built")
def test_every_derived_quarter_of_the_archive_is_made_of_its_operands(shipped: Warehouse) -> None:
    assert made_of_its_operands(shipped.read("observations"), shipped.read("figures")) > 100


def made_of_its_operands(observations: pd.DataFrame, figures: pd.DataFrame) -> int:
    """Recomputes each derived quarter from the figures it names; returns how many there were.

    A sum of several lines of a filing names the lines, so only quarters whose figures are all of their own definition count. The
    growth that a document states beside a level is named with it, and is no operand.
    """
    derived = observations[
        observations["locator"].isin(["derived: difference", "derived: chain"]) & observations["value"].notna()
    ]
    parts = derived[["observation_id", "definition_id", "value"]].assign(
        figure_id=derived["derived_from"].str.split("|")
    )
    levels = figures[figures["measure"] == "level"]
    parts = parts.explode("figure_id").merge(levels, on="figure_id", suffixes=("", "_figure"), validate="many_to_one")
    own = parts.groupby("observation_id").filter(
        lambda one: (one["definition_id"] == one["definition_id_figure"]).all()
    )
    for _, one in own.groupby("observation_id"):
        assert one["presentation"].nunique() == 1
        first, others = one.iloc[0], one.iloc[1:]
        assert first["value"] == first["value_figure"] - others["value_figure"].sum()
        # Nvidia tags the first half of fiscal 2009 as beginning three days early.
        assert first["period_start"] <= others["period_start"].min() + pd.Timedelta(days=3)
        assert first["period_end"] >= others["period_end"].max()
    return int(own["observation_id"].nunique())
