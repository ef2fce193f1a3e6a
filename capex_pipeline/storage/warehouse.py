"""A folder of Parquet tables: the published set, or the candidates that a build writes beside it.

Add here what writes a validated frame in one step, reads it back in the model's types, or reads the identities in a file's footer.
What is in a table belongs to `normalise`, the rules of validation to `schemas`, rows as Parquet to `parquet` (Arrow and pandas are
imported only where there are rows), and moving candidates into the published folder to `release`.

A file is written to a temporary file on the same file system, flushed to disk and moved into place; a reader has the old file or the
new one.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from capex_pipeline import CapexPipelineError
from capex_pipeline.schemas import SCHEMA_VERSION, TABLES
from capex_pipeline.storage import cache, fingerprint
from capex_pipeline.storage import files as storage_files

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

CANDIDATES = "candidate"
"""Folder of the candidate tables, below the staging folder."""

_LARGE = 16 * 2**20
"""Bytes of a file whose footer is sooner found than its bytes are hashed."""


class WarehouseError(CapexPipelineError, RuntimeError):
    """The warehouse cannot be written or read. The message says where and what to do."""


@dataclass(frozen=True)
class Footer:
    """What a file says of itself.

    content_id: hash of the rows; equal rows have equal ids, whatever computed them.
    input_fingerprint: hash of what the rows were computed from (inputs' content ids and the code).
    """

    table: str
    rows: int
    content_id: str
    input_fingerprint: str
    schema_version: str

    def words(self) -> dict[str, str]:
        """As texts, which is what the file holds."""
        return {name: str(value) for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Written:
    """What writing a table did. `change` is new, changed or unchanged, by content."""

    footer: Footer
    path: Path
    change: str
    previous_rows: int | None


class Warehouse:
    """A folder of `<table>.parquet` files, or a prefix of an object store with such objects."""

    def __init__(self, root: Path, staging: Path | None = None, published: Warehouse | None = None) -> None:
        """staging: folder of temporary files and of the cache; by default the one beside the warehouse (`staging`).
        published: of a candidate set, the warehouse that readers see.
        """
        self.root = root
        self._staging = staging
        self.published = published

    def candidates(self) -> Warehouse:
        """The tables that a build writes: a complete set of its own, which readers of the warehouse do not meet."""
        return Warehouse(self.staging() / CANDIDATES, self.staging(), self)

    def is_published(self, footer: Footer) -> bool:
        """Whether readers see these rows: those of the published table, for a candidate."""
        seen = self.published.footer(footer.table) if self.published is not None else footer
        return seen is not None and seen.content_id == footer.content_id

    def path(self, table: str) -> Path:
        """Where a table's file is or will be."""
        return self.root / f"{table}.parquet"

    def footer(self, table: str) -> Footer | None:
        """The footer of a table's file; None where there is no file, or one that is not ours or is broken."""
        path = self.path(table)
        try:
            with storage_files.opened(path) as stream:
                said = self._said(table, stream)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError, ValueError):  # a ParquetError is one
            return None
        except OSError as error:
            raise WarehouseError(f"{path} cannot be read ({error}); check its permissions.") from error
        names = ("content_id", "input_fingerprint", "schema_version")
        if not set(names) <= set(said) or said.get("table") != table:
            return None
        return Footer(table, int(said["rows"]), *(said[name] for name in names))

    def _said(self, table: str, stream: IO[bytes]) -> dict[str, str]:
        """What the file says of itself. Where builds are made it is looked whether that is true, once for the same bytes, so that a
        damaged file is made again, and Arrow is not imported for one that is as a build left it."""
        if not self._was_built() or stream.seek(0, io.SEEK_END) > _LARGE:
            return _read_footer(stream)
        stream.seek(0)
        data = stream.read()
        return cache.mapping(self.staging(), *_footer_of(table, data), lambda: _checked_footer(table, data))

    def is_whole(self, table: str, data: bytes) -> bool:
        """Whether the bytes of a table's file hold the rows that they say they hold; known where a build found or wrote them."""
        if self._was_built() and cache.read(self.staging(), *_footer_of(table, data)) is not None:
            return True
        try:
            _checked_footer(table, data)
        except ValueError:
            return False
        return True

    def remembered(self, name: str, identity: str, compute: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """As `cache.mapping`, but for those who only read: where no build was, nothing is left behind."""
        return cache.mapping(self.staging(), name, identity, compute) if self._was_built() else compute()

    def _was_built(self) -> bool:
        return not storage_files.is_remote(self.root) and (self.staging() / cache.FOLDER).is_dir()

    def read(self, table: str, columns: list[str] | None = None) -> pd.DataFrame:
        """A table in its model's dtypes, all columns or those named.

        Raises WarehouseError where it is not there or has another schema than this version's.
        """
        from capex_pipeline.schemas.derive import pandas_types
        from capex_pipeline.storage import parquet

        path = self.path(table)
        types = pandas_types(TABLES[table])
        try:
            # Opened by us rather than by name: a path that looks partitioned must not add columns.
            with storage_files.opened(path) as stream:
                loaded = parquet.read_rows(stream, columns)
        except FileNotFoundError as error:
            raise WarehouseError(f"There is no table {table} in {self.root}; materialise it first.") from error
        except (OSError, parquet.ParquetError) as error:
            raise WarehouseError(
                f"{path} is no readable Parquet file ({error}); remove it and materialise {table}."
            ) from error
        missing = set(columns or types) - set(loaded.column_names)
        if missing:
            raise WarehouseError(
                f"{path} has no column {', '.join(sorted(missing))}: it is of another version. Materialise {table}."
            )
        return parquet.to_pandas(loaded, types)

    def write(self, table: str, frame: pd.DataFrame, input_fingerprint: str) -> Written:
        """Validates, sorts and writes a table in one step. On any error the old file stays as it was.

        Raises validation.ContractError, or WarehouseError where the disk does not let us.
        """
        from capex_pipeline.schemas import validation
        from capex_pipeline.schemas.derive import table_metadata
        from capex_pipeline.storage import parquet

        model = TABLES[table]
        ordered = frame.sort_values(table_metadata(model)["sort"], kind="stable", ignore_index=True)
        validation.require(ordered, model, table)
        rows = parquet.to_arrow(ordered, table)
        written = self.footer(table)
        before = written if written is not None or self.published is None else self.published.footer(table)
        footer = Footer(table, rows.num_rows, parquet.content_id(rows), input_fingerprint, SCHEMA_VERSION)
        change = "new" if before is None else "unchanged" if before.content_id == footer.content_id else "changed"
        if written != footer:
            self._replace(table, parquet.saying(rows, footer.words()))
        return Written(footer, self.path(table), change, before.rows if before else None)

    def staging(self) -> Path:
        """Folder for files that are not yet in place: beside the warehouse, so that no recursive reader finds them.

        Links are followed, because files can be moved within one file system only. In an object store a prefix within the
        warehouse's own, which is all that may be ours.
        """
        if self._staging is not None:
            return self._staging
        if storage_files.is_remote(self.root):
            return self.root / ".staging"
        root = self.root.resolve()
        return root.with_name(f".{root.name}.staging")

    def clear_leftovers(self) -> list[str]:
        """Remove what a killed build left in the staging folder, and move files aside that stand where a folder belongs.

        Returns a sentence for each path that was moved aside. Only for a holder of the build lock. Raises WarehouseError.
        """
        if storage_files.is_remote(self.root):
            return []
        staging, sentences = self.staging(), []
        storage_files.remove_all(staging, f".*{storage_files.UNFINISHED}")
        for folder in (staging / CANDIDATES, staging / cache.FOLDER):
            if os.path.lexists(folder) and (folder.is_symlink() or not folder.is_dir()):
                sentences.append(self._set_aside(folder, "is no folder"))
        return sentences

    def _set_aside(self, path: Path, why: str) -> str:
        try:
            moved = storage_files.set_aside(path, self.staging())
        except OSError as error:
            raise WarehouseError(
                f"{path} {why} and could not be moved out of the way ({error.strerror or error}); remove it and build again."
            ) from error
        return f"{path} {why}; it was moved to {moved} and is built again."

    def _replace(self, table: str, rows: pa.Table) -> None:
        from capex_pipeline.storage.parquet import write_parquet

        target = self.path(table)
        if storage_files.is_remote(target):
            data = io.BytesIO()
            write_parquet(rows, data, table)
            self._put(target, table, data.getvalue())
            return
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.staging().mkdir(parents=True, exist_ok=True)
            if target.is_dir() and not target.is_symlink():
                self._set_aside(target, "is a folder and no table")
            storage_files.replace_file(target, lambda stream: write_parquet(rows, stream, table), self.staging())
        except OSError as error:
            raise WarehouseError(
                f"Table {table} was not replaced: {error.strerror or error} at {error.filename or target}. The old file is as it was; "
                "check space and permissions and build again."
            ) from error
        self._keep_footer(table)

    def _keep_footer(self, table: str) -> None:
        """So that the next build, which asks for nothing else where nothing changed, need not import Arrow."""
        path = self.path(table)
        with contextlib.suppress(OSError, ValueError):
            if path.stat().st_size <= _LARGE:
                data = path.read_bytes()
                cache.write(
                    self.staging(), *_footer_of(table, data), json.dumps(_read_footer(io.BytesIO(data))).encode()
                )

    def _put(self, target: Path, table: str, data: bytes) -> None:
        try:
            storage_files.put(target, data)
        except OSError as error:
            raise WarehouseError(
                f"Table {table} was not replaced: {error}. The old object is as it was; build again."
            ) from error


def _footer_of(table: str, data: bytes) -> tuple[str, str]:
    """Under which name, and for which bytes, a footer is kept."""
    return f"{table}.footer.json", fingerprint.of("footer", {"bytes": storage_files.sha256(data)})


def _checked_footer(table: str, data: bytes) -> dict[str, str]:
    from capex_pipeline.storage import parquet

    return parquet.checked(data, table)


def _read_footer(stream: IO[bytes]) -> dict[str, str]:
    from capex_pipeline.storage import parquet

    return parquet.said(stream)
