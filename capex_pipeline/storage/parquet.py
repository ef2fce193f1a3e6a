"""Writes and reads tables as Parquet in the types of their models, with the identity of a table in the file's footer.

Add a function here when it needs Arrow to write or read a table. File locations and atomic replacement are in
`storage/warehouse.py` and `storage/files.py`, columns are declared in `schemas`. Equal content gives equal bytes: no
clock, host or run id is written to a file.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import math
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from capex_pipeline import CapexPipelineError
from capex_pipeline.schemas import SCHEMA_VERSION, TABLES, arrow_texts
from capex_pipeline.schemas.derive import arrow_schema, described_schema, pandas_types, table_metadata

# Arrow's own pool of memory returns pages that it needs again soon after; to get them anew took a twelfth of a build of a large archive.
pa.set_memory_pool(pa.system_memory_pool())

FOOTER_KEYS = ("table", "content_id", "input_fingerprint", "schema_version")
"""The entries of a file's footer, each stored under the prefix of this package."""

_PREFIX = b"capex_pipeline."


class ParquetError(CapexPipelineError, ValueError):
    """A file is damaged or is not a Parquet file. The message is the one of the reader."""


def read_footer(source: Path | IO[bytes] | bytes) -> dict[str, str]:
    """Return the footer entries of a file, without the prefix, and its number of `rows`; for a foreign file the latter
    only.

    Raises ParquetError, and OSError if the file cannot be read.
    """
    try:
        footer = pq.read_metadata(pa.BufferReader(source) if isinstance(source, bytes) else source)
    except pa.ArrowException as error:
        raise ParquetError(str(error)) from error
    ours = {
        key.removeprefix(_PREFIX).decode(): value.decode()
        for key, value in (footer.metadata or {}).items()
        if key.startswith(_PREFIX)
    }
    return {**ours, "rows": str(footer.num_rows)}


def with_footer(rows: pa.Table, words: Mapping[str, str]) -> pa.Table:
    """Return the rows with the footer entries as schema metadata, in the order of FOOTER_KEYS."""
    return rows.replace_schema_metadata({_PREFIX + name.encode(): words[name].encode() for name in FOOTER_KEYS})


def read_rows(stream: IO[bytes], columns: list[str] | None = None) -> pa.Table:
    """Return the rows of a file, without what it says about itself and its columns. Raises ParquetError."""
    try:
        rows = pq.read_table(stream, columns=columns)
        return pa.Table.from_arrays(rows.columns, schema=pa.schema([field.remove_metadata() for field in rows.schema]))
    except pa.ArrowException as error:
        raise ParquetError(str(error)) from error


def columns_of(stream: IO[bytes], names: Collection[str]) -> pa.Table:
    """Return those of the named columns that a file has. Raises ParquetError."""
    try:
        file = pq.ParquetFile(stream)
        return file.read([name for name in file.schema_arrow.names if name in names])
    except pa.ArrowException as error:
        raise ParquetError(str(error)) from error


def verified_footer(data: bytes, table: str) -> dict[str, str]:
    """As `read_footer`, after verifying that the rows match the footer and that writing them again gives the same
    bytes.

    Neither Parquet's pages nor their compression detect a flipped bit. Foreign files and files of another version of
    the contract are not verified, and bytes are not compared with those of another version of Arrow. Raises
    ParquetError for a file that does not match.
    """
    try:
        words, rows = read_footer(data), read_rows(io.BytesIO(data))
        if words.get("schema_version") != SCHEMA_VERSION or not set(FOOTER_KEYS) <= set(words):
            return words
        is_whole = rows.schema.equals(arrow_schema(TABLES[table])) and _is_as_written(rows, words, data, table)
    except (OSError, ValueError) as error:  # the bytes are in memory, so any error means that they are damaged
        raise ParquetError(str(error)) from error
    if not is_whole:
        raise ParquetError("The rows do not match the footer.")
    return words


def _is_as_written(rows: pa.Table, words: Mapping[str, str], data: bytes, table: str) -> bool:
    again = to_arrow(to_pandas(rows, pandas_types(TABLES[table])), table)
    if content_id(again) != words["content_id"]:
        return False
    if not pq.read_metadata(pa.BufferReader(data)).created_by.endswith(f" version {pa.cpp_build_info.version}"):
        return True
    stream = io.BytesIO()
    write_parquet(with_footer(again, words), stream, table)
    return stream.getvalue() == data


FORM: dict[str, Any] = {
    "version": "2.6",
    "data_page_version": "1.0",
    "compression": "snappy",
    "use_dictionary": True,
    "write_statistics": True,
    "write_page_index": True,
}
"""Options of a Parquet writer for a form that every tested reader supports."""


def write_parquet(rows: pa.Table, stream: object, table: str) -> None:
    """Write the rows in the form of `FORM`, sorted as the table's model says, with a description of each column."""
    names = rows.column_names
    described = described_schema(TABLES[table]).with_metadata(rows.schema.metadata)
    rows = pa.Table.from_arrays(rows.columns, schema=described)
    order = [pq.SortingColumn(names.index(name)) for name in table_metadata(TABLES[table])["sort"]]
    pq.write_table(
        rows,
        stream,
        **FORM,
        row_group_size=1_000_000,
        coerce_timestamps="us",
        allow_truncated_timestamps=False,
        store_schema=True,
        sorting_columns=order,
    )


def to_arrow(frame: pd.DataFrame, table: str) -> pa.Table:
    """Return the rows in the Parquet schema of the table; NaN and NaT become null."""
    schema = arrow_schema(TABLES[table])
    arrays = [arrow_texts.to_arrow(frame[field.name], field.type) for field in schema]
    return pa.Table.from_arrays([_one_chunk(array) for array in arrays], schema=schema)


def to_pandas(rows: pa.Table, types: Mapping[str, Any]) -> pd.DataFrame:
    """Return a frame in the dtypes of the model; null becomes NaN, NaT or NA."""
    days = [
        field.with_type(pa.timestamp("us")) if types[field.name] == "datetime64[us]" else field for field in rows.schema
    ]
    bare = rows.cast(pa.schema(days)).replace_schema_metadata(None)
    texts = {field.name: arrow_texts.to_pandas(bare[field.name]) for field in bare.schema if field.type == pa.string()}
    others = bare.drop_columns(list(texts))
    frame = others.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype(), pa.int32(): pd.Int32Dtype()}.get)
    wrong = {name: types[name] for name, dtype in frame.dtypes.items() if dtype != types[name]}
    frame = frame.astype(wrong) if wrong else frame
    return pd.DataFrame({name: texts.get(name, frame.get(name)) for name in bare.column_names}, copy=False)


def return_memory() -> None:
    """Returns memory that is not used any more to the system, which a large table leaves in many pieces."""
    pa.default_memory_pool().release_unused()


def has_one_of(texts: pa.ChunkedArray, values: Collection[str]) -> pa.ChunkedArray:
    """For each text whether it is one of the values."""
    return pc.is_in(texts, value_set=pa.array(sorted(values), pa.string()))


def rows_with(rows: pa.Table, column: str, values: Collection[str]) -> pa.Table:
    """The rows that have one of the values in a column of text."""
    return rows.filter(has_one_of(rows[column], values))


_MOST_RUNS = 1_000
"""Runs of rows that are copied as a whole; many short ones take longer than row by row."""


def merged(rows: pa.Table, is_kept: pa.Array | pa.ChunkedArray, new: pa.Table, table: str) -> pa.Table:
    """The rows that are kept and the new ones in the order of the table's model. Both have a few runs of rows that stay together, and only the
    columns of the order are compared.
    """
    both, names = pa.concat_tables([rows, new]), table_metadata(TABLES[table])["sort"]
    of_kept = pc.indices_nonzero(is_kept).to_numpy().astype("int64")
    places = np.concatenate([of_kept, np.arange(rows.num_rows, both.num_rows)])
    keys = pa.concat_tables([rows.select(names).filter(is_kept), new.select(names)])
    order = places[pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in names]).to_numpy()]
    starts = [0, *(np.flatnonzero(np.diff(order) != 1) + 1).tolist(), len(order)]
    # A single run would be a slice, whose flags lie beside those of other rows.
    if not 2 <= len(starts) - 1 <= _MOST_RUNS:
        return both.take(order).combine_chunks()
    runs = [both.slice(order[start], end - start) for start, end in itertools.pairwise(starts)]
    return pa.concat_tables(runs).combine_chunks()


def have_a_common_key(kept: pa.Table, new: pd.DataFrame, table: str) -> bool:
    """Whether a kept row has the key of a new one. kept: at least the columns of the key."""
    key = table_metadata(TABLES[table])["key"]
    texts = pa.array(new[key[0]].unique(), kept.schema.field(key[0]).type)
    alike = kept.select(key).filter(pc.is_in(kept[key[0]], value_set=texts))
    both = pd.concat([to_pandas(alike, pandas_types(TABLES[table])), new[key]])
    return bool(alike.num_rows) and bool(both.duplicated().any())


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
    """Replace the values behind nulls by one constant. pandas keeps whatever the computation left there (NaN of either
    sign), and the file stores null in both cases.
    """
    is_real = pa.types.is_floating(column.type)
    if not column.null_count or not (is_real or pa.types.is_integer(column.type)):
        return column
    missing = column.is_null().to_numpy()
    return pa.array(column.fill_null(math.nan if is_real else 0).to_numpy(), type=column.type, mask=missing)


def _one_chunk(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
