"""Snapshots: linked, bounded in number, and put back whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from release_folders import filed, put, release, table

from capex_pipeline.release import ReleaseError, files, manifest
from capex_pipeline.release.snapshots import Snapshot, Store
from capex_pipeline.schemas import TABLES
from capex_pipeline.storage import cache
from capex_pipeline.storage.warehouse import Warehouse

pytestmark = pytest.mark.slow


def released(root: Path, *amounts: float, **options: object) -> Warehouse:
    """A warehouse with one release for each amount of the same quarter."""
    warehouse = put(root)
    for amount in amounts:
        warehouse.publish("capex", table("capex", filed("a", amount)), f"build of {amount}")
        release(warehouse, bound_pct=1000.0, **options)
    return warehouse


def amounts(folder: Path) -> list[float]:
    """What a folder's table capex holds."""
    return list(Warehouse(folder).read("capex")["amount"])


def snapshot(store: Store, text: str) -> Snapshot:
    """A kept release."""
    found = store.find(text)
    assert isinstance(found, Snapshot)
    return found


def test_a_snapshot_shares_its_bytes_with_the_warehouse_until_that_moves_on(tmp_path: Path) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9)
    (kept,) = Store(warehouse.root).all()
    assert kept.folder.parent == tmp_path / ".warehouse.releases"
    assert (kept.tables / "capex.parquet").samefile(warehouse.path("capex"))
    warehouse.publish("capex", table("capex", filed("a", 2e9)), "later")
    assert amounts(kept.tables) == [1e9]
    assert amounts(warehouse.root) == [2e9]
    assert manifest.verify(kept.tables) == []


def test_a_file_system_without_links_gets_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(os, "link", refused)
    warehouse = released(tmp_path / "warehouse", 1e9, 2e9)
    store = Store(warehouse.root)
    assert not (store.all()[1].tables / "capex.parquet").samefile(warehouse.path("capex"))
    store.restore(snapshot(store, "1"), warehouse.staging())
    assert amounts(warehouse.root) == [1e9]


def test_no_reader_of_the_warehouse_meets_a_snapshot(tmp_path: Path) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9, 2e9)
    assert {path.name for path in warehouse.root.rglob("*.parquet")} == {f"{name}.parquet" for name in TABLES}


@pytest.mark.slow
def test_only_so_many_are_kept_and_the_current_one_always(tmp_path: Path) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9, 2e9, 3e9, keep=3)
    store = Store(warehouse.root, 1)
    store.restore(snapshot(store, "1"), warehouse.staging())
    assert [one.number for one in store.prune()] == [2]
    assert [one.number for one in store.all()] == [1, 3]
    assert store.current() == store.all()[0]


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
    # Both were restored by links; a later build must still leave the snapshots alone.
    warehouse.publish("capex", table("capex", filed("a", 3e9)), "later")
    assert [amounts(one.tables) for one in store.all()] == [[1e9], [2e9]]


def test_restoring_what_is_there_changes_nothing(tmp_path: Path) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9)
    store = Store(warehouse.root)
    store.restore(snapshot(store, "current"), warehouse.staging())
    assert manifest.verify(warehouse.root) == []
    assert [path.name for path in warehouse.staging().iterdir()] in ([], [cache.FOLDER])


def test_a_table_that_the_release_does_not_know_is_removed(tmp_path: Path) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9, 2e9)
    store = Store(warehouse.root)
    old = store.all()[0]
    said = old.manifest()
    said["tables"].pop("periods")
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
    with pytest.raises(ReleaseError, match=r"cannot be put back: .*fx_rates"):
        store.restore(old, warehouse.staging())
    assert amounts(warehouse.root) == [2e9]
    assert manifest.verify(warehouse.root) == []


def test_a_manifest_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9, 2e9)
    store = Store(warehouse.root)
    (tmp_path / "outside").write_bytes(b"not ours")
    old = store.all()[0]
    said = old.manifest()
    digest = files.sha256_of(tmp_path / "outside")
    said["files"]["../../../outside"] = {"bytes": 8, "sha256": digest}
    (old.tables / "manifest.json").write_bytes(manifest.to_bytes(said))
    with pytest.raises(ReleaseError):
        store.restore(old, warehouse.staging())


def test_a_build_that_stopped_before_the_manifest_is_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse = released(tmp_path / "warehouse", 1e9)
    warehouse.publish("capex", table("capex", filed("a", 2e9)), "second")
    with monkeypatch.context() as patched:
        patched.setattr(manifest, "write", lambda *_: (_ for _ in ()).throw(OSError("the power went")))
        with pytest.raises(OSError, match="the power went"):
            release(warehouse, bound_pct=1000.0)
    assert [one.rule for one in manifest.verify(warehouse.root)] == ["other_content"]
    release(warehouse, bound_pct=1000.0)
    assert manifest.verify(warehouse.root) == []
    assert [one.number for one in Store(warehouse.root).all()] == [1, 2]


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


def test_at_least_one_is_kept(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="At least one"):
        Store(tmp_path / "warehouse", 0)
