"""Lays out reference data as the tables entities, definitions, metrics and products.

Add a function here when another part of the reference data becomes a table. The data are YAML files in the package
`reference`.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from typing import Any

import pandas as pd

from capex_pipeline.reference import Reference
from capex_pipeline.schemas.derive import conform
from capex_pipeline.schemas.reference_data import Entities, MetricDefinitions, Metrics, Products
from capex_pipeline.schemas.vocabulary import STATEMENT_TABLES


def entities(reference: Reference) -> pd.DataFrame:
    """Table entities."""
    frame = reference.entities
    table = pd.DataFrame(
        {
            "entity_id": frame.index,
            "entity_name": frame["name"].to_numpy(),
            "entity_type": frame["type"].to_numpy(),
            "is_aggregate": (frame["type"] == "group").to_numpy(),
            "country": frame["country"].to_numpy(),
            "currency": frame["currency"].to_numpy(),
            "cik": frame["cik"].astype("Int64").to_numpy(),
            "is_private": frame["private"].fillna(False).astype(bool).to_numpy(),
            "fiscal_year_end": [_year_end(entry) for entry in frame["fiscal_year_end"]],
            "members": [_joined(entry) for entry in frame["members"]],
            "aliases": [_joined(entry) for entry in frame["aliases"]],
            "note": [_text(entry) for entry in frame["note"]],
        }
    )
    return conform(table, Entities).sort_values("entity_id", ignore_index=True)


def definitions(reference: Reference) -> pd.DataFrame:
    """Table definitions."""
    frame = reference.definitions
    table = pd.DataFrame(
        {
            "definition_id": frame.index,
            "metric_id": frame["metric"].to_numpy(),
            "definition_name": frame["name"].to_numpy(),
            "basis": frame["basis"].to_numpy(),
            "includes_finance_leases": frame["includes_finance_leases"].to_numpy(),
            "is_net_of_proceeds": frame["net_of_proceeds"].fillna(False).astype(bool).to_numpy(),
            "is_comparable": frame["comparable"].fillna(False).astype(bool).to_numpy(),
            "scope": frame["scope"].to_numpy(),
            "recast_of": frame["recast_of"].to_numpy(),
            "description": [_text(entry) for entry in frame["description"]],
            "entity_notes": [_notes(entry) for entry in frame["entity_notes"]],
        }
    )
    return conform(table, MetricDefinitions).sort_values("definition_id", ignore_index=True)


def metrics(reference: Reference) -> pd.DataFrame:
    """Table metrics."""
    frame = reference.metrics
    own_tables = frame.index.to_series().where(frame.index.isin(STATEMENT_TABLES))
    table = pd.DataFrame(
        {
            "metric_id": frame.index,
            "kind": frame["kind"].to_numpy(),
            "table_name": frame["table"].fillna(own_tables).to_numpy(),
            "unit_kinds": [_joined(entry) for entry in frame["unit_kinds"]],
            "description": [_text(entry) for entry in frame["description"]],
        }
    )
    return conform(table, Metrics).sort_values("metric_id", ignore_index=True)


def products(reference: Reference) -> pd.DataFrame:
    """Table products."""
    frame = reference.products
    table = pd.DataFrame(
        {
            "product": frame.index,
            "product_name": frame["name"].to_numpy(),
            "supplier_id": frame["supplier_id"].to_numpy(),
            "product_family": frame["family"].to_numpy(),
            "is_combined": [bool(entry) for entry in frame["contains"]],
            "contains": [_joined(entry) for entry in frame["contains"]],
            "aliases": [_joined(entry) for entry in frame["aliases"]],
            "note": [_text(entry) for entry in frame["note"]],
        }
    )
    return conform(table, Products).sort_values("product", ignore_index=True)


def _year_end(entry: Any) -> str | None:
    if not isinstance(entry, Mapping):
        return None
    month = calendar.month_name[int(entry["month"])]
    return f"last Sunday of {month}" if entry["rule"] == "last_sunday" else f"last day of {month}"


def _joined(entry: Any) -> str | None:
    return "|".join(map(str, entry)) if isinstance(entry, list | tuple) and entry else None


def _notes(entry: Any) -> str | None:
    if not isinstance(entry, Mapping) or not entry:
        return None
    return "|".join(f"{entity}: {_text(note)}" for entity, note in entry.items())


def _text(entry: Any) -> str | None:
    return " ".join(entry.split()) if isinstance(entry, str) else None
