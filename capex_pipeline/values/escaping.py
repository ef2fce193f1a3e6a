"""Escapes text of documents for each kind of output: Markdown, HTML, a terminal, a log, a spreadsheet.

Documents are untrusted, so their text is escaped at every output, whatever field it comes from. Add a function here for a new kind of
output. What is shown, and how numbers are formatted, belongs to the modules that show it.
"""

from __future__ import annotations

import html as markup
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import pandas as pd

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
"""Characters that move a cursor, colour a terminal, or turn the direction of text; not tabs or line breaks."""

_REPLACEMENT = "\ufffd"
_ESCAPED_CONTROL = re.compile(r"\\[ubfr]")
"""What `json.dumps` writes for a control character, or for a backslash before such a letter."""

_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=\bwww)(?=\.)|(?=@)", re.IGNORECASE)
"""Positions at which a zero-width space splits an address, so that no viewer turns it into a link."""

_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~&])")
_NO_MARKDOWN = re.compile(r"[^\w\s,;%$€£¥'’“”\u2013\u2014]", re.UNICODE)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NOT_IN_LINKS = re.compile(r"[\s()<>\[\]\\`\"'|]")


def visible(text: str) -> str:
    """Text for a terminal or a log: control characters are written out, such as \\x1b; tabs and line breaks are kept."""
    return _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def one_line(text: str) -> str:
    """Text for one line of a log or a cell: as `visible`, with each run of white space as one space."""
    return visible(" ".join(text.split()))


def shortened(text: str, longest: int) -> str:
    """The text, cut to a number of characters; the last one shows that text is missing."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def markdown(text: str, longest: int) -> str:
    """One line of Markdown that shows the text literally; it cannot end the cell of a table either."""
    return _ADDRESS.sub("\u200b", _MARKDOWN.sub(r"\\\1", shortened(one_line(text), longest)))


def markdown_text(text: str) -> str:
    """As `markdown`, for text of several lines; no Markdown rule for whole lines applies to it."""
    cut = _ADDRESS.sub("\u200b", visible(text))
    written = _NO_MARKDOWN.sub(lambda match: f"&#{ord(match[0])};" if ord(match[0]) < 0x2E80 else match[0], cut)
    return written.replace("_", "&#95;")


def markdown_link(shown: str, url: object) -> str:
    """A Markdown link if the url is a web address, otherwise the shown text alone. shown: Markdown already."""
    address = web_address(url)
    return shown if address is None or _NOT_IN_LINKS.search(address) else f"[{shown}]({address})"


def html(text: str) -> str:
    """Text between tags or inside a quoted attribute."""
    return markup.escape(visible(text), quote=True)


def script_json(value: Any) -> str:
    """JSON that cannot end the script element around it, for a page that shows its texts; equal values give equal text.

    A character that `visible` writes out is replaced by one sign (a carriage return by a space), so that positions in a text stay the same.
    Raises ValueError on NaN.
    """
    text = _compact(value)
    if _CONTROL.search(text) or _ESCAPED_CONTROL.search(text):
        text = _compact(_replaced(value))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _replaced(value: Any) -> Any:
    if isinstance(value, str):
        return _CONTROL.sub(_REPLACEMENT, value.replace("\r", " "))
    if isinstance(value, Mapping):
        return {_replaced(name): _replaced(part) for name, part in value.items()}
    return [_replaced(part) for part in value] if isinstance(value, list | tuple) else value


def json_text(text: str) -> str:
    """JSON text, not escaped to ASCII, for a file: characters that `visible` writes out are escaped, so the values stay the same."""
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def web_address(url: object) -> str | None:
    """The address without white space if it is a web address; None for anything else, such as a script."""
    text = url.strip() if isinstance(url, str) else ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    is_one = parts.scheme in ("http", "https") and bool(parts.netloc) and not re.search(r"\s", text)
    return text if is_one and text == visible(text) else None


def cell(text: str) -> str:
    """Text for a cell of a spreadsheet: as `visible`, with line breaks of one kind."""
    return visible(text.replace("\r\n", "\n").replace("\r", "\n"))


def spreadsheet(texts: pd.Series) -> pd.Series:
    """Texts for the cells of a CSV file: as `cell`, with an apostrophe before text that a spreadsheet would run as a formula."""
    runs = texts.str.lstrip(" ").str.startswith(_FORMULA).fillna(False).astype(bool)
    shown = texts.map(cell, na_action="ignore").astype("str")
    return shown.mask(runs, "'" + shown)
