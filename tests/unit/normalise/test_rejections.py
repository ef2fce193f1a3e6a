"""Rejections that say the same are one row, and those of the newest files come first."""

from __future__ import annotations

import pandas as pd
import pytest

from capex_pipeline.normalise.rejections import bounded, folded, of_the_rest
from capex_pipeline.raw.folder import review_command


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


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("a.csv, line {}: The cell is long.", "The cell is long."),
        ("a.csv, line {} has 1 cells.", "A line has 1 cells."),
        ("a.csv, figure {} has the unknown key x.", "A figure has the unknown key x."),
        ("a.csv has the unknown key x.", "a.csv has the unknown key x."),
    ],
)
def test_messages_that_differ_in_the_place_alone_are_one_kind(message: str, said: str) -> None:
    rows = [("a.csv", number, "rule", message.format(number)) for number in range(2, 5)]
    (only,) = folded(rejected(*rows), documents()).to_dict("records")
    assert only["message"] == f"3 rows: {said} First in a.csv, row 2."


def test_rejections_that_are_not_shown_are_counted_by_rows_and_named_by_rules() -> None:
    assert of_the_rest([], []) == ""
    said = "300,001 more rows or files of the rules no_number, unknown_entity; see rejected_figures."
    assert of_the_rest([1] * 300_000 + [1], ["unknown_entity"] * 300_000 + ["no_number"]) == said


def test_what_a_file_makes_a_rejection_quote_is_bounded() -> None:
    rows = pd.DataFrame(
        {"locator": ["l" * 9_000, "row 1"], "value": ["v" * 9_000, None], "message": ["m" * 9_000, "Short."]}
    )
    cut = bounded(rows.astype("str"))
    assert cut.loc[0].str.len().tolist() == [500, 500, 8_000] and cut.loc[0, "message"].endswith("m…")
    assert cut.loc[1, ["locator", "message"]].tolist() == ["row 1", "Short."] and cut["value"].isna().tolist() == [
        False,
        True,
    ]


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


def test_one_sentence_with_the_command_of_each_file_is_still_one_row() -> None:
    rows = [
        (path, 1, "no_number", f"{path}, row 1: No number. Review its file: `{review_command(path)}`.")
        for path in ("a b.txt", "c.pdf")
    ]
    (message,) = folded(rejected(*rows), documents())["message"]
    assert message.startswith("2 rows: No number. Review its file: `capex-pipeline review --page review.html FILE`.")
