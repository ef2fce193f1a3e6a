"""How fast is the bulk archive of SEC companyfacts read for tracked concepts, beside other ways?

    python -m benchmarks.companyfacts_bulk [--files 2000] [--part 40] [--zip FILE] [--source FOLDER]

Makes a zip of variants of companyfacts files (other CIKs, a random choice of concepts each): of a folder of files as served, or of
the trimmed ones of raw/ with made-up concepts, then runs each method in a process of its own and prints MB of inflated JSON per
CPU-second, the ratio to `unzip -p` to nowhere, wall time and peak memory. DuckDB and edgartools read a part of the files;
a method whose package is missing is skipped with a reason.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "raw/filings/companyfacts"
sys.path.insert(0, str(ROOT))

from benchmarks.measure import Row  # noqa: E402

ALWAYS = {"PaymentsToAcquirePropertyPlantAndEquipment", "PaymentsToAcquireProductiveAssets"}
"""In every variant; other concepts by chance, so that tracked facts are as dense as in real files."""

_SERVED, _SERVED_BYTES = 8, 5_000_000
"""Number and mean size of the files in raw/; a large filer's whole file has a few megabytes."""

_RAW_RATE = 100
"""Megabytes a processor second at which files in raw/ should be read."""

MEMBER_BYTES = 970_000
"""Mean size of a made member; 2,000 real files had 1.94 GB."""


def wanted() -> Any:
    from capex_pipeline.reference import load
    from capex_pipeline.reference.filers import wanted_concepts

    return wanted_concepts(load().filers.values())


def generate(target: Path, files: int, source: Path | None, member_bytes: int = MEMBER_BYTES) -> str:
    """Write a zip of `files` variants; returns what they were made of."""
    folder = source or SHIPPED
    pools: list[list[tuple[str, bytes]]] = []
    for path in sorted(folder.glob("CIK*.json")):
        concepts = json.loads(path.read_bytes())["facts"].get("us-gaap", {})
        pool = [(name, _member(name, about)) for name, about in concepts.items()]
        if folder == SHIPPED:
            pool += [
                (f"{name}MadeUp{n}", _member(f"{name}MadeUp{n}", about))
                for n in range(40)
                for name, about in concepts.items()
            ]
        if sum(len(body) for _, body in pool) > 300_000:
            pools.append(pool)
    chance = random.Random(20240826)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for number in range(files):
            pool = pools[number % len(pools)]
            share = member_bytes / sum(len(body) for _, body in pool) * chance.uniform(0.4, 1.6)
            chosen = [body for name, body in pool if name in ALWAYS or chance.random() < share]
            cik = 9_000_000 + number
            head = f'{{"cik":{cik},"entityName":"VARIANT {number}","facts":{{"us-gaap":{{'.encode()
            archive.writestr(f"CIK{cik:010d}.json", head + b",".join(chosen) + b"}}}")
    return "real files" if folder != SHIPPED else "trimmed files with made-up concepts"


def _member(name: str, about: dict[str, object]) -> bytes:
    text = {"label": about.get("label", name), "description": about.get("description", name), "units": about["units"]}
    return f'"{name}":'.encode() + json.dumps(text, separators=(",", ":")).encode()


def run_project(archive: Path, workers: int, bar: bool) -> tuple[int, int, float]:
    """Reads the archive with this project; the seconds are those of reading alone, without imports and reference data."""
    from benchmarks import bulk_reading

    size = facts = 0
    in_workers = 0.0
    shown, concepts = bulk_reading.progress_bar(disable=not bar), wanted()
    start = time.process_time()
    for batch in bulk_reading.read_bulk(archive, concepts, workers=workers, progress=shown):
        assert not batch.problems, batch.problems[:3]
        size, facts, in_workers = size + batch.bytes, facts + batch.facts.num_rows, in_workers + batch.cpu_seconds
    return size, facts, time.process_time() - start + (in_workers if workers > 1 else 0.0)


def run_duckdb(folder: Path) -> tuple[int, int]:
    import duckdb

    names = ", ".join(f"'{concept}'" for _, concept in sorted(wanted()))
    fact = 'STRUCT(start DATE, "end" DATE, val DOUBLE, accn VARCHAR, form VARCHAR, filed DATE)'
    columns = f"{{cik: 'BIGINT', facts: 'MAP(VARCHAR, MAP(VARCHAR, STRUCT(units MAP(VARCHAR, {fact}[]))))'}}"
    query = f"""
      WITH files AS (SELECT cik, facts FROM read_json('{folder}/*.json', columns = {columns}, maximum_object_size = 134217728)),
      concepts AS (SELECT cik, unnest(map_entries(facts['us-gaap'])) AS c FROM files),
      units AS (SELECT cik, c.key AS concept, unnest(map_entries(c.value.units)) AS u FROM concepts WHERE c.key IN ({names})),
      facts AS (SELECT cik, concept, u.key AS unit, unnest(u.value) AS f FROM units)
      SELECT count(*), sum(f.val) FROM facts"""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    counted = connection.execute(query).fetchone()
    return _size(folder), int(counted[0]) if counted else 0


def run_edgartools(folder: Path) -> tuple[int, int]:
    from edgar.entity.parser import EntityFactsParser

    facts = 0
    for path in sorted(folder.glob("*.json")):
        parsed = EntityFactsParser.parse_company_facts(json.loads(path.read_bytes()))
        facts += 0 if parsed is None else len(parsed)
    return _size(folder), facts


def run_json_pandas(folder: Path) -> tuple[int, int]:
    import pandas as pd

    facts = 0
    for path in sorted(folder.glob("*.json")):
        content = json.loads(path.read_bytes())
        for about in content["facts"]["us-gaap"].values():
            for entries in about["units"].values():
                facts += len(pd.DataFrame(entries))
    return _size(folder), facts


def run_in_raw(folder: Path) -> tuple[int, int, float]:
    """Reads the files as documents of raw/, each with the CIK of a filer of the reference data; the seconds are those of reading alone."""
    from capex_pipeline.reference import load
    from capex_pipeline.sources.readers import reader_for

    reference, facts = load(), 0
    cik = min(filer.cik for filer in reference.filers.values())
    name = f"CIK{cik:010d}.json"
    reader = reader_for(f"filings/companyfacts/{name}", reference)
    files = sorted(folder.glob("*.json"))
    for path in files:
        path.write_bytes(re.sub(rb'"cik":[0-9]+', b'"cik":%d' % cik, path.read_bytes(), count=1))
    start = time.process_time()
    for path in files:
        facts += len(reader(path.read_bytes(), {}, name).rows)
    return _size(folder), facts, time.process_time() - start


def run_json(folder: Path) -> tuple[int, int]:
    for path in sorted(folder.glob("*.json")):
        json.loads(path.read_bytes())
    return _size(folder), 0


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.json"))


def measured(arguments: list[str]) -> dict[str, float]:
    """Run this file with --method in a fresh process; what it printed (bytes, facts, CPU seconds) and its peak memory."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen([sys.executable, __file__, *arguments], stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        out.seek(0)
        text = out.read().decode()
    if status != 0:
        raise RuntimeError(f"{' '.join(arguments)} failed")
    size, facts, cpu = json.loads(text.strip().splitlines()[-1])
    return {"bytes": size, "facts": facts, "cpu": cpu, "wall": wall,
            "peak": usage.ru_maxrss / 1024}  # fmt: skip


def printed(arguments: list[str]) -> str:
    """What this file prints, run in a fresh process."""
    done = subprocess.run([sys.executable, __file__, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def unzip_to_nowhere(archive: Path, size: int) -> dict[str, float] | None:
    command = shutil.which("unzip")
    if command is None:
        return None
    started = time.perf_counter()
    process = subprocess.Popen([command, "-p", str(archive)], stdout=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    return {"bytes": size, "facts": 0, "cpu": usage.ru_utime + usage.ru_stime, "wall": time.perf_counter() - started,
            "peak": usage.ru_maxrss / 1024}  # fmt: skip


_OF_FOLDER = {"duckdb": run_duckdb, "edgartools": run_edgartools, "pandas": run_json_pandas, "json": run_json}  # fmt: skip


def one_method(options: argparse.Namespace) -> int:
    archive = Path(options.zip)
    if options.method == "make":
        print(generate(archive, options.files, options.source, options.member_bytes))
        return 0
    if options.method.startswith("project"):
        size, facts, cpu = run_project(archive, options.workers, options.bar)
    elif options.method == "raw":
        size, facts, cpu = run_in_raw(archive)
    else:
        start = time.process_time()
        size, facts = _OF_FOLDER[options.method](archive)
        cpu = time.process_time() - start
    print(json.dumps([size, facts, cpu]))
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--files", type=int, default=2000, help="members of the archive that is made")
    parser.add_argument("--member-bytes", type=int, default=MEMBER_BYTES, help="mean size of a member that is made")
    parser.add_argument("--part", type=int, default=40, help="files for the slow methods")
    parser.add_argument("--zip", help="an archive that is there already")
    parser.add_argument("--source", type=Path, help="folder of companyfacts JSON to vary")
    parser.add_argument("--method", help=argparse.SUPPRESS)
    parser.add_argument("--workers", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("--bar", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.method:
        return one_method(options)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = Path(options.zip) if options.zip else folder / "companyfacts.zip"
        # This process stays small: a child's peak memory counts from what its parent had.
        if not options.zip:
            started = time.perf_counter()
            source = [] if options.source is None else ["--source", str(options.source)]
            made_of = printed(["--method", "make", "--zip", str(archive), "--files", str(options.files), *source])
            print(f"{options.files} variants of {made_of}, made in {time.perf_counter() - started:.0f} s")
        part = folder / "part"
        part.mkdir()
        size = 0
        with zipfile.ZipFile(archive) as opened:
            entries = opened.infolist()
            size = sum(entry.file_size for entry in entries)
            for entry in entries[: options.part]:
                (part / Path(entry.filename).name).write_bytes(opened.read(entry))
        print(f"{len(entries)} members, {size / 1e6:,.0f} MB of JSON, zip of {archive.stat().st_size / 1e6:,.0f} MB")
        print(f"{'method':44}{'MB/CPU-s':>10}{'of unzip':>10}{'wall s':>9}{'MB/s':>8}{'peak MB':>9}{'facts':>10}")
        reference = unzip_to_nowhere(archive, size)
        base = None if reference is None else reference["bytes"] / reference["cpu"]
        show("unzip -p to nowhere", reference, base, "unzip is not installed")
        bar = ["--bar"] if sys.stderr.isatty() else []
        cores = os.cpu_count() or 1
        whole = ["--zip", str(archive), *bar]
        show("this project, one process", measured(["--method", "project", *whole]), base)
        show(f"this project, {cores} processes",
             measured(["--method", "project-many", "--workers", str(cores), *whole]), base)  # fmt: skip
        for method, package, said in (
            ("duckdb", "duckdb", f"DuckDB, one thread, {options.part} files"),
            ("edgartools", "edgar", f"edgartools, {options.part} files, all facts"),
            ("pandas", "pandas", f"json and pandas, {options.part} files, all facts"),
        ):
            there = importlib.util.find_spec(package) is not None
            result = measured(["--method", method, "--zip", str(part)]) if there else None
            show(said, result, base, f"{package} is not installed")
    return 0


def rows(sizes: tuple[int, int] = (100, 400)) -> list[Row]:
    """Rows of part f: reading against inflating alone, memory against the number of files, and files in raw/ against a JSON parser."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        for files in sizes:
            archive = Path(name) / f"{files}.zip"
            printed(["--method", "make", "--zip", str(archive), "--files", str(files)])
            found.append(measured(["--method", "project", "--zip", str(archive)]))
        small, large = found
        inflated = unzip_to_nowhere(archive, int(large["bytes"]))
        served, part = Path(name) / "served.zip", Path(name) / "served"
        made = ["--files", str(_SERVED), "--member-bytes", str(_SERVED_BYTES)]
        printed(["--method", "make", "--zip", str(served), *made])
        zipfile.ZipFile(served).extractall(part)
        in_raw, parsed = (measured(["--method", method, "--zip", str(part)]) for method in ("raw", "json"))
    rate, other = (used["bytes"] / 1e6 / used["cpu"] for used in (in_raw, parsed))
    what = f"companyfacts in raw/, {_SERVED} files of about {_SERVED_BYTES / 1e6:.0f} MB, {in_raw['facts']:,.0f} tracked facts"
    of_raw = Row("f", what, rate, "json.loads of the same files", other, rate / other, f"at least {_RAW_RATE} MB/s", in_raw["peak"], "MB/s",
                 rate >= _RAW_RATE)  # fmt: skip
    growth = large["peak"] / small["peak"]
    rate = large["bytes"] / 1e6 / large["cpu"]
    memory = Row("f", f"memory of {sizes[1]} filers' companyfacts", large["peak"], f"of {sizes[0]}", small["peak"], growth, "at most 1.25",
                 large["peak"], "MB", growth <= 1.25)  # fmt: skip
    if inflated is None:
        return [memory, of_raw]
    other = inflated["bytes"] / 1e6 / inflated["cpu"]
    what = f"bulk companyfacts, {sizes[1]} filers, {large['facts']:,.0f} tracked facts"
    return [
        Row(
            "f",
            what,
            rate,
            "unzip -p to nowhere",
            other,
            rate / other,
            "at least 1.0",
            large["peak"],
            "MB/s",
            rate >= other,
        ),
        memory,
        of_raw,
    ]


def show(method: str, result: dict[str, float] | None, base: float | None, reason: str = "") -> None:
    if result is None:
        print(f"{method:44}  skipped: {reason}")
        return
    rate = result["bytes"] / result["cpu"]
    ratio = f"{rate / base:.2f}" if base else "-"
    print(
        f"{method:44}{rate / 1e6:>10.1f}{ratio:>10}{result['wall']:>9.1f}{result['bytes'] / 1e6 / result['wall']:>8.0f}"
        f"{result['peak']:>9.0f}{result['facts']:>10,.0f}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
