"""Companyfacts cut at the concepts in use: the same result, and the same error, as from the whole file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.reference import load
from capex_pipeline.sources import companyfacts, served_companyfacts

PROJECT = Path(__file__).resolve().parents[3]
REAL = [
    *sorted((PROJECT / "raw/filings/companyfacts").glob("CIK*.json")),
    *sorted((PROJECT.parent / "shared/data/companyfacts").glob("CIK*.json")),
]
FILERS = load().filers
CAPEX = "PaymentsToAcquirePropertyPlantAndEquipment"
FACT = {"start": "2024-01-01", "end": "2024-03-31", "val": 7, "accn": "0000000001-24-000001", "fy": 2024, "fp": "Q1",
        "form": "10-Q", "filed": "2024-04-25", "frame": "CY2024Q1"}  # fmt: skip
BALANCE = {"end": "2023-12-31", "val": 0.5, "accn": "0000000001-24-000002", "fy": None, "fp": None, "form": "8-K",
           "filed": "2024-01-25"}  # fmt: skip


def _concept(*facts: dict[str, Any], **units: list[dict[str, Any]]) -> dict[str, Any]:
    """The label has everything in it that could mislead a search."""
    text = f'"us-gaap":{{"{CAPEX}":{{"label":"x","units":{{"USD":[{{"accn":"1" \\u00e9'
    return {"label": text, "description": None, "units": {"USD": list(facts), **units}}


SERVED = json.dumps(
    {
        "cik": 1326801,
        "entityName": 'Meta "Platforms", Inc.',
        "facts": {
            "dei": {"EntityPublicFloat": _concept(BALANCE)},
            "srt": {CAPEX: _concept({**FACT, "val": 8})},
            "us-gaap": {
                "Assets": _concept(BALANCE, {**BALANCE, "val": -1e-6}, shares=[BALANCE, FACT]),
                CAPEX: _concept(FACT, {**FACT, "end": "2024-06-30", "accn": "0000000001-24-000003"}) | {"label": "L"},
                "Goodwill": _concept(BALANCE),
            },
        },
    },
    separators=(",", ":"),
).encode()


def _outcome(data: bytes) -> Any:
    try:
        result = companyfacts.read(data, {}, "x.json", FILERS)
    except DocumentError as error:
        return error.rule, error.message
    return result.documents, result.rows.to_csv(), result.rejected


def _outcome_of_whole(data: bytes) -> Any:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(companyfacts, "_concepts_in_use", lambda *_: None)
        return _outcome(data)


def test_a_file_as_served_is_not_parsed_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = _outcome_of_whole(SERVED)
    monkeypatch.setattr(companyfacts, "parsed", None)
    assert _outcome(SERVED) == expected
    assert [document["document_id"][-6:] for document in expected[0]] == ["000001", "000003"]


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_real_files_give_what_the_whole_file_gives(path: Path) -> None:
    outcome = _outcome(path.read_bytes())
    assert outcome == _outcome_of_whole(path.read_bytes())
    assert len(outcome) == 3


@pytest.mark.parametrize("place", range(1, len(SERVED), 13))
def test_a_file_that_is_cut_off_is_refused(place: int) -> None:
    assert _outcome(SERVED[:place]) == _outcome_of_whole(SERVED[:place])
    assert _outcome(SERVED[:place])[0] == "not_json"


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b'"EntityPublicFloat":', b'"EntityPublicFloat":[],"EntityPublicFloat":', "repeated_key"),
        (b'"dei":', b'"dei":{},"dei":', "repeated_key"),
        (b'"val":0.5', b'"val":0.5,"val":0.5', "repeated_key"),
        (b'"val":7', b'"val":7,"val":7', "repeated_key"),
        (b'"Goodwill":{', b'"Goodwill":{"units":{},', "repeated_key"),
        (b'"srt":', b'"us-gaap":', "repeated_key"),
        (b'"entityName"', b'"cik":1326801,"entityName"', "repeated_key"),
        (b'"val":0.5', b'"val":NaN', "not_json"),
        (b'"val":0.5', b'"val":0.', "not_json"),
        (b'"val":0.5', b'"val":' + b"[" * 2000 + b"]" * 2000, "not_json"),
        (b'"val":0.5', b'"val":"\xff"', "not_json"),
        (b'"8-K"', b'"8\n-K"', "not_json"),
        (b'"description":null', b'"description":"\\q"', "not_json"),
        (b"},{", b"}{", "not_json"),
        (b'"val":7', b'"val":"7"', "bad_fact"),
        (b'"end":"2024-06-30"', b'"end":"2024-06-31"', "bad_fact"),
        (b'"cik":1326801', b'"cik":5', "unknown_filer"),
    ],
)
def test_what_is_wrong_anywhere_is_said_as_for_the_whole_file(old: bytes, new: bytes, rule: str) -> None:
    damaged = SERVED.replace(old, new)
    assert _outcome(damaged) == _outcome_of_whole(damaged)
    assert _outcome(damaged)[0] == rule


@given(
    st.integers(0, len(SERVED)),
    st.integers(0, 60),
    st.sampled_from(["", '"', "\\", "{", "}", "[", "]", ",", ":", "a", "7", '"val":7,', "]}}", "},{", "null"]),
)
def test_any_other_damage_has_the_same_outcome(place: int, lost: int, inserted: str) -> None:
    damaged = SERVED[:place] + inserted.encode() + SERVED[place + lost :]
    if not re.search(rb'"val":-?0[0-9]', damaged):  # a leading zero is not noticed
        assert _outcome(damaged) == _outcome_of_whole(damaged)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"label"', b'"description":null,"label"'),
        (b'{"label":', b'{"units":{},"label":'),
        (b'"facts":{', b'"facts": {'),
        (b"}}}}", b"}}}} "),
    ],
)
def test_content_in_another_layout_is_not_cut(old: bytes, new: bytes) -> None:
    other = SERVED.replace(old, new)
    assert served_companyfacts.filings_of(SERVED) is not None
    assert served_companyfacts.filings_of(other) is None
