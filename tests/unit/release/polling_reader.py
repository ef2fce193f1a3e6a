"""A reader of published tables in a process of its own. It imports what such a reader needs, and nothing of the tests."""

from __future__ import annotations

import io
import json
import time
from collections import Counter
from collections.abc import Sequence
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq


def poll(folder: Path, tables: Sequence[str], started: Event, done: Event, answers: Any) -> None:
    """What a reader of another process sees: every table read whole, again and again, until the writer is done."""
    seen: Counter[str] = Counter()
    errors: list[str] = []
    while not done.is_set() or not seen["whole"]:
        try:
            before = json.loads((folder / "manifest.json").read_bytes())
            amounts, content = {}, {}
            for name in tables:
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
