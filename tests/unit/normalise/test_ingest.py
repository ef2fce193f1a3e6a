"""The whole of raw/ at once: one bad file harms no other, each says what to do, and rows read = figures + rejected."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from builders import RawFolder, csv_bytes, document, row, rule_names

from capex_pipeline.normalise import ingest as ingest_rules
from capex_pipeline.normalise.ingest import Ingested, ingest
from capex_pipeline.raw import folder as raw_folder
from capex_pipeline.reference import Reference, load
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures
from capex_pipeline.sources import figure_csv


def declared(name: str, **changed: Any) -> dict[str, Any]:
    return document(document_id=f"document-of-{name}", **changed)


def good_table(name: str, *, rows: int = 1, **changed: Any) -> Callable[[RawFolder], object]:
    many = [row(period=f"Q{number + 1} 2024", value=f"12,{number:03}", note=name) for number in range(rows)]
    return lambda raw: raw.table(name, many, [declared(name, **changed)])


def of_bytes(name: str, data: bytes, documents: list[dict[str, Any]] | None = None) -> Callable[[RawFolder], object]:
    def write(raw: RawFolder) -> None:
        raw.sidecar(name, {"documents": documents if documents is not None else [declared(name)]})
        raw.write(name, data)

    return write


def linked(name: str, target: str, content: bytes = b"value\n1\n") -> Callable[[RawFolder], object]:
    def write(raw: RawFolder) -> None:
        outside = raw.root.parent / "outside.csv"
        outside.write_bytes(content)
        (raw.root / name).parent.mkdir(parents=True, exist_ok=True)
        (raw.root / name).symlink_to(target)

    return write


def huge(raw: RawFolder) -> None:
    os.truncate(raw.write("bad/huge.csv", b""), raw_folder.MAXIMUM_BYTES + 1)


def pipe(raw: RawFolder) -> None:
    os.mkfifo(raw.root / "bad" / "pipe.csv")


def plain(name: str, text: str | bytes) -> Callable[[RawFolder], object]:
    return lambda raw: raw.write(name, text)


BAD_FILES: dict[str, tuple[str, str, Callable[[RawFolder], object]]] = {
    # file -> the rule that it breaks, a part of the message, and how it is made
    "bad/aliases.yaml": ("malformed_yaml", "aliases", plain("bad/aliases.yaml", "a: &a [x]\nb: *a\n")),
    "bad/broken.yaml": ("malformed_yaml", "line 2", plain("bad/broken.yaml", "document: {title: x\nfigures: [")),
    "bad/deep.yaml": ("malformed_yaml", "nested too deeply", plain("bad/deep.yaml", "a: " + "[" * 40 + "]" * 40)),
    "bad/latin.yaml": ("wrong_encoding", "save it as UTF-8", plain("bad/latin.yaml", "title: café".encode("latin-1"))),
    "bad/nodocument.yaml": ("missing_document", "add it with the keys of the document", plain("bad/nodocument.yaml", "figures: []")),
    "bad/nofigures.yaml": ("missing_column", "has no list `figures:`", lambda raw: raw.write("bad/nofigures.yaml", "document: {document_id: x}")),
    "bad/part.yaml": ("unknown_key", "unknown part numbers", plain("bad/part.yaml", "numbers: []")),
    "bad/defaults.yaml": ("not_a_row", "defaults is not", lambda raw: raw.yaml("bad/defaults.yaml", [], declared("d"), defaults=["x"])),
    "bad/column.yaml": ("unknown_column", "unknown key amount", lambda raw: raw.yaml("bad/column.yaml", [], declared("c"), defaults={"amount": "1"})),
    "bad/list.yaml": ("not_a_value", "document key title", lambda raw: raw.yaml("bad/list.yaml", [], declared("l") | {"title": ["x"]})),
    "bad/tags.yaml": ("missing_document", "add it with the keys of the document", plain("bad/tags.yaml", "document: !!python/object/apply:os.system ['exit 1']\nfigures: []")),
    "bad/huge.csv": ("oversized", "has more than 64 MB", huge),
    "bad/rows.csv": ("oversized", "rows; split it", good_table("bad/rows.csv", rows=7)),
    "bad/link.csv": ("outside_raw", "put the document itself there", linked("bad/link.csv", "../../outside.csv")),
    "bad/dangling.csv": ("unreadable", "cannot be read", linked("bad/dangling.csv", "nowhere.csv")),
    "bad/loop.csv": ("unreadable", "cannot be read", linked("bad/loop.csv", "loop.csv")),
    "bad/pipe.csv": ("not_a_file", "remove it from raw/", pipe),
    "bad/gone.meta.yaml": ("sidecar_without_document", "or remove the sidecar", plain("bad/gone.meta.yaml", "documents: []")),
    "bad/report.pdf": ("missing_document", "needs a sidecar", plain("bad/report.pdf", b"%PDF-1.7")),
    "bad/report.docx": ("unknown_kind_of_file", "save it as PDF", plain("bad/report.docx", b"PK")),
    "bad/report.gz": ("unknown_kind_of_file", "unpack it and add the documents", plain("bad/report.gz", b"x")),
    "bad/page.png": ("unknown_kind_of_file", "type its figures", plain("bad/page.png", b"x")),
    "bad/report.xyz": ("unknown_kind_of_file", "supported are .csv", plain("bad/report.xyz", b"x")),
    "bad/nosidecar.csv": ("missing_document", "needs a sidecar", plain("bad/nosidecar.csv", "value\n2\n")),
    "bad/empty.csv": ("missing_column", "its first line must name the columns", of_bytes("bad/empty.csv", b"")),
    "bad/layout.csv": ("unknown_layout", "table_layouts.yaml does not have", lambda raw: [raw.write("bad/layout.csv", b"value\n6\n"), raw.sidecar("bad/layout.csv", {"documents": [declared("layout")], "layout": "nowhere"})]),
    "bad/header.csv": ("unknown_column", "unknown column amount", of_bytes("bad/header.csv", b"entity,amount\nalibaba,1\n")),
    "bad/twice.csv": ("repeated_column", "names a column twice", of_bytes("bad/twice.csv", b"value,value\n1,2\n")),
    "bad/quotes.csv": ("malformed_csv", "Correct the quotes", of_bytes("bad/quotes.csv", b'value\n"1"2\n')),
    "bad/utf16.csv": ("wrong_encoding", "save it as UTF-8", of_bytes("bad/utf16.csv", "value\n3\n".encode("utf-16"))),
    "bad/keyless.csv": ("missing_document_key", "has no kind; add it", good_table("bad/keyless.csv", kind=None)),
    "bad/id.csv": ("bad_document_id", "choose another", of_bytes("bad/id.csv", b"value\n4\n", [document(document_id="a|b")])),
    "bad/kind.csv": ("unknown_kind", "has the kind rumour", good_table("bad/kind.csv", kind="rumour")),
    "bad/source.csv": ("unknown_source_type", "has the source_type hearsay", good_table("bad/source.csv", source_type="hearsay")),
    "bad/date.csv": ("impossible_date", "has published 2024-02-30, which is not a date", good_table("bad/date.csv", published="2024-02-30")),
    "bad/future.csv": ("published_after_retrieved", "correct one of the dates", good_table("bad/future.csv", published="2025-01-01")),
    "bad/copy.csv": ("duplicate_document", "has the same content as a-good.csv; remove one", lambda raw: raw.table("bad/copy.csv", [row(note="good")], [declared("copy")])),
    "bad/foreign.csv": ("unknown_document", "which it does not list", lambda raw: raw.table("bad/foreign.csv", [row(note="foreign")], [declared("foreign")], defaults={"document": "document-of-z"})),
    "bad/other.csv": ("duplicate_document", "otherwise than a-good.csv does, which was kept", lambda raw: raw.table("bad/other.csv", [row(note="other")], [document(title="Another")])),
    "bad/pair.csv": ("duplicate_document", "twice; remove one entry", of_bytes("bad/pair.csv", b"value\n5\n", [declared("pair"), declared("pair")])),
    "bad/facts.json": (".*", "bad/facts.json", of_bytes("bad/facts.json", b"{")),
    "bad/instance.xml": (".*", "bad/instance.xml", of_bytes("bad/instance.xml", b"<xbrl><never closed")),
}  # fmt: skip

ROWS = """entity,metric,definition,period,value,unit
alibaba,capex,cash_purchases,Q1 2024,"11,153",RMB million
alibaba,capex,cash_purchases,Q2 2024,NaN,RMB million
alibaba,capex,cash_purchases,Q3 2024,"17,491",RMB million,one cell too many
alibaba,capex,cash_purchases,2024-09-30/2024-07-01,"17,491",RMB million

alibaba,capex,cash_purchases,Q4 2024,"31,775",RMB million
"""
"""Six rows, of which three must be rejected: not finite, a wrong number of cells, a period that runs backwards."""


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory, reference: Reference) -> Ingested:
    """One raw/ with every bad file beside two good documents, read once."""
    raw = RawFolder(tmp_path_factory.mktemp("ingest") / "raw")
    raw.root.mkdir()
    raw.table("a-good.csv", [row(note="good")])
    raw.sidecar("rows.csv", {"documents": [declared("rows", published="2025-02-20", retrieved="2025-03-01")]})
    raw.write("rows.csv", ROWS)
    raw.yaml(
        "z-good.yaml",
        [row(id="F1", entity="tencent", value="8,729")],
        declared("z", kind="article", source_type="article"),
    )
    for _, _, make in BAD_FILES.values():
        make(raw)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figure_csv, "MAXIMUM_ROWS", 6)
        return ingest(raw.root, reference)


def test_a_folder_in_which_no_row_has_an_id_of_its_own_is_read(tmp_path: Path, reference: Reference) -> None:
    raw = RawFolder(tmp_path / "raw")
    bare = {name: text for name, text in row().items() if name not in ("id", "same_fact_as")}
    raw.table("announcements/bare.csv", [bare], [declared("announcements/bare.csv")])
    assert len(ingest(raw.root, reference).figures) == 1


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_rejected_as_a_whole_with_its_rule_and_remedy(read: Ingested, name: str) -> None:
    rule, said, _ = BAD_FILES[name]
    (rejection,) = read.rejected_figures[read.rejected_figures["path"] == name].to_dict("records")
    assert (rejection["row_number"], rejection["locator"]) == (0, "whole file")
    assert pd.Series([rejection["rule"]]).str.fullmatch(rule).all(), rejection["rule"]
    assert name in rejection["message"] and said in rejection["message"]
    assert rejection["message"].endswith(".")


def test_every_rule_about_files_has_a_bad_file_or_row() -> None:
    wanted = rule_names(
        "raw/folder.py",
        "normalise/ingest.py",
        "normalise/documents.py",
        "sources/readers.py",
        "sources/figure_yaml.py",
        "sources/figure_csv.py",
    )
    wanted = wanted - {"unknown_{}"} | {"unknown_kind", "unknown_source_type"}
    of_rows = {"wrong_number_of_cells", "oversized_cell"}  # rejected by row, see test_figure_csv
    of_rows |= {"repeated_filing", "no_figures"}  # two files of one filer, a file that was read: see below
    assert wanted - of_rows - {rule for rule, _, _ in BAD_FILES.values()} == set()


def test_good_documents_flow_beside_the_bad_ones(read: Ingested) -> None:
    values = read.figures.set_index(["path", "row_number"])["value"].to_dict()
    assert values == {
        ("a-good.csv", 2): 12_094e6, ("rows.csv", 2): 11_153e6, ("rows.csv", 7): 31_775e6, ("z-good.yaml", 1): 8_729e6,
    }  # fmt: skip
    assert read.documents["document_id"].tolist() == ["document-of-rows", "document-of-z", "example"]


def test_bad_rows_of_a_good_file_are_named_by_line(read: Ingested) -> None:
    rejected = read.rejected_figures[read.rejected_figures["path"] == "rows.csv"].set_index("row_number")
    assert rejected["rule"].to_dict() == {
        3: "not_finite",
        4: "wrong_number_of_cells",
        5: "period_ends_before_it_starts",
    }
    assert all("rows.csv" in message for message in rejected["message"])


def test_rows_read_are_figures_and_rejected_rows(read: Ingested) -> None:
    """Counted by hand: one row, five rows and one row in the files that could be read."""
    of_rows = read.rejected_figures[read.rejected_figures["row_number"] > 0]
    assert len(read.figures) + len(of_rows) == 1 + 5 + 1
    assert (read.documents["rows_read"] == read.documents["rows_accepted"] + read.documents["rows_rejected"]).all()
    assert read.documents["rows_accepted"].sum() == len(read.figures)


def test_the_tables_meet_their_contracts(read: Ingested) -> None:
    for table in ("documents", "figures", "rejected_figures"):
        assert failures(getattr(read, table), TABLES[table]).empty


def test_the_file_of_a_document_and_its_hash_are_kept(read: Ingested) -> None:
    example = read.documents.set_index("document_id").loc["example"]
    assert (example["path"], example["sha256"]) == (
        "a-good.csv",
        raw_folder.content_hash(csv_bytes([row(note="good")])),
    )


def test_an_empty_folder_gives_empty_tables(raw: RawFolder, reference: Reference) -> None:
    result = ingest(raw.root, reference)
    assert (len(result.documents), len(result.figures), len(result.rejected_figures)) == (0, 0, 0)


def test_a_folder_of_nothing_but_bad_rows_gives_only_rejections(raw: RawFolder, reference: Reference) -> None:
    raw.table("one.csv", [row(entity="Alibabba"), row(unit="bananas")])
    result = ingest(raw.root, reference)
    assert (len(result.figures), result.rejected_figures["rule"].tolist()) == (0, ["unknown_entity", "unknown_unit"])


def test_a_document_may_be_spread_over_two_files(raw: RawFolder, reference: Reference) -> None:
    raw.table("one.csv", [row(period="Q1 2024", value="11,153")])
    raw.table("two.csv", [row()])
    result = ingest(raw.root, reference)
    (only,) = result.documents.to_dict("records")
    assert (only["path"], only["rows_read"], only["rows_accepted"]) == ("one.csv", 2, 2)


def test_the_same_figure_in_two_files_of_a_document_is_found(raw: RawFolder, reference: Reference) -> None:
    raw.table("one.csv", [row()])
    raw.table("two.csv", [row(note="typed again")])
    result = ingest(raw.root, reference)
    assert result.rejected_figures[["path", "rule"]].to_numpy().tolist() == [["two.csv", "duplicate_figure"]]


def test_a_contradiction_between_two_files_names_the_other_place_in_each(raw: RawFolder, reference: Reference) -> None:
    raw.table("one.csv", [row()])
    raw.table("two.csv", [row(entity="tencent", value="8,729"), row(value="12,095")])
    rejected = ingest(raw.root, reference).rejected_figures.set_index("path")["message"]
    assert "one.csv, row 2: " in rejected["one.csv"] and "values, also in two.csv; keep" in rejected["one.csv"]
    assert "two.csv, row 3: " in rejected["two.csv"] and "values, also in one.csv; keep" in rejected["two.csv"]


def test_tables_with_the_same_cells_and_other_documents_are_two_tables(raw: RawFolder, reference: Reference) -> None:
    raw.table("one.csv", [row(entity=None)], [declared("one")], defaults={"entity": "alibaba"})
    raw.table("two.csv", [row(entity=None)], [declared("two")], defaults={"entity": "tencent"})
    result = ingest(raw.root, reference)
    assert result.rejected_figures.empty
    assert result.figures["entity_id"].tolist() == ["alibaba", "tencent"]


def test_a_file_or_a_document_may_be_left_out(raw: RawFolder, reference: Reference) -> None:
    raw.table("one.csv", [row()])
    raw.table(
        "two.csv",
        [row(document="x"), row(document="y", period="Q1 2024"), row(document="x", entity="?")],
        [declared("two") | {"document_id": i} for i in "xy"],
    )
    raw.yaml("three.yaml", [row(), "no row"], declared("three"))
    without_file = ingest(raw.root, reference, ("one.csv", "three.yaml"))
    assert without_file.figures["document_id"].tolist() == ["x", "y"]
    without_document = ingest(raw.root, reference, ("x", "document-of-three"))
    assert without_document.documents["document_id"].tolist() == ["example", "y"]
    assert without_document.figures["document_id"].tolist() == ["example", "y"]
    assert without_document.rejected_figures.empty


def test_a_bad_file_comes_good_when_it_is_mended(raw: RawFolder, reference: Reference) -> None:
    raw.write("one.csv", b"\xff")
    raw.sidecar("one.csv", {"documents": [document()]})
    assert ingest(raw.root, reference).figures.empty
    raw.write("one.csv", csv_bytes([row()]))
    result = ingest(raw.root, reference)
    assert len(result.figures) == 1 and result.rejected_figures.empty


def test_days_in_digits_of_another_script_harm_their_own_document_alone(raw: RawFolder, reference: Reference) -> None:
    raw.yaml("good.yaml", [row()])
    raw.yaml("other.yaml", [row(value="3")], declared("other", published="٢٠٢٤-٠٨-١٥"))
    read = ingest(raw.root, reference)
    assert read.figures["path"].tolist() == ["good.yaml"]
    assert read.rejected_figures[["path", "rule"]].to_numpy().tolist() == [["other.yaml", "impossible_date"]]


def test_a_review_with_a_span_beyond_all_numbers_settles_nothing(raw: RawFolder, reference: Reference) -> None:
    raw.write(
        "one.txt",
        "---\ntitle: t\npublisher: p\npublished: 2024-08-26\nretrieved: 2024-09-01\n---\nAlibaba spent 12 billion yuan in the first half of 2024.\n",
    )
    raw.write(
        "one.yaml", f"document: {{document_id: one}}\nfigures:\n- {{id: F1, span: ['{'9' * 5000}', '{'9' * 5001}']}}\n"
    )
    mentions = ingest(raw.root, reference).article_mentions
    assert mentions["outcome"].tolist() == ["not_bound"]


def claim(document_id: str, **changed: Any) -> dict[str, Any]:
    """A declaration of the id by an article of a later day."""
    article = {"kind": "article", "source_type": "article", "published": "2024-08-26", "title": "Another"}
    return document(document_id=document_id, **{**article, **changed})


STRAYS: dict[str, dict[str, str]] = {
    "article": {},
    "later-filing": {"source_type": "filing"},
    "older-release": {"source_type": "company_release", "published": "2024-01-01"},
    "filing-retrieved-later": {"source_type": "filing", "published": "2024-08-15", "retrieved": "2024-09-02"},
}
"""How a stray file differs from the genuine one, which is a filing of 2024-08-15 that was retrieved on 2024-09-01."""


def test_a_stray_file_that_declares_anothers_document_id_is_the_one_rejected(
    raw: RawFolder, reference: Reference
) -> None:
    """The names of the files do not matter: a stray file may come before the genuine one or after it."""
    genuine_of = {f"{place}-{kind}.yaml": f"genuine-{kind}-{place}.csv" for kind in STRAYS for place in "az"}
    for stray, genuine in genuine_of.items():
        raw.table(genuine, [row(document=genuine)], [document(document_id=genuine)])
        differs = STRAYS[stray.removesuffix(".yaml").partition("-")[2]]
        raw.yaml(stray, [row(id="F1", period="H1 2024", value="23,000")], claim(genuine, **differs))
    raw.yaml("other.yaml", [row(id="F1", entity="tencent", value="8,729")], declared("other"))
    read = ingest(raw.root, reference)
    assert set(read.figures["path"]) == {*genuine_of.values(), "other.yaml"}
    rejections = read.rejected_figures.set_index("path")
    assert sorted(rejections.index) == sorted(genuine_of)
    assert set(rejections["rule"]) == {"duplicate_document"}
    for stray, genuine in genuine_of.items():
        message = rejections.loc[stray, "message"]
        assert stray in message and genuine in message


def test_a_draft_never_takes_the_place_of_a_reviewed_document(raw: RawFolder, reference: Reference) -> None:
    raw.write(
        "a-draft.txt",
        "---\ndocument_id: example\ntitle: Another\npublisher: Wire\npublished: 2024-08-01\n---\nAlibaba spent $5bn in the second quarter.\n",
    )
    raw.yaml("genuine.yaml", [row(id="F1")], claim("example"))
    read = ingest(raw.root, reference)
    assert set(read.figures["path"]) == {"genuine.yaml"}
    assert read.rejected_figures["path"].tolist() == ["a-draft.txt"]


@pytest.mark.parametrize("stray", ["a-stray.yaml", "z-stray.yaml"])
def test_a_newcomer_of_a_better_kind_takes_no_document_of_a_file_with_several(
    raw: RawFolder, reference: Reference, stray: str
) -> None:
    releases = [claim(name, source_type="company_release") for name in "xyz"]
    periods = {"x": "Q1 2024", "y": "Q2 2024", "z": "Q4 2023"}
    raw.table("genuine.csv", [row(document=name, period=period) for name, period in periods.items()], releases)
    raw.yaml(stray, [row(id="F1", period="H1 2024", value="23,000")], claim("y", source_type="filing"))
    read = ingest(raw.root, reference)
    assert set(read.figures["path"]) == {"genuine.csv"} and len(read.figures) == 3
    (rejection,) = read.rejected_figures.to_dict("records")
    assert (rejection["path"], rejection["rule"]) == (stray, "duplicate_document")
    assert stray in rejection["message"] and "genuine.csv" in rejection["message"]


def test_a_file_loses_only_the_documents_that_another_file_has(raw: RawFolder, reference: Reference) -> None:
    """It loses two of its three, and keeps its claim of the last one's id."""
    filings = [document(document_id=name) for name in ("v", "w", "x", "u")]
    raw.table("first.csv", [row(document="x")], filings)
    middle = [claim(name, source_type="company_release") for name in ("w", "x", "y")]
    raw.table("middle.csv", [row(document=name, value="1,000") for name in ("w", "x", "y")], middle)
    raw.table("last.csv", [row(entity="tencent")], [claim("y")])
    read = ingest(raw.root, reference)
    assert read.figures[["path", "document_id"]].to_numpy().tolist() == [["first.csv", "x"], ["middle.csv", "y"]]
    rejected = read.rejected_figures.sort_values(["path", "locator"])
    assert rejected[["path", "locator"]].to_numpy().tolist() == [
        ["last.csv", "whole file"],
        ["middle.csv", "document w"],
        ["middle.csv", "document x"],
    ]
    assert read.documents.set_index("document_id")["path"].to_dict() == {
        **dict.fromkeys("uvwx", "first.csv"),
        "y": "middle.csv",
    }


def test_of_two_texts_of_one_document_the_first_is_read_and_the_other_named(
    raw: RawFolder, reference: Reference
) -> None:
    """A text was copied into another folder and one of the two was edited; their mentions have one key."""
    head = "---\ntitle: T\npublisher: P\nurl: https://wire.example/a\npublished: 2024-11-18\n---\n"
    text = "Alibaba spent Rmb12.1bn on capital expenditure in the June quarter of 2024."
    raw.write("first/story.txt", head + text)
    raw.write("second/story.txt", f"{head}{text} Tencent spent Rmb8.7bn on it.")
    raw.table("good.csv", [row(entity="tencent")])
    read = ingest(raw.root, reference)
    assert set(read.figures["path"]) == {"first/story.txt", "good.csv"}
    assert set(read.article_mentions["path"]) == {"first/story.txt"}
    (rejection,) = read.rejected_figures.to_dict("records")
    assert (rejection["path"], rejection["rule"]) == ("second/story.txt", "duplicate_document")
    assert "whose text first/story.txt was kept; remove one of the two" in rejection["message"]


def test_an_article_of_more_figures_than_any_article_has_is_refused(
    raw: RawFolder, reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_rules, "MAXIMUM_CLAIMS", 3)
    many = [row(id=f"F{number}", claimant=f"analyst {number}") for number in range(4)]
    raw.table("article.csv", many, [claim("a")])
    raw.table("filing.csv", many, [document(document_id="f")])
    raw.table("small.csv", many[:3], [claim("b")])
    read = ingest(raw.root, reference)
    assert read.documents["document_id"].tolist() == ["b", "f"]
    (rejection,) = read.rejected_figures.to_dict("records")
    assert (rejection["path"], rejection["rule"]) == ("article.csv", "oversized")
    assert "4 figures of the article a" in rejection["message"]


def test_a_text_of_many_amounts_and_its_many_reviewed_figures_are_refused_before_they_are_compared(
    raw: RawFolder, reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The product of both would be the work: 20,000 amounts with 40,000 reviewed figures, here 4 with 8."""
    monkeypatch.setattr(ingest_rules, "MAXIMUM_CLAIMS", 3)
    monkeypatch.setattr(ingest_rules.mention_rules, "lay_out", None)
    sentence = "Alibaba spent Rmb{}bn on capital expenditure in the June quarter of {}. "
    head = "---\ntitle: T\npublisher: P\nurl: https://wire.example/a\npublished: 2024-11-18\n---\n"
    raw.write("a.txt", head + "".join(sentence.format(number, 2019 + number) for number in range(1, 5)))
    figures = [row(id=f"F{number}", claimant=f"analyst {number}") for number in range(8)]
    raw.yaml("a.yaml", figures, claim("a"))
    read = ingest(raw.root, reference)
    assert len(read.figures) == len(read.article_mentions) == 0
    assert read.rejected_figures[["path", "rule"]].to_numpy().tolist() == [["a.txt", "oversized"], ["a.yaml", "oversized"]]  # fmt: skip
    assert read.rejected_figures["message"].str.contains("an article has 3 at most").all()


def test_a_path_too_long_for_the_system_is_rejected_and_stops_nothing(
    raw: RawFolder, reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Folders below folders, made step by step, since the whole path is longer than the system takes."""
    raw.table("good.csv", [row()])
    monkeypatch.chdir(raw.root)
    for _ in range(25):
        Path("d" * 200).mkdir()
        os.chdir("d" * 200)
    Path("deep.csv").write_text("value\n1\n")
    os.chdir(raw.root)
    raw_folder.refuse_unusable(raw.root)
    assert raw_folder.listing_fingerprint(raw.root) == raw_folder.listing_fingerprint(raw.root)
    read = ingest(raw.root, reference)
    assert read.figures["path"].tolist() == ["good.csv"]
    (rejection,) = read.rejected_figures.to_dict("records")
    assert rejection["rule"] == "unreadable" and "File name too long" in rejection["message"]


def test_the_shared_stray_file_takes_no_genuine_document_away(
    shared: Any, raw: RawFolder, reference: Reference
) -> None:
    raw.table("genuine.csv", [row()], [document(document_id="alibaba-fy2025-q1")])
    raw.write("a-stray.yaml", (shared / "cases" / "faults" / "steals-a-document-id.yaml").read_bytes())
    read = ingest(raw.root, reference)
    assert set(read.figures["path"]) == {"genuine.csv"}
    assert read.rejected_figures["path"].tolist() == ["a-stray.yaml"]


def test_the_shared_fiscal_year_2052_makes_no_figure(shared: Any, raw: RawFolder, reference: Reference) -> None:
    """The other quarters of the file flow: they were over when their documents appeared."""
    days = {
        "alibaba-fy2025-q1": "2024-08-15", "alibaba-fy2025-q2": "2024-11-15",
        "alibaba-fy2025-q3": "2025-02-20", "alibaba-annual-2025": "2025-05-15",
    }  # fmt: skip
    documents = [document(document_id=name, published=day, retrieved="2026-11-23") for name, day in days.items()]
    raw.sidecar("alibaba.csv", {"documents": documents, "defaults": {"entity": "alibaba", "unit": "RMB million"}})
    raw.write("alibaba.csv", (shared / "cases" / "faults" / "fiscal-year-2052.csv").read_bytes())
    read = ingest(raw.root, reference)
    capex = read.figures[read.figures["metric_id"] == "capex"]
    assert set(capex["period_text"]) == {"FY2025 Q2", "FY2025 Q3", "FY2025"}
    assert read.rejected_figures["rule"].tolist() == ["period_after_document"]
    assert read.rejected_figures["row_number"].tolist() == [2]


def test_a_filing_in_the_files_of_a_present_and_a_former_cik_is_one_document(tmp_path: Path) -> None:
    """Alphabet has the former CIK of Google; both companyfacts files hold the filings of the change."""
    filings = RawFolder(tmp_path / "raw")
    reference = load()

    def companyfacts(cik: int, *values: int) -> str:
        facts = [
            {"start": f"2015-0{3 * n - 2}-01", "end": f"2015-0{3 * n}-30", "val": value, "accn": f"0001652044-15-00000{n}",
             "fy": 2015, "fp": f"Q{n}", "form": "10-Q", "filed": f"2015-{3 * n + 1:02}-29"}
            for n, value in enumerate(values, 1)
        ]  # fmt: skip
        units = {"PaymentsToAcquirePropertyPlantAndEquipment": {"units": {"USD": facts}}}
        return json.dumps({"cik": cik, "entityName": "Alphabet Inc.", "facts": {"us-gaap": units}})

    filings.write("filings/CIK0001652044.json", companyfacts(1652044, 2_927_000_000, 2_515_000_000, 2_373_000_000))
    filings.write("filings/CIK0001288776.json", companyfacts(1288776, 2_927_000_000, 2_515_000_000))
    for name in ("CIK0001652044", "CIK0001288776"):
        filings.write(f"filings/{name}.json.meta.yaml", "retrieved: 2026-11-23\n")
    read = ingest(filings.root, reference)
    assert len(read.documents) == len(read.figures) == 3
    repeated = read.rejected_figures[read.rejected_figures["rule"] == "repeated_filing"]
    assert repeated["message"].tolist() == [
        "filings/CIK0001288776.json repeats 2 facts of filings that another file has; they count once."
    ]
    assert not read.rejected_figures["rule"].isin(["duplicate_document", "duplicate_figure"]).any()


def test_a_file_that_gives_no_figure_is_a_row_that_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "raw"
    (folder / "articles").mkdir(parents=True)
    (folder / "empty.yaml").write_text(
        "document: {document_id: empty, kind: article, source_type: article, title: T, publisher: P, url: https://example.org/a,\n"
        "  published: 2024-01-01, retrieved: 2024-01-02, licence: none}\nfigures: []\n"
    )
    (folder / "articles" / "2024-01-01-x-y.txt").write_text(
        "---\ntitle: T\npublisher: P\npublished: 2024-01-01\n---\nNo number is printed in this text.\n"
    )
    text = "---\ntitle: T\npublisher: P\npublished: 2024-01-02\n---\nRoom 23 is open.\n"
    (folder / "articles" / "2024-01-02-x-y.txt").write_text(text)
    (folder / "articles" / "2024-01-02-x-y.yaml").write_text(
        "document: {document_id: ignoring, kind: article, source_type: article, title: T, publisher: P, published: 2024-01-02, licence: none}\n"
        "figures: []\nignored: [{id: m001, quote: '23', span_start: 5, span_end: 7, reason: A room.}]\n"
    )
    rejected = ingest(folder, load()).rejected_figures.set_index("path")
    assert rejected["rule"].to_dict() == {"articles/2024-01-01-x-y.txt": "no_figures", "empty.yaml": "no_figures"}
    assert rejected.loc["empty.yaml", "message"].startswith("empty.yaml was read and holds no figure; check")
