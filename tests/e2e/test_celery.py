"""Runs on several machines as in deploy/celery: a backfill of builds as of two month-ends, of which one worker dies on the way."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from builders import RawFolder, build, document, row
from deployed import CELERY, SERVER, Deployment, settings
from running import Dagster, free_port, processes_with, wait_for
from test_server import database, needs_postgres, variables  # noqa: F401 - the fixture is asked for by its name

from capex_pipeline.orchestration.dead_runs import DIED
from capex_pipeline.schemas import TABLES

MONTHS = ("2025-01", "2025-02")
WORKERS = ("one", "two")
LONGEST_RUN = 100
"""Seconds after which the test's Dagster gives a run up (the example's are 900): many times what a run takes, some times what it takes
on a busy machine."""

needs_celery = pytest.mark.skipif(
    not (shutil.which("redis-server") and importlib.util.find_spec("dagster_celery")),
    reason="needs Redis (Debian: redis-server) and the extra celery",
)
pytestmark = pytest.mark.e2e


@dataclass
class Cluster:
    """Code server, web server, daemon and two workers of one place each."""

    dagster: Dagster
    deployment: Deployment
    warehouse: Path

    def log(self, worker: str) -> str:
        return self.deployment.services[worker].log.read_text(errors="replace")

    def kill(self, worker: str) -> None:
        """A worker and all that it has started, as when its machine dies."""
        process = self.deployment.services[worker].process
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)

    def tasks(self, worker: str, what: str) -> list[str]:
        """Ids of the tasks that a worker has received, or that have succeeded there."""
        return re.findall(rf"Task execute_job\[([0-9a-f-]+)\] {what}", self.log(worker))

    def under_way(self, worker: str) -> dict[str, Any] | None:
        """The run that a worker is carrying out, once it has begun and if it has not ended."""
        open_tasks = set(self.tasks(worker, "received")) - set(self.tasks(worker, "succeeded"))
        runs = self.dagster.runs(**{"dagster-celery/task_id": open_tasks.pop()}) if len(open_tasks) == 1 else []
        return runs[0] if runs and runs[0]["status"] == "STARTED" else None


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis of one's own on loopback, which keeps nothing on disk."""
    port = free_port()
    folder = tmp_path_factory.mktemp("redis")
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        import redis

        def is_up() -> bool:
            try:
                return bool(redis.Redis(port=port).ping())
            except redis.ConnectionError:
                return False

        wait_for("Redis", is_up)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture(scope="module")
def cluster(database: dict[str, str], broker: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:  # noqa: F811
    root = tmp_path_factory.mktemp("cluster")
    (root / "home").mkdir()
    (root / "raw").mkdir()
    documents = RawFolder(root / "raw")
    documents.yaml("results.yaml", [row(value="12,094")])
    # In February and not in January.
    later = document(document_id="later", published="2025-02-15", retrieved="2025-02-16")
    documents.yaml("later.yaml", [row(value="12,095")], later)
    chosen = settings(CELERY / "dagster.yaml")
    chosen["run_monitoring"] |= {"max_runtime_seconds": LONGEST_RUN, "poll_interval_seconds": 5}
    (root / "home" / "dagster.yaml").write_text(yaml.safe_dump(chosen))
    file = variables(root, database) | {"CAPEX_PIPELINE_BROKER": broker}
    deployment = Deployment(root, file)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in database.items():
            patch.setenv(name, value)
        try:
            found = Cluster(deployment.start_server(), deployment, Path(file["CAPEX_PIPELINE_WAREHOUSE"]))
            for name in WORKERS:
                deployment.start("worker", name, **{"worker@%h": f"{name}@127.0.0.1"})
            wait_for("the workers", lambda: all(f"{one}@127.0.0.1 ready" in found.log(one) for one in WORKERS))
            yield found
        finally:
            deployment.stop()


def launch_backfill(dagster: Dagster, partitions: Sequence[str]) -> str:
    """Sends what deploy/celery/README.md says to send, for these partitions; the backfill's id."""
    text = (CELERY / "README.md").read_text(encoding="utf-8")
    body = json.loads(text.partition("<<'END'\n")[2].partition("\nEND\n")[0])
    body["variables"]["p"]["partitionNames"] = list(partitions)
    answer = dagster.ask(body["query"], **body["variables"])["launchPartitionBackfill"]
    assert answer["__typename"] == "LaunchBackfillSuccess", answer
    return str(answer["backfillId"])


def has_ended(dagster: Dagster, backfill: str) -> bool:
    """Whether a backfill asks for no more runs, well or badly ended."""
    answer = dagster.ask(
        "query ($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } } }",
        id=backfill,
    )
    return str(answer["partitionBackfillOrError"]["status"]).startswith("COMPLETED")


def tables_of(warehouse: Path) -> dict[str, str]:
    """Hash of the bytes of every table of a warehouse. Raises FileNotFoundError where one is missing."""
    files = {table: warehouse / f"{table}.parquet" for table in TABLES}
    return {table: hashlib.sha256(path.read_bytes()).hexdigest() for table, path in files.items()}


@needs_postgres
@needs_celery
@pytest.mark.slow("starts PostgreSQL, Redis and two workers and builds several times")
def test_a_backfill_of_month_ends_is_whole_although_a_worker_dies(cluster: Cluster, tmp_path: Path) -> None:
    backfill = launch_backfill(cluster.dagster, MONTHS)

    def runs() -> list[dict[str, Any]]:
        return cluster.dagster.runs(**{"dagster/backfill": backfill})

    def amid() -> tuple[str, dict[str, Any]] | None:
        """A worker with a run under way, and the run."""
        return next(((one, run) for one in WORKERS if (run := cluster.under_way(one)) is not None), None)

    dying, lost = wait_for("a run under way", amid, pause=1)
    cluster.kill(dying)
    assert sum(run["status"] == "SUCCESS" for run in runs()) < len(MONTHS)

    # While the other worker goes on and nobody has noticed the loss: the lost build, in this process.
    day = f"{pd.Period(lost['tags']['dagster/partition']).end_time:%Y-%m-%d}"
    assert build(cluster.deployment.root / "raw", tmp_path / day, as_of=day).success
    expected = tables_of(tmp_path / day)

    def missing() -> list[str]:
        done = {run["tags"]["dagster/partition"] for run in cluster.dagster.runs() if run["status"] == "SUCCESS"}
        return sorted(set(MONTHS) - done)

    wait_for("all builds", lambda: not missing() or has_ended(cluster.dagster, backfill), 1800, 2)
    by_id = {run["runId"]: run for run in runs()}
    assert by_id[lost["runId"]]["status"] == "FAILURE"
    if left := missing():
        # Dagster itself lost the retry (deploy/celery/README.md); then its operator does what is said there.
        assert (
            left == [lost["tags"]["dagster/partition"]] and by_id[lost["runId"]]["tags"]["dagster/will_retry"] == "true"
        )
        launch_backfill(cluster.dagster, left)
        wait_for("the lost build", lambda: not missing(), pause=2)
    else:
        again = [run["status"] for run in by_id.values() if run["tags"].get("dagster/root_run_id") == lost["runId"]]
        assert "SUCCESS" in again
    alerts = Path(cluster.deployment.file["CAPEX_PIPELINE_ALERT_LOG"])
    wait_for("the alert", alerts.exists)  # the sensor looks twice a minute
    said = {one["run_id"]: one["message"] for one in map(json.loads, alerts.read_text(encoding="utf-8").splitlines())}
    # The workers of this test are on the machine of the code server, so that either may notice first.
    assert said[lost["runId"]] in (f"Exceeded maximum runtime of {LONGEST_RUN} seconds.", DIED)
    beside = cluster.warehouse.with_name("warehouse.as_of")
    assert tables_of(beside / day) == expected
    assert len(list(beside.glob("*/manifest.json"))) == len(MONTHS)
    assert not cluster.warehouse.exists()


@needs_postgres
@needs_celery
@pytest.mark.slow("starts PostgreSQL, Redis and two workers and builds several times")
def test_every_process_of_the_cluster_stops(cluster: Cluster) -> None:
    for worker in (cluster.deployment.services[name].process for name in WORKERS):
        if worker.poll() is None:  # the backfill's test has killed one
            worker.terminate()  # as systemd does; what it is doing is finished first
            assert worker.wait(60) == 0
    assert [cluster.deployment.services[name].stop() for name in ("daemon", "web", "code")] == [0, 0, 0]
    wait_for("the end of every process", lambda: not processes_with(str(cluster.dagster.home)), 60)


def test_a_month_is_built_as_of_its_last_day_in_a_warehouse_of_its_own(no_settings: Path) -> None:
    from capex_pipeline.orchestration.assets.as_of import settings_of_month

    for month, day in (("2023-12", "2023-12-31"), ("2024-02", "2024-02-29"), ("2024-04", "2024-04-30")):
        found = settings_of_month(month)
        assert (found.as_of, found.warehouse) == (day, str(no_settings / "warehouse.as_of" / day))


# ------------------------------------------------------------------------------------------------- the files themselves


def test_the_cluster_keeps_runs_as_the_server_does_but_for_the_launcher() -> None:
    server, celery = settings(SERVER / "dagster.yaml"), settings(CELERY / "dagster.yaml")
    assert {name for name in {*server, *celery} if server.get(name) != celery.get(name)} == {
        "run_launcher", "run_monitoring", "concurrency",
    }  # fmt: skip


def test_a_lost_run_is_given_up_before_its_message_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAPEX_PIPELINE_BROKER", "redis://127.0.0.1/0")
    spec = importlib.util.spec_from_file_location("dagster_celery_config", CELERY / "dagster_celery_config.py")
    assert spec is not None and spec.loader is not None
    worker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(worker)
    monitoring = settings(CELERY / "dagster.yaml")["run_monitoring"]
    assert monitoring["enabled"] and monitoring["max_resume_run_attempts"] == 0
    given_up = monitoring["max_runtime_seconds"] + 2 * monitoring["poll_interval_seconds"]
    assert given_up < worker.broker_transport_options["visibility_timeout"]
    assert worker.worker_prefetch_multiplier == 1
