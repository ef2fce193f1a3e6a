"""Table capex_by_overlapping_group: capital expenditure of groups of companies by calendar quarter, with the missing members named.

Sums of companies belong here. Companies belong to capex; a total that a newspaper prints belongs to capex_by_definition.
"""

from capex_pipeline.schemas.tidy import OfGroup


class CapexByOverlappingGroup(OfGroup):
    """Capital expenditure of groups of companies; totals are null until every member has reported. Groups overlap: do not add them."""
