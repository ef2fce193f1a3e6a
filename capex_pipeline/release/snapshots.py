"""Earlier releases: kept beside the warehouse, listed, and put back.

What belongs here: the folder of snapshots and what is done with it. What does not: what differs between two (comparison).

Layout, beside the warehouse and on its file system, so that no reader of warehouse/ meets it and files can be linked:
  .<warehouse>.releases/0007-3f2a9c01d4e8/tables/    the files of release 7, under their own names, with its manifest
  .<warehouse>.releases/0007-3f2a9c01d4e8/changes.parquet, changes.md    what differs from the release before it
  .<warehouse>.releases/held/    the last build that was not released, in the same form
A folder comes and goes under one of these names in one step: it is filled, or emptied, under a name that begins with a dot and ends
with .part. Only one who has the build lock may write.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from capex_pipeline.release import ReleaseError
from capex_pipeline.release import manifest as manifests
from capex_pipeline.release.files import link, put_in_place
from capex_pipeline.release.manifest import Manifest
from capex_pipeline.storage import files as storage_files

HELD = "held"
SHORT = 12
"""Hexadecimal digits of a release id in names and texts."""

_NAME = re.compile(r"^(\d{4,})-([0-9a-f]{12})$")


@dataclass(frozen=True)
class Snapshot:
    """One kept release: its number in order of release, and where it lies."""

    number: int
    short_id: str
    folder: Path

    @property
    def tables(self) -> Path:
        """Folder with the files of the release."""
        return self.folder / "tables"

    def manifest(self) -> Manifest:
        """Its manifest. Raises ReleaseError where it is gone."""
        found = manifests.read(self.tables)
        if found is None:
            raise ReleaseError(
                f"{self.tables} has no {manifests.NAME}; remove {self.folder}, it is no release any more."
            )
        return found


class Store:
    """The snapshots of one warehouse."""

    def __init__(self, warehouse: Path, keep: int = 12) -> None:
        """keep: how many releases stay; the one that readers see always does. Raises ReleaseError for less than one."""
        if keep < 1:
            raise ReleaseError(f"At least one release must be kept, not {keep}.")
        self.warehouse = warehouse
        self.root = warehouse.with_name(f".{warehouse.name}.releases")
        self.keep = keep

    def all(self) -> list[Snapshot]:
        """Every kept release, oldest first."""
        if not self.root.is_dir():
            return []
        found = [(match, path) for path in self.root.iterdir() if path.is_dir() and (match := _NAME.match(path.name))]
        return sorted((Snapshot(int(match[1]), match[2], path) for match, path in found), key=lambda one: one.number)

    def current(self) -> Snapshot | None:
        """The kept release that the warehouse's manifest names, else the newest; None where nothing is kept."""
        kept = self.all()
        manifest = manifests.read(self.warehouse)
        if manifest is not None:
            named = [one for one in kept if one.short_id == manifest["release_id"][:SHORT]]
            if named:
                return named[-1]
        return kept[-1] if kept else None

    def find(self, text: str) -> Snapshot | Path:
        """A release by number ("7"), by the beginning of its id, as "current" or "previous" (of the current one), or "held";
        "warehouse" is the folder of tables as it is now, whether or not it is a release.

        Raises ReleaseError where there is none, or more than one.
        """
        kept = self.all()
        current = self.current()
        if text == "warehouse":
            return self.warehouse
        if text == HELD:
            if not (self.root / HELD / "tables").is_dir():
                raise ReleaseError("No build is held back.")
            return self.root / HELD / "tables"
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
        raise ReleaseError(f"There is no one release {text}; kept are: {known}.")

    def add(self, manifest: Manifest, beside: Mapping[str, bytes]) -> Snapshot:
        """Keeps the files that lie in the warehouse as the next release. beside: further files, which are not restored.

        A snapshot that is already there as the newest (the build stopped before the manifest was put in place) is taken as it is.
        Raises ReleaseError where the files are not those of the manifest.
        """
        kept = self.all()
        if kept and kept[-1].manifest() == manifest:
            return kept[-1]
        number = kept[-1].number + 1 if kept else 1
        short = manifest["release_id"][:SHORT]
        folder = self._fill(self.root / f"{number:04d}-{short}", manifest, beside)
        return Snapshot(number, short, folder)

    def hold(self, manifest: Manifest, beside: Mapping[str, bytes]) -> Path:
        """Keeps the files of a build that is not released, in place of the one held before."""
        self.drop_held()
        return self._fill(self.root / HELD, {**manifest, "files": {}}, beside)

    def drop_held(self) -> None:
        """Forgets the build that was held back."""
        if (self.root / HELD).exists():
            self._remove(self.root / HELD)

    def prune(self) -> list[Snapshot]:
        """Removes the oldest releases beyond those to keep, never the current one, and what a killed build left; returns them."""
        current = self.current()
        kept = self.all()
        gone = [one for one in kept[: -self.keep] if one != current]
        for one in gone:
            self._remove(one.folder)
        self._clear_leftovers()
        return gone

    def restore(self, snapshot: Snapshot, staging: Path) -> Manifest:
        """Puts a release back into the warehouse, file by file, each in one step, the manifest last.

        The snapshot is checked first; on a problem nothing is touched. Tables that the release does not know are removed.
        Raises ReleaseError.
        """
        problems = manifests.verify(snapshot.tables)
        if problems:
            raise ReleaseError(f"Release {snapshot.number} cannot be put back: {problems[0].message}")
        manifest = snapshot.manifest()
        names = _names(manifest)
        replaced = manifests.read(self.warehouse) or {"tables": {}, "files": {}}
        try:
            self.warehouse.mkdir(parents=True, exist_ok=True)
            for name in names:
                put_in_place(snapshot.tables / name, self.warehouse / name, staging)
            for name in set(_names(replaced)) - set(names):
                (self.warehouse / name).unlink(missing_ok=True)
            storage_files.flush_folder(self.warehouse)
            put_in_place(snapshot.tables / manifests.NAME, self.warehouse / manifests.NAME, staging)
            storage_files.flush_folder(self.warehouse)
        except OSError as error:
            raise ReleaseError(
                f"Release {snapshot.number} was put back in part only ({error.strerror or error}); mend the disk and do it again."
            ) from error
        return manifest

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

    def _fill(self, folder: Path, manifest: Manifest, beside: Mapping[str, bytes]) -> Path:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self._clear_leftovers()
            between = Path(tempfile.mkdtemp(prefix=".new.", suffix=storage_files.UNFINISHED, dir=self.root))
            try:
                between.chmod(0o755)
                (between / "tables").mkdir()
                for name in _names(manifest):
                    link(self.warehouse / name, between / "tables" / name)
                storage_files.write_new(between / "tables" / manifests.NAME, manifests.to_bytes(manifest))
                for name, data in beside.items():
                    storage_files.write_new(between / name, data)
                for folder_of_names in (between / "tables", between):
                    storage_files.flush_folder(folder_of_names)
                problems = manifests.verify(between / "tables")
                if problems:
                    raise ReleaseError(
                        f"{problems[0].message} Something else writes into {self.warehouse}; build again."
                    )
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


def _names(manifest: Manifest) -> list[str]:
    names = [*(entry["file"] for entry in manifest["tables"].values()), *manifest["files"]]
    for name in names:
        if Path(name).name != name or name in (".", "..", manifests.NAME):
            raise ReleaseError(
                f"The manifest names the file {name}, which is no plain name; it was not written by this package."
            )
    return names
