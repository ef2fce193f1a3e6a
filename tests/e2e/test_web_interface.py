"""The web interface that `make ui` starts, on a machine that dies and with a page of another origin open in a browser.

The tests of this module are one story and run in order: every process is killed in the middle of a run, Dagster starts again and asks for
the run again. Then requests of the other page may start no run.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from builders import TO_CAPEX
from running import (
    HAS_BROWSER,
    NEEDS_BROWSER,
    Dagster,
    copy_documents,
    free_port,
    processes_with,
    start_browser,
    start_ui,
    wait_for,
)

from capex_pipeline.orchestration.dead_runs import PROCESS_TAG
from capex_pipeline.storage.warehouse import Warehouse

pytestmark = pytest.mark.e2e

WITHIN = 180
"""Seconds after the restart within which the tables must be built: start, one tick of the sensor, the queue and a build."""

LAUNCH = (
    "mutation ($p: ExecutionParams!) { launchRun(executionParams: $p) { __typename ... on LaunchRunSuccess { run { runId } } "
    "... on PythonError { message } } }"
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with home, documents and tables."""
    folder = tmp_path_factory.mktemp("guarded")
    copy_documents(folder / "raw")
    return folder


@pytest.fixture(scope="module")
def killed(root: Path) -> str:
    """The run that was under way when every process of a web interface was killed."""
    dagster, service = start_ui(root, free_port())
    run_id = dagster.launch("build_everything", only=TO_CAPEX)

    def is_amid() -> bool:
        (run,) = dagster.runs()
        return run["status"] == "STARTED" and PROCESS_TAG in run["tags"]

    wait_for("the run's process", is_amid)
    # Again and again, since what is killed may have started a child meanwhile.
    while found := processes_with(f"DAGSTER_HOME={root / 'home'}\0"):
        for pid, _ in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        service.process.poll()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
    assert not capex_of(root).exists(), "the run had not ended"
    return run_id


def capex_of(root: Path) -> Path:
    """The file of the last table of `TO_CAPEX`."""
    return Warehouse(root / "warehouse").candidates().path("capex_by_definition")


@pytest.fixture(scope="module")
def dagster(root: Path, killed: str) -> Iterator[Dagster]:
    """The web interface that was started after that."""
    server, service = start_ui(root, free_port(), CAPEX_PIPELINE_ALLOWED_ROOTS=str(root / "allowed"))
    try:
        yield server
    finally:
        service.stop()


def test_a_run_of_a_machine_that_died_is_asked_for_again_within_minutes(
    root: Path, killed: str, dagster: Dagster
) -> None:
    assert dagster.finished(killed, WITHIN)["status"] == "FAILURE"

    def asked_again() -> dict[str, Any] | None:
        return next((run for run in dagster.runs() if run["tags"].get("dagster/parent_run_id") == killed), None)

    again = wait_for("another run", asked_again, WITHIN, pause=1)
    assert dagster.finished(again["runId"], WITHIN)["status"] == "SUCCESS"
    assert capex_of(root).is_file()


def request(dagster: Dagster, method: str, target: str, body: str = "", **headers: str) -> tuple[int, str]:
    """Status and text of one request, with exactly these headers (an underscore stands for a hyphen)."""
    connection = http.client.HTTPConnection(dagster.address.removeprefix("http://"), timeout=30)
    connection.request(method, target, body or None, {name.replace("_", "-"): text for name, text in headers.items()})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def launch_body(warehouse: Path) -> dict[str, Any]:
    """A GraphQL request that asks for a build into another warehouse, without a document that does not exist.

    A build that is allowed fails too, but for its documents: whole builds of this job are tested in tests/pipeline/test_builds_apart.py.
    """
    selector = {
        "repositoryLocationName": "capex_pipeline",
        "repositoryName": "__repository__",
        "jobName": "build_elsewhere",
    }
    config = {"ops": {"build_apart": {"config": {"warehouse": str(warehouse), "leave_out": ["no-such-document"]}}}}
    return {"query": LAUNCH, "variables": {"p": {"selector": selector, "runConfigData": config}}}


def test_a_launch_in_the_query_string_of_a_get_is_refused(dagster: Dagster, shared: Path) -> None:
    before = dagster.runs()
    body = json.loads((shared / "cases" / "faults" / "csrf-launch-run.json").read_text(encoding="utf-8"))
    target = "/graphql?" + urlencode({"query": body["query"], "variables": json.dumps(body["variables"])})
    foreign = {"Origin": "http://evil.example", "Sec_Fetch_Site": "cross-site"}
    assert request(dagster, "GET", target, **foreign)[0] == 403
    assert request(dagster, "GET", target)[0] == 405
    assert request(dagster, "POST", target)[0] == 415, "of a POST without a JSON body Dagster reads the query string"
    assert request(dagster, "POST", "/graphql", json.dumps(body), Content_Type="application/json", **foreign)[0] == 403
    assert dagster.runs() == before


def why_it_failed(dagster: Dagster, warehouse: Path) -> str:
    """Launches a build by a POST without an origin; returns why it failed."""
    status, text = request(
        dagster, "POST", "/graphql", json.dumps(launch_body(warehouse)), Content_Type="application/json"
    )
    answer = json.loads(text)["data"]["launchRun"]
    assert (status, answer["__typename"]) == (200, "LaunchRunSuccess")
    run_id = answer["run"]["runId"]
    assert dagster.finished(run_id)["status"] == "FAILURE"
    return dagster.reasons(run_id)


def test_a_client_without_origin_launches_by_post_within_the_allowed_roots(
    root: Path, dagster: Dagster, tmp_path: Path
) -> None:
    refused, unknown = "is not a location that a run may use", "no document id is no-such-document"
    why = why_it_failed(dagster, tmp_path / "elsewhere")
    assert refused in why and unknown not in why
    assert list(tmp_path.iterdir()) == [], "nothing was written outside the allowed roots"
    why = why_it_failed(dagster, root / "allowed" / "tables")
    assert unknown in why and refused not in why


PAGE = """<!doctype html><title>waiting</title><body><script>
const address = "%(address)s", body = %(body)s, query = "%(query)s";
const get = address + "/graphql?" + query;
const attempts = [
  () => fetch(get, {mode: "no-cors"}),
  () => fetch(get),
  () => fetch(get, {method: "POST", mode: "no-cors"}),
  () => fetch(address + "/graphql", {method: "POST", mode: "no-cors", headers: {"Content-Type": "text/plain; application/json"}, body}),
  () => fetch(address + "/graphql", {method: "POST", headers: {"Content-Type": "application/json"}, body}),
  () => navigator.sendBeacon(get, "x"),
  () => new Promise(done => { const image = new Image(); image.onload = image.onerror = done; image.src = get; }),
  () => new Promise(done => { const frame = document.createElement("iframe"); frame.onload = done; frame.src = get; document.body.append(frame); }),
  () => new Promise(done => { const frame = document.createElement("iframe"); frame.name = "t"; document.body.append(frame);
    const form = document.createElement("form"); form.method = "POST"; form.action = get; form.target = "t"; document.body.append(form);
    frame.onload = done; form.submit(); }),
  () => new Promise(done => { const socket = new WebSocket(address.replace("http", "ws") + "/graphql", "graphql-ws");
    socket.onopen = () => { window.opened = true; done(); }; socket.onerror = done; }),
];
(async () => {
  for (const attempt of attempts) { try { await attempt(); } catch (error) { } }
  document.title = window.opened ? "websocket opened" : "all refused or ignored";
})();
</script>"""


@pytest.mark.skipif(not HAS_BROWSER, reason=NEEDS_BROWSER)
def test_a_page_of_another_origin_starts_nothing_in_a_browser(dagster: Dagster, tmp_path: Path) -> None:
    """Another port of the same machine is another origin, though the same site, which is the harder case."""
    before = len(dagster.runs())
    body = launch_body(tmp_path / "pwned")
    query = urlencode({"query": body["query"], "variables": json.dumps(body["variables"])}, quote_via=quote)
    page = (PAGE % {"address": dagster.address, "body": json.dumps(json.dumps(body)), "query": query}).encode()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None: ...

    other = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    browser = start_browser()
    try:
        for host in ("127.0.0.1", "localhost"):
            browser.get(f"http://{host}:{other.server_port}/")
            title = wait_for("the attempts", lambda: browser.title if browser.title != "waiting" else None)
            assert title == "all refused or ignored"
        browser.get(f"{dagster.address}/jobs")
        wait_for("Dagster's own page", lambda: "build_everything" in browser.page_source)
    finally:
        browser.quit()
        other.shutdown()
        other.server_close()
    assert len(dagster.runs()) == before
