"""A reading is certain only where nothing beside the number speaks against it; the right values were worked out by hand."""

from __future__ import annotations

import pytest

from capex_pipeline.article.quantities import find_quantities


def readings(text: str) -> list[tuple[str | None, float | None, float | None, float | None]]:
    """Currency, low, value and high of each mention of a text."""
    return [(mention.currency, mention.low, mention.value, mention.high) for mention in find_quantities(text)]


def exact(currency: str, number: float) -> list[tuple[str | None, float | None, float | None, float | None]]:
    return [(currency, number, number, number)]


@pytest.mark.parametrize(
    ("text", "currency", "number"),
    [
        ("HK $6.1 billion", "HKD", 6.1e9),
        ("NT $71bn", "TWD", 71e9),
        ("AU $3.5 billion", "AUD", 3.5e9),
        ("$3.5 billion AUD", "AUD", 3.5e9),
        ("$US61 billion", "USD", 61e9),
        ("$US 61 billion", "USD", 61e9),
        ("$A35 billion", "AUD", 35e9),
        ("$NZ3.5bn", "NZD", 3.5e9),
        ("$HK6.1bn", "HKD", 6.1e9),
        ("IDR 8 trillion", "IDR", 8e12),
        ("Rp9,100 billion", "IDR", 9.1e12),
        ("Rs 3 lakh crore", "INR", 3e12),
        ("Rs. 3-lakh-crore", "INR", 3e12),
        ("Rs2,400 crore", "INR", 24e9),
        ("₹640 cr", "INR", 6.4e9),
        ("VND3,210 billion", "VND", 3.21e12),
        ("₺5 billion", "TRY", 5e9),
        ("人民币640亿元", "CNY", 64e9),
        ("新台幣640億元", "TWD", 64e9),
        ("640億円", "JPY", 64e9),
        ("6400억원", "KRW", 640e9),
        ("5조원", "KRW", 5e12),
        ("3兆6400億円", "JPY", 3.64e12),
        ("1조 5천억원", "KRW", 1.5e12),
        ("1조 2,345억 6,000만원", "KRW", 1.23456e12),
        ("310億円を", "JPY", 31e9),
        ("$6.1 billion3", "USD", 6.1e9),
        ("$6.1bn12", "USD", 6.1e9),
        ("$6.1 billion²", "USD", 6.1e9),
        ("6.1 billion yuan4", "CNY", 6.1e9),
    ],
)
def test_currencies_scales_and_footnotes_that_can_be_read(text: str, currency: str, number: float) -> None:
    assert readings(text) == exact(currency, number)


@pytest.mark.parametrize(
    ("text", "low", "value", "high"),
    [
        ("sub-$30bn", None, None, 30e9),
        ("c.$7bn", None, 7e9, None),
        ("近640亿美元", None, None, 64e9),
        ("超过6,400亿元", 640e9, None, None),
        ("不超过640亿元", None, None, 64e9),
        ("至少640亿元", 64e9, None, None),
        ("640亿元以上", 64e9, None, None),
        ("640亿元左右", None, 64e9, None),
        ("600多亿元", 60e9, None, None),
        ("600至640亿元", 60e9, None, 64e9),
        ("reaching 6.4 to 7 billion yuan", 6.4e9, None, 7e9),
        ("a range of 6.4 to 7 percent", 6.4, None, 7.0),
    ],
)
def test_bounds_that_touch_the_amount(text: str, low: float | None, value: float | None, high: float | None) -> None:
    assert [reading[1:] for reading in readings(text)] == [(low, value, high)]


@pytest.mark.parametrize(
    "text",
    [
        "J $6 billion",
        "$BUSD 6 billion",
        "the Canadian $6bn plan",
        "$6bn Canadian",
        "$6bn yuan",
        "Mex$6bn",
        "E£6bn",
        "KES6,400 billion",
        "KSh 6.4 billion",
        "PHP 6 billion",
        "6 billion Jamaican dollars",
        "6bn hryvnia",
        "SKr 6bn",
        "($61.25) million",
        "(61.25) million",
        "minus $6 billion",
        "negative 6 billion yuan",
        "-$6 billion",
        "△5,151百万円",
        "$6 M",
        "$6 mil",
        "€6.1 Mrd",
        "$6 млрд",
        "R$6 bilhões",
        "$6,400 (in millions)",
        "RMB million 6,400",
        "RMB'000 6,400",
        "1 640 million",
        "3,640億元",
        "pre-$60bn",
        "$6bnx",
        "6 €bn",
        "$6 billionand",
        "grew in the mid-30% range",
    ],
)
def test_an_unread_neighbour_makes_an_amount_uncertain(text: str) -> None:
    found = find_quantities(text)
    assert found
    for mention in found:
        assert not mention.certain
        assert (mention.low, mention.value, mention.high) == (None, None, None)
        assert mention.reason


def test_a_scale_printed_once_holds_for_both_amounts() -> None:
    assert readings("rose from $12 to $17 billion") == exact("USD", 12e9) + exact("USD", 17e9)
    assert readings("$12 and $17 billion") == exact("USD", 12e9) + exact("USD", 17e9)
    first, second = find_quantities("$800 to $1 billion")
    assert (first.certain, second.value) == (False, 1e9)


def test_neighbours_that_change_nothing() -> None:
    assert readings("A $6 billion plan followed.") == exact("USD", 6e9)
    assert readings("It gave Intel $6 billion (€5bn).") == exact("USD", 6e9) + exact("EUR", 5e9)
    assert readings("plus or minus 2 per cent") == [(None, 2.0, 2.0, 2.0)]
    assert readings("a $20 bill") == exact("USD", 20)
