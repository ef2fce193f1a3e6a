"""docs/releases.md: its example works, and what it names exists."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from builders import PROJECT
from release_folders import candidates, filed, release, table

from capex_pipeline.release import datapackage, manifest, odcs, spreadsheets, views

TEXT = (PROJECT / "docs" / "releases.md").read_text(encoding="utf-8")


def reader() -> Any:
    """The function of the page."""
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    return names["read_release"]


def test_the_example_reads_a_whole_release_and_refuses_a_mixed_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = candidates(tmp_path / "warehouse", capex_by_definition=table("capex_by_definition", filed("a")))
    release(warehouse)
    read_release = reader()
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
    for name in (manifest.NAME, datapackage.NAME, odcs.NAME, views.NAME, f"{spreadsheets.FOLDER}/"):
        assert f"| `{name}` |" in TEXT
