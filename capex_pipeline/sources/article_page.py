"""Reduces an HTML article or newsletter to its text: title, day, author, publisher, address and body.

This module finds the declarations of a page (Open Graph, JSON-LD, meta, time), and removes the parts that are not text of the article.
Reading the text belongs to `article`; tables of companies' documents belong to `printed_tables`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from lxml import etree

from capex_pipeline.article.front_matter import FRONT_KEYS, MAX_BYTES, ArticleText
from capex_pipeline.printed_tables.html_tables import BLOCKS, is_silent, parse_page, text_of
from capex_pipeline.printed_tables.pieces import clean
from capex_pipeline.raw.errors import DocumentError, listed

_OTHER_PARTS: Final = frozenset(("nav", "aside", "footer", "form", "button", "dialog", "menu"))
_LEAST_TEXT: Final = 300
"""Characters from which an `article` or `main` element counts as the text of the page."""
_MOSTLY_LINKS: Final = 0.6
"""Share of a short block's text in links above which the block is navigation, not text of the article."""
_SHORT: Final = 200
_DATES: Final = (
    "article:published_time", "og:published_time", "datepublished", "publish-date", "publication_date", "pubdate", "date", "dc.date.issued", "dc.date",
    "parsely-pub-date", "sailthru.date",
)  # fmt: skip
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_PRINTED_DAY: Final = re.compile(
    r"\b(?:(?P<m1>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (?P<d1>\d{1,2})(?:st|nd|rd|th)?,? (?P<y1>20\d\d)|"
    r"(?P<d2>\d{1,2}) (?P<m2>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,? (?P<y2>20\d\d))\b",
    re.IGNORECASE,
)
_LINES_WITH_DAY: Final = 12
"""Lines at the beginning of the text among which a printed day is that of the publication."""


def read_article_page(data: bytes, sidecar: Mapping[str, Any], name: str) -> ArticleText:
    """The front matter that a page declares and its text, one paragraph a line with an empty line between.

    sidecar: `document:` with keys of a front matter, which take precedence over the declarations of the page. Raises DocumentError as
    `html_tables.parse_page` does, for a sidecar with other parts, and for a page without text.
    """
    root = parse_page(data, name)
    declared = _declared(root)
    lines = [line for line in _lines(_text_part(root)) if line != declared.get("title")]
    body = "\n\n".join(lines)
    if not body:
        raise DocumentError(
            "unreadable", f"{name} has no text outside menus and links; save the article itself, or its text as .txt."
        )
    if len(body.encode()) > MAX_BYTES:
        raise DocumentError("oversized", f"{name} has more than {MAX_BYTES:,} bytes of text; keep the article only.")
    if "published" not in declared and (day := _printed_day(lines)) is not None:
        declared["published"] = day.isoformat()
    return ArticleText(declared | _stated(sidecar, name), body)


def _stated(sidecar: Mapping[str, Any], name: str) -> dict[str, str]:
    stated = sidecar.get("document") or {}
    unknown = sorted((set(sidecar) - {"document"}) | (set(stated) - set(FRONT_KEYS) - {"kind", "source_type"}))
    if unknown or not isinstance(stated, Mapping):
        raise DocumentError(
            "unknown_key",
            f"The sidecar of {name} has {listed(unknown) or 'no keys'}; below `document:` an article has {', '.join(FRONT_KEYS)}.",
        )
    return {
        key: str(value) for key, value in stated.items() if key in FRONT_KEYS and value not in (None, "", "~", "null")
    }


# --- what the page declares ---


def _declared(root: etree._Element) -> dict[str, str]:
    meta: dict[str, str] = {}
    for element in root.iter("meta"):
        key = element.get("property") or element.get("name") or element.get("itemprop")
        if key and element.get("content"):
            meta.setdefault(key.strip().lower(), clean(element.get("content") or ""))
    news = _linked_data(root)
    heading = next((clean(text_of(element)) for element in root.iter("h1") if clean(text_of(element))), "")
    title = next((clean(text_of(element)) for element in root.iter("title")), "")
    address = next(
        (element.get("href") or "" for element in root.iter("link") if element.get("rel") == "canonical"), ""
    )
    address = address or meta.get("og:url", "")
    author = _name(news.get("author")) or meta.get("author") or meta.get("article:author") or ""
    days = [news.get("datePublished"), *(meta.get(key) for key in _DATES)]
    days += [element.get("datetime") for element in root.iter("time")]
    published = next((day for text in days if (day := _iso_day(text)) is not None), None)
    declared = {
        "title": meta.get("og:title") or str(news.get("headline") or "") or heading or title,
        "publisher": meta.get("og:site_name")
        or _name(news.get("publisher"))
        or (urlsplit(address).hostname or "").removeprefix("www."),
        "url": address if urlsplit(address).scheme in ("http", "https") else "",
        "published": published.isoformat() if published else "",
        "note": f"Author: {author}." if author and not author.startswith("http") else "",
    }
    return {key: clean(value) for key, value in declared.items() if clean(value)}


def _linked_data(root: etree._Element) -> Mapping[str, Any]:
    """The first object of JSON-LD that has a day of publication."""
    for element in root.iter("script"):
        if element.get("type") != "application/ld+json" or len(element.text or "") > 1_000_000:
            continue
        try:
            content = json.loads(element.text or "")
        except (ValueError, RecursionError):
            continue
        candidates = content if isinstance(content, list) else [content]
        candidates += [part for one in candidates if isinstance(one, dict) for part in _list(one.get("@graph"))]
        for one in candidates:
            if isinstance(one, dict) and one.get("datePublished"):
                return one
    return {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _name(value: Any) -> str:
    """The name of a person or organisation of JSON-LD, or the names of several."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_name, value[:10])))
    return str(value.get("name") or "") if isinstance(value, dict) else value if isinstance(value, str) else ""


def _iso_day(text: Any) -> date | None:
    """The date of an ISO 8601 date or time, without time zone conversion."""
    try:
        return datetime.fromisoformat(str(text).strip()).date()
    except ValueError:
        return None


def _printed_day(lines: list[str]) -> date | None:
    for line in lines[:_LINES_WITH_DAY]:
        if len(line) < _SHORT and (match := _PRINTED_DAY.search(line)):
            month = _MONTHS.index((match["m1"] or match["m2"]).lower()) + 1
            try:
                return date(int(match["y1"] or match["y2"]), month, int(match["d1"] or match["d2"]))
            except ValueError:
                return None
    return None


# --- its text ---


def _text_part(root: etree._Element) -> etree._Element:
    """The element that holds the article: the longest `article`, `main` or body of JSON-LD's vocabulary, else the whole page."""
    for path in (".//*[@itemprop='articleBody']", ".//article", ".//main", ".//*[@role='main']"):
        parts = [
            (len(" ".join(text_of(part).split())), -number, part) for number, part in enumerate(root.findall(path))
        ]
        if parts and max(parts)[0] >= _LEAST_TEXT:
            return max(parts)[2]
    return root


def _lines(part: etree._Element) -> Iterator[str]:
    """The blocks of text in order. Cells of a row are one line, with bars between."""
    text: list[str] = []
    linked = 0

    def finish() -> Iterator[str]:
        nonlocal linked
        line = " ".join("".join(text).split()).strip("| ")
        text.clear()
        is_elsewhere = len(line) < _SHORT and linked > _MOSTLY_LINKS * len(line)
        linked = 0
        if line and not is_elsewhere:
            yield line

    stack: list[tuple[etree._Element, bool]] = [(part, False)]
    while stack:
        element, is_end = stack.pop()
        tag = element.tag
        breaks = tag in BLOCKS and tag not in ("td", "th")
        if is_end:
            if breaks:
                yield from finish()
            if element is not part and element.tail:
                text.append(element.tail)
            continue
        if is_silent(element) or (tag in _OTHER_PARTS and element is not part):
            if element is not part and element.tail:
                text.append(element.tail)
            continue
        if breaks:
            yield from finish()
        elif tag in ("td", "th"):
            text.append(" | ")
        elif tag == "a":
            linked += len(" ".join(text_of(element).split()))
        if element.text:
            text.append(element.text)
        stack.append((element, True))
        stack += [(child, False) for child in reversed(element)]
    yield from finish()
