"""Table financials_by_calendar_year: the main flows of companies by calendar year, a set of columns for each line.

Years of which any of these lines is on record belong here. Other lines belong to the tables of single flows; fiscal years to the tables by
definition and to observations.
"""

from typing import Any

from capex_pipeline.schemas.base import Flag, Number, Text, column
from capex_pipeline.schemas.tidy import AmongYears, OfCalendarYearOfCompany, OfCompany, side_by_side
from capex_pipeline.schemas.vocabulary import LINES_OF_YEARS


def amount_columns(line: str, currency: str, condition: str, name: str | None = None) -> dict[str, tuple[Any, Any]]:
    """Amount and growth of a year; condition completes "null unless ...". name: how the columns of the amounts begin, by default the line."""
    name = name or line
    ends = f"; null unless {condition}."
    amounts = {
        f"{name}_local": (
            Number,
            column(
                f"Sum of the year's quarters (table {line}) in {currency}{ends}",
                unit="currency",
                optional=True,
            ),
        ),
        f"{name}_usd": (
            Number,
            column(
                f"Sum of the year's quarters (table {line}) in US dollars, each at its own average rate{ends}",
                unit="USD",
                optional=True,
            ),
        ),
    }
    growths = {
        f"{line}_yoy_{place}_pct": (
            Number,
            column(
                f"Growth of {name}_{place} over the calendar year before; null unless both years have it, and across a change of definition or scope.",
                unit="percent",
                optional=True,
            ),
        )
        for place in ("local", "usd")
    }
    return amounts | growths


def _columns_of(line: str) -> dict[str, tuple[Any, Any]]:
    return amount_columns(line, "the reporting currency", condition="the row has all lines (see missing_lines)") | {
        f"{line}_definition_id": (
            Text,
            column(
                f"Definition of {line} in the year; see table definitions. Companies may differ. Null where the amount is.",
                optional=True,
            ),
        ),
        f"{line}_is_break": (
            Flag,
            column(f"True where the series of {line} changes its definition or scope in this year; growth is null."),
        ),
    }


class _OfYear(AmongYears, OfCalendarYearOfCompany, OfCompany):
    """The calendar year of a company."""

    currency: Text = column("Reporting currency, ISO 4217.", str_matches=r"^[A-Z]{3}$")
    missing_lines: Text = column(
        "Lines of this table without an amount of the whole year, joined by |: a quarter is not on record, or the definition, scope or presentation changes within "
        "the year (see the note in the table of the line). Then every amount of the row is null, so that ratios of sums "
        "are of the same companies; what is on record is in the table of the line.",
        optional=True,
    )


class FinancialsByCalendarYear(
    side_by_side(LINES_OF_YEARS, _columns_of),  # type: ignore[misc]
    _OfYear,
    grain="company and calendar year",
    key=["entity_id", "calendar_year_of_company"],
):
    """Capital expenditure, revenue, operating and free cash flow of companies by calendar year. A row has all four amounts or none, so ratios of sums are of the same companies."""
