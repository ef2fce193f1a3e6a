"""The command `capex-pipeline`: what it prints and how it ends."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from builders import RawFolder, document, lines_of, row

from capex_pipeline.cli.main import main
from capex_pipeline.normalise import published
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.derive import data_dictionary
from capex_pipeline.storage.warehouse import Warehouse

pytestmark = pytest.mark.usefixtures("no_settings")


@pytest.mark.usefixtures("short_page")
@pytest.mark.slow("builds the small archive")
def test_a_build_says_rows_periods_and_change(
    raw_copy: Path, warehouse_copy: Warehouse, capsys: pytest.CaptureFixture[str]
) -> None:
    """Into the working directory's folders: first nothing is to do, then one article is gone."""
    assert main(["build"]) == 0
    said = capsys.readouterr().out
    table = lines_of(said)
    assert set(table) == {"table", *TABLES}
    assert table["capex_by_definition"] == ["capex_by_definition", "20", "2023-04-01 to 2025-03-31", "unchanged"]
    assert table["figures"][1] == "25" and table["rejected_figures"][1] == "7", (
        "seven metrics of Microsoft's that the small file lacks"
    )
    assert {columns[-1] for name, columns in table.items() if name != "table"} == {"unchanged"}
    assert str(warehouse_copy.root) in said
    assert "contradictions_are_explained" in said, "a check that failed is said"

    raw = RawFolder(raw_copy)
    raw.table("one.csv", [row(unit="bananas", period="Q1 2024")])
    raw.table("two.csv", [row(period="Q1 2024")], [document(document_id="two")])
    partial = shutil.copytree(str(warehouse_copy.root), str(warehouse_copy.root) + "_without")
    Path(partial, "manifest.json").unlink()  # a release of all documents is not replaced by one without some
    left_out = ["--leave-out", "articles/2024-08-26-spending.yaml", "--leave-out", "two.csv"]
    assert main(["build", "--warehouse", partial, *left_out]) == 0
    said = capsys.readouterr().out
    table = lines_of(said)
    assert table["capex_by_definition"][-1] == "changed (-2 rows)" and table["figures"][-1] == "changed (-7 rows)"
    assert table["entities"][-1] == table["cloud_revenue_by_definition"][-1] == "unchanged"
    assert "one.csv, row 2: The unit 'bananas' is not known" in said

    assert main(["summary", "--warehouse", partial]) == 0
    said = capsys.readouterr().out
    assert lines_of(said)["capex_by_definition"] == ["capex_by_definition", "18", "2023-04-01 to 2025-03-31"]
    assert "not built" not in said and "bananas" in said


@pytest.mark.usefixtures("short_page")
@pytest.mark.slow("builds the small archive")
def test_a_build_that_fails_says_which_table_and_why(
    raw_copy: Path, warehouse_copy: Warehouse, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for table in ("capex_by_definition", "coverage"):
        for tables in (warehouse_copy, warehouse_copy.candidates()):
            Path(str(tables.path(table))).unlink(missing_ok=True)
    compute = published.capex_by_definition
    monkeypatch.setattr(
        published, "capex_by_definition", lambda *arguments: compute(*arguments).assign(entity_type="committee")
    )
    assert main(["build", "--raw", str(raw_copy)]) == 1
    said = capsys.readouterr()
    assert (
        "FAILED capex_by_definition" in said.err
        and "Table capex_by_definition was not replaced" in said.err
        and "isin" in said.err
    )
    assert (
        lines_of(said.out)["capex_by_definition"][-1] == "not there"
        and lines_of(said.out)["coverage"][-1] == "not there"
    )
    assert lines_of(said.out)["figures"][-1] == "unchanged"


def test_the_dictionary_is_written(no_settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dictionary", "page.md"]) == 0
    assert (no_settings / "page.md").read_text(encoding="utf-8") == data_dictionary()
    assert main(["dictionary"]) == 0
    assert (no_settings / "warehouse" / "README.md").is_file()


@pytest.mark.slow("runs a build")
def test_one_mistake_in_the_reference_data_is_one_line_that_names_the_steps(
    raw: RawFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw.table("one.csv", [row(period="Q1 2024")])
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "products.yaml").write_text("products: [{product_id: x9}]")
    folders = ["--raw", str(raw.root), "--warehouse", str(tmp_path / "warehouse"), "--reference", str(tmp_path / "own")]
    assert main(["build", *folders]) == 1
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("FAILED")]
    assert lines[0].startswith(
        f"FAILED definitions, entities, evidence, metrics, products: {tmp_path}/own/products.yaml, x9, supplier_id is missing; add it."
    )
    assert sum("supplier_id" in line for line in lines) == 1


def test_a_reference_folder_that_is_not_there_is_a_usage_error(
    raw: RawFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "--raw", str(raw.root), "--reference", str(tmp_path / "absent")]) == 2
    assert "There is no folder" in capsys.readouterr().err
