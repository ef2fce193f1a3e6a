"""The release at the end of a build: made when everything passed, held back when something is not explained."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest
from builders import RELEASE, TO_CAPEX, KeptBuilds, RawFolder, build, checks, document, row

from capex_pipeline import SettingError
from capex_pipeline.normalise import published
from capex_pipeline.orchestration.assets.release import KEEP_VARIABLE, ReleaseSettings
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.release import accepted_changes, manifest
from capex_pipeline.release.snapshots import Store
from capex_pipeline.storage.warehouse import Warehouse

HOLDS = ("release_changes", "closed_periods_hold")
COVERED = ("release_changes", "coverage_holds")
A_FEW = (*TO_CAPEX, "capex", "coverage", *RELEASE)
"""Tables in which a change of a document is seen, and their release."""


def rows(raw: RawFolder, value: str = "12,094", name: str = "example", published: str = "2024-08-15") -> None:
    """A results announcement with Alibaba's June quarter of 2024."""
    raw.table(
        f"{name}.csv", [row(value=value)], [document(document_id=name, published=published, retrieved="2025-09-01")]
    )


def amount(warehouse: Path) -> float:
    """The preferred amount."""
    capex = Warehouse(warehouse).read("capex_by_definition")
    return float(capex.loc[capex["is_preferred"], "amount"].item())


def made(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    """Metadata of the release assets that were materialised."""
    return {
        event.materialization.asset_key.to_user_string(): event.materialization.metadata
        for event in result.get_asset_materialization_events()
        if event.materialization.asset_key.to_user_string().startswith("release")
    }


@pytest.mark.slow("runs whole builds of a few documents")
def test_a_build_ends_with_a_release(builds: KeptBuilds, raw: RawFolder, tmp_path: Path) -> None:
    """Every candidate is there, and nothing is published yet."""
    rows(raw)
    builds.copy(raw.root, tmp_path / "warehouse")
    shutil.rmtree(tmp_path / "warehouse")
    shutil.rmtree(tmp_path / ".warehouse.releases")
    result = build(raw.root, tmp_path / "warehouse")
    assert result.success
    assert manifest.verify(tmp_path / "warehouse") == []
    assert {path.name for path in (tmp_path / "warehouse").iterdir() if path.suffix != ".parquet"} >= {
        "manifest.json", "datapackage.json", "contract.odcs.yaml", "views.sql",
    }  # fmt: skip
    assert made(result)["release"]["number"].value == 1
    assert checks(result)[HOLDS].passed and checks(result)[COVERED].passed
    assert Warehouse(tmp_path / "warehouse").read("cloud_revenue_by_definition").empty, "one kind of document is enough"


@pytest.mark.slow("runs whole builds of a few documents")
def test_an_equal_build_changes_no_byte(builds: KeptBuilds, raw: RawFolder, tmp_path: Path) -> None:
    rows(raw)
    builds.copy(raw.root, tmp_path / "warehouse")
    before = {path.name: (path.stat().st_ino, path.read_bytes()) for path in (tmp_path / "warehouse").iterdir()}
    result = build(raw.root, tmp_path / "warehouse")
    assert {path.name: (path.stat().st_ino, path.read_bytes()) for path in (tmp_path / "warehouse").iterdir()} == before
    assert made(result)["release"]["change"].value == "unchanged"
    assert "Nothing changed" in made(result)["release_changes"]["text"].value


@pytest.mark.usefixtures("few_tables_are_released")
@pytest.mark.slow("runs builds of a few documents")
def test_a_second_quarter_is_an_addition_and_a_document_that_is_gone_takes_coverage_with_it(
    builds: KeptBuilds, raw: RawFolder, tmp_path: Path
) -> None:
    rows(raw)
    builds.copy(raw.root, tmp_path / "warehouse")
    raw.table(
        "later.csv",
        [row(period="Q3 2024", value="17,500")],
        [document(document_id="later", published="2024-11-15", retrieved="2025-09-01")],
    )
    result = build(raw.root, tmp_path / "warehouse", exactly=A_FEW)
    assert result.success
    said = made(result)["release_changes"]
    assert "rows added" in said["text"].value and "restated" not in said["text"].value
    assert "| capex |" in said["changes"].value
    for path in raw.root.glob("example*"):
        path.unlink()
    result = build(raw.root, tmp_path / "warehouse", exactly=A_FEW)
    assert not result.success
    assert not checks(result)[HOLDS].passed and not checks(result)[COVERED].passed


@pytest.mark.usefixtures("few_tables_are_released")
@pytest.mark.slow("runs builds of a few documents")
def test_an_edited_document_is_held_back_until_a_person_accepts_it(
    builds: KeptBuilds,
    raw: RawFolder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    warehouse = tmp_path / "warehouse"
    rows(raw)
    builds.copy(raw.root, warehouse)
    released = (warehouse / "manifest.json").read_bytes()
    rows(raw, "120,940")
    result = build(raw.root, warehouse, exactly=A_FEW)
    assert not result.success
    assert not checks(result)[HOLDS].passed and checks(result)[HOLDS].severity == dg.AssetCheckSeverity.ERROR
    assert not made(result)
    assert (warehouse / "manifest.json").read_bytes() == released
    assert manifest.verify(warehouse) == []
    assert amount(warehouse) == 12_094_000_000
    said = {
        event.asset_key.to_user_string(): event.event_specific_data.asset_observation.metadata
        for event in result.all_events
        if event.event_type_value == "ASSET_OBSERVATION" and event.asset_key is not None
    }
    states = {asset: metadata["state"].value for asset, metadata in said.items()}
    for asset in ("capex", "release"):
        what_to_do = said[asset]["what_to_do"].value
        assert "12,094,000,000 -> 120,940,000,000" in what_to_do and "capex-pipeline release accept" in what_to_do
    assert "capex" in states and "entities" not in states
    assert str(states["capex"]).startswith("candidate, held because 1 value of closed periods")
    assert str(states["release"]).startswith("held because 1 value of closed periods")

    published = {path.name: path.read_bytes() for path in warehouse.iterdir()}
    (warehouse / "capex.parquet").write_bytes(b"")
    with caplog.at_level("WARNING"):
        assert not build(raw.root, warehouse, exactly=A_FEW).success
    assert {path.name: path.read_bytes() for path in warehouse.iterdir()} == published
    assert "was damaged; its files were restored from" in caplog.text

    entry = {
        "table": "capex_by_definition",
        "entity_id": "alibaba",
        "new": 120_940_000_000,
        "reason": "The first capture lost a digit.",
    }
    monkeypatch.setattr(accepted_changes, "reviewed", lambda reference: accepted_changes.Accepted([entry]))
    assert build(raw.root, warehouse, exactly=A_FEW).success
    assert manifest.verify(warehouse) == []
    assert amount(warehouse) == 120_940_000_000


@pytest.mark.usefixtures("few_tables_are_released")
@pytest.mark.slow("runs builds of a few documents")
def test_a_restating_filing_is_released_and_the_release_before_it_can_be_restored(
    builds: KeptBuilds, raw: RawFolder, tmp_path: Path
) -> None:
    warehouse = tmp_path / "warehouse"
    rows(raw)
    builds.copy(raw.root, warehouse)
    rows(raw, "11,000", name="restated", published="2025-08-15")
    result = build(raw.root, warehouse, exactly=A_FEW)
    assert result.success
    assert amount(warehouse) == 11_000_000_000
    text = made(result)["release_changes"]["text"].value
    assert "12,094,000,000 -> 11,000,000,000" in text and "restated by restated" in text
    store = Store(warehouse)
    store.restore(store.all()[0], Warehouse(warehouse).staging())
    assert amount(warehouse) == 12_094_000_000
    assert manifest.verify(warehouse) == []
    # The candidates are still those of the documents, so the next build publishes them again.
    assert build(raw.root, warehouse, exactly=A_FEW).success
    assert amount(warehouse) == 11_000_000_000


@pytest.mark.usefixtures("few_tables_are_released")
@pytest.mark.slow("runs builds of a few documents")
def test_a_table_that_fails_its_check_is_not_released(
    builds: KeptBuilds, raw: RawFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dollars that are a thousand times too many break the contract, so the old table stays, and so does the release."""
    rows(raw)
    builds.copy(raw.root, tmp_path / "warehouse")
    released = (tmp_path / "warehouse" / "manifest.json").read_bytes()
    compute = published.capex_by_definition

    def thousandfold(*inputs: Any) -> pd.DataFrame:
        table = compute(*inputs)
        return table.assign(amount_usd=table["amount_usd"] * 1000)

    monkeypatch.setattr(published, "capex_by_definition", thousandfold)
    later = document(document_id="later", published="2024-11-15", retrieved="2025-09-01")
    raw.table("later.csv", [row(period="Q3 2024", value="17,500")], [later])
    result = build(raw.root, tmp_path / "warehouse", exactly=A_FEW)
    assert not result.success
    assert not checks(result)["capex_by_definition", "contract"].passed
    assert ("capex_by_definition", "file_meets_contract") not in checks(result)
    assert HOLDS not in checks(result), "the release ran although a table failed"
    assert (tmp_path / "warehouse" / "manifest.json").read_bytes() == released


@pytest.mark.usefixtures("few_tables_are_released")
@pytest.mark.slow("runs builds of a few documents")
def test_a_check_in_the_middle_of_the_graph_keeps_the_tables_from_being_released(
    builds: KeptBuilds, raw: RawFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that is lost on the way does not stop the tables after it, for people to look at, but nobody releases them."""
    rows(raw)
    warehouse = Warehouse(tmp_path / "warehouse")
    builds.copy(raw.root, warehouse.root)
    figures = warehouse.read("figures")
    footer = warehouse.footer("figures")
    assert footer is not None
    warehouse.candidates().write("figures", figures.iloc[:0], footer.input_fingerprint)
    result = build(raw.root, warehouse.root, exactly=A_FEW)
    assert not result.success
    assert not checks(result)["figures", "no_row_is_lost"].passed
    (failure,) = result.get_step_failure_events()
    assert "figures.no_row_is_lost failed in this run" in str(failure.step_failure_data.error)
    assert not made(result)


@pytest.mark.parametrize("kept", ["none", "0", "-1"])
def test_a_number_of_releases_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, kept: str) -> None:
    monkeypatch.setenv(KEEP_VARIABLE, kept)
    with pytest.raises(SettingError, match=f"{KEEP_VARIABLE} is {kept}; write a whole number from 1"):
        ReleaseSettings().options(Settings())


@pytest.mark.slow("runs builds of a few documents")
def test_a_run_with_a_number_of_releases_that_is_none_fails_with_that_sentence(
    builds: KeptBuilds, raw: RawFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows(raw)
    builds.copy(raw.root, tmp_path / "warehouse")
    monkeypatch.setenv(KEEP_VARIABLE, "none")
    result = build(raw.root, tmp_path / "warehouse", exactly=RELEASE)
    (failure,) = result.get_step_failure_events()
    assert "write a whole number from 1" in str(failure.step_failure_data.error)


@pytest.mark.slow("runs builds of a few documents")
def test_spreadsheets_are_written_when_they_are_asked_for(
    builds: KeptBuilds, raw: RawFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows(raw)
    builds.copy(raw.root, tmp_path / "warehouse")
    monkeypatch.setenv("CAPEX_PIPELINE_SPREADSHEETS", "csv")
    assert build(raw.root, tmp_path / "warehouse", exactly=RELEASE).success
    assert (
        (tmp_path / "warehouse" / "spreadsheets" / "capex_by_definition.csv")
        .read_text(encoding="utf-8-sig")
        .startswith("observation_id,")
    )
