"""Tables of guidance: both ends of a plan and its period. Numbers are invented."""

from datetime import date

import pytest
from test_binding import CAPEX, REVENUE
from test_layout import table

from capex_pipeline.printed_tables.binding import Bound, bind
from capex_pipeline.printed_tables.layout import read_layout
from capex_pipeline.printed_tables.plans import bind_plans
from capex_pipeline.printed_tables.stated_plans import stated_plan
from capex_pipeline.values.fiscal_calendar import FiscalCalendar

TITLE = ("Financial Outlook", "(In millions)")


def plans(rows: str, before: tuple[str, ...] = TITLE) -> list[Bound]:
    cells = read_layout([table(rows, before)], "USD")
    return bind_plans(cells, (CAPEX, REVENUE), (), FiscalCalendar(12), "USD", date(2026, 10, 28))


def used(found: list[Bound]) -> list[tuple[str, date, date, object]]:
    return [
        (one.name.metric, one.period.start, one.period.end, one.cell.ends or one.amount)
        for one in found
        if one.outcome == "used" and one.period is not None and one.status == "guidance"
    ]


QUARTER, YEAR = (date(2026, 10, 1), date(2026, 12, 31)), (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    "rows",
    [
        "| Fourth Quarter 2026 | Full Year 2026\nPurchases of equipment | $8,600 - $10,600 | $30,000 – 32,000",
        "| Q4 2026/2 | FY 2026/2\n| Low | High | Low | High\nPurchases of equipment | 8,600 | 10,600 | 30,000 | 32,000",
    ],
    ids=["one cell", "two columns"],
)
def test_a_plan_has_both_ends_and_its_period(rows: str) -> None:
    assert used(plans(rows)) == [("capex", *QUARTER, (8.6e9, 10.6e9)), ("capex", *YEAR, (30e9, 32e9))]


def test_words_of_a_plan_in_title_and_heads_leave_its_period() -> None:
    rows = "| 2026E | 2025 | Previous guidance for 2026\nRevenue | 2,100 | 1,900 | 2,000"
    assert used(plans(rows, ("2026 Guidance (as of October 28, 2026)", "($ in millions)"))) == [
        ("revenue", *YEAR, 2.1e9)
    ]


def test_a_period_that_is_over_is_no_plan() -> None:
    assert used(plans("| Q3 2026\nRevenue | 500 - 510")) == []


def test_two_plans_of_one_period_are_none_and_a_repeated_one_is_one() -> None:
    rows = "| FY 2026\nRevenue | {} - 2,100\nTotal revenue | 2,000 - 2,100"
    assert [one.outcome for one in plans(rows.format("1,900"))] == ["not_bound", "not_bound"]
    assert [one.outcome for one in plans(rows.format("2,000"))] == ["used", "ignored"]


def test_a_plan_is_no_reported_amount() -> None:
    cells = read_layout([table("| FY 2026\nRevenue | $2,000 - 2,100", TITLE)], "USD")
    assert bind(cells, (CAPEX, REVENUE), FiscalCalendar(12), "USD") == []


def test_a_revised_plan_replaces_the_one_beside_it() -> None:
    rows = "| Guidance in May 2026 | Revised guidance\nPurchases of equipment | Around US$3.0 billion | Around US$3.3 billion"
    (one,) = plans(rows, ("Outlook for the year ending 31 December 2026",))
    assert (one.outcome, one.amount, one.cell.text.is_about) == ("used", 3.3e9, True)


def test_of_plans_stated_as_of_several_days_the_last_one_counts() -> None:
    rows = "| As of February 13, 2026 | As of July 24, 2026\nTotal revenue | $5,800 - $5,900 | $5,925 - $6,025"
    assert used(plans(rows, ("2026 Guidance", "($ in millions)"))) == [("revenue", *YEAR, (5.925e9, 6.025e9))]


def test_a_title_before_the_line_that_introduces_a_table_says_that_it_is_one_of_plans() -> None:
    rows = "| Full Year 2026\nRevenue | 2,000 - 2,100"
    assert used(plans(rows, ("Outlook", "The following table shows what we expect (in millions):"))) == [
        ("revenue", *YEAR, (2e9, 2.1e9))
    ]


def test_an_actual_amount_beside_a_plan_is_a_reported_one() -> None:
    rows = "| Q3 2026 Actual | Q3 2026 Guidance\nTotal revenue | 1,577 | 1,550 - 1,570"
    cells = read_layout([table(rows, ("Results compared with guidance", "(In millions)"))], "USD")
    found = bind(cells, (CAPEX, REVENUE), FiscalCalendar(12), "USD")
    assert [one.amount for one in found if one.outcome == "used"] == [1577e6]


@pytest.mark.parametrize(("words", "is_read"), [(20, True), (200, False)])
def test_a_plan_in_a_very_long_clause_is_left_out(words: int, is_read: bool) -> None:
    """The patterns of plans take time in proportion to the square of a clause, which a hostile document may make as long as it likes."""
    plan = stated_plan(
        "the group " + "again " * words + "expects fiscal year 2027 total revenue of ", is_below_plan=False
    )
    assert (plan is not None) is is_read
