"""What every kind of trial uses: the job, undisturbed results, a fresh folder for each trial, and the random generator.

Add here what is set up once, or runs one build with readers beside it. The kinds of trials are in the modules beside
it, such as `tests/soak/stops.py`.
"""

from __future__ import annotations

import contextlib
import gc
import itertools
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import building
from .faults import Injector
from .processes import Child, Ended, Readers
from .states import Contents, Site, States, differences, torn, versions_of

KEPT = ".warehouse.staging/kept/"
"""What is kept to save work, and is not flushed to disk: after a power cut a damaged file is known as such, and stays until its inputs
change."""


@dataclass
class Found:
    """What one trial found: promises that were broken (empty: none), how many builds were killed, and how often readers read meanwhile."""

    lost: list[str] = field(default_factory=list)
    kills: int = 0
    reads: int = 0


class Workshop:
    """The folder in which trials are made, with everything imported and the job loaded."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.chance = random.Random(seed)
        self.job = building.prepare()
        self.states = States(folder, self.build)
        self._numbers = itertools.count(1)
        # Children then begin with everything imported, and with the tables of both versions in memory.
        self.states.after("old")
        start = time.monotonic()
        self.states.after("old", "new")
        self.seconds = time.monotonic() - start
        """What an undisturbed build takes here, roughly: it computes what the new version changes, which children take from memory."""
        gc.collect()
        gc.freeze()  # so that a collection in a child does not copy all of this process's memory

    def build(self, raw: Path, site: Site, **settings: Any) -> str:
        """Builds in this process: "" or what failed."""
        return building.build(self.job, raw, site, **settings)

    @contextlib.contextmanager
    def site(self, *versions: str) -> Iterator[Site]:
        """A fresh copy of a site in which these versions were built; removed afterwards."""
        with self.folder_of_trial() as root:
            yield self.states.after(*versions).copy_to(root / "site")

    @contextlib.contextmanager
    def folder_of_trial(self) -> Iterator[Path]:
        """A new folder, removed afterwards."""
        root = self.folder / "trials" / str(next(self._numbers))
        root.mkdir(parents=True)
        try:
            yield root
        finally:
            shutil.rmtree(root, ignore_errors=True)

    def child(self, work: Callable[[], Any]) -> Child:
        """A process that does some work."""
        return Child(work, self.folder / "said")

    def faulty(self, site: Site, way: str, at: int, work: Callable[[], Any]) -> Child:
        """A process that does some work while the n-th call below the site does harm. The answer: what it returned, and all calls."""

        def harmed() -> list[Any]:
            injector = Injector(site.root, way, at)
            injector.install()
            return [work(), injector.calls]

        return self.child(harmed)

    @contextlib.contextmanager
    def read_meanwhile(self, site: Site, *states: Contents, found: Found) -> Iterator[None]:
        """Readers that poll every table while the block lasts; what they met goes into `found`."""
        readers = Readers(site.root / "warehouse", versions_of(states), self.folder / "said")
        try:
            yield
        finally:
            reads, wrong = readers.end()
            found.reads += reads
            found.lost += [f"a reader met {one}" for one in wrong]

    def judge(
        self,
        site: Site,
        found: Found,
        expected: tuple[str, ...],
        *more: tuple[str, ...],
        absent: bool = False,
        but: tuple[str, ...] = (),
    ) -> None:
        """After harm: what lies there is whole, the next build needs no help, and ends as an undisturbed one, byte by byte.

        expected: versions after whose builds the site must be as it is in the end; more: other states whose tables may lie there now.
        absent: tables may be absent now. but: beginnings of names that are not compared in the end.
        """
        known = versions_of([self.states.contents(*versions) for versions in (expected, *more)])
        found.lost += torn(site, known, may_be_absent=absent)
        raw = self.states.raw[expected[-1]]
        ended = self.child(lambda: self.build(raw, site)).end()
        if ended.answer != "":
            found.lost.append(f"the next build failed: {told(ended)}")
        now, then = (
            {name: digest for name, digest in contents.items() if not name.startswith(but)}
            for contents in (site.contents(), self.states.contents(*expected))
        )
        found.lost += differences(now, then)


def told(ended: Ended) -> str:
    """How a child ended, in a line."""
    if ended.hung:
        return "it hung"
    return f"{ended.answer} {ended.said[-600:]}".strip()


def untold(said: str) -> list[str]:
    """Failures of a build that are no sentences of this package."""
    return [
        f"an error that is not told in words: {line}" for line in said.splitlines() if line.startswith(building.UNTOLD)
    ]


@contextlib.contextmanager
def workshop(seed: int, below: Path | None = None) -> Iterator[Workshop]:
    """A workshop in a folder of its own, which is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="capex_pipeline_soak_", dir=below) as folder, _environment(Path(folder)):
        yield Workshop(Path(folder), seed)


@contextlib.contextmanager
def _environment(folder: Path) -> Iterator[None]:
    names: Mapping[str, str | None] = {
        "DAGSTER_DISABLE_TELEMETRY": "yes",
        # Not the folder that trials name, so that one may build as of a day into it.
        "CAPEX_PIPELINE_WAREHOUSE": str(folder / "usual"),
        "CAPEX_PIPELINE_KEEP_RELEASES": "1",  # so that a build removes a release as well
        "CAPEX_PIPELINE_RAW": None,
        "DAGSTER_HOME": None,
        "CAPEX_PIPELINE_BUILD_WAIT": None,
        "CAPEX_PIPELINE_KEEP_MEGABYTES": None,
        "CAPEX_PIPELINE_SPREADSHEETS": None,
    }
    before = {name: os.environ.get(name) for name in names}
    try:
        _set(names)
        yield
    finally:
        _set(before)


def _set(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
