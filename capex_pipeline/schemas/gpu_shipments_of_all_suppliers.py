"""Table gpu_shipments_of_all_suppliers: AI accelerators of all suppliers together by calendar quarter.

Sums of gpu_shipments over suppliers belong here, with the same suppliers in every quarter. Shipments of one supplier belong to gpu_shipments, totals with
intervals to gpu_shipments_to_date.
"""

from typing import Any

from capex_pipeline.schemas.base import Flag, Number, Text, column
from capex_pipeline.schemas.tidy import InQuarter


def _total(what: str, unit: str) -> Any:
    return column(
        f"{what}, the sum over all suppliers; null unless each is counted in the quarter.",
        unit=unit,
        optional=True,
        ge=0,
    )


def _growth(what: str, earlier: str) -> Any:
    return column(f"Growth of {what} over {earlier}; null unless both quarters have it.", unit="percent", optional=True)


class GpuShipmentsOfAllSuppliers(InQuarter, grain="calendar quarter", key=["suppliers", "calendar_quarter"]):
    """AI accelerators of all suppliers by calendar quarter; null until every supplier is counted, so a total never rises because a count begins."""

    suppliers: Text = column("Suppliers that are counted, the same in every quarter, joined by |.")
    missing_suppliers: Text = column(
        "Suppliers without a count for the quarter, joined by |; null where none is missing.", optional=True
    )
    is_complete: Flag = column("True where every supplier is counted.")
    units: Number = _total("Chips of all kinds", "units")
    h100_equivalents: Number = _total("Computing power as the number of H100 chips", "H100 equivalents")
    units_yoy_pct: Number = _growth("units", "the same quarter a year earlier")
    h100_equivalents_yoy_pct: Number = _growth("h100_equivalents", "the same quarter a year earlier")
    units_qoq_pct: Number = _growth("units", "the quarter before")
    h100_equivalents_qoq_pct: Number = _growth("h100_equivalents", "the quarter before")
