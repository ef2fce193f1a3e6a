"""The Dagster instance of a command, and its SQLite files.

Files that are no longer valid databases are moved aside. Add here what concerns the files below DAGSTER_HOME. They hold the run history and
no data: a build without them makes the same tables. Deleting old runs belongs to `run_retention`.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import yaml

from capex_pipeline import SettingError
from capex_pipeline.storage import files as storage_files

HOME_VARIABLE = "DAGSTER_HOME"
_DATABASES = ("history/runs.db", "history/runs/index.db", "schedules/schedules.db")
"""Dagster's SQLite files. The events of each run are in a separate file, which no later run opens."""

_MOST_OPEN = 16
"""Maximum number of open files of single runs. A web server reads many runs, each with its own file."""

_HEADER = b"SQLite format 3\0"
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def set_damaged_aside(home: Path, *, thorough: bool = False) -> list[str]:
    """Move SQLite files that are not databases aside; return a sentence for each. thorough: check every page, which takes as long as reading the
    file; otherwise only the kind of file and its first bytes.

    Raises SettingError if a file cannot be moved.
    """
    sentences = []
    for path in (home / name for name in _DATABASES):
        if not os.path.lexists(path) or not (_has_no_header(path) or (thorough and _is_corrupt(path))):
            continue
        try:
            moved = storage_files.set_aside(path, path.parent)
            for ending in ("-wal", "-shm"):
                storage_files.remove_all(path.parent, f"{path.name}{ending}")
        except OSError as error:
            raise SettingError(
                f"{path} is not a database and could not be moved aside ({error.strerror or error}); remove it."
            ) from error
        sentences.append(
            f"{path} is not a database; it was moved to {moved}. The run history in it is lost; the tables are complete."
        )
    return sentences


def _has_no_header(path: Path) -> bool:
    if not path.is_file():
        return True
    try:
        with path.open("rb") as stream:
            start = stream.read(len(_HEADER))
    except OSError:
        return True
    return start not in (b"", _HEADER)


def _is_corrupt(path: Path) -> bool:
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",)
    except sqlite3.DatabaseError as error:
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED


def execute(
    run: Callable[[dg.DagsterInstance], dg.ExecuteInProcessResult],
    tell: Callable[[str], object],
    *,
    is_recorded: bool = True,
) -> dg.ExecuteInProcessResult:
    """Execute a job with the instance of DAGSTER_HOME, or with an ephemeral one if the variable is not set or is_recorded is False. tell: receives a
    sentence for each file that was moved aside.

    If the damage is detected only during the run, the run is repeated once. Raises SettingError for settings that Dagster cannot use.
    """
    home = os.environ.get(HOME_VARIABLE) if is_recorded else None
    if not home:
        with dg.DagsterInstance.ephemeral() as instance:
            return run(instance)
    _tell_all(set_damaged_aside(Path(home)), tell)
    from sqlalchemy.exc import DatabaseError

    try:
        with _opened(home) as instance:
            return run(instance)
    except DatabaseError:
        sentences = set_damaged_aside(Path(home), thorough=True)
        if not sentences:
            raise
        _tell_all(sentences, tell)
    with _opened(home) as instance:
        return run(instance)


@contextlib.contextmanager
def _opened(home: str) -> Iterator[dg.DagsterInstance]:
    with one_connection_for_each_file():
        try:
            instance = dg.DagsterInstance.get()
        except (dg.DagsterError, yaml.YAMLError, OSError) as error:
            why = " ".join(str(error).split()).rstrip(".")
            raise SettingError(
                f"Dagster cannot be started with the settings in {Path(home) / 'dagster.yaml'}: {why}. Correct the file, or unset {HOME_VARIABLE}."
            ) from error
        with instance:
            yield instance


@contextlib.contextmanager
def one_connection_for_each_file() -> Iterator[None]:
    """Keep the connections to Dagster's SQLite files open until the end.

    By default Dagster makes a new engine and connection for every event, which compiles its statements and reads the schema again, and
    closing the last connection writes the whole write-ahead log back into the file. This takes more than half of the time of a build
    without changes. A connection that stays open also does not wait for the disk at each event. After a power failure the last events of a
    run may be missing, but the files are intact; such a run is repeated anyway. Of the files of single runs, the newest stay open.
    """
    from dagster._core.storage.event_log.sqlite import sqlite_event_log
    from dagster._core.storage.runs.sqlite import sqlite_run_storage
    from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage
    from sqlalchemy import event
    from sqlalchemy.pool import QueuePool

    class KeptPool(QueuePool):
        """Dagster disposes of an engine after each use; this pool keeps its connections."""

        def dispose(self) -> None:
            """Keep the connections."""

        def recreate(self) -> KeptPool:
            """The pool itself, with its connections."""
            return self

    modules = (sqlite_event_log, sqlite_run_storage, sqlite_schedule_storage)
    create = sqlite_event_log.create_engine
    engines: dict[str, Any] = {}
    lock = threading.Lock()

    def kept(address: str, **options: Any) -> Any:
        with lock:
            engine = engines.pop(address, None)
            if engine is None:
                engine = create(address, **{**options, "poolclass": KeptPool})
                event.listen(engine, "connect", _wait_less)
            engines[address] = engine  # the last one used
            if len(engines) > _MOST_OPEN:
                oldest = engines.pop(next(iter(engines)))
                QueuePool.dispose(oldest.pool)
            return engine

    for module in modules:
        module.create_engine = kept  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module in modules:
            module.create_engine = create  # type: ignore[attr-defined]
        for engine in engines.values():
            QueuePool.dispose(engine.pool)


def _wait_less(connection: sqlite3.Connection, _: object) -> None:
    """Wait for the disk only when the write-ahead log is copied. Without such a log a power failure could damage the file."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        connection.execute("PRAGMA synchronous = NORMAL")


def _tell_all(sentences: list[str], tell: Callable[[str], object]) -> None:
    for sentence in sentences:
        tell(sentence)
