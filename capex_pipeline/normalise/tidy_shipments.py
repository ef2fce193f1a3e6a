"""Lays out the tidy tables of AI accelerators, by supplier, customer and product and to date, from the tables of estimates.

Add a rule here when it chooses the estimator of a supplier or the calendar quarters of a count. Other estimators, cumulative counts, and totals by
customer or product remain in gpu_estimates and gpu_estimates_by_customer (`normalise/published.py`).
"""

from __future__ import annotations

import pandas as pd

from capex_pipeline.normalise.comparisons import percentage
from capex_pipeline.normalise.published import newest_estimates
from capex_pipeline.normalise.time_axis import of_all, on_time_axis, share_of_all, with_quarter_start, year_of
from capex_pipeline.reference import Reference
from capex_pipeline.schemas.accelerators import (
    GpuShipments,
    GpuShipmentsByCustomer,
    GpuShipmentsByCustomerAndProduct,
    GpuShipmentsOfAllSuppliers,
    GpuShipmentsToDate,
)
from capex_pipeline.schemas.derive import laid_out

_COUNTS = ("units", "h100_equivalents")
_OF_ALL = ("calendar_quarter_of_all_suppliers", "calendar_year_of_all_suppliers")
_TYPES = {"company": "company", "group": "group of companies"}


def gpu_shipments(estimates: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Table gpu_shipments: shipments to all customers. estimates: table gpu_estimates."""
    rows = _quarters(estimates[estimates["flow"] == "shipped"], ["supplier_id"], reference)
    share = share_of_all(rows, "calendar_quarter_of_all_suppliers", "h100_equivalents")
    return laid_out(
        rows.rename(columns={"calendar_year": "calendar_year_of_supplier"}).assign(share_of_all_suppliers_pct=share),
        GpuShipments,
    )


def gpu_shipments_of_all_suppliers(gpu_shipments: pd.DataFrame) -> pd.DataFrame:
    """Table gpu_shipments_of_all_suppliers: sums of the table gpu_shipments over makers, null unless each is counted."""
    makers = sorted(set(gpu_shipments["supplier_id"]))
    grouped = gpu_shipments.groupby("calendar_quarter", sort=True)
    missing = grouped["supplier_id"].agg(lambda part: "|".join(maker for maker in makers if maker not in set(part)))
    is_complete = missing == ""
    totals = grouped[list(_COUNTS)].sum(skipna=False).where(is_complete, axis=0)
    totals.index = pd.PeriodIndex(totals.index, freq="Q")
    growths = {
        f"{name}_{span}_pct": (totals[name] / totals[name].shift(back, freq="Q").reindex(totals.index) - 1) * 100
        for name in _COUNTS
        for span, back in (("yoy", 4), ("qoq", 1))
    }
    rows = totals.assign(
        **growths, missing_suppliers=missing.mask(is_complete).to_numpy(), is_complete=is_complete.to_numpy()
    )
    rows = rows.assign(suppliers="|".join(makers), calendar_quarter=rows.index.astype("str")).reset_index(drop=True)
    return laid_out(on_time_axis(rows, ["suppliers"]), GpuShipmentsOfAllSuppliers)


def gpu_shipments_by_customer_and_product(estimates: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Table gpu_shipments_by_customer_and_product: chips by customer, supplier and product. estimates: table gpu_estimates_by_customer."""
    rows = _quarters(estimates, ["customer_id", "supplier_id"], reference)
    types = rows["customer_id"].map(reference.entities["type"]).map(_TYPES)
    names = rows["customer_id"].map(reference.entities["name"])
    rows = rows.rename(columns={"calendar_year": "calendar_year_of_supplier"})
    return laid_out(
        rows.assign(customer_name=names.mask(types == _TYPES["group"], names + _counted(rows)), customer_type=types),
        GpuShipmentsByCustomerAndProduct,
    )


def gpu_shipments_by_customer(by_product: pd.DataFrame, of_all_suppliers: pd.DataFrame) -> pd.DataFrame:
    """Table gpu_shipments_by_customer: sums of the table gpu_shipments_by_customer_and_product over makers and products, with their share of the table
    gpu_shipments_of_all_suppliers.
    """
    about = ["customer_id", "customer_name", "customer_type", "calendar_quarter", *_OF_ALL]
    grouped = by_product.groupby(about, sort=True, dropna=False)
    sums = grouped[["units", "h100_equivalents", "power_mw"]].sum(skipna=False)
    makers = grouped["supplier_id"].agg(lambda part: "|".join(sorted(set(part)))).rename("suppliers")
    rows = sums.join(makers).reset_index()
    missing = _missing_suppliers(rows, by_product)
    rows = on_time_axis(rows.assign(is_complete=missing.isna()), ["customer_id"])
    amounts = {name: rows[name].where(rows["is_complete"]) for name in sums.columns}
    first = rows["quarter_start"].where(rows["is_complete"]).groupby(rows["customer_id"]).transform("min")
    whole = rows["calendar_quarter"].map(of_all_suppliers.set_index("calendar_quarter")["h100_equivalents"])
    share = percentage(amounts["h100_equivalents"], whole.astype("float64"))
    rows = rows.assign(missing_suppliers=missing, counted_since=first, share_of_all_suppliers_pct=share, **amounts)
    return laid_out(rows.rename(columns={"calendar_year": "calendar_year_of_customer"}), GpuShipmentsByCustomer)


def _missing_suppliers(rows: pd.DataFrame, by_product: pd.DataFrame) -> pd.Series:
    """The suppliers of the customer of each row, in whatever quarter, that are not counted in the quarter of the row for any customer, joined by |; else
    null.
    """
    counted = by_product.groupby("calendar_quarter")["supplier_id"].agg(set)
    of_customer = by_product.groupby("customer_id")["supplier_id"].agg(set)
    both = zip(rows["customer_id"].map(of_customer), rows["calendar_quarter"].map(counted), strict=True)
    return pd.Series(["|".join(sorted(of - known)) or None for of, known in both], index=rows.index, dtype="str")


def gpu_shipments_to_date(estimates: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Table gpu_shipments_to_date: the estimator's newest cumulative total at the end of a calendar quarter. estimates: table gpu_estimates."""
    rows = estimates[(estimates["measure"] == "cumulative") & estimates["is_total"]]
    rows = _of_chosen_estimator(rows, reference)
    quarter = rows["period_end"].dt.to_period("Q")
    rows = rows.assign(calendar_quarter=quarter.astype("str"))[rows["period_end"] == quarter.dt.end_time.dt.normalize()]
    rows = newest_estimates(rows, ["supplier_id", "calendar_quarter"]).sort_values("calendar_quarter", kind="stable")
    rows = rows.drop_duplicates("supplier_id", keep="last").reset_index(drop=True)
    ends = {"": "", "_low": "_p5", "_high": "_p95"}
    names = {
        f"{name}{end}": f"{name}_to_date{tail}" for name in ("units", "h100_equivalents") for end, tail in ends.items()
    }
    return laid_out(
        with_quarter_start(rows).rename(columns=names | {"period_start": "counted_since"}), GpuShipmentsToDate
    )


def _counted(rows: pd.DataFrame) -> pd.Series:
    """ " (chips of AMD and Nvidia only)": the makers whose chips the table holds for the buyer in any quarter."""
    makers = rows.groupby("customer_id")["supplier_name"].agg(lambda part: " and ".join(sorted(set(part))))
    return " (chips of " + rows["customer_id"].map(makers).astype("str") + " only)"


def _of_chosen_estimator(rows: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Estimates with a number by the estimator that reference data names for the maker, with names."""
    chosen = reference.preferred[reference.preferred["metric_id"] == "gpu_units"].set_index("entity_id")[
        "definition_id"
    ]
    rows = rows[
        (rows["definition_id"] == rows["supplier_id"].map(chosen))
        & (rows["calendar_basis"] == "calendar")
        & (rows["source_type"] == "estimate")
        & (rows["status"] == "estimate")
        & rows["units"].notna()
    ]
    return rows.assign(supplier_name=rows["supplier_id"].map(reference.entities["name"]), estimator=rows["claimant"])


def _quarters(rows: pd.DataFrame, holder: list[str], reference: Reference) -> pd.DataFrame:
    """Counts of one product in exactly one calendar quarter. holder: whose counts they are, the supplier's or those of a customer and its supplier.

    A supplier that is counted in a quarter is counted for each of its customers: a customer without a row acquired none.
    """
    rows = rows[(rows["measure"] == "flow") & (rows["period_type"] == "quarter") & rows["product"].notna()]
    rows = _of_chosen_estimator(rows, reference)
    rows = newest_estimates(rows, [*holder, "product", "calendar_quarter"]).reset_index(drop=True)
    rows = on_time_axis(rows, ["supplier_id"])
    common = of_all(rows, "calendar_quarter", "supplier_id")
    year = year_of(rows["calendar_quarter"])
    return rows.assign(
        product_family=rows["product"].map(reference.products["family"]),
        counted_since=rows.groupby(holder)["quarter_start"].transform("min"),
        calendar_quarter_of_all_suppliers=common,
        calendar_year_of_all_suppliers=year.where(common.groupby(year).transform("nunique") == 4),
    )
