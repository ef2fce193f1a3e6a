"""warehouse/: Parquet tables that readers never see half-written.

What belongs here: writing a validated frame in one step, reading it back in the model's types, and the identities in the
file's footer. What does not: what is in a table (normalise) and whether it may be published (validation is called here,
its rules live in schemas).

A file is written beside the warehouse on the same file system, flushed to disk and moved into place; a reader has the old
file or the new one. Equal content gives equal bytes: no clock, no host and no run id goes into a file.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from capex_pipeline import storage, validation
from capex_pipeline.schemas import SCHEMA_VERSION, TABLES
from capex_pipeline.schemas.derive import arrow_schema, pandas_types, table_metadata

_PREFIX = b"capex_pipeline."


class WarehouseError(RuntimeError):
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


@dataclass(frozen=True)
class Published:
    """What writing a table did. `change` is new, changed or unchanged, by content."""

    footer: Footer
    path: Path
    change: str
    previous_rows: int | None


class Warehouse:
    """A folder of `<table>.parquet` files, or a prefix of an object store with such objects."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, table: str) -> Path:
        """Where a table's file is or will be."""
        return self.root / f"{table}.parquet"

    def footer(self, table: str) -> Footer | None:
        """The footer of a table's file; None where there is no file, or one that is not ours or is broken."""
        path = self.path(table)
        try:
            parquet = pq.read_metadata(storage.opened(path) if storage.is_remote(path) else path)
        except (FileNotFoundError, pa.ArrowInvalid):
            return None
        except OSError as error:
            raise WarehouseError(f"{path} cannot be read ({error}); check its permissions.") from error
        said = parquet.metadata or {}
        values = {
            key.removeprefix(_PREFIX).decode(): value.decode() for key, value in said.items() if key.startswith(_PREFIX)
        }
        if not {"content_id", "input_fingerprint", "schema_version"} <= set(values) or values.get("table") != table:
            return None
        return Footer(
            table, parquet.num_rows, values["content_id"], values["input_fingerprint"], values["schema_version"]
        )

    def read(self, table: str, columns: list[str] | None = None) -> pd.DataFrame:
        """A table in its model's dtypes, all columns or those named.

        Raises WarehouseError where it is not there or has another schema than this version's.
        """
        path = self.path(table)
        types = pandas_types(TABLES[table])
        try:
            # Opened by us rather than by name: a path that looks partitioned must not add columns.
            with storage.opened(path) as stream:
                loaded = pq.read_table(stream, columns=columns)
        except FileNotFoundError as error:
            raise WarehouseError(f"There is no table {table} in {self.root}; materialise it first.") from error
        except (OSError, pa.ArrowInvalid) as error:
            raise WarehouseError(
                f"{path} is no readable Parquet file ({error}); remove it and materialise {table}."
            ) from error
        missing = set(columns or types) - set(loaded.column_names)
        if missing:
            raise WarehouseError(
                f"{path} has no column {', '.join(sorted(missing))}: it is of another version. Materialise {table}."
            )
        return to_pandas(loaded, types)

    def publish(self, table: str, frame: pd.DataFrame, input_fingerprint: str) -> Published:
        """Validates, sorts and writes a table in one step. On any error the old file stays as it was.

        Raises validation.ContractError, or WarehouseError where the disk does not let us.
        """
        model = TABLES[table]
        ordered = frame.sort_values(table_metadata(model)["sort"], kind="stable", ignore_index=True)
        validation.require(ordered, model, table)
        rows = to_arrow(ordered, table)
        before = self.footer(table)
        footer = Footer(table, rows.num_rows, content_id(rows), input_fingerprint, SCHEMA_VERSION)
        change = "new" if before is None else "unchanged" if before.content_id == footer.content_id else "changed"
        if before != footer:
            self._replace(table, rows.replace_schema_metadata(_metadata(footer)))
        return Published(footer, self.path(table), change, before.rows if before else None)

    def staging(self) -> Path:
        """Folder for files that are not yet in place: beside the warehouse, so that no recursive reader finds them.

        Links are followed, because files can be moved within one file system only. In an object store a prefix within the
        warehouse's own, which is all that may be ours.
        """
        if storage.is_remote(self.root):
            return self.root / ".staging"
        root = self.root.resolve()
        return root.with_name(f".{root.name}.staging")

    def clear_leftovers(self) -> None:
        """Removes what a build left in the staging folder that was killed. Only for one who has the build lock."""
        if not storage.is_remote(self.root):
            storage.remove_all(self.staging(), f".*{storage.UNFINISHED}")

    def _replace(self, table: str, rows: pa.Table) -> None:
        target = self.path(table)
        if storage.is_remote(target):
            self._put(target, table, rows)
            return
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.staging().mkdir(parents=True, exist_ok=True)
            storage.replace_file(target, lambda stream: write_parquet(rows, stream, table), self.staging())
        except OSError as error:
            raise WarehouseError(
                f"Table {table} was not replaced: {error.strerror or error} at {error.filename or target}. The old file is as it was; "
                "check space and permissions and build again."
            ) from error

    def _put(self, target: Path, table: str, rows: pa.Table) -> None:
        data = io.BytesIO()
        write_parquet(rows, data, table)
        try:
            storage.put(target, data.getvalue())
        except OSError as error:
            raise WarehouseError(
                f"Table {table} was not replaced: {error}. The old object is as it was; build again."
            ) from error


def write_parquet(rows: pa.Table, stream: object, table: str) -> None:
    """Writes the rows so that every reader that was tried can read them (types, version 2.6, pages 1.0, snappy)."""
    names = rows.column_names
    order = [pq.SortingColumn(names.index(name)) for name in table_metadata(TABLES[table])["sort"]]
    pq.write_table(
        rows, stream, version="2.6", data_page_version="1.0", compression="snappy", use_dictionary=True, write_statistics=True,
        write_page_index=True, row_group_size=1_000_000, coerce_timestamps="us", allow_truncated_timestamps=False, store_schema=True,
        sorting_columns=order,
    )  # fmt: skip


def to_arrow(frame: pd.DataFrame, table: str) -> pa.Table:
    """Rows in the table's Parquet schema; NaN and NaT become null."""
    schema = arrow_schema(TABLES[table])
    arrays = [pa.Array.from_pandas(frame[field.name], type=field.type) for field in schema]
    return pa.Table.from_arrays([_one_chunk(array) for array in arrays], schema=schema)


def to_pandas(rows: pa.Table, types: Mapping[str, Any]) -> pd.DataFrame:
    """A frame in the model's dtypes; null becomes NaN, NaT or NA."""
    columns = {}
    for name in rows.column_names:
        column = rows.column(name)
        if types[name] in ("Int64", "Int32"):
            columns[name] = pd.Series(
                column.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype(), pa.int32(): pd.Int32Dtype()}.get)
            )
        elif types[name] == "datetime64[us]":
            columns[name] = column.cast(pa.timestamp("us")).to_pandas()
        else:
            columns[name] = column.to_pandas()
    return pd.DataFrame({name: column.astype(types[name]) for name, column in columns.items()})


def content_id(rows: pa.Table) -> str:
    """SHA-256 of the rows, independent of how a file lays them out."""
    digest = hashlib.sha256()
    bare = rows.replace_schema_metadata(None).combine_chunks()
    plain = pa.table([_without_hidden(column) for column in bare.columns], schema=bare.schema)

    class _Digest:
        closed = False

        def write(self, data: bytes) -> int:
            digest.update(data)
            return len(data)

        def flush(self) -> None: ...

    with pa.ipc.new_stream(pa.PythonFile(_Digest(), mode="w"), plain.schema) as stream:
        stream.write_table(plain)
    return digest.hexdigest()


def _without_hidden(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """The column with 0 behind every missing integer, where pandas leaves whatever the computation left there."""
    if not column.null_count or not pa.types.is_integer(column.type):
        return column
    missing = column.is_null().to_numpy()
    return pa.array(column.fill_null(0).to_numpy(), type=column.type, mask=missing)


def _one_chunk(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _metadata(footer: Footer) -> dict[bytes, bytes]:
    said = {
        "table": footer.table,
        "content_id": footer.content_id,
        "input_fingerprint": footer.input_fingerprint,
        "schema_version": footer.schema_version,
    }
    return {_PREFIX + key.encode(): value.encode() for key, value in said.items()}
