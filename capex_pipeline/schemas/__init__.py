"""The contract: one pandera model for each table, and the version of the contract.

Add a table as one module with one model and one line in `TABLES`. Parquet, Dagster, dictionary and data package schemas
are derived from the model. Only a few modules list tables again because they use a selection of them:
`schemas/vocabulary.py` (the tables of metrics), `report/page_model.py` and `release/workbook.py`.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from capex_pipeline.schemas.base import Table

SCHEMA_VERSION = "2.0"
"""Version of the contract. The first number goes up when a published column is removed, renamed or retyped."""


class _Models(Mapping[str, "type[Table]"]):
    """Models by name, each imported on first use, so that code which needs only the names does not load pandas and pandera."""

    def __init__(self, classes: Mapping[str, str]) -> None:
        self._classes = classes

    def __getitem__(self, table: str) -> type[Table]:
        name = self._classes[table]
        model: type[Table] = getattr(importlib.import_module(f"{__name__}.{table}"), name)
        return model

    def __iter__(self) -> Iterator[str]:
        return iter(self._classes)

    def __len__(self) -> int:
        return len(self._classes)

    def __contains__(self, table: object) -> bool:
        return table in self._classes


TABLES: Mapping[str, type[Table]] = _Models(
    {
        "capex": "Capex",
        "cloud_revenue": "CloudRevenue",
        "gpu_shipments": "GpuShipments",
        "gpu_shipments_by_customer": "GpuShipmentsByCustomer",
        "gpu_shipments_by_customer_and_product": "GpuShipmentsByCustomerAndProduct",
        "gpu_shipments_of_all_suppliers": "GpuShipmentsOfAllSuppliers",
        "gpu_shipments_to_date": "GpuShipmentsToDate",
        "capex_of_all_companies": "CapexOfAllCompanies",
        "capex_by_overlapping_group": "CapexByOverlappingGroup",
        "capex_by_calendar_year": "CapexByCalendarYear",
        "capex_by_fiscal_year": "CapexByFiscalYear",
        "capex_of_all_companies_by_calendar_year": "CapexOfAllCompaniesByCalendarYear",
        "capex_by_overlapping_group_and_calendar_year": "CapexByOverlappingGroupAndCalendarYear",
        "headline_capex": "HeadlineCapex",
        "capex_plus_finance_lease_assets": "CapexPlusFinanceLeaseAssets",
        "cloud_revenue_of_all_companies": "CloudRevenueOfAllCompanies",
        "cloud_revenue_of_all_companies_by_calendar_year": "CloudRevenueOfAllCompaniesByCalendarYear",
        "cloud_revenue_by_overlapping_group": "CloudRevenueByOverlappingGroup",
        "cloud_revenue_by_calendar_year": "CloudRevenueByCalendarYear",
        "cloud_revenue_by_fiscal_year": "CloudRevenueByFiscalYear",
        "revenue": "Revenue",
        "data_center_revenue": "DataCenterRevenue",
        "operating_cash_flow": "OperatingCashFlow",
        "free_cash_flow": "FreeCashFlow",
        "free_cash_flow_as_stated": "FreeCashFlowAsStated",
        "depreciation": "Depreciation",
        "depreciation_and_amortization": "DepreciationAndAmortization",
        "property_and_equipment": "PropertyAndEquipment",
        "remaining_performance_obligations": "RemainingPerformanceObligations",
        "leases_not_yet_commenced": "LeasesNotYetCommenced",
        "financials_by_calendar_year": "FinancialsByCalendarYear",
        "financials_by_overlapping_group": "FinancialsByOverlappingGroup",
        "financials_by_overlapping_group_and_calendar_year": "FinancialsByOverlappingGroupAndCalendarYear",
        "outlooks": "Outlooks",
        "capex_vintages": "CapexVintages",
        "cloud_revenue_vintages": "CloudRevenueVintages",
        "capex_by_definition": "CapexByDefinition",
        "cloud_revenue_by_definition": "CloudRevenueByDefinition",
        "gpu_estimates": "GpuEstimates",
        "gpu_estimates_by_customer": "GpuEstimatesByCustomer",
        "observations": "Observations",
        "claim_checks": "ClaimChecks",
        "arithmetic_checks": "ArithmeticChecks",
        "reconciliations": "Reconciliations",
        "coverage": "Coverage",
        "figures": "Figures",
        "rejected_figures": "RejectedFigures",
        "article_mentions": "ArticleMentions",
        "documents": "Documents",
        "entities": "Entities",
        "definitions": "MetricDefinitions",
        "metrics": "Metrics",
        "products": "Products",
        "periods": "Periods",
        "fx_rates": "FxRates",
    }
)
"""Every table by name: the name of its asset, of its file, and of its module here."""
