"""Reads a table of figures: a CSV file with one row per number, and the sidecar that declares its documents.

Add a key of the sidecar (`documents:`, `defaults:`) or a rule of the CSV layout here. Values, names and periods are
resolved in `normalise/figures.py`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import pandas as pd

from capex_pipeline.raw.errors import DocumentError, listed
from capex_pipeline.raw.printed_rows import PRINTED_COLUMNS, ReadResult, document_record, printed_record, rejection
from capex_pipeline.reference.models import TableLayout
from capex_pipeline.sources.table_layout import printed_rows

MAXIMUM_ROWS = 2_000_000
_LISTED_OF_A_RULE = 300
"""Rejected lines of one file that are listed for one rule."""
_MAXIMUM_CELL = 10_000
_MOST_CELLS_OF_A_LINE = 10_000


def read(
    data: bytes, sidecar: Mapping[str, Any], name: str, layouts: Mapping[str, TableLayout] | None = None
) -> ReadResult:
    """Documents and printed rows of one table.

    data: the CSV file, UTF-8, comma separated, first line the column names (a subset of PRINTED_COLUMNS).
    sidecar: `documents:` (list), optional `defaults:` (printed columns that are the same in every row), and `layout:` where the columns are
    those of a publisher. layouts: by id; a file with a layout has rows numbered from 1, others the number of their line.
    The rows' index is the line number in the file. Raises DocumentError where the file as a whole cannot be used.
    """
    documents, defaults = _sidecar_parts(sidecar, name)
    layout = _layout(sidecar, layouts or {}, name)
    declared = {document["document_id"] for document in documents}
    if (usual := defaults.get("document")) is not None and usual not in declared:
        raise DocumentError(
            "unknown_document",
            f"the sidecar of {name} gives the default document {usual[:60]}, which it does not list; use one of its ids.",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DocumentError(
            "wrong_encoding",
            f"{name} is not UTF-8 (line {line}, byte {error.start}); save it as UTF-8 and build again.",
        ) from error
    if any(line.count(",") > _MOST_CELLS_OF_A_LINE for line in io.StringIO(text)):
        raise DocumentError(
            "oversized",
            f"{name} has a line of more than {_MOST_CELLS_OF_A_LINE:,} cells; give the columns that the figures need.",
        )
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    cells: list[list[str | None]] = []
    lines: list[int] = []
    rejected = _RejectedLines(name)
    try:
        header = [column.strip() for column in next(reader, [])]
        _check_header(header, name, layout is None)
        document_column = header.index("document") if layout is None and "document" in header else None
        line = reader.line_num + 1
        for row in reader:
            if not any(cell.strip() for cell in row):
                line = reader.line_num + 1
                continue
            if len(row) != len(header):
                what = f"has {len(row)} cells where the header has {len(header)}; check commas and quotes there."
                rejected.add(line, "wrong_number_of_cells", what)
            elif document_column is not None and (named := row[document_column].strip()) and named not in declared:
                rejected.add(
                    line,
                    "unknown_document",
                    f"stands in the document {named[:60]}, which the sidecar does not list; "
                    "use one of its document ids, or add the document there.",
                )
            elif max(map(len, row)) > _MAXIMUM_CELL:
                what = f"has a cell of over {_MAXIMUM_CELL} characters; no figure needs that. Shorten it."
                rejected.add(line, "oversized_cell", what)
            else:
                cells.append([cell.strip() or None for cell in row])
                lines.append(line)
            line = reader.line_num + 1
            if len(cells) + rejected.count > MAXIMUM_ROWS:
                raise DocumentError(
                    "oversized", f"{name} has more than {MAXIMUM_ROWS:,} rows; split it into several files."
                )
    except csv.Error as error:
        raise DocumentError(
            "malformed_csv", f"{name}, line {reader.line_num}: {error}. Correct the quotes or separators there."
        ) from error
    if layout is not None:
        rows = printed_rows(header, cells, lines, layout, name)
    else:
        frame = pd.DataFrame(cells, columns=header, index=pd.Index(lines, dtype="int64"), dtype="str")
        rows = frame.reindex(columns=list(PRINTED_COLUMNS)).astype("str")
    for column, default in defaults.items():
        if default is not None:
            rows[column] = rows[column].fillna(default)
    if len(documents) == 1:
        rows["document"] = rows["document"].fillna(documents[0]["document_id"])
    return ReadResult(documents, rows, rejected.rows())


class _RejectedLines:
    """The rejected lines of a file. They belong to no document, so that no count of a document includes them. Of each rule the first
    _LISTED_OF_A_RULE lines are rows of their own; one more row says how many others there are.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._listed: list[dict[str, str | None]] = []
        self._lines: dict[str, int] = {}
        self._first_left_out: dict[str, int] = {}

    @property
    def count(self) -> int:
        """How many lines were rejected."""
        return sum(self._lines.values())

    def add(self, line: int, rule: str, what: str) -> None:
        """Record a line. what: the rest of the sentence that begins with the line."""
        self._lines[rule] = self._lines.get(rule, 0) + 1
        if self._lines[rule] <= _LISTED_OF_A_RULE:
            self._listed.append(rejection(None, line, f"line {line}", rule, f"{self._name}, line {line} {what}"))
        else:
            self._first_left_out.setdefault(rule, line)

    def rows(self) -> list[dict[str, str | None]]:
        """The entries of `ReadResult.rejected`."""
        others = []
        for rule, line in self._first_left_out.items():
            left = self._lines[rule] - _LISTED_OF_A_RULE
            message = (
                f"{self._name}, line {line}: {left:,} lines from this one on are rejected by the rule {rule} too and are not listed; "
                f"correct the first {_LISTED_OF_A_RULE} and build again."
            )
            others.append(rejection(None, line, f"line {line}", rule, message))
        return [*self._listed, *others]


def _sidecar_parts(sidecar: Mapping[str, Any], name: str) -> tuple[list[dict[str, Any]], dict[str, str | None]]:
    place = f"the sidecar of {name}"
    entries = sidecar.get("documents")
    if not isinstance(entries, list) or not entries:
        raise DocumentError(
            "missing_document",
            f"{name} needs a sidecar (same name, .meta.yaml) with a list `documents:` that "
            "says where its numbers stand.",
        )
    unknown = sorted(set(sidecar) - {"documents", "defaults", "source_type", "kind", "note", "layout"})
    if unknown:
        raise DocumentError(
            "unknown_key",
            f"{place} has the unknown part {listed(unknown)}; known are documents, defaults, "
            "layout, source_type, kind and note.",
        )
    shared = {key: sidecar[key] for key in ("source_type", "kind") if key in sidecar}
    documents = []
    for entry in entries:
        if not isinstance(entry, Mapping):
            raise DocumentError(
                "not_a_value", f"{place} has an entry under documents: that is not a mapping of keys and values."
            )
        documents.append(document_record({**shared, **entry}, place))
    return documents, printed_record(sidecar.get("defaults") or {}, f"{place}, defaults")


def _layout(sidecar: Mapping[str, Any], layouts: Mapping[str, TableLayout], name: str) -> TableLayout | None:
    chosen = sidecar.get("layout")
    if chosen is None:
        return None
    if chosen not in layouts:
        raise DocumentError(
            "unknown_layout",
            f"the sidecar of {name} names the layout {str(chosen)[:60]}, which table_layouts.yaml does not have; known are {', '.join(sorted(layouts))}.",
        )
    return layouts[chosen]


def _check_header(header: list[str], name: str, is_own: bool) -> None:
    """is_own: whether the columns are the project's own."""
    if not header:
        raise DocumentError("missing_column", f"{name} is empty; its first line must name the columns.")
    if not is_own:
        return
    unknown = [column for column in header if column not in PRINTED_COLUMNS]
    if unknown:
        raise DocumentError(
            "unknown_column",
            f"{name} has the unknown column {listed(unknown)}; known are {', '.join(PRINTED_COLUMNS)}.",
        )
    if len(set(header)) != len(header):
        raise DocumentError("repeated_column", f"{name} names a column twice; remove one of them.")
