"""What a page is made of: the tables it reads, and the parts that its sections add.

What belongs here: types, and look-ups that every section needs. What does not: markup and charts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from capex_pipeline.report import formatting, html
from capex_pipeline.report.series import DocumentIndex

TABLES = (
    "capex_by_definition",
    "gpu_estimates",
    "cloud_revenue_by_definition",
    "claim_checks",
    "coverage",
    "documents",
    "entities",
    "definitions",
)
"""Tables that the page is made from."""


@dataclass
class Source:
    """The tables of one release and what is looked up in them."""

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
    def _documents(self) -> dict[str, tuple[object, object]]:
        rows = self["documents"]
        return {
            name: (title, url) for name, title, url in zip(rows["document_id"], rows["title"], rows["url"], strict=True)
        }

    def cite(self, document_id: object) -> str:
        """Markup of a link to a document, by its title; the document is then listed on the page."""
        if formatting.is_missing(document_id):
            return formatting.MISSING
        name = str(document_id)
        self.index.place(name)
        title, url = self._documents.get(name, (None, None))
        return html.link(name, url, name if formatting.is_missing(title) else title)


@dataclass
class Part:
    """One section: its markup, the templates that its charts use, and the charts with their rows."""

    markup: str
    templates: dict[str, dict[str, Any]] = field(default_factory=dict)
    charts: list[dict[str, Any]] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)


def period_name(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """A period in the fewest words: 2026, 2024 H1, 2024 Q2, or its months."""
    if formatting.is_missing(start):
        return formatting.day(end)
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    whole = start.day == 1 and (end + pd.Timedelta(days=1)).day == 1
    if whole and months == 12 and start.month == 1:
        return str(start.year)
    if whole and months == 6 and start.month in (1, 7):
        return f"{start.year} H{1 if start.month == 1 else 2}"
    if whole and months == 3 and start.month in (1, 4, 7, 10):
        return f"{start.year} Q{(start.month + 2) // 3}"
    return f"{start:%Y-%m} to {end:%Y-%m}" if whole else f"{start:%Y-%m-%d} to {end:%Y-%m-%d}"
