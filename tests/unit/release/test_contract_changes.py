"""The published contract does not lose a column by accident."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from builders import PROJECT

from capex_pipeline.release import ReleaseError, contract_changes

CHANGELOG = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8") if (PROJECT / "CHANGELOG.md").is_file() else ""
BEFORE: dict[str, Any] = {
    "version": "1.0",
    "tables": {
        "capex_by_definition": {
            "key": ["id"],
            "columns": {"id": {"type": "string", "nullable": False}, "amount": {"type": "double", "nullable": True}},
        }
    },
}


def after(version: str = "1.0") -> dict[str, Any]:
    """A copy to change."""
    return {**copy.deepcopy(BEFORE), "version": version}


def test_the_models_break_no_promise() -> None:
    found = contract_changes.objections(contract_changes.committed(), contract_changes.current(), CHANGELOG)
    assert not found, "\n".join(found)


def test_the_changelog_has_one_section_for_each_contract_and_one_for_each_subject_in_it() -> None:
    sections = [line.removeprefix("## ") for line in CHANGELOG.splitlines() if line.startswith("## ")]
    assert all(section.startswith("Contract ") for section in sections), sections
    for version in CHANGELOG.split("\n## ")[1:]:
        subjects = [line for line in version.splitlines() if line.startswith("### ")]
        assert len(subjects) == len(set(subjects))


def test_the_committed_contract_is_that_of_the_models() -> None:
    same = contract_changes.committed() == contract_changes.current()
    assert same, (
        "The models changed: run `capex-pipeline release contract` and look at the difference in contract.json."
    )


def test_the_contract_of_the_design_is_kept() -> None:
    """Columns of version 1 that were promised before there was code."""
    columns = contract_changes.committed()["tables"]
    shared = {
        "observation_id", "entity_id", "entity_name", "entity_type", "is_aggregate", "definition_id", "period_start", "period_end",
        "period_type", "calendar_quarter", "fiscal_year", "fiscal_period", "status", "bound", "source_type", "claimant", "document_id",
        "locator", "derived_from", "is_preferred",
    }  # fmt: skip
    money = {
        "unchanged_since",  # known_from in version 1
        "amount_low", "amount", "amount_high", "currency", "amount_usd", "amount_usd_low", "amount_usd_high", "amount_cny", "fx_usd",
        "fx_method", "yoy_local_pct", "yoy_pct_stated", "qoq_local_pct", "ttm_amount", "ttm_amount_usd", "first_reported_amount", "first_reported_on",
    }  # fmt: skip
    units = {
        "known_from",
        "supplier_id", "product", "flow", "units_low", "units", "units_high", "unit_price_usd_low", "unit_price_usd_high",
        "implied_value_usd_low", "implied_value_usd_high",
    }  # fmt: skip
    assert shared | money <= set(columns["capex_by_definition"]["columns"])
    assert shared | money | {"segment"} <= set(columns["cloud_revenue_by_definition"]["columns"])
    assert shared | units <= set(columns["gpu_estimates"]["columns"])


def test_adding_breaks_nothing() -> None:
    now = after()
    now["tables"]["capex_by_definition"]["columns"]["note"] = {"type": "string", "nullable": True}
    now["tables"]["capex_by_definition"]["columns"]["amount"]["nullable"] = False
    now["tables"]["periods"] = {"key": ["id"], "columns": {}}
    assert contract_changes.breaches(BEFORE, now) == []
    assert contract_changes.objections(BEFORE, now, "") == []


def removed(now: dict[str, Any]) -> None:
    del now["tables"]["capex_by_definition"]["columns"]["amount"]


def retyped(now: dict[str, Any]) -> None:
    now["tables"]["capex_by_definition"]["columns"]["amount"]["type"] = "string"


def may_be_missing(now: dict[str, Any]) -> None:
    now["tables"]["capex_by_definition"]["columns"]["id"]["nullable"] = True


def other_key(now: dict[str, Any]) -> None:
    now["tables"]["capex_by_definition"]["key"] = ["amount"]


def table_gone(now: dict[str, Any]) -> None:
    del now["tables"]["capex_by_definition"]


BREACHES = [
    (removed, "capex_by_definition.amount was removed"), (retyped, "capex_by_definition.amount is string; it was double"), (may_be_missing, "capex_by_definition.id may be null"),
    (other_key, "key of capex_by_definition is amount"), (table_gone, "Table capex_by_definition was removed"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), BREACHES)
@pytest.mark.parametrize("version", ["1.0", "1.1", "0.9"])
def test_taking_away_needs_a_major_version(change: Any, said: str, version: str) -> None:
    now = after(version)
    change(now)
    found = contract_changes.objections(BEFORE, now, f"## Contract {version}")
    assert any(said in sentence and "SCHEMA_VERSION" in sentence for sentence in found)


@pytest.mark.parametrize(
    ("changelog", "allowed"),
    [
        ("# Changelog\n\n## Contract 2.0 (0.2.0)\n\n- amount is gone", True),
        ("### The contract 2.0: amount is gone", True),
        ("## Contract 1.0\n\nContract 2.0 is mentioned, but not in a heading", False),
        ("## Contract 2.01", False),
        ("## Release 2.0", False),
        ("", False),
    ],
)
def test_a_major_version_needs_a_heading_that_names_it(changelog: str, allowed: bool) -> None:
    now = after("2.0")
    removed(now)
    assert (contract_changes.objections(BEFORE, now, changelog) == []) == allowed


def test_the_heading_is_asked_for_as_long_as_the_version_stands() -> None:
    now = after("2.1")
    assert contract_changes.objections(now, now, "## Contract 2.0") != []
    assert contract_changes.objections(now, now, "## Contract 2.1") == []


def test_the_command_records_additions_and_refuses_breaches(tmp_path: Path) -> None:
    path = tmp_path / "contract.json"
    assert contract_changes.record("## Contract 2.0", path)
    assert not contract_changes.record("## Contract 2.0", path)
    assert json.loads(path.read_text()) == contract_changes.current()
    less = contract_changes.current()
    del less["tables"]["capex_by_definition"]["columns"]["amount"]
    path.write_text(contract_changes.to_text(less))
    assert contract_changes.record("## Contract 2.0", path), "a column that was added is recorded"
    more = contract_changes.current()
    more["tables"]["capex_by_definition"]["columns"]["amount_in_shells"] = {"type": "double", "nullable": True}
    path.write_text(contract_changes.to_text(more))
    with pytest.raises(ReleaseError, match="amount_in_shells was removed"):
        contract_changes.record("## Contract 2.0", path)
    assert json.loads(path.read_text()) == more
