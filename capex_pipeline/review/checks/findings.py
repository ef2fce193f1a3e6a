"""Declares the finding of a check, and names an entry in its message.

Add here only what every check needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from capex_pipeline.raw.printed_rows import CONFIRMED_BY_CHECK, SHOWN_AS
from capex_pipeline.review.entries import corrected_keys


@dataclass(frozen=True)
class ReviewFinding:
    """One thing that a person has to do (problem), or a difference from the machine's reading (warning).

    rule: a short stable name. entry: the id of the entry that it is about, empty for one of the review as a whole. parts: the keys that the figure may
    name under `corrected` to settle it; empty where the figure has to change. origin: definition and id of the figure that the message compares with.
    """

    severity: str
    rule: str
    message: str
    entry: str = ""
    parts: tuple[str, ...] = ()
    origin: str = ""

    @property
    def with_origin(self) -> str:
        """The message with where the compared figure comes from."""
        return f"{self.message} Source: {self.origin}." if self.origin else self.message


def problem(
    rule: str, message: str, entry: Mapping[str, Any] | None = None, *parts: str, origin: str = ""
) -> ReviewFinding:
    """Something that a person has to do. entry, parts, origin: as of `ReviewFinding`."""
    return ReviewFinding("problem", rule, message, str((entry or {}).get("id") or ""), parts, origin)


def name_of(entry: Mapping[str, Any], number: int) -> str:
    """A figure in a message: its id, or its place in the list, counted from 1."""
    return f"Figure {entry.get('id') or number}"


def quote_of(entry: Mapping[str, Any]) -> str:
    """The words of an entry in a message."""
    return str(entry.get("quote") or entry.get("text") or entry.get("value") or "")[:60]


def has_reason(figure: Mapping[str, Any], *parts: str) -> bool:
    """Whether a person answers for a figure: by a `note:` that the machine did not write, or for one of these parts by `corrected:`."""
    note = str(figure.get("note") or "")
    return (bool(note) and not note.startswith((CONFIRMED_BY_CHECK, SHOWN_AS))) or not corrected_keys(
        figure
    ).isdisjoint(parts)
