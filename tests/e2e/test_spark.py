"""The bulk path on Apache Spark, through Dagster: the same files as on this machine, also when a worker is lost on the way."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest
from builders import PROJECT, RAW_SMALL
from running import free_port, processes_with, wait_for

from capex_pipeline.definitions import build_defs
from capex_pipeline.edgar_bulk import dataset, spark_engine, work_list
from capex_pipeline.normalise import company_parts, ingest
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.storage.warehouse import Warehouse

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow("starts Spark"),
    pytest.mark.skipif(
        spark_engine.missing() is not None, reason=str(spark_engine.missing()).partition(", or take")[0]
    ),
]
FILERS = 64
PARTS = 32
"""Each part is a task: so many that some are left when a worker is killed."""

INSTANCES = PROJECT / "raw" / "filings" / "instances"


@pytest.fixture(scope="module", autouse=True)
def _few_parts() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work_list, "PARTS", PARTS)
        yield


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bulk archive of invented filers, made of the companyfacts under raw/ as the benchmark makes it."""
    spec = importlib.util.spec_from_file_location("companyfacts_bulk", PROJECT / "benchmarks" / "companyfacts_bulk.py")
    assert spec is not None and spec.loader is not None
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    path = tmp_path_factory.mktemp("archive") / "companyfacts.zip"
    benchmark.generate(path, FILERS, benchmark.SHIPPED)
    return path


def build(root: Path, archive: Path, **config: Any) -> dataset.Current:
    """Runs the job of the code location; the data set that it made."""
    with dg.DagsterInstance.ephemeral() as instance:
        result = (
            build_defs()
            .resolve_job_def("build_filer_quarters")
            .execute_in_process(
                instance=instance,
                run_config={
                    "ops": {
                        "filer_quarters": {
                            "config": {
                                "archive": str(archive),
                                "instances": str(INSTANCES),
                                "target": str(root),
                                **config,
                            }
                        }
                    },
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                },
            )
        )
    assert result.success
    found = dataset.current(root)
    assert found is not None
    return found


def bytes_of(found: dataset.Current) -> dict[str, bytes]:
    files = [path for path in found.folder.rglob("*") if path.is_file()]
    return {path.relative_to(found.folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def local(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> dataset.Current:
    """What the engine of this machine makes."""
    found = build(tmp_path_factory.mktemp("local") / "q", archive, engine="local", workers=2)
    rows = pd.read_parquet(found.folder)
    assert len(rows) > 1000 and rows["cik"].nunique() > FILERS
    return found


def assert_equal(found: dataset.Current, local: dataset.Current) -> None:
    """Every row and every value, and then every byte."""
    one, two = pd.read_parquet(found.folder), pd.read_parquet(local.folder)
    pd.testing.assert_frame_equal(one, two, check_exact=True)
    assert bytes_of(found) == bytes_of(local)


def test_a_job_that_fails_says_why_and_leaves_what_was_there(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAPEX_PIPELINE_TEST", str(tmp_path))
    with pytest.raises(dg.Failure, match=r"the Spark job on local\[0\] failed") as caught:
        build(tmp_path / "q", archive, engine="spark", master="local[0]")
    assert "Asked to run locally with 0 threads" in str(caught.value.description)
    assert dataset.current(tmp_path / "q") is None
    assert list(tmp_path.glob(".q.staging/parts.*")) == []
    assert_nothing_left(tmp_path)


def assert_nothing_left(folder: Path, but_for: Sequence[int] = ()) -> None:
    """Every process that was started for a test, by Dagster or by Spark, has ended."""

    def left() -> list[tuple[int, str]]:
        return [(pid, command) for pid, command in processes_with(str(folder)) if pid not in but_for]

    with contextlib.suppress(AssertionError):
        wait_for("the end of every process", lambda: not left(), 120)
    assert left() == []


@dataclass
class Cluster:
    """A standalone master and two workers of one core each. A test kills the first worker; the next one gets another in its place."""

    address: str
    logs: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *arguments: str, **environment: str) -> None:
        """Starts a process of Spark, whose log is added to that of an earlier one of its name."""
        home = Path(str(importlib.util.find_spec("pyspark").origin)).parent  # type: ignore[union-attr]
        with (self.logs / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [str(home / "bin" / "spark-class"), *arguments],
                env={
                    **os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "CAPEX_PIPELINE_TEST": str(self.logs),
                    "PYSPARK_PYTHON": sys.executable, **environment,
                },
                cwd=self.logs, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def start_workers(self, *numbers: int) -> None:
        """Starts workers and waits until the master knows them."""
        known = self.told("Registering worker")
        for number in numbers:
            self.start(
                f"worker{number}", "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g",
                "--webui-port", "0", "--work-dir", str(self.logs / f"work{number}"), self.address, CAPEX_PIPELINE_WORKER=str(number),
            )  # fmt: skip
        wait_for("the workers", lambda: self.told("Registering worker") == known + len(numbers))

    def told(self, words: str) -> int:
        """How often the master's log has these words."""
        return (self.logs / "master.log").read_text(errors="replace").count(words)

    def executors(self, worker: int) -> list[int]:
        """Processes that a worker has started."""
        return [
            pid for pid, command in processes_with(f"CAPEX_PIPELINE_WORKER={worker}") if "ExecutorBackend" in command
        ]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The cluster, in which a worker may have been killed."""
    port = free_port()
    found = Cluster(f"spark://127.0.0.1:{port}", tmp_path_factory.mktemp("cluster"))
    try:
        found.start(
            "master", "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"
        )  # fmt: skip
        found.start_workers(1, 2)
        yield found
    finally:
        for process in found.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def cluster(started: Cluster) -> Cluster:
    """The cluster with both workers."""
    if started.processes["worker1"].poll() is not None:
        started.start_workers(1)
    return started


def kill_worker(number: int) -> None:
    """Kills a worker and all that it started, as when a machine dies."""
    while left := processes_with(f"CAPEX_PIPELINE_WORKER={number}"):
        for pid, _ in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


EVIDENCE = ("documents", "figures", "rejected_figures", "article_mentions", "observations")


def evidence(warehouse: Path, master: str) -> Warehouse:
    """The evidence of the small archive, computed in many groups."""
    settings = Settings(raw=str(RAW_SMALL), warehouse=str(warehouse), spark_master=master)
    with dg.DagsterInstance.ephemeral() as instance:
        result = (
            build_defs({"settings": settings})
            .resolve_job_def("build_everything")
            .execute_in_process(
                instance=instance,
                asset_selection=[dg.AssetKey(table) for table in EVIDENCE],
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )
        )
    assert result.success
    return settings.open_candidates()


def test_tables_are_the_same_when_spark_computes_them_and_loses_a_worker(
    cluster: Cluster, small: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setattr(company_parts, "ROWS_AT_ONCE", 50)
    monkeypatch.setattr(ingest, "_FILES_AT_ONCE", 2)

    def kill_one() -> None:
        wait_for("two executors", lambda: cluster.executors(1) and cluster.executors(2), pause=0.05)
        kill_worker(1)

    removed = cluster.told("Removing worker")
    killer = threading.Thread(target=kill_one)
    killer.start()
    there = evidence(tmp_path / "there", cluster.address)
    killer.join()
    for table in EVIDENCE:
        assert there.path(table).read_bytes() == small.candidates().path(table).read_bytes()
    wait_for("the master's word that a worker is lost", lambda: cluster.told("Removing worker") > removed, 60)


def test_work_on_a_master_that_does_not_exist_fails_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "_FILES_AT_ONCE", 2)
    with pytest.raises(dg.Failure, match=r"The work on the Spark master local\[0\] failed") as caught:
        evidence(tmp_path / "wh", "local[0]")
    assert "Asked to run locally with 0 threads" in str(caught.value.description)
    assert not (tmp_path / "wh" / "capex.parquet").exists()


def test_a_job_completes_with_the_same_rows_when_a_worker_is_killed(
    archive: Path, local: dataset.Current, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAPEX_PIPELINE_TEST", str(tmp_path))
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    root = tmp_path / "q"
    seen: dict[str, Any] = {}

    def kill_one() -> None:
        """Kills the first worker once both have an executor and some parts are there."""

        def written() -> int:
            return len(list(root.with_name(".q.staging").glob("parts.*/cik_part=*/quarters.parquet")))

        wait_for(
            "the first parts", lambda: written() >= 2 and cluster.executors(1) and cluster.executors(2), pause=0.05
        )
        seen["executors"] = cluster.executors(1)
        kill_worker(1)
        seen["written"] = written()

    removed = cluster.told("Removing worker")
    killer = threading.Thread(target=kill_one)
    killer.start()
    found = build(root, archive, engine="spark", master=cluster.address)
    killer.join()
    assert len(seen["executors"]) == 1
    assert seen["written"] < len(list(local.folder.glob("cik_part=*")))
    wait_for("the end of the first worker", lambda: cluster.processes["worker1"].poll() == -signal.SIGKILL, 30)
    assert_equal(found, local)
    wait_for("the master's word that a worker is lost", lambda: cluster.told("Removing worker") > removed, 60)
    assert_nothing_left(tmp_path)
    # Executors and their Python processes; master and the other worker wait for the next job.
    assert_nothing_left(cluster.logs, [process.pid for process in cluster.processes.values()])
    assert [cluster.processes[name].poll() for name in ("master", "worker1", "worker2")] == [
        None,
        -signal.SIGKILL,
        None,
    ]
