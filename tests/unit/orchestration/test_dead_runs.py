"""Runs whose process is gone are marked as failed; all others are left alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.execution.plan.resume_retry import ReexecutionStrategy
from dagster._daemon.auto_run_reexecution.auto_run_reexecution import get_reexecution_strategy

from capex_pipeline.orchestration import dead_runs
from capex_pipeline.orchestration.dead_runs import PROCESS_TAG
from capex_pipeline.orchestration.jobs import build_filer_quarters, refresh_and_build

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")


@dg.job
def nothing() -> None: ...


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def started(instance: dg.DagsterInstance, tags: dict[str, str] | None = None) -> dg.DagsterRun:
    """A run that counts as started."""
    run = instance.create_run_for_job(nothing, tags=tags or {})
    instance.report_dagster_event(dg.DagsterEvent("PIPELINE_START", nothing.name), run_id=run.run_id)
    found = instance.get_run_by_id(run.run_id)
    assert found is not None and found.status == dg.DagsterRunStatus.STARTED
    return found


def marked(instance: dg.DagsterInstance, **changes: str) -> dg.DagsterRun:
    """A started run of this process, with some parts of its tag changed: run_id, host, boot, pid, started."""
    run = started(instance)
    dead_runs.mark(instance, run.run_id)
    tagged = instance.get_run_by_id(run.run_id)
    assert tagged is not None
    parts = dict(zip(("run_id", "host", "boot", "pid", "started"), tagged.tags[PROCESS_TAG].split(), strict=True))
    instance.add_run_tags(run.run_id, {PROCESS_TAG: " ".join((parts | changes).values())})
    return run


def status_of(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dg.DagsterRunStatus:
    found = instance.get_run_by_id(run.run_id)
    assert found is not None
    return found.status


@pytest.mark.parametrize(
    "changes", [{"boot": "another-start-of-the-machine"}, {"started": "1"}, {"pid": "0"}], ids=["reboot", "pid in use again", "gone"]
)  # fmt: skip
def test_a_run_whose_process_is_gone_fails(instance: dg.DagsterInstance, changes: dict[str, str]) -> None:
    run = marked(instance, **changes)
    assert dead_runs.fail_dead_runs(instance) == [run.run_id]
    assert status_of(instance, run) == dg.DagsterRunStatus.FAILURE
    assert dead_runs.fail_dead_runs(instance) == []


def test_a_run_that_died_after_its_last_step_is_asked_for_again_as_a_whole(instance: dg.DagsterInstance) -> None:
    """Dagster refuses to ask again for the steps without a result where every step has one."""
    run = instance.get_run_by_id(marked(instance, pid="0").run_id)
    assert run is not None
    assert get_reexecution_strategy(run, instance) == ReexecutionStrategy.ALL_STEPS


def test_a_killed_process_counts_as_gone_although_its_parent_did_not_collect_it(instance: dg.DagsterInstance) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        stat = Path(f"/proc/{process.pid}/stat").read_text()
        run = marked(instance, pid=str(process.pid), started=stat.rpartition(")")[2].split()[19])
        assert dead_runs.fail_dead_runs(instance) == []
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert dead_runs.fail_dead_runs(instance) == [run.run_id]


@pytest.mark.parametrize("changes", [{}, {"host": "another-machine", "pid": "0"}, {"run_id": "parent", "pid": "0"}],
                         ids=["alive", "of another machine", "tag inherited from the run before"])  # fmt: skip
def test_a_run_that_lives_or_cannot_be_seen_goes_on(instance: dg.DagsterInstance, changes: dict[str, str]) -> None:
    run = marked(instance, **changes)
    assert dead_runs.fail_dead_runs(instance) == []
    assert status_of(instance, run) == dg.DagsterRunStatus.STARTED


def test_a_run_without_the_tag_is_left_to_the_limits(instance: dg.DagsterInstance) -> None:
    run = started(instance)
    assert dead_runs.fail_dead_runs(instance) == []
    assert status_of(instance, run) == dg.DagsterRunStatus.STARTED


def test_jobs_that_take_long_have_limits_of_hours() -> None:
    limits = {job.name: int(job.tags["dagster/max_runtime"]) for job in (refresh_and_build, build_filer_quarters)}
    assert limits == {"refresh_and_build": 14_400, "build_filer_quarters": 86_400}
