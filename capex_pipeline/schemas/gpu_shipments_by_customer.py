"""Table gpu_shipments_by_customer: AI accelerators by maker, product, buyer and calendar quarter, one estimator per maker.

Buyers that the estimator names belong here, one of its remainders ("Other") included where it prints one. Shipments to all customers
belong to gpu_shipments, everything else to gpu_estimates.
"""

import pandas as pd
import pandera.pandas as pa

from capex_pipeline.schemas import rules
from capex_pipeline.schemas.base import Number, Text, column
from capex_pipeline.schemas.tidy import InQuarter, Units


class GpuShipmentsByCustomer(Units, InQuarter):
    """AI accelerators by maker, product, buyer and calendar quarter; no cumulative rows."""

    customer_id: Text = column("Buyer; see table entities.")
    customer_name: Text = column("Name of the buyer.")
    customer_type: Text = column("company, or group of companies.", isin=("company", "group of companies"))
    power_mw: Number = column(
        "Rated power of the chips (thermal design power, without cooling and other equipment); null where the estimator prints none. Point estimates add up over rows and over different chips.",
        unit="MW",
        optional=True,
        ge=0,
        comes_from=("observations.value",),
    )
    power_mw_p5: Number = column(
        "5th percentile of power_mw; does not add up over rows.",
        unit="MW",
        optional=True,
        ge=0,
        comes_from=("observations.value_low",),
    )
    power_mw_p95: Number = column(
        "95th percentile of power_mw; does not add up over rows.",
        unit="MW",
        optional=True,
        ge=0,
        comes_from=("observations.value_high",),
    )

    @pa.dataframe_check(error="power_out_of_order")
    def power_in_order(cls, frame: pd.DataFrame) -> pd.Series:
        return rules.in_order(frame, "power_mw_p5", "power_mw", "power_mw_p95")

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
