"""Table gpu_shipments_by_customer: AI accelerators by customer and calendar quarter, over all suppliers and products.

Sums of gpu_shipments_by_customer_and_product belong here, one row for each customer and quarter, so that a table of companies and quarters can
be joined. Totals with intervals belong to gpu_shipments_to_date and gpu_estimates.
"""

from capex_pipeline.schemas.base import Number, Text, column
from capex_pipeline.schemas.tidy import AmongSuppliers, InQuarterOfCustomer, OfCustomer


class GpuShipmentsByCustomer(
    AmongSuppliers,
    InQuarterOfCustomer,
    OfCustomer,
    grain="customer and calendar quarter",
    key=["customer_id", "calendar_quarter"],
    foreign_keys={"customer_id": "entities"},
):
    """AI accelerators that a customer acquired in a calendar quarter, over all suppliers and products that are counted by customer."""

    customer_type: Text = column("company, or group of companies.", isin=("company", "group of companies"))
    suppliers: Text = column(
        "Suppliers whose chips are counted for the customer in the quarter, joined by |. Chips of other suppliers "
        "are not counted, so quarters with different suppliers are not comparable."
    )
    missing_suppliers: Text = column(
        "Suppliers whose chips are counted for the customer in other quarters and in this quarter for nobody, joined by |; null where none is missing. The "
        "amounts are null then; what is counted is in gpu_shipments_by_customer_and_product.",
        optional=True,
    )
    units: Number = column(
        "Chips of all kinds: sum of the estimates by product; null where suppliers are missing.",
        unit="units",
        optional=True,
        ge=0,
    )
    h100_equivalents: Number = column(
        "Computing power as the number of H100 chips with the same 8-bit performance: sum of the estimates by product; null where one of them "
        "has none, and where suppliers are missing.",
        unit="H100 equivalents",
        optional=True,
        ge=0,
    )
    share_of_all_suppliers_pct: Number = column(
        "h100_equivalents as a percentage of those that all suppliers shipped in the quarter (table gpu_shipments_of_all_suppliers): chips of customers that "
        "have no row, such as xAI, are in the whole, so shares of customers do not add up to 100. Null where either is.",
        unit="percent",
        optional=True,
    )
    power_mw: Number = column(
        "Rated power of the chips, without cooling and other equipment: sum of the estimates by product; null where one of them has none, and where "
        "suppliers are missing.",
        unit="MW",
        optional=True,
        ge=0,
    )
