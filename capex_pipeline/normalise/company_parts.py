"""Finds the rows of a table that depend on one company alone, so that a build computes only companies whose rows changed, and computes
groups of them apart from one another.

Add a function here when it finds such rows, or decides whether they are unchanged. Which tables have such parts is declared in
`orchestration/assets/tables.py`; results of earlier builds are stored by `orchestration/asset_factory.py`. Groups are computed on other
machines by `orchestration/spark_apply.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Protocol, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from capex_pipeline.reference import Reference, fold
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.derive import pandas_types
from capex_pipeline.storage.parquet import content_id, rows_with, to_pandas

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


def coded(column: pa.ChunkedArray) -> pd.Series:
    """A column of texts as categories, in which each different text is one object."""
    encoded = column.combine_chunks().dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return pd.Series(pd.Categorical.from_codes(codes, pd.Index(encoded.dictionary.to_pandas(), dtype="object")))


def batches(parts: pd.Series) -> list[list[str]]:
    """The names of all parts in groups of at most ROWS_AT_ONCE rows, a larger part in a group of its own. parts: the part of each row."""
    groups: list[list[str]] = []
    room = 0
    counts = parts.value_counts(sort=False)
    for name, rows in counts[counts > 0].items():
        if not groups or rows > room:
            groups.append([])
            room = ROWS_AT_ONCE
        groups[-1].append(str(name))
        room -= rows
    return groups


def rows_of(figures: pa.Table, documents: pa.Table, names: Collection[str]) -> dict[str, pd.DataFrame]:
    """The figures of the named companies, and the documents that state them."""
    chosen = rows_with(figures, BY, names)
    stating = documents.filter(pc.is_in(documents["document_id"], value_set=chosen["document_id"].unique()))
    tables = {"figures": chosen, "documents": stating}
    return {name: to_pandas(rows, pandas_types(TABLES[name])) for name, rows in tables.items()}


def identities(figures: pa.Table, documents: pa.Table) -> dict[str, str]:
    """For each company a hash of what `rows_of` gives for it alone; companies with equal rows have equal hashes in every build."""
    stated = figures.select([BY, "document_id"]).group_by([BY, "document_id"]).aggregate([])
    stated = stated.append_column("place", pc.index_in(stated["document_id"], value_set=documents["document_id"]))
    ordered = stated.filter(stated["place"].is_valid()).sort_by([(BY, "ascending"), ("place", "ascending")])
    of_documents = hashes(documents, ordered[BY], ordered["place"].combine_chunks())
    order = pc.sort_indices(figures[BY])
    of_figures = hashes(figures, figures[BY].take(order), order)
    return {name: f"{rows} {of_documents.get(name)}" for name, rows in of_figures.items()}


def of_printed_rows(rows: pa.Table, reference: Reference) -> pd.Series:
    """The part to which each printed row belongs, as a category: its company, "" for all rows without a known one.

    Every rule of `normalise/figures.py` that compares rows compares those of one company, except for the ids of a document: companies
    with a common id, or with a row that names a row of the other, are one part.
    """
    entities = coded(rows["entity"])
    companies = [reference.entity_aliases.get(fold(text), "") for text in entities.cat.categories]
    names = sorted({"", *companies})
    place = {name: number for number, name in enumerate(names)}
    # The last number is taken for rows without an entity.
    of_row = np.array([*(place[name] for name in companies), place[""]])[entities.cat.codes]
    joined = _joined((names[one], names[other]) for one, other in _links(rows, of_row, names))
    parts = pd.Categorical(pd.Series([joined.get(name, name) for name in names], dtype="object"))
    return pd.Series(parts.take(of_row))


def _links(rows: pa.Table, companies: np.ndarray[Any, Any], names: list[str]) -> set[tuple[int, int]]:
    """Pairs of companies that are one part, as numbers of their names. companies: that of each row."""
    pairs: set[tuple[int, int]] = set()
    named, places = [], []
    for column in (rows["id"], rows["same_fact_as"]):
        is_named = column.is_valid().to_numpy()
        places.append(np.flatnonzero(is_named))
        named.append(column.filter(pa.array(is_named)))
    ids = pa.chunked_array([chunk for column in named for chunk in column.chunks], pa.large_string())
    owned, documents = companies[np.concatenate(places)], coded(rows["document"]).cat.codes.to_numpy()
    different = pc.replace_substring(ids, "|", "/").combine_chunks().dictionary_encode()
    # An id that is not printed is made from the row and begins with its company.
    owners = pc.index_in(
        pc.replace_substring_regex(different.dictionary, "(?s)/.*", ""), value_set=pa.array(names, pa.large_string())
    )
    owner = owners.fill_null(-1).to_numpy()[different.indices.to_numpy()]
    pairs.update(zip(owned[owner >= 0].tolist(), owner[owner >= 0].tolist(), strict=True))
    # Rows of a document with the same id follow one another.
    key = (
        documents[np.concatenate(places)].astype("int64") * (len(different.dictionary) + 1)
        + different.indices.to_numpy()
    )
    order = np.argsort(key, kind="stable")
    is_repeated = key[order][1:] == key[order][:-1]
    before, after = owned[order][:-1][is_repeated], owned[order][1:][is_repeated]
    pairs.update(zip(before.tolist(), after.tolist(), strict=True))
    return {(one, other) for one, other in pairs if one != other}


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
    parts: pd.Series, rows: pa.Table, files: Mapping[str, str], documents: pd.DataFrame
) -> dict[str, str]:
    """For each part of printed rows a hash of the files and documents of its rows. files: path -> hash of what was read from the file."""
    # Days as whole numbers, which are written faster than dates.
    days = {name: documents[name].astype("int64") for name in documents.columns if documents[name].dtype.kind == "M"}
    columns = [column.tolist() for _, column in documents.assign(**days).items()]
    declared = {document[0]: repr(document) for document in zip(*columns, strict=True)}
    used = pd.DataFrame({"part": parts, "path": coded(rows["path"]), "document": coded(rows["document"])})
    used = used.drop_duplicates()
    hashes = {part: hashlib.sha256() for part in used["part"].unique()}
    for part, path, document in used.itertuples(index=False, name=None):
        hashes[part].update(f"{path}\0{files[path]}\0{declared.get(document)}\n".encode("utf-8", "surrogateescape"))
    return {part: digest.hexdigest() for part, digest in hashes.items()}


def hashes(rows: pa.Table, names: pa.ChunkedArray, order: pa.Array | None = None) -> Mapping[str, str]:
    """The content id of the rows of each name. names: the name of each row, equal ones together. order: places of the rows that the names are
    of; None if they are of all rows in their order.
    """
    counts = {
        count["values"]: count["counts"] for count in names.value_counts().to_pylist()
    }  # in the order of the rows
    places = pa.array(np.arange(rows.num_rows)) if order is None else order
    ends = np.cumsum(list(counts.values()))
    # Taken and not sliced: the last byte of a slice's flags also holds those of the rows behind it.
    return {
        name: content_id(rows.take(places.slice(end - count, count)))
        for (name, count), end in zip(counts.items(), ends, strict=True)
    }
