"""Processes of a trial: a build that may be killed, and readers that poll the tables at the same time.

Add here what forks (this process has everything imported, so a child starts at once), waits with a time limit, or reads
repeatedly. What a child does is passed in by the trials.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

LONGEST_SECONDS = 600.0
"""A child that takes longer hangs."""

_FORKS = 3
_SECONDS_TO_START = 30.0
_STARTED = b"+"
"""What a child writes before it begins its work."""


@dataclass(frozen=True)
class Ended:
    """How a child ended. `killed` by a signal; `answer` is what its work returned; `said` is what it printed."""

    killed: bool
    hung: bool
    answer: Any
    said: str


class Child:
    """A forked process that does some work and ends."""

    def __init__(self, work: Callable[[], Any], folder: Path) -> None:
        """folder: where what it prints is kept, outside of what is watched."""
        folder.mkdir(parents=True, exist_ok=True)
        self._said = folder / f"said.{time.monotonic_ns()}"
        self._end: Ended | None = None
        for _ in range(_FORKS):
            self._answer, answer = os.pipe()
            sys.stdout.flush()
            sys.stderr.flush()
            self.process = os.fork()
            if self.process == 0:
                os.close(self._answer)
                os.write(answer, _STARTED)
                _work(work, answer, self._said)
            os.close(answer)
            # A fork can deadlock in a library's own fork handlers before any of our code runs; such a child has done nothing.
            ready, _, _ = select.select([self._answer], [], [], _SECONDS_TO_START)
            if ready and os.read(self._answer, len(_STARTED)) in (_STARTED, b""):
                return
            self.kill()
            os.close(self._answer)
            os.waitpid(self.process, 0)
        raise RuntimeError(f"None of {_FORKS} forked processes started within {_SECONDS_TO_START:.0f} s.")

    def kill(self) -> None:
        """As `kill -9` does."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)

    def end(self, seconds: float = LONGEST_SECONDS) -> Ended:
        """Waits for its end; kills it when it takes longer."""
        if self._end is not None:
            return self._end
        data, limit, hung = b"", time.monotonic() + seconds, False
        while True:
            ready, _, _ = select.select([self._answer], [], [], max(0.0, limit - time.monotonic()))
            if not ready:
                self.kill()
                hung = True
                break
            if not (part := os.read(self._answer, 1 << 16)):
                break
            data += part
        os.close(self._answer)
        _, status = os.waitpid(self.process, 0)
        said = self._said.read_text(errors="replace") if self._said.exists() else ""
        self._said.unlink(missing_ok=True)
        self._end = Ended(os.WIFSIGNALED(status), hung, json.loads(data) if data else None, said)
        return self._end


def _work(work: Callable[[], Any], answer: int, said: Path) -> None:
    status = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        output = os.open(said, os.O_WRONLY | os.O_CREAT, 0o644)
        os.dup2(output, 1)
        os.dup2(output, 2)
        done = json.dumps(work()).encode()
        with os.fdopen(answer, "wb") as stream:
            stream.write(done)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


class Readers:
    """A process that reads tables over and over, as people's programs do: at once, and slowly while they are replaced."""

    def __init__(self, warehouse: Path, known: Mapping[str, Collection[str]], folder: Path) -> None:
        """known: for each file name, the SHA-256 of every version that may be seen."""
        stopped, self._stop = os.pipe()
        self._child = Child(lambda: _read(warehouse, known, stopped), folder)
        os.close(stopped)

    def end(self) -> tuple[int, list[str]]:
        """Stops it. Returns how often it read, and what was wrong (empty: nothing)."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self._stop, b".")
        ended = self._child.end()
        os.close(self._stop)
        if ended.answer is None:
            return 0, [f"the readers ended by themselves: {ended.said[-500:]}"]
        return int(ended.answer["reads"]), list(ended.answer["wrong"])


def _read(warehouse: Path, known: Mapping[str, Collection[str]], stop: int) -> dict[str, Any]:
    reads = 0
    wrong: list[str] = []
    while len(wrong) < 5:
        for name, versions in known.items():
            path = warehouse / name
            try:
                with path.open("rb") as stream:
                    data = stream.read(1000)
                    if reads % 7 == 0:
                        time.sleep(0.003)
                    data += stream.read()
                if reads % 5 == 0:
                    # Opened once: by name, Arrow would open it again for its rows, and might meet the next version's.
                    with pa.memory_map(str(path)) as mapped:
                        pq.read_table(mapped)
            except Exception as error:
                wrong.append(f"{name}: {type(error).__name__}: {error}")
                continue
            finally:
                reads += 1
            if hashlib.sha256(data).hexdigest() not in versions:
                wrong.append(f"{name}: {len(data)} bytes of no known version")
            # Two cores are shared with the build that is tried: a short pause leaves it some.
            if select.select([stop], [], [], 0.002)[0]:
                return {"reads": reads, "wrong": wrong}
    return {"reads": reads, "wrong": wrong}
