"""The unit that a caption states."""

import pytest

from capex_pipeline.printed_tables.captions import Caption, declared_unit, read_caption


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
        ("Except for amounts per share, tables are in millions.", 10**6, None),
        ("Amounts, except per-share amounts, are presented in millions", 10**6, None),
        ("(Dollars and shares in millions, except per share data)", 10**6, None),
        ("（除特别注明外，金额单位均为人民币千元）", 10**3, "CNY"),
        ("Capex (US$ M)", 10**6, "USD"),
        ("Cash, NT$B", 10**9, "TWD"),
        ("Net income in millions and shares in thousands", 10**6, None),
        ("Debt, excluding finance leases, was as follows as of June 30, 2024 (in millions):", 10**6, None),
        ("(in whole dollars)", 1, "USD"),
        ("1. Highlights (Millions of yen; amounts are rounded)", 10**6, "JPY"),
        ("（単位：百万円）", 10**6, "JPY"),
        ("(Unit: Trillion won)", 10**12, "KRW"),
        ("Units: millions of US dollars", 10**6, "USD"),
        ("€ millions, unless otherwise stated", 10**6, "EUR"),
        ("2026 S$ Mil", 10**6, "SGD"),
        ("in T€", 10**3, "EUR"),
        ("Angaben in TEUR", 10**3, "EUR"),
        ("Cash, NT$ T", 10**12, "TWD"),
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
        "R$ mil",
    ],
)
def test_a_text_without_a_unit_states_none(text: str) -> None:
    assert read_caption(text) == Caption()


def test_two_scales_in_one_caption_are_disputed() -> None:
    assert read_caption("(revenue in millions, costs in thousands)").is_disputed


def test_two_currencies_are_left_to_the_columns() -> None:
    assert read_caption("(RMB and US$ in thousands, except per share data)") == Caption(10**3, None)


@pytest.mark.parametrize(
    ("line", "scale"),
    [
        ("(Dollars in millions, unless otherwise noted)", 10**6),
        ("(Tabular amounts in thousands, except per share amounts)", 10**3),
        ("We follow U.S. GAAP. Unless otherwise noted, tables are in U.S. dollars in millions. Rows may not add up.", 10**6),
        ("Except as otherwise specified, amounts presented within tables are stated in millions.", 10**6),
        ("Amounts in millions of dollars except per share amounts or as otherwise specified.", 10**6),
        ("We are a producer of chips. Amounts are stated in thousands of U.S. Dollars except for per share amounts.", 10**3),
        ("除另有說明外，所有金額均以人民幣百萬元列示", 10**6),
        ("（除股份及每股數據外，所有金額以千元計）", 10**3),
    ],
)  # fmt: skip
def test_a_line_may_declare_the_unit_of_every_table_below_it(line: str, scale: int) -> None:
    declared = declared_unit(line)
    assert declared is not None
    assert declared.scale == scale


@pytest.mark.parametrize(
    "line",
    [
        "(In millions, except per share data)",
        "The following table shows revenue by segment (in thousands):",
        "Unless otherwise noted, years are fiscal years.",
        "(revenue in millions, costs in thousands, unless otherwise noted)",
        "除另有說明外，按人民幣 7.1213 元兌 1.00 美元的匯率換算。",
        "Unless otherwise stated, all amounts are translated at a rate of HK$7.8 million to US$1 million.",
    ],
)
def test_a_caption_of_one_table_declares_nothing_for_others(line: str) -> None:
    assert declared_unit(line) is None


@pytest.mark.parametrize(
    ("text", "of_currencies"),
    [
        ("(In millions of Korean won, in thousands of US dollars)", (("KRW", 10**6), ("USD", 10**3))),
        ("人民币百万元，美元千元", (("CNY", 10**6), ("USD", 10**3))),
        ("(RMB in millions, US$ in millions)", ()),
        ("(In millions, shares in thousands, US$)", ()),
    ],
)
def test_a_caption_may_state_a_scale_for_each_of_several_currencies(
    text: str, of_currencies: tuple[tuple[str, int], ...]
) -> None:
    assert read_caption(text).of_currencies == of_currencies


@pytest.mark.parametrize(
    ("text", "scale", "currency"),
    [
        ("$MM", 10**6, "USD"), ("in €bn", 10**9, "EUR"), ("Q2 2026 US$m", 10**6, "USD"), ("Mio. €", 10**6, "EUR"), ("MSEK", 10**6, "SEK"), ("(¥ billions)", 10**9, None),
        ("(단위: 백만원)", 10**6, "KRW"), ("(단위 : 억원)", 10**8, "KRW"),
    ],
)  # fmt: skip
def test_short_units_of_many_countries_are_read(text: str, scale: int, currency: str | None) -> None:
    assert read_caption(text)[:2] == (scale, currency)
