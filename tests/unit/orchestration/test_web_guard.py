"""Which requests the guard of the web server refuses, by method and headers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from capex_pipeline.orchestration.web_guard import LOOPBACK, WebGuard, refusal, served_names

JSON = ("content-type", "application/json")
OWN = ("origin", "http://127.0.0.1:3000")


def scope(method: str, path: str, *headers: tuple[str, str], query: str = "", kind: str = "http") -> dict[str, Any]:
    """An ASGI scope; the Host is loopback unless the headers name one."""
    named = [*headers] if any(name == "host" for name, _ in headers) else [("host", "127.0.0.1:3000"), *headers]
    encoded = [(name.encode(), value.encode()) for name, value in named]
    return {"type": kind, "method": method, "path": path, "query_string": query.encode(), "headers": encoded}


@pytest.mark.parametrize(
    "request_",
    [
        scope("GET", "/"),
        scope("GET", "/runs", query="q=x"),
        scope("GET", "/graphql"),
        scope("POST", "/graphql", JSON),
        scope("POST", "/graphql", ("content-type", "application/json; charset=utf-8"), OWN),
        scope("POST", "/graphql", ("content-type", "application/graphql")),
        scope("POST", "/graphql", JSON, ("host", "LocalHost:3000"), ("origin", "http://localhost:3000")),
        scope("POST", "/graphql", JSON, ("host", "[::1]:3000")),
        scope("POST", "/graphql", JSON, ("host", "tables.example"), ("origin", "https://tables.example"), ("sec-fetch-site", "same-origin")),
        scope("POST", "/report_asset_materialization/capex", JSON),
        scope("GET", "/", ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")),
        scope("GET", "/graphql", OWN, kind="websocket"),
        scope("GET", "/graphql", kind="websocket"),
    ],
)  # fmt: skip
def test_requests_of_the_page_itself_and_of_clients_without_origin_are_served(request_: dict[str, Any]) -> None:
    assert refusal(request_, served_names("tables.example")) is None


@pytest.mark.parametrize(
    ("status", "request_"),
    [
        (421, scope("GET", "/", ("host", "evil.example:3000"))),
        (421, scope("GET", "/", ("host", "127.0.0.1.evil.example"))),
        (421, scope("GET", "/", ("host", "evil.example@127.0.0.1"))),
        (421, scope("GET", "/", ("host", "127.0.0.1:3000"), ("host", "evil.example"))),
        (421, scope("GET", "/", ("host", ""))),
        (421, scope("GET", "/", ("host", "127.0.0.1:x"))),
        (421, scope("GET", "/graphql", ("host", "rebound.example:3000"), kind="websocket")),
        (405, scope("GET", "/graphql", query="query=mutation{launchRun}")),
        (405, scope("HEAD", "/graphql", query="query=mutation{launchRun}")),
        (405, scope("GET", "/prefix/graphql/", query="query=x")),
        (415, scope("POST", "/graphql", query="query=mutation{launchRun}")),
        (415, scope("POST", "/graphql", ("content-type", "text/plain; application/json"))),
        (415, scope("POST", "/graphql", ("content-type", "application/x-www-form-urlencoded"))),
        (415, scope("POST", "/graphql", JSON, ("content-type", "text/plain"))),
        (403, scope("POST", "/graphql", JSON, ("origin", "http://evil.example"))),
        (403, scope("POST", "/graphql", JSON, ("origin", "http://127.0.0.1:8000"))),
        (403, scope("POST", "/graphql", JSON, ("origin", "http://localhost:3000"))),
        (403, scope("POST", "/graphql", JSON, ("origin", "null"))),
        (403, scope("POST", "/graphql", JSON, OWN, ("origin", "http://evil.example"))),
        (403, scope("POST", "/graphql", JSON, ("sec-fetch-site", "cross-site"))),
        (403, scope("POST", "/graphql", JSON, ("sec-fetch-site", "same-site"))),
        (403, scope("GET", "/", ("origin", "http://evil.example"))),
        (403, scope("POST", "/report_asset_check/capex", JSON, ("origin", "http://evil.example"))),
        (403, scope("GET", "/graphql", ("origin", "http://evil.example"), kind="websocket")),
        (403, scope("GET", "/graphql", ("sec-fetch-site", "cross-site"), kind="websocket")),
    ],
)
def test_requests_that_another_page_can_make_a_browser_send_are_refused(status: int, request_: dict[str, Any]) -> None:
    refused = refusal(request_, LOOPBACK)
    assert refused is not None
    assert refused[0] == status


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("", set()),
        ("tables.example", {"tables.example"}),
        ("https://Tables.example:8443, intranet ,", {"tables.example", "intranet"}),
    ],
)
def test_served_names_are_those_of_the_setting_and_loopback(text: str, more: set[str]) -> None:
    assert served_names(text) == LOOPBACK | more


def test_a_refused_request_never_reaches_the_application_and_served_pages_cannot_be_framed() -> None:
    reached: list[str] = []

    async def application(request: Any, receive: Any, send: Any) -> None:
        reached.append(request["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    def answers(request: dict[str, Any]) -> list[Any]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "websocket.connect"}

        asyncio.run(WebGuard(application, LOOPBACK)(request, receive, send))
        return sent

    assert (b"x-frame-options", b"SAMEORIGIN") in answers(scope("GET", "/ours"))[0]["headers"]
    start, body = answers(scope("GET", "/theirs", ("host", "evil.example")))
    assert start["status"] == 421
    assert b"CAPEX_PIPELINE_SITE" in body["body"]
    (closed,) = answers(scope("GET", "/theirs", ("origin", "null"), kind="websocket"))
    assert closed["type"] == "websocket.close"
    assert reached == ["/ours"]
