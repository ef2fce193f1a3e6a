"""Builds apart: months as partitions of one asset, and other places; the assets of the graph keep their state."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from builders import RawFolder, build, document, row

from capex_pipeline.definitions import build_defs
from capex_pipeline.orchestration import run_problems, sensors
from capex_pipeline.orchestration.assets.as_of import AS_OF
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.raw import folder as raw_folder
from capex_pipeline.release import manifest
from capex_pipeline.storage.locations import RAW_VARIABLE, WAREHOUSE_VARIABLE
from capex_pipeline.storage.warehouse import Warehouse

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@pytest.fixture
def place(raw: RawFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The usual warehouse; raw/ has 12,094 of August 2024, and 12,095 that was published in May 2025."""
    raw.yaml("results.yaml", [row(value="12,094")])
    later = document(document_id="later", published="2025-05-15", retrieved="2025-06-01")
    raw.yaml("later.yaml", [row(value="12,095")], later)
    monkeypatch.setenv(RAW_VARIABLE, str(raw.root))
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(tmp_path / "warehouse"))
    return tmp_path / "warehouse"


def run(
    instance: dg.DagsterInstance, job: str, config: dict[str, Any] | None = None, **more: Any
) -> dg.ExecuteInProcessResult:
    return build_defs().resolve_job_def(job).execute_in_process(
        instance=instance, run_config={**QUIET, **(config or {})}, raise_on_error=False, **more
    )  # fmt: skip


@pytest.mark.usefixtures("from_memory")
@pytest.mark.slow("runs whole builds of a few documents")
def test_a_month_is_a_partition_and_the_tables_of_the_graph_keep_their_state(place: Path, tmp_path: Path) -> None:
    """Its warehouse has a release of its own, as of its last day."""
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        assert run(instance, "as_of_builds", partition_key="2024-12").success
        month = Warehouse(place.with_name("warehouse.as_of") / "2024-12-31")
        assert month.read("capex_by_definition")["amount"].tolist() == [12_094e6]
        assert not place.exists()
        assert instance.get_materialized_partitions(dg.AssetKey(AS_OF)) == {"2024-12"}
        assert instance.get_latest_materialization_event(dg.AssetKey("capex")) is None
        event = instance.get_latest_materialization_event(dg.AssetKey(AS_OF))
        assert event is not None and event.asset_materialization is not None
        assert "| capex_by_definition | 1 |" in str(event.asset_materialization.metadata["tables"].value)
    said = manifest.read(month.root)
    assert said is not None and said["scope"]["as_of"] == "2024-12-31"
    refused = build(place.with_name("raw"), month.root, as_of="2025-12-31")
    (refusal,) = (one for one in refused.all_events if one.event_type_value == "RESOURCE_INIT_FAILURE")
    assert "holds the release as of 2024-12-31; this build, as of 2025-12-31" in str(refusal.engine_event_data.error), (
        "another day is another question"
    )
    assert not refused.success and month.read("capex_by_definition")["amount"].tolist() == [12_094e6]


@pytest.mark.usefixtures("from_memory")
@pytest.mark.slow("runs whole builds of a few documents")
def test_a_build_of_other_documents_has_a_job_of_its_own(place: Path, tmp_path: Path) -> None:
    def elsewhere(**chosen: Any) -> dict[str, Any]:
        return {"ops": {"build_apart": {"config": {"warehouse": str(tmp_path / "other"), **chosen}}}}

    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        assert run(instance, "build_elsewhere", elsewhere(leave_out=["later.yaml"])).success
        assert Warehouse(tmp_path / "other").read("capex_by_definition")["amount"].tolist() == [12_094e6]
        refused = run(
            instance, "build_elsewhere", elsewhere(leave_out=["latter.yaml"], warehouse=str(tmp_path / "third"))
        )
        (why,) = (run_problems.cause(event) for event in refused.get_step_failure_events())
        assert "no document id is latter.yaml" in why and "correct leave_out" in why
        refused = run(instance, "build_elsewhere", elsewhere(warehouse=str(place)))
        (why,) = (run_problems.cause(event) for event in refused.get_step_failure_events())
        assert f"{place} is not apart from {place}, the warehouse" in why and not place.exists()
        assert instance.get_latest_materialization_event(dg.AssetKey("capex")) is None


@pytest.mark.slow("runs a job of Dagster on files")
def test_a_recorded_run_of_the_assets_refuses_another_place(place: Path, tmp_path: Path) -> None:
    for chosen in ({"warehouse": str(tmp_path / "other")}, {"raw": str(tmp_path)}):
        config = {"resources": {"settings": {"config": chosen}}}
        with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
            result = run(instance, "build_everything", config, asset_selection=[dg.AssetKey("entities")])
            assert not result.success and instance.get_latest_materialization_event(dg.AssetKey("entities")) is None
        (event,) = (one for one in result.all_events if one.event_type_value == "RESOURCE_INIT_FAILURE")
        assert "Launch the job build_elsewhere" in str(event.engine_event_data.error)
    assert not (tmp_path / "other").exists()


def test_the_usual_places_by_other_names_are_no_other_places(place: Path) -> None:
    assert not Settings().is_elsewhere()
    assert not Settings(warehouse=str(place.parent / "x" / ".." / place.name)).is_elsewhere()
    assert Settings(warehouse=str(place.parent / "other")).is_elsewhere() and Settings(raw=str(place)).is_elsewhere()


@pytest.mark.slow("builds a few tables twice")
def test_tables_note_the_version_of_raw_that_they_were_made_from(place: Path, raw: RawFolder, tmp_path: Path) -> None:
    def versions() -> tuple[str, str]:
        """Data version of raw/ and the one that the figures were made from."""
        (seen,) = instance.fetch_observations(dg.AssetKey("raw"), limit=1).records
        made = instance.get_latest_materialization_event(dg.AssetKey("figures"))
        assert seen.asset_observation is not None and made is not None and made.asset_materialization is not None
        tags = made.asset_materialization.tags or {}
        return str((seen.asset_observation.tags or {})["dagster/data_version"]), tags["dagster/input_data_version/raw"]

    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        evidence = [dg.AssetKey(table) for table in ("documents", "figures")]
        assert run(instance, "build_everything", asset_selection=evidence).success
        first = versions()
        assert first[0] == first[1] == raw_folder.listing_fingerprint(raw.root)
        raw.yaml(
            "later.yaml",
            [row(value="12,096")],
            document(document_id="later", published="2025-05-15", retrieved="2025-06-01"),
        )
        with dg.build_sensor_context(instance) as context:
            (change,) = sensors.raw_folder.evaluate_tick(context).asset_events
        instance.report_runless_asset_event(change)
        assert versions()[0] != versions()[1] == first[1]
