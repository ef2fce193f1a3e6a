"""Table remaining_performance_obligations: backlog of companies at the end of a quarter.

Sums over companies belong to financials_by_overlapping_group; backlog of a part of a company belongs to observations.
"""

from capex_pipeline.schemas.tidy import CompanyBalance


class RemainingPerformanceObligations(CompanyBalance):
    """Remaining performance obligations (backlog) of companies at the end of a quarter."""
