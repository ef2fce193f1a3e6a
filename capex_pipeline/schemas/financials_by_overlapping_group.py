"""Table financials_by_overlapping_group: lines of statements of groups of companies by calendar quarter, with the missing members named.

Sums over companies of the tables of single lines belong here, a set of columns for each line. Companies belong to those tables; years belong to
financials_by_overlapping_group_and_calendar_year.
"""

from typing import Any

from capex_pipeline.schemas.base import Flag, Number, Table, Text, column
from capex_pipeline.schemas.tidy import Group, OfCalendarQuarter, side_by_side
from capex_pipeline.schemas.vocabulary import BALANCE_TABLES, FLOW_LINES_OF_GROUPS, LINES_OF_EVERY_COMPANY


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


def _columns_of(line: str) -> dict[str, tuple[Any, Any]]:
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
    side_by_side((*FLOW_LINES_OF_GROUPS, *BALANCE_TABLES), _columns_of),  # type: ignore[misc]
    _OfQuarter,
    grain="group of companies and calendar quarter",
    key=["entity_id", "calendar_quarter"],
):
    """Revenue, cash flow, depreciation, backlog and other lines of groups of companies; null until every member has reported. Groups overlap: do not add them."""
