"""The manifest: what it says is what lies there, and whatever else lies there is noticed."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from unit.release.release_folders import candidates, copy_of, filed, filing, release, table

from capex_pipeline.release import ReleaseError, manifest
from capex_pipeline.schemas import TABLES
from capex_pipeline.storage.warehouse import Warehouse

pytestmark = pytest.mark.slow("writes all tables and publishes a release or two in each test")


def released(root: Path) -> None:
    """Makes a release with one quarter of Meta."""
    made = candidates(
        root,
        capex_by_definition=table("capex_by_definition", filed("a")),
        documents=table("documents", filing("filing-1", "2024-08-01")),
    )
    release(made)


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """A released warehouse with one quarter of Meta."""
    return copy_of(released, tmp_path / "warehouse")


def test_it_says_what_lies_there(warehouse: Warehouse) -> None:
    said = manifest.read(warehouse.root)
    assert said is not None
    assert list(said["tables"]) == sorted(TABLES)
    for name, entry in said["tables"].items():
        path = warehouse.root / f"{name}.parquet"
        assert entry["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert entry["bytes"] == path.stat().st_size
        assert entry["rows"] == duckdb.sql(f"SELECT count(*) FROM '{path}'").fetchall()[0][0]
    assert (
        said["tables"]["capex_by_definition"]["period_start"],
        said["tables"]["capex_by_definition"]["period_end"],
    ) == (
        "2024-04-01",
        "2024-06-30",
    )
    assert said["tables"]["entities"]["period_end"] is None
    assert said["documents"] == [{"path": "x", "sha256": "0" * 64, "documents": 1}]
    assert set(said["files"]) == {"datapackage.json", "contract.odcs.yaml", "views.sql"}
    assert manifest.verify(warehouse.root) == []


def test_the_day_of_a_release_is_a_day_of_the_data(tmp_path: Path) -> None:
    documents = table(
        "documents",
        filing("filing-1", "2024-08-01"),
        filing("filing-2", "2025-02-01"),
        filing("filing-0", "2023-02-01"),
    )
    made = candidates(
        tmp_path / "warehouse", capex_by_definition=table("capex_by_definition", filed("a")), documents=documents
    )
    assert manifest.build(made.candidates())["released_on"] == "2025-02-01"
    assert manifest.build(candidates(tmp_path / "empty").candidates())["released_on"] is None


def test_equal_tables_give_equal_bytes(warehouse: Warehouse, tmp_path: Path) -> None:
    other = candidates(
        tmp_path / "elsewhere",
        capex_by_definition=table("capex_by_definition", filed("a")),
        documents=table("documents", filing("filing-1", "2024-08-01")),
    )
    release(other)
    for name in ("manifest.json", "datapackage.json", "contract.odcs.yaml", "views.sql"):
        assert (warehouse.root / name).read_bytes() == (other.root / name).read_bytes()


def test_nothing_is_written_twice(warehouse: Warehouse) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in warehouse.root.iterdir()}
    release(warehouse)
    assert {path.name: path.stat().st_mtime_ns for path in warehouse.root.iterdir()} == before


def test_keys_are_sorted_and_readers_may_read(warehouse: Warehouse) -> None:
    path = warehouse.root / manifest.NAME
    said = json.loads(path.read_bytes())
    assert path.read_text() == json.dumps(said, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_another_value_is_another_release() -> None:
    ids = {"capex_by_definition": "1", "documents": "2"}
    plain = manifest.release_id(ids, "1.0")
    assert plain == manifest.release_id({"documents": "2", "capex_by_definition": "1"}, "1.0")
    assert (
        len({plain, manifest.release_id({**ids, "capex_by_definition": "3"}, "1.0"), manifest.release_id(ids, "1.1")})
        == 3
    )


def test_a_mixed_set_is_noticed(warehouse: Warehouse) -> None:
    warehouse.write("capex_by_definition", table("capex_by_definition", filed("a", 9e9)), "another build")
    found = manifest.verify(warehouse.root)
    assert [(one.file, one.rule) for one in found] == [("capex_by_definition.parquet", "other_content")]


def test_a_file_that_claims_the_rows_but_has_others_is_noticed(warehouse: Warehouse) -> None:
    path = warehouse.path("capex_by_definition")
    rows = pq.read_table(path)
    place = rows.column_names.index("amount")
    forged = rows.set_column(place, rows.schema.field("amount"), pa.array([1.0])).replace_schema_metadata(
        rows.schema.metadata
    )
    pq.write_table(forged, path)
    assert [one.rule for one in manifest.verify(warehouse.root)] == ["other_bytes"]
    with pytest.raises(
        ReleaseError, match=r"capex_by_definition\.parquet holds other rows than its footer states.*build again"
    ):
        manifest.build(warehouse)


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("capex_by_definition.parquet", b"PAR1 no more", "broken_file"),
        ("capex_by_definition.parquet", None, "missing_file"),
        ("views.sql", b"SELECT 1;", "other_bytes"),
        ("views.sql", None, "missing_file"),
        ("extra.parquet", b"", "unlisted_table"),
        ("manifest.json", b"{}", "broken_manifest"),
        ("manifest.json", b"[" * 100_000, "broken_manifest"),
        ("manifest.json", b'{"manifest_version": 99, "release_id": "", "tables": {}, "files": {}}', "broken_manifest"),
        ("manifest.json", None, "no_manifest"),
    ],
)
def test_what_else_may_be_wrong(warehouse: Warehouse, name: str, content: bytes | None, rule: str) -> None:
    path = warehouse.root / name
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_bytes(content)
    found = manifest.verify(warehouse.root)
    assert [one.rule for one in found] == [rule]
    assert name in found[0].message or "manifest" in found[0].message


def test_a_table_that_is_absent_makes_no_release(tmp_path: Path) -> None:
    made = candidates(tmp_path / "warehouse")
    made.candidates().path("coverage").unlink()
    with pytest.raises(ReleaseError, match="There is no table coverage"):
        release(made)
    assert not (made.root / manifest.NAME).exists()


def test_a_build_of_another_scope_says_so(tmp_path: Path) -> None:
    made = candidates(tmp_path / "warehouse")
    release(made, as_of="2024-12-31", leave_out=("b", "a"))
    said = manifest.read(made.root)
    assert said is not None and said["scope"] == {"as_of": "2024-12-31", "leave_out": ["a", "b"]}


def test_periods_follow_the_rows(tmp_path: Path) -> None:
    earlier = {
        "period_start": pd.Timestamp("2007-01-01"),
        "period_end": pd.Timestamp("2007-03-31"),
        "calendar_quarter": "2007Q1",
    }
    made = candidates(
        tmp_path / "warehouse", capex_by_definition=table("capex_by_definition", filed("a"), filed("b", **earlier))
    )
    entry = manifest.build(made.candidates())["tables"]["capex_by_definition"]
    assert (entry["rows"], entry["period_start"], entry["period_end"]) == (2, "2007-01-01", "2024-06-30")


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("documents", [1]),
        ("documents", [{"sha256": "0", "documents": 1}]),
        ("released_on", "soon"),
        ("released_on", 20240801),
        ("release_id", 5),
        ("code", []),
        ("scope", None),
        ("tables", {}),
        ("tables", {"capex": 1}),
        ("files", None),
        ("files", {"views.sql": {"sha256": 5, "bytes": 1}}),
        ("files", {"views.sql": {"sha256": "0"}}),
        ("manifest_version", "x"),
    ],
)
def test_a_manifest_with_a_part_of_another_type_is_none(warehouse: Warehouse, part: str, value: object) -> None:
    content = json.loads((warehouse.root / manifest.NAME).read_bytes())
    (warehouse.root / manifest.NAME).write_text(json.dumps({**content, part: value}))
    with pytest.raises(ReleaseError, match="is not a manifest of a release; build again, or restore a release"):
        manifest.read(warehouse.root)


def test_a_manifest_with_more_parts_is_read(warehouse: Warehouse) -> None:
    content = json.loads((warehouse.root / manifest.NAME).read_bytes())
    (warehouse.root / manifest.NAME).write_text(json.dumps({**content, "added_later": [1]}))
    assert manifest.read(warehouse.root) == {**content, "added_later": [1]}
