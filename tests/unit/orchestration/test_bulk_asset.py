"""The asset filer_quarters: skipped, made, unchanged, refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from unit.edgar_bulk.bulk_archives import YEAR, member, write_archive

from capex_pipeline.definitions import build_defs
from capex_pipeline.edgar_bulk import dataset, spark_engine
from capex_pipeline.orchestration.assets.bulk import ARCHIVE_VARIABLE, EVERY_DOCUMENT, INSTANCES_VARIABLE

pytestmark = pytest.mark.slow("runs the job of the bulk path in each test")


@pytest.fixture(autouse=True)
def nothing_given(no_settings: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for variable in (ARCHIVE_VARIABLE, INSTANCES_VARIABLE):
        monkeypatch.delenv(variable, raising=False)
    return no_settings


def run(instance: dg.DagsterInstance | None = None, **config: Any) -> dg.ExecuteInProcessResult:
    with instance or dg.DagsterInstance.ephemeral() as chosen:
        return (
            build_defs()
            .resolve_job_def("build_filer_quarters")
            .execute_in_process(
                instance=chosen,
                raise_on_error=False,
                run_config={
                    "ops": {"filer_quarters": {"config": config}},
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                },
            )
        )


def said(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    (event,) = result.get_asset_materialization_events()
    return {name: value.value for name, value in event.materialization.metadata.items()}


def failure(result: dg.ExecuteInProcessResult) -> str:
    (event,) = [one for one in result.all_events if one.is_step_failure]
    assert event.step_failure_data.user_failure_data is not None
    return str(event.step_failure_data.user_failure_data.description)


def test_without_an_archive_it_is_skipped() -> None:
    result = run()
    assert result.success
    assert result.get_asset_materialization_events() == []
    assert result.get_asset_check_evaluations() == [], "a step that had nothing to do has no verdict"


def test_it_is_made_beside_the_warehouse_and_not_made_again(
    nothing_given: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ARCHIVE_VARIABLE, str(write_archive(nothing_given / "c.zip", {7: member(7, YEAR)})))
    first, second = said(run(workers=1)), said(run(workers=1))
    assert (first["change"], second["change"]) == ("new", "unchanged")
    assert first["dagster/row_count"] == second["dagster/row_count"] == 4
    assert (first["facts_read"], first["facts_used"], first["filers"]) == (4, 4, 1)
    found = dataset.current(nothing_given / "warehouse.bulk" / "filer_quarters")
    assert found is not None and str(found.folder) == first["path"] == second["path"]
    assert not (nothing_given / "warehouse").exists()


def test_a_member_that_cannot_be_read_is_a_warning_and_the_others_are_there(nothing_given: Path) -> None:
    path = write_archive(nothing_given / "c.zip", {7: member(7, YEAR), 9: b"{}"})
    result = run(archive=str(path), target=str(nothing_given / "q"), workers=1)
    (check,) = result.get_asset_check_evaluations()
    assert (check.check_name, check.passed, check.severity) == (EVERY_DOCUMENT, False, dg.AssetCheckSeverity.WARN)
    assert "CIK0000000009.json" in str(check.metadata["sentences"].value)
    assert said(result)["dagster/row_count"] == 4


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"archive": "absent.zip"}, "there is nothing at"),
        ({"archive": "c.zip", "instances": "absent"}, "there is nothing at"),
        ({"archive": "broken.zip"}, "is not a zip archive"),
        ({"archive": "c.zip", "engine": "dask"}, "The engine dask is not known; write local or spark."),
    ],
)
def test_what_cannot_be_done_is_a_sentence(nothing_given: Path, config: dict[str, str], sentence: str) -> None:
    write_archive(nothing_given / "c.zip", {7: member(7, YEAR)})
    (nothing_given / "broken.zip").write_bytes(b"<html>")
    result = run(target=str(nothing_given / "q"), **config)
    assert not result.success and sentence in failure(result)
    assert dataset.current(nothing_given / "q") is None


def test_without_java_the_engine_spark_says_what_to_install(
    nothing_given: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark_engine.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setenv("JAVA_HOME", str(nothing_given / "no-java"))
    path = write_archive(nothing_given / "c.zip", {7: member(7, YEAR)})
    result = run(archive=str(path), target=str(nothing_given / "q"), engine="spark")
    assert "apt install openjdk-17-jre-headless" in failure(result)
    assert list(nothing_given.glob(".q.staging/parts.*")) == []


def test_an_object_store_is_refused(nothing_given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("s3fs", reason="needs the extra s3")
    monkeypatch.setenv("CAPEX_PIPELINE_WAREHOUSE", "s3://bucket/prefix")
    path = write_archive(nothing_given / "c.zip", {7: member(7, YEAR)})
    assert "name a folder as `target`" in failure(run(archive=str(path)))
