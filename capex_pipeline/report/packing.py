"""Stores rows of charts in few bytes: each key once per list, each text once per page.

Add here how data are written into the page; static/report.js reads them back with `unpacked`. The content belongs to the sections.
"""

from __future__ import annotations

from typing import Any

from capex_pipeline.report import formatting


class Texts:
    """A list of texts, so that a text that many rows share is written once."""

    def __init__(self) -> None:
        self.listed: list[str] = []
        self._places: dict[str, int] = {}

    def place(self, text: object) -> int | None:
        """The index of a text; None if it is null or empty."""
        if formatting.is_missing(text) or not text:
            return None
        name = str(text)
        if name not in self._places:
            self._places[name] = len(self.listed)
            self.listed.append(name)
        return self._places[name]


def packed(node: Any, texts: Texts) -> Any:
    """The same data, with each list of rows as columns, texts and values. A key that a row lacks is read back as null.

    texts in the result: the columns whose values are indexes into the page's list of texts.
    """
    if isinstance(node, dict):
        return {name: packed(value, texts) for name, value in node.items()}
    if not isinstance(node, list) or not node or not all(isinstance(row, dict) for row in node):
        return node
    columns = list(dict.fromkeys(name for row in node for name in row))
    worded = [name for name in columns if all(isinstance(row.get(name), str | None) for row in node)]
    rows = [[texts.place(row.get(name)) if name in worded else row.get(name) for name in columns] for row in node]
    return {"columns": columns, "texts": worded, "rows": rows}
