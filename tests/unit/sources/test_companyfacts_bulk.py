"""The bulk archive: the same facts as file by file, bounded, and whole in spite of bad members."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmarks import bulk_reading
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.reference import load
from capex_pipeline.reference.filers import wanted_concepts
from capex_pipeline.sources import bulk_archive
from capex_pipeline.sources import companyfacts_bulk as bulk
from capex_pipeline.sources.companyfacts import facts_of, parsed
from capex_pipeline.sources.served_companyfacts import concepts_of

PROJECT = Path(__file__).resolve().parents[3]
SHARED = PROJECT.parent / "shared/data/companyfacts"
CAPEX = "PaymentsToAcquirePropertyPlantAndEquipment"
WANTED = {("us-gaap", CAPEX): frozenset({"USD"}), ("ifrs-full", "Revenue"): None}
FACT = {"start": "2024-01-01", "end": "2024-03-31", "val": 7, "accn": "0000000001-24-000001", "fy": 2024, "fp": "Q1",
        "form": "10-Q", "filed": "2024-04-25", "frame": "CY2024Q1"}  # fmt: skip


def content(cik: int, facts: Any = None, *, compact: bool = True, is_cut: bool = True) -> bytes:
    """As served: labels and descriptions with everything in them that could mislead a search. is_cut: without the text that makes the reader
    parse the whole.
    """
    trap = f'"us-gaap":{{"{CAPEX}":{{"label":"x","units":{{"USD":[1'
    about = {
        "label": trap,
        "description": trap if is_cut else trap + ']}}, "units":{',
        "units": {"USD": [FACT] if facts is None else facts, "EUR": [FACT]},
    }
    other = {"label": None, "description": None, "units": {"USD/shares": [FACT]}}
    taxonomies = {
        "dei": {"EntityPublicFloat": other},
        "ifrs-full": {"Revenue": {"label": "R", "description": "", "units": {"CNY": [{**FACT, "val": 9.5}]}}},
        "srt": {CAPEX: about},
        "us-gaap": {"Assets": other, CAPEX: about, "Zeros": other},
    }
    separators = (",", ":") if compact else None
    return json.dumps({"cik": cik, "entityName": "E", "facts": taxonomies}, separators=separators).encode()


def archive(path: Path, members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", packing) as opened:
        for name, data in members.items():
            opened.writestr(name, data)
    return path


def rows(table: Any) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in table.to_pylist()]


@pytest.mark.parametrize("is_cut", [True, False])
def test_wanted_facts_are_cut_out_whatever_the_texts_say(tmp_path: Path, is_cut: bool) -> None:
    data = content(7, is_cut=is_cut)
    assert (concepts_of(data, {}) is not None) == is_cut
    path = archive(tmp_path / "c.zip", {"CIK0000000007.json": data})
    facts, filings, problems = bulk_reading.read_tables(path, WANTED, workers=1)
    assert facts.schema == bulk.FACTS_SCHEMA
    assert filings.schema == bulk.FILINGS_SCHEMA
    day = pd.Timestamp("2024-01-01").date()
    end = pd.Timestamp("2024-03-31").date()
    assert sorted(rows(facts)) == [
        (7, "ifrs-full", "Revenue", "CNY", day, end, 9.5, "0000000001-24-000001"),
        (7, "us-gaap", CAPEX, "USD", day, end, 7.0, "0000000001-24-000001"),
    ]
    filed = pd.Timestamp("2024-04-25").date()
    assert rows(filings) == [("0000000001-24-000001", 7, "10-Q", filed, end, 2024, "Q1")]
    assert problems == []


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
@pytest.mark.parametrize("compact", [True, False])
def test_another_layout_gives_the_same_facts(tmp_path: Path, packing: int, compact: bool) -> None:
    served = archive(tmp_path / "a.zip", {"CIK0000000007.json": content(7)})
    other = archive(tmp_path / "b.zip", {"CIK0000000007.json": content(7, compact=compact)}, packing)
    for one, two in zip(
        bulk_reading.read_tables(served, WANTED, workers=1)[:2],
        bulk_reading.read_tables(other, WANTED, workers=1)[:2],
        strict=True,
    ):
        assert sorted(rows(one)) == sorted(rows(two))


def test_a_concept_without_its_label_first_is_not_passed_over(tmp_path: Path) -> None:
    turned = content(7).replace(b'"CNY"', b'"USD"').replace(b'"Revenue":{"label":"R","description":"",', b'"Revenue":{')
    facts, _, problems = bulk_reading.read_tables(
        archive(tmp_path / "c.zip", {"CIK0000000007.json": turned}), WANTED, workers=1
    )
    assert (facts.num_rows, problems) == (2, [])


def test_bad_members_are_named_and_the_others_are_read(tmp_path: Path) -> None:
    members = {
        "CIK0000000001.json": content(1),
        "CIK0000000002.json": b"<html>not found</html>",
        "CIK0000000003.json": content(4),
        "CIK0000000005.json": content(5, [{**FACT, "val": "many"}]),
        "CIK0000000006.json": content(6, [{**FACT, "end": "someday"}]),
        "CIK0000000007.json": content(7, [{"val": 1}]),
        "CIK0000000008.json": content(8)[:-40],
        "../CIK0000000009.json": content(9),
        "submissions.json": b"{}",
        "CIK0000000010.json": content(10),
    }
    facts, _, problems = bulk_reading.read_tables(archive(tmp_path / "c.zip", members), WANTED, workers=1)
    assert set(facts["cik"].to_pylist()) == {1, 10}
    assert {item["name"]: item["rule"] for item in problems} == {
        "CIK0000000002.json": "not_companyfacts",
        "CIK0000000003.json": "other_filer",
        "CIK0000000005.json": "bad_fact",
        "CIK0000000006.json": "bad_fact",
        "CIK0000000007.json": "bad_fact",
        "CIK0000000008.json": "not_companyfacts",
        "../CIK0000000009.json": "member_refused",
        "submissions.json": "member_refused",
    }


def test_only_the_companies_asked_for_are_inflated(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "c.zip", {f"CIK{cik:010d}.json": content(cik) if cik != 2 else b"broken" for cik in (1, 2, 3)}
    )
    facts, _, problems = bulk_reading.read_tables(path, WANTED, ciks=[3], workers=1)
    assert (set(facts["cik"].to_pylist()), problems) == ({3}, [])


def test_several_processes_give_the_same_in_the_same_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = archive(tmp_path / "c.zip", {f"CIK{cik:010d}.json": content(cik) for cik in range(1, 40)})
    monkeypatch.setattr(bulk_reading, "_TASK_BYTES", 4_000)
    seen: list[bulk_reading.Progress] = []
    one = bulk_reading.read_tables(path, WANTED, workers=1, progress=seen.append)
    two = bulk_reading.read_tables(path, WANTED, workers=2)
    assert one[0].equals(two[0])
    assert one[1].equals(two[1])
    assert len(seen) > 5
    assert [state.files for state in seen] == sorted(state.files for state in seen)
    assert (seen[-1].files, seen[-1].bytes) == (39, seen[-1].bytes_total)


def test_a_batch_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = archive(tmp_path / "c.zip", {f"CIK{cik:010d}.json": content(cik) for cik in range(1, 20)})
    monkeypatch.setattr(bulk_reading, "_TASK_BYTES", 1)
    assert [batch.files for batch in bulk_reading.read_bulk(path, WANTED, workers=1)] == [1] * 19


def test_a_member_that_inflates_beyond_measure_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "c.zip", {"CIK0000000001.json": b" " * 20_000_000, "CIK0000000002.json": content(2)})
    facts, _, problems = bulk_reading.read_tables(path, WANTED, workers=1)
    assert set(facts["cik"].to_pylist()) == {2}
    assert "inflates more than 200 times" in problems[0]["message"]


def test_a_member_above_the_size_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_archive, "MAX_MEMBER_BYTES", 100)
    path = archive(tmp_path / "c.zip", {"CIK0000000001.json": content(1)})
    assert "more than 100" in bulk_archive.list_members(path)[1][0]["message"]


def test_a_member_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "c.zip", {"CIK0000000001.json": content(1)})
    data = bytearray(path.read_bytes())
    place = data.rfind(b"PK\x01\x02") + 24
    data[place : place + 4] = (len(content(1)) - 5).to_bytes(4, "little")
    path.write_bytes(data)
    problems = bulk_reading.read_tables(path, WANTED, workers=1)[2]
    assert [item["rule"] for item in problems] == ["damaged_member"]


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    path = archive(tmp_path / "c.zip", {"CIK0000000001.json": content(1)}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b'"val":7', b'"val":8'))
    assert [item["rule"] for item in bulk_reading.read_tables(path, WANTED, workers=1)[2]] == ["damaged_member"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_members_of_one_name_none_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as opened:
        for name, data in (
            ("CIK0000000007.json", content(7)),
            ("CIK0000000008.json", content(8)),
            ("CIK0000000007.json", content(7)),
        ):
            opened.writestr(name, data)
    facts, _, problems = bulk_reading.read_tables(tmp_path / "c.zip", WANTED, workers=1)
    assert set(facts["cik"].to_pylist()) == {8}
    assert [problem["name"] for problem in problems] == ["CIK0000000007.json"] * 2
    assert "several members of this name" in problems[0]["message"]


def test_digits_of_another_script_are_no_name_of_a_member(tmp_path: Path) -> None:
    members, problems = bulk_archive.list_members(archive(tmp_path / "c.zip", {"CIK٠٠٠٠٠٠٠٠٠٧.json": content(7)}))
    assert (members, [problem["rule"] for problem in problems]) == ([], ["member_refused"])


def test_a_member_that_reaches_beyond_the_archive_is_refused(tmp_path: Path) -> None:
    """Four gigabytes packed, says the directory of a small file; nobody sets memory aside for them."""
    path = archive(tmp_path / "c.zip", {"CIK0000000001.json": content(1)})
    data = bytearray(path.read_bytes())
    entry = data.rfind(b"PK\x01\x02")
    data[entry + 20 : entry + 24] = (0xFFFFFFF0).to_bytes(4, "little")
    path.write_bytes(data)
    members, problems = bulk_archive.list_members(path)
    assert members == [] and "beyond the end of the archive" in problems[0]["message"]


def test_members_that_overlap_are_refused(tmp_path: Path) -> None:
    """Many entries for the same packed bytes: a small archive that inflates to any size."""
    path = archive(tmp_path / "c.zip", {"CIK0000000001.json": content(1), "CIK0000000002.json": content(2)})
    data = bytearray(path.read_bytes())
    second = data.rfind(b"PK\x01\x02")
    data[second + 42 : second + 46] = (0).to_bytes(4, "little")
    path.write_bytes(data)
    members, problems = bulk_archive.list_members(path)
    assert (len(members), len(problems)) == (1, 1)
    assert "overlaps" in problems[0]["message"]


def test_what_is_no_archive_is_said(tmp_path: Path) -> None:
    path = tmp_path / "c.zip"
    path.write_bytes(b"<html>")
    with pytest.raises(DocumentError, match="not a zip archive") as caught:
        bulk_archive.list_members(path)
    assert caught.value.rule == "not_zip"


def test_an_empty_archive_gives_empty_tables(tmp_path: Path) -> None:
    facts, filings, problems = bulk_reading.read_tables(archive(tmp_path / "c.zip", {}), WANTED)
    assert (facts.num_rows, filings.num_rows, problems) == (0, 0, [])
    assert facts.schema == bulk.FACTS_SCHEMA


def test_the_bar_shows_files_and_speed(tmp_path: Path) -> None:
    path = archive(tmp_path / "c.zip", {f"CIK{cik:010d}.json": content(cik) for cik in (1, 2)})
    out = io.StringIO()
    list(bulk_reading.read_bulk(path, WANTED, workers=1, progress=bulk_reading.progress_bar(file=out, mininterval=0)))
    assert "2/2 files" in out.getvalue()
    assert "B/s" in out.getvalue()


@pytest.mark.slow("reads whole companyfacts files")
@pytest.mark.skipif(not SHARED.is_dir(), reason="the real companyfacts files are not beside the project")
def test_real_files_give_the_same_facts_as_one_by_one(tmp_path: Path) -> None:
    filers = load().filers
    files = {path.name.replace(".trimmed", ""): path.read_bytes() for path in sorted(SHARED.glob("CIK*.json"))}
    path = archive(tmp_path / "companyfacts.zip", files)
    key = ["concept", "unit", "period_start", "period_end", "accession", "value"]
    for filer in filers.values():
        table, filings, problems = bulk_reading.read_tables(path, wanted_concepts([filer]), ciks=[filer.cik], workers=1)
        company_facts = facts_of(parsed(files[f"CIK{filer.cik:010d}.json"]), filer)
        facts = pd.DataFrame(
            {
                "concept": fact.qname.partition(":")[2],
                "unit": fact.unit,
                "period_start": fact.start,
                "period_end": fact.end,
                "accession": fact.filing.accession,
                "value": fact.value,
            }
            for fact in company_facts.facts
        )
        found = table.to_pandas()
        for column in ("period_start", "period_end"):
            for frame in (found, facts):
                frame[column] = pd.to_datetime(frame[column]).astype("datetime64[us]")
        assert problems == []
        left, right = (
            frame[key].astype({"concept": "str"}).sort_values(key, ignore_index=True) for frame in (found, facts)
        )
        pd.testing.assert_frame_equal(left, right, check_dtype=False)
        ends = dict(zip(filings["accession"].to_pylist(), filings["report_end"].to_pylist(), strict=True))
        assert ends == {one.filing.accession: one.report_end for one in company_facts.filings}
