"""Dagster's SQLite files: damaged ones are moved aside, sound ones stay, and a command goes on."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from sqlalchemy.exc import DatabaseError

from capex_pipeline import SettingError
from capex_pipeline.orchestration import instance_storage

RUNS, SCHEDULES = "history/runs.db", "schedules/schedules.db"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home of Dagster with two sound databases of several pages."""
    for name in (RUNS, SCHEDULES):
        (tmp_path / name).parent.mkdir(parents=True)
        with sqlite3.connect(tmp_path / name) as database:
            database.execute("CREATE TABLE runs (body TEXT)")
            database.executemany("INSERT INTO runs VALUES (?)", [(str(number) * 200,) for number in range(100)])
        database.close()
    return tmp_path


def test_sound_and_empty_databases_stay(home: Path) -> None:
    (home / SCHEDULES).write_bytes(b"")
    assert instance_storage.set_damaged_aside(home, thorough=True) == []
    assert sorted(path.name for path in home.rglob("*.db*")) == ["runs.db", "schedules.db"]


@pytest.mark.parametrize("content", [b"not a database" * 300, b"x", None], ids=["text", "one byte", "a folder"])
def test_a_file_that_is_no_database_is_moved_aside(home: Path, content: bytes | None) -> None:
    path = home / RUNS
    path.unlink()
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    path.with_name("runs.db-wal").write_bytes(b"of the damaged file")
    (sentence,) = instance_storage.set_damaged_aside(home)
    assert sentence.startswith(f"{path} is not a database; it was moved to {path}.set-aside.")
    assert sorted(one.name for one in path.parent.iterdir()) == ["runs.db.set-aside"]
    assert (home / SCHEDULES).exists()


def test_damaged_pages_are_found_by_the_thorough_check_only(home: Path) -> None:
    data = (home / RUNS).read_bytes()
    (home / RUNS).write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    assert instance_storage.set_damaged_aside(home) == []
    assert len(instance_storage.set_damaged_aside(home, thorough=True)) == 1


def test_a_run_that_meets_a_damaged_page_is_repeated_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(instance_storage.HOME_VARIABLE, str(home))
    data = (home / RUNS).read_bytes()
    runs: list[str] = []
    sentences: list[str] = []

    def run(_: Any) -> Any:
        runs.append("run")
        if len(runs) == 1:
            (home / RUNS).write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
            raise DatabaseError("SELECT 1", {}, sqlite3.DatabaseError("database disk image is malformed"))
        return "done"

    monkeypatch.setattr(instance_storage.dg.DagsterInstance, "get", instance_storage.dg.DagsterInstance.ephemeral)
    assert instance_storage.execute(run, sentences.append) == "done"
    assert len(runs) == 2 and len(sentences) == 1


def test_an_error_of_a_sound_database_is_raised(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(instance_storage.HOME_VARIABLE, str(home))
    monkeypatch.setattr(instance_storage.dg.DagsterInstance, "get", instance_storage.dg.DagsterInstance.ephemeral)

    def run(_: Any) -> Any:
        raise DatabaseError("SELECT 1", {}, sqlite3.OperationalError("database is locked"))

    with pytest.raises(DatabaseError, match="locked"):
        instance_storage.execute(run, lambda _: None)


def test_settings_that_dagster_cannot_read_are_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(instance_storage.HOME_VARIABLE, str(tmp_path))
    (tmp_path / "dagster.yaml").write_text("{: [")
    with pytest.raises(
        SettingError, match=r"dagster\.yaml: while parsing .*\. Correct the file, or unset DAGSTER_HOME\."
    ):
        instance_storage.execute(lambda _: None, lambda _: None)  # type: ignore[arg-type, return-value]


@pytest.mark.slow("runs a job of Dagster")
def test_a_run_keeps_its_files_open_and_closes_them_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dagster by itself opens the run's file anew for each event, and leaves none open."""
    monkeypatch.setenv(instance_storage.HOME_VARIABLE, str(tmp_path))
    (tmp_path / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    before, opened = sqlite_event_log.create_engine, []
    connect = sqlite3.dbapi2.connect

    def counted(path: str, *arguments: Any, **options: Any) -> sqlite3.Connection:
        opened.append(Path(path).relative_to(tmp_path).as_posix())
        return connect(path, *arguments, **options)

    monkeypatch.setattr(sqlite3.dbapi2, "connect", counted)

    @dg.op
    def work(context) -> None:  # type: ignore[no-untyped-def]  # Dagster reads annotations, and these are texts
        for number in range(5):
            context.log.info(f"line {number}")

    @dg.job
    def job() -> None:
        work()

    done = instance_storage.execute(lambda instance: job.execute_in_process(instance=instance), print)
    assert 1 <= max(opened.count(name) for name in opened) <= 2  # a second one while the tables are made
    assert list(tmp_path.rglob("*-wal")) == [] and sqlite_event_log.create_engine is before
    with dg.DagsterInstance.get() as instance:
        messages = [entry.user_message for entry in instance.all_logs(done.run_id)]
    assert [message for message in messages if message.startswith("line")] == [f"line {number}" for number in range(5)]


def test_the_files_of_few_runs_stay_open_and_a_kept_one_waits_for_its_log_only(tmp_path: Path) -> None:
    """synchronous is 1 (NORMAL) where there is a write-ahead log, and 2 (FULL) where a loss of power could damage the file."""
    addresses = [f"sqlite:///{tmp_path / f'{number}.db'}" for number in range(20)]
    found = []
    with instance_storage.one_connection_for_each_file():
        for number, address in enumerate(addresses):
            with sqlite3.connect(tmp_path / f"{number}.db") as database:
                database.execute(f"PRAGMA journal_mode = {'wal' if number else 'delete'}")
            database.close()
            with sqlite_event_log.create_engine(address).connect() as connection:
                connection.exec_driver_sql("CREATE TABLE events (body TEXT)")
                connection.commit()
                found.append(connection.exec_driver_sql("PRAGMA synchronous").scalar())
        assert found == [2] + [1] * 19
        assert len(list(tmp_path.glob("*.db-wal"))) == instance_storage._MOST_OPEN
        assert sqlite_event_log.create_engine(addresses[-1]) is sqlite_event_log.create_engine(addresses[-1])
        with sqlite3.connect(tmp_path / "0.db") as other:  # of what was closed nothing is lost
            assert other.execute("SELECT count(*) FROM events").fetchone() == (0,)
        other.close()
    assert list(tmp_path.glob("*.db-wal")) == []
