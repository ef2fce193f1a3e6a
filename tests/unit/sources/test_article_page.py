"""HTML articles and newsletters are reduced to their text. The pages are invented."""

from typing import Any

import pytest

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.row_tables import frame_of
from capex_pipeline.reference import Reference
from capex_pipeline.sources.article_page import read_article_page
from capex_pipeline.sources.readers import reader_for

HEAD = """<title>Spending | Example News</title><meta property="og:title" content="Spending rises">
<meta property="og:site_name" content="Example News"><link rel="canonical" href="https://example.org/spending">
<meta property="article:published_time" content="2025-08-29T23:30:00-05:00"><meta name="author" content="A. Writer">"""
PARAGRAPHS = """<p>Alibaba said that its capital expenditure was RMB38.6 billion in the quarter ended June 30, 2025.</p>
<p>Cloud revenue rose.</p><ul><li>Tencent's capital expenditure was RMB19.1 billion in the second quarter of 2025.</li></ul>
<p>The company, which is based in Hangzhou, plans further data centres, and its executives told analysts that the pace of building them would not slow down before
the end of the year, since demand from customers was larger than what the present ones could serve.</p>"""
PAGE = f"""<html><head>{HEAD}</head><body><nav><a href="/m">Nvidia sells $40 billion of chips</a></nav>
<article><h1>Spending rises</h1>{PARAGRAPHS}<p><a href="/x">Read more: Meta spends $17 billion</a></p></article>
<aside><p>Others spend $500 billion</p></aside><footer>Copyright</footer></body></html>"""
NEWSLETTER = f"""<html><head><title>The letter</title></head><body><table><tr><td><table><tr><td><a href="x">View in browser</a></td></tr>
<tr><td><h1>The letter</h1><p>August 29, 2025 - by a writer</p></td></tr><tr><td>{PARAGRAPHS}</td></tr>
<tr><td><p>Google Cloud revenue was $13.6 billion in the second quarter of 2025.</p></td></tr></table></td></tr></table></body></html>"""


def read(page: str, sidecar: dict[str, Any] | None = None) -> tuple[dict[str, str], list[str]]:
    article = read_article_page(page.encode(), sidecar or {}, "articles/a.html")
    return article.front, article.body.split("\n\n")


def test_a_page_gives_its_title_day_publisher_address_author_and_text() -> None:
    front, lines = read(PAGE)
    assert front == {
        "title": "Spending rises", "publisher": "Example News", "url": "https://example.org/spending", "published": "2025-08-29",
        "note": "Author: A. Writer.",
    }  # fmt: skip
    assert [line[:14] for line in lines] == ["Alibaba said t", "Cloud revenue ", "Tencent's capi", "The company, w"]


def test_json_ld_declares_what_meta_elements_do_not() -> None:
    data = """<script type="application/ld+json">{"@graph": [{"@type": "WebPage"}, {"@type": "NewsArticle", "headline": "From data",
    "datePublished": "2025-08-28", "author": [{"name": "B. Writer"}], "publisher": {"name": "Data News"}}]}</script>"""
    front, _ = read(f"<html><head>{data}</head><body>{PARAGRAPHS}</body></html>")
    assert front == {
        "title": "From data",
        "publisher": "Data News",
        "published": "2025-08-28",
        "note": "Author: B. Writer.",
    }


def test_a_newsletter_laid_out_as_tables_keeps_every_paragraph() -> None:
    front, lines = read(NEWSLETTER)
    assert front == {"title": "The letter", "published": "2025-08-29"}
    assert [line[:14] for line in lines] == [
        "August 29, 202", "Alibaba said t", "Cloud revenue ", "Tencent's capi", "The company, w", "Google Cloud r",
    ]  # fmt: skip


def test_cells_of_a_row_are_one_line() -> None:
    _, lines = read(
        "<body><table><tr><td>Alibaba</td><td>38.6</td></tr><tr><td>Tencent</td><td>19.1</td></tr></table></body>"
    )
    assert lines == ["Alibaba | 38.6", "Tencent | 19.1"]


def test_a_sidecar_counts_instead_of_what_the_page_declares() -> None:
    front, _ = read(PAGE, {"document": {"publisher": "Another", "published": "2025-08-30"}})
    assert (front["publisher"], front["published"], front["title"]) == ("Another", "2025-08-30", "Spending rises")


@pytest.mark.parametrize(
    ("page", "sidecar", "rule"),
    [
        ("<nav><a href='/'>Home</a></nav>", {}, "unreadable"),
        (PAGE, {"documents": []}, "unknown_key"),
        (PAGE, {"document": {"publisher": "x", "author": "y"}}, "unknown_key"),
        (PAGE, {"document": "text"}, "unknown_key"),
        (f"<p>{'x' * 2_000_001}</p>", {}, "oversized"),
    ],
)
def test_a_page_that_is_no_article_ends_in_a_sentence(page: str, sidecar: dict[str, Any], rule: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read(page, sidecar)
    assert caught.value.rule == rule
    assert "articles/a.html" in caught.value.message


def test_a_page_in_the_folder_of_articles_is_read_like_a_text(reference: Reference) -> None:
    result = reader_for("articles/a.html", reference)(PAGE.encode(), {}, "articles/a.html")
    assert result.documents[0]["kind"] == "article"
    columns = ["entity", "metric", "period_start", "period_end", "value", "review_state"]
    assert frame_of([result.rows])[columns].to_numpy().tolist() == [
        ["alibaba", "capex", "2025-04-01", "2025-06-30", "RMB38.6 billion", "machine"],
        ["tencent", "capex", "2025-04-01", "2025-06-30", "RMB19.1 billion", "machine"],
    ]


def test_an_article_without_publisher_says_where_to_add_it(reference: Reference) -> None:
    with pytest.raises(DocumentError, match=r"publisher; add it below `document:` in articles/a\.meta\.yaml"):
        reader_for("articles/a.html", reference)(NEWSLETTER.encode(), {}, "articles/a.html")
