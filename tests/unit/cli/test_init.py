"""`capex-pipeline init`: a new project whose example builds, and nothing written over."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from builders import PROJECT, build

from capex_pipeline.cli.init_project import create_project
from capex_pipeline.cli.main import main
from capex_pipeline.raw.printed_rows import PRINTED_COLUMNS
from capex_pipeline.storage.warehouse import Warehouse

pytestmark = pytest.mark.usefixtures("no_settings")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    create_project(folder)
    return folder


def test_a_project_has_documents_reference_data_and_settings_of_dagster(project: Path) -> None:
    assert sorted(path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_file()) == [
        ".gitignore", "README.md", "dagster.yaml", "raw/README.md", "raw/announcements/example-cloud-2024-q3.yaml",
        "reference/README.md", "reference/definitions.yaml", "reference/entities.yaml", "workspace.yaml",
    ]  # fmt: skip
    for name in ("dagster.yaml", "workspace.yaml"):
        assert yaml.safe_load((project / name).read_text(encoding="utf-8"))
    assert (project / "workspace.yaml").read_bytes() == (PROJECT / "workspace.yaml").read_bytes()
    words = (project / "raw" / "README.md").read_text(encoding="utf-8")
    assert all(f"`{column}`" in words for column in PRINTED_COLUMNS) and "{" not in words


@pytest.mark.usefixtures("from_memory")
@pytest.mark.slow("builds a new project")
def test_the_example_of_a_new_project_builds(project: Path) -> None:
    result = build(project / "raw", project / "warehouse", reference=str(project / "reference"))
    assert result.success
    warehouse = Warehouse(project / "warehouse")
    rows = warehouse.read("capex", ["entity_id", "calendar_quarter", "amount_usd", "yoy_local_pct"])
    # 1,250 against 1,000 million a year before is growth of 25 percent.
    assert rows.sort_values("calendar_quarter").fillna(0).to_numpy().tolist() == [
        ["example_cloud", "2023Q3", 1_000e6, 0], ["example_cloud", "2024Q3", 1_250e6, 25.0],
    ]  # fmt: skip
    assert warehouse.read("cloud_revenue", ["amount_usd"])["amount_usd"].tolist() == [3.6e9]
    assert warehouse.read("rejected_figures").empty


def test_the_command_writes_into_an_empty_folder_and_names_the_next_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "new").mkdir()
    assert main(["init", "new"]) == 0
    assert capsys.readouterr().out.endswith("Next: cd new && capex-pipeline build\n")
    assert (tmp_path / "new" / "workspace.yaml").is_file()


@pytest.mark.parametrize("name", ["notes.txt", ".git"])
def test_a_folder_that_is_not_empty_is_refused_and_left_as_it_is(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / name).write_text("mine")
    assert main(["init", str(tmp_path / "used")]) == 1
    assert capsys.readouterr().err == f"{tmp_path / 'used'} is not empty; name a new or an empty folder.\n"
    assert [path.name for path in (tmp_path / "used").iterdir()] == [name]


def test_a_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("mine")
    assert main(["init", str(tmp_path / "file")]) == 1
    assert "is a file; name a new or an empty folder." in capsys.readouterr().err
    assert main(["init", str(tmp_path / "file" / "below")]) == 1
    assert "cannot be written to" in capsys.readouterr().err
