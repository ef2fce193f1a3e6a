"""The backup and the restore that docs/operating.md describes, carried out as they are written there."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
from builders import PROJECT
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteInstigatorOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    ScheduleInstigatorData,
)

MONTHS = dg.StaticPartitionsDefinition(["2024-11", "2024-12"])


@dg.asset
def capex() -> dg.MaterializeResult:
    return dg.MaterializeResult(metadata={"rows": 557}, data_version=dg.DataVersion("content-1"))


@dg.asset(partitions_def=MONTHS)
def as_of_tables() -> None: ...


def blocks() -> list[str]:
    """The blocks of shell in the section on backups."""
    text = (PROJECT / "docs" / "operating.md").read_text(encoding="utf-8").partition("## Backup and restore")[2]
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL)


def carry_out(block: str, home: Path) -> None:
    """Runs a block in the folder that holds the home, with this Python and the home's own name."""
    lines = block.replace(".venv/bin/python", sys.executable).replace("$PWD/.dagster", str(home))
    variables = {**os.environ, "DAGSTER_HOME": str(home), "BACKUP": str(home.parent / "dagster-backup")}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines],
        cwd=home.parent,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def state(home: Path) -> tuple[object, ...]:
    """What an operator would miss: runs, the last materializations, partitions, switches, and the settings of the queue."""
    with dg.DagsterInstance.from_config(str(home)) as instance:
        last = instance.get_latest_materialization_event(capex.key)
        assert last is not None and last.asset_materialization is not None
        return (
            [(run.run_id, run.status) for run in instance.get_runs()],
            (
                last.run_id,
                last.timestamp,
                last.asset_materialization.metadata["rows"].value,
                last.asset_materialization.tags,
            ),
            instance.get_materialized_partitions(as_of_tables.key),
            [(one.instigator_name, one.status) for one in instance.all_instigator_state()],
            len(instance.all_logs(last.run_id)),
            instance.get_concurrency_config().run_queue_config,
        )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with the project's settings, two runs, and a schedule that is switched on."""
    made = tmp_path / "home of dagster"
    made.mkdir()
    template = PROJECT / "capex_pipeline" / "cli" / "project_template" / "dagster.yaml"
    (made / "dagster.yaml").write_bytes(template.read_bytes())
    (made / "alerts.log").write_text("{}\n", encoding="utf-8")
    repository = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("capex_pipeline"), "__repository__")
    switch = InstigatorState(
        RemoteInstigatorOrigin(repository, "daily_refresh"), InstigatorType.SCHEDULE, InstigatorStatus.RUNNING,
        ScheduleInstigatorData("30 6 * * *", 1.0),
    )  # fmt: skip
    with dg.DagsterInstance.from_config(str(made)) as instance:
        assert dg.materialize([capex], instance=instance).success
        assert dg.materialize([as_of_tables], instance=instance, partition_key="2024-12").success
        instance.add_instigator_state(switch)
    return made


@pytest.mark.slow("runs Dagster on files and copies them")
def test_a_home_is_restored_from_a_backup_that_was_taken_while_it_was_written(home: Path) -> None:
    backup, restore = blocks()[:2]
    before = state(home)
    # A write that is under way, as in a running Dagster: it is in neither the file nor the backup until it is committed.
    writer = sqlite3.connect(home / "history" / "runs.db")
    writer.execute("DELETE FROM runs")
    carry_out(backup, home)
    writer.commit()
    writer.close()
    with dg.DagsterInstance.from_config(str(home)) as damaged:
        assert damaged.get_runs() == []
    carry_out(restore, home)
    assert state(home) == before
    assert len(before[0]) == 2 and before[2] == {"2024-12"}  # type: ignore[arg-type]
    assert (home / "alerts.log").read_text(encoding="utf-8") == "{}\n"
    elsewhere = home.rename(home.with_name("another place"))
    assert state(elsewhere) == before
