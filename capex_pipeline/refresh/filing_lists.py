"""Reads the SEC's list of a filer's filings, and the list of files of one filing.

The files are `submissions/CIK##########.json` and the `index.json` of a filing; both are untrusted. Add a field or a
check of these lists here. They are requested in `refresh/sec.py` and
`refresh/exhibits.py`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from capex_pipeline.refresh.http_types import RefreshError
from capex_pipeline.sources.sec_filings import ACCESSION_PATTERN

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,150}")
_OLDER_LIST = re.compile(r"CIK\d{10}-submissions-\d{3}\.json")
_NO_INSTANCE = re.compile(r"(?:_(?:cal|def|lab|pre|ref)|^R\d+|^FilingSummary)\.xml$", re.IGNORECASE)
_COLUMNS = ("accessionNumber", "filingDate", "form", "primaryDocument", "isXBRL")
_INLINE = "isInlineXBRL"
_EXHIBIT = re.compile(r"exh?(?:ibit)?[-_.]?99[-_.d]?0?1(?!\d).*\.html?$", re.IGNORECASE)
_ONLY_EXHIBIT = re.compile(r"exh?(?:ibit)?[-_.]?99(?![-_.d]?\d).*\.html?$", re.IGNORECASE)
"""How filers and their agents name exhibit 99.1, and a single exhibit 99: d532dex991.htm, q2exhibit99-1.htm, ex99_1.htm, ex99.htm."""


@dataclass(frozen=True)
class Filing:
    """One filing that has XBRL. primary_document: a file name, or empty. is_inline: whether it is an inline XBRL
    document, from which the SEC extracts the instance; also true for older lists, which do not state it.
    """

    accession: str
    form: str
    filed: date
    primary_document: str
    is_inline: bool = True


@dataclass(frozen=True)
class FilingList:
    """Filings of the wanted forms, and the names of lists with older filings, each with the day of its last filing."""

    filings: tuple[Filing, ...]
    older: tuple[tuple[str, date], ...]


def parse(data: bytes, url: str, cik: int, forms: Collection[str]) -> FilingList:
    """Parse the list as served. Raises RefreshError (truncated for invalid JSON, not_a_list) with the address."""
    content = load_json(data, url)
    with _read_as_list(url):
        if int(content["cik"]) != cik:
            raise RefreshError("other_filer", f"{url} is of CIK {content['cik']!s:.20}, not {cik}.")
        lists = content["filings"]
        older = tuple((str(entry["name"]), date.fromisoformat(entry["filingTo"])) for entry in lists.get("files") or [])
        if bad := [name for name, _ in older if not _OLDER_LIST.fullmatch(name)]:
            raise RefreshError(
                "not_a_list",
                f"{url} names the list {bad[0][:80]!r}, which is not a valid name of a list; open the address in a browser to check it.",
            )
        return FilingList(tuple(_filings(lists["recent"], forms)), older)


def parse_older(data: bytes, url: str, forms: Collection[str]) -> tuple[Filing, ...]:
    """Parse a list of older filings, which consists of the columns only. Raises as `parse`."""
    with _read_as_list(url):
        return tuple(_filings(load_json(data, url), forms))


def parse_reports(data: bytes, url: str, cik: int, form: str, item: str | None) -> tuple[Filing, ...]:
    """The reports of one form in the list as served; of an 8-K those that have an item. Raises as `parse`."""
    content = load_json(data, url)
    with _read_as_list(url):
        if int(content["cik"]) != cik:
            raise RefreshError("other_filer", f"{url} is of CIK {content['cik']!s:.20}, not {cik}.")
        columns = content["filings"]["recent"]
        items = columns.get("items") or [""] * len(columns["form"])
        rows = zip(columns["accessionNumber"], columns["filingDate"], columns["form"], items, strict=True)
        reports = []
        for accession, filed, kind, of_report in rows:
            if kind != form or (item is not None and item not in str(of_report).split(",")):
                continue
            if not re.fullmatch(ACCESSION_PATTERN, accession):
                raise ValueError(f"accession number {accession[:40]!r}")
            reports.append(Filing(accession, form, date.fromisoformat(filed), "", is_inline=False))
        return tuple(reports)


def exhibit_name(data: bytes, url: str) -> str | None:
    """The page that is exhibit 99.1 among a report's files; None if there is none. Raises RefreshError (two_exhibits, not_a_list, truncated)."""
    names = _names_of_files(data, url)
    fit = [name for name in names if _FILE_NAME.fullmatch(name)]
    names_of_exhibits = [name for name in fit if _EXHIBIT.search(name)] or [
        name for name in fit if _ONLY_EXHIBIT.search(name)
    ]
    if len(names_of_exhibits) > 1:
        raise RefreshError(
            "two_exhibits",
            f"{url} lists {len(names_of_exhibits)} pages that may be exhibit 99.1 "
            f"({', '.join(names_of_exhibits[:3])}); save the right one by hand, raw/README.md shows how.",
        )
    return names_of_exhibits[0] if names_of_exhibits else None


def inline_instance_name(primary_document: str) -> str | None:
    """Return the name that the SEC gives to the instance extracted from an inline document; None for other documents."""
    stem, dot, suffix = primary_document.rpartition(".")
    return f"{stem}_htm.xml" if dot and suffix.lower() == "htm" and _FILE_NAME.fullmatch(primary_document) else None


def instance_name(data: bytes, url: str) -> str:
    """Return the only instance among a filing's files. Raises RefreshError (no_instance, two_instances, not_a_list,
    truncated).
    """
    names = _names_of_files(data, url)
    listed = [name for name in names if name.lower().endswith("_htm.xml")] or [
        name for name in names if name.lower().endswith(".xml") and not _NO_INSTANCE.search(name)
    ]
    fit = [name for name in listed if _FILE_NAME.fullmatch(name)]
    if not fit:
        raise RefreshError("no_instance", f"{url} lists no XBRL instance.")
    if len(fit) > 1:
        raise RefreshError(
            "two_instances",
            f"{url} lists {len(fit)} XML files that may be the instance; save the right one below raw/ by hand.",
        )
    return fit[0]


def load_json(data: bytes, url: str) -> Any:
    """Parse a JSON answer. Raises RefreshError (truncated)."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise RefreshError(
            "truncated", f"{url} is not complete JSON ({error}); nothing was saved. Run again."
        ) from error


def _filings(columns: dict[str, list[Any]], forms: Collection[str]) -> Iterable[Filing]:
    inline = columns.get(_INLINE) or [True] * len(columns[_COLUMNS[0]])
    for accession, filed, form, document, is_xbrl, is_inline in zip(
        *(columns[name] for name in _COLUMNS), inline, strict=True
    ):
        if form in forms and is_xbrl:
            if not re.match(ACCESSION_PATTERN, accession):
                raise ValueError(f"accession number {accession[:40]!r}")
            name = document if isinstance(document, str) and _FILE_NAME.fullmatch(document) else ""
            yield Filing(accession, form, date.fromisoformat(filed), name, bool(is_inline))


def _names_of_files(data: bytes, url: str) -> list[str]:
    """The names in the `index.json` of a filing."""
    with _read_as_list(url):
        return [str(item["name"]) for item in load_json(data, url)["directory"]["item"]]


@contextlib.contextmanager
def _read_as_list(url: str) -> Iterator[None]:
    """Around the reading of an answer: what it lacks is a RefreshError (not_a_list)."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RefreshError(
            "not_a_list",
            f"{url} is not a list in the SEC's format ({type(error).__name__}: {error!s:.80}); open the address in a browser to check it.",
        ) from error
