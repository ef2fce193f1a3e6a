"""Finds the rows of a table that depend on one company alone, so that a build computes only companies whose rows changed.

Add a function here when it finds such rows, or decides whether they are unchanged. Which tables have such parts is declared in
`orchestration/assets/tables.py`; results of earlier builds are stored by `orchestration/asset_factory.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from capex_pipeline.normalise.joins import is_among
from capex_pipeline.storage.parquet import content_id, to_arrow

BY = "entity_id"
"""The column that says to which part a row of figures belongs."""


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
    of_documents = _hashes("documents", documents.iloc[ordered["place"].to_numpy()], ordered[BY])
    figures = figures.sort_values(BY, kind="stable")
    return {name: f"{rows} {of_documents.get(name)}" for name, rows in _hashes("figures", figures, figures[BY]).items()}


def _hashes(table: str, rows: pd.DataFrame, names: pd.Series) -> Mapping[str, str]:
    """The content id of the rows of each name; rows of one name follow one another."""
    arrow = to_arrow(rows, table)
    sizes = names.groupby(names, sort=False).size()
    first = sizes.cumsum() - sizes
    # Taken and not sliced: the last byte of a slice's flags also holds those of the rows behind it.
    return {
        str(name): content_id(arrow.take(np.arange(start, start + count)))
        for name, start, count in zip(sizes.index, first, sizes, strict=True)
    }
