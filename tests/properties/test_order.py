"""The order of documents and of rows decides nothing."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from builders import RAW_SMALL, build
from hypothesis import given
from hypothesis import strategies as st
from properties.strategies import Archive, archives, capex_of, examples

from capex_pipeline.schemas import TABLES
from capex_pipeline.storage.warehouse import Warehouse


@pytest.mark.slow("reads many archives that Hypothesis draws")
@examples
@given(archives(claims=True), st.randoms(use_true_random=False))
def test_documents_and_rows_in_another_order_make_the_same_tables(archive: Archive, random: Any) -> None:
    documents, rows = list(archive.documents), list(archive.rows)
    random.shuffle(documents)
    random.shuffle(rows)
    one, other = archive.read(), Archive(tuple(documents), tuple(rows)).read()
    pd.testing.assert_frame_equal(one.observations, other.observations)
    pd.testing.assert_frame_equal(capex_of(one), capex_of(other))


def backwards(raw: Path) -> None:
    """Turns the rows of every typed table, and the figures of every reviewed document, around."""
    for path in raw.rglob("*.csv"):
        head, *lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join([head, *reversed(lines)]) + "\n", encoding="utf-8")
    for path in raw.rglob("articles/*.yaml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        content["figures"].reverse()
        path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")


def renamed(raw: Path) -> None:
    """Gives files names that sort the other way round."""
    for number, path in enumerate(sorted(raw.glob("announcements/*.csv"), reverse=True)):
        sidecar = path.with_suffix(".meta.yaml")
        path.rename(path.with_name(f"{number}.csv"))
        sidecar.rename(path.with_name(f"{number}.meta.yaml"))


@pytest.mark.usefixtures("from_memory")  # of tables with inputs of equal bytes, which the order did not reach
@pytest.mark.slow("builds the small archive")
def test_rows_turned_around_and_files_renamed_give_the_same_bytes(small: Warehouse, tmp_path: Path) -> None:
    """Only what says where a figure stands may differ: path, row and hash of the file."""
    raw, warehouse = tmp_path / "raw", Warehouse(tmp_path / "warehouse")
    shutil.copytree(RAW_SMALL, raw)
    backwards(raw)
    renamed(raw)
    assert build(raw, warehouse.root).success
    place = {"figures", "documents", "article_mentions"}
    for table in set(TABLES) - place:
        assert content(warehouse, table) == content(small, table), table
    for table, columns in (("figures", ["path", "row_number"]), ("documents", ["path", "sha256"])):
        key = TABLES[table].__config__.metadata["key"]  # type: ignore[attr-defined]
        one, other = (where.read(table).drop(columns=columns) for where in (warehouse, small))
        pd.testing.assert_frame_equal(
            one.sort_values(key, ignore_index=True), other.sort_values(key, ignore_index=True)
        )


def content(warehouse: Warehouse, table: str) -> str:
    """The id of a table's content, which its file's bytes follow from."""
    return warehouse.read(table).to_csv()
