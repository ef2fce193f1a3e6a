"""A warehouse in an object store: a prefix for each release and one pointer, written last."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any, cast

import pytest
from unit.release.release_folders import candidates, filed, filing, release, table

from capex_pipeline.release import install, manifest
from capex_pipeline.schemas import TABLES
from capex_pipeline.storage import files as storage_files
from capex_pipeline.storage.warehouse import Warehouse

pytestmark = pytest.mark.slow("publishes releases to a simulated object store")

upath = pytest.importorskip("upath", reason="object stores are an extra")


def new_root() -> Path:
    """A prefix that nothing else uses."""
    return cast(Path, upath.UPath(f"memory://{uuid.uuid4()}/warehouse"))


@pytest.fixture(scope="module")
def first_release() -> Path:
    """One release of eight billion. Read only."""
    made = candidates(
        new_root(),
        capex_by_definition=table("capex_by_definition", filed("a")),
        documents=table("documents", filing("filing-1", "2024-08-01")),
    )
    assert release(made).text() == "The first release: there is nothing to compare with."
    return made.root


@pytest.fixture
def warehouse(first_release: Any) -> Warehouse:
    """A copy of the first release that a test may change."""
    return copy_of_release(first_release)


def copy_of_release(first_release: Any) -> Warehouse:
    """The same objects below another prefix."""
    root: Any = new_root()
    root.fs.copy(first_release.parent.path, root.parent.path, recursive=True)
    return Warehouse(root)


def read_as_a_reader(root: Path) -> list[float]:
    """What a reader sees who follows the pointer."""
    pointer = json.loads((root / "manifest.json").read_bytes())
    return list(Warehouse(root / pointer["prefix"]).read("capex_by_definition")["amount"])


def test_a_release_is_a_prefix_of_its_own_and_the_manifest_points_there(warehouse: Warehouse) -> None:
    assert manifest.verify(warehouse.root) == []
    pointer = manifest.read(warehouse.root)
    assert pointer is not None and pointer["prefix"] == f"releases/0001-{pointer['release_id'][:12]}"
    assert (warehouse.root / pointer["prefix"] / "views.sql").read_bytes()
    assert read_as_a_reader(warehouse.root) == [8e9]


def test_a_second_release_leaves_the_files_of_the_first(warehouse: Warehouse) -> None:
    before = manifest.read(warehouse.root)
    assert before is not None
    warehouse.candidates().write("capex_by_definition", table("capex_by_definition", filed("a", 8.1e9)), "second")
    assert read_as_a_reader(warehouse.root) == [8e9], "a candidate is not what readers see"
    release(warehouse)
    assert read_as_a_reader(warehouse.root) == [8.1e9]
    assert manifest.is_whole(warehouse.root / before["prefix"], before), "who reads the first release can go on"


def test_an_equal_build_writes_nothing(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_files, "put", lambda path, _: pytest.fail(f"{path} was written"))
    release(warehouse)
    assert install.prefixes(warehouse.root) == [Path(str((manifest.read(warehouse.root) or {})["prefix"])).name]


def test_a_move_without_explanation_is_held(warehouse: Warehouse) -> None:
    warehouse.candidates().write(
        "capex_by_definition", table("capex_by_definition", filed("a", 80e9)), "a lost decimal point"
    )
    assert release(warehouse).is_held
    assert read_as_a_reader(warehouse.root) == [8e9]


def second_release(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, failing: int = 0) -> list[Path]:
    """Publishes an amount of 8.1 billion; the objects that were put, of which the store refuses number `failing` (from 1)."""
    warehouse.candidates().write("capex_by_definition", table("capex_by_definition", filed("a", 8.1e9)), "second")
    put, objects = storage_files.put, list[Path]()

    def counted(path: Path, data: bytes) -> None:
        if ".staging" not in str(path):
            objects.append(path)
            if len(objects) == failing:
                raise storage_files.StorageError(f"{path} was refused")
        put(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(storage_files, "put", counted)
        release(warehouse)
    return objects


def test_a_store_that_fails_during_a_release_leaves_the_pointer(
    first_release: Any, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the first tables, at one in the middle, and at each of the last objects, of which the pointer is the very last."""
    undisturbed = copy_of_release(first_release)
    number = len(second_release(undisturbed, monkeypatch))
    assert number > len(TABLES)
    for failing in (1, 2, number // 2, *range(number - 4, number + 1)):
        with pytest.raises(storage_files.StorageError):
            second_release(warehouse, monkeypatch, failing)
        assert read_as_a_reader(warehouse.root) == [8e9], failing
        assert manifest.verify(warehouse.root) == [], failing
    assert second_release(warehouse, monkeypatch)[-1] == warehouse.root / "manifest.json"
    assert read_as_a_reader(warehouse.root) == [8.1e9]
    assert manifest.verify(warehouse.root) == []


def test_only_so_many_prefixes_are_kept(warehouse: Warehouse) -> None:
    for number in range(4):
        warehouse.candidates().write(
            "capex_by_definition", table("capex_by_definition", filed("a", 8e9 + number)), f"build {number}"
        )
        release(warehouse, keep=2)
    assert [name[:4] for name in install.prefixes(warehouse.root)] == ["0004", "0005"]
    assert read_as_a_reader(warehouse.root) == [8e9 + 3]
