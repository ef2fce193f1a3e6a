"""Detects runs whose process no longer exists, within a minute, and marks them as failed, so that Dagster's `run_retries` retries them.

Dagster's default launcher does not notice that a machine went down during a run. Such a run stays "started", and with `max_concurrent_runs:
1` it blocks the queue. Add here what identifies a process. For processes on other machines, `run_monitoring` in dagster.yaml and the tag
MAXIMUM_RUNTIME of a job limit the time of a run.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

import dagster as dg

PROCESS_TAG = "capex_pipeline/process"
"""Tag of a run: its id and its process. The id is included because a retried run inherits tags."""

DIED = "The process of this run no longer exists: it was killed, or its machine went down."

MAXIMUM_RUNTIME = "dagster/max_runtime"
"""Dagster's tag for the seconds after which `run_monitoring` ends a run."""


WHOLE = {"dagster/retry_strategy": "ALL_STEPS"}
"""Dagster's tag for retrying every step of a run.

By default it retries the steps without a result, and therefore none if a process died between the last step and the end of the run.
Repeating steps whose inputs are unchanged costs little.
"""


def mark(instance: dg.DagsterInstance, run_id: str) -> None:
    """Record in the run's tags that all its steps are retried, and, if /proc exists (not on macOS), which process executes it."""
    started = _start_of(os.getpid())
    process = [run_id, socket.gethostname(), _boot(), str(os.getpid()), started]
    instance.add_run_tags(run_id, WHOLE if started is None else WHOLE | {PROCESS_TAG: " ".join(map(str, process))})


def is_dead(run: dg.DagsterRun) -> bool:
    """True if the run's process was on this machine and no longer exists; False if it is alive or on another machine."""
    process = run.tags.get(PROCESS_TAG, "").split()
    if len(process) != 5 or process[0] != run.run_id:
        return False
    _, host, boot, pid, started = process
    return host == socket.gethostname() and (boot != _boot() or _start_of(int(pid)) != started)


def fail_dead_runs(instance: dg.DagsterInstance) -> list[str]:
    """Mark each started run whose process no longer exists as failed; return their ids."""
    failed = []
    for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])):
        if not is_dead(run):
            continue
        # A process that ended after the list was made has written its last event by now.
        now = instance.get_run_by_id(run.run_id)
        if now is not None and now.status == dg.DagsterRunStatus.STARTED:
            instance.report_run_failed(now, DIED)
            failed.append(run.run_id)
    return failed


@dg.sensor(
    name="dead_runs",
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Marks a run as failed when its process was killed or its machine went down, so that it does not block the queue and is retried.",
)
def dead_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Checks each started run of this machine."""
    failed = fail_dead_runs(context.instance)
    return dg.SkipReason(
        f"Marked as failed: {', '.join(failed)}." if failed else "The process of each started run is alive."
    )


def _boot() -> str:
    """Id of the machine's current boot; empty if it cannot be read."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _start_of(pid: int) -> str | None:
    """Start time of a process in clock ticks since the machine booted; None if it does not exist or is dead."""
    try:
        # The name in parentheses may contain spaces and parentheses.
        state, *numbers = (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        )
    except OSError:
        return None
    return None if state in ("Z", "X") else numbers[18]
