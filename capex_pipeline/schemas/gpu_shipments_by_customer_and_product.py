"""Table gpu_shipments_by_customer_and_product: AI accelerators by supplier, product, customer and calendar quarter, one estimator per supplier.

Customers that the estimator names belong here, one of its remainders ("Other") included where it prints one. Their sums over suppliers and
products belong to gpu_shipments_by_customer, shipments to all customers to gpu_shipments, everything else to gpu_estimates.
"""

from capex_pipeline.schemas.base import Number, Text, column
from capex_pipeline.schemas.tidy import InQuarterOfSupplier, OfCustomer, Units


class GpuShipmentsByCustomerAndProduct(
    Units,
    InQuarterOfSupplier,
    OfCustomer,
    grain="supplier, product, customer and calendar quarter",
    key=["supplier_id", "product", "customer_id", "calendar_quarter"],
    foreign_keys={
        "supplier_id": "entities",
        "customer_id": "entities",
        "product": "products",
        "observation_id": "observations",
    },
):
    """AI accelerators by supplier, product, customer and calendar quarter; no cumulative rows."""

    customer_type: Text = column("company, or group of companies.", isin=("company", "group of companies"))
    power_mw: Number = column(
        "Rated power of the chips (thermal design power, without cooling and other equipment); null where the estimator prints none. Point "
        "estimates add up over rows and over different chips.",
        unit="MW",
        optional=True,
        ge=0,
        comes_from=("observations.value",),
    )
