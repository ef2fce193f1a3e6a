"""Converts columns of text between Arrow and pandas, faster than either library does for texts that are Python objects.

Add here what concerns such a column alone. Tables of the warehouse are converted in `storage/parquet.py`, rows of documents in
`raw/row_tables.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa


def to_pandas(column: pa.Array | pa.ChunkedArray) -> Any:
    """The texts in pandas' dtype of text. Equal texts are one object, so there are as few as there are different texts."""
    coded = pa.chunked_array([column] if isinstance(column, pa.Array) else column.chunks, column.type)
    coded = coded.combine_chunks().dictionary_encode()
    texts = np.append(coded.dictionary.to_numpy(zero_copy_only=False), np.nan)
    return pd.array(texts, dtype="str").take(coded.indices.fill_null(-1).to_numpy(zero_copy_only=False))


def to_arrow(column: pd.Series, kind: pa.DataType) -> pa.Array | pa.ChunkedArray:
    """A column of any dtype; texts go to Arrow as the objects that they are, without a search for missing ones before."""
    is_text = isinstance(column.dtype, pd.StringDtype) and column.dtype.storage == "python"
    return pa.array(column.to_numpy() if is_text else column, type=kind, from_pandas=True)
