"""Periods as the heads of printed tables state them."""

from datetime import date

import pytest

from capex_pipeline.values.fiscal_calendar import FiscalCalendar
from capex_pipeline.values.periods import PeriodError
from capex_pipeline.values.printed_periods import printed_period

CALENDAR_YEAR = FiscalCalendar(12)
NVIDIA = FiscalCalendar(1, "last_sunday")
ALIBABA = FiscalCalendar(3)


@pytest.mark.parametrize(
    ("heads", "titles", "calendar", "start", "end"),
    [
        (["Three Months Ended", "June 30,", "2024"], [], CALENDAR_YEAR, "2024-04-01", "2024-06-30"),
        (["Six Months Ended June 30,", "2023 (1)"], [], CALENDAR_YEAR, "2023-01-01", "2023-06-30"),
        (["Nine months ended 30 September 2024"], [], CALENDAR_YEAR, "2024-01-01", "2024-09-30"),
        (["Twelve Months Ended June 30,", "2023"], [], CALENDAR_YEAR, "2022-07-01", "2023-06-30"),
        (["12 Months Ended", "Dec. 31, 2024"], [], CALENDAR_YEAR, "2024-01-01", "2024-12-31"),
        (["Quarter Ended March 31,", "2023"], [], CALENDAR_YEAR, "2023-01-01", "2023-03-31"),
        (["For the years ended December 31,", "2020", "RMB"], [], CALENDAR_YEAR, "2020-01-01", "2020-12-31"),
        (["Three Months Ended", "October 27, 2024"], [], NVIDIA, "2024-07-29", "2024-10-27"),
        (["Three months ended June 30,", "2024"], [], ALIBABA, "2024-04-01", "2024-06-30"),
        (
            ["Thirty-Nine Weeks Ended", "November 2, 2024"],
            [],
            FiscalCalendar(1, "nearest_saturday"),
            "2024-02-04",
            "2024-11-02",
        ),
        (["12 Weeks Ended", "May 7, 2023"], [], FiscalCalendar(8, "nearest_sunday"), "2023-02-13", "2023-05-07"),
        (["Q1 FY23"], [], NVIDIA, "2022-01-31", "2022-05-01"),
        (["FY2024"], [], ALIBABA, "2023-04-01", "2024-03-31"),
        (["2Q24"], [], CALENDAR_YEAR, "2024-04-01", "2024-06-30"),
        (["Second quarter 2024"], [], CALENDAR_YEAR, "2024-04-01", "2024-06-30"),
        (["2024"], ["Year ended December 31,"], CALENDAR_YEAR, "2024-01-01", "2024-12-31"),
        (["June 30, 2024"], ["Cash flows", "For the three months ended"], CALENDAR_YEAR, "2024-04-01", "2024-06-30"),
        (["截至2024年6月30日止三個月"], [], CALENDAR_YEAR, "2024-04-01", "2024-06-30"),
        (["二零二四年"], ["截至六月三十日止六個月"], CALENDAR_YEAR, "2024-01-01", "2024-06-30"),
        (["2024年第二季度"], [], CALENDAR_YEAR, "2024-04-01", "2024-06-30"),
        (["2024年1-6月"], [], CALENDAR_YEAR, "2024-01-01", "2024-06-30"),
        (["2024年上半年"], [], CALENDAR_YEAR, "2024-01-01", "2024-06-30"),
        (["2024年度", "金額"], [], CALENDAR_YEAR, "2024-01-01", "2024-12-31"),
        (["Twelve Months Ended", "12/31/2024"], [], CALENDAR_YEAR, "2024-01-01", "2024-12-31"),
        (["Three Months Ended", "Dec. 31, 2024"], [], CALENDAR_YEAR, "2024-10-01", "2024-12-31"),
        (["Second-Quarter 2024"], [], CALENDAR_YEAR, "2024-04-01", "2024-06-30"),
        (["Second-Quarter", "2024"], [], CALENDAR_YEAR, "2024-04-01", "2024-06-30"),
        (["2024", "First Half"], [], CALENDAR_YEAR, "2024-01-01", "2024-06-30"),
        (["2024", "Second Quarter"], [], CALENDAR_YEAR, "2024-04-01", "2024-06-30"),
        (["For the periods ended June 30,", "2024", "First Half"], [], CALENDAR_YEAR, "2024-01-01", "2024-06-30"),
        (
            ["For the periods ended June 30,", "2024", "Second Quarter"],
            [],
            FiscalCalendar(3),
            "2024-04-01",
            "2024-06-30",
        ),
    ],
)
def test_a_span_is_read_from_heads_and_titles(
    heads: list[str], titles: list[str], calendar: FiscalCalendar, start: str, end: str
) -> None:
    period = printed_period(heads, titles, calendar)
    assert (period.start, period.end, period.is_instant) == (date.fromisoformat(start), date.fromisoformat(end), False)


def test_years_of_the_republic_of_china_are_read_only_where_they_are_meant() -> None:
    period = printed_period(["113年度"], [], CALENDAR_YEAR, is_minguo=True)
    assert (period.start, period.end) == (date(2024, 1, 1), date(2024, 12, 31))
    with pytest.raises(PeriodError):
        printed_period(["113年度"], [], CALENDAR_YEAR)


def test_a_balance_is_a_day() -> None:
    period = printed_period(["As of December 31,", "2024"], [], CALENDAR_YEAR)
    assert (period.start, period.is_instant) == (date(2024, 12, 31), True)
    period = printed_period(["December 31, 2024"], [], CALENDAR_YEAR, is_balance=True)
    assert (period.start, period.is_instant) == (date(2024, 12, 31), True)


@pytest.mark.parametrize(
    ("heads", "titles", "rule"),
    [
        (["RMB"], [], "no_period"),
        (["2024"], [], "no_period"),
        (["2024"], ["Three months ended"], "no_period"),
        (["Three months ended 6/7/2024"], [], "no_period"),
        (["2024"], ["Revenue grew in the second quarter."], "no_period"),
        (["2024", "First half", "Second quarter"], [], "no_period"),
        (["2024", "2023"], ["Year ended December 31,"], "two_periods"),
        (["June 30, 2024"], [], "no_length"),
        (["Three months ended June 31, 2024"], [], "impossible_date"),
        (["Three months ended", "% change"], [], "period_of_change"),
        (["Quarters Ended June 30, 2024", "Inc/ (Dec)"], [], "period_of_change"),
        (["Quarter ended December 31, 2024", "Favorable (unfavorable)"], [], "period_of_change"),
        (["Quarter ended December 31, 2024", "Better/(worse)"], [], "period_of_change"),
        (["同比"], ["截至2024年6月30日止三個月"], "period_of_change"),
    ],
)
def test_what_states_no_one_span_is_refused(heads: list[str], titles: list[str], rule: str) -> None:
    with pytest.raises(PeriodError) as caught:
        printed_period(heads, titles, CALENDAR_YEAR)
    assert caught.value.rule == rule
