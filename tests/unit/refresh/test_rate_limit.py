"""The token bucket, on a clock of its own."""

from __future__ import annotations

import threading

import pytest

from capex_pipeline.refresh.rate_limit import PER_SECOND, SEC_LIMIT_PER_SECOND, TokenBucket


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


def most_in_a_second(times: list[float]) -> int:
    return max(sum(begin <= at < begin + 1 - 1e-9 for at in times) for begin in times)


def test_no_second_holds_more_than_the_pace_not_even_the_first() -> None:
    clock = Clock()
    bucket = TokenBucket(10, clock=clock, sleep=clock.sleep)
    times = []
    for _ in range(100):
        bucket.wait()
        times.append(clock.now)
    assert most_in_a_second(times) == 10
    assert times[-1] - times[0] == pytest.approx(9.9)


def test_idle_time_is_not_saved_up_for_a_burst() -> None:
    clock = Clock()
    bucket = TokenBucket(10, clock=clock, sleep=clock.sleep)
    bucket.wait()
    clock.now += 3600
    assert bucket.wait() == 0
    assert bucket.wait() == pytest.approx(0.1)


def test_threads_share_the_pace() -> None:
    waits: list[float] = []
    bucket = TokenBucket(10, clock=lambda: 5.0, sleep=lambda seconds: None)
    threads = [threading.Thread(target=lambda: waits.append(bucket.wait())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == pytest.approx([n / 10 for n in range(8)])


def test_a_clock_that_stands_or_jumps_back_makes_nothing_faster() -> None:
    now = [10.0]
    bucket = TokenBucket(10, clock=lambda: now[0], sleep=lambda seconds: None)
    bucket.wait()
    now[0] = 3.0
    assert bucket.wait() == pytest.approx(0.1)


def test_the_process_stays_below_the_limit_of_the_sec() -> None:
    assert PER_SECOND <= SEC_LIMIT_PER_SECOND == 10
    with pytest.raises(ValueError, match="at most 10 requests a second"):
        TokenBucket(10.5)
