"""Lists as the SEC serves them, and as nobody should."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from unit.refresh.answers_as_served import CIK, columns, index, submissions

from capex_pipeline.refresh.filing_lists import Filing, inline_instance_name, instance_name, parse, parse_older
from capex_pipeline.refresh.http_types import RefreshError

FORMS = {"10-K", "10-Q"}
URL = "http://127.0.0.1/list"
TEN_Q = ("0001111111-24-000002", "10-Q", "2024-07-25", "ex-20240630.htm", 1)


def read(content: Any) -> Any:
    return parse(json.dumps(content).encode(), URL, CIK, FORMS)


def test_periodic_filings_with_xbrl_are_taken() -> None:
    listed = read(submissions(
        ("0001111111-24-000009", "8-K", "2024-08-01", "ex-8k.htm", 1), TEN_Q,
        ("0001111111-09-000001", "10-K", "2009-02-01", "old.htm", 0),
        files=({"name": "CIK0001111111-submissions-001.json", "filingCount": 5, "filingFrom": "2001-01-01", "filingTo": "2012-12-31"},),
    ))  # fmt: skip
    assert listed.filings == (Filing("0001111111-24-000002", "10-Q", date(2024, 7, 25), "ex-20240630.htm"),)
    assert listed.older == (("CIK0001111111-submissions-001.json", date(2012, 12, 31)),)
    assert parse_older(json.dumps(columns(TEN_Q)).encode(), URL, FORMS) == listed.filings


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b.htm", ".htaccess", "", None, 5, "x" * 300])
def test_a_document_name_that_is_no_file_name_is_left_out(name: Any) -> None:
    (filing,) = read(submissions((*TEN_Q[:3], name, 1))).filings
    assert filing.primary_document == ""


@pytest.mark.parametrize(
    "change",
    [
        {"cik": "999"},
        {"cik": "x"},
        {"filings": {}},
        {"filings": {"recent": {"accessionNumber": ["1"]}}},
        {"filings": []},
        submissions(("../x", *TEN_Q[1:])),
        submissions((TEN_Q[0], "10-Q", "July", "a.htm", 1)),
        submissions((7, *TEN_Q[1:])),  # type: ignore[arg-type]
        {"filings": {"recent": {**columns(TEN_Q), "form": []}}},
        {"filings": {"recent": columns(), "files": [{"name": "../x.json", "filingTo": "2012-12-31"}]}},
        {"filings": {"recent": columns(), "files": [{"name": "CIK0001111111-submissions-001.json"}]}},
    ],
)
def test_what_is_no_such_list_is_refused_with_the_address(change: dict[str, Any]) -> None:
    with pytest.raises(RefreshError, match="http://127") as caught:
        read({**submissions(), **change})
    assert caught.value.rule in ("not_a_list", "other_filer")


@pytest.mark.parametrize("data", [b"", b'{"cik": "11', b"<html>"])
def test_what_is_no_json_is_truncated(data: bytes) -> None:
    with pytest.raises(RefreshError, match="not complete JSON") as caught:
        parse(data, URL, CIK, FORMS)
    assert caught.value.rule == "truncated"


@pytest.mark.parametrize("data", [b"[]", b"5", b"null", b'"text"'])
def test_json_of_another_shape_is_refused(data: bytes) -> None:
    for act in (
        lambda: parse(data, URL, CIK, FORMS),
        lambda: parse_older(data, URL, FORMS),
        lambda: instance_name(data, URL),
    ):
        with pytest.raises(RefreshError):
            act()


def test_the_instance_of_an_inline_document_has_a_known_name() -> None:
    assert inline_instance_name("msft-20240331.htm") == "msft-20240331_htm.xml"
    for name in ("", "a.xml", "htm", "a/b.htm", "a.html.txt"):
        assert inline_instance_name(name) is None


@pytest.mark.parametrize(
    "names",
    [
        ("ex-20240630.htm", "ex-20240630_htm.xml", "FilingSummary.xml", "R1.xml", "ex_cal.xml", "other.xml"),
        (
            "ex-20120630.xml",
            "ex-20120630_cal.xml",
            "ex-20120630_def.xml",
            "ex-20120630_lab.xml",
            "ex-20120630_pre.xml",
            "R12.xml",
        ),
    ],
)
def test_the_instance_is_found_among_the_files(names: tuple[str, ...]) -> None:
    assert instance_name(json.dumps(index(*names)).encode(), URL) in ("ex-20240630_htm.xml", "ex-20120630.xml")


def test_no_instance_or_two_are_said() -> None:
    for names, rule in ((("a.htm", "a_cal.xml", "../b.xml"), "no_instance"), (("a.xml", "b.xml"), "two_instances")):
        with pytest.raises(RefreshError) as caught:
            instance_name(json.dumps(index(*names)).encode(), URL)
        assert caught.value.rule == rule
