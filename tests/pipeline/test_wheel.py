"""The wheel: complete, and in an empty environment `init` and `build` make a table."""

from __future__ import annotations

import email.parser
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from builders import PROJECT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.slow("builds the wheel and installs it into an environment of its own")


def run(*command: str | Path, cwd: Path) -> str:
    """Output of a command that has to succeed."""
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CAPEX_PIPELINE_", "DAGSTER_", "PYTHON"))
    }
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=plain, capture_output=True, text=True, check=False
    )
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


def requirements_of(wheel: Path) -> list[str]:
    """What the wheel says that it needs, in the words of its metadata."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return email.parser.BytesParser().parsebytes(archive.read(name)).get_all("Requires-Dist", [])


def closure(requirements: list[str]) -> dict[str, metadata.Distribution]:
    """The distributions of this environment that an installer would install for these requirements, by name."""
    found: dict[str, metadata.Distribution] = {}
    wanted = [(Requirement(text), "") for text in requirements]
    seen: set[tuple[str, str]] = set()
    while wanted:
        requirement, extra = wanted.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        for one in ("", *requirement.extras):
            if (requirement.name, one) not in seen:
                seen.add((requirement.name, one))
                distribution = found[canonicalize_name(requirement.name)] = metadata.distribution(requirement.name)
                assert requirement.specifier.contains(distribution.version, prereleases=True), str(requirement)
                wanted += [(Requirement(text), one) for text in distribution.requires or []]
    return found


def link(distributions: dict[str, metadata.Distribution], programs: Path, packages: Path) -> None:
    """Puts distributions of this environment into another one, as links: unpacking and compiling them again takes most of a minute."""
    here = Path(sysconfig.get_path("purelib"))
    names = {file.parts[0] for one in distributions.values() for file in one.files or [] if file.parts[0] != ".."}
    for name in names - {"__pycache__"}:
        if (here / name).exists() and not (packages / name).exists():
            (packages / name).symlink_to(here / name)
    for one in distributions.values():
        for script in one.entry_points.select(group="console_scripts"):
            function = script.value.replace(":", " import ")
            called = script.attr
            (programs / script.name).write_text(f"#!{programs / 'python'}\nfrom {function}\n{called}()\n")
            (programs / script.name).chmod(0o755)


@pytest.mark.e2e
def test_an_installed_wheel_makes_a_project_that_builds(wheel: Path, tmp_path: Path) -> None:
    """With the distributions that the wheel names, and those that they name, and no other."""
    environment = tmp_path / "environment"
    venv.create(environment, symlinks=True)
    programs = environment / "bin"
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(environment), "platbase": str(environment)}))
    needed = closure(requirements_of(wheel))
    assert {"dagster", "pandas", "pyarrow"} <= set(needed) and not {"pytest", "duckdb", "polars"} & set(needed)
    link(needed, programs, packages)
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        programs / "python",
        "install",
        "--quiet",
        "--no-deps",
        wheel,
        cwd=tmp_path,
    )
    run(programs / "capex-pipeline", "init", "project", cwd=tmp_path)
    project = tmp_path / "project"
    assert "report.html" in run(programs / "capex-pipeline", "build", cwd=project)
    rows = pq.read_table(project / "warehouse" / "capex.parquet", columns=["amount_usd"])
    assert sorted(rows["amount_usd"].to_pylist()) == [1e9, 1.25e9]
    listed = run(programs / "dagster", "job", "list", "-w", "workspace.yaml", cwd=project)
    assert "build_everything" in listed
