"""Validates frames against the table models before anything is written.

Add here what splits a frame into accepted and rejected rows, or refuses a frame as a whole. The rules are declared in
the models (package `schemas`); `normalise/figures.py` turns rejected rows into a table.
"""

from __future__ import annotations

from copy import copy
from functools import cache
from typing import Any

import pandas as pd
import pandera.errors
import pandera.pandas as pa

from capex_pipeline import CapexPipelineError
from capex_pipeline.schemas.base import Table
from capex_pipeline.schemas.derive import columns, dtypes, table_metadata

REJECTION_COLUMNS = ("row", "rule", "column", "value")


class ContractError(CapexPipelineError, ValueError):
    """A frame that does not meet its table's contract.

    `cases` lists row, rule, column and value of each breach; `rows` are the rows that breach it, none where the table does as a whole.
    """

    def __init__(self, table: str, cases: pd.DataFrame, place: str = "", rows: pd.DataFrame | None = None) -> None:
        """place: where the first offending row comes from, as text."""
        self.table = table
        self.cases = cases
        self.rows = pd.DataFrame() if rows is None else rows
        first = cases.iloc[0]
        where = "the table as a whole" if pd.isna(first["row"]) else f"row {first['row']}"
        what = "" if pd.isna(first["column"]) else f" in column {first['column']} (value {first['value']})"
        more = f" and {len(cases) - 1} more" if len(cases) > 1 else ""
        super().__init__(
            f"Table {table} was not replaced: {where} breaks {first['rule']}{what}{place}{more}. "
            f"Look at the listed rows, correct the document or the rule, and build again."
        )


def failures(frame: pd.DataFrame, model: type[Table]) -> pd.DataFrame:
    """Every breach of the model's rules: columns row (index label, missing for the table as a whole), rule, column, value.

    Duplicate keys are breaches of rule duplicate_key on every row of the key after the first.
    """
    parts = []
    is_laid_out = _is_laid_out(frame, model)
    if is_laid_out and frame.empty:  # no value can break a rule
        return pd.DataFrame(columns=list(REJECTION_COLUMNS))
    try:
        (_rules_on_values(model) if is_laid_out else model.to_schema()).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        # Of a rule over a whole row pandera lists each column; one breach per row and rule is enough.
        whole_row = (cases["schema_context"] == "DataFrameSchema") & cases["index"].notna()
        parts.append(_breaches(cases[~whole_row], named=True))
        parts.append(_breaches(cases[whole_row].drop_duplicates(["index", "check"]), named=False))
    key = table_metadata(model)["key"]
    if set(key) <= set(frame.columns):
        repeated = frame.duplicated(key, keep="first")
        values = frame.loc[repeated, key].astype("str").fillna("-").agg(" ".join, axis=1) if repeated.any() else []
        parts.append(
            pd.DataFrame(
                {"row": frame.index[repeated], "rule": "duplicate_key", "column": "|".join(key), "value": values}
            )
        )
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame(columns=list(REJECTION_COLUMNS))
    return pd.concat(parts, ignore_index=True)


def split(frame: pd.DataFrame, model: type[Table]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Accepted rows, and the breaches of the others (columns row, rule, column, value; several per row are possible).

    The frame's index must be unique. len(frame) = len(accepted) + number of distinct rows in the breaches.
    Raises ContractError where the frame as a whole is wrong: a column is absent, unknown or of the wrong type.
    """
    cases = failures(frame, model)
    of_table = cases[cases["row"].isna()]
    if len(of_table):
        raise ContractError(model.__name__, of_table)
    return frame[~frame.index.isin(cases["row"])], cases


def require(frame: pd.DataFrame, model: type[Table], table: str) -> None:
    """Raises ContractError unless every row meets the contract."""
    cases = failures(frame, model)
    if len(cases):
        raise ContractError(table, cases, _place(frame, cases), frame[frame.index.isin(cases["row"])])


def _is_laid_out(frame: pd.DataFrame, model: type[Table]) -> bool:
    """Whether columns, their order, their types and their missing values are as the model says: one look at the whole frame."""
    types, required = _layout(model)
    if list(frame.columns) != list(types) or any(
        has != wanted for has, wanted in zip(frame.dtypes, types.values(), strict=True)
    ):
        return False
    return not frame[required].isna().to_numpy().any()


@cache
def _layout(model: type[Table]) -> tuple[dict[str, Any], list[str]]:
    """dtype of each column, and the columns in which nothing may be missing."""
    return dtypes(model), [name for name, column in columns(model).items() if not column.nullable]


@cache
def _rules_on_values(model: type[Table]) -> Any:
    """What is left of a model for a frame that is laid out as it says: the rules on values, of the columns that have any.

    pandera looks at layout column by column, which takes most of the time of a small frame.
    """
    ruled = {
        name: pa.Column(checks=column.checks, nullable=True) for name, column in columns(model).items() if column.checks
    }
    return pa.DataFrameSchema(ruled, checks=[_of_whole_rows(check) for check in model.to_schema().checks])


def _of_whole_rows(check: Any) -> Any:
    """The rule without pandera's search for rows in which every value is missing: a frame that is laid out has none."""
    other = copy(check)
    other.ignore_na = False
    return other


def _place(frame: pd.DataFrame, cases: pd.DataFrame) -> str:
    """Document and place of the row of the first breach, for columns that the table has; nothing for one of the table as a whole."""
    first = cases["row"].iloc[0]
    if first not in frame.index:
        return ""
    row = frame.loc[first]
    parts = [
        f"{name} {row[name]}"
        for name in ("document_id", "path", "locator")
        if name in frame.columns and pd.notna(row[name])
    ]
    return f", {', '.join(parts)}" if parts else ""


def _breaches(cases: pd.DataFrame, *, named: bool) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row": cases["index"],
            "rule": cases["check"].astype("str").str.replace(r"\(.*", "", regex=True),
            "column": cases["column"] if named else None,
            "value": cases["failure_case"].astype("str") if named else None,
        }
    )
