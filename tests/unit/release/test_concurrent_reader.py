"""A reader that polls during publications never sees a broken file, and knows a mixed set from a whole one."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from unit.release.polling_reader import poll
from unit.release.release_folders import candidates, filed, filing, release, table

from capex_pipeline.release import manifest
from capex_pipeline.schemas import TABLES

REBUILDS = 4
"""`python -m benchmarks` measures a hundred publications."""


@pytest.mark.slow("reads while releases are published")
def test_a_reader_during_rebuilds(tmp_path: Path) -> None:
    """Two tables always hold the same amount in a release, so a set in which they differ is a mixed one."""
    context = multiprocessing.get_context("spawn")
    root = tmp_path / "warehouse"
    warehouse = candidates(root, documents=table("documents", filing("filing-1", "2024-08-01")), capex_by_definition=table("capex_by_definition", filed("a")),
                    cloud_revenue_by_definition=table("cloud_revenue_by_definition", filed("a")))  # fmt: skip
    release(warehouse)
    started, done, answers = context.Event(), context.Event(), context.Queue()
    reader = context.Process(target=poll, args=(root, tuple(TABLES), started, done, answers), daemon=True)
    reader.start()
    assert started.wait(timeout=60)
    try:
        for rebuild in range(1, REBUILDS + 1):
            amount = 8e9 + rebuild
            for name in ("capex_by_definition", "cloud_revenue_by_definition"):
                warehouse.candidates().write(name, table(name, filed("a", amount)), f"build {rebuild}")
            assert manifest.verify(root) == [], "a candidate reached readers before the release"
            release(warehouse)
    finally:
        done.set()
    seen, errors = answers.get(timeout=60)
    reader.join(timeout=60)
    assert errors == []
    assert seen["whole"] > 0
    assert manifest.verify(root) == []
