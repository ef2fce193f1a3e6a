"""Where a build reads and writes: named, from the environment, or by default; a partial build never replaces the whole."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from builders import PROJECT
from unit.release.release_folders import put

from capex_pipeline.orchestration.resources import OtherPlacesError, Settings
from capex_pipeline.release import manifest
from capex_pipeline.storage.locations import RAW_VARIABLE, REFERENCE_VARIABLE, ROOTS_VARIABLE, WAREHOUSE_VARIABLE

pytestmark = pytest.mark.usefixtures("no_settings")


def test_the_working_directory_is_the_default(no_settings: Path) -> None:
    (no_settings / "raw").mkdir()
    assert Settings().raw_folder() == no_settings / "raw"
    assert Settings().open_warehouse().root == no_settings / "warehouse"


def test_variables_come_before_the_default_and_a_named_folder_before_both(
    no_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        (no_settings / name).mkdir()
    monkeypatch.setenv(RAW_VARIABLE, str(no_settings / "one"))
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(no_settings / "tables"))
    assert Settings().raw_folder() == no_settings / "one"
    assert Settings().open_warehouse().root == no_settings / "tables"
    assert Settings(raw="two").raw_folder() == no_settings / "two"
    assert Settings(warehouse="other").open_warehouse().root == no_settings / "other"


def test_a_raw_folder_that_is_not_there_is_said_with_what_to_do(no_settings: Path) -> None:
    with pytest.raises(
        dg.Failure, match=f"There is no folder of documents at {no_settings / 'raw'}; set {RAW_VARIABLE}"
    ):
        Settings().raw_folder()
    (no_settings / "raw").write_text("a file")
    with pytest.raises(dg.Failure, match="There is no folder of documents"):
        Settings().raw_folder()


@pytest.mark.parametrize("partial", [{"as_of": "2024-12-31"}, {"leave_out": ["one.csv"]}])
def test_a_partial_build_may_not_replace_the_tables_that_readers_use(
    partial: dict[str, object], no_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for warehouse in ("", "warehouse", str(no_settings / "warehouse"), "./warehouse"):
        with pytest.raises(dg.Failure, match="name another folder as `warehouse`"):
            Settings(warehouse=warehouse, **partial).open_warehouse()
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(no_settings / "tables"))
    with pytest.raises(dg.Failure, match="name another folder"):
        Settings(warehouse="tables", **partial).open_warehouse()
    assert Settings(warehouse="as_of", **partial).open_warehouse().root == no_settings / "as_of"


@pytest.mark.parametrize("spelling", ["warehouse/", "other/../warehouse", "linked"])
def test_another_spelling_of_the_same_folder_is_the_same_folder(no_settings: Path, spelling: str) -> None:
    (no_settings / "warehouse").mkdir()
    (no_settings / "other").mkdir()
    (no_settings / "linked").symlink_to("warehouse")
    with pytest.raises(dg.Failure, match="name another folder"):
        Settings(warehouse=spelling, as_of="2024-12-31").open_warehouse()


def test_the_day_of_an_as_of_build() -> None:
    assert Settings().as_of_day() is None
    assert Settings(as_of="2024-12-31").as_of_day() == dt.date(2024, 12, 31)
    for wrong in ("2024-02-30", "yesterday", "31.12.2024"):
        with pytest.raises(dg.Failure, match=f"as_of is {wrong}, which is not a date; write 2024-12-31"):
            Settings(as_of=wrong).as_of_day()
    today = dt.datetime.now(dt.UTC).date()
    assert Settings(as_of=today.isoformat()).as_of_day() == today
    with pytest.raises(dg.Failure, match="which lies in the future"):
        Settings(as_of=(today + dt.timedelta(days=2)).isoformat()).as_of_day()


@pytest.mark.parametrize(
    "warehouse", ["warehouse", "./warehouse/", "linked", "warehouse/inside", ".", "raw", "raw/tables", "other_raw/x"]
)
def test_a_build_apart_may_not_write_where_this_deployment_keeps_tables_or_documents(
    no_settings: Path, warehouse: str
) -> None:
    (no_settings / "warehouse").mkdir()
    (no_settings / "linked").symlink_to("warehouse")
    with pytest.raises(OtherPlacesError, match=r"is not apart from .* name another folder"):
        Settings(raw="other_raw", warehouse=warehouse).refuse_places_of_deployment()
    Settings(raw="other_raw", warehouse="warehouse.other").refuse_places_of_deployment()


@pytest.mark.parametrize(
    ("raw", "warehouse"),
    [("", "raw/warehouse"), ("", "."), ("", "raw"), ("other", "raw/tables"), ("warehouse/raw", "warehouse"), ("other", "reference/tables"), ("", "linked")],
)  # fmt: skip
def test_tables_and_documents_in_one_folder_are_refused(no_settings: Path, raw: str, warehouse: str) -> None:
    for name in ("raw", "other", "warehouse/raw", "reference"):
        (no_settings / name).mkdir(parents=True)
    (no_settings / "linked").symlink_to("raw")
    with pytest.raises(OtherPlacesError, match=r"is not apart from .* name another folder"):
        Settings(raw=raw, warehouse=warehouse).refuse_mixed_places()
    Settings(raw=raw if raw != "warehouse/raw" else "other", warehouse="raw.tables").refuse_mixed_places()


@pytest.mark.slow("publishes a release of every table")
@pytest.mark.parametrize(
    ("published", "builds"),
    [
        ({}, [{"as_of": "2024-12-31"}, {"leave_out": ["one.csv"]}]),
        ({"as_of": "2024-12-31"}, [{}, {"as_of": "2023-12-31"}]),
        ({"leave_out": ("a.csv",)}, [{}]),
    ],
)
def test_a_release_of_another_scope_is_not_replaced(
    no_settings: Path, published: dict[str, Any], builds: list[dict[str, Any]]
) -> None:
    warehouse = put(no_settings / "tables")
    described = manifest.build(warehouse, **published)
    (warehouse.root / manifest.NAME).write_bytes(manifest.to_bytes(described))
    for build in builds:
        with pytest.raises(
            OtherPlacesError, match=r"would replace it\. Nothing was read or written; name another folder"
        ):
            Settings(warehouse="tables", **build).refuse_other_scope(warehouse)
    Settings(warehouse="tables", **published).refuse_other_scope(warehouse)


def test_the_reference_overlay_is_named_or_from_the_environment_or_beside_raw(
    no_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Settings().reference_overlay() is None
    for name in ("reference", "one", "two"):
        (no_settings / name).mkdir()
    assert Settings().reference_overlay() == no_settings / "reference"
    monkeypatch.setenv(REFERENCE_VARIABLE, "one")
    assert Settings().reference_overlay() == no_settings / "one"
    assert Settings(reference="two").reference_overlay() == no_settings / "two"


def test_a_reference_overlay_that_is_named_and_absent_is_an_error(
    no_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(REFERENCE_VARIABLE, "absent")
    message = f"There is no folder of reference data at {no_settings / 'absent'}; correct {REFERENCE_VARIABLE}"
    for asked in (Settings().reference_overlay, Settings().reference_fingerprint, Settings().load_reference):
        with pytest.raises(dg.Failure, match=message):
            asked()


def test_a_mistake_in_the_overlay_fails_a_run_with_its_sentence(no_settings: Path) -> None:
    (no_settings / "reference").mkdir()
    (no_settings / "reference" / "products.yaml").write_text("products: [{product_id: x9}]")
    with pytest.raises(dg.Failure, match=r"products\.yaml, x9, supplier_id is missing; add it"):
        Settings().load_reference()


def test_the_fingerprint_of_the_overlay_follows_its_content_and_not_its_place(no_settings: Path) -> None:
    assert Settings().reference_fingerprint() == ""
    for name in ("one", "two"):
        (no_settings / name).mkdir()
        (no_settings / name / "products.yaml").write_text("products: []")
    first = Settings(reference="one").reference_fingerprint()
    assert first == Settings(reference="two").reference_fingerprint() != ""
    (no_settings / "two" / "products.yaml").write_text("products:\n")
    assert Settings(reference="two").reference_fingerprint() != first


def test_a_run_may_name_places_below_the_allowed_roots_and_the_environments_own_only(
    no_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("raw", "allowed/raw", "elsewhere"):
        (no_settings / name).mkdir(parents=True)
    (no_settings / "allowed" / "link").symlink_to(no_settings / "elsewhere")
    assert Settings(raw="elsewhere").raw_folder() == no_settings / "elsewhere", "without the variable any place"
    monkeypatch.setenv(ROOTS_VARIABLE, f"{no_settings / 'allowed'}, s3://bucket/tables")
    assert Settings(raw="allowed/raw").raw_folder() == no_settings / "allowed" / "raw"
    assert Settings(raw="raw").raw_folder() == no_settings / "raw"
    for place in ("allowed/new", "warehouse", "warehouse.as_of/2024-12-31"):
        assert Settings(warehouse=place).open_warehouse().root == no_settings / place
    for place in ("elsewhere", "allowed/../elsewhere", "allowed/link", "allowed-too", "/"):
        with pytest.raises(dg.Failure, match=f"not a location that a run may use.*{ROOTS_VARIABLE}"):
            Settings(warehouse=place).open_warehouse()
        if Path(place).is_dir():
            with pytest.raises(dg.Failure, match=ROOTS_VARIABLE):
                Settings(raw=place).raw_folder()
            with pytest.raises(dg.Failure, match=ROOTS_VARIABLE):
                Settings(reference=place).reference_overlay()
    assert str(Settings(warehouse="s3://bucket/tables/one").open_warehouse().root) == "s3://bucket/tables/one"
    for place in ("s3://bucket/tables-too", "s3://bucket/tables/../other", "s3://other/tables"):
        with pytest.raises(dg.Failure, match=ROOTS_VARIABLE):
            Settings(warehouse=place).open_warehouse()


def test_every_variable_that_the_package_reads_is_in_the_operators_page() -> None:
    read = {
        name
        for path in (PROJECT / "capex_pipeline").rglob("*.py")
        for name in re.findall(r"\bCAPEX_PIPELINE_[A-Z_]+\b", path.read_text(encoding="utf-8"))
    }
    documented = set(
        re.findall(r"\bCAPEX_PIPELINE_[A-Z_]+\b", (PROJECT / "docs" / "operating.md").read_text(encoding="utf-8"))
    )
    assert len(read) > 10 and read - documented == set(), "Add these variables to the table in docs/operating.md."
