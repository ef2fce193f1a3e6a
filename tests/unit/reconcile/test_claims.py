"""Verdicts on claims: confirmed, confirmed under a definition, contradicted, or not checkable and why."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from builders import article, evidence_of, filed, row
from unit.reconcile.stated import H1_2023, H1_2024, as_figures, by_filings, claims_of, on_file, stated

from capex_pipeline.reconcile.claims import check_claim, preferred_definition, show
from capex_pipeline.reconcile.evidence import Evidence
from capex_pipeline.reference import Reference
from capex_pipeline.sources.ecb_rates import daily_fixings

pytestmark = pytest.mark.slow("computes the evidence of claims in each test")

US = {
    "microsoft": {"cash_purchases": ("10,952", "13,873"), "stated_including_finance_leases": ("14,000", "19,000")},
    "alphabet": {"cash_purchases": ("12,012", "13,186")},
    "meta": {"cash_purchases": ("6,400", "8,173"), "cash_and_lease_principal": ("6,720", "8,470")},
    "amazon": {
        "cash_purchases": ("14,925", "17,620"),
        "cash_net_of_incentives": ("13,935", "16,390"),
        "call_basis": ("14,000", "16,500"),
    },
}
"""Capital expenditure of the first two quarters of 2024 by definition, million dollars, as the companies state it."""


@pytest.fixture(scope="module")
def filings() -> list[dict[str, str]]:
    rows = [
        row(entity=entity, definition=definition, period=f"Q{quarter} 2024", value=value, unit="USD million")
        for entity, definitions in US.items()
        for definition, values in definitions.items()
        for quarter, value in enumerate(values, start=1)
    ]
    rows += [
        row(entity=entity, definition=definition, period=f"Q{quarter} {year}", value=value)
        for entity, definition, year, values in (
            ("alibaba", "cash_purchases", 2023, ("3,478", "6,927")), ("alibaba", "cash_purchases", 2024, ("11,153", "12,094")),
            ("tencent", "accrual_additions", 2023, ("4,411", "3,953")), ("tencent", "accrual_additions", 2024, ("14,359", "8,729")),
            ("baidu", "cash_purchases", 2023, ("2,000", "2,001")), ("baidu", "cash_purchases", 2024, ("2,038", "2,118")),
        )
        for quarter, value in enumerate(values, start=1)
    ]  # fmt: skip
    cloud = {"metric": "cloud_revenue", "definition": "alibaba_cloud_segment"}
    return rows + [
        row(period=period, value=value, **cloud)
        for period, value in (
            ("Q2 2023", "25,123"),
            ("Q3 2023", "27,648"),
            ("Q2 2024", "26,549"),
            ("Q3 2024", "29,610"),
        )
    ]


CLAIMS: dict[str, dict[str, str | None]] = {
    "alibaba level": {"value": "23"},
    "alibaba growth": {"measure": "yoy_growth", "value": "123", "unit": "percent"},
    "alibaba too high": {"value": "25"},
    "alibaba above": {"value": "more than 23"},
    "alibaba far above": {"value": "more than 30"},
    "alibaba dollars": {"value": "3.2", "unit": "billion USD"},
    "trio": {"entity": "Chinese tech giants", "definition": "mixed_press_aggregate", "value": "50"},
    "trio doubled": {"entity": "Chinese tech giants", "definition": "mixed_press_aggregate", "measure": "yoy_multiple", "value": "doubled", "unit": "times"},
    "us four": {"entity": "us_four", "definition": "mixed_press_aggregate", "value": "106", "unit": "billion USD"},
    "us four cash": {"entity": "us_four", "definition": "cash_purchases", "value": "97.1", "unit": "billion USD"},
    "us four never": {"entity": "us_four", "definition": "mixed_press_aggregate", "value": "150", "unit": "billion USD"},
    "amazon undefined": {"entity": "amazon", "definition": None, "period": "Q2 2024", "value": "16.5", "unit": "billion USD"},
    "cloud growth": {"metric": "cloud_revenue", "definition": "alibaba_cloud_segment", "measure": "yoy_growth", "period": "Q2 2024", "value": "6", "unit": "percent"},
    "cloud part": {"metric": "cloud_revenue", "definition": "alibaba_cloud_ai_products", "measure": "yoy_multiple", "period": "Q2 2024", "value": "more than doubled", "unit": "times"},
    "no period": {"period": "H1 2020", "value": "23"},
    "no base": {"measure": "yoy_growth", "period": "H1 2023", "value": "10", "unit": "percent"},
    "private": {"entity": "bytedance", "definition": "press_claim", "value": "80"},
    "no company": {"entity": "oracle", "value": "8", "unit": "billion USD"},
    "pile": {"entity": "bytedance", "metric": "cash_pile", "definition": "as_printed", "period": "2024-08-26", "value": "more than 50", "unit": "billion USD"},
    "forecast": {"entity": "nvidia", "metric": "gpu_units", "definition": "analyst_statement", "product": "H20", "flow": "forecast", "status": "forecast", "period": "CY2024", "value": "more than 1 million", "unit": "units"},
}  # fmt: skip


@pytest.fixture(scope="module")
def verdicts(filings: list[dict[str, str]], reference: Reference) -> dict[str, dict[str, Any]]:
    rows = [
        row(
            **{
                "id": name,
                "document": "ft",
                "period": "H1 2024",
                "unit": "billion yuan",
                "claimant": f"Source of {name}",
            }
            | claim
        )
        for name, claim in CLAIMS.items()
    ]  # type: ignore[arg-type]
    known = evidence_of([filed("f", "2026-08-22"), article("ft", "2026-08-26")], filings + rows)
    evidence = Evidence(known.observations, daily_fixings(["CNY", "USD"]))
    claims = claims_of(known.figures, "ft")
    return {
        claim.figure_id.split("#")[1]: check_claim(claim, evidence, reference)
        for claim in claims.itertuples(index=False)
    }


@pytest.mark.parametrize(
    ("name", "verdict", "computed"),
    [
        ("alibaba level", "confirmed", 23_247e6),
        ("alibaba growth", "confirmed", 123.42),
        ("alibaba too high", "contradicted", 23_247e6),
        ("alibaba above", "confirmed", 23_247e6),
        ("alibaba far above", "contradicted", 23_247e6),
        ("alibaba dollars", "confirmed", 23_247e6 / 7.2150),
        ("trio", "confirmed", 50_491e6),
        ("trio doubled", "confirmed", 2.2174),
        ("us four", "consistent", 105_933e6),
        ("us four cash", "confirmed", 97_141e6),
        ("us four never", "contradicted", 105_933e6),
        ("amazon undefined", "different_definition", 16_500e6),
        ("cloud growth", "confirmed", 5.676),
    ],
)
def test_verdicts_of_claims_that_filings_speak_of(
    verdicts: dict[str, dict[str, Any]], name: str, verdict: str, computed: float
) -> None:
    assert verdicts[name]["verdict"] == verdict
    assert verdicts[name]["computed"] == pytest.approx(computed, rel=2e-4)
    assert verdicts[name]["reason"] is None and verdicts[name]["evidence_figures"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("cloud part", "no_filing"), ("no period", "no_filing"), ("no base", "base_not_filed"), ("no company", "no_filing"),
        ("private", "private_company"), ("pile", "private_company"), ("forecast", "forecast"),
    ],
)  # fmt: skip
def test_what_cannot_be_checked_says_why(verdicts: dict[str, dict[str, Any]], name: str, reason: str) -> None:
    found = verdicts[name]
    assert (found["verdict"], found["reason"]) == ("not_checkable", reason)
    assert found["explanation"].endswith(".") and "computed" not in found


def test_a_group_claim_tries_every_combination_and_says_so(verdicts: dict[str, dict[str, Any]]) -> None:
    """Two definitions of Microsoft, one of Alphabet, two of Meta, three of Amazon: twelve, of which one gives 106."""
    found = verdicts["us four"]
    assert (found["combinations_tried"], found["combinations_confirming"]) == (12, 1)
    assert found["combinations_low"] == pytest.approx(94_921e6) and found["combinations_high"] == pytest.approx(
        105_933e6
    )
    assert found["definitions_used"] == (
        "alphabet:cash_purchases|amazon:cash_purchases|meta:cash_and_lease_principal|microsoft:stated_including_finance_leases"
    )
    assert "12 combinations" in found["explanation"] and "1 of them agrees" in found["explanation"]
    assert len(found["evidence_figures"].split("|")) == 8


def test_a_claim_is_judged_first_on_the_definition_that_it_names(verdicts: dict[str, dict[str, Any]]) -> None:
    assert verdicts["us four cash"]["definitions_used"].count("cash_purchases") == 4
    assert verdicts["us four cash"]["combinations_tried"] == 12


def test_the_neighbouring_fiscal_quarter_is_said(verdicts: dict[str, dict[str, Any]]) -> None:
    """Read as Alibaba's own second quarter the growth would be +7 %, too near for a range check to notice."""
    said = verdicts["cloud growth"]["explanation"]
    assert "fiscal Q1 2025" in said and "+7.1 %" in said


def test_a_verdict_is_a_sentence_with_both_numbers(verdicts: dict[str, dict[str, Any]]) -> None:
    said = verdicts["alibaba too high"]["explanation"]
    assert "CNY 23,247m" in said and "CNY 25,000m" in said and "CNY 24,500m to CNY 25,500m" in said


def test_a_group_member_without_its_filing_leaves_the_claim_open(
    filings: list[dict[str, str]], reference: Reference
) -> None:
    claim = row(
        id="c",
        document="ft",
        entity="us_four",
        definition="mixed_press_aggregate",
        period="H1 2024",
        value="106",
        unit="billion USD",
    )
    without = [one for one in filings if one["entity"] != "meta"]
    known = evidence_of([filed("f", "2026-08-22"), article("ft", "2026-08-26")], [*without, claim])
    found = check_claim(
        next(claims_of(known.figures, "ft").itertuples(index=False)),
        Evidence(
            known.observations,
            pd.DataFrame({"date": [], "currency": [], "rate": []}).astype({"date": "datetime64[us]"}),
        ),
        reference,
    )
    assert (found["verdict"], found["reason"]) == ("not_checkable", "no_filing") and "Meta" in found["explanation"]


def judged(rows: list[dict[str, str]], reference: Reference, **claim: str | None) -> dict[str, Any]:
    """The verdict on one claim of an article, by these filings."""
    stated = row(**{"id": "c", "document": "ft", "period": "H1 2024", "unit": "billion USD"} | claim)  # type: ignore[arg-type]
    known = evidence_of([filed("f", "2026-08-22"), article("ft", "2026-08-26")], [*rows, stated])
    figure = next(claims_of(known.figures, "ft").itertuples(index=False))
    return check_claim(figure, Evidence(known.observations, daily_fixings(["CNY", "USD"])), reference)


def amazon(definition: str, period: str, value: str) -> dict[str, str]:
    return row(entity="amazon", definition=definition, period=period, value=value, unit="USD million")


@pytest.mark.parametrize("status", ["forecast", "guidance"])
def test_what_is_said_of_the_future_is_left_to_the_outcome(
    filings: list[dict[str, str]], reference: Reference, status: str
) -> None:
    found = judged(filings, reference, entity="amazon", value="32.5", status=status)
    assert (found["verdict"], found["reason"]) == ("not_checkable", "forecast")


def test_a_claim_that_names_no_definition_is_shown_the_comparable_one_where_none_agrees(reference: Reference) -> None:
    rows = [amazon("cash_purchases", "H1 2024", "30,000"), amazon("call_basis", "H1 2024", "34,000")]
    for value, definition, computed in (
        ("31.5", None, 30_000e6),
        ("32.6", None, 30_000e6),
        ("32.6", "press_claim", 30_000e6),
        ("32.6", "gross_and_leases_scorecard", 34_000e6),
    ):
        found = judged(rows, reference, entity="amazon", definition=definition, value=value)
        assert (found["verdict"], found["computed"]) == ("contradicted", computed)
        assert (found["combinations_low"], found["combinations_high"]) == (30_000e6, 34_000e6)
        assert "0 of them agree" in found["explanation"]


def test_a_definition_is_preferred_from_its_first_day_to_its_last(reference: Reference) -> None:
    day = pd.Timestamp("2024-04-01")
    one = {"entity_id": "a", "metric_id": "capex", "definition_id": "d", "valid_from": day, "valid_to": day}
    chosen = replace(reference, preferred=pd.DataFrame([one]))
    for moved, expected in ((0, "d"), (1, None), (-1, None)):
        assert preferred_definition(chosen, "a", "capex", day + pd.Timedelta(days=moved)) == expected
    assert preferred_definition(chosen, "b", "capex", day) is None
    assert preferred_definition(chosen, "a", "revenue", day) is None


@pytest.mark.parametrize(
    ("value", "unit", "measure", "shown"),
    [
        (23_247_499_999.0, "money", "level", "CNY 23,247m"),
        (5.676, "percent", "yoy_growth", "+5.7 %"),
        (-5.676, "percent", "yoy_growth", "-5.7 %"),
        (5.676, "percent", "share", "5.7 %"),
        (2.2174, "multiple", "yoy_multiple", "2.22 times"),
        (1_234_567.4, "count", "level", "1,234,567"),
    ],
)
def test_numbers_as_a_sentence_has_them(value: float, unit: str, measure: str, shown: str) -> None:
    assert show(value, SimpleNamespace(unit=unit, measure=measure, currency="CNY")) == shown


def test_only_growth_has_a_neighbouring_reading(filings: list[dict[str, str]], reference: Reference) -> None:
    level = {
        "metric": "cloud_revenue",
        "definition": "alibaba_cloud_segment",
        "period": "Q2 2024",
        "unit": "billion yuan",
    }
    found = judged(filings, reference, value="26.5", **level)
    assert found["verdict"] == "confirmed" and "fiscal" not in found["explanation"]


def test_the_neighbouring_reading_may_be_a_quarter_of_the_next_fiscal_year(reference: Reference) -> None:
    """January to March is Microsoft's third quarter of 2024; its next first quarter is July to September, fiscal 2025: +20 %."""
    rows = [
        row(entity="microsoft", period=period, value=value, unit="USD million")
        for period, value in (
            ("Q1 2023", "10,000"),
            ("Q1 2024", "15,000"),
            ("Q3 2023", "20,000"),
            ("Q3 2024", "24,000"),
        )
    ]
    growth = {"entity": "microsoft", "period": "Q1 2024", "measure": "yoy_growth", "unit": "percent"}
    found = judged(rows, reference, value="20", **growth)
    assert found["verdict"] == "contradicted"
    assert "fiscal Q3 2024; read as its fiscal Q1 2025 the filings give +20.0 %" in found["explanation"]
    found = judged(rows, reference, value="50", **growth)  # half is far from a fifth
    assert found["verdict"] == "confirmed" and found["explanation"].endswith("fiscal Q3 2024.")


def test_what_no_company_files_is_not_reported(filings: list[dict[str, str]], reference: Reference) -> None:
    """Chips are counted by nobody who files, so the claim is open however many filings are at hand."""
    chips = {
        "entity": "nvidia",
        "metric": "gpu_units",
        "definition": "analyst_statement",
        "product": "H20",
        "flow": "shipped",
    }
    found = judged(filings, reference, value="more than 1 million", unit="units", period="CY2024", **chips)
    assert (found["verdict"], found["reason"]) == ("not_checkable", "not_reported")


def test_of_several_definitions_that_agree_the_nearest_is_shown(reference: Reference) -> None:
    """The definition that the claim names does not agree; of the two that do, 31.9 is nearer to 32 than 31.6."""
    rows = [
        amazon("cash_net_of_incentives", "H1 2024", "30,000"), amazon("call_basis", "H1 2024", "31,600"), amazon("cash_purchases", "H1 2024", "31,900"),
    ]  # fmt: skip
    found = judged(rows, reference, entity="amazon", definition="cash_net_of_incentives", value="32")
    assert (found["verdict"], found["computed"]) == ("different_definition", 31_900e6)
    assert found["definitions_used"] == "amazon:cash_purchases"
    assert found["combinations_confirming"] == 2


@pytest.mark.parametrize(
    ("millions", "period", "verdict", "reason"),
    [
        (800, ("2023-04-01", "2024-03-31"), "consistent", None), (900, ("2023-04-01", "2024-03-31"), "not_checkable", "longer_period_filed"),
        (800, ("2022-04-01", "2023-03-31"), "not_checkable", "no_filing"),
    ],
)  # fmt: skip
def test_what_an_investor_files_about_a_private_company(
    reference: Reference, millions: float, period: tuple[str, str], verdict: str, reason: str | None
) -> None:
    """800 million in February, and an investor that states its amount for a whole fiscal year: it can agree, and never contradict."""
    about = {"metric_id": "equity_investment", "period_type": "year"}
    filings = by_filings(on_file("moonshot_ai", millions, period, "investor_statement", **about))
    figure = stated(
        "c", 8e8, ("2024-02-01", "2024-02-29"), entity_id="moonshot_ai", metric_id="equity_investment", currency="USD"
    )
    found = check_claim(next(as_figures([figure]).itertuples(index=False)), filings, reference)
    assert (found["verdict"], found["reason"]) == (verdict, reason)
    if verdict != "not_checkable":
        assert found["checked_against"] == "counterparty_filing" and found["computed"] == 8e8
    if verdict == "consistent":
        assert "for 2023-04-01 to 2024-03-31, which contains the claimed period" in found["explanation"]


@pytest.mark.parametrize(("billions", "verdict", "reason"), [(4.5, "consistent", None), (8.0, "not_checkable", "fiscal_quarters")])  # fmt: skip
def test_fiscal_quarters_of_other_days_neither_confirm_nor_contradict(
    reference: Reference, billions: float, verdict: str, reason: str | None
) -> None:
    """Oracle's quarters from December to May, 1.7 and 2.8 billion, stand in the calendar half-year from January to June."""
    filings = by_filings(
        on_file("oracle", 1_700, ("2023-12-01", "2024-02-29"), calendar_quarter="2024Q1", known_from="2024-03-11"),
        on_file("oracle", 2_800, ("2024-03-01", "2024-05-31"), calendar_quarter="2024Q2", known_from="2024-06-11"),
    )
    figure = stated("c", billions * 1e9, entity_id="oracle", currency="USD", definition_id="cash_purchases")
    found = check_claim(next(as_figures([figure]).itertuples(index=False)), filings, reference)
    assert (found["verdict"], found["reason"], found["computed"]) == (verdict, reason, 4.5e9)
    assert "cover other days: Oracle 2023-12-01 to 2024-05-31" in found["explanation"]
    exact = stated("c", 4.5e9, ("2023-12-01", "2024-05-31"), entity_id="oracle", currency="USD", definition_id="cash_purchases")  # fmt: skip
    found = check_claim(next(as_figures([exact]).itertuples(index=False)), filings, reference)
    assert (found["verdict"], found["computed"]) == ("confirmed", 4.5e9), "these are the days of the claim"


def test_a_claim_on_a_definition_that_is_not_filed_for_the_period_is_not_confirmed_by_another(
    reference: Reference,
) -> None:
    """Microsoft's own headline includes leases; where it is not on record, cash purchases of the same size confirm nothing."""
    filings = by_filings(
        on_file("microsoft", 14_000, H1_2024), on_file("microsoft", 9_000, H1_2023, "stated_including_finance_leases")
    )  # fmt: skip
    for definition, verdict in (
        ("stated_including_finance_leases", "different_definition"),
        ("cash_purchases", "confirmed"),
    ):
        figure = stated("c", 14e9, entity_id="microsoft", currency="USD", definition_id=definition)
        found = check_claim(next(as_figures([figure]).itertuples(index=False)), filings, reference)
        assert found["verdict"] == verdict, definition
    assert "not filed for the period" not in found["explanation"]
