"""Two builds of one warehouse: whatever starts a run, it has the warehouse for itself, or it is refused in words."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from builders import RAW_SMALL, build

from capex_pipeline.cli.main import main
from capex_pipeline.definitions import build_defs
from capex_pipeline.orchestration import sensors
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.release import publish
from capex_pipeline.storage import build_lock
from capex_pipeline.storage.build_lock import BuildLockError
from capex_pipeline.storage.warehouse import Warehouse

pytestmark = pytest.mark.slow("builds the small archive")


def bytes_of(warehouse: Warehouse) -> dict[str, str]:
    root = Path(str(warehouse.root))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in root.iterdir()}


def refusal(result: Any) -> str:
    """The sentence of a run that came to no step."""
    assert not result.success
    assert [event for event in result.all_events if event.is_step_start] == []
    return "".join(
        event.engine_event_data.error.message
        for event in result.all_events
        if event.event_type_value == "RESOURCE_INIT_FAILURE"
    )


def test_a_build_beside_another_is_refused_and_touches_nothing(
    warehouse_copy: Warehouse, raw_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (raw_copy / "announcements" / "baidu.csv").unlink()
    before = bytes_of(warehouse_copy)
    with build_lock.locked(warehouse_copy, "run 1a2b3c4d of build_everything", wait=0):
        result = build(raw_copy, warehouse_copy.root, build_wait=0)
    assert f"Another build uses {warehouse_copy.root}: process " in refusal(result)
    assert bytes_of(warehouse_copy) == before

    # The alert of such a run says the same sentence.
    monkeypatch.setenv("CAPEX_PIPELINE_ALERT_LOG", str(tmp_path / "alerts.log"))
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_run_status_sensor_context(
            sensor_name="failed_runs",
            dagster_instance=instance,
            dagster_run=result.dagster_run,
            dagster_event=result.get_run_failure_event(),
        ).for_run_failure()
        sensors.failed_runs(context)
    said = json.loads((tmp_path / "alerts.log").read_text())
    assert "Another build uses" in said["message"] and "run 1a2b3c4d of build_everything" in said["message"]


def test_assets_and_checks_by_hand_are_refused_as_well(warehouse_copy: Warehouse) -> None:
    settings = Settings(raw=str(RAW_SMALL), warehouse=str(warehouse_copy.root), build_wait=0)
    job = build_defs({"settings": settings}).resolve_implicit_global_asset_job_def()
    entities = dg.AssetKey("entities")
    check = dg.AssetCheckKey(dg.AssetKey("figures"), "no_row_is_lost")
    selections: list[dict[str, Any]] = [
        {"asset_selection": [entities]},
        {"asset_selection": [], "asset_check_selection": {check}},
    ]
    with build_lock.locked(warehouse_copy, "a build", wait=0), dg.DagsterInstance.ephemeral() as instance:
        for selection in selections:
            chosen = job.get_subset(
                asset_selection=set(selection["asset_selection"]),
                asset_check_selection=selection.get("asset_check_selection"),
            )
            result = chosen.execute_in_process(instance=instance, raise_on_error=False)
            assert "Another build uses" in refusal(result), selection


def test_the_lock_lasts_until_the_end_of_the_run_and_leftovers_are_gone(
    small: Warehouse, warehouse_copy: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    staging = Path(str(warehouse_copy.staging()))
    (staging / ".capex.parquet.x1.part").parent.mkdir(exist_ok=True)
    (staging / ".capex.parquet.x1.part").write_bytes(b"half of a tab")
    (staging / ".views.sql.x2.part").mkdir()
    (staging / ".views.sql.x2.part" / "views.sql").write_bytes(b"")
    found: list[str] = []
    prepare = publish.prepare

    def last_step(*arguments: Any) -> Any:
        found.append(build_lock.lock_file(warehouse_copy).read_text())
        with pytest.raises(BuildLockError), build_lock.locked(warehouse_copy, "another", wait=0):
            pytest.fail("two builds have the warehouse")
        return prepare(*arguments)

    monkeypatch.setattr(publish, "prepare", last_step)
    assert build(RAW_SMALL, warehouse_copy.root).success
    assert json.loads(found[0])["what"].endswith(" of build_everything")
    assert list(staging.glob(".*.part")) == []
    with build_lock.locked(warehouse_copy, "the next", wait=0) as is_ours:
        assert is_ours
    assert bytes_of(warehouse_copy) == bytes_of(small)


@pytest.mark.usefixtures("no_settings")
def test_commands_are_refused_in_words(
    raw_copy: Path, warehouse_copy: Warehouse, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = bytes_of(warehouse_copy)
    monkeypatch.setenv(build_lock.WAIT_VARIABLE, "0")
    with build_lock.locked(warehouse_copy, "run 1a2b3c4d of build_everything", wait=0):
        for command in (
            ["build", "--wait", "0"],
            ["build"],
            ["release", "restore", "current"],
            ["release", "spreadsheets"],
        ):
            assert main(command) == 1, command
            said = capsys.readouterr()
            assert f"Another build uses {warehouse_copy.root}" in said.err and said.out == "", command
        for command in (
            ["summary"],
            ["release", "list"],
            ["release", "compare", "current", "warehouse"],
            ["release", "verify"],
        ):
            assert "Another build" not in capsys.readouterr().err + str(main(command)), command
    assert bytes_of(warehouse_copy) == before
    assert main(["build", "--wait", "-1"]) == 2


@pytest.mark.usefixtures("no_settings")
def test_a_sensor_looks_without_the_lock(raw_copy: Path, warehouse_copy: Warehouse) -> None:
    with (
        build_lock.locked(warehouse_copy, "a build", wait=0),
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_sensor_context(instance) as context,
    ):
        answer = sensors.raw_folder.evaluate_tick(context)
    assert answer.skip_message and not answer.run_requests
