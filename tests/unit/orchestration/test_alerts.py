"""Alerts: one line for each failed run, and a message to a webhook that may be anything or nothing."""

from __future__ import annotations

import datetime as dt
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from capex_pipeline.orchestration import alerts

NOW = dt.datetime(2026, 11, 24, 6, 31, 5, 999, dt.UTC)
ALERT = {
    "run_id": "4c0f",
    "job": "build_everything",
    "step": "capex",
    "message": "Table capex_by_definition was not replaced.",
}


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    path = tmp_path / "operations" / "alerts.log"
    monkeypatch.setenv(alerts.LOG_VARIABLE, str(path))
    monkeypatch.delenv(alerts.WEBHOOK_VARIABLE, raising=False)
    return path


Received = list[tuple[str, str | None, bytes]]


@contextmanager
def webhook(status: int) -> Iterator[tuple[str, Received]]:
    """A local server that answers with the status, and what it was sent: path, type and body."""
    received: Received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, self.headers["Content-Type"], body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook?token=secret", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_alert_is_one_line_of_json_with_the_time(log: Path) -> None:
    alerts.send(ALERT, NOW)
    alerts.send({**ALERT, "run_id": "5d1a"}, NOW)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["run_id"] for line in lines] == ["4c0f", "5d1a"]
    assert json.loads(lines[0]) == {"at": "2026-11-24T06:31:05+00:00", **ALERT}


def test_a_message_of_many_lines_stays_one_line_and_a_long_one_is_cut(log: Path) -> None:
    alerts.send({**ALERT, "message": "first line\n  second\tline “quoted” " + "x" * 5_000}, NOW)
    (line,) = log.read_text(encoding="utf-8").splitlines()
    message = json.loads(line)["message"]
    assert message.startswith("first line second line “quoted” xxx")
    assert len(message) == 2_000
    assert message.endswith("x…")


def test_the_webhook_gets_the_same_record_as_json(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with webhook(204) as (address, received):
        monkeypatch.setenv(alerts.WEBHOOK_VARIABLE, address)
        said = alerts.send(ALERT, NOW)
    ((path, kind, body),) = received
    assert (path, kind) == ("/hook?token=secret", "application/json")
    sent = json.loads(body)
    assert (
        sent.pop("text") == "Problem: build_everything\nTable capex_by_definition was not replaced."
    )  # what Slack and Teams show
    assert sent == json.loads(log.read_text(encoding="utf-8"))
    assert said.endswith("the webhook answered 204.")
    assert "secret" not in said


def unreachable() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{one.getsockname()[1]}/hook"


@pytest.mark.slow("waits for a server that refuses")
@pytest.mark.parametrize("status", [404, 500])
def test_a_webhook_that_refuses_is_said_and_raises_nothing(
    log: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    with webhook(status) as (address, _):
        monkeypatch.setenv(alerts.WEBHOOK_VARIABLE, address)
        assert alerts.send(ALERT, NOW).endswith(f"the webhook answered {status}.")
    assert len(log.read_text(encoding="utf-8").splitlines()) == 1


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (unreachable, "the webhook did not answer (URLError)."),
        (lambda: "http://hooks.example.com/secret", "the webhook was not called: its address must begin with https."),
        (lambda: "file:///etc/passwd", "the webhook was not called: its address must begin with https."),
        (lambda: "not an address", "the webhook was not called: its address must begin with https."),
        (lambda: "https://[broken/secret", "the webhook was not called"),
        (lambda: "https://127.0.0.1:notaport/secret", "the webhook did not answer"),
    ],
)
def test_a_webhook_that_is_none_is_said_and_raises_nothing(
    log: Path, monkeypatch: pytest.MonkeyPatch, address: Callable[[], str], said: str
) -> None:
    monkeypatch.setenv(alerts.WEBHOOK_VARIABLE, address())
    answer = alerts.send(ALERT, NOW)
    assert said in answer
    assert "secret" not in answer
    assert len(log.read_text(encoding="utf-8").splitlines()) == 1


def test_without_settings_the_log_is_in_dagsters_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(alerts.LOG_VARIABLE)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home"))
    assert alerts.send(ALERT, NOW) == f"Written to {tmp_path / 'home' / 'alerts.log'}; no webhook is configured."
    assert (tmp_path / "home" / "alerts.log").is_file()


def test_log_that_cannot_be_written_does_not_keep_the_webhook_from_being_called(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.parent.write_text("a file where the folder should be", encoding="utf-8")
    with webhook(200) as (address, received):
        monkeypatch.setenv(alerts.WEBHOOK_VARIABLE, address)
        done = alerts.send(ALERT, NOW)
    assert done.startswith(f"Not written to {log}") and done.endswith("the webhook answered 200.")
    assert json.loads(received[0][2])["run_id"] == "4c0f"
