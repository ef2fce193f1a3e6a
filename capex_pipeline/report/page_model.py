"""Types of the page: the tables it reads, and the parts that its sections add.

Add types here, and look-ups that every section needs. Markup belongs to `html`, charts to `charts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from capex_pipeline.normalise.records import records
from capex_pipeline.report import charts, formatting, html
from capex_pipeline.report.series import YEARS_SHOWN, DocumentIndex
from capex_pipeline.values.grouping import grouped

TABLES = (
    "capex",
    "headline_capex",
    "cloud_revenue",
    "revenue",
    "gpu_shipments",
    "gpu_shipments_by_customer_and_product",
    "capex_by_overlapping_group",
    "outlooks",
    "capex_by_definition",
    "gpu_estimates",
    "gpu_estimates_by_customer",
    "cloud_revenue_by_definition",
    "claim_checks",
    "arithmetic_checks",
    "coverage",
    "documents",
    "entities",
    "definitions",
    "products",
)
"""Tables that the page is made from."""

_CELL = ["entity_id", "calendar_quarter"]
_HEADLINE = ("headline_definition_id", "headline_observation_id", "headline_amount_local", "headline_amount_usd")


@dataclass
class Source:
    """The tables of one release, and look-ups in them."""

    tables: Mapping[str, pd.DataFrame]

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.tables[table]

    @cached_property
    def index(self) -> DocumentIndex:
        """Documents in the order in which the page names them."""
        return DocumentIndex(self["documents"])

    @cached_property
    def definition_names(self) -> dict[str, str]:
        """Definition id to its name."""
        rows = self["definitions"]
        return dict(zip(rows["definition_id"], rows["definition_name"], strict=True))

    @cached_property
    def entity_names(self) -> dict[str, str]:
        """Entity id to its name."""
        rows = self["entities"]
        return dict(zip(rows["entity_id"], rows["entity_name"], strict=True))

    @cached_property
    def product_names(self) -> dict[str, str]:
        """Product id to the name that its maker uses."""
        rows = self["products"]
        return dict(zip(rows["product"], rows["product_name"], strict=True))

    @cached_property
    def observations(self) -> dict[str, Any]:
        """Observation id to its row of capex_by_definition."""
        rows = self["capex_by_definition"][["observation_id", "status", "document_id", "locator", "derived_from"]]
        return {row.observation_id: row for row in records(rows)}

    @cached_property
    def revenue(self) -> dict[tuple[str, str], float]:
        """Entity id and calendar quarter to total revenue in the reporting currency."""
        rows = self["revenue"]
        return dict(
            zip(zip(rows["entity_id"], rows["calendar_quarter"], strict=True), rows["amount_local"], strict=True)
        )

    @property
    def capex_and_headline(self) -> pd.DataFrame:
        """Rows of capex with the company's headline number of the quarter; null where it has none."""
        headline = self["headline_capex"][[*_CELL, *_HEADLINE]]
        return self["capex"].merge(headline, on=_CELL, how="left", validate="one_to_one")

    @cached_property
    def spending(self) -> dict[str, list[Any]]:
        """Entity id to what a statement of guidance is compared with: the company's quarters in order, with the comparable and the headline amount
        and the definition of each.
        """
        rows = self.capex_and_headline.sort_values("quarter_start", kind="stable")
        rows = rows[rows["amount_local"].notna() | rows["headline_amount_local"].notna()]
        columns = ["fiscal_period_start", "fiscal_period_end", "currency", "definition_id", "amount_local"]
        quarters = rows[["entity_id", *columns, "headline_definition_id", "headline_amount_local"]]
        return grouped((quarter.entity_id, quarter) for quarter in records(quarters))

    @cached_property
    def companies(self) -> list[str]:
        """Companies of table capex by the US dollars of their last four quarters, largest first."""
        recent = self["capex"].sort_values("quarter_start", kind="stable").groupby("entity_id").tail(4)
        size = recent.groupby("entity_id")["amount_usd"].sum().sort_values(ascending=False, kind="stable")
        return [str(name) for name in size.index]

    @cached_property
    def latest_quarter(self) -> str | None:
        """The newest quarter for which every member of the widest group reported; without such a group, the newest of
        any company.
        """
        groups, capex = self["capex_by_overlapping_group"], self["capex"]
        complete = groups[groups["is_complete"]]
        if len(complete):
            size = complete["members"].str.count(r"\|")
            return str(complete.loc[size == size.max(), "calendar_quarter"].max())
        return str(capex["calendar_quarter"].max()) if len(capex) else None

    @property
    def latest_end(self) -> pd.Timestamp | None:
        """Last day of the latest quarter; None if there is none."""
        return None if self.latest_quarter is None else pd.Period(self.latest_quarter, freq="Q").end_time.normalize()

    @cached_property
    def first_shown(self) -> pd.Timestamp:
        """First day that charts show: eight years including that of the newest quarter."""
        newest = self["capex"]["quarter_start"].max()
        return (
            pd.Timestamp(1970, 1, 1)
            if formatting.is_missing(newest)
            else pd.Timestamp(newest.year - YEARS_SHOWN + 1, 1, 1)
        )

    def colour(self, entity_id: object) -> str:
        """Colour of a company, the same in every chart. It is assigned by size, so that the largest companies have
        different colours. What has no capital expenditure on the page, such as a group of buyers, has a grey of its own.
        """
        return (
            charts.company_colour(self.companies.index(str(entity_id))) if entity_id in self.companies else charts.OTHER
        )

    @cached_property
    def _documents(self) -> dict[str, tuple[object, object]]:
        rows = self["documents"]
        return {
            name: (title, url) for name, title, url in zip(rows["document_id"], rows["title"], rows["url"], strict=True)
        }

    def cite(self, document_id: object, text: str | None = None) -> str:
        """Markup of a link to a document, by its title or with another text; the document is then listed on the page."""
        if formatting.is_missing(document_id):
            return formatting.escape(text)
        name = str(document_id)
        self.index.place(name)
        title, url = self._documents.get(name, (None, None))
        named = name if formatting.is_missing(title) else str(title)
        return html.link(name, url, named) if text is None else html.link(name, url, text, named)


@dataclass
class Part:
    """One section: its markup, the templates that its charts use, and the charts with their rows."""

    markup: str
    templates: dict[str, dict[str, Any]] = field(default_factory=dict)
    charts: list[dict[str, Any]] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
