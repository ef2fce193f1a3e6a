"""Table leases_not_yet_commenced: commitments of companies for leases that have not yet commenced.

Leases that have commenced are in capex_plus_finance_lease_assets.
"""

from capex_pipeline.schemas.tidy import CompanyBalance


class LeasesNotYetCommenced(CompanyBalance):
    """Commitments of companies for leases that have not yet commenced, at the end of a quarter."""
