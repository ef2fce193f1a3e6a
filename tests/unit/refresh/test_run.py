"""A whole refresh against a server on this machine, with answers in the shape of the real ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from unit.refresh.answers_as_served import (
    CAPEX,
    CIK,
    CONTACT,
    FORMER,
    columns,
    companyfacts,
    fact,
    filers,
    index,
    instance,
    rates,
    reference,
    submissions,
)
from unit.refresh.local_server import JSON_TYPE, XML_TYPE, ZIP_TYPE, LocalServer, Reply

from capex_pipeline.raw import folder as raw_folder
from capex_pipeline.refresh import ecb, etag_store
from capex_pipeline.refresh.addresses import Sources
from capex_pipeline.refresh.http_types import Limits, RefreshError
from capex_pipeline.refresh.outcomes import CHANGED, FAILED, LISTED, NEW, NOTHING_IN_USE, UNCHANGED, Report
from capex_pipeline.refresh.rate_limit import TokenBucket
from capex_pipeline.refresh.run import Plan, refresh
from capex_pipeline.sources import ecb_rates, rate_file, xbrl_segments

pytestmark = pytest.mark.slow("asks a server on this machine in each test")

FACTS = f"/api/xbrl/companyfacts/CIK{CIK:010d}.json"
LIST = f"/submissions/CIK{CIK:010d}.json"
FOLDER = f"/Archives/edgar/data/{CIK}/000111111224000002"
RATES = "/stats/eurofxref/eurofxref-hist.zip"
TEN_Q = ("0001111112-24-000002", "10-Q", "2024-07-25", "ex-20240630.htm", 1)
FACTS_FILE = f"filings/companyfacts/CIK{CIK:010d}.json"
INSTANCE_FILE = "filings/instances/0001111112-24-000002.xml"
TODAY = date(2024, 11, 25)

Run = Callable[..., Report]


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as running:
        running.serves(FACTS, companyfacts(fact(1, 100), fact(2, 230)), etag='"f1"')
        running.serves(LIST, submissions(TEN_Q), etag='"l1"')
        running.serves(f"{FOLDER}/ex-20240630_htm.xml", instance())
        yield running


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder


@pytest.fixture
def run(server: LocalServer, raw: Path) -> Run:
    def start(*only: str, **more: Any) -> Report:
        limits = more.pop("limits", Limits(connect=2, silence=0.5, attempts=2))
        given = {"contact": CONTACT, "today": TODAY, "sources": Sources(server.base, server.base, server.base), **more}
        pace = TokenBucket(10, sleep=lambda seconds: None)
        return refresh(
            Plan(raw, only=only or ("example",), **given),
            reference(),
            limits=limits,
            pace=pace,
            sleep=lambda s: None,
        )

    return start


def results(report: Report) -> list[tuple[str, str]]:
    return [(outcome.what, outcome.result) for outcome in report.outcomes]


def snapshot(raw: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.relative_to(raw).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(raw.rglob("*")) if path.is_file()
    }  # fmt: skip


def rule_of(report: Report) -> str:
    (failure,) = report.failures
    assert failure.note.endswith(".")
    return failure.rule


# ------------------------------------------------------------------------------------------------------- the usual course


def test_what_is_new_is_trimmed_and_archived_with_its_sidecar(run: Run, raw: Path, server: LocalServer) -> None:
    report = run()
    assert results(report) == [("companyfacts", NEW), ("filings", LISTED), ("instance", NEW)]
    assert report.written == [FACTS_FILE, INSTANCE_FILE]
    assert server.paths() == [FACTS, LIST, f"{FOLDER}/ex-20240630_htm.xml"]
    assert report.requests == 3
    content = json.loads((raw / FACTS_FILE).read_bytes())
    kept = content["facts"]["us-gaap"]
    assert list(kept) == [CAPEX]
    assert [entry["val"] for entry in kept[CAPEX]["units"]["USD"]] == [100, 230]
    assert b"Long text" not in (raw / FACTS_FILE).read_bytes()
    said = yaml.safe_load((raw / FACTS_FILE).with_suffix(".meta.yaml").read_bytes())
    assert (said["cik"], said["retrieved"], said["kind"]) == (CIK, TODAY, "companyfacts")
    assert said["url"] == "https://data.sec.gov/api/xbrl/companyfacts/CIK0001111111.json"


def test_the_sidecars_have_the_keys_of_those_that_are_shipped(run: Run, raw: Path) -> None:
    run()
    shipped = Path(__file__).resolve().parents[3] / "raw/filings"
    for kind, name in (("companyfacts", FACTS_FILE), ("instances", INSTANCE_FILE)):
        theirs = yaml.safe_load(next(iter(sorted((shipped / kind).glob("*.meta.yaml")))).read_bytes())
        ours = yaml.safe_load((raw / name).with_suffix(".meta.yaml").read_bytes())
        assert list(ours) == list(theirs)


def test_an_archived_instance_is_read_by_its_reader(run: Run, raw: Path) -> None:
    run()
    file = next(file for file in raw_folder.list_files(raw) if file.name == INSTANCE_FILE)
    read = xbrl_segments.read(raw_folder.read_bytes(file, raw), raw_folder.read_sidecar(file, raw), file.name, filers())
    assert list(read.rows["value"]) == ["700"]
    assert read.documents[0]["published"] == "2024-07-25"
    assert read.documents[0]["url"] == "https://www.sec.gov/Archives/edgar/data/1111111/000111111224000002/"


def test_a_second_run_asks_with_versions_and_touches_nothing(run: Run, raw: Path, server: LocalServer) -> None:
    run()
    before = snapshot(raw)
    server.asked.clear()
    report = run()
    assert results(report) == [("companyfacts", UNCHANGED), ("filings", UNCHANGED)]
    assert [request.headers.get("if-none-match") for request in server.asked] == ['"f1"', '"l1"']
    assert report.received == 0
    assert snapshot(raw) == before


def test_equal_content_is_recognised_without_versions(run: Run, raw: Path, server: LocalServer) -> None:
    server.serves(FACTS, companyfacts(fact(1, 100), fact(2, 230)))
    run()
    before = snapshot(raw)
    assert results(run())[0] == ("companyfacts", UNCHANGED)
    assert {name: state for name, state in snapshot(raw).items() if "companyfacts" in name} == {
        name: state for name, state in before.items() if "companyfacts" in name
    }


def test_what_is_remembered_is_no_document(run: Run, raw: Path) -> None:
    run()
    assert (raw / etag_store.NAME).is_file()
    assert [file.name for file in raw_folder.list_files(raw)] == [FACTS_FILE, INSTANCE_FILE]
    before = raw_folder.listing_fingerprint(raw)
    (raw / etag_store.NAME).unlink()
    assert raw_folder.listing_fingerprint(raw) == before


def test_changed_content_replaces_the_file_and_keeps_every_fact(run: Run, raw: Path, server: LocalServer) -> None:
    run()
    server.serves(FACTS, companyfacts(fact(1, 100), fact(2, 230), fact(3, 380)), etag='"f2"')
    report = run(today=date(2025, 1, 2))
    assert results(report)[0] == ("companyfacts", CHANGED)
    assert b"380" in (raw / FACTS_FILE).read_bytes()
    assert yaml.safe_load((raw / FACTS_FILE).with_suffix(".meta.yaml").read_bytes())["retrieved"] == date(2025, 1, 2)


def test_a_version_is_not_used_for_a_file_that_was_removed_or_set_back(
    run: Run, raw: Path, server: LocalServer
) -> None:
    run()
    (raw / FACTS_FILE).unlink()
    assert results(run())[0] == ("companyfacts", NEW)
    (raw / INSTANCE_FILE).unlink()
    assert results(run())[1:] == [("filings", LISTED), ("instance", NEW)]


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b'{"version": 1, "answers": 5, "nothing_in_use": []}',
        b'{"version": 1, "answers": {"u": []}}',
        b"[" * 5000,
    ],
)
def test_a_damaged_note_costs_requests_only(run: Run, raw: Path, damage: bytes) -> None:
    run()
    (raw / etag_store.NAME).write_bytes(damage)
    assert results(run()) == [("companyfacts", UNCHANGED), ("filings", UNCHANGED)]


def test_a_version_with_a_line_break_in_the_note_is_not_sent(run: Run, raw: Path, server: LocalServer) -> None:
    run()
    note = json.loads((raw / etag_store.NAME).read_bytes())
    for answer in note["answers"].values():
        answer["etag"] = 'x"\r\nX-Other: 1'
    (raw / etag_store.NAME).write_text(json.dumps(note))
    server.asked.clear()
    run()
    assert all("x-other" not in request.headers and "if-none-match" not in request.headers for request in server.asked)


def test_a_dry_run_says_what_would_be_written(run: Run, raw: Path) -> None:
    report = run(dry_run=True)
    assert report.written == [FACTS_FILE, INSTANCE_FILE]
    assert list(raw.iterdir()) == []


def test_a_filer_without_segments_has_no_instances_to_ask_for(run: Run, server: LocalServer) -> None:
    server.serves("/api/xbrl/companyfacts/CIK0002222222.json", companyfacts(fact(1, 5), cik=2222222))
    assert results(run("plain")) == [("companyfacts", NEW)]


# ----------------------------------------------------------------------------------------------------------- what is kept


def test_a_file_that_lost_a_fact_does_not_replace(run: Run, raw: Path, server: LocalServer) -> None:
    run()
    before = snapshot(raw)
    server.serves(FACTS, companyfacts(fact(2, 230), fact(3, 380)), etag='"f2"')
    report = run()
    assert rule_of(report) == "facts_lost"
    assert (
        f"lacks 1 facts of the archived file, or gives them with another value (first: us-gaap:{CAPEX} 2024-01-01..2024-03-31 100 USD"
        in report.failures[0].note
    )
    assert snapshot(raw) == before
    assert rule_of(run()) == "facts_lost"  # and its version is not remembered


def test_a_fact_with_another_value_is_a_lost_fact(run: Run, raw: Path, server: LocalServer) -> None:
    run()
    server.serves(FACTS, companyfacts(fact(1, 101), fact(2, 230)), etag='"f2"')
    assert rule_of(run()) == "facts_lost"


def test_facts_of_concepts_that_are_no_longer_in_use_may_go(run: Run, raw: Path, server: LocalServer) -> None:
    run()
    content = json.loads((raw / FACTS_FILE).read_bytes())
    content["facts"]["us-gaap"]["Former"] = {"units": {"USD": [fact(1, 9)]}}
    (raw / FACTS_FILE).write_text(json.dumps(content))
    assert results(run())[0] == ("companyfacts", CHANGED)


def test_an_archived_file_that_cannot_be_read_is_not_replaced_silently(run: Run, raw: Path) -> None:
    run()
    (raw / FACTS_FILE).write_bytes(b"{damaged")
    report = run()
    assert rule_of(report) == "archive"
    assert (raw / FACTS_FILE).read_bytes() == b"{damaged"


@pytest.mark.parametrize(
    ("reply", "rule"),
    [
        (Reply(b'{"cik": 1111111, "facts": {"us-ga'), "truncated"),
        (Reply(b"[]"), "not_companyfacts"),
        (Reply(b'{"cik": 1111111}'), "not_companyfacts"),
        (Reply(json.dumps(companyfacts(fact(1, 1), cik=1111000)).encode()), "other_filer"),
        (Reply(json.dumps(companyfacts(fact(1, 1), cik=7)).encode()), "other_filer"),
        (Reply(json.dumps({**companyfacts(), "cik": []}).encode()), "not_companyfacts"),
        (Reply(json.dumps(companyfacts({**fact(1, 1), "val": "many"})).encode()), "bad_fact"),
        (Reply(json.dumps(companyfacts({**fact(1, 1), "end": "2024-02-31"})).encode()), "bad_fact"),
        (Reply(json.dumps({**companyfacts(), "facts": {"us-gaap": {CAPEX: {"units": {"USD": 5}}}}}).encode()), "not_companyfacts"),
        (Reply(json.dumps({**companyfacts(), "facts": {"us-gaap": 5}}).encode()), "not_companyfacts"),
        (Reply(json.dumps(companyfacts()).encode()), "no_facts"),
        (Reply(b"<html>Threshold</html>", headers={"Content-Type": "text/html"}), "wrong_type"),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_companyfacts_is_not_archived(
    run: Run, raw: Path, server: LocalServer, reply: Reply, rule: str
) -> None:
    server.says(FACTS, reply)
    report = run()
    assert rule_of(report) == rule
    assert report.written == [INSTANCE_FILE]
    assert not (raw / FACTS_FILE).exists()


@pytest.mark.parametrize(
    ("reply", "rule"),
    [
        (Reply(instance()[:-20], headers=XML_TYPE), "not_xml"),
        (Reply(b'<!DOCTYPE x [<!ENTITY e "e">]><x/>', headers=XML_TYPE), "document_type"),
        (Reply(instance(cik=999), headers=XML_TYPE), "unknown_filer"),
        (Reply(b"<html/>", headers={"Content-Type": "text/html"}), "wrong_type"),
        (Reply(instance().replace(b"2024-06-30</dei", b"some day</dei"), headers=XML_TYPE), "bad_filing"),
    ],
)
def test_an_instance_that_cannot_be_read_is_not_archived_and_asked_for_again(
    run: Run, raw: Path, server: LocalServer, reply: Reply, rule: str
) -> None:
    server.says(f"{FOLDER}/ex-20240630_htm.xml", reply)
    assert rule_of(run()) == rule
    assert not (raw / INSTANCE_FILE).exists()
    server.serves(f"{FOLDER}/ex-20240630_htm.xml", instance())
    assert results(run())[1:] == [("filings", LISTED), ("instance", NEW)]


# ---------------------------------------------------------------------------------------------------------- which filings


def test_an_instance_under_another_name_is_found_in_the_list_of_files(run: Run, server: LocalServer) -> None:
    server.replies[f"{FOLDER}/ex-20240630_htm.xml"] = []
    server.serves(f"{FOLDER}/index.json", index("ex-20240630.htm", "odd_htm.xml", "FilingSummary.xml"))
    server.serves(f"{FOLDER}/odd_htm.xml", instance())
    assert results(run())[-1] == ("instance", NEW)
    assert server.paths()[-3:] == [f"{FOLDER}/ex-20240630_htm.xml", f"{FOLDER}/index.json", f"{FOLDER}/odd_htm.xml"]


def test_a_filing_without_segments_is_asked_for_once(run: Run, raw: Path, server: LocalServer) -> None:
    server.serves(f"{FOLDER}/ex-20240630_htm.xml", instance(cloud=None))
    assert results(run())[-1] == ("instance", NOTHING_IN_USE)
    assert not (raw / "filings/instances").exists()
    server.serves(LIST, submissions(TEN_Q), etag='"l2"')
    server.asked.clear()
    assert results(run())[1:] == [("filings", UNCHANGED)]
    assert server.paths() == [FACTS, LIST]


def test_a_filing_without_an_instance_is_asked_for_once(run: Run, server: LocalServer) -> None:
    server.replies[f"{FOLDER}/ex-20240630_htm.xml"] = []
    server.serves(f"{FOLDER}/index.json", index("ex-20240630.htm", "ex-20240630_lab.xml"))
    report = run()
    assert results(report)[-1] == ("instance", NOTHING_IN_USE)
    assert "lists no XBRL instance. It will not be requested again." in report.outcomes[-1].note
    server.serves(LIST, submissions(TEN_Q), etag='"l2"')
    assert results(run())[1:] == [("filings", UNCHANGED)]


def test_the_instance_of_a_document_that_is_not_inline_is_looked_up_at_once(run: Run, server: LocalServer) -> None:
    listed = submissions(TEN_Q)
    listed["filings"]["recent"]["isInlineXBRL"] = [0]
    server.serves(LIST, listed)
    server.serves(f"{FOLDER}/index.json", index("ex-20240630.htm", "ex-20240630.xml"))
    server.serves(f"{FOLDER}/ex-20240630.xml", instance())
    assert results(run())[-1] == ("instance", NEW)
    assert server.paths()[2:] == [f"{FOLDER}/index.json", f"{FOLDER}/ex-20240630.xml"]


def test_an_answer_without_validators_is_compared_by_content(run: Run, server: LocalServer) -> None:
    """The host of companyfacts sends no ETag and no Last-Modified."""
    run()
    server.serves(FACTS, companyfacts(fact(1, 100), fact(2, 230)), etag=None)
    facts = run().outcomes[0]
    assert facts.result == UNCHANGED and "compared by content" in facts.note


def test_a_company_without_facts_at_the_sec_is_told_where_to_check_its_cik(run: Run, server: LocalServer) -> None:
    server.replies[FACTS] = []
    failure = run().failures[0]
    assert failure.rule == "not_found" and "check the cik of example in entities.yaml" in failure.note


def test_a_company_is_also_asked_for_under_its_former_cik(run: Run, raw: Path, server: LocalServer) -> None:
    server.serves("/api/xbrl/companyfacts/CIK0003333333.json", companyfacts(fact(2, 230), cik=3_333_333))
    server.serves(f"/api/xbrl/companyfacts/CIK{FORMER:010d}.json", companyfacts(fact(1, 100), cik=FORMER))
    report = run("moved")
    assert results(report) == [("companyfacts", NEW), ("companyfacts", NEW)]
    files = [f"filings/companyfacts/CIK{cik:010d}.json" for cik in (3_333_333, FORMER)]
    assert report.written == files
    assert yaml.safe_load((raw / files[1]).with_suffix(".meta.yaml").read_text())["cik"] == FORMER


def test_a_former_cik_without_facts_is_no_failure(run: Run, server: LocalServer) -> None:
    server.serves("/api/xbrl/companyfacts/CIK0003333333.json", companyfacts(fact(2, 230), cik=3_333_333))
    report = run("moved")
    assert results(report) == [("companyfacts", NEW), ("companyfacts", UNCHANGED)] and not report.failures
    assert report.outcomes[1].note == f"Nothing is filed under the former CIK {FORMER}."


def test_filings_begin_with_the_oldest_archived_instance_and_fill_gaps(
    run: Run, raw: Path, server: LocalServer
) -> None:
    run()
    later = ("0001111113-24-000003", "10-Q", "2024-10-25", "ex-20240930.htm", 1)
    earlier = ("0001111111-24-000001", "10-Q", "2024-04-25", "ex-20240331.htm", 1)
    between = ("0001111112-24-000022", "10-K/A", "2024-08-25", "ex-a.htm", 1)
    server.serves(LIST, submissions(later, between, TEN_Q, earlier), etag='"l2"')
    server.serves(f"/Archives/edgar/data/{CIK}/000111111324000003/ex-20240930_htm.xml", instance(end="2024-09-30"))
    years_later = date(2026, 11, 25)
    report = run(today=years_later)
    assert [(o.name, o.result) for o in report.outcomes[2:]] == [
        ("0001111112-24-000022", FAILED),
        ("filings/instances/0001111113-24-000003.xml", NEW),
    ]
    assert report.failures[0].rule == "not_found"
    server.serves(f"/Archives/edgar/data/{CIK}/000111111224000022/ex-a_htm.xml", instance())
    assert [o.name for o in run(today=years_later).outcomes[2:]] == ["filings/instances/0001111112-24-000022.xml"]


def test_a_first_day_may_be_given_and_reaches_into_older_lists(run: Run, server: LocalServer) -> None:
    names = [f"CIK{CIK:010d}-submissions-00{n}.json" for n in (1, 2)]
    spans = (("2018-01-01", "2020-12-31"), ("2010-01-01", "2012-12-31"))
    files = tuple(
        {"name": n, "filingCount": 1, "filingFrom": a, "filingTo": b} for n, (a, b) in zip(names, spans, strict=True)
    )
    server.serves(LIST, submissions(files=files))
    server.serves(
        f"/submissions/{names[0]}", columns(("0001111112-19-000002", "10-Q", "2019-07-25", "ex-20190630.htm", 1))
    )
    server.serves(f"/Archives/edgar/data/{CIK}/000111111219000002/ex-20190630_htm.xml", instance(end="2019-06-30"))
    report = run(instances_from=date(2019, 1, 1))
    assert report.written == [FACTS_FILE, "filings/instances/0001111112-19-000002.xml"]
    assert f"/submissions/{names[1]}" not in server.paths()


def test_without_archived_instances_the_last_four_hundred_days_are_looked_at(run: Run, server: LocalServer) -> None:
    server.serves(LIST, submissions(("0001111112-23-000002", "10-Q", "2023-10-21", "a.htm", 1)))
    assert results(run(today=date(2024, 11, 24)))[1:] == [("filings", LISTED), ("instance", FAILED)]
    assert results(run(today=date(2024, 11, 25)))[1:] == [("filings", UNCHANGED)]


# ---------------------------------------------------------------------------------------------------------------- trouble


def test_one_filer_in_trouble_does_not_harm_another(run: Run, server: LocalServer) -> None:
    server.says(FACTS, Reply(b"", 500))
    server.serves("/api/xbrl/companyfacts/CIK0002222222.json", companyfacts(fact(1, 5), cik=2222222))
    report = run("example", "plain")
    assert results(report) == [("companyfacts", FAILED), ("filings", LISTED), ("instance", NEW), ("companyfacts", NEW)]
    assert not report.nothing_answered


def test_a_host_that_refuses_is_left_alone(run: Run, server: LocalServer) -> None:
    server.says(FACTS, Reply(b"", 403))
    report = run("example", "plain")
    assert [o.rule for o in report.outcomes] == ["refused"] * 3
    assert len(server.asked) == 1
    assert report.outcomes[1].note.startswith("Not requested after this error: http://127")
    assert report.nothing_answered


def test_a_host_that_is_down_is_left_alone_after_two_documents(run: Run, server: LocalServer) -> None:
    for path in (FACTS, LIST):
        server.says(path, Reply(b"", 503))
    report = run("example", "plain")
    assert [o.rule for o in report.outcomes] == ["server_error"] * 3
    assert server.paths() == [FACTS, FACTS, LIST, LIST]
    assert report.retries == 2


def test_without_a_contact_nothing_is_asked(run: Run, server: LocalServer) -> None:
    with pytest.raises(RefreshError, match="CAPEX_PIPELINE_CONTACT"):
        run(contact=None)
    assert server.asked == []


def test_an_unknown_name_is_said_with_the_known_ones(run: Run) -> None:
    with pytest.raises(
        RefreshError, match=r"exmaple is not a filer; known are example, plain, moved, their CIKs, and rates"
    ):
        run("exmaple")


@pytest.mark.parametrize("name", ["example", "1111111", "CIK0001111111"])
def test_a_filer_is_named_by_entity_or_cik(run: Run, name: str) -> None:
    assert results(run(name))[0] == ("companyfacts", NEW)


def test_a_filer_is_named_by_its_former_cik(run: Run) -> None:
    assert {outcome.source for outcome in run(f"cik{FORMER}").outcomes} == {"moved"}


def test_an_archive_that_cannot_be_written_is_said(run: Run, raw: Path) -> None:
    (raw / "filings").write_text("a file where a folder should be")
    assert {o.rule for o in run().failures} == {"archive"}


def test_a_folder_that_is_not_there_is_said(run: Run, raw: Path) -> None:
    raw.rmdir()
    with pytest.raises(RefreshError, match="There is no folder of documents"):
        run()


# ------------------------------------------------------------------------------------------------------------------ rates


@pytest.fixture
def packaged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A small history in the place of the packaged one."""
    file = tmp_path / "packaged.zip"
    file.write_bytes(rates((date(2024, 1, 3), 1.09, 7.8), (date(2024, 1, 2), 1.1, 7.7)))
    for module, name, where in (
        (ecb, "daily_fixings", 1),
        (ecb, "fixings_hash", 0),
        (ecb_rates, "daily_fixings", 1),
    ):
        whole = getattr(module, name)

        def instead(*given: Any, _whole: Any = whole, _where: int = where) -> Any:
            source = given[_where] if len(given) > _where and given[_where] is not None else file
            return _whole(*given[:_where], source)

        monkeypatch.setattr(module, name, instead)


LATER = ((date(2024, 1, 4), 1.08, 7.75), (date(2024, 1, 3), 1.09, 7.8), (date(2024, 1, 2), 1.1, 7.7))


@pytest.mark.usefixtures("packaged")
def test_later_rates_are_kept_and_used(run: Run, raw: Path, server: LocalServer) -> None:
    server.says(RATES, Reply(rates(*LATER), headers=ZIP_TYPE, etag='"r1"'))
    report = run("rates", contact=None)
    assert [(o.result, o.name, o.note) for o in report.outcomes] == [(NEW, ecb.REFRESHED, "to 2024-01-04")]
    source = ecb_rates.rates_source(raw)
    assert source == raw / ecb.REFRESHED
    daily = ecb_rates.daily_fixings(["CNY"], source)
    assert daily["rate"].iloc[-1] == pytest.approx(7.75 / 1.08)
    assert raw_folder.list_files(raw) == []
    assert yaml.safe_load((raw / ".rates/eurofxref-hist.meta.yaml").read_bytes())["last_fixing"] == date(2024, 1, 4)
    before = snapshot(raw)
    assert results(run("rates")) == [("rates", UNCHANGED)]
    assert server.asked[-1].headers["if-none-match"] == '"r1"'
    assert CONTACT not in server.asked[-1].headers["user-agent"]
    assert snapshot(raw) == before


@pytest.mark.usefixtures("packaged")
def test_rates_that_go_no_further_than_the_packaged_are_not_kept(run: Run, raw: Path, server: LocalServer) -> None:
    server.says(RATES, Reply(rates(*LATER[1:]), headers=ZIP_TYPE))
    assert results(run("rates")) == [("rates", UNCHANGED)]
    assert not (raw / ecb.REFRESHED).exists()
    assert ecb_rates.rates_source(raw) is None


@pytest.mark.usefixtures("packaged")
@pytest.mark.parametrize(
    ("reply", "rule"),
    [
        (Reply(rates(LATER[0], LATER[2]), headers=ZIP_TYPE), "fixings_lost"),
        (Reply(rates(), headers=ZIP_TYPE), "fixings_lost"),
        (Reply(rates(*LATER)[:-30], headers=ZIP_TYPE), "damaged"),
        (Reply(b"PK no zip", headers=ZIP_TYPE), "damaged"),
        (Reply(b"Date,JPY\n2024-01-02,1\n", headers=ZIP_TYPE), "damaged"),
        (Reply(rates(LATER[0], *LATER), headers=ZIP_TYPE), "damaged"),
        (Reply(rates(*LATER), headers=JSON_TYPE), "wrong_type"),
        (Reply(b"\0" * 9_000_000, headers=ZIP_TYPE), "oversized"),
    ],
)
def test_rates_that_are_damaged_or_lost_days_are_not_kept(
    run: Run, raw: Path, server: LocalServer, reply: Reply, rule: str
) -> None:
    server.says(RATES, reply)
    assert rule_of(run("rates")) == rule
    assert not (raw / ecb.REFRESHED).exists()


@pytest.mark.usefixtures("packaged")
def test_a_damaged_file_of_rates_stops_a_build_and_is_mended_by_asking_again(
    run: Run, raw: Path, server: LocalServer
) -> None:
    server.says(RATES, Reply(rates(*LATER), headers=ZIP_TYPE, etag='"r1"'))
    run("rates")
    (raw / ecb.REFRESHED).write_bytes(b"PK")
    with pytest.raises(rate_file.RateFileError, match="Remove the file, or refresh again"):
        ecb_rates.rates_source(raw)
    assert results(run("rates")) == [("rates", CHANGED)]
    assert ecb_rates.rates_source(raw) is not None


@pytest.mark.usefixtures("packaged")
def test_corrected_fixings_are_counted(run: Run, server: LocalServer) -> None:
    server.says(RATES, Reply(rates(LATER[0], (date(2024, 1, 3), 1.09, 7.9), LATER[2]), headers=ZIP_TYPE))
    assert run("rates").outcomes[0].note == "to 2024-01-04; 1 earlier fixings differ"


def test_a_link_out_of_the_folder_is_no_source_of_rates(raw: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.zip").write_bytes(rates(*LATER))
    (raw / ".rates").mkdir()
    (raw / ecb.REFRESHED).symlink_to(tmp_path / "elsewhere.zip")
    with pytest.raises(rate_file.RateFileError, match="leads out of raw/"):
        ecb_rates.rates_source(raw)


def test_the_rates_are_asked_for_beside_the_filers_by_default(server: LocalServer, raw: Path) -> None:
    server.says(RATES, Reply(b"", 404))
    plan = Plan(raw, CONTACT, today=TODAY, sources=Sources(server.base, server.base, server.base))
    pace = TokenBucket(10, sleep=lambda seconds: None)
    report = refresh(plan, reference(), pace=pace, sleep=lambda s: None)
    assert [o.source for o in report.outcomes] == ["example", "example", "example", "plain", "moved", "moved", "ecb"]
    assert replace(report, outcomes=report.outcomes[-1:]).failures[0].rule == "not_found"
