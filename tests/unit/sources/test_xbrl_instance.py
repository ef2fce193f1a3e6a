"""XBRL instances and inline documents: numbers, dimensions, and documents that mean harm."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.sources.inline_numbers import decimal_text, inline_number, plain_number
from capex_pipeline.sources.xbrl_instance import FACT_COLUMNS, read_instance

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[2].parent / "shared/data/xbrl"
FILES = {
    "amzn": "amzn-20231231_htm.xml",
    "msft": "msft-20240331_htm.xml",
    "nvda": "nvda-20240728_htm.xml",
    "orcl": "orcl-20230531_htm.xml",
    "googl": "googl-10-k-2025-02-05.html",
}
needs_real_files = pytest.mark.skipif(not SHARED.is_dir(), reason="the real instances are not beside the project")

CONTEXTS = """
<x:context id="y"><x:entity><x:identifier scheme="http://www.sec.gov/CIK">0000000077</x:identifier></x:entity>
  <x:period><x:startDate>2023-01-01</x:startDate><x:endDate>2023-12-31</x:endDate></x:period></x:context>
<x:context id="cloud"><x:entity><x:identifier scheme="http://www.sec.gov/CIK">0000000077</x:identifier><x:segment>
  <d:explicitMember dimension="us-gaap:StatementBusinessSegmentsAxis"> ex:CloudMember </d:explicitMember>
  <d:explicitMember dimension="srt:ConsolidationItemsAxis">us-gaap:OperatingSegmentsMember</d:explicitMember>
  </x:segment></x:entity>
  <x:period><x:startDate>2023-01-01</x:startDate><x:endDate>2023-12-31</x:endDate></x:period></x:context>
<x:context id="day"><x:entity><x:identifier scheme="http://www.sec.gov/CIK">0000000077</x:identifier></x:entity>
  <x:period><x:instant>2023-12-31</x:instant></x:period>
  <x:scenario><d:typedMember dimension="ex:YearAxis"><ex:Year>2027</ex:Year></d:typedMember></x:scenario></x:context>
<x:unit id="usd"><x:measure>iso4217:USD</x:measure></x:unit>
<x:unit id="per"><x:divide><x:unitNumerator><x:measure>iso4217:USD</x:measure></x:unitNumerator>
  <x:unitDenominator><x:measure>x:shares</x:measure></x:unitDenominator></x:divide></x:unit>
<x:unit id="seg"><x:measure>ex:segment</x:measure></x:unit>
"""
NAMES = (
    'xmlns:x="http://www.xbrl.org/2003/instance" xmlns:d="http://xbrl.org/2006/xbrldi" '
    'xmlns:ex="http://example.com/2023" xmlns:us-gaap="http://fasb.org/us-gaap/2023" '
    'xmlns:dei="http://xbrl.sec.gov/dei/2023" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" xmlns:iso4217="http://www.xbrl.org/2003/iso4217"'
)


def plain(facts: str, contexts: str = CONTEXTS) -> bytes:
    return f"<x:xbrl {NAMES}>{contexts}{facts}</x:xbrl>".encode()


def inline(body: str, contexts: str = CONTEXTS) -> bytes:
    return (
        f'<html xmlns="http://www.w3.org/1999/xhtml" {NAMES}><body><div><ix:header><ix:resources>{contexts}</ix:resources>'
        f"</ix:header></div><p>{body}</p></body></html>"
    ).encode()


def test_numeric_facts_with_their_dimensions() -> None:
    instance = read_instance(
        plain(
            '<dei:DocumentType contextRef="y">10-K</dei:DocumentType>'
            '<us-gaap:Revenues contextRef="y" unitRef="usd" decimals="-6">43229000000</us-gaap:Revenues>'
            '<us-gaap:Revenues contextRef="cloud" unitRef="usd" decimals="-6"> 1.5E3 </us-gaap:Revenues>'
            '<ex:Backlog contextRef="day" unitRef="per" decimals="INF">-0.50</ex:Backlog>'
            '<ex:Nothing contextRef="day" unitRef="seg" xsi:nil="true"/>'
            '<us-gaap:PolicyTextBlock contextRef="y">words</us-gaap:PolicyTextBlock>'
        )
    )
    facts = instance.facts
    assert tuple(facts.columns) == FACT_COLUMNS
    assert facts["concept"].tolist() == ["us-gaap:Revenues", "us-gaap:Revenues", "ex:Backlog", "ex:Nothing"]
    assert facts["dimensions"].tolist() == [
        "",
        "srt:ConsolidationItemsAxis=us-gaap:OperatingSegmentsMember|us-gaap:StatementBusinessSegmentsAxis=ex:CloudMember",
        "ex:YearAxis=2027",
        "ex:YearAxis=2027",
    ]
    assert facts["unit"].tolist() == ["USD", "USD", "USD/shares", "ex:segment"]
    assert facts["value"].tolist()[:3] == [43_229e6, 1500.0, -0.5]
    assert facts["value_text"].tolist()[:3] == ["43229000000", "1500", "-0.5"]
    assert pd.isna(facts["value"].iloc[3])
    assert facts["is_instant"].tolist() == [False, False, True, True]
    assert facts["period_start"].dt.strftime("%Y-%m-%d").tolist()[:2] == ["2023-01-01", "2023-01-01"]
    assert facts["period_end"].dt.strftime("%Y-%m-%d").unique().tolist() == ["2023-12-31"]
    assert (instance.cik, instance.document_type, instance.is_inline) == (77, "10-K", False)


def fact(attributes: str, text: str) -> str:
    return f'<ix:nonFraction name="us-gaap:Revenues" contextRef="y" unitRef="usd" decimals="-6" {attributes}>{text}</ix:nonFraction>'


@pytest.mark.parametrize(
    ("attributes", "text", "expected"),
    [
        ('format="ixt:num-dot-decimal" scale="6"', "43,229", "43229000000"),
        ('format="ixt:numdotdecimal" scale="6" sign="-"', "4,402", "-4402000000"),
        ('format="ixt:num-comma-decimal" scale="6"', "1.234,5", "1234500000"),
        ('format="ixt:num-dot-decimal" scale="-2"', "14.0", "0.14"),
        ('format="ixt:num-dot-decimal" scale="9"', "26.3", "26300000000"),
        ('format="ixt:fixed-zero" scale="6"', "no", "0"),
        ('format="ixt:zerodash" scale="6"', "—", "0"),
        ('format="ixt-sec:numwordsen" scale="0"', "Twenty-five thousand three hundred and six", "25306"),
        ('format="ixt-sec:numwordsen"', "none", "0"),
        ("", "63", "63"),
        ('format="ixt:num-dot-decimal"', "<b>1,</b><i>234</i><ix:exclude>(a)</ix:exclude>", "1234"),
        (
            'format="ixt:num-dot-decimal"',
            '<ix:nonFraction name="ex:N" contextRef="y" unitRef="usd">12</ix:nonFraction>',
            "12",
        ),
    ],
)
def test_inline_numbers_are_transformed_scaled_and_signed(attributes: str, text: str, expected: str) -> None:
    facts = read_instance(inline(fact(attributes, text))).facts
    assert facts.loc[facts["concept"] == "us-gaap:Revenues", "value_text"].tolist() == [expected]


def test_both_of_two_nested_facts_are_read() -> None:
    body = fact(
        'format="ixt:num-dot-decimal" scale="6"',
        '<ix:nonFraction name="ex:N" contextRef="day" unitRef="seg">12</ix:nonFraction>',
    )
    facts = read_instance(inline(body)).facts
    assert dict(zip(facts["concept"], facts["value"], strict=True)) == {"us-gaap:Revenues": 12e6, "ex:N": 12.0}


def test_text_facts_and_other_targets_are_left_out() -> None:
    body = (
        '<ix:nonNumeric name="dei:DocumentType" contextRef="y">10-<b>K</b></ix:nonNumeric>'
        + fact('target="other"', "1")
        + fact("", "2")
    )
    instance = read_instance(inline(body))
    assert (instance.document_type, instance.is_inline, instance.facts["value"].tolist()) == ("10-K", True, [2.0])


@pytest.mark.parametrize(
    ("attributes", "text", "said"),
    [
        ('format="ixt:num-dot-decimal"', "1,23x", "not a number of format"),
        ('format="ixt:num-dot-decimal"', "", "not a number of format"),
        ('format="ixt:num-dot-decimal" scale="99999"', "1", "not a power of ten"),
        ('format="ixt:num-dot-decimal" scale="x"', "1", "not a power of ten"),
        ('format="ixt:num-dot-decimal" sign="+"', "1", "only sign"),
        ('format="ixt:num-roman"', "XI", "not known here"),
        ('format="ixt:zerodash"', "5", "not a dash"),
        ('format="ixt-sec:numwordsen"', "several", "not an English number"),
        ("", "1,234", "not a number"),
        ("", "NaN", "not a number"),
        ("", "Infinity", "not a number"),
    ],
)
def test_a_fact_that_cannot_be_read_is_reported_and_no_number(attributes: str, text: str, said: str) -> None:
    instance = read_instance(inline(fact(attributes, text) + fact("", "7")))
    assert instance.facts["value"].tolist() == [7.0]
    assert [problem["locator"] for problem in instance.problems] == ["us-gaap:Revenues in context y"]
    assert said in str(instance.problems[0]["message"])


def test_a_context_or_unit_that_is_not_there_is_reported() -> None:
    lost = '<us-gaap:Revenues contextRef="z" unitRef="usd">1</us-gaap:Revenues><us-gaap:Revenues contextRef="y" unitRef="z">1</us-gaap:Revenues>'
    instance = read_instance(plain(lost))
    assert len(instance.facts) == 0
    assert [
        "context 'z'" in str(instance.problems[0]["message"]),
        "unit 'z'" in str(instance.problems[1]["message"]),
    ] == [True, True]
    assert all("_htm.xml" in str(problem["message"]) for problem in instance.problems)


def test_a_page_without_the_contexts_of_its_set_names_the_instance_that_has_them() -> None:
    with pytest.raises(DocumentError, match=r"document set.*_htm\.xml"):
        read_instance(b'<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>')


BOMB = "<!DOCTYPE x [" + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(12)) + "]>"


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (BOMB.encode() + plain("<ex:A>&e11;</ex:A>"), "document_type"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd">' + plain(""), "document_type"),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + plain("<ex:A>&a;</ex:A>"), "document_type"),
        (plain("").decode().encode("utf-16"), "document_type"),
        (b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE x+AD4-' + plain(""), "document_type"),
        (plain("<ex:A>&undeclared;</ex:A>"), "not_xml"),
        (plain("<ex:A>")[:-20], "not_xml"),
        (("<?xml version='1.0' encoding='IBM037'?>" + plain("").decode()).encode("cp037"), "document_type"),
        (
            b"<?xml version='1.0' encoding='ISO-2022-JP'?><!DOC\x1b(J\x1b(BTYPE x [<!EN\x1b(J\x1b(BTITY a '1'>]>"
            + plain(""),
            "document_type",
        ),
        (plain("", CONTEXTS + CONTEXTS.replace("2023-12-31", "2022-12-31")), "repeated_id"),
        (plain("", CONTEXTS + '<x:unit id="usd"><x:measure>iso4217:EUR</x:measure></x:unit>'), "repeated_id"),
        (plain("", CONTEXTS.replace("2023-12-31", "NaT")), "bad_period"),
        (plain("", CONTEXTS.replace("2023-12-31", "")), "bad_period"),
        (b"", "not_xml"),
        (b"\x00" * 50, "document_type"),
        (plain("<a>" * 400 + "</a>" * 400), "not_xml"),
        (b"<html><body>Undeclared Automated Tool</body></html>", "not_xbrl"),
        (b"<rss/>", "not_xbrl"),
        (plain("", CONTEXTS.replace("2023-12-31", "tomorrow")) + b"", "bad_period"),
    ],
)
def test_documents_that_mean_harm_or_are_damaged_are_refused(data: bytes, rule: str) -> None:
    if rule == "bad_period":  # of contexts that a fact uses
        data = data.replace(
            b"</x:xbrl>", b'<us-gaap:Revenues contextRef="y" unitRef="usd">1</us-gaap:Revenues></x:xbrl>'
        )
    with pytest.raises(DocumentError) as caught:
        read_instance(data)
    assert caught.value.rule == rule


def test_size_is_bounded() -> None:
    with pytest.raises(DocumentError, match="more than the 10 that are read"):
        read_instance(plain(""), max_bytes=10)


def test_a_document_of_two_filers_is_refused() -> None:
    other = CONTEXTS.replace('<x:context id="', '<x:context id="other-').replace("0000000077", "0000000078")
    with pytest.raises(DocumentError) as caught:
        read_instance(plain("", CONTEXTS + other))
    assert caught.value.rule == "several_filers"


def test_numbers_keep_every_digit() -> None:
    assert decimal_text(plain_number("12345678901234567890.10")) == "12345678901234567890.1"
    assert decimal_text(inline_number("0.10", "ixt:num-dot-decimal", "-2", None)) == "0.001"
    assert decimal_text(Decimal("-0")) == "0"


@needs_real_files
def test_fifty_facts_equal_those_read_by_hand() -> None:
    """The list was read from the text of five filings without an XML parser."""
    with (HERE / "xbrl_facts_read_by_hand.csv").open(newline="") as file:
        expected = list(csv.DictReader(file))
    assert len(expected) == 54
    for document in FILES:
        facts = read_instance((SHARED / FILES[document]).read_bytes()).facts
        start = facts["period_start"].dt.strftime("%Y-%m-%d").fillna("")
        found = set(
            zip(facts["concept"], start, facts["period_end"].dt.strftime("%Y-%m-%d"), facts["dimensions"], facts["decimals"],
                facts["value"], strict=True)
        )  # fmt: skip
        for row in (row for row in expected if row["document"] == document):
            key = (
                row["concept"],
                row["period_start"],
                row["period_end"],
                row["dimensions"],
                row["decimals"],
                float(row["value"]),
            )
            assert key in found, row


@needs_real_files
@pytest.mark.parametrize(
    ("document", "count", "with_dimensions"),
    [("amzn", 1287, 526), ("msft", 1402, 773), ("nvda", 995, 422), ("orcl", 1744, 893), ("googl", 1526, 697)],
)
def test_as_many_facts_as_other_readers_find(document: str, count: int, with_dimensions: int) -> None:
    """Counts of edgartools 5.62 (instances) and Arelle 2.47 (inline), whose facts, dimensions and values were equal."""
    instance = read_instance((SHARED / FILES[document]).read_bytes())
    assert (len(instance.facts), instance.problems) == (count, [])
    distinct = instance.facts.drop_duplicates(
        ["concept", "period_start", "period_end", "unit", "decimals", "value_text", "dimensions"]
    )
    assert (distinct["dimensions"] != "").sum() == with_dimensions


@needs_real_files
@pytest.mark.parametrize("document", ["amzn", "nvda"])
def test_every_fact_equals_that_of_edgartools(document: str) -> None:
    parsers = pytest.importorskip("edgar.xbrl.parsers", reason="edgartools is not installed; it is a comparison only")
    parser = parsers.XBRLParser()
    path = SHARED / FILES[document]
    parser.parse_instance_content(path.read_text())
    theirs = set()
    for item in parser.facts.values():
        if item.unit_ref is not None and item.value:
            context = parser.contexts[item.context_ref]
            dimensions = "|".join(sorted(f"{axis}={member}" for axis, member in context.dimensions.items()))
            end = context.period.get("endDate") or context.period.get("instant")
            theirs.add((item.element_id, context.period.get("startDate", ""), end, dimensions, float(item.value)))
    facts = read_instance(path.read_bytes()).facts.dropna(subset=["value"])
    start = facts["period_start"].dt.strftime("%Y-%m-%d").fillna("")
    ours = set(
        zip(
            facts["concept"],
            start,
            facts["period_end"].dt.strftime("%Y-%m-%d"),
            facts["dimensions"],
            facts["value"],
            strict=True,
        )
    )
    assert ours == theirs


def test_a_context_or_unit_that_is_there_twice_and_says_the_same_harms_nothing() -> None:
    body = '<us-gaap:Revenues contextRef="y" unitRef="usd" decimals="-6">5</us-gaap:Revenues>'
    assert read_instance(plain(body, CONTEXTS + CONTEXTS)).facts["value"].tolist() == [5.0]


@pytest.mark.parametrize("identifier", ["9" * 5000, "12345678901", "٧٧", "", "-1"])
def test_facts_of_a_context_that_is_nobodys_are_reported_and_not_given_to_the_filer(identifier: str) -> None:
    contexts = CONTEXTS.replace("0000000077", identifier, 1)
    body = "".join(
        f'<us-gaap:Revenues contextRef="{name}" unitRef="usd">5</us-gaap:Revenues>' for name in ("y", "cloud")
    )
    instance = read_instance(plain(body, contexts))
    assert (instance.facts["context_id"].tolist(), instance.cik) == (["cloud"], 77)
    assert ["'y' does not say whose it is" in str(problem["message"]) for problem in instance.problems] == [True]


@pytest.mark.parametrize(
    ("decimals", "read"), [("-6", 1), ("INF", 1), ("+3", 1), ("x", 0), ("NaN", 0), ("1e400", 0), ("", 0), ("99999", 0)]
)
def test_decimals_that_are_none_are_a_problem_of_their_fact_alone(decimals: str, read: int) -> None:
    facts = '<us-gaap:Revenues contextRef="y" unitRef="usd" decimals="{}">5</us-gaap:Revenues>'
    instance = read_instance(plain(facts.format(decimals) + facts.format("0")))
    assert (len(instance.facts), len(instance.problems)) == (1 + read, 1 - read)


@pytest.mark.parametrize(
    ("form", "text"),
    [(None, "9" * 301), ("numwordsen", "one " + "hundred " * 50_000), ("num-unit-decimal", "1" + ",. " * 100_000)],
)
def test_a_text_without_end_is_no_number(form: str | None, text: str) -> None:
    with pytest.raises(ValueError, match="characters is not a number"):
        inline_number(text, form, None, None)


def test_a_scale_among_separators_that_count_as_space_is_read() -> None:
    """Found by fuzzing: Python's strip takes them off, its int does not."""
    assert inline_number("5", None, "\x1e6", None) == 5_000_000


def test_scale_and_sign_round_no_digit_off() -> None:
    """The context of Python's decimals rounds to 28 digits."""
    digits = "1234567890" * 5
    assert decimal_text(inline_number(digits, None, "3", "-")) == "-" + digits + "000"
    assert (
        decimal_text(inline_number(digits, None, "-30", None)) == "12345678901234567890.12345678901234567890123456789"
    )
