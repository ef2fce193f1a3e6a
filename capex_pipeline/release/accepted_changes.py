"""Changes that a person reviewed and accepted, with the reason.

This module reads accepted_changes.yaml of the reference data, matches its entries, and drafts new ones. Changes that
need acceptance are found in `release/closed_periods.py`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    import pandas as pd

    from capex_pipeline.reference import Reference

_CLOSE = 1e-6


class Accepted:
    """The entries of one file."""

    def __init__(self, moves: Iterable[Mapping[str, Any]] = (), losses: Iterable[Mapping[str, Any]] = ()) -> None:
        self.moves = list(moves)
        self.losses = list(losses)

    def reason_for_move(self, move: Mapping[str, Any], from_release: str) -> str | None:
        """The reason of the entry that accepts a changed value (a row of `closed_periods.moves`); None if there is none."""
        return next((entry["reason"] for entry in self.moves if _accepts(entry, move, from_release)), None)

    def reason_for_loss(self, cell: Mapping[str, Any], from_release: str) -> str | None:
        """The reason of the entry that accepts a lost cell of coverage; None if there is none."""
        for entry in self.losses:
            same = all(entry[name] == cell[other] for name, other in _LOSS_PLACE.items() if name in entry)
            if same and from_release.startswith(entry.get("from_release", "")):
                return str(entry["reason"])
        return None


_LOSS_PLACE = {"table": "table_name", "entity_id": "entity_id", "calendar_quarter": "calendar_quarter"}
_MOVE_PLACE = {
    "table": "table_name",
    **{name: name for name in ("entity_id", "definition_id", "product", "period_start", "period_end")},
}


def reviewed(reference: Reference) -> Accepted:
    """The entries of accepted_changes.yaml."""
    content = reference.content
    return Accepted(
        (entry.model_dump(exclude_unset=True) for entry in content.accepted_changes),
        (entry.model_dump(exclude_unset=True) for entry in content.accepted_losses),
    )


def entries(moves: pd.DataFrame, losses: pd.DataFrame, reason: str) -> str:
    """YAML lines that accept each changed value and each lost cell, for a person to review and add to accepted_changes.yaml."""
    parts = []
    if len(moves):
        listed = []
        for move in moves.to_dict("records"):
            entry = {
                name: _plain(move[column]) for name, column in _MOVE_PLACE.items() if not _is_missing(move[column])
            }
            listed.append(
                {**entry, "old": _plain(move["old_value"]), "new": _plain(move["new_value"]), "reason": reason}
            )
        parts.append(yaml.safe_dump({"accepted_changes": listed}, sort_keys=False, allow_unicode=True, width=120))
    if len(losses):
        listed = [
            {**{name: cell[column] for name, column in _LOSS_PLACE.items()}, "reason": reason}
            for cell in losses.to_dict("records")
        ]
        parts.append(yaml.safe_dump({"accepted_losses": listed}, sort_keys=False, allow_unicode=True, width=120))
    return "".join(parts)


def _accepts(entry: Mapping[str, Any], move: Mapping[str, Any], from_release: str) -> bool:
    for name, column in _MOVE_PLACE.items():
        if name in entry and _plain(entry[name]) != _plain(move[column]):
            return False
    if not from_release.startswith(str(entry.get("from_release") or "")):
        return False
    return all(_same_number(entry[name], move[f"{name}_value"]) for name in ("old", "new") if name in entry)


def _same_number(expected: Any, actual: Any) -> bool:
    if expected is None or _is_missing(actual):
        return expected is None and _is_missing(actual)
    return math.isclose(float(expected), float(actual), rel_tol=_CLOSE)


def _is_missing(value: Any) -> bool:
    import pandas as pd

    return bool(pd.isna(value))


def _plain(value: Any) -> Any:
    """A value in the form in which YAML writes and reads it."""
    if isinstance(value, dt.datetime):  # a Timestamp is a date too
        return value.date()
    if isinstance(value, float):
        return None if math.isnan(value) else int(value) if value.is_integer() else value
    return value
