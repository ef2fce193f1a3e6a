"""Damaged states of a warehouse and of what lies beside it: each function spoils one thing, as a disk, a person or another program does.

Add a state here. What must hold afterwards belongs to `workshop`: the next builds set the damage aside in a sentence and publish whole
tables.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from capex_pipeline.release import manifest
from capex_pipeline.release.snapshots import Store
from capex_pipeline.storage import build_lock, cache

from .states import Site

Damage = Callable[[Site], None]
_TABLE = "capex_by_overlapping_group"
_GARBAGE = b"PAR1" + bytes(range(256)) * 8 + b"PAR1"


def _manifest(site: Site) -> Path:
    return site.warehouse.root / manifest.NAME


def _replaced_by(data: bytes) -> Damage:
    return lambda site: _put(_manifest(site), data)


def _put(path: Path, data: bytes) -> None:
    """Replaces a file, whatever other names it has."""
    path.unlink(missing_ok=True)
    path.write_bytes(data)


def _edited(edit: Callable[[dict[str, Any]], object]) -> Damage:
    def damage(site: Site) -> None:
        content = json.loads(_manifest(site).read_bytes())
        edit(content)
        _put(_manifest(site), json.dumps(content).encode())

    return damage


def _hashes_of_other_files(content: dict[str, Any]) -> None:
    sums = [entry["sha256"] for entry in content["tables"].values()]
    for entry, other in zip(content["tables"].values(), [*sums[1:], sums[0]], strict=True):
        entry["sha256"] = other


def _truncated(path: Path) -> None:
    _put(path, (data := path.read_bytes())[: len(data) // 2])


def _kept(site: Site) -> Path:
    return Store(site.warehouse.root).all()[-1].folder


def _emptied(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def _a_file_instead(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
    _put(path, b"no folder")


def _a_folder_instead(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()
    (path / "a file in it").write_bytes(b"x")


def _a_link_instead(path: Path, target: Path) -> None:
    if path.exists():
        path.replace(target)
    else:
        target.write_bytes(b"")
    path.symlink_to(target)


def _a_link_to_nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def _with_its_kept_copy(site: Site) -> None:
    _emptied(_kept(site))
    _put(_manifest(site), b"")


def _lock(site: Site) -> Path:
    return build_lock.lock_file(site.warehouse)


def _note_of_this_process(site: Site) -> None:
    note = {"process": os.getpid(), "host": os.uname().nodename, "what": "a build", "since": "2020-01-01 00:00:00 UTC"}
    _lock(site).write_text(json.dumps(note))


def _cache(site: Site) -> Path:
    return site.warehouse.staging() / cache.FOLDER


def _table(site: Site) -> Path:
    return site.warehouse.path(_TABLE)


def _written_in_place(path: Path) -> None:
    """As a notebook does that reads a table, changes it and writes it back under its name, into the same file."""
    frame = pd.read_parquet(path)
    with path.open("r+b") as stream:
        stream.truncate()
        frame.iloc[:-1].to_parquet(stream)


def _each(folder: Path, spoil: Callable[[Path], object]) -> None:
    for path in sorted(folder.iterdir()):
        spoil(path)


DAMAGES: dict[str, Damage] = {
    "manifest: empty file": _replaced_by(b""),
    "manifest: null": _replaced_by(b"null"),
    "manifest: a list": _replaced_by(b"[]"),
    "manifest: no parts": _replaced_by(b"{}"),
    "manifest: UTF-16 with a broken start": _replaced_by(b"\xff\xfe\x00" + "{}".encode("utf-16-le")),
    "manifest: 100,000 nested brackets": _replaced_by(b"[" * 100_000 + b"]" * 100_000),
    "manifest: nested inside a part": _replaced_by(b'{"manifest_version": 1, "tables": ' + b"[" * 100_000),
    "manifest: version is a word": _edited(lambda content: content.update(manifest_version="x")),
    "manifest: version is negative": _edited(lambda content: content.update(manifest_version=-1)),
    "manifest: tables is a list": _edited(lambda content: content.update(tables=[1])),
    "manifest: a table is a number": _edited(lambda content: content["tables"].update(capex=1)),
    "manifest: release_id is a number": _edited(lambda content: content.update(release_id=5)),
    "manifest: files is null": _edited(lambda content: content.update(files=None)),
    "manifest: documents are numbers": _edited(lambda content: content.update(documents=[1, 2])),
    "manifest: a document without a path": _edited(lambda content: content["documents"][0].pop("path")),
    "manifest: code is empty": _edited(lambda content: content.update(code={})),
    "manifest: scope is empty": _edited(lambda content: content.update(scope={})),
    "manifest: released_on is no date": _edited(lambda content: content.update(released_on="soon")),
    "manifest: a file elsewhere": _edited(lambda content: content["files"].update({"../../x": {"sha256": "0", "bytes": 1}})),
    "manifest: a file without bytes": _edited(lambda content: content["files"].update({"x": {"sha256": "0"}})),
    "manifest: hashes of other files": _edited(_hashes_of_other_files),
    "manifest: a table is missing": _edited(lambda content: content["tables"].pop(_TABLE)),
    "manifest: a table that does not exist": _edited(
        lambda content: content["tables"].update(nonsense={**content["tables"][_TABLE], "file": "nonsense.parquet"})
    ),
    "manifest: truncated": lambda site: _truncated(_manifest(site)),
    "manifest: a folder": lambda site: _a_folder_instead(_manifest(site)),
    "manifest: unreadable": lambda site: _manifest(site).chmod(0),
    "manifest: gone": lambda site: _manifest(site).unlink(),
    "kept release: no manifest": lambda site: (_kept(site) / "tables" / manifest.NAME).unlink(),
    "kept release: torn manifest": lambda site: _truncated(_kept(site) / "tables" / manifest.NAME),
    "kept release: empty folder": lambda site: _emptied(_kept(site)),
    "kept release: a table is missing": lambda site: (_kept(site) / "tables" / f"{_TABLE}.parquet").unlink(),
    "kept release: other bytes of the same length": lambda site: _put(
        path := _kept(site) / "tables" / f"{_TABLE}.parquet", path.read_bytes()[::-1]
    ),
    "kept releases: the folder is gone": lambda site: shutil.rmtree(Store(site.warehouse.root).root),
    "kept releases: a file in its place": lambda site: _a_file_instead(Store(site.warehouse.root).root),
    "kept releases: damaged with the manifest": _with_its_kept_copy,
    "lock: a folder": lambda site: _a_folder_instead(_lock(site)),
    "lock: a link to a file elsewhere": lambda site: _a_link_instead(_lock(site), site.root / "elsewhere.lock"),
    "lock: a link to nowhere": lambda site: _a_link_to_nowhere(_lock(site)),
    "lock: the process id is in use again": _note_of_this_process,
    "lock: garbage": lambda site: _put(_lock(site), _GARBAGE),
    "staging: a file in its place": lambda site: _a_file_instead(site.warehouse.staging()),
    "staging: gone": lambda site: shutil.rmtree(site.warehouse.staging()),
    "candidates: a file in their place": lambda site: _a_file_instead(site.warehouse.candidates().root),
    "candidates: garbage": lambda site: _each(site.warehouse.candidates().root, lambda path: _put(path, _GARBAGE)),
    "candidates: a table is a folder": lambda site: _a_folder_instead(site.warehouse.candidates().path(_TABLE)),
    "candidates: a table is a link": lambda site: _a_link_instead(
        site.warehouse.candidates().path(_TABLE), site.root / "elsewhere.parquet"
    ),
    "candidates: a table written in place": lambda site: _written_in_place(site.warehouse.candidates().path(_TABLE)),
    "cache: a file": lambda site: _a_file_instead(_cache(site)),
    "cache: files of garbage": lambda site: _each(_cache(site), lambda path: _put(path, _GARBAGE)),
    "cache: files replaced by folders": lambda site: _each(_cache(site), _a_folder_instead),
    "a table: garbage with Parquet's magic": lambda site: _put(_table(site), _GARBAGE),
    "a table: a folder": lambda site: _a_folder_instead(_table(site)),
    "a table: a link": lambda site: _a_link_instead(_table(site), site.root / "elsewhere.parquet"),
    "a table: written in place by pandas": lambda site: _written_in_place(_table(site)),
    "a table: unreadable": lambda site: _table(site).chmod(0),
    "a table: gone": lambda site: _table(site).unlink(),
    "an extra Parquet file in the warehouse": lambda site: pq.write_table(
        pq.read_table(_table(site)), site.warehouse.root / "extra.parquet"
    ),
    "the warehouse: gone": lambda site: shutil.rmtree(site.warehouse.root),
    "the report: garbage": lambda site: _put(site.warehouse.root / "report.html", b"\xff\xfe"),
}  # fmt: skip
"""Name of a state -> what makes it."""
