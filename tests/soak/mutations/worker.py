"""A process that tries mutants within limits of time and memory, and that may be killed and replaced.

This module starts and ends the process, sets its limits, and finds the mutant of a batch that broke it. Mutants are
made in `tests/soak/mutations/making.py`; what must hold is in `tests/soak/mutations/oracle.py`.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any

from .making import mutant
from .oracle import Loss, read, trial, write_good

MEMORY = 2 * 1024**3
"""Bytes of address space that a trial may take beyond what the libraries and one reading of the good documents take."""

SECONDS_FOR_ONE = 10.0
"""Processor time after which a single mutant, read with the good documents, hangs. It takes well under a second, three when followed."""

SECONDS_FOR_MANY = 60.0
"""The same for a batch."""

_WAITING = 20
"""Times the bound of processor time that may pass on the clock: for one who waits without working, on a busy machine."""


@dataclass(frozen=True)
class Trial:
    """What came of some mutants: what was lost, and the memory (bytes) that the process had at its peak."""

    losses: list[Loss] = field(default_factory=list)
    peak: int = 0


class Worker:
    """Tries mutants of one seed in another process; a context manager."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._process: Any = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def try_all(self, numbers: Sequence[int], *, follow: bool) -> Trial:
        """Mutants side by side; where something is lost and nothing says through which, one half and then the other."""
        found = self._ask(numbers, follow, SECONDS_FOR_MANY if len(numbers) > 1 else SECONDS_FOR_ONE)
        if len(numbers) == 1:
            return Trial([Loss(numbers[0], loss.what) for loss in found.losses], found.peak)
        if all(loss.number is not None for loss in found.losses):
            return found
        half = len(numbers) // 2
        parts = [self.try_all(some, follow=follow) for some in (numbers[:half], numbers[half:])]
        losses = [loss for part in parts for loss in part.losses]
        # What only shows when several lie side by side stays with them.
        return Trial(losses or found.losses, max(found.peak, *(part.peak for part in parts)))

    def _ask(self, numbers: Sequence[int], follow: bool, seconds: float) -> Trial:
        pipe = self._started()
        pipe.send((list(numbers), follow))
        begun, end = self._worked(), time.monotonic() + _WAITING * seconds
        try:
            while not pipe.poll(0.5):
                if self._worked() - begun > seconds or time.monotonic() > end:
                    self._stop()
                    return Trial([Loss(None, f"no answer within {seconds:.0f} seconds of work")])
            answer: Trial = pipe.recv()
            return answer
        except EOFError:
            self._process.join(5)
            what = f"the process ended with code {self._process.exitcode}"
        self._stop()
        return Trial([Loss(None, what)])

    def _worked(self) -> float:
        """Seconds of processor time that the process has taken; none once it has ended."""
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _started(self) -> Connection:
        if self._pipe is None:
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs, self.seed), daemon=True)
            self._process.start()
            theirs.close()
            self._pipe.recv()  # it is ready: what follows is work on mutants
        return self._pipe

    def _stop(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
            self._process.kill()
            self._process.join()
            self._pipe = None


def _serve(pipe: Connection, seed: int) -> None:
    """Answers requests until the pipe is closed."""
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        root = Path(folder) / "raw"
        write_good(root)
        before = read(root)
        limit = _address_space() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        pipe.send("ready")
        while True:
            try:
                numbers, follow = pipe.recv()
            except EOFError:
                return
            try:
                found = trial(root, before, [mutant(seed, number) for number in numbers], follow=follow)
            except Exception:
                found = [Loss(None, _short(traceback.format_exc()))]
            pipe.send(Trial(found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))
            for place in ("a", "z"):
                shutil.rmtree(root / place, ignore_errors=True)


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _short(trace: str) -> str:
    """Where it was raised and what: the last lines of a traceback."""
    lines = [line.strip() for line in trace.strip().splitlines()]
    places = [line for line in lines if line.startswith("File ") and "capex_pipeline" in line]
    return f"{lines[-1][:300]} ({places[-1] if places else lines[-2]})"
