"""Reviews of companies' documents: what is shown, the draft, and the check. The document is invented."""

import json
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from capex_pipeline.cli.document_review import draft_text, findings, review_document
from capex_pipeline.cli.options import WorkFailed
from capex_pipeline.raw.untrusted_yaml import load_yaml_mapping
from capex_pipeline.reference import Reference
from capex_pipeline.review.review_file import ReviewError
from capex_pipeline.sources import figure_yaml
from capex_pipeline.sources.printed_document import ReadDocument, read_published

PAGE = """<p>Other financial information</p><p>(RMB in millions)</p><table><tr><td></td><td colspan=3>Three months ended</td></tr>
<tr><td></td><td>30 June 2025</td><td>31 March 2025</td><td>30 June 2024</td></tr>
<tr><td>Capital expenditures (d)</td><td>19,107</td><td>-</td><td>8,729</td></tr></table>
<p>Capital expenditures were RMB19.1 billion for the second quarter of 2025.</p><p>Capital expenditures of the group were large, RMB7.7 billion in 2021.</p>"""
SIDECAR: dict[str, Any] = {
    "document": {"document_id": "tencent-2025-q2", "kind": "results_announcement", "source_type": "company_release", "title": "Results", "publisher": "Tencent",
                 "published": "2025-08-13"},
    "entity": "tencent",
}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "q2.meta.yaml").write_text(yaml.safe_dump(SIDECAR), encoding="utf-8")
    (tmp_path / "q2.html").write_text(PAGE, encoding="utf-8")
    return tmp_path / "q2.html"


@pytest.fixture
def found(reference: Reference) -> ReadDocument:
    return read_published(PAGE.encode(), SIDECAR, "q2.html", reference)


def finished(found: ReadDocument) -> dict[str, Any]:
    """The draft as a person leaves it who agrees with everything."""
    review = load_yaml_mapping(draft_text(found, "q2.html").encode(), "draft")
    del review["state"]
    review["ignored"] += [
        {"span": entry["span"], "text": "x", "reason": "Another year."} for entry in review["undecided"]
    ]
    review["undecided"] = []
    return review


def test_the_command_shows_row_heads_and_printed_line_of_each_figure(
    path: Path, reference: Reference, capsys: pytest.CaptureFixture[str]
) -> None:
    assert review_document(path, path.with_suffix(".yaml"), False, False, reference) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        "capex 2025-04-01/2025-06-30: 19,107 CNY million",
        "    table 0, row 3: Capital expenditures (d) | Three months ended / 30 June 2025",
        "    [19,107] | - | 8,729",
        "    Confirmed in the document: paragraph 3 states RMB19.1 billion.",
    ]
    text = path.with_suffix(".yaml").read_text(encoding="utf-8")
    assert "  # Three months ended / 30 June 2025\n  # [19,107] | - | 8,729\n  - id: tencent_capital" in text
    with pytest.raises(WorkFailed, match="exists already"):
        review_document(path, path.with_suffix(".yaml"), False, False, reference)


def test_a_draft_is_no_review_and_a_finished_one_gives_reviewed_rows(found: ReadDocument) -> None:
    draft = load_yaml_mapping(draft_text(found, "q2.html").encode(), "draft")
    assert len(figure_yaml.read(draft, "q2.yaml").rows) == 0
    review = finished(found)
    assert findings(review, found) == []
    rows = figure_yaml.read(review, "q2.yaml").rows
    assert rows[["value", "unit", "period_end", "review_state"]].to_numpy().tolist() == [
        ["19,107", "CNY million", "2025-06-30", "reviewed"], ["8,729", "CNY million", "2024-06-30", "reviewed"],
        ["7.7", "CNY billion", "2021-12-31", "reviewed"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"value": "19,170"}, "the document prints 19,107 there"),
        ({"unit": "CNY billion"}, "the document prints 19,107 there"),
        ({"unit": "USD million"}, "the document prints 19,107 there"),
        ({"unit": "furlongs"}, "furlongs"),
        ({"span": ["90", "91"]}, "is no amount of the document"),
        ({"definition": None}, "has no definition"),
    ],
)
def test_a_figure_that_the_document_does_not_print_is_found(
    change: dict[str, Any], sentence: str, found: ReadDocument
) -> None:
    review = finished(found)
    review["figures"][0].update(change)
    assert any(sentence in finding for finding in findings(review, found))


def test_what_is_left_to_decide_is_found(found: ReadDocument) -> None:
    draft = load_yaml_mapping(draft_text(found, "q2.html").encode(), "draft")
    assert findings(draft, found)[0].startswith("Delete the line `state: draft`")
    review = finished(found)
    review["ignored"][0]["reason"] = " "
    del review["figures"][1]
    assert [finding.partition(";")[0] for finding in findings(review, found)] == [
        "ignored - has no reason", "table 0, row 3: 8,729 is in none of the lists",
    ]  # fmt: skip


def test_the_check_of_a_missing_review_says_so(path: Path, reference: Reference) -> None:
    with pytest.raises(ReviewError, match="There is no review"):
        review_document(path, path.with_suffix(".yaml"), True, False, reference)


def test_a_document_without_a_sidecar_says_what_is_missing(path: Path, reference: Reference) -> None:
    path.with_suffix(".meta.yaml").unlink()
    with pytest.raises(WorkFailed, match="needs a sidecar"):
        review_document(path, path.with_suffix(".yaml"), False, False, reference)


def test_a_document_is_reviewed_on_the_page(
    path: Path, reference: Reference, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every cell is marked in its row, figures of a draft wait to be compared, and no claimant is asked for."""
    target, page = path.with_suffix(".yaml"), tmp_path / "review.html"
    assert review_document(path, target, False, False, reference, page) == 0
    data = json.loads(page.read_text(encoding="utf-8").partition('id="data">')[2].partition("</script>")[0])
    marked = {
        name: one["text"][first:last]
        for one in data["passages"]
        for first, last, names in one["marks"]
        for name in names
    }
    assert set(marked.values()) >= {"19,107", "8,729"}
    waiting = [name for name, entry in data["entries"].items() if entry["waits"]]
    assert {marked[name] for name in waiting} >= {"19,107", "8,729"}
    assert "claimant" not in data["required"]
    asked = [name for name, entry in data["entries"].items() if entry["part"] == "undecided"]
    decisions: dict[str, Any] = {name: {"action": "accept"} for name in waiting}
    decisions |= {name: {"action": "ignore", "reason": "Other."} for name in asked}
    saved = tmp_path / "q2.decisions.json"
    saved.write_text(json.dumps({"review": data["review"], "decisions": decisions}), encoding="utf-8")
    assert review_document(path, target, False, False, reference, None, saved) == 0
    assert "nothing to do" in capsys.readouterr().out
    read = figure_yaml.read(load_yaml_mapping(target.read_bytes(), "q2.yaml"), "q2.yaml")
    assert read.rejected == [] and set(read.rows["value"]) >= {"19,107", "8,729"}


def test_the_page_is_not_written_over_the_document(path: Path, reference: Reference) -> None:
    before = path.read_bytes()
    with pytest.raises(click.BadParameter, match="is the document itself"):
        review_document(path, path.with_suffix(".yaml"), False, False, reference, path)
    assert path.read_bytes() == before
