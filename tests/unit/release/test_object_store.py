"""A warehouse in an object store: manifest and descriptions, and neither snapshots nor comparison."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import cast

import pytest
from release_folders import filed, filing, put, release, table

from capex_pipeline.release import manifest, publish

upath = pytest.importorskip("upath", reason="object stores are an extra")


def test_it_is_described_and_checked_and_never_held_back() -> None:
    root = cast(Path, upath.UPath(f"memory://{uuid.uuid4()}/warehouse"))
    warehouse = put(
        root, capex=table("capex", filed("a")), documents=table("documents", filing("filing-1", "2024-08-01"))
    )
    assert release(warehouse).text() == "The first release: there is nothing to compare with."
    for hashes in (True, False):
        assert manifest.verify(root, hashes=hashes) == []
    assert (root / "views.sql").read_bytes() and (root / "datapackage.json").read_bytes()
    warehouse.publish("capex", table("capex", filed("a", 80e9)), "another build")
    for hashes in (True, False):
        assert [one.rule for one in manifest.verify(root, hashes=hashes)] == ["other_content"]
    candidate = release(warehouse)
    assert not candidate.is_held and "nothing was compared" in candidate.text()
    assert manifest.verify(root) == []
    said, snapshot = publish.publish(warehouse, candidate, publish.Options())
    assert snapshot is None and said == manifest.read(root)
