"""What does a filer of the bulk path cost on one core, on all of this machine's, and on Spark; and what would all of EDGAR take?

    python -m benchmarks.scale_out [--files 600] [--zip FILE] [--source FOLDER] [--instances FOLDER] [--repeat 1]

Makes a zip of variants of companyfacts files as companyfacts_bulk.py does, then runs each engine in a process of its own: on one filer
(what starting costs) and on all (what a filer costs). Parts are as large as those of all of EDGAR. Prints CPU seconds of the work, wall
seconds and peak memory, and from these the estimate: by wall time where the machine is idle, and by CPU time, which a busy machine
disturbs less. Spark is skipped with a reason where it cannot start.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SHIPPED_INSTANCES = ROOT / "raw/filings/instances"
sys.path.insert(0, str(ROOT))

EDGAR_FILERS = 19_000
EDGAR_BYTES = 19.0e9
"""All members of companyfacts.zip, inflated: about 1 MB a filer."""

EDGAR_INSTANCES = 400_000
EDGAR_INSTANCE_BYTES = 0.8e12
"""Annual and quarterly reports with XBRL since 2009, some 6,000 a quarter, 2 MB each: an assumption, not a measurement."""

ENOUGH_BYTES = 1_000_000
"""Of instances: the shipped ones are trimmed to a few kilobytes, of which most time goes into beginning."""

MACHINES = (1, 2, 4, 8, 16, 32)
CORES = 8


Pair = tuple[dict[str, Any], dict[str, Any]]
"""A run on one filer and a run on all."""


def one_run(options: argparse.Namespace) -> int:
    """One engine on one archive, in this process: prints filers, bytes, rows, CPU seconds of the parts, wall seconds, peak memory."""
    from capex_pipeline.edgar_bulk import dataset, local_engine, spark_engine, work_list

    inputs = work_list.Inputs(Path(options.zip))
    # As many filers a part as all of EDGAR would have; the engines ask nothing but the list.
    work_list.PARTS = max(1, round(options.files * work_list.PARTS / EDGAR_FILERS))
    listed = work_list.work_list(inputs)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as name, dataset.staging(Path(name) / "filer_quarters") as folder:
        if options.engine == "local":
            written = local_engine.run(listed, inputs, folder, workers=int(options.master))
        else:
            exchange = spark_engine.Exchange(Path(name))
            exchange.tell(listed, inputs, folder)
            with (Path(name) / "log").open("wb") as log:
                subprocess.run(
                    spark_engine.command(exchange, options.master), check=True, stdout=log, stderr=log,
                    env={**os.environ, **spark_engine.ENVIRONMENT},
                )  # fmt: skip
            written = exchange.written()
        wall = time.perf_counter() - started
        assert len(written) == len(listed.parts)
        size = sum(one.bytes for one in written)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(
        json.dumps(
            {
                "filers": listed.filers, "read": listed.size, "rows": sum(one.rows for one in written), "written": size,
                "cpu": sum(one.cpu_seconds for one in written), "wall": wall, "peak": peak, "parts": len(listed.parts),
            }
        )
    )  # fmt: skip
    return 0


def measured(engine: str, master: str, archive: Path, files: int, repeat: int = 1) -> dict[str, Any]:
    """The run with the least wall time of some, each in a fresh process."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        __file__,
        "--engine",
        engine,
        "--master",
        master,
        "--zip",
        str(archive),
        "--files",
        str(files),
    ]
    runs = [
        json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines()[-1])
        for _ in range(repeat)
    ]
    return dict(min(runs, key=lambda run: run["wall"]))


def instances(folder: Path) -> tuple[int, float] | None:
    """Bytes of the instances in a folder, and CPU seconds to read them; None where they are too few to say what a MB costs."""
    from capex_pipeline.sources.xbrl_instance import read_instance

    files = [path.read_bytes() for path in sorted(folder.glob("*.xml"))]
    if sum(map(len, files)) < ENOUGH_BYTES:
        return None
    read_instance(files[0])
    started = time.process_time()
    for data in files:
        read_instance(data)
    return sum(map(len, files)), time.process_time() - started


def show(name: str, empty: dict[str, Any], full: dict[str, Any]) -> None:
    filers = full["filers"] - empty["filers"]
    print(
        f"{name:24}{empty['wall']:>9.1f}{full['wall']:>9.1f}{full['cpu']:>9.1f}{1000 * (full['cpu'] - empty['cpu']) / filers:>13.1f}"
        f"{1000 * (full['wall'] - empty['wall']) / filers:>14.1f}{full['peak']:>9.0f}",
        flush=True,
    )


def estimate(local: Pair, spark: Pair | None, per_instance_byte: float | None) -> None:
    """Minutes for all of EDGAR from CPU seconds a byte, and from how many filers on machines together are quicker than one."""

    def cost(pair: Pair) -> float:
        empty, full = pair
        return float((full["cpu"] - empty["cpu"]) / (full["read"] - empty["read"]) * EDGAR_BYTES)

    alone = cost(local)
    starts = local[0]["wall"], spark[0]["wall"] if spark else 0.0
    ratio = cost(spark) / alone if spark else 1.0
    jobs = [(f"companyfacts, {EDGAR_FILERS:,} filers, {EDGAR_BYTES / 1e9:.0f} GB", alone)]
    if per_instance_byte is not None:
        total = alone + per_instance_byte * EDGAR_INSTANCE_BYTES
        jobs.append((f"and {EDGAR_INSTANCES:,} instances, {EDGAR_INSTANCE_BYTES / 1e12:.1f} TB", total))
    for what, work in jobs:
        print(f"\nAll of EDGAR: {what}: {work / 60:,.0f} CPU minutes")
        print(f"{f'machines of {CORES} cores':24}" + "".join(f"{count:>9}" for count in MACHINES))
        print(f"{'local, minutes':24}{(starts[0] + work / CORES) / 60:>9.1f}")
        if spark is not None:
            minutes = [(starts[1] + work * ratio / CORES / count) / 60 for count in MACHINES]
            print(f"{'spark, minutes':24}" + "".join(f"{one:>9.1f}" for one in minutes))
    for count in MACHINES[1:4] if spark is not None else ():
        # start_local + c / cores = start_spark + c * ratio / (cores * n), solved for the CPU seconds c.
        gain = (1 - ratio / count) / CORES
        seconds = (starts[1] - starts[0]) / gain if gain > 0 else float("inf")
        print(
            f"{count} machines are quicker than one from {seconds:,.0f} CPU seconds of work on, {seconds / alone * EDGAR_FILERS:,.0f} filers"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--files", type=int, default=600, help="members of the archive that is made")
    parser.add_argument("--zip", help="an archive that is there already; --files says how many members it has")
    parser.add_argument("--source", type=Path, help="folder of companyfacts JSON to vary")
    parser.add_argument(
        "--instances", type=Path, default=SHIPPED_INSTANCES, help="folder of XBRL instances to read (*.xml)"
    )
    parser.add_argument("--repeat", type=int, default=1, help="runs of each kind, of which the quickest counts")
    parser.add_argument("--engine", help=argparse.SUPPRESS)
    parser.add_argument("--master", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.engine:
        return one_run(options)
    from benchmarks import companyfacts_bulk
    from capex_pipeline.edgar_bulk import spark_engine

    with tempfile.TemporaryDirectory() as name:
        small, archive = Path(name) / "one.zip", Path(options.zip) if options.zip else Path(name) / "companyfacts.zip"
        made_of = (
            "members as given" if options.zip else companyfacts_bulk.generate(archive, options.files, options.source)
        )
        companyfacts_bulk.generate(small, 1, options.source)
        engines = [("local", "1"), ("local", str(os.cpu_count() or 1))]
        reason = spark_engine.missing()
        engines += [] if reason else [("spark", "local[1]"), ("spark", f"local[{os.cpu_count() or 1}]")]
        found = {}
        for engine, master in engines:
            pair = (
                measured(engine, master, small, 1, options.repeat),
                measured(engine, master, archive, options.files, options.repeat),
            )
            if not found:
                full = pair[1]
                print(
                    f"{full['filers']} filers ({made_of}), {full['read'] / 1e6:,.0f} MB of JSON in {full['parts']} parts, "
                    f"{full['rows'] / full['filers']:.0f} rows and {full['written'] / full['filers'] / 1e3:.1f} kB of Parquet a filer"
                )
                print(
                    f"{'engine':24}{'one: s':>9}{'all: s':>9}{'CPU s':>9}{'CPU ms/filer':>13}{'wall ms/filer':>14}{'MB':>9}"
                )
            found[engine, master] = pair
            show(f"{engine} {master}", *pair)
        if reason:
            print(f"spark is skipped: {reason}")
        read = instances(options.instances)
        if read is None:
            print(
                f"XBRL instances: less than a MB in {options.instances}; name a folder of whole ones with --instances"
            )
        else:
            size, seconds = read
            print(f"XBRL instances: {seconds / size * 1e6 * 1000:.0f} CPU ms a MB ({size / 1e6:.1f} MB read)")
        cost = None if read is None else read[1] / read[0]
        estimate(found["local", "1"], found.get(("spark", "local[1]")), cost)
    return 0


if __name__ == "__main__":
    sys.exit(main())
