"""Files below raw/ are whole or not there, and never elsewhere."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from capex_pipeline.raw import folder as raw_folder
from capex_pipeline.refresh import archive_writer
from capex_pipeline.refresh.archive_writer import ArchiveWriter
from capex_pipeline.refresh.http_types import RefreshError

SIDECAR = {"kind": "companyfacts", "cik": 7, "retrieved": date(2024, 11, 25), "note": "A long remark: " + "word " * 60}


def test_a_document_is_read_back_with_its_sidecar(tmp_path: Path) -> None:
    ArchiveWriter(tmp_path).put("filings/a.json", b"{}", SIDECAR)
    (file,) = raw_folder.list_files(tmp_path)
    assert raw_folder.read_bytes(file, tmp_path) == b"{}"
    assert raw_folder.read_sidecar(file, tmp_path) == {
        **SIDECAR, "cik": "7", "retrieved": "2024-11-25", "note": str(SIDECAR["note"]).strip() + " " * str(SIDECAR["note"]).endswith(" "),
    }  # fmt: skip
    assert sorted(path.name for path in (tmp_path / "filings").iterdir()) == ["a.json", "a.meta.yaml"]
    assert (tmp_path / "filings/a.json").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file_and_no_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    writer = ArchiveWriter(tmp_path)
    writer.put_file("a.json", b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((os, "fsync", full) if step == "fsync" else (Path, "replace", full)))
    with pytest.raises(RefreshError, match=r"a\.json cannot be written: No space left on device\. Check space"):
        writer.put_file("a.json", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    assert (tmp_path / "a.json").read_bytes() == b"old"


def test_a_run_that_dies_between_the_two_files_leaves_the_old_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = ArchiveWriter(tmp_path)
    writer.put("a.json", b"old", SIDECAR)
    whole = archive_writer.replace_file
    written: list[str] = []

    def once(target: Path, data: bytes) -> None:
        if written:
            raise KeyboardInterrupt
        written.append(target.name)
        whole(target, data)

    monkeypatch.setattr(archive_writer, "replace_file", once)
    with pytest.raises(KeyboardInterrupt):
        writer.put("a.json", b"new", SIDECAR)
    assert written == ["a.meta.yaml"]
    assert (tmp_path / "a.json").read_bytes() == b"old"


def test_the_data_are_on_the_disk_before_the_name_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (steps.append("fsync"), fsync(handle))[1])
    monkeypatch.setattr(Path, "replace", lambda self, target: (steps.append("replace"), replace(self, target))[1])
    ArchiveWriter(tmp_path).put_file("a.json", b"new")
    assert steps[:2] == ["fsync", "replace"]


@pytest.mark.parametrize("name", ["../a.json", "/tmp/a.json", "x/../../a.json"])
def test_nothing_is_written_or_read_outside(tmp_path: Path, name: str) -> None:
    root = tmp_path / "raw"
    root.mkdir()
    with pytest.raises(RefreshError, match="not below the folder"):
        ArchiveWriter(root).put_file(name, b"x")
    with pytest.raises(RefreshError, match="not below the folder"):
        ArchiveWriter(root).read(name)


def test_a_linked_folder_is_not_written_through(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "raw", tmp_path / "elsewhere"
    root.mkdir()
    elsewhere.mkdir()
    (root / "filings").symlink_to(elsewhere)
    with pytest.raises(RefreshError, match="a link leads out"):
        ArchiveWriter(root).put_file("filings/a.json", b"x")
    assert list(elsewhere.iterdir()) == []


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    ArchiveWriter(tmp_path, dry_run=True).put("filings/a.json", b"x", SIDECAR)
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    assert ArchiveWriter(tmp_path).read("filings/a.json") is None
    (tmp_path / "folder").mkdir()
    with pytest.raises(RefreshError, match="cannot be read"):
        ArchiveWriter(tmp_path).read("folder")
