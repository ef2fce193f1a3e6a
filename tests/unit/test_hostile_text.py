"""Hostile text of documents through every way in which text leaves: Markdown, HTML, terminal, logs, alerts, CSV and XLSX."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import logging
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from builders import RawFolder, build, checks, document, frame_of, row
from click.testing import CliRunner

from capex_pipeline.article.highlight import highlight
from capex_pipeline.cli.main import cli
from capex_pipeline.orchestration import alerts, asset_page
from capex_pipeline.release import diff_text, spreadsheets
from capex_pipeline.report import formatting, html
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
    figures = frame_of("figures", {"document_id": "d"})
    assert_inert_markdown(asset_page.sources(figures, frame), columns=3)
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
    embedded = escaping.script_json({"title": text})
    assert "<" not in embedded and json.loads(embedded) == {"title": text}


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
        assert not written[name].lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    with zipfile.ZipFile(io.BytesIO(spreadsheets.xlsx_bytes(frame, "documents"))) as book:
        parts = [book.read(name).decode() for name in book.namelist() if name.endswith((".xml", ".rels"))]
    assert not any(
        "<f>" in part or "<f " in part or "<hyperlink" in part or 'TargetMode="External"' in part for part in parts
    )


@pytest.mark.slow
def test_a_whole_build_and_what_it_prints(
    raw: RawFolder, tmp_path: Path, caplog: pytest.LogCaptureFixture, no_settings: Path
) -> None:
    """Hostile words in each field of a document, of a row that is read and of a row that is rejected, and in the name of a file."""
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
        result = build(raw.root, tmp_path / "warehouse")
    assert result.success
    assert checks(result)
    assert not [record for record in caplog.records if CONTROL.search(record.getMessage().replace("\r", ""))]
    for event in result.get_asset_materialization_events():
        for name, value in event.materialization.metadata.items():
            if type(value).__name__ == "MarkdownMetadataValue" and name in ("preview", "documents"):
                assert_inert_markdown(
                    re.sub(r"\]\(https?://[^\s()<>]*\)", "", value.value).replace("[", "").replace("]", "")
                )
    printed = CliRunner().invoke(cli, ["summary", "--warehouse", str(tmp_path / "warehouse")], catch_exceptions=False)
    assert not CONTROL.search(printed.output)
