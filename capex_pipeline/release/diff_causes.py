"""Finds the document that caused a difference between two releases.

Add a cause here when differences have an origin that the module does not recognise yet. Whether a difference is allowed is decided in
`release/closed_periods.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

_FIGURES = ("derived_from", "evidence_figures")
_CONVERTED = ("_usd", "_cny", "_usd_low", "_usd_high", "_usd_constant")
_FOLLOWS = {"fx_usd", "fx_method"}


class Causes:
    """Looks up documents of the older and the newer release."""

    def __init__(self, before: pd.DataFrame | None, now: pd.DataFrame | None) -> None:
        """Table documents of the older and of the newer release; None if a release has none."""
        self.before = _by_id(before)
        self.now = _by_id(now)

    def of_added(self, rows: pd.DataFrame) -> dict[str, pd.Series]:
        """Columns caused_by and cause for added rows."""
        documents = _documents_of(rows)
        causes = documents.map(lambda name: self._kind(name) or "reading", na_action="ignore")
        return {"caused_by": documents, "cause": causes.astype("str")}

    def of_removed(self, rows: pd.DataFrame) -> dict[str, pd.Series]:
        """Columns caused_by and cause for removed rows."""
        documents = _documents_of(rows)
        causes = documents.map(
            lambda name: (
                "document_gone" if name in self.before and name not in self.now else self._kind(name) or "reading"
            ),
            na_action="ignore",
        )
        return {"caused_by": documents, "cause": causes.astype("str")}

    def of_pairs(self, old: pd.DataFrame, new: pd.DataFrame, differing: Mapping[str, pd.Series]) -> pd.DataFrame:
        """Columns caused_by, cause and explained_by for pairs of rows that differ. differing: by column, which rows differ."""
        conversion_only = pd.Series(True, index=old.index)
        any_conversion = pd.Series(False, index=old.index)
        for name, mask in differing.items():
            if name.endswith(_CONVERTED) or name in _FOLLOWS:
                any_conversion |= mask
            else:
                conversion_only &= ~mask
        causes = [
            self.of_pair(before, now, only_converted)
            for before, now, only_converted in zip(
                old.to_dict("records"), new.to_dict("records"), conversion_only & any_conversion, strict=True
            )
        ]
        return pd.DataFrame(causes, index=old.index, columns=["caused_by", "cause", "explained_by"]).astype("str")

    def of_pair(
        self, old: Mapping[Any, Any], new: Mapping[Any, Any], only_converted: bool = False
    ) -> dict[str, str | None]:
        """Why the value of a row changed. explained_by names a document that may change a closed period.

        Its figures are behind the new value and not behind the old one. The older release did not have it, or had an earlier edition. It
        became known later than the old value. It is of the same kind as the row: a filing for reported values, an estimator's new edition
        for an estimate.
        """
        if only_converted:
            return {"caused_by": None, "cause": "exchange_rate", "explained_by": None}
        figures_before, figures_now = figures_of(old), figures_of(new)
        fresh = sorted({_document(figure) for figure in figures_now - figures_before} & self.now.keys())
        arrived = [name for name in fresh if self._is_new(name)]
        explaining = [name for name in arrived if self._may_restate(name, old, new)]
        if arrived:
            return {
                "caused_by": "|".join(arrived),
                "cause": "new_document",
                "explained_by": "|".join(explaining) or None,
            }
        gone = sorted({_document(figure) for figure in figures_before - figures_now} - self.now.keys())
        if gone:
            return {"caused_by": "|".join(gone), "cause": "document_gone", "explained_by": None}
        others = [name for name in fresh if name not in {_document(figure) for figure in figures_before}]
        if others:
            return {"caused_by": "|".join(others), "cause": "other_document", "explained_by": None}
        changed = sorted(name for name in {_document(figure) for figure in figures_now} if self._has_changed_file(name))
        if changed:
            return {"caused_by": "|".join(changed), "cause": "changed_file", "explained_by": None}
        return {"caused_by": None, "cause": "reading", "explained_by": None}

    def _is_new(self, document: str) -> bool:
        if document not in self.before:
            return True
        return bool(self.now[document]["known_from"] > self.before[document]["known_from"])

    def _may_restate(self, document: str, old: Mapping[Any, Any], new: Mapping[Any, Any]) -> bool:
        known = old.get("unchanged_since", old.get("known_from", pd.NaT))
        return bool(
            self.now[document]["known_from"] > known and self.now[document]["source_type"] == new.get("source_type")
        )

    def _has_changed_file(self, document: str) -> bool:
        both = document in self.before and document in self.now
        return bool(both and self.before[document]["sha256"] != self.now[document]["sha256"])

    def _kind(self, document: str) -> str | None:
        if document in self.now and self._is_new(document):
            return "new_document"
        return "changed_file" if self._has_changed_file(document) else None


def _by_id(documents: pd.DataFrame | None) -> dict[str, dict[str, Any]]:
    if documents is None:
        return {}
    names = ["sha256", "source_type", "known_from"]
    ids, *columns = (documents[name].to_numpy(dtype=object).tolist() for name in ("document_id", *names))
    return {name: dict(zip(names, row, strict=True)) for name, row in zip(ids, zip(*columns, strict=True), strict=True)}


def _documents_of(rows: pd.DataFrame) -> pd.Series:
    return rows["document_id"] if "document_id" in rows.columns else pd.Series(index=rows.index, dtype="str")


def figures_of(row: Mapping[Any, Any]) -> set[str]:
    """Figure ids behind a row; in a table without figure ids, the document counts as one."""
    text = next((row[name] for name in (*_FIGURES, "document_id") if isinstance(row.get(name), str)), "")
    return set(text.split("|")) - {""}


def _document(figure: str) -> str:
    return figure.partition("#")[0]
