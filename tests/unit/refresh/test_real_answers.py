"""The real files of the SEC through a refresh: what is shipped under raw/ is what a refresh would archive."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from unit.refresh.answers_as_served import CONTACT, submissions
from unit.refresh.local_server import LocalServer, Reply

from capex_pipeline.reference import load
from capex_pipeline.refresh.addresses import Sources
from capex_pipeline.refresh.outcomes import NEW, UNCHANGED, Report
from capex_pipeline.refresh.rate_limit import TokenBucket
from capex_pipeline.refresh.run import Plan, refresh

PROJECT = Path(__file__).resolve().parents[3]
SHARED = PROJECT.parent / "shared/data"
SHIPPED = PROJECT / "raw/filings"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the folder of shared data is not beside the project")


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as running:
        yield running


def run(server: LocalServer, raw: Path, entity: str) -> Report:
    plan = Plan(
        raw, CONTACT, only=(entity,), today=date(2026, 11, 23), sources=Sources(server.base, server.base, server.base)
    )
    return refresh(plan, load(), pace=TokenBucket(10, sleep=lambda seconds: None), sleep=lambda seconds: None)


@pytest.mark.slow("trims whole answers of the SEC")
@pytest.mark.parametrize(("entity", "cik"), [("microsoft", 789019), ("amazon", 1018724), ("alphabet", 1652044)])
def test_companyfacts_as_served_are_those_that_are_shipped(
    server: LocalServer, tmp_path: Path, entity: str, cik: int
) -> None:
    shutil.copytree(SHIPPED / "companyfacts", tmp_path / "filings/companyfacts")
    served = (SHARED / f"companyfacts/CIK{cik:010d}.json").read_bytes()
    server.says(f"/api/xbrl/companyfacts/CIK{cik:010d}.json", Reply(served, packed=True))
    server.serves(f"/submissions/CIK{cik:010d}.json", submissions(cik=cik))
    report = run(server, tmp_path, entity)
    assert report.failures == []
    assert report.outcomes[0].result == UNCHANGED
    assert 0 < report.received < len(served) / 5


@pytest.mark.slow("trims whole answers of the SEC")
@pytest.mark.parametrize(
    ("entity", "cik", "file", "accession", "form", "filed"),
    [
        ("microsoft", 789019, "msft-20240331_htm.xml", "0000950170-24-048288", "10-Q", "2024-04-25"),
        ("nvidia", 1045810, "nvda-20240728_htm.xml", "0001045810-24-000264", "10-Q", "2024-08-28"),
    ],
)
def test_an_instance_as_served_becomes_the_one_that_is_shipped(
    server: LocalServer, tmp_path: Path, entity: str, cik: int, file: str, accession: str, form: str, filed: str
) -> None:
    facts = (SHARED / f"companyfacts/CIK{cik:010d}.json").read_bytes()
    server.says(f"/api/xbrl/companyfacts/CIK{cik:010d}.json", Reply(facts, packed=True))
    document = file.replace("_htm.xml", ".htm")
    server.serves(f"/submissions/CIK{cik:010d}.json", submissions((accession, form, filed, document, 1), cik=cik))
    folder = f"/Archives/edgar/data/{cik}/{accession.replace('-', '')}"
    server.serves(f"{folder}/{file}", (SHARED / "xbrl" / file).read_bytes(), packed=True)
    plan = Plan(
        tmp_path, CONTACT, only=(entity,), instances_from=date(2024, 1, 1), today=date(2026, 11, 23),
        sources=Sources(server.base, server.base, server.base),
    )  # fmt: skip
    report = refresh(plan, load(), pace=TokenBucket(10, sleep=lambda seconds: None), sleep=lambda seconds: None)
    assert [outcome.result for outcome in report.outcomes if outcome.what == "instance"] == [NEW]
    name = f"instances/{accession}.xml"
    assert (tmp_path / "filings" / name).read_bytes() == (SHIPPED / name).read_bytes()
