"""Parts (a) to (c): whole builds, builds with nothing changed, and builds after one new document.

A whole build, cold and warm, is compared with a job that does nothing and with plain Python; the other two are measured
with the archive as it is and with ten and thirty copies of it. The peak of a build of 57,000 documents is measured with as many copies as that takes. This module defines the order of the builds. One build is in
`benchmarks/build.py`, the empty job in `benchmarks/empty_job.py`, the larger archive in `benchmarks/archive_copies.py`.
"""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks import archive_copies
from benchmarks.measure import ROOT, Row, Used, child, least

TIMES = (10, 30)
_MEGABYTES, _DOCUMENTS = 2_000, 57_000
"""A build of so many documents (rows of the table documents) should need no more memory than this."""
_COLD, _WARM = 2, 3


def rows(raw: Path | None = None) -> list[Row]:
    """Rows of parts a, b and c. raw: an archive, by default the project's own."""
    with tempfile.TemporaryDirectory(prefix="capex_benchmark_") as name:
        folder = Path(name)
        place = _Place(folder, raw or ROOT / "raw")
        return [*_whole(place), *_one_document(place)]


class _Place:
    """A temporary folder with an archive, its larger copy, Dagster's home and warehouses."""

    def __init__(self, folder: Path, raw: Path) -> None:
        self.folder = folder
        self.raw = folder / "raw"
        shutil.copytree(raw, self.raw)
        home = folder / "dagster"
        home.mkdir()
        shutil.copy(ROOT / "capex_pipeline/cli/project_template/dagster.yaml", home)
        self.environment = {"DAGSTER_HOME": str(home)}
        self.graph = folder / "graph.json"
        self.graph.write_text(json.dumps(self.build("graph", "graph").said))

    def build(self, kind: str, warehouse: str, raw: Path | None = None) -> Used:
        """A build by another process (benchmarks.build)."""
        arguments = (kind, str(raw or self.raw), str(self.folder / warehouse))
        return child("build", *arguments, environment=self.environment)

    def documents(self, warehouse: str) -> int:
        """Number of rows of the table documents of a warehouse."""
        manifest = json.loads((self.folder / warehouse / "manifest.json").read_text())
        return int(manifest["tables"]["documents"]["rows"])

    def empty(self) -> Used:
        """The job that does nothing."""
        return child("empty_job", str(self.graph), environment=self.environment)


def _whole(place: _Place) -> list[Row]:
    numbers = iter(range(100))
    cold = least(_COLD, lambda: place.build("dagster", f"cold{next(numbers)}"))
    plain_cold = least(_COLD, lambda: place.build("plain", f"plain{next(numbers)}"))
    # In turn, so that both sides meet the same machine.
    pairs = [(place.empty(), place.build("dagster", "cold0")) for _ in range(_WARM)]
    empty, warm = (min(side, key=lambda used: used.cpu) for side in zip(*pairs, strict=True))
    empty_run, run = (min(side, key=lambda used: used.said["run"]) for side in zip(*pairs, strict=True))
    plain_warm = least(_WARM, lambda: place.build("plain", "cold0"), by="run")
    imports = least(_WARM, lambda: place.build("import", "cold0"), by="import")
    steps = f"{empty.said['assets']} assets and {empty.said['checks']} checks that do nothing"
    return [
        Row("a", "full build, cold, whole process", cold.cpu, steps, empty.cpu, cold.cpu / empty.cpu, "at most 2.3", cold.peak,
            reached=cold.cpu / empty.cpu <= 2.3),
        Row("a", "full build, cold", cold.cpu, "the same functions in plain Python", plain_cold.cpu, cold.cpu / plain_cold.cpu,
            peak=plain_cold.peak),
        _part("our part of a cold build", plain_cold.said["run"], cold.said["run"], cold.peak),
        _part("our part of a warm build", plain_warm.said["run"], run.said["run"], warm.peak),
        Row("b", "build with nothing changed, the run", run.said["run"], f"the run of {steps}", empty_run.said["run"],
            run.said["run"] / empty_run.said["run"], "at most 1.10", warm.peak,
            reached=run.said["run"] / empty_run.said["run"] <= 1.10),
        Row("b", "build with nothing changed, whole process", warm.cpu, "a process that imports Dagster alone and runs them", empty.cpu,
            warm.cpu / empty.cpu, "at most 1.10", warm.peak, reached=warm.cpu / empty.cpu <= 1.10),
        Row("b", "import of the code location", imports.said["import"], "the aim in seconds", 3.0, imports.said["import"] / 3.0,
            "at most 1", imports.peak, reached=imports.said["import"] <= 3.0),
    ]  # fmt: skip


def _part(what: str, ours: float, whole: float, peak: float) -> Row:
    ratio = ours / whole
    return Row("a", what, ours, "the whole run", whole, ratio, "at most 0.25", peak, reached=ratio <= 0.25)


def _one_document(place: _Place) -> list[Row]:
    sizes = {1: place.raw}
    for times in TIMES:
        sizes[times] = place.folder / f"raw-{times}"
        archive_copies.enlarge(place.raw, sizes[times], times)
    first, after, documents = {}, {}, {}
    for times, raw in sizes.items():
        warehouse = f"one_more_{times}"
        first[times] = place.build("dagster", warehouse, raw)
        documents[times] = place.documents(warehouse)
        numbers = range(2 if times == 1 else 1)
        after[times] = min((_added(place, warehouse, raw, one) for one in numbers), key=lambda used: used.said["run"])
    found = []
    for times in sizes:
        ours, whole = after[times].said["run"], first[times].said["run"]
        found.append(
            Row("c", f"build after one new document, {_copies(times)}", ours, "the first build of that archive", whole, ours / whole,
                peak=after[times].peak)
        )  # fmt: skip
    for times in TIMES:
        ratio = after[times].said["run"] / after[1].said["run"]
        found.append(
            Row("c", f"build after one new document, {_copies(times)}", after[times].said["run"], _copies(1), after[1].said["run"], ratio,
                "at most 1.5", after[times].peak, reached=ratio <= 1.5)
        )  # fmt: skip
    return [*found, *_many_documents(place, first[TIMES[0]].said["run"], documents)]


def _many_documents(place: _Place, middle: float, documents: Mapping[int, int]) -> list[Row]:
    """Growth and memory of a first build of at least _DOCUMENTS documents. middle: seconds of the run at TIMES[0] copies. documents: rows of the table
    documents by number of copies.
    """
    of_copy = (documents[TIMES[1]] - documents[1]) / (TIMES[1] - 1)
    times = 1 + math.ceil((_DOCUMENTS - documents[1]) / of_copy)
    raw = place.folder / f"raw-{times}"
    archive_copies.enlarge(place.raw, raw, times)
    build = place.build("dagster", "many", raw)
    exponent = math.log(build.said["run"] / middle) / math.log(times / TIMES[0])
    what = f"{_copies(times)}, {place.documents('many'):,} documents"
    return [
        Row("c", f"exponent of growth of a first build, {what}", build.said["run"], _copies(TIMES[0]), middle, exponent, "at most 1.1",
            build.peak, reached=exponent <= 1.1),
        Row("c", f"memory of a first build, {what}", build.peak, "the aim", _MEGABYTES, build.peak / _MEGABYTES, "at most 1", build.peak, "MB",
            build.peak <= _MEGABYTES),
    ]  # fmt: skip


def _copies(times: int) -> str:
    return "archive as it is" if times == 1 else f"{times} copies of the archive"


def _added(place: _Place, warehouse: str, raw: Path, number: int) -> Used:
    """A build after one more document. None is taken out again: a release is held back when it loses what the last one had."""
    archive_copies.add_document(raw, number)
    return place.build("dagster", warehouse, raw)
