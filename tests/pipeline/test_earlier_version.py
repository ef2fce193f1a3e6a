"""A warehouse of version 0.1.0 (contract 1.0) is taken over by the first build of this version."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest
from builders import RAW_SMALL, build

from capex_pipeline.release import manifest
from capex_pipeline.release.snapshots import Store
from capex_pipeline.schemas import SCHEMA_VERSION

RELEASE = Path(__file__).with_name("release_of_0.1.0.zip")
"""The files that version 0.1.0 published from raw_small (without the report, which its manifest does not list)."""


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """As version 0.1.0 left it: the tables share their bytes with the kept release, and there are no candidates."""
    root = tmp_path / "warehouse"
    with zipfile.ZipFile(RELEASE) as archive:
        archive.extractall(root)
    described = json.loads((root / "manifest.json").read_bytes())
    kept = tmp_path / ".warehouse.releases" / f"0001-{described['release_id'][:12]}"
    (kept / "tables").mkdir(parents=True)
    (kept / "changes.md").write_text("The first release: there is nothing to compare with.")
    for path in root.iterdir():
        os.link(path, kept / "tables" / path.name)
    (tmp_path / ".warehouse.staging" / "kept").mkdir(parents=True)
    (tmp_path / ".warehouse.staging" / "build.lock").touch()
    return root


@pytest.mark.usefixtures("from_memory")
@pytest.mark.slow("builds over a whole release of the first version")
def test_one_build_publishes_this_contract_over_a_release_of_the_first(warehouse: Path) -> None:
    before = manifest.read(warehouse)
    assert before is not None and before["schema_version"] == "1.0" and manifest.verify(warehouse) == []

    assert build(RAW_SMALL, warehouse).success

    after = manifest.read(warehouse)
    assert after is not None and after["schema_version"] == SCHEMA_VERSION
    assert manifest.verify(warehouse) == []
    old, new = Store(warehouse).all()
    assert manifest.is_whole(old.tables, before), "the release of version 0.1.0 is kept as it was"
    assert new.manifest() == after
    assert (new.folder / "changes.md").read_text().startswith("Not compared with release ")
    assert {path.stat().st_nlink for path in warehouse.iterdir()} == {1}, (
        "published files share bytes with no kept release"
    )
