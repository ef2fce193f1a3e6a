"""Table remaining_performance_obligations: backlog of companies at the end of a quarter.

Sums over companies belong to financials_by_overlapping_group; backlog of a part of a company belongs to observations.
"""

from capex_pipeline.schemas.base import Text, column
from capex_pipeline.schemas.tidy import CompanyBalance


class RemainingPerformanceObligations(CompanyBalance):
    """Remaining performance obligations (backlog) of companies at the end of a quarter."""

    scope: Text = column(
        "Which contracts are counted, in a few words. They are those of the whole company, while scope of cloud_revenue names a segment of most companies: "
        "divide by table revenue, not by cloud_revenue.",
        optional=True,
    )
