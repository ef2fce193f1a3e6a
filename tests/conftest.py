"""What every test may use: a clean environment, the reference data, a raw/ folder to fill, and one build of the shipped raw/."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

# Fixtures import what they need when they are asked: the process that only hands out tests never is.
if TYPE_CHECKING:
    from builders import KeptBuilds, RawFolder

    from capex_pipeline.reference import Reference
    from capex_pipeline.storage.warehouse import Warehouse

# Nothing leaves the machine while tests run, and no test writes into the home that a person works with.
os.environ["DAGSTER_DISABLE_TELEMETRY"] = "yes"
for _variable in ("DAGSTER_HOME", "CAPEX_PIPELINE_RAW", "CAPEX_PIPELINE_WAREHOUSE", "CAPEX_PIPELINE_REFERENCE"):
    os.environ.pop(_variable, None)

# No test of this process loses its power, so none waits for the disk: a small build flushes 190 files, each in some milliseconds. Processes that
# a test starts flush as usual, and tests/soak/faults.py counts the calls and simulates the loss of what was not flushed.
os.fsync = lambda handle: None  # type: ignore[assignment]

# Spark's processes live for seconds: the second compiler of Java, and checking the classes of Spark again, take more time than they are worth.
os.environ.setdefault(
    "JAVA_TOOL_OPTIONS",
    "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote",
)

# What is imported and collected lives as long as the session: looking through it again and again takes a tenth of the time.
gc.set_threshold(100_000, 50, 100)


def pytest_configure(config: pytest.Config) -> None:
    """Settings of libraries, in the processes that run tests: the one that only hands them out would import Dagster and Hypothesis for nothing."""
    if config.getoption("dist", "no") != "no":
        return
    from hypothesis import settings

    # A busy machine is slow, not wrong: no example has a time limit. A person who waits for the quick part is served with half of the examples.
    is_quick = "not slow" in config.getoption("markexpr")
    settings.register_profile("any machine", deadline=None, max_examples=25 if is_quick else 50)
    settings.load_profile("any machine")
    for warning in ("BetaWarning", "PreviewWarning", "SupersessionWarning"):
        config.addinivalue_line("filterwarnings", f"error::dagster.{warning}")


@pytest.fixture(autouse=True, scope="session")
def _files_count_as_complete() -> Iterator[None]:
    """Tests write documents and build at once; a build would wait until they have been left alone for a second.

    Once a session: set and undone for each test, it takes longer than an empty test.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("capex_pipeline.raw.folder.SETTLE_SECONDS", 0.0)
        yield


FIRST_SERVERS = ("test_server.py", "test_spark.py", "test_web_interface.py")
"""Files of tests/e2e that one worker runs one after the other; a second worker runs the rest of the folder."""


def _unit_of_work(nodeid: str) -> str:
    """What one worker runs as a whole: a file, or one of the two groups of files that start servers.

    Servers wait more than they compute, and starve each other when they all start together. Two groups leave the other workers to the tests
    that compute.
    """
    file = nodeid.split("::", 1)[0]
    folder, _, name = file.rpartition("/")
    return file if folder != "tests/e2e" else f"servers {1 if name in FIRST_SERVERS else 2}"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """`--dist loadfile`, with `_unit_of_work` in the place of a file."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _unit_of_work(nodeid)

    return Scheduling(config, log)


BUILT = {
    "shipped": "reads the tables of the shipped archive, whose build takes half a minute",
    "small": "reads the tables of the small archive, whose build takes ten seconds",
    "warehouse_copy": "changes the tables of the small archive, whose build takes ten seconds",
}
"""Fixtures that build all tables, and why a test that asks for one is slow."""


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what is not chosen
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of built tables are slow. The groups of servers take longest, so they start first; all else stays in the order of folders."""
    for item in items:
        for fixture in sorted(BUILT.keys() & set(getattr(item, "fixturenames", ()))):
            item.add_marker(pytest.mark.slow(BUILT[fixture]))
    units = {item: _unit_of_work(item.nodeid) for item in items}
    items.sort(key=lambda item: units[item] if units[item].startswith("servers ") else "then all else")


def pytest_collection_finish() -> None:
    """What was collected is kept out of every later search for garbage, pytest's own at the end included.

    Libraries that count what they still hold when the process ends find it collected.
    """
    gc.freeze()
    atexit.register(gc.unfreeze)


SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def reference() -> Reference:
    """The project's own reference data."""
    from capex_pipeline.reference import load

    return load()


@pytest.fixture
def raw(tmp_path: Path) -> RawFolder:
    """An empty folder of documents."""
    from builders import RawFolder

    folder = tmp_path / "raw"
    folder.mkdir()
    return RawFolder(folder)


@pytest.fixture
def no_tables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A warehouse that does not exist, in place of one that the checkout may have: reviews compare with its tables."""
    monkeypatch.setenv("CAPEX_PIPELINE_WAREHOUSE", str(tmp_path / "no-warehouse"))


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A working directory of one's own, and no variable that names another."""
    for variable in ("DAGSTER_HOME", "CAPEX_PIPELINE_RAW", "CAPEX_PIPELINE_WAREHOUSE", "CAPEX_PIPELINE_REFERENCE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    yield tmp_path


@pytest.fixture(scope="session")
def builds(tmp_path_factory: pytest.TempPathFactory) -> KeptBuilds:
    """Builds that all processes of a session share."""
    from builders import KeptBuilds

    common = tmp_path_factory.getbasetemp()
    return KeptBuilds((common.parent if "PYTEST_XDIST_WORKER" in os.environ else common) / "builds")


@pytest.fixture(scope="session")
def shipped(builds: KeptBuilds) -> Warehouse:
    """A warehouse built from the shipped raw/. Read only."""
    from builders import PROJECT

    from capex_pipeline.storage.warehouse import Warehouse

    return Warehouse(builds.kept(PROJECT / "raw"))


@pytest.fixture
def from_memory(builds: KeptBuilds) -> Iterator[None]:
    """Builds take tables of equal inputs from those that were computed before in this run of the tests; documents are read, and files written.

    For tests of what surrounds the computation: runs, sensors, releases. Not for a test that replaces a rule.
    """
    with builds.from_memory():
        yield


@pytest.fixture
def few_tables_are_released(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release of a few tables that were built again beside the others of a whole build, which it would refuse as out of date.

    For tests of what surrounds the tables, on a copy of a built warehouse; see `TO_CAPEX`.
    """
    monkeypatch.setattr("capex_pipeline.orchestration.assets.release.stale_tables", lambda settings: [])


@pytest.fixture
def short_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds write a page of a few lines, for tests of commands that look at something else: drawing it takes longer than the build."""
    from soak.building import rendered

    monkeypatch.setattr("capex_pipeline.report.page.render", rendered)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared facts beside the project; a test that needs it is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("there is no folder of shared facts beside the project")
    return SHARED


@pytest.fixture(scope="session")
def small(builds: KeptBuilds) -> Warehouse:
    """The warehouse of the small raw/. Read only."""
    from builders import RAW_SMALL

    from capex_pipeline.storage.warehouse import Warehouse

    return Warehouse(builds.kept(RAW_SMALL))


@pytest.fixture
def raw_copy(tmp_path: Path) -> Path:
    """A copy of the small raw/ that a test may change."""
    from builders import RAW_SMALL

    return Path(shutil.copytree(RAW_SMALL, tmp_path / "raw"))


@pytest.fixture
def warehouse_copy(builds: KeptBuilds, tmp_path: Path) -> Warehouse:
    """A copy of the built warehouse that a test may change, with modes and times of its files."""
    from builders import RAW_SMALL

    return builds.copy(RAW_SMALL, tmp_path / "warehouse")
