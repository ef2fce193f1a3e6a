"""Periods as the heads of printed tables state them."""

from datetime import date

import pytest

from capex_pipeline.values.fiscal_calendar import FiscalCalendar
from capex_pipeline.values.periods import PeriodError
from capex_pipeline.values.printed_periods import Report, date_order, printed_period, titled_report

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
        (["Quarter Ended", "September 30"], ["Fiscal Year 2018"], FiscalCalendar(6), "2017-07-01", "2017-09-30"),
        (["Year ended December 31, 2018", "Second Quarter"], [], CALENDAR_YEAR, "2018-04-01", "2018-06-30"),
        (["Year ended June 30, 2018", "First Quarter"], [], FiscalCalendar(6), "2017-07-01", "2017-09-30"),
        (["2025年9月30日に終了した6カ月間"], [], ALIBABA, "2025-04-01", "2025-09-30"),
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
        (["Year to Date June 30,", "2024"], [], CALENDAR_YEAR, "2024-01-01", "2024-06-30"),
        (["Year-to-date September 30, 2024"], [], ALIBABA, "2024-04-01", "2024-09-30"),
        (["Q3 2024 YTD"], [], CALENDAR_YEAR, "2024-01-01", "2024-09-30"),
        (["2024年9月30日", "年初至今"], [], CALENDAR_YEAR, "2024-01-01", "2024-09-30"),
        (["2024", "Q1"], [], CALENDAR_YEAR, "2024-01-01", "2024-03-31"),
        (["FY24-Q3"], [], ALIBABA, "2023-10-01", "2023-12-31"),
        (["FY2024Q3"], [], ALIBABA, "2023-10-01", "2023-12-31"),
        (["2024", "2H"], [], CALENDAR_YEAR, "2024-07-01", "2024-12-31"),
        (["2024", "FY"], [], ALIBABA, "2023-04-01", "2024-03-31"),
        (["2024年前三季度"], [], CALENDAR_YEAR, "2024-01-01", "2024-09-30"),
        (["2024年前三季度", "(1-9月)"], [], CALENDAR_YEAR, "2024-01-01", "2024-09-30"),
        (["2024年第一至三季度"], [], CALENDAR_YEAR, "2024-01-01", "2024-09-30"),
        (["2024年前两季度"], [], CALENDAR_YEAR, "2024-01-01", "2024-06-30"),
        (["Three quarters ended September 30, 2024"], [], CALENDAR_YEAR, "2024-01-01", "2024-09-30"),
        (["截至12月31日止三个月", "2024", "人民币"], [], ALIBABA, "2024-10-01", "2024-12-31"),
        (["截至12月31日止九个月", "2024"], [], ALIBABA, "2024-04-01", "2024-12-31"),
        (["2024"], ["May 14, 2025", "Three months ended March 31,"], CALENDAR_YEAR, "2024-01-01", "2024-03-31"),
        (["Q1–Q2 2024"], [], CALENDAR_YEAR, "2024-01-01", "2024-06-30"),
        (["Q1 to Q3 2024"], [], CALENDAR_YEAR, "2024-01-01", "2024-09-30"),
        (["1Q-3Q24"], [], CALENDAR_YEAR, "2024-01-01", "2024-09-30"),
        (["Q1-Q4 2024"], [], ALIBABA, "2023-04-01", "2024-03-31"),
        (["2024", "Q1-Q2"], [], CALENDAR_YEAR, "2024-01-01", "2024-06-30"),
        (["9M 2024"], [], CALENDAR_YEAR, "2024-01-01", "2024-09-30"),
        (["2024", "9M"], [], CALENDAR_YEAR, "2024-01-01", "2024-09-30"),
        (["6M24"], [], ALIBABA, "2023-04-01", "2023-09-30"),
        (["January 1 – June 30, 2024"], [], CALENDAR_YEAR, "2024-01-01", "2024-06-30"),
        (["April–June", "2024"], [], CALENDAR_YEAR, "2024-04-01", "2024-06-30"),
        (["From 1 April 2024 to 30 June 2024"], [], CALENDAR_YEAR, "2024-04-01", "2024-06-30"),
        (["July 1, 2023 to June 30, 2024"], [], CALENDAR_YEAR, "2023-07-01", "2024-06-30"),
        (["January-February 2024"], [], FiscalCalendar(2), "2024-01-01", "2024-02-29"),
        (["Three Months Ended", "30-Jun-24"], [], CALENDAR_YEAR, "2024-04-01", "2024-06-30"),
        (["Year ended 31-Mar-2024"], [], ALIBABA, "2023-04-01", "2024-03-31"),
        (["Quarter ended June 2024"], [], CALENDAR_YEAR, "2024-04-01", "2024-06-30"),
        (["Six months ended", "Jun-24"], [], CALENDAR_YEAR, "2024-01-01", "2024-06-30"),
        (["Feb 2024"], ["Three months ended"], FiscalCalendar(2), "2023-12-01", "2024-02-29"),
        (["FY2023/24"], [], ALIBABA, "2023-04-01", "2024-03-31"),
        (["Q1 FY23/24"], [], ALIBABA, "2023-04-01", "2023-06-30"),
        (["2023-24 Q4"], [], ALIBABA, "2024-01-01", "2024-03-31"),
        (["2024年4月1日至6月30日"], [], CALENDAR_YEAR, "2024-04-01", "2024-06-30"),
        (["2024年4-6月"], [], CALENDAR_YEAR, "2024-04-01", "2024-06-30"),
        (["2023年7月1日至2024年6月30日"], [], CALENDAR_YEAR, "2023-07-01", "2024-06-30"),
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
    ("titles", "is_balance", "start"),
    [([], False, "2023-01-01"), (["Boston", "February 5, 2024"], False, "2023-01-01"), ([], True, "2023-12-31")],
)
def test_a_bare_year_of_an_annual_report_is_a_fiscal_year_or_its_last_day(
    titles: list[str], is_balance: bool, start: str
) -> None:
    period = printed_period(["2023"], titles, CALENDAR_YEAR, annual_end=date(2023, 12, 31), is_balance=is_balance)
    assert (str(period.start), str(period.end), period.is_instant) == (start, "2023-12-31", is_balance)


def test_a_bare_day_of_an_annual_report_ends_a_fiscal_year_if_the_year_of_the_report_ends_there() -> None:
    december = FiscalCalendar(12, "last_saturday")
    for day, start, end in (
        ("December 25, 2021", date(2020, 12, 27), date(2021, 12, 25)),
        ("December 26, 2020", date(2019, 12, 29), date(2020, 12, 26)),
    ):
        period = printed_period([day], [], december, annual_end=date(2021, 12, 25))
        assert (period.start, period.end) == (start, end)
    assert printed_period(
        ["December 25, 2021"], [], december, annual_end=date(2021, 12, 25), is_balance=True
    ).is_instant
    for day in ("September 25, 2021", "December 31, 2022"):
        with pytest.raises(PeriodError):
            printed_period([day], [], december, annual_end=date(2021, 12, 25))


def test_a_bare_year_after_the_year_of_the_report_is_no_period() -> None:
    with pytest.raises(PeriodError):
        printed_period(["2024"], [], CALENDAR_YEAR, annual_end=date(2023, 12, 31))


def test_spans_that_an_annual_report_prints_count_before_its_year() -> None:
    period = printed_period(["2023"], ["Three months ended June 30,"], CALENDAR_YEAR, annual_end=date(2023, 12, 31))
    assert (period.start, period.end) == (date(2023, 4, 1), date(2023, 6, 30))


def test_the_order_of_dates_with_slashes_is_that_of_the_document() -> None:
    assert date_order(["12 weeks ended 9/3/2022", "12/25/2021"]) is True
    assert date_order(["3/9/2022", "25/12/2021"]) is False
    assert date_order(["9/3/2022"]) is None
    assert date_order(["12/25/2021", "25/12/2021"]) is None
    period = printed_period(["12 weeks ended", "9/3/2022"], [], CALENDAR_YEAR, is_month_first=True)
    assert (period.start, period.end) == (date(2022, 6, 12), date(2022, 9, 3))
    period = printed_period(["Three months ended 31/12/2022"], [], CALENDAR_YEAR)
    assert period.end == date(2022, 12, 31)
    assert printed_period(["Quarter ended 12/31/22"], [], CALENDAR_YEAR).end == date(2022, 12, 31)


QUARTER = (date(2023, 7, 1), date(2023, 9, 30))
HALF = (date(2023, 4, 1), date(2023, 9, 30))
YEAR = (date(2023, 4, 1), date(2024, 3, 31))


@pytest.mark.parametrize(
    ("heads", "span"),
    [
        *((text, QUARTER) for text in (
            "2024.2Q", "2024-2Q", "2024/Q2", "2024Q2", "24Q2", "'24.2Q", "2Q.2024", "2Q-24", "Q2/24", "Q2'24", "2Q24A", "FQ2'24", "2QFY24", "Q2 FY'24",
            "2nd Qtr 2024", "Quarter 2, 2024", "2024年2Q", "3M to September 2023", "3M ended 30-Sep-23",
        )),
        *((text, HALF) for text in ("1H FY24", "1HFY24", "H1'24", "H1-24", "2024.1H", "2024H1", "1H24", "6M to Sep-23")),
        *((text, YEAR) for text in ("FY'24", "FY24A", "2024FY", "FY2024")),
    ],
)  # fmt: skip
def test_every_notation_of_a_quarter_half_or_year_is_read(heads: str, span: tuple[date, date]) -> None:
    period = printed_period([heads], [], ALIBABA)
    assert (period.start, period.end) == span


@pytest.mark.parametrize(
    ("start", "end", "notations"),
    [
        ("2025-01-01", "2025-12-31", [
            "CY2025", "CY25", "FY-25", "2025 Annual", "2025A", "Year 2025", "Year ended 31.12.2025", "1.1.-31.12.2025", "1-12/2025", "Jan–Dec 25", "FYE Dec-25",
            "FY12/2025", "Calendar Year 2025", "2025年全年", "2025年12月期", "25/12期", "2025.12期", "2025年12月期 通期", "2025년 연간", "2025 | Full Year", "2025 | Year",
        ]),
        ("2025-01-01", "2025-06-30", [
            "HY25", "1HY25", "HY1 2025", "Half-year 2025", "Interim 2025", "H1 CY25", "1st Half of FY2025", "FY25 | H1", "FY2025 | HY", "1-6/2025", "01.01.2025-30.06.2025",
            "6 mths to 30 Jun 2025", "First six months of 2025", "Six months | 2025", "YTD Jun 2025", "2025 | YTD Jun", "2Q YTD 2025", "2025 | Q2 YTD", "2025年1～6月", "2025年中期",
            "2025年度中間期", "2025年12月期第2四半期(累計)", "2025년 상반기", "2025-01-01 - 2025-06-30",
        ]),
        ("2025-07-01", "2025-12-31", ["2H25", "HY2 2025", "2025年下半年", "Dec-25 half", "Half Year | 31 Dec | 2025"]),
        ("2025-01-01", "2025-09-30", ["9 Months 2025", "First nine months 2025", "1-9/2025", "Q1-3 2025", "3Q YTD 2025", "9M CY25", "2025年年初至报告期末(1-9月)"]),
        ("2025-04-01", "2025-06-30", [
            "FY2025 2Q", "FY2025 | 2Q", "Fiscal Year 2025 | Second Quarter", "Second Quarter FY25", "Q2 of FY2025", "Quarter 2 FY25", "CQ2'25", "2QCY25", "CY25 | 2Q", "3 mos. ended June 30, 2025",
            "4-6/2025", "01.04.2025 - 30.06.2025", "June quarter 2025", "June 2025 quarter", "Jun Q 2025", "2025 | Apr-Jun", "2025 | Jun Qtr", "Three months ended Jun-30-2025",
            "Quarter Ended | 30th Jun'25", "截至2025年6月30日止季度", "2025年6月季度", "2025年12月期第2四半期(3ヶ月)", "2025년 2분기", "2025.2분기",
        ]),
    ],
)  # fmt: skip
def test_notations_of_one_period_mean_the_same(start: str, end: str, notations: list[str]) -> None:
    read = {text: printed_period(text.split(" | "), [], CALENDAR_YEAR) for text in notations}
    assert {text: (str(one.start), str(one.end)) for text, one in read.items()} == dict.fromkeys(
        notations, (start, end)
    )


@pytest.mark.parametrize(
    "text", ["30.06.2025", "30 Jun 25", "2025/6/30", "2025.06.30", "Q2 2025", "1H25", "2025年6月末"]
)
def test_a_balance_is_of_the_last_day_that_its_head_names(text: str) -> None:
    period = printed_period([text], [], CALENDAR_YEAR, is_balance=True)
    assert (str(period.end), period.is_instant) == ("2025-06-30", True)


@pytest.mark.parametrize("head", ["上年同期", "上期金额", "Prior year", "Corresponding period"])
def test_a_column_of_the_year_before_is_a_year_before_the_title(head: str) -> None:
    period = printed_period([head], ["2025年1-6月"], CALENDAR_YEAR)
    assert (str(period.start), str(period.end)) == ("2024-01-01", "2024-06-30")


def test_a_quarter_beside_the_day_on_which_it_ends_ends_there() -> None:
    period = printed_period(["Q2", "June 28, 2025"], [], CALENDAR_YEAR)
    assert str(period.end) == "2025-06-28"


@pytest.mark.parametrize(
    "head",
    [
        "2025E",
        "2025年12月期 第2四半期",
        "2025年3月期",
        "Fiscal 2025 | First",
        "Prior quarter",
        "期初",
        "December 31 | Q4",
    ],
)
def test_heads_that_may_mean_two_periods_or_none_are_refused(head: str) -> None:
    with pytest.raises(PeriodError):
        printed_period(head.split(" | "), ["2025年1-6月"] if head.isascii() is False else [], CALENDAR_YEAR)


@pytest.mark.parametrize("heads", ["CQ2 2024", "Q2 CY2024", "CY24", "2Q24E", "Calendar 2024 Q2"])
def test_calendar_quarters_and_estimates_are_no_fiscal_quarters(heads: str) -> None:
    with pytest.raises(PeriodError):
        printed_period([heads], [], ALIBABA)


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
        (["Three months ended", "2024"], ["Results announced on May 14, 2024"], "odd_end"),
        (["截至下列日期止三個月"], ["二零二四年五月十四日"], "odd_end"),
        (["Three months ended", "2024"], ["April 30, 2024"], "odd_end"),
        (["Three months ended May 14, 2024"], [], "odd_end"),
        (["Year to date May 31, 2024"], [], "odd_end"),
        (["Trailing four quarters", "Q1 2024"], [], "rolling"),
        (["前三季度"], ["2024年年度报告"], "no_period"),
        (["2024", "Q1 TTM"], [], "rolling"),
        (["Three months ended", "% change"], [], "period_of_change"),
        (["Quarters Ended June 30, 2024", "Inc/ (Dec)"], [], "period_of_change"),
        (["Quarter ended December 31, 2024", "Favorable (unfavorable)"], [], "period_of_change"),
        (["Quarter ended December 31, 2024", "Better/(worse)"], [], "period_of_change"),
        (["同比"], ["截至2024年6月30日止三個月"], "period_of_change"),
        (["Q2-Q3 2024"], [], "two_periods"),
        (["June 2024"], [], "no_length"),
        (["Three months ended", "Jun-26", "2024"], [], "no_period"),
        (["Q1/Q2 2024"], [], "two_periods"),
        (["2024"], ["January 10 to June 30"], "no_period"),
        (["January 1, 2023 to June 30, 2024"], [], "two_periods"),
        (["2024年12月"], [], "no_length"),
        (["2023年1月1日至2024年6月30日"], [], "two_periods"),
    ],
)
def test_what_states_no_one_span_is_refused(heads: list[str], titles: list[str], rule: str) -> None:
    with pytest.raises(PeriodError) as caught:
        printed_period(heads, titles, CALENDAR_YEAR)
    assert caught.value.rule == rule


@pytest.mark.parametrize(
    ("heads", "start", "end"),
    [
        (["FY2024 (April 2024 - March 2025)", "Q1"], "2024-04-01", "2024-06-30"),
        (["FY2024 (year ended March 31, 2025)"], "2024-04-01", "2025-03-31"),
        (["FY2024", "Q1", "June 30, 2024"], "2024-04-01", "2024-06-30"),
        (["FY2025", "Q1"], "2024-04-01", "2024-06-30"),
    ],
)
def test_months_or_a_day_beside_a_fiscal_year_tell_which_year_is_meant(heads: list[str], start: str, end: str) -> None:
    period = printed_period(heads, [], ALIBABA)
    assert (str(period.start), str(period.end)) == (start, end)


@pytest.mark.parametrize(
    ("head", "start", "end"),
    [("第一季度", "2023-01-01", "2023-03-31"), ("本期金额", "2023-01-01", "2023-12-31"), ("上期金额", "2022-01-01", "2022-12-31")],
)  # fmt: skip
def test_a_quarter_without_a_year_of_an_annual_report_is_of_its_year(head: str, start: str, end: str) -> None:
    period = printed_period([head], [], CALENDAR_YEAR, annual_end=date(2023, 12, 31))
    assert (str(period.start), str(period.end)) == (start, end)


@pytest.mark.parametrize("head", ["Q2 2024 Guidance", "Q2 2024 constant currency", "Q2 2024 pro forma"])
def test_columns_on_another_basis_are_no_reported_period(head: str) -> None:
    with pytest.raises(PeriodError):
        printed_period([head], [], CALENDAR_YEAR)


@pytest.mark.parametrize(
    ("lines", "report"),
    [
        (["证券代码：000001", "某某股份有限公司 2026 年第三季度报告"], Report(2026, "Q3")),
        (["某某科技股份有限公司2026年半年度报告全文", "详见公司2025年年度报告。"], Report(2026, "H1")),
        (["2025年年度报告摘要"], Report(2025, "FY")),
        (["某某股份有限公司2026年第一季度報告"], Report(2026, "Q1")),
        (["2025年年度报告", "2026年第一季度报告"], None),
        (["第三季度报告", "公司已披露2026年第三季度报告"], None),
    ],
)
def test_a_title_states_the_period_of_a_report(lines: list[str], report: Report | None) -> None:
    assert titled_report(lines) == report


@pytest.mark.parametrize(
    ("head", "title", "report", "start", "end"),
    [
        ("本期发生额", "3、合并年初到报告期末现金流量表", Report(2026, "Q3"), "2026-01-01", "2026-09-30"),
        ("上期发生额", "2、合并年初至报告期末利润表", Report(2026, "Q3"), "2025-01-01", "2025-09-30"),
        ("本期金额", "2、合并本报告期利润表", Report(2026, "Q3"), "2026-07-01", "2026-09-30"),
        ("本报告期", "主要会计数据", Report(2026, "Q3"), "2026-07-01", "2026-09-30"),
        ("年初至报告期末", "主要会计数据", Report(2026, "Q3"), "2026-01-01", "2026-09-30"),
        ("上年同期", "主要会计数据", Report(2026, "H1"), "2025-01-01", "2025-06-30"),
        ("本期发生额", "四、季度财务报表", Report(2026, "Q1"), "2026-01-01", "2026-03-31"),
        ("上期發生額", "合併利潤表", Report(2025, "FY"), "2024-01-01", "2024-12-31"),
        ("本期发生额", "2025年1—6月", Report(2026, "H1"), "2025-01-01", "2025-06-30"),
    ],
)
def test_the_title_of_a_report_completes_heads_without_a_year(
    head: str, title: str, report: Report, start: str, end: str
) -> None:
    period = printed_period(["项目", head], [title, "单位：元"], CALENDAR_YEAR, report=report)
    assert (str(period.start), str(period.end)) == (start, end)


@pytest.mark.parametrize(
    ("head", "day"), [("期末余额", "2026-09-30"), ("本报告期末", "2026-09-30"), ("期初余额", "2025-12-31"), ("上年度末", "2025-12-31")]
)  # fmt: skip
def test_the_title_of_a_report_completes_the_day_of_a_balance(head: str, day: str) -> None:
    period = printed_period([head], ["合并资产负债表"], CALENDAR_YEAR, is_balance=True, report=Report(2026, "Q3"))
    assert (str(period.start), str(period.end), period.is_instant) == (day, day, True)


@pytest.mark.parametrize(
    ("head", "title", "report"),
    [
        ("本期发生额", "合并利润表", None),
        ("本期发生额", "合并利润表", Report(2026, "Q3")),
        ("上年同期", "主要会计数据", Report(2026, "Q3")),
        ("本报告期比上年同期增减", "主要会计数据", Report(2026, "Q3")),
        ("合计", "合并利润表", Report(2026, "H1")),
    ],
    ids=["no title", "quarter or nine months", "of which column", "changes", "no words of a period"],
)
def test_heads_without_a_year_are_not_guessed(head: str, title: str, report: Report | None) -> None:
    with pytest.raises(PeriodError):
        printed_period([head], [title], CALENDAR_YEAR, report=report)
