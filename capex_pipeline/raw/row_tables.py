"""Arrow tables of printed rows and of mentions: their schemas, and how frames and records become such tables and back.

The names of the columns are in `raw/printed_rows.py`; their types belong here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from capex_pipeline.raw.printed_rows import DRAFT_COLUMNS, MENTION_COLUMNS, PRINTED_COLUMNS
from capex_pipeline.schemas import arrow_texts

ROW_NUMBER = "row_number"

_ROW_TYPES: dict[str, Any] = {
    **dict.fromkeys(PRINTED_COLUMNS, "str"),
    **dict(zip(DRAFT_COLUMNS, ("str", "float64", "Int64", "Int64", *["float64"] * 4, *["str"] * 3), strict=True)),
    ROW_NUMBER: "int64",
}
_MENTION_TYPES: dict[str, Any] = {
    **dict.fromkeys(MENTION_COLUMNS, "str"),
    **dict.fromkeys(("span_start", "span_end", "paragraph"), "Int64"),
    **dict.fromkeys(("low", "value", "high", "step"), "float64"),
    "certain": "bool",
}
_ARROW_TYPES = {"str": pa.large_string(), "float64": pa.float64(), "Int64": pa.int64(), "int64": pa.int64(), "bool": pa.bool_()}  # fmt: skip


def _schema(kinds: dict[str, Any]) -> pa.Schema:
    return pa.schema([pa.field(name, _ARROW_TYPES[kind]) for name, kind in kinds.items()])


ROWS = _schema(_ROW_TYPES)
"""Columns of the printed rows of a file: those of its document, those that extraction adds, and the number of the row."""
MENTIONS = _schema(_MENTION_TYPES)
"""Columns of the mentions of a text."""


OF_ALL_ROWS = ("document", "entity", "id", "same_fact_as", ROW_NUMBER)
"""Columns of rows that every build reads of every file; the others are read only of files with a company whose rows changed."""


def plain(rows: pa.Table) -> pa.Table:
    """Rows in the schema ROWS, of which texts may be stored as numbers of different texts."""
    return rows if rows.schema.equals(ROWS) else rows.cast(ROWS)


def of_records(records: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    """A table from mappings; keys that a record does not have are null. Raises ValueError or TypeError for a value of another type."""
    try:
        rows = pa.array(records, type=pa.struct(list(schema)), from_pandas=True)
    except (pa.ArrowInvalid, OverflowError):  # Arrow refuses whole numbers that a float cannot hold exactly
        numbers = [field.name for field in schema if field.type == pa.float64()]
        rounded = [
            {name: float(record[name]) for name in numbers if record.get(name) is not None} for record in records
        ]
        records = [{**record, **floats} for record, floats in zip(records, rounded, strict=True)]
        rows = pa.array(records, type=pa.struct(list(schema)), from_pandas=True)
    return pa.Table.from_arrays(rows.flatten(), schema=schema)


def of_frame(frame: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    """A table from a frame; columns that it lacks are null, and the labels of its rows are their numbers. Raises ValueError or TypeError if
    a cell is not text.
    """
    frame = frame.assign(**{ROW_NUMBER: frame.index.to_numpy()}) if schema is ROWS else frame
    columns = [
        _column(frame[name], kind) if name in frame else pa.nulls(len(frame), _ARROW_TYPES[kind])
        for name, kind in _types_of(schema).items()
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _column(values: pd.Series, kind: str) -> pa.Array | pa.ChunkedArray:
    cast = values if str(values.dtype) == kind else values.astype(kind)  # type: ignore[call-overload]
    return arrow_texts.to_arrow(cast, _ARROW_TYPES[kind])


def frame_of(tables: list[pa.Table], schema: pa.Schema = ROWS) -> pd.DataFrame:
    """The rows (or with the schema MENTIONS the mentions) of several files, one below the other, numbered from 0."""
    rows = pa.concat_tables(tables) if tables else schema.empty_table()
    columns = {}
    for name, kind in _types_of(schema).items():
        if kind == "str":
            columns[name] = arrow_texts.to_pandas(rows.column(name))
            continue
        mapper = {pa.int64(): pd.Int64Dtype()}.get if kind == "Int64" else None
        # In one chunk: pandas would carry a chunk for each file through every step.
        columns[name] = rows.column(name).combine_chunks().to_pandas(types_mapper=mapper).astype(kind)
    return pd.DataFrame(columns)


def _types_of(schema: pa.Schema) -> dict[str, Any]:
    return _ROW_TYPES if schema is ROWS else _MENTION_TYPES
