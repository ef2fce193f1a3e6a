"""A build does not hash files again that an earlier one hashed, and notices every other change."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from builders import RawFolder

from capex_pipeline.orchestration import raw_version
from capex_pipeline.raw import folder

LONG_AGO = 10


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files whose bytes were read, in order."""
    names: list[str] = []
    whole = folder._bounded

    def counted(path: Path, root: Path, limit: int, name: str) -> bytes:
        names.append(path.relative_to(root).as_posix())
        return whole(path, root, limit, name)

    monkeypatch.setattr(folder, "_bounded", counted)
    return names


def listed(raw: RawFolder, staging: Path, monkeypatch: pytest.MonkeyPatch, seconds: float = LONG_AGO) -> str:
    """The fingerprint of raw/ as another process finds it. seconds: how long after now."""
    now = raw_version.time.time() + seconds
    with monkeypatch.context() as patch:
        patch.setattr(raw_version, "hashed", {})
        patch.setattr(raw_version, "_hashed_on", {})
        patch.setattr(raw_version.time, "time", lambda: now)
        found = raw_version.listing(raw.root, staging)
        raw_version.keep_digests(raw.root, staging)
    assert found == folder.listing_fingerprint(raw.root)
    return found


def test_only_changed_files_are_hashed_by_the_next_process(
    raw: RawFolder, tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    raw.write("a.csv", "12,094")
    raw.write("b.csv", "8,729")
    staging = tmp_path / "staging"
    first = listed(raw, staging, monkeypatch)
    of_whole_reading = ["a.csv", "b.csv"]
    assert read == of_whole_reading * 2, "by the build, and by the whole reading that it is compared with"
    read.clear()
    assert listed(raw, staging, monkeypatch) == first and read == of_whole_reading
    read.clear()
    times = (raw.root / "a.csv").stat()
    raw.write("a.csv", "17,094")
    os.utime(raw.root / "a.csv", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert listed(raw, staging, monkeypatch) != first and read == ["a.csv", *of_whole_reading]


def test_a_file_that_just_changed_is_hashed_again(
    raw: RawFolder, tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "SETTLE_SECONDS", 60.0)
    raw.write("a.csv", "12,094")
    listed(raw, tmp_path / "staging", monkeypatch, seconds=0)
    read.clear()
    listed(raw, tmp_path / "staging", monkeypatch, seconds=0)
    assert read == ["a.csv"] * 2


def test_every_file_is_hashed_again_after_a_day(
    raw: RawFolder, tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    raw.write("a.csv", "12,094")
    for seconds, times in ((LONG_AGO, 2), (raw_version.DAY, 1), (raw_version.DAY + 2 * LONG_AGO, 2)):
        read.clear()
        listed(raw, tmp_path / "staging", monkeypatch, seconds)
        assert len(read) == times, "a build in between does not put it off"
