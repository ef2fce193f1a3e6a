"""Starts Dagster as an operator does: a `dagster dev` with its own home, documents and tables.

Add a helper here when it starts, queries or stops a process or a browser. Assertions are in the tests beside this file.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from builders import PROJECT

ARTEFACTS = PROJECT / "artefacts"
_Answer = TypeVar("_Answer")

SMALL_RAW = (
    "announcements/alibaba.csv",
    "announcements/baidu.csv",
    "announcements/tencent.csv",
    "articles/2024-08-26-financial-times-chinese-tech-groups-ai-spending.yaml",
    "estimates/epoch-chip-sales.csv",
    "filings/microsoft.csv",
)
"""Documents of the shipped raw/ that give every table rows."""


def copy_documents(target: Path, names: Sequence[str] = SMALL_RAW) -> None:
    """Copies documents of the shipped raw/ with their sidecars."""
    for name in names:
        for path in (PROJECT / "raw" / name, (PROJECT / "raw" / name).with_suffix(".meta.yaml")):
            if path.exists():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target / Path(name).parent / path.name)


PATIENCE_SECONDS = 600
"""How long a test waits for a start or a run before it calls it stuck, on a machine that does much else. Bounds of their own: how fast
processes stop, and how soon a run of a dead machine is asked for again."""


def wait_for(
    what: str, ask: Callable[[], _Answer | None], seconds: float = PATIENCE_SECONDS, pause: float = 0.25
) -> _Answer:
    """The first answer that is not None or False. Raises AssertionError that says what did not come."""
    end = time.monotonic() + seconds
    while True:
        if answer := ask():
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"Waited {seconds:.0f} s in vain for {what}.")
        time.sleep(pause)


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def processes_with(text: str) -> list[tuple[int, str]]:
    """Processes whose environment holds the text, as (id, command line); of this user, on Linux."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int(folder.name) != os.getpid() and text.encode() in (folder / "environ").read_bytes():
                found.append((int(folder.name), (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()))
    return found


class Service:
    """One long-running process, its log in a file. Its variables are these and no others."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], log: Path, folder: Path = PROJECT
    ) -> None:
        self.log = log
        with log.open("wb") as stream:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env=dict(environment),
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # A shell that starts us in the background has us ignore SIGINT, and children inherit that.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler) and None,
            )

    def said(self) -> str:
        """The end of its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:]

    def stop(self, seconds: float = 60) -> int:
        """Sends SIGINT and returns the exit status. Kills what does not end, and raises TimeoutExpired then."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def kill(self) -> None:
        """Kills it and what it started in its session, as a loss of power does."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def ui_command(port: int) -> list[str]:
    """What `make ui` runs, on another port."""
    workspace = str(PROJECT / "workspace.yaml")
    return [str(Path(sys.executable).parent / "capex-pipeline"), "ui", "-w", workspace, "--port", str(port)]


def ui_environment(root: Path) -> dict[str, str]:
    """Variables of a `make ui` with home, raw and warehouse below `root`; the home is made, with the project's dagster.yaml."""
    home = root / "home"
    if not home.exists():
        home.mkdir(parents=True)
        shutil.copy(PROJECT / "capex_pipeline" / "cli" / "project_template" / "dagster.yaml", home)
    return {
        **os.environ,
        "PYTHONUTF8": "1",
        "DAGSTER_DISABLE_TELEMETRY": "yes",
        "DAGSTER_HOME": str(home),
        "CAPEX_PIPELINE_RAW": str(root / "raw"),
        "CAPEX_PIPELINE_WAREHOUSE": str(root / "warehouse"),
        "CAPEX_PIPELINE_REFRESH": "",
        "CAPEX_PIPELINE_CONTACT": "",
        "CAPEX_PIPELINE_ALERT_WEBHOOK": "",
    }


def start_ui(root: Path, port: int, **variables: str) -> tuple[Dagster, Service]:
    """Starts the web interface on what lies below `root`, and waits until it answers."""
    service = Service(ui_command(port), {**ui_environment(root), **variables}, root / f"dagster-{port}.log")
    dagster = Dagster(f"http://127.0.0.1:{port}", root / "home")
    try:
        wait_for("the web interface", dagster.is_up)
    except AssertionError as error:
        service.kill()
        raise AssertionError(service.said()) from error
    return dagster, service


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
HAS_BROWSER = bool(CHROMIUM and DRIVER and importlib.util.find_spec("selenium"))
NEEDS_BROWSER = "needs chromium, chromedriver (Debian: chromium, chromium-driver) and the Python package selenium"


def start_browser() -> Any:
    """A headless Chromium, driven by selenium."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service as Driver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for switch in ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
                   "--disable-component-update", "--disable-sync", "--window-size=1500,1300"):  # fmt: skip
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Driver(DRIVER))


class Dagster:
    """A web server of Dagster that can be asked over GraphQL.

    headers, trusted: what a proxy in front of it asks for, and the authorities that its certificate may be from.
    """

    def __init__(
        self, address: str, home: Path, headers: Mapping[str, str] | None = None, trusted: ssl.SSLContext | None = None
    ) -> None:
        self.address = address
        self.home = home
        self._headers = dict(headers or {})
        self._trusted = trusted

    def is_up(self) -> bool:
        """Whether it answers and the code location is loaded."""
        try:
            answer = self.ask("{ repositoriesOrError { ... on RepositoryConnection { nodes { name } } } }")
        except (urllib.error.URLError, OSError, ValueError):
            return False
        return bool(answer["repositoriesOrError"].get("nodes"))

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Data of a GraphQL answer. Raises AssertionError with the server's words where it refuses."""
        request = urllib.request.Request(
            f"{self.address}/graphql",
            data=json.dumps({"query": query, "variables": variables}).encode(),
            headers={"Content-Type": "application/json", **self._headers},
        )
        try:
            with urllib.request.urlopen(request, timeout=30, context=self._trusted) as stream:
                answer = json.load(stream)
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from error
        assert not answer.get("errors"), answer["errors"]
        return dict(answer["data"])

    def repository(self) -> dict[str, str]:
        """Selector of the one repository."""
        nodes = self.ask(
            "{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } } } } }"
        )["repositoriesOrError"]["nodes"]
        return {"repositoryName": nodes[0]["name"], "repositoryLocationName": nodes[0]["location"]["name"]}

    def runs(self, **tags: str) -> list[dict[str, Any]]:
        """Runs, newest first: runId, jobName, status, tags."""
        wanted = {"tags": [{"key": key, "value": value} for key, value in tags.items()]} if tags else {}
        found = self.ask(
            "query ($filter: RunsFilter) { runsOrError(filter: $filter, limit: 50) { ... on Runs { results { "
            "runId jobName status startTime endTime tags { key value } } } } }",
            filter=wanted,
        )["runsOrError"]["results"]
        return [{**run, "tags": {tag["key"]: tag["value"] for tag in run["tags"]}} for run in found]

    def finished(self, run_id: str, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The run once it has ended: runId, status, startTime, endTime. Asked once a second, since each answer costs the server time."""

        def ended() -> dict[str, Any] | None:
            query = "query ($id: ID!) { runOrError(runId: $id) { ... on Run { runId status startTime endTime } } }"
            run: dict[str, Any] = self.ask(query, id=run_id)["runOrError"]
            return run if run["status"] in ("SUCCESS", "FAILURE", "CANCELED") else None

        return wait_for(f"the end of run {run_id}", ended, seconds, pause=1)

    def checks(self, asset: str) -> dict[str, dict[str, Any]]:
        """Last evaluation of each check of an asset, by name: success, severity, description, metadata."""
        found = self.ask(
            "query ($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode { assetChecksOrError { "
            "... on AssetChecks { checks { name executionForLatestMaterialization { status evaluation { success severity "
            "description metadataEntries { label ... on IntMetadataEntry { intValue } "
            "... on MarkdownMetadataEntry { mdStr } } } } } } } } } }",
            key={"path": [asset]},
        )["assetNodeOrError"]["assetChecksOrError"]["checks"]
        return {
            check["name"]: check["executionForLatestMaterialization"]["evaluation"]
            for check in found
            if check["executionForLatestMaterialization"]
        }

    def start_sensor(self, name: str) -> None:
        """What the switch on the automation page does."""
        answer = self.ask(
            "mutation ($s: SensorSelector!) { startSensor(sensorSelector: $s) { __typename "
            "... on Sensor { sensorState { status } } } }",
            s={**self.repository(), "sensorName": name},
        )["startSensor"]
        assert answer["__typename"] == "Sensor", answer

    def launch(self, job: str, run_config: dict[str, Any] | None = None, only: Sequence[str] = ()) -> str:
        """Asks for a run as the launchpad does; returns its id. only: assets of the job that are materialized, with their checks."""
        chosen = {"assetSelection": [{"path": [asset]} for asset in only]} if only else {}
        answer = self.ask(
            "mutation ($p: ExecutionParams!) { launchRun(executionParams: $p) { __typename "
            "... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }",
            p={"selector": {**self.repository(), "jobName": job, **chosen}, "runConfigData": run_config or {}},
        )["launchRun"]
        assert answer["__typename"] == "LaunchRunSuccess", answer
        return str(answer["run"]["runId"])

    def terminate(self, run_id: str) -> None:
        """What the button **Terminate** of a run does."""
        answer = self.ask("mutation ($id: String!) { terminateRun(runId: $id) { __typename } }", id=run_id)
        assert answer["terminateRun"]["__typename"] == "TerminateRunSuccess", answer

    def reasons(self, run_id: str) -> str:
        """What failed steps of a run said, and why a run failed that had no steps yet."""
        events = self.ask(
            "query ($id: ID!) { logsForRun(runId: $id) { ... on EventConnection { events { ... on ErrorEvent { error { "
            "message errorChain { error { message } } } } ... on ExecutionStepFailureEvent { failureMetadata { description } } } } } }",
            id=run_id,
        )["logsForRun"]["events"]
        return json.dumps([event for event in events if event], ensure_ascii=False)


def switched_on_yesterday(home: Path, schedule: str, known: str, cron: str = "30 6 * * *") -> None:
    """Writes down that a schedule was switched on a day ago, as though the machine had been asleep since.

    known: a sensor that was switched on, whose entry says where the repository is.
    """
    import dagster as dg
    from dagster._core.scheduler.instigation import (
        InstigatorState,
        InstigatorStatus,
        InstigatorType,
        ScheduleInstigatorData,
    )

    with dg.DagsterInstance.from_config(str(home)) as instance:
        other = next(state for state in instance.all_instigator_state() if state.instigator_name == known)
        yesterday = time.time() - 24 * 60 * 60
        instance.add_instigator_state(
            InstigatorState(
                other.origin.repository_origin.get_instigator_origin(schedule),
                InstigatorType.SCHEDULE,
                InstigatorStatus.RUNNING,
                ScheduleInstigatorData(cron, yesterday),
            )
        )
