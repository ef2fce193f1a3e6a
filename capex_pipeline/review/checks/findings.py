"""What a check finds, and how an entry is named in its message.

Add here only what every check needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from capex_pipeline.sources.printed_document import CONFIRMED_BY_CHECK


@dataclass(frozen=True)
class ReviewFinding:
    """One thing that a person has to do (problem), or a difference from the machine's reading (warning). rule is a short stable name."""

    severity: str
    rule: str
    message: str


def problem(rule: str, message: str) -> ReviewFinding:
    """Something that a person has to do."""
    return ReviewFinding("problem", rule, message)


def name_of(entry: Mapping[str, Any], number: int) -> str:
    """A figure in a message: its id, or its place in the list, counted from 1."""
    return f"Figure {entry.get('id') or number}"


def quote_of(entry: Mapping[str, Any]) -> str:
    """The words of an entry in a message."""
    return str(entry.get("quote") or entry.get("text") or entry.get("value") or "")[:60]


def has_reason(figure: Mapping[str, Any]) -> bool:
    """Whether a person says in `note:` why a figure is right; a note that the machine wrote is no such reason."""
    note = str(figure.get("note") or "")
    return bool(note) and not note.startswith(CONFIRMED_BY_CHECK)
