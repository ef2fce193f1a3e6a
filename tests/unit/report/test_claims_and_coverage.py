"""Claims on the page: differences in the unit of the claim, and explanations in reading order."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from builders import frame_of

from capex_pipeline.normalise.records import records
from capex_pipeline.report import charts, claims_and_coverage
from capex_pipeline.report.page_model import Source
from capex_pipeline.schemas.claim_checks import VERDICTS


@pytest.mark.parametrize(
    ("unit", "computed", "apart", "percent", "text"),
    [
        ("money", 36.5e9, -2.5e9, -6.41, "-6.4 %"),
        ("percent", 45.66, -1.34, -2.84, "-1.3 pp"),  # never a percentage of a percentage
        ("multiple", 2.2174, 0.2174, 10.87, "2.22× against “doubled”"),
        ("rank", 4.0, 1.0, 33.3, "–"),
        ("money", None, None, None, "–"),
    ],
)
def test_difference_is_in_the_unit_of_the_claim(
    unit: str, computed: float | None, apart: float | None, percent: float | None, text: str
) -> None:
    row = SimpleNamespace(unit=unit, claim="doubled", computed=computed, difference=apart, difference_pct=percent)
    assert claims_and_coverage.difference(row) == text


def test_a_reviewed_reason_comes_before_the_computed_explanation_and_what_was_looked_for_after_it() -> None:
    def why(**changed: str) -> str:
        row = {"explanation": "Filings give 1.", "repeats_claim": None, "reviewed_reason": None, "looked_for": None}
        return claims_and_coverage._why(SimpleNamespace(**row | changed))

    assert why(reviewed_reason="A typing error.") == "A typing error. Filings give 1."
    assert why(repeats_claim="x").endswith("is not counted again.")
    assert why(looked_for="capex of amazon") == "Filings give 1. Looked for: capex of amazon."


def amount(**changed: Any) -> dict[str, Any]:
    """A claim of 100 billion of which 99 were filed, within a range of plus or minus 0.5 billion."""
    return {
        "check_kind": "level", "unit": "money", "verdict": "contradicted", "claimed": 100e9, "computed": 99e9, "difference_pct": -1.0,
        "accepted_low": 99.5e9, "accepted_high": 100.5e9, "repeats_claim": None, "is_repeat": False, "claimant": "Paper", "document_id": "d", **changed,
    }  # fmt: skip


def test_the_chart_has_amounts_with_a_verdict_and_no_order_of_magnitude() -> None:
    """ "Hundreds of thousands", read as 200,000 to 999,999 around their middle, would leave no room for a difference of one percent."""
    magnitude = amount(
        unit="count",
        claimed_low=200e3,
        claimed=None,
        claimed_high=999_999.0,
        accepted_low=200e3,
        accepted_high=999_999.0,
    )
    rows = frame_of(
        "claim_checks",
        amount(),
        magnitude,
        amount(verdict="said_before_outcome"),
        amount(check_kind="growth"),
        amount(accepted_high=None),
    )
    shown = claims_and_coverage.drawable(rows)
    assert shown["verdict"].tolist() == ["contradicted", "contradicted"]
    assert shown["claimed"].tolist() == [100e9, 100e9]


def test_a_range_is_drawn_around_its_middle_and_a_bound_around_itself() -> None:
    """12,000 to 13,000 with 15,000 beside it, and more than 1 million with 958,000."""
    rows = frame_of(
        "claim_checks",
        amount(claimed_low=12_000.0, claimed=None, claimed_high=13_000.0, accepted_low=11_500.0, accepted_high=13_500.0, computed=15_000.0),
        amount(claimed_low=1e6, claimed=None, claimed_high=None, accepted_low=1e6, accepted_high=None, computed=958_000.0),
    )  # fmt: skip
    source = Source({"documents": frame_of("documents", {"document_id": "d"})})
    drawn = [claims_and_coverage._measured(source, row) for row in records(claims_and_coverage.drawable(rows))]
    assert [(one["low"], one["value"], one["high"]) for one in drawn] == [
        (pytest.approx(-8), pytest.approx(20), pytest.approx(8)), (0, pytest.approx(-4.2), None),
    ]  # fmt: skip


def test_the_scoreboard_has_the_verdicts_that_occur_and_counts_a_copied_story_once() -> None:
    source = Source({"documents": frame_of("documents", {"document_id": "d", "title": "An article"})})
    rows = frame_of("claim_checks", amount(), amount(verdict="confirmed"), amount(is_repeat=True))
    markup = claims_and_coverage._scoreboard(source, rows)
    heads = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', markup)
    assert heads == [
        "Source of the claim",
        "Claims",
        "Confirmed",
        "Contradicted",
        "Document",
        "Claims",
        "Confirmed",
        "Contradicted",
    ]
    assert (
        '<th scope="row">Paper</th><td class="number">2</td><td class="number">1</td><td class="number">1</td>'
        in markup
    )
    assert "1 repeat of an earlier claim not counted." in markup and "An article" in markup


def test_contradicted_claims_come_first() -> None:
    rows = frame_of(
        "claim_checks", *({"verdict": verdict, "check_kind": "level", "document_id": "d"} for verdict in ("confirmed", "not_checkable", "contradicted"))
    )  # fmt: skip
    source = Source({"documents": frame_of("documents", {"document_id": "d"})})
    shown = re.findall(r'class="verdict (\w+)"', claims_and_coverage._table(source, rows))
    assert shown == ["contradicted", "confirmed", "not_checkable"]


def test_every_verdict_has_a_colour_and_a_meaning() -> None:
    assert set(VERDICTS) <= set(charts.VERDICT_COLOURS) == set(claims_and_coverage._MEANINGS)


def test_a_quarter_on_another_definition_is_a_gap_of_the_page() -> None:
    cell = {"table_name": "cloud_revenue", "document_needed": None, "definition_id": "other", "document_id": None}
    coverage = frame_of(
        "coverage",
        cell | {"entity_id": "one", "calendar_quarter": "2026Q1", "state": "reported", "is_gap": False},
        cell | {"entity_id": "one", "calendar_quarter": "2026Q2", "state": "reported", "is_gap": True, "reason": "On another one."},
        cell | {"entity_id": "two", "calendar_quarter": "2026Q1", "state": "not_collected", "is_gap": True},
        cell | {"entity_id": "two", "calendar_quarter": "2026Q2", "state": "publication_unknown", "is_gap": None},
    )  # fmt: skip
    capex = frame_of("capex", *({"entity_id": name, "calendar_quarter": "2026Q2"} for name in ("one", "two")))
    definitions = frame_of("definitions", {"definition_id": "other", "definition_name": "The other one"})
    part = claims_and_coverage.coverage(
        Source({"coverage": coverage, "capex": capex, "entities": frame_of("entities").iloc[:0], "definitions": definitions,
                "documents": frame_of("documents").iloc[:0]})
    )  # fmt: skip
    (chart,) = part.charts
    told = {
        (row["entity"], row["quarter"]): (row["text"], row["how"], row.get("sign")) for row in chart["sets"]["rows"]
    }
    assert told["one", "2026Q1"] == ("reported", "The other one", None)
    assert told["one", "2026Q2"] == ("reported on another definition", "On another one.", "≠")
    assert "reported on another definition (≠)" in part.markup
    gaps = part.markup.rpartition("Gaps, and the document")[2]
    assert gaps.count("<tr>") == 2 and "On another one." in gaps
