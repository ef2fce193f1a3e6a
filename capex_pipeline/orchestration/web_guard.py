"""ASGI middleware in front of Dagster's web server that refuses requests which a page of another site made the browser send.

Dagster's web server has no login, executes mutations in the query string of a GET, and checks neither Host nor Origin, so without this
guard a page of any site can start runs on a loopback port. Add here what is decided from a request's method and headers alone. How the
guarded server is started belongs to `cli/web`; which folders a run may use belongs to `storage/locations`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

SITE_VARIABLE = "CAPEX_PIPELINE_SITE"
"""Environment variable: host names of the web interface, separated by commas. The proxy reads it too."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Host names that are always accepted."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_BODIES = frozenset({"application/json", "application/graphql"})
"""Content types of a GraphQL request. A browser sends neither to another site without a preflight request, which is never granted."""

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


def served_names(text: str) -> frozenset[str]:
    """Accepted host names: those of `text` (`SITE_VARIABLE`), with or without scheme and port, and the loopback names."""
    addresses = (one.strip() for one in text.split(","))
    return LOOPBACK | {name for one in addresses if one and (name := _name(one.rpartition("//")[2])) is not None}


def refusal(scope: Scope, names: Collection[str]) -> tuple[int, str] | None:
    """HTTP status and message with which a request is refused; None if it is accepted. scope: the ASGI scope, of type http or websocket.
    names: accepted host names.
    """
    headers: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    hosts = headers.get("host", [])
    if len(hosts) != 1 or _name(hosts[0]) not in names:
        return 421, (
            f"This server does not answer to the host name in the request. It answers to {', '.join(sorted(names))}; "
            f"add further names to {SITE_VARIABLE}."
        )
    is_safe = scope["type"] == "http" and scope["method"] in _SAFE_METHODS
    if any(_authority(origin) != hosts[0].lower() for origin in headers.get("origin", [])):
        return 403, "The request comes from a page of another origin (header Origin)."
    if not is_safe and not set(headers.get("sec-fetch-site", [])) <= {"same-origin", "none"}:
        return 403, "The request comes from a page of another origin (header Sec-Fetch-Site)."
    if scope["type"] == "http" and scope["path"].rstrip("/").endswith("/graphql"):
        return _graphql_refusal(scope, is_safe, headers.get("content-type", []))
    return None


def _graphql_refusal(scope: Scope, is_safe: bool, types: list[str]) -> tuple[int, str] | None:
    if is_safe:
        if scope.get("query_string"):
            return 405, "GraphQL is served by POST only; send the query as JSON in the body."
        return None
    if len(types) != 1 or types[0].partition(";")[0].strip().lower() not in _BODIES:
        return 415, "A GraphQL request must have the content type application/json or application/graphql."
    return None


def _name(host: str) -> str | None:
    """Name in a Host header without its port, in lower case; None if it is not a host."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # raises ValueError if the port is not a number
    except ValueError:
        return None
    return parts.hostname if not (parts.path or parts.query or parts.fragment or "@" in host) else None


def _authority(origin: str) -> str | None:
    """Host and port of an Origin header in the form of a Host header; None for `null` and other opaque origins."""
    scheme, separator, authority = origin.lower().partition("://")
    return authority if separator and scheme in ("http", "https") else None


class WebGuard:
    """ASGI middleware that refuses requests of other sites and does not allow them to frame the pages. app: the wrapped application. names:
    accepted host names.
    """

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]], names: Collection[str]) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward or refuse one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refused = refusal(scope, self._names)
        if refused is None:
            await self._app(scope, receive, _unframed(send))
        elif scope["type"] == "websocket":
            await receive()  # the request to connect; closing before it is accepted answers 403
            await send({"type": "websocket.close", "code": 1008, "reason": refused[1][:120]})
        else:
            status, sentence = refused
            headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff")]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": f"{sentence}\n".encode()})


def _unframed(send: Send) -> Send:
    """`send`, with the header that does not allow other sites to show the page in a frame (clickjacking)."""

    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), (b"x-frame-options", b"SAMEORIGIN")]}
        await send(message)

    return sending
