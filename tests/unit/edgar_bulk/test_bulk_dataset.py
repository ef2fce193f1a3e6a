"""The data set: equal work gives equal bytes, whoever does it, and readers see a whole one or the one before."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import pickle
import shutil
import signal
from functools import partial
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from unit.edgar_bulk.bulk_archives import CAPEX, INSTANCES, MICROSOFT, YEAR, member, shipped_members, write_archive

from capex_pipeline.edgar_bulk import dataset, local_engine, spark_engine, work_list
from capex_pipeline.edgar_bulk.part import write_part
from capex_pipeline.edgar_bulk.quarters import filer_quarters
from capex_pipeline.schemas.derive import arrow_schema
from capex_pipeline.schemas.filer_quarters import FilerQuarters
from capex_pipeline.storage import build_lock
from capex_pipeline.storage import files as storage_files

pytestmark = pytest.mark.slow("makes the data set of the shipped companyfacts")


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder with its hash."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def shipped_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The companyfacts under raw/."""
    return write_archive(tmp_path_factory.mktemp("archive") / "c.zip", shipped_members())


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Three invented filers in two parts."""
    return write_archive(tmp_path / "c.zip", {cik: member(cik, YEAR) for cik in (7, 8, 135)})


def make(root: Path, archive: Path, instances: Path | None = None, workers: int = 1) -> tuple[dataset.Current, str]:
    inputs = work_list.Inputs(archive, instances)
    listed = work_list.work_list(inputs)
    with dataset.staging(root) as folder:
        return dataset.publish(root, folder, listed, local_engine.run(listed, inputs, folder, workers=workers))


@pytest.fixture(scope="module")
def shipped_root(shipped_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data set of the companyfacts and instances under raw/. Read only."""
    root = tmp_path_factory.mktemp("shipped") / "q"
    assert make(root, shipped_archive, INSTANCES)[1] == "new"
    return root


@pytest.fixture
def shipped(shipped_root: Path) -> dataset.Current:
    found = dataset.current(shipped_root)
    assert found is not None
    return found


def test_the_files_hold_the_rows_of_every_filer(shipped: dataset.Current, shipped_archive: Path) -> None:
    from capex_pipeline.edgar_bulk.facts import read_facts

    inputs = work_list.Inputs(shipped_archive, INSTANCES)
    filers = [filer for part in work_list.work_list(inputs).parts for filer in part.filers]
    expected = filer_quarters(read_facts(filers, inputs))
    stored = pd.concat([pd.read_parquet(path) for path in sorted(shipped.folder.glob("cik_part=*/*.parquet"))])
    assert len(stored) == shipped.manifest()["rows"] == len(expected)
    order = ["cik", "concept", "currency", "dimensions", "period_start", "period_end", "vintage"]
    plain = [frame.sort_values(order, ignore_index=True).astype("str") for frame in (stored, expected)]
    pd.testing.assert_frame_equal(plain[0].drop(columns="cik_part", errors="ignore"), plain[1])


def test_duckdb_finds_a_filer_by_its_partition(shipped_root: Path) -> None:
    connection = duckdb.connect()
    (folder,) = connection.execute(f"SELECT folder FROM '{shipped_root}/current.json'").fetchall()[0]
    question = f"""
        SELECT value FROM read_parquet('{shipped_root}/{folder}/*/*.parquet', hive_partitioning = true)
        WHERE cik_part = {MICROSOFT} % 128 AND cik = {MICROSOFT} AND concept = 'us-gaap:{CAPEX}' AND calendar_quarter = '2024Q2'
    """
    assert connection.execute(question).fetchall() == [(13_873e6,)]


def test_the_types_are_those_of_the_model(shipped: dataset.Current) -> None:
    files = list(shipped.folder.glob("cik_part=*/*.parquet"))
    assert files
    for path in files:
        assert pq.read_schema(path).remove_metadata().equals(arrow_schema(FilerQuarters))


def test_every_fact_is_accounted_for(shipped: dataset.Current) -> None:
    said = shipped.manifest()
    assert said["facts_read"] > 1000
    assert said["facts_read"] == said["facts_used"] + sum(said["facts_set_aside"].values())
    assert said["problems"] == []


def test_two_processes_give_the_same_bytes_as_one(shipped_archive: Path, tmp_path: Path) -> None:
    one, _ = make(tmp_path / "one", shipped_archive, INSTANCES)
    two, _ = make(tmp_path / "two", shipped_archive, INSTANCES, workers=2)
    assert tree(one.folder) == tree(two.folder)
    assert one.content_id == two.content_id


def test_the_size_of_a_batch_changes_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, archive: Path) -> None:
    together, _ = make(tmp_path / "together", archive)
    monkeypatch.setattr(work_list, "BATCH_BYTES", 1)
    alone, _ = make(tmp_path / "alone", archive)
    pd.testing.assert_frame_equal(pd.read_parquet(alone.folder), pd.read_parquet(together.folder))


def test_equal_work_writes_nothing_anew(archive: Path, tmp_path: Path) -> None:
    root = tmp_path / "q"
    first, _ = make(root, archive)
    before = {path: path.stat().st_mtime_ns for path in first.folder.rglob("*") if path.is_file()}
    second, change = make(root, archive)
    assert (second, change) == (first, "unchanged")
    assert {path: path.stat().st_mtime_ns for path in first.folder.rglob("*") if path.is_file()} == before


def test_the_data_set_before_stays_for_those_who_read_it_and_older_ones_go(tmp_path: Path) -> None:
    root = tmp_path / "q"
    folders = []
    for count in (2, 3, 4):
        path = write_archive(tmp_path / f"{count}.zip", {7: member(7, YEAR[:count])})
        found, change = make(root, path)
        folders.append(found.folder)
        assert dataset.current(root) == found
        assert change == ("new" if count == 2 else "changed")
    assert [folder.is_dir() for folder in folders] == [False, True, True]


def test_a_run_that_dies_leaves_what_was_there_and_the_next_one_clears_up(archive: Path, tmp_path: Path) -> None:
    root = tmp_path / "q"
    before, _ = make(root, write_archive(tmp_path / "small.zip", {7: member(7, YEAR)}))
    content = tree(root)
    inputs = work_list.Inputs(archive)
    listed = work_list.work_list(inputs)
    with pytest.raises(KeyboardInterrupt), dataset.staging(root) as folder:
        write_part(listed.parts[0], inputs, folder)
        shutil.copytree(folder, folder.with_name("parts.of-a-killed-run"))
        raise KeyboardInterrupt
    assert tree(root) == content and dataset.current(root) == before
    assert [path.name for path in folder.parent.glob("parts.*")] == ["parts.of-a-killed-run"]
    make(root, archive)
    assert list(folder.parent.glob("parts.*")) == []


def test_a_data_set_without_one_of_its_parts_is_not_published(archive: Path, tmp_path: Path) -> None:
    root = tmp_path / "q"
    inputs = work_list.Inputs(archive)
    listed = work_list.work_list(inputs)
    with dataset.staging(root) as folder:
        written = [write_part(part, inputs, folder) for part in listed.parts]
        with pytest.raises(dataset.BulkError, match="was not written"):
            dataset.publish(root, folder, listed, written[:-1])
        next(folder.glob("cik_part=*/*.parquet")).write_bytes(b"PAR1")
        with pytest.raises(dataset.BulkError, match="start the run again"):
            dataset.publish(root, folder, listed, written)
    assert dataset.current(root) is None


def test_a_data_set_of_which_a_file_is_gone_counts_as_absent_and_is_made_again(archive: Path, tmp_path: Path) -> None:
    root = tmp_path / "q"
    first, _ = make(root, archive)
    content = tree(first.folder)
    next(first.folder.glob("cik_part=*/*.parquet")).unlink()
    assert dataset.current(root) is None
    again, change = make(root, archive)
    assert change == "new" and tree(again.folder) == content


def test_two_writers_wait_for_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(build_lock.WAIT_VARIABLE, "0")
    with (
        dataset.staging(tmp_path / "q"),
        pytest.raises(build_lock.BuildLockError, match="a run that makes q"),
        dataset.staging(tmp_path / "q"),
    ):
        pass


def test_a_part_without_rows_has_no_file(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "c.zip", {7: member(7, [], concept="Assets"), 8: member(8, YEAR)})
    found, _ = make(tmp_path / "q", path)
    assert sorted(tree(found.folder)) == ["_manifest.json", "cik_part=8/quarters.parquet"]
    assert found.manifest()["filers"] == 2


def test_a_row_that_breaks_the_model_is_left_out_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from capex_pipeline.edgar_bulk import part

    def spoilt(*arguments: object) -> pd.DataFrame:
        rows = filer_quarters(*arguments)  # type: ignore[arg-type]
        rows.loc[0, "value"] = float("inf")
        return rows

    monkeypatch.setattr(part, "filer_quarters", spoilt)
    found, _ = make(tmp_path / "q", write_archive(tmp_path / "c.zip", {7: member(7, YEAR)}))
    said = found.manifest()
    assert said["rows"] == 3
    assert [(one["name"], one["rule"]) for one in said["problems"]] == [
        (f"CIK0000000007 us-gaap:{CAPEX} 2023-07-01..2023-09-30", "infinite_value")
    ]


def test_what_a_killed_process_left_of_a_part_is_not_published(archive: Path, tmp_path: Path) -> None:
    root, inputs = tmp_path / "q", work_list.Inputs(archive)
    listed = work_list.work_list(inputs)
    with dataset.staging(root) as folder:
        process = multiprocessing.get_context("spawn").Process(
            target=_write_and_die, args=(listed.parts[0], inputs, folder)
        )
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        left = [path for path in folder.rglob("*") if path.is_file()]
        assert len(left) == 1
        found, _ = dataset.publish(root, folder, listed, local_engine.run(listed, inputs, folder, workers=1))
    assert tree(found.folder) == tree(make(tmp_path / "other", archive)[0].folder)
    assert left[0].name not in {path.name for path in root.rglob("*")}


def _write_and_die(part: work_list.Part, inputs: work_list.Inputs, folder: Path) -> None:
    """A process that is killed when it has written a part and not yet put it in place."""
    storage_files.os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[attr-defined]
    write_part(part, inputs, folder)


# --------------------------------------------------------------------------------------------------- Spark, without Spark


def test_what_spark_is_told_and_tells(shipped_archive: Path, shipped_root: Path, tmp_path: Path) -> None:
    """The task of each part, as Spark sends it to a process and takes its result back, in any order."""
    root, inputs = tmp_path / "q", work_list.Inputs(shipped_archive, INSTANCES)
    listed = work_list.work_list(inputs)
    (tmp_path / "exchange").mkdir()
    exchange = spark_engine.Exchange(tmp_path / "exchange")
    with dataset.staging(root) as folder:
        exchange.tell(listed, inputs, folder)
        assert exchange.written() == []
        job = exchange.read()
        assert job == spark_engine.Job(listed, inputs, folder)
        task = pickle.dumps(partial(write_part, inputs=job.inputs, staging=job.staging))
        exchange.tell_written(pickle.loads(task)(part) for part in reversed(job.work.parts))
        by_spark, _ = dataset.publish(root, folder, listed, exchange.written())
    local = dataset.current(shipped_root)
    assert local is not None and tree(by_spark.folder) == tree(local.folder)


def fake_java(folder: Path, says: str) -> Path:
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\n{says}\n")
    program.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        ("echo 'openjdk version \"11.0.2\" 2019-01-15' >&2", "the installed one is: openjdk version"),
        ("exit 1", "the installed one is: unknown"),
        (None, "neither JAVA_HOME nor PATH leads to Java"),
    ],
)
def test_a_missing_or_old_java_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str | None, sentence: str
) -> None:
    home = tmp_path / "java" if says is None else fake_java(tmp_path / "java", says)
    monkeypatch.setenv("JAVA_HOME", str(home))
    monkeypatch.setattr(spark_engine.importlib.util, "find_spec", lambda name: object())
    said = spark_engine.missing()
    assert said is not None and sentence in said and "apt install openjdk-17-jre-headless" in said


def test_a_missing_pyspark_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_engine.importlib.util, "find_spec", lambda name: None)
    assert "pip install -e '.[spark]'" in (spark_engine.missing() or "")


@pytest.mark.parametrize("before", ["", "Picked up JAVA_TOOL_OPTIONS: -Xmx1g\n"], ids=["alone", "with options"])
@pytest.mark.parametrize("version", ["17.0.9", "21"])
def test_a_java_that_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, before: str) -> None:
    java = fake_java(tmp_path / "java", f"echo '{before}openjdk version \"{version}\"' >&2")
    monkeypatch.setenv("JAVA_HOME", str(java))
    monkeypatch.setattr(spark_engine.importlib.util, "find_spec", lambda name: object())
    assert spark_engine.missing() is None
