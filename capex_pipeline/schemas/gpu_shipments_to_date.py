"""Table gpu_shipments_to_date: all AI accelerators of a supplier up to the newest quarter that is counted, with the interval of the total.

Totals that an estimator prints for all customers of a supplier belong here, because an interval of a total is no sum of intervals. Chips of a
quarter belong to gpu_shipments, totals up to earlier quarters and by product to gpu_estimates, by customer to gpu_estimates_by_customer.
"""

from typing import Any

import pandas as pd
import pandera.pandas as pa

from capex_pipeline.schemas import rules
from capex_pipeline.schemas.base import Day, Number, Text, column
from capex_pipeline.schemas.tidy import OfCalendarQuarter


def _to_date(what: str, unit: str) -> Any:
    return column(
        f"{what} from counted_since to the end of calendar_quarter.",
        unit=unit,
        optional=True,
        ge=0,
        comes_from=("observations.value",),
    )


class GpuShipmentsToDate(
    OfCalendarQuarter,
    grain="supplier",
    key=["supplier_id"],
    foreign_keys={"supplier_id": "entities", "observation_id": "observations"},
):
    """AI accelerators of a supplier up to the newest quarter that is counted, the estimator's own total with its interval. Suppliers are counted since different days."""

    supplier_id: Text = column("Supplier of the chips; see table entities.")
    supplier_name: Text = column("Name of the supplier.")
    counted_since: Day = column("First day of the count. Chips shipped before are not in it.")
    units_to_date: Number = _to_date("Chips of all kinds, the median,", "units")
    units_to_date_p5: Number = _to_date("5th percentile of the chips", "units")
    units_to_date_p95: Number = _to_date("95th percentile of the chips", "units")
    h100_equivalents_to_date: Number = _to_date("Computing power in H100 chips, the median,", "H100 equivalents")
    h100_equivalents_to_date_p5: Number = _to_date("5th percentile of the computing power", "H100 equivalents")
    h100_equivalents_to_date_p95: Number = _to_date("95th percentile of the computing power", "H100 equivalents")
    estimator: Text = column("Publisher of the estimate. One estimator is used for each supplier.")
    document_id: Text = column("Document that holds the estimate; see table documents.")
    locator: Text = column("Place in the document.", optional=True)
    observation_id: Text = column("The row of tables observations and gpu_estimates that this row shows.")

    @pa.dataframe_check(error="bounds_out_of_order")
    def bounds_in_order(cls, frame: pd.DataFrame) -> pd.Series:
        return rules.in_order(frame, "units_to_date_p5", "units_to_date", "units_to_date_p95") & rules.in_order(
            frame, "h100_equivalents_to_date_p5", "h100_equivalents_to_date", "h100_equivalents_to_date_p95"
        )
