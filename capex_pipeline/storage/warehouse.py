"""A folder of Parquet tables: the published set, or the candidates that a build writes beside it.

Add here what writes a validated frame in one step, reads it back in the model's types, or reads the identities in a file's footer.
What is in a table belongs to `normalise`, the rules of validation to `schemas`, rows as Parquet to `parquet` (Arrow and pandas are
imported only where there are rows), and moving candidates into the published folder to `release`.

A file is written to a temporary file on the same file system, flushed to disk and moved into place; a reader has the old file or the
new one.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from capex_pipeline import CapexPipelineError
from capex_pipeline.schemas import SCHEMA_VERSION, TABLES
from capex_pipeline.storage import cache, fingerprint, run_memory
from capex_pipeline.storage import files as storage_files

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

CANDIDATES = "candidate"
"""Folder of the candidate tables, below the staging folder."""


_MANY_ROWS = 50_000
"""Rows of a larger table are remembered as its file has them, and each column is converted when it is used: most readers of such a table use
some of its columns or rows.
"""


class WarehouseError(CapexPipelineError, RuntimeError):
    """The warehouse cannot be written or read. The message says where, and what to do."""


@dataclass(frozen=True)
class Footer:
    """The identity of a table, as stored in the footer of its file.

    content_id: hash of the rows; equal rows have equal ids, whatever computed them.
    input_fingerprint: hash of what the rows were computed from (content ids of the inputs, and the code).
    """

    table: str
    rows: int
    content_id: str
    input_fingerprint: str
    schema_version: str

    def as_texts(self) -> dict[str, str]:
        """The fields as text, as the file stores them."""
        return {name: str(value) for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Earlier:
    """The rows of an earlier file of a table. is_kept: for each whether it stays; it was validated when the file was written."""

    rows: pa.Table
    is_kept: pa.Array | pa.ChunkedArray

    def __len__(self) -> int:
        """How many rows stay."""
        import pyarrow.compute as pc

        return pc.sum(self.is_kept).as_py() or 0

    def kept(self, columns: list[str]) -> pa.Table:
        """Some columns of the rows that stay."""
        return self.rows.select(columns).filter(self.is_kept)

    def dropped(self) -> pa.Table:
        """The other rows."""
        import pyarrow.compute as pc

        return self.rows.filter(pc.invert(self.is_kept))


@dataclass(frozen=True)
class PartlyKept:
    """The rows of a table of which some were not computed again. new: computed rows, beside those that are kept of the earlier ones."""

    new: pd.DataFrame
    earlier: Earlier

    def __len__(self) -> int:
        return len(self.new) + len(self.earlier)


@dataclass(frozen=True)
class Written:
    """The result of writing a table. `change` is new, changed or unchanged, by content; `rows`: the rows as the file has them, None if they were
    not computed.
    """

    footer: Footer
    path: Path
    change: str
    previous_rows: int | None
    rows: pa.Table | None = None


class Warehouse:
    """A folder of `<table>.parquet` files, or a prefix of an object store with such objects."""

    def __init__(self, root: Path, staging: Path | None = None, published: Warehouse | None = None) -> None:
        """staging: folder of temporary files and of the cache; by default the one beside the warehouse (`staging`).
        published: for a set of candidates, the warehouse that readers see.
        """
        self.root = root
        self._staging = staging
        self.published = published

    def candidates(self) -> Warehouse:
        """The set of tables that a build writes, separate from the published tables."""
        return Warehouse(self.staging() / CANDIDATES, self.staging(), self)

    def is_published(self, footer: Footer) -> bool:
        """Whether readers already see these rows; for a candidate, whether the published table has them."""
        seen = self.published.footer(footer.table) if self.published is not None else footer
        return seen is not None and seen.content_id == footer.content_id

    def path(self, table: str) -> Path:
        """Path of a table's file, whether or not it exists."""
        return self.root / f"{table}.parquet"

    def footer(self, table: str) -> Footer | None:
        """The footer of a table's file; None if the file does not exist, is damaged, or was not written by this
        package.
        """
        identified = self._identified(table)
        if identified is None:
            return None
        texts = identified[1]
        names = ("content_id", "input_fingerprint", "schema_version")
        if not set(names) <= set(texts) or texts.get("table") != table:
            return None
        return Footer(table, int(texts["rows"]), *(texts[name] for name in names))

    def _identified(self, table: str) -> tuple[str, dict[str, str]] | None:
        """SHA-256 of a table's file and its footer as text, read once by a run; None as for `footer`."""
        path, memory = self.path(table), run_memory.current()
        if memory is not None and str(path) in memory.footers:
            return memory.footers[str(path)]
        identified: tuple[str, dict[str, str]] | None
        try:
            data = storage_files.read(path)
            identified = storage_files.sha256(data), self._footer_texts(table, data)
        except (
            FileNotFoundError,
            NotADirectoryError,
            storage_files.NotAFileError,
            ValueError,
        ):  # a ParquetError is one
            identified = None
        except OSError as error:
            raise WarehouseError(f"{path} cannot be read ({error}); check its permissions.") from error
        if memory is not None:
            memory.footers[str(path)] = identified
        return identified

    def _footer_texts(self, table: str, data: bytes) -> dict[str, str]:
        """Return the footer as text. In a warehouse that is built here, verify once per file content that the rows
        match the footer; the verdict is cached, so that Arrow is imported only for files that changed.
        """
        if not self._was_built():
            return _read_footer(data)
        cached = self._kept_footer(table, data)
        if cached is not None:
            return cached
        checked = _checked_footer(table, data)
        self._cache_footer(table, data, checked)
        return checked

    def _kept_footer(self, table: str, data: bytes) -> dict[str, str] | None:
        """The footer of a file with these bytes if a build verified it."""
        cached = cache.read(self.staging(), self._footer_name(table), _identity(storage_files.sha256(data)))
        return None if cached is None else json.loads(cached)

    def _cache_footer(self, table: str, data: bytes, footer: dict[str, str]) -> None:
        identity = _identity(storage_files.sha256(data))
        cache.write(self.staging(), self._footer_name(table), identity, json.dumps(footer, sort_keys=True).encode())

    def _footer_name(self, table: str) -> str:
        return f"{table}.footer.json" if self.published is None else f"{table}.candidate.footer.json"

    def take_over_footers(self, hashes: Mapping[str, str]) -> None:
        """Cache the footers of the candidates for the published tables, which a release has given the same bytes.

        hashes: table -> SHA-256 of its published file. A table whose candidate was not verified is verified when it is next read.
        """
        candidates, memory = self.candidates(), run_memory.current()
        for table, sha256 in hashes.items():
            if memory is not None:
                memory.forget(str(self.path(table)))
            verified = cache.read(self.staging(), candidates._footer_name(table), _identity(sha256))
            if verified is not None and cache.read(self.staging(), self._footer_name(table), _identity(sha256)) is None:
                cache.write(self.staging(), self._footer_name(table), _identity(sha256), verified)

    def is_whole(self, table: str, data: bytes) -> bool:
        """Whether the bytes of a table's file contain the rows that its footer describes. The verdict of a build is
        cached.
        """
        if self._was_built() and self._kept_footer(table, data) is not None:
            return True
        try:
            _checked_footer(table, data)
        except ValueError:
            return False
        return True

    def remembered(self, name: str, identity: str, compute: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """As `cache.mapping`, but nothing is stored if no build was made here, so that readers leave no files behind."""
        return cache.mapping(self.staging(), name, identity, compute) if self._was_built() else compute()

    def _was_built(self) -> bool:
        return not storage_files.is_remote(self.root) and (self.staging() / cache.FOLDER).is_dir()

    def read(self, table: str, columns: list[str] | None = None) -> pd.DataFrame:
        """Read a table in the dtypes of its model, all columns or the named ones.

        Raises WarehouseError if it does not exist or lacks a column of this version's schema.
        """
        from capex_pipeline.schemas.derive import pandas_types
        from capex_pipeline.storage import parquet

        return parquet.to_pandas(self._load(table, columns), pandas_types(TABLES[table]))

    def _load(self, table: str, columns: list[str] | None = None) -> pa.Table:
        """As `read`, as the file has the rows."""
        from capex_pipeline.schemas.derive import pandas_types
        from capex_pipeline.storage import parquet

        path = self.path(table)
        types = pandas_types(TABLES[table])
        try:
            # Arrow gets an open file, because it adds columns for a path that looks partitioned.
            with storage_files.opened(path) as stream:
                loaded = parquet.read_rows(stream, columns)
        except FileNotFoundError as error:
            raise WarehouseError(f"There is no table {table} in {self.root}; materialize it first.") from error
        except (OSError, parquet.ParquetError) as error:
            raise WarehouseError(
                f"{path} is not a readable Parquet file ({error}); remove it and materialize {table}."
            ) from error
        missing = set(columns or types) - set(loaded.column_names)
        if missing:
            raise WarehouseError(
                f"{path} has no column {', '.join(sorted(missing))}: another version of this package wrote it. Materialize {table}."
            )
        # An older version may have written other columns.
        return loaded.select([name for name in loaded.column_names if name in types])

    def arrow(self, table: str) -> pa.Table:
        """The rows as their file has them; a table that this run read or wrote before is not read again. Raises WarehouseError."""
        held = self._held(table)
        if held is None or (held.arrow is None and held.columns):
            return self._load(table)
        if held.arrow is None:
            held.arrow = self._load(table)
        return held.arrow

    def differing_rows(self, table: str, earlier: Warehouse) -> tuple[pa.Table, pa.Table] | None:
        """The rows that only the table of an earlier set has, and those that only this one has, among them rows that are equal in both. None if
        this run did not make one from the other.
        """
        held, identified = self._held(table), earlier._identified(table)
        if held is None or held.replaced is None or identified is None or identified[0] != held.replaced[0]:
            return None
        return held.replaced[1:]

    def rows(
        self, table: str, columns: list[str] | None = None, where: tuple[str, Collection[str]] | None = None
    ) -> pd.DataFrame:
        """As `read`, but a table that this run read or wrote before is not read again. where: a column of text, and its values in the rows
        that are wanted.

        The frame shares its columns with others: pandas copies a column when one of them changes it.
        """
        import pandas as pd

        from capex_pipeline.schemas.derive import pandas_types
        from capex_pipeline.storage import parquet

        held, types = self._held(table), pandas_types(TABLES[table])
        names = list(types) if columns is None else list(dict.fromkeys([*columns, *(where or ())[:1]]))
        if held is None or (held.arrow is None and not held.columns and columns is not None):
            frame = self.read(table, names)
        elif where is not None and (held.arrow is not None or not held.columns):
            return parquet.to_pandas(parquet.rows_with(self.arrow(table), *where).select(columns or names), types)
        else:
            if absent := [name for name in names if name not in held.columns]:
                converted = parquet.to_pandas(self.arrow(table).select(absent), types)
                held.columns.update({name: converted[name] for name in absent})
            frame = pd.DataFrame({name: held.columns[name] for name in names}, copy=False)
        if where is not None:
            frame = frame[frame[where[0]].isin(list(where[1]))].reset_index(drop=True)
        return frame if columns is None else frame[columns]

    def _held(self, table: str) -> run_memory.Held | None:
        """What this run remembers of the rows of a table's file; None if it remembers nothing, or there is no sound file."""
        memory = run_memory.current()
        identified = None if memory is None else self._identified(table)
        return (
            None if memory is None or identified is None else memory.tables.setdefault(identified[0], run_memory.Held())
        )

    def sha256(self, table: str) -> str:
        """SHA-256 of a table's file, read once by a run. Raises WarehouseError."""
        identified = self._identified(table)
        path = self.path(table)
        try:
            return storage_files.sha256_of(path) if identified is None else identified[0]
        except FileNotFoundError as error:
            raise WarehouseError(f"There is no table {table} in {self.root}; materialize it first.") from error
        except OSError as error:
            raise WarehouseError(f"{path} cannot be read ({error}); check its permissions.") from error

    def write(self, table: str, rows: pd.DataFrame | PartlyKept, input_fingerprint: str) -> Written:
        """Validate, sort and write a table in one step. On any error the old file is unchanged.

        Raises validation.ContractError, and WarehouseError if the disk refuses the write.
        """
        from capex_pipeline.schemas import validation
        from capex_pipeline.schemas.derive import ordered, pandas_types, table_metadata
        from capex_pipeline.storage import parquet

        model = TABLES[table]
        new = ordered(rows.new if isinstance(rows, PartlyKept) else rows, model)
        validation.require(new, model, table)
        stored = parquet.to_arrow(new, table)
        if isinstance(rows, PartlyKept):
            stored = parquet.merged(rows.earlier.rows, rows.earlier.is_kept, stored, table)
            if parquet.have_a_common_key(rows.earlier.kept(table_metadata(model)["key"]), new, table):
                validation.require(parquet.to_pandas(stored, pandas_types(model)), model, table)
        earlier, present = self._held(table), self._identified(table)
        written = before = self.footer(table)
        if before is None and self.published is not None:
            before = self.published.footer(table)
        footer = Footer(table, stored.num_rows, parquet.content_id(stored), input_fingerprint, SCHEMA_VERSION)
        change = "new" if before is None else "unchanged" if before.content_id == footer.content_id else "changed"
        if written != footer:
            data = io.BytesIO()
            parquet.write_parquet(parquet.with_footer(stored, footer.as_texts()), data, table)
            self._replace(footer, data.getvalue())
        memory, path = run_memory.current(), self.path(table)
        if isinstance(rows, PartlyKept) or len(new) > _MANY_ROWS:
            held = run_memory.Held(stored)
        else:
            held = run_memory.Held(columns={str(name): new[name] for name in new.columns})
        if memory is not None and (identified := self._identified(table)) is not None:
            if isinstance(rows, PartlyKept) and present and earlier is not None and earlier.arrow is rows.earlier.rows:
                held.replaced = present[0], rows.earlier.dropped(), parquet.to_arrow(new, table)
                memory.tables.pop(present[0], None)
            memory.tables[identified[0]] = held
        if len(stored) > _MANY_ROWS:
            parquet.return_memory()
        return Written(footer, path, change, before.rows if before else None, stored)

    def staging(self) -> Path:
        """Folder for files that are not yet in place. It is beside the warehouse, so that recursive readers do not find
        it.

        Links are followed, because a file can only be moved within one file system. In an object store it is a prefix
        below that of the warehouse, because the project may own no other.
        """
        if self._staging is not None:
            return self._staging
        if storage_files.is_remote(self.root):
            return self.root / ".staging"
        return storage_files.beside(self.root, "staging")

    def clear_leftovers(self) -> list[str]:
        """Remove what a killed build left in the staging folder, and move aside files in the place of a folder.

        Returns a sentence for each path that was moved aside. Only a holder of the build lock may call this. Raises
        WarehouseError.
        """
        if storage_files.is_remote(self.root):
            return []
        staging, sentences = self.staging(), []
        storage_files.remove_all(staging, f".*{storage_files.UNFINISHED}")
        for folder in (staging / CANDIDATES, staging / cache.FOLDER):
            if os.path.lexists(folder) and (folder.is_symlink() or not folder.is_dir()):
                sentences.append(self._set_aside(folder, "is not a folder"))
        return sentences

    def _set_aside(self, path: Path, why: str) -> str:
        try:
            moved = storage_files.set_aside(path, self.staging())
        except OSError as error:
            raise WarehouseError(
                f"{path} {why} and could not be moved aside ({error.strerror or error}); remove it and build again."
            ) from error
        return f"{path} {why}; it was moved to {moved} and will be built again."

    def _replace(self, footer: Footer, data: bytes) -> None:
        table, memory = footer.table, run_memory.current()
        target = self.path(table)
        if memory is not None:
            memory.forget(str(target))
        if storage_files.is_remote(target):
            self._put(target, table, data)
        else:
            try:
                self.root.mkdir(parents=True, exist_ok=True)
                self.staging().mkdir(parents=True, exist_ok=True)
                if target.is_dir() and not target.is_symlink():
                    self._set_aside(target, "is a folder, not a table")
                storage_files.replace_file(target, lambda stream: stream.write(data), self.staging())
            except OSError as error:
                raise WarehouseError(
                    f"Table {table} was not replaced: {error.strerror or error} at {error.filename or target}. The old file is unchanged; "
                    "check space and permissions and build again."
                ) from error
            # The next build does not import Arrow if nothing changed.
            self._cache_footer(table, data, footer.as_texts())
        if memory is not None:
            memory.footers[str(target)] = storage_files.sha256(data), footer.as_texts()

    def _put(self, target: Path, table: str, data: bytes) -> None:
        try:
            storage_files.put(target, data)
        except OSError as error:
            raise WarehouseError(
                f"Table {table} was not replaced: {error}. The old object is unchanged; build again."
            ) from error


def _identity(sha256: str) -> str:
    """Input hash under which the footer of a file with this SHA-256 is cached."""
    return fingerprint.of("footer", {"bytes": sha256})


def _checked_footer(table: str, data: bytes) -> dict[str, str]:
    from capex_pipeline.storage import parquet

    return parquet.verified_footer(data, table)


def _read_footer(data: bytes) -> dict[str, str]:
    from capex_pipeline.storage import parquet

    return parquet.read_footer(data)
