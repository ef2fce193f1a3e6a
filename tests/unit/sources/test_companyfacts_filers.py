"""The filers file: the package's own, and what is refused."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest
import yaml

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.reference.filers import (
    DEFAULT_FILERS_PATH,
    filer_of_cik,
    load_filers,
    parse_filers,
    wanted_concepts,
)

SMALL: dict[str, Any] = {
    "version": 1,
    "forms": {"periodic": ["10-K", "20-F"], "annual": ["10-K", "20-F"]},
    "filers": [
        {
            "entity_id": "example",
            "name": "Example",
            "cik": 7,
            "former_ciks": [6],
            "currency": "CNY",
            "fiscal_year_end": {"month": 3, "rule": "month_end"},
            "concepts": [
                {
                    "metric": "capex",
                    "definition_id": "cash_purchases",
                    "taxonomy": "ifrs-full",
                    "concept": "PurchaseOfPropertyPlantAndEquipment",
                    "unit": "CNY",
                    "filed_from": date(2020, 1, 1),
                    "reason": "The only one",
                }
            ],
        }
    ],
}


def changed(path: list[Any], value: Any) -> bytes:
    content = copy.deepcopy(SMALL)
    place: Any = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return yaml.safe_dump(content).encode()


def test_the_tracked_companies_have_their_keys_and_calendars() -> None:
    filers = load_filers()
    assert {
        entity: (f.cik, f.former_ciks, f.fiscal_year_end_month, f.fiscal_year_rule) for entity, f in filers.items()
    } == {
        "microsoft": (789019, (), 6, "month_end"),
        "alphabet": (1652044, (1288776,), 12, "month_end"),
        "amazon": (1018724, (), 12, "month_end"),
        "meta": (1326801, (), 12, "month_end"),
        "oracle": (1341439, (), 5, "month_end"),
        "nvidia": (1045810, (), 1, "last_sunday"),
    }


def test_a_former_key_belongs_to_its_successor() -> None:
    filer = filer_of_cik(load_filers().values(), 1288776)
    assert filer is not None
    assert filer.entity_id == "alphabet"


def test_every_rule_and_every_fact_set_aside_says_why() -> None:
    for filer in load_filers().values():
        for rule in (*filer.concepts, *filer.segments, *filer.sums, *filer.set_aside):
            assert len(rule.reason) > 8, rule


def test_terms_of_sums_are_metrics_that_the_filer_has() -> None:
    for filer in load_filers().values():
        known = {(rule.metric, rule.definition_id) for rule in (*filer.concepts, *filer.segments)}
        for total in filer.sums:
            assert {(term.metric, term.definition_id) for term in total.terms} <= known, filer.entity_id


def test_forms_for_anything_are_not_periodic() -> None:
    for filer in load_filers().values():
        assert not filer.periodic_forms & {"8-K", "6-K", "DEF 14A", "424B5", "S-1", "S-3"}
        assert filer.annual_forms <= filer.periodic_forms


def test_a_company_is_added_without_code() -> None:
    filers = parse_filers(yaml.safe_dump(SMALL).encode())
    rule = filers["example"].concepts[0]
    assert (rule.sign, rule.window.filed_from, rule.window.filed_to) == (1, date(2020, 1, 1), None)
    assert wanted_concepts(filers.values()) == {
        ("ifrs-full", "PurchaseOfPropertyPlantAndEquipment"): frozenset({"CNY"})
    }


def test_a_filer_may_have_its_own_forms() -> None:
    filers = parse_filers(changed(["filers", 0, "forms"], {"periodic": ["20-F", "6-K"], "annual": ["20-F"]}))
    assert filers["example"].periodic_forms == {"20-F", "6-K"}


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["version"], 2, "version other than 1"),
        (["surprise"], 1, "unknown keys at the file: surprise"),
        (["filers", 0, "cik"], "7", "cik is '7'"),
        (["filers", 0, "cik"], True, "cik is True"),
        (["filers", 0, "former_ciks"], [7], "gives CIK 7 to example and example"),
        (["filers", 0, "fiscal_year_end"], {"month": 13, "rule": "month_end"}, "month is 13"),
        (["filers", 0, "fiscal_year_end"], {"month": 3, "rule": "last_day"}, "rule is 'last_day'"),
        (["filers", 0, "concepts", 0, "sign"], 0, "sign is 0"),
        (
            ["filers", 0, "concepts", 0, "filed_to"],
            date(2019, 1, 1),
            "ends on 2019-01-01 before it starts on 2020-01-01",
        ),
        (["filers", 0, "concepts", 0, "filed_to"], "later", "filed_to is 'later'"),
        (["filers", 0, "concepts", 0, "reason"], " ", "reason is ' '"),
        (["filers", 0, "concepts"], {"metric": "capex"}, "concepts is no list"),
        (["filers", 0, "name"], None, "name is None"),
    ],
)
def test_a_mistake_is_named_with_its_place(path: list[Any], value: Any, said: str) -> None:
    with pytest.raises(DocumentError, match=said) as caught:
        parse_filers(changed(path, value))
    assert caught.value.rule == "bad_filers_file"


def test_two_filers_may_not_share_a_key() -> None:
    content = copy.deepcopy(SMALL)
    content["filers"].append({**content["filers"][0], "entity_id": "other", "former_ciks": []})
    with pytest.raises(DocumentError, match="gives CIK 7 to example and other"):
        parse_filers(yaml.safe_dump(content).encode())


def test_no_yaml_is_said_so() -> None:
    with pytest.raises(DocumentError, match="no YAML"):
        parse_filers(b"filers: [")


def test_the_package_file_is_small() -> None:
    assert DEFAULT_FILERS_PATH.stat().st_size < 100_000
