"""Guidance on the page: what is still open, what was spent so far, and how amounts are written."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from builders import frame_of

from capex_pipeline.report import guidance
from capex_pipeline.report.page_model import Part, Source


def outlook(**changed: Any) -> dict[str, Any]:
    year = {
        "target_start": pd.Timestamp("2026-01-01"),
        "target_end": pd.Timestamp("2026-12-31"),
        "target_period_type": "year",
    }
    amount = {
        "amount_low_local": 100e9,
        "amount_mid_local": 110e9,
        "amount_high_local": 120e9,
        "currency": "USD",
        "bound": "range",
    }
    return {
        "entity_id": "a",
        "entity_name": "Company",
        "kind": "guidance",
        "is_latest": True,
        "outcome": "pending",
        **year,
        **amount,
        **changed,
    }


def test_a_period_that_is_over_is_not_among_the_latest() -> None:
    """The second statement is about 2025; nobody filed what came of it, so its outcome is pending for ever."""
    past = {"target_start": pd.Timestamp("2025-01-01"), "target_end": pd.Timestamp("2025-12-31")}
    rows = frame_of("outlooks", outlook(), outlook(**past), outlook(is_latest=False), outlook(outcome="inside"))
    assert len(guidance.still_open(rows, pd.Timestamp("2026-06-30"))) == 1
    assert len(guidance.still_open(rows, None)) == 2


def spent(*quarters: tuple[str, float, float | None], currency: str = "USD") -> Source:
    rows = [
        {"entity_id": "a", "calendar_quarter": name, "quarter_start": pd.Period(name, freq="Q").start_time, "currency": currency,
         "fiscal_period_start": pd.Period(name, freq="Q").start_time, "fiscal_period_end": pd.Period(name, freq="Q").end_time.normalize(),
         "amount_local": amount}
        for name, amount, _ in quarters
    ]  # fmt: skip
    own = [
        {"entity_id": "a", "calendar_quarter": name, "headline_amount_local": headline}
        for name, _, headline in quarters
        if headline is not None
    ]
    return Source(
        {
            "capex": frame_of("capex", *rows) if rows else frame_of("capex").iloc[:0],
            "headline_capex": frame_of("headline_capex", *own) if own else frame_of("headline_capex").iloc[:0],
            "outlooks": frame_of("outlooks").iloc[:0],
        }
    )


def test_progress_sums_headline_quarters_of_the_period_and_extends_the_newest() -> None:
    """2025Q4 is outside. 22 + 30 billion so far; four quarters like the newest would be 120."""
    source = spent(("2025Q4", 90e9, 90e9), ("2026Q1", 20e9, 22e9), ("2026Q2", 30e9, None))
    (row,) = frame_of("outlooks", outlook()).itertuples()
    assert guidance.progress(source, row) == (52e9, 2, 120e9)


def test_no_run_rate_in_another_currency_or_before_the_first_quarter() -> None:
    (row,) = frame_of("outlooks", outlook()).itertuples()
    assert guidance.progress(spent(("2026Q1", 20e9, None), currency="CNY"), row) is None
    assert guidance.progress(spent(("2025Q4", 20e9, None)), row) is None


def test_no_run_rate_against_a_statement_that_redefined_the_one_before() -> None:
    """Microsoft guided 190 billion with finance leases and then 175 without them; what it had spent was with them."""
    (row,) = frame_of("outlooks", outlook(outlook_id="after")).itertuples()
    assert guidance.progress(spent(("2026Q1", 20e9, None)), row) is not None
    for reason, known in (("updated", True), ("redefined", False)):
        source = spent(("2026Q1", 20e9, None))
        source.tables["outlooks"] = frame_of("outlooks", outlook(superseded_by="after", superseded_reason=reason))  # type: ignore[index]
        assert (guidance.progress(source, row) is not None) is known


def test_a_forecast_has_the_name_of_its_author_and_an_upper_bound_has_a_mark() -> None:
    forecast = outlook(
        kind="forecast",
        claimant="A bank",
        amount_low_local=None,
        amount_mid_local=None,
        amount_high_local=55e9,
        bound="at_most",
    )
    source = spent()
    source.tables["definitions"], source.tables["documents"] = frame_of("definitions"), frame_of("documents")  # type: ignore[index]
    (row,) = frame_of("outlooks", forecast).itertuples()
    drawn = guidance._range(source, row)
    assert drawn["label"] == "A bank on Company: 2026: at most USD 55.0bn"
    assert (drawn["value"], drawn["stated"]) == (55, True)


@pytest.mark.parametrize(
    ("low", "high", "bound", "text"),
    [
        (100e9, 120e9, "range", "USD 100bn to 120bn"),
        (125e9, 125e9, "approximately", "about USD 125bn"),
        (175e9, 175e9, "exact", "USD 175bn"),
        (380e9, None, "at_least", "at least USD 380bn"),
        (None, 40e9, "at_most", "at most USD 40.0bn"),
    ],
)
def test_amounts_in_words(low: float | None, high: float | None, bound: str, text: str) -> None:
    assert (
        guidance.amounts(SimpleNamespace(amount_low_local=low, amount_high_local=high, bound=bound, currency="USD"))
        == text
    )


def test_the_scoreboard_counts_last_statements_and_compares_the_first() -> None:
    """First guidance 60 to 65, last 70 to 72 billion; 72.2 came: above the last, 15.5 percent above the middle of the first."""
    judged = {"outcome": "above", "outcome_amount_local": 72.2e9}
    first = outlook(
        amount_low_local=60e9,
        amount_mid_local=62.5e9,
        amount_high_local=65e9,
        stated_on=pd.Timestamp("2025-01-29"),
        is_latest=False,
        **judged,
    )
    last = outlook(
        amount_low_local=70e9,
        amount_mid_local=71e9,
        amount_high_local=72e9,
        stated_on=pd.Timestamp("2025-10-29"),
        **judged,
    )
    undated = outlook(
        amount_low_local=20e9, amount_mid_local=20e9, amount_high_local=20e9, stated_on=None, is_latest=False, **judged
    )
    markup = guidance._scoreboard(frame_of("outlooks", first, last, undated))
    assert "1 above." in markup
    assert "USD 20.0bn" not in markup, "a statement without a date is neither the first nor the last"
    assert (
        '<th scope="row">Company</th><td class="number">3</td><td class="number">0</td><td class="number">0</td><td class="number">3</td>'
        in markup
    )
    assert "USD 70.0bn to 72.0bn" in markup and "USD 60.0bn to 65.0bn" in markup and "+15.5 %" in markup


def test_statements_about_one_period_are_a_panel_in_order_of_time_with_the_outcome() -> None:
    judged = {"outcome": "above", "outcome_amount_local": 72.2e9}
    later = outlook(stated_on=pd.Timestamp("2025-10-29"), **judged)
    earlier = outlook(stated_on=pd.Timestamp("2025-01-29"), is_latest=False, **judged)
    alone = outlook(entity_id="b", stated_on=pd.Timestamp("2025-01-29"))
    tables = spent().tables | {"definitions": frame_of("definitions"), "documents": frame_of("documents")}
    part = Part("")
    guidance._revisions(Source(tables), frame_of("outlooks", later, earlier, alone), part)
    (chart,) = part.charts
    assert [row["who"] for row in chart["sets"]["rows"]] == ["2025-01-29", "2025-10-29"]
    assert {row["rate"] for row in chart["sets"]["rows"]} == {72.2}
