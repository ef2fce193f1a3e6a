"""What Dagster forgets: old runs with their events, but never the last one that built an asset."""

from __future__ import annotations

import datetime as dt

import dagster as dg
import pytest

from capex_pipeline.orchestration.run_retention import Memory, forget_old_runs, forget_runs

NOW = dt.datetime.now(dt.UTC)


@dg.asset
def always() -> None: ...


@dg.asset
def once() -> None: ...


@pytest.fixture
def instance() -> dg.DagsterInstance:
    """One run that built both assets, then two that built one of them."""
    with dg.DagsterInstance.ephemeral() as instance:
        dg.materialize([always, once], instance=instance)
        dg.materialize([always], instance=instance)
        dg.materialize([always], instance=instance)
        yield instance


@pytest.mark.slow("runs a job of Dagster")
def test_old_runs_go_and_the_last_that_built_an_asset_stays(instance: dg.DagsterInstance) -> None:
    newest, middle, oldest = instance.get_runs()
    assert forget_runs(instance, NOW + dt.timedelta(days=1)) == (1, 2)
    assert {run.run_id for run in instance.get_runs()} == {newest.run_id, oldest.run_id}
    assert instance.all_logs(middle.run_id) == []
    assert instance.get_latest_materialization_event(once.key).run_id == oldest.run_id


@pytest.mark.slow("runs a job of Dagster")
def test_young_and_unfinished_runs_stay(instance: dg.DagsterInstance) -> None:
    assert forget_runs(instance, NOW - dt.timedelta(days=1)) == (0, 0)
    waiting = instance.create_run_for_job(forget_old_runs, status=dg.DagsterRunStatus.STARTED)
    forget_runs(instance, NOW + dt.timedelta(days=1))
    assert waiting.run_id in {run.run_id for run in instance.get_runs()}


@pytest.mark.slow("runs a job of Dagster")
def test_the_job_says_what_it_did(instance: dg.DagsterInstance) -> None:
    result = forget_old_runs.execute_in_process(instance=instance)
    assert result.success
    said = [str(entry.user_message) for entry in instance.all_logs(result.run_id)]
    assert any("0 runs from before" in message for message in said)


def test_nobody_forgets_everything_by_mistake() -> None:
    with pytest.raises(ValueError, match="greater than or equal to 1"):
        Memory(days=0)
