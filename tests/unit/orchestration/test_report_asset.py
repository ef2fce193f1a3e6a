"""Drawing of the report page: it writes one readable file and does no work twice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from capex_pipeline.orchestration.assets.report import draw
from capex_pipeline.storage.warehouse import Warehouse


@pytest.fixture
def folder(shipped: Warehouse, tmp_path: Path) -> Path:
    """A copy of the shipped tables without a page."""
    copied = tmp_path / "warehouse"
    shutil.copytree(
        shipped.root, copied, ignore=lambda _, names: [name for name in names if not name.endswith(".parquet")]
    )
    return copied


@pytest.mark.slow("draws the page")
def test_the_page_is_drawn_once_and_then_left_alone(folder: Path) -> None:
    path, tables = folder / "report.html", Warehouse(folder)
    tables.staging().mkdir(parents=True, exist_ok=True)
    first = draw(tables, tables.read)
    written = path.stat()
    second = draw(tables, tables.read)
    assert (first.change, second.change) == ("new", "unchanged")
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (written.st_mtime_ns, written.st_ino)
    assert first.size == second.size == written.st_size
    assert written.st_mode & 0o777 == 0o644
    assert written.st_size < 2_000_000
    assert "Amazon" in first.preview
