"""A reader that polls during publications never sees a broken file, and knows a mixed set from a whole one."""

from __future__ import annotations

import io
import json
import multiprocessing
import time
from collections import Counter
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from unit.release.release_folders import candidates, filed, filing, release, table

from capex_pipeline.release import manifest
from capex_pipeline.schemas import TABLES

REBUILDS = 4
"""`python -m benchmarks` measures a hundred publications."""


def poll(folder: Path, started: Event, done: Event, answers: Any) -> None:
    """What a reader of another process sees: every table read whole, again and again, until the writer is done."""
    seen: Counter[str] = Counter()
    errors: list[str] = []
    while not done.is_set() or not seen["whole"]:
        try:
            before = json.loads((folder / "manifest.json").read_bytes())
            amounts, content = {}, {}
            for name in TABLES:
                data = (folder / f"{name}.parquet").read_bytes()
                rows = pq.read_table(io.BytesIO(data))
                content[name] = (rows.schema.metadata or {})[b"capex_pipeline.content_id"].decode()
                if name in ("capex_by_definition", "cloud_revenue_by_definition"):
                    amounts[name] = rows.column("amount").to_pylist()
        except Exception as error:  # whatever it is, a reader must not meet it
            errors.append(f"{type(error).__name__}: {error}")
            started.set()
            break
        started.set()
        is_whole = all(content[name] == entry["content_id"] for name, entry in before["tables"].items())
        is_mixed = amounts["capex_by_definition"] != amounts["cloud_revenue_by_definition"]
        time.sleep(0.03)  # a reader that leaves the writer some of the machine
        seen["whole" if is_whole else "mixed or between releases"] += 1
        if is_whole and is_mixed:
            errors.append(f"the manifest calls a mixed set whole: {amounts}")
    answers.put((dict(seen), errors))


@pytest.mark.slow("reads while releases are published")
def test_a_reader_during_rebuilds(tmp_path: Path) -> None:
    """Two tables always hold the same amount in a release, so a set in which they differ is a mixed one."""
    context = multiprocessing.get_context("spawn")
    root = tmp_path / "warehouse"
    warehouse = candidates(root, documents=table("documents", filing("filing-1", "2024-08-01")), capex_by_definition=table("capex_by_definition", filed("a")),
                    cloud_revenue_by_definition=table("cloud_revenue_by_definition", filed("a")))  # fmt: skip
    release(warehouse)
    started, done, answers = context.Event(), context.Event(), context.Queue()
    reader = context.Process(target=poll, args=(root, started, done, answers), daemon=True)
    reader.start()
    assert started.wait(timeout=60)
    try:
        for rebuild in range(1, REBUILDS + 1):
            amount = 8e9 + rebuild
            for name in ("capex_by_definition", "cloud_revenue_by_definition"):
                warehouse.candidates().write(name, table(name, filed("a", amount)), f"build {rebuild}")
            assert manifest.verify(root, hashes=False) == [], "a candidate reached readers before the release"
            release(warehouse)
    finally:
        done.set()
    seen, errors = answers.get(timeout=60)
    reader.join(timeout=60)
    assert errors == []
    assert seen["whole"] > 0
    assert manifest.verify(root) == []
