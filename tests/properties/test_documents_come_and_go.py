"""A document changes what it is about and nothing else; taken away and put back, it leaves no trace."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from builders import RAW_SMALL, RawFolder, build, document, row
from hypothesis import assume, given
from properties.strategies import Archive, archives, capex_of, examples

from capex_pipeline.schemas import TABLES
from capex_pipeline.storage.warehouse import Warehouse

FILES = sorted(
    path.relative_to(RAW_SMALL) for path in RAW_SMALL.rglob("*") if path.suffix in (".csv", ".json", ".yaml")
)
DOCUMENTS = [path for path in FILES if not path.name.endswith(".meta.yaml")]
ROUNDS = 2
"""Builds in which the documents are away, each in one of them. A build takes seconds."""


@pytest.mark.slow("reads many archives that Hypothesis draws")
@examples
@given(archives(companies=3, claims=True))
def test_the_documents_of_another_company_change_no_row(archive: Archive) -> None:
    companies = sorted({company for company, _, _ in archive.truth})
    assume(len(companies) > 1)
    added = companies[0]
    rows = Archive(
        archive.documents, tuple(one for one in archive.rows if one["entity"] != added or one["document"] != "article")
    )
    more, less = rows.read(), rows.without(added).read()
    for with_it, without_it in ((more.observations, less.observations), (capex_of(more), capex_of(less))):
        kept = with_it[(with_it["entity_id"] != added) & ~with_it["is_aggregate"]].reset_index(drop=True)
        pd.testing.assert_frame_equal(kept, without_it[~without_it["is_aggregate"]].reset_index(drop=True))


@pytest.mark.slow("builds the small archive")
def test_an_unrelated_document_in_the_archive_changes_no_other_row(small: Warehouse, tmp_path: Path) -> None:
    """A company that no other document names, over quarters for which there are rates and cells already."""
    raw, warehouse = tmp_path / "raw", Warehouse(tmp_path / "warehouse")
    shutil.copytree(RAW_SMALL, raw)
    about = document(document_id="unrelated", title="Unrelated", publisher="CoreWeave", published="2024-11-13")
    figures = [row(entity="coreweave", period="Q2 2024", value="1,234", unit="USD million")]
    RawFolder(raw).yaml("announcements/unrelated.yaml", figures, about)
    assert build(raw, warehouse.root).success
    for table in TABLES:
        before, after = small.read(table), warehouse.read(table)
        key = TABLES[table].__config__.metadata["key"]  # type: ignore[attr-defined]
        kept = after.merge(before[key], on=key)[list(after.columns)]
        pd.testing.assert_frame_equal(kept, before, obj=table, check_dtype=False)
        added = after.merge(before[key], on=key, how="left", indicator=True).query("_merge == 'left_only'")
        for column in {"entity_id", "document_id"} & set(added.columns):
            assert set(added[column].dropna()) <= {"coreweave", "unrelated"}, table


@pytest.mark.slow("builds the small archive")
def test_each_document_taken_away_and_put_back_leaves_equal_bytes(
    small: Warehouse, raw_copy: Path, warehouse_copy: Warehouse
) -> None:
    """Some at a time: each build takes up the documents that were put back and loses the next ones. The last one makes every table."""
    for start in range(ROUNDS):
        files = DOCUMENTS[start::ROUNDS]
        names = [name for file in files for name in (file, file.with_suffix(".meta.yaml")) if name in FILES]
        for name in names:
            (raw_copy / name).unlink()
        build(raw_copy, warehouse_copy.root, only=("documents", "capex_by_definition"))
        without = warehouse_copy.candidates()
        gone = set(small.read("documents")["document_id"]) - set(without.read("documents")["document_id"])
        assert gone == set().union(*(documents_of(small, file) for file in files)), files
        for table in ("figures", "observations", "capex_by_definition"):
            assert not set(without.read(table)["document_id"]) & gone, (table, files)
        for name in names:
            shutil.copy(RAW_SMALL / name, raw_copy / name)
    assert build(raw_copy, warehouse_copy.root).success
    for table in TABLES:
        assert bytes_of(warehouse_copy, table) == bytes_of(small, table), table


def documents_of(warehouse: Warehouse, file: Path) -> set[str]:
    """The documents that a file of raw/ declares."""
    documents = warehouse.read("documents")
    return set(documents.loc[documents["path"] == file.as_posix(), "document_id"])


def bytes_of(warehouse: Warehouse, table: str) -> bytes:
    return Path(str(warehouse.path(table))).read_bytes()
