"""The wheel: complete, and in an empty environment `init` and `build` make a table."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from builders import PROJECT

pytestmark = pytest.mark.slow

_NO_NETWORK = (
    "name resolution",
    "Failed to establish a new connection",
    "Network is unreachable",
    "Connection refused",
)


def run(*command: str | Path, cwd: Path) -> str:
    """Output of a command that has to succeed. A machine without a package index skips the test."""
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CAPEX_PIPELINE_", "DAGSTER_", "PYTHON"))
    }
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=plain, capture_output=True, text=True, check=False
    )
    if done.returncode and any(words in done.stderr for words in _NO_NETWORK):
        pytest.skip("no package index can be reached")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the package, built from a copy so that nothing stale is in it."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(PROJECT / "capex_pipeline", source / "capex_pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, source)
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, source, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


def test_every_file_of_the_package_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if name.startswith("capex_pipeline/")}
    package = PROJECT / "capex_pipeline"
    files = {
        path.relative_to(PROJECT).as_posix() for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc"
    }
    assert held == files


@pytest.mark.e2e
def test_an_installed_wheel_makes_a_project_that_builds(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    programs = environment / "bin"
    run(
        programs / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--constraint",
        PROJECT / "constraints.txt",
        wheel,
        cwd=tmp_path,
    )
    run(programs / "capex-pipeline", "init", "project", cwd=tmp_path)
    project = tmp_path / "project"
    assert "report.html" in run(programs / "capex-pipeline", "build", cwd=project)
    rows = "import pandas; print(pandas.read_parquet('warehouse/capex.parquet')['amount_usd'].sort_values().tolist())"
    assert run(programs / "python", "-c", rows, cwd=project).strip() == "[1000000000.0, 1250000000.0]"
    listed = run(programs / "dagster", "job", "list", "-w", "workspace.yaml", cwd=project)
    assert "build_everything" in listed
