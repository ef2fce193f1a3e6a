"""(h): a tick of the sensor raw_folder over many files of which none changed, beside hashing them all.

    python -m benchmarks.ticks FILES

Add here what a tick costs. What a tick does belongs to `orchestration.sensors` and `raw.folder`.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import Row, child, seconds

FILES = 10_000
_AIM_SECONDS = 0.1


def rows() -> list[Row]:
    """One row: an unchanged tick against a reading of everything, in processor seconds."""
    used = child("ticks", str(FILES))
    tick, whole = used.said["tick"], used.said["whole"]
    return [
        Row("h", f"tick over {FILES:,} unchanged files", tick, "hashing them all", whole, tick / whole,
            f"below {_AIM_SECONDS} s", used.peak, reached=tick < _AIM_SECONDS),
    ]  # fmt: skip


def _measure(files: int) -> dict[str, float]:
    from capex_pipeline.orchestration import sensors
    from capex_pipeline.raw import folder

    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for number in range(files):
            path = root / f"{number % 20}" / f"{number}.csv"
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"entity,value\nalibaba,{number}\n")

        def tick() -> None:
            found = folder.signature(root)
            folder.being_written(found, time.time())
            sensors._listing(root, found)

        return {"whole": seconds(tick, 1), "tick": seconds(tick)}


if __name__ == "__main__":
    print(json.dumps(_measure(int(sys.argv[1]))))
