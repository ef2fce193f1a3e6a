"""Table capex_by_overlapping_group_and_calendar_year: capital expenditure of groups of companies by calendar year.

Sums of the quarters of capex_by_overlapping_group belong here. A total that a newspaper prints belongs to capex_by_definition.
"""

from capex_pipeline.schemas.base import Number, Text, column
from capex_pipeline.schemas.tidy import OfCalendarYear


class CapexByOverlappingGroupAndCalendarYear(OfCalendarYear):
    """Capital expenditure of groups by calendar year; null unless every member reported all four quarters. Groups overlap: do not add them."""

    entity_id: Text = column("Group of companies; see table entities.")
    entity_name: Text = column("Name of the group.")
    members: Text = column("Members that published such figures by the last quarter of the year, joined by |.")
    currency: Text = column("Currency that all members report in; null where they differ.", optional=True)
    headline_amount_usd: Number = column(
        "Sum of the members' own headline numbers in US dollars; null unless every member has one in all four quarters.",
        unit="USD",
        optional=True,
    )

    class Config:
        metadata = {  # noqa: RUF012 - pandera reads it from the class
            "group": "published",
            "grain": "group of companies and calendar year",
            "key": ["entity_id", "calendar_year"],
            "sort": ["entity_id", "calendar_year"],
        }
