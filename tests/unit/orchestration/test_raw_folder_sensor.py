"""What a tick of the sensor raw_folder looks at: signatures first, the bytes of files that differ, everything once a day."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import RawFolder

from capex_pipeline.orchestration import sensors
from capex_pipeline.raw import folder as raw_folder
from capex_pipeline.raw.errors import FolderError
from capex_pipeline.release.snapshots import HELD_NOTE
from capex_pipeline.storage.warehouse import Footer, Warehouse


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Names of the files whose bytes were read, in order."""
    names: list[str] = []
    read = raw_folder._bounded

    def counted(path: Path, root: Path, limit: int, name: str) -> bytes:
        names.append(path.relative_to(root).as_posix())
        return read(path, root, limit, name)

    monkeypatch.setattr(raw_folder, "_bounded", counted)
    monkeypatch.setattr(sensors, "_looks", {})
    yield names


def look(raw: RawFolder) -> str:
    return sensors._listing(raw.root, raw_folder.signature(raw.root))


def test_a_tick_hashes_what_differs_and_nothing_where_nothing_does(raw: RawFolder, hashed: list[str]) -> None:
    for name in ("a.csv", "a.meta.yaml", "b/c.csv"):
        raw.write(name, name)
    first = look(raw)
    assert hashed == ["a.csv", "a.meta.yaml", "b/c.csv"]
    hashed.clear()
    assert look(raw) == first and hashed == []
    raw.write("b/c.csv", "other bytes")
    changed = look(raw)
    assert changed != first and hashed == ["b/c.csv"]
    raw.write("b/c.csv", "b/c.csv")
    assert look(raw) == first
    assert first == raw_folder.listing_fingerprint(raw.root), "the fingerprint is that of a whole reading"


def test_a_file_with_its_old_size_and_time_of_writing_is_hashed_again(raw: RawFolder, hashed: list[str]) -> None:
    """As `cp -p` and `rsync` leave it: the time of the last change and the inode differ."""
    path = raw.write("a.csv", "12,094")
    first, times = look(raw), path.stat()
    path.unlink()
    raw.write("a.csv", "17,094")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert look(raw) != first


def test_everything_is_hashed_once_a_day(raw: RawFolder, hashed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    raw.write("a.csv", "a")
    look(raw)
    hashed.clear()
    tomorrow = time.time() + 24 * 60 * 60 + 1
    monkeypatch.setattr(sensors.time, "time", lambda: tomorrow)
    look(raw)
    assert hashed == ["a.csv"]


@pytest.mark.parametrize(
    ("evidence", "note", "message"),
    [
        ("present", "The release is held: one value moved.\n\n| a | b |", "The release is held: one value moved."),
        ("another", "The release is held: one value moved.", None),
        ("present", None, None),
    ],
)
def test_candidates_are_held_for_the_evidence_that_they_were_computed_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, evidence: str, note: str | None, message: str | None
) -> None:
    """An equal build would be held again, so the sensor asks for none; other documents may bring a release."""
    warehouse = Warehouse(tmp_path / "warehouse")
    footer = Footer("figures", 1, "content", evidence, "2.0")
    monkeypatch.setattr(Warehouse, "footer", lambda self, table: footer if table == "figures" else None)
    root = warehouse.candidates().root
    root.mkdir(parents=True)
    if note is not None:
        (root / HELD_NOTE).write_text(note, encoding="utf-8")
    assert sensors._held_message(warehouse, "present") == message


def test_a_folder_that_was_emptied_is_refused_at_every_tick(raw: RawFolder, hashed: list[str]) -> None:
    path = raw.write("a.csv", "a")
    look(raw)
    path.unlink()
    for _ in range(2):
        with pytest.raises(FolderError, match="There is no document in"):
            look(raw)


def test_signatures_tell_links_pipes_and_what_cannot_be_looked_at(raw: RawFolder, tmp_path: Path) -> None:
    raw.write("a.csv", "a")
    raw.write("README.md", "no document")
    raw.write(".hidden/b.csv", "b")
    (raw.root / "broken.csv").symlink_to("nowhere")
    (raw.root / "folder").symlink_to(tmp_path)
    os.mkfifo(raw.root / "pipe.csv")
    found = raw_folder.signature(raw.root)
    assert {Path(path).name for path in found} == {"a.csv", "broken.csv", "folder", "pipe.csv"}
    assert found[str(raw.root / "broken.csv")] == (-1, -1, -1, -1)
    assert raw_folder.signature(raw.root / "absent") == {str(raw.root / "absent"): (-1, -1, -1, -1)}
