"""Quantities: values and spans worked out by hand from the words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capex_pipeline.article.quantities import Mention, find_quantities


def only(text: str) -> Mention:
    found = find_quantities(text)
    assert len(found) == 1, [mention.text for mention in found]
    assert text[found[0].start : found[0].end] == found[0].text
    return found[0]


@pytest.mark.parametrize(
    ("text", "currency", "value"),
    [
        ("RMB50 billion", "CNY", 50e9),
        ("Rmb4.2bn", "CNY", 4.2e9),
        ("CN¥800m", "CNY", 800e6),
        ("23bn yuan", "CNY", 23e9),
        ("380 billion renminbi", "CNY", 380e9),
        ("$800mn", "USD", 800e6),
        ("US$1.5 trillion", "USD", 1.5e12),
        ("USD 5bn", "USD", 5e9),
        ("7 billion dollars", "USD", 7e9),
        ("HK$4.50", "HKD", 4.5),
        ("€374 million", "EUR", 374e6),
        ("£210m", "GBP", 210e6),
        ("NT$452.3 billion", "TWD", 452.3e9),
        ("1,845亿元", "CNY", 184.5e9),
        ("1.2万亿元人民币", "CNY", 1.2e12),
        ("5,000万美元", "USD", 50e6),
        ("94 yi yuan", "CNY", 9.4e9),
        ("a million dollars", "USD", 1e6),
        ("two billion dollars", "USD", 2e9),
        ("one and a half billion yuan", "CNY", 1.5e9),
        ("half a billion dollars", "USD", 0.5e9),
        ("a $50-billion plan", "USD", 50e9),
        ("（$7bn）", "USD", 7e9),
        ("RMB６.５ billion", "CNY", 6.5e9),
        ("41 cents", "USD", 0.41),
        ("7.5¢", "USD", 0.075),
        ("ninety cents", "USD", 0.9),
    ],
)
def test_money_has_currency_and_value(text: str, currency: str, value: float) -> None:
    mention = only(text)
    assert (mention.kind, mention.currency, mention.value) == ("money", currency, value)


@pytest.mark.parametrize(
    ("text", "low", "value", "high", "bound"),
    [
        ("between $12,000 and $13,000", 12e3, None, 13e3, "range"),
        ("12,000 to 13,000 dollars", 12e3, None, 13e3, "range"),
        ("$22-25k", 22e3, None, 25e3, "range"),
        ("$130-145 billion", 130e9, None, 145e9, "range"),
        ("$130\u2013145 billion", 130e9, None, 145e9, "range"),
        ("RMB90bn-100bn", 90e9, None, 100e9, "range"),
        ("a range of 60 to 65 billion dollars", 60e9, None, 65e9, "range"),
        ("more than $50bn", 50e9, None, None, "at_least"),
        ("$100bn+", 100e9, None, None, "at_least"),
        ("no less than $5bn", 5e9, None, None, "at_least"),
        ("not more than $5bn", None, None, 5e9, "at_most"),
        ("nearly $5bn", None, None, 5e9, "at_most"),
        ("up to about $5bn", None, None, 5e9, "at_most"),
        ("USD 3 billion - 4 billion", 3e9, None, 4e9, "range"),
        ("$3 - 4 billion", 3e9, None, 4e9, "range"),
        ("approx. US$3.1 billion", None, 3.1e9, None, "approximately"),
        ("roughly $80bn", None, 80e9, None, "approximately"),
        ("tens of billions of dollars", 20e9, None, 100e9 - 1, "order_of_magnitude"),
    ],
)
def test_bounds_and_ranges(text: str, low: float | None, value: float | None, high: float | None, bound: str) -> None:
    mention = only(text)
    assert (mention.low, mention.value, mention.high, mention.bound) == (low, value, high, bound)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("up 123 per cent", "percent", 123),
        ("a 15-per-cent cut", "percent", 15),
        ("rose 6%", "percent", 6),
        ("twenty-five per cent", "percent", 25),
        ("119％", "percent", 119),
        ("half of it", "percent", 50),
        ("a third of sales", "percent", 100 / 3),
        ("capex doubled", "multiple", 2),
        ("a threefold rise", "multiple", 3),
        ("27 times earnings", "multiple", 27),
        ("10x", "multiple", 10),
        ("2 percentage points", "percentage_points", 2),
        ("3 basis points", "basis_points", 3),
        ("224,000 Hopper chips", "count", 224_000),
        ("5000 GPUs", "count", 5000),
        ("1.3mn graphics processing units", "count", 1.3e6),
        ("half a million H100s", "count", 500_000),
        ("11.1万", "count", 111_000),
    ],
)
def test_other_kinds_of_quantity(text: str, kind: str, value: float) -> None:
    mention = only(text)
    assert mention.kind == kind
    assert mention.value == pytest.approx(value)


def test_more_than_doubled_and_nearly_half_are_one_sided() -> None:
    assert (only("more than doubled").low, only("more than doubled").value) == (2.0, None)
    assert (only("more than halved").low, only("more than halved").high) == (None, 0.5)
    assert (only("nearly halved").low, only("nearly halved").high) == (0.5, None)
    assert (only("nearly half of the racks").high, only("nearly half of the racks").value) == (50.0, None)


@pytest.mark.parametrize(
    "text",
    [
        "9bn yuan (more than double year-on-year)",
        "9bn yuan, more than double.",
        "9bn yuan, more than double of the old level",
        "9bn yuan, which will more than double by 2031",
    ],
)
def test_more_than_double_needs_no_noun(text: str) -> None:
    assert [(mention.unit, mention.low) for mention in find_quantities(text)] == [("CNY", 9e9), ("times", 2.0)]


def test_hundreds_of_thousands_is_an_order_of_magnitude() -> None:
    mention = only("hundreds of thousands of chips")
    assert (mention.low, mention.value, mention.high, mention.counts_chips) == (200_000, None, 999_999, True)


@pytest.mark.parametrize(
    "text",
    [
        "H100, H20, H2O, GB200, A800, MI300X, the 910B, Ascend 910B chips and TPU v5e",
        "on 26 August 2024, on June 30, 2024, in 2025 and in Q2 FY2025",
        "the first quarter, the 27th, the third year",
        "two people said and three companies agreed",
        "Its shares (9988.HK) and 0700.HK",
        "Section 232, Article 12, Form 10-K, the S&P 500, GPT-4.5 and Llama 3.1",
        "at 10:15 a.m. on 30/06/2024",
        "5nm, 3-nanometer, 5G and 27 sites",
        "the first half, the second half of the year, half-year results",
        "they doubled down, a double dip, a quarter ago",
    ],
)
def test_what_is_no_quantity(text: str) -> None:
    assert find_quantities(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "several billion dollars",
        "triple-digit growth",
        "a ratio of 0.1235",
        "¥5bn",
        "a multibillion-dollar plan",
        "12,34 chips",
        "30 euro cents",
        "billions behind its rival",
    ],
)
def test_what_is_not_certain_has_no_value(text: str) -> None:
    mention = only(text)
    assert (mention.kind, mention.low, mention.value, mention.high, mention.certain) == (
        "uncertain",
        None,
        None,
        None,
        False,
    )
    assert mention.reason


def test_the_yen_or_yuan_sign_follows_the_words_of_the_text() -> None:
    assert find_quantities("Tokyo: SoftBank paid ¥5bn")[0].currency == "JPY"
    assert find_quantities("Beijing: Baidu paid ¥5bn")[0].currency == "CNY"
    assert only_currency("¥5bn", "JPY") == "JPY"


def only_currency(text: str, sign: str) -> str | None:
    return find_quantities(text, yuan_sign=sign)[0].currency


def test_a_change_is_two_quantities_and_no_range() -> None:
    assert [mention.value for mention in find_quantities("rose from $23bn to $50bn")] == [23e9, 50e9]
    assert [mention.value for mention in find_quantities("rose 6% to 26.5 billion yuan")] == [6, 26.5e9]
    assert [mention.value for mention in find_quantities("from 10 to 12 per cent")] == [10, 12]
    assert [
        (one.low, one.high) for one in find_quantities("the guesses run from 1.4 million to 1.9 million chips")
    ] == [(1.4e6, 1.9e6)]
    assert [mention.value for mention in find_quantities("rose from Q3 2031's $2bn to $3bn")] == [2e9, 3e9]
    assert [mention.value for mention in find_quantities("$1 billion or $2 billion")] == [1e9, 2e9]


def test_step_is_the_printed_resolution() -> None:
    assert only("Rmb4.2bn").step == pytest.approx(1e8)
    assert only("$50bn").step == pytest.approx(1e9)
    assert only("12,000 dollars").step == 1


def test_spans_point_into_the_original_text() -> None:
    text = "soft\u00adware cost \u200bRmb\u00a04.2bn\u200b, “or” ５０％"
    assert [text[mention.start : mention.end] for mention in find_quantities(text)] == ["Rmb\u00a04.2bn", "５０％"]


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        alphabet=st.one_of(st.characters(), st.sampled_from("0123456789,.$€£¥%()-–—元亿万 \n\r\u00ad\u200b")),
        max_size=120,
    )
)
def test_any_text_gives_valid_ordered_spans(text: str) -> None:
    end = 0
    for mention in find_quantities(text):
        assert end <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.text
        assert mention.certain or mention.value is None
        end = mention.end


def test_work_is_bounded_on_a_megabyte_of_digits() -> None:
    found = find_quantities("9" * 1_000_000)
    assert [(mention.kind, mention.end - mention.start) for mention in found] == [("uncertain", 1_000_000)]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("revenue is expected to grow from 12% to 14%", [(12, 14)]),
        ("revenue is expected to grow from 12 to 14%", [(12, 14)]),
        ("revenue should grow 12% to 14%", [(12, 14)]),
        ("its share will grow from 12% to 14%", [(12, 12), (14, 14)]),
        ("growth slowed from 36% to 32%", [(36, 36), (32, 32)]),
    ],
)
def test_a_rate_of_growth_may_be_a_range(text: str, ends: list[tuple[float, float]]) -> None:
    assert [(one.low, one.high) for one in find_quantities(text)] == ends
