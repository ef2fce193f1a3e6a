"""Groups of companies on the page: which are shown, and what is said of the two largest countries."""

from __future__ import annotations

from typing import Any

import pandas as pd
from builders import frame_of

from capex_pipeline.report import groups_section
from capex_pipeline.report.page_model import Source


def member(entity_id: str, name: str, amount: float) -> dict[str, Any]:
    start = pd.Period(name, freq="Q").start_time
    return {
        "entity_id": entity_id,
        "calendar_quarter": name,
        "quarter_start": start,
        "amount_usd": amount,
        "amount_local": amount,
        "currency": "USD",
    }


def total(entity_id: str, members: str, name: str, amount: float, **changed: Any) -> dict[str, Any]:
    start = pd.Period(name, freq="Q").start_time
    row = {
        "entity_id": entity_id,
        "entity_name": entity_id.title(),
        "members": members,
        "calendar_quarter": name,
        "quarter_start": start,
    }
    return {**row, "is_complete": True, "amount_usd": amount, "yoy_usd_pct": None, **changed}


def source() -> Source:
    """Two groups of one country, one of another; in the second quarter one member of the second country has not reported."""
    capex = frame_of(
        "capex", *(member(one, "2024Q1", amount) for one, amount in (("a", 6e9), ("b", 4e9), ("c", 3e9), ("d", 1.5e9), ("e", 0.5e9))),
        *(member(one, "2024Q2", 9e9) for one in ("a", "b", "c", "d")),
    )  # fmt: skip
    groups = frame_of(
        "capex_by_overlapping_group", total("us_two", "a|b", "2024Q1", 10e9), total("us_three", "a|b|c", "2024Q1", 13e9, yoy_usd_pct=30.0),
        total("us_three", "a|b|c", "2024Q2", 27e9), total("cn_two", "d|e", "2024Q1", 2e9),
        total("cn_two", "d|e", "2024Q2", 9e9, is_complete=False),
    )  # fmt: skip
    entities = frame_of(
        "entities", *({"entity_id": one, "entity_name": one.title(), "members": members, "country": country, "is_aggregate": True}
                      for one, members, country in (("us_two", "a|b", "US"), ("us_three", "a|b|c", "US"), ("cn_two", "d|e", "CN"))),
    )  # fmt: skip
    return Source({"capex": capex, "capex_by_overlapping_group": groups, "entities": entities})


def test_the_widest_group_of_each_country_is_shown_with_its_complete_quarters() -> None:
    shown = groups_section.shown_groups(source())
    assert [group["id"] for group in shown] == ["us_three", "cn_two"]
    assert list(shown[1]["totals"].index) == ["2024Q1"]
    assert set(shown[1]["rows"]["calendar_quarter"]) == {"2024Q1"}, "a quarter without every member is not drawn"


def test_the_comparison_uses_the_newest_common_complete_quarter() -> None:
    """13 against 2 billion dollars in the first quarter; in the second one group is incomplete."""
    sentence = groups_section.comparison(groups_section.shown_groups(source()))
    assert (
        sentence
        == "Us_Three together spent USD 13.0bn in Q1 2024, 30 percent more than a year earlier: 6.5 times the USD 2.00bn of Cn_Two."
    )


def test_one_country_is_compared_with_nothing() -> None:
    assert groups_section.comparison(groups_section.shown_groups(source())[:1]) == ""


def test_companies_of_a_chart_have_colours_of_their_own() -> None:
    page = source()
    assert len({page.colour(one) for one in page.companies}) == len(page.companies) == 5
    assert page.companies[0] == "a", "the largest company comes first"
