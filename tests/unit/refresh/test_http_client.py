"""The client against a server on this machine that misbehaves."""

from __future__ import annotations

import email.utils
import gzip
import shutil
import socket
import subprocess
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from unit.refresh.local_server import JSON_TYPE, LocalServer, Reply

from capex_pipeline.refresh.http_client import Client
from capex_pipeline.refresh.http_types import JSON, ZIP, Content, Limits, RefreshError, Validators
from capex_pipeline.refresh.rate_limit import TokenBucket

AGENT = "Example Ltd data@example.org"
SHORT = Limits(connect=2, silence=0.3, attempt=1.0, total=1000)
SMALL = replace(JSON, limit=10_000)
GOOD = Reply(b'{"a": 1}')


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as running:
        yield running


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def client(slept: list[float]) -> Iterator[Client]:
    with make(slept) as one:
        yield one


def make(slept: list[float], limits: Limits = SHORT, **more: Callable[[], float]) -> Client:
    """A client that writes its waits down instead of waiting; the jitter is the middle of its range."""
    pace = TokenBucket(10, sleep=lambda seconds: None)
    return Client(AGENT, limits, pace=pace, sleep=slept.append, jitter=more.pop("jitter", lambda: 0.5), **more)


def refused(client: Client, url: str, content: Content = SMALL, validators: Validators | None = None) -> RefreshError:
    with pytest.raises(RefreshError) as caught:
        client.get(url, content, validators)
    assert caught.value.message.endswith(".")
    assert AGENT not in caught.value.message
    return caught.value


def test_a_good_answer_comes_whole_and_the_contact_is_the_user_agent(server: LocalServer, client: Client) -> None:
    url = server.says("/a", replace(GOOD, etag='"v1"', modified="Mon, 25 Nov 2024 10:00:00 GMT"))
    answer = client.get(url, SMALL)
    assert (answer.body, answer.not_modified) == (b'{"a": 1}', False)
    assert answer.validators == Validators('"v1"', "Mon, 25 Nov 2024 10:00:00 GMT")
    assert server.asked[0].headers["user-agent"] == AGENT
    assert not {"if-none-match", "if-modified-since", "authorization", "cookie"} & set(server.asked[0].headers)
    assert (client.requests, client.retries, client.received) == (1, 0, 8)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_packed_answer_is_unpacked(server: LocalServer, client: Client, chunked: bool) -> None:
    body = b'{"a": "' + b"x" * 5000 + b'"}'
    url = server.says("/a", Reply(body, packed=True, chunked=chunked))
    assert client.get(url, SMALL).body == body
    assert client.received < 200


@pytest.mark.parametrize(
    "validators", [Validators(etag='"v1"'), Validators(last_modified="Mon, 25 Nov 2024 10:00:00 GMT")]
)
def test_an_unchanged_version_is_not_sent_again(server: LocalServer, client: Client, validators: Validators) -> None:
    url = server.says("/a", replace(GOOD, etag='"v1"', modified="Mon, 25 Nov 2024 10:00:00 GMT"))
    answer = client.get(url, SMALL, validators)
    assert (answer.not_modified, answer.body) == (True, b"")
    assert client.get(url, SMALL, Validators('"v0"')).body == b'{"a": 1}'


def test_not_modified_without_a_version_at_hand_is_no_answer(server: LocalServer, client: Client) -> None:
    assert refused(client, server.says("/a", Reply(b"", 304))).rule == "unexpected_answer"


def test_a_fault_of_the_server_is_asked_again_after_growing_waits(
    server: LocalServer, client: Client, slept: list[float]
) -> None:
    url = server.says("/a", Reply(b"busy", 503), Reply(b"busy", 500), GOOD)
    assert client.get(url, SMALL).body == b'{"a": 1}'
    assert slept == [0.75, 1.5]
    assert (client.requests, client.retries) == (3, 2)


def test_waits_are_spread_between_half_and_whole_and_bounded(server: LocalServer) -> None:
    for jitter, expected in ((0.0, [0.5, 1, 2, 4, 5]), (1.0, [1, 2, 4, 8, 10])):
        slept: list[float] = []
        with make(slept, replace(SHORT, attempts=6, longest_backoff=10), jitter=lambda jitter=jitter: jitter) as client:
            error = refused(client, server.says("/a", Reply(b"busy", 503)))
        assert slept == expected
        assert error.rule == "server_error"
        assert "6 requests failed" in error.message


def test_too_many_requests_waits_as_long_as_it_is_told(server: LocalServer, client: Client, slept: list[float]) -> None:
    url = server.says("/a", Reply(b"", 429, {**JSON_TYPE, "Retry-After": "7"}), GOOD)
    assert client.get(url, SMALL).body == b'{"a": 1}'
    assert slept == [7.0]


def test_a_wait_until_a_time_of_day_is_understood(server: LocalServer, slept: list[float]) -> None:
    until = {**JSON_TYPE, "Retry-After": email.utils.formatdate(1_000_090, usegmt=True)}
    with make(slept, wall_clock=lambda: 1_000_000.0) as client:
        client.get(server.says("/a", Reply(b"", 429, until), GOOD), SMALL)
    assert slept == [90.0]


@pytest.mark.parametrize("said", [None, "soon", "-5", "", "Mon, 99 Nov 2024"])
def test_too_many_requests_without_a_readable_wait_backs_off(
    server: LocalServer, client: Client, slept: list[float], said: str | None
) -> None:
    headers = dict(JSON_TYPE) if said is None else {**JSON_TYPE, "Retry-After": said}
    client.get(server.says("/a", Reply(b"", 429, headers), GOOD), SMALL)
    assert slept == [0.75]


def test_a_wait_that_is_too_long_ends_the_matter(server: LocalServer, client: Client, slept: list[float]) -> None:
    error = refused(client, server.says("/a", Reply(b"", 429, {**JSON_TYPE, "Retry-After": "3600"})))
    assert error.rule == "rate_limited"
    assert "3,600 seconds" in error.message
    assert (slept, client.requests) == ([], 1)


def test_the_deadline_of_the_run_ends_the_waiting(server: LocalServer, slept: list[float]) -> None:
    with make(slept, replace(SHORT, total=0.5, longest_backoff=60, first_backoff=30)) as client:
        error = refused(client, server.says("/a", Reply(b"", 503)))
    assert (error.rule, slept, client.requests) == ("deadline", [], 1)


def test_nothing_is_asked_after_the_deadline(server: LocalServer, slept: list[float]) -> None:
    now = [0.0]
    with make(slept, clock=lambda: now[0]) as client:
        now[0] = 1001.0
        assert refused(client, server.says("/a", GOOD)).rule == "deadline"
    assert server.asked == []


def test_a_slow_head_is_given_up_and_asked_again(server: LocalServer, client: Client) -> None:
    url = server.says("/a", replace(GOOD, delay=0.6), GOOD)
    assert client.get(url, SMALL).body == b'{"a": 1}'
    assert client.requests == 2


def test_a_body_that_drips_is_given_up_by_the_clock(server: LocalServer, slept: list[float]) -> None:
    with make(slept, replace(SHORT, attempts=2, attempt=0.2)) as client:
        error = refused(client, server.says("/a", Reply(b'{"a": "' + b"x" * 400 + b'"}', drip=0.05)))
    assert error.rule == "unreachable"
    assert "too slow" in error.message


def test_nobody_there_is_said(slept: list[float]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with make(slept) as client:
        error = refused(client, f"http://127.0.0.1:{port}/a")
    assert error.rule == "unreachable"
    assert len(slept) == SHORT.attempts - 1


def test_a_host_that_hangs_up_is_asked_again(server: LocalServer, client: Client) -> None:
    assert client.get(server.says("/a", replace(GOOD, hang_up=True), GOOD), SMALL).body == b'{"a": 1}'


@pytest.mark.parametrize(
    "broken",
    [
        Reply(b"x" * 4000, missing=1000),
        Reply(b"x" * 4000, missing=1000, chunked=True),
        Reply(bytes(range(256)) * 16, missing=9, packed=True, chunked=False),
    ],
)
def test_a_body_that_breaks_off_is_asked_for_again(server: LocalServer, client: Client, broken: Reply) -> None:
    assert client.get(server.says("/a", broken, GOOD), SMALL).body == b'{"a": 1}'
    error = refused(client, server.says("/b", broken))
    assert (error.rule, "ended before it was complete" in error.message) == ("truncated", True)


def test_a_packed_body_without_its_end_is_truncated_though_the_length_fits(server: LocalServer, client: Client) -> None:
    half = gzip.compress(b"x" * 4000, mtime=0)[:-6]
    headers = {**JSON_TYPE, "Content-Encoding": "gzip"}
    assert refused(client, server.says("/a", Reply(half, headers=headers))).rule == "truncated"
    assert refused(client, server.says("/b", Reply(b"no gzip at all", headers=headers))).rule == "damaged"
    whole = gzip.compress(b"{}", mtime=0)
    assert refused(client, server.says("/c", Reply(whole + b"more", headers=headers))).rule == "damaged"
    assert refused(client, server.says("/d", Reply(whole + whole, headers=headers, chunked=True))).rule == "damaged"


@pytest.mark.parametrize("given", ["text/html; charset=utf-8", "application/zip", ""])
def test_another_type_is_refused_at_once(server: LocalServer, client: Client, given: str) -> None:
    error = refused(
        client,
        server.says(
            "/a",
            Reply(
                b"<html>Request Rate Threshold Exceeded</html>",
                headers={"Content-Type": given} if given else {"X": "y"},
            ),
        ),
    )
    assert (error.rule, client.requests) == ("wrong_type", 1)


def test_a_type_with_a_character_set_is_the_type(server: LocalServer, client: Client) -> None:
    assert client.get(
        server.says("/a", replace(GOOD, headers={"Content-Type": "Application/JSON; charset=utf-8"})), SMALL
    ).body


def test_a_stated_length_over_the_limit_is_not_read(server: LocalServer, client: Client) -> None:
    error = refused(client, server.says("/a", Reply(b"x" * 10_001)))
    assert (error.rule, client.received) == ("oversized", 0)


def test_an_unstated_length_over_the_limit_is_stopped(server: LocalServer, client: Client) -> None:
    assert refused(client, server.says("/a", Reply(b"x" * 50_000, chunked=True))).rule == "oversized"


def test_the_limit_itself_is_allowed(server: LocalServer, client: Client) -> None:
    for packed in (False, True):
        assert len(client.get(server.says("/a", Reply(b"x" * 10_000, packed=packed)), SMALL).body) == 10_000
        assert refused(client, server.says("/a", Reply(b"x" * 10_001, packed=packed))).rule == "oversized"


def test_a_bomb_is_not_unpacked(server: LocalServer, client: Client) -> None:
    # Packed beforehand: a busy machine takes longer for it than this client waits.
    bomb = gzip.compress(b"\0" * 30_000_000)
    url = server.says("/a", Reply(bomb, headers={**JSON_TYPE, "Content-Encoding": "gzip"}))
    tracemalloc.start()
    assert refused(client, url).rule == "oversized"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert client.received < 64 * 1024
    assert peak < 5_000_000


def test_a_packing_that_was_not_asked_for_is_refused(server: LocalServer, client: Client) -> None:
    assert (
        refused(client, server.says("/a", Reply(headers={**JSON_TYPE, "Content-Encoding": "br"}))).rule
        == "unexpected_answer"
    )


def test_a_redirect_within_the_host_is_followed(server: LocalServer, client: Client) -> None:
    server.says("/b", GOOD)
    for target in ("/b", server.base + "/b", "b"):
        assert client.get(server.says("/a", Reply(b"", 302, {"Location": target})), SMALL).body == b'{"a": 1}'


def test_a_redirect_to_another_host_is_not_followed(server: LocalServer, client: Client) -> None:
    with LocalServer() as other:
        other.says("/b", GOOD)
        places = (
            other.base + "/b",
            "https://data.sec.gov/b",
            "http://example.org/b",
            "//example.org/b",
            "file:///etc/passwd",
            "",
        )
        for target in places:
            assert refused(client, server.says("/a", Reply(b"", 301, {"Location": target}))).rule == "redirected"
        assert other.asked == []


def test_redirects_in_a_circle_end(server: LocalServer, client: Client) -> None:
    assert refused(client, server.says("/a", Reply(b"", 307, {"Location": "/a"}))).rule == "redirected"
    assert client.requests == 4


@pytest.mark.parametrize(
    ("status", "rule"),
    [
        (403, "refused"),
        (404, "not_found"),
        (400, "unexpected_answer"),
        (206, "unexpected_answer"),
        (204, "unexpected_answer"),
    ],
)
def test_other_answers_are_refused_at_once(server: LocalServer, client: Client, status: int, rule: str) -> None:
    assert refused(client, server.says("/a", Reply(b"", status))).rule == rule
    assert client.requests == 1


def test_other_hosts_are_not_asked(client: Client) -> None:
    assert refused(client, "http://example.org/a", ZIP).rule == "address_not_allowed"
    assert client.requests == 0


def test_no_password_file_and_no_proxy_of_this_machine_is_used_for_it(
    server: LocalServer, client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login someone password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    client.get(server.says("/a", GOOD), SMALL)
    assert "authorization" not in server.asked[0].headers


def test_a_version_that_no_header_could_carry_is_forgotten(server: LocalServer, client: Client) -> None:
    assert client.get(server.says("/a", replace(GOOD, etag='"' + "x" * 2000 + '"')), SMALL).validators == Validators()


def test_certificates_are_checked(slept: list[float], tmp_path: Path) -> None:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("needs openssl to make a certificate that nobody trusts")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True,
    )  # fmt: skip
    with LocalServer(certificate, key) as server, make(slept) as client:
        error = refused(client, server.says("/a", GOOD))
        assert server.base.startswith("https://")
        assert (error.rule, server.asked, slept) == ("certificate", [], [])


def test_every_attempt_passes_the_pace(server: LocalServer, slept: list[float]) -> None:
    passed: list[float] = []
    pace = TokenBucket(10, clock=lambda: 1.0, sleep=passed.append)
    with Client(AGENT, SHORT, pace=pace, sleep=slept.append) as client:
        server.says("/c", GOOD)
        client.get(server.says("/a", Reply(b"", 503), Reply(b"", 302, {"Location": "/c"})), SMALL)
    assert passed == pytest.approx([0.1, 0.2])
    assert client.requests == 3
