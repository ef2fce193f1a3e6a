"""Copies beside other documents on the same fact, and stated growth beside amounts, on rows whose right answer is plain."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from builders import evidence_of, filed, row

from capex_pipeline.normalise.totals import unexplained
from capex_pipeline.normalise.witnesses import (
    copies_against_documents,
    growth_against_levels,
    in_other_currencies,
    jumps,
    places_of_one_document,
)

pytestmark = pytest.mark.slow("computes observations from rows of its own in each test")

DOCUMENTS = [
    filed("own", "2024-08-15"),
    filed("own-before", "2023-08-10"),
    filed("release", "2024-08-14", source_type="company_release"),
    filed("restated", "2025-08-14"),
    filed("copy", "2024-08-20", source_type="third_party_copy"),
    filed("second-copy", "2024-09-01", source_type="third_party_copy"),
    filed("third-copy", "2024-09-02", source_type="third_party_copy"),
]


def observations_of(*rows: dict[str, str]) -> pd.DataFrame:
    return evidence_of(DOCUMENTS, rows).observations


def copies_of(*rows: dict[str, str]) -> pd.DataFrame:
    known = evidence_of(DOCUMENTS, rows)
    return copies_against_documents(known.figures, known.observations)


def stated(document: str, value: str, **changed: Any) -> dict[str, str]:
    """Capital expenditure of Alibaba in the quarter to June 2024, of which the release prints 12,094 million yuan."""
    return row(document=document, value=value, **{"unit": "RMB million"} | changed)


def test_a_copy_agrees_with_the_companys_document_within_the_rounding_of_both() -> None:
    """12.1 billion is 12,094 million rounded; 12.2 billion, two digits that changed places and a lost digit are not."""
    cases = {
        "alibaba": ("12,094", "RMB million", None, True), "baidu": ("12.1", "billion yuan", None, True), "tencent": ("12.2", "billion yuan", None, False),
        "huawei": ("12.2", "billion yuan", "approximately", False), "meta": ("about 12", "billion yuan", "approximately", True),
        "microsoft": ("12,904", "RMB million", None, False), "oracle": ("1,209", "RMB million", None, False),
    }  # fmt: skip
    rows = [
        one
        for company, (value, unit, bound, _) in cases.items()
        for one in (
            stated("own", "12,094", entity=company), stated("copy", value, unit=unit, bound=bound, entity=company),
        )
    ]  # fmt: skip
    found = copies_of(*rows).set_index("entity_id")[["document_id", "other_document_id", "agrees"]]
    assert found.T.to_dict("list") == {company: ["copy", "own", agrees] for company, (*_, agrees) in cases.items()}


def test_copies_without_a_document_of_the_company_are_witnesses_of_each_other() -> None:
    """Of three copies two say the same; the third stands alone."""
    found = copies_of(stated("copy", "12,094"), stated("second-copy", "12,094"), stated("third-copy", "12,904"))
    assert found.set_index("document_id")["agrees"].to_dict() == {
        "copy": True,
        "second-copy": True,
        "third-copy": False,
    }


def test_a_copy_of_what_was_restated_later_agrees_with_the_amount_as_first_stated() -> None:
    rows = [
        stated("own-before", "6,927", period="Q2 2023"),
        stated("own", "6,900", period="Q2 2023"),
        stated("copy", "6,927", period="Q2 2023"),
    ]
    assert copies_of(*rows)["agrees"].tolist() == [True]


def test_one_copy_alone_is_not_compared() -> None:
    assert copies_of(stated("copy", "12,094")).empty


def test_a_contradicting_copy_says_so_in_its_note() -> None:
    known = observations_of(stated("own", "12,094"), stated("copy", "12,904"))
    notes = known.set_index("document_id")["note"]
    assert notes["copy"] == "This amount differs from own, which gives 12,094,000,000."
    assert pd.isna(notes["own"])


GROWTH = {"measure": "yoy_growth", "unit": "percent"}


def test_stated_growth_follows_from_the_amounts_of_the_two_periods() -> None:
    """12,094 on 6,927 is +74.59 percent: 75 and 74.6 are it rounded. With two digits exchanged it would be +86 percent."""
    cases = {
        "alibaba": ("12,094", "75", True), "baidu": ("12,094", "74", False), "tencent": ("12,094", "74.6", True), "huawei": ("12,094", "74.5", False),
        "oracle": ("12,904", "75", False),
    }  # fmt: skip
    rows = [
        one
        for company, (now, growth, _) in cases.items()
        for one in (
            stated("own-before", "6,927", period="Q2 2023", entity=company), stated("own", now, entity=company),
            stated("own", growth, **GROWTH, entity=company),
        )
    ]  # fmt: skip
    found = growth_against_levels(observations_of(*rows)).set_index("entity_id")[["stated", "agrees"]]
    assert found.T.to_dict("list") == {
        company: [float(growth), agrees] for company, (_, growth, agrees) in cases.items()
    }


def test_rounded_amounts_allow_the_growth_that_their_rounding_allows() -> None:
    """6.2 on 5.1 billion is anything from 6.15 / 5.15 to 6.25 / 5.05, 19.4 to 23.8 percent: not 25 percent."""
    oracle = {
        "entity": "oracle",
        "metric": "cloud_revenue",
        "definition": "oracle_cloud_services",
        "unit": "billion USD",
    }
    rows = [
        row(**oracle, document="own-before", period="FY2023 Q3", value="5.1"),
        row(**oracle, document="own", period="FY2024 Q3", value="6.2"),
        row(**oracle | GROWTH, document="own", period="FY2024 Q3", value="25"),
    ]
    (found,) = growth_against_levels(observations_of(*rows)).to_dict("records")
    assert (round(found["lowest"], 1), round(found["highest"], 1), found["agrees"]) == (19.4, 23.8, False)


def test_growth_is_compared_with_the_amount_as_it_was_presented_then() -> None:
    """A year earlier 25,123 was reported and 24,000 restated; +6 percent is over the first."""
    cloud = {"metric": "cloud_revenue", "definition": "alibaba_cloud_segment", "unit": "RMB million"}
    rows = [
        row(**cloud, document="own-before", period="Q2 2023", value="25,123"),
        row(**cloud, document="own", period="Q2 2024", value="26,549"),
        row(**cloud, document="second-copy", period="Q2 2023", value="24,000"),
        row(**cloud | GROWTH, document="own", period="Q2 2024", value="6"),
    ]
    assert growth_against_levels(observations_of(*rows))["agrees"].tolist() == [True]


def test_an_explained_disagreement_is_not_open_and_expires_when_everything_about_it_agrees() -> None:
    disagreeing = copies_of(stated("own", "12,094"), stated("copy", "12,904"))
    agreeing = copies_of(stated("own", "12,094"), stated("copy", "12,094"))
    key = ["entity_id", "metric_id", "definition_id", "period_start", "period_end"]
    known = disagreeing[key].assign(reason="A misprint of the copy.")
    assert [len(part) for part in unexplained(disagreeing, known)] == [0, 0]
    assert [len(part) for part in unexplained(disagreeing, known.iloc[:0])] == [1, 0]
    assert [len(part) for part in unexplained(agreeing, known)] == [0, 1]


def test_a_row_typed_from_the_companys_release_is_compared_with_what_the_filing_tags() -> None:
    """The release was typed with two digits that changed places; what the filing tags is not judged. A year later it may restate."""
    tagged = stated("own", "12,094", locator="us-gaap:PaymentsToAcquireProductiveAssets 2024-04-01..2024-06-30")
    found = copies_of(tagged, stated("release", "12,904"))
    assert found[["document_id", "other_document_id", "agrees"]].to_numpy().tolist() == [["release", "own", False]]
    assert copies_of(tagged | {"document": "restated"}, stated("release", "12,904")).empty


def test_two_places_of_one_document_state_one_amount() -> None:
    """The release prints 12,094 million; 12.1 billion rounds it, and 12,904 has two digits that changed places."""
    cases = {"alibaba": ("12,094", "RMB million", True), "baidu": ("12.1", "billion yuan", True), "tencent": ("12,904", "RMB million", False)}  # fmt: skip
    rows = [
        one
        for company, (typed, unit, _) in cases.items()
        for one in (stated("own", "12,094", entity=company), stated("own", typed, unit=unit, id=f"text-{company}", entity=company))
    ]  # fmt: skip
    found = places_of_one_document(evidence_of(DOCUMENTS, rows).figures).set_index("entity_id")["agrees"]
    assert found.to_dict() == {company: agrees for company, (*_, agrees) in cases.items()}


def test_one_place_and_two_documents_are_no_two_places() -> None:
    figures = evidence_of(DOCUMENTS, [stated("own", "12,094"), stated("copy", "12,904")]).figures
    assert places_of_one_document(figures).empty


QUARTERS = ("Q1 2023", "Q2 2023", "Q3 2023", "Q4 2023", "Q1 2024")


def test_a_quarter_beyond_twice_all_quarters_around_it_is_named() -> None:
    """Neighbours of 1,000 allow 500 to 2,000; 4,000 is the year of four such quarters, typed on one of them."""
    middle = {"alibaba": "900", "baidu": "2,000", "tencent": "2,001", "huawei": "500", "oracle": "499", "meta": "4,000"}
    rows = [
        stated("own", amount, period=period, entity=company)
        for company, value in middle.items()
        for amount, period in zip(["1,000", "1,000", value, "1,000", "1,000"], QUARTERS, strict=True)
    ]
    found = jumps(observations_of(*rows))
    found = found[found["period_start"] == pd.Timestamp("2023-07-01")].set_index("entity_id")["agrees"]
    assert found.to_dict() == {
        "alibaba": True, "baidu": True, "tencent": False, "huawei": True, "oracle": False, "meta": False,
    }  # fmt: skip


def test_a_rise_that_stays_is_no_jump_and_one_neighbour_is_no_comparison() -> None:
    """From 1,000 to 4,000 and on: each quarter has one like it beside it. Of two quarters alone neither has two neighbours."""
    rows = [
        stated("own", amount, period=period)
        for amount, period in zip(["1,000", "1,000", "4,000", "4,000"], QUARTERS, strict=False)
    ]
    assert jumps(observations_of(*rows))["agrees"].all()
    assert jumps(observations_of(*rows[:2])).empty


def test_an_amount_in_another_currency_than_the_company_reports_in_is_named() -> None:
    """Alibaba reports in yuan. An amount in dollars that repeats the row in yuan is its own translation."""
    own = stated("own", "12,094", id="A")
    translated = stated("own", "1,664", unit="USD million", id="B", same_fact_as="A")
    wrong = stated("copy", "6,927", unit="USD million", period="Q2 2023")
    figures = evidence_of(DOCUMENTS, [own, translated, wrong]).figures
    found = in_other_currencies(figures, pd.Series({"alibaba": "CNY"}))
    assert found[["document_id", "currency", "reporting_currency"]].to_numpy().tolist() == [["copy", "USD", "CNY"]]
