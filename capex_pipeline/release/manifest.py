"""Builds, writes, reads and verifies warehouse/manifest.json, which lists the files of a release.

Add here what builds, writes or reads the manifest, or checks a folder against it. Kept releases belong to `snapshots`, comparison to
`diff`. The manifest contains no build time: `released_on` is the newest known_from of the tables. Equal tables give equal bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from capex_pipeline.release import ReleaseError
from capex_pipeline.schemas import SCHEMA_VERSION, TABLES
from capex_pipeline.storage import files as storage_files
from capex_pipeline.storage import fingerprint
from capex_pipeline.storage.warehouse import Warehouse
from capex_pipeline.values import escaping

if TYPE_CHECKING:
    import pyarrow as pa

NAME = "manifest.json"
CONTRACT, DATA_PACKAGE, VIEWS = "contract.odcs.yaml", "datapackage.json", "views.sql"
"""Files of a release that depend only on the code and the tables."""

MANIFEST_VERSION = 1
_DAYS = ("period_start", "period_end", "known_from")
"""Columns of which the manifest states the first or the last day."""
_DISTRIBUTION = "capex-pipeline"
_MAXIMUM_BYTES = 16 * 1024 * 1024

Manifest = dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """One difference between a folder and its manifest. `rule` is its short name, `message` says what to do."""

    file: str
    rule: str
    message: str


def build(
    tables_of: Warehouse,
    known: Manifest | None = None,
    *,
    companions: tuple[str, ...] = (),
    as_of: str = "",
    leave_out: tuple[str, ...] = (),
) -> Manifest:
    """The manifest of a set of tables.

    known: a manifest, such as the published one; if the same code wrote it, its entries are reused for files with equal bytes.
    companions: names of further files of the release, in the same folder. as_of, leave_out: settings of a partial build. Raises
    ReleaseError if a table is missing, damaged or of another version of the contract.
    """
    folder = tables_of.root
    before = known if known is not None and known["code"].get("fingerprint") == fingerprint.code() else {}
    known_tables = before.get("tables", {})
    tables = {table: _table_entry(tables_of, table, known_tables.get(table)) for table in TABLES}
    same_documents = tables["documents"] == known_tables.get("documents")
    days = [entry["known_from"] for entry in tables.values() if entry["known_from"]]
    return {
        "manifest_version": MANIFEST_VERSION,
        "release_id": release_id({table: entry["content_id"] for table, entry in tables.items()}, SCHEMA_VERSION),
        "schema_version": SCHEMA_VERSION,
        "released_on": max(days, default=None),
        "code": {"distribution": _DISTRIBUTION, "version": _version(), "fingerprint": fingerprint.code()},
        "scope": scope_of(as_of, leave_out),
        "tables": tables,
        "documents": before["documents"] if same_documents else _documents(folder),
        "files": {
            name: {"bytes": (folder / name).stat().st_size, "sha256": storage_files.sha256_of(folder / name)}
            for name in companions
        },
    }


def scope_of(as_of: str, leave_out: Iterable[str]) -> dict[str, Any]:
    """The entry `scope` of a manifest: which documents a build used."""
    return {"as_of": as_of or None, "leave_out": sorted(leave_out)}


def scope_text(scope: dict[str, Any]) -> str:
    """The scope in words, such as "as of 2024-12-31"."""
    words = [f"as of {scope['as_of']}"] if scope.get("as_of") else []
    words += [f"without {', '.join(scope['leave_out'])}"] if scope.get("leave_out") else []
    return " and ".join(words) or "of all documents"


def release_id(content_ids: dict[str, str], schema_version: str) -> str:
    """Hash of the tables' content and of the contract's version; equal tables have equal ids on every machine."""
    parts = [f"schema={schema_version}", *(f"{table}={content_ids[table]}" for table in sorted(content_ids))]
    return storage_files.sha256("\n".join(parts).encode())


def to_bytes(manifest: Manifest) -> bytes:
    """The manifest as text: sorted keys, one line for each value."""
    return (escaping.json_text(json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False)) + "\n").encode()


def read(folder: Path) -> Manifest | None:
    """The manifest of a folder; None if there is none. Raises ReleaseError if it is damaged or was written by a later version."""
    path = folder / NAME
    try:
        with storage_files.opened(path) as stream:
            data = stream.read(_MAXIMUM_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ReleaseError(f"{path} cannot be read ({error.strerror or error}); check its permissions.") from error
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        content = None
    if isinstance(content, dict) and isinstance(content.get("manifest_version"), int):
        if content["manifest_version"] > MANIFEST_VERSION:
            raise ReleaseError(f"{path} was written by a later version of this package; use that version.")
        if _has_all_parts(data) and _names_its_own_id(content):
            return content
    raise ReleaseError(f"{path} is not a manifest of a release; build again, or restore a release.")


class _File(BaseModel):
    sha256: str
    bytes: int


class _Table(_File):
    file: str
    content_id: str


class _Document(BaseModel):
    path: str
    sha256: str


class _Parts(BaseModel):
    """The entries that this package reads from a manifest; there may be more."""

    release_id: str
    schema_version: str
    released_on: dt.date | None
    code: dict[str, str]
    scope: dict[str, str | list[str] | None]
    tables: Annotated[dict[str, _Table], Field(min_length=1)]
    documents: list[_Document]
    files: dict[str, _File]


def _has_all_parts(data: bytes) -> bool:
    try:
        _Parts.model_validate_json(data, strict=True)
    except ValidationError:
        return False
    return True


def _names_its_own_id(content: dict[str, Any]) -> bool:
    contents = {table: entry["content_id"] for table, entry in content["tables"].items()}
    return bool(content["release_id"] == release_id(contents, content["schema_version"]))


def place_of(folder: Path, manifest: Manifest) -> Path:
    """Folder of a release's files: the manifest's own, or the prefix that the manifest in an object store points to."""
    prefix = manifest.get("prefix")
    return folder / str(prefix) if prefix and storage_files.is_remote(folder) else folder


def file_names(manifest: Manifest) -> list[str]:
    """Names of a release's files, without the manifest. Raises ReleaseError for a name outside the folder."""
    names = [*(entry["file"] for entry in manifest["tables"].values()), *manifest["files"]]
    for name in names:
        if Path(name).name != name or name in (".", "..", NAME):
            raise ReleaseError(
                f"The manifest names the file {name}, which is not a plain file name; this package did not write it."
            )
    return names


def is_whole(folder: Path, manifest: Manifest) -> bool:
    """Whether every file of a release is in the folder, byte for byte. Reads the bytes only: Arrow is not imported."""
    return all(has_bytes(folder / name, sha256) for name, sha256 in _sums(manifest).items())


def in_place(folder: Path, manifest: Manifest) -> list[str]:
    """Names of the release's files that are in the folder, byte for byte."""
    return [name for name, sha256 in _sums(manifest).items() if has_bytes(folder / name, sha256)]


def _sums(manifest: Manifest) -> dict[str, str]:
    entries = {entry["file"]: entry for entry in manifest["tables"].values()} | manifest["files"]
    return {name: entry["sha256"] for name, entry in entries.items()}


def has_bytes(path: Path, sha256: str) -> bool:
    """Whether a path is a regular file (no link) or an object with this SHA-256."""
    if isinstance(path, Path) and (path.is_symlink() or not path.is_file()):
        return False
    try:
        return storage_files.sha256_of(path) == sha256
    except OSError:
        return False


def verify(folder: Path) -> list[Problem]:
    """Reasons why a folder is not one complete release; empty if it is.

    Rules: no_manifest, broken_manifest, missing_file, broken_file, other_content (the file belongs to another release: the set is mixed),
    other_bytes (changed, or written by another version of the code), unlisted_table. Each file is opened once, so a replacement during the
    check is reported as a mixed set, never as a damaged file.
    """
    try:
        manifest = read(folder)
    except ReleaseError as error:
        return [Problem(NAME, "broken_manifest", str(error))]
    if manifest is None:
        return [
            Problem(
                NAME,
                "no_manifest",
                f"There is no {NAME} in {folder}: nothing was published there. Build the warehouse.",
            )
        ]
    folder = place_of(folder, manifest)
    problems = [problem for _, entry in sorted(manifest["tables"].items()) if (problem := _check(folder, entry))]
    for name, entry in sorted(manifest["files"].items()):
        path = folder / name
        if not path.is_file():
            problems.append(Problem(name, "missing_file", f"{path} is missing; build again or restore a release."))
        elif storage_files.sha256_of(path) != entry["sha256"]:
            problems.append(Problem(name, "other_bytes", f"{path} is not the file of this release; build again."))
    listed = {entry["file"] for entry in manifest["tables"].values()}
    unlisted = [path for path in sorted(folder.glob("*.parquet")) if path.name not in listed]
    return problems + [
        Problem(path.name, "unlisted_table", f"{path} belongs to no table of this release; remove it.")
        for path in unlisted
    ]


def content_id(folder: Path, table: str) -> str | None:
    """The footer of a table's file; None if there is no such file or it has no footer of this package."""
    from capex_pipeline.storage import parquet

    try:
        with storage_files.opened(folder / f"{table}.parquet") as stream:
            return parquet.read_footer(stream).get("content_id")
    except (OSError, parquet.ParquetError):
        return None


def _check(folder: Path, entry: dict[str, Any]) -> Problem | None:
    from capex_pipeline.storage import parquet

    path = folder / entry["file"]
    try:
        data = storage_files.read(path)
        footer = parquet.read_footer(data)
    except FileNotFoundError:
        return Problem(path.name, "missing_file", f"{path} is missing; build again or restore a release.")
    except (OSError, parquet.ParquetError) as error:
        return Problem(
            path.name,
            "broken_file",
            f"{path} is not a readable Parquet file ({error}); build again or restore a release.",
        )
    if footer.get("content_id") != entry["content_id"]:
        return Problem(
            path.name,
            "other_content",
            f"{path} holds other rows than the manifest states: a release is being published, or another program "
            "changed the file. Try again; if the message persists, build again or restore a release.",
        )
    if storage_files.sha256(data) != entry["sha256"]:
        return Problem(
            path.name,
            "other_bytes",
            f"{path} states the content id of the release but has other bytes: another version of the code is building, or another program changed the file. Build again.",
        )
    return None


def _table_entry(tables_of: Warehouse, table: str, known: dict[str, Any] | None) -> dict[str, Any]:
    """The manifest's entry for a table. known: its entry in an earlier manifest of the same code."""
    path = tables_of.path(table)
    try:
        data = storage_files.read(path)
    except FileNotFoundError as error:
        raise ReleaseError(f"There is no table {table} in {path.parent}; build it before a release is made.") from error
    except OSError as error:
        raise ReleaseError(f"{path} is not a readable Parquet file ({error}); remove it and build again.") from error
    sha256 = storage_files.sha256(data)
    if known is not None and known.get("sha256") == sha256:
        return dict(known)
    if path not in _last or _last[path]["sha256"] != sha256:
        _last[path] = _read_through(tables_of, table, data, sha256)
    return dict(_last[path])


_last: dict[Path, dict[str, Any]] = {}
"""File -> its entry, cached by bytes: a release describes every table twice, before and after it is made."""


def _read_through(tables_of: Warehouse, table: str, data: bytes, sha256: str) -> dict[str, Any]:
    """The entry of a file whose rows were verified, so that no damaged file becomes part of a release."""
    from capex_pipeline.storage import parquet

    path = tables_of.path(table)
    try:
        footer, days = parquet.read_footer(data), parquet.columns_of(io.BytesIO(data), _DAYS)
    except (OSError, parquet.ParquetError) as error:
        raise ReleaseError(f"{path} is not a readable Parquet file ({error}); remove it and build again.") from error
    if not tables_of.is_whole(table, data):
        raise ReleaseError(
            f"{path} holds other rows than its footer states: the disk or another program changed it. Remove it and build again."
        )
    if footer.get("schema_version") != SCHEMA_VERSION or "content_id" not in footer:
        raise ReleaseError(
            f"{path} is of contract version {footer.get('schema_version', 'unknown')}, not {SCHEMA_VERSION}; build it again."
        )
    return {
        "file": path.name,
        "rows": int(footer["rows"]),
        "bytes": len(data),
        "sha256": sha256,
        "content_id": footer["content_id"],
        "input_fingerprint": footer.get("input_fingerprint"),
        "period_start": _extreme(days, "period_start", "min"),
        "period_end": _extreme(days, "period_end", "max"),
        "known_from": _extreme(days, "known_from", "max"),
    }


def _extreme(rows: pa.Table, column: str, which: str) -> str | None:
    import pyarrow.compute as pc

    if column not in rows.column_names:
        return None
    extreme = pc.min_max(rows.column(column))[which].as_py()
    return None if extreme is None else extreme.isoformat()


def _documents(folder: Path) -> list[dict[str, Any]]:
    """The raw files behind the release, each with its content hash and the number of documents that it declares."""
    from capex_pipeline.storage import parquet

    with storage_files.opened(folder / "documents.parquet") as stream:
        rows = parquet.read_rows(stream, ["path", "sha256", "document_id"])
    counts: dict[tuple[str, str], int] = {}
    for path, sha256 in zip(rows.column("path").to_pylist(), rows.column("sha256").to_pylist(), strict=True):
        counts[path, sha256] = counts.get((path, sha256), 0) + 1
    return [{"path": path, "sha256": sha256, "documents": count} for (path, sha256), count in sorted(counts.items())]


def _version() -> str:
    try:
        return metadata.version(_DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "unknown"
