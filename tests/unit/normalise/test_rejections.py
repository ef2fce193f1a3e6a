"""Rejections that say the same are one row, and those of the newest files come first."""

from __future__ import annotations

import pandas as pd

from capex_pipeline.normalise.rejections import folded


def rejected(*rows: tuple[str, int, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["path", "row_number", "rule", "message"])


def documents(**published: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"path": list(published), "known_from": pd.to_datetime(list(published.values())).astype("datetime64[us]")}
    )


def test_rows_with_one_sentence_are_counted_and_the_place_of_the_first_is_named() -> None:
    rows = [
        ("a", number, "unknown_entity", f"a, row {number}: No entity is known as intel.") for number in range(1, 261)
    ]
    only = folded(rejected(*rows), documents(a="2024-01-01")).iloc[0]
    assert only["rows"] == 260
    assert only["message"] == "260 rows: No entity is known as intel. First in a, row 1."


def test_a_single_row_keeps_its_message_and_decisions_are_left_out() -> None:
    found = folded(
        rejected(("a", 1, "no_number", "a, row 1: No number."), ("a", 2, "set_aside", "a, row 2: Wrong period.")),
        documents(a="2024-01-01"),
    )
    assert found["message"].tolist() == ["a, row 1: No number."]


def test_a_folder_without_any_document_has_its_rejections() -> None:
    found = folded(rejected(("a", 0, "unreadable", "a cannot be read.")), documents())
    assert found[["rows", "path", "message"]].to_numpy().tolist() == [[1, "a", "a cannot be read."]]


def test_files_without_a_document_come_first_and_then_the_newest() -> None:
    rows = rejected(
        ("old", 1, "r", "old, row 1: Old."),
        ("new", 1, "r", "new, row 1: New."),
        ("broken", 0, "malformed", "broken: Broken."),
    )
    assert folded(rows, documents(old="2020-01-01", new="2026-01-01"))["path"].tolist() == ["broken", "new", "old"]


def test_nothing_rejected_gives_no_row() -> None:
    assert folded(rejected(), documents()).empty
