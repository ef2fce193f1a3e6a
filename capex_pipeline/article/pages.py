"""Articles' texts as pages: the words with every mention marked, for a reviewer.

Belongs here: which texts are shown, and how much of them. Does not belong here: marking (highlight) and reading (draft).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from capex_pipeline.article.front_matter import ArticleText, read_article_text
from capex_pipeline.article.highlight import highlight
from capex_pipeline.raw import folder as raw_folder
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.untrusted_yaml import load_yaml_mapping

MOST_SHOWN = 12
FIGURE_COLUMNS = (
    "figure_id", "entity_id", "metric_id", "measure", "period_start", "period_end", "status", "confidence", "review_state",
)  # fmt: skip
"""What a page shows of a figure."""
_SUFFIXES = (".txt", ".md")


def marked_articles(root: Path, mentions: pd.DataFrame, figures: pd.DataFrame | None = None) -> dict[str, str]:
    """For the newest texts under raw/: the file's name -> its text as Markdown with each mention marked, and what was made of it.

    mentions: table article_mentions. figures: table figures, None where it is not there. Names sort by their date, so the last ones are the newest.
    """
    pages: dict[str, str] = {}
    for name, article, _ in list(articles(root))[-MOST_SHOWN:]:
        own = mentions[mentions["path"] == name]
        pages[name.rsplit("/", 1)[-1]] = highlight(article.body, own, figures)
    return pages


def articles(root: Path) -> Iterator[tuple[str, ArticleText, Mapping[str, Any] | None]]:
    """Texts under raw/ that can be read: name, article, and the reviewed file beside it where there is one."""
    files = raw_folder.list_files(root)
    by_name = {file.name: file for file in files}
    for file in files:
        if not file.name.endswith(_SUFFIXES):
            continue
        try:
            article = read_article_text(raw_folder.read_bytes(file, root))
            beside = by_name.get(file.name.rsplit(".", 1)[0] + ".yaml")
            review = None if beside is None else load_yaml_mapping(raw_folder.read_bytes(beside, root), beside.name)
        except DocumentError:
            continue
        if article.body.strip():
            yield file.name, article, review
