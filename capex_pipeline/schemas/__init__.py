"""The contract: one pandera model for each table, and the version of the contract.

Add a table as one model, in the module of its kind or in one of its own, and one line in `TABLES`. Parquet, Dagster, dictionary and data package schemas
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
        module, _, name = self._classes[table].partition(".")
        model: type[Table] = getattr(importlib.import_module(f"{__name__}.{module}"), name)
        return model

    def __iter__(self) -> Iterator[str]:
        return iter(self._classes)

    def __len__(self) -> int:
        return len(self._classes)

    def __contains__(self, table: object) -> bool:
        return table in self._classes


TABLES: Mapping[str, type[Table]] = _Models(
    {
        "capex": "capex_and_cloud_revenue.Capex",
        "cloud_revenue": "capex_and_cloud_revenue.CloudRevenue",
        "gpu_shipments": "accelerators.GpuShipments",
        "gpu_shipments_by_customer": "accelerators.GpuShipmentsByCustomer",
        "gpu_shipments_by_customer_and_product": "accelerators.GpuShipmentsByCustomerAndProduct",
        "gpu_shipments_of_all_suppliers": "accelerators.GpuShipmentsOfAllSuppliers",
        "gpu_shipments_to_date": "accelerators.GpuShipmentsToDate",
        "capex_of_all_companies": "capex_and_cloud_revenue.CapexOfAllCompanies",
        "capex_by_overlapping_group": "capex_and_cloud_revenue.CapexByOverlappingGroup",
        "capex_by_calendar_year": "capex_and_cloud_revenue.CapexByCalendarYear",
        "capex_by_fiscal_year": "capex_and_cloud_revenue.CapexByFiscalYear",
        "capex_of_all_companies_by_calendar_year": "capex_and_cloud_revenue.CapexOfAllCompaniesByCalendarYear",
        "capex_by_overlapping_group_and_calendar_year": "capex_and_cloud_revenue.CapexByOverlappingGroupAndCalendarYear",
        "headline_capex": "headlines.HeadlineCapex",
        "capex_plus_finance_lease_assets": "headlines.CapexPlusFinanceLeaseAssets",
        "cloud_revenue_of_all_companies": "capex_and_cloud_revenue.CloudRevenueOfAllCompanies",
        "cloud_revenue_of_all_companies_by_calendar_year": "capex_and_cloud_revenue.CloudRevenueOfAllCompaniesByCalendarYear",
        "cloud_revenue_by_overlapping_group": "capex_and_cloud_revenue.CloudRevenueByOverlappingGroup",
        "cloud_revenue_by_calendar_year": "capex_and_cloud_revenue.CloudRevenueByCalendarYear",
        "cloud_revenue_by_fiscal_year": "capex_and_cloud_revenue.CloudRevenueByFiscalYear",
        "revenue": "statement_lines.Revenue",
        "data_center_revenue": "statement_lines.DataCenterRevenue",
        "operating_cash_flow": "statement_lines.OperatingCashFlow",
        "free_cash_flow": "statement_lines.FreeCashFlow",
        "free_cash_flow_as_stated": "statement_lines.FreeCashFlowAsStated",
        "depreciation": "statement_lines.Depreciation",
        "depreciation_and_amortization": "statement_lines.DepreciationAndAmortization",
        "property_and_equipment": "statement_lines.PropertyAndEquipment",
        "remaining_performance_obligations": "statement_lines.RemainingPerformanceObligations",
        "leases_not_yet_commenced": "statement_lines.LeasesNotYetCommenced",
        "financials_by_calendar_year": "financials.FinancialsByCalendarYear",
        "financials_by_overlapping_group": "financials.FinancialsByOverlappingGroup",
        "financials_by_overlapping_group_and_calendar_year": "financials.FinancialsByOverlappingGroupAndCalendarYear",
        "outlooks": "outlooks.Outlooks",
        "capex_vintages": "capex_and_cloud_revenue.CapexVintages",
        "cloud_revenue_vintages": "capex_and_cloud_revenue.CloudRevenueVintages",
        "capex_by_definition": "capex_and_cloud_revenue.CapexByDefinition",
        "cloud_revenue_by_definition": "capex_and_cloud_revenue.CloudRevenueByDefinition",
        "gpu_estimates": "accelerators.GpuEstimates",
        "gpu_estimates_by_customer": "accelerators.GpuEstimatesByCustomer",
        "gpu_unit_prices": "accelerators.GpuUnitPrices",
        "observations": "observations.Observations",
        "claim_checks": "claim_checks.ClaimChecks",
        "arithmetic_checks": "arithmetic_checks.ArithmeticChecks",
        "reconciliations": "reconciliations.Reconciliations",
        "coverage": "coverage.Coverage",
        "figures": "figures.Figures",
        "rejected_figures": "rejected_figures.RejectedFigures",
        "article_mentions": "article_mentions.ArticleMentions",
        "documents": "documents.Documents",
        "entities": "reference_data.Entities",
        "definitions": "reference_data.MetricDefinitions",
        "metrics": "reference_data.Metrics",
        "products": "reference_data.Products",
        "periods": "periods.Periods",
        "fx_rates": "fx_rates.FxRates",
    }
)
"""Every table by name, which its asset and its file have too: the module here and the model in it."""
