"""Figures and observations are computed company by company: after any changes of documents, the bytes are those of a computation from nothing."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from capex_pipeline.normalise import company_parts
from capex_pipeline.normalise import figures as figure_rules
from capex_pipeline.normalise import ingest as ingest_module
from capex_pipeline.normalise.ingest import Ingested, ingest
from capex_pipeline.normalise.observations import observations, observations_of
from capex_pipeline.orchestration.asset_factory import Parts
from capex_pipeline.reference import load
from capex_pipeline.storage.parquet import to_arrow
from capex_pipeline.storage.warehouse import Warehouse
from tests.builders import RAW_SMALL, RawFolder, article, document, row

pytestmark = pytest.mark.slow("computes tables of the small archive several times in each test")

TABLE = "observations"
REFERENCE = load()
SETTINGS: Any = SimpleNamespace(as_of="", leave_out=[], reference_fingerprint=lambda: "")
Tables = Mapping[str, pd.DataFrame]


@pytest.fixture(scope="module")
def everything() -> Tables:
    read = ingest(RAW_SMALL, REFERENCE)
    return {"figures": read.figures, "documents": read.documents}


def computed(tables: Tables) -> pd.DataFrame:
    return observations(tables["figures"], tables["documents"], REFERENCE, REFERENCE.sums)


def in_arrow(tables: Tables) -> Mapping[str, pa.Table]:
    return {name: to_arrow(rows, name) for name, rows in tables.items()}


def built(warehouse: Warehouse, tables: Tables, inputs: str = "inputs") -> set[str]:
    """Brings the table up to date, as its asset does, and returns the companies of which it was computed anew."""
    companies: set[str] = set()

    def compute(rows: Tables) -> pd.DataFrame:
        companies.update(rows["figures"]["entity_id"])
        return computed(rows)

    parts = Parts(warehouse, SETTINGS, TABLE)
    warehouse.write(TABLE, parts.rows(in_arrow(tables), compute, company_parts.apply_here), inputs)
    parts.keep()
    return companies


def with_documents(tables: Tables, names: set[str]) -> Tables:
    return {name: rows[rows["document_id"].isin(names)].reset_index(drop=True) for name, rows in tables.items()}


@pytest.mark.parametrize("seed", [1, 2])
def test_bytes_after_random_changes_of_documents_are_those_of_a_computation_from_nothing(
    everything: Tables, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(company_parts, "ROWS_AT_ONCE", 50)  # several batches of companies
    chance = np.random.default_rng(seed)
    warehouse, is_partial = Warehouse(tmp_path / "built"), []
    present = set(everything["documents"]["document_id"])
    tables = everything
    for step in range(5):
        names = sorted(everything["documents"]["document_id"])
        toggled = str(chance.choice(names))
        present = present - {toggled} if toggled in present and len(present) > 1 else present | {toggled}
        tables = with_documents(everything, present)
        if chance.random() < 0.5:  # a number that was corrected in a document
            figures = tables["figures"].copy()
            numbers = ["value_low", "value", "value_high"]
            figures.loc[figures["document_id"].eq(chance.choice(sorted(present))), numbers] *= 1.01
            tables = {**tables, "figures": figures}
        is_partial.append(built(warehouse, tables) < set(tables["figures"]["entity_id"]))
        fresh = Warehouse(tmp_path / f"fresh-{step}")
        fresh.write(TABLE, computed(tables), "inputs")
        assert warehouse.path(TABLE).read_bytes() == fresh.path(TABLE).read_bytes()
    assert any(is_partial)


def test_only_companies_with_changed_figures_or_documents_are_computed_anew(everything: Tables, tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    assert built(warehouse, everything) == set(everything["figures"]["entity_id"])
    assert built(warehouse, everything) == set()
    figures = everything["figures"].copy()
    figures.loc[figures["entity_id"].eq("baidu"), "note"] = "corrected"
    assert built(warehouse, {**everything, "figures": figures}) == {"baidu"}
    documents = everything["documents"].copy()
    documents.loc[documents["document_id"].eq("tencent-2024-q1"), "known_from_basis"] = "retrieved"
    assert built(warehouse, {"figures": figures, "documents": documents}) == {"tencent"}


def test_parts_of_a_table_that_something_else_replaced_are_not_used(everything: Tables, tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    built(warehouse, everything)
    whole = warehouse.path(TABLE).read_bytes()
    rows = warehouse.read(TABLE)
    warehouse.write(TABLE, rows.iloc[1:], "inputs")
    assert built(warehouse, everything) == set(everything["figures"]["entity_id"])
    assert warehouse.path(TABLE).read_bytes() == whole


def test_parts_of_a_table_that_the_disk_changed_are_not_used(everything: Tables, tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    built(warehouse, everything)
    path = warehouse.path(TABLE)
    whole = path.read_bytes()
    place = whole.index(b"tencent")
    for damaged in (whole[:place] + b"TENCENT" + whole[place + 7 :], whole[:4] + bytes(place - 4) + whole[place:]):
        path.write_bytes(damaged)
        assert built(warehouse, everything, "changed") == set(everything["figures"]["entity_id"])
        assert built(warehouse, everything) == set()
        assert path.read_bytes() == whole


RESOLVED = ("figures", "rejected_figures")


def resolved(warehouse: Warehouse, root: Path) -> set[str]:
    """Brings figures and rejected figures up to date, as their asset does, and returns the companies of the rows that were resolved again."""
    again: set[str] = set()

    def recorded(rows: pd.DataFrame, *others: Any, **named: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
        again.update(rows["entity"].dropna())
        return resolve(rows, *others, **named)

    parts, resolve = Parts(warehouse, SETTINGS, *RESOLVED), figure_rules.resolve
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figure_rules, "resolve", recorded)
        write(warehouse, ingest(root, REFERENCE, (), warehouse.staging(), parts.unchanged))
    parts.keep()
    return again


def write(warehouse: Warehouse, read: Ingested) -> None:
    for table in RESOLVED:
        warehouse.write(table, read.rows(table), "inputs")


def add_linked(raw: RawFolder) -> None:
    """Documents whose rows are compared across files, across companies and with rows that are rejected."""
    filed = document(document_id="filed")
    raw.table("linked/alibaba.csv", [row(), row(value="9"), row(entity="nobody"), row(metric="nothing")], [filed])
    raw.table("linked/again.csv", [row(), row(entity="tencent"), row(entity="baidu", period="Q3 2024")], [filed])
    raw.yaml(
        "linked/article.yaml",
        [
            row(id="one", entity="alibaba"), row(id="one", entity="tencent", value="8,000"),
            row(id="first", entity="baidu"), row(id="second", entity="meta", same_fact_as="first"),
            row(id="third", entity="nobody", same_fact_as="one"),
            row(id="alibaba/capex/cash_purchases/2024-04-01/2024-06-30", entity="microsoft"),
        ],
        article("linked", "2024-08-26"),
    )  # fmt: skip


def test_a_change_of_a_row_reaches_the_companies_of_rows_with_its_id(tmp_path: Path) -> None:
    """The article gives one id to a row of Alibaba and one of Tencent, and a row of Meta names one of Baidu; Microsoft has an id like Alibaba's."""
    raw, warehouse = RawFolder(tmp_path / "raw"), Warehouse(tmp_path / "built")
    add_linked(raw)
    raw.table("other.csv", [row(entity="amazon")], [document(document_id="other")])
    companies = {"alibaba", "tencent", "baidu", "meta", "microsoft", "amazon", "nobody"}
    assert resolved(warehouse, raw.root) == companies
    assert resolved(warehouse, raw.root) == set()
    raw.table("another.csv", [row(entity="baidu")], [document(document_id="another")])
    assert resolved(warehouse, raw.root) == {"baidu", "meta"}
    raw.table("another.csv", [row(entity="tencent")], [document(document_id="another")])
    assert resolved(warehouse, raw.root) == companies - {"amazon"}


@pytest.mark.parametrize("seed", [1, 2])
def test_figures_after_random_changes_of_files_are_those_of_a_reading_from_nothing(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(company_parts, "ROWS_AT_ONCE", 50)
    monkeypatch.setattr(figure_rules, "MAXIMUM_ROWS_OF_A_YEAR", 4)  # so that rows of one file displace those of another
    chance = np.random.default_rng(seed)
    everything = RawFolder(tmp_path / "everything")
    shutil.copytree(RAW_SMALL, everything.root)
    add_linked(everything)
    files = sorted(path for path in everything.root.rglob("*.*") if not path.name.endswith((".meta.yaml", ".md")))
    root, warehouse, is_partial = tmp_path / "raw", Warehouse(tmp_path / "built"), []
    shutil.copytree(everything.root, root)
    companies = resolved(warehouse, root)
    for step in range(4):
        changed = root / chance.choice(files).relative_to(everything.root)
        if changed.exists():
            changed.unlink()
        else:
            shutil.copy(everything.root / changed.relative_to(root), changed)
        is_partial.append(resolved(warehouse, root) < companies)
        fresh = Warehouse(tmp_path / f"fresh-{step}")
        write(fresh, ingest(root, REFERENCE))
        for table in RESOLVED:
            assert warehouse.path(table).read_bytes() == fresh.path(table).read_bytes()
    assert any(is_partial)


def apply_elsewhere(work: Callable[[Any], Any], items: Iterable[Any]) -> Iterable[Any]:
    """As on other machines: function, items and results are pickled, and the last item is computed first."""
    sent = [pickle.dumps((work, item)) for item in items]
    results = []
    for call in reversed(sent):
        received, item = pickle.loads(call)
        results.append(pickle.dumps(received(item)))
    return [pickle.loads(result) for result in reversed(results)]


def test_groups_that_are_computed_elsewhere_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(company_parts, "ROWS_AT_ONCE", 20)
    monkeypatch.setattr(ingest_module, "_FILES_AT_ONCE", 2)
    raw = RawFolder(tmp_path / "raw")
    shutil.copytree(RAW_SMALL, raw.root)
    (raw.root / "broken.json").write_text("{")
    here, there = Warehouse(tmp_path / "here"), Warehouse(tmp_path / "there")
    for warehouse, apply in ((here, company_parts.apply_here), (there, apply_elsewhere)):
        read = ingest(raw.root, REFERENCE, unchanged=Parts(warehouse, SETTINGS, *RESOLVED).unchanged, apply=apply)
        assert "broken.json" in set(read.rejected_figures["path"])
        write(warehouse, read)
        tables = in_arrow({"figures": read.figures, "documents": read.documents})
        compute = partial(observations_of, day=None, reference=REFERENCE)
        warehouse.write(TABLE, Parts(warehouse, SETTINGS, TABLE).rows(tables, compute, apply), "inputs")
        assert len(company_parts.batches(read.figures["entity_id"])) > 1
    for table in (*RESOLVED, TABLE):
        assert there.path(table).read_bytes() == here.path(table).read_bytes()
