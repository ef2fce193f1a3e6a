"""The asset `report`: it writes one readable file, does no work twice, and does without the drawing libraries."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from capex_pipeline.assets import report as asset
from capex_pipeline.settings import Settings
from capex_pipeline.warehouse import Warehouse


@pytest.fixture
def folder(shipped: Warehouse, tmp_path: Path) -> Path:
    """A copy of the shipped tables without a page."""
    copied = tmp_path / "warehouse"
    shutil.copytree(
        shipped.root, copied, ignore=lambda _, names: [name for name in names if not name.endswith(".parquet")]
    )
    return copied


def run(folder: Path) -> dict[str, Any] | None:
    """Materialises the page; what it said of it, None where it was skipped."""
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(
            [asset.report], instance=instance, resources={"settings": Settings(warehouse=str(folder))}
        )
        events = result.get_asset_materialization_events()
    assert result.success
    return {name: entry.value for name, entry in events[0].materialization.metadata.items()} if events else None


@pytest.mark.slow
def test_writes_once_and_then_leaves_the_file_alone(folder: Path) -> None:
    for name in ("altair", "vl_convert"):
        pytest.importorskip(name, reason=f"{name} is not installed (extra report)")
    path = folder / "report.html"
    first = run(folder)
    written = path.stat()
    second = run(folder)
    assert first is not None
    assert second is not None
    assert (first["change"], second["change"]) == ("new", "unchanged")
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (written.st_mtime_ns, written.st_ino)
    assert first["bytes"] == written.st_size
    assert written.st_mode & 0o777 == 0o644
    assert written.st_size < 2_000_000
    assert "Amazon" in first["preview"]


def test_without_the_drawing_libraries_nothing_is_written_and_nothing_fails(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "altair" else found(name, *rest)
    )
    assert run(folder) is None
    assert not (folder / "report.html").exists()
