"""Table financials_by_overlapping_group_and_calendar_year: flows of groups of companies by calendar year, with the missing members named.

Sums of the years of companies belong here, a set of columns for each line; balances have no sum of a year.
"""

from typing import Any

from capex_pipeline.schemas.base import Text, Year, column
from capex_pipeline.schemas.financials_by_calendar_year import amount_columns
from capex_pipeline.schemas.financials_by_overlapping_group import CapexRatios, member_columns, stem
from capex_pipeline.schemas.tidy import Group, side_by_side
from capex_pipeline.schemas.vocabulary import FLOW_LINES_OF_GROUPS


def _columns_of(line: str) -> dict[str, tuple[Any, Any]]:
    return amount_columns(
        line, "the shared currency", "each of two members or more has all four quarters, each on one series", stem(line)
    ) | member_columns(line)


class _OfYear(CapexRatios, Group):
    """The calendar year of a group."""

    calendar_year: Year = column("Calendar year of the quarters.")
    currency: Text = column("Currency that all members of the group report in; null where they differ.", optional=True)
    note: Text = column("Why a year without missing members has no amount, by line.", optional=True)


class FinancialsByOverlappingGroupAndCalendarYear(
    side_by_side(FLOW_LINES_OF_GROUPS, _columns_of),  # type: ignore[misc]
    _OfYear,
    grain="group of companies and calendar year",
    key=["entity_id", "calendar_year"],
):
    """Revenue, cash flow, capital expenditure and other flows of groups by calendar year; null unless every member has all four quarters. Groups overlap: do not add them."""
