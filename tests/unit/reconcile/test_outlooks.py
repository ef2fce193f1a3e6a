"""Outlooks: ends and middle of what was stated, the chain of statements, and what the company reported in the end."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from builders import article, evidence_of, filed, row

from capex_pipeline.normalise import published
from capex_pipeline.reconcile.outlooks import outlooks
from capex_pipeline.reference import Reference
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures
from capex_pipeline.sources import ecb_rates

pytestmark = pytest.mark.slow("computes observations from rows of its own in each test")

BN = 1e9
DAYS = {"feb": "2024-02-01", "apr": "2024-04-24", "jul": "2024-07-31", "jan": "2025-01-30"}


def stated(document: str, value: str, low: str = "", high: str = "", **more: str) -> dict[str, str]:
    """Guidance of Meta for the calendar year 2024, in billions of dollars."""
    bound = {"bound": "range"} if low and high else {"bound": "at_least"} if low else {}
    ends = {name: text for name, text in (("value_low", low), ("value_high", high)) if text}
    return row(
        document=document, entity="meta", definition="cash_and_lease_principal", period="CY2024", value=value, unit="USD billion",
        status="guidance", claimant="Meta", **ends, **bound,
    ) | more  # fmt: skip


def actual(period: str, value: str, definition: str = "cash_and_lease_principal") -> dict[str, str]:
    return row(document="jan", entity="meta", definition=definition, period=period, value=value, unit="USD million")


def outlooks_of(reference: Reference, *rows: dict[str, str]) -> list[dict[str, Any]]:
    documents = [filed(name, day) for name, day in DAYS.items()]
    known = evidence_of([*documents, filed("apr_call", DAYS["apr"]), article("march", "2024-03-15")], rows)
    rates = published.fx_rates(known.observations, ecb_rates.daily_fixings(["CNY", "USD"]))
    found = outlooks(known.figures, known.observations, known.documents, rates, reference)
    assert failures(found, TABLES["outlooks"]).empty
    return found.sort_values("stated_on").to_dict("records")


def ends(one: dict[str, Any]) -> list[float | None]:
    return [
        None if pd.isna(one[f"amount_{end}_local"]) else one[f"amount_{end}_local"] / BN
        for end in ("low", "mid", "high")
    ]


def test_a_point_fills_all_three_a_range_has_a_middle_and_a_lower_bound_only_its_end(reference: Reference) -> None:
    found = outlooks_of(
        reference, stated("feb", "38"), stated("apr", "35 to 40", "35", "40"), stated("jul", "at least 39", "39")
    )
    assert [ends(one) for one in found] == [[38, 38, 38], [35, 37.5, 40], [39, None, None]]
    assert found[1]["amount_mid_usd"] == 37.5 * BN and found[1]["target_year"] == 2024


def test_an_archive_without_a_statement_has_no_outlooks(reference: Reference) -> None:
    assert outlooks_of(reference, actual("CY2024", "100")) == []


def test_each_statement_takes_the_place_of_the_one_before(reference: Reference) -> None:
    first, second = outlooks_of(reference, stated("feb", "30 to 37", "30", "37"), stated("apr", "35 to 40", "35", "40"))
    assert (first["is_latest"], second["is_latest"]) == (False, True)
    assert (first["superseded_by"], first["superseded_reason"]) == (second["outlook_id"], "updated")
    assert second["revision_pct"] == pytest.approx((37.5 / 33.5 - 1) * 100) and pd.isna(first["revision_pct"])


def disputes_of(found: list[dict[str, Any]]) -> dict[str, str | None]:
    assert all(one["is_disputed"] == isinstance(one["dispute"], str) for one in found)
    return {one["document_id"]: one["dispute"] for one in found if one["is_disputed"]}


@pytest.mark.parametrize(
    ("other", "is_disputed"),
    [
        (("41 to 43", "41", "43"), True),
        (("39 to 41", "39", "41"), False),  # amounts from 39 to 40 agree with both
        (("at least 41", "41", ""), True),
        (("at least 30", "30", ""), False),
    ],
)
def test_documents_of_one_day_with_other_amounts_dispute_each_other(
    reference: Reference, other: tuple[str, str, str], is_disputed: bool
) -> None:
    """35 to 40 in one document, and another range in a second one of the same day."""
    rows = stated("apr", "35 to 40", "35", "40"), stated("apr_call", *other)
    disputes = disputes_of(outlooks_of(reference, *rows))
    assert disputes.keys() == ({"apr", "apr_call"} if is_disputed else set())
    assert not is_disputed or disputes["apr"] == f"apr_call gives {other[0]} USD billion"


def test_guidance_on_another_definition_on_the_same_day_is_no_dispute(reference: Reference) -> None:
    other = stated("apr_call", "45") | {"definition": "stated_capex_guidance"}
    assert disputes_of(outlooks_of(reference, stated("apr", "35 to 40", "35", "40"), other)) == {}


@pytest.mark.parametrize(("printed", "document"), [("34", None), ("38", "feb"), ("41", "feb")])
def test_an_article_that_repeats_other_guidance_than_that_in_force_disputes_it(
    reference: Reference, printed: str, document: str | None
) -> None:
    """The article of March repeats what was said in February, 30 to 37; the guidance of April, 40 to 45, came after it."""
    rows = stated("feb", "30 to 37", "30", "37"), stated("apr", "40 to 45", "40", "45"), stated("march", printed)
    disputes = disputes_of(outlooks_of(reference, *rows))
    assert disputes == ({} if document is None else {document: f"march gives {printed} USD billion"})


def test_a_note_says_which_source_disputes_a_statement(reference: Reference) -> None:
    rows = stated("feb", "38", note="Disputed: a newsletter heard 36"), stated("apr", "39", note="Not disputed: nobody")
    assert disputes_of(outlooks_of(reference, *rows)) == {"feb": "a newsletter heard 36"}


def test_guidance_means_growth_over_the_year_before_on_its_own_definition_only(reference: Reference) -> None:
    """Meta's 28,103 million of 2023 with principal payments: 37.5 billion is +33.4 percent. Purchases alone, 27,045 million, do not compare."""
    (found,) = outlooks_of(
        reference,
        stated("apr", "35 to 40", "35", "40"),
        actual("CY2023", "28,103"),
        actual("CY2023", "27,045", "cash_purchases"),
    )
    assert found["year_before_amount_local"] == 28.103 * BN and pd.isna(found["implied_yoy_reason"])
    assert found["implied_yoy_pct"] == pytest.approx((37.5 / 28.103 - 1) * 100)
    (other,) = outlooks_of(
        reference, stated("apr", "35 to 40", "35", "40"), actual("CY2023", "27,045", "cash_purchases")
    )
    assert pd.isna(other["implied_yoy_pct"]) and "on this definition" in other["implied_yoy_reason"]


def test_latest_guidance_names_the_companies_that_gave_none_for_the_year(reference: Reference) -> None:
    """Meta spoke of 2024 and 2025, Alphabet of 2025, Oracle of its fiscal year and CoreWeave of a quarter: a sum over 2024 is Meta's alone."""
    other = {"period": "CY2025", "value": "75"}
    rows = [
        stated("feb", "38"),
        stated("feb", "60") | other,
        stated("apr", "75") | other | {"entity": "alphabet", "definition": "cash_purchases", "claimant": "Alphabet"},
        stated("apr", "16")
        | {"entity": "oracle", "period": "FY2025", "definition": "cash_purchases", "claimant": "Oracle"},
        stated("apr", "3")
        | {"entity": "coreweave", "period": "Q3 2025", "definition": "cash_purchases", "claimant": "CoreWeave"},
    ]
    found = {
        (one["entity_id"], one["target_year"]): one["companies_without_guidance_amount"]
        for one in outlooks_of(reference, *rows)
    }
    assert found["meta", 2024] == "alphabet|oracle"
    assert found["meta", 2025] == found["alphabet", 2025] == "oracle"


def test_latest_guidance_names_companies_that_report_the_metric_and_guide_nothing(reference: Reference) -> None:
    silent = actual("CY2023", "14,472", "cash_purchases") | {"entity": "tencent", "unit": "RMB million"}
    (found,) = outlooks_of(reference, stated("apr", "35 to 40", "35", "40"), silent)
    assert found["companies_without_guidance_amount"] == "tencent"


def test_a_lower_bound_means_no_growth_and_says_why(reference: Reference) -> None:
    (found,) = outlooks_of(reference, stated("jul", "at least 39", "39"), actual("CY2023", "28,103"))
    assert pd.isna(found["implied_yoy_pct"]) and "one bound" in found["implied_yoy_reason"]


def test_a_plan_of_several_years_means_no_growth_of_a_year(reference: Reference) -> None:
    """A plan for 2022 to 2024 would be compared with 2021 to 2023, of which it shares two years."""
    plan = stated("apr", "120") | {"period": "2022-2024"}
    reported = [actual("2021-2023", "90,000")]
    (found,) = outlooks_of(reference, plan, *reported)
    assert pd.isna(found["year_before_amount_local"]) and "longer than a year" in found["implied_yoy_reason"]


def test_forecasts_are_latest_for_their_claimant_and_never_latest_guidance(reference: Reference) -> None:
    """Two forecasts on one company, of which a sum would count it twice."""
    other = {"status": "forecast", "claimant": "an analyst"}
    first, second, third = outlooks_of(
        reference,
        stated("feb", "30"),
        stated("apr", "33") | other,
        stated("jul", "35") | other | {"claimant": "a newspaper"},
    )
    assert [one["is_latest"] for one in (first, second, third)] == [True, False, False]
    assert [one["is_latest_third_party_forecast"] for one in (first, second, third)] == [False, True, True]


def test_guidance_that_an_article_repeats_is_neither_the_papers_forecast_nor_the_latest(reference: Reference) -> None:
    """Meta said 35 to 40 billion in April; a paper of May repeats it, and one of August reports July's 37 to 40 before the call is on record."""
    papers = [article("may", "2024-05-10"), article("aug", "2024-08-02")]
    rows = [
        stated("apr", "35 to 40", "35", "40"),
        stated("may", "35 to 40", "35", "40"),
        stated("aug", "37 to 40", "37", "40"),
    ]
    known = evidence_of([filed("apr", DAYS["apr"]), *papers], rows)
    rates = published.fx_rates(known.observations, ecb_rates.daily_fixings(["CNY", "USD"]))
    found = outlooks(known.figures, known.observations, known.documents, rates, reference).sort_values("stated_on")
    assert found["kind"].tolist() == ["guidance", "repeated_guidance", "repeated_guidance"]
    assert found["is_latest"].tolist() == [True, False, False] and not found["is_latest_third_party_forecast"].any()
    assert found["superseded_by"].isna().all() and found["revision_pct"].isna().all()


def test_an_undated_statement_is_ordered_by_the_day_its_document_was_out(reference: Reference) -> None:
    undated = filed("feb", None, published_by="2024-04-23")
    known = evidence_of(
        [undated, filed("apr", DAYS["apr"])],
        [stated("feb", "30 to 37", "30", "37"), stated("apr", "35 to 40", "35", "40")],
    )
    rates = published.fx_rates(known.observations, ecb_rates.daily_fixings(["CNY", "USD"]))
    first, second = (
        outlooks(known.figures, known.observations, known.documents, rates, reference)
        .sort_values("stated_by")
        .to_dict("records")
    )
    assert (
        pd.isna(first["stated_on"])
        and first["stated_by"] == pd.Timestamp("2024-04-23")
        and first["amount_low_local"] == 30 * BN
    )
    assert second["stated_on"] == second["stated_by"] == pd.Timestamp("2024-04-24")
    # It was out before the dated one, so it was replaced: the middle went from 33.5 to 37.5.
    assert first["superseded_by"] == second["outlook_id"] and not first["is_latest"] and second["is_latest"]
    assert second["revision_pct"] == pytest.approx(11.94, abs=0.01)


def test_an_only_statement_counts_although_it_has_no_date_but_not_one_of_two(reference: Reference) -> None:
    for names, expected in ((["feb"], [True]), (["feb", "mar"], [False, False]), (["jun"], [False])):
        documents = [filed(name, None, published_by=f"2024-0{4 + place}-23") for place, name in enumerate(names)]
        rows = [stated(name, "30 to 37", "30", "37") for name in names]
        if names == ["jun"]:  # it was out by 23 April, after the statement of January, so nobody knows which is newer
            documents, rows = [*documents, filed("jan", "2024-01-24")], [*rows, stated("jan", "25 to 30", "25", "30")]
        known = evidence_of(documents, rows)
        rates = published.fx_rates(known.observations, ecb_rates.daily_fixings(["CNY", "USD"]))
        found = outlooks(known.figures, known.observations, known.documents, rates, reference)
        undated = found[found["stated_on"].isna()]
        assert undated["is_latest"].tolist() == expected


def test_a_statement_on_another_definition_redefines_and_is_no_revision(reference: Reference) -> None:
    other = stated("apr", "35 to 40", "35", "40") | {"definition": "cash_purchases"}
    first, second = outlooks_of(reference, stated("feb", "30 to 37", "30", "37"), other)
    assert first["superseded_reason"] == "redefined" and pd.isna(second["revision_pct"])


@pytest.mark.parametrize(
    ("low", "high", "outcome"), [("35", "38", "above"), ("39", "40", "inside"), ("40", "42", "below")]
)
def test_the_outcome_is_what_the_company_reported_on_the_same_definition(
    reference: Reference, low: str, high: str, outcome: str
) -> None:
    (one,) = outlooks_of(reference, stated("feb", f"{low} to {high}", low, high), actual("CY2024", "39,230"))
    assert (one["outcome"], one["outcome_amount_local"]) == (outcome, 39_230e6)


@pytest.mark.parametrize(
    ("low", "high", "actual_value", "outcome"),
    [
        ("70", "72", "72,215", "inside"), ("70", "72", "72,510", "above"), ("70", "72", "69,510", "inside"), ("70", "72", "69,490", "below"),
        ("70", "72.0", "72,215", "above"), ("70", "72.0", "72,040", "inside"),
    ],
)  # fmt: skip
def test_each_end_of_a_range_allows_half_a_unit_of_its_last_digit(
    reference: Reference, low: str, high: str, actual_value: str, outcome: str
) -> None:
    """72,215 million is 72 in whole billions, as the range is printed, and not 72.0."""
    (one,) = outlooks_of(reference, stated("feb", f"{low} to {high}", low, high), actual("CY2024", actual_value))
    assert one["outcome"] == outcome


def test_a_company_that_stated_only_a_direction_is_without_an_amount(reference: Reference) -> None:
    other = direction("feb", "increase significantly") | {
        "entity": "alphabet",
        "definition": "cash_purchases",
        "claimant": "Alphabet",
    }
    reported = actual("CY2023", "32,251", "cash_purchases") | {"entity": "alphabet"}
    found = outlooks_of(reference, stated("apr", "35 to 40", "35", "40"), other, reported)
    assert {one["companies_without_guidance_amount"] for one in found if one["is_latest"]} == {"alphabet"}


def test_four_quarters_stand_in_for_a_year_that_no_document_prints(reference: Reference) -> None:
    quarters = [
        actual(f"Q{number} 2024", value) for number, value in enumerate(("6,720", "8,472", "9,202", "14,836"), 1)
    ]
    (one,) = outlooks_of(reference, stated("feb", "35 to 40", "35", "40"), *quarters)
    assert (one["outcome"], one["outcome_amount_local"]) == ("inside", 39_230e6)
    (one,) = outlooks_of(reference, stated("feb", "35 to 40", "35", "40"), *quarters[:3])
    assert (one["outcome"], pd.isna(one["outcome_amount_local"])) == ("pending", True)


def test_a_year_reported_on_another_definition_only_is_not_comparable(reference: Reference) -> None:
    (one,) = outlooks_of(reference, stated("feb", "35 to 40", "35", "40"), actual("CY2024", "37,256", "cash_purchases"))
    assert one["outcome"] == "not_comparable" and "another definition" in one["outcome_reason"]


def test_quarters_reported_on_another_definition_mean_that_the_year_is_over(reference: Reference) -> None:
    quarters = [actual(f"Q{number} 2024", "9,300", "cash_purchases") for number in (1, 2, 3, 4)]
    (one,) = outlooks_of(reference, stated("feb", "35 to 40", "35", "40"), *quarters)
    assert one["outcome"] == "not_comparable"
    (one,) = outlooks_of(reference, stated("feb", "35 to 40", "35", "40"), *quarters[:3])
    assert one["outcome"] == "pending"


@pytest.mark.parametrize(
    ("printed", "outcome", "reason"),
    [
        ("39", "inside", "USD 39,230m was reported, inside the accepted range (38,500m to 39,500m)."),
        ("about 38", "above", "USD 39,230m was reported, above the accepted range (37,000m to 39,000m)."),
        ("at least 40", "below", "USD 39,230m was reported, below the accepted range (at least 40,000m)."),
    ],
)
def test_a_single_number_allows_what_its_digits_and_words_do(
    reference: Reference, printed: str, outcome: str, reason: str
) -> None:
    (one,) = outlooks_of(reference, stated("feb", printed), actual("CY2024", "39,230"))
    assert (one["outcome"], one["outcome_reason"]) == (outcome, reason)


@pytest.mark.parametrize(
    ("entity", "period", "target", "fiscal_year"),
    [
        ("meta", "CY2024", "2024", 2024), ("meta", "Q2 2024", "2024Q2", None), ("oracle", "2026-06-01/2027-05-31", "FY2027", 2027),
        ("microsoft", "2026-07-01/2027-06-30", "FY2027", 2027), ("meta", "2024-02-01/2024-04-30", "2024-02-01 to 2024-04-30", None),
        ("microsoft", "CY2026", "2026", None),
    ],
)  # fmt: skip
def test_a_target_is_named_by_the_calendar_or_by_the_companys_own_year(
    reference: Reference, entity: str, period: str, target: str, fiscal_year: int | None
) -> None:
    (one,) = outlooks_of(reference, stated("feb", "38", entity=entity, definition="cash_purchases", period=period))
    assert one["target_period"] == target
    assert (None if pd.isna(one["target_fiscal_year"]) else one["target_fiscal_year"]) == fiscal_year


def test_what_a_company_without_accounts_will_spend_has_no_outcome_to_wait_for(reference: Reference) -> None:
    (one,) = outlooks_of(reference, stated("feb", "38", entity="ByteDance", definition="press_claim", period="CY2025"))
    assert one["outcome"] == "not_comparable" and "publishes no accounts" in one["outcome_reason"]


def direction(document: str, words: str, period: str = "CY2024") -> dict[str, str]:
    return stated(document, words) | {"bound": "direction", "period": period}


def test_a_direction_without_an_amount_is_a_statement_with_its_words_and_takes_no_place(reference: Reference) -> None:
    rows = [
        stated("feb", "30 to 37", "30", "37"),
        direction("apr", "increase significantly"),
        stated("jul", "38 to 40", "38", "40"),
    ]
    first, words, last = outlooks_of(reference, *rows)
    assert ends(words) == [None, None, None] and (words["bound"], words["value_text"]) == (
        "direction",
        "increase significantly",
    )
    assert not words["is_latest"] and pd.isna(words["superseded_by"])
    assert first["superseded_by"] == last["outlook_id"] and last["revision_pct"] == pytest.approx((39 / 33.5 - 1) * 100)


def test_a_direction_is_pending_and_then_not_comparable(reference: Reference) -> None:
    (words,) = outlooks_of(reference, direction("feb", "grow"))
    assert words["outcome"] == "pending"
    (words,) = outlooks_of(reference, direction("feb", "grow"), actual("CY2024", "39,230"))
    assert (words["outcome"], words["outcome_reason"]) == (
        "not_comparable",
        "The statement gives a direction and no amount.",
    )
    assert pd.isna(words["outcome_amount_local"])


def test_a_direction_is_a_figure_and_no_observation(reference: Reference) -> None:
    known = evidence_of([filed("feb", DAYS["feb"])], [direction("feb", "grow")])
    assert known.figures["value_text"].tolist() == ["grow"] and known.observations.empty
