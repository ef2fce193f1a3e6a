"""Publishes candidate tables as a release, or holds them.

Add here the order of steps of a release. Each step is in its own module, and everything that uses Dagster is in `orchestration`. Order:
verify what is published, describe the candidates, compare, decide; then keep a copy of the release and publish it (`install`), or hold it.
Holding changes no published file, and the tables stay candidates.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from capex_pipeline.release import BOUND_PCT, ReleaseError, accepted_changes, diff_text, install, manifest
from capex_pipeline.release.manifest import Manifest
from capex_pipeline.release.snapshots import HELD_NOTE, KEPT_MEGABYTES, KEPT_RELEASES, Snapshot, Store
from capex_pipeline.schemas import TABLES
from capex_pipeline.storage import files as storage_files
from capex_pipeline.storage.warehouse import Warehouse

if TYPE_CHECKING:
    import pandas as pd

SHARE_GONE_PCT = 20.0
"""Percentage of the published documents that may disappear at once without a person's approval."""

FEWEST_GONE = 3
"""Fewer documents than this may always disappear, since each is a large share of a small archive."""

_DESCRIPTIONS = (manifest.CONTRACT, manifest.DATA_PACKAGE, manifest.VIEWS)


@dataclass(frozen=True)
class Options:
    """Options of an operator. keep, megabytes: limits on kept releases. bound_pct: see BOUND_PCT. formats: spreadsheets to write (csv,
    xlsx). also: further files
    beside the candidate tables that belong to the release. accept_removal: whether many documents may disappear.
    """

    keep: int = KEPT_RELEASES
    megabytes: float = KEPT_MEGABYTES
    bound_pct: float = BOUND_PCT
    formats: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    as_of: str = ""
    leave_out: tuple[str, ...] = ()
    accept_removal: bool = False


@dataclass(frozen=True)
class Differences:
    """Differences from the published release. changes: every change. moves, losses: values of closed periods that changed by more than the
    bound, and lost cells of coverage, each with its explanation if it has one; None if the two have different scopes or contracts. gone:
    raw files behind the published release that the candidates lack, if more disappeared than allowed.
    """

    changes: pd.DataFrame
    moves: pd.DataFrame | None = None
    losses: pd.DataFrame | None = None
    gone: tuple[str, ...] = ()


@dataclass(frozen=True)
class Previous:
    """The published release, and a folder with all its files: the published one, or a kept copy if that is damaged."""

    manifest: Manifest
    tables: Path


@dataclass(frozen=True)
class Candidate:
    """A candidate set compared with the published release (`previous`, None for the first). differences: None if there is no previous release,
    the ids are equal, or the contract differs. notes: sentences on damaged files that were moved aside.
    """

    manifest: Manifest
    previous: Previous | None
    differences: Differences | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def previous_id(self) -> str | None:
        """Release id of the published release."""
        return None if self.previous is None else str(self.previous.manifest["release_id"])

    @property
    def unexplained_moves(self) -> pd.DataFrame | None:
        """Moved values that neither a filing nor a person explains; None if there are none."""
        return _without_reason(self.differences.moves) if self.differences is not None else None

    @property
    def unexplained_losses(self) -> pd.DataFrame | None:
        """Lost cells of coverage that were not accepted; None if there are none."""
        return _without_reason(self.differences.losses) if self.differences is not None else None

    @property
    def gone(self) -> tuple[str, ...]:
        """Raw files that disappeared, if too many did at once."""
        return () if self.differences is None else self.differences.gone

    @property
    def is_held(self) -> bool:
        """True if the candidates must not be published."""
        return self.unexplained_moves is not None or self.unexplained_losses is not None or bool(self.gone)

    @property
    def is_new(self) -> bool:
        """True if the content of the tables differs from the published release."""
        return self.manifest["release_id"] != self.previous_id

    @property
    def headline(self) -> str:
        """Summary of the changes in one sentence."""
        changes = self.differences.changes if self.differences is not None else None
        return diff_text.headline(changes, self.previous_id, is_same=self.previous is not None and not self.is_new)

    def differing_tables(self) -> list[str]:
        """Names of the tables whose rows differ from the published ones."""
        before = {} if self.previous is None else self.previous.manifest["tables"]
        now = self.manifest["tables"]
        return [name for name in now if now[name]["content_id"] != before.get(name, {}).get("content_id")]

    def markdown(self) -> str:
        """The changes as Markdown."""
        return diff_text.markdown(self.headline, *self._frames())

    def text(self) -> str:
        """The changes and the files that were moved aside, for a terminal."""
        return "\n".join([*self.notes, diff_text.text(self.headline, *self._frames())])

    def _frames(self) -> tuple[pd.DataFrame | None, pd.DataFrame | None, pd.DataFrame | None]:
        differences = self.differences
        return (
            (None, None, None) if differences is None else (differences.changes, differences.moves, differences.losses)
        )


def _without_reason(rows: pd.DataFrame | None) -> pd.DataFrame | None:
    left = None if rows is None else rows[rows["explanation"].isna()]
    return None if left is None or left.empty else left


def prepare(warehouse: Warehouse, options: Options, reviewed: Callable[[], accepted_changes.Accepted]) -> Candidate:
    """Describe the candidate tables and compare them with the published release.

    No published file is written. reviewed: returns the accepted changes; called only if something changed, so that an unchanged build loads
    no reference data. Damaged manifests and kept releases are moved aside. A build with another scope (as of a day, or without a document)
    or another major version of the contract than the published release is not held.
    """
    previous, notes = _published(warehouse, options)
    known = None if previous is None else previous.manifest
    described = manifest.build(warehouse.candidates(), known, as_of=options.as_of, leave_out=options.leave_out)
    if previous is None or previous.manifest["release_id"] == described["release_id"]:
        return Candidate(described, previous, None, notes)
    before = previous.manifest
    if _major(before) != _major(described):
        notes.append(
            f"The published release has contract {before['schema_version']}, the candidates have "
            f"{described['schema_version']}: their values are not compared. CHANGELOG.md lists what readers have to "
            "change."
        )
        return Candidate(described, previous, None, notes)
    return Candidate(described, previous, _differences(previous, described, warehouse, options, reviewed()), notes)


def _major(described: Manifest) -> str:
    return str(described["schema_version"]).partition(".")[0]


def _published(warehouse: Warehouse, options: Options) -> tuple[Previous | None, list[str]]:
    """The published release with a folder of all its files, and sentences on damaged ones."""
    root, notes = warehouse.root, []
    is_remote = storage_files.is_remote(root)
    try:
        current = manifest.read(root)
    except ReleaseError as error:
        if is_remote or "later version" in str(error):
            raise
        notes.append(_set_manifest_aside(root, warehouse.staging()))
        current = None
    kept: list[tuple[Manifest, Path]] = []
    if not is_remote:
        store = Store(root, options.keep, options.megabytes)
        notes += store.set_damaged_aside()
        current_copy = store.current()
        kept = [(one.manifest(), one.tables) for one in reversed(store.all())]
        kept.sort(key=lambda one: current_copy is None or one[1] != current_copy.tables)  # stable: then the newest
    if current is not None:
        if manifest.is_whole(place := manifest.place_of(root, current), current):
            return Previous(current, place), notes
        notes.append(
            f"The files in {place} are not those of the published release; they are compared with a kept copy and replaced."
        )
    for described, tables in kept:
        if manifest.is_whole(tables, described):
            return Previous(described, tables), notes
        notes.append(f"{tables} is not a complete kept release.")
    return None, notes


def repair(warehouse: Warehouse) -> list[str]:
    """Restore damaged published files from the kept copy of their release, so that readers have a complete release whether or not a build
    publishes another one. Returns sentences about the damage; empty if there is none. Only a holder of the build lock may call this.
    """
    root = warehouse.root
    if storage_files.is_remote(root):
        return []
    try:
        current = manifest.read(root)
        if current is not None and manifest.is_whole(root, current):
            return []
    except ReleaseError as error:
        current = None
        if "later version" in str(error):
            return []  # the release step reports it
    if current is None and not any(os.path.lexists(root / f"{table}.parquet") for table in TABLES):
        return []  # nothing was published, or a person removed it
    notes: list[str] = []
    try:
        previous, notes = _published(warehouse, Options())
        if previous is None and current is None:
            return notes
        if previous is None or (current is not None and previous.manifest["release_id"] != current["release_id"]):
            return [
                *notes,
                f"No complete copy of the published release is kept; {root} stays damaged until a build publishes.",
            ]
        notes += install.install(previous.tables, previous.manifest, warehouse, current)
    except ReleaseError as error:
        return [*notes, f"{root} is damaged and could not be repaired: {error}"]
    return [*notes, f"{root} was damaged; its files were restored from {previous.tables}."]


def _set_manifest_aside(root: Path, staging: Path) -> str:
    path = root / manifest.NAME
    try:
        moved = storage_files.set_aside(path, staging)
    except OSError as error:
        raise ReleaseError(
            f"{path} is damaged and could not be moved aside ({error.strerror or error}); remove it and build again."
        ) from error
    return f"{path} was not a manifest of a release; it was moved to {moved}."


def _differences(
    previous: Previous, described: Manifest, warehouse: Warehouse, options: Options, reviewed: accepted_changes.Accepted
) -> Differences:
    from capex_pipeline.release.closed_periods import lost_cells, moves
    from capex_pipeline.release.diff import causes_of, compare

    before, tables, root = previous.manifest, previous.tables, warehouse.candidates().root
    causes = causes_of(tables, root)
    changes = compare(tables, root, causes)
    if before["scope"] != described["scope"]:
        return Differences(changes)
    moved = moves(
        tables,
        root,
        closed_on=before["released_on"],
        bound_pct=options.bound_pct,
        accepted=reviewed,
        from_release=before["release_id"],
        causes=causes,
    )
    gone = () if options.accept_removal else _gone(before, described)
    return Differences(changes, moved, lost_cells(tables, root, reviewed, before["release_id"]), gone)


def _gone(before: Manifest, now: Manifest) -> tuple[str, ...]:
    """Raw files that disappeared, if they are more than SHARE_GONE_PCT. A renamed file has the same content and does not count."""
    paths, sums = ({entry[name] for entry in now["documents"]} for name in ("path", "sha256"))
    known = {entry["path"]: entry["sha256"] for entry in before["documents"]}
    gone = sorted(path for path, content in known.items() if path not in paths and content not in sums)
    is_many = len(gone) >= FEWEST_GONE and len(gone) > len(known) * SHARE_GONE_PCT / 100
    return tuple(gone) if is_many else ()


def publish(warehouse: Warehouse, candidate: Candidate, options: Options) -> tuple[Manifest, Snapshot | None]:
    """Make the release: descriptions, a kept copy, then the published files with the manifest last, then spreadsheets.

    Returns the manifest and the kept copy (None in an object store, where the published prefix is the copy). Raises ReleaseError for a held
    candidate and for disk errors; the published set is then unchanged.
    """
    if candidate.is_held:
        raise ReleaseError(held_message(candidate))
    candidates = warehouse.candidates()
    sheets: dict[str, bytes] = {}
    if options.formats:
        from capex_pipeline.release import spreadsheets

        sheets = spreadsheets.rendered(candidates, options.formats)
    final = _as_published(warehouse, candidate, options.also)
    source = warehouse.root
    if final is None:
        source = candidates.root
        companions = _describe(candidates, options.also)
        final = manifest.build(
            candidates, candidate.manifest, companions=companions, as_of=options.as_of, leave_out=options.leave_out
        )
    if final["release_id"] != candidate.manifest["release_id"]:
        raise ReleaseError(
            f"The tables in {candidates.root} changed while the release was made; only one build may run. Build again."
        )
    snapshot = None
    if storage_files.is_remote(warehouse.root):
        final = install.put(candidates.root, final, warehouse, options.keep)
    else:
        store = Store(warehouse.root, options.keep, options.megabytes)
        snapshot = _kept(store, candidate) or store.add(source, final, _beside(candidate))
        replaced = None if candidate.previous is None else candidate.previous.manifest
        candidate.notes.extend(install.install(source, final, warehouse, replaced))
        # The set is published. If the note that it was held cannot be removed, the next release removes it.
        storage_files.remove_all(candidates.root, HELD_NOTE)
        store.prune()
    for name, data in sheets.items():
        storage_files.replace_if_changed(warehouse.root / name, data, warehouse.staging())
    return final, snapshot


def kept_bytes(warehouse: Warehouse, options: Options) -> int:
    """Disk space of the kept releases, for display."""
    return sum(one.bytes() for one in Store(warehouse.root, options.keep, options.megabytes).all())


def _kept(store: Store, candidate: Candidate) -> Snapshot | None:
    """The newest kept release, if it already holds the candidate's tables."""
    if candidate.is_new:
        return None
    same = [one for one in store.all() if candidate.manifest["release_id"].startswith(one.short_id)]
    return same[-1] if same else None


def hold(warehouse: Warehouse, candidate: Candidate) -> str:
    """Write the reason for holding beside the candidate tables; return the message. Published files do not change."""
    message = held_message(candidate)
    note = f"{message}\n\n{candidate.markdown()}"
    storage_files.replace_if_changed(
        warehouse.candidates().root / HELD_NOTE, note.encode("utf-8", "backslashreplace"), warehouse.staging()
    )
    return message


def held_reason(candidate: Candidate) -> str:
    """Why a release is held, in a few words."""
    parts = []
    if (moved := candidate.unexplained_moves) is not None:
        count = len(moved)
        parts.append(f"{count:,} value{'s' if count > 1 else ''} of closed periods changed by more than the bound")
    if (lost := candidate.unexplained_losses) is not None:
        count = len(lost)
        parts.append(f"{count:,} cell{'s' if count > 1 else ''} of coverage {'were' if count > 1 else 'was'} lost")
    if candidate.gone:
        known = len(candidate.previous.manifest["documents"]) if candidate.previous is not None else 0
        parts.append(f"{len(candidate.gone):,} of {known:,} raw files disappeared, among them {candidate.gone[0]}")
    return " and ".join(parts)


def held_message(candidate: Candidate) -> str:
    """Why a release is held and what to do."""
    moved, lost = candidate.unexplained_moves, candidate.unexplained_losses
    removal = (
        "If the documents were removed on purpose, publish with `capex-pipeline release publish --accept-removal`. "
        if candidate.gone
        else ""
    )
    return (
        f"The release is held: {held_reason(candidate)}, and neither a restating filing nor an accepted change explains it. Readers still see the previous release. Correct the document or the rule and build again. Or review the changes, add the lines that `capex-pipeline "
        "release accept --reason TEXT` prints to reference/accepted_changes.yaml (in a checkout: capex_pipeline/reference/accepted_changes.yaml) "
        f"and build again. {removal}\n{diff_text.unexplained(moved, lost)}"
    )


def table_difference(published: Path, candidates: Path, table: str) -> str:
    """Differences between a candidate table and the published one, as Markdown."""
    from capex_pipeline.release import diff

    before, now = diff.read(published, table), diff.read(candidates, table)
    if before is None or now is None:
        return f"{table} has not been published yet."
    changes = diff.combined(diff.compare_table(table, before, now, diff.causes_of(published, candidates)))
    return diff_text.markdown(f"Compared with the published table: {diff_text.counted(changes)}.", changes, None, None)


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
    if candidate.differences is not None:
        beside["changes.parquet"] = changes_bytes(candidate.differences.changes)
    return beside


def _as_published(warehouse: Warehouse, candidate: Candidate, also: Iterable[str]) -> Manifest | None:
    """The published manifest, if a complete release of these tables by this code is published; then nothing has to be written."""
    previous = candidate.previous
    if previous is None or previous.tables != warehouse.root or storage_files.is_remote(warehouse.root):
        return None
    if {**previous.manifest, "files": {}} != {**candidate.manifest, "files": {}}:
        return None
    expected = {*_DESCRIPTIONS, *_present(warehouse.candidates().root, also)}
    return previous.manifest if set(previous.manifest["files"]) == expected else None


def _describe(candidates: Warehouse, also: Iterable[str]) -> tuple[str, ...]:
    from capex_pipeline.release import datapackage, odcs, views

    described = (odcs.to_bytes(), datapackage.to_bytes(candidates), views.to_bytes(candidates))
    for name, data in zip(_DESCRIPTIONS, described, strict=True):
        storage_files.replace_if_changed(candidates.root / name, data, candidates.staging())
    return (*_DESCRIPTIONS, *_present(candidates.root, also))


def _present(folder: Path, names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if (folder / name).is_file())
