"""Requests of a page of another origin against the web interface that `make ui` starts: none of them may start a run."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from running import HAS_BROWSER, NEEDS_BROWSER, Dagster, copy_documents, free_port, start_browser, start_ui, wait_for

pytestmark = pytest.mark.e2e

LAUNCH = (
    "mutation ($p: ExecutionParams!) { launchRun(executionParams: $p) { __typename ... on LaunchRunSuccess { run { runId } } "
    "... on PythonError { message } } }"
)


@pytest.fixture(scope="module")
def dagster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dagster]:
    root = tmp_path_factory.mktemp("guarded")
    copy_documents(root / "raw", ("announcements/alibaba.csv",))
    server, service = start_ui(root, free_port(), CAPEX_PIPELINE_ALLOWED_ROOTS=str(root / "allowed"))
    try:
        yield server
    finally:
        service.stop()


def request(dagster: Dagster, method: str, target: str, body: str = "", **headers: str) -> tuple[int, str]:
    """Status and text of one request, with exactly these headers (an underscore stands for a hyphen)."""
    connection = http.client.HTTPConnection(dagster.address.removeprefix("http://"), timeout=30)
    connection.request(method, target, body or None, {name.replace("_", "-"): text for name, text in headers.items()})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def launch_body(**settings: str) -> dict[str, Any]:
    """A GraphQL request that asks for a build with these settings."""
    selector = {
        "repositoryLocationName": "capex_pipeline",
        "repositoryName": "__repository__",
        "jobName": "build_everything",
    }
    config = {"resources": {"settings": {"config": settings}}}
    return {"query": LAUNCH, "variables": {"p": {"selector": selector, "runConfigData": config}}}


def test_a_launch_in_the_query_string_of_a_get_is_refused(dagster: Dagster, shared: Path) -> None:
    body = json.loads((shared / "cases" / "faults" / "csrf-launch-run.json").read_text(encoding="utf-8"))
    target = "/graphql?" + urlencode({"query": body["query"], "variables": json.dumps(body["variables"])})
    foreign = {"Origin": "http://evil.example", "Sec_Fetch_Site": "cross-site"}
    assert request(dagster, "GET", target, **foreign)[0] == 403
    assert request(dagster, "GET", target)[0] == 405
    assert request(dagster, "POST", target)[0] == 415, "of a POST without a JSON body Dagster reads the query string"
    assert request(dagster, "POST", "/graphql", json.dumps(body), Content_Type="application/json", **foreign)[0] == 403
    assert dagster.runs() == []


def elsewhere(dagster: Dagster, warehouse: Path) -> str:
    """Launches a build into another warehouse, without a document that does not exist; returns why it failed.

    A build that is allowed fails too, but for its documents: whole builds of this job are tested in tests/pipeline/test_builds_apart.py.
    """
    config = {"warehouse": str(warehouse), "leave_out": ["no-such-document"]}
    run = dagster.launch("build_elsewhere", {"ops": {"build_apart": {"config": config}}})
    assert dagster.finished(run)["status"] == "FAILURE"
    return dagster.reasons(run)


def test_a_client_without_origin_launches_by_post_within_the_allowed_roots(dagster: Dagster, tmp_path: Path) -> None:
    body = json.dumps(launch_body(warehouse=str(tmp_path / "elsewhere")))
    status, text = request(dagster, "POST", "/graphql", body, Content_Type="application/json")
    answer = json.loads(text)["data"]["launchRun"]
    assert (status, answer["__typename"]) == (200, "LaunchRunSuccess")
    assert dagster.finished(answer["run"]["runId"])["status"] == "FAILURE"
    refused, unknown = "is not a location that a run may use", "no document id is no-such-document"
    why = elsewhere(dagster, tmp_path / "elsewhere")
    assert refused in why and unknown not in why
    assert list(tmp_path.iterdir()) == [], "nothing was written outside the allowed roots"
    why = elsewhere(dagster, dagster.home.parent / "allowed" / "tables")
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
    body = launch_body(warehouse=str(tmp_path / "pwned"))
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
