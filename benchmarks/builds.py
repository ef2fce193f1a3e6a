"""Parts (a) to (c): whole builds, builds with nothing changed, and builds after one new document.

A whole build, cold and warm, is compared with a job that does nothing and with plain Python; the other two are measured
with the archive as it is and four times as large. This module defines the order of the builds. One build is in
`benchmarks/build.py`, the empty job in `benchmarks/empty_job.py`, the larger archive in `benchmarks/archive_copies.py`.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from benchmarks import archive_copies
from benchmarks.measure import ROOT, Row, Used, child, least

TIMES = 4
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
    large = place.folder / "large"
    archive_copies.enlarge(place.raw, large, TIMES)
    found = {}
    for name, raw in (("as it is", place.raw), (f"{TIMES} times as large", large)):
        warehouse = f"one_more_{raw.name}"
        first = place.build("dagster", warehouse, raw)
        after = min((_added(place, warehouse, raw, number) for number in range(2)), key=lambda used: used.said["run"])
        found[name] = first, after
    (first, after), (first_large, after_large) = found.values()
    whole, whole_large = first.said["run"], first_large.said["run"]
    one, one_large = after.said["run"], after_large.said["run"]
    return [
        Row("c", "build after one new document", one, "the first build", whole, one / whole, peak=after.peak),
        Row("c", f"the same, archive {TIMES} times as large", one_large, "the first build of that archive", whole_large,
            one_large / whole_large, peak=after_large.peak),
        Row("c", f"build after one new document, archive {TIMES} times as large", one_large, "archive as it is", one, one_large / one,
            f"well below {TIMES}", after_large.peak, reached=one_large / one < TIMES / 2),
        Row("c", f"first build, archive {TIMES} times as large", whole_large, "archive as it is", whole, whole_large / whole,
            peak=first_large.peak),
    ]  # fmt: skip


def _added(place: _Place, warehouse: str, raw: Path, number: int) -> Used:
    """A build after one more document. None is taken out again: a release is held back when it loses what the last one had."""
    archive_copies.add_document(raw, number)
    return place.build("dagster", warehouse, raw)
