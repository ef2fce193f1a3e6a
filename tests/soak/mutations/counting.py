"""Counts the rows of a document without the pipeline's code, and lists the files that must appear in the tables.

Add a kind of document here when its rows can be counted from the file alone. The counts are compared in
`tests/soak/mutations/oracle.py`.
"""

from __future__ import annotations

import csv
import functools
import io
import json
from pathlib import PurePosixPath
from typing import Any

import yaml

from capex_pipeline.reference import load
from capex_pipeline.reference.filers import filer_of_cik, wanted_concepts

from .mutant import Entry, Files, Folder

_SIDECAR = ".meta.yaml"
_NO_DOCUMENTS = {"README.md", "LICENSE", "LICENSE.md"}


def name_in_tables(name: str) -> str:
    """A file's name as tables have it: what is no UTF-8 is spelled out, and a backslash doubled, so that no two names are alike."""
    return name.replace("\\", "\\\\").encode("utf-8", "backslashreplace").decode("utf-8")


def heard_of(files: Files) -> set[str]:
    """The files that must appear in the tables, accepted or rejected: all but hidden ones, folders, and sidecars of documents."""
    visible = {
        name
        for name, entry in files.items()
        if not isinstance(entry, Folder)
        and not any(part.startswith(".") for part in PurePosixPath(name).parts)
        and PurePosixPath(name).name not in _NO_DOCUMENTS
    }
    stems = {str(PurePosixPath(name).with_suffix("")) for name in visible if not name.endswith(_SIDECAR)}
    return {name for name in visible if not (name.endswith(_SIDECAR) and name.removesuffix(_SIDECAR) in stems)}


def rows_in(name: str, entry: Entry) -> int | None:
    """Rows of a document that the pipeline accepted; None where they cannot be counted by simple means."""
    if not isinstance(entry, bytes):
        return None
    count = {".csv": _table_rows, ".yaml": _list_entries, ".yml": _list_entries, ".json": _facts}.get(
        PurePosixPath(name).suffix.lower()
    )
    return None if count is None else count(entry)


def _table_rows(data: bytes) -> int:
    rows = [
        row
        for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        if any(cell.strip() for cell in row)
    ]
    return len(rows) - 1


def _list_entries(data: bytes) -> int:
    return len(yaml.load(data, Loader=yaml.CBaseLoader)["figures"])


@functools.cache
def _wanted(cik: int) -> dict[tuple[str, str], Any]:
    filer = filer_of_cik(load().filers.values(), cik)
    return {} if filer is None else dict(wanted_concepts([filer]))


def _facts(data: bytes) -> int:
    """Facts of the concepts in use, also those that a repeated key would hide."""
    pairs = json.loads(data, object_pairs_hook=_Pairs)
    wanted = _wanted(int(pairs.all("cik")[0]))
    return sum(
        len(facts)
        for taxonomies in pairs.all("facts")
        for taxonomy, concepts in taxonomies
        for concept, about in concepts
        if (taxonomy, concept) in wanted
        for units in about.all("units")
        for unit, facts in units
        if unit in wanted[taxonomy, concept] or (len(unit) == 3 and unit.isascii() and unit.isupper())
    )


class _Pairs(list[tuple[str, Any]]):
    """A JSON mapping with every key that is written, in order."""

    def all(self, key: str) -> list[Any]:
        return [value for name, value in self if name == key]
