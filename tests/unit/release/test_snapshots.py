"""Kept releases: copies, bounded in number and bytes, restored whole, and set aside where they are damaged."""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from unit.release.release_folders import candidates, copy_of, filed, release, table

from capex_pipeline.release import ReleaseError, install, manifest, publish
from capex_pipeline.release.snapshots import Snapshot, Store
from capex_pipeline.schemas import TABLES
from capex_pipeline.storage import cache
from capex_pipeline.storage import files as storage_files
from capex_pipeline.storage import warehouse as warehouses
from capex_pipeline.storage.warehouse import Warehouse, WarehouseError

pytestmark = pytest.mark.slow("publishes a release of all tables in most tests")


def released_anew(root: Path, *amounts: float, **options: object) -> Warehouse:
    """A warehouse with one release for each amount of the same quarter."""
    warehouse = candidates(root)
    for amount in amounts:
        warehouse.candidates().write(
            "capex_by_definition", table("capex_by_definition", filed("a", amount)), f"build of {amount}"
        )
        release(warehouse, bound_pct=1000.0, **options)
    return warehouse


def released(root: Path, *amounts: float, **options: object) -> Warehouse:
    """The same, made once and copied into a folder that has no warehouse yet."""
    return copy_of(_made_with(amounts, tuple(options.items())), root)


@functools.cache
def _made_with(amounts: tuple[float, ...], options: tuple[tuple[str, object], ...]) -> Callable[[Path], object]:
    return lambda root: released_anew(root, *amounts, **dict(options))


def amounts(folder: Path) -> list[float]:
    """What a folder's table capex holds."""
    return list(Warehouse(folder).read("capex_by_definition")["amount"])


def snapshot(store: Store, text: str) -> Snapshot:
    """A kept release."""
    found = store.find(text)
    assert isinstance(found, Snapshot)
    return found


def test_a_kept_release_survives_writing_in_place_into_the_warehouse(tmp_path: Path) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9)
    (kept,) = Store(warehouse.root).all()
    assert kept.folder.parent == tmp_path / ".warehouse.releases"
    with warehouse.path("capex_by_definition").open("r+b") as stream:
        stream.write(b"garbage")
    assert manifest.verify(kept.tables) == []
    assert manifest.verify(warehouse.root) != []
    candidate = release(warehouse)
    assert manifest.verify(warehouse.root) == []
    assert "compared with a kept copy and replaced" in candidate.text()
    assert [one.number for one in Store(warehouse.root).all()] == [1]


def _empty_table(warehouse: Warehouse) -> None:
    warehouse.path("capex_by_definition").write_bytes(b"")


def _pipe_in_place_of_a_table(warehouse: Warehouse) -> None:
    """A reader that opens it waits for a writer for ever."""
    warehouse.path("capex_by_definition").unlink()
    os.mkfifo(warehouse.path("capex_by_definition"))
    assert warehouse.footer("capex_by_definition") is None
    assert [problem.rule for problem in manifest.verify(warehouse.root)] == ["broken_file"]
    with pytest.raises(WarehouseError, match="is not a readable Parquet file"):
        warehouse.read("capex_by_definition")


def _no_manifest(warehouse: Warehouse) -> None:
    (warehouse.root / "manifest.json").unlink()


def _damaged_manifest(warehouse: Warehouse) -> None:
    (warehouse.root / "manifest.json").write_bytes(b"{}")


@pytest.mark.parametrize("damage", [_empty_table, _pipe_in_place_of_a_table, _no_manifest, _damaged_manifest])
def test_damage_is_repaired_from_the_release_that_is_published_and_not_from_the_newest(
    tmp_path: Path, damage: Callable[[Warehouse], None]
) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9, 2e9)
    assert publish.repair(warehouse) == []
    store = Store(warehouse.root)
    store.restore(snapshot(store, "1"), warehouse.staging())
    damage(warehouse)
    sentences = publish.repair(warehouse)
    assert sentences[-1].startswith(
        f"{warehouse.root} was damaged; its files were restored from {store.all()[0].tables}"
    )
    assert manifest.verify(warehouse.root) == [] and amounts(warehouse.root) == [1e9]


def test_damage_without_a_kept_copy_is_reported_and_nothing_is_replaced(tmp_path: Path) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9, 2e9)
    shutil.rmtree(Store(warehouse.root).all()[1].folder)
    _empty_table(warehouse)
    (*_, sentence) = publish.repair(warehouse)
    assert f"{warehouse.root} stays damaged until a build publishes" in sentence
    assert warehouse.path("capex_by_definition").read_bytes() == b""


def test_a_published_file_that_shares_its_bytes_with_another_name_is_written_anew(tmp_path: Path) -> None:
    """Version 1.0 kept its releases as hard links."""
    warehouse = released(tmp_path / "warehouse", 1e9)
    other = tmp_path / "other name"
    os.link(warehouse.path("entities"), other)
    release(warehouse)
    assert warehouse.path("entities").stat().st_nlink == other.stat().st_nlink == 1
    assert warehouse.path("entities").read_bytes() == other.read_bytes()


def test_releases_beyond_the_bound_on_space_are_removed(tmp_path: Path) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9, 2e9, 3e9)
    sizes = [one.bytes() for one in Store(warehouse.root).all()]
    assert Store(warehouse.root, megabytes=(sizes[1] + sizes[2]) / 1e6).prune()[0].number == 1
    assert [one.number for one in Store(warehouse.root, megabytes=0.001).prune()] == [2]
    assert [one.number for one in Store(warehouse.root).all()] == [3], "the published one stays whatever it takes"


def test_no_reader_of_the_warehouse_meets_a_snapshot(tmp_path: Path) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9, 2e9)
    assert {path.name for path in warehouse.root.rglob("*.parquet")} == {f"{name}.parquet" for name in TABLES}


def test_only_so_many_are_kept_and_the_current_one_always(tmp_path: Path) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9, 2e9, 3e9, keep=3)
    store = Store(warehouse.root, 1)
    store.restore(snapshot(store, "1"), warehouse.staging())
    assert [one.number for one in store.prune()] == [2]
    assert [one.number for one in store.all()] == [1, 3]
    assert store.current() == store.all()[0]


def test_two_warehouses_of_one_folder_do_not_share_releases(tmp_path: Path) -> None:
    for name in ("one", "two"):
        release(candidates(tmp_path / name))
        assert [one.number for one in Store(tmp_path / name).all()] == [1]


def test_an_equal_build_is_no_release(tmp_path: Path) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9, 1e9)
    assert len(Store(warehouse.root).all()) == 1


def test_going_back_and_forward_again(tmp_path: Path) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9, 2e9)
    store = Store(warehouse.root)
    first = (store.all()[0].tables / "manifest.json").read_bytes()
    store.restore(snapshot(store, "previous"), warehouse.staging())
    assert amounts(warehouse.root) == [1e9]
    assert (warehouse.root / "manifest.json").read_bytes() == first
    assert manifest.verify(warehouse.root) == []
    store.restore(snapshot(store, "2"), warehouse.staging())
    assert amounts(warehouse.root) == [2e9]
    assert manifest.verify(warehouse.root) == []
    warehouse.candidates().write("capex_by_definition", table("capex_by_definition", filed("a", 3e9)), "later")
    assert [amounts(one.tables) for one in store.all()] == [[1e9], [2e9]]


def test_restoring_what_is_there_changes_nothing(tmp_path: Path) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9)
    store = Store(warehouse.root)
    store.restore(snapshot(store, "current"), warehouse.staging())
    assert manifest.verify(warehouse.root) == []
    assert {path.name for path in warehouse.staging().iterdir()} <= {cache.FOLDER, warehouses.CANDIDATES}


def test_a_table_that_the_release_does_not_know_is_removed(tmp_path: Path) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9, 2e9)
    store = Store(warehouse.root)
    old = store.all()[0]
    said = old.manifest()
    said["tables"].pop("periods")
    contents = {name: entry["content_id"] for name, entry in said["tables"].items()}
    said["release_id"] = manifest.release_id(contents, said["schema_version"])
    (old.tables / "periods.parquet").unlink()
    (old.tables / "manifest.json").write_bytes(manifest.to_bytes(said))
    store.restore(old, warehouse.staging())
    assert not warehouse.path("periods").exists()
    assert manifest.verify(warehouse.root) == []


def test_a_damaged_snapshot_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9, 2e9)
    store = Store(warehouse.root)
    old = store.all()[0]
    (old.tables / "fx_rates.parquet").unlink()
    (old.tables / "fx_rates.parquet").write_bytes(b"damaged")
    with pytest.raises(ReleaseError, match=r"cannot be restored: .*fx_rates"):
        store.restore(old, warehouse.staging())
    assert amounts(warehouse.root) == [2e9]
    assert manifest.verify(warehouse.root) == []


def test_a_manifest_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9, 2e9)
    store = Store(warehouse.root)
    (tmp_path / "outside").write_bytes(b"not ours")
    old = store.all()[0]
    said = old.manifest()
    digest = storage_files.sha256_of(tmp_path / "outside")
    said["files"]["../../../outside"] = {"bytes": 8, "sha256": digest}
    (old.tables / "manifest.json").write_bytes(manifest.to_bytes(said))
    with pytest.raises(ReleaseError):
        store.restore(old, warehouse.staging())


def test_a_build_that_stopped_before_the_files_were_moved_is_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9)
    warehouse.candidates().write("capex_by_definition", table("capex_by_definition", filed("a", 2e9)), "second")
    with monkeypatch.context() as patched:
        patched.setattr(install, "install", lambda *_: (_ for _ in ()).throw(OSError("the power went")))
        with pytest.raises(OSError, match="the power went"):
            release(warehouse, bound_pct=1000.0)
    assert manifest.verify(warehouse.root) == [] and amounts(warehouse.root) == [1e9]
    release(warehouse, bound_pct=1000.0)
    assert manifest.verify(warehouse.root) == [] and amounts(warehouse.root) == [2e9]
    assert [one.number for one in Store(warehouse.root).all()] == [1, 2]


@pytest.mark.parametrize("failing", range(1, 5))
def test_a_move_that_fails_puts_the_published_files_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9)
    tables = warehouse.candidates()
    for name in ("capex_by_definition", "cloud_revenue_by_definition"):
        tables.write(name, table(name, filed("b", 2e9)), "second")
    before = {path.name: path.read_bytes() for path in warehouse.root.iterdir()}
    replace, calls = Path.replace, []

    def replaced(self: Path, target: Path) -> Path:
        if target.parent == warehouse.root:
            calls.append(target.name)
            if len(calls) == failing:
                raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", replaced)
    if failing <= 3:  # two tables and the manifest
        with pytest.raises(ReleaseError, match="The release was not published: No space left on device"):
            release(warehouse, bound_pct=1000.0)
        assert {path.name: path.read_bytes() for path in warehouse.root.iterdir()} == before
    else:
        release(warehouse, bound_pct=1000.0)
        assert amounts(warehouse.root) == [2e9]
    assert manifest.verify(warehouse.root) == []


def _manifest_gone(kept: Path) -> None:
    (kept / "tables" / "manifest.json").unlink()


def _torn_manifest(kept: Path) -> None:
    path = kept / "tables" / "manifest.json"
    path.write_bytes(path.read_bytes()[:100])


def _emptied(kept: Path) -> None:
    shutil.rmtree(kept / "tables")


def _table_missing(kept: Path) -> None:
    (kept / "tables" / "capex_by_definition.parquet").unlink()


def _folder_of_releases_gone(kept: Path) -> None:
    shutil.rmtree(kept.parent)


def _file_in_place_of_releases(kept: Path) -> None:
    shutil.rmtree(kept.parent)
    kept.parent.write_bytes(b"a file")


def _file_in_place_of_a_release(kept: Path) -> None:
    shutil.rmtree(kept)
    kept.write_bytes(b"a file")


@pytest.mark.parametrize(
    "damage",
    [_manifest_gone, _torn_manifest, _emptied, _table_missing, _folder_of_releases_gone, _file_in_place_of_releases, _file_in_place_of_a_release],
)  # fmt: skip
def test_a_damaged_kept_release_is_set_aside_and_the_next_release_is_made(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9)
    damage(Store(warehouse.root).all()[0].folder)
    warehouse.candidates().write("capex_by_definition", table("capex_by_definition", filed("a", 2e9)), "second")
    text = release(warehouse, bound_pct=1000.0).text()
    if damage is not _folder_of_releases_gone:
        assert "is not a complete kept release; it was moved to" in text
    assert manifest.verify(warehouse.root) == [] and amounts(warehouse.root) == [2e9]
    assert [amounts(one.tables) for one in Store(warehouse.root).all()] == [[2e9]]


def test_releases_are_found_by_number_and_by_id(tmp_path: Path) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9, 2e9)
    store = Store(warehouse.root)
    first, second = store.all()
    said = first.manifest()["release_id"]
    assert store.find("1") == store.find(said) == store.find(said[:12]) == store.find("previous") == first
    assert store.find("current") == second
    assert store.find("warehouse") == warehouse.root
    for wrong in ("3", "zzzz", "", "held"):
        with pytest.raises(ReleaseError):
            store.find(wrong)


def test_a_linked_warehouse_has_its_releases_and_its_candidates_beside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "disk" / "tables").mkdir(parents=True)
    (tmp_path / "warehouse").symlink_to(tmp_path / "disk" / "tables")
    released_anew(tmp_path / "warehouse", 1e9)
    assert sorted(path.name for path in (tmp_path / "disk").iterdir()) == [
        ".tables.releases",
        ".tables.staging",
        "tables",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["disk", "warehouse"]
    assert Store(tmp_path / "warehouse").all() == Store(tmp_path / "disk" / "tables").all() != []


def test_at_least_one_is_kept(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="At least one"):
        Store(tmp_path / "warehouse", 0)


def test_kept_releases_on_a_read_only_file_system_are_not_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9)
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
    assert Store(warehouse.root).set_damaged_aside() == []
    release(warehouse)
    assert amounts(warehouse.root) == [1e9]
