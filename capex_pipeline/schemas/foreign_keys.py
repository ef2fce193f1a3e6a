"""Derives the foreign keys of the tables from the models.

A column that is named like the key of another table, or whose name ends with it (origin_document_id), refers to that
table; other names are listed as foreign_keys of the model. Change the derivation here and declare a key in its model.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.derive import columns, table_metadata


@dataclass(frozen=True)
class ForeignKey:
    """`column` holds a value of `key` of `table`, or is missing."""

    column: str
    table: str
    key: str

    @property
    def role(self) -> str:
        """What the other row is to this one: customer, origin_document, superseded_by."""
        return self.column.removesuffix("_id")


@functools.cache
def referable() -> dict[str, str]:
    """Key column -> table, for the tables whose key is one column that is no other table's key (entity_id of entities).

    capex, gpu_shipments and cloud_revenue share observation_id as their own key, so that name refers to none of them.
    """
    tables = {}
    for table, model in TABLES.items():
        key = table_metadata(model)["key"]
        owners = [name for name, other in TABLES.items() if table_metadata(other)["key"] == key]
        if len(key) == 1 and owners == [table]:
            tables[key[0]] = table
    return tables


def foreign_keys(table: str) -> list[ForeignKey]:
    """The columns of a table that refer to rows of other tables (or of its own), in the order of its columns."""
    named = table_metadata(TABLES[table])["foreign_keys"]
    keys = []
    for column in columns(TABLES[table]):
        if column in named:
            if named[column] is None:  # looks like a reference, and promises none
                continue
            (key,) = table_metadata(TABLES[named[column]])["key"]
            keys.append(ForeignKey(column, named[column], key))
            continue
        for key, other in referable().items():
            if (column == key and other != table) or column.endswith(f"_{key}"):
                keys.append(ForeignKey(column, other, key))
    return keys
