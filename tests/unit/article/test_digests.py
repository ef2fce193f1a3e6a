"""The digests of raw/articles: what the reader makes of them is what the filings say that they name as their origin."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from capex_pipeline.article.drafted_rows import document_of, read_body
from capex_pipeline.article.extraction import Figure
from capex_pipeline.article.front_matter import read_article_text
from capex_pipeline.article.lexicon import vocabulary_of
from capex_pipeline.reference import load

RAW = Path(__file__).parents[3] / "raw"
DIGESTS = sorted((RAW / "articles").glob("*-digest-*.txt"))


def filed(document: str) -> dict[tuple[str, str, str], set[float]]:
    """Millions by metric and days that the typed tables of a document, or of a copy of it, have."""
    found: dict[tuple[str, str, str], set[float]] = {}
    for table in (RAW / "filings").glob("*.csv"), (RAW / "announcements").glob("*.csv"):
        for path in table:
            with path.open(encoding="utf-8") as stream:
                for row in csv.DictReader(stream):
                    if row["document"] in (document, f"{document}-copy") and row["value"]:
                        key = row["metric"], row["period_start"], row["period_end"]
                        found.setdefault(key, set()).add(float(row["value"].replace(",", "")))
    return found


def test_there_are_digests_of_several_companies() -> None:
    assert 3 <= len(DIGESTS) <= 5


@pytest.mark.parametrize("path", DIGESTS, ids=lambda path: path.stem)
def test_a_digest_says_what_its_filing_says(path: Path) -> None:
    article = read_article_text(path.read_bytes())
    assert article.problems == [] and document_of(article)["source_type"] == "digest"
    known = filed(article.front["origin"])
    levels: list[Figure] = [
        figure for figure in read_body(article, vocabulary_of(load())).figures if figure.measure == "level"
    ]
    compared = [
        (figure, known[key])
        for figure in levels
        if (key := (figure.metric, figure.start.isoformat(), figure.end.isoformat())) in known
    ]
    assert {figure.metric for figure, _ in compared} == {"capex", "cloud_revenue"}
    for figure, values in compared:
        assert figure.mention.value is not None
        assert any(abs(figure.mention.value - 1e6 * value) <= figure.mention.step / 2 for value in values), (
            figure.mention.text
        )


@pytest.mark.parametrize(
    ("stated", "source_type", "problems"),
    [("", "article", 0), ("source_type: digest\n", "digest", 0), ("source_type: filing\n", "article", 1)],
)
def test_a_text_is_an_article_or_says_that_it_is_a_digest(stated: str, source_type: str, problems: int) -> None:
    """No text may pass for a filing, whose figures count as the company's own."""
    text = f"---\ntitle: A\npublisher: B\npublished: 2024-08-26\n{stated}---\nAlibaba spent 12 billion yuan.\n"
    article = read_article_text(text.encode())
    assert document_of(article)["source_type"] == source_type and len(article.problems) == problems
