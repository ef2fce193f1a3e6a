"""The unit that a caption states."""

import pytest

from capex_pipeline.printed_tables.captions import Caption, read_caption


@pytest.mark.parametrize(
    ("text", "scale", "currency"),
    [
        ("(In millions, except per share data)", 10**6, None),
        ("$ in millions, except earnings per share", 10**6, "USD"),
        ("(Dollars in billions)", 10**9, "USD"),
        ("In millions, except number of shares, which are reflected in thousands, and per-share amounts", 10**6, None),
        ("STATEMENT OF INCOME - USD ($) shares in Thousands, $ in Millions", 10**6, "USD"),
        ("(RMB in thousands)", 10**3, "CNY"),
        ("RMB'000", 10**3, "CNY"),
        ("(US$ millions)", 10**6, "USD"),
        ("HK$ million", 10**6, "HKD"),
        ("(amounts in thousands of New Taiwan dollars)", 10**3, "TWD"),
        ("Amounts are expressed in thousands", 10**3, None),
        ("Revenue by segment was as follows (in thousands):", 10**3, None),
        ("单位：元", 1, None),
        ("单位：百万元 币种：人民币", 10**6, "CNY"),
        ("單位：新台幣千元", 10**3, "TWD"),
        ("（人民幣百萬元，另有指明者除外）", 10**6, "CNY"),
        ("(人民币亿元)", 10**8, "CNY"),
        ("Revenue ($B)", 10**9, "USD"),
        ("Capex (US$ M)", 10**6, "USD"),
        ("Cash, NT$B", 10**9, "TWD"),
        ("US$", None, "USD"),
        ("RMB", None, "CNY"),
    ],
)
def test_scale_and_currency_of_a_caption(text: str, scale: int | None, currency: str | None) -> None:
    caption = read_caption(text)
    assert (caption.scale, caption.currency) == (scale, currency)
    assert not caption.is_disputed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(Unaudited)",
        "As of June 30, 2,000",
        "Australian operations",
        "we have 3 million users",
        "固定资产",
        "2024",
        "US$ Bonds",
    ],
)
def test_a_text_without_a_unit_states_none(text: str) -> None:
    assert read_caption(text) == Caption()


def test_two_scales_in_one_caption_are_disputed() -> None:
    assert read_caption("(revenue in millions, costs in thousands)").is_disputed


def test_two_currencies_are_left_to_the_columns() -> None:
    assert read_caption("(RMB and US$ in thousands, except per share data)") == Caption(10**3, None)
