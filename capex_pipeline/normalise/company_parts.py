"""Finds the rows of a table that depend on one company alone, so that a build computes only companies whose rows changed, and computes
groups of them apart from one another.

Add a function here when it finds such rows, or decides whether they are unchanged. Which tables have such parts is declared in
`orchestration/assets/tables.py`; results of earlier builds are stored by `orchestration/asset_factory.py`. Groups are computed on other
machines by `orchestration/spark_apply.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Protocol, TypeVar

import numpy as np
import pandas as pd

from capex_pipeline.normalise.joins import is_among
from capex_pipeline.reference import Reference, fold
from capex_pipeline.storage.parquet import content_id, to_arrow

BY = "entity_id"
"""The column that says to which part a row of figures belongs."""

ROWS_AT_ONCE = 50_000
"""Rows of parts that are computed together; more would need more memory and no less time."""


Item = TypeVar("Item")
Result = TypeVar("Result")


class Apply(Protocol):
    """Calls a function for each item and returns the results in the order of the items, wherever it computes them. Function, items and
    results can be pickled, and the function depends on nothing else but files under the same paths.
    """

    def __call__(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterable[Result]:
        """The results; no item is needed after its result."""


def apply_here(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterable[Result]:
    """`Apply` in this process, one item after the other."""
    return map(work, items)


def batches(parts: pd.Series) -> list[list[str]]:
    """The names of all parts in groups of at most ROWS_AT_ONCE rows, a larger part in a group of its own. parts: the part of each row."""
    groups: list[list[str]] = []
    room = 0
    for name, rows in parts.value_counts(sort=False).items():
        if not groups or rows > room:
            groups.append([])
            room = ROWS_AT_ONCE
        groups[-1].append(str(name))
        room -= rows
    return groups


def rows_of(figures: pd.DataFrame, documents: pd.DataFrame, names: Collection[str]) -> dict[str, pd.DataFrame]:
    """The figures of the named companies, and the documents that state them."""
    chosen = figures[figures[BY].isin(list(names))].reset_index(drop=True)
    stating = documents[is_among(documents["document_id"], chosen["document_id"].drop_duplicates())]
    return {"figures": chosen, "documents": stating.reset_index(drop=True)}


def identities(figures: pd.DataFrame, documents: pd.DataFrame) -> dict[str, str]:
    """For each company a hash of what `rows_of` gives for it alone; companies with equal rows have equal hashes in every build."""
    stated = figures[[BY, "document_id"]].drop_duplicates()
    places = pd.Index(documents["document_id"]).get_indexer(pd.Index(stated["document_id"]))
    ordered = stated.assign(place=places)[places >= 0].sort_values([BY, "place"], kind="stable")
    of_documents = hashes("documents", documents.iloc[ordered["place"].to_numpy()], ordered[BY])
    figures = figures.sort_values(BY, kind="stable")
    return {name: f"{rows} {of_documents.get(name)}" for name, rows in hashes("figures", figures, figures[BY]).items()}


def of_printed_rows(rows: pd.DataFrame, reference: Reference) -> pd.Series:
    """The part to which each printed row belongs: its company, "" for all rows without a known one.

    Every rule of `normalise/figures.py` that compares rows compares those of one company, except for the ids of a document: companies
    with a common id, or with a row that names a row of the other, are one part.
    """
    known = {text: reference.entity_aliases.get(fold(text), "") for text in rows["entity"].dropna().unique()}
    parts = rows["entity"].map(known).fillna("").astype("str")
    named = pd.concat(
        [
            pd.DataFrame(
                {"document": rows["document"], "part": parts, "id": rows[name].str.replace("|", "/", regex=False)}
            )
            for name in ("id", "same_fact_as")
        ]
    )
    named = named[named["id"].notna()].drop_duplicates()
    # An id that is not printed is made from the row and begins with its company.
    companies = named["id"].str.replace("(?s)/.*", "", regex=True)
    pairs = [*zip(named["part"], companies.where(is_among(companies, parts), named["part"]), strict=True)]
    shared = named[named.duplicated(["document", "id"], keep=False)]
    first = shared.groupby(["document", "id"])["part"].transform("first")
    return parts.replace(_joined([*pairs, *zip(shared["part"], first, strict=True)]))


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The name for each name that a pair joins with another: one for all that are joined."""
    joined: dict[str, str] = {}

    def name_of(name: str) -> str:
        while name in joined:
            name = joined[name]
        return name

    for pair in set(pairs):
        kept, other = sorted(map(name_of, pair))
        if kept != other:
            joined[other] = kept
    return {name: name_of(name) for name in joined}


def printed_identities(
    parts: pd.Series, rows: pd.DataFrame, files: Mapping[str, str], documents: pd.DataFrame
) -> dict[str, str]:
    """For each part of printed rows a hash of the files and documents of its rows. files: path -> hash of what was read from the file."""
    # Days as whole numbers, which are written faster than dates.
    days = {name: documents[name].astype("int64") for name in documents.columns if documents[name].dtype.kind == "M"}
    columns = [column.tolist() for _, column in documents.assign(**days).items()]
    declared = {document[0]: repr(document) for document in zip(*columns, strict=True)}
    used = pd.DataFrame({"part": parts, "path": rows["path"], "document": rows["document"]}).drop_duplicates()
    hashes = {part: hashlib.sha256() for part in used["part"].unique()}
    for part, path, document in used.itertuples(index=False, name=None):
        hashes[part].update(f"{path}\0{files[path]}\0{declared.get(document)}\n".encode("utf-8", "surrogateescape"))
    return {part: digest.hexdigest() for part, digest in hashes.items()}


def hashes(table: str, rows: pd.DataFrame, names: pd.Series) -> Mapping[str, str]:
    """The content id of the rows of each name, the name of each row given; rows of one name follow one another."""
    arrow = to_arrow(rows, table)
    sizes = names.groupby(names, sort=False).size()
    first = sizes.cumsum() - sizes
    # Taken and not sliced: the last byte of a slice's flags also holds those of the rows behind it.
    return {
        str(name): content_id(arrow.take(np.arange(start, start + count)))
        for name, start, count in zip(sizes.index, first, sizes, strict=True)
    }
