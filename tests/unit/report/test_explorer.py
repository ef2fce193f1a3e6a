"""Data of the chart of companies on one axis: rows, shared texts, and the formula of a derived amount."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
from builders import frame_of

from capex_pipeline.report import explorer, series
from capex_pipeline.report.page_model import Source


@pytest.mark.parametrize(
    ("locator", "derived_from", "text"),
    [
        (
            "derived: difference",
            "a#c/2018-01-01/2018-12-31/USD|b#c/2018-01-01/2018-09-30/USD",
            "2018 less 2018-01 to 2018-09",
        ),
        ("derived: sum", "a#c/2018-01-01/2018-03-31|b#c/2018-04-01/2018-06-30", "Q1 2018 plus Q2 2018"),
        ("us-gaap:Payments", "a#c/2018-01-01/2018-12-31/USD", None),
        ("derived: difference", "a#c/2018-01-01/USD|b", None),
        ("derived: sum", None, None),
    ],
)
def test_formula_of_a_derived_amount(locator: str, derived_from: str | None, text: str | None) -> None:
    assert series.formula(locator, derived_from) == text


def page() -> Source:
    common = {"calendar_quarter": "2026Q2", "quarter_start": pd.Timestamp("2026-04-01"), "entity_id": "a", "currency": "USD", "status": "reported",
              "is_break": False, "locator": "line 5", "first_reported_amount_local": None}  # fmt: skip
    row = {
        **common,
        "amount_local": 2e9,
        "amount_usd": 2e9,
        "capex_to_revenue_pct": 100 / 6,
        "observation_id": "p",
    }
    return Source({
        "revenue": frame_of("revenue", {"entity_id": "a", "calendar_quarter": "2026Q2", "amount_local": 12e9}),
        "capex": frame_of("capex", row), "headline_capex": frame_of("headline_capex", {"entity_id": "a", "calendar_quarter": "2026Q2", "headline_amount_local": 3e9, "headline_observation_id": "o"}),
        "cloud_revenue": frame_of("cloud_revenue").iloc[:0], "entities": frame_of("entities", {"entity_id": "a"}),
        "capex_by_overlapping_group": frame_of("capex_by_overlapping_group").iloc[:0], "definitions": frame_of("definitions"), "documents": frame_of("documents"),
        "capex_by_definition": frame_of("capex_by_definition", {"observation_id": "o", "locator": "line 9", "status": "derived"}),
    })  # fmt: skip


def test_a_row_has_amounts_in_billions_and_the_headline_has_a_source_of_its_own() -> None:
    """The headline of 3 billion is a quarter of the revenue of 12 billion; it stands in another line than the comparable amount."""
    data = explorer.explorer(page()).extra["explorer"]
    (values,) = data["metrics"]["capex"]
    row = dict(itertools.zip_longest(data["columns"], values))
    assert (row["local"], row["headline"], row["headline_share"]) == (2.0, 3.0, 25.0)
    assert data["texts"][row["locator"]] == "line 5" and data["texts"][row["headline_locator"]] == "line 9"
    assert (row["derived"], row["headline_derived"]) == (0, 1)
    assert (row["revenue"], data["texts"][row["currency"]]) == (12.0, "USD"), "both parts of a share can be taken away"
    assert row["first"] is None, "what was not first reported there is no vintage"


def test_a_first_report_of_an_unknown_day_has_an_amount_and_no_day() -> None:
    source = page()
    source.tables["capex"] = source["capex"].assign(first_reported_amount_local=17.62e9, first_reported_on=pd.NaT)  # type: ignore[index]
    data = explorer.explorer(source).extra["explorer"]
    row = dict(itertools.zip_longest(data["columns"], data["metrics"]["capex"][0]))
    assert (data["texts"][row["first"]], row["first_on"]) == ("USD 17.6bn", None)


def test_a_metric_without_rows_is_not_offered() -> None:
    part = explorer.explorer(page())
    assert list(part.extra["explorer"]["names"]) == ["capex"]
    assert "Cloud revenue" not in part.markup


def test_a_smaller_company_begins_with_the_years_of_the_panels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve years up to 2026 begin in 2015, the eight of the panels in 2019."""
    source = page()
    older = {
        "calendar_quarter": "2016Q2",
        "quarter_start": pd.Timestamp("2016-04-01"),
        "entity_id": "a",
        "amount_local": 1e9,
    }
    newer = {**older, "calendar_quarter": "2026Q2", "quarter_start": pd.Timestamp("2026-04-01")}
    source.tables["capex"] = frame_of("capex", older, newer)  # type: ignore[index]
    assert len(explorer.explorer(source).extra["explorer"]["metrics"]["capex"]) == 2
    monkeypatch.setattr(series, "MOST_PANELS", 0)
    made = explorer.explorer(source)
    assert len(made.extra["explorer"]["metrics"]["capex"]) == 1
    assert "begin with 2019." in made.markup
