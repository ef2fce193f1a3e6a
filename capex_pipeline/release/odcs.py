"""Writes warehouse/contract.odcs.yaml, the contract in the Open Data Contract Standard.

`datacontract lint` and `datacontract test` read the file. Add a translation here when the standard can express more of
a model; facts about a table are declared in `schemas`. Types are logical ones only, because every tool writes the
physical types of Parquet differently.
"""

from __future__ import annotations

import functools
from typing import Any

import yaml

from capex_pipeline.release.datapackage import TYPES, description, rules_of
from capex_pipeline.schemas import SCHEMA_VERSION, TABLES
from capex_pipeline.schemas.derive import arrow_schema, columns, table_metadata, unit_of
from capex_pipeline.schemas.foreign_keys import foreign_keys

_STANDARD = "v3.1.0"


@functools.cache
def to_bytes() -> bytes:
    """The contract as a YAML file. It depends only on the models."""
    text = yaml.dump(describe(), Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=120)
    return (
        "# Generated from the table models; `datacontract test` reads the tables beside this file.\n" + text
    ).encode()


def describe() -> dict[str, Any]:
    """The contract: one schema object for each table."""
    return {
        "apiVersion": _STANDARD,
        "kind": "DataContract",
        "id": "capex-pipeline",
        "name": "capex_pipeline",
        "version": f"{SCHEMA_VERSION}.0",
        "status": "active",
        "description": {
            "purpose": "AI infrastructure spending of technology groups. Every number names its document.",
            "usage": "Start with capex, cloud_revenue and gpu_shipments, whose rows do not overlap. For totals over companies use the tables by group, which are null while a member is missing. In the tables by definition, add only rows where is_preferred is true.",
            "limitations": "A missing value is null. Claims and estimates are in the same tables as filings and are marked by source_type and status.",
        },
        "servers": [
            {
                "server": "warehouse",
                "type": "local",
                "path": "./{model}.parquet",
                "format": "parquet",
                "description": "Run in the folder of the tables.",
            },
        ],
        "schema": [_table(table) for table in TABLES],
    }


def _table(table: str) -> dict[str, Any]:
    model = TABLES[table]
    metadata = table_metadata(model)
    arrow = arrow_schema(model)
    references = {one.column: f"{one.table}.{one.key}" for one in foreign_keys(table)}
    return {
        "name": table,
        "physicalName": table,
        "physicalType": "table",
        "description": description(table),
        "dataGranularityDescription": f"One row per {metadata['grain']}.",
        "properties": [
            _column(name, column, str(arrow.field(name).type), metadata["key"], references.get(name))
            for name, column in columns(model).items()
        ],
    }


def _column(name: str, column: Any, arrow_type: str, key: list[str], reference: str | None) -> dict[str, Any]:
    rules = rules_of(column)
    options = {word: rules[word] for word in ("pattern", "minimum") if word in rules}
    custom = {"unit": unit_of(column), "references": reference, "allowedValues": rules.get("enum")}
    allowed = {
        "type": "library",
        "metric": "invalidValues",
        "arguments": {"validValues": list(rules.get("enum", ()))},
        "mustBe": 0,
        "unit": "rows",
    }
    properties = [{"property": word, "value": value} for word, value in custom.items() if value]
    return {
        "name": name,
        "logicalType": TYPES[arrow_type],
        "description": column.description or "",
        "required": not column.nullable,
        **({"primaryKey": True, "primaryKeyPosition": key.index(name) + 1} if name in key else {}),
        **({"unique": True} if key == [name] else {}),
        **({"logicalTypeOptions": options} if options else {}),
        **({"quality": [allowed]} if "enum" in rules else {}),
        **({"customProperties": properties} if properties else {}),
    }
