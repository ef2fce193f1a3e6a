"""Checks of tables: the verdict is kept for the bytes of the files that were judged, and for nothing else."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pandas as pd
import pyarrow.parquet as pq
import pytest
from builders import frame_of

from capex_pipeline.orchestration.check_factory import ERROR, WARN, Tables, Verdict, table_check, verdict
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.storage import parquet
from capex_pipeline.storage.warehouse import Warehouse, WarehouseError


class Judge:
    """Counts how often it is asked, and refuses more than one row."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, tables: Tables) -> Verdict:
        self.asked += 1
        rows = tables.read("capex_by_definition", ["entity_id"])
        return verdict(rows.iloc[1:], WARN, "Too many rows.", rows=len(rows), others=len(tables.read("entities")))


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    made = Warehouse(tmp_path / "warehouse").candidates()
    made.write("capex_by_definition", frame_of("capex_by_definition", {"entity_id": "a"}), "inputs")
    made.write("entities", frame_of("entities", {}), "inputs")
    return made


@pytest.fixture
def judge() -> Judge:
    return Judge()


def ask(judge: Judge, warehouse: Warehouse) -> dg.AssetCheckResult:
    check = table_check("capex_by_definition", "One row.", name="one_row", reads=("entities",))(judge)
    return check.result(Settings(warehouse=str((warehouse.published or warehouse).root)))


def test_equal_files_are_judged_once_and_the_verdict_stays(judge: Judge, warehouse: Warehouse) -> None:
    first, again = ask(judge, warehouse), ask(judge, warehouse)
    assert judge.asked == 1
    for result in (first, again):
        assert result.passed and result.severity == WARN
        assert result.metadata["rows"].value == 1 and result.metadata["offending_rows"].value == 0


@pytest.mark.parametrize("table", ["capex_by_definition", "entities"])
def test_a_file_that_was_replaced_is_judged_again(judge: Judge, warehouse: Warehouse, table: str) -> None:
    ask(judge, warehouse)
    key = "observation_id" if table == "capex_by_definition" else "entity_id"
    warehouse.write(table, frame_of(table, {key: "x"}, {key: "y"}), "other inputs")
    assert ask(judge, warehouse).passed == (table == "entities")
    assert judge.asked == 2


def test_rows_that_something_else_changed_under_the_old_footer_are_judged_again(
    judge: Judge, warehouse: Warehouse
) -> None:
    ask(judge, warehouse)
    path = warehouse.path("capex_by_definition")
    before = parquet.read_footer(path)
    rows = pq.read_table(path)
    twice = rows.take([0, 0])
    pq.write_table(twice, path)
    assert parquet.read_footer(path) == {**before, "rows": "2"}
    assert warehouse.footer("capex_by_definition") is None, "it counts as absent, and the next build makes it again"
    result = ask(judge, warehouse)
    assert (result.passed, judge.asked) == (False, 2)
    assert "a" in str(result.metadata["first_offending_rows"].value)


def test_what_a_check_does_not_say_that_it_reads_it_cannot_read(warehouse: Warehouse) -> None:
    with pytest.raises(KeyError, match="does not declare that it reads fx_rates"):
        Tables(warehouse, ("capex_by_definition",), Settings()).read("fx_rates")


def test_a_table_that_is_not_there_is_said(judge: Judge, warehouse: Warehouse) -> None:
    warehouse.path("capex_by_definition").unlink()
    with pytest.raises(WarehouseError, match=r"There is no table capex_by_definition .* materialize it first"):
        ask(judge, warehouse)


def test_without_a_table_to_compare_with_nothing_is_judged_and_nobody_stopped(
    judge: Judge, warehouse: Warehouse
) -> None:
    warehouse.path("entities").unlink()
    result = ask(judge, warehouse)
    assert (result.passed, result.severity, judge.asked) == (False, WARN, 0)
    assert f"there is no table entities in {warehouse.root} yet" in str(result.description)


def test_a_failed_verdict_is_kept_as_it_was() -> None:
    found = verdict(pd.DataFrame({"a": [1, 2]}), ERROR, "Wrong.", ratio=0.5)
    assert (found["passed"], found["severity"], found["offending_rows"]) == (False, "ERROR", 2)
    assert found["numbers"] == {"ratio": 0.5} and "| a |" in found["shown"]


def test_the_first_rows_are_named_by_their_leading_ids() -> None:
    rows = pd.DataFrame({"claim_check_id": ["a/F01", "b/F02", "b/F02", "c\x1b[1m/F03", "d/F04"], "value": range(5)})
    said = verdict(rows, WARN, "A claim is contradicted.")["description"]
    assert said == "A claim is contradicted. First: a/F01, b/F02, c\\x1b[1m/F03 and 1 more."
    assert verdict(rows[["value"]], WARN, "Wrong.")["description"] == "Wrong.", "these rows have no name"
    assert verdict(None, WARN, "Not judged.")["description"] == "Not judged."
    assert verdict(rows.iloc[:0], WARN, "Wrong.", "Right.")["description"] == "Right."
