"""Table gpu_shipments: AI accelerators by supplier, product and calendar quarter, one estimator per supplier.

Shipments to all customers belong here. Shipments by customer belong to gpu_shipments_by_customer and
gpu_shipments_by_customer_and_product, totals with intervals to gpu_shipments_to_date; other estimators, fiscal quarters, intervals, prices, forecasts and rated power, which the estimator prints for few suppliers, belong to gpu_estimates.
"""

from capex_pipeline.schemas.base import Number, column
from capex_pipeline.schemas.tidy import InQuarterOfSupplier, Units


class GpuShipments(
    Units,
    InQuarterOfSupplier,
    grain="supplier, product and calendar quarter",
    key=["supplier_id", "product", "calendar_quarter"],
    foreign_keys={"supplier_id": "entities", "product": "products", "observation_id": "observations"},
):
    """AI accelerators shipped, by supplier, product and calendar quarter; no row contains another."""

    share_of_all_suppliers_pct: Number = column(
        "h100_equivalents as a percentage of those of all suppliers in the quarter; null unless every supplier is counted. Adds up over rows.",
        unit="percent",
        optional=True,
    )
