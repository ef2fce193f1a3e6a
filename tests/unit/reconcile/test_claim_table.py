"""The table of claim checks: every claim once, copies tied to their origin, later figures as context."""

from __future__ import annotations

import pandas as pd
import pytest
from builders import article, estimate, evidence_of, filed, row

from capex_pipeline.reconcile.claim_table import checks
from capex_pipeline.reference import Reference
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures
from capex_pipeline.sources.ecb_rates import daily_fixings

pytestmark = pytest.mark.slow("computes the evidence of claims in each test")


def chips(**more: str) -> dict[str, str]:
    return row(entity="nvidia", metric="gpu_units", product="H20", unit="units", document="ft") | more


@pytest.fixture(scope="module")
def table(reference: Reference) -> pd.DataFrame:
    documents = [
        filed("f", "2024-08-22"), article("ft", "2024-08-26", publisher="Financial Times"), article("copy", "2024-08-27", origin="ft", publisher="Reprints"),
        article("own", "2024-08-28", publisher=None), article("other", "2024-08-28", publisher=None),
        article("again", "2024-09-26", publisher="Financial Times"),
        filed("annual", "2025-02-26"), estimate("epoch", "2026-04-22"),
    ]  # fmt: skip
    claim = {"period": "H1 2024", "unit": "billion yuan", "claimant": "Alibaba"}
    rows = [
        row(period="Q1 2024", value="11,153"), row(), row(document="f", period="CY2025", status="guidance", value="about 100", unit="billion yuan"),
        row(document="ft", id="F09", value="23", locator="paragraph 5", **claim),
        row(document="copy", id="X1", value="23", **claim),
        row(document="own", id="Y1", value="23", **claim),
        row(document="other", id="Z1", value="23", **claim),
        row(document="again", id="A1", value="23", **claim),
        row(document="own", id="Y2", value="25", **claim | {"claimant": "an analyst"}),
        row(document="ft", id="F02", entity="Chinese tech giants", definition="mixed_press_aggregate", period="H1 2024", value="50", unit="billion yuan"),
        row(document="ft", id="F03", entity="Chinese tech giants", definition="mixed_press_aggregate", period="H1 2024", value="7", unit="billion USD", same_fact_as="F02"),
        chips(id="F17", definition="analyst_statement", customer="Chinese tech companies", flow="forecast", status="forecast", period="CY2024", value="more than 1 million"),
        chips(document="epoch", definition="epoch_model_estimate", flow="shipped", status="estimate", period="Q2 2024", value="250,000", value_low="200,000", value_high="310,000"),
        row(document="annual", entity="nvidia", metric="china_revenue", definition="nvidia_china_revenue", period="FY2025", value="17,108", unit="USD million"),
    ]  # fmt: skip
    known = evidence_of(documents, rows)
    found = checks(known.figures, known.observations, known.documents, daily_fixings(["CNY", "USD"]), reference)[
        "claim_checks"
    ]
    assert failures(found, TABLES["claim_checks"]).to_dict("records") == []
    return found.set_index("claim_check_id")


def test_every_claim_of_an_article_is_there_once_and_no_outlook(table: pd.DataFrame) -> None:
    assert sorted(name.split("#")[1] for name in table.index) == [
        "A1/level", "F02/level", "F09/level", "F17/level", "X1/level", "Y1/level", "Y2/level", "Z1/level",
    ]  # fmt: skip


def test_a_claim_shows_print_interval_difference_and_both_sides(table: pd.DataFrame) -> None:
    claim = table.loc["ft#F09/level"]
    assert (claim["claim"], claim["claimed"], claim["accepted_low"], claim["accepted_high"]) == (
        "23 billion yuan",
        23e9,
        22.5e9,
        23.5e9,
    )
    assert (claim["computed"], claim["difference"]) == (23_247e6, 247e6)
    assert claim["difference_pct"] == pytest.approx(1.0739, abs=1e-4)
    assert (claim["claim_figures"], claim["locator"], claim["claimant"], claim["verdict"]) == (
        "ft#F09",
        "paragraph 5",
        "Alibaba",
        "confirmed",
    )
    assert len(claim["evidence_figures"].split("|")) == 2


def test_a_lower_bound_has_no_upper_end(table: pd.DataFrame) -> None:
    claim = table.loc["ft#F17/level"]
    assert (claim["bound"], claim["claimed_low"], claim["accepted_low"]) == ("at_least", 1e6, 1e6)
    assert claim[["claimed", "claimed_high"]].isna().all()
    assert pd.isna(claim["accepted_high"]) and pd.isna(claim["computed"]) and pd.isna(claim["difference"])


def test_a_copy_is_tied_to_its_origin_and_counts_once(table: pd.DataFrame) -> None:
    assert table.at["copy#X1/level", "repeats_claim"] == "ft#F09/level"
    assert table.at["copy#X1/level", "origin_document_id"] == "ft"
    assert table["is_repeat"].equals(table["repeats_claim"].notna()) and table.at["copy#X1/level", "is_repeat"]
    assert table.loc[["ft#F09/level", "own#Y1/level", "own#Y2/level"], "repeats_claim"].isna().all()


def test_a_publisher_that_prints_its_number_again_adds_nothing_and_unknown_publishers_are_not_alike(
    table: pd.DataFrame,
) -> None:
    assert table.at["again#A1/level", "repeats_claim"] == "ft#F09/level"
    assert pd.isna(table.at["other#Z1/level", "repeats_claim"])


def test_a_claim_that_is_wrong_shows_the_two_numbers(table: pd.DataFrame) -> None:
    claim = table.loc["own#Y2/level"]
    assert (claim["verdict"], claim["claimed"], claim["computed"]) == ("contradicted", 25e9, 23_247e6)


def test_what_no_filing_settles_has_later_figures_beside_it(table: pd.DataFrame) -> None:
    claim = table.loc["ft#F17/level"]
    assert (claim["verdict"], claim["reason"]) == ("not_checkable", "forecast")
    assert "2024-04-01 to 2024-06-30: 250,000 units (200,000 to 310,000) (epoch)" in claim["context"]
    assert "Nvidia revenue in China" in claim["context"] and "USD 17,108m" in claim["context"]
    assert table.drop("ft#F17/level")["context"].isna().all()


def test_no_claims_are_no_rows(reference: Reference) -> None:
    known = evidence_of([filed("f", "2024-08-22")], [row()])
    found = checks(known.figures, known.observations, known.documents, daily_fixings(["CNY", "USD"]), reference)[
        "claim_checks"
    ]
    assert found.empty and failures(found, TABLES["claim_checks"]).empty


@pytest.mark.parametrize(
    ("kinds", "checked_against", "sentence"),
    [
        ({"f": "filing", "g": "company_release"}, "filing", ""),
        ({"f": "third_party_copy", "g": "filing"}, "third_party_copy", " Some of these amounts were read from "),
        ({"f": "third_party_copy", "g": "third_party_copy"}, "third_party_copy", " These amounts were read from "),
    ],
)
def test_a_check_says_where_the_companys_document_was_read_from_a_copy(
    reference: Reference, kinds: dict[str, str], checked_against: str, sentence: str
) -> None:
    documents = [
        *(filed(name, "2024-08-22", source_type=kind) for name, kind in kinds.items()),
        article("ft", "2024-08-26"),
    ]
    rows = [
        row(document="f", period="Q1 2024", value="11,153"),
        row(document="g", value="12,094"),
        row(document="ft", id="F1", period="H1 2024", value="23", unit="billion yuan"),
    ]
    known = evidence_of(documents, rows)
    daily = daily_fixings(["CNY", "USD"])
    found = checks(known.figures, known.observations, known.documents, daily, reference)["claim_checks"]
    assert failures(found, TABLES["claim_checks"]).empty
    (claim,) = found.to_dict("records")
    assert (claim["verdict"], claim["checked_against"]) == ("confirmed", checked_against)
    assert sentence in claim["explanation"]
    assert ("another publisher's copy" in claim["explanation"]) == bool(sentence)


def test_an_article_whose_origin_is_a_filing_confirms_nothing(reference: Reference) -> None:
    documents = [
        filed("f", "2024-08-22"), article("digest", "2024-08-26", origin="f"), article("own", "2024-08-26", publisher="Another"),
    ]  # fmt: skip
    rows = [
        row(document="f"),
        *(row(document=name, id=f"{name}1", definition="press_claim") for name in ("digest", "own")),
    ]
    known = evidence_of(documents, rows)
    found = checks(known.figures, known.observations, known.documents, daily_fixings(["CNY", "USD"]), reference)[
        "claim_checks"
    ]
    assert set(found["document_id"]) == {"own"}
