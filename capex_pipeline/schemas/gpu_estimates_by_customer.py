"""Table gpu_estimates_by_customer: AI accelerators bought, received or expected by one customer, by supplier, product and estimator.

Chips of a supplier for all customers together belong to gpu_estimates; the columns that both tables share are declared there.
"""

from capex_pipeline.schemas import rules
from capex_pipeline.schemas.base import Text, column, row_rule
from capex_pipeline.schemas.gpu_estimates import Estimates


class GpuEstimatesByCustomer(
    Estimates,
    grain="customer, supplier, product, flow, period and source of the claim",
    key=["observation_id"],
    sort=["supplier_id", "product", "customer_id", "flow", "period_start", "period_end", "observation_id"],
    foreign_keys={"supplier_id": "entities", "customer_id": "entities"},
):
    """Accelerators of customers, with the figures of all estimators side by side."""

    customer_id: Text = column("Customer of the chips, a company or a group of companies; see table entities.")

    preferred_rows_are_unique = row_rule(
        "two_preferred_rows_for_one_quarter",
        rules.preferred_is_unique,
        ["supplier_id", "product", "customer_id", "calendar_quarter"],
    )
