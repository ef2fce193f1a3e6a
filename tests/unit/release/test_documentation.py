"""docs/releases.md: its example works, and what it names exists."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from builders import PROJECT
from unit.release.release_folders import candidates, filed, filing, release, table

from capex_pipeline.release import manifest, spreadsheets
from capex_pipeline.release.snapshots import Store

TEXT = (PROJECT / "docs" / "releases.md").read_text(encoding="utf-8")


def example(name: str) -> Any:
    """A function of the page."""
    (code,) = (code for code in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if f"def {name}(" in code)
    names: dict[str, Any] = {}
    exec(code, names)
    return names[name]


@pytest.mark.slow("publishes several releases")
def test_the_folder_of_a_release_stays_as_it_is_while_others_are_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third release holds what the first one held, so that two kept folders have its id. In Python and in DuckDB."""
    release_folder = example("release_folder")
    (statement,) = (code for code in re.findall(r"```sql\n(.*?)```", TEXT, re.DOTALL) if "read_json" in code)
    monkeypatch.chdir(tmp_path)
    known = table("documents", filing("filing-1", "2024-08-01"))
    folders = []
    for amount in (8e9, 8e9 + 1, 8e9):
        warehouse = candidates(tmp_path / "warehouse", documents=known, capex_by_definition=table("capex_by_definition", filed("a", amount)))  # fmt: skip
        release(warehouse)
        folders.append(release_folder(warehouse.root))
        with duckdb.connect() as connection:
            connection.execute(statement)
            connection.execute((warehouse.root / manifest.VIEWS).read_text(encoding="utf-8"))
            assert connection.execute("SELECT amount FROM capex_by_definition").fetchall() == [(amount,)]
            (named,) = connection.execute("SELECT getvariable('warehouse')").fetchone() or ("",)
        assert Path(named).resolve() == folders[-1]
    assert folders == [one.tables for one in Store(warehouse.root).all()]
    amounts = [pq.read_table(one / "capex_by_definition.parquet").column("amount").to_pylist() for one in folders]
    assert amounts == [[8e9], [8e9 + 1], [8e9]]
    assert [manifest.verify(one) for one in folders] == [[], [], []]


@pytest.mark.slow("publishes releases of every table")
def test_the_example_reads_a_whole_release_and_refuses_a_mixed_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = candidates(tmp_path / "warehouse", capex_by_definition=table("capex_by_definition", filed("a")))
    release(warehouse)
    read_release = example("read_release")
    assert read_release(warehouse.root, ["capex_by_definition", "documents"])["capex_by_definition"].column(
        "amount"
    ).to_pylist() == [8e9]
    warehouse.write(
        "capex_by_definition", table("capex_by_definition", filed("a", 80e9)), "written in place by something else"
    )
    monkeypatch.setattr(time, "sleep", lambda _: None)
    with pytest.raises(RuntimeError, match="two releases"):
        read_release(warehouse.root, ["capex_by_definition", "documents"])


def test_the_files_that_it_names_are_those_that_are_written() -> None:
    for name in (manifest.NAME, manifest.DATA_PACKAGE, manifest.CONTRACT, manifest.VIEWS, f"{spreadsheets.FOLDER}/"):
        assert f"| `{name}` |" in TEXT
