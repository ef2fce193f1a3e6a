"""Groups keep the order in which entries come."""

from __future__ import annotations

from capex_pipeline.values.grouping import first_of_each, grouped

PAIRS = [("b", 1), ("a", 2), ("b", 3)]


def test_groups_have_keys_and_values_in_the_order_of_the_entries() -> None:
    assert list(grouped(PAIRS).items()) == [("b", [1, 3]), ("a", [2])]


def test_the_first_value_of_a_key_counts() -> None:
    assert list(first_of_each(PAIRS).items()) == [("b", 1), ("a", 2)]


def test_nothing_has_no_groups() -> None:
    assert grouped(iter(())) == first_of_each(iter(())) == {}
