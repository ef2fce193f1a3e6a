"""Every word of a printed value: what each one means is said here again."""

from __future__ import annotations

import pytest

from capex_pipeline.normalise.quantities import QuantityError, parse_value


def listed(words: dict[object, str]) -> list[tuple[str, object]]:
    return [(word, meaning) for meaning, text in words.items() for word in text.split(", ")]


AT_LEAST = (
    "more than, greater than, over, above, at least, upwards of, upward of, in excess of, exceeding, no less than, no fewer than, "
    "not less than, not fewer than, a minimum of, just over, just above, slightly more than, slightly over, a little more than, "
    "a little over, well over, well above, >=, >, ≥, ⩾"
)
AT_MOST = (
    "less than, fewer than, under, below, up to, at most, no more than, not more than, as many as, as much as, a maximum of, nearly, "
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
def test_number_words(word: int, number: str) -> None:
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
def test_multiple_words(word: str, times: int) -> None:
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
def test_fraction_words(text: str, share: float) -> None:
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
def test_crowds(text: str, low: float, high: float, form: str) -> None:
    read = parse_value(text)
    assert (read.low, read.value, read.high, read.bound, read.form) == (low, None, high, "order_of_magnitude", form)
    assert read.step == low / 2


@pytest.mark.parametrize("text", ["million", "a", "an", "a 5", "of thousands", "five six", "or more"])
def test_words_without_their_number_are_refused(text: str) -> None:
    with pytest.raises(QuantityError):
        parse_value(text)
