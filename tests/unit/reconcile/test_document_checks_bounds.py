"""A document against itself where it prints bounds: what they leave open, and that no sentence or number is made of nothing."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from builders import article, evidence_of, row
from unit.reconcile.stated import claims_of

from capex_pipeline.reconcile.claim_table import checks
from capex_pipeline.reconcile.document_checks import check_document
from capex_pipeline.reconcile.evidence import Evidence
from capex_pipeline.reference import Reference
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures
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
    row(id=f"part {entity}", entity=entity, definition="as_printed", period="H1 2024", value=value, unit="billion yuan")
    for entity, value in (("alibaba", "23"), ("tencent", "23"), ("baidu", "4.2"))
]


def checks_of_each(reference: Reference, cases: dict[Any, list[dict[str, str]]]) -> list[dict[str, dict[str, Any]]]:
    """The checks by kind of several documents, one for each case; in a document each kind may be made once."""
    names = [f"d{number:02}" for number in range(len(cases))]
    rows = [one | {"document": name} for name, own in zip(names, cases.values(), strict=True) for one in own]
    known = evidence_of([article(name, "2024-08-26") for name in names], rows)
    evidence = Evidence(known.observations, DAILY)
    checks = []
    for name in names:
        own = claims_of(known.figures, name)
        found = list(check_document(list(own.itertuples(index=False)), evidence, reference, pd.Timestamp("2024-08-26")))
        for one in found:
            assert "nan" not in one["explanation"] and "inf" not in one["explanation"], one["explanation"]
        checks.append({one["check_kind"]: one for one in found})
        assert len(checks[-1]) == len(found)
    return checks


def checks_of(reference: Reference, *rows: dict[str, str]) -> dict[str, dict[str, Any]]:
    return checks_of_each(reference, {"": list(rows)})[0]


def translated(yuan: str, dollars: str) -> list[dict[str, str]]:
    return [
        row(**TRIO, id="A", value=yuan),
        row(**TRIO, id="B", value=dollars, same_fact_as="A") | {"unit": "billion USD"},
    ]


RATES = {
    # The average of the half-year is 7.2150, the closing rate 7.2628, the spot of the day 7.1228 yuan per dollar.
    ("7", "about 1"): ("confirmed", "4.3333 to 15.0000 CNY per USD"),
    ("50", "up to 7"): ("confirmed", "at least 7.0714 CNY per USD"),
    ("50", "more than 7"): ("confirmed", "0.0000 to 7.2143 CNY per USD"),
    ("up to 50", "7"): ("confirmed", "0.0000 to 7.6923 CNY per USD"),
    ("more than 50", "7"): ("confirmed", "at least 6.6667 CNY per USD"),
    ("60", "up to 7"): ("contradicted", "at least 8.5000 CNY per USD"),
    ("40", "more than 7"): ("contradicted", "0.0000 to 5.7857 CNY per USD"),
}


def test_the_rate_that_two_prints_imply(reference: Reference) -> None:
    """49.5 to 50.5 billion yuan as 6.5 to 7.5 billion dollars are 49.5 / 7.5 = 6.6 to 50.5 / 6.5 = 7.7692."""
    found = checks_of_each(reference, {pair: translated(*pair) for pair in RATES})
    for one, (pair, (verdict, said)) in zip(found, RATES.items(), strict=True):
        assert (one["exchange_rate"]["verdict"], said in one["exchange_rate"]["explanation"]) == (verdict, True), pair


@pytest.mark.parametrize(("yuan", "dollars", "outcome"), [("0", "-1", "contradicted"), ("-50", "-7", "confirmed")])
def test_nothing_implies_no_rate_and_a_repayment_does(
    reference: Reference, yuan: str, dollars: str, outcome: str
) -> None:
    rows = [one | {"metric": "finance_lease_principal"} for one in translated(yuan, dollars)]
    found = checks_of(reference, *rows)["exchange_rate"]
    assert found["verdict"] == outcome
    assert ("6.6000 to 7.7692 CNY per USD" in found["explanation"]) == (outcome == "confirmed")


SUMS = {
    # 22.5 to 23.5 and 4.15 to 4.25 beside the part.
    ("23", "more than 50"): (
        "confirmed",
        50.2e9,
        "add up to CNY 50,200m; the total is printed as at least CNY 50,000m",
    ),
    ("more than 23", "50"): (
        "confirmed",
        49.65e9,
        "add up to at least CNY 49,650m; the total is printed as CNY 50,000m",
    ),
    ("more than 23", "48"): ("contradicted", 49.65e9, "add up to at least CNY 49,650m"),
    ("up to 23", "50"): ("confirmed", 50.75e9, "add up to at most CNY 50,750m"),
    ("up to 23", "52"): ("contradicted", 50.75e9, "add up to at most CNY 50,750m"),
    ("20 to 24", "50"): ("confirmed", 49.2e9, "add up to CNY 46,150m to CNY 52,250m"),
}


def test_members_with_a_bound_add_up_to_a_bound(reference: Reference) -> None:
    cases = {
        (part, total): [row(**TRIO, id="T", value=total), PARTS[0] | {"value": part}, *PARTS[1:]]
        for part, total in SUMS
    }
    for one, (verdict, computed, said) in zip(checks_of_each(reference, cases), SUMS.values(), strict=True):
        found = one["sum_of_parts"]
        assert (found["verdict"], found["computed"]) == (verdict, pytest.approx(computed))
        assert said in found["explanation"]


@pytest.mark.parametrize("growth", ["about -99", "less than 123"])
def test_growth_that_allows_a_fall_to_nothing_implies_no_earlier_level(reference: Reference, growth: str) -> None:
    earlier = row(**TRIO, id="T", value="23") | {"period": "H1 2023"}
    grown = [
        one | {"id": f"{one['id']} growth", "measure": "yoy_growth", "unit": "percent", "value": "4"} for one in PARTS
    ]
    assert checks_of(reference, earlier, *PARTS, *grown).keys() == {"sum_of_parts"}
    assert checks_of(reference, earlier, *PARTS, grown[0] | {"value": growth}, *grown[1:]) == {}


GROWTH = {"more than 100": "confirmed", "more than 130": "contradicted", "up to 115": "confirmed"}


def test_growth_with_a_bound_is_printed_as_its_number(reference: Reference) -> None:
    """From 23 to 50 billion: 49.5/23.5 to 50.5/22.5, so +110.6 to +124.4 %."""
    levels = [row(**TRIO, id="now", value="50"), row(**TRIO, id="before", value="23") | {"period": "H1 2023"}]
    said = row(**TRIO, id="growth", measure="yoy_growth") | {"unit": "percent"}
    cases = {growth: [*levels, said | {"value": growth}] for growth in GROWTH}
    for one, (growth, verdict) in zip(checks_of_each(reference, cases), GROWTH.items(), strict=True):
        assert one["growth_between_levels"]["verdict"] == verdict
        assert f"+{growth.split()[-1]}.0 % is printed" in one["growth_between_levels"]["explanation"]


def order(units: str, price: str, value: str = "12.5") -> list[dict[str, str]]:
    common = {
        "entity": "nvidia",
        "product": "h20",
        "flow": "forecast",
        "status": "forecast",
        "period": "CY2024",
        "definition": "as_printed",
    }
    return [
        row(**common, id="units", metric="gpu_units", value=units, unit="units"),
        row(**common, id="price", metric="gpu_unit_price", value=price, unit="USD per unit"),
        row(**common, id="order", metric="gpu_order_value", value=value, unit="billion USD"),
    ]


ORDERS = {
    # A million to a tenth is 950,000 to 1,050,000; a price of 12,000, whose zeros fill the number up, is 11,500 to 12,500.
    ("1.0 million", "12,000"): (950_000 * 11_500 / 2 + 1_050_000 * 12_500 / 2, "USD 10,925m to USD 13,125m"),
    ("more than 1.0 million", "12,000"): (1_000_000 * 11_500, "at least USD 11,500m"),
    ("1.0 million", "more than 12,000"): (950_000 * 12_000, "at least USD 11,400m"),
    ("up to 1.0 million", "12,000"): (1_000_000 * 12_500, "at most USD 12,500m"),
    ("1.0 million", "up to 12,000"): (1_050_000 * 12_000, "at most USD 12,600m"),
}


def test_bounds_of_units_and_of_price_are_bounds_of_the_order(reference: Reference) -> None:
    checks = checks_of_each(reference, {pair: order(*pair) for pair in ORDERS})
    for number, (one, (computed, said)) in enumerate(zip(checks, ORDERS.values(), strict=True)):
        found = one["price_times_units"]
        assert found["computed"] == pytest.approx(computed)
        assert f"Units times price give {said}; USD 12,500m is printed." in found["explanation"]
        assert found["evidence_figures"] == f"d{number:02}#units|d{number:02}#price"


def test_the_sentence_names_every_rate_on_its_side(reference: Reference) -> None:
    """50.485 to 50.495 billion yuan as 6.9975 to 6.9985 billion dollars are 7.2137 to 7.2161: the average, and no other."""
    wide = checks_of(reference, *translated("50", "7"))["exchange_rate"]
    assert wide["explanation"].startswith(
        "CNY 50,000m as USD 7,000m implies 6.6000 to 7.7692 CNY per USD, which agrees with average 7.2150, closing 7.2628, spot 7."
    )
    assert "it differs from" not in wide["explanation"] and wide["reason"] == "average and closing and spot"
    narrow = checks_of(reference, *translated("50.49", "6.998"))["exchange_rate"]
    assert (
        "7.2137 to 7.2161 CNY per USD, which agrees with average 7.2150; it differs from closing 7.2628, spot 7."
        in narrow["explanation"]
    )
    assert narrow["explanation"].endswith(".") and narrow["reason"] == "average"


def test_documents_with_bounds_are_in_the_table_like_others(reference: Reference) -> None:
    """None of them may stop it: a rate at 'about 1 billion', a member of at least so much, up to so many units, a fall to nothing."""
    grown = PARTS[0] | {"id": "fall", "measure": "yoy_growth", "unit": "percent", "value": "about -99"}
    rows = {
        "rate": translated("7", "about 1"), "part": [row(**TRIO, id="T", value="50"), PARTS[0] | {"value": "more than 23"}, *PARTS[1:]],
        "units": order("up to 1.0 million", "12,000"), "fall": [row(**TRIO, id="T", value="23") | {"period": "H1 2023"}, *PARTS, grown],
    }  # fmt: skip
    documents = [article(name, "2024-08-26", publisher=name) for name in rows]
    known = evidence_of(documents, [one | {"document": name} for name, own in rows.items() for one in own])
    tables = checks(known.figures, known.observations, known.documents, DAILY, reference)
    for name, table in tables.items():
        assert failures(table, TABLES[name]).to_dict("records") == []
    assert set(tables["arithmetic_checks"]["arithmetic_check_id"]) == {
        "rate#B/exchange_rate", "part#T/sum_of_parts", "units#order/price_times_units",
    }  # fmt: skip
