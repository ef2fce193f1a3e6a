"""Whether a document is an annual report, and for which year."""

from datetime import date

import pytest

from capex_pipeline.printed_tables.cover import annual_report_end, calendar_of_names
from capex_pipeline.printed_tables.html_tables import read_document
from capex_pipeline.printed_tables.pieces import Paragraph, PrintedDocument
from capex_pipeline.values.fiscal_calendar import FiscalCalendar

TABLE = "<table><tr><td></td><td>2023</td></tr><tr><td>Revenue</td><td>7</td></tr></table>"


def end_of(page: str) -> date | None:
    return annual_report_end(read_document(page.encode(), "page.html"), FiscalCalendar(6))


@pytest.mark.parametrize(
    "cover",
    [
        "<p>FORM 10-K</p><p>For the fiscal year ended June 30, 2023</p>",
        "<p>&#9746; ANNUAL REPORT PURSUANT TO SECTION 13 OF THE ACT</p><p>For the year ended 30 June 2023</p>",
        "<p>某公司 2023 年年度报告</p>",
    ],
)
def test_the_cover_of_an_annual_report_states_its_year(cover: str) -> None:
    assert end_of(cover + TABLE) == date(2023, 6, 30)


@pytest.mark.parametrize(
    "cover",
    [
        "<p>FORM 10-Q</p><p>For the quarterly period ended June 30, 2023</p><p>For the year ended June 30, 2023</p>",
        "<p>Acme reports results</p><p>See our Annual Report on Form 10-K for the fiscal year ended June 30, 2022.</p>",
        "<p>QUARTERLY REPORT PURSUANT TO SECTION 13</p><p>The annual report pursuant to section 13 for the year ended June 30, 2022</p>",
        "<p>FORM 10-K</p>",
    ],
)
def test_other_documents_are_no_annual_report(cover: str) -> None:
    assert end_of(cover + TABLE) is None


def test_a_cover_in_one_paragraph_is_read() -> None:
    cover = Paragraph(
        "page 1, line 2", "FORM X ANNUAL REPORT PURSUANT TO SECTION 13 For the fiscal year ended June 30, 2023"
    )
    assert annual_report_end(PrintedDocument((), [cover]), FiscalCalendar(6)) == date(2023, 6, 30)


@pytest.mark.parametrize(
    ("text", "last_day_of_2023"),
    [
        ("Fiscal 2023 consisted of the 53 weeks ended on February 3, 2024 and fiscal 2022 of 52 weeks.", date(2024, 2, 3)),
        ("Results for the fiscal years ended February 3, 2024 (\"fiscal 2023\") and January 28, 2023 (\"fiscal 2022\") follow.", date(2024, 2, 3)),
        ("Results for the fiscal year ended January 28, 2023 (\"fiscal 2023\") follow, as our stores close on Sundays.", date(2023, 1, 28)),
        ("In fiscal 2023 we opened stores, and we include those of the business that we acquired on January 30, 2023.", date(2023, 1, 28)),
        ("We report on calendar years, and our stores close on Sundays. The year ended February 3, 2024 had 53 weeks.", date(2023, 1, 28)),
    ],
)  # fmt: skip
def test_a_document_says_after_which_calendar_year_it_names_its_fiscal_years(text: str, last_day_of_2023: date) -> None:
    document = PrintedDocument((), [Paragraph("paragraph 1", text)])
    assert calendar_of_names(document, FiscalCalendar(1, "nearest_saturday")).year_end(2023) == last_day_of_2023


@pytest.mark.parametrize(("year", "last_day_of_2023"), [(2023, date(2024, 2, 3)), (2024, date(2023, 1, 28))])
def test_an_annual_report_speaks_most_of_its_own_year_and_the_two_before_it(year: int, last_day_of_2023: date) -> None:
    texts = ["FORM 10-K", "For the fiscal year ended February 3, 2024", f"We expect lower sales in fiscal {year + 1}."]
    texts += [f"Sales grew in fiscal {year} and in fiscal {year - 1}."] * 2
    document = PrintedDocument((), [Paragraph(f"paragraph {place}", text) for place, text in enumerate(texts)])
    assert calendar_of_names(document, FiscalCalendar(1, "nearest_saturday")).year_end(2023) == last_day_of_2023


@pytest.mark.parametrize(
    ("title", "is_named_by_start"),
    [
        ("Fiscal 2023 Outlook", True),
        ("Outlook for fiscal 2024", False),
        ("Growth beyond the fiscal 2023 outlook", False),
    ],
)
def test_the_year_of_an_outlook_has_not_ended(title: str, is_named_by_start: bool) -> None:
    page = f"<p>{title}</p>{TABLE}"
    document = read_document(page.encode(), "page.html")
    calendar = calendar_of_names(document, FiscalCalendar(1), date(2023, 3, 9))
    assert calendar.is_named_by_start is is_named_by_start
