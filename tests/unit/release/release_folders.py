"""Small warehouses for the tests of releases: every table, a few rows, no Dagster."""

from __future__ import annotations

import pickle
import shutil
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from builders import frame_of

from capex_pipeline.release import accepted_changes, publish
from capex_pipeline.release.publish import Candidate, Options
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.derive import conform
from capex_pipeline.storage.warehouse import Warehouse

_WHY = "made for a test"

QUARTER = {
    "period_start": pd.Timestamp("2024-04-01"),
    "period_end": pd.Timestamp("2024-06-30"),
    "calendar_quarter": "2024Q2",
}
FILED: dict[str, Any] = {
    **QUARTER, "period_type": "quarter", "entity_id": "meta", "entity_type": "company", "definition_id": "cash_purchases", "currency": "USD",
    "source_type": "filing", "status": "reported", "bound": "exact", "claimant": None, "document_id": "filing-1", "is_aggregate": False,
    "derived_from": "filing-1#capex", "unchanged_since": pd.Timestamp("2024-08-01"), "is_preferred": True,
    "amount_low": 8e9, "amount": 8e9, "amount_high": 8e9, "amount_usd": 8e9, "amount_usd_low": 8e9, "amount_usd_high": 8e9,
}  # fmt: skip
"""A reported quarter of eight billion dollars, preferred."""


def filed(observation_id: str, amount: float = 8e9, **changed: Any) -> dict[str, Any]:
    """FILED with another id and amount, in every column that repeats the amount."""
    amounts = dict.fromkeys([name for name in FILED if name.startswith("amount")], amount)
    return {**FILED, **amounts, "observation_id": observation_id, **changed}


def filing(document_id: str, known_from: str, **changed: Any) -> dict[str, Any]:
    """A row of table documents."""
    return {"document_id": document_id, "source_type": "filing", "known_from": pd.Timestamp(known_from), **changed}


def table(name: str, *rows: Mapping[str, Any]) -> pd.DataFrame:
    """Rows of a table; columns that are not named are missing where they may be."""
    return frame_of(name, *rows)


def put(root: Path, **tables: pd.DataFrame) -> Warehouse:
    """A folder with every table; those that are not given have no rows."""
    return _fill(Warehouse(root), **tables)


def candidates(root: Path, **tables: pd.DataFrame) -> Warehouse:
    """A warehouse whose candidate set has every table; those that are not given have no rows."""
    warehouse = Warehouse(root)
    _fill(warehouse.candidates(), **tables)
    return warehouse


def _fill(warehouse: Warehouse, **tables: pd.DataFrame) -> Warehouse:
    root = warehouse.root
    root.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        data = _file_of(name, tables[name]) if name in tables else _without_rows(name)
        # As publishing does: a table that is as wanted is left alone, another is replaced by a new file.
        _put_if_other(root / f"{name}.parquet", data)
    return warehouse


def _put_if_other(path: Path, data: bytes) -> None:
    """Replaces a file unless it has these bytes."""
    if not path.exists() or path.read_bytes() != data:
        path.unlink(missing_ok=True)
        path.write_bytes(data)


_FILES: dict[tuple[str, bytes], bytes] = {}
"""Files by table and rows: rows are validated and written once in a process, since most tests need the same."""


def _file_of(name: str, rows: pd.DataFrame) -> bytes:
    """The file of a table with these rows."""
    key = (name, pickle.dumps(rows))
    if key not in _FILES:
        with tempfile.TemporaryDirectory() as folder:
            published = Warehouse(Path(folder) / "warehouse").write(name, rows, _WHY)
            _FILES[key] = Path(str(published.path)).read_bytes()
    return _FILES[key]


@cache
def _without_rows(name: str) -> bytes:
    """The file of a table without rows."""
    return _file_of(name, conform(pd.DataFrame(), TABLES[name]))


def copy_of(make: Callable[[Path], object], root: Path) -> Warehouse:
    """What `make` leaves at a path, made once in a process and copied for each test that changes it."""
    for folder in Path(_made(make).name).iterdir():
        shutil.copytree(folder, root.parent / folder.name)
    return Warehouse(root)


@cache
def _made(make: Callable[[Path], object]) -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory()
    make(Path(folder.name) / "warehouse")
    return folder


def release(warehouse: Warehouse, reviewed: accepted_changes.Accepted | None = None, **options: Any) -> Candidate:
    """Makes a release of what lies in a warehouse, or holds it back; returns what was compared."""
    chosen = Options(**options)
    candidate = publish.prepare(warehouse, chosen, lambda: reviewed or accepted_changes.Accepted())
    if candidate.is_held:
        publish.hold(warehouse, candidate)
    else:
        publish.publish(warehouse, candidate, chosen)
    return candidate
