"""Which numbers go with which bound, row by row, and at which size a number is no longer believed."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from capex_pipeline.values.units import read_values

FITS = {
    # bound: rows (value, value_low, value_high) that go with it, and what they mean
    "exact": {("5", "", ""): (5, 5, 5), ("", "5", "5"): (5, 5, 5), ("5", "5", "5"): (5, 5, 5)},
    "range": {("", "4", "7"): (4, None, 7), ("5", "4", "7"): (4, 5, 7), ("4-7", "", ""): (4, None, 7), ("", "4", "4"): (4, None, 4)},
    "order_of_magnitude": {("", "2", "9"): (2, None, 9), ("dozens", "", ""): (20, None, 99)},
    "at_least": {("5", "", ""): (5, None, None), ("", "5", ""): (5, None, None), ("more than 5", "", ""): (5, None, None), ("5", "5", ""): (5, None, None)},
    "at_most": {("5", "", ""): (None, None, 5), ("", "", "5"): (None, None, 5), ("up to 5", "", ""): (None, None, 5), ("5", "", "5"): (None, None, 5)},
    "approximately": {("5", "", ""): (None, 5, None), ("", "4", "7"): (4, None, 7), ("5", "4", "7"): (4, 5, 7), ("5", "4", ""): (4, 5, None)},
}  # fmt: skip
ROWS = sorted(
    {numbers for rows in FITS.values() for numbers in rows}
    | {("5", "", "7"), ("", "4", "5"), ("5", "4", "5"), ("5", "5", "7")}
)
STRANGE = {
    # What else a stated bound makes sense of: about, up to or more than five, said to be something else, is one number.
    "exact": {("more than 5", "", ""), ("up to 5", "", ""), ("", "4", "4")}, "approximately": {("more than 5", "", ""), ("up to 5", "", ""), ("4-7", "", ""), ("", "4", "4"),
     ("", "2", "9"), ("", "4", "5"), ("", "5", "5"), ("5", "", "5"), ("5", "", "7"), ("5", "4", "5"), ("5", "5", ""), ("5", "5", "5"), ("5", "5", "7"), ("dozens", "", "")},
    "range": {("", "2", "9"), ("", "4", "5"), ("", "5", "5"), ("5", "4", "5"), ("5", "5", "5"), ("5", "5", "7"), ("dozens", "", "")},
    "order_of_magnitude": {("", "4", "7"), ("5", "4", "7"), ("4-7", "", ""), ("", "4", "4"), ("", "4", "5"), ("", "5", "5"), ("5", "4", "5"), ("5", "5", "5"), ("5", "5", "7")},
    "at_least": {("up to 5", "", "")}, "at_most": {("more than 5", "", "")},
}  # fmt: skip


CELLS = ["value", "value_low", "value_high", "unit", "bound"]


def read(value: str, low: str, high: str, bound: str, unit: str = "units") -> dict[str, object]:
    cells = dict(zip(CELLS, (value, low, high, unit, bound), strict=True))
    frame = pd.DataFrame([{name: text or None for name, text in cells.items()}]).astype("str")
    return dict(read_values(frame).iloc[0])


@cache
def read_together() -> dict[tuple[tuple[str, str, str], str], dict[str, object]]:
    """Every row of ROWS with every bound, read as one frame, by its numbers and bound: one row alone takes as long."""
    cases = [(numbers, bound) for bound in FITS for numbers in ROWS]
    frame = pd.DataFrame([(*numbers, "units", bound) for numbers, bound in cases], columns=CELLS).replace("", None)
    records = read_values(frame.astype("str")).to_dict("records")
    return {
        case: {str(name): value for name, value in record.items()} for case, record in zip(cases, records, strict=True)
    }


@pytest.mark.parametrize("bound", FITS)
def test_the_numbers_that_go_with_a_bound_and_those_that_do_not(bound: str) -> None:
    for numbers in ROWS:
        found = read_together()[numbers, bound]
        if numbers in FITS[bound] or numbers in STRANGE[bound]:
            assert pd.isna(found["problem_rule"]), (bound, numbers, found["problem"])
            assert found["bound"] == bound
        else:
            assert found["problem_rule"] == "bound_contradicts_value", (bound, numbers)
    for numbers, meaning in FITS[bound].items():
        found = read_together()[numbers, bound]
        assert (
            tuple(None if pd.isna(found[name]) else found[name] for name in ("value_low", "value", "value_high"))
            == meaning
        ), numbers


@pytest.mark.parametrize(
    ("numbers", "bound"),
    [
        (("5", "", ""), "exact"), (("about 5", "", ""), "approximately"), (("5", "4", ""), "approximately"), (("5", "", "7"), "approximately"),
        (("about 5", "4", "7"), "approximately"), (("", "4", ""), "at_least"), (("", "", "7"), "at_most"), (("", "4", "7"), "range"),
        (("more than 5", "", ""), "at_least"), (("more than 5", "5", ""), "at_least"), (("4-7", "4", "7"), "range"), (("up to 5", "", "5"), "at_most"),
        (("4-7", "4", ""), "range"), (("4-7", "", "7"), "range"),
    ],
)  # fmt: skip
def test_the_bound_of_a_row_that_states_none(numbers: tuple[str, str, str], bound: str) -> None:
    found = read(*numbers, "")
    assert (found["bound"], pd.isna(found["problem"])) == (bound, True)


@pytest.mark.parametrize(
    ("numbers", "column"),
    [
        (("more than 5", "4", ""), "value_low"), (("up to 5", "", "4"), "value_high"), (("4-7", "5", "7"), "value_low"), (("4-7", "4", "6"), "value_high"),
    ],
)  # fmt: skip
def test_limits_that_are_not_those_of_the_text(numbers: tuple[str, str, str], column: str) -> None:
    found = read(*numbers, "")
    assert (found["problem_rule"], found["problem_column"]) == ("bounds_disagree", column)


@pytest.mark.parametrize("numbers", [("5", "6", ""), ("5", "", "4"), ("", "7", "4"), ("5", "6", "7"), ("5", "3", "4")])
def test_limits_out_of_order(numbers: tuple[str, str, str]) -> None:
    assert read(*numbers, "")["problem_rule"] == "bounds_out_of_order"


@pytest.mark.parametrize("word", ["", "more than ", "up to ", "about "])
def test_a_number_of_more_than_a_billion_billion_is_a_slip(word: str) -> None:
    fits, slip = (read(f"{word}{number}", "", "", "", "USD billion") for number in ("1,000,000,000", "1,000,000,001"))
    assert pd.isna(fits["problem_rule"])
    assert (slip["problem_rule"], slip["problem_column"]) == ("implausible_number", "value")
    for column, limits in (("value_low", ("1,000,000,001", "")), ("value_high", ("", "1,000,000,001"))):
        found = read("", *limits, "", "USD billion")
        assert (found["problem_rule"], found["problem_column"]) == ("implausible_number", column)


def test_the_printed_step_is_the_values_and_of_two_limits_the_coarser() -> None:
    assert read("5.25", "5.1", "5.4", "")["printed_step"] == 0.01
    assert read("", "5.1", "6", "")["printed_step"] == 1
    assert read("", "5", "6.1", "")["printed_step"] == 1
    assert read("", "", "6.1", "")["printed_step"] == 0.1


def test_a_unit_text_may_have_eighty_characters() -> None:
    long = "USD" + " " * 10 + "million"
    assert pd.isna(read("5", "", "", "", long)["problem_rule"]), "spaces do not count"
    for length in (80, 81):
        assert read("5", "", "", "", "x" * length)["problem_rule"] == "unknown_unit"
    assert "longer than 80" not in str(read("5", "", "", "", "x" * 80)["problem"])
    assert "longer than 80" in str(read("5", "", "", "", "x" * 81)["problem"])


def test_a_row_with_two_problems_says_the_first_and_rows_beside_it_their_own() -> None:
    rows = [
        ("many", "parsecs", None),
        ("5", "parsecs", "maybe"),
        (None, "USD", "maybe"),
        ("5", "USD", "maybe"),
        ("5", None, "maybe"),
        ("5", "USD", " exact "),
    ]
    frame = pd.DataFrame(
        [{"value": value, "unit": unit, "bound": bound} for value, unit, bound in rows], index=list("abcdef")
    )
    read_rows = read_values(frame.assign(value_low=None, value_high=None).astype("str"))
    assert read_rows["problem_rule"].fillna("-").tolist() == [
        "unknown_unit",
        "unknown_unit",
        "missing_value",
        "unknown_bound",
        "missing_unit",
        "-",
    ]
    assert read_rows["problem_column"].fillna("-").tolist() == ["unit", "unit", "value", "bound", "unit", "-"]
    assert read_rows["unit"].fillna("-").tolist() == ["-", "-", "money", "money", "-", "money"]


@pytest.mark.parametrize(
    ("value", "unit", "number"),
    [
        ("about 1.5 million", "USD", 1.5e6), ("about 1.5 million", "chips", 1.5e6), ("about 1.5 thousand", "USD per chip", 1_500),
        ("about half", "percent", 50), ("about half", "times", 0.5), ("about 5", "percent", 5), ("about 5", "times", 5), ("about 5", "rank", 5),
        ("about 5", "USD million", 5e6), ("about doubled", "times", 2),
    ],
)  # fmt: skip
def test_words_of_a_value_in_each_kind_of_unit(value: str, unit: str, number: float) -> None:
    found = read(value, "", "", "", unit)
    assert (found["value"], found["bound"], pd.isna(found["problem"])) == (number, "approximately", True)


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        ("1.5 million", "percent"), ("1.5 million", "times"), ("1.5 million", "rank"), ("half", "USD"), ("half", "chips"), ("half", "rank"),
        ("doubled", "percent"), ("doubled", "chips"), ("doubled", "rank"),
    ],
)  # fmt: skip
def test_words_of_a_value_in_a_unit_that_they_do_not_fit(value: str, unit: str) -> None:
    assert read(value, "", "", "", unit)["problem_rule"] == "unit_does_not_fit"


def test_limits_may_have_scale_words_and_nothing_beside_them() -> None:
    found = read("", "1 million", "two million", "")
    assert (found["value_low"], found["value_high"], found["bound"]) == (1e6, 2e6, "range")
    for text in ("about 1 million", "1 to 2 million", "more than 1"):
        assert read("", text, "3 million", "")["problem_column"] == "value_low"
        assert read("", "0", text, "")["problem_column"] == "value_high"


def test_a_direction_keeps_no_number_and_names_the_unit_that_an_amount_would_have() -> None:
    found = read("increase significantly", "", "", "direction", unit="USD billion")
    assert pd.isna(found["problem_rule"]) and (found["bound"], found["unit"], found["currency"]) == (
        "direction",
        "money",
        "USD",
    )
    assert all(pd.isna(found[name]) for name in ("value_low", "value", "value_high", "printed_step"))


@pytest.mark.parametrize(
    ("numbers", "rule"),
    [
        (("about 75", "", ""), "bound_contradicts_value"), (("75", "", ""), "bound_contradicts_value"), (("grow", "70", "80"), "bound_contradicts_value"),
        (("", "", ""), "missing_value"), (("", "70", ""), "missing_value"),
    ],
)  # fmt: skip
def test_a_direction_with_a_number_or_without_words_is_rejected(numbers: tuple[str, str, str], rule: str) -> None:
    assert read(*numbers, "direction", unit="USD billion")["problem_rule"] == rule
