"""From a folder of finished tables to a release, or to a build that is held back.

What belongs here: the order of steps. What does not: Dagster, and what each step does.

Order: describe the tables, compare with the release that readers see, decide; then either keep a snapshot and write the manifest
last, or keep the build as held and leave manifest and descriptions as they are. A held build leaves its tables in the warehouse,
where `manifest.verify` says that they are of another release than the manifest; with `protect_readers` the release that readers
saw is put back.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from capex_pipeline import storage
from capex_pipeline.release import ReleaseError, accepted, datapackage, manifest, odcs, spreadsheets, views, wording
from capex_pipeline.release.changes_table import ReleaseChanges
from capex_pipeline.release.comparison import compare, no_changes
from capex_pipeline.release.files import replace_if_changed, sha256_of
from capex_pipeline.release.manifest import Manifest
from capex_pipeline.release.moves import COLUMNS, lost_cells, moves
from capex_pipeline.release.snapshots import Snapshot, Store
from capex_pipeline.schemas.derive import arrow_schema
from capex_pipeline.warehouse import Warehouse

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
class Candidate:
    """Finished tables compared with the release that readers see (`previous`, None for the first, and in an object store, where
    no snapshots are kept)."""

    manifest: Manifest
    previous: Snapshot | None
    previous_id: str | None
    changes: pd.DataFrame | None
    moves: pd.DataFrame
    losses: pd.DataFrame

    @property
    def unexplained_moves(self) -> pd.DataFrame:
        """Moves that neither a filing nor a person explains."""
        return self.moves[self.moves["explanation"].isna()]

    @property
    def unexplained_losses(self) -> pd.DataFrame:
        """Lost cells of coverage that nobody accepted."""
        return self.losses[self.losses["explanation"].isna()]

    @property
    def is_held(self) -> bool:
        """True where the build must not become a release."""
        return bool(len(self.unexplained_moves) or len(self.unexplained_losses))

    @property
    def is_new(self) -> bool:
        """True where the tables hold something else than the release that readers see."""
        return self.manifest["release_id"] != self.previous_id

    def markdown(self) -> str:
        """What changed, as Markdown."""
        return wording.markdown(self.changes, self.previous_id, self.moves, self.losses)

    def text(self) -> str:
        """What changed, for a terminal."""
        return wording.text(self.changes, self.previous_id, self.moves, self.losses)


def prepare(warehouse: Warehouse, options: Options, reviewed: accepted.Accepted) -> Candidate:
    """Describes the tables of a warehouse and compares them with its current release. Writes nothing.

    A build of another scope (as of a day, or without a document) than the current release is compared, but nothing is held back.
    In an object store no earlier release is kept, so nothing is compared: build in a folder and copy it where that matters.
    """
    described = manifest.build(warehouse.root, as_of=options.as_of, leave_out=options.leave_out)
    is_remote = storage.is_remote(warehouse.root)
    previous = None if is_remote else Store(warehouse.root, options.keep).current()
    no_moves = pd.DataFrame(columns=COLUMNS)
    no_losses = pd.DataFrame(
        columns=["table_name", "entity_id", "calendar_quarter", "state_before", "state_now", "explanation"]
    )
    if previous is None:
        there = manifest.read(warehouse.root) if is_remote else None
        return Candidate(described, None, there["release_id"] if there else None, None, no_moves, no_losses)
    before = previous.manifest()
    if before["release_id"] == described["release_id"]:
        return Candidate(described, previous, before["release_id"], no_changes(), no_moves, no_losses)
    changes = compare(previous.tables, warehouse.root)
    if before["scope"] != described["scope"]:
        return Candidate(described, previous, before["release_id"], changes, no_moves, no_losses)
    moved = moves(
        previous.tables, warehouse.root, closed_on=before["released_on"], bound_pct=options.bound_pct, accepted=reviewed,
        from_release=before["release_id"],
    )  # fmt: skip
    lost = lost_cells(previous.tables, warehouse.root, reviewed, before["release_id"])
    return Candidate(described, previous, before["release_id"], changes, moved, lost)


def publish(warehouse: Warehouse, candidate: Candidate, options: Options) -> tuple[Manifest, Snapshot | None]:
    """Makes the release: descriptions, spreadsheets, snapshot, and the manifest last. Returns the manifest and the snapshot
    (None in an object store).

    Raises ReleaseError for a candidate that is held, and where the disk does not let us.
    """
    if candidate.is_held:
        raise ReleaseError(held_message(candidate, warehouse.root))
    if options.formats:
        spreadsheets.export(warehouse, options.formats)
    final = _as_released(warehouse.root, candidate, options.also)
    if final is None:
        companions = _describe(warehouse, options.also)
        final = manifest.build(warehouse.root, companions=companions, as_of=options.as_of, leave_out=options.leave_out)
    if final["release_id"] != candidate.manifest["release_id"]:
        raise ReleaseError(
            f"The tables in {warehouse.root} changed while the release was made; only one build may run. Build again."
        )
    if storage.is_remote(warehouse.root):
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
    if count := len(candidate.unexplained_moves):
        parts.append(f"{count:,} value{'s' if count > 1 else ''} of closed periods moved beyond the bound")
    if count := len(candidate.unexplained_losses):
        parts.append(f"{count:,} cell{'s' if count > 1 else ''} of coverage {'were' if count > 1 else 'was'} lost")
    return (
        f"No release was made: {' and '.join(parts)}, and neither a restating filing nor accepted_changes.yaml explains it. The manifest in "
        f"{folder} still names the last release. Mend the document or the rule and build again; or review the changes, put the lines "
        "of `capex-pipeline release accept` into accepted_changes.yaml and build again; or go back with `capex-pipeline release restore "
        f"current`.\n{wording.unexplained(candidate.unexplained_moves, candidate.unexplained_losses)}"
    )


def changes_bytes(changes: pd.DataFrame) -> bytes:
    """The table of changes as a Parquet file; equal changes give equal bytes."""
    schema = arrow_schema(ReleaseChanges)
    arrays = [pa.Array.from_pandas(changes[one.name], type=one.type) for one in schema]
    arrays = [array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array for array in arrays]
    buffer = io.BytesIO()
    rows = pa.Table.from_arrays(arrays, schema=schema)
    pq.write_table(rows, buffer, version="2.6", data_page_version="1.0", compression="snappy")
    return buffer.getvalue()


def _beside(candidate: Candidate) -> dict[str, bytes]:
    files = {"changes.md": candidate.markdown().encode()}
    if candidate.changes is not None:
        files["changes.parquet"] = changes_bytes(candidate.changes)
    return files


_DESCRIPTIONS = {
    datapackage.NAME: datapackage.to_bytes,
    odcs.NAME: lambda _: odcs.to_bytes(),
    views.NAME: lambda _: views.to_bytes(),
}
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
    for name, to_bytes in _DESCRIPTIONS.items():
        replace_if_changed(warehouse.root / name, to_bytes(warehouse), warehouse.staging())
    return (*sorted(_DESCRIPTIONS), *_present(warehouse.root, also))


def _present(folder: Path, names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if (folder / name).is_file())
