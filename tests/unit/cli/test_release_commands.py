"""The commands of a release, as a person types them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from unit.release.release_folders import candidates, copy_of, filed, filing, release, table

from capex_pipeline.cli.main import main
from capex_pipeline.release import accepted_changes, publish
from capex_pipeline.release.snapshots import Store
from capex_pipeline.storage.warehouse import Warehouse

pytestmark = pytest.mark.slow("writes all tables and publishes a release or two in each test")


def two_releases(root: Path) -> None:
    """Meta's quarter is 8 billion in the first release, and 8.1 in the second."""
    made = candidates(root, documents=table("documents", filing("filing-1", "2024-08-01")))
    for amount in (8e9, 8.1e9):
        made.candidates().write(
            "capex_by_definition", table("capex_by_definition", filed("a", amount)), f"build of {amount}"
        )
        release(made)


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """Two releases: Meta's quarter was 8 billion, then 8.1."""
    return copy_of(two_releases, tmp_path / "warehouse")


def run(*words: str) -> int:
    """Runs `capex-pipeline release <words>`."""
    return main(["release", *words])


def test_list_shows_each_release(warehouse: Warehouse, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list", "--warehouse", str(warehouse.root)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["number", "release", "contract", "data", "until", "rows"]
    assert lines[1].split()[0] == "1" and lines[2].split()[:2] == ["*", "2"]
    assert "2024-08-01" in lines[1]


def test_compare_shows_changed_amounts(warehouse: Warehouse, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("compare", "--warehouse", str(warehouse.root)) == 0
    text = capsys.readouterr().out
    assert (
        "capex_by_definition meta cash_purchases 2024-04-01..2024-06-30: amount 8,000,000,000 -> 8,100,000,000 (+1.2 %"
        in text
    )
    assert run("compare", "2", "1", "--warehouse", str(warehouse.root)) == 0
    assert "8,100,000,000 -> 8,000,000,000" in capsys.readouterr().out
    assert run("compare", "1", "7", "--warehouse", str(warehouse.root)) == 1
    assert "There is no release 7" in capsys.readouterr().err


def test_the_folder_of_a_release_stays_as_it_is_whatever_is_built(
    warehouse: Warehouse, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("folder", "--warehouse", str(warehouse.root)) == 0
    folder = Path(capsys.readouterr().out.strip())
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert folder.is_absolute() and {"capex_by_definition.parquet", "manifest.json", "views.sql"} <= set(before)
    assert pd.read_parquet(folder / "capex_by_definition.parquet")["amount"].tolist() == [8.1e9]
    warehouse.candidates().write(
        "capex_by_definition", table("capex_by_definition", filed("a", 8.2e9)), "another build"
    )
    release(warehouse)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert run("folder", "previous", "--warehouse", str(warehouse.root)) == 0
    assert Path(capsys.readouterr().out.strip()) == folder
    assert run("folder", "9", "--warehouse", str(warehouse.root)) == 1


def test_restore_and_verify(warehouse: Warehouse, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("restore", "previous", "--warehouse", str(warehouse.root)) == 0
    assert "holds release 1" in capsys.readouterr().out
    assert warehouse.read("capex_by_definition")["amount"].tolist() == [8e9]
    assert run("verify", "--warehouse", str(warehouse.root)) == 0
    warehouse.candidates().write("capex_by_definition", table("capex_by_definition", filed("a", 9e9)), "another build")
    assert run("verify", "--warehouse", str(warehouse.root)) == 0
    warehouse.write(
        "capex_by_definition", table("capex_by_definition", filed("a", 9e9)), "written in place by something else"
    )
    assert run("verify", "--warehouse", str(warehouse.root)) == 1
    assert "capex_by_definition.parquet other_content" in capsys.readouterr().out
    assert run("restore", "warehouse", "--warehouse", str(warehouse.root)) == 1


def test_accept_prints_what_a_held_build_needs(warehouse: Warehouse, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("accept", "--reason", "x", "--warehouse", str(warehouse.root)) == 1
    assert "No release is held" in capsys.readouterr().err
    warehouse.candidates().write("capex_by_definition", table("capex_by_definition", filed("a", 90e9)), "another build")
    release(warehouse)
    assert run("accept", "--reason", "A typing error.", "--warehouse", str(warehouse.root)) == 0
    text = capsys.readouterr().out
    assert "old: 8100000000" in text and "new: 90000000000" in text and "reason: A typing error." in text
    assert run("list", "--warehouse", str(warehouse.root)) == 0
    assert "A release is held" in capsys.readouterr().out

    # The candidates are what readers see once that release is restored, so nothing is held any more.
    warehouse.candidates().write("capex_by_definition", table("capex_by_definition", filed("a", 8e9)), "undone")
    publish.hold(warehouse, publish.prepare(warehouse, publish.Options(), accepted_changes.Accepted))
    assert run("restore", "1", "--warehouse", str(warehouse.root)) == 0
    assert run("list", "--warehouse", str(warehouse.root)) == 0
    assert "A release is held" not in capsys.readouterr().out


def test_list_shows_what_is_sound_beside_what_is_damaged(
    warehouse: Warehouse, capsys: pytest.CaptureFixture[str]
) -> None:
    (warehouse.root / "manifest.json").write_bytes(b"{}")
    first, _ = Store(warehouse.root).all()
    (first.tables / "manifest.json").unlink()
    assert run("list", "--warehouse", str(warehouse.root)) == 0
    _, one, two, *notes = capsys.readouterr().out.splitlines()
    assert one.split() == ["1", first.short_id, "damaged"] and two.split()[0] == "2"
    assert any(f"{warehouse.root / 'manifest.json'} is not a manifest of a release" in note for note in notes)
    assert any(f"{first.tables} has no manifest.json" in note for note in notes)


def test_views_and_spreadsheets(warehouse: Warehouse, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("views", "--warehouse", str(warehouse.root)) == 0
    assert f"read_parquet('{warehouse.root}/capex_by_definition.parquet')" in capsys.readouterr().out
    assert run("spreadsheets", "--warehouse", str(warehouse.root)) == 0
    assert (warehouse.root / "spreadsheets" / "capex.csv").is_file()
