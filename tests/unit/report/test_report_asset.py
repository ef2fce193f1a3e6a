"""The asset `report`: it writes one readable file and does no work twice."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from capex_pipeline.orchestration.assets import report as asset
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.storage.warehouse import Warehouse


@pytest.fixture
def folder(shipped: Warehouse, tmp_path: Path) -> Path:
    """A copy of the shipped tables without a page."""
    copied = tmp_path / "warehouse"
    shutil.copytree(
        shipped.root, copied, ignore=lambda _, names: [name for name in names if not name.endswith(".parquet")]
    )
    return copied


def run(folder: Path) -> dict[str, Any]:
    """Materialises the page; what it said of it."""
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(
            [asset.report], instance=instance, resources={"settings": Settings(warehouse=str(folder))}
        )
        events = result.get_asset_materialization_events()
    assert result.success
    return {name: entry.value for name, entry in events[0].materialization.metadata.items()}


@pytest.mark.slow
def test_writes_once_and_then_leaves_the_file_alone(folder: Path) -> None:
    path = folder / "report.html"
    first = run(folder)
    written = path.stat()
    second = run(folder)
    assert (first["change"], second["change"]) == ("new", "unchanged")
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (written.st_mtime_ns, written.st_ino)
    assert first["bytes"] == written.st_size
    assert written.st_mode & 0o777 == 0o644
    assert written.st_size < 2_000_000
    assert "Amazon" in first["preview"]
