"""What was read of a file is kept for the next build: the tables are the same with and without, and only what changed is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from builders import PROJECT, RawFolder, document, row

from capex_pipeline.normalise import ingest as ingest_module
from capex_pipeline.normalise.ingest import Ingested, ingest
from capex_pipeline.raw.row_tables import plain
from capex_pipeline.reference import Reference
from capex_pipeline.sources import reader_cache
from capex_pipeline.sources.readers import reader_for
from capex_pipeline.storage import cache, fingerprint
from capex_pipeline.storage.parquet import content_id, to_arrow

pytestmark = pytest.mark.slow("reads documents several times in each test")

TABLES = ("documents", "figures", "rejected_figures", "article_mentions")
TEXT = """---
title: Cloud companies spend more
publisher: Example
published: 2024-08-26
retrieved: 2024-08-27
---

Alibaba said capital expenditure was Rmb12.1bn in the second quarter of 2024, up from Rmb5.9bn a year earlier.
"""


def declared(name: str) -> dict[str, str]:
    return document(document_id=f"document-of-{name}")


def ids(read: Ingested) -> dict[str, str]:
    return {table: content_id(to_arrow(getattr(read, table), table)) for table in TABLES}


def stored(staging: Path) -> list[Path]:
    return sorted((staging / cache.FOLDER).glob("readings*"))


def size(staging: Path) -> int:
    return sum(file.stat().st_size for file in stored(staging))


@pytest.fixture
def archive(raw: RawFolder) -> RawFolder:
    """Every kind of outcome: good rows, bad rows, a bad file, a text with mentions, and one with a review."""
    raw.table("one.csv", [row(), row(period="Q1 2024", value="lots")], [declared("one")])
    raw.table("two.csv", [row(period="Q3 2024", value="17,491")], [declared("two")])
    raw.yaml("three.yaml", [row(id="F1", entity="tencent", value="8,729"), "no row"], declared("three"))
    raw.write("broken.yaml", "document: {")
    raw.write("article.txt", TEXT)
    return raw


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Names of the files that were given to a reader."""
    names: list[str] = []

    def counted(name: str, reference: Reference):  # type: ignore[no-untyped-def]
        reader = reader_for(name, reference)

        def read(data, sidecar, file):  # type: ignore[no-untyped-def]
            names.append(file)
            return reader(data, sidecar, file)

        return read

    monkeypatch.setattr(ingest_module, "reader_for", counted)
    yield names
    names.clear()


def test_the_tables_are_the_same_without_with_and_from_kept_readings(
    archive: RawFolder, reference: Reference, tmp_path: Path, asked: list[str]
) -> None:
    plain = ids(ingest(archive.root, reference))
    assert ids(ingest(archive.root, reference, staging=tmp_path)) == plain
    asked.clear()
    again = ingest(archive.root, reference, staging=tmp_path)
    assert ids(again) == plain
    assert asked == ["broken.yaml"], "a file that cannot be read is tried again; every other one is known"
    assert len(again.article_mentions) and len(again.rejected_figures) >= 3


def test_only_files_that_are_new_or_changed_are_read(
    archive: RawFolder, reference: Reference, tmp_path: Path, asked: list[str]
) -> None:
    ingest(archive.root, reference, staging=tmp_path)
    archive.table("new.csv", [row(period="Q4 2024", value="31,775")], [declared("new")])
    archive.table("two.csv", [row(period="Q3 2024", value="17,492")], [declared("two")])
    archive.sidecar("one.csv", {"documents": [{**declared("one"), "title": "Another title"}]})
    (archive.root / "article.txt").rename(archive.root / "renamed.txt")
    asked.clear()
    read = ingest(archive.root, reference, staging=tmp_path)
    assert sorted(asked) == ["broken.yaml", "new.csv", "one.csv", "renamed.txt", "two.csv"]
    assert ids(read) == ids(ingest(archive.root, reference))
    titles = read.documents.set_index("path")["title"]
    assert titles["one.csv"] == "Another title"


def test_a_copy_of_a_file_that_is_known_is_a_repetition(
    archive: RawFolder, reference: Reference, tmp_path: Path
) -> None:
    ingest(archive.root, reference, staging=tmp_path)
    archive.write("a-copy.csv", (archive.root / "two.csv").read_bytes())
    archive.sidecar("a-copy.csv", {"documents": [declared("a-copy")]})
    read = ingest(archive.root, reference, staging=tmp_path)
    rejected = read.rejected_figures.set_index("path")["rule"]
    assert rejected["two.csv"] == "duplicate_document"
    assert ids(read) == ids(ingest(archive.root, reference))


def test_readings_of_files_that_are_gone_are_not_kept(
    archive: RawFolder, reference: Reference, tmp_path: Path, asked: list[str]
) -> None:
    ingest(archive.root, reference, staging=tmp_path)
    before = size(tmp_path)
    data = (archive.root / "two.csv").read_bytes()
    (archive.root / "two.csv").unlink()
    ingest(archive.root, reference, staging=tmp_path)
    assert size(tmp_path) < before
    (archive.root / "two.csv").write_bytes(data)
    asked.clear()
    ingest(archive.root, reference, staging=tmp_path)
    assert "two.csv" in asked


def test_readings_of_other_code_are_not_trusted(
    archive: RawFolder, reference: Reference, tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(archive.root, reference, staging=tmp_path)
    everything = sorted(asked)
    asked.clear()
    monkeypatch.setattr(fingerprint, "code", lambda: "of another version")
    ingest(archive.root, reference, staging=tmp_path)
    assert sorted(asked) == everything


def test_a_damaged_file_of_readings_is_read_again_and_mended(
    archive: RawFolder, reference: Reference, tmp_path: Path, asked: list[str]
) -> None:
    plain = ids(ingest(archive.root, reference, staging=tmp_path))
    files = stored(tmp_path)
    assert len(files) > 1
    for file in files:
        whole = file.read_bytes()
        for damaged in (b"", whole[: len(whole) // 2], whole[:-9] + b"!" + whole[-8:]):
            file.write_bytes(damaged)
            assert ids(ingest(archive.root, reference, staging=tmp_path)) == plain
            assert file.read_bytes() == whole


def test_readings_of_many_files_are_kept_compressed(reference: Reference, tmp_path: Path) -> None:
    """300 texts with 4,800 mentions: none is left out, and each comes back as it was."""
    front, _, body = TEXT.partition("---\n\n")
    name = "news.txt"
    result = reader_for(name, reference)((front + "---\n\n" + body * 8).encode(), None, name)
    reading = reader_cache.reading_of(result)
    assert reading.mentions is not None and reading.mentions.num_rows == 16
    readings = reader_cache.Readings(tmp_path)
    for number in range(300):
        readings.add(f"{number:03x}", reading)
    readings.save()
    uncompressed = 300 * (reading.mentions.nbytes + reading.rows.nbytes)
    assert size(tmp_path) < uncompressed / 10
    again = reader_cache.Readings(tmp_path)
    for number in (0, 150, 299):
        kept = again.get(f"{number:03x}")
        assert kept is not None and kept.mentions is not None
        assert plain(kept.rows).equals(reading.rows) and kept.mentions.equals(reading.mentions)
        assert kept.documents == reading.documents


@pytest.mark.slow("reads the shipped archive")
def test_the_shipped_archive_reads_the_same_from_kept_readings(reference: Reference, tmp_path: Path) -> None:
    root = PROJECT / "raw"
    plain = ids(ingest(root, reference))
    for _ in range(2):
        read = ingest(root, reference, staging=tmp_path)
        assert ids(read) == plain
    assert isinstance(read.figures, pd.DataFrame) and len(read.figures)
