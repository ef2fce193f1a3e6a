"""Groups rejected rows with the same message, newest file first, for the pages and logs that operators read.

Add a function here when it counts, orders or bounds rejections for a reader. The reason of a rejection is decided in `normalise/figures.py` and in
`sources`; the table rejected_figures contains every row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from capex_pipeline.raw.errors import LONGEST_MESSAGE, LONGEST_QUOTED, listed
from capex_pipeline.raw.folder import REVIEW, review_command
from capex_pipeline.schemas.vocabulary import BY_DECISION

READ = ["path", "row_number", "rule", "message"]
"""Columns of rejected_figures that `folded` and `counted` read."""

_SHOWN = ["rule", "path", "row_number", "message"]
_PLACE = re.compile(r"(?:, (row|line|figure) \d+)?(: | )")
_LONGEST_VALUE = 500


def folded(rejected: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """One row for each rule and sentence: columns rows, rule, path and row_number of the first row, message.

    rejected: path, row_number, rule, message, as table rejected_figures; rows excluded by a reviewed decision are left
    out. documents: path, known_from. A file that declares no document comes first, then the file with the newest
    document. message: the sentence of a single row unchanged; for several rows "260 rows: ..." with the place of the
    first.
    """
    rows = rejected[~rejected["rule"].isin(BY_DECISION)]
    if rows.empty:
        return pd.DataFrame(columns=["rows", *_SHOWN])
    newest = documents.groupby("path")["known_from"].max().astype("datetime64[us]")
    rows = rows.assign(
        newest=newest.reindex(rows["path"]).fillna(pd.Timestamp(2262, 1, 1)).to_numpy(),
        sentence=[
            _sentence(path, message)
            for path, message in zip(rows["path"].tolist(), rows["message"].tolist(), strict=True)
        ],
    ).sort_values(["newest", "path", "row_number"], ascending=[False, True, True], kind="stable")
    groups = rows.groupby(["rule", "sentence"], sort=False)
    first = groups[["path", "row_number", "message"]].first().reset_index()
    counts = groups.size().to_numpy()
    several = (
        pd.Series(counts, index=first.index).map("{:,} rows: ".format).astype("str")
        + first["sentence"]
        + " First in "
        + first["path"]
        + ", row "
        + first["row_number"].astype("str")
        + "."
    )
    return first.assign(rows=counts, message=first["message"].where(counts == 1, several))[["rows", *_SHOWN]]


def counted(rejected: pd.DataFrame, documents: pd.DataFrame) -> dict[str, Any]:
    """kinds: the columns of `folded` as lists. rows, by_decision: how many rows are excluded otherwise than by a reviewed decision, and by one.

    rejected, documents: as for `folded`.
    """
    by_decision = int(rejected["rule"].isin(BY_DECISION).sum())
    kinds = {str(name): column.tolist() for name, column in folded(rejected, documents).items()}
    return {"kinds": kinds, "rows": len(rejected) - by_decision, "by_decision": by_decision}


def of_the_rest(rows: Sequence[int], rules: Sequence[str]) -> str:
    """A sentence about the rejections that a reader is not shown; empty if there are none. rows, rules: columns of `folded`. Messages of one rule
    may all differ, since they quote the document, so that rows and rules are counted.
    """
    return (
        f"{sum(rows):,} more rows or files of the rules {listed(sorted(set(rules)))}; see rejected_figures."
        if rules
        else ""
    )


def bounded(rejected: pd.DataFrame) -> pd.DataFrame:
    """Rejected rows whose texts have a bounded length, whatever a file made them quote. rejected: locator, value, message."""
    longest = {"locator": _LONGEST_VALUE, "value": _LONGEST_VALUE, "message": LONGEST_MESSAGE}
    return rejected.assign(**{name: quoted(rejected[name], most) for name, most in longest.items()})


def quoted(texts: pd.Series, longest: int = LONGEST_QUOTED) -> pd.Series:
    """Texts of a file for a message, each cut to a number of characters."""
    is_long = texts.str.len() > longest
    return texts.mask(is_long, texts.str.slice(0, longest - 1) + "…") if is_long.any() else texts


def _sentence(path: str, message: str) -> str:
    """The message without the file and the row that it begins with; FILE stands for the file in a command."""
    message = message.replace(review_command(path), f"{REVIEW} FILE")
    if not message.startswith(path):
        return message
    if message.startswith(": ", len(path)):
        return message[len(path) + 2 :]
    place = _PLACE.match(message, len(path))
    if place is None or not (place[1] or place[2] == ": "):
        return message
    sentence = message[place.end() :]
    return sentence if place[2] == ": " else f"A {place[1]} {sentence}"
