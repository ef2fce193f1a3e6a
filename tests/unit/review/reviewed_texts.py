"""Short texts and their reviews, for the tests of this folder."""

from __future__ import annotations

import copy
from typing import Any

from corpus.reading import corpus_vocabulary

from capex_pipeline.article.front_matter import ArticleText, read_article_text
from capex_pipeline.review.article_draft import article_source
from capex_pipeline.review.source import Source

TEXT = """---
title: A short story
publisher: Corpus Times
url: https://corpus.example/x
published: 2024-08-29
---
Tencent’s capital expenditure reached Rmb23bn in the first half, up 176 per cent from a year earlier.

Analysts expect Nvidia to ship more than 1mn H20 chips in the coming months. ByteDance has a cash pile of more than $50bn.
"""
ARTICLE = read_article_text(TEXT.encode())


def source_of(article: ArticleText = ARTICLE) -> Source:
    """An article as the source of a review, with the vocabulary of the tests."""
    return article_source(article, corpus_vocabulary(), "x.txt")


def draft_of(article: ArticleText = ARTICLE) -> dict[str, Any]:
    """The draft of a review, which a test may change."""
    return copy.deepcopy(dict(source_of(article).draft))


def decided(article: ArticleText = ARTICLE) -> dict[str, Any]:
    """The draft of a review in which every question is answered by leaving the mention out."""
    review = draft_of(article)
    for entry in review.pop("undecided"):
        review["ignored"].append(
            {"span": entry["span"], "text": entry["quote"], "reason": "No end of the period is named."}
        )
    del review["state"]
    return review


def of(body: str, published: str = "2025-10-31") -> ArticleText:
    return read_article_text(f"---\ntitle: x\npublisher: Corpus Times\npublished: {published}\n---\n{body}\n".encode())
