"""Reads the text of an article: its mentions of quantities, and figures extracted by rules.

Add here what concerns the form of the result. The extraction belongs to the package `article`, and whether a reviewed file replaces the
draft is decided in `normalise.ingest`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from capex_pipeline.article.drafted_rows import draft_figures
from capex_pipeline.article.front_matter import MAX_BYTES, ArticleText, read_article_text
from capex_pipeline.article.language import unread_language
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.printed_rows import ReadResult, rejection

UNREAD_LANGUAGE = "unread_language"
"""Rule in rejected_figures for a text in an unsupported language."""
_NEEDED = ("title", "publisher", "published")


def read(data: bytes, sidecar: Mapping[str, Any], name: str, vocabulary: Vocabulary) -> ReadResult:
    """Document, drafted rows (review_state machine) and mentions of one text with front matter.

    Raises DocumentError for a file that is too large, not UTF-8, or without the front matter that says what it is.
    """
    article = read_article_text(data)
    if not article.body.strip():
        rule = "oversized" if len(data) > MAX_BYTES else "unreadable"
        raise DocumentError(
            rule, f"{name}: {' '.join(article.problems) or 'The text is empty; add it below the front matter.'}"
        )
    return read_article(article, name, vocabulary, "between the two lines --- at the top")


def read_article(article: ArticleText, name: str, vocabulary: Vocabulary, front_is: str) -> ReadResult:
    """As `read`, for an article with known front matter and body. front_is: where its front matter can be completed, for error messages."""
    missing = [key for key in _NEEDED if not article.front.get(key)]
    if missing or article.published is None:
        raise DocumentError(
            "missing_document_key",
            f"{name} does not state its {', '.join(missing) or 'day of publication (published: 2024-08-26)'}; add it {front_is}.",
        )
    document, rows, mentions = draft_figures(article, vocabulary, PurePosixPath(name).stem)
    language = unread_language(article.body, vocabulary.languages)
    unread = [] if language is None else [_unread(language, name)]
    return ReadResult([document], rows, unread, mentions=mentions)


def _unread(language: str, name: str) -> dict[str, str | None]:
    """The entry of rejected_figures for a text in an unsupported language."""
    message = (
        f"{name} is in {language}, and only English prose is read, so figures may be missing. Enter its figures in "
        f"{PurePosixPath(name).with_suffix('.yaml')}, or add a translation in place of the text."
    )
    return rejection(None, 0, "whole text", UNREAD_LANGUAGE, message)
