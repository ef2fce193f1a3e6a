"""The server of deploy/server: code server, web server and daemon as processes of their own, on a real PostgreSQL.

The cluster is made for this module and removed afterwards; Dagster's settings and workspace are the files of deploy/server.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from builders import PROJECT, RawFolder, document, row
from running import Dagster, Service, copy_documents, free_port, processes_with, switched_on_yesterday, wait_for

from capex_pipeline.schemas import TABLES
from capex_pipeline.validation import failures
from capex_pipeline.warehouse import Warehouse

SERVER = PROJECT / "deploy" / "server"
PASSWORD = "p@ss:word %1"
"""With the characters that have a meaning in an address."""


def program(name: str) -> str | None:
    """A program of PostgreSQL; Debian keeps them out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


def unprivileged() -> list[str] | None:
    """What a command must begin with to run as somebody who may own a cluster; None where nobody can be found."""
    if os.geteuid() != 0:
        return []
    runuser = shutil.which("runuser")
    known = subprocess.run(["id", "postgres"], capture_output=True, check=False).returncode == 0
    return [runuser, "-u", "postgres", "--"] if runuser and known else None


needs_postgres = pytest.mark.skipif(
    not (program("initdb") and program("pg_ctl") and importlib.util.find_spec("dagster_postgres"))
    or unprivileged() is None,
    reason="needs PostgreSQL (Debian: postgresql), a user that may own a cluster, and the extra postgres",
)
pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def database() -> Iterator[dict[str, str]]:
    """A PostgreSQL of one's own on loopback, as the variables of deploy/server/environment.example."""
    as_owner = unprivileged()
    assert as_owner is not None
    root = Path(tempfile.mkdtemp(prefix="cluster."))
    secret = root / "password"
    secret.write_text(PASSWORD)
    if as_owner:
        shutil.chown(root, "postgres")
        shutil.chown(secret, "postgres")
    port = free_port()

    def run(command: Sequence[str | None], *arguments: str) -> None:
        done = subprocess.run([*as_owner, *map(str, command), *arguments], capture_output=True, text=True, cwd=root)
        assert done.returncode == 0, done.stdout + done.stderr

    data = str(root / "data")
    run(
        [program("initdb")],
        "-D",
        data,
        "-U",
        "dagster",
        "-A",
        "scram-sha-256",
        "--pwfile",
        str(secret),
        "-E",
        "UTF8",
        "--no-sync",
    )
    options = f"-p {port} -k {root} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=60"
    run([program("pg_ctl")], "-D", data, "-w", "-l", str(root / "log"), "-o", options, "start")
    try:
        yield {
            "DAGSTER_POSTGRES_HOST": "127.0.0.1",
            "DAGSTER_POSTGRES_PORT": str(port),
            "DAGSTER_POSTGRES_DB": "postgres",
            "DAGSTER_POSTGRES_USER": "dagster",
            "DAGSTER_POSTGRES_PASSWORD": PASSWORD,
        }
    finally:
        run([program("pg_ctl")], "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(root)


@dataclass
class Server:
    """The running processes and where they read and write."""

    dagster: Dagster
    services: list[Service]
    raw: RawFolder
    warehouse: Path

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.warehouse / f"{name}.parquet")


@pytest.fixture(scope="module")
def server(database: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("server")
    home, raw, warehouse = root / "home", root / "raw", root / "warehouse"
    home.mkdir()
    shutil.copy(SERVER / "dagster.yaml", home)
    copy_documents(raw, ["announcements/tencent.csv"])
    code, web = free_port(), free_port()
    environment = {
        **database, "DAGSTER_HOME": str(home), "CAPEX_PIPELINE_RAW": str(raw), "CAPEX_PIPELINE_WAREHOUSE": str(warehouse),
        "CAPEX_PIPELINE_CODE_HOST": "127.0.0.1", "CAPEX_PIPELINE_CODE_PORT": str(code), "CAPEX_PIPELINE_REFRESH": "",
        "CAPEX_PIPELINE_CONTACT": "", "CAPEX_PIPELINE_ALERT_WEBHOOK": "",
    }  # fmt: skip
    workspace = ["--workspace", str(SERVER / "workspace.yaml")]
    commands = {
        "code": [
            "dagster",
            "api",
            "grpc",
            "--host",
            "127.0.0.1",
            "--port",
            str(code),
            "--module-name",
            "capex_pipeline.definitions",
        ],
        "web": ["dagster_webserver", "--host", "127.0.0.1", "--port", str(web), *workspace],
        "daemon": ["dagster._daemon", "run", *workspace],
    }
    services: list[Service] = []
    with pytest.MonkeyPatch.context() as patch:
        for name, value in database.items():
            patch.setenv(name, value)
        try:
            for name, command in commands.items():
                services.append(Service(command, environment, root / f"{name}.log"))
                if name == "code":
                    # Two processes that both find an empty database would both make the tables.
                    wait_for("the code server", lambda: "Started Dagster code server" in services[0].said(), 60)
                if name == "web":
                    dagster = Dagster(f"http://127.0.0.1:{web}", home)
                    wait_for("the web server", dagster.is_up, 90)
            yield Server(dagster, services, RawFolder(raw), warehouse)
        finally:
            for service in reversed(services):
                service.stop()


@needs_postgres
def test_a_build_is_run_and_kept_in_postgresql(server: Server, database: dict[str, str]) -> None:
    import psycopg2

    run = server.dagster.launch("build_everything")
    assert server.dagster.finished(run)["status"] == "SUCCESS"
    capex = server.table("capex")
    quarter = capex[(capex["entity_id"] == "tencent") & (capex["calendar_quarter"] == "2024Q2")]
    assert quarter["amount"].tolist() == [8_729e6]
    with psycopg2.connect(
        host="127.0.0.1", port=database["DAGSTER_POSTGRES_PORT"], user="dagster", password=PASSWORD, dbname="postgres"
    ) as connection, connection.cursor() as cursor:  # fmt: skip
        cursor.execute("SELECT status FROM runs WHERE run_id = %s", (run,))
        assert cursor.fetchall() == [("SUCCESS",)]
    assert not list(server.dagster.home.rglob("*.db"))
    # For a later test; the scheduler looks twice a minute.
    server.dagster.start_sensor("failed_runs")
    switched_on_yesterday(server.dagster.home, "daily_refresh", known="failed_runs")


@needs_postgres
def test_two_requests_at_once_are_run_one_after_the_other(server: Server) -> None:
    figure = row(entity="meta", period="Q2 2024", value="8,173", unit="USD million")
    server.raw.yaml("meta.yaml", [figure], document(document_id="meta-10-q", title="Form 10-Q"))
    with ThreadPoolExecutor(2) as pool:
        asked = list(pool.map(server.dagster.launch, ["build_everything", "rebuild_capex"]))
    runs = sorted((server.dagster.finished(run, 120) for run in asked), key=lambda run: run["startTime"])
    assert [run["status"] for run in runs] == ["SUCCESS", "SUCCESS"]
    assert runs[0]["endTime"] <= runs[1]["startTime"]
    assert {"meta", "tencent"} <= set(server.table("capex")["entity_id"])
    assert server.table("capex")["document_id"].isin(server.table("documents")["document_id"]).all()
    assert failures(Warehouse(server.warehouse).read("capex"), TABLES["capex"]).empty


@needs_postgres
def test_the_schedule_ticks_on_postgresql(server: Server) -> None:
    run = wait_for("the schedule", lambda: server.dagster.runs(**{"dagster/schedule_name": "daily_refresh"}), 90)[0]
    assert run["jobName"] == "refresh_and_build"
    assert server.dagster.finished(run["runId"])["status"] in ("SUCCESS", "FAILURE")  # nobody can be asked: no contact


@needs_postgres
def test_every_process_stops(server: Server) -> None:
    assert [service.stop() for service in reversed(server.services)] == [0, 0, 0]
    wait_for("the end of every process", lambda: not processes_with(str(server.dagster.home)), 60)


# ------------------------------------------------------------------------------------------------- the files themselves


def settings(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def test_the_server_keeps_runs_as_one_machine_does() -> None:
    local, server = settings(PROJECT / "deploy" / "local" / "dagster.yaml"), settings(SERVER / "dagster.yaml")
    assert {name: server[name] for name in local} == local
    assert set(server) - set(local) == {"storage", "run_monitoring"}


def test_the_example_of_the_environment_has_every_variable_and_no_secret() -> None:
    lines = (SERVER / "environment.example").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    database = settings(SERVER / "dagster.yaml")["storage"]["postgres"]["postgres_db"]
    code = settings(SERVER / "workspace.yaml")["load_from"][0]["grpc_server"]
    named = [entry["env"] for entry in [*database.values(), code["host"], code["port"]] if isinstance(entry, dict)]
    assert set(named) <= set(given)
    assert [
        name for name, value in given.items() if value and ("PASSWORD" in name or "HASH" in name or "HOOK" in name)
    ] == []


def test_only_the_proxy_is_published_and_only_on_loopback() -> None:
    services = settings(SERVER / "docker-compose.yml")["services"]
    assert {name: service["ports"] for name, service in services.items() if "ports" in service} == {
        "proxy": ["${LISTEN:-127.0.0.1}:443:443"]
    }
    assert "basic_auth" in (SERVER / "Caddyfile").read_text(encoding="utf-8")
    web = (SERVER / "systemd" / "capex-pipeline-web.service").read_text(encoding="utf-8")
    assert "--host 127.0.0.1" in web
