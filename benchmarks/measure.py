"""Measures a child process: processor seconds, peak memory, and the JSON that it printed.

Add here what starts a child or reads its use of resources. What is measured is in the other modules of this package.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Row:
    """One row of the table.

    part: letter of the measurement. ours, other: processor seconds (or what `unit` says) of both sides; ratio: as `ratio_is` words
    it; aim: what is aimed at, in words, empty where nothing is; peak: megabytes of the process that did our side.
    """

    part: str
    what: str
    ours: float
    against: str
    other: float
    ratio: float
    aim: str = ""
    peak: float | None = None
    unit: str = "s"
    reached: bool | None = None


@dataclass(frozen=True)
class Used:
    """What a child process used: processor seconds, peak of resident memory in MB, and the JSON that it printed last."""

    cpu: float
    peak: float
    said: dict[str, Any] = field(default_factory=dict)


def child(module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Used:
    """Runs `python -m benchmarks.<module>` and waits for it. Raises RuntimeError where it fails.

    The child's last line is JSON. A child's peak counts from what its parent has, so this process stays small.
    """
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            [sys.executable, "-m", f"benchmarks.{module}", *arguments],
            stdout=out,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode()
    if process.returncode:
        raise RuntimeError(f"benchmarks.{module} {' '.join(arguments)} failed; what it printed:\n{text[-2000:]}")
    return Used(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, json.loads(text.strip().splitlines()[-1]))


def least(runs: int, measure: Callable[[], Used], by: str = "") -> Used:
    """Of several runs the one with the least processor time (or the least number that it said under `by`): the others were
    disturbed."""
    return min((measure() for _ in range(runs)), key=lambda used: used.said[by] if by else used.cpu)


def seconds(work: Callable[[], object], runs: int = 3) -> float:
    """Least processor seconds of this process that some work takes."""
    taken = []
    for _ in range(runs):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)
