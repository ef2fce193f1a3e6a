"""(i): a hundred publications of whole releases while pandas, DuckDB and Polars read: the time in which files of two releases lie together.

    python -m benchmarks.publishing read pandas|duckdb|polars WAREHOUSE FOLDER
    python -m benchmarks.publishing publish FOLDER PUBLICATIONS

Add here what readers meet while a release is published. What moves the files belongs to `release.install`.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT, Row, child

PUBLICATIONS = 100
PROGRAMS = ("pandas", "duckdb", "polars")
_AIM_MILLISECONDS = 100.0
_SMALL = ROOT / "tests" / "pipeline" / "raw_small"
_PAUSE = 0.1
"""Seconds between two publications, in which readers go on."""

_STOP = "stop"
_LABELS = ("one", "other")


def rows(raw: Path = ROOT / "raw", other: Path = _SMALL, publications: int = PUBLICATIONS) -> list[Row]:
    """As `rows_of` for two archives of which almost every published file differs."""
    with tempfile.TemporaryDirectory(prefix="capex_benchmark_") as name:
        folder = Path(name)
        for archive, label in zip((raw, other), _LABELS, strict=True):
            child("build", "plain", str(archive), str(folder / label / "warehouse"))
        return rows_of(folder, publications)


def rows_of(folder: Path, publications: int) -> list[Row]:
    """The longest window, and what the readers met, of publishing `folder/one/warehouse` and `folder/other/warehouse` in turn."""
    said = child("publishing", "publish", str(folder), str(publications)).said
    return [
        Row("i", f"{publications} publications of {said['files']} changed files: longest window with files of two releases",
            said["longest"], f"the aim; the median is {said['median']:.2g} ms", _AIM_MILLISECONDS, said["longest"] / _AIM_MILLISECONDS,
            "at most 1", unit="ms", reached=said["longest"] < _AIM_MILLISECONDS),
        Row("i", "tables of neither release meanwhile, read by pandas, DuckDB and Polars, opened once or at a second try", said["torn"],
            "tables read", said["reads"], said["torn"] / said["reads"], "0", unit="", reached=said["torn"] == 0),
        Row("i", "first tries by name that failed: the program opened the file twice, before and after it was replaced", said["failed"],
            "tables read by name", said["by_name"], said["failed"] / said["by_name"], unit=""),
        Row("i", "tables read by name in the release's own folder that failed, or gave the rows of neither release", said["kept_failed"],
            "tables read there", said["kept"], said["kept_failed"] / said["kept"], "0", unit="", reached=said["kept_failed"] == 0),
        Row("i", "sets of tables of two releases that the manifest did not tell from whole ones", said["missed"], "sets read",
            said["whole"] + said["mixed"], said["missed"] / max(said["whole"] + said["mixed"], 1), f"0; {said['mixed']} were seen", unit="",
            reached=said["missed"] == 0),
    ]  # fmt: skip


def publish(folder: Path, publications: int) -> dict[str, Any]:
    """Publishes both releases in turn into one folder while readers poll it; milliseconds, and what the readers counted."""
    from capex_pipeline.release import install, manifest
    from capex_pipeline.release.snapshots import Store
    from capex_pipeline.storage.warehouse import Warehouse

    sources = [folder / label / "warehouse" for label in _LABELS]
    manifests = [manifest.read(source) for source in sources]
    assert all(manifests)
    published = Warehouse(folder / "published" / "warehouse")
    sizes = {table: [one["tables"][table]["rows"] for one in manifests] for table in manifests[0]["tables"]}  # type: ignore[index]
    windows: list[float] = []
    move = install._move

    def timed(*arguments: Any) -> None:
        start = time.perf_counter()
        move(*arguments)
        windows.append(1000 * (time.perf_counter() - start))

    install._move = timed
    store = Store(published.root)

    def release(number: int) -> None:
        """As a build does it: the kept copy first, then the files in front of readers, then old copies go."""
        described, before = manifests[number % 2], manifests[(number + 1) % 2] if number else None
        store.add(sources[number % 2], described, {})  # type: ignore[arg-type]
        install.install(sources[number % 2], described, published, before)  # type: ignore[arg-type]
        store.prune()

    release(0)
    windows.clear()
    (folder / "rows.json").write_text(json.dumps(sizes))
    (folder / _STOP).unlink(missing_ok=True)
    readers = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.publishing", "read", program, str(published.root), str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # Polars writes its traces of each failure there
            cwd=ROOT,
        )
        for program in PROGRAMS
    ]
    while len(list(folder.glob("ready-*"))) < len(PROGRAMS):
        if any(reader.poll() for reader in readers):
            raise RuntimeError("A reader failed before it had read anything; run it by itself to see why.")
        time.sleep(0.1)
    for number in range(1, publications + 1):
        time.sleep(_PAUSE)
        release(number)
    (folder / _STOP).touch()
    counted = [json.loads(reader.communicate()[0]) for reader in readers]
    names = manifest.file_names(manifests[0])  # type: ignore[arg-type]
    changed = [name for name in names if (sources[0] / name).read_bytes() != (sources[1] / name).read_bytes()]
    failures = {program: one.pop("failures") for program, one in zip(PROGRAMS, counted, strict=True)}
    totals = {key: sum(one[key] for one in counted) for key in counted[0]}
    median = sorted(windows)[len(windows) // 2]
    return {"longest": max(windows), "median": median, "files": len(changed) + 1, **totals, "failures": failures}


def read(program: str, published: Path, folder: Path) -> dict[str, Any]:
    """Reads every table over and over until told to stop: by its name, from an open file, and by its name in the release's own folder.

    failed: first tries by name that raised; failures: their kinds. torn: readings from an open file or second tries that raised, and
    readings that gave the rows of neither release. kept, kept_failed: readings in the folder of the release, and those of them that raised
    or gave other rows. sets: see `_set`.
    """
    release_folder = documented("release_folder")
    sizes: dict[str, list[int]] = json.loads((folder / "rows.json").read_text())
    digest = _DIGESTS[program]()
    sources = {table: [folder / label / "warehouse" / f"{table}.parquet" for label in _LABELS] for table in sizes}
    known = {
        table: {
            digest(source)
            for data, path in {path.read_bytes(): path for path in paths}.items()
            for source in (path, io.BytesIO(data))
        }
        for table, paths in sources.items()
    }
    names = ("reads", "by_name", "torn", "failed", "kept", "kept_failed", "whole", "mixed", "missed")
    counted, failures = dict.fromkeys(names, 0), Counter[str]()
    (folder / f"ready-{program}").touch()
    while len(list(folder.glob("ready-*"))) < len(PROGRAMS) and not (folder / _STOP).exists():
        time.sleep(0.01)
    is_last = False
    while not is_last:
        is_last = (folder / _STOP).exists()  # every table is read, however quickly all is published
        for table in sizes:
            path = published / f"{table}.parquet"
            found = _tried(digest, path, failures)
            counted["by_name"] += 1
            if found is None:
                counted["failed"] += 1
                found = _tried(digest, path)
            counted["torn"] += found not in known[table]
            counted["torn"] += _tried(digest, io.BytesIO(path.read_bytes())) not in known[table]
            counted["reads"] += 2
            counted["kept_failed"] += _tried(digest, release_folder(published) / path.name) not in known[table]
            counted["kept"] += 1
        counted[_set(published, sizes)] += 1
    return {**counted, "failures": dict(failures)}


def _tried(digest: Callable[[Any], str], source: Any, failures: Counter[str] | None = None) -> str | None:
    try:
        return digest(source)
    except BaseException as error:  # a panic of Polars is no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        if failures is not None:
            failures[f"{type(error).__name__}: {re.sub(r'[0-9]+|/[^ ]*', '…', str(error))[:80]}"] += 1
        return None


def documented(name: str) -> Callable[..., Any]:
    """A function of the examples in docs/releases.md, so that what is measured is what readers are told to do."""
    text = (ROOT / "docs" / "releases.md").read_text(encoding="utf-8")
    (code,) = (code for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if f"def {name}(" in code)
    names: dict[str, Any] = {}
    exec(code, names)
    return names[name]  # type: ignore[no-any-return]


def _set(published: Path, sizes: dict[str, list[int]]) -> str:
    """What a reader of the whole set meets: whole, mixed (the manifest says so, as docs/releases.md shows), or missed (it does not)."""
    import pyarrow.parquet as pq

    manifest = json.loads((published / "manifest.json").read_bytes())
    files = {table: pq.ParquetFile(io.BytesIO((published / f"{table}.parquet").read_bytes())) for table in sizes}
    differing = {table: known for table, known in sizes.items() if known[0] != known[1]}
    releases = {known.index(files[table].metadata.num_rows) for table, known in differing.items()}
    seen = all(
        files[table].schema_arrow.metadata[b"capex_pipeline.content_id"].decode() == entry["content_id"]
        for table, entry in manifest["tables"].items()
    )
    return "mixed" if not seen else "whole" if len(releases) == 1 else "missed"


def _pandas() -> Callable[[Any], str]:
    import pandas as pd

    return lambda source: str(pd.util.hash_pandas_object(pd.read_parquet(source)).sum())


def _duckdb() -> Callable[[Any], str]:
    import duckdb
    import pyarrow.parquet as pq

    session = duckdb.connect()  # as an analyst has one; to open it takes longer than to read a small table

    def digest(source: Any) -> str:
        with session.cursor() as cursor:
            if isinstance(source, Path):
                rows = cursor.read_parquet(str(source))
            else:
                rows = cursor.from_arrow(pq.read_table(source))
            return str(rows.query("t", "SELECT count(*), sum(hash(t)) FROM t").fetchall())

    return digest


def _polars() -> Callable[[Any], str]:
    import polars as pl

    return lambda source: str(pl.read_parquet(source).hash_rows(seed=1).sum())


_DIGESTS = {"pandas": _pandas, "duckdb": _duckdb, "polars": _polars}
"""Program -> what gives a function from a file to a hash of the rows that the program reads."""


def main(kind: str, *arguments: str) -> dict[str, Any]:
    """What is asked for, as plain data."""
    if kind == "read":
        return dict(read(arguments[0], Path(arguments[1]), Path(arguments[2])))
    return publish(Path(arguments[0]), int(arguments[1]))


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
