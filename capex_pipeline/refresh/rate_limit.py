"""Limits the number of requests per second, for all threads of a process together.

This module contains the token bucket and the one that the process shares. Retries and their waits are in
`refresh/http_client.py`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

SEC_LIMIT_PER_SECOND = 10.0
"""The SEC's limit for one reader, over all of its machines (https://www.sec.gov/developer)."""

PER_SECOND = 8.0
"""The rate that is used. It is below the limit because requests that are sent evenly may arrive in bursts."""


class TokenBucket:
    """A token bucket on a monotonic clock; threads may share it.

    With a capacity of 1 no second holds more than `per_second` requests, not even the first.
    """

    def __init__(
        self,
        per_second: float,
        capacity: float = 1.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not 0 < per_second <= SEC_LIMIT_PER_SECOND or capacity < 1:
            raise ValueError(
                f"The rate must be above 0 and at most {SEC_LIMIT_PER_SECOND:g} requests a second, with a capacity of 1 or more."
            )
        self._per_second, self._capacity = per_second, capacity
        self._clock, self._sleep = clock, sleep
        self._tokens, self._at = capacity, clock()
        self._lock = threading.Lock()

    def wait(self) -> float:
        """Take a token, sleeping until there is one; returns the seconds slept."""
        with self._lock:
            now = self._clock()
            self._tokens = min(self._capacity, self._tokens + max(0.0, now - self._at) * self._per_second) - 1.0
            self._at = now
            # A negative count means that tokens were taken in advance; later callers wait for the following ones.
            seconds = max(0.0, -self._tokens / self._per_second)
        if seconds:
            self._sleep(seconds)
        return seconds


PROCESS_PACE = TokenBucket(PER_SECOND)
"""The bucket that all clients of this process share."""
