"""From a folder of finished tables to a release, or to a build that is held back.

What belongs here: the order of steps. What does not: Dagster, and what each step does.

Order: describe the tables, compare with the release that readers see, decide; then either keep a snapshot and write the manifest
last, or keep the build as held and leave manifest and descriptions as they are. A held build leaves its tables in the warehouse,
where `manifest.verify` says that they are of another release than the manifest; with `protect_readers` the release that readers
saw is put back.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from capex_pipeline.release import ReleaseError, accepted_changes, diff_text, files, manifest
from capex_pipeline.release.files import replace_if_changed, sha256_of
from capex_pipeline.release.manifest import Manifest
from capex_pipeline.release.snapshots import Snapshot, Store
from capex_pipeline.storage import files as storage_files
from capex_pipeline.storage.warehouse import Warehouse

if TYPE_CHECKING:
    import pandas as pd

BOUND_PCT = 2.0
"""Per cent by which a value of a closed period may move without an explanation."""

KEPT_RELEASES = 12


@dataclass(frozen=True)
class Options:
    """Choices of an operator. keep: releases kept. bound_pct: see BOUND_PCT. formats: spreadsheets to write (csv, xlsx).
    also: files of the warehouse that belong to the release and are made before it."""

    keep: int = KEPT_RELEASES
    bound_pct: float = BOUND_PCT
    protect_readers: bool = False
    formats: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    as_of: str = ""
    leave_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Differences:
    """What differs from the release that readers see: every change, and of closed periods the values that moved beyond the bound
    and the cells of coverage that were lost, each with its explanation where it has one; None where the two are of another scope."""

    changes: pd.DataFrame
    moves: pd.DataFrame | None = None
    losses: pd.DataFrame | None = None


@dataclass(frozen=True)
class Candidate:
    """Finished tables compared with the release that readers see (`previous`, None for the first, and in an object store, where
    no snapshots are kept). found: None where there was nothing to compare with, or the ids said that nothing differs."""

    manifest: Manifest
    previous: Snapshot | None
    previous_id: str | None
    found: Differences | None = None

    @property
    def unexplained_moves(self) -> pd.DataFrame | None:
        """Moves that neither a filing nor a person explains; None where there are none."""
        return _without_reason(self.found.moves) if self.found is not None else None

    @property
    def unexplained_losses(self) -> pd.DataFrame | None:
        """Lost cells of coverage that nobody accepted; None where there are none."""
        return _without_reason(self.found.losses) if self.found is not None else None

    @property
    def is_held(self) -> bool:
        """True where the build must not become a release."""
        return self.unexplained_moves is not None or self.unexplained_losses is not None

    @property
    def is_new(self) -> bool:
        """True where the tables hold something else than the release that readers see."""
        return self.manifest["release_id"] != self.previous_id

    @property
    def headline(self) -> str:
        """What changed, in a sentence."""
        changes = self.found.changes if self.found is not None else None
        return diff_text.headline(changes, self.previous_id, is_same=self.previous is not None and not self.is_new)

    def markdown(self) -> str:
        """What changed, as Markdown."""
        return diff_text.markdown(self.headline, *self._frames())

    def text(self) -> str:
        """What changed, for a terminal."""
        return diff_text.text(self.headline, *self._frames())

    def _frames(self) -> tuple[pd.DataFrame | None, pd.DataFrame | None, pd.DataFrame | None]:
        found = self.found
        return (None, None, None) if found is None else (found.changes, found.moves, found.losses)


def _without_reason(rows: pd.DataFrame | None) -> pd.DataFrame | None:
    left = None if rows is None else rows[rows["explanation"].isna()]
    return None if left is None or left.empty else left


def prepare(warehouse: Warehouse, options: Options, reviewed: Callable[[], accepted_changes.Accepted]) -> Candidate:
    """Describes the tables of a warehouse and compares them with its current release. Writes nothing.

    reviewed: gives the accepted changes; asked only where something changed, so that an unchanged build loads no reference data.
    A build of another scope (as of a day, or without a document) than the current release is compared, but nothing is held back.
    In an object store no earlier release is kept, so nothing is compared: build in a folder and copy it where that matters.
    """
    described = manifest.build(warehouse.root, as_of=options.as_of, leave_out=options.leave_out)
    is_remote = storage_files.is_remote(warehouse.root)
    previous = None if is_remote else Store(warehouse.root, options.keep).current()
    if previous is None:
        there = manifest.read(warehouse.root) if is_remote else None
        return Candidate(described, None, there["release_id"] if there else None)
    before = previous.manifest()
    found = (
        None
        if before["release_id"] == described["release_id"]
        else _differences(previous, before, described, warehouse, options, reviewed())
    )
    return Candidate(described, previous, before["release_id"], found)


def _differences(
    previous: Snapshot,
    before: Manifest,
    described: Manifest,
    warehouse: Warehouse,
    options: Options,
    reviewed: accepted_changes.Accepted,
) -> Differences:
    from capex_pipeline.release.closed_periods import lost_cells, moves
    from capex_pipeline.release.diff import compare

    changes = compare(previous.tables, warehouse.root)
    if before["scope"] != described["scope"]:
        return Differences(changes)
    moved = moves(
        previous.tables, warehouse.root, closed_on=before["released_on"], bound_pct=options.bound_pct, accepted=reviewed,
        from_release=before["release_id"],
    )  # fmt: skip
    return Differences(changes, moved, lost_cells(previous.tables, warehouse.root, reviewed, before["release_id"]))


def publish(warehouse: Warehouse, candidate: Candidate, options: Options) -> tuple[Manifest, Snapshot | None]:
    """Makes the release: descriptions, spreadsheets, snapshot, and the manifest last. Returns the manifest and the snapshot
    (None in an object store).

    Raises ReleaseError for a candidate that is held, and where the disk does not let us.
    """
    if candidate.is_held:
        raise ReleaseError(held_message(candidate, warehouse.root))
    if options.formats:
        from capex_pipeline.release import spreadsheets

        spreadsheets.export(warehouse, options.formats)
    final = _as_released(warehouse.root, candidate, options.also)
    if final is None:
        companions = _describe(warehouse, options.also)
        final = manifest.build(warehouse.root, companions=companions, as_of=options.as_of, leave_out=options.leave_out)
    if final["release_id"] != candidate.manifest["release_id"]:
        raise ReleaseError(
            f"The tables in {warehouse.root} changed while the release was made; only one build may run. Build again."
        )
    if storage_files.is_remote(warehouse.root):
        manifest.write(final, warehouse.root, warehouse.staging())
        return final, None
    store = Store(warehouse.root, options.keep)
    if candidate.previous is not None and not candidate.is_new:
        snapshot = candidate.previous
    else:
        snapshot = store.add(final, _beside(candidate))
    manifest.write(final, warehouse.root, warehouse.staging())
    store.drop_held()
    store.prune()
    return final, snapshot


def hold(warehouse: Warehouse, candidate: Candidate, options: Options) -> str:
    """Keeps a build that is held back, restores the current release where readers are to be protected; returns what to say."""
    store = Store(warehouse.root, options.keep)
    store.hold(candidate.manifest, _beside(candidate))
    message = held_message(candidate, warehouse.root)
    if options.protect_readers and candidate.previous is not None:
        store.restore(candidate.previous, warehouse.staging())
        message += f"\nReaders see release {candidate.previous.number} again; the build is in {store.root / 'held'}."
    return message


def held_message(candidate: Candidate, folder: Path) -> str:
    """Why a build is held back and what to do."""
    parts = []
    if (moved := candidate.unexplained_moves) is not None:
        count = len(moved)
        parts.append(f"{count:,} value{'s' if count > 1 else ''} of closed periods moved beyond the bound")
    if (lost := candidate.unexplained_losses) is not None:
        count = len(lost)
        parts.append(f"{count:,} cell{'s' if count > 1 else ''} of coverage {'were' if count > 1 else 'was'} lost")
    return (
        f"No release was made: {' and '.join(parts)}, and neither a restating filing nor accepted_changes.yaml explains it. The manifest in "
        f"{folder} still names the last release. Mend the document or the rule and build again; or review the changes, put the lines "
        "of `capex-pipeline release accept` into accepted_changes.yaml and build again; or go back with `capex-pipeline release restore "
        f"current`.\n{diff_text.unexplained(moved, lost)}"
    )


def changes_bytes(changes: pd.DataFrame) -> bytes:
    """The table of changes as a Parquet file; equal changes give equal bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from capex_pipeline.schemas.derive import arrow_schema
    from capex_pipeline.schemas.release_changes import ReleaseChanges

    schema = arrow_schema(ReleaseChanges)
    arrays = [pa.Array.from_pandas(changes[one.name], type=one.type) for one in schema]
    arrays = [array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array for array in arrays]
    buffer = io.BytesIO()
    rows = pa.Table.from_arrays(arrays, schema=schema)
    pq.write_table(rows, buffer, version="2.6", data_page_version="1.0", compression="snappy")
    return buffer.getvalue()


def _beside(candidate: Candidate) -> dict[str, bytes]:
    beside = {"changes.md": candidate.markdown().encode()}
    if candidate.found is not None:
        beside["changes.parquet"] = changes_bytes(candidate.found.changes)
    return beside


_DESCRIPTIONS = (files.CONTRACT, files.DATA_PACKAGE, files.VIEWS)
"""Files of a release that follow from the code and the tables."""


def _as_released(folder: Path, candidate: Candidate, also: Iterable[str]) -> Manifest | None:
    """The manifest that lies there, where a release of these tables by this code is what lies there in every file."""
    there = manifest.read(folder)
    if there is None or {**there, "files": {}} != {**candidate.manifest, "files": {}}:
        return None
    if set(there["files"]) != {*_DESCRIPTIONS, *_present(folder, also)}:
        return None
    whole = all(
        (folder / name).is_file() and sha256_of(folder / name) == entry["sha256"]
        for name, entry in there["files"].items()
    )
    return there if whole else None


def _describe(warehouse: Warehouse, also: Iterable[str]) -> tuple[str, ...]:
    from capex_pipeline.release import datapackage, odcs, views

    described = (odcs.to_bytes(), datapackage.to_bytes(warehouse), views.to_bytes())
    for name, data in zip(_DESCRIPTIONS, described, strict=True):
        replace_if_changed(warehouse.root / name, data, warehouse.staging())
    return (*_DESCRIPTIONS, *_present(warehouse.root, also))


def _present(folder: Path, names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if (folder / name).is_file())
