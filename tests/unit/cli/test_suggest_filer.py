"""suggest-filer: from a dropped file to reference entries that the build reads, without a guess."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from capex_pipeline.cli.main import main
from capex_pipeline.normalise.ingest import ingest
from capex_pipeline.reference import load

pytestmark = pytest.mark.usefixtures("no_settings")

CAPEX = "PaymentsToAcquirePropertyPlantAndEquipment"


def fact(
    start: str, end: str, value: int, accession: str, form: str = "10-K", filed: str = "2025-10-01"
) -> dict[str, Any]:
    return {
        "start": start,
        "end": end,
        "val": value,
        "accn": accession,
        "fy": None,
        "fp": None,
        "form": form,
        "filed": filed,
    }


def year(end: int, value: int, start: str, last: str) -> dict[str, Any]:
    return fact(start, last, value, f"0004000009-{end % 100:02}-000001", filed=f"{end}-10-01")


YEARS = [
    year(2023, 600_000_000, "2022-08-29", "2023-09-03"), year(2024, 700_000_000, "2023-09-04", "2024-09-01"),
    year(2025, 800_000_000, "2024-09-02", "2025-08-31"),
]  # fmt: skip
"""Years that end on the Sunday nearest to the end of August: 53 weeks, then twice 52."""


def scaled(factor: float) -> list[dict[str, Any]]:
    return [{**one, "val": int(one["val"] * factor)} for one in YEARS]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "raw").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def dropped(
    project: Path,
    cik: int = 4000009,
    name: str = "HARBOUR STORES CORP",
    unit: str = "USD",
    **concepts: list[dict[str, Any]],
) -> str:
    units = {concept: {"units": {unit: facts}} for concept, facts in concepts.items()}
    path = project / "raw" / f"CIK{cik:010}.json"
    path.write_text(json.dumps({"cik": cik, "entityName": name, "facts": {"us-gaap": units}}))
    return str(path)


def entries(project: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((project / "reference" / f"{name}.yaml").read_text())[name]
    return found


@pytest.mark.slow("reads the drafted entries with all reference data")
def test_a_dropped_file_becomes_entries_with_which_it_is_read(project: Path) -> None:
    path = dropped(project, PaymentsToAcquirePropertyPlantAndEquipment=YEARS, SalesRevenueNet=scaled(10))
    assert ingest(project / "raw", load()).rejected_figures["rule"].tolist() == ["unknown_filer"]
    assert main(["suggest-filer", path]) == 0
    assert entries(project, "entities")[0] == {
        "entity_id": "harbour_stores", "name": "Harbour Stores", "type": "company", "currency": "USD", "cik": 4000009,
        "fiscal_year_end": {"month": 8, "rule": "nearest_sunday"}, "aliases": ["HARBOUR STORES CORP"],
        "preferred_definitions": {"capex": [{"definition_id": "cash_purchases"}]}, "results_document": "Form 10-K or 10-Q",
    }  # fmt: skip
    read = ingest(project / "raw", load(project / "reference"))
    assert read.rejected_figures.empty
    assert read.figures.groupby("metric_id")["value"].max().to_dict() == {"capex": 800e6, "revenue": 8_000e6}


def test_the_list_names_concepts_with_spans_overlaps_and_recent_values(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = dropped(
        project, PaymentsToAcquirePropertyPlantAndEquipment=YEARS, PaymentsToAcquireProductiveAssets=scaled(1.2), Assets=YEARS,
        FinanceLeasePrincipalPayments=scaled(0.1),
    )  # fmt: skip
    assert main(["suggest-filer", "--dry-run", path]) == 0
    shown = capsys.readouterr().out
    assert "us-gaap:PaymentsToAcquireProductiveAssets  [in the draft]" in shown
    assert f"us-gaap:{CAPEX}  [differs from the first, not in the draft]" in shown
    assert "3 periods (3 years), 2022-08-29 to 2025-08-31, last filed 2025-10-01" in shown
    assert "2024-09-02..2025-08-31             960,000,000 USD" in shown
    assert "us-gaap:FinanceLeasePrincipalPayments  [in the draft]" in shown and "us-gaap:Assets" not in shown
    assert not (project / "reference").exists()


def test_the_larger_of_two_revenues_is_drafted_and_an_equal_older_tag_after_it(project: Path) -> None:
    path = dropped(
        project,
        Revenues=scaled(3),
        RevenueFromContractWithCustomerExcludingAssessedTax=scaled(8),
        SalesRevenueNet=scaled(8)[:2],
    )
    assert main(["suggest-filer", path]) == 0
    assert [rule["concept"] for rule in entries(project, "filers")[0]["concepts"]] == [
        "RevenueFromContractWithCustomerExcludingAssessedTax", "SalesRevenueNet",
    ]  # fmt: skip


def test_a_company_of_the_package_gets_rules_alone(project: Path) -> None:
    """Alibaba is a company of the package without rules for filings; its 20-F has a US dollar column beside the yuan."""
    spans = [("2024-04-01", "2025-03-31"), ("2023-04-01", "2024-03-31")]
    local = [fact(*span, 24_000_000_000, "0001577552-25-000001", "20-F", "2025-06-26") for span in spans]
    path = dropped(
        project, 1577552, "Alibaba Group Holding Limited", "CNY", PaymentsToAcquireOtherPropertyPlantAndEquipment=local
    )
    assert main(["suggest-filer", path]) == 0
    assert sorted(one.name for one in (project / "reference").iterdir()) == ["filers.yaml"]
    assert entries(project, "filers")[0]["entity_id"] == "alibaba"
    assert load(project / "reference").filers["alibaba"].concepts[0].unit == "CNY"


@pytest.mark.slow("reads the drafted entries with all reference data")
def test_drafts_are_added_to_the_overlay_that_is_there(project: Path) -> None:
    first = dropped(project, PaymentsToAcquirePropertyPlantAndEquipment=YEARS)
    second = dropped(project, 4000010, "Lantern plc", PaymentsToAcquirePropertyPlantAndEquipment=YEARS)
    assert main(["suggest-filer", first]) == main(["suggest-filer", second]) == 0
    assert [one["entity_id"] for one in entries(project, "filers")] == ["harbour_stores", "lantern"]
    assert {"harbour_stores", "lantern"} <= set(load(project / "reference").filers)


def test_a_filer_with_rules_is_listed_and_left_alone(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = dropped(project, PaymentsToAcquirePropertyPlantAndEquipment=YEARS)
    assert main(["suggest-filer", path]) == 0
    before = (project / "reference/filers.yaml").read_bytes()
    assert main(["suggest-filer", path]) == 0
    assert "has rules in filers.yaml already. Nothing was written" in capsys.readouterr().out
    assert (project / "reference/filers.yaml").read_bytes() == before


def test_a_draft_that_does_not_fit_leaves_the_overlay_as_it_was(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without an annual report the fiscal year is not known, and it is not guessed."""
    quarter = fact("2025-01-01", "2025-03-31", 5_000_000, "0004000009-25-000001", "10-Q", "2025-05-01")
    path = dropped(project, PaymentsToAcquirePropertyPlantAndEquipment=[quarter])
    assert main(["suggest-filer", path]) == 1
    error = capsys.readouterr().err
    assert "fiscal_year_end" in error and "--dry-run" in error
    assert not (project / "reference").exists()


def test_a_file_without_any_such_concept_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest-filer", dropped(project, Assets=YEARS)]) == 1
    assert "no concept that looks like capital expenditure" in capsys.readouterr().err


INSTANCE = """<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:d="http://xbrl.org/2006/xbrldi" xmlns:hb="http://harbour.example/2025"
 xmlns:iso4217="http://www.xbrl.org/2003/iso4217" xmlns:us-gaap="http://fasb.org/us-gaap/2025" xmlns:dei="http://xbrl.sec.gov/dei/2025">
{contexts}<unit id="u"><measure>iso4217:USD</measure></unit>
<dei:EntityRegistrantName contextRef="c0">Harbour Cloud, Inc.</dei:EntityRegistrantName>
<dei:DocumentType contextRef="c0">10-Q</dei:DocumentType><dei:CurrentFiscalYearEndDate contextRef="c0">--09-30</dei:CurrentFiscalYearEndDate>
<dei:DocumentPeriodEndDate contextRef="c0">2025-03-31</dei:DocumentPeriodEndDate>
<us-gaap:Revenues contextRef="c0" unitRef="u">900000000</us-gaap:Revenues>
<us-gaap:Revenues contextRef="c1" unitRef="u">300000000</us-gaap:Revenues>
<us-gaap:Revenues contextRef="c2" unitRef="u">600000000</us-gaap:Revenues></xbrl>"""


@pytest.mark.slow("reads the drafted entries with all reference data")
def test_segments_of_an_instance_are_listed_and_those_of_the_cloud_drafted(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    axis = "us-gaap:StatementBusinessSegmentsAxis"
    members = ["", "hb:HarbourCloudMember", "hb:ShopsMember"]
    contexts = "".join(
        f'<context id="c{n}"><entity><identifier scheme="http://www.sec.gov/CIK">4000009</identifier>'
        + (f'<segment><d:explicitMember dimension="{axis}">{member}</d:explicitMember></segment>' if member else "")
        + "</entity><period><startDate>2025-01-01</startDate><endDate>2025-03-31</endDate></period></context>"
        for n, member in enumerate(members)
    )
    path = project / "raw/x.xml"
    path.write_text("\n" + INSTANCE.format(contexts=contexts))
    (project / "raw/x.meta.yaml").write_text("accession: 0004000009-25-000003\nform: 10-Q\nfiled: 2025-05-01\n")
    assert main(["suggest-filer", str(path)]) == 0
    assert f"{axis}=hb:ShopsMember  [not in the draft]" in capsys.readouterr().out
    assert entries(project, "definitions")[0]["definition_id"] == "harbour_cloud_harbour_cloud"
    read = ingest(project / "raw", load(project / "reference"))
    assert read.rejected_figures.empty
    assert read.figures[["metric_id", "value"]].to_numpy().tolist() == [["cloud_revenue", 300e6]]
