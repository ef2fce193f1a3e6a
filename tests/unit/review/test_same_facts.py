"""Two numbers of one text that state one fact: which is kept, and whether they contradict each other."""

from __future__ import annotations

from typing import Any

import pytest

from capex_pipeline.review.same_facts import Repeat, repeats, same_facts

FACT = {
    "entity": "alphabet", "metric": "cloud_revenue", "definition": "google_cloud_segment", "period": "2024-04-01/2024-06-30", "unit": "USD billion",
    "status": "reported", "claimant": "company",
}  # fmt: skip


def figure(value: str, bound: str = "exact", **changed: Any) -> dict[str, Any]:
    return {**FACT, "value": value, "bound": bound, **changed}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (figure("10", "at_least"), figure("10.35"), Repeat("a", "b", True)),
        (figure("10", "at_least"), figure("9.2"), Repeat("a", "b", False)),
        (figure("10", "at_least"), figure("71.6"), Repeat("a", "b", False)),
        (figure("71.6", "at_most"), figure("10"), Repeat("a", "b", False)),
        (figure("11", "at_most"), figure("10.35"), Repeat("a", "b", True)),
        (figure("10", "at_most"), figure("10.35"), Repeat("a", "b", True)),
        (figure("10", "at_most"), figure("10.8"), Repeat("a", "b", False)),
        (figure("10.35"), figure("10.4"), Repeat("b", "a", True)),
        (figure("10.35"), figure("10.8"), Repeat("b", "a", False)),
        (figure("10", "at_least"), figure("12", "at_least"), Repeat("b", "a", False)),
        (figure("125", "approximately"), figure("125"), Repeat("a", "b", True)),
    ],
    ids=["more than", "more than a smaller one", "more than a far one", "less than a far one", "less than", "rounds to the bound", "less than a larger one", "fewer digits", "another", "two bounds", "rough words"],
)  # fmt: skip
def test_a_number_agrees_with_one_in_other_digits_and_with_a_bound_that_it_keeps(
    first: dict[str, Any], second: dict[str, Any], expected: Repeat
) -> None:
    assert list(repeats({"a": first, "b": second})) == [expected]


def test_numbers_of_other_companies_or_periods_are_no_repeats() -> None:
    others = (figure("12", entity="amazon"), figure("12", period="2024-01-01/2024-03-31"))
    assert [list(repeats({"a": figure("10"), "b": other})) for other in others] == [[], []]


def test_readings_of_one_fact_are_together_with_the_most_exact_one() -> None:
    readings = {
        "a": figure("125", "approximately"),
        "b": figure("125"),
        "c": figure("118"),
        "d": figure("125", period="2024-01-01/2024-03-31"),
    }
    assert list(same_facts(readings)) == [("b", ["a", "b"])]
