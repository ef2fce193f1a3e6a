"""Formatting and escaping of the page."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from capex_pipeline.report import formatting, html
from capex_pipeline.values import escaping


@pytest.mark.parametrize(
    ("value", "currency", "printed"),
    [
        (17_620_000_000, "USD", "USD 17.6bn"),
        (164_900_000_000, "USD", "USD 165bn"),
        (1_645_000_000, "CNY", "CNY 1.65bn"),
        (999_000, "USD", "USD 999,000"),
        (-5e9, "USD", "USD -5.00bn"),
        (1.5e12, "USD", "USD 1.50tn"),
        (float("nan"), "USD", "–"),
    ],
)
def test_money_is_written_with_its_currency(value: float, currency: str, printed: str) -> None:
    assert formatting.money(value, currency) == printed


def test_missing_is_a_dash_and_never_zero() -> None:
    for write in (
        formatting.units,
        formatting.percent,
        formatting.day,
        formatting.scaled,
        formatting.plain,
        formatting.escape,
    ):
        assert write(None) == "–"
        assert write(pd.NaT) == "–"


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//example.org/x", "http://", "x", None,
     float("nan"), "https://[broken"],
)  # fmt: skip
def test_only_addresses_of_the_web_become_links(url: object) -> None:
    assert escaping.web_address(url) is None
    assert 'href="#document-some-id"' in html.link("some id", url, "Title")


def test_a_link_escapes_address_and_title() -> None:
    made = html.link("x", 'https://example.org/?a=1&b="2"', "<b>Title</b>")
    assert made == '<a href="https://example.org/?a=1&amp;b=&quot;2&quot;">&lt;b&gt;Title&lt;/b&gt;</a>'


def test_data_cannot_end_its_script_element() -> None:
    hostile = {"text": "</script><script>alert(1)</script><!--\u2028"}
    written = escaping.script_json(hostile)
    assert "<" not in written
    assert "\u2028" not in written
    assert json.loads(written) == {"text": "</script><script>alert(1)</script><!--\ufffd"}


def test_not_a_number_is_refused_in_data() -> None:
    with pytest.raises(ValueError, match="JSON"):
        escaping.script_json({"value": float("nan")})


def test_milliseconds_are_those_of_utc() -> None:
    """2024-04-01T00:00Z is 1,711,929,600 seconds after 1970."""
    assert formatting.milliseconds(pd.Timestamp(2024, 4, 1)) == 1_711_929_600_000
