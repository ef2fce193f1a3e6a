"""A phrase means the same in a cell of a table and in prose: both readers share one lexicon and one grammar of numbers."""

from __future__ import annotations

import csv
import math

import pandas as pd
import pytest
from conftest import SHARED

from capex_pipeline.article.quantities import find_quantities
from capex_pipeline.values.units import read_values

Reading = tuple[float | None, float | None, float | None, str, str | None]
"""low, value, high, bound, currency."""


def of_cell(value: str, unit: str) -> Reading:
    row = {"value": value, "value_low": None, "value_high": None, "unit": unit, "bound": None}
    frame = pd.DataFrame({name: pd.Series([text], dtype="str") for name, text in row.items()})
    read = read_values(frame).iloc[0]
    assert pd.isna(read["problem"]), read["problem"]
    numbers = [None if math.isnan(read[name]) else float(read[name]) for name in ("value_low", "value", "value_high")]
    return numbers[0], numbers[1], numbers[2], read["bound"], None if pd.isna(read["currency"]) else read["currency"]


def of_prose(text: str) -> Reading:
    (mention,) = find_quantities(text)
    assert mention.certain, mention.reason
    return mention.low, mention.value, mention.high, mention.bound, mention.currency


def exact(number: float, currency: str | None = None) -> Reading:
    return number, number, number, "exact", currency


PHRASES: list[tuple[str, str, str, Reading]] = [
    ("seventeen", "USD billion", "seventeen billion dollars", exact(17e9, "USD")),
    ("ninety-nine", "thousand units", "ninety-nine thousand chips", exact(99_000)),
    ("one hundred and fifty thousand", "units", "one hundred and fifty thousand chips", exact(150_000)),
    ("two and a half", "EUR billion", "two and a half billion euros", exact(2.5e9, "EUR")),
    ("three point five", "USD billion", "three point five billion dollars", exact(3.5e9, "USD")),
    ("2.5 lakh", "units", "2.5 lakh chips", exact(250_000)),
    ("5 lakh crore", "INR", "5 lakh crore rupees", exact(5e12, "INR")),
    ("40 crore", "units", "40 crore units", exact(4e8)),
    ("12 mio", "EUR", "12 mio euros", exact(12e6, "EUR")),
    ("3", "SEK billion", "3bn Swedish kronor", exact(3e9, "SEK")),
    ("3", "NOK billion", "3bn Norwegian kroner", exact(3e9, "NOK")),
    ("7", "BRL billion", "7bn Brazilian reais", exact(7e9, "BRL")),
    ("2", "TWD trillion", "two trillion New Taiwan dollars", exact(2e12, "TWD")),
    ("9", "THB billion", "9bn baht", exact(9e9, "THB")),
    ("south of 20", "USD billion", "south of $20bn", (None, None, 20e9, "at_most", "USD")),
    ("not quite 20", "USD billion", "not quite $20bn", (None, None, 20e9, "at_most", "USD")),
    ("just over 20", "USD billion", "just over $20bn", (20e9, None, None, "at_least", "USD")),
    ("a shade under 20", "USD billion", "a shade under $20bn", (None, 20e9, None, "approximately", "USD")),
    ("in the neighbourhood of 20", "USD billion", "in the neighbourhood of $20bn", (None, 20e9, None, "approximately", "USD")),
    ("20 or higher", "USD billion", "$20bn or higher", (20e9, None, None, "at_least", "USD")),
    ("20-plus", "USD billion", "$20bn-plus", (20e9, None, None, "at_least", "USD")),
    ("tens of thousands", "units", "tens of thousands of chips", (20_000, None, 99_999, "order_of_magnitude", None)),
    ("dozens", "units", "dozens of GPUs", (20, None, 99, "order_of_magnitude", None)),
    ("eightfold", "times", "eightfold", exact(8)),
    ("trebled", "times", "trebled", exact(3)),
    ("10 to 12", "USD billion", "$10bn to $12bn", (10e9, None, 12e9, "range", "USD")),
]  # fmt: skip


@pytest.mark.parametrize(("value", "unit", "prose", "expected"), PHRASES, ids=[phrase[2] for phrase in PHRASES])
def test_a_phrase_reads_the_same_in_a_cell_and_in_prose(value: str, unit: str, prose: str, expected: Reading) -> None:
    assert of_cell(value, unit) == expected
    assert of_prose(prose) == expected


@pytest.mark.skipif(
    not (SHARED / "cases" / "phrases.csv").is_file(), reason="the shared phrases are not on this machine"
)
def test_shared_phrases_read_the_same_in_a_cell_and_in_prose() -> None:
    with (SHARED / "cases" / "phrases.csv").open(encoding="utf-8") as stream:
        for phrase in csv.DictReader(stream):
            if phrase["cell_value"] == "no fewer than 50":  # the prose of this row has another number than its cell
                continue
            assert of_cell(phrase["cell_value"], phrase["cell_unit"]) == of_prose(phrase["prose"]), phrase
