"""Reference data: they load, they agree with each other, and a mistake in them is said before any document is read."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from builders import PROJECT

from capex_pipeline.normalise import reference_tables
from capex_pipeline.reference import Reference, ReferenceError, fold, load, read_file
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures
from capex_pipeline.schemas.vocabulary import PUBLISHED_TABLES, UNITS

FOLDER = PROJECT / "capex_pipeline" / "reference"


@pytest.mark.parametrize(
    ("alias", "entity"),
    [
        ("TikTok's parent", "bytedance"), ("Facebook", "meta"), ("Google", "alphabet"), ("Alphabet+Amazon+Meta+Microsoft", "us_four"),
        ("Alibaba+Tencent+Baidu", "alibaba_tencent_baidu"), ("Chinese tech companies", "china_buyers"),
    ],
)  # fmt: skip
def test_names_met_in_documents_resolve(reference: Reference, alias: str, entity: str) -> None:
    assert reference.entity_aliases[fold(alias)] == entity


def test_ids_and_names_are_aliases_of_themselves(reference: Reference) -> None:
    for entity_id, row in reference.entities.iterrows():
        assert (
            reference.entity_aliases[fold(str(entity_id))] == reference.entity_aliases[fold(row["name"])] == entity_id
        )


def test_folding_takes_out_what_print_adds() -> None:
    assert fold("  TikTok’s\u00a0 Parent ") == "tiktok's parent"
    assert fold("ALIBABA") == fold("alibaba")


def test_fiscal_years_end_where_the_companies_say(reference: Reference) -> None:
    ends = {
        name: reference.calendars[name].year_end(2024).isoformat()
        for name in ("microsoft", "oracle", "alibaba", "tencent", "nvidia")
    }
    assert ends == {
        "microsoft": "2024-06-30", "oracle": "2024-05-31", "alibaba": "2024-03-31", "tencent": "2024-12-31", "nvidia": "2024-01-28",
    }  # fmt: skip


def test_central_index_keys_are_those_of_the_sec(reference: Reference) -> None:
    ciks = reference.entities["cik"].dropna().astype(int).to_dict()
    expected = {
        "microsoft": 789019,
        "alphabet": 1652044,
        "amazon": 1018724,
        "meta": 1326801,
        "oracle": 1341439,
        "nvidia": 1045810,
    }
    assert {name: ciks[name] for name in expected} == expected


def test_groups_have_companies_as_members(reference: Reference) -> None:
    assert reference.members("us_four") == ["alphabet", "amazon", "meta", "microsoft"]
    assert reference.members("alibaba") == []
    members = reference.entities["members"].explode().dropna()
    assert set(reference.entities.loc[members, "type"]) == {"company"}


def test_no_two_preferred_definitions_hold_at_once(reference: Reference) -> None:
    """Else one quarter would be counted on two definitions."""
    for _, spans in reference.preferred.groupby(["entity_id", "metric_id"]):
        ordered = spans.sort_values("valid_from")
        assert (ordered["valid_from"].iloc[1:].to_numpy() > ordered["valid_to"].iloc[:-1].to_numpy()).all()


def test_groups_have_no_preferred_definition(reference: Reference) -> None:
    assert set(reference.entities.loc[reference.preferred["entity_id"].unique(), "type"]) == {"company"}


def test_metrics_name_tables_and_units_that_exist(reference: Reference) -> None:
    assert set(reference.metrics["table"].dropna()) == set(PUBLISHED_TABLES)
    assert set(reference.metrics["unit_kinds"].explode()) <= set(UNITS)
    for limits in reference.metrics["magnitude"]:
        assert 0 <= limits["low"] < limits["high"]


def test_every_break_has_a_reason_and_a_day(reference: Reference) -> None:
    assert reference.breaks["break_on"].notna().all()
    assert reference.breaks["reason"].str.len().gt(20).all()


def test_every_currency_of_a_company_has_a_rough_rate(reference: Reference) -> None:
    assert set(reference.entities["currency"].dropna()) <= set(read_file("currencies.yaml")["rough_per_usd"])


def test_the_tables_of_reference_data_meet_their_contracts(reference: Reference) -> None:
    entities, definitions = reference_tables.entities(reference), reference_tables.definitions(reference)
    assert failures(entities, TABLES["entities"]).empty
    assert failures(definitions, TABLES["definitions"]).empty
    by_id = entities.set_index("entity_id")
    assert by_id.at["nvidia", "fiscal_year_end"] == "last Sunday of January"
    assert by_id.at["microsoft", "fiscal_year_end"] == "last day of June"
    assert by_id.at["us_four", "members"] == "alphabet|amazon|meta|microsoft"
    assert bool(by_id.at["us_four", "is_aggregate"]) and not bool(by_id.at["meta", "is_aggregate"])
    assert pd.isna(by_id.at["bytedance", "cik"]) and bool(by_id.at["bytedance", "is_private"])


Edit = Callable[[Any], object]
MISTAKES: dict[str, tuple[str, Edit, str]] = {
    "an id twice": ("entities.yaml", lambda data: data["entities"].append(data["entities"][0]), "entities.yaml has entity_id alibaba twice"),
    "a name for two": ("entities.yaml", lambda data: data["entities"][0]["aliases"].append("Tencent"), "gives the name tencent to both alibaba and tencent"),
    "an unknown member": ("entities.yaml", lambda data: data["entities"][-1]["members"].append("nobody"), "names the unknown member nobody"),
    "an unknown definition": (
        "entities.yaml",
        lambda data: data["entities"][0]["preferred_definitions"].update(capex=[{"definition_id": "whatever"}]),
        "names the unknown definition_id whatever; declare it or correct the spelling",
    ),
    "an unknown supplier": ("products.yaml", lambda data: data["products"][0].update(supplier_id="nobody"), "products.yaml names the unknown supplier_id nobody"),
    "an unknown entity of a break": ("breaks.yaml", lambda data: data["breaks"][0].update(entity_id="nobody"), "breaks.yaml names the unknown entity_id nobody"),
    "a metric twice": ("metrics.yaml", lambda data: data["metrics"].append(data["metrics"][0]), "metrics.yaml has metric_id capex twice"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_reference_data_is_said_with_file_and_remedy(mistake: str, tmp_path: Path) -> None:
    name, edit, said = MISTAKES[mistake]
    folder = tmp_path / "reference"
    shutil.copytree(FOLDER, folder)
    data = yaml.safe_load((folder / name).read_text(encoding="utf-8"))
    edit(data)
    (folder / name).write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(ReferenceError) as error:
        load(folder)
    assert said in str(error.value)


def test_a_broken_reference_file_is_said_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "reference"
    shutil.copytree(FOLDER, folder)
    (folder / "metrics.yaml").write_text("metrics: [", encoding="utf-8")
    with pytest.raises(ReferenceError, match=r"Reference file metrics\.yaml is no readable YAML"):
        load(folder)


def test_reference_data_are_read_once(reference: Reference) -> None:
    assert load() is reference
