"""Publishes a complete set of files: all are moved together, the manifest last.

Add here what changes the published folder or the object store's pointer. The decision whether a set may be published belongs to `publish`,
kept copies to `snapshots`. In a folder the new files are first copied beside the warehouse and flushed to disk; then they are moved into
place one after the other, which takes milliseconds, and the manifest last. If a move fails, the files that were already moved are put back.
In an object store each release has its own prefix. The manifest, written last, points to the published one.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import tempfile
from pathlib import Path

from capex_pipeline.release import ReleaseError
from capex_pipeline.release import manifest as manifests
from capex_pipeline.release.manifest import Manifest
from capex_pipeline.storage import files as storage_files
from capex_pipeline.storage.warehouse import Warehouse

PREFIXES = "releases"
"""Below the address of a warehouse in an object store: one prefix for each release."""

_PREFIX = re.compile(r"^(\d{4,})-[0-9a-f]{12}$")


def install(source: Path, manifest: Manifest, warehouse: Warehouse, replaced: Manifest | None) -> list[str]:
    """Publish the files of a release into a folder; files that already have the right bytes stay. Returns sentences on damaged files that
    were moved aside.

    source: folder with the files of `manifest`. replaced: the previously published manifest; files that only it names are removed. Raises
    ReleaseError; the published set is then unchanged, unless the message says otherwise.
    """
    root, staging = warehouse.root, warehouse.staging()
    names = manifests.file_names(manifest)
    tables = {table: entry["sha256"] for table, entry in manifest["tables"].items()}
    sums = {entry["file"]: entry["sha256"] for entry in manifest["tables"].values()}
    sums |= {name: entry["sha256"] for name, entry in manifest["files"].items()}
    data = manifests.to_bytes(manifest)
    sentences: list[str] = []
    try:
        root.mkdir(parents=True, exist_ok=True)
        staging.mkdir(parents=True, exist_ok=True)
        changed = [name for name in names if not _is_in_place(root / name, sums[name])]
        gone = sorted(set(manifests.file_names(replaced) if replaced is not None else ()) - set(names))
        gone = [name for name in gone if os.path.lexists(root / name)]
        if not changed and not gone and manifests.has_bytes(root / manifests.NAME, storage_files.sha256(data)):
            warehouse.take_over_footers(tables)
            return []
        with tempfile.TemporaryDirectory(
            prefix=".install.", suffix=storage_files.UNFINISHED, dir=staging, ignore_cleanup_errors=True
        ) as folder:
            new, old = Path(folder) / "new", Path(folder) / "old"
            new.mkdir()
            old.mkdir()
            for name in changed:
                storage_files.write_new(new / name, storage_files.read(source / name))
                (new / name).chmod(0o644)
                if not manifests.has_bytes(new / name, sums[name]):
                    raise ReleaseError(f"Another program writes into {source}; only one build may run. Build again.")
            storage_files.write_new(new / manifests.NAME, data)
            (new / manifests.NAME).chmod(0o644)
            for name in (*changed, *gone, manifests.NAME):
                sentences += _make_way(root / name, staging)
                if (root / name).exists():
                    _second_name(root / name, old / name)
            _move(root, new, old, changed, gone)
    except OSError as error:
        raise ReleaseError(_refusal(error, root)) from error
    warehouse.take_over_footers(tables)
    return sentences


def _move(root: Path, new: Path, old: Path, changed: list[str], gone: list[str]) -> None:
    """Only during this loop does the folder hold files of two releases."""
    touched: list[str] = []
    try:
        for name in changed:
            touched.append(name)
            (new / name).replace(root / name)
        for name in gone:
            touched.append(name)
            (root / name).unlink()
        touched.append(manifests.NAME)
        (new / manifests.NAME).replace(root / manifests.NAME)
    except OSError:
        for name in reversed(touched):
            if (old / name).exists():
                (old / name).replace(root / name)
            else:
                (root / name).unlink(missing_ok=True)
        raise
    storage_files.flush_folder(root)


def put(source: Path, manifest: Manifest, warehouse: Warehouse, keep: int) -> Manifest:
    """Publish a release in an object store: its files under a new prefix, then the manifest that points there. Returns the manifest.

    keep: number of kept prefixes, including the published one. Raises StorageError; readers then see the previous release.
    """
    published = manifests.read(warehouse.root)
    if published is not None:
        pointing = {**manifest, "prefix": published.get("prefix")}
        if published == pointing and manifests.is_whole(manifests.place_of(warehouse.root, published), manifest):
            return published
    earlier_prefixes = prefixes(warehouse.root)
    number = int(earlier_prefixes[-1].partition("-")[0]) + 1 if earlier_prefixes else 1
    name = f"{number:04d}-{manifest['release_id'][:12]}"
    place = warehouse.root / PREFIXES / name
    for file in manifests.file_names(manifest):
        storage_files.put(place / file, storage_files.read(source / file))
    storage_files.put(place / manifests.NAME, manifests.to_bytes(manifest))
    pointer = {**manifest, "prefix": f"{PREFIXES}/{name}"}
    storage_files.put(warehouse.root / manifests.NAME, manifests.to_bytes(pointer))
    for old in [*earlier_prefixes, name][:-keep]:
        storage_files.remove_prefix(warehouse.root / PREFIXES / old)
    return pointer


def prefixes(root: Path) -> list[str]:
    """Names of the releases' prefixes in an object store, oldest first."""
    names = storage_files.names_below(root / PREFIXES)
    return sorted((name for name in names if _PREFIX.match(name)), key=lambda name: int(name.partition("-")[0]))


def _is_in_place(path: Path, sha256: str) -> bool:
    """Whether a published file has the right bytes and no second hard link, through which another program could change it."""
    return manifests.has_bytes(path, sha256) and path.stat().st_nlink == 1


def _make_way(path: Path, staging: Path) -> list[str]:
    """Move aside what is in the place of a published file and is not a regular file."""
    if not os.path.lexists(path) or stat.S_ISREG(path.lstat().st_mode):
        return []
    moved = storage_files.set_aside(path, staging)
    return [f"{path} was not a regular file; it was moved to {moved} and replaced by the published file."]


def _second_name(source: Path, target: Path) -> None:
    """Keep the file that is about to be replaced, so that it can be restored."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _refusal(error: OSError, root: Path) -> str:
    if error.errno == errno.EXDEV:
        return (
            f"{root} is a mount point, so files beside it cannot be moved into it in one step. Nothing was published; name a folder "
            f"below the mount as the warehouse, such as {root / 'warehouse'}."
        )
    return (
        f"The release was not published: {error.strerror or error} at {error.filename or root}. Readers see the "
        "previous release. Check space and permissions, then build again."
    )
