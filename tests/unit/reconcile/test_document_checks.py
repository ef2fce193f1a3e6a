"""A document against itself: parts and totals, levels and growth, two currencies, price times units."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from builders import article, evidence_of, row
from unit.reconcile.stated import claims_of

from capex_pipeline.reconcile.document_checks import check_document
from capex_pipeline.reconcile.evidence import Evidence
from capex_pipeline.reference import Reference
from capex_pipeline.sources.ecb_rates import daily_fixings

pytestmark = pytest.mark.slow("computes observations from rows of its own in each test")

DAILY = daily_fixings(["CNY", "USD"])
TRIO = {
    "entity": "Chinese tech giants",
    "definition": "mixed_press_aggregate",
    "period": "H1 2024",
    "unit": "billion yuan",
}
PARTS = [
    row(id="F09", period="H1 2024", value="23", unit="billion yuan"),
    row(id="F09g", period="H1 2024", measure="yoy_growth", value="123", unit="percent"),
    row(id="F24", entity="tencent", definition="accrual_additions", period="H1 2024", value="23", unit="billion yuan"),
    row(
        id="F24g",
        entity="tencent",
        definition="accrual_additions",
        period="H1 2024",
        measure="yoy_growth",
        value="176",
        unit="percent",
    ),
    row(id="F31", entity="baidu", period="H1 2024", value="4.2", unit="billion yuan"),
    row(id="F31g", entity="baidu", period="H1 2024", measure="yoy_growth", value="4", unit="percent"),
]


def checks_of(reference: Reference, *rows: dict[str, str]) -> dict[tuple[str, str], dict[str, Any]]:
    known = evidence_of([article("ft", "2024-08-26")], rows)
    claims = list(claims_of(known.figures, "ft").itertuples(index=False))
    found = check_document(claims, Evidence(known.observations, DAILY), reference, pd.Timestamp("2024-08-26"))
    return {(one["check_kind"], one["claim"].figure_id.split("#")[1]): one for one in found}


@pytest.fixture(scope="module")
def article_checks(reference: Reference) -> dict[tuple[str, str], dict[str, Any]]:
    """The sums of the article of 26 August 2024: 23 + 23 + 4.2 = 50, and 23/2.23 + 23/2.76 + 4.2/1.04 = 22.7 = 23."""
    totals = [
        row(**TRIO, id="F01", measure="yoy_multiple", value="doubled") | {"unit": "times"},
        row(**TRIO, id="F02", value="50"),
        row(**TRIO, id="F03", value="7", same_fact_as="F02") | {"unit": "billion USD"},
        row(**TRIO, id="F04", value="23") | {"period": "H1 2023"},
    ]
    return checks_of(reference, *totals, *PARTS)


@pytest.mark.parametrize(
    ("kind", "figure", "computed"),
    [
        ("sum_of_parts", "F02", 50.2e9), ("sum_of_parts", "F04", 22.69e9), ("growth_between_levels", "F01", 2.174),
        ("exchange_rate", "F03", 6.930e9),
    ],
)  # fmt: skip
def test_the_article_agrees_with_itself(
    article_checks: dict[tuple[str, str], Any], kind: str, figure: str, computed: float
) -> None:
    found = article_checks[kind, figure]
    assert found["verdict"] == "confirmed"
    assert found["computed"] == pytest.approx(computed, rel=1e-3)


def test_nothing_else_of_it_is_checked(article_checks: dict[tuple[str, str], Any]) -> None:
    assert len(article_checks) == 4


def test_implied_parts_are_said_and_name_level_and_growth(article_checks: dict[tuple[str, str], Any]) -> None:
    found = article_checks["sum_of_parts", "F04"]
    assert "earlier levels computed from level and growth" in found["explanation"]
    assert found["evidence_figures"] == "ft#F09|ft#F09g|ft#F24|ft#F24g|ft#F31|ft#F31g"


def test_the_rates_that_fit_and_do_not_fit_are_said(article_checks: dict[tuple[str, str], Any]) -> None:
    found = article_checks["exchange_rate", "F03"]
    assert {"average", "spot"} <= set(found["reason"].split(" and "))
    assert "average 7.2150" in found["explanation"] and "spot 7.1" in found["explanation"]


def test_a_sum_that_is_off_by_more_than_rounding_is_contradicted(reference: Reference) -> None:
    found = checks_of(reference, row(**TRIO, id="T", value="55"), *PARTS)["sum_of_parts", "T"]
    assert found["verdict"] == "contradicted" and found["computed"] == pytest.approx(50.2e9)


def test_a_total_without_one_of_its_parts_is_not_summed(reference: Reference) -> None:
    assert checks_of(reference, row(**TRIO, id="T", value="50"), *PARTS[:4]) == {}


def test_parts_in_another_currency_are_not_summed(reference: Reference) -> None:
    assert checks_of(reference, row(**TRIO, id="T", value="7") | {"unit": "billion USD"}, *PARTS) == {}


GROWTH = {"117": "confirmed", "117.4": "confirmed", "111": "confirmed", "100": "contradicted", "130": "contradicted"}
"""From 23 to 50 billion: 49.5/23.5 to 50.5/22.5, so +110.6 to +124.4 %."""


@pytest.fixture(scope="module")
def growth_checks(reference: Reference) -> dict[tuple[str, str], dict[str, Any]]:
    levels = [row(**TRIO, id="now", value="50"), row(**TRIO, id="before", value="23") | {"period": "H1 2023"}]
    rates = [
        row(**TRIO, id=growth, measure="yoy_growth", value=growth, claimant=f"Analyst of {growth}")
        | {"unit": "percent"}
        for growth in GROWTH
    ]
    return checks_of(reference, *levels, *rates)


@pytest.mark.parametrize("growth", GROWTH)
def test_growth_must_follow_from_both_levels_within_their_rounding(
    growth_checks: dict[tuple[str, str], Any], growth: str
) -> None:
    found = growth_checks["growth_between_levels", growth]
    assert found["verdict"] == GROWTH[growth]
    assert found["computed"] == pytest.approx(117.39, abs=0.01)


def test_a_rate_that_never_existed_is_contradicted(reference: Reference) -> None:
    rows = [
        row(**TRIO, id="A", value="50.0"),
        row(**TRIO, id="B", value="8.0", same_fact_as="A") | {"unit": "billion USD"},
    ]
    found = checks_of(reference, *rows)["exchange_rate", "B"]
    assert (
        found["verdict"] == "contradicted"
        and "agrees with no rate of the period or near the publication date" in found["explanation"]
    )


def test_a_narrow_print_tells_the_average_from_the_closing_rate(reference: Reference) -> None:
    """50.49 billion yuan at the average of 7.2150 are 6.998 billion dollars; at the closing rate of 7.2628, 6.952."""
    rows = [
        row(**TRIO, id="A", value="50.49"),
        row(**TRIO, id="B", value="6.998", same_fact_as="A") | {"unit": "billion USD"},
    ]
    assert checks_of(reference, *rows)["exchange_rate", "B"]["reason"] == "average"


def test_a_currency_without_fixings_leaves_the_rate_open(reference: Reference) -> None:
    rows = [
        row(**TRIO, id="A", value="200") | {"unit": "NT$ billion"},
        row(**TRIO, id="B", value="7", same_fact_as="A") | {"unit": "billion USD"},
    ]
    found = checks_of(reference, *rows)["exchange_rate", "B"]
    assert (found["verdict"], found["reason"]) == ("not_checkable", "no_fixing")


ORDERS = {
    "h20": ("upwards of 12", "confirmed"),
    "h100": ("12.5", "confirmed"),
    "h200": ("20", "confirmed"),
    "b200": ("5", "contradicted"),
}
"""Chip -> the stated value of more than a million of them at 12,000 to 13,000 dollars, which is at least about 12 billion."""


@pytest.fixture(scope="module")
def order_checks(reference: Reference) -> dict[tuple[str, str], dict[str, Any]]:
    def chips(product: str, metric: str, value: str, unit: str, **more: str) -> dict[str, str]:
        return row(id=f"{product} {metric}", entity="nvidia", product=product, metric=metric, value=value, unit=unit, flow="forecast",
                   status="forecast", period="CY2024", definition="analyst_statement") | more  # fmt: skip

    rows = [
        one
        for product, (order, _) in ORDERS.items()
        for one in (
            chips(product, "gpu_units", "more than 1.0 million", "units"),
            chips(product, "gpu_unit_price", "12,000 to 13,000", "USD per unit", definition="analyst_price_statement"),
            chips(product, "gpu_order_value", order, "billion USD", definition="as_printed"),
        )
    ]
    return checks_of(reference, *rows)


@pytest.mark.parametrize("product", ORDERS)
def test_an_order_must_be_worth_its_units_times_their_price(
    order_checks: dict[tuple[str, str], Any], product: str
) -> None:
    found = order_checks["price_times_units", f"{product} gpu_order_value"]
    assert found["verdict"] == ORDERS[product][1]
    assert found["evidence_figures"] == f"ft#{product} gpu_units|ft#{product} gpu_unit_price"
