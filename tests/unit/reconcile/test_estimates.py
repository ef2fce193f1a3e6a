"""Estimates beside claims on chips: which of them are comparable, and what a claim on units is called."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from builders import days
from unit.reconcile.observed import observed
from unit.reconcile.stated import NO_FIXINGS, as_figures, stated

from capex_pipeline.reconcile.claims import check_claim
from capex_pipeline.reconcile.estimates import Estimates
from capex_pipeline.reconcile.evidence import Evidence
from capex_pipeline.reference import Reference

CHIPS: dict[str, Any] = {
    "is_latest": True, "source_type": "estimate", "status": "estimate", "metric_id": "gpu_units", "product": "h20", "customer_id": "bytedance",
    "calendar_quarter": None, "currency": None, "document_id": "report", "claimant": "Estimator", "derived_from": "report#1",
    "value_low": 180_000.0, "value": 200_000.0, "value_high": 220_000.0, "period_start": "2024-01-01", "period_end": "2024-12-31",
}  # fmt: skip
NOTHING_FILED = Evidence(pd.DataFrame([observed(1, ("2024-01-01", "2024-03-31"), "x", entity_id="meta", metric_id="capex",
                                                calendar_quarter=None, known_from=None)]), NO_FIXINGS)  # fmt: skip


def estimated(*rows: dict[str, Any]) -> Estimates:
    frame = pd.DataFrame([CHIPS | row for row in rows])
    frame = frame.assign(period_start=days(*frame["period_start"]), period_end=days(*frame["period_end"]))
    return Estimates(frame, contains={"hopper": ("h100", "h20")})


def judged(reference: Reference, number: Any, estimates: Estimates, **changed: Any) -> dict[str, Any]:
    about = {
        "entity_id": "bytedance",
        "metric_id": "gpu_units",
        "unit": "count",
        "currency": None,
        "product": "h20",
        "customer_id": "bytedance",
    }
    claim = stated("c", number, ("2024-01-01", "2024-12-31"), **about | {"status": "estimate"} | changed)
    return check_claim(next(as_figures([claim]).itertuples(index=False)), NOTHING_FILED, reference, estimates)


@pytest.mark.parametrize(("number", "verdict"), [(185_000, "consistent"), (220_000, "consistent"), (221_000, "not_checkable"), (100_000, "not_checkable")])  # fmt: skip
def test_a_claim_is_inside_or_outside_an_interval(reference: Reference, number: float, verdict: str) -> None:
    found = judged(reference, number, estimated({}))
    assert (found["verdict"], found["checked_against"], found["computed"]) == (verdict, "estimator", 200_000)
    place = "inside" if verdict == "consistent" else "outside"
    assert f"{place} the interval of Estimator: 200,000 units (180,000 to 220,000) of h20" in found["explanation"]
    assert found["reason"] == (None if verdict == "consistent" else "estimators_differ")


def test_an_estimate_never_contradicts_and_a_forecast_was_said_before(reference: Reference) -> None:
    assert judged(reference, 900_000, estimated({}), status="forecast")["verdict"] == "said_before_outcome"


def test_an_estimate_of_more_products_is_an_upper_limit(reference: Reference) -> None:
    wide = estimated({"product": "hopper"})
    assert judged(reference, 5_000, wide)["verdict"] == "consistent"
    assert judged(reference, 230_000, wide)["verdict"] == "not_checkable"
    assert "covers more than the claim" in judged(reference, 5_000, wide)["explanation"]


def test_quarters_are_added_ends_to_ends(reference: Reference) -> None:
    quarters = [
        ("2024-01-01", "2024-03-31"),
        ("2024-04-01", "2024-06-30"),
        ("2024-07-01", "2024-09-30"),
        ("2024-10-01", "2024-12-31"),
    ]
    rows = [{"period_start": start, "period_end": end} for start, end in quarters]
    assert "800,000 units (720,000 to 880,000) of h20" in judged(reference, 800_000, estimated(*rows))["explanation"]
    assert judged(reference, 800_000, estimated(*rows[:3]))["reason"] == "private_company", (
        "nine months are not the year"
    )


@pytest.mark.parametrize(
    "changed", [{"product": "h100"}, {"customer_id": "tencent"}, {"status": "forecast"}, {"source_type": "article"}, {"is_latest": False}]
)  # fmt: skip
def test_what_is_about_something_else_is_no_evidence(reference: Reference, changed: dict[str, Any]) -> None:
    found = judged(reference, 200_000, estimated(changed))
    assert (found["verdict"], found["reason"]) == ("not_checkable", "private_company")
    assert found["looked_for"] == "estimates of gpu_units of h20 to bytedance that cover 2024-01-01 to 2024-12-31"


BAND = {"metric_id": "gpu_unit_price", "customer_id": None, "value_low": 10_000.0, "value": float("nan"), "value_high": 15_000.0, "currency": "USD"}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, None), ({"value_high": 11_000.0}, "estimators_differ"), ({"currency": "CNY"}, "private_company"), ({"product": "hopper"}, "private_company"),
        ({"period_start": "2022-01-01"}, "private_company"), ({"period_end": "2024-06-30"}, "private_company"),
    ],
)  # fmt: skip
def test_a_price_is_compared_with_a_band_of_the_same_chip_and_year(
    reference: Reference, changed: dict[str, Any], reason: str | None
) -> None:
    """12,000 to 13,000 dollars lie inside 10,000 to 15,000; neither the middle of the claim nor that of the band was published."""
    found = judged(
        reference, (12_000.0, 13_000.0), estimated(BAND | changed), metric_id="gpu_unit_price", unit="money_per_unit", currency="USD"
    )  # fmt: skip
    assert found["reason"] == reason
    if reason is None:
        assert (found["verdict"], found["computed"]) == ("consistent", 12_000)
        assert "inside the interval of Estimator: 10,000 to 15,000 USD for each h20" in found["explanation"]


def test_of_two_limits_of_one_estimator_the_lower_one_counts(reference: Reference) -> None:
    """The year 2024 of a family of chips limits one of them more closely than the three years up to 2024."""
    years = {"product": "hopper", "period_start": "2022-01-01", "document_id": "sum", "value_high": 900_000.0}
    found = judged(reference, 5_000, estimated({"product": "hopper"}, years))
    assert "below the upper limit from Estimator" in found["explanation"]
    assert "2022" not in found["explanation"]


def test_an_estimators_own_number_confirms_its_quotation_only(reference: Reference) -> None:
    """ "Omdia counts 200,000" beside Omdia's 200,000; another estimator's interval is evidence."""
    point = {"value_low": 200_000.0, "value_high": 200_000.0}
    quoted = judged(reference, 200_000, estimated(point), claimant="Estimator")
    assert (quoted["verdict"], quoted["reason"]) == ("consistent", "own_estimate")
    assert "agrees with the number of Estimator: 200,000 units" in quoted["explanation"]
    assert quoted["explanation"].endswith(
        "It is the estimator's own number, so the check shows only whether it is quoted correctly."
    )
    other = {
        "document_id": "other",
        "claimant": "Second",
        "value_low": 300_000.0,
        "value": 350_000.0,
        "value_high": 400_000.0,
    }
    both = judged(reference, 200_000, estimated(point, other), claimant="Estimator")
    assert (both["verdict"], both["reason"]) == ("not_checkable", "estimators_differ")
    assert "differs from the number of Estimator" in judged(reference, 210_000, estimated(point))["explanation"]


def test_estimates_are_looked_for_once_for_all_claims_on_the_same_chips(
    reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And of very many estimators an explanation quotes forty."""
    estimates = estimated(*({"document_id": f"report-{number:02}", "claimant": f"E{number}"} for number in range(45)))
    searches: list[Any] = []
    search = estimates._find
    monkeypatch.setattr(estimates, "_find", lambda claim: searches.append(claim) or search(claim))
    found = [judged(reference, 200_000 + number, estimates) for number in range(5)]
    assert len(searches) == 1 and {row["verdict"] for row in found} == {"consistent"}
    assert {row["explanation"].count("inside the interval of") for row in found} == {40}
    assert all("; and 5 more." in row["explanation"] for row in found)
