"""Reads an article file: the YAML front matter and the body.

Add a key or a limit of the file format here. The content of the body is read in `article/extract.py`; documents and
printed rows are made of it in `sources/article.py`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.untrusted_yaml import load_yaml_mapping
from capex_pipeline.schemas.vocabulary import TEXT_SOURCES

MAX_BYTES: Final = 2_000_000
MAX_FRONT_BYTES: Final = 20_000
FRONT_KEYS: Final = tuple(
    "title publisher url published origin document_id published_by retrieved licence note source_type".split()
)
_NO_DATE: Final = "The front matter has no published date; without it periods such as 'this year' cannot be read."
_WITH_COLON: Final = re.compile(rf"^({'|'.join(FRONT_KEYS)}): +(?![\"'\[{{|>&*!])(.*:.*?)[ \t\r]*$", re.MULTILINE)
"""A line of the front matter whose value holds a colon, as titles do."""
_DELIMITER: Final = re.compile(r"^---[ \t]*\r?\n", re.MULTILINE)


@dataclass(frozen=True)
class ArticleText:
    """front: the front matter as text (missing keys are absent). body: everything after it, exactly as in the file.

    body_offset: characters of the file before the body. problems: sentences; the article can be read despite them,
    unless the body is empty.
    """

    front: dict[str, str]
    body: str
    problems: list[str] = field(default_factory=list)
    body_offset: int = 0

    @property
    def published(self) -> date | None:
        """The date of the article, None if the front matter has no readable date."""
        try:
            return date.fromisoformat(self.front.get("published", "")[:10])
        except ValueError:
            return None

    def dated(self, published: date) -> ArticleText:
        """The article with a date that a person states for it."""
        problems = [problem for problem in self.problems if problem != _NO_DATE]
        return replace(self, front={**self.front, "published": published.isoformat()}, problems=problems)


def read_article_text(data: bytes) -> ArticleText:
    """Read the bytes of a text file with an optional front matter between two lines of three dashes.

    Files that are too large or not UTF-8 have an empty body and one problem. Front matter is data: no tags, aliases or merge keys
    are followed, and only scalars are taken.
    """
    if len(data) > MAX_BYTES:
        return ArticleText(
            {},
            "",
            [
                f"The file has {len(data):,} bytes; an article may have {MAX_BYTES:,}. Split it or keep the article only."
            ],
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return ArticleText(
            {}, "", [f"The file is not UTF-8 (byte {error.start} cannot be read); save it as UTF-8 text."]
        )
    if not text.startswith("---"):
        return ArticleText(
            {},
            text,
            [
                "The file has no front matter; begin it with a line ---, then title, publisher, url, published, and a line ---."
            ],
        )
    opening = _DELIMITER.match(text)
    closing = _DELIMITER.search(text, opening.end()) if opening else None
    if opening is None or closing is None:
        return ArticleText({}, text, ["The front matter is not closed; end it with a line of three dashes."])
    front, problems = _front(text[opening.end() : closing.start()])
    article = ArticleText(front, text[closing.end() :], problems, closing.end())
    if "published" not in front:
        problems.append(_NO_DATE)
    elif article.published is None:
        problems.append(f"The published date {front['published'][:40]!r} is not of the form 2024-08-26.")
    if not article.body.strip():
        problems.append("The file has no text after its front matter.")
    return article


def _front(text: str) -> tuple[dict[str, str], list[str]]:
    if len(text.encode()) > MAX_FRONT_BYTES:
        return {}, [f"The front matter is longer than {MAX_FRONT_BYTES:,} bytes; it holds a few short lines only."]
    try:
        quoted = _WITH_COLON.sub(lambda line: f"{line[1]}: {json.dumps(line[2], ensure_ascii=False)}", text)
        content = load_yaml_mapping(quoted.encode(), "The front matter")
    except DocumentError as error:
        return {}, [f"{error.message} Put values that hold a colon in quotes."]
    front: dict[str, str] = {}
    problems: list[str] = []
    for key, value in content.items():
        if key not in FRONT_KEYS:
            problems.append(
                f"The front matter has the unknown key {str(key)[:40]!r}; known are {', '.join(FRONT_KEYS)}."
            )
        elif not isinstance(value, str):
            problems.append(f"The front matter's {key} holds a list or mapping where one value is expected.")
        elif key == "source_type" and value.strip() not in TEXT_SOURCES:
            problems.append(
                f"The front matter has the source_type {value[:40]!r}; a text is one of {', '.join(TEXT_SOURCES)}."
            )
        elif value.strip() not in ("", "~", "null"):
            front[key] = value.strip()
    return front, problems
