"""Mutated documents beside good ones: a short run, a long one, and proof that the judge notices what is lost.

The soak (``python -m tests.soak.mutations``) tries as many as there is time for; these have fixed seeds.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from capex_pipeline.normalise.ingest import Ingested
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.printed_rows import ReadResult
from capex_pipeline.sources import figure_csv

from .mutations import bulk, edits, outcomes, tally, whole_build
from .mutations.making import mutant
from .mutations.mutant import Mutant
from .mutations.oracle import losses, read, trial, write_good
from .mutations.seeds import INVENTED, main_name, shipped


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ingested]:
    """Good documents of every kind, and what is read in them. Tests write beside them, into folders of their own."""
    root = tmp_path_factory.mktemp("mutations") / "raw"
    write_good(root)
    return root, read(root)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Ingested:
    """What is read in the good YAML file and the good table alone, which is quicker."""
    root = tmp_path_factory.mktemp("few") / "raw"
    write_good(root, INVENTED[:2])
    return read(root)


@pytest.mark.slow("reads documents of every kind")
def test_every_good_document_is_read_whole_so_that_mutants_begin_from_rows(good: tuple[Path, Ingested]) -> None:
    _, before = good
    # The invented files have one concept and one segment of many.
    silent = before.rejected_figures["rule"].isin(["concept_not_found", "segment_not_found"])
    assert before.rejected_figures.loc[~silent, "message"].tolist() == []
    rows = before.figures.groupby("path").size().to_dict()
    for seed in INVENTED:
        name = main_name(seed, seed.files(0))
        if not name.endswith((".txt", ".meta.yaml")):
            assert rows[f"good/{name}"] >= 1, name
    assert len(before.article_mentions) >= 5
    assert {seed.kind for seed in shipped()} == {"figure YAML", "CSV", "XBRL instance", "companyfacts JSON"}


def test_a_mutant_is_the_same_each_time_it_is_made() -> None:
    for number in (1, 2, 11, 37, 90):
        assert mutant(5, number) == mutant(5, number)
    assert mutant(5, 1) != mutant(6, 1)


def test_an_edit_leaves_alone_what_an_earlier_one_nested_deeper_than_python_reads() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    assert edits.json_fact(random.Random(1), deep) == deep


@pytest.mark.slow("reads a damaged document of every kind")
def test_a_few_mutants_of_every_kind_lose_nothing(good: tuple[Path, Ingested]) -> None:
    root, before = good
    mutants = [mutant(3, number) for number in range(1, 23)]
    assert len({one.kind for one in mutants}) == len(INVENTED) + 1
    assert trial(root, before, mutants, follow=False) == []


def _without_last_row(data: bytes, sidecar: object, name: str) -> ReadResult:
    result = _READ_TABLE(data, sidecar, name)  # type: ignore[arg-type]
    return dataclasses.replace(result, rows=result.rows.iloc[:-1])


def _that_stumbles(data: bytes, sidecar: object, name: str) -> ReadResult:
    raise IndexError("list index out of range") if name.startswith("a/") else DocumentError("x", f"{name} is refused.")


_READ_TABLE = figure_csv.read


@pytest.mark.slow("reads documents of every kind")
@pytest.mark.parametrize(
    ("reader", "said"),
    [
        (
            _without_last_row,
            [
                "table.csv has 4 rows, of which 3 were accepted and 0 rejected",
                "rows of the good documents changed in figures",
            ],
        ),
        (_that_stumbles, ["the reader raised IndexError", "rows of the good documents changed in documents"]),
    ],
)
def test_the_judge_notices_a_reader_that_loses_rows_or_stumbles(
    few: Ingested,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    reader: Callable[..., ReadResult],
    said: list[str],
) -> None:
    monkeypatch.setattr(
        "capex_pipeline.sources.readers.READERS",
        {**_readers(), ".csv": lambda data, sidecar, name, reference: reader(data, sidecar, name)},
    )
    whole = {seed.kind: seed for seed in INVENTED}["CSV"]
    write_good(tmp_path, INVENTED[:2])
    found = trial(tmp_path, few, [Mutant("CSV", "none", 1, dict(whole.files(1)))], follow=False)
    for words in said:
        assert any(words in loss.what for loss in found), found


def _readers() -> dict[str, object]:
    from capex_pipeline.sources.readers import READERS

    return dict(READERS)


@pytest.mark.slow("reads documents of every kind")
def test_the_judge_notices_a_file_of_which_nothing_is_heard(few: Ingested, tmp_path: Path) -> None:
    spoiled = Mutant("CSV", "emptied", 1, {"table.csv": b""})
    write_good(tmp_path, INVENTED[:2])
    spoiled.write(tmp_path / "a" / "1")
    after = read(tmp_path)
    assert list(losses(few, after, {"a/1": spoiled})) == []
    silent = dataclasses.replace(after, rejected_figures=after.rejected_figures.iloc[:0])
    assert [loss.what for loss in losses(few, silent, {"a/1": spoiled})] == [
        "CSV, emptied: nothing is heard of a/1/table.csv"
    ]


def test_the_judge_of_archives_notices_a_member_read_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / bulk.NAME
    path.write_bytes(bulk.packed(bulk.good()))
    assert list(bulk.losses(path, tmp_path)) == []
    read_tables = bulk.read_tables

    def twice(*arguments: object, **options: object) -> object:
        facts, filings, problems = read_tables(*arguments, **options)  # type: ignore[arg-type]
        return bulk.pa.concat_tables([facts, facts]), filings, problems

    monkeypatch.setattr(bulk, "read_tables", twice)
    assert {what.split(",")[0] for what in bulk.losses(path, tmp_path)} == {
        f"the facts of CIK{cik:010d}.json" for cik in bulk.CIKS
    }


@pytest.mark.slow("reads fifty damaged documents and builds with some of them")
def test_a_whole_build_with_forty_mutants_publishes_what_was_read() -> None:
    outcome = whole_build(12, most=40)
    assert (outcome.tried, outcome.lost) == (40, 0), outcome.detail


@pytest.mark.slow("reads fifty damaged documents and builds with some of them")
def test_fifty_mutants_lose_nothing_and_hang_nowhere() -> None:
    """In a process with bounds of memory and time, every third batch followed to the published tables."""
    total = tally(11, most=50)
    assert total.tried.total() == 50
    assert [(loss.number, loss.what) for loss in total.losses] == []
    assert {row.what for row in outcomes(11, total)} == {
        f"mutated {kind}" for kind in [*(seed.kind for seed in INVENTED), bulk.KIND]
    }
