"""Periods: dates worked out by hand from calendars and from published fiscal years."""

from __future__ import annotations

from datetime import date

import pytest

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.period_dates import PeriodContext, PeriodReading, read_period
from capex_pipeline.article.period_expressions import PeriodExpression, find_periods
from capex_pipeline.article.tokens import tokenise
from capex_pipeline.values.fiscal_calendar import FiscalCalendar

ALIBABA = FiscalCalendar(3)
MICROSOFT = FiscalCalendar(6)
ORACLE = FiscalCalendar(5)
NVIDIA = FiscalCalendar(1, "last_sunday")


def expressions(text: str) -> list[PeriodExpression]:
    return find_periods(tokenise(plain_text(text)), 0, len(text))


def read(
    text: str,
    published: str | None,
    calendar: FiscalCalendar | None = None,
    carried: tuple[str, str] | None = None,
    **more: bool,
) -> PeriodReading:
    (expression,) = expressions(text)
    days = (date.fromisoformat(carried[0]), date.fromisoformat(carried[1])) if carried else None
    return read_period(
        expression, PeriodContext(date.fromisoformat(published) if published else None, calendar, days, **more)
    )


def days(reading: PeriodReading) -> tuple[str, str] | None:
    return (reading.days[0].isoformat(), reading.days[1].isoformat()) if reading.days else None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("the first half", "2024-01-01", "2024-06-30"),
        ("the first six months of the year", "2024-01-01", "2024-06-30"),
        ("H1 2024", "2024-01-01", "2024-06-30"),
        ("1H24", "2024-01-01", "2024-06-30"),
        ("the second quarter", "2024-04-01", "2024-06-30"),
        ("second-quarter", "2024-04-01", "2024-06-30"),
        ("2Q24", "2024-04-01", "2024-06-30"),
        ("Q2 of 2023", "2023-04-01", "2023-06-30"),
        ("the second quarter of last year", "2023-04-01", "2023-06-30"),
        ("the fourth quarter", "2023-10-01", "2023-12-31"),
        ("the three months to June", "2024-04-01", "2024-06-30"),
        ("the three months ended June 30, 2024", "2024-04-01", "2024-06-30"),
        ("three months to 30 June", "2024-04-01", "2024-06-30"),
        ("the quarter ended June 30", "2024-04-01", "2024-06-30"),
        ("the June quarter", "2024-04-01", "2024-06-30"),
        ("the December quarter", "2023-10-01", "2023-12-31"),
        ("the July-September quarter", "2023-07-01", "2023-09-30"),
        ("October through December", "2023-10-01", "2023-12-31"),
        ("the nine months to September 2023", "2023-01-01", "2023-09-30"),
        ("the year to March", "2023-04-01", "2024-03-31"),
        ("in 2023", "2023-01-01", "2023-12-31"),
        ("last year", "2023-01-01", "2023-12-31"),
        ("in February", "2024-02-01", "2024-02-29"),
        ("so far this year", "2024-01-01", "2024-08-26"),
    ],
)
def test_calendar_periods_on_26_august_2024(text: str, first: str, last: str) -> None:
    assert days(read(text, "2024-08-26")) == (first, last)


@pytest.mark.parametrize(
    ("text", "published", "calendar", "first", "last"),
    [
        # Alibaba's calendar second quarter of 2024 is the first of its fiscal 2025; the fiscal second had not ended.
        ("the second quarter", "2024-08-26", ALIBABA, "2024-04-01", "2024-06-30"),
        ("fiscal first quarter", "2024-08-26", ALIBABA, "2024-04-01", "2024-06-30"),
        ("the first half", "2024-08-26", ALIBABA, "2024-01-01", "2024-06-30"),
        ("fiscal 2025", "2025-05-16", ALIBABA, "2024-04-01", "2025-03-31"),
        ("the second quarter", "2024-01-31", MICROSOFT, "2023-10-01", "2023-12-31"),
        ("FY25", "2025-08-01", MICROSOFT, "2024-07-01", "2025-06-30"),
        ("the fourth quarter", "2025-06-12", ORACLE, "2025-03-01", "2025-05-31"),
        ("its fiscal first quarter, ended Aug. 31", "2025-09-10", ORACLE, "2025-06-01", "2025-08-31"),
        ("the second quarter", "2024-08-29", NVIDIA, "2024-04-29", "2024-07-28"),
        ("the three months to July 28", "2024-08-29", NVIDIA, "2024-04-29", "2024-07-28"),
        ("fiscal 2025", "2025-02-27", NVIDIA, "2024-01-29", "2025-01-26"),
    ],
)
def test_periods_follow_the_fiscal_calendar_of_the_company(
    text: str, published: str, calendar: FiscalCalendar, first: str, last: str
) -> None:
    assert days(read(text, published, calendar, company_money=True)) == (first, last)


def test_chips_are_counted_in_calendar_quarters_unless_the_words_say_fiscal() -> None:
    assert days(read("the second quarter of 2023", "2023-09-17", NVIDIA)) == ("2023-04-01", "2023-06-30")
    assert days(read("the second quarter of fiscal 2024", "2023-09-17", NVIDIA)) == ("2023-05-01", "2023-07-30")
    assert days(read("second quarter FY24", "2023-09-17", NVIDIA)) == ("2023-05-01", "2023-07-30")


def test_a_bare_year_of_a_company_with_another_year_is_ambiguous() -> None:
    reading = read("in 2024", "2025-08-01", MICROSOFT, company_money=True)
    assert reading.days is None
    assert reading.candidates == ((date(2023, 7, 1), date(2024, 6, 30)), (date(2024, 1, 1), date(2024, 12, 31)))


def test_an_old_quarter_that_fits_both_calendars_is_ambiguous() -> None:
    reading = read("the second quarter of 2023", "2025-08-01", ALIBABA, company_money=True)
    assert reading.days is None
    assert len(reading.candidates) == 2


def test_no_results_are_out_in_the_first_days_after_a_quarter() -> None:
    assert days(read("the latest quarter", "2024-10-04", company_money=True)) == ("2024-04-01", "2024-06-30")
    assert days(read("the latest quarter", "2024-10-24", company_money=True)) == ("2024-07-01", "2024-09-30")
    assert days(read("the latest quarter", "2024-10-04")) == ("2024-07-01", "2024-09-30")


def test_what_is_reported_for_this_quarter_is_the_last_one() -> None:
    assert days(read("this quarter", "2024-10-24", company_money=True)) == ("2024-07-01", "2024-09-30")
    assert days(read("this quarter", "2024-10-24", company_money=True, looks_ahead=True)) == (
        "2024-10-01",
        "2024-12-31",
    )


def test_a_tally_near_the_end_of_the_year_is_one_of_the_year() -> None:
    assert days(read("this year", "2024-12-18")) == ("2024-01-01", "2024-12-31")
    assert read("this year", "2024-12-18", company_money=True).days is None
    assert read("this year", "2024-11-18").days is None


def test_for_the_year() -> None:
    assert days(read("for the year", "2025-02-06")) == ("2024-01-01", "2024-12-31")
    assert days(read("plans for the year", "2025-02-06", looks_ahead=True)) == ("2025-01-01", "2025-12-31")
    assert days(read("the latest period", "2024-08-26", company_money=True)) == ("2024-04-01", "2024-06-30")


def test_this_year_is_not_over_for_what_has_happened() -> None:
    assert read("this year", "2024-08-26").days is None
    assert days(read("this year", "2024-08-26", looks_ahead=True)) == ("2024-01-01", "2024-12-31")


@pytest.mark.parametrize(
    "text", ["the coming months", "over the next three years", "the past twelve months", "by 2030", "the past decade"]
)
def test_open_periods_have_no_days(text: str) -> None:
    found = expressions(text)
    assert found
    assert read_period(found[0], PeriodContext(date(2024, 8, 26))).days is None


def test_nothing_is_resolved_without_a_date() -> None:
    assert read("the second quarter", None).days is None
    assert days(read("Q2 2024", None)) == ("2024-04-01", "2024-06-30")


def test_comparisons_shift_the_main_period() -> None:
    main = ("2024-04-29", "2024-07-28")
    assert days(read("a year earlier", "2024-08-29", NVIDIA, main)) == ("2023-05-01", "2023-07-30")
    assert days(read("the previous quarter", "2024-08-29", NVIDIA, main)) == ("2024-01-29", "2024-04-28")
    assert days(read("the same quarter of 2022", "2024-08-29", None, ("2024-04-01", "2024-06-30"))) == (
        "2022-04-01",
        "2022-06-30",
    )
    assert read("a year earlier", "2024-08-29").days is None


@pytest.mark.parametrize(
    "text", ["the H100 and H200 chips", "he may rise", "they march on", "12,024 dollars", "the 2024th item"]
)
def test_what_is_no_period(text: str) -> None:
    assert expressions(text) == []


def test_the_longest_reading_wins() -> None:
    text = "the three months ended June 30, 2024"
    (expression,) = expressions(text)
    assert text[expression.start : expression.end] == "three months ended June 30, 2024"


@pytest.mark.parametrize("base", ["the previous year's", "last year's", "the prior-year", "the year-earlier"])
def test_an_amount_right_behind_the_year_before_is_of_that_year(base: str) -> None:
    from corpus.reading import corpus_vocabulary

    from capex_pipeline.article.extract import bind

    text = f"In the second quarter Alphabet's capital expenditure was $22.4bn, against {base} $13.2bn."
    found = {
        one.mention.text: one.start
        for one in bind(plain_text(text), corpus_vocabulary(), date(2025, 9, 15), "").figures
    }
    assert found == {"$22.4bn": date(2025, 4, 1), "$13.2bn": date(2024, 4, 1)}


def test_the_last_quarter_of_a_year_is_its_fourth() -> None:
    found = expressions("well below that of the last quarter of 2024")
    assert [(one.form, one.number, one.year) for one in found] == [("quarter", 4, 2024)]
