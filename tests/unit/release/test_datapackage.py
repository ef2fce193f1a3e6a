"""datapackage.json and contract.odcs.yaml: derived from the models, and true of the tables."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from capex_pipeline.release import datapackage, manifest, odcs
from capex_pipeline.schemas import SCHEMA_VERSION, TABLES
from capex_pipeline.schemas.foreign_keys import foreign_keys, referable
from capex_pipeline.storage.warehouse import Warehouse


@pytest.fixture(scope="module")
def package(shipped: Warehouse) -> dict[str, Any]:
    """The data package of the shipped tables."""
    return datapackage.describe(shipped)


def resource(package: dict[str, Any], table: str) -> dict[str, Any]:
    """One table of the package."""
    return next(one for one in package["resources"] if one["name"] == table)


def test_fields_say_type_unit_meaning_and_rules(package: dict[str, Any]) -> None:
    fields = {one["name"]: one for one in resource(package, "capex_by_definition")["schema"]["fields"]}
    assert fields["amount_usd"]["type"] == "number" and fields["amount_usd"]["unit"] == "USD"
    assert fields["period_end"]["type"] == "date"
    assert fields["is_preferred"] == {
        "name": "is_preferred", "type": "boolean", "constraints": {"required": True},
        "description": "True on the rows that can be added: at most one per company and calendar quarter, no group, and no claim where a "
        "filing exists.",
    }  # fmt: skip
    assert fields["observation_id"]["constraints"] == {"required": True, "unique": True}
    assert fields["bound"]["constraints"]["enum"] == [
        "exact",
        "at_least",
        "at_most",
        "approximately",
        "range",
        "order_of_magnitude",
    ]
    assert fields["calendar_quarter"]["constraints"] == {"pattern": r"^\d{4}Q[1-4]$"}
    assert fields["fiscal_year"]["type"] == "integer"


def test_every_table_and_column_is_described(package: dict[str, Any]) -> None:
    assert [one["name"] for one in package["resources"]] == list(TABLES)
    for one in package["resources"]:
        assert one["description"]
        assert all(field["description"] for field in one["schema"]["fields"])
    assert package["version"] == SCHEMA_VERSION


def test_keys_are_those_that_people_join_on() -> None:
    expected = {
        "capex": {
            "entity_id": "entities", "definition_id": "definitions", "document_id": "documents",
            "observation_id": "observations",
        },
        "capex_by_definition": {"entity_id": "entities", "definition_id": "definitions", "document_id": "documents"},
        "gpu_estimates_by_customer": {
            "entity_id": "entities", "definition_id": "definitions", "document_id": "documents", "supplier_id": "entities",
            "customer_id": "entities", "product": "products",
        },
        "documents": {"origin_document_id": "documents"},
        "entities": {},
        "rejected_figures": {},
    }  # fmt: skip
    for table, keys in expected.items():
        assert {one.column: one.table for one in foreign_keys(table)} == keys
    assert "observation_id" not in referable()


def test_keys_hold_in_the_tables(shipped: Warehouse) -> None:
    frames = {table: shipped.read(table) for table in TABLES}
    for table, frame in frames.items():
        for one in foreign_keys(table):
            named = set(frame[one.column].dropna())
            assert named <= set(frames[one.table][one.key]), f"{table}.{one.column}"


def test_a_table_that_refers_to_itself_says_so_as_the_specification_asks(package: dict[str, Any]) -> None:
    keys = resource(package, "documents")["schema"]["foreignKeys"]
    assert keys == [{"fields": ["origin_document_id"], "reference": {"resource": "", "fields": ["document_id"]}}]


def test_sources_and_licences_are_those_of_the_documents(package: dict[str, Any], shipped: Warehouse) -> None:
    documents = shipped.read("documents")
    counted = sum(int(re.search(r"\((\d+) documents", one["title"])[1]) for one in package["sources"])  # type: ignore[index]
    assert counted == len(documents)
    assert {one["title"] for one in package["licenses"]} == set(documents["licence"].dropna())


def test_neither_sizes_nor_hashes_are_said(package: dict[str, Any]) -> None:
    assert all(not {"bytes", "hash"} & set(one) for one in package["resources"])


def test_the_rules_hold_in_the_tables(package: dict[str, Any], shipped: Warehouse) -> None:
    for one in package["resources"]:
        frame = shipped.read(one["name"])
        for field in one["schema"]["fields"]:
            values, rules = frame[field["name"]], field.get("constraints", {})
            assert not (rules.get("required") and values.isna().any())
            assert not (rules.get("unique") and values.duplicated().any())
            present = values.dropna()
            assert "enum" not in rules or set(present) <= set(rules["enum"])
            assert "pattern" not in rules or present.str.match(rules["pattern"]).all()
            assert "minimum" not in rules or present.empty or (present >= rules["minimum"]).all()


def test_the_contract_has_logical_types_only() -> None:
    contract = yaml.load(odcs.to_bytes(), Loader=yaml.CSafeLoader)
    assert (contract["kind"], contract["apiVersion"], contract["version"]) == (
        "DataContract",
        "v3.1.0",
        f"{SCHEMA_VERSION}.0",
    )
    assert [one["name"] for one in contract["schema"]] == list(TABLES)
    properties = [column for one in contract["schema"] for column in one["properties"]]
    assert all("physicalType" not in column and column["logicalType"] for column in properties)
    (schema,) = [one for one in contract["schema"] if one["name"] == "capex_by_definition"]
    capex = {column["name"]: column for column in schema["properties"]}
    assert capex["observation_id"]["primaryKey"] and capex["observation_id"]["required"]
    assert {"property": "references", "value": "entities.entity_id"} in capex["entity_id"]["customProperties"]


def test_datacontract_accepts_the_contract_and_the_tables(shipped: Warehouse, tmp_path: Path) -> None:
    command = _command("datacontract")
    folder = _copied(shipped, tmp_path)
    (folder / manifest.CONTRACT).write_bytes(odcs.to_bytes())
    linted = subprocess.run(
        [command, "lint", manifest.CONTRACT], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert linted.returncode == 0, linted.stdout
    tested = subprocess.run(
        [command, "test", manifest.CONTRACT], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert tested.returncode == 0, tested.stdout[-4000:]


@pytest.mark.slow("starts a program that checks every table")
def test_frictionless_accepts_the_package(shipped: Warehouse, tmp_path: Path) -> None:
    command = _command("frictionless")
    folder = _copied(shipped, tmp_path)
    (folder / manifest.DATA_PACKAGE).write_bytes(datapackage.to_bytes(shipped))
    checked = subprocess.run(
        [command, "validate", manifest.DATA_PACKAGE],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout[-4000:]


def _command(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"the command {name} is not installed")
    return found


def _copied(warehouse: Warehouse, folder: Path) -> Path:
    for table in TABLES:
        shutil.copy(warehouse.path(table), folder)
    assert isinstance(pd.read_parquet(folder / "capex.parquet"), pd.DataFrame)
    return folder
