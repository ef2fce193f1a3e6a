"""An HTTP client for GET requests with a rate limit, limits of size and time, retries and conditional requests.

Redirects to another host are refused. Add here what concerns sending a request and receiving its answer; the meaning of
an answer is decided in `refresh/sec.py`, `refresh/exhibits.py` and `refresh/ecb.py`.

The HTTP library is requests on urllib3. It is maintained, it is installed already because Dagster depends on it, and it
has certificate checks, proxies and connection reuse. Its own retries are not used: each attempt has to pass the rate
limit and the deadline, and a body that breaks off halfway has to be requested again, after the retries of urllib3 are
over.
"""

from __future__ import annotations

import email.utils
import random
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import TracebackType
from urllib.parse import urljoin

import requests
import urllib3.exceptions

from capex_pipeline.refresh.addresses import check_address, is_loopback, origin
from capex_pipeline.refresh.http_types import Answer, Content, Limits, RefreshError, Validators
from capex_pipeline.refresh.rate_limit import PROCESS_PACE, TokenBucket

_CHUNK = 64 * 1024
_REDIRECTS = 3
_REDIRECT_CODES = (301, 302, 303, 307, 308)
_LONGEST_VALIDATOR = 1024


class _TryAgainError(Exception):
    def __init__(self, error: RefreshError, retry_after: str | None = None) -> None:
        super().__init__(error.message)
        self.error, self.retry_after = error, retry_after


class Client:
    """Sends requests with one User-Agent and counts requests, retries and bytes received. It is a context manager."""

    def __init__(
        self,
        user_agent: str,
        limits: Limits | None = None,
        *,
        pace: TokenBucket = PROCESS_PACE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        wall_clock: Callable[[], float] = time.time,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._limits, self._pace = limits or Limits(), pace
        self._clock, self._sleep, self._wall_clock, self._jitter = clock, sleep, wall_clock, jitter
        self._deadline = clock() + self._limits.total
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": "gzip"}
        self._sessions: dict[bool, requests.Session] = {}
        self.requests = self.retries = self.received = 0

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in self._sessions.values():
            session.close()

    def get(
        self, url: str, content: Content, validators: Validators | None = None, *, limit: int | None = None
    ) -> Answer:
        """Return the whole body at an address.

        validators: those of the stored version; the host may then answer that nothing changed. limit: maximum number of
        bytes, if it is less than that of the content type.

        Raises RefreshError: address_not_allowed, redirected, unreachable, certificate, rate_limited, server_error,
        refused (403), not_found, unexpected_answer, wrong_type, oversized, truncated, damaged, deadline.
        """
        check_address(url)
        wanted = content if limit is None else replace(content, limit=min(limit, content.limit))
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._once(url, wanted, validators)
            except _TryAgainError as trouble:
                if attempt >= self._limits.attempts:
                    raise RefreshError(
                        trouble.error.rule, f"{trouble.error.message} {attempt} requests failed; try again later."
                    ) from trouble
                self._wait(url, attempt, trouble)
                self.retries += 1

    def _wait(self, url: str, attempt: int, trouble: _TryAgainError) -> None:
        limits = self._limits
        backoff = min(limits.longest_backoff, limits.first_backoff * 2.0 ** (attempt - 1))
        seconds = backoff * (0.5 + 0.5 * self._jitter())
        requested_wait = self._retry_after(trouble.retry_after)
        if requested_wait is not None:
            if requested_wait > limits.longest_retry_after:
                raise RefreshError(
                    trouble.error.rule,
                    f"{trouble.error.message} The host asks to wait {requested_wait:,.0f} seconds, longer than this run waits; run again after that time.",
                ) from trouble
            seconds = max(seconds, requested_wait)
        if self._clock() + seconds > self._deadline:
            raise RefreshError(
                "deadline", f"{trouble.error.message} The time for this run is over; run again."
            ) from trouble
        self._sleep(seconds)

    def _retry_after(self, text: str | None) -> float | None:
        """Seconds to wait, from a header with seconds or a date; None for any other header."""
        header = (text or "").strip()
        if header.isascii() and header.isdigit():
            return float(header[:9])
        try:
            return max(0.0, email.utils.parsedate_to_datetime(header).timestamp() - self._wall_clock())
        except (ValueError, TypeError, IndexError, OverflowError):
            return None

    def _once(self, url: str, content: Content, validators: Validators | None) -> Answer:
        end = min(self._deadline, self._clock() + self._limits.attempt)
        for _ in range(_REDIRECTS + 1):
            with self._response(url, validators) as response:
                if response.status_code in _REDIRECT_CODES:
                    url = self._redirected(url, response.headers.get("Location"))
                    continue
                self._check_status(url, response, validators)
                served = Validators(_header(response, "ETag"), _header(response, "Last-Modified"))
                if response.status_code == 304:
                    return Answer(b"", True, served)
                self._check_kind(url, response, content)
                return Answer(self._body(url, response, content, end), False, served)
        raise RefreshError(
            "redirected", f"{url} redirects more than {_REDIRECTS} times; open it in a browser to check it."
        )

    def _response(self, url: str, validators: Validators | None) -> requests.Response:
        if self._clock() >= self._deadline:
            raise RefreshError("deadline", f"{url} was not requested: the time for this run is over; run again.")
        headers = dict(self._headers)
        if validators and validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators and validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        self._pace.wait()
        self.requests += 1
        patience = (self._limits.connect, self._limits.silence)
        try:
            return self._session(url).get(url, headers=headers, timeout=patience, allow_redirects=False, stream=True)
        except requests.exceptions.SSLError as error:
            raise RefreshError(
                "certificate",
                f"{url} has a certificate that this machine does not trust; check the clock and certificates of the machine.",
            ) from error
        except requests.exceptions.Timeout as error:
            raise _TryAgainError(RefreshError("unreachable", f"{url} did not answer in time.")) from error
        except (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
            raise _TryAgainError(RefreshError("unreachable", f"{url} cannot be reached; check the network.")) from error
        except requests.exceptions.RequestException as error:
            raise RefreshError("unexpected_answer", f"The request to {url} failed ({type(error).__name__}).") from error

    def _session(self, url: str) -> requests.Session:
        here = is_loopback(check_address(url).hostname or "")
        if here not in self._sessions:
            session = requests.Session()
            # Proxies and certificates of this machine's environment, except for requests to itself.
            session.trust_env = not here
            # It replaces the password file of this machine, which requests would read otherwise.
            session.auth = lambda request: request
            self._sessions[here] = session
        return self._sessions[here]

    def _redirected(self, url: str, location: str | None) -> str:
        target = urljoin(url, location or "")
        try:
            same = origin(check_address(target)) == origin(check_address(url))
        except RefreshError:
            same = False
        if not location or not same:
            raise RefreshError(
                "redirected",
                f"{url} redirects to another host, which is not allowed; open it in a browser to check it.",
            )
        return target

    def _check_status(self, url: str, response: requests.Response, validators: Validators | None) -> None:
        status = response.status_code
        if status == 200 or (status == 304 and validators is not None):
            return
        if status == 429:
            raise _TryAgainError(
                RefreshError("rate_limited", f"{url} reports too many requests (429)."),
                response.headers.get("Retry-After"),
            )
        if status >= 500:
            raise _TryAgainError(
                RefreshError("server_error", f"{url} reports a server error ({status})."),
                response.headers.get("Retry-After"),
            )
        if status == 403:
            raise RefreshError(
                "refused",
                f"{url} is refused (403). The SEC refuses readers without a contact, and readers that sent too many requests "
                "for ten minutes. Check the contact, then wait.",
            )
        if status == 404:
            raise RefreshError("not_found", f"{url} does not exist (404).")
        raise RefreshError(
            "unexpected_answer", f"{url} answers {status}, which is not expected; open it in a browser to check it."
        )

    def _check_kind(self, url: str, response: requests.Response, content: Content) -> None:
        content_type = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if content_type not in content.types:
            raise RefreshError(
                "wrong_type",
                f"{url} is {content_type[:60] or 'of no stated type'}, not {content.what}; it may be a page with a message.",
            )
        length = response.headers.get("Content-Length", "")
        if length.isdigit() and int(length) > content.limit:
            raise _oversized(url, content)
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("identity", "gzip", "x-gzip"):
            raise RefreshError("unexpected_answer", f"{url} is packed as {encoding[:40]}, which was not requested.")

    def _body(self, url: str, response: requests.Response, content: Content, end: float) -> bytes:
        packed = "gzip" in response.headers.get("Content-Encoding", "").lower()
        unpacker = zlib.decompressobj(wbits=31) if packed else None
        body = bytearray()
        sent = 0
        for chunk in self._chunks(url, response, end):
            sent += len(chunk)
            if unpacker is None:
                body += chunk
            else:
                try:
                    # One byte more than the limit is enough to reject the answer; nothing further is unpacked.
                    body += unpacker.decompress(chunk, content.limit + 1 - len(body))
                except zlib.error as error:
                    raise _TryAgainError(RefreshError("damaged", f"{url} cannot be unpacked ({error}).")) from error
            if max(len(body), sent) > content.limit:
                raise _oversized(url, content)
            if unpacker is not None and unpacker.unused_data:
                raise RefreshError(
                    "damaged", f"{url} has more bytes after the end of its packed content; it was not saved."
                )
        if unpacker is not None and not unpacker.eof:
            raise _TryAgainError(RefreshError("truncated", f"{url} ended before it was complete."))
        return bytes(body)

    def _chunks(self, url: str, response: requests.Response, end: float) -> Iterator[bytes]:
        while True:
            try:
                # read1 returns the bytes that have arrived, so the deadline applies to a host that sends single bytes slowly.
                chunk = response.raw.read1(_CHUNK, decode_content=False)
            except urllib3.exceptions.ReadTimeoutError as error:
                raise _TryAgainError(RefreshError("unreachable", f"{url} stopped sending before the end.")) from error
            except urllib3.exceptions.HTTPError as error:
                raise _TryAgainError(RefreshError("truncated", f"{url} ended before it was complete.")) from error
            if not chunk:
                return
            self.received += len(chunk)
            yield chunk
            if self._clock() > end:
                raise _TryAgainError(RefreshError("unreachable", f"{url} sends its data too slowly."))


def _oversized(url: str, content: Content) -> RefreshError:
    return RefreshError(
        "oversized",
        f"{url} has more than {content.limit:,} bytes; it was not saved. Open the address in a browser to check it.",
    )


def _header(response: requests.Response, name: str) -> str | None:
    """A validator to send with later requests; None for a text that a header cannot contain."""
    value = response.headers.get(name)
    return value if value and len(value) <= _LONGEST_VALIDATOR and value.isascii() and value.isprintable() else None
