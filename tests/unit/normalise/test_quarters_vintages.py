"""Vintages row by row: ties of one day, several keys, missing parts of a key. Rows are written as lines of text."""

from __future__ import annotations

import pandas as pd
import pytest

from capex_pipeline.normalise.quarters import as_of, vintages


def vintage_rows(*given: str) -> pd.DataFrame:
    """series, value, known from, status, presentation, document, figure; "-" for what is missing."""
    columns = ["series", "value", "known_from", "status", "presentation", "document_id", "figure_id"]
    frame = pd.DataFrame([line.split() for line in given], columns=columns, dtype="str").replace("-", None)
    return frame.assign(
        value=frame["value"].astype("float64"),
        known_from=pd.to_datetime(frame["known_from"]).astype("datetime64[us]"),
    )


@pytest.mark.parametrize(
    ("loser", "winner"),
    [
        ("derived B d2 f2", "reported A d1 f1"),
        ("reported A d2 f2", "reported B d1 f1"),
        ("reported - d2 f2", "reported A d1 f1"),
        ("reported A d1 f2", "reported A d2 f1"),
        ("reported A d1 f1", "reported A d1 f2"),
        ("derived A d1 -", "derived A d1 f1"),
    ],
    ids=["reported", "presentation", "presentation missing", "document", "figure", "figure missing"],
)
def test_of_rows_of_one_day_one_counts_in_whatever_order_they_come(loser: str, winner: str) -> None:
    for given in (
        (f"s 1 2023-04-20 {loser}", f"s 2 2023-04-20 {winner}"),
        (f"s 2 2023-04-20 {winner}", f"s 1 2023-04-20 {loser}"),
    ):
        assert vintages(vintage_rows(*given), ["series"])["value"].tolist() == [2]


def test_of_rows_of_one_day_without_a_status_the_last_presentation_counts() -> None:
    rows = vintage_rows("s 2 2023-04-20 - B d1 f1", "s 1 2023-04-20 - A d2 f2").drop(columns="status")
    assert vintages(rows, ["series"])["value"].tolist() == [2]


def test_vintages_of_several_keys_are_counted_apart_in_the_order_of_days() -> None:
    rows = vintage_rows(
        "t 7 2023-05-20 reported A d f1",
        "s 7 2023-06-20 reported A d f2",
        "s 10 2023-04-20 reported B d f3",
        "t 7 2023-07-20 reported A d f4",
    )
    known = vintages(rows, ["series"])
    assert known.columns.tolist() == [*rows.columns, "vintage", "known_to", "is_latest"]
    assert known.index.tolist() == [0, 1, 2]
    assert known[["series", "value", "vintage", "is_latest"]].to_numpy().tolist() == [
        ["s", 10, 1, False],
        ["s", 7, 2, True],
        ["t", 7, 1, True],
    ]
    assert known["known_to"].tolist() == [pd.Timestamp("2023-06-20"), pd.NaT, pd.NaT]
    current = as_of(known, "2023-06-20")
    assert current.columns.tolist() == known.columns.tolist()
    assert current[["series", "value"]].to_numpy().tolist() == [["s", 7], ["t", 7]]
    assert current.index.tolist() == [0, 1]


def test_a_key_with_a_missing_part_has_vintages_too() -> None:
    rows = vintage_rows(
        "s 1 2023-04-20 reported - d f1", "s 1 2023-05-20 reported - d f2", "s 2 2023-06-20 reported - d f3"
    )
    known = vintages(rows, ["series", "presentation"])
    assert known[["value", "vintage", "is_latest"]].to_numpy().tolist() == [[1, 1, False], [2, 2, True]]
    assert known["known_to"].tolist() == [pd.Timestamp("2023-06-20"), pd.NaT]
