"""The command `export`: tables as files in a folder, and what it says when it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import frame_of

from capex_pipeline.cli.main import main
from capex_pipeline.storage.warehouse import Warehouse


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    rows = frame_of("metrics", {"metric_id": "capex", "description": "=1+1"})
    Warehouse(tmp_path / "warehouse").write("metrics", rows, "f" * 64)
    return tmp_path / "warehouse"


def test_a_named_table_is_written_as_csv(warehouse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "metrics", "--warehouse", str(warehouse), "--to", str(tmp_path / "out")]) == 0
    text = (tmp_path / "out" / "metrics.csv").read_text(encoding="utf-8-sig")
    assert "capex" in text and "'=1+1" in text, "a text that a spreadsheet would run is disarmed"
    assert "1 rows" in capsys.readouterr().out


def test_an_unknown_table_is_named(warehouse: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "capes", "--warehouse", str(warehouse)]) == 2
    assert "There is no table capes. Tables: capex" in capsys.readouterr().err


def test_a_table_that_is_not_there_is_named(
    warehouse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "capex", "--warehouse", str(warehouse), "--to", str(tmp_path / "out")]) == 1
    assert "capex" in capsys.readouterr().err
