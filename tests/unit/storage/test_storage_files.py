"""Files are replaced in one step and only when they differ."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from capex_pipeline.storage import files as storage_files
from capex_pipeline.storage.files import StorageError, replace_if_changed, set_aside


def test_an_equal_file_is_left_alone(tmp_path: Path) -> None:
    target, staging = tmp_path / "out" / "a.json", tmp_path / "staging"
    assert replace_if_changed(target, b"one", staging)
    inode = target.stat().st_ino
    assert not replace_if_changed(target, b"one", staging)
    assert target.stat().st_ino == inode
    assert replace_if_changed(target, b"two", staging)
    assert (target.read_bytes(), stat.S_IMODE(target.stat().st_mode)) == (b"two", 0o644)
    assert list(staging.iterdir()) == []


def test_a_reader_that_opened_the_old_file_reads_all_of_it_after_the_file_was_replaced(tmp_path: Path) -> None:
    target, staging = tmp_path / "a.json", tmp_path / "staging"
    replace_if_changed(target, b"the old content", staging)
    with target.open("rb", buffering=0) as reader:  # what a buffer holds already would hide a file changed in place
        beginning = reader.read(4)
        replace_if_changed(target, b"new", staging)
        assert beginning + reader.read() == b"the old content"
    assert target.read_bytes() == b"new"


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, staging = tmp_path / "a.json", tmp_path / "staging"
    replace_if_changed(target, b"one", staging)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match=r"was not replaced .No space left"):
        replace_if_changed(target, b"two", staging)
    assert target.read_bytes() == b"one"
    assert list(staging.iterdir()) == []


def test_a_damaged_path_is_moved_aside_beside_earlier_ones_up_to_a_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage_files, "MOST_SET_ASIDE", 2)
    for content in ("first", "second", "third"):
        damaged = tmp_path / "capex.parquet"
        damaged.mkdir()
        (damaged / content).write_text(content)
        moved = set_aside(damaged, tmp_path / "staging")
        assert not damaged.exists()
    assert moved == tmp_path / "staging" / "capex.parquet.2.set-aside"
    kept = {path.parent.name: path.name for path in (tmp_path / "staging").glob("*/*")}
    assert kept == {"capex.parquet.set-aside": "first", "capex.parquet.2.set-aside": "third"}


def test_a_pipe_or_a_device_in_place_of_a_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(storage_files.NotAFileError):
            storage_files.read(path)
    with pytest.raises(FileNotFoundError):
        storage_files.read(tmp_path / "absent")
