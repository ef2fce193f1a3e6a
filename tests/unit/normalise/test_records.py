"""The rows of a frame, taken out one by one."""

from __future__ import annotations

import pandas as pd

from capex_pipeline.normalise.records import records


def test_records_are_the_rows_with_names() -> None:
    columns = {
        "day": pd.to_datetime(["2024-06-30", None]),
        "name": pd.Series(["a", None], dtype="str"),
        "n": pd.array([1, None], "Int64"),
    }
    frame = pd.DataFrame(columns).set_axis([7, 3])
    first, second = records(frame)
    assert (first.day, first.name, first.n) == (pd.Timestamp("2024-06-30"), "a", 1)
    assert all(pd.isna(value) for value in second)
    assert list(records(frame.iloc[:0])) == []
