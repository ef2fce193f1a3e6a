"""The release guard: finds values of closed periods that changed, and cells of coverage that were lost.

Add a rule here when it decides which differences between two releases need an explanation, and whether they have one.
Differences are found in `release/diff.py`; `release/publish.py` decides what happens to a build whose changes are not
explained.

Rules, on the evidence tables
- A period is closed when it ended before the older release was made (its released_on, a day computed from the data).
  Guidance and forecasts are not values of a closed period: they are followed by outcomes.
- A value has moved if it changed by more than the bound, as a percentage of the old value, or disappeared. One number of each row is
  compared: the amount or the units, otherwise one of their bounds, otherwise the amount in US dollars.
- A preferred row that disappears counts as a move, unless another preferred row replaces it within the bound.
- A move is explained by a restating filing (`Causes.of_pair` in `release/diff_causes.py`), by a review of the document from which the old value
  was read by machine, or by an entry in accepted_changes.yaml.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from capex_pipeline.reconcile.coverage import shrunk
from capex_pipeline.release.accepted_changes import Accepted
from capex_pipeline.release.diff import causes_of, is_same, pair, read, rows_of
from capex_pipeline.release.diff_causes import Causes, figures_of
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.derive import table_metadata
from capex_pipeline.schemas.vocabulary import EVIDENCE_TABLES

NUMBERS = ("amount", "units", "amount_low", "amount_high", "units_low", "units_high", "amount_usd")
"""Columns that are compared; the first one that moved is reported for the row."""

COLUMNS = [
    "table_name", "entity_id", "definition_id", "product", "period_start", "period_end", "column", "old_value", "new_value",
    "change_pct", "is_preferred", "old_document_id", "new_document_id", "cause", "caused_by", "explanation", "place",
]  # fmt: skip

_PREFERRED_PLACE = ["entity_id", "supplier_id", "product", "customer_id", "calendar_quarter"]
_OUTLOOK = ["guidance", "forecast"]


def moves(
    old: Path,
    new: Path,
    *,
    closed_on: str | None,
    bound_pct: float,
    accepted: Accepted,
    from_release: str,
    causes: Causes | None = None,
) -> pd.DataFrame:
    """The moved values between two folders of tables, with COLUMNS; `explanation` is null if nothing explains the move. closed_on: last day
    of closed periods, an ISO date; None: no period is closed. bound_pct: in percent. causes: as for `diff.compare`.
    """
    causes = causes_of(old, new) if causes is None else causes
    parts = []
    for table in EVIDENCE_TABLES.values():
        if closed_on is None or is_same(old, new, table):
            continue
        before, now = read(old, table), read(new, table)
        if before is None or now is None:
            continue
        is_closed = (before["period_end"] < pd.Timestamp(dt.date.fromisoformat(closed_on))) & ~before["status"].isin(
            _OUTLOOK
        )
        parts += _of_table(table, before, now, is_closed, bound_pct, causes)
    changes = pd.DataFrame([row for part in parts for row in part], columns=COLUMNS)
    changes = changes.assign(place=_places(changes["place"], old, new))
    reasons = [accepted.reason_for_move(move, from_release) for move in rows_of(changes)]
    explanations = pd.Series(
        [f"accepted: {reason}" if reason else None for reason in reasons], index=changes.index, dtype="object"
    )
    return changes.assign(
        explanation=changes["explanation"].where(changes["explanation"].notna(), explanations)
    ).reset_index(drop=True)


_MOST_PLACES = 3


def _places(figure_ids: pd.Series, old: Path, new: Path) -> pd.Series:
    """File, row and place of the figures behind each move, as the new tables have them or else the old ones."""
    if figure_ids.empty:
        return figure_ids
    places: dict[str, str] = {}
    for folder in (old, new):
        figures = read(folder, "figures")
        if figures is not None:
            words = (
                figures["path"]
                + ", row "
                + figures["row_number"].astype("str")
                + (", " + figures["locator"]).fillna("")
            )
            places |= dict(zip(figures["figure_id"], words, strict=True))
    known = [[places[one] for one in ids if one in places] for ids in figure_ids]
    texts = [
        "; ".join(ones[:_MOST_PLACES]) + (f"; and {len(ones) - _MOST_PLACES} more" if len(ones) > _MOST_PLACES else "")
        for ones in known
    ]
    return pd.Series([text or None for text in texts], index=figure_ids.index, dtype="object")


def lost_cells(old: Path, new: Path, accepted: Accepted, from_release: str) -> pd.DataFrame:
    """Cells of coverage that were filled and became empty, with `explanation` if the loss was accepted."""
    same = is_same(old, new, "coverage")
    before, now = (None, None) if same else (read(old, "coverage"), read(new, "coverage"))
    if before is None or now is None:
        return pd.DataFrame(
            columns=["table_name", "entity_id", "calendar_quarter", "state_before", "state_now", "explanation"]
        )
    lost = shrunk(before, now)
    reasons = [accepted.reason_for_loss(cell, from_release) for cell in rows_of(lost)]
    return lost.assign(explanation=pd.Series(reasons, index=lost.index, dtype="object"))


def _of_table(
    table: str, before: pd.DataFrame, now: pd.DataFrame, is_closed: pd.Series, bound_pct: float, causes: Causes
) -> list[list[dict[str, object]]]:
    pairs = pair(before, now, table_metadata(TABLES[table])["key"])
    places = [name for name in _PREFERRED_PLACE if name in before.columns and name in now.columns]
    standing = now.loc[now["is_preferred"], places].rename_axis("new").reset_index()
    preferred = before.loc[before["is_preferred"] & is_closed, places].rename_axis("old").reset_index()
    # Sums use the preferred row of a cell, so preferred rows are compared with each other; other rows are compared by what they state.
    summed = preferred.merge(standing, on=places, how="left")[["old", "new"]]
    others = pairs[pairs["old"].isin(before.index[is_closed]) & ~pairs["old"].isin(summed["old"])]
    return [
        [
            _move(table, before.iloc[old], None if pd.isna(new) else now.iloc[int(new)], bound_pct, causes)
            for old, new in chosen[_exceeds(before, now, chosen, bound_pct)].itertuples(index=False)
        ]
        for chosen in (summed, others)
    ]


def _exceeds(before: pd.DataFrame, now: pd.DataFrame, pairs: pd.DataFrame, bound_pct: float) -> pd.Series:
    """True for pairs in which a number moved by more than the bound or disappeared."""
    exceeds = pd.Series(False, index=pairs.index)
    for name in NUMBERS:
        if name in before.columns and name in now.columns:
            was = before[name].reindex(pairs["old"]).set_axis(pairs.index)
            value = now[name].reindex(pairs["new"]).set_axis(pairs.index)
            exceeds |= was.notna() & ~((value - was).abs() <= was.abs() * bound_pct / 100)
    return exceeds


def _move(table: str, was: pd.Series, now: pd.Series | None, bound_pct: float, causes: Causes) -> dict[str, object]:
    """One move, described by the first of its numbers that exceeds the bound."""
    for name in NUMBERS:
        if name not in was.index or pd.isna(was[name]):
            continue
        value = float("nan") if now is None else float(now[name])
        if abs(value - was[name]) <= abs(was[name]) * bound_pct / 100:
            continue
        why: dict[str, str | None] = {"cause": "gone", "caused_by": None, "explained_by": None}
        if now is not None:
            why = causes.of_pair(was.to_dict(), now.to_dict(), name == "amount_usd")
        place = ("entity_id", "definition_id", "product", "period_start", "period_end")
        return {
            "table_name": table,
            **{column: was.get(column) for column in place},
            "column": name,
            "old_value": float(was[name]),
            "new_value": value,
            "change_pct": (value - was[name]) / abs(was[name]) * 100 if was[name] else float("nan"),
            "is_preferred": bool(was["is_preferred"]),
            "old_document_id": was["document_id"],
            "new_document_id": None if now is None else now["document_id"],
            "cause": why["cause"],
            "caused_by": why["caused_by"],
            "explanation": f"restated by {why['explained_by']}" if why["explained_by"] else _by_review(was, now),
            "place": sorted(figures_of((was if now is None else now).to_dict())),
        }
    raise AssertionError("a move was reported although no number moved")


def _by_review(was: pd.Series, now: pd.Series | None) -> str | None:
    """The explanation of a value that was read by machine only and that a review of the same document corrected."""
    if now is None or was["document_id"] != now["document_id"]:
        return None
    states = (was.get("review_state"), now.get("review_state"))
    return f"corrected by the review of {was['document_id']}" if states == ("machine", "reviewed") else None
