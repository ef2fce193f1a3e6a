"""The package's own reference data: names, calendars, registrations, and the tables made from them."""

from __future__ import annotations

import pandas as pd
import pytest

from capex_pipeline.normalise import reference_tables
from capex_pipeline.reference import Reference, fold, load
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures


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


def test_members_are_those_of_a_group(reference: Reference) -> None:
    assert reference.members("us_four") == ["alphabet", "amazon", "meta", "microsoft"]
    assert reference.members("alibaba") == []


def test_every_break_has_a_reason_and_a_day(reference: Reference) -> None:
    assert reference.breaks["break_on"].notna().all()
    assert reference.breaks["reason"].str.len().gt(20).all()


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


def test_reference_data_are_read_once() -> None:
    assert load() is load()
