"""Declarations of documents: what every one must say, what cannot be, and since when its figures are known."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from builders import document

from capex_pipeline.normalise.documents import check, completed, counted, same_document, tabulate
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.printed_rows import DOCUMENT_KEYS, DOCUMENT_KINDS
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures
from capex_pipeline.schemas.vocabulary import SOURCE_TYPES

BAD: dict[str, list[tuple[dict[str, Any], str]]] = {
    "missing_document_key": [
        ({"document_id": None}, "a document has no document_id; add it"),
        ({"kind": None}, "example has no kind"),
        ({"source_type": None}, "example has no source_type"),
        ({"retrieved": None}, "example has no retrieved"),
    ],
    "bad_document_id": [
        ({"document_id": "a|b"}, "the id a|b may not contain"),
        ({"document_id": "a#b"}, "choose another"),
        ({"document_id": "a\nb"}, "choose another"),
    ],
    "unknown_kind": [({"kind": "rumour"}, "has the kind rumour; known are article, results_announcement")],
    "unknown_source_type": [
        (
            {"source_type": "hearsay"},
            "has the source_type hearsay; known are filing, company_release, third_party_copy, article, digest, estimate",
        )
    ],
    "impossible_date": [
        ({"published": "2024-02-30"}, "has published 2024-02-30, which is not a date; write year-month-day"),
        ({"published_by": "August 2024"}, "has published_by August 2024"),
        ({"retrieved": "yesterday"}, "has retrieved yesterday"),
        ({"published": "2024-08-15T10:00:00Z"}, "which is not a date"),
        ({"published": "20240815"}, "which is not a date"),
        ({"published": "2024-W33-4"}, "which is not a date"),
        ({"published": "0001-01-01"}, "has published 0001-01-01. The year in '0001-01-01' is outside"),
    ],
    "published_after_retrieved": [
        (
            {"published": "2024-09-02"},
            "has `published` 2024-09-02, but it was retrieved earlier, on 2024-09-01; correct one",
        ),
        ({"published_by": "2025-01-01"}, "has `published_by` 2025-01-01"),
    ],
}


@pytest.mark.parametrize(
    ("rule", "changed", "said"), [(rule, changed, said) for rule, many in BAD.items() for changed, said in many]
)
def test_a_bad_declaration_names_file_document_and_remedy(rule: str, changed: dict[str, Any], said: str) -> None:
    with pytest.raises(DocumentError) as error:
        check(document(**changed), "announcements/one.csv")
    assert error.value.rule == rule
    assert error.value.message.startswith("announcements/one.csv: ")
    assert said in error.value.message


@pytest.mark.parametrize("kind", DOCUMENT_KINDS)
@pytest.mark.parametrize("source_type", SOURCE_TYPES)
def test_every_known_kind_and_source_type_is_fine(kind: str, source_type: str) -> None:
    check(document(kind=kind, source_type=source_type), "one.csv")


def test_a_document_published_on_the_day_it_was_retrieved_is_fine() -> None:
    check(document(published="2024-09-01"), "one.csv")


def test_two_declarations_are_the_same_where_they_agree_on_what_identifies_the_document() -> None:
    assert same_document(document(note="a"), document(note="b", licence="another"))
    for key in ("title", "publisher", "url", "published", "published_by", "kind", "source_type", "origin"):
        assert not same_document(document(), document(**{key: "another"}))


def table_of(*declared: dict[str, Any]) -> pd.DataFrame:
    full = [
        dict.fromkeys(DOCUMENT_KEYS) | {"path": f"{n}.csv", "sha256": f"{n}" * 64} | one
        for n, one in enumerate(declared)
    ]
    counts = {"rows_read": 3, "rows_accepted": 2, "rows_rejected": 1}
    return counted(tabulate(full), {name: pd.Series([count], index=["example"]) for name, count in counts.items()})


def test_a_document_is_known_from_its_publication_or_what_comes_nearest() -> None:
    table = table_of(
        document(document_id="a", published_by="2024-08-20"),
        document(document_id="b", published=None, published_by="2024-08-20"),
        document(document_id="c", published=None),
    ).set_index("document_id")
    assert table["known_from"].dt.strftime("%Y-%m-%d").to_dict() == {
        "a": "2024-08-15",
        "b": "2024-08-20",
        "c": "2024-09-01",
    }
    assert table["known_from_basis"].to_dict() == {"a": "published", "b": "published_by", "c": "retrieved"}
    assert table["published_on"].isna().tolist() == [False, True, True]


def test_a_document_in_two_files_is_one_row_with_its_first_file_and_all_its_rows() -> None:
    """The first by its name, whichever was read first."""
    for paths in (("a.csv", "b.csv"), ("b.csv", "a.csv")):
        table = table_of(*(document(path=path, note=f"of {path}") for path in paths))
        assert table[["document_id", "path", "note"]].to_numpy().tolist() == [["example", "a.csv", "of a.csv"]]
        assert table[["rows_read", "rows_accepted", "rows_rejected"]].to_numpy().tolist() == [[3, 2, 1]]


def test_documents_are_in_the_order_of_their_ids_and_say_what_was_declared() -> None:
    full = document(document_id="a", url="https://example.org", note="one page", origin="b", published_by="2024-08-16")
    table = table_of(document(document_id="b"), full)
    assert table.index.tolist() == [0, 1] and table["document_id"].tolist() == ["a", "b"]
    assert table.iloc[0].to_dict() == {
        "document_id": "a", "kind": "results_announcement", "source_type": "filing", "title": "Results", "publisher": "Example Group",
        "url": "https://example.org", "licence": "Facts and figures", "note": "one page", "published_on": pd.Timestamp("2024-08-15"),
        "published_by": pd.Timestamp("2024-08-16"), "retrieved_on": pd.Timestamp("2024-09-01"), "known_from": pd.Timestamp("2024-08-15"),
        "known_from_basis": "published", "origin_document_id": "b", "path": "1.csv", "sha256": "1" * 64,
        "rows_read": 0, "rows_accepted": 0, "rows_rejected": 0,
    }  # fmt: skip


def test_a_document_that_no_row_names_has_no_rows() -> None:
    assert table_of(document(document_id="quiet"))[
        ["rows_read", "rows_accepted", "rows_rejected"]
    ].to_numpy().tolist() == [[0, 0, 0]]


def test_the_table_meets_its_contract() -> None:
    assert failures(
        table_of(document(), document(document_id="b", origin="example", url="https://example.org")),
        TABLES["documents"],
    ).empty
    assert failures(table_of(), TABLES["documents"]).empty


def test_what_was_published_could_be_read_then_where_nobody_says_when_it_was_retrieved() -> None:
    assert completed(document(retrieved=None))["retrieved"] == "2024-08-15"
    assert completed(document())["retrieved"] == "2024-09-01"
    with pytest.raises(DocumentError, match="has no retrieved"):
        check(completed(document(retrieved=None, published=None)), "one.csv")
