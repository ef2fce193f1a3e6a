"""Every spelling of a unit that a document may print: what each one means is said here again."""

from __future__ import annotations

import pytest

from capex_pipeline.values.numbers import parse_value
from capex_pipeline.values.units import Unit, UnitError, parse_unit

CURRENCIES = {
    "CNY": "CNY, RMB, CN¥, RMB¥, ¥RMB, yuan, renminbi, Chinese yuan, 人民币, 元人民币",
    "USD": "USD, US$, $, US dollar, US dollars, U.S. dollar, U.S. dollars, dollar, dollars, 美元",
    "HKD": "HKD, HK$, HK dollar, HK dollars, Hong Kong dollar, Hong Kong dollars, 港元",
    "TWD": "TWD, NT$, NTD, NT dollar, NT dollars, New Taiwan dollar, New Taiwan dollars",
    "EUR": "EUR, €, euro, euros",
    "GBP": "GBP, £, pound, pounds, pounds sterling, sterling",
    "JPY": "JPY, JP¥, yen, Japanese yen, 日元",
    "KRW": "KRW, ₩, won, Korean won",
    "INR": "INR, ₹, rupee, rupees",
    "AUD": "AUD, A$",
    "CAD": "CAD, C$",
    "SGD": "SGD, S$",
    "CHF": "CHF",
    "SEK": "SEK",
    "NOK": "NOK",
    "DKK": "DKK",
    "BRL": "BRL, R$",
}
SCALES = {
    1_000: "thousand, thousands, k, '000",
    10_000: "wan, 万, 萬",
    1_000_000: "million, millions, mn, mln, mm, m",
    100_000_000: "yi, 亿, 億",
    1_000_000_000: "billion, billions, bn, bln, b",
    1_000_000_000_000: "trillion, trillions, tn, trn",
}
COUNTED = "units, unit, chips, chip, GPUs, GPU, accelerators, accelerator, processors, processor, cards, card, graphics processing units"


def listed(words: dict[object, str]) -> list[tuple[str, object]]:
    return [(word, meaning) for meaning, text in words.items() for word in text.split(", ")]


@pytest.mark.parametrize(("word", "code"), listed(dict(CURRENCIES)))
def test_spellings_of_currencies(word: str, code: str) -> None:
    assert parse_unit(word) == Unit("money", code, 1)
    assert parse_unit(f"{word} billion") == parse_unit(f"billion {word}") == Unit("money", code, 10**9)


@pytest.mark.parametrize(("word", "scale"), listed(dict(SCALES)))
def test_spellings_of_scales(word: str, scale: int) -> None:
    assert parse_unit(f"USD {word}") == Unit("money", "USD", scale)
    assert parse_unit(f"{word} units") == Unit("count", None, scale)
    read = parse_value(f"3 {word}")
    assert (read.low, read.value, read.high, read.step, read.form) == (3 * scale, 3 * scale, 3 * scale, scale, "scaled")
    with pytest.raises(UnitError, match="does not state what is counted"):
        parse_unit(word)


@pytest.mark.parametrize("word", COUNTED.split(", "))
def test_what_is_counted(word: str) -> None:
    assert parse_unit(word) == Unit("count")
    assert parse_unit(f"thousand {word}") == parse_unit(f"thousands of {word}") == Unit("count", None, 1000)
    assert parse_unit(f"USD per {word}") == parse_unit(f"USD/{word}") == Unit("money_per_unit", "USD", 1)


@pytest.mark.parametrize(
    ("text", "unit"),
    [(word, Unit("percent")) for word in ("percent", "per cent", "%")]
    + [(word, Unit("multiple")) for word in ("times", "x", "multiple", "fold")]
    + [("rank", Unit("rank")), ("USD each", Unit("money_per_unit", "USD", 1)), ("dollars a chip", Unit("money_per_unit", "USD", 1))],
)  # fmt: skip
def test_units_that_are_no_money_and_no_count(text: str, unit: Unit) -> None:
    assert parse_unit(text) == unit


@pytest.mark.parametrize("word", ["percentage point", "percentage points", "pp", "ppt", "ppts", "basis points", "bps"])
def test_differences_of_percentages_are_no_percent(word: str) -> None:
    with pytest.raises(UnitError, match="difference of percentages") as caught:
        parse_unit(word)
    assert caught.value.rule == "unknown_unit"


@pytest.mark.parametrize("text", ["¥", "元", "¥ billion", "billion ¥", "亿元", "¥ per chip"])
def test_signs_of_more_than_one_currency(text: str) -> None:
    with pytest.raises(UnitError, match="write CNY, JPY, HKD or TWD") as caught:
        parse_unit(text)
    assert caught.value.rule == "ambiguous_currency"
