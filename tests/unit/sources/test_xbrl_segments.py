"""Segments of instances: exact dimensions, rows, trimming, and the shipped instances."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import yaml

from capex_pipeline.cli.main import main
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.printed_rows import PRINTED_COLUMNS, ReadResult
from capex_pipeline.reference import load
from capex_pipeline.sources import xbrl_segments
from capex_pipeline.sources.xbrl_segments import trim

PROJECT = Path(__file__).resolve().parents[3]
SHIPPED = sorted((PROJECT / "raw/filings/instances").glob("*.xml"))
SHARED = PROJECT.parent / "shared/data/xbrl"
ORIGINALS = {
    "0001018724-24-000008": "amzn-20231231_htm.xml",
    "0000950170-24-048288": "msft-20240331_htm.xml",
    "0001045810-24-000264": "nvda-20240728_htm.xml",
    "0000950170-23-028914": "orcl-20230531_htm.xml",
    "0001652044-25-000014": "googl-10-k-2025-02-05.html",
}
FILERS = load().filers
SEGMENTS = "us-gaap:StatementBusinessSegmentsAxis"
SIDECAR = {
    "accession": "0001018724-24-000008",
    "form": "10-K",
    "filed": date(2024, 2, 2),
    "retrieved": date(2026, 11, 23),
}
AMAZON = ("0001018724", "http://www.amazon.com/20231231")


def instance(*facts: tuple[str, dict[str, str], str, str], cik: str = "0001018724", end: str = "2023-12-31") -> bytes:
    """(concept, dimensions, decimals, value) for a year, as a filing of Amazon."""
    contexts, elements = [], []
    for number, (concept, dimensions, decimals, value) in enumerate(facts):
        members = "".join(
            f'<d:explicitMember dimension="{axis}">{member}</d:explicitMember>' for axis, member in dimensions.items()
        )
        contexts.append(
            f'<context id="c{number}"><entity><identifier scheme="http://www.sec.gov/CIK">{cik}</identifier>'
            f"{f'<segment>{members}</segment>' if members else ''}</entity><period><startDate>{end[:4]}-01-01</startDate>"
            f"<endDate>{end}</endDate></period></context>"
        )
        elements.append(f'<{concept} contextRef="c{number}" unitRef="u" decimals="{decimals}">{value}</{concept}>')
    return (
        '<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:d="http://xbrl.org/2006/xbrldi" '
        'xmlns:iso4217="http://www.xbrl.org/2003/iso4217" xmlns:amzn="http://www.amazon.com/20231231" '
        'xmlns:us-gaap="http://fasb.org/us-gaap/2023" xmlns:srt="http://fasb.org/srt/2023" xmlns:dei="http://xbrl.sec.gov/dei/2023">'
        f'{"".join(contexts)}<unit id="u"><measure>iso4217:USD</measure></unit>'
        f'<dei:DocumentPeriodEndDate contextRef="c0">{end}</dei:DocumentPeriodEndDate>{"".join(elements)}</xbrl>'
    ).encode()


REVENUE = "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax"


def of_facts(result: ReadResult) -> list[dict[str, str | None]]:
    """Rejected facts, without the segments that a small document lacks."""
    return [item for item in result.rejected if item["document_id"] is not None]


AWS = {SEGMENTS: "amzn:AmazonWebServicesSegmentMember"}


def test_only_the_exact_dimensions_count() -> None:
    """Trap 12: the same revenue stands on two axes, and deeper contexts hold parts of it."""
    data = instance(
        (REVENUE, AWS, "-6", "90757000000"),
        (REVENUE, {"srt:ProductOrServiceAxis": "amzn:AmazonWebServicesMember"}, "-6", "90757000000"),
        (REVENUE, {**AWS, "srt:StatementGeographicalAxis": "srt:EuropeMember"}, "-6", "1000000"),
        (REVENUE, {SEGMENTS: "amzn:AmazonWebServicesSegmentMemberX"}, "-6", "2000000"),
        (REVENUE, {}, "-6", "574785000000"),
        ("us-gaap:OperatingIncomeLoss", AWS, "-6", "24631000000"),
    )
    result = xbrl_segments.read(data, SIDECAR, "instance.xml", FILERS)
    assert tuple(result.rows.columns) == PRINTED_COLUMNS
    row = result.rows.iloc[0].dropna().to_dict()
    assert len(result.rows) == 1
    assert row == {
        "id": f"{REVENUE}/2023-01-01/2023-12-31/USD/{SEGMENTS}=amzn:AmazonWebServicesSegmentMember",
        "document": "sec-0001018724-24-000008",
        "locator": f"{REVENUE} 2023-01-01..2023-12-31 {SEGMENTS}=amzn:AmazonWebServicesSegmentMember",
        "entity": "amazon",
        "metric": "cloud_revenue",
        "definition": "aws_segment",
        "segment": "AWS",
        "period_start": "2023-01-01",
        "period_end": "2023-12-31",
        "value": "90757000000",
        "unit": "USD",
        "status": "reported",
        "presentation": "amazon FY2023 filings",
    }


def test_an_extension_concept_without_dimensions() -> None:
    """Trap 8."""
    data = instance(("amzn:ProceedsFromPropertyPlantAndEquipmentSalesAndIncentives", {}, "-6", "4596000000"))
    rows = xbrl_segments.read(data, SIDECAR, "instance.xml", FILERS).rows
    assert rows[["metric", "definition", "value"]].to_numpy().tolist() == [
        ["incentive_proceeds", "amazon_incentive_proceeds", "4596000000"]
    ]


def test_a_fact_shown_twice_is_one_and_the_precise_one_counts() -> None:
    data = instance(
        (REVENUE, AWS, "-8", "90800000000"), (REVENUE, AWS, "-6", "90757000000"), (REVENUE, AWS, "-6", "90757000000")
    )
    result = xbrl_segments.read(data, SIDECAR, "instance.xml", FILERS)
    assert (result.rows["value"].tolist(), of_facts(result)) == (["90757000000"], [])


def test_two_values_of_one_precision_are_used_for_nothing() -> None:
    data = instance((REVENUE, AWS, "-6", "90757000000"), (REVENUE, AWS, "-6", "90758000000"))
    result = xbrl_segments.read(data, SIDECAR, "instance.xml", FILERS)
    assert len(result.rows) == 0
    assert [item["rule"] for item in of_facts(result)] == ["two_values_in_one_filing"] * 2


def test_a_fact_of_the_segments_that_cannot_be_read_is_reported() -> None:
    result = xbrl_segments.read(instance((REVENUE, AWS, "-6", "n/a")), SIDECAR, "instance.xml", FILERS)
    assert [(item["rule"], item["document_id"]) for item in of_facts(result)] == [
        ("unreadable_fact", "sec-0001018724-24-000008")
    ]
    assert not any(
        "for cloud_revenue" in str(item["message"]) for item in result.rejected if item not in of_facts(result)
    )


@pytest.mark.parametrize(("filed", "definition"), [("2024-04-25", "intelligent_cloud_first_reported"),
                                                   ("2024-10-30", "intelligent_cloud_recast_2024")])  # fmt: skip
def test_a_recast_segment_is_another_definition(filed: str, definition: str) -> None:
    """Trap 19: the member keeps its name."""
    data = instance((REVENUE, {SEGMENTS: "msft:IntelligentCloudMember"}, "-6", "1"), cik="0000789019", end="2023-09-30")
    sidecar = {"accession": "0000950170-24-000001", "form": "10-Q", "filed": filed, "period_of_report": filed}
    rows = xbrl_segments.read(data, sidecar, "instance.xml", FILERS).rows
    assert rows["definition"].tolist() == [definition]


@pytest.mark.parametrize("instead", ["", "<period><forever/></period>"])
def test_a_fact_without_a_period_is_rejected_with_its_place(instead: str) -> None:
    """Without a place the row breaks the contract of rejected_figures, and one bad file keeps every table from being written."""
    cloud = {SEGMENTS: "msft:IntelligentCloudMember"}
    data = instance(
        (REVENUE, cloud, "-6", "1"), (REVENUE, cloud, "-6", "2"), cik="0000789019", end="2023-09-30"
    ).decode()
    first, _, last = data.rpartition("<period><startDate>2023-01-01</startDate><endDate>2023-09-30</endDate></period>")
    sidecar = {
        "accession": "0000950170-24-000001",
        "form": "10-Q",
        "filed": "2024-04-25",
        "period_of_report": "2024-04-25",
    }
    result = xbrl_segments.read(f"{first}{instead}{last}".encode(), sidecar, "instance.xml", FILERS)
    assert [(item["rule"], item["locator"]) for item in of_facts(result)] == [
        ("concept_not_in_use", f"{REVENUE} no period {SEGMENTS}=msft:IntelligentCloudMember")
    ]
    assert result.rows["value"].tolist() == ["1"]


def test_an_8_k_is_evidence_only() -> None:
    result = xbrl_segments.read(instance((REVENUE, AWS, "-6", "1")), {**SIDECAR, "form": "8-K"}, "instance.xml", FILERS)
    assert (len(result.rows), [item["rule"] for item in result.rejected]) == (0, ["form_not_periodic"])


@pytest.mark.parametrize(
    ("data", "sidecar", "rule"),
    [
        (instance((REVENUE, AWS, "-6", "1")), {**SIDECAR, "accession": None}, "sidecar_incomplete"),
        (instance((REVENUE, AWS, "-6", "1")), {**SIDECAR, "filed": ""}, "sidecar_incomplete"),
        (instance((REVENUE, AWS, "-6", "1")), {**SIDECAR, "accession": "1-2-3"}, "bad_filing"),
        (instance((REVENUE, AWS, "-6", "1")), {**SIDECAR, "filed": "soon"}, "bad_filing"),
        (instance((REVENUE, AWS, "-6", "1"), cik="0000000005"), SIDECAR, "unknown_filer"),
        (
            instance((REVENUE, AWS, "-6", "1")).replace(b"DocumentPeriodEndDate", b"Other"),
            SIDECAR,
            "no_period_of_report",
        ),
    ],
)
def test_what_is_missing_is_said(data: bytes, sidecar: dict[str, object], rule: str) -> None:
    with pytest.raises(DocumentError) as caught:
        xbrl_segments.read(data, sidecar, "instance.xml", FILERS)
    assert caught.value.rule == rule
    assert re.search(r"[a-z].*\.$", caught.value.message)


def test_trimming_keeps_the_segments_and_reads_the_same() -> None:
    data = instance((REVENUE, AWS, "-6", "90757000000"), (REVENUE, {}, "-6", "574785000000"))
    small = trim(data, list(FILERS.values()))
    assert b"574785000000" not in small
    assert trim(small, list(FILERS.values())) == small
    whole, part = (xbrl_segments.read(content, SIDECAR, "instance.xml", FILERS) for content in (data, small))
    pd.testing.assert_frame_equal(whole.rows, part.rows)
    assert whole.documents == part.documents


def test_the_trim_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "in.xml", tmp_path / "out.xml"
    source.write_bytes(instance((REVENUE, AWS, "-6", "1")))
    assert main(["trim", str(source), str(target)]) == 0
    assert b"AmazonWebServicesSegmentMember" in target.read_bytes()
    source.write_bytes(b"<html/>")
    assert main(["trim", str(source), str(target)]) == 1
    assert "no inline XBRL" in capsys.readouterr().err


EXPECTED = {
    "0001018724-24-000008": {
        "2021-12-31": [5_657, 22_047, 62_202],
        "2022-12-31": [5_324, 27_755, 80_096],
        "2023-12-31": [4_596, 24_843, 90_757],
    },
    "0001652044-25-000014": {"2022-12-31": [26_280], "2023-12-31": [33_088], "2024-12-31": [43_229]},
    # Intelligent Cloud and Microsoft Cloud, each of three and nine months.
    "0000950170-24-048288": {
        "2023-03-31": [22_081, 28_500, 63_914, 81_300],
        "2024-03-31": [26_708, 35_100, 76_847, 100_600],
    },
    "0000950170-23-028914": {"2021-05-31": [8_921], "2022-05-31": [10_809], "2023-05-31": [15_881]},
    # Data Center of three and six months, and revenue from China with Hong Kong.
    "0001045810-24-000264": {
        "2023-07-30": [2_740, 4_330, 10_323, 14_607],
        "2024-07-28": [3_667, 6_158, 26_272, 48_835],
    },
}


def test_five_filings_are_shipped() -> None:
    assert {path.stem for path in SHIPPED} == set(EXPECTED)
    assert sum(path.stat().st_size for path in SHIPPED) < 50_000


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_instances_hold_the_figures(path: Path) -> None:
    sidecar = yaml.load(path.with_suffix(".meta.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    result = xbrl_segments.read(path.read_bytes(), sidecar, path.name, FILERS)
    assert sidecar["accession"] == path.stem
    assert result.rejected == []
    millions = result.rows["value"].astype("float64") / 1e6
    found = {end: sorted(group) for end, group in millions.groupby(result.rows["period_end"])}
    assert found == EXPECTED[path.stem]


@pytest.mark.slow("trims whole filings")
@pytest.mark.skipif(not SHARED.is_dir(), reason="the real instances are not beside the project")
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_instances_are_what_the_trimming_command_makes_and_the_whole_ones_read_the_same(path: Path) -> None:
    original = (SHARED / ORIGINALS[path.stem]).read_bytes()
    assert trim(original, list(FILERS.values())) == path.read_bytes()
    sidecar = yaml.load(path.with_suffix(".meta.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    whole, part = (xbrl_segments.read(data, sidecar, path.name, FILERS) for data in (original, path.read_bytes()))
    pd.testing.assert_frame_equal(whole.rows, part.rows)


AWS = {SEGMENTS: "amzn:AmazonWebServicesSegmentMember"}
CONSOLIDATION = "srt:ConsolidationItemsAxis"


def values_of(data: bytes) -> list[str]:
    return xbrl_segments.read(data, SIDECAR, "x.xml", FILERS).rows["value"].tolist()


def test_a_segment_beside_the_operating_segments_member_is_the_segment() -> None:
    revenue = "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax"
    beside = AWS | {CONSOLIDATION: "us-gaap:OperatingSegmentsMember"}
    eliminated = AWS | {CONSOLIDATION: "us-gaap:IntersegmentEliminationMember"}
    assert values_of(instance((revenue, beside, "-6", "123000000"))) == ["123000000"]
    assert values_of(instance((revenue, beside, "-6", "123000000"), (revenue, AWS, "-6", "123000000"))) == ["123000000"]
    assert values_of(instance((revenue, eliminated, "-6", "5000000"))) == []


def test_names_are_compared_by_namespace_and_not_by_prefix() -> None:
    revenue = "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax"
    data = instance((revenue, AWS, "-6", "123000000"))
    renamed = data.replace(b"us-gaap:", b"gaap23:").replace(b"xmlns:us-gaap", b"xmlns:gaap23")
    assert renamed != data and values_of(renamed) == ["123000000"]
    foreign = data.replace(b"http://fasb.org/us-gaap/2023", b"http://www.example.com/2023")
    assert values_of(foreign) == []


def test_a_document_may_begin_with_a_line_break() -> None:
    revenue = "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax"
    data = b'<?xml version="1.0" encoding="utf-8"?>' + instance((revenue, AWS, "-6", "123000000"))
    assert values_of(b"\n" + data) == ["123000000"]
