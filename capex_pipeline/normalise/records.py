"""Looks at the rows of a frame one by one, for rules that need single rows.

Add a form or a summary of a row here when two modules need it. Rules that work on whole columns need none of these and are faster.
"""

from __future__ import annotations

import functools
from collections import namedtuple
from collections.abc import Iterator
from typing import Any

import pandas as pd


def records(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows as named tuples, with the values of `itertuples`, which takes four times as long: each text is taken from Arrow on its own."""
    columns = (column.to_numpy(object) if column.dtype == "str" else column for _, column in frame.items())
    yield from map(_row(tuple(frame.columns))._make, zip(*map(list, columns), strict=True))


def names_where(chosen: pd.DataFrame) -> pd.Series:
    """The names of the columns in which a row is true, joined by |; null where none is."""
    names = ["|".join(chosen.columns[row]) or None for row in chosen.to_numpy(dtype="bool")]
    return pd.Series(names, index=chosen.index, dtype="str")


@functools.cache
def _row(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names)
