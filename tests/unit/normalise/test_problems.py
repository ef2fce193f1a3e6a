"""The first rule that a row broke counts; the names of the others are kept."""

from __future__ import annotations

import pandas as pd

from capex_pipeline.normalise.problems import Problems

INDEX = pd.Index([5, 3, 9])
VALUES = pd.Series(["a", "b", None], index=INDEX, dtype="str")


def where(*rows: int) -> pd.Series:
    return pd.Series(INDEX.isin(rows), index=INDEX)


def test_nothing_is_broken_at_first() -> None:
    problems = Problems(INDEX)
    assert problems.is_broken.tolist() == [False, False, False]
    assert problems.rejected().empty
    assert problems.rejected().columns.tolist() == ["rule", "column", "value", "message", "also_broke"]


def test_the_first_rule_counts_and_later_ones_are_joined() -> None:
    problems = Problems(INDEX)
    problems.add(where(3), "one", "entity", VALUES, "First.")
    problems.add(where(3, 5), "two", "unit", VALUES, "Second.")
    problems.add(where(3), "three", "value", VALUES, "Third.")
    rejected = problems.rejected()
    assert rejected.index.tolist() == [5, 3]
    assert rejected.loc[3, ["rule", "column", "value", "message", "also_broke"]].tolist() == [
        "one",
        "entity",
        "b",
        "First.",
        "two|three",
    ]
    assert rejected.loc[5, ["rule", "column", "value", "message"]].tolist() == ["two", "unit", "a", "Second."]
    assert pd.isna(rejected.loc[5, "also_broke"])


def test_a_missing_value_stays_missing_and_a_message_may_differ_by_row() -> None:
    problems = Problems(INDEX)
    problems.add(where(5, 9), "one", "entity", VALUES, pd.Series(["five", "three", "nine"], index=INDEX))
    assert problems.rejected()["message"].to_dict() == {5: "five", 9: "nine"}
    assert pd.isna(problems.rejected().loc[9, "value"])


def test_problems_of_a_reader_come_with_their_columns() -> None:
    problems = Problems(INDEX)
    found = pd.DataFrame(
        {
            "problem_rule": ["r", None, "s"],
            "problem_column": ["unit", None, "nowhere"],
            "problem": ["Say it.", None, "And this."],
        },
        index=INDEX,
    )
    problems.add_found(found, pd.DataFrame({"unit": ["x", "y", "z"]}, index=INDEX))
    rejected = problems.rejected()
    assert rejected.loc[5, ["rule", "column", "value", "message"]].tolist() == ["r", "unit", "x", "Say it."]
    assert rejected.loc[9, "rule"] == "s" and pd.isna(rejected.loc[9, "value"])
    assert 3 not in rejected.index
