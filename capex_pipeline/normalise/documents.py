"""Turns the declarations of documents into the table documents.

This module checks the names and dates of a declaration, merges a document that several files declare, and counts what
became of its rows. Add a check here when it concerns a declaration. The rows themselves are read in
`normalise/figures.py`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.printed_rows import DOCUMENT_KEYS, DOCUMENT_KINDS
from capex_pipeline.schemas.derive import conform
from capex_pipeline.schemas.documents import Documents
from capex_pipeline.schemas.vocabulary import SOURCE_TYPES
from capex_pipeline.values.periods import PeriodError, YearError, parse_day

_DATES = ("published", "published_by", "retrieved")
_IDENTITY = ("kind", "source_type", "title", "publisher", "url", "published", "published_by", "origin")


def check(document: Mapping[str, Any], name: str) -> None:
    """Raise DocumentError if a declaration lacks a required key or has an impossible value."""
    label = document.get("document_id") or "a document"
    for key in ("document_id", "kind", "source_type", "retrieved"):
        if not document.get(key):
            raise DocumentError("missing_document_key", f"{name}: {label} has no {key}; add it.")
    if any(sign in str(document["document_id"]) for sign in "|#\n"):
        raise DocumentError(
            "bad_document_id", f"{name}: the id {label} may not contain |, # or a line break; choose another."
        )
    for key, words in (("kind", DOCUMENT_KINDS), ("source_type", SOURCE_TYPES)):
        if document[key] not in words:
            raise DocumentError(
                f"unknown_{key}", f"{name}: {label} has the {key} {document[key]}; known are {', '.join(words)}."
            )
    dates = {key: _date(document.get(key), key, label, name) for key in _DATES}
    for key in ("published", "published_by"):
        day, retrieved = dates[key], dates["retrieved"]
        if day is not None and retrieved is not None and day > retrieved:
            raise DocumentError(
                "published_after_retrieved",
                f"{name}: {label} has `{key}` {dates[key]}, but it was "
                f"retrieved earlier, on {dates['retrieved']}; correct one of the dates.",
            )


def completed(document: Mapping[str, Any]) -> dict[str, Any]:
    """The declaration, with the day of publication as the day of retrieval if it has none, since the document was
    readable then.
    """
    return {**document, "retrieved": document.get("retrieved") or document.get("published")}


def _date(text: Any, key: str, meaning: str, name: str) -> dt.date | None:
    if not text:
        return None
    try:
        return parse_day(str(text))  # stricter than fromisoformat, which also accepts 20240826 and 2024-W35-1
    except YearError as error:
        raise DocumentError(
            "impossible_date", f"{name}: {meaning} has {key} {text}. {error} Correct the year."
        ) from error
    except PeriodError as error:
        raise DocumentError(
            "impossible_date",
            f"{name}: {meaning} has {key} {text}, which is not a date; write year-month-day, for example 2024-08-26.",
        ) from error


def _day(text: Any) -> dt.date:
    """A day of a checked declaration, with or without surrounding spaces."""
    return parse_day(str(text))


def same_document(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """True if two declarations of one id agree on the fields that identify the document.

    The SEC serves a filing below the folder of each of its filers, so under a company's present and its former CIK it
    is one document.
    """
    return all(_identity(one, key) == _identity(other, key) for key in _IDENTITY)


def _identity(document: Mapping[str, Any], key: str) -> Any:
    value = document.get(key)
    if key == "url" and document.get("kind") == "filing":
        return re.sub(r"^(https://www\.sec\.gov/Archives/edgar/data)/[0-9]+/", r"\1/", str(value))
    return value


def standing(document: Mapping[str, Any]) -> tuple[int, dt.date, dt.date]:
    """Sort key of checked declarations: if several claim one id, the smallest is used.

    The kind of source comes first, in the order of SOURCE_TYPES, so that an article never replaces a filing; then the
    older document, and the one retrieved earlier.
    """
    retrieved = _day(document["retrieved"])
    published = document.get("published") or document.get("published_by")
    return SOURCE_TYPES.index(document["source_type"]), _day(published) if published else retrieved, retrieved


COUNTS = ("rows_read", "rows_accepted", "rows_rejected")
"""Columns of documents that count rows."""


def tabulate(declared: list[dict[str, Any]]) -> pd.DataFrame:
    """Table documents with all counts of rows 0 (see `counted`).

    declared: checked declarations with DOCUMENT_KEYS, path and sha256; several of one id agree.
    """
    frame = pd.DataFrame(declared, columns=[*DOCUMENT_KEYS, "path", "sha256"])
    frame = frame.sort_values("path", kind="stable").drop_duplicates("document_id")
    dates = {key: frame[key].map(_day, na_action="ignore").astype("datetime64[us]") for key in _DATES}
    basis = pd.Series("retrieved", index=frame.index, dtype="str")
    basis = basis.mask(dates["published_by"].notna(), "published_by").mask(dates["published"].notna(), "published")
    table = pd.DataFrame(
        {
            **{
                key: frame[key]
                for key in ("document_id", "kind", "source_type", "title", "publisher", "url", "licence", "note")
            },
            "published_on": dates["published"],
            "published_by": dates["published_by"],
            "retrieved_on": dates["retrieved"],
            "known_from": dates["published"].fillna(dates["published_by"]).fillna(dates["retrieved"]),
            "known_from_basis": basis,
            "origin_document_id": frame["origin"],
            "path": frame["path"],
            "sha256": frame["sha256"],
            **dict.fromkeys(COUNTS, 0),
        }
    )
    return conform(table, Documents).sort_values("document_id", ignore_index=True)


def counted(documents: pd.DataFrame, counts: Mapping[str, pd.Series]) -> pd.DataFrame:
    """The table documents with its counts of rows. counts: for each of COUNTS the number of rows by document; none for those without rows."""
    numbers = {
        name: of_document.reindex(documents["document_id"]).fillna(0).to_numpy() for name, of_document in counts.items()
    }
    return conform(documents.assign(**numbers), Documents)
