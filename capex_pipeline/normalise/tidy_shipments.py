"""The tidy tables gpu_shipments and gpu_shipments_by_customer, from table gpu_estimates.

The choice of one estimator per maker, and of calendar quarters belongs here. Other estimators,
cumulative counts and totals stay in gpu_estimates.
"""

from __future__ import annotations

import pandas as pd

from capex_pipeline.normalise.time_axis import on_time_axis
from capex_pipeline.reference import Reference
from capex_pipeline.schemas.derive import laid_out
from capex_pipeline.schemas.gpu_shipments import GpuShipments
from capex_pipeline.schemas.gpu_shipments_by_customer import GpuShipmentsByCustomer

_MEASURES = ("units", "h100_equivalents", "power_mw")


def gpu_shipments(estimates: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Table gpu_shipments: shipments to all customers."""
    rows = estimates[(estimates["perspective"] == "supplier") & (estimates["flow"] == "shipped")]
    return laid_out(_quarters(rows, ["supplier_id"], reference), GpuShipments)


def gpu_shipments_by_customer(estimates: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Table gpu_shipments_by_customer: chips by buyer."""
    rows = _quarters(estimates[estimates["perspective"] == "customer"], ["customer_id", "supplier_id"], reference)
    kinds = rows["customer_id"].map(reference.entities["type"])
    return laid_out(
        rows.assign(
            customer_name=rows["customer_id"].map(reference.entities["name"]),
            customer_type=kinds.map({"company": "company", "group": "group of companies"}),
        ),
        GpuShipmentsByCustomer,
    )


def _quarters(rows: pd.DataFrame, holder: list[str], reference: Reference) -> pd.DataFrame:
    """Counts of one product in exactly one calendar quarter, by the estimator that reference data names for its maker."""
    chosen = reference.preferred[reference.preferred["metric_id"] == "gpu_units"].set_index("entity_id")[
        "definition_id"
    ]
    rows = rows[
        (rows["definition_id"] == rows["supplier_id"].map(chosen))
        & (rows["measure"] == "flow")
        & (rows["calendar_basis"] == "calendar")
        & (rows["period_type"] == "quarter")
        & (rows["source_type"] == "estimate")
        & (rows["status"] == "estimate")
        & rows["product"].notna()
        & rows["units"].notna()
    ].reset_index(drop=True)
    return (
        on_time_axis(rows, holder)
        .assign(
            product_family=rows["product"].map(reference.products["family"]),
            supplier_name=rows["supplier_id"].map(reference.entities["name"]),
            estimator=rows["claimant"],
        )
        .rename(
            columns={
                f"{name}_{end}": f"{name}_{tail}"
                for name in _MEASURES
                for end, tail in (("low", "p5"), ("high", "p95"))
            }
        )
    )
