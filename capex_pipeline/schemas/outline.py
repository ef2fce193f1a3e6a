"""Reads outline.json: the columns, keys and descriptions of all tables, without importing their models.

Dagster shows these facts before a build; importing pandera and the models would take longer than the rest of a build
with nothing changed. Add a field here when Dagster has to show more. The content is derived from the models in
`schemas/derive.py`, and a test compares the file with them.

    capex-pipeline develop outline    # part of `make dictionary`
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("outline.json")


@dataclass(frozen=True)
class Column:
    """One column. type: of Arrow. rules: in words. comes_from: columns of other tables ("observations.value") that it is computed from."""

    type: str
    nullable: bool
    description: str
    unit: str | None
    rules: str
    comes_from: tuple[str, ...]


@dataclass(frozen=True)
class Outline:
    """One table: group, grain and key as in its model, and its columns by name, in order."""

    group: str
    grain: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]


def of(table: str) -> Outline:
    """The outline of a table of the warehouse, or of filer_quarters. Raises KeyError for another name."""
    return _outlines()[table]


@functools.cache
def _outlines() -> dict[str, Outline]:
    content: dict[str, dict[str, Any]] = json.loads(FILE.read_bytes())
    return {
        table: Outline(
            fields["group"],
            fields["grain"],
            tuple(fields["key"]),
            {
                name: Column(**{**column, "comes_from": tuple(column["comes_from"])})
                for name, column in fields["columns"].items()
            },
        )
        for table, fields in content.items()
    }


def to_bytes() -> bytes:
    """The file as the models would have it: of every table, and of filer_quarters, which is a folder of partitions."""
    from capex_pipeline.schemas import TABLES, derive
    from capex_pipeline.schemas.base import Table
    from capex_pipeline.schemas.filer_quarters import FilerQuarters

    models: dict[str, type[Table]] = {**TABLES, "filer_quarters": FilerQuarters}
    content = {table: derive.outline(model) for table, model in models.items()}
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()
