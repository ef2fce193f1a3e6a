"""Outlooks against what came: chains of guidance, and verdicts once the period is reported."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from builders import estimate, evidence_of, filed, frame_of, row

from capex_pipeline.reconcile.evidence import Evidence
from capex_pipeline.reconcile.outcomes import check_outcomes, superseded_by
from capex_pipeline.reference import Reference
from capex_pipeline.sources.ecb_rates import daily_fixings


def guidance(document: str, value: str, **more: str) -> dict[str, str]:
    return row(document=document, entity="meta", definition="cash_and_lease_principal", period="CY2024", value=value, unit="billion USD",
               status="guidance", claimant="Meta") | more  # fmt: skip


def actual(period: str, value: str, definition: str = "cash_and_lease_principal", **more: str) -> dict[str, str]:
    return (
        row(document="10-K", entity="meta", definition=definition, period=period, value=value, unit="USD million")
        | more
    )


DOCUMENTS = [
    filed("feb", "2024-02-01"), filed("apr", "2024-04-24"), filed("jul", "2024-07-31"), filed("10-K", "2025-01-30"), estimate("claims", "2024-03-01"),
]  # fmt: skip


def outcomes(reference: Reference, *rows: dict[str, str]) -> list[dict[str, Any]]:
    known = evidence_of(DOCUMENTS, rows)
    found = check_outcomes(known.figures, Evidence(known.observations, daily_fixings(["CNY", "USD"])), reference)
    return sorted(found, key=lambda one: one["claim"].figure_id)


def test_guidance_is_kept_as_a_chain(reference: Reference) -> None:
    """Meta for 2024: 30-37, then 35-40, then 37-40 billion dollars."""
    chain = [guidance("feb", "30 to 37"), guidance("apr", "35 to 40"), guidance("jul", "37 to 40")]
    known = evidence_of(DOCUMENTS, chain)
    following = superseded_by(known.figures)
    by_document = dict(zip(known.figures["document_id"], following, strict=True))
    assert (
        by_document["feb"].startswith("apr#")
        and by_document["apr"].startswith("jul#")
        and by_document["jul"] != by_document["jul"]
    )


def test_two_outlooks_of_one_day_do_not_replace_each_other(reference: Reference) -> None:
    rows = [
        guidance("feb", "30 to 37"),
        guidance("feb", "25 to 30", definition="cash_purchases"),
        guidance("apr", "35 to 40"),
    ]
    known = evidence_of(DOCUMENTS, rows)
    following = superseded_by(known.figures).tolist()
    assert [text.split("#")[0] if isinstance(text, str) else None for text in following] == [None, "apr", "apr"]


JUDGED = {
    2024: ("35 to 40", "USD 35,000m to USD 40,000m", "confirmed", "within"),
    2023: ("30 to 37", "USD 30,000m to USD 37,000m", "contradicted", "above"),
    2022: ("40 to 45", "USD 40,000m to USD 45,000m", "contradicted", "below"),
    2021: ("about 39", "approximately USD 39,000m", "confirmed", "within"),
    2020: ("at least 38", "at least USD 38,000m", "confirmed", "within"),
    2019: ("up to 38", "at most USD 38,000m", "contradicted", "above"),
    2018: ("39", "USD 39,000m", "confirmed", "within"),
}
"""Year -> guidance, the same in a sentence, and how it is judged where 39,230 million come on its own definition and 37,256 million on another."""


@pytest.fixture(scope="module")
def judged(reference: Reference) -> dict[int, dict[str, Any]]:
    rows = [
        one
        for year, (value, *_) in JUDGED.items()
        for one in (
            guidance("feb", value, period=f"CY{year}"), actual(f"CY{year}", "39,230"), actual(f"CY{year}", "37,256", "cash_purchases"),
        )
    ]  # fmt: skip
    return {found["claim"].period_start.year: found for found in outcomes(reference, *rows)}


@pytest.mark.parametrize("year", JUDGED)
def test_an_outlook_is_judged_on_its_own_definition(judged: dict[int, dict[str, Any]], year: int) -> None:
    _, guided, verdict, side = JUDGED[year]
    found = judged[year]
    assert (found["verdict"], found["computed"], found["check_kind"]) == (verdict, 39_230e6, "outcome")
    assert found["explanation"] == f"Guided {guided}; USD 39,230m came, {side} the guidance."
    assert found["definitions_used"] == "meta:cash_and_lease_principal"


def test_the_ends_of_what_a_print_allows_are_within_the_guidance(reference: Reference) -> None:
    """35 to 40 billion are printed to the billion: 34.5 to 40.5."""
    came = {
        2024: ("34,500", "within"),
        2023: ("34,499", "below"),
        2022: ("40,500", "within"),
        2021: ("40,501", "above"),
    }
    rows = [
        one
        for year, (value, _) in came.items()
        for one in (guidance("feb", "35 to 40", period=f"CY{year}"), actual(f"CY{year}", value))
    ]
    found = {one["claim"].period_start.year: one for one in outcomes(reference, *rows)}
    for year, (value, side) in came.items():
        assert found[year]["explanation"].endswith(f"USD {value}m came, {side} the guidance.")
        assert found[year]["verdict"] == ("confirmed" if side == "within" else "contradicted")


def test_the_outcome_may_be_the_sum_of_four_quarters(reference: Reference) -> None:
    quarters = [actual(f"Q{n} 2024", value) for n, value in enumerate(("6,720", "8,470", "9,200", "14,840"), start=1)]
    (found,) = outcomes(reference, guidance("feb", "35 to 40"), *quarters)
    assert found["computed"] == 39_230e6 and len(found["evidence_figures"].split("|")) == 4


def test_while_a_quarter_is_missing_nothing_is_said(reference: Reference) -> None:
    (found,) = outcomes(reference, guidance("feb", "35 to 40"), actual("Q1 2024", "6,720"))
    assert (found["verdict"], found["reason"]) == ("not_checkable", "period_not_reported")
    assert "computed" not in found


def test_an_outcome_on_another_definition_says_under_which(reference: Reference) -> None:
    (found,) = outcomes(reference, guidance("feb", "35 to 40"), actual("CY2024", "37,256", "cash_purchases"))
    assert (found["verdict"], found["definitions_used"]) == ("confirmed_under_definition", "meta:cash_purchases")


def test_of_several_other_definitions_one_that_fits_is_shown_and_else_the_first(reference: Reference) -> None:
    filed_on = {
        2024: (("50,000", "37,256"), "confirmed_under_definition", "cash_purchases", 1),
        2023: (("50,000", "30,000"), "contradicted", "accrual_additions", 0),
        2022: (("38,000", "37,256"), "confirmed_under_definition", "accrual_additions", 2),
    }
    rows = [
        one
        for year, ((accrual, cash), *_) in filed_on.items()
        for one in (
            guidance("feb", "35 to 40", period=f"CY{year}"), actual(f"CY{year}", cash, "cash_purchases"), actual(f"CY{year}", accrual, "accrual_additions"),
        )
    ]  # fmt: skip
    found = {one["claim"].period_start.year: one for one in outcomes(reference, *rows)}
    for year, (_, verdict, definition, confirming) in filed_on.items():
        assert (found[year]["verdict"], found[year]["definitions_used"]) == (verdict, f"meta:{definition}")
        assert (found[year]["combinations_tried"], found[year]["combinations_confirming"]) == (2, confirming)


def test_an_outlook_in_a_currency_without_fixings_is_open_and_the_next_one_is_judged(reference: Reference) -> None:
    rows = guidance("feb", "1,000", unit="billion TWD"), guidance("jul", "35 to 40"), actual("CY2024", "39,230")
    first, second = outcomes(reference, *rows)
    assert (first["verdict"], first["reason"], first["evidence_figures"]) == ("not_checkable", "no_fixing", None)
    assert first["explanation"] == "No exchange rate covers the period."
    assert first["superseded_by"] == second["claim"].figure_id and "computed" not in first
    assert (second["verdict"], second["computed"]) == ("confirmed", 39_230e6)


def test_superseded_guidance_says_so(reference: Reference) -> None:
    first, second = outcomes(
        reference, guidance("feb", "30 to 37"), guidance("apr", "35 to 40"), actual("CY2024", "39,230")
    )[::-1]
    assert first["claim"].document_id == "feb" and first["superseded_by"].startswith("apr#")
    assert first["explanation"].endswith("It was replaced by newer guidance.")
    assert second["superseded_by"] is None


def test_nobody_files_for_a_private_company(reference: Reference) -> None:
    claim = row(
        document="claims",
        entity="bytedance",
        definition="press_claim",
        period="CY2024",
        value="80",
        unit="billion yuan",
        status="forecast",
    )
    (found,) = outcomes(reference, claim)
    assert (found["verdict"], found["reason"]) == ("not_checkable", "private_company")


def test_reported_figures_are_no_outlook(reference: Reference) -> None:
    assert outcomes(reference, actual("CY2024", "39,230")) == []


GUIDED: dict[str, Any] = {
    "period_start": pd.Timestamp("2024-01-01"), "period_end": pd.Timestamp("2024-12-31"), "status": "guidance", "source_type": "filing",
}  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        {"entity_id": "other"},
        {"metric_id": "other"},
        {"period_start": pd.Timestamp("2023-04-01")},
        {"period_end": pd.Timestamp("2025-06-30")},
        {"source_type": "article"},
        {"status": "forecast"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_only_guidance_on_the_same_subject_and_period_replaces(other: dict[str, Any]) -> None:
    first = GUIDED | {"figure_id": "b", "known_from": pd.Timestamp("2024-02-01")}
    later = GUIDED | {"figure_id": "a", "known_from": pd.Timestamp("2024-05-01")}
    last = GUIDED | {"figure_id": "c", "known_from": pd.Timestamp("2024-08-01")}
    assert superseded_by(frame_of("figures", last, first, later)).fillna("-").tolist() == ["-", "a", "c"]
    assert superseded_by(frame_of("figures", first, later | other)).isna().all()


def test_of_several_of_the_next_day_the_first_on_the_same_definition_replaces_or_else_the_first() -> None:
    """In whatever order and under whatever labels the rows come."""
    day = {"known_from": pd.Timestamp("2024-05-01")}
    next_day = [
        GUIDED | day | {"figure_id": "m1", "definition_id": "other"},
        GUIDED | day | {"figure_id": "m2", "definition_id": "same"},
        GUIDED | day | {"figure_id": "m3", "definition_id": "same"},
    ]
    last = GUIDED | {"figure_id": "a", "definition_id": "same", "known_from": pd.Timestamp("2024-08-01")}
    for definition, newer in (("same", "m2"), ("third", "m1")):
        first = GUIDED | {"figure_id": "z", "definition_id": definition, "known_from": pd.Timestamp("2024-02-01")}
        for rows in ([first, *next_day, last], [last, *reversed(next_day), first]):
            figures = frame_of("figures", *rows).set_axis(range(10, 15))
            following = superseded_by(figures)
            assert following.index.tolist() == figures.index.tolist()
            said = dict(zip(figures["figure_id"], following.fillna("-"), strict=True))
            assert said == {"z": newer, "m1": "a", "m2": "a", "m3": "a", "a": "-"}
