"""Builds with a reference overlay: its companies are in the tables, and a change of it rebuilds what depends on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
from builders import PROJECT, RawFolder, build, changes, document, lines_of, row

from capex_pipeline.cli.main import main
from capex_pipeline.orchestration.sensors import raw_folder
from capex_pipeline.storage.locations import RAW_VARIABLE, REFERENCE_VARIABLE, WAREHOUSE_VARIABLE
from capex_pipeline.storage.warehouse import Warehouse

pytestmark = pytest.mark.slow("runs whole builds of a few documents")

COMPANY = """
entities:
  - entity_id: example_cloud
    name: Example Cloud
    type: company
    currency: USD
    fiscal_year_end: {month: 9, rule: month_end}
    preferred_definitions:
      capex: [{definition_id: cash_purchases}]
"""


@pytest.fixture
def project(raw: RawFolder, tmp_path: Path) -> Path:
    """A folder with raw/ and reference/, whose one document is about a company of the overlay."""
    raw.yaml(
        "results.yaml",
        [row(entity="Example Cloud", period="Q2 FY2024", value="120", unit="USD million")],
        document(title="Results"),
    )
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "entities.yaml").write_text(COMPANY, encoding="utf-8")
    return tmp_path


def built(project: Path, overlay: Path) -> dg.ExecuteInProcessResult:
    """A build of the capital expenditure of the project's document."""
    return build(project / "raw", project / "warehouse", only=("capex",), reference=str(overlay))


def capex(project: Path) -> list[list[object]]:
    rows = Warehouse(project / "warehouse").candidates().read("capex", ["entity_id", "calendar_quarter", "amount_usd"])
    return [[entity, quarter, amount] for entity, quarter, amount in rows.itertuples(index=False)]


def test_a_company_of_the_overlay_is_built_and_a_change_of_the_overlay_rebuilds(project: Path) -> None:
    overlay = project / "reference"
    assert built(project, overlay).success
    # The second quarter of a fiscal year that ends in September is January to March.
    assert capex(project) == [["example_cloud", "2024Q1", 120e6]]

    unchanged = changes(built(project, overlay))
    assert set(unchanged.values()) == {"unchanged"}

    (overlay / "entities.yaml").write_text(COMPANY.replace("month: 9", "month: 12"), encoding="utf-8")
    assert changes(built(project, overlay))["capex"] == "changed"
    assert capex(project) == [["example_cloud", "2024Q2", 120e6]]


def test_without_the_overlay_the_company_is_unknown_and_the_row_says_so(project: Path) -> None:
    assert build(project / "raw", project / "warehouse", only=("rejected_figures",)).success
    rejected = Warehouse(project / "warehouse").candidates().read("rejected_figures", ["rule", "message"])
    assert rejected["rule"].tolist() == ["unknown_entity"]
    assert "Example Cloud" in rejected["message"].iloc[0]


WARM = """
import json, sys
from capex_pipeline.cli.main import main
assert main(["build"]) == 0
print(json.dumps([name for name in sys.argv[1:] if name in sys.modules]))
"""


@pytest.mark.usefixtures("from_memory", "short_page")
def test_a_build_with_nothing_to_do_loads_nothing_heavy_and_a_changed_overlay_is_asked_for(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The libraries that compute take longer to import than such a build has work of its own; the overlay is compared by its bytes, also by the sensor."""
    for variable, name in ((RAW_VARIABLE, "raw"), (WAREHOUSE_VARIABLE, "warehouse"), (REFERENCE_VARIABLE, "reference")):
        monkeypatch.setenv(variable, str(project / name))
    assert main(["build"]) == 0
    first = lines_of(capsys.readouterr().out)

    heavy = {"pandas", "numpy", "pandera", "pyarrow", "capex_pipeline.reference"}
    assert heavy <= set(sys.modules), "what computes is loaded in this process"
    command = [sys.executable, "-c", WARM, *heavy]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    warm = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(warm.stdout.strip().splitlines()[-1]) == []
    second = lines_of(warm.stdout)
    assert first["capex_by_definition"] == ["capex_by_definition", "1", "2024-01-01 to 2024-03-31", "new"]
    assert {columns[-1] for table, columns in second.items() if table != "table"} == {"unchanged"}
    assert {table: columns[:-1] for table, columns in first.items()} == {
        table: columns[:-1] for table, columns in second.items()
    }, "rows and periods are said as when they were read"

    def asked() -> int:
        with dg.DagsterInstance.ephemeral() as instance, dg.build_sensor_context(instance) as context:
            return len(raw_folder.evaluate_tick(context).run_requests or [])

    assert asked() == 0
    (project / "reference" / "products.yaml").write_text("products: []\n", encoding="utf-8")
    assert asked() == 1
