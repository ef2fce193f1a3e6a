"""Filers: companies of entities.yaml with the rules of filers.yaml."""

from __future__ import annotations

from datetime import date
from typing import Any

from builders import filers_of

from capex_pipeline.reference import load
from capex_pipeline.reference.filers import SegmentRule, Window, filer_of_cik, wanted_concepts

EXAMPLE: dict[str, Any] = {
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


def test_the_tracked_companies_have_their_keys_and_calendars() -> None:
    filers = load().filers
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
    filer = filer_of_cik(load().filers.values(), 1288776)
    assert filer is not None
    assert filer.entity_id == "alphabet"


def test_every_rule_and_every_fact_set_aside_says_why() -> None:
    for filer in load().filers.values():
        for rule in (*filer.concepts, *filer.segments, *filer.sums, *filer.set_aside):
            assert len(rule.reason) > 8, rule


def test_forms_for_anything_are_not_periodic() -> None:
    for filer in load().filers.values():
        assert not filer.periodic_forms & {"8-K", "6-K", "DEF 14A", "424B5", "S-1", "S-3"}


def test_a_filer_has_the_identity_of_its_company_and_the_rules_of_its_filings() -> None:
    filer = filers_of(EXAMPLE)["example"]
    assert (filer.name, filer.ciks, filer.currency, filer.fiscal_year_end_month) == ("Example", (7, 6), "CNY", 3)
    rule = filer.concepts[0]
    assert (rule.sign, rule.filed_from, rule.filed_to) == (1, date(2020, 1, 1), None)
    assert wanted_concepts([filer]) == {("ifrs-full", "PurchaseOfPropertyPlantAndEquipment"): frozenset({"CNY"})}


def test_a_filer_may_have_forms_of_its_own() -> None:
    filer = filers_of({**EXAMPLE, "forms": {"periodic": ["20-F", "6-K"], "annual": ["20-F"]}})["example"]
    assert (filer.periodic_forms, filer.annual_forms) == ({"20-F", "6-K"}, {"20-F"})


def test_dimensions_are_written_in_the_order_of_their_axes() -> None:
    rule = SegmentRule(
        metric="cloud_revenue", definition_id="x", concepts=("us-gaap:Revenues",), unit="USD", reason="Segment note",
        dimensions={"srt:ProductOrServiceAxis": "ex:CloudMember", "ex:RegionAxis": "ex:EuropeMember"},
    )  # fmt: skip
    assert rule.dimension_text == "ex:RegionAxis=ex:EuropeMember|srt:ProductOrServiceAxis=ex:CloudMember"


def test_a_rule_holds_from_its_first_to_its_last_day() -> None:
    window = Window(filed_from=date(2020, 1, 1), filed_to=date(2020, 12, 31), period_to=date(2020, 6, 30))
    end = date(2020, 6, 30)
    assert [window.holds(filed, end) for filed in (date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31))] == [
        False,
        True,
        True,
    ]
    assert not window.holds(date(2021, 1, 1), end)
    assert not window.holds(date(2020, 8, 1), date(2020, 7, 1))
    assert window.holds(date(2020, 8, 1), None)
    assert Window().holds(date.min, date.max)
