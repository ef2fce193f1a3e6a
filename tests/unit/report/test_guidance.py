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
        "metric_id": "capex",
        "definition_id": "cash",
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
         "amount_local": amount, "definition_id": "cash"}
        for name, amount, _ in quarters
    ]  # fmt: skip
    own = [
        {
            "entity_id": "a",
            "calendar_quarter": name,
            "headline_amount_local": headline,
            "headline_definition_id": "leases",
        }
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


@pytest.mark.parametrize(
    ("definition", "expected", "words"),
    [
        ("cash", (50e9, 2, 120e9), "USD 50.0bn spent in 2 quarters"),
        ("leases", (55e9, 2, 132e9), "USD 55.0bn spent in 2 quarters"),
        ("accrual", None, "reported spending is on another definition"),
    ],
)
def test_progress_sums_the_quarters_on_the_definition_of_the_statement_and_extends_the_newest(
    definition: str, expected: tuple[float, int, float] | None, words: str
) -> None:
    """2025Q4 is outside. 20 + 30 billion in cash and 22 + 33 with leases so far; four quarters like the newest would be 120 and 132."""
    source = spent(("2025Q4", 90e9, 90e9), ("2026Q1", 20e9, 22e9), ("2026Q2", 30e9, 33e9))
    (row,) = frame_of("outlooks", outlook(definition_id=definition)).itertuples()
    assert guidance.progress(source, row) == expected
    assert guidance.spent_so_far(source, row) == words


def test_no_progress_where_a_quarter_is_on_another_definition_only() -> None:
    source = spent(("2026Q1", 20e9, 22e9), ("2026Q2", 30e9, None))
    (row,) = frame_of("outlooks", outlook(definition_id="leases")).itertuples()
    assert guidance.progress(source, row) is None
    assert guidance.spent_so_far(source, row) == "reported spending is on another definition"


def test_no_run_rate_in_another_currency_or_before_the_first_quarter() -> None:
    (row,) = frame_of("outlooks", outlook()).itertuples()
    assert guidance.progress(spent(("2026Q1", 20e9, None), currency="CNY"), row) is None
    assert guidance.progress(spent(("2025Q4", 20e9, None)), row) is None
    assert guidance.spent_so_far(spent(("2025Q4", 20e9, None)), row) == ""


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
        stated_by=pd.Timestamp("2025-01-29"),
        outlook_id="first",
        is_latest=False,
        **judged,
    )
    last = outlook(
        amount_low_local=70e9,
        amount_mid_local=71e9,
        amount_high_local=72e9,
        stated_on=pd.Timestamp("2025-10-29"),
        stated_by=pd.Timestamp("2025-10-29"),
        outlook_id="last",
        **judged,
    )
    markup = guidance._scoreboard(frame_of("outlooks", first, last))
    assert "1 above." in markup
    assert (
        '<th scope="row">Company</th><td class="number">2</td><td class="number">0</td><td class="number">0</td><td class="number">2</td>'
        in markup
    )
    assert "USD 70.0bn to 72.0bn" in markup and "USD 60.0bn to 65.0bn" in markup and "+15.5 %" in markup


@pytest.mark.parametrize(
    ("out_by", "first", "against"),
    [("2022-10-25", "USD 30.0bn to 34.0bn", "+0.1 %"), ("2022-10-27", "as the last", "-1.4 %")],
)
def test_an_undated_statement_is_the_first_if_it_was_out_before_every_dated_one(
    out_by: str, first: str, against: str
) -> None:
    """Meta's guidance for 2022: 30 to 34 billion, of a day that is not on record, then 32 to 33 on 26 October. 32,040 million is 0.1 percent above
    the middle of the first and 1.4 percent below that of the second."""
    judged = {"outcome": "inside", "outcome_amount_local": 32_040e6}
    last = outlook(
        amount_low_local=32e9, amount_mid_local=32.5e9, amount_high_local=33e9, outlook_id="last", **judged,
        stated_on=pd.Timestamp("2022-10-26"), stated_by=pd.Timestamp("2022-10-26"),
    )  # fmt: skip
    undated = outlook(
        amount_low_local=30e9, amount_mid_local=32e9, amount_high_local=34e9, outlook_id="first", **judged,
        stated_on=None, stated_by=pd.Timestamp(out_by), is_latest=False,
    )  # fmt: skip
    markup = guidance._scoreboard(frame_of("outlooks", last, undated))
    assert f"<td>{first}</td>" in markup and f">{against}</td>" in markup
    (row,) = frame_of("outlooks", undated).itertuples()
    assert guidance.stated_day(row) == f"by {out_by}"


def test_statements_about_one_period_are_a_panel_in_order_of_time_with_the_outcome() -> None:
    judged = {"outcome": "above", "outcome_amount_local": 72.2e9}
    later = outlook(stated_on=pd.Timestamp("2025-10-29"), stated_by=pd.Timestamp("2025-10-29"), **judged)
    earlier = outlook(
        stated_on=pd.Timestamp("2025-01-29"), stated_by=pd.Timestamp("2025-01-29"), is_latest=False, **judged
    )
    alone = outlook(entity_id="b", stated_on=pd.Timestamp("2025-01-29"))
    tables = spent().tables | {"definitions": frame_of("definitions"), "documents": frame_of("documents")}
    part = Part("")
    guidance._revisions(Source(tables), frame_of("outlooks", later, earlier, alone), part)
    (chart,) = part.charts
    assert [row["who"] for row in chart["sets"]["rows"]] == ["2025-01-29", "2025-10-29"]
    assert {row["rate"] for row in chart["sets"]["rows"]} == {72.2}
