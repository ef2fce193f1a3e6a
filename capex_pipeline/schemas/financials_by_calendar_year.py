"""Table financials_by_calendar_year: flows of companies by calendar year, a set of columns for each line.

Sums of the quarters of the tables of single flows belong here, only where all four are on record. Fiscal years belong to the tables by
definition and to observations.
"""

from typing import Any

from capex_pipeline.schemas.base import Count, Flag, Number, Text, Year, column
from capex_pipeline.schemas.tidy import OfCompany, side_by_side
from capex_pipeline.schemas.vocabulary import FLOW_LINES


def amount_columns(line: str, condition: str, currency: str) -> dict[str, tuple[Any, Any]]:
    """Amount and growth of a year; condition completes "null unless ..."."""
    amounts = {
        f"{line}_local": (
            Number,
            column(
                f"Sum of the year's quarters (table {line}) in {currency}; null unless {condition}.",
                unit="currency",
                optional=True,
            ),
        ),
        f"{line}_usd": (
            Number,
            column(
                f"Sum of the year's quarters (table {line}) in US dollars, each at its own average rate; null unless {condition}.",
                unit="USD",
                optional=True,
            ),
        ),
    }
    growths = {
        f"{line}_yoy_{place}_pct": (
            Number,
            column(
                f"Growth of {line}_{place} over the calendar year before; null unless both years have it, and across a change of definition or scope.",
                unit="percent",
                optional=True,
            ),
        )
        for place in ("local", "usd")
    }
    return amounts | growths


def _columns_of(line: str) -> dict[str, tuple[Any, Any]]:
    reported = column(f"Quarters of the year in table {line}, 0 to 4.", ge=0, le=4)
    return amount_columns(
        line, "all four quarters are on record, on one series and in one presentation", "the reporting currency"
    ) | {
        f"{line}_quarters_reported": (Count, reported),
        f"{line}_definition_id": (
            Text,
            column(
                f"Definition of {line} in the last quarter of the year on record; see table definitions. Companies may differ.",
                optional=True,
            ),
        ),
        f"{line}_is_break": (
            Flag,
            column(f"True where the series of {line} changes its definition or scope in this year; growth is null."),
        ),
    }


class _OfYear(OfCompany):
    """The calendar year of a company."""

    calendar_year_of_company: Year = column(
        "Calendar year of the company's quarters. Companies and lines begin in different years: before adding up companies see lines_of_all_companies."
    )
    currency: Text = column("Reporting currency, ISO 4217.", str_matches=r"^[A-Z]{3}$")
    incomplete_lines: Text = column(
        "Lines that the company publishes and that have no amount of the year here, joined by |; the columns *_quarters_reported say how many "
        "quarters of each are on record. Null where every line that the company publishes has its amount.",
        optional=True,
    )
    lines_not_expected: Text = column(
        "Lines without an amount that no document on record leads to expect, joined by |: the company does not publish the line, did not publish it "
        "yet (coverage.reason), or whether it publishes it is not known. Each line has an amount or is named here or in incomplete_lines.",
        optional=True,
    )
    lines_of_all_companies: Text = column(
        "Lines of which every company of the line's own table has its amount of the year, joined by |; null where there is none. Sums of the other lines over "
        "companies leave companies out, and their ratios divide amounts of different companies.",
        optional=True,
    )
    note: Text = column("Why a line with four quarters has no amount, by line.", optional=True)


class FinancialsByCalendarYear(side_by_side(FLOW_LINES, _columns_of), _OfYear):  # type: ignore[misc]
    """Revenue, cash flow, capital expenditure and other flows of companies by calendar year; null unless all four quarters are on record."""

    class Config:
        metadata = {  # noqa: RUF012 - pandera reads it from the class
            "group": "published",
            "grain": "company and calendar year",
            "key": ["entity_id", "calendar_year_of_company"],
            "sort": ["entity_id", "calendar_year_of_company"],
        }
