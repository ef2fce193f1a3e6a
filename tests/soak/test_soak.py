"""A short form of the soak: one table harmed at each of its calls, two builds at once, and (slow) some of every kind."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from builders import PROJECT

from capex_pipeline.schemas import validation
from capex_pipeline.storage.warehouse import Warehouse

from . import __main__ as soak
from . import steps
from .faults import KILLS, WAYS
from .outcome import Outcome
from .states import Site, differences, torn, versions_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the crashes are made by means of Linux")


class TwoVersions:
    """What a step asks of `states.States`: an old warehouse of a few tables, and a new one that has a row less."""

    def __init__(self, folder: Path, built: Warehouse) -> None:
        self.folder = folder
        self.old = Site(folder / "old")
        for table in ("capex_by_definition", "figures", "coverage"):
            # Published, as a candidate, and what is cached of it.
            for path in built.root.parent.glob(f"*warehouse*/**/{table}.*"):
                if not path.is_relative_to(built.root.with_name(".warehouse.releases")):
                    target = self.old.root / path.relative_to(built.root.parent)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
        self.new = self.old.copy_to(folder / "new")
        capex = self.new.warehouse.read("capex_by_definition")
        self.new.warehouse.write("capex_by_definition", capex.iloc[:-1], "trial")

    def after(self, *versions: str) -> Site:
        return self.new if versions[-1] == "new" else self.old


@pytest.mark.slow("kills a process at each call that writes a table")
def test_one_table_harmed_at_each_of_its_calls(
    tmp_path: Path, small: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = TwoVersions(tmp_path, small)
    monkeypatch.setattr(validation, "require", lambda *arguments: None)  # it was valid above, and is the same
    step = steps.STEPS["one table"]
    undisturbed = steps.Undisturbed(states, step, tmp_path)  # type: ignore[arg-type]
    assert undisturbed.before != undisturbed.after
    assert {call.split()[0] for call in undisturbed.calls} >= {"create", "write", "fsync", "replace"}
    number, lost = 0, []
    for at in range(1, len(undisturbed.calls) + 1):
        for way in (KILLS[at % len(KILLS)], *([WAYS[(at * 3) % len(WAYS)]] if at % 2 else [])):
            number += 1
            site = Site(tmp_path / "trials" / str(number) / "site")
            lost += steps.harm(states, step, undisturbed, way, at, site).lost  # type: ignore[arg-type]
    assert lost == [] and number >= 20


@pytest.mark.slow("builds the small archive, or reads what another test has built")
def test_a_half_written_table_and_a_stranger_would_be_found(tmp_path: Path, small: Warehouse) -> None:
    """The judge itself: what it says of a site that was spoiled on purpose."""
    site = Site(small.root.parent).copy_to(tmp_path / "site")
    whole = site.contents()
    known = versions_of([whole])
    assert torn(site, known) == [] and differences(site.contents(), whole) == []
    path = site.root / "warehouse" / "capex.parquet"
    data = path.read_bytes()
    path.unlink()  # its other name, in the snapshot, stays whole
    path.write_bytes(data[: len(data) // 2])
    (site.root / "warehouse" / "stranger.parquet").write_bytes(data)
    (site.root / ".warehouse.staging" / ".capex.parquet.x.part").write_bytes(data)
    assert torn(site, known) == [
        f"capex.parquet is of no known version ({len(data) // 2} bytes)", "stranger.parquet is a table that nobody knows",
    ]  # fmt: skip
    assert differences(site.contents(), whole) == [
        ".warehouse.staging/.capex.parquet.x.part is left over", "warehouse/stranger.parquet is left over", "warehouse/capex.parquet has other bytes",
    ]  # fmt: skip
    path.unlink()
    assert torn(site, known)[0] == "capex.parquet is gone"


def test_the_table_adds_up_and_something_lost_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    text = soak.table([Outcome("one thing", 1200, 0, "fine"), Outcome("another", 34, 2, "capex.parquet is gone")])
    assert [re.split(r"\s{2,}", line) for line in text.splitlines()] == [
        ["what was tried", "how often", "lost"], ["one thing", "1,200", "0", "fine"], ["another", "34", "2", "capex.parquet is gone"],
        ["all", "1,234", "2"],
    ]  # fmt: skip


@pytest.mark.slow("builds six times and kills builds")
def test_a_trial_of_every_step_and_of_a_whole_build_lose_nothing() -> None:
    """In a process of its own: it replaces functions of the package by stand-ins. The whole build is killed once, and not up to eight times."""
    trials = len(steps.STEPS) + 1
    script = f"""
import sys
from tests.soak import __main__, stops
stops._MOST_KILLS = 1
sys.exit(__main__.main(["--only", "crashes", "--trials", "{trials}", "--seed", "7"]))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    lines = [re.split(r"\s{2,}", line) for line in done.stdout.strip().splitlines()]
    assert lines[-1] == ["all", str(trials), "0"], done.stdout
    assert {f"{name}: each call, each way" for name in steps.STEPS} <= {line[0] for line in lines}
