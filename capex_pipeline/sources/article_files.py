"""Chooses how the text of an article is read: a text with front matter, or a page that is reduced to its text.

Add here a kind of file that an article may be. Figures are drafted from the text in `article`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from capex_pipeline.article.front_matter import ArticleText, read_article_text
from capex_pipeline.raw import folder as raw_folder
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.untrusted_yaml import load_yaml_mapping

FOLDER: Final = "articles"
"""Folder of raw/ in which a page is an article."""
TEXTS: Final = (".txt", ".md")
PAGES: Final = (".htm", ".html", ".xhtml")


def is_article(name: str, sidecar: Mapping[str, Any]) -> bool:
    """Whether a file is an article: a text, or a page in the folder of articles whose sidecar names no company. name: path, with "/" between."""
    path = PurePosixPath(name)
    suffix = path.suffix.lower()
    return suffix in TEXTS or (suffix in PAGES and FOLDER in path.parts[:-1] and "entity" not in sidecar)


def read_article_file(data: bytes, sidecar: Mapping[str, Any], name: str) -> ArticleText:
    """Front matter and text of a file that is an article. Raises DocumentError as `read_article_page` does."""
    if PurePosixPath(name).suffix.lower() in TEXTS:
        return read_article_text(data)
    from capex_pipeline.sources.article_page import read_article_page  # which imports modules of printed tables

    return read_article_page(data, sidecar, name)


def articles(root: Path) -> Iterator[tuple[str, ArticleText, Mapping[str, Any] | None]]:
    """Readable articles below raw/: name, article, and the reviewed file beside it if there is one."""
    files = raw_folder.list_files(root)
    by_name = {file.name: file for file in files}
    for file in files:
        if not file.name.lower().endswith((*TEXTS, *PAGES)):
            continue
        try:
            sidecar = raw_folder.read_sidecar(file, root)
            if not is_article(file.name, sidecar):
                continue
            article = read_article_file(raw_folder.read_bytes(file, root), sidecar, file.name)
            beside = by_name.get(file.name.rsplit(".", 1)[0] + ".yaml")
            review = None if beside is None else load_yaml_mapping(raw_folder.read_bytes(beside, root), beside.name)
        except DocumentError:
            continue
        if article.body.strip():
            yield file.name, article, review
