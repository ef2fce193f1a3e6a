"""Table capex_by_overlapping_group_and_calendar_year: capital expenditure of groups of companies by calendar year.

Sums of the years of companies belong here. A total that a newspaper prints belongs to capex_by_definition.
"""

from capex_pipeline.schemas.base import Number, Text, column
from capex_pipeline.schemas.tidy import GroupYear


class CapexByOverlappingGroupAndCalendarYear(
    GroupYear, grain="group of companies and calendar year", key=["entity_id", "calendar_year"]
):
    """Capital expenditure of groups by calendar year; null unless every member reported all four quarters. Groups overlap: do not add them."""

    headline_amount_usd: Number = column(
        "Sum of the members' own headline numbers (table headline_capex) in US dollars, each on its own definition; null unless every member has one in all four "
        "quarters, on one definition within the year.",
        unit="USD",
        optional=True,
    )
    headline_missing_members: Text = column(
        "Members whose headline_amount_usd of the year is null: no number for one of the four quarters or more, or two definitions; joined by |; null where none is missing.",
        optional=True,
    )
