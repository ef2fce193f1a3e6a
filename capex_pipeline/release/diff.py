"""Compares two releases row by row and cell by cell.

Add here what matches rows or lists differences. Whether a difference is allowed is decided in `release/closed_periods.py`, its cause is
looked up in `release/diff_causes.py`, and `release/diff_text.py` describes it in text. Rows are matched by their key. The id of an
observation contains its document, so a restatement has another id. Unmatched rows of tables by definition are therefore matched by what
they state (entity, definition, product, period, source).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from capex_pipeline.release import ReleaseError
from capex_pipeline.release.diff_causes import Causes
from capex_pipeline.release.manifest import content_id
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.derive import arrow_schema, laid_out, pandas_types, table_metadata
from capex_pipeline.schemas.release_changes import ReleaseChanges
from capex_pipeline.schemas.vocabulary import COMPANY_SOURCES
from capex_pipeline.storage import files as storage_files
from capex_pipeline.storage.parquet import ParquetError, read_rows, to_pandas
from capex_pipeline.storage.warehouse import Warehouse

LEVELS = (
    "amount", "amount_low", "amount_high", "amount_usd", "amount_usd_low", "amount_usd_high", "amount_cny", "units", "units_low",
    "units_high", "value", "value_low", "value_high", "yoy_pct_stated",
)  # fmt: skip
"""Columns with measured values. A change there is a restatement; resulting changes of growth, sums and notes are updates."""

_QUESTION = ["entity_id", "definition_id", "segment", "supplier_id", "product", "customer_id", "flow", "currency", "claimant",
             "period_start", "period_end"]  # fmt: skip
_PLACE = ["entity_id", "definition_id", "product", "period_start", "period_end"]
_EQUAL = 1e-12


def causes_of(old: Path, new: Path) -> Causes:
    """The documents of the tables in two folders, which differences between them are traced to."""
    return Causes(read(old, "documents"), read(new, "documents"))


def compare(old: Path, new: Path, causes: Causes | None = None) -> pd.DataFrame:
    """Table of changes (`ReleaseChanges`) from the tables in one folder to those in another.

    Columns that only one of them has are not compared; the contract's version covers them. causes: from `causes_of`, where they are known already.
    """
    causes = causes_of(old, new) if causes is None else causes
    parts = []
    for table in TABLES:
        if is_same(old, new, table):
            continue
        before, now = _read_differing(old, new, table)
        if before is not None and not set(table_metadata(TABLES[table])["key"]) <= set(before.columns):
            before = None  # The table had another key, so none of its rows can be matched; the contract's version covers them.
        # All rows of a table that only one release has were added or removed.
        if before is None and now is not None:
            before = now.iloc[:0]
        if now is None and before is not None:
            now = before.iloc[:0]
        if before is not None and now is not None:
            parts += compare_table(table, before, now, causes)
    return combined(parts)


def combined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Table of changes (`ReleaseChanges`) from the parts that `compare_table` returns."""
    if not parts:
        return no_changes()
    differences = pd.concat(parts, ignore_index=True)
    differences["is_preferred"] = differences["is_preferred"].fillna(False).astype(bool)
    return laid_out(differences, ReleaseChanges)


def is_same(old: Path, new: Path, table: str) -> bool:
    """True if the footers of both files state the same content id."""
    old_content = content_id(old, table)
    return old_content is not None and old_content == content_id(new, table)


def no_changes() -> pd.DataFrame:
    """The table of changes of two equal releases."""
    return laid_out(pd.DataFrame(), ReleaseChanges)


def read(folder: Path, table: str) -> pd.DataFrame | None:
    """A table of a release: its columns that are in this version's model, in the model's types. None if there is no such file."""
    return _frame_of(_read_rows(folder, table), table)


def _read_differing(old: Path, new: Path, table: str) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    """As `read` for both releases, without the rows that a build took over, or without the equal rows at the start and at the end of both. Rows
    have the order of their key, so what is left grows with the change and not with the table.
    """
    if (differing := Warehouse(new).differing_rows(table, Warehouse(old))) is not None:
        return _frame_of(differing[0], table), _frame_of(differing[1], table)
    before, now = _read_rows(old, table), _read_rows(new, table)
    if before is not None and now is not None and before.schema.equals(now.schema):
        shorter = min(before.num_rows, now.num_rows)
        first = _equal_rows(before, now, shorter)
        last = _equal_rows(before, now, shorter - first, at_end=True)
        before, now = (rows.slice(first, rows.num_rows - first - last) for rows in (before, now))
    return _frame_of(before, table), _frame_of(now, table)


def _equal_rows(before: pa.Table, now: pa.Table, most: int, *, at_end: bool = False) -> int:
    """How many rows at the start of two tables are equal, or at their end. most: the number of rows to compare."""
    for one, other in zip(before.columns, now.columns, strict=True):
        equal = 0
        while equal < most:  # each turn compares half of what is left of the column
            step = (most - equal + 1) // 2
            starts = [len(column) - equal - step if at_end else equal for column in (one, other)]
            if one.slice(starts[0], step).equals(other.slice(starts[1], step)):
                equal += step
            else:
                most = equal + step - 1
        most = equal
    return most


def _frame_of(rows: pa.Table | None, table: str) -> pd.DataFrame | None:
    return None if rows is None else to_pandas(rows, pandas_types(TABLES[table]))


def _read_rows(folder: Path, table: str) -> pa.Table | None:
    try:
        with storage_files.opened(folder / f"{table}.parquet") as stream:
            rows = read_rows(stream)
    except FileNotFoundError:
        return None
    except (OSError, ParquetError) as error:
        raise ReleaseError(f"{folder / table}.parquet is not a readable Parquet file ({error}).") from error
    shared = [
        field.name
        for field in arrow_schema(TABLES[table])
        if field.name in rows.column_names and rows.schema.field(field.name).type == field.type
    ]
    return rows.select(shared)


def compare_table(table: str, before: pd.DataFrame, now: pd.DataFrame, causes: Causes) -> list[pd.DataFrame]:
    """The changes of one table, as parts with some columns of `ReleaseChanges`."""
    shared = [name for name in before.columns if name in now.columns]
    before, now = before[shared].reset_index(drop=True), now[shared].reset_index(drop=True)
    pairs = pair(before, now, table_metadata(TABLES[table])["key"])
    removed = before[~before.index.isin(pairs["old"])]
    added = now[~now.index.isin(pairs["new"])]
    parts = [
        _whole_rows(table, added, "added").assign(**causes.of_added(added)),
        _whole_rows(table, removed, "removed").assign(**causes.of_removed(removed)),
    ]
    old, new = before.loc[pairs["old"]].reset_index(drop=True), now.loc[pairs["new"]].reset_index(drop=True)
    differing = {name: mask for name in shared if (mask := _differs(old[name], new[name])).any()}
    # Rows with another key are matched by what they state, so changes of key columns are not listed.
    for key in table_metadata(TABLES[table])["key"]:
        differing.pop(key, None)
    if differing:
        touched = pd.Series(np.logical_or.reduce(list(differing.values())), index=old.index)
        why = causes.of_pairs(old[touched], new[touched], {name: mask[touched] for name, mask in differing.items()})
        for name, mask in differing.items():
            parts.append(_cells(table, old[mask], new[mask], name).join(why.loc[mask[mask].index]))
    return [part.reset_index(drop=True) for part in parts if len(part)]


def pair(before: pd.DataFrame, now: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Index labels (old, new) of matching rows of two releases; each label at most once."""
    left = before[key].assign(old=before.index, turn=before.groupby(key, dropna=False).cumcount())
    right = now[key].assign(new=now.index, turn=now.groupby(key, dropna=False).cumcount())
    pairs = left.merge(right, on=[*key, "turn"])[["old", "new"]]
    if key != ["observation_id"] or "known_to" in now.columns:
        return pairs  # In observations every vintage is a separate row.
    rest_before = question(before[~before.index.isin(pairs["old"])]).rename("question").rename_axis("old").reset_index()
    rest_now = question(now[~now.index.isin(pairs["new"])]).rename("question").rename_axis("new").reset_index()
    for rest in (rest_before, rest_now):
        rest["turn"] = rest.groupby("question").cumcount()
    return pd.concat([pairs, rest_before.merge(rest_now, on=["question", "turn"])[["old", "new"]]], ignore_index=True)


def question(rows: pd.DataFrame) -> pd.Series:
    """What a row of a published table states a value for, as text. Rows of two releases with equal texts are vintages of the same value."""
    text = rows["document_id"].mask(rows["source_type"].isin(COMPANY_SOURCES), "filing").astype("str")
    text = text + "/" + rows["status"].where(~rows["status"].isin(["reported", "derived"]), "actual")
    for name in _QUESTION:
        if name in rows.columns:
            text = text + "/" + as_text(rows[name]).fillna("")
    return text


def as_text(values: pd.Series) -> pd.Series:
    """Values as text, dates as 2024-06-30, flags as true and false; null stays null."""
    if str(values.dtype).startswith("datetime"):
        return values.dt.strftime("%Y-%m-%d").astype("str")
    if values.dtype == bool:
        return values.map({True: "true", False: "false"}).astype("str")
    return values.astype("object").where(values.notna()).map(str, na_action="ignore").astype("str")


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as mappings from column to value."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def row_keys(table: str, rows: pd.DataFrame) -> pd.Series:
    """The key of each row as one text."""
    key = table_metadata(TABLES[table])["key"]
    text = as_text(rows[key[0]]).fillna("")
    for name in key[1:]:
        text = text + " / " + as_text(rows[name]).fillna("")
    return text.astype("str")


def verdict_changes(changes: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Changed verdicts of claims and outcomes of guidance, and those among them that were final in the older release and changed."""
    judged = changes[changes["change"] == "verdict"]
    return judged, judged[~judged["old_text"].isin(["pending", "not_checkable"])]


def _whole_rows(table: str, rows: pd.DataFrame, change: str) -> pd.DataFrame:
    side = "new" if change == "added" else "old"
    return _place(table, rows).assign(**{"change": change, f"{side}_document_id": rows.get("document_id")})


def _place(table: str, rows: pd.DataFrame) -> pd.DataFrame:
    place = {name: rows[name] for name in _PLACE if name in rows.columns}
    preferred = rows["is_preferred"] if "is_preferred" in rows.columns else pd.Series(False, index=rows.index)
    return pd.DataFrame(
        {"table_name": table, "row_key": row_keys(table, rows), **place, "is_preferred": preferred}, index=rows.index
    )


def _cells(table: str, old: pd.DataFrame, new: pd.DataFrame, name: str) -> pd.DataFrame:
    change = {"verdict": "verdict", "is_preferred": "preferred"}.get(name, "restated" if name in LEVELS else "updated")
    if (table, name) == ("outlooks", "outcome"):
        change = "verdict"
    cells = _place(table, new).assign(change=change, column=name)
    cells["old_document_id"], cells["new_document_id"] = old.get("document_id"), new.get("document_id")
    if "is_preferred" in old.columns:
        cells["is_preferred"] |= old["is_preferred"]
    if str(new[name].dtype) == "float64":
        step = new[name] - old[name]
        share = step / old[name].abs() * 100
        return cells.assign(old_value=old[name], new_value=new[name], change_pct=share.where(old[name] != 0))
    return cells.assign(old_text=as_text(old[name]), new_text=as_text(new[name]))


def _differs(old: pd.Series, new: pd.Series) -> pd.Series:
    missing = old.isna() & new.isna()
    if str(old.dtype) == "float64":
        return pd.Series(~np.isclose(old, new, rtol=_EQUAL, atol=0), index=old.index) & ~missing
    return ~((old == new).fillna(False).astype(bool) | missing)
