"""Stores copies of releases beside the warehouse, finds them by number or id, and limits their number and size.

Add here what concerns the folder of kept releases. Differences between two releases belong to `diff`, publishing files to `install`.

Layout, beside the warehouse and on its file system, so that readers of warehouse/ do not see it:
  .<warehouse>.releases/0007-3f2a9c01d4e8/tables/    the files of release 7, under their own names, with its manifest
  .<warehouse>.releases/0007-3f2a9c01d4e8/changes.parquet, changes.md    differences from the previous release
Files are copies: no kept release shares bytes with a live file or with another release. A folder appears or disappears under one of these
names in one step: it is filled or emptied under a name that begins with a dot and ends with .part. A folder that is damaged is moved to a
name that begins with a dot and ends with .set-aside. Only a holder of the build lock may write.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from capex_pipeline.release import ReleaseError
from capex_pipeline.release import manifest as manifests
from capex_pipeline.release.install import install
from capex_pipeline.release.manifest import Manifest
from capex_pipeline.schemas import TABLES
from capex_pipeline.storage import files as storage_files
from capex_pipeline.storage.warehouse import Warehouse

CANDIDATE, HELD = "candidate", "held"
HELD_NOTE = f"{HELD}.md"
"""File beside the candidate tables that says why they are held."""

KEPT_RELEASES = 12
KEPT_MEGABYTES = 2_000
"""Limit on the disk space of kept releases; see `Store.prune`."""

SHORT = 12
"""Hexadecimal digits of a release id in names and texts."""

_NAME = re.compile(r"^(\d{4,})-([0-9a-f]{12})$")


@dataclass(frozen=True)
class Snapshot:
    """One kept release: its number in order of release, and its folder."""

    number: int
    short_id: str
    folder: Path

    @property
    def tables(self) -> Path:
        """Folder with the files of the release."""
        return self.folder / "tables"

    def manifest(self) -> Manifest:
        """Its manifest. Raises ReleaseError if it is missing."""
        manifest = manifests.read(self.tables)
        if manifest is None:
            raise ReleaseError(
                f"{self.tables} has no {manifests.NAME}; remove {self.folder}, which is no longer a release."
            )
        return manifest

    def is_sound(self) -> bool:
        """Whether its manifest can be read and every file is there with its size; bytes are compared by `manifest.is_whole`."""
        try:
            manifest = self.manifest()
            entries = {entry["file"]: entry for entry in manifest["tables"].values()} | manifest["files"]
            return all((self.tables / name).stat().st_size == entry["bytes"] for name, entry in entries.items())
        except (OSError, ReleaseError, KeyError):
            return False

    def bytes(self) -> int:
        """Size of its files in bytes."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())


def _is_usable(folder: Path) -> bool:
    # Write access is not checked here: a build with nothing to write works on a read-only file system.
    return folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)


class Store:
    """The snapshots of one warehouse."""

    def __init__(self, warehouse: Path, keep: int = KEPT_RELEASES, megabytes: float = KEPT_MEGABYTES) -> None:
        """keep, megabytes: number and total size of kept releases; the published one is always kept. Raises ReleaseError for less than one release."""
        if keep < 1:
            raise ReleaseError(f"At least one release must be kept, not {keep}.")
        self.warehouse = warehouse
        self.root = storage_files.beside(warehouse, "releases")
        self.keep = keep
        self.megabytes = megabytes

    def all(self) -> list[Snapshot]:
        """Every kept release, oldest first."""
        if not self.root.is_dir():
            return []
        folders = [(match, path) for path in self.root.iterdir() if path.is_dir() and (match := _NAME.match(path.name))]
        return sorted((Snapshot(int(match[1]), match[2], path) for match, path in folders), key=lambda one: one.number)

    def current(self) -> Snapshot | None:
        """The kept release that the warehouse's manifest names; otherwise the one with most of its files in the warehouse, the newest of
        several; None if nothing is kept.
        """
        kept = self.all()
        try:
            manifest = manifests.read(self.warehouse)
        except ReleaseError:
            manifest = None
        if manifest is not None:
            named = [one for one in kept if one.short_id == manifest["release_id"][:SHORT]]
            if named:
                return named[-1]
        return max(kept, key=lambda one: (self._in_place(one), one.number), default=None)

    def _in_place(self, snapshot: Snapshot) -> int:
        """How many files of a kept release are in the warehouse."""
        try:
            return len(manifests.in_place(self.warehouse, snapshot.manifest()))
        except ReleaseError:
            return -1

    def find(self, text: str) -> Snapshot | Path:
        """A release by number ("7"), by the beginning of its id, as "current" or "previous" (of the current one); "candidate" is the set that builds
        write, "held" the same if it is held, "warehouse" the folder of published tables.

        Raises ReleaseError if there is none, or more than one.
        """
        kept = self.all()
        current = self.current()
        if text == "warehouse":
            return self.warehouse
        if text in (CANDIDATE, HELD):
            folder = Warehouse(self.warehouse).candidates().root
            if text == HELD and not self.is_held():
                raise ReleaseError("No release is held.")
            if not folder.is_dir():
                raise ReleaseError(f"There are no candidate tables in {folder}; build first.")
            return folder
        if text == "current" and current is not None:
            return current
        if text == "previous":
            earlier = [one for one in kept if current is not None and one.number < current.number]
            if earlier:
                return earlier[-1]
        numbered = [one for one in kept if text.isdecimal() and one.number == int(text)]
        named = numbered or [one for one in kept if len(text) >= 4 and one.short_id.startswith(text[:SHORT])]
        if {one.short_id for one in named} and len({one.short_id for one in named}) == 1:
            return named[-1]
        known = ", ".join(f"{one.number} ({one.short_id})" for one in kept) or "none"
        raise ReleaseError(f"There is no release {text}. Available: {known}.")

    def is_held(self) -> bool:
        """Whether candidates are held and differ from what is published; after a restore they may not."""
        candidates = Warehouse(self.warehouse).candidates()
        if not (candidates.root / HELD_NOTE).is_file():
            return False
        footers = [candidates.footer(table) for table in TABLES]
        return any(footer is None or not candidates.is_published(footer) for footer in footers)

    def add(self, tables: Path, manifest: Manifest, beside: Mapping[str, bytes]) -> Snapshot:
        """Keep the files of a release. tables: their folder. beside: further files, which are not restored.

        If the newest snapshot already holds these files (a build stopped before the manifest was written), it is used. Raises ReleaseError
        if the files are not those of the manifest.
        """
        kept = self.all()
        if kept and kept[-1].is_sound() and kept[-1].manifest() == manifest:
            return kept[-1]
        number = kept[-1].number + 1 if kept else 1
        short = manifest["release_id"][:SHORT]
        return Snapshot(number, short, self._fill(self.root / f"{number:04d}-{short}", tables, manifest, beside))

    def restore(self, snapshot: Snapshot, staging: Path) -> Manifest:
        """Publish a kept release again. It is verified first; if there is a problem, nothing is changed. Raises ReleaseError."""
        problems = manifests.verify(snapshot.tables)
        if problems:
            raise ReleaseError(f"Release {snapshot.number} cannot be restored: {problems[0].message}")
        manifest = snapshot.manifest()
        try:
            replaced = manifests.read(self.warehouse)
        except ReleaseError:
            replaced = None
        install(snapshot.tables, manifest, Warehouse(self.warehouse, staging), replaced)
        return manifest

    def set_damaged_aside(self) -> list[str]:
        """Move damaged kept releases aside; return a sentence for each. Raises ReleaseError if that fails."""
        sentences = []
        if self.root.is_symlink() or (self.root.exists() and not _is_usable(self.root)):
            damaged = [self.root]
        elif self.root.exists():
            damaged = [one.folder for one in self.all() if not one.is_sound()]
            damaged += [path for path in self.root.iterdir() if _NAME.match(path.name) and not path.is_dir()]
        else:
            damaged = []
        for path in damaged:
            try:
                moved = storage_files.set_aside(path, path.parent, f".{path.name.lstrip('.')}")
            except OSError as error:
                raise ReleaseError(
                    f"{path} is damaged and could not be moved aside ({error.strerror or error}); remove it."
                ) from error
            sentences.append(f"{path} is not a complete kept release; it was moved to {moved}.")
        return sentences

    def prune(self) -> list[Snapshot]:
        """Remove the oldest releases beyond the limits, never the current one, and leftovers of killed builds; return the removed releases."""
        current = self.current()
        kept = self.all()
        sizes = [one.bytes() for one in kept]
        # The newest releases are kept as long as they fit.
        most = round(self.megabytes * 1e6)  # a size in megabytes may be a fraction of a byte off
        fitting = [sum(sizes[place:]) <= most for place in range(len(kept))]
        gone = [
            one
            for place, one in enumerate(kept)
            if one != current and (place < len(kept) - self.keep or not fitting[place])
        ]
        for one in gone:
            self._remove(one.folder)
        self._clear_leftovers()
        return gone

    def _clear_leftovers(self) -> None:
        storage_files.remove_all(self.root, f".*{storage_files.UNFINISHED}")

    def _remove(self, folder: Path) -> None:
        gone = folder.with_name(f".{folder.name}{storage_files.UNFINISHED}")
        self._clear_leftovers()  # an earlier removal that was stopped has this name
        try:
            folder.rename(gone)
            shutil.rmtree(gone)
        except OSError as error:
            raise ReleaseError(
                f"{folder} could not be removed ({error.strerror or error}); check permissions."
            ) from error

    def _fill(self, folder: Path, tables: Path, manifest: Manifest, beside: Mapping[str, bytes]) -> Path:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self._clear_leftovers()
            between = Path(tempfile.mkdtemp(prefix=".new.", suffix=storage_files.UNFINISHED, dir=self.root))
            try:
                between.chmod(0o755)
                (between / "tables").mkdir()
                for name in manifests.file_names(manifest):
                    storage_files.write_new(between / "tables" / name, storage_files.read(tables / name))
                storage_files.write_new(between / "tables" / manifests.NAME, manifests.to_bytes(manifest))
                for name, data in beside.items():
                    storage_files.write_new(between / name, data)
                for folder_of_names in (between / "tables", between):
                    storage_files.flush_folder(folder_of_names)
                if not manifests.is_whole(between / "tables", manifest):
                    raise ReleaseError(f"Another program writes into {tables}; only one build may run. Build again.")
                between.rename(folder)
            except BaseException:
                shutil.rmtree(between, ignore_errors=True)
                raise
            storage_files.flush_folder(self.root)
        except OSError as error:
            raise ReleaseError(
                f"The release could not be kept in {self.root} ({error.strerror or error}); check space and permissions."
            ) from error
        return folder
