"""Collects the problems of rows while they are read column by column.

For each row this module keeps the first rule that it broke, and the names of the further ones. The rules are applied by
the caller, `normalise/figures.py`.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd


class Problems:
    """Broken rules by row. A row that broke none is accepted."""

    def __init__(self, index: pd.Index) -> None:
        self._first = pd.DataFrame(
            {name: pd.Series(index=index, dtype="str") for name in ("rule", "column", "value", "message", "also_broke")}
        )

    def add(
        self,
        broken: pd.Series,
        rule: str,
        column: str,
        value: pd.Series,
        message: pd.Series | str | Callable[[], pd.Series],
    ) -> None:
        """Record that the rows with `broken` True broke `rule`. value: the value found; message: a sentence, per row or
        for all, or a function that returns one per row, which is called only if a row broke the rule.
        """
        rows = broken.index[broken]
        if not len(rows):
            return
        first = rows[self._first.loc[rows, "rule"].isna()]
        again = rows.difference(first, sort=False)
        message = message() if callable(message) else message
        messages = message if isinstance(message, pd.Series) else pd.Series(message, index=broken.index, dtype="str")
        self._first.loc[first, "rule"] = rule
        self._first.loc[first, "column"] = column
        self._first.loc[first, "value"] = value.loc[first].astype("str")
        self._first.loc[first, "message"] = messages.loc[first].astype("str")
        earlier = self._first.loc[again, "also_broke"]
        self._first.loc[again, "also_broke"] = (earlier + "|" + rule).fillna(rule)

    def add_found(self, problems: pd.DataFrame, values: pd.DataFrame) -> None:
        """Record the problems found by a reader of values: columns problem_rule, problem_column, problem (null if there
        is none).
        """
        for (rule, column), group in problems.groupby(["problem_rule", "problem_column"]):
            broken = pd.Series(True, index=group.index)
            value = values[column] if column in values.columns else pd.Series(index=values.index, dtype="str")
            self.add(broken, str(rule), str(column), value.loc[group.index], group["problem"])

    @property
    def is_broken(self) -> pd.Series:
        """True for rows that broke a rule."""
        return self._first["rule"].notna()

    def rejected(self) -> pd.DataFrame:
        """The broken rows: columns rule, column, value, message, also_broke; same index as the rows."""
        return self._first[self.is_broken]
