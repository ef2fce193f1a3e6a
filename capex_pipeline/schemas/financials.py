"""Tables of several lines of financial statements side by side, a set of columns for each line, by quarter and by year.

Sums over groups and years of companies belong here. One line by company belongs to `statement_lines` and `capex_and_cloud_revenue`.
"""

from typing import Any

from capex_pipeline.schemas.base import Flag, Number, Table, Text, Year, column
from capex_pipeline.schemas.tidy import (
    AmongYears,
    Group,
    OfCalendarQuarter,
    OfCalendarYearOfCompany,
    OfCompany,
    side_by_side,
)
from capex_pipeline.schemas.vocabulary import (
    BALANCE_TABLES,
    FLOW_LINES_OF_GROUPS,
    LINES_OF_EVERY_COMPANY,
    LINES_OF_YEARS,
)


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


def _lines_of_year(line: str) -> dict[str, tuple[Any, Any]]:
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
    side_by_side(LINES_OF_YEARS, _lines_of_year),  # type: ignore[misc]
    _OfYear,
    grain="company and calendar year",
    key=["entity_id", "calendar_year_of_company"],
):
    """Capital expenditure, revenue, operating and free cash flow of companies by calendar year. A row has all four amounts or none, so ratios of sums are of the same companies."""


def stem(line: str) -> str:
    """How the columns of the amounts of a line begin. A line that some companies do not publish says that its sum is of those that do, because it may be of
    fewer members than the line beside it; a balance says that it is that at the end of the quarter, because quarters of it do not add up.
    """
    name = line if line in LINES_OF_EVERY_COMPANY else f"{line}_of_publishing_members"
    return f"{name}_at_quarter_end" if line in BALANCE_TABLES else name


def member_columns(line: str) -> dict[str, tuple[Any, Any]]:
    """The columns that say of whom the sum of a line is, and who is missing."""
    of_all = "All members" if line in LINES_OF_EVERY_COMPANY else "Members that publish it"
    return {
        f"{line}_members": (Text, column(f"{of_all}, joined by |.", optional=True)),
        f"{line}_missing_members": (
            Text,
            column(
                "Those of them without an amount for the period on record, joined by |; null where none is missing.",
                optional=True,
            ),
        ),
    }


def _lines_of_group(line: str) -> dict[str, tuple[Any, Any]]:
    name = stem(line)
    what = "balances at the ends of their quarters" if line in BALANCE_TABLES else "amounts"
    total = f"Sum of the members' {what} (table {line})"
    growths = {
        f"{line}_yoy_{place}_pct": (
            Number,
            column(
                f"Growth of {name}_{place} over the same quarter a year earlier; null unless both quarters have it, and across a break.",
                unit="percent",
                optional=True,
            ),
        )
        for place in ("local", "usd")
    }
    is_break = column("True where the series of a member changes its definition or scope in this quarter.")
    return (
        {
            f"{name}_local": (
                Number,
                column(
                    f"{total} in the currency that they share; null where they share none, and where {name}_usd is.",
                    unit="currency",
                    optional=True,
                ),
            ),
            f"{name}_usd": (
                Number,
                column(
                    f"{total} in US dollars; null unless each of two members or more has one.",
                    unit="USD",
                    optional=True,
                ),
            ),
        }
        | growths
        | {f"{line}_is_break": (Flag, is_break)}
        | member_columns(line)
    )


class CapexRatios(Table):
    """Capital expenditure of a group beside the same members' revenue and cash flow of the period."""

    capex_to_revenue_pct: Number = column(
        "capex_usd as a percentage of revenue_usd; null unless both are sums over the same members.",
        unit="percent",
        optional=True,
    )
    capex_to_operating_cash_flow_pct: Number = column(
        "capex_usd as a percentage of operating_cash_flow_usd; null unless both are sums over the same members and the cash flow is above zero.",
        unit="percent",
        optional=True,
    )


class _OfQuarter(CapexRatios, OfCalendarQuarter, Group):
    """The calendar quarter of a group."""

    currency: Text = column("Currency that all members of the group report in; null where they differ.", optional=True)


class FinancialsByOverlappingGroup(
    side_by_side((*FLOW_LINES_OF_GROUPS, *BALANCE_TABLES), _lines_of_group),  # type: ignore[misc]
    _OfQuarter,
    grain="group of companies and calendar quarter",
    key=["entity_id", "calendar_quarter"],
):
    """Revenue, cash flow, depreciation, backlog and other lines of groups of companies; null until every member has reported. Groups overlap: do not add them."""


def _lines_of_group_year(line: str) -> dict[str, tuple[Any, Any]]:
    return amount_columns(
        line, "the shared currency", "each of two members or more has all four quarters, each on one series", stem(line)
    ) | member_columns(line)


class _OfGroupYear(CapexRatios, Group):
    """The calendar year of a group."""

    calendar_year: Year = column("Calendar year of the quarters.")
    currency: Text = column("Currency that all members of the group report in; null where they differ.", optional=True)
    note: Text = column("Why a year without missing members has no amount, by line.", optional=True)


class FinancialsByOverlappingGroupAndCalendarYear(
    side_by_side(FLOW_LINES_OF_GROUPS, _lines_of_group_year),  # type: ignore[misc]
    _OfGroupYear,
    grain="group of companies and calendar year",
    key=["entity_id", "calendar_year"],
):
    """Revenue, cash flow, capital expenditure and other flows of groups by calendar year; null unless every member has all four quarters. Groups overlap: do not add them."""
