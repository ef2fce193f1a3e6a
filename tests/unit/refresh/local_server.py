"""A web server on this machine that answers as it is told, also badly, and remembers what it was asked."""

from __future__ import annotations

import contextlib
import gzip
import json
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

JSON_TYPE = {"Content-Type": "application/json"}
XML_TYPE = {"Content-Type": "text/xml"}
ZIP_TYPE = {"Content-Type": "application/zip"}


@dataclass(frozen=True)
class Reply:
    """One answer.

    etag, modified: sent, and answered with 304 when they come back. packed: sent as gzip. missing: bytes of the stated
    length that are not sent. delay: seconds before the head; drip: seconds between single bytes. chunked: without a length.
    """

    body: bytes = b"{}"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: JSON_TYPE)
    etag: str | None = None
    modified: str | None = None
    packed: bool = False
    missing: int = 0
    delay: float = 0.0
    drip: float = 0.0
    chunked: bool = False
    hang_up: bool = False


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    at: float


class LocalServer:
    """Replies by path. A list of replies is used up one by one; its last one stays."""

    def __init__(self, certificate: Path | None = None, key: Path | None = None) -> None:
        self.replies: dict[str, list[Reply]] = {}
        self.asked: list[Asked] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server._answer(self)

            def handle(self) -> None:
                with contextlib.suppress(OSError):  # the client had enough, also of a certificate
                    super().handle()

            def log_message(self, format: str, *args: Any) -> None:
                """Silence."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True, do_handshake_on_connect=False)
            self._scheme = "https"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> LocalServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def base(self) -> str:
        """The base address."""
        return f"{self._scheme}://127.0.0.1:{self._http.server_port}"

    def says(self, path: str, *replies: Reply) -> str:
        """Sets the replies of a path; returns its address."""
        self.replies[path] = list(replies)
        return self.base + path

    def serves(self, path: str, content: Any, **more: Any) -> str:
        """JSON, or bytes as XML."""
        if isinstance(content, bytes):
            return self.says(path, Reply(content, headers=XML_TYPE, **more))
        return self.says(path, Reply(json.dumps(content).encode(), **more))

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [request.path for request in self.asked]

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append(Asked(handler.path, {k.lower(): v for k, v in handler.headers.items()}, time.monotonic()))
        queue = self.replies.get(handler.path)
        reply = Reply(b"<html>none</html>", 404, {"Content-Type": "text/html"}) if not queue else queue[0]
        if queue and len(queue) > 1:
            queue.pop(0)
        time.sleep(reply.delay)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._send(handler, reply)
        handler.close_connection = handler.close_connection or bool(reply.missing or reply.drip or reply.hang_up)

    def _send(self, handler: BaseHTTPRequestHandler, reply: Reply) -> None:
        if reply.hang_up:
            return
        known = (reply.etag and handler.headers.get("If-None-Match") == reply.etag) or (
            reply.modified and handler.headers.get("If-Modified-Since") == reply.modified
        )
        body = b"" if known else gzip.compress(reply.body, mtime=0) if reply.packed else reply.body
        handler.send_response(304 if known else reply.status)
        for name, value in (("ETag", reply.etag), ("Last-Modified", reply.modified), *reply.headers.items()):
            if value:
                handler.send_header(name, value)
        if reply.packed and not known:
            handler.send_header("Content-Encoding", "gzip")
        if reply.chunked:
            handler.send_header("Transfer-Encoding", "chunked")
        elif not known:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        sent = body[: len(body) - reply.missing] if reply.missing else body
        if reply.chunked:
            handler.wfile.write(f"{len(sent):x}\r\n".encode() + sent + (b"" if reply.missing else b"\r\n0\r\n\r\n"))
        elif reply.drip:
            for place in range(len(sent)):
                handler.wfile.write(sent[place : place + 1])
                handler.wfile.flush()
                time.sleep(reply.drip)
        else:
            handler.wfile.write(sent)
