"""Translates a table model into its Parquet schema, its keys and its page in the data dictionary.

Add a translation into another notation here. Facts about a table are declared in its model only.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from capex_pipeline.schemas import SCHEMA_VERSION, TABLES, arrow_texts
from capex_pipeline.schemas.base import Table

_ARROW_TYPES = {
    "str": pa.string(),
    "string[python]": pa.string(),
    "bool": pa.bool_(),
    "boolean": pa.bool_(),
    "Int64": pa.int64(),
    "Int32": pa.int32(),
    "float64": pa.float64(),
    "datetime64[ns]": pa.date32(),
    "datetime64[us]": pa.date32(),
}
_PANDAS_TYPES = {
    pa.string(): "str",
    pa.bool_(): "bool",
    pa.int64(): "Int64",
    pa.int32(): "Int32",
    pa.float64(): "float64",
    pa.date32(): "datetime64[us]",
}


def table_metadata(model: type[Table]) -> dict[str, Any]:
    """Group, grain, key and sort columns of a table."""
    configuration: Any = model.__config__
    return dict(configuration.metadata)


def columns(model: type[Table]) -> dict[str, Any]:
    """The model's pandera columns by name, in order."""
    return dict(model.to_schema().columns)


def unit_of(column: Any) -> str | None:
    """Unit of a column's numbers, where it has one."""
    return (column.metadata or {}).get("unit")


@cache
def arrow_schema(model: type[Table]) -> pa.Schema:
    """Parquet schema of a table: string, bool, int32/int64, float64 and date32 only, which every reader takes."""
    return pa.schema(
        [
            pa.field(name, _ARROW_TYPES[str(column.dtype)], nullable=column.nullable)
            for name, column in columns(model).items()
        ]
    )


@cache
def described_schema(model: type[Table]) -> pa.Schema:
    """The Parquet schema with the description and the unit of each column, as a file carries them."""
    about = {
        name: {"description": column.description or "", **({"unit": unit} if (unit := unit_of(column)) else {})}
        for name, column in columns(model).items()
    }
    return pa.schema([field.with_metadata(about[field.name]) for field in arrow_schema(model)])


@cache
def pandas_types(model: type[Table]) -> Mapping[str, Any]:
    """Name of the pandas dtype of each column, in order, as frames of this table have them in memory."""
    # A flag that may be null has a dtype that can hold it.
    return MappingProxyType(
        {
            field.name: "boolean" if field.type == pa.bool_() and field.nullable else _PANDAS_TYPES[field.type]
            for field in arrow_schema(model)
        }
    )


def conform(frame: pd.DataFrame, model: type[Table]) -> pd.DataFrame:
    """The frame with exactly the model's columns in order and in its dtypes; columns that are absent are missing values.

    Raises ValueError for a column that the model does not have, and for a value that its dtype cannot hold.
    """
    types = dtypes(model)
    unknown = [name for name in frame.columns if name not in types]
    if unknown:
        raise ValueError(f"{model.__name__} has no column {', '.join(unknown)}.")
    if list(frame.columns) != list(types):
        given = {
            name: frame[name] if name in frame.columns else pd.Series(index=frame.index, dtype=dtype)
            for name, dtype in types.items()
        }
        frame = pd.DataFrame(given, index=frame.index)
    others = {name: dtype for (name, dtype), has in zip(types.items(), frame.dtypes, strict=True) if has != dtype}
    return frame.astype(others) if others else frame.copy()


@cache
def dtypes(model: type[Table]) -> dict[str, Any]:
    """As `pandas_types`, as the dtypes that the columns of a frame have: to compare with, since converting a column to its own dtype takes time too."""
    return {name: pd.api.types.pandas_dtype(dtype) for name, dtype in pandas_types(model).items()}


def laid_out(frame: pd.DataFrame, model: type[Table]) -> pd.DataFrame:
    """The rows of a table as it is published: the model's columns and dtypes, other columns left out, in the order that the model names.

    Raises ValueError as `conform` does.
    """
    kept = conform(frame[[name for name in columns(model) if name in frame.columns]], model)
    return ordered(kept, model)


def ordered(frame: pd.DataFrame, model: type[Table]) -> pd.DataFrame:
    """The rows in the order of the model, missing values last, numbered from 0; rows with equal values stay in their present order.

    Arrow sorts texts in a quarter of the time that pandas takes. Values that are not of the model's types are left as they are, since
    validation reports them.
    """
    names = table_metadata(model)["sort"]
    try:
        keys = [arrow_texts.to_arrow(frame[name], arrow_schema(model).field(name).type) for name in names]
    except pa.ArrowException:
        return frame.reset_index(drop=True)
    order = pc.sort_indices(pa.table(keys, names=names), sort_keys=[(name, "ascending") for name in names]).to_numpy()
    is_in_order = np.array_equal(order, np.arange(len(frame)))
    return (frame if is_in_order else frame.take(order)).reset_index(drop=True)


def describe_checks(column: Any) -> str:
    """The rules on a column, in words."""
    words = []
    for check in column.checks:
        statistics = check.statistics or {}
        if "allowed_values" in statistics:
            words.append("one of " + ", ".join(f"`{value}`" for value in statistics["allowed_values"]))
        elif "min_value" in statistics:
            sign = "≥" if check.name.endswith("or_equal_to") else ">"
            words.append(f"{sign} {statistics['min_value']}")
        elif "max_value" in statistics:
            sign = "≤" if check.name.endswith("or_equal_to") else "<"
            words.append(f"{sign} {statistics['max_value']}")
        elif "pattern" in statistics:
            pattern = statistics["pattern"]
            words.append(f"matches `{getattr(pattern, 'pattern', pattern)}`")
        else:
            words.append(str(check.name))
    return "; ".join(words)


def outline(model: type[Table]) -> dict[str, Any]:
    """What `schemas.outline` reads of a table: group, grain, key, and of each column what Dagster shows."""
    metadata, arrow = table_metadata(model), arrow_schema(model)
    return {
        "group": metadata["group"],
        "grain": metadata["grain"],
        "key": metadata["key"],
        "columns": {
            name: {
                "type": str(arrow.field(name).type),
                "nullable": column.nullable,
                "description": column.description or "",
                "unit": unit_of(column),
                "rules": describe_checks(column),
                "comes_from": list((column.metadata or {}).get("comes_from", ())),
            }
            for name, column in columns(model).items()
        },
    }


def data_dictionary() -> str:
    """The page warehouse/README.md: every table, its grain, key and columns."""
    lines = [
        "# The warehouse",
        "",
        "<!-- Generated from capex_pipeline/schemas by `make dictionary`. Edit the models, not this page. -->",
        "",
        f"Contract version {SCHEMA_VERSION}. Each table is one Parquet file, `<table>.parquet`, sorted and replaced in one step.",
        "Money is in full units of its currency. Missing values are null, never 0 or NaN.",
        "",
        "In `capex`, `cloud_revenue` and `gpu_shipments` rows do not overlap: `SELECT sum(amount_usd) FROM 'capex.parquet' WHERE entity_id =",
        "'amazon' AND calendar_year_of_company = 2025`. That column, `calendar_year` and `fiscal_year` are null on the quarters of a year that a table does not",
        "have in full.",
        "Companies begin in different years and report at different times, so take totals over companies from",
        "`capex_by_overlapping_group`, and calendar years from the tables by calendar year: they are null while a "
        "quarter or a member is missing. In the tables by definition only rows with `is_preferred` add up.",
        "",
        "`views.sql` holds ready answers for DuckDB: `capex_wide` and `cloud_revenue_wide` (companies across), "
        "`latest_complete_quarter` of each group, `outlook_latest`, and",
        "`observations_as_of(day)`. `workbook.xlsx` holds the same for spreadsheets.",
        "",
        "| table | one row per | contents |",
        "|---|---|---|",
    ]
    for name, model in TABLES.items():
        lines.append(f"| [{name}](#{name}) | {table_metadata(model)['grain']} | {_first_line(model)} |")
    for name, model in TABLES.items():
        metadata = table_metadata(model)
        key, order = (", ".join(f"`{part}`" for part in metadata[what]) for what in ("key", "sort"))
        lines += [
            "",
            f"## {name}",
            "",
            f"{_first_line(model)} Key: {key}. Sorted by {order}.",
            "",
            "| column | type | null | unit | meaning | rules |",
            "|---|---|---|---|---|---|",
        ]
        arrow = arrow_schema(model)
        for column_name, column in columns(model).items():
            rules = describe_checks(column).replace("|", "\\|")
            meaning = (column.description or "").replace("|", "\\|")
            null = "yes" if column.nullable else ""
            lines.append(
                f"| `{column_name}` | {arrow.field(column_name).type} | {null} | {unit_of(column) or ''} | {meaning} | {rules} |"
            )
    return "\n".join(lines) + "\n"


def _first_line(model: type[Table]) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]
