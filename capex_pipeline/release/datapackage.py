"""Writes warehouse/datapackage.json, a description of the tables in the Frictionless Data format (specification version 1).

Add a translation here when the format can express more of a model or of the table documents; facts about a table are declared in `schemas`.
File sizes and hashes are only in the manifest (`release/manifest.py`), because readers that check rows instead of bytes reject a data
package that states them.
"""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from capex_pipeline.schemas import SCHEMA_VERSION, TABLES
from capex_pipeline.schemas.derive import arrow_schema, columns, table_metadata, unit_of
from capex_pipeline.schemas.foreign_keys import foreign_keys
from capex_pipeline.storage.warehouse import Warehouse
from capex_pipeline.values import escaping

TYPES = {
    "string": "string",
    "bool": "boolean",
    "int32": "integer",
    "int64": "integer",
    "double": "number",
    "date32[day]": "date",
}
"""Parquet type -> type of a field in Frictionless Data and in the Open Data Contract Standard."""

_MISSING = ["", "nan", "NaT"]  # the text that readers of Parquet use for null


def to_bytes(warehouse: Warehouse) -> bytes:
    """The data package of a warehouse; equal tables give equal bytes."""
    text = json.dumps(describe(warehouse), indent=1, sort_keys=True, ensure_ascii=False)
    return (escaping.json_text(text) + "\n").encode()


def describe(warehouse: Warehouse) -> dict[str, Any]:
    """The data package: one resource for each table, with fields, keys, units and rules; sources and licences from documents."""
    documents = warehouse.read("documents", ["publisher", "licence", "document_id"])
    return {
        "name": "capex-pipeline",
        "title": "Capital expenditure, accelerator shipments and cloud revenue of technology groups",
        "profile": "data-package",
        "version": SCHEMA_VERSION,
        "sources": _sources(documents),
        "licenses": _licences(documents),
        "resources": [resource(table) for table in TABLES],
    }


def resource(table: str) -> dict[str, Any]:
    """One table."""
    model = TABLES[table]
    metadata = table_metadata(model)
    arrow = arrow_schema(model)
    fields = [
        field(name, column, str(arrow.field(name).type), metadata["key"]) for name, column in columns(model).items()
    ]
    references = [
        {
            "fields": [one.column],
            "reference": {"resource": "" if one.table == table else one.table, "fields": [one.key]},
        }
        for one in foreign_keys(table)
    ]
    return {
        "name": table,
        "path": f"{table}.parquet",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "profile": "tabular-data-resource",
        "description": f"{description(table)} One row per {metadata['grain']}.",
        "schema": {
            "fields": fields,
            "missingValues": _MISSING,
            "primaryKey": metadata["key"],
            **({"foreignKeys": references} if references else {}),
        },
    }


def field(name: str, column: Any, arrow_type: str, key: list[str]) -> dict[str, Any]:
    """One column; `unit` is a custom property, as the specification allows."""
    unit = unit_of(column)
    constraints: dict[str, Any] = {} if column.nullable else {"required": True}
    if key == [name]:
        constraints["unique"] = True
    constraints |= rules_of(column)
    return {
        "name": name,
        "type": TYPES[arrow_type],
        "description": column.description or "",
        **({"unit": unit} if unit else {}),
        **({"constraints": constraints} if constraints else {}),
    }


def rules_of(column: Any) -> dict[str, Any]:
    """enum, pattern and minimum of a column, if its model has them. (The format has no exclusive bounds.)"""
    rules: dict[str, Any] = {}
    for check in column.checks:
        statistics = check.statistics or {}
        if "allowed_values" in statistics:
            rules["enum"] = list(statistics["allowed_values"])
        elif "pattern" in statistics:
            pattern = statistics["pattern"]
            rules["pattern"] = str(getattr(pattern, "pattern", pattern))
        elif "min_value" in statistics and check.name.endswith("or_equal_to"):
            rules["minimum"] = statistics["min_value"]
    return rules


def description(table: str) -> str:
    """The content of a table in one sentence."""
    return (TABLES[table].__doc__ or "").strip().splitlines()[0]


def _sources(documents: pd.DataFrame) -> list[dict[str, str]]:
    """One source for each publisher; the documents themselves are rows of table documents."""
    counts = documents["publisher"].fillna("unknown publisher").value_counts()
    return [
        {"title": f"{publisher} ({counts[publisher]} documents; see table documents)", "path": "documents.parquet"}
        for publisher in sorted(counts.index)
    ]


def _licences(documents: pd.DataFrame) -> list[dict[str, str]]:
    """Licence notes of the documents, as in the table documents."""
    words = sorted(set(documents["licence"].dropna()))
    return [{"name": f"documents-{place}", "title": text} for place, text in enumerate(words, start=1)]
