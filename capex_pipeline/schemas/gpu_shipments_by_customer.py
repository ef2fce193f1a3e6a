"""Table gpu_shipments_by_customer: AI accelerators by maker, product, buyer and calendar quarter, one estimator per maker.

Buyers that the estimator names belong here, one of its remainders ("Other") included where it prints one. Shipments to all customers
belong to gpu_shipments, everything else to gpu_estimates.
"""

from capex_pipeline.schemas.base import Text, column
from capex_pipeline.schemas.tidy import InQuarter, Units


class GpuShipmentsByCustomer(Units, InQuarter):
    """AI accelerators by maker, product, buyer and calendar quarter: quarters only, no cumulative row."""

    customer_id: Text = column("Buyer; see table entities.")
    customer_name: Text = column("Name of the buyer.")
    customer_type: Text = column("company, or group of companies.", isin=("company", "group of companies"))

    class Config:
        metadata = {  # noqa: RUF012 - pandera reads it from the class
            "group": "published",
            "grain": "maker, product, buyer and calendar quarter",
            "key": ["supplier_id", "product", "customer_id", "calendar_quarter"],
            "sort": ["supplier_id", "product", "customer_id", "calendar_quarter"],
            "foreign_keys": {
                "supplier_id": "entities",
                "customer_id": "entities",
                "product": "products",
                "observation_id": "observations",
            },
        }
