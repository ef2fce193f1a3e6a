"""Runs whose process is gone: found within a minute, marked as failed, and so asked for again by Dagster's `run_retries`.

Dagster's default launcher does not notice that a machine went down in a run. Such a run stays "started", and with
`max_concurrent_runs: 1` it blocks the queue. Add here what identifies a process. How long a run may take at most, for processes that cannot
be seen from here, is `run_monitoring` in dagster.yaml and the tag MAXIMUM_RUNTIME of a job.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

import dagster as dg

PROCESS_TAG = "capex_pipeline/process"
"""Tag of a run: its id and the process that carries it out. A run that is asked for again inherits tags, hence the id."""

DIED = "The process of this run no longer exists: it was killed, or its machine went down."

MAXIMUM_RUNTIME = "dagster/max_runtime"
"""Dagster's tag for the seconds after which `run_monitoring` gives a run up."""


WHOLE = {"dagster/retry_strategy": "ALL_STEPS"}
"""Dagster's tag for asking again for every step of a run. By default it asks for those without a result, and for none at all where a
process died after the last step and before the run's end; what a whole run finds up to date costs little."""


def mark(instance: dg.DagsterInstance, run_id: str) -> None:
    """Record in the run's tags that it is asked for again as a whole and, except without /proc, as on macOS, that this process carries
    it out."""
    started = _start_of(os.getpid())
    process = [run_id, socket.gethostname(), _boot(), str(os.getpid()), started]
    instance.add_run_tags(run_id, WHOLE if started is None else WHOLE | {PROCESS_TAG: " ".join(map(str, process))})


def is_dead(run: dg.DagsterRun) -> bool:
    """True if the run's process was on this machine and no longer exists; False if it lives or cannot be seen from here."""
    process = run.tags.get(PROCESS_TAG, "").split()
    if len(process) != 5 or process[0] != run.run_id:
        return False
    _, host, boot, pid, started = process
    return host == socket.gethostname() and (boot != _boot() or _start_of(int(pid)) != started)


def fail_dead_runs(instance: dg.DagsterInstance) -> list[str]:
    """Mark each started run whose process is gone as failed; returns their ids."""
    failed = []
    for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])):
        if not is_dead(run):
            continue
        # A process that ended since the list was made has written its last event by now.
        now = instance.get_run_by_id(run.run_id)
        if now is not None and now.status == dg.DagsterRunStatus.STARTED:
            instance.report_run_failed(now, DIED)
            failed.append(run.run_id)
    return failed


@dg.sensor(
    name="dead_runs",
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Marks runs as failed whose process was killed or whose machine went down, so that they block no queue and are asked for again.",
)
def dead_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Looks at each started run of this machine."""
    failed = fail_dead_runs(context.instance)
    return dg.SkipReason(
        f"Marked as failed: {', '.join(failed)}." if failed else "The process of each started run is alive."
    )


def _boot() -> str:
    """Changes whenever the machine starts; empty where it cannot be read."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _start_of(pid: int) -> str | None:
    """When a process started, in clock ticks since the machine did; None where there is no such process or it is dead already."""
    try:
        # The name in parentheses may hold spaces and parentheses itself.
        state, *numbers = (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        )
    except OSError:
        return None
    return None if state in ("Z", "X") else numbers[18]
