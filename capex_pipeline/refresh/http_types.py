"""Value types of HTTP requests: expected content, timeouts, validators, response, and the error of a refresh.

Add a type here when both the client and its callers need it. The HTTP library belongs to `http_client`.
"""

from __future__ import annotations

from dataclasses import dataclass

from capex_pipeline import CapexPipelineError

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Content:
    """Requirements for an answer: its media types, and the maximum number of bytes, as sent and unpacked."""

    what: str
    types: frozenset[str]
    limit: int


JSON = Content("JSON", frozenset({"application/json"}), 64 * MEBIBYTE)
HTML = Content("HTML", frozenset({"text/html"}), 24 * MEBIBYTE)
XML = Content("XML", frozenset({"application/xml", "text/xml"}), 64 * MEBIBYTE)
ZIP = Content(
    "a zip file",
    frozenset({"application/zip", "application/x-zip-compressed", "application/octet-stream"}),
    8 * MEBIBYTE,
)


@dataclass(frozen=True)
class Limits:
    """Time limits, in seconds unless stated otherwise."""

    attempts: int = 5
    connect: float = 10.0
    silence: float = 30.0
    """Longest wait for the next bytes."""
    attempt: float = 180.0
    total: float = 1800.0
    """Limit for all requests of one client together."""
    first_backoff: float = 1.0
    longest_backoff: float = 60.0
    longest_retry_after: float = 120.0
    """If a host asks for a longer wait, it gets no more requests until the next run."""


@dataclass(frozen=True)
class Validators:
    """Headers by which a host recognises a version of its content."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Answer:
    """A whole body, or none if the host reports that nothing changed since the version of the validators."""

    body: bytes
    not_modified: bool
    validators: Validators


HOST_RULES = frozenset({"unreachable", "certificate", "rate_limited", "server_error", "refused", "deadline"})
"""Rules of errors that concern the host, not one document."""

STOPPING_RULES = frozenset({"certificate", "rate_limited", "refused", "deadline"})
"""The subset after which further requests to the host are useless or harmful."""


class RefreshError(CapexPipelineError):
    """An answer or a file that is not used. `rule` is a short stable name; the message is a sentence."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
