"""Every word of a printed value: what each one means is said here again."""

from __future__ import annotations

import pytest

from capex_pipeline.values.numbers import QuantityError, parse_value


def listed(words: dict[object, str]) -> list[tuple[str, object]]:
    return [(word, meaning) for meaning, text in words.items() for word in text.split(", ")]


AT_LEAST = (
    "more than, greater than, over, above, at least, upwards of, upward of, in excess of, exceeding, no less than, no fewer than, "
    "not less than, not fewer than, a minimum of, just over, just above, slightly more than, slightly over, a little more than, "
    "a little over, well over, well above, >=, >, ≥, ⩾"
)
AT_MOST = (
    "less than, fewer than, under, below, up to, at most, no more than, not more than, as many as, as much as, as high as, potentially reaching, possibly reaching, a maximum of, nearly, "
    "almost, just under, just below, slightly less than, slightly under, a little less than, a little under, well under, well below, "
    "<=, <, ≤, ⩽"
)
ABOUT = (
    "about, around, approximately, approx., approx, roughly, some, circa, ca., c., close to, in the region of, ~, ∼, ≈"
)


@pytest.mark.parametrize(("word", "bound"), listed({"at_least": AT_LEAST, "at_most": AT_MOST, "approximately": ABOUT}))
def test_words_before_a_number(word: str, bound: str) -> None:
    read = parse_value(f"{word} 5")
    assert read.bound == bound
    numbers = {"at_least": (5, None, None), "at_most": (None, None, 5), "approximately": (None, 5, None)}
    assert (read.low, read.value, read.high) == numbers[bound]


@pytest.mark.parametrize(
    ("word", "bound"),
    listed(
        {"at_least": "or more, or above, plus, +", "at_most": "or less, or fewer, or below", "approximately": "or so"}
    ),
)
def test_words_behind_a_number(word: str, bound: str) -> None:
    read = parse_value(f"5 {word}")
    assert read.bound == bound


@pytest.mark.parametrize(
    ("word", "number"),
    list(enumerate("one two three four five six seven eight nine ten eleven twelve".split(), start=1)),
)
def test_number_words_are_numerals(word: int, number: str) -> None:
    read = parse_value(number)
    assert (read.low, read.value, read.high, read.step, read.form) == (word, word, word, 1, "numeral")
    assert parse_value(f"{number} million").value == word * 1e6


@pytest.mark.parametrize(
    ("word", "times"),
    listed({
        2: "doubled, doubling, double, twice, twofold", 3: "tripled, tripling, triple, threefold",
        4: "quadrupled, quadruple, fourfold", 5: "fivefold", 10: "tenfold",
    }),
)  # fmt: skip
def test_multiple_words_are_multiples(word: str, times: int) -> None:
    read = parse_value(word)
    assert (read.low, read.value, read.high, read.step, read.form) == (times, times, times, 1, "multiple")


def test_halved_is_half_as_much_to_a_tenth() -> None:
    read = parse_value("halved")
    assert (read.low, read.value, read.high, read.step, read.form) == (0.5, 0.5, 0.5, 0.1, "multiple")


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("half", 1 / 2), ("a half", 1 / 2), ("one half", 1 / 2), ("one-half", 1 / 2), ("a third", 1 / 3), ("one third", 1 / 3),
        ("two thirds", 2 / 3), ("two-thirds", 2 / 3), ("a quarter", 1 / 4), ("three fourths", 3 / 4), ("two fifths", 2 / 5),
        ("a sixth", 1 / 6), ("an eighth", 1 / 8), ("five eighths", 5 / 8), ("seven tenths", 7 / 10),
    ],
)  # fmt: skip
def test_fraction_words_are_shares(text: str, share: float) -> None:
    read = parse_value(text)
    assert read.value == pytest.approx(share, rel=1e-15)
    assert (read.low, read.high, read.step, read.form) == (read.value, read.value, 0.01, "fraction")


@pytest.mark.parametrize(
    ("text", "low", "high", "form"),
    [
        ("tens", 20, 99, "numeral"), ("dozens", 20, 99, "numeral"), ("hundreds", 200, 999, "numeral"),
        ("thousands", 2_000, 9_999, "scaled"), ("millions", 2e6, 9_999_999, "scaled"), ("billions", 2e9, 9_999_999_999, "scaled"),
        ("tens of thousands", 20_000, 99_999, "scaled"), ("dozens of millions", 20e6, 99_999_999, "scaled"),
        ("hundreds of billions", 200e9, 999_999_999_999, "scaled"), ("tens of trillions", 20e12, 99_999_999_999_999, "scaled"),
    ],
)  # fmt: skip
def test_crowds_are_orders_of_magnitude(text: str, low: float, high: float, form: str) -> None:
    read = parse_value(text)
    assert (read.low, read.value, read.high, read.bound, read.form) == (low, None, high, "order_of_magnitude", form)
    assert read.step == low / 2


@pytest.mark.parametrize("text", ["million", "a", "an", "a 5", "of thousands", "five six", "or more"])
def test_words_without_their_number_are_refused(text: str) -> None:
    with pytest.raises(QuantityError):
        parse_value(text)


@pytest.mark.parametrize("word", ["", "more than ", "up to ", "about ", "-"])
def test_the_largest_number_that_is_believed(word: str) -> None:
    parse_value(f"{word}1,000,000 trillion")
    with pytest.raises(QuantityError) as caught:
        parse_value(f"{word}1,000,001 trillion")
    assert caught.value.rule == "implausible_number"


@pytest.mark.parametrize(
    ("text", "low", "high", "step"),
    [
        ("1.5-2 million", 1.5e6, 2e6, 1e6), ("12 to 13.5 million", 12e6, 13.5e6, 1e6), ("900,000 to 1 million", 900_000, 1e6, 1e6), ("2 to 2 million", 2e6, 2e6, 1e6), ("3 to 2 million", 3, 2e6, 1e6),
        ("1 million to 2 million", 1e6, 2e6, 1e6), ("1 thousand to 2 million", 1_000, 2e6, 1e6), ("12.25 to 13.5", 12.25, 13.5, 0.1),
        ("12.5 to 13.25", 12.5, 13.25, 0.1), ("5 to 5", 5, 5, 1), ("from 5 to 6", 5, 6, 1), ("between -6 and -5", -6, -5, 1),
    ],
)  # fmt: skip
def test_ranges_and_the_scale_of_their_ends(text: str, low: float, high: float, step: float) -> None:
    read = parse_value(text)
    assert (read.low, read.value, read.high, read.step, read.bound) == (low, None, high, step, "range")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("2 million to 3", "unreadable_value"), ("6 to 5", "range_out_of_order"), ("3 million to 2 million", "range_out_of_order"),
        ("more than 5 to 6", "contradictory_qualifiers"), ("up to hundreds", "contradictory_qualifiers"), ("more than 5 or less", "contradictory_qualifiers"),
        ("12 34", "two_numbers"), ("=1+1", "unreadable_value"), ("0x10", "unreadable_value"), ("1e308", "implausible_number"), ("5 of 6", "two_numbers"), ("5 yuan", "unreadable_value"), ("x" * 201, "unreadable_value"), ("x" * 200, "no_number"),
        ("1,23", "malformed_number"), ("5,", "malformed_number"), ("1'234", "malformed_number"), ("∞", "not_finite"), ("+inf", "not_finite"),
        ("5₂", "unreadable_value"), ("⅓", "unreadable_value"), ("over5", "unreadable_value"), ("overall 5", "unreadable_value"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(text: str, rule: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_value(text)
    assert caught.value.rule == rule


@pytest.mark.parametrize(
    ("text", "value", "step"),
    [("(1,234.5)", -1234.5, 0.1), ("( 12 )", -12, 1), ("–5", -5, 1), ("−5.25", -5.25, 0.01), ("1 234.5", 1234.5, 0.1), ("an million", 1e6, 1e6),
     ("2e3", 2000, 1000), ("1.25e+2", 125, 1), (".5", 0.5, 0.1), ("twelve million", 12e6, 1e6)],
)  # fmt: skip
def test_forms_of_one_number(text: str, value: float, step: float) -> None:
    read = parse_value(text)
    assert (read.low, read.value, read.high, read.step) == (value, value, value, step)


def test_about_beside_a_firmer_word_adds_nothing() -> None:
    assert parse_value("about more than 5") == parse_value("more than about 5") == parse_value("more than 5")
    assert parse_value("about 5 or so").bound == "approximately"
    assert parse_value("more than 5 or more").bound == "at_least"
    for text in ("overall 5", "underneath 5"):
        with pytest.raises(QuantityError):
            parse_value(text)
