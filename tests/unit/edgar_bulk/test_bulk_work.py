"""The work list: who is in which part, what is refused, and when the work counts as unchanged."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest
from unit.edgar_bulk.bulk_archives import INSTANCES, NVIDIA, YEAR, fact, member, write_archive

from capex_pipeline.edgar_bulk import work_list
from capex_pipeline.raw.errors import DocumentError


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write_archive(tmp_path / "c.zip", {cik: member(cik, YEAR) for cik in (300, 5, 133, 261, 1)})


def test_every_filer_is_in_the_part_of_its_remainder_in_the_order_of_cik(archive: Path) -> None:
    found = work_list.work_list(work_list.Inputs(archive))
    assert {part.number: [filer.cik for filer in part.filers] for part in found.parts} == {
        5: [5, 133, 261], 44: [300], 1: [1],
    }  # fmt: skip
    assert found.parts[0].number == 5  # the largest first
    assert found.filers == 5 and found.problems == ()


def test_a_part_survives_the_way_to_another_process(archive: Path) -> None:
    inputs = work_list.Inputs(archive, INSTANCES)
    for part in work_list.work_list(inputs).parts:
        assert work_list.from_json(work_list.Part, work_list.to_json(part)) == part
    assert work_list.from_json(work_list.Inputs, work_list.to_json(inputs)) == inputs
    assert work_list.from_json(work_list.Inputs, work_list.to_json(work_list.Inputs(archive))) == work_list.Inputs(
        archive
    )


def test_instances_join_their_filer_and_may_stand_alone(archive: Path) -> None:
    filers = {
        filer.cik: filer
        for part in work_list.work_list(work_list.Inputs(archive, INSTANCES)).parts
        for filer in part.filers
    }
    assert filers[NVIDIA].member is None
    assert [(one.accession, one.form, one.filed) for one in filers[NVIDIA].instances] == [
        ("0001045810-24-000264", "10-Q", "2024-08-28")
    ]
    assert filers[5].instances == ()


def test_batches_hold_every_filer_once_and_end_when_they_are_full(
    monkeypatch: pytest.MonkeyPatch, archive: Path
) -> None:
    part = work_list.work_list(work_list.Inputs(archive)).parts[0]
    monkeypatch.setattr(work_list, "BATCH_BYTES", part.filers[0].size + 1)
    assert [[filer.cik for filer in batch] for batch in part.batches()] == [[5, 133], [261]]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("form: 10-Q\n", "sidecar_incomplete"),
        ("filed: 2024-08-28\n", "sidecar_incomplete"),
        ("cik: 1045810\n", "sidecar_incomplete"),
        (("cik: 1045810", "cik: nvidia"), "bad_filing"),
        (("filed: 2024-08-28", "filed: 28 August"), "bad_filing"),
        (("accession: 0001045810-24-000264", "accession: 24-264"), "bad_filing"),
    ],
)
def test_a_sidecar_that_does_not_say_whose_filing_it_is(
    archive: Path, tmp_path: Path, change: str | tuple[str, str], rule: str
) -> None:
    folder = tmp_path / "instances"
    folder.mkdir()
    for path in INSTANCES.glob("0001045810*"):
        shutil.copy(path, folder)
    sidecar = next(folder.glob("*.yaml"))
    old, new = change if isinstance(change, tuple) else (change, "")
    text = sidecar.read_text()
    assert old in text
    sidecar.write_text(text.replace(old, new))
    problems = work_list.work_list(work_list.Inputs(archive, folder)).problems
    assert [(one["name"], one["rule"]) for one in problems] == [("0001045810-24-000264.xml", rule)]
    assert "0001045810-24-000264.xml" in problems[0]["message"]


def test_a_member_that_is_refused_is_named(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "c.zip", {7: member(7, YEAR)})
    with zipfile.ZipFile(path, "a") as opened:
        opened.writestr("notes.txt", b"x")
    found = work_list.work_list(work_list.Inputs(path))
    assert found.filers == 1
    assert [(one["name"], one["rule"]) for one in found.problems] == [("notes.txt", "member_refused")]


def test_the_fingerprint_follows_the_content_and_not_the_file(archive: Path, tmp_path: Path) -> None:
    first = work_list.work_list(work_list.Inputs(archive)).fingerprint
    members = {cik: member(cik, YEAR) for cik in (300, 5, 133, 261, 1)}
    assert work_list.work_list(work_list.Inputs(write_archive(tmp_path / "again.zip", members))).fingerprint == first
    members[1] = member(
        1, [*YEAR[:3], fact("2023-07-01", "2024-06-30", 501, *(YEAR[3][key] for key in ("accn", "form", "filed")))]
    )
    assert work_list.work_list(work_list.Inputs(write_archive(tmp_path / "other.zip", members))).fingerprint != first
    with_instances = work_list.work_list(work_list.Inputs(archive, INSTANCES)).fingerprint
    assert with_instances != first


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c.zip").write_bytes(b"<html>")
    with pytest.raises(DocumentError, match="is not a zip archive"):
        work_list.work_list(work_list.Inputs(tmp_path / "c.zip"))
