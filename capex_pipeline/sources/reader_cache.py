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

import pyarrow as pa

from capex_pipeline.raw.printed_rows import ReadResult
from capex_pipeline.raw.row_tables import MENTIONS, OF_ALL_ROWS, ROWS, of_frame, plain
from capex_pipeline.storage import cache, fingerprint

_SHARDS = 8
"""Readings are stored in so many files by their keys, so that a new document changes a part of what is stored."""

_COMPRESSION = "zstd"
"""Results repeat names, units and definitions: each different text is stored once, and compression reduces the rest."""

_ENTRIES = pa.schema(
    [("key", pa.string()), ("content", pa.large_string()), ("rows", pa.int64()), ("mentions", pa.int64())]
)


@dataclass(frozen=True)
class Reading:
    """The content of one file: as `ReadResult`, with the rows in the schema `ROWS` and the mentions in `MENTIONS`. Of stored rows only the columns
    `OF_ALL_ROWS` have these types; the others become plain when they are needed (`row_tables.plain`).
    """

    documents: list[dict[str, Any]]
    rows: pa.Table
    rejected: list[dict[str, str | None]]
    mentions: pa.Table | None


def reading_of(result: ReadResult) -> Reading:
    """A reader's result in this form. Raises ValueError or TypeError if a cell is not text."""
    rows = result.rows if isinstance(result.rows, pa.Table) else of_frame(result.rows, ROWS)
    mentions = result.mentions
    if mentions is not None and not isinstance(mentions, pa.Table):
        mentions = of_frame(mentions, MENTIONS)
    return Reading(result.documents, rows, result.rejected, mentions)


def key_of(name: str, sha256: str, sidecar: bytes | None) -> str:
    """Hash of a reader's inputs for a file; hashes represent its bytes and those of its sidecar."""
    parts = [name.encode(), sha256.encode(), b"none" if sidecar is None else sidecar]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


class Readings:
    """Cached results by key (`key_of`): those of an earlier build, and those that this one adds."""

    def __init__(self, staging: Path | None, overlay: str = "") -> None:
        """staging: `Warehouse.staging()`, or None to store nothing. overlay: `Reference.overlay`."""
        self._staging = staging
        self._identity = fingerprint.of("readings", {"reference": overlay})
        self._found: dict[str, Reading] = {}
        if staging is not None:
            for shard in range(_SHARDS):
                self._found |= _load(cache.read(staging, _name(shard), self._identity))
        self._used: dict[str, Reading] = {}

    def get(self, key: str) -> Reading | None:
        """The result for an equal file with an equal sidecar by the same code, or None."""
        cached = self._found.get(key)
        if cached is not None:
            self._used[key] = cached
        return cached

    def add(self, key: str, reading: Reading) -> None:
        """Adds a new result."""
        self._used[key] = reading

    def save(self) -> None:
        """Stores the results that this build used, and no others, so that results of removed files are dropped."""
        if self._staging is None:
            return
        for shard in set(map(_shard, self._used.keys() ^ self._found.keys())):
            used = {key: reading for key, reading in self._used.items() if _shard(key) == shard}
            cache.write(self._staging, _name(shard), self._identity, _bytes_of(used))


def _shard(key: str) -> int:
    return int(key[:2], 16) % _SHARDS


def _name(shard: int) -> str:
    return f"readings-{shard}.arrow"


def _bytes_of(readings: dict[str, Reading]) -> bytes:
    """Three compressed Arrow streams: one entry per file, the rows of all files, and all their mentions."""
    entries = pa.Table.from_pylist(
        [
            {
                "key": key,
                "content": json.dumps([reading.documents, reading.rejected]),
                "rows": reading.rows.num_rows,
                "mentions": None if reading.mentions is None else reading.mentions.num_rows,
            }
            for key, reading in readings.items()
        ],
        schema=_ENTRIES,
    )
    rows = [plain(reading.rows) for reading in readings.values()]
    mentions = [reading.mentions for reading in readings.values() if reading.mentions is not None]
    target = pa.BufferOutputStream()
    for tables in ([entries], [ROWS.empty_table(), *rows], [MENTIONS.empty_table(), *mentions]):
        table = _each_text_once(pa.concat_tables(tables))
        options = pa.ipc.IpcWriteOptions(compression=_COMPRESSION)
        with pa.ipc.new_stream(target, table.schema, options=options) as stream:
            stream.write_table(table)
    return bytes(target.getvalue())


def _each_text_once(table: pa.Table) -> pa.Table:
    """The table with numbers of texts in place of texts."""
    return pa.table({name: _numbered(table.column(name)) for name in table.column_names})


def _numbered(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return whole.dictionary_encode() if pa.types.is_large_string(column.type) else whole


def _load(data: bytes | None) -> dict[str, Reading]:
    if data is None:
        return {}
    source = pa.BufferReader(data)
    entries, rows, mentions = (pa.ipc.open_stream(source).read_all() for _ in range(3))
    entries, mentions = entries.cast(_ENTRIES), mentions.cast(MENTIONS)
    rows = rows.cast(
        pa.schema([ROWS.field(field.name) if field.name in OF_ALL_ROWS else field for field in rows.schema])
    )
    readings, row, mention = {}, 0, 0
    for entry in entries.to_pylist():
        documents, rejected = json.loads(entry["content"])
        counted = entry["mentions"]
        texts = None if counted is None else mentions.slice(mention, counted)
        readings[entry["key"]] = Reading(documents, rows.slice(row, entry["rows"]), rejected, texts)
        row, mention = row + entry["rows"], mention + (counted or 0)
    return readings
