"""Trials that interrupt one step of a build at every one of its calls: one table, one release, one restore.

Add a step here. The faults are injected by `tests/soak/faults.py`. The steps need no Dagster and take milliseconds
each, so a soak test goes through all of them, and a short test goes through all calls of one table.
"""

from __future__ import annotations

import functools
import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from capex_pipeline.reference import load
from capex_pipeline.release import ReleaseError, accepted_changes, publish, spreadsheets
from capex_pipeline.release.snapshots import Store
from capex_pipeline.schemas import TABLES
from capex_pipeline.storage import build_lock
from capex_pipeline.storage.files import StorageError
from capex_pipeline.storage.warehouse import Warehouse, WarehouseError

from .faults import KILLS, WAYS
from .processes import Child
from .states import Site, States, differences, torn, versions_of
from .workshop import Found, told

_TOLD = "told: "


@dataclass(frozen=True)
class Step:
    """A part of a build. start: makes the site that it begins with. do: the step, which may be done again after it was stopped."""

    name: str
    start: Callable[[States, Path], Site]
    do: Callable[[States, Site], object]


def _locked(do: Callable[[States, Warehouse], object]) -> Callable[[States, Site], object]:
    """As a build does it: with the lock, and what a killed one left removed first."""

    def step(states: States, site: Site) -> None:
        with build_lock.locked(site.warehouse, "a trial", wait=0) as is_ours:
            assert is_ours
            do(states, site.warehouse)

    return step


def _one_table(states: States, warehouse: Warehouse) -> None:
    warehouse.candidates().write(
        "capex_by_definition", states.after("old", "new").warehouse.read("capex_by_definition"), "trial"
    )


def _release(_: States, warehouse: Warehouse) -> None:
    options = publish.Options(keep=1, formats=("csv",))
    candidate = publish.prepare(warehouse, options, lambda: accepted_changes.reviewed(load()))
    assert not candidate.is_held
    publish.publish(warehouse, candidate, options)


def _hold(_: States, warehouse: Warehouse) -> None:
    options = publish.Options()
    candidate = publish.prepare(warehouse, options, lambda: accepted_changes.reviewed(load()))
    publish.hold(warehouse, candidate)


def _restore(_: States, warehouse: Warehouse) -> None:
    store = Store(warehouse.root)
    store.restore(store.all()[-1], warehouse.staging())


def _spreadsheets(_: States, warehouse: Warehouse) -> None:
    spreadsheets.export(warehouse, ["csv"])


def _after(*versions: str) -> Callable[[States, Path], Site]:
    return lambda states, root: states.after(*versions).copy_to(root)


def _tables_of_new(states: States, root: Path) -> Site:
    """Candidates of the new version, release of the old one: as a build leaves it to the release."""
    site = states.after("old").copy_to(root)
    built = states.after("old", "new").warehouse.candidates()
    for table in TABLES:
        shutil.copyfile(built.path(table), site.warehouse.candidates().path(table))
    return site


STEPS = {
    step.name: step
    for step in (
        Step("one table", _after("old"), _locked(_one_table)),
        Step("release", _tables_of_new, _locked(_release)),
        Step("hold", _tables_of_new, _locked(_hold)),
        Step("restore", _tables_of_new, _locked(_restore)),
        Step("spreadsheets", _after("old"), _locked(_spreadsheets)),
    )
}


class Undisturbed:
    """A step done without harm: its calls, and what lies there afterwards."""

    def __init__(self, states: States, step: Step, folder: Path) -> None:
        from .faults import Injector

        self.site = step.start(states, folder / "undisturbed-step" / step.name.replace(" ", "-"))
        self.before = self.site.contents()

        def counted() -> list[str]:
            injector = Injector(self.site.root)
            injector.install()
            step.do(states, self.site)
            return injector.calls

        ended = Child(counted, folder / "said").end()
        if ended.answer is None:
            raise RuntimeError(f"The step {step.name} failed without harm: {told(ended)}")
        self.calls: list[str] = ended.answer
        self.after = self.site.contents()


def points(undisturbed: Undisturbed) -> Iterator[tuple[str, int]]:
    """Every way at every call."""
    return itertools.product(WAYS, range(1, len(undisturbed.calls) + 1))


def harm(states: States, step: Step, undisturbed: Undisturbed, way: str, at: int, site: Site) -> Found:
    """Does the step with harm at one call, looks at what is left, and does it again."""
    from .faults import Injector

    found = Found()

    def harmed() -> str:
        Injector(site.root, way, at).install()
        try:
            step.do(states, site)
        except (ReleaseError, StorageError, WarehouseError, build_lock.BuildLockError) as error:
            return f"{_TOLD}{error}"
        return ""

    step.start(states, site.root)
    ended = Child(harmed, site.root.parent / "said").end()
    found.kills += ended.killed
    if way in KILLS and not ended.killed:
        found.lost.append(f"it was not killed: {told(ended)}")
    if way not in KILLS and ended.answer is None:
        found.lost.append(f"an error that is not told in words: {told(ended)}")
    found.lost += torn(site, versions_of([undisturbed.before, undisturbed.after]))
    again = Child(lambda: step.do(states, site) and None, site.root.parent / "said").end()
    if again.killed or again.hung or again.said:
        found.lost.append(f"doing it again failed: {told(again)}")
    found.lost += differences(site.contents(), undisturbed.after)
    found.lost = [f"{step.name}, {way} at {undisturbed.calls[at - 1]}: {one}" for one in found.lost]
    return found


@functools.cache
def undisturbed(states: States, name: str) -> Undisturbed:
    """The step without harm, done once."""
    return Undisturbed(states, STEPS[name], states.folder)
