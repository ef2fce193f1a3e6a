"""A machine that dies in the middle of a run: every process is killed, Dagster starts again, and the run is asked for again."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

import pytest
from builders import TO_CAPEX
from running import copy_documents, free_port, processes_with, start_ui, wait_for

from capex_pipeline.orchestration.dead_runs import PROCESS_TAG
from capex_pipeline.storage.warehouse import Warehouse

pytestmark = pytest.mark.e2e

WITHIN = 180
"""Seconds after the restart within which the tables must be built: start, one tick of the sensor, the queue and a build."""


def test_a_run_of_a_machine_that_died_is_asked_for_again_within_minutes(tmp_path: Path) -> None:
    copy_documents(tmp_path / "raw")
    dagster, service = start_ui(tmp_path, free_port())
    killed = dagster.launch("build_everything", only=TO_CAPEX)
    table = Warehouse(tmp_path / "warehouse").candidates().path("capex_by_definition")

    def is_amid() -> bool:
        run = next(run for run in dagster.runs() if run["runId"] == killed)
        return run["status"] == "STARTED" and PROCESS_TAG in run["tags"]

    wait_for("the run's process", is_amid, pause=0.05)
    # Again and again, since what is killed may have started a child meanwhile.
    while found := processes_with(f"DAGSTER_HOME={tmp_path / 'home'}\0"):
        for pid, _ in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        service.process.poll()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
    assert not table.exists(), "the run had not ended"

    dagster, service = start_ui(tmp_path, free_port())
    try:
        assert dagster.finished(killed, WITHIN)["status"] == "FAILURE"
        again = wait_for(
            "another run",
            lambda: next((run for run in dagster.runs() if run["tags"].get("dagster/parent_run_id") == killed), None),
            WITHIN,
        )
        assert dagster.finished(again["runId"], WITHIN)["status"] == "SUCCESS"
        assert table.is_file()
    finally:
        service.stop()
