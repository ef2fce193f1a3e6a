"""Files are replaced in one step and only when they differ."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from capex_pipeline.release import ReleaseError
from capex_pipeline.release.files import link, put_in_place, replace_if_changed


def test_an_equal_file_is_left_alone(tmp_path: Path) -> None:
    target, staging = tmp_path / "out" / "a.json", tmp_path / "staging"
    assert replace_if_changed(target, b"one", staging)
    inode = target.stat().st_ino
    assert not replace_if_changed(target, b"one", staging)
    assert target.stat().st_ino == inode
    assert replace_if_changed(target, b"two", staging)
    assert (target.read_bytes(), stat.S_IMODE(target.stat().st_mode)) == (b"two", 0o644)
    assert list(staging.iterdir()) == []


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, staging = tmp_path / "a.json", tmp_path / "staging"
    replace_if_changed(target, b"one", staging)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ReleaseError, match=r"was not replaced .No space left"):
        replace_if_changed(target, b"two", staging)
    assert target.read_bytes() == b"one"
    assert list(staging.iterdir()) == []


def test_putting_a_second_name_of_the_same_file_in_place_leaves_no_rest(tmp_path: Path) -> None:
    source, target, staging = tmp_path / "source", tmp_path / "target", tmp_path / "staging"
    source.write_bytes(b"one")
    link(source, target)
    put_in_place(source, target, staging)
    assert target.read_bytes() == b"one"
    assert list(staging.iterdir()) == []


def test_a_name_that_is_taken_is_not_linked_over(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"one")
    (tmp_path / "target").write_bytes(b"two")
    with pytest.raises(FileExistsError):
        link(tmp_path / "source", tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == b"two"
