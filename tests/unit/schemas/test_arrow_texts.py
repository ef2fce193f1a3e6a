"""Columns of text go between Arrow and pandas without a change."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from capex_pipeline.schemas import TABLES, arrow_texts
from capex_pipeline.schemas.derive import columns

CELLS = [["a", None, "b", "a", ""], [], ["a"], [None], [None, None, "東京\0é"]]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
@pytest.mark.parametrize("cells", CELLS)
@pytest.mark.parametrize("cut", [None, 1])
def test_texts_are_the_same_after_both_ways_in_every_layout(
    kind: pa.DataType, cells: list[Any], cut: int | None
) -> None:
    whole = pa.array(cells, type=kind)
    column = whole if cut is None else pa.chunked_array([whole[:cut], whole[cut:]], kind)
    texts = pd.Series(arrow_texts.to_pandas(column))
    pd.testing.assert_series_equal(texts, pd.Series(cells, dtype="str"))
    assert arrow_texts.to_arrow(texts, kind).equals(whole)


def test_a_column_of_another_dtype_goes_to_arrow_as_pandas_gives_it() -> None:
    days = pd.Series([pd.Timestamp(2024, 1, 31), pd.NaT])
    assert arrow_texts.to_arrow(days, pa.timestamp("us")).to_pylist() == [pd.Timestamp(2024, 1, 31), None]
    arrows = pd.Series(["a", None], dtype=pd.StringDtype("pyarrow"))
    assert pa.chunked_array([*_chunks(arrow_texts.to_arrow(arrows, pa.string()))]).to_pylist() == ["a", None]


def _chunks(column: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    return column.chunks if isinstance(column, pa.ChunkedArray) else [column]


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_a_column_without_missing_values(table: str) -> None:
    """Validation relies on it: a frame that is laid out has no row in which every value is missing."""
    assert any(not column.nullable for column in columns(TABLES[table]).values())
