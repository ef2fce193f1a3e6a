"""Mentions of quantities in a text: laid out as they were found, and settled by a person's review."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from capex_pipeline.normalise.mentions import lay_out, tabulate
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.derive import pandas_types
from capex_pipeline.schemas.validation import failures

FOUND = {
    "document": "ft", "mention_id": "M1", "certain": True, "figure_id": "F1", "low": 49.5, "value": 50.0, "high": 50.5, "paragraph": 2,
    "span_start": 10, "span_end": 20, "text": "Rmb50bn", "kind": "money", "unit": "CNY billion", "bound": "exact", "outcome": "used",
    "reason": None, "candidates": "capex",
}  # fmt: skip
TEXTS = ["document", "mention_id", "figure_id", "text", "kind", "unit", "bound", "outcome", "reason", "candidates"]


def mentions(*changes: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame([FOUND | change for change in changes], index=range(5, 5 + len(changes)))
    return frame.astype(dict.fromkeys(TEXTS, "str"))


def test_a_mention_is_laid_out_as_it_was_found() -> None:
    (row,) = lay_out(mentions({}), "articles/ft.txt", None).to_dict("records")
    assert row == {
        "article_mention_id": "ft#M1", "document_id": "ft", "path": "articles/ft.txt", "is_certain": True, "figure_id": "ft#F1",
        "value_low": 49.5, "value": 50.0, "value_high": 50.5, "paragraph": 2, "span_start": 10, "span_end": 20, "text": "Rmb50bn",
        "kind": "money", "unit": "CNY billion", "bound": "exact", "outcome": "used", "reason": row["reason"], "candidates": "capex",
    }  # fmt: skip
    assert pd.isna(row["reason"])


def test_what_is_not_certain_has_no_number() -> None:
    table = lay_out(mentions({"certain": False}, {}), "ft.txt", None)
    assert table[["value_low", "value", "value_high"]].isna().all(axis=1).tolist() == [True, False]


def test_a_review_settles_each_mention_by_its_span() -> None:
    review = {
        "figures": [{"id": "F7", "span": [10, 20]}, {"span": [30, 40]}, "no entry", {"id": "F9"}],
        "ignored": [{"span": [50, 60], "reason": "another company"}, {"span": [70, 80]}],
    }
    spans = [(12, 15), (30, 40), (55, 58), (70, 71), (90, 95)]
    table = lay_out(mentions(*({"span_start": start, "span_end": end} for start, end in spans)), "ft.txt", review)
    assert table["outcome"].tolist() == ["used", "used", "ignored", "ignored", "not_bound"]
    assert table["figure_id"].fillna("-").tolist() == ["ft#F7", "-", "-", "-", "-"]
    assert table["reason"].fillna("-").tolist() == ["-", "-", "another company", "-", "The review leaves it out."]
    assert table.index.tolist() == [5, 6, 7, 8, 9]
    for start, end in ((12, 15), (55, 58)):  # one mention that has no reason, one that has no figure
        one = lay_out(mentions({"span_start": start, "span_end": end}), "ft.txt", review)
        assert one["reason"].dtype == one["figure_id"].dtype == "str"


@pytest.mark.parametrize(
    ("span", "holds"),
    [
        ([10, 20], True), ([19, 30], True), ([0, 11], True), ([12, 13], True), ([0, 100], True), (["10", "20"], True), ([19, 12345678], True),
        ([20, 30], False), ([0, 10], False), ([30, 40], False), ([10], False), ([10, 20, 30], False), ("1020", False), ({1: 2, 3: 4}, False),
        (None, False), ([-1, 20], False), ([10, -20], False), ([1.5, 20], False), (["x", 20], False), ([10, "y"], False), ([10, 123456789], False),
    ],
)  # fmt: skip
def test_a_span_holds_a_mention_where_they_share_a_character(span: Any, holds: bool) -> None:
    table = lay_out(mentions({}), "ft.txt", {"figures": [{"id": "F7", "span": span}]})
    assert table["outcome"].tolist() == ["used" if holds else "not_bound"]


@pytest.mark.parametrize(
    ("quote", "text", "is_same"),
    [
        ("Rmb50bn", "Rmb50bn", True), ("about  Rmb50bn", "Rmb50bn", True), ("Rmb50bn", "almost Rmb50bn", True), (None, "Rmb50bn", True), ("-", "row 5: -", True),
        ("-7,855", "table 4, row 4, column 2: Capital expenditures: 7,855", True), ("13%", "paragraph 8: 13%", True), ("12%", "row 3: Growth: 12", True),
        ("13%", "Rmb50bn", False), ("3%", "paragraph 8: 13%", False), ("8", "paragraph 8: 13%", False), ("7,855", "row 4: 7,855,000", False),
        ("5", "paragraph 1: $5.9 billion", False),
    ],
)  # fmt: skip
def test_a_review_that_quotes_another_number_at_a_span_does_not_settle_it(
    quote: str | None, text: str, is_same: bool
) -> None:
    for part, key, outcome in (("figures", "quote", "used"), ("ignored", "text", "ignored")):
        review = {part: [{"id": "F7", "span": [10, 20], "reason": "old", key: quote}]}
        (row,) = lay_out(mentions({"text": text}), "ft.txt", review).to_dict("records")
        assert row["outcome"] == (outcome if is_same else "not_bound")
        if not is_same:
            assert pd.isna(row["figure_id"])
            assert row["reason"].startswith(f"The review quotes {quote!r} at this place, which is another number")


def test_a_span_around_several_numbers_settles_each_of_them() -> None:
    review = {"figures": [{"id": "F7", "span": [0, 100], "quote": "Rmb60bn"}]}
    assert lay_out(mentions({}), "ft.txt", review)["outcome"].tolist() == ["used"]


@pytest.mark.parametrize("listed", [None, "figures", {"span": [10, 20]}, 7])
def test_a_review_whose_figures_are_no_list_settles_nothing(listed: Any) -> None:
    assert lay_out(mentions({}), "ft.txt", {"figures": listed})["outcome"].tolist() == ["not_bound"]


def test_the_mention_of_a_rejected_figure_says_so_and_others_stay() -> None:
    first = lay_out(mentions({"mention_id": "M2"}, {"mention_id": "M3", "figure_id": "F2"}), "b.txt", None)
    second = lay_out(mentions({"figure_id": None, "outcome": "ignored", "reason": "too old"}), "a.txt", None)
    table = tabulate([first, second], pa.chunked_array([["ft#F1"]], pa.string()))
    assert table.index.tolist() == [0, 1, 2]
    by_id = table.set_index("article_mention_id")
    assert by_id["outcome"].to_dict() == {"ft#M1": "ignored", "ft#M2": "used", "ft#M3": "not_bound"}
    assert by_id["figure_id"].fillna("-").to_dict() == {"ft#M1": "-", "ft#M2": "ft#F1", "ft#M3": "-"}
    assert by_id["reason"].fillna("-").to_dict() == {
        "ft#M1": "too old", "ft#M2": "-", "ft#M3": "The figure was rejected; see rejected_figures.",
    }  # fmt: skip
    assert table["article_mention_id"].tolist() == ["ft#M1", "ft#M2", "ft#M3"], "in the order of the table"
    assert failures(table, TABLES["article_mentions"]).empty


def test_without_texts_there_is_an_empty_table() -> None:
    table = tabulate([], pa.chunked_array([], pa.string()))
    assert table.empty and table.dtypes.astype(str).to_dict() == pandas_types(TABLES["article_mentions"])
