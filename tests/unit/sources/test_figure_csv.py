"""Tables of figures: CSV with a sidecar. Cells stay text; lines keep their numbers."""

from __future__ import annotations

from typing import Any

import pytest
from builders import DOCUMENT, csv_bytes, document, row

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.printed_rows import PRINTED_COLUMNS
from capex_pipeline.sources import figure_csv
from capex_pipeline.sources.figure_csv import read

NAME = "announcements/one.csv"
SIDECAR: dict[str, Any] = {"documents": [dict(DOCUMENT)]}


def refused(data: bytes, sidecar: dict[str, Any] | None = None) -> DocumentError:
    with pytest.raises(DocumentError) as error:
        read(data, SIDECAR if sidecar is None else sidecar, NAME)
    assert NAME in error.value.message
    return error.value


def test_lines_become_printed_rows_numbered_as_in_the_file() -> None:
    result = read(
        b'entity,value,unit\nalibaba,"12,094",RMB million\n\n , ,\nbaidu,"2,118",RMB million\n', SIDECAR, NAME
    )
    assert tuple(result.rows.columns) == PRINTED_COLUMNS
    assert result.rows.index.tolist() == [2, 5]
    assert result.rows["value"].tolist() == ["12,094", "2,118"]
    assert result.rows["document"].tolist() == ["example", "example"]
    assert result.rows["note"].isna().all()
    assert result.rejected == []


def test_a_cell_over_several_lines_does_not_shift_the_line_numbers() -> None:
    result = read(b'entity,note,value\nalibaba,"one\ntwo",1\nbaidu,,2\n', SIDECAR, NAME)
    assert result.rows["value"].to_dict() == {2: "1", 4: "2"}


@pytest.mark.parametrize(
    "data",
    [b"\xef\xbb\xbfentity,value\nalibaba,1\n", b"entity,value\r\nalibaba,1\r\n", b" entity , value\nalibaba, 1 "],
)
def test_marks_line_ends_and_spaces_of_spreadsheets_change_nothing(data: bytes) -> None:
    rows = read(data, SIDECAR, NAME).rows
    assert rows[["entity", "value"]].to_numpy().tolist() == [["alibaba", "1"]]


def test_words_that_look_like_missing_or_truth_stay_text() -> None:
    rows = read(b"entity,value,note\nNA,007,NaN\nnull,1_0,TRUE\n", SIDECAR, NAME).rows
    assert rows[["entity", "value", "note"]].to_numpy().tolist() == [["NA", "007", "NaN"], ["null", "1_0", "TRUE"]]


def test_defaults_fill_empty_cells_and_absent_columns() -> None:
    sidecar = SIDECAR | {"defaults": {"unit": "RMB million", "entity": "alibaba"}}
    rows = read(b"entity,value\n,1\nbaidu,2\n", sidecar, NAME).rows
    assert rows["entity"].tolist() == ["alibaba", "baidu"]
    assert rows["unit"].tolist() == ["RMB million", "RMB million"]


def test_of_several_documents_each_row_names_its_own_and_what_is_the_same_is_said_once() -> None:
    shared = {key: value for key, value in DOCUMENT.items() if key not in ("document_id", "source_type", "kind")}
    sidecar = {
        "source_type": "filing",
        "kind": "filing",
        "documents": [shared | {"document_id": "a"}, shared | {"document_id": "b", "kind": "article"}],
    }
    result = read(b"document,value\na,1\nb,2\n,3\n", sidecar, NAME)
    assert [(one["document_id"], one["kind"], one["source_type"]) for one in result.documents] == [
        ("a", "filing", "filing"),
        ("b", "article", "filing"),
    ]
    assert result.rows["document"].tolist()[:2] == ["a", "b"]
    assert result.rows["document"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("line", "rule", "said"),
    [
        (b"alibaba,1,x", "wrong_number_of_cells", "line 3 has 3 cells where the header has 2; check commas and quotes"),
        (b"alibaba", "wrong_number_of_cells", "line 3 has 1 cells where the header has 2"),
        (b"alibaba," + b"9" * 10_001, "oversized_cell", "line 3 has a cell of over 10000 characters"),
    ],
)
def test_a_line_that_cannot_be_laid_out_is_one_rejected_row_and_the_others_flow(
    line: bytes, rule: str, said: str
) -> None:
    result = read(b"entity,value\nbaidu,1\n" + line + b"\ntencent,2\n", SIDECAR, NAME)
    assert result.rows.index.tolist() == [2, 4]
    (rejected,) = result.rejected
    assert (rejected["rule"], rejected["row_number"], rejected["locator"]) == (rule, "3", "line 3")
    assert NAME in str(rejected["message"]) and said in str(rejected["message"])


def test_of_very_many_wrong_lines_the_first_are_listed_and_the_others_are_counted() -> None:
    result = read(b"entity,value\nbaidu,1\n" + b"x\n" * 1_000 + b"tencent,2\n", SIDECAR, NAME)
    assert result.rows.index.tolist() == [2, 1_003]
    assert [row["row_number"] for row in result.rejected] == [str(line) for line in range(3, 304)]
    assert {row["rule"] for row in result.rejected} == {"wrong_number_of_cells"}
    last = str(result.rejected[-1]["message"])
    assert last.startswith(
        f"{NAME}, line 303: 700 lines from this one on are rejected by the rule wrong_number_of_cells too"
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            ",".join(f"column_{number}" for number in range(5_000)),
            "column_0, column_1, column_2, column_3, column_4 and 4,995 more; known",
        ),
        ("x" * 5_000, "unknown column " + "x" * 79 + "…; known"),
        ("," * 10_001, "has a line of more than 10,000 cells"),
        ("entity,value\n" + "," * 10_001, "has a line of more than 10,000 cells"),
    ],
)
def test_a_message_does_not_grow_with_the_file(data: str, said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read(data.encode(), SIDECAR, NAME)
    assert said in caught.value.message and len(caught.value.message) < 1_000


@pytest.mark.parametrize(
    ("data", "rule", "said"),
    [
        (b"", "missing_column", "is empty; its first line must name the columns"),
        (b"entity,amount\nalibaba,1\n", "unknown_column", "has the unknown column amount; known are id, document"),
        (b"entity,value,value\nalibaba,1,2\n", "repeated_column", "names a column twice; remove one"),
        (b'entity,value\nalibaba,"1\nbaidu,2\n', "malformed_csv", "Correct the quotes or separators there"),
        (b'entity,value\nalibaba,"1"2\n', "malformed_csv", "announcements/one.csv, line 2"),
        (b"entity,note\nalibaba,caf\xe9\n", "wrong_encoding", "is not UTF-8 (line 2, byte 23); save it as UTF-8"),
        ("entity,value\nalibaba,1\n".encode("utf-16"), "wrong_encoding", "is not UTF-8 (line 1, byte 0)"),
        (b"entity;value\nalibaba;1\n", "unknown_column", "has the unknown column entity;value"),
    ],
)
def test_a_table_that_cannot_be_read_names_file_place_and_remedy(data: bytes, rule: str, said: str) -> None:
    error = refused(data)
    assert error.rule == rule
    assert said in error.message


@pytest.mark.parametrize(
    ("sidecar", "rule", "said"),
    [
        ({}, "missing_document", "needs a sidecar (same name, .meta.yaml) with a list `documents:`"),
        ({"documents": []}, "missing_document", "needs a sidecar"),
        ({"documents": "example"}, "missing_document", "needs a sidecar"),
        ({"documents": ["example"]}, "not_a_value", "has an entry under documents: that is not a mapping"),
        (
            {"documents": [document()], "remarks": "x"},
            "unknown_key",
            "the sidecar of announcements/one.csv has the unknown part remarks",
        ),
        ({"documents": [document(author="me")]}, "unknown_key", "has the unknown document key author"),
        (
            {"documents": [document()], "defaults": {"amount": "1"}},
            "unknown_column",
            "defaults has the unknown key amount",
        ),
        ({"documents": [document()], "defaults": ["x"]}, "not_a_row", "defaults is not a list of keys and values"),
    ],
)
def test_a_sidecar_that_cannot_be_read_names_file_and_remedy(sidecar: dict[str, Any], rule: str, said: str) -> None:
    error = refused(b"entity,value\nalibaba,1\n", sidecar)
    assert error.rule == rule
    assert said in error.message


def test_a_table_of_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure_csv, "MAXIMUM_ROWS", 3)
    assert len(read(csv_bytes([row()] * 3), SIDECAR, NAME).rows) == 3
    error = refused(csv_bytes([row()] * 4))
    assert error.rule == "oversized" and "has more than 3 rows; split it" in error.message


def test_a_header_alone_is_a_table_without_rows() -> None:
    result = read(b"entity,value\n", SIDECAR, NAME)
    assert result.rows.empty and len(result.documents) == 1


def test_a_row_cannot_stand_in_a_document_that_its_own_sidecar_does_not_list() -> None:
    """Else one file could contradict, and so remove, the figures of another file's document."""
    result = read(b"document,value\nexample,1\nresults of another file,2\n,3\n", SIDECAR, NAME)
    assert result.rows["value"].to_dict() == {2: "1", 4: "3"}
    (rejection,) = result.rejected
    assert (rejection["row_number"], rejection["rule"]) == ("3", "unknown_document")
    assert "results of another file" in str(rejection["message"])
    assert refused(b"value\n1\n", SIDECAR | {"defaults": {"document": "another"}}).rule == "unknown_document"


def test_rejected_rows_count_towards_the_most_rows_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure_csv, "MAXIMUM_ROWS", 5)
    assert refused(b"value\n" + b"1,2\n" * 6).rule == "oversized"
