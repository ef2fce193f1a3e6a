"""The example of docs/adding-a-company.md: its files build the rows that it shows, and its error is the one that it quotes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from builders import PROJECT, build

from capex_pipeline.reference import ReferenceError, load
from capex_pipeline.storage.warehouse import Warehouse

PAGE = (PROJECT / "docs" / "adding-a-company.md").read_text(encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The files of the page; the first line of each block names its file."""
    for name, text in re.findall(r"```(?:yaml\n#|html\n<!--) (\S+)(?: -->)?\n(.*?)```", PAGE, re.DOTALL):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def shown_rows() -> list[list[str]]:
    """The cells of the page's table of results."""
    table = PAGE.split("`capex-pipeline build` gives:")[1].split("## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().splitlines()]
    return [rows[0], *rows[2:]]


@pytest.mark.slow("runs whole builds of a few documents")
def test_the_files_of_the_page_build_the_rows_of_the_page(project: Path) -> None:
    (_, *columns), *rows = shown_rows()
    shown = {table for table, *_ in rows}
    assert build(project / "raw", project / "warehouse", only=shown, reference=str(project / "reference")).success
    figures = Warehouse(project / "warehouse").candidates().read("figures")
    read = figures[figures["document_id"] == "harbour-cloud-2024-q3"]
    assert read[["metric_id", "value", "currency", "review_state"]].to_numpy().tolist() == [
        ["capex", 900e6, "USD", "machine"]
    ]
    for table, *cells in rows:
        found = Warehouse(project / "warehouse").candidates().read(table, columns)
        assert [f"{value:,.0f}" if isinstance(value, float) else str(value) for value in found.iloc[0]] == cells
        assert len(found) == 1


def test_the_error_of_the_page_is_the_one_that_the_loader_raises(project: Path) -> None:
    filers = project / "reference" / "filers.yaml"
    filers.write_text(filers.read_text(encoding="utf-8").replace("cash_purchases", "cash_purchase"), encoding="utf-8")
    with pytest.raises(ReferenceError) as error:
        load(project / "reference")
    quoted = " ".join(PAGE.split("what to do:")[1].split("```")[1].split())
    assert str(error.value).replace(f"{project}/", "") == quoted
