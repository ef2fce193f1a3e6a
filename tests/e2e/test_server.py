"""The server of deploy/server: what the systemd units start, on a real PostgreSQL, with the example's proxy in front.

The database is made for this module and removed afterwards; settings, workspace, variables, commands and Caddyfile are the files of
deploy/server. The tests are one story and run in order.
"""

from __future__ import annotations

import base64
import datetime as dt
import importlib.util
import ipaddress
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from builders import PROJECT, TO_CAPEX, RawFolder, document, row
from deployed import SERVER, UNITS, Deployment, example_environment, settings
from running import (
    PATIENCE_SECONDS,
    Dagster,
    Service,
    copy_documents,
    free_port,
    processes_with,
    switched_on_yesterday,
    wait_for,
)

from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures
from capex_pipeline.storage.warehouse import Warehouse

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


def variables(root: Path, database: Mapping[str, str]) -> dict[str, str]:
    """The file `environment` filled in, with everything below a folder. Nobody is asked for documents: no contact."""
    return example_environment(
        **database,
        CAPEX_PIPELINE_CODE_PORT=str(free_port()),
        CAPEX_PIPELINE_RAW=str(root / "raw"),
        CAPEX_PIPELINE_WAREHOUSE=str(root / "warehouse"),
        CAPEX_PIPELINE_ALERT_LOG=str(root / "home" / "alerts.log"),
    )


@dataclass
class Server:
    """The running processes and where they read and write."""

    dagster: Dagster
    deployment: Deployment
    raw: RawFolder
    warehouse: Path


@pytest.fixture(scope="module")
def server(database: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("server")
    raw, warehouse = root / "raw", root / "warehouse"
    (root / "home").mkdir()
    shutil.copy(SERVER / "dagster.yaml", root / "home")
    copy_documents(raw, ["announcements/tencent.csv"])
    deployment = Deployment(root, variables(root, database))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in database.items():
            patch.setenv(name, value)
        try:
            yield Server(deployment.start_server(), deployment, RawFolder(raw), warehouse)
        finally:
            deployment.stop()


@needs_postgres
def test_two_requests_at_once_are_run_one_after_the_other_and_kept_in_postgresql(
    server: Server, database: dict[str, str]
) -> None:
    import psycopg2

    figure = row(entity="meta", period="Q2 2024", value="8,173", unit="USD million")
    server.raw.yaml("meta.yaml", [figure], document(document_id="meta-10-q", title="Form 10-Q"))
    with ThreadPoolExecutor(2) as pool:
        asked = list(
            pool.map(lambda job: server.dagster.launch(job, only=TO_CAPEX), ["build_everything", "rebuild_capex"])
        )
    runs = sorted((server.dagster.finished(run) for run in asked), key=lambda run: run["startTime"])
    assert [run["status"] for run in runs] == ["SUCCESS", "SUCCESS"]
    assert runs[0]["endTime"] <= runs[1]["startTime"]
    candidates = Warehouse(server.warehouse).candidates()
    capex = candidates.read("capex_by_definition")
    amounts = {"tencent": 8_729e6, "meta": 8_173e6}
    for entity, amount in amounts.items():
        quarter = capex[(capex["entity_id"] == entity) & (capex["calendar_quarter"] == "2024Q2")]
        assert quarter["amount"].tolist() == [amount]
    assert capex["document_id"].isin(candidates.read("documents")["document_id"]).all()
    assert failures(capex, TABLES["capex_by_definition"]).empty
    with psycopg2.connect(
        host="127.0.0.1", port=database["DAGSTER_POSTGRES_PORT"], user="dagster", password=PASSWORD, dbname="postgres"
    ) as connection, connection.cursor() as cursor:  # fmt: skip
        cursor.execute("SELECT run_id, status FROM runs")
        assert set(cursor.fetchall()) >= {(run, "SUCCESS") for run in asked}
    assert not list(server.dagster.home.rglob("*.db"))
    # For a later test; the scheduler looks twice a minute.
    server.dagster.start_sensor("failed_runs")
    switched_on_yesterday(server.dagster.home, "daily_refresh", known="failed_runs")


@needs_postgres
@pytest.mark.skipif(shutil.which("pg_dump") is None, reason="needs pg_dump (Debian: postgresql-client)")
def test_a_dump_of_the_database_has_the_runs_where_it_is_restored(
    server: Server, database: dict[str, str], tmp_path: Path
) -> None:
    """The commands of docs/operating.md, into another database."""
    text = (PROJECT / "docs" / "operating.md").read_text(encoding="utf-8")
    commands = re.findall(r"^(?:pg_dump|pg_restore) .*$", text, re.M)
    client = {f"PG{name}": database[f"DAGSTER_POSTGRES_{name}"] for name in ("HOST", "PORT", "USER", "PASSWORD")}
    variables = {**os.environ, **client}

    def run(*words: str) -> str:
        done = subprocess.run(words, env=variables, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("createdb", "--maintenance-db", "postgres", "restored")
    for command, place in zip(commands, (database["DAGSTER_POSTGRES_DB"], "restored"), strict=True):
        run(*(place if word == "dagster" else word for word in command.split()))
    query = "SELECT run_id FROM runs ORDER BY run_id"
    kept = run("psql", "--tuples-only", "--command", query, "restored").split()
    assert kept == sorted(run_of["runId"] for run_of in server.dagster.runs()) and kept


@needs_postgres
def test_the_schedule_catches_up_with_a_morning_that_the_machine_slept_through(server: Server) -> None:
    """The daemon's own clock and code: the schedule was switched on yesterday, and half past six has passed since.

    Only the day of switching on was written by a test. Its run is terminated once it has started: other tests build everything.
    """
    name, dagster = "daily_refresh", server.dagster
    run = wait_for("the schedule", lambda: dagster.runs(**{"dagster/schedule_name": name}), pause=1)[0]
    assert run["jobName"] == "refresh_and_build"

    def status() -> str:
        return str(dagster.runs(**{"dagster/schedule_name": name})[0]["status"])

    wait_for("the start of the run", lambda: status() == "STARTED", pause=1)
    dagster.terminate(run["runId"])
    assert dagster.finished(run["runId"])["status"] == "CANCELED"
    ticks = dagster.ask(
        "query ($s: ScheduleSelector!) { scheduleOrError(scheduleSelector: $s) { ... on Schedule { scheduleState { "
        "status ticks { status timestamp runIds } } } } }",
        s={**dagster.repository(), "scheduleName": name},
    )["scheduleOrError"]["scheduleState"]["ticks"]
    assert [(tick["status"], tick["runIds"]) for tick in ticks] == [("SUCCESS", [run["runId"]])]
    due = dt.datetime.fromtimestamp(ticks[0]["timestamp"], ZoneInfo("Europe/London"))
    assert (due.hour, due.minute) == (6, 30)
    assert dt.timedelta(0) <= dt.datetime.now(dt.UTC) - due <= dt.timedelta(days=1, hours=1)


# ------------------------------------------------------------------------------------------------------ the proxy in front

OPERATOR, SECRET = "operator", "correct horse: $battery 'staple'"

needs_caddy = pytest.mark.skipif(shutil.which("caddy") is None, reason="needs Caddy (Debian: caddy)")


@dataclass(frozen=True)
class Proxy:
    """Caddy in front of the web server."""

    address: str
    port: int
    trusted: ssl.SSLContext
    home: Path

    def dagster(self, password: str = SECRET) -> Dagster:
        """Dagster as somebody sees it who gives this password."""
        return Dagster(self.address, self.home, authorization(password), self.trusted)

    def status(self, path: str, headers: Mapping[str, str], data: bytes | None = None) -> int:
        """Status of an answer."""
        request = urllib.request.Request(self.address + path, data=data, headers=dict(headers))
        try:
            with urllib.request.urlopen(request, timeout=30, context=self.trusted) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code


def authorization(password: str, name: str = OPERATOR) -> dict[str, str]:
    """The header by which a browser says a name and a password."""
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


@pytest.fixture(scope="module")
def proxy(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """Caddy with the example's Caddyfile, on loopback and with an authority of its own that nobody else is told to trust."""
    caddy = str(shutil.which("caddy"))
    root, port = tmp_path_factory.mktemp("proxy"), free_port()
    hashed = subprocess.run(
        [caddy, "hash-password"], input=f"{SECRET}\n", capture_output=True, text=True, check=True
    ).stdout.split()[-1]
    file = example_environment(
        CAPEX_PIPELINE_SITE=f"localhost:{port}", CAPEX_PIPELINE_OPERATOR=OPERATOR, CAPEX_PIPELINE_OPERATOR_HASH=hashed
    )
    (root / "Caddyfile").write_text(
        "{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n\tdefault_bind 127.0.0.1\n}\n"
        f"import {SERVER / 'Caddyfile'}\n"
    )
    authority = root / "data" / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    service = Service(
        [caddy, "run", "--config", str(root / "Caddyfile"), "--adapter", "caddyfile"],
        {
            **file,
            "CAPEX_PIPELINE_WEB": f"127.0.0.1:{server.deployment.web}",
            "HOME": str(root),
            "XDG_DATA_HOME": str(root / "data"),
            "XDG_CONFIG_HOME": str(root / "config"),
        },
        root / "caddy.log",
    )

    def is_up() -> bool:
        with socket.socket() as one:
            return authority.is_file() and one.connect_ex(("127.0.0.1", port)) == 0

    try:
        wait_for("Caddy", is_up)
        trusted = ssl.create_default_context(cafile=str(authority))
        yield Proxy(f"https://localhost:{port}", port, trusted, server.dagster.home)
    finally:
        service.stop()


@needs_postgres
@needs_caddy
def test_nobody_gets_past_the_proxy_without_the_password(proxy: Proxy) -> None:
    asking = json.dumps({"query": "{ version }"}).encode()
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    kind = {"Content-Type": "application/json"}
    # Caddy spends most of a second on each password, so every path is asked for without one, and each wrong one is tried on one path.
    for path in ("/", "/assets/capex", "/server_info", "/no-such-page"):
        assert proxy.status(path, {}) == 401, path
    assert proxy.status("/graphql", upgrade) == 401
    for wrong in ({}, authorization("wrong"), authorization(SECRET, "somebody"), authorization("")):
        assert proxy.status("/graphql", wrong | kind, asking) == 401, wrong
    assert proxy.status("/", authorization(SECRET)) == 200
    assert proxy.status("/graphql", authorization(SECRET) | kind, asking) == 200


@needs_postgres
@needs_caddy
def test_the_interface_is_served_over_tls_and_not_within_a_frame(proxy: Proxy) -> None:
    request = urllib.request.Request(f"{proxy.address}/overview", headers=authorization(SECRET))
    with urllib.request.urlopen(request, timeout=30, context=proxy.trusted) as answer:
        page = answer.read().decode()
        assert answer.headers["X-Frame-Options"] == "DENY"
    scripts = re.findall(r'<script src="([^"]+)"', page)
    assert scripts and {proxy.status(path, authorization(SECRET)) for path in scripts} == {200}
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(request, timeout=30, context=ssl.create_default_context())


@needs_postgres
@needs_caddy
def test_a_build_is_launched_and_watched_through_the_proxy(server: Server, proxy: Proxy) -> None:
    """The page of a run is told of its events over a websocket."""
    import websocket

    dagster = proxy.dagster()
    run = dagster.launch("build_everything", only=TO_CAPEX)
    query = (
        "subscription ($run: ID!) { pipelineRunLogs(runId: $run) { ... on PipelineRunLogsSubscriptionSuccess { "
        "messages { ... on MessageEvent { eventType } } } } }"
    )
    told: list[str] = []
    connection = websocket.create_connection(
        f"{proxy.address.replace('https', 'wss')}/graphql",
        header=authorization(SECRET),
        subprotocols=["graphql-ws"],
        sslopt={"context": proxy.trusted},
        timeout=PATIENCE_SECONDS,
    )
    try:
        connection.send(json.dumps({"type": "connection_init", "payload": {}}))
        connection.send(
            json.dumps({"id": "1", "type": "start", "payload": {"query": query, "variables": {"run": run}}})
        )
        while "RUN_SUCCESS" not in told:
            said = json.loads(connection.recv())
            if said["type"] == "data":
                told += [one["eventType"] for one in said["payload"]["data"]["pipelineRunLogs"]["messages"]]
            assert said["type"] != "error" and "RUN_FAILURE" not in told, said
    finally:
        connection.close()
    assert {"RUN_START", "ASSET_MATERIALIZATION", "ASSET_CHECK_EVALUATION"} <= set(told)
    assert dagster.finished(run)["status"] == "SUCCESS"
    assert server.dagster.finished(run)["status"] == "SUCCESS"


@needs_postgres
def test_behind_the_proxy_everything_listens_on_loopback_only(server: Server) -> None:
    ports = {server.deployment.web, int(server.deployment.file["CAPEX_PIPELINE_CODE_PORT"])}
    found = {(port, address) for port, address in listening() if port in ports}
    assert {port for port, _ in found} == ports
    assert [
        str(address) for _, address in found if not (getattr(address, "ipv4_mapped", None) or address).is_loopback
    ] == []


def listening() -> set[tuple[int, ipaddress.IPv4Address | ipaddress.IPv6Address]]:
    """Port and address of every TCP socket of this machine that listens. Linux only; there words of an address begin with the last byte."""
    found = set()
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            _, local, _, state = line.split()[:4]
            if state == "0A":
                digits, port = local.split(":")
                words = [bytes.fromhex(digits[place : place + 8])[::-1] for place in range(0, len(digits), 8)]
                found.add((int(port, 16), ipaddress.ip_address(b"".join(words))))
    return found


@needs_postgres
def test_every_process_stops(server: Server) -> None:
    assert [server.deployment.services[name].stop() for name in ("daemon", "web", "code")] == [0, 0, 0]
    wait_for("the end of every process", lambda: not processes_with(str(server.dagster.home)), 60)


# ------------------------------------------------------------------------------------------------- the files themselves


def test_the_server_keeps_runs_as_one_machine_does() -> None:
    local, server = (
        settings(PROJECT / "capex_pipeline" / "cli" / "project_template" / "dagster.yaml"),
        settings(SERVER / "dagster.yaml"),
    )
    assert {name: server[name] for name in local} == local
    assert set(server) - set(local) == {"storage"}


def test_the_example_of_the_environment_has_every_variable_and_no_secret() -> None:
    given = example_environment()
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


def test_each_container_has_its_own_variables_only_and_no_rights_to_spare() -> None:
    services = settings(SERVER / "docker-compose.yml")["services"]
    database, secrets = {"DAGSTER_POSTGRES_PASSWORD"}, {
        "CAPEX_PIPELINE_CONTACT", "CAPEX_PIPELINE_ALERT_WEBHOOK", "AWS_SECRET_ACCESS_KEY", "CAPEX_PIPELINE_OPERATOR_HASH",
    }  # fmt: skip
    given = {name: set(service["environment"]) & (database | secrets) for name, service in services.items()}
    assert given == {
        "database": set(), "web": database, "daemon": database, "proxy": {"CAPEX_PIPELINE_OPERATOR_HASH"},
        "code": database | secrets - {"CAPEX_PIPELINE_OPERATOR_HASH"},
    }  # fmt: skip
    for name, service in services.items():
        assert "env_file" not in service and service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"] and service["healthcheck"]["test"], name
    assert [
        one["image"] for one in services.values() if ":" in one["image"] and not re.search(r":\d+\.\d+", one["image"])
    ] == []
    assert {name for name, one in services.items() if "outside" in one["networks"]} == {"code"}


@pytest.mark.parametrize("unit", sorted(UNITS))
def test_no_service_can_change_the_program(unit: str) -> None:
    text = UNITS[unit].read_text(encoding="utf-8")
    (writable,) = re.findall(r"^ReadWritePaths=(.*)$", text, re.M)
    assert {Path(path).name for path in writable.split()} <= {"home", "raw", "tables"}
    files = re.findall(r"^EnvironmentFile=(.*)$", text, re.M)
    assert [Path(file).name for file in files] == (
        ["environment", "environment.code"] if unit in ("code", "worker") else ["environment"]
    )
