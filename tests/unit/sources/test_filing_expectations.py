"""What a filing lacks or contradicts is a row with a next step: rules, calendars, currencies, names, periods and segments."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from typing import Any

import pytest

from capex_pipeline.reference import load
from capex_pipeline.reference.filers import ConceptRule, Filer, SegmentRule
from capex_pipeline.sources import companyfacts, xbrl_segments

CAPEX, REVENUE = "PaymentsToAcquirePropertyPlantAndEquipment", "Revenues"
AXIS, MEMBER = "us-gaap:StatementBusinessSegmentsAxis", "tst:CloudMember"


def concept(metric: str, name: str, **more: Any) -> ConceptRule:
    definition = {"capex": "cash_purchases", "revenue": "total_revenue"}[metric]
    return ConceptRule(
        metric=metric, definition_id=definition, taxonomy="us-gaap", concept=name, unit="USD", reason="Test", **more
    )


CLOUD = SegmentRule(
    metric="cloud_revenue", definition_id="x", segment="Cloud", concepts=("us-gaap:Revenues",), unit="USD",
    dimensions={AXIS: MEMBER}, reason="Test",
)  # fmt: skip
FILER = dataclasses.replace(
    load().filers["meta"], entity_id="tst", name="Testco", aliases=(), cik=99, former_ciks=(), currency="USD",
    fiscal_year_end_month=12, fiscal_year_rule="month_end", concepts=(concept("capex", CAPEX),), segments=(CLOUD,), sums=(), set_aside=(),
)  # fmt: skip


def filing(year: int, form: str = "10-K", value: int = 100_000_000, **changed: Any) -> dict[str, Any]:
    """The year's capital expenditure in its annual report, or the first quarter's in a 10-Q."""
    end, filed, number = (
        (f"{year}-12-31", f"{year + 1}-02-20", 1) if form == "10-K" else (f"{year}-03-31", f"{year}-05-01", 2)
    )
    return {"start": f"{year}-01-01", "end": end, "val": value, "accn": f"0000000099-{year % 100:02}-00000{number}", "fy": None, "fp": None,
            "form": form, "filed": filed, **changed}  # fmt: skip


def expectations(
    filer: Filer = FILER, name: str = "TESTCO INC", unit: str = "USD", **concepts: list[dict[str, Any]]
) -> dict[str, str]:
    """rule -> message of the rows that are about the file as a whole."""
    units = {name: {"units": {unit: facts}} for name, facts in concepts.items()}
    data = json.dumps({"cik": 99, "entityName": name, "facts": {"us-gaap": units}}).encode()
    result = companyfacts.read(data, {}, "CIK0000000099.json", {"tst": filer})
    return {str(row["rule"]): str(row["message"]) for row in result.rejected if row["document_id"] is None}


YEARS = [filing(2022), filing(2023), filing(2024)]


def test_a_file_that_meets_its_entry_gives_no_such_row() -> None:
    assert expectations(PaymentsToAcquirePropertyPlantAndEquipment=YEARS) == {}


def test_a_rule_that_never_matched_is_a_row_and_one_whose_dates_are_over_is_none() -> None:
    rules = (
        *FILER.concepts,
        concept("revenue", REVENUE),
        concept("revenue", "SalesRevenueNet", filed_to=date(2010, 1, 1)),
    )
    rows = expectations(dataclasses.replace(FILER, concepts=rules), PaymentsToAcquirePropertyPlantAndEquipment=YEARS)
    assert list(rows) == ["concept_not_found"]
    assert "us-gaap:Revenues in USD" in rows["concept_not_found"] and "SalesRevenueNet" not in rows["concept_not_found"]
    assert "suggest-filer" in rows["concept_not_found"]


def test_a_concept_that_ended_is_a_row_although_its_successor_is_not_in_the_rules() -> None:
    rows = expectations(
        PaymentsToAcquirePropertyPlantAndEquipment=YEARS[:2],
        PaymentsToAcquireProductiveAssets=[filing(2024), filing(2025)],
    )
    assert list(rows) == ["concept_ended"]
    assert rows["concept_ended"].startswith("2 annual reports since 0000000099-23-000001")


def test_a_concept_of_annual_reports_alone_is_not_missed_in_interim_reports() -> None:
    interim = [filing(year, "10-Q") for year in (2022, 2023, 2024)]
    rules = (*FILER.concepts, concept("revenue", REVENUE))
    filer = dataclasses.replace(FILER, concepts=rules)
    assert expectations(filer, PaymentsToAcquirePropertyPlantAndEquipment=[*YEARS, *interim], Revenues=YEARS) == {}


def test_an_amended_report_with_a_part_of_the_facts_ends_nothing() -> None:
    amended = filing(2024, form="10-K/A", end="2024-12-31", accn="0000000099-25-000009", filed="2025-03-20")
    assert expectations(PaymentsToAcquirePropertyPlantAndEquipment=YEARS, Assets=[amended]) == {}


@pytest.mark.parametrize(("end_of_year", "is_contradicted"), [("12-31", False), ("12-28", False), ("06-30", True)])
def test_a_calendar_that_the_annual_reports_contradict_is_a_row(end_of_year: str, is_contradicted: bool) -> None:
    """A year of 52 weeks may end on 28 December; a year that ends in June is another calendar."""
    year = filing(2024, start=f"2023-{end_of_year}", end=f"2024-{end_of_year}")
    rows = expectations(PaymentsToAcquirePropertyPlantAndEquipment=[year])
    assert ("fiscal_year_differs" in rows) == is_contradicted
    if is_contradicted:
        assert "month 12" in rows["fiscal_year_differs"] and "ends on 2024-06-30" in rows["fiscal_year_differs"]


def test_the_newest_annual_report_decides_about_a_year_end_that_moved() -> None:
    before = filing(2021, start="2020-07-01", end="2021-06-30", filed="2021-08-20")
    assert expectations(PaymentsToAcquirePropertyPlantAndEquipment=[before, *YEARS]) == {}


def test_an_amended_annual_report_says_nothing_about_the_year_end() -> None:
    amended = filing(2026, form="10-K/A", start="2025-07-01", end="2026-06-30", filed="2026-08-20")
    assert "fiscal_year_differs" not in expectations(PaymentsToAcquirePropertyPlantAndEquipment=[*YEARS, amended])
    original = {**amended, "form": "10-K"}
    assert "fiscal_year_differs" in expectations(PaymentsToAcquirePropertyPlantAndEquipment=[*YEARS, original])


def test_a_currency_that_reference_data_do_not_state_is_a_row() -> None:
    data = {"cik": 99, "entityName": "Testco", "facts": {"us-gaap": {CAPEX: {"units": {"TWD": YEARS}}}}}
    result = companyfacts.read(json.dumps(data).encode(), {}, "x.json", {"tst": FILER})
    found = {str(row["rule"]): str(row["message"]) for row in result.rejected if row["document_id"] is None}
    assert "reports in TWD, but reference data state USD" in found["currency_differs"]


@pytest.mark.parametrize(
    ("name", "is_contradicted"),
    [("TESTCO HOLDINGS, INC.", False), ("Testco.com Inc", False), ("OTHER CORP", True), ("", False)],
)
def test_a_file_of_another_company_is_a_row(name: str, is_contradicted: bool) -> None:
    assert (
        "filer_name_differs" in expectations(name=name, PaymentsToAcquirePropertyPlantAndEquipment=YEARS)
    ) == is_contradicted


def test_initials_and_aliases_are_names_of_the_company() -> None:
    tsmc = dataclasses.replace(FILER, name="TSMC")
    assert (
        expectations(
            tsmc, name="TAIWAN SEMICONDUCTOR MANUFACTURING CO LTD", PaymentsToAcquirePropertyPlantAndEquipment=YEARS
        )
        == {}
    )
    known = dataclasses.replace(FILER, aliases=("Other Corporation",))
    assert expectations(known, name="OTHER CORP", PaymentsToAcquirePropertyPlantAndEquipment=YEARS) == {}


def test_a_larger_total_of_lower_precedence_is_one_row_for_a_filer() -> None:
    rules = (concept("revenue", REVENUE), concept("revenue", "SalesRevenueNet"))
    filer = dataclasses.replace(FILER, concepts=rules)
    rows = expectations(
        filer, Revenues=YEARS, SalesRevenueNet=[filing(year, value=300_000_000) for year in (2022, 2023, 2024)]
    )
    assert list(rows) == ["larger_total_unused"]
    assert (
        rows["larger_total_unused"].startswith("In 3 filings")
        and "SalesRevenueNet 300,000,000" in rows["larger_total_unused"]
    )
    assert (
        expectations(
            filer, Revenues=YEARS, SalesRevenueNet=[filing(year, value=100_100_000) for year in (2022, 2023, 2024)]
        )
        == {}
    )


def test_periods_that_make_no_quarter_are_one_row_for_a_metric() -> None:
    stubs = [filing(2024, start="2024-01-01", end="2024-06-07"), filing(2024, start="2024-06-08", end="2024-12-31")]
    rows = expectations(PaymentsToAcquirePropertyPlantAndEquipment=[*YEARS, *stubs])
    assert list(rows) == ["period_of_odd_length"]
    assert (
        rows["period_of_odd_length"].startswith("2 periods of capex")
        and "2024-06-08 to 2024-12-31 (207 days)" in rows["period_of_odd_length"]
    )


def foreign(year: int, **changed: Any) -> dict[str, Any]:
    return filing(
        year,
        form="20-F",
        end=f"{year}-12-31",
        filed=f"{year + 1}-04-20",
        accn=f"0000000099-{year % 100:02}-000001",
        **changed,
    )


def test_a_foreign_issuer_without_quarters_is_one_row_that_says_where_they_are() -> None:
    rows = expectations(PaymentsToAcquirePropertyPlantAndEquipment=[foreign(2022), foreign(2023)])
    assert list(rows) == ["years_only"]
    assert (
        "All 2 facts" in rows["years_only"]
        and "Form 20-F" in rows["years_only"]
        and "results announcements" in rows["years_only"]
    )


def test_a_half_year_of_a_foreign_issuer_is_no_file_of_years_alone() -> None:
    half = foreign(2024, start="2024-01-01") | {"end": "2024-06-30", "filed": "2024-09-20"}
    rows = expectations(PaymentsToAcquirePropertyPlantAndEquipment=[foreign(2022), foreign(2023), half])
    assert "years_only" not in rows


def instance(member: str, *, namespaces: str = 'xmlns:tst="http://www.test.com/20250331"') -> bytes:
    return (
        f'<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:d="http://xbrl.org/2006/xbrldi" {namespaces} '
        'xmlns:iso4217="http://www.xbrl.org/2003/iso4217" xmlns:us-gaap="http://fasb.org/us-gaap/2024" xmlns:dei="http://xbrl.sec.gov/dei/2024">'
        '<context id="c"><entity><identifier scheme="http://www.sec.gov/CIK">99</identifier><segment>'
        f'<d:explicitMember dimension="{AXIS}">{member}</d:explicitMember></segment></entity>'
        "<period><startDate>2025-01-01</startDate><endDate>2025-03-31</endDate></period></context>"
        '<unit id="u"><measure>iso4217:USD</measure></unit>'
        '<dei:DocumentPeriodEndDate contextRef="c">2025-03-31</dei:DocumentPeriodEndDate>'
        '<us-gaap:Revenues contextRef="c" unitRef="u" decimals="-6">12345000000</us-gaap:Revenues></xbrl>'
    ).encode()


def read_instance(data: bytes, filer: Filer = FILER, form: str = "10-Q") -> Any:
    sidecar = {"accession": "0000000099-25-000003", "form": form, "filed": "2025-05-01"}
    return xbrl_segments.read(data, sidecar, "x.xml", {"tst": filer})


def test_a_segment_that_a_report_does_not_have_is_a_row_with_the_members_that_it_has() -> None:
    result = read_instance(instance("tst:CloudServicesMember"))
    assert [row["rule"] for row in result.rejected] == ["segment_not_found"]
    assert f"The document has {AXIS}=tst:CloudServicesMember." in str(result.rejected[0]["message"])
    assert read_instance(instance(MEMBER)).rejected == []
    assert read_instance(instance("tst:CloudServicesMember"), form="8-K").rejected == []


def test_a_segment_is_not_expected_outside_the_dates_of_its_rule() -> None:
    ended = dataclasses.replace(FILER, segments=(CLOUD.model_copy(update={"filed_to": date(2025, 4, 30)}),))
    assert read_instance(instance("tst:CloudServicesMember"), ended).rejected == []


def test_an_instance_of_a_filer_without_segments_says_that_it_gave_no_row() -> None:
    result = read_instance(instance(MEMBER), dataclasses.replace(FILER, segments=()))
    assert [row["rule"] for row in result.rejected] == ["no_segment_rules"]


def test_a_renamed_extension_prefix_is_the_same_extension() -> None:
    renamed = read_instance(instance("testco:CloudMember", namespaces='xmlns:testco="http://www.test.com/20260331"'))
    assert renamed.rejected == []
    assert renamed.rows["id"].tolist() == read_instance(instance(MEMBER)).rows["id"].tolist()


def test_with_two_extensions_no_prefix_is_taken_for_another() -> None:
    two = 'xmlns:a="http://www.test.com/20260331" xmlns:b="http://www.other.com/20260331"'
    result = read_instance(instance("a:CloudMember", namespaces=two))
    assert len(result.rows) == 0 and [row["rule"] for row in result.rejected] == ["segment_not_found"]
