"""Reviewed documents: the layout is checked, the text is left as printed."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from builders import DOCUMENT, row

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.printed_rows import DOCUMENT_KEYS, PRINTED_COLUMNS, rows_from_records
from capex_pipeline.sources.figure_yaml import read

NAME = "articles/one.yaml"


def content(*figures: Any, **parts: Any) -> dict[str, Any]:
    return {"document": dict(DOCUMENT), "figures": list(figures), **parts}


def test_figures_become_printed_rows_numbered_as_in_the_list() -> None:
    result = read(content(row(id="F1"), row(id="F2", value="more than 1 million")), NAME)
    assert tuple(result.rows.columns)[: len(PRINTED_COLUMNS)] == PRINTED_COLUMNS
    assert result.rows.index.tolist() == [1, 2]
    assert result.rows["value"].tolist() == ["12,094", "more than 1 million"]
    assert result.rows["document"].tolist() == ["example", "example"]
    assert result.rejected == []
    (document,) = result.documents
    assert tuple(document) == DOCUMENT_KEYS and document["document_id"] == "example" and document["origin"] is None


def test_defaults_fill_what_a_figure_does_not_say_and_nothing_else() -> None:
    figures = [{"metric": "capex", "value": "1"}, {"metric": "capex", "value": "2", "entity": "baidu"}]
    result = read(content(*figures, defaults={"entity": "alibaba", "status": "reported"}), NAME)
    assert result.rows["entity"].tolist() == ["alibaba", "baidu"]
    assert result.rows["status"].tolist() == ["reported", "reported"]
    assert result.rows["unit"].isna().all()


def test_empty_values_are_missing_and_never_zero() -> None:
    result = read(content(row(value="", note="~", claimant="null", segment="  Cloud ")), NAME)
    assert result.rows[["value", "note", "claimant"]].isna().all(axis=None)
    assert result.rows["segment"].tolist() == ["Cloud"]


def test_a_reviewers_remarks_are_read_over_and_statements_give_no_rows() -> None:
    result = read(
        content(row(quote="as printed", span="1-9", confidence="high"), statements=[{"id": "F05", "topic": "purpose"}]),
        NAME,
    )
    assert len(result.rows) == 1
    assert "quote" not in result.rows.columns


@pytest.mark.parametrize(
    ("figure", "rule", "said"),
    [
        (row(amount="7"), "unknown_column", "has the unknown key amount; known are id, document, locator"),
        (["12,094"], "not_a_row", "write `key: value` lines"),
        ("12,094", "not_a_row", "is not a list of keys and values"),
        (
            row() | {"value": ["1", "2"]},
            "not_a_value",
            "key value has a list or mapping in the place of a single value",
        ),
        (row() | {"entity": {"name": "alibaba"}}, "not_a_value", "key entity has a list or mapping"),
    ],
)
def test_a_figure_that_cannot_be_laid_out_is_one_rejected_row_and_the_others_flow(
    figure: Any, rule: str, said: str
) -> None:
    result = read(content(row(id="A"), figure, row(id="C")), NAME)
    assert result.rows.index.tolist() == [1, 3]
    assert result.rows["id"].tolist() == ["A", "C"]
    (rejected,) = result.rejected
    assert (rejected["rule"], rejected["row_number"], rejected["locator"], rejected["document_id"]) == (
        rule,
        "2",
        "figure 2",
        "example",
    )
    assert str(rejected["message"]).startswith("articles/one.yaml, figure 2 ") or "figure 2, key" in str(
        rejected["message"]
    )
    assert said in str(rejected["message"])


@pytest.mark.parametrize(
    ("changed", "rule", "said"),
    [
        (
            {"document": None},
            "missing_document",
            "articles/one.yaml has no key `document:`; add it",
        ),
        ({"document": "FT"}, "missing_document", "has no key `document:`"),
        (
            {"document": DOCUMENT | {"author": "me"}},
            "unknown_key",
            "has the unknown document key author; known are document_id",
        ),
        ({"document": DOCUMENT | {"title": ["a"]}}, "not_a_value", "document key title has a list or mapping"),
        (
            {"figures": None},
            "missing_column",
            "articles/one.yaml has no list `figures:`; add one entry for each number",
        ),
        ({"figures": {"value": "1"}}, "missing_column", "has no list `figures:`"),
        ({"numbers": []}, "unknown_key", "has the unknown part numbers; known are defaults, document, figures"),
        ({"defaults": {"entities": "x"}}, "unknown_column", "articles/one.yaml, defaults has the unknown key entities"),
        ({"defaults": ["x"]}, "not_a_row", "articles/one.yaml, defaults is not a list of keys and values"),
    ],
)
def test_a_layout_that_cannot_be_read_names_file_and_remedy(changed: dict[str, Any], rule: str, said: str) -> None:
    with pytest.raises(DocumentError) as error:
        read(content(row()) | changed, NAME)
    assert error.value.rule == rule
    assert said in error.value.message


def test_a_document_without_figures_is_a_document() -> None:
    result = read(content(), NAME)
    assert len(result.documents) == 1 and result.rows.empty
    assert set(result.rows[list(PRINTED_COLUMNS)].dtypes.astype(str)) == {"str"}


def test_rows_are_made_of_printed_columns_only() -> None:
    with pytest.raises(KeyError, match="not a printed column: of_nobody"):
        rows_from_records([{"of_nobody": "1"}])
    assert isinstance(rows_from_records([]), pd.DataFrame)
