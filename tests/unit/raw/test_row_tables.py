"""Tables of printed rows from records and from frames."""

from __future__ import annotations

import pandas as pd
import pytest

from capex_pipeline.raw.row_tables import MENTIONS, ROWS, frame_of, of_frame, of_records


def test_records_and_a_frame_of_the_same_rows_give_equal_tables() -> None:
    records = [
        {"id": "a", "value": "5bn", "confidence": 0.5, "span_start": 3, "read_value": 5e9, "row_number": 1},
        {"id": "b", "value": "", "confidence": None, "span_start": None, "read_value": 7, "row_number": 2},
    ]
    frame = pd.DataFrame(
        {
            "id": ["a", "b"],
            "value": ["5bn", ""],
            "confidence": [0.5, None],
            "span_start": pd.Series([3, None], dtype="Int64", index=[1, 2]),
            "read_value": [5e9, 7.0],
        },
        index=[1, 2],
    )
    table = of_records(records, ROWS)
    assert table.equals(of_frame(frame, ROWS))
    assert frame_of([table])["row_number"].tolist() == [1, 2]


def test_whole_numbers_that_no_float_holds_exactly_are_rounded() -> None:
    table = of_records([{"value": 10**30 + 1, "certain": True}], MENTIONS)
    assert frame_of([table], MENTIONS)["value"].tolist() == [1e30]


def test_a_value_that_is_not_text_is_refused() -> None:
    with pytest.raises((TypeError, ValueError)):
        of_records([{"id": 5}], ROWS)


def test_no_records_give_an_empty_table() -> None:
    assert of_records([], ROWS).equals(ROWS.empty_table())
