"""companyfacts: reading, rows, evidence, trimming; each SEC trap on a small file of our own, and the shipped files."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from builders import filers_of

from capex_pipeline.cli.main import main
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.printed_rows import PRINTED_COLUMNS
from capex_pipeline.reference import load
from capex_pipeline.reference.filers import Filer
from capex_pipeline.sources import companyfacts, sec_filings
from capex_pipeline.sources.companyfacts import CompanyFacts, facts_of, is_trailing, parsed, to_printed_rows, trim
from capex_pipeline.values.fiscal_calendar import FiscalCalendar

PROJECT = Path(__file__).resolve().parents[3]
SHIPPED = sorted((PROJECT / "raw/filings/companyfacts").glob("CIK*.json"))
SHARED = PROJECT.parent / "shared/data/companyfacts"
FILERS = load().filers
CAPEX = "PaymentsToAcquirePropertyPlantAndEquipment"

Q1 = {"start": "2024-01-01", "end": "2024-03-31", "val": 100_000_000, "accn": "0000000001-24-000001",
      "fy": 2024, "fp": "Q1", "form": "10-Q", "filed": "2024-04-25", "frame": "CY2024Q1"}  # fmt: skip
H1 = {**Q1, "end": "2024-06-30", "val": 230_000_000, "accn": "0000000001-24-000002", "fp": "Q2", "filed": "2024-07-25"}


def document(facts: list[dict[str, Any]], concept: str = CAPEX, cik: Any = 1326801, unit: str = "USD") -> bytes:
    units = {concept: {"label": "L", "description": "D", "units": {unit: facts}}}
    return json.dumps({"cik": cik, "entityName": "Example", "facts": {"dei": {}, "us-gaap": units}}).encode()


def facts_in(data: bytes, filer: Filer = FILERS["meta"]) -> CompanyFacts:
    return facts_of(parsed(data), filer)


def rows_of(data: bytes, filer: Filer = FILERS["meta"]) -> Any:
    return to_printed_rows(facts_in(data, filer), filer, retrieved="2026-11-23")


def rejected_rules(result: Any) -> list[str]:
    return sorted(item["rule"] for item in result.rejected)


def test_a_fact_becomes_a_printed_row_of_its_filing() -> None:
    result = rows_of(document([Q1]))
    assert tuple(result.rows.columns) == PRINTED_COLUMNS
    row = result.rows.iloc[0].dropna().to_dict()
    assert row == {
        "id": f"us-gaap:{CAPEX}/2024-01-01/2024-03-31/USD",
        "document": "sec-0000000001-24-000001",
        "locator": f"us-gaap:{CAPEX} 2024-01-01..2024-03-31",
        "entity": "meta",
        "metric": "capex",
        "definition": "cash_purchases",
        "period_start": "2024-01-01",
        "period_end": "2024-03-31",
        "value": "100000000",
        "unit": "USD",
        "status": "reported",
        "presentation": "meta FY2024 filings",
    }
    filing = result.documents[0]
    assert filing["url"] == "https://www.sec.gov/Archives/edgar/data/1326801/000000000124000001/"
    assert (filing["published"], filing["title"]) == ("2024-04-25", "Form 10-Q of Meta for the period ended 2024-03-31")


def test_facts_are_in_full_units_with_their_period_and_filing() -> None:
    company_facts = facts_in(document([H1, Q1]))
    assert [(fact.number, fact.qname, fact.unit, fact.end, fact.value) for fact in company_facts.facts] == [
        (1, f"us-gaap:{CAPEX}", "USD", date(2024, 3, 31), 100e6),
        (2, f"us-gaap:{CAPEX}", "USD", date(2024, 6, 30), 230e6),
    ]
    assert [(one.filing.form, one.filing.filed) for one in company_facts.filings] == [
        ("10-Q", date(2024, 4, 25)),
        ("10-Q", date(2024, 7, 25)),
    ]


def test_fy_fp_and_frame_play_no_part() -> None:
    """Traps 1 and 6: they describe the filing, are null or wrong, and move."""
    liars = [{**Q1, "fy": 2031, "fp": "FY", "frame": "CY1999Q4"}, {**H1, "fy": None, "fp": ""}]
    honest = [{k: v for k, v in fact.items() if k != "frame"} for fact in (Q1, H1)]
    said, plain = rows_of(document(liars)), rows_of(document(honest))
    pd.testing.assert_frame_equal(said.rows, plain.rows)
    assert said.documents == plain.documents


def test_the_fiscal_year_of_a_filing_comes_from_its_period_of_report() -> None:
    comparative = {**Q1, "start": "2023-01-01", "end": "2023-03-31", "val": 90_000_000}
    (filing,) = facts_in(document([comparative, Q1])).filings
    assert (filing.report_end, filing.fiscal_year) == (date(2024, 3, 31), 2024)
    assert set(rows_of(document([comparative, Q1])).rows["presentation"]) == {"meta FY2024 filings"}


CALENDARS = [(12, "month_end"), (6, "month_end"), (5, "month_end"), (3, "month_end"), (1, "last_sunday"),
             (9, "last_saturday"), (12, "nearest_friday")]  # fmt: skip


@pytest.mark.parametrize(("month", "rule"), CALENDARS)
def test_the_fiscal_year_of_a_day_agrees_with_the_calendar(month: int, rule: str) -> None:
    """Trap 10: the shift by a week names the same year as the calendar itself, for 52 and 53 weeks too."""
    calendar = FiscalCalendar(month, rule, "test")
    for year in range(2000, 2031):
        ends = [calendar.quarter_bounds(year, quarter)[1] for quarter in (1, 2, 3, 4)]
        assert [sec_filings.fiscal_year_of(end, month) for end in ends] == [year] * 4


def test_a_repeated_fact_stays_evidence_of_each_filing() -> None:
    """Trap 2: one row for each filing that shows it."""
    later = {**Q1, "accn": "0000000001-25-000001", "filed": "2025-04-25", "fy": 2025}
    new = {**later, "start": "2025-01-01", "end": "2025-03-31", "val": 120_000_000}
    result = rows_of(document([Q1, later, new]))
    assert result.rows["document"].tolist() == [
        "sec-0000000001-24-000001",
        "sec-0000000001-25-000001",
        "sec-0000000001-25-000001",
    ]
    assert result.rows["presentation"].tolist() == ["meta FY2024 filings", "meta FY2025 filings", "meta FY2025 filings"]


def test_two_values_in_one_filing_are_used_for_nothing() -> None:
    result = rows_of(document([Q1, {**Q1, "val": 395}, H1]))
    assert result.rows["value"].tolist() == ["230000000"]
    assert rejected_rules(result) == ["two_values_in_one_filing", "two_values_in_one_filing"]


def test_the_same_fact_twice_in_one_filing_counts_once() -> None:
    result = rows_of(document([Q1, dict(Q1)]))
    assert len(result.rows) == 1
    assert rejected_rules(result) == ["repeated_fact"]


def test_facts_of_other_forms_are_evidence_only() -> None:
    """Trap 9."""
    others = [
        {**Q1, "form": form, "accn": f"0000000001-24-00001{n}"}
        for n, form in enumerate(["8-K", "DEF 14A", "424B5", "S-1", "6-K"])
    ]
    result = rows_of(document([Q1, *others]))
    assert len(result.rows) == 1
    assert rejected_rules(result) == ["form_not_periodic"] * 5
    assert {item["document_id"] for item in result.rejected} <= {item["document_id"] for item in result.documents}


def test_rows_and_rejected_are_numbered_without_gaps() -> None:
    result = rows_of(document([Q1, H1, {**Q1, "form": "8-K", "accn": "0000000001-24-000009"}]))
    numbers = [*result.rows.index, *(int(item["row_number"]) for item in result.rejected)]
    assert sorted(numbers) == [1, 2, 3]


def test_a_concept_that_changed_its_meaning_changes_its_definition() -> None:
    """Trap 7: Amazon's tag is net in the 10-Qs of 2017 and gross in that year's 10-K."""
    concept = "PaymentsForProceedsFromProductiveAssets"
    nine = {
        **Q1,
        "start": "2017-01-01",
        "end": "2017-09-30",
        "val": 7_022_000_000,
        "accn": "0001018724-17-000135",
        "filed": "2017-10-27",
    }
    year = {
        **nine,
        "end": "2017-12-31",
        "val": 11_955_000_000,
        "accn": "0001018724-18-000005",
        "form": "10-K",
        "filed": "2018-02-02",
    }
    result = rows_of(document([nine, year], concept, 1018724), FILERS["amazon"])
    assert dict(zip(result.rows["value"], result.rows["definition"], strict=True)) == {
        "7022000000": "cash_net_of_incentives",
        "11955000000": "cash_purchases",
    }


def test_a_concept_outside_its_dates_is_evidence_only() -> None:
    late = {**Q1, "start": "2013-06-01", "end": "2013-08-31", "filed": "2013-09-20"}
    result = rows_of(document([late], "PaymentsForProceedsFromProductiveAssets", 1341439), FILERS["oracle"])
    assert rejected_rules(result) == ["concept_not_in_use"]


def test_of_two_equal_concepts_the_first_counts_and_the_other_points_to_it() -> None:
    content = json.loads(document([Q1], "Revenues", 1652044))
    content["facts"]["us-gaap"]["RevenueFromContractWithCustomerExcludingAssessedTax"] = {"units": {"USD": [Q1]}}
    rows = rows_of(json.dumps(content).encode(), FILERS["alphabet"]).rows.set_index("id")
    second = "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax/2024-01-01/2024-03-31/USD"
    assert rows["same_fact_as"].dropna().to_dict() == {second: "us-gaap:Revenues/2024-01-01/2024-03-31/USD"}


def test_of_two_different_concepts_the_second_is_evidence_only() -> None:
    content = json.loads(document([Q1], "Revenues", 1652044))
    content["facts"]["us-gaap"]["RevenueFromContractWithCustomerExcludingAssessedTax"] = {
        "units": {"USD": [{**Q1, "val": 99}]}
    }
    result = rows_of(json.dumps(content).encode(), FILERS["alphabet"])
    assert result.rows["id"].tolist() == ["us-gaap:Revenues/2024-01-01/2024-03-31/USD"]
    assert rejected_rules(result) == ["precedence_differs"]


FOREIGN = {
            "entity_id": "foreign", "name": "Foreign", "cik": 77, "currency": "CNY",
            "fiscal_year_end": {"month": 3, "rule": "month_end"},
            "concepts": [
                {"metric": "capex", "definition_id": "cash_purchases", "taxonomy": "us-gaap", "concept": CAPEX,
                 "unit": "CNY", "reason": "Cash flow statement"},
                {"metric": "revenue", "definition_id": "total_revenue", "taxonomy": "ifrs-full", "concept": "Revenue",
                 "unit": "CNY", "reason": "Income statement"},
            ],
}  # fmt: skip
YEAR = {
    **Q1,
    "start": "2023-04-01",
    "end": "2024-03-31",
    "val": 32_087_000_000,
    "form": "20-F",
    "filed": "2024-05-23",
    "fp": "FY",
}


def test_a_convenience_translation_is_never_an_amount() -> None:
    """Trap 11: 20-F facts in CNY, and once more in USD for the latest year."""
    filer = filers_of(FOREIGN)["foreign"]
    content = json.loads(document([YEAR], CAPEX, 77, "CNY"))
    content["facts"]["us-gaap"][CAPEX]["units"]["USD"] = [{**YEAR, "val": 4_444_000_000}]
    content["facts"]["ifrs-full"] = {"Revenue": {"units": {"CNY": [{**YEAR, "val": 941_168_000_000}]}}}
    data = json.dumps(content).encode()
    facts = facts_in(data, filer).facts
    assert [(fact.unit, fact.value) for fact in facts if fact.is_convenience] == [("USD", 4_444_000_000.0)]
    rows = rows_of(data, filer).rows.set_index("id")
    translated = rows.loc[f"us-gaap:{CAPEX}/2023-04-01/2024-03-31/USD"]
    assert translated["same_fact_as"] == f"us-gaap:{CAPEX}/2023-04-01/2024-03-31/CNY"
    assert rows.loc[rows["same_fact_as"].isna(), ["metric", "unit", "value"]].to_numpy().tolist() == [
        ["revenue", "CNY", "941168000000"],
        ["capex", "CNY", "32087000000"],
    ]


def test_an_annual_report_on_form_40_f_gives_a_year() -> None:
    """Canadian companies file Form 40-F; reference data call it periodic and annual, as Form 20-F is."""
    forms = FILERS["alphabet"]
    filer = dataclasses.replace(
        filers_of(FOREIGN)["foreign"], periodic_forms=forms.periodic_forms, annual_forms=forms.annual_forms
    )
    years = [
        {**YEAR, "form": "40-F"},
        {**YEAR, "form": "40-F/A", "filed": "2024-06-03", "accn": "0000000001-24-000009"},
    ]
    result = rows_of(document(years, CAPEX, 77, "CNY"), filer)
    assert result.rows["value"].tolist() == ["32087000000", "32087000000"] and rejected_rules(result) == []


def test_dollars_without_the_own_currency_are_no_translation_and_no_amount() -> None:
    filer = filers_of(FOREIGN)["foreign"]
    result = rows_of(document([YEAR], CAPEX, 77, "USD"), filer)
    assert len(result.rows) == 0
    assert rejected_rules(result) == ["concept_not_in_use"]


def test_a_sign_that_the_filer_tags_the_other_way_is_turned() -> None:
    meta = FILERS["meta"]
    turned = dataclasses.replace(meta, concepts=tuple(rule.model_copy(update={"sign": -1}) for rule in meta.concepts))
    result = rows_of(document([{**Q1, "val": -100}, {**H1, "val": 0}]), turned)
    assert result.rows["value"].tolist() == ["100", "0"]


def test_the_predecessors_key_is_accepted_and_keeps_its_own_address() -> None:
    result = rows_of(
        document([{**Q1, "start": "2014-01-01", "end": "2014-03-31", "filed": "2014-04-24"}], cik=1288776),
        FILERS["alphabet"],
    )
    assert result.rows["entity"].tolist() == ["alphabet"]
    assert result.documents[0]["url"].startswith("https://www.sec.gov/Archives/edgar/data/1288776/")


def test_a_known_company_under_another_cik_is_told_to_correct_the_cik() -> None:
    content = {**json.loads(document([Q1], cik=1640147)), "entityName": "META PLATFORMS, INC."}
    with pytest.raises(
        DocumentError, match=r"CIK 1640147, and entities.yaml gives meta the cik 1326801; correct the cik"
    ):
        companyfacts.read(json.dumps(content).encode(), {}, "facts.json", FILERS)


def test_a_trailing_column_says_so() -> None:
    """Trap 5."""
    trailing = {**Q1, "start": "2023-04-01"}
    rows = rows_of(document([Q1, trailing])).rows
    assert rows.set_index("period_start")["note"].notna().to_dict() == {"2024-01-01": False, "2023-04-01": True}


@pytest.mark.parametrize(
    ("start", "end", "of_december", "of_january"),
    [
        (date(2023, 4, 1), date(2024, 3, 31), True, True),
        (date(2024, 1, 1), date(2024, 12, 31), False, True),
        (date(2024, 1, 1), date(2024, 3, 31), False, False),
        (date(2024, 1, 29), date(2025, 1, 26), True, False),
        (date(2016, 2, 1), date(2017, 1, 29), True, False),
        (date(2024, 2, 4), date(2025, 2, 1), True, False),
    ],
)
def test_only_a_year_that_ends_elsewhere_is_trailing(
    start: date, end: date, of_december: bool, of_january: bool
) -> None:
    assert is_trailing(start, end, 12) is of_december
    assert is_trailing(start, end, 1) is of_january


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b'{"cik": 1326801, "facts": {"us-gaap"', "not_json"),
        (b"<html>Your request rate is too high</html>", "not_json"),
        (b"[1]", "not_companyfacts"),
        (b'{"cik": 1326801}', "not_companyfacts"),
        (document([Q1], cik="abc"), "not_companyfacts"),
        (document([Q1], cik=True), "not_companyfacts"),
        (document([Q1], cik=789019), "unknown_filer"),
        (document([{**Q1, "val": "1"}]), "bad_fact"),
        (document([{**Q1, "val": None}]), "bad_fact"),
        (document([{**Q1, "val": True}]), "bad_fact"),
        (document([{**Q1, "end": "2024-02-30"}]), "bad_fact"),
        (document([{**Q1, "start": "2024-13-01"}]), "bad_fact"),
        (document([{**Q1, "end": None}]), "bad_fact"),
        (document([{**Q1, "start": "2024-06-01"}]), "bad_fact"),
        (document([{**Q1, "end": "NaT"}]), "bad_fact"),
        (document([{**Q1, "filed": "nan"}]), "bad_fact"),
        (document([{**Q1, "end": "٢٠٢٤-٠٣-٣١"}]), "bad_fact"),
        (document([{**Q1, "accn": "../../etc/passwd"}]), "bad_fact"),
        (document([{**Q1, "accn": "0000000001-24-000001\n"}]), "bad_fact"),
        (document([{**Q1, "accn": "٠٠٠٠٠٠٠٠٠١-24-000001"}]), "bad_fact"),
        (document([Q1], cik="9" * 5000), "not_companyfacts"),
        (b'{"cik": 1326801, "facts": {"us-gaap": []}}', "not_companyfacts"),
        (document([Q1]).replace(b'"val":', b'"val": 5, "val":'), "repeated_key"),
        (document([Q1]).replace(b'"units": {', b'"units": {"USD": [], '), "repeated_key"),
        (document([Q1]).replace(b'"label": "L"', b'"label": ' + b"[" * 2000 + b"]" * 2000), "not_json"),
        (document([{**Q1, "filed": 20240425}]), "bad_fact"),
        (document([Q1, {**H1, "accn": Q1["accn"]}]), "bad_filing"),
        (b'{"cik":1326801,"facts": {"us-gaap": {"%b": {"units": {"USD": {}}}}}}' % CAPEX.encode(), "not_companyfacts"),
        (b'{"cik": 1326801, "facts": {"us-gaap": {"%b": []}}}' % CAPEX.encode(), "not_companyfacts"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_a_sentence(data: bytes, rule: str) -> None:
    with pytest.raises(DocumentError) as caught:
        companyfacts.read(data, {}, "x.json", {"meta": FILERS["meta"]})
    assert caught.value.rule == rule
    assert re.search(r"[a-z].*\.$", caught.value.message)


FRAMES = {"taxonomy": "us-gaap", "tag": CAPEX, "ccp": "CY2024Q1", "uom": "USD", "pts": 1,
          "data": [{"accn": Q1["accn"], "cik": 1326801, "start": "2024-01-01", "end": "2024-03-31", "val": 1}]}  # fmt: skip
XBRL_JSON = {
    "documentInfo": {"documentType": "https://xbrl.org/2021/xbrl-json"},
    "facts": {"f1": {"value": "1", "dimensions": {}}},
}


@pytest.mark.parametrize(
    ("content", "kind"), [(FRAMES, "frames"), (XBRL_JSON, "xBRL-JSON"), ({"a": 1}, "no mapping `facts`")]
)
def test_another_json_of_the_sec_is_named_with_the_address_that_serves_companyfacts(
    content: dict[str, Any], kind: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        companyfacts.read(json.dumps(content).encode(), {}, "x.json", FILERS)
    assert caught.value.rule == "not_companyfacts"
    assert kind in caught.value.message and "https://data.sec.gov/api/xbrl/companyfacts/" in caught.value.message


def test_companyconcept_is_companyfacts_of_one_concept() -> None:
    concept = {"cik": 1326801, "taxonomy": "us-gaap", "tag": CAPEX, "entityName": "Example", "units": {"USD": [Q1, H1]}}
    pd.testing.assert_frame_equal(rows_of(json.dumps(concept).encode()).rows, rows_of(document([Q1, H1])).rows)


def test_what_nests_nearly_too_deeply_is_read_or_refused_in_words() -> None:
    """How deep the interpreter follows differs from version to version."""
    try:
        company_facts = facts_in(document([Q1]).replace(b'"label": "L"', b'"label": ' + b"[" * 990 + b"]" * 990))
    except DocumentError as refused:
        assert refused.rule == "not_json"
    else:
        assert company_facts == facts_in(document([Q1]))


def test_size_is_bounded() -> None:
    data = document([Q1])
    with pytest.raises(DocumentError, match="more than the 100 that are read"):
        parsed(data, max_bytes=100)


def test_a_filer_without_any_of_its_concepts_gives_no_rows() -> None:
    company_facts = facts_in(document([Q1], "Goodwill"))
    assert (company_facts.facts, company_facts.filings) == ([], [])
    result = to_printed_rows(company_facts, FILERS["meta"])
    assert (len(result.rows), tuple(result.rows.columns), result.documents) == (0, PRINTED_COLUMNS, [])


def test_trimming_keeps_the_facts_and_nothing_else() -> None:
    content = json.loads(document([Q1, H1]))
    content["facts"]["us-gaap"]["Goodwill"] = {"label": "x", "description": "y", "units": {"USD": [Q1]}}
    data = json.dumps(content).encode()
    small = trim(data, list(FILERS.values()))
    assert json.loads(small)["facts"] == {
        "us-gaap": {CAPEX: {"units": {"USD": [{k: v for k, v in fact.items() if k != "frame"} for fact in (Q1, H1)]}}}
    }
    assert trim(small, list(FILERS.values())) == small
    pd.testing.assert_frame_equal(rows_of(small).rows, rows_of(data).rows)


def test_the_trim_command_writes_the_file_and_names_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "in.json", tmp_path / "out.json"
    source.write_bytes(document([Q1]))
    assert main(["trim", str(source), str(target)]) == 0
    assert json.loads(target.read_bytes())["cik"] == 1326801
    source.write_bytes(document([Q1], cik=5))
    assert main(["trim", str(source), str(target)]) == 1
    assert "filers.yaml has no filer with CIK 5" in capsys.readouterr().err


def test_a_fact_set_aside_is_evidence_only_and_expires_when_the_filing_is_mended() -> None:
    wrong = {**Q1, "start": "2017-01-30", "end": "2017-07-30", "val": 2_230_000_000, "accn": "0001045810-18-000010",
             "form": "10-K", "filed": "2018-02-28"}  # fmt: skip
    year = {**wrong, "end": "2018-01-28", "val": 9_714_000_000}
    result = rows_of(document([wrong, year], "Revenues", 1045810), FILERS["nvidia"])
    assert (result.rows["value"].tolist(), rejected_rules(result)) == (["9714000000"], ["set_aside"])
    with pytest.raises(DocumentError, match="remove the entry from set_aside") as caught:
        rows_of(document([{**wrong, "val": 4_167_000_000}, year], "Revenues", 1045810), FILERS["nvidia"])
    assert caught.value.rule == "set_aside_expired"


def test_read_takes_bytes_sidecar_and_name() -> None:
    result = companyfacts.read(
        document([Q1]), {"retrieved": date(2026, 11, 23), "licence": "free"}, "CIK0001326801.json", FILERS
    )
    assert (result.documents[0]["retrieved"], result.documents[0]["licence"]) == ("2026-11-23", "free")
    with pytest.raises(DocumentError, match="capex-pipeline suggest-filer"):
        companyfacts.read(document([Q1], cik=5), {}, "CIK0000000005.json", FILERS)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_files_read_whole(path: Path) -> None:
    sidecar = yaml.load(path.with_suffix(".meta.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    result = companyfacts.read(path.read_bytes(), sidecar, path.name, FILERS)
    assert sidecar["cik"] == int(path.stem.removeprefix("CIK"))
    assert not result.rows.duplicated(["document", "id"]).any()
    assert {item["rule"] for item in result.rejected} <= {"form_not_periodic", "set_aside"}
    assert set(result.rows["document"]) <= {item["document_id"] for item in result.documents}
    for item in result.documents:
        assert re.fullmatch(r"https://www\.sec\.gov/Archives/edgar/data/\d+/\d{18}/", item["url"])
        assert date.fromisoformat(item["published"]) > date(2009, 6, 1)
    reach = pd.to_datetime(result.rows.loc[result.rows["metric"] == "capex", "period_end"])
    assert reach.max() - reach.min() > timedelta(days=365 * 3)


def test_six_companies_are_shipped_and_small() -> None:
    assert len(SHIPPED) == 6
    assert sum(path.stat().st_size for path in SHIPPED) < 3_000_000


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real companyfacts files are not beside the project")
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_files_are_what_the_trimming_command_makes(path: Path) -> None:
    source = next(SHARED.glob(f"{path.stem}*.json"))
    assert trim(source.read_bytes(), list(FILERS.values())) == path.read_bytes()


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real companyfacts files are not beside the project")
def test_filing_dates_and_forms_depend_on_the_accession_number_alone() -> None:
    """Trap 13, on all facts of the real files."""
    for path in SHARED.glob("CIK*.json"):
        seen: dict[str, tuple[Any, ...]] = {}
        content = json.loads(path.read_bytes())
        for concepts in content["facts"].values():
            for concept in concepts.values():
                for facts in concept["units"].values():
                    for fact in facts:
                        about = (fact["form"], fact["filed"], fact["fy"], fact["fp"])
                        assert seen.setdefault(fact["accn"], about) == about


def test_every_filing_is_listed_once_from_facts_of_any_concept_that_have_the_form_of_facts() -> None:
    malformed = [1, "x", None, [Q1], {}, {**Q1, "accn": ["0000000009-24-000009"]}, {**Q1, "accn": None}]
    no_filing = [
        {**Q1, "accn": "0000000001-24-000003", "filed": "soon"},
        {**Q1, "accn": "0000000001-24-000004", "filed": 20240425},
        {**Q1, "accn": "0000000001-24-000005", "form": None},
    ]
    content = {
        "facts": {
            "dei": "no mapping",
            "us-gaap": {
                "Other": {"units": {"USD": [H1, *malformed, *no_filing, Q1], "shares": "no list"}},
                CAPEX: {"units": {"USD": [Q1, H1]}},
                "Nothing": None,
            },
        }
    }
    listed = companyfacts.every_filing(content)
    assert [(filing.accession, filing.form, filing.filed) for filing in listed] == [
        (fact["accn"], "10-Q", date.fromisoformat(str(fact["filed"]))) for fact in (Q1, H1)
    ]


def test_a_fiscal_year_beyond_every_calendar_does_no_harm() -> None:
    assert rows_of(document([{**Q1, "fy": 2**64 - 1}])).rows["presentation"].tolist() == ["meta FY2024 filings"]


def test_a_day_in_the_first_week_of_the_calendar_is_read() -> None:
    old = {**Q1, "start": "0001-01-01", "end": "0001-01-02"}
    assert rows_of(document([old])).rows["presentation"].tolist() == ["meta FY0 filings"]


def test_a_file_without_any_fact_in_use_is_refused_and_not_passed_over() -> None:
    with pytest.raises(DocumentError, match=r"CIK0001326801\.json has no fact of a concept") as caught:
        companyfacts.read(document([Q1], concept="Assets"), {}, "CIK0001326801.json", FILERS)
    assert caught.value.rule == "no_facts"
