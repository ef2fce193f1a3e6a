"""From how many figures on is Spark quicker than one process at reading documents and computing companies?

    python -m benchmarks.tables_on_spark [--copies 30]

Copies the shipped documents, as benchmarks/archive_copies.py does, and computes the evidence and the observations in a process of its
own: without Spark, and with Spark on one core and on all of this machine's. Prints wall seconds of starting Spark, of the work in groups
and of the rest, which stays in the process of the run, and from these the size from which more cores are quicker. Rows must be equal.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CORES = (2, 4, 8, 16, 32)


def one_run(master: str, raw: Path) -> int:
    """Prints what one engine needed, and the content of the tables."""
    from functools import partial

    from capex_pipeline.edgar_bulk import spark_engine
    from capex_pipeline.normalise import company_parts
    from capex_pipeline.normalise.ingest import ingest
    from capex_pipeline.normalise.observations import observations_of
    from capex_pipeline.orchestration.spark_apply import apply_on
    from capex_pipeline.reference import load
    from capex_pipeline.storage.parquet import content_id, to_arrow

    reference, in_groups, groups = load(), 0.0, 0
    begin = time.perf_counter()
    if master:
        spark_engine.session("capex_pipeline", master).sparkContext.parallelize([0]).map(abs).collect()
    start = time.perf_counter() - begin
    begin = time.perf_counter()
    with apply_on(master) as apply:

        def timed(work: Callable[[Any], Any], items: Iterable[Any]) -> Iterable[Any]:
            nonlocal in_groups, groups
            listed = list(items)
            since = time.perf_counter()
            results = list(apply(work, listed))
            in_groups += time.perf_counter() - since
            groups += len(listed)
            return results

        read = ingest(raw, reference, unchanged=lambda now: (set(), {}), apply=timed)
        names = company_parts.batches(read.figures[company_parts.BY])
        compute = partial(observations_of, day=None, reference=reference)
        figures, documents = (to_arrow(getattr(read, name), name) for name in ("figures", "documents"))
        timed(compute, (company_parts.rows_of(figures, documents, batch) for batch in names))
    rest = time.perf_counter() - begin - in_groups
    tables = {name: content_id(to_arrow(getattr(read, name), name)) for name in ("documents", "figures")}
    sizes = {"documents": len(read.documents), "figures": len(read.figures), "groups": groups}
    print(json.dumps({"start": start, "in groups": in_groups, "rest": rest, **sizes, "tables": tables}))
    return 0


def measured(master: str, raw: Path) -> dict[str, Any]:
    """One run in a fresh process."""
    command = [sys.executable, "-W", "ignore", __file__, "--master", master, "--raw", str(raw)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--copies", type=int, default=30, help="times that each document is there")
    parser.add_argument("--raw", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--master", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.raw:
        return one_run(options.master, options.raw)
    from benchmarks.archive_copies import enlarge
    from capex_pipeline.edgar_bulk import spark_engine

    if reason := spark_engine.missing():
        print(f"skipped: {reason}")
        return 0
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as name:
        raw = Path(name) / "raw"
        enlarge(ROOT / "raw", raw, options.copies)
        runs = {master: measured(master, raw) for master in ("", "local[1]", f"local[{cores}]")}
    alone, on_one = runs[""], runs["local[1]"]
    print(
        f"{alone['documents']:,} documents, {alone['figures']:,} figures, {alone['groups']} groups of files and companies"
    )
    print(f"{'engine':14}{'start':>9}{'in groups':>11}{'rest':>9}{'seconds':>9}")
    for master, run in runs.items():
        assert run["tables"] == alone["tables"], "rows depend on the engine"
        parts = [run[part] for part in ("start", "in groups", "rest")]
        print(f"{master or 'one process':14}{parts[0]:>9.1f}{parts[1]:>11.1f}{parts[2]:>9.1f}{sum(parts):>9.1f}")
    for count in CORES:
        # start + groups on one core / cores = groups without Spark, with both kinds of work proportional to the figures.
        gain = alone["in groups"] - on_one["in groups"] / count
        size = f"from {on_one['start'] / gain * alone['figures']:,.0f} figures on" if gain > 0 else "at no size"
        print(f"{count} cores with Spark are quicker than one process {size}")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
