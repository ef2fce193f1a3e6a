"""Describes changes as text: Markdown for Dagster and for the snapshot, plain text for the terminal.

Add here how differences are selected and laid out for people. Finding them belongs to `diff` and `closed_periods`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from capex_pipeline.release.snapshots import SHORT
from capex_pipeline.values import escaping

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 20
_WIDTH = 80
_KINDS = {
    "added": "rows added", "removed": "rows removed", "restated": "restated", "verdict": "claims with another verdict",
    "preferred": "rows that are newly or no longer preferred", "updated": "otherwise updated",
}  # fmt: skip
_CAUSES = {
    "new_document": "new document", "other_document": "another document", "changed_file": "changed file", "document_gone": "document gone",
    "exchange_rate": "exchange rates", "reading": "read or computed differently", "gone": "the row was removed",
}  # fmt: skip


def headline(changes: pd.DataFrame | None, previous_id: str | None, *, is_same: bool = False) -> str:
    """One sentence.

    changes: None if nothing was compared. is_same: the release ids are equal. Without changes and without equal ids, the other release has
    another version of the contract.
    """
    if previous_id is None:
        return "The first release: there is nothing to compare with."
    against = f"release {previous_id[:SHORT]}"
    if is_same or (changes is not None and changes.empty):
        return f"Nothing changed against {against}."
    if changes is None:
        return f"Not compared with {against}, which has another version of the contract."
    return f"Against {against}: {counted(changes)}."


def counted(changes: pd.DataFrame) -> str:
    """Number of rows for each kind of change, as text."""
    counts = changes.drop_duplicates(["table_name", "row_key", "change"])["change"].value_counts()
    return (
        ", ".join(f"{counts[kind]:,} {words}" for kind, words in _KINDS.items() if kind in counts) or "no row differs"
    )


def text(head: str, changes: pd.DataFrame | None, moves: pd.DataFrame | None, losses: pd.DataFrame | None) -> str:
    """For the terminal: the summary, restated values, changed verdicts, and unexplained changes."""
    lines = [head]
    if changes is not None and len(changes):
        lines += _listed([_restatement(row) for row in _records(restated(changes))], "restated")
        lines += _listed(
            [_verdict(row) for row in _records(changes[changes["change"] == "verdict"])], "claims with another verdict"
        )
    return "\n".join([*lines, *_questionable(moves, losses)])


def unexplained(moves: pd.DataFrame | None, losses: pd.DataFrame | None) -> str:
    """For the terminal: the reasons why a release is held."""
    return "\n".join(_questionable(moves, losses))


def _questionable(moves: pd.DataFrame | None, losses: pd.DataFrame | None) -> list[str]:
    values = "value" if _count(moves) == 1 else "values"
    cells = "cell of coverage that was" if _count(losses) == 1 else "cells of coverage that were"
    lines = _listed(
        [_move(row) for row in _records(moves)], f"{values} of closed periods that changed by more than the bound"
    )
    return lines + _listed([_loss(row) for row in _records(losses)], f"{cells} lost")


_HEADS = ["table", "entity", "definition", "period", "column", "before", "now", "change", "because of"]
"""Heads of the columns of `_cells`."""


def _cells(row: Any) -> list[Any]:
    """A changed value as cells of a table."""
    return [
        row["table_name"],
        row["entity_id"],
        row["definition_id"],
        _period(row),
        row["column"],
        number(row["old_value"]),
        number(row["new_value"]),
        percent(row["change_pct"]),
        _why(row),
    ]


def markdown(head: str, changes: pd.DataFrame | None, moves: pd.DataFrame | None, losses: pd.DataFrame | None) -> str:
    """The same as Markdown, with a table of counts; text of documents cannot break out of its cell."""
    parts = [head]
    if changes is not None and len(changes):
        rows = changes.drop_duplicates(["table_name", "row_key", "change"])
        counts = rows.groupby(["table_name", "change"]).size().unstack(fill_value=0)
        kinds = [kind for kind in _KINDS if kind in counts.columns]
        lines = [[table, *(f"{int(count):,}" for count in counts.loc[table, kinds])] for table in counts.index]
        parts.append(_table(["table", *kinds], lines))
        shown = restated(changes)
        lines = [_cells(row) for row in _records(shown, _SHOWN)]
        parts += _section("Restated", _HEADS, lines, len(shown))
        verdicts = changes[changes["change"] == "verdict"]
        lines = [[row["row_key"], row["old_text"], row["new_text"], _why(row)] for row in _records(verdicts, _SHOWN)]
        parts += _section("Claims with another verdict", ["claim", "before", "now", "because of"], lines, len(verdicts))
    lines = [[*_cells(row), row["explanation"] or "**not explained**", row["place"]] for row in _records(moves, _SHOWN)]
    names = [*_HEADS, "explanation", "place"]
    parts += _section("Closed periods that changed by more than the bound", names, lines, _count(moves))
    lines = [
        [
            row["table_name"],
            row["entity_id"],
            row["calendar_quarter"],
            row["state_before"],
            row["state_now"] or "gone",
            row["explanation"] or "**not explained**",
        ]
        for row in _records(losses, _SHOWN)
    ]
    parts += _section(
        "Coverage that was lost", ["table", "entity", "quarter", "before", "now", "explanation"], lines, _count(losses)
    )
    return "\n\n".join(parts) + "\n"


def restated(changes: pd.DataFrame) -> pd.DataFrame:
    """One line for each restated row of the three published tables and their evidence, largest changes first."""
    rows = changes[(changes["change"] == "restated") & (changes["table_name"] != "figures")]
    rows = rows.assign(
        size=rows["change_pct"].abs().fillna(float("inf")), rank=rows["column"].map(_RANK).fillna(len(_RANK))
    )
    rows = rows.sort_values(["rank"], kind="stable").drop_duplicates(["table_name", "row_key"])
    return rows.sort_values(["is_preferred", "size"], ascending=False, kind="stable").drop(columns=["size", "rank"])


_RANK = {name: place for place, name in enumerate(("amount", "units", "value", "amount_low", "units_low", "value_low"))}


def number(value: Any) -> str:
    """A number with separators, such as 7,665,000,000; null is a dash."""
    if _is_missing(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 or float(value).is_integer() else f"{value:,.4g}"


def percent(value: Any) -> str:
    """A change in percent, with its sign."""
    return "" if _is_missing(value) else f"{value:+,.1f} %"


def _is_missing(value: Any) -> bool:
    import pandas as pd

    return value is None or bool(pd.isna(value))


def _restatement(row: dict[str, Any]) -> str:
    return f"{_row(row)}: {row['column']} {number(row['old_value'])} -> {number(row['new_value'])} ({percent(row['change_pct'])}; {_why(row)})"


def _verdict(row: dict[str, Any]) -> str:
    return f"{row['row_key']}: {row['old_text']} -> {row['new_text']} ({_why(row)})"


def _move(row: dict[str, Any]) -> str:
    explanation, place = row["explanation"] or "NOT EXPLAINED", f" in {row['place']}" if row["place"] else ""
    return f"{_row(row)}: {row['column']} {number(row['old_value'])} -> {number(row['new_value'])} ({_why(row)}; {explanation}){place}"


def _loss(row: dict[str, Any]) -> str:
    now = row["state_now"] or "gone"
    return f"{row['table_name']} {row['entity_id']} {row['calendar_quarter']}: {row['state_before']} -> {now} ({row['explanation'] or 'NOT EXPLAINED'})"


def _row(row: dict[str, Any]) -> str:
    words = (row["table_name"], row["entity_id"], row["definition_id"], row["product"], _period(row))
    return " ".join(str(word) for word in words if word)


def _why(row: dict[str, Any]) -> str:
    word = _CAUSES.get(str(row["cause"]), "")
    return f"{word} {row['caused_by'].replace('|', ', ')}" if row["caused_by"] else word


def _period(row: dict[str, Any]) -> str:
    if row["period_start"] is None or row["period_end"] is None:
        return ""
    return f"{row['period_start']:%Y-%m-%d}..{row['period_end']:%Y-%m-%d}"


def _records(frame: pd.DataFrame | None, most: int | None = None) -> list[dict[str, Any]]:
    """The first rows, with None for null; none if there is no frame."""
    if frame is None:
        return []
    return [
        {str(name): None if _is_missing(value) else value for name, value in row.items()}
        for row in frame[:most].to_dict("records")
    ]


def _count(frame: pd.DataFrame | None) -> int:
    return 0 if frame is None else len(frame)


def _listed(lines: list[str], what: str) -> list[str]:
    if not lines:
        return []
    more = [f"  and {len(lines) - _SHOWN:,} more"] if len(lines) > _SHOWN else []
    return [f"{len(lines):,} {what}:", *(f"  {line}" for line in lines[:_SHOWN]), *more]


def _section(title: str, head: list[str], lines: list[list[Any]], count: int) -> list[str]:
    if not lines:
        return []
    more = [f"{count - len(lines):,} more"] if count > len(lines) else []
    return [f"**{title}**", _table(head, lines), *more]


def _table(head: list[str], lines: Iterable[list[Any]]) -> str:
    rows = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*rows, *("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(value) if value == "**not explained**" else escaping.markdown(str(value), _WIDTH)
