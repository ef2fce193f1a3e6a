"""Earnings exhibits: a refresh against a server on this machine, with answers in the shape of the real ones and invented figures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from unit.refresh.answers_as_served import CONTACT, index
from unit.refresh.local_server import LocalServer, Reply

from capex_pipeline.raw import folder as raw_folder
from capex_pipeline.reference import Reference, contradictions
from capex_pipeline.reference.filers import EarningsExhibits
from capex_pipeline.refresh import filing_lists
from capex_pipeline.refresh.addresses import Sources
from capex_pipeline.refresh.http_types import Limits, RefreshError
from capex_pipeline.refresh.outcomes import LISTED, NEW, NOTHING_IN_USE, UNCHANGED, Report
from capex_pipeline.refresh.rate_limit import TokenBucket
from capex_pipeline.refresh.run import Plan, refresh
from capex_pipeline.sources.readers import reader_for

HTML_TYPE = {"Content-Type": "text/html; charset=UTF-8"}
CIK = 1329099
LIST = f"/submissions/CIK{CIK:010d}.json"
RESULTS, MEETING, OLD = "0001193125-25-183792", "0001193125-25-190001", "0001193125-24-000001"
EXHIBIT = b"""<html><body><p>Baidu, Inc. Reconciliations of free cash flow (in RMB millions)</p><table>
<tr><td></td><td colspan=3>Three months ended June 30, 2025</td></tr>
<tr><td></td><td>Baidu Core</td><td>iQIYI</td><td>Baidu, Inc.</td></tr>
<tr><td>Net cash provided by operating activities</td><td>(800)</td><td>(12)</td><td>(877)</td></tr>
<tr><td>Less: Capital expenditures</td><td>(3,700)</td><td>(43)</td><td>(3,743)</td></tr>
<tr><td>Free cash flow</td><td>(4,500)</td><td>(55)</td><td>(4,620)</td></tr></table></body></html>"""
NOTICE = b"<html><body><p>Notice of the annual general meeting of shareholders</p></body></html>"

Run = Callable[..., Report]


def reports(*filings: tuple[str, str, str, str], cik: int = CIK) -> dict[str, Any]:
    """A list of filings: (accession, form, filed, items)."""
    names = ("accessionNumber", "form", "filingDate", "items")
    recent = {name: [filing[place] for filing in filings] for place, name in enumerate(names)}
    others = {"primaryDocument": ["x.htm"] * len(filings), "isXBRL": [0] * len(filings)}
    return {"cik": str(cik), "name": "EXAMPLE", "filings": {"recent": recent | others, "files": []}}


def folder(accession: str, cik: int = CIK) -> str:
    return f"/Archives/edgar/data/{cik}/{accession.replace('-', '')}"


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as running:
        running.serves(
            LIST,
            reports(
                (MEETING, "6-K", "2025-08-25", ""), (RESULTS, "6-K", "2025-08-20", ""), (OLD, "6-K", "2024-02-28", "")
            ),
            etag='"l1"',
        )
        running.serves(f"{folder(RESULTS)}/index.json", index("d938996d6k.htm", "d938996dex991.htm", "g938996.jpg"))
        running.says(f"{folder(RESULTS)}/d938996dex991.htm", Reply(EXHIBIT, headers=HTML_TYPE))
        running.serves(f"{folder(MEETING)}/index.json", index("d1.htm", "d1dex991.htm"))
        running.says(f"{folder(MEETING)}/d1dex991.htm", Reply(NOTICE, headers=HTML_TYPE))
        yield running


@pytest.fixture
def run(server: LocalServer, tmp_path: Path, reference: Reference) -> Run:
    def start(*only: str) -> Report:
        sources = Sources(server.base, server.base, server.base)
        plan = Plan(tmp_path, contact=CONTACT, only=only or ("baidu",), today=date(2025, 9, 1), sources=sources)
        pace = TokenBucket(10, sleep=lambda seconds: None)
        known = replace(reference, filers={})
        return refresh(plan, known, limits=Limits(connect=2, silence=0.5, attempts=2), pace=pace, sleep=lambda s: None)

    return start


def results(report: Report) -> list[tuple[str, str]]:
    return [(outcome.what, outcome.result) for outcome in report.outcomes]


def test_an_exhibit_with_figures_is_archived_as_served_and_read(
    run: Run, tmp_path: Path, server: LocalServer, reference: Reference
) -> None:
    report = run()
    assert results(report) == [("reports", LISTED), ("exhibit", NEW), ("exhibit", NOTHING_IN_USE)]
    name = f"announcements/exhibits/{RESULTS}.htm"
    assert report.written == [name]
    assert (tmp_path / name).read_bytes() == EXHIBIT
    assert all(request.headers["user-agent"] == CONTACT for request in server.asked)
    document = yaml.safe_load((tmp_path / name).with_suffix(".meta.yaml").read_bytes())["document"]
    assert document["published"] == "2025-08-20"
    assert document["url"] == "https://www.sec.gov/Archives/edgar/data/1329099/000119312525183792/d938996dex991.htm"
    (file,) = raw_folder.list_files(tmp_path)
    rows = reader_for(name, reference)(EXHIBIT, raw_folder.read_sidecar(file, tmp_path), name).rows
    assert rows[["entity", "metric", "period_start", "period_end", "value", "review_state"]].to_numpy().tolist() == [
        ["baidu", "operating_cash_flow", "2025-04-01", "2025-06-30", "-877", "machine"],
        ["baidu", "capex", "2025-04-01", "2025-06-30", "3,743", "machine"],
        ["baidu", "free_cash_flow", "2025-04-01", "2025-06-30", "-4,620", "machine"],
    ]


def test_a_second_run_asks_for_the_list_alone(run: Run, server: LocalServer) -> None:
    run()
    server.asked.clear()
    report = run()
    assert results(report) == [("reports", UNCHANGED)]
    assert server.paths() == [LIST]
    assert server.asked[0].headers["if-none-match"] == '"l1"'


def test_a_report_without_an_exhibit_is_remembered(run: Run, server: LocalServer) -> None:
    server.serves(f"{folder(RESULTS)}/index.json", index("d938996d6k.htm"))
    report = run()
    assert results(report)[1:] == [("exhibit", NOTHING_IN_USE), ("exhibit", NOTHING_IN_USE)]
    assert "lists no exhibit 99.1" in report.outcomes[1].note


def test_an_exhibit_that_is_not_served_is_a_failure_and_asked_for_again(run: Run, server: LocalServer) -> None:
    del server.replies[f"{folder(RESULTS)}/d938996dex991.htm"]
    report = run()
    assert [outcome.rule for outcome in report.failures] == ["not_found"]
    server.says(f"{folder(RESULTS)}/d938996dex991.htm", Reply(EXHIBIT, headers=HTML_TYPE))
    assert ("exhibit", NEW) in results(run())


def test_of_an_8k_only_reports_of_results_are_asked_for() -> None:
    listed = reports(("0000000001-25-000001", "8-K", "2025-07-30", "2.02,9.01"), ("0000000001-25-000002", "8-K", "2025-07-31", "5.02"),
                     ("0000000001-25-000003", "10-Q", "2025-08-01", ""))  # fmt: skip
    found = filing_lists.parse_reports(json.dumps(listed).encode(), "list", CIK, "8-K", "2.02")
    assert [filing.accession for filing in found] == ["0000000001-25-000001"]
    with pytest.raises(RefreshError, match="is of CIK 1329099, not 5"):
        filing_lists.parse_reports(json.dumps(listed).encode(), "list", 5, "8-K", "2.02")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["d526355dex991.htm", "d526355d8k.htm", "d526355dex992.htm"], "d526355dex991.htm"),
        (["a2025q2exhibit99.1.htm"], "a2025q2exhibit99.1.htm"),
        (["msft-ex99_1.htm", "ex99_10.htm"], "msft-ex99_1.htm"),
        (["tm2522714d1_ex99-1.htm", "tm2522714d1_6k.htm"], "tm2522714d1_ex99-1.htm"),
        (["q2ex99.htm", "ex101.htm"], "q2ex99.htm"),
        (["d1d6k.htm", "dex991.jpg", "../ex991.htm"], None),
    ],
)
def test_the_exhibit_is_known_by_the_names_that_filers_give_it(names: list[str], expected: str | None) -> None:
    assert filing_lists.exhibit_name(json.dumps(index(*names)).encode(), "index") == expected


def test_two_exhibits_are_a_failure_with_their_names() -> None:
    with pytest.raises(RefreshError, match=r"two|2 pages that may be exhibit 99.1 \(aex991.htm, bex991.htm\)"):
        filing_lists.exhibit_name(json.dumps(index("aex991.htm", "bex991.htm")).encode(), "index")


def test_exhibits_of_a_company_without_a_cik_are_contradicted(reference: Reference) -> None:
    entry = EarningsExhibits(entity_id="tencent", form="6-K", reason="test")
    content = reference.content.model_copy(update={"earnings_exhibits": (entry,)})
    assert any("has no cik, which its earnings exhibits" in sentence for sentence in contradictions(content))
