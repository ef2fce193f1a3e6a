"""Caches what was read from each file of raw/, so that a build reads only new and changed files.

A reading is stored as an Arrow table under the hash of everything it depends on: name and bytes of the file, its
sidecar, the code and the reference data. Add here what concerns that cache. Files are read by the other modules of this
package; `normalise/ingest.py` uses the rows.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from capex_pipeline.raw.printed_rows import DRAFT_COLUMNS, PRINTED_COLUMNS, ReadResult
from capex_pipeline.storage import cache, fingerprint

ROW_NUMBER = "row_number"
_NAME = "readings.arrow"
_LARGEST = 256 * 2**20
"""Bytes; more is not kept, so that the folder stays small and reading it stays cheaper than reading the documents."""

_PANDAS_TYPES: dict[str, Any] = {
    **dict.fromkeys(PRINTED_COLUMNS, "str"),
    **dict(zip(DRAFT_COLUMNS, ("str", "float64", "Int64", "Int64", *["float64"] * 4, *["str"] * 3), strict=True)),
    ROW_NUMBER: "int64",
}
_ARROW_TYPES = {"str": pa.large_string(), "float64": pa.float64(), "Int64": pa.int64(), "int64": pa.int64()}
ROWS = pa.schema([pa.field(name, _ARROW_TYPES[kind]) for name, kind in _PANDAS_TYPES.items()])
"""Columns of the printed rows of a file: as its document has them, with what a draft adds, and the number of the row."""


@dataclass(frozen=True)
class Reading:
    """What one file says: as `ReadResult`, with the rows in the schema `ROWS`."""

    documents: list[dict[str, Any]]
    rows: pa.Table
    rejected: list[dict[str, str | None]]
    mentions: pd.DataFrame | None


def reading_of(result: ReadResult) -> Reading:
    """A reader's result. Raises ValueError or TypeError where a cell is no text."""
    numbers = result.rows.index.to_numpy()
    columns = [
        _column(result.rows[name], kind) if name in result.rows else pa.nulls(len(numbers), _ARROW_TYPES[kind])
        for name, kind in _PANDAS_TYPES.items()
        if name != ROW_NUMBER
    ]
    rows = pa.Table.from_arrays([*columns, pa.array(numbers, pa.int64())], schema=ROWS)
    return Reading(result.documents, rows, result.rejected, result.mentions)


def _column(values: pd.Series, kind: str) -> pa.Array | pa.ChunkedArray:
    cast = values if str(values.dtype) == kind else values.astype(kind)  # type: ignore[call-overload]
    return pa.Array.from_pandas(cast, type=_ARROW_TYPES[kind])


def frame_of(tables: list[pa.Table]) -> pd.DataFrame:
    """The rows of several files, one below the other, numbered from 0."""
    rows = pa.concat_tables(tables) if tables else ROWS.empty_table()
    columns = {}
    for name, kind in _PANDAS_TYPES.items():
        mapper = {pa.int64(): pd.Int64Dtype()}.get if kind == "Int64" else None
        columns[name] = rows.column(name).to_pandas(types_mapper=mapper).astype(kind)
    return pd.DataFrame(columns)


def key_of(name: str, sha256: str, sidecar: bytes | None) -> str:
    """Hash of what a reader is given of a file; its content hash stands for the bytes."""
    parts = [name.encode(), sha256.encode(), b"none" if sidecar is None else hashlib.sha256(sidecar).digest()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


class Readings:
    """Readings by key (`key_of`): those that an earlier build kept, and those that this one adds."""

    def __init__(self, staging: Path | None, overlay: str = "") -> None:
        """staging: `Warehouse.staging()`, or None where nothing is to be kept. overlay: `Reference.overlay`."""
        self._staging = staging
        self._identity = fingerprint.of("readings", {"reference": overlay})
        self._found = {} if staging is None else _load(cache.read(staging, _NAME, self._identity))
        self._used: dict[str, Reading] = {}

    def get(self, key: str) -> Reading | None:
        """The reading of an equal file with an equal sidecar by the same code, or None."""
        found = self._found.get(key)
        if found is not None:
            self._used[key] = found
        return found

    def add(self, key: str, reading: Reading) -> None:
        """Keeps a new reading."""
        self._used[key] = reading

    def save(self) -> None:
        """Keeps what this build used, and nothing else: readings of files that are gone go too."""
        if self._staging is None or self._used.keys() == self._found.keys():
            return
        data = _bytes_of(self._used)
        if len(data) <= _LARGEST:
            cache.write(self._staging, _NAME, self._identity, data)


def _bytes_of(readings: dict[str, Reading]) -> bytes:
    """One Arrow stream of all rows, with the rest as its metadata, and one for each file that has mentions."""
    entries = [
        {
            "key": key,
            "documents": reading.documents,
            "rejected": reading.rejected,
            "rows": reading.rows.num_rows,
            "has_mentions": reading.mentions is not None,
        }
        for key, reading in readings.items()
    ]
    rows = pa.concat_tables([reading.rows for reading in readings.values()]) if readings else ROWS.empty_table()
    mentions = [reading.mentions for reading in readings.values() if reading.mentions is not None]
    target = pa.BufferOutputStream()
    for table in (
        rows.replace_schema_metadata({b"entries": json.dumps(entries).encode()}).combine_chunks(),
        *(pa.Table.from_pandas(frame, preserve_index=False) for frame in mentions),
    ):
        with pa.ipc.new_stream(target, table.schema) as stream:
            stream.write_table(table)
    return bytes(target.getvalue())


def _load(data: bytes | None) -> dict[str, Reading]:
    if data is None:
        return {}
    source = pa.BufferReader(data)
    rows = pa.ipc.open_stream(source).read_all()
    entries = json.loads(rows.schema.metadata[b"entries"])
    rows = rows.replace_schema_metadata(None)
    readings, first = {}, 0
    for entry in entries:
        mentions = pa.ipc.open_stream(source).read_all().to_pandas() if entry["has_mentions"] else None
        own = rows.slice(first, entry["rows"])
        readings[entry["key"]] = Reading(entry["documents"], own, entry["rejected"], mentions)
        first += entry["rows"]
    return readings
