"""The build lock: one at a time, by waiting or by refusal, and never in the way of the living."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from capex_pipeline import SettingError
from capex_pipeline.storage import build_lock
from capex_pipeline.storage.build_lock import BuildLockError
from capex_pipeline.storage.warehouse import Warehouse

_HOLDER = """
import sys, time
from pathlib import Path
from capex_pipeline import SettingError
from capex_pipeline.storage import build_lock
from capex_pipeline.storage.warehouse import Warehouse
with build_lock.locked(Warehouse(Path(sys.argv[1])), "run 1a2b3c4d of build_everything", wait=0):
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse")


@pytest.fixture
def other(warehouse: Warehouse) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the lock."""
    process = subprocess.Popen([sys.executable, "-c", _HOLDER, str(warehouse.root)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_build_is_refused_in_a_sentence_that_names_the_first(
    warehouse: Warehouse, other: subprocess.Popen[str]
) -> None:
    with pytest.raises(BuildLockError) as refused, build_lock.locked(warehouse, "another", wait=0):
        pytest.fail("two builds have the warehouse")
    assert re.fullmatch(
        rf"Another build uses {re.escape(str(warehouse.root))}: process {other.pid}, run 1a2b3c4d of build_everything, since "
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\. This one waited 0 s and gave up; nothing was read or written\. Wait until the other "
        r"one ends and build again; CAPEX_PIPELINE_BUILD_WAIT sets how many seconds a build waits\.",
        str(refused.value),
    )


def test_a_lock_of_a_killed_process_blocks_nobody(warehouse: Warehouse, other: subprocess.Popen[str]) -> None:
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert build_lock.lock_file(warehouse).read_text().startswith('{"process"'), "what it said is still there"
    with build_lock.locked(warehouse, "the next", wait=0) as is_ours:
        assert is_ours


@pytest.mark.slow("waits for another process")
def test_one_that_waits_says_for_whom_and_goes_on_when_the_other_ends(
    warehouse: Warehouse, other: subprocess.Popen[str], caplog: pytest.LogCaptureFixture
) -> None:
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        other.kill()  # only once it is waited for

    with build_lock.locked(warehouse, "the next", wait=60, say=say) as is_ours:
        assert is_ours
    waits, goes_on = said
    assert waits.startswith(
        f"Waiting for another build of {warehouse.root}: process {other.pid}, run 1a2b3c4d of build"
    )
    assert waits.endswith("Giving up in 60 s.")
    assert goes_on == f"The other build of {warehouse.root} has ended; this one starts."
    assert [record.getMessage() for record in caplog.records] == said, "a terminal sees it as well"


def test_two_threads_are_two_builds(warehouse: Warehouse) -> None:
    inside: list[str] = []

    def build(name: str) -> None:
        with build_lock.locked(warehouse, name, wait=60):
            inside.append(name)
            time.sleep(0.02)
            inside.append(name)

    threads = [threading.Thread(target=build, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [inside[place] for place in range(0, 8, 2)] == [inside[place] for place in range(1, 8, 2)]
    assert sorted(set(inside)) == list("abcd")


def test_it_is_given_up_at_an_error_and_says_nobody(warehouse: Warehouse) -> None:
    with pytest.raises(ZeroDivisionError), build_lock.locked(warehouse, "one that fails", wait=0):
        assert json.loads(build_lock.lock_file(warehouse).read_text())["what"] == "one that fails"
        raise ZeroDivisionError
    assert build_lock.lock_file(warehouse).read_text() == ""
    with build_lock.locked(warehouse, "the next", wait=0) as is_ours:
        assert is_ours


@pytest.mark.parametrize("spelling", ["warehouse/", "sub/../warehouse", "linked"])
def test_another_spelling_of_the_folder_is_the_same_lock(warehouse: Warehouse, tmp_path: Path, spelling: str) -> None:
    warehouse.root.mkdir()
    (tmp_path / "sub").mkdir()
    (tmp_path / "linked").symlink_to("warehouse")
    with (
        build_lock.locked(warehouse, "one", wait=0),
        pytest.raises(BuildLockError, match="Another build uses"),
        build_lock.locked(Warehouse(tmp_path / spelling), "two", wait=0),
    ):
        pytest.fail("two builds have the warehouse")
    with (
        build_lock.locked(warehouse, "one", wait=0),
        build_lock.locked(Warehouse(tmp_path / "elsewhere"), "two", wait=0) as is_ours,
    ):
        assert is_ours, "another warehouse is another lock"


def test_a_lock_file_that_was_removed_is_not_waited_for_and_not_shared(warehouse: Warehouse) -> None:
    with build_lock.locked(warehouse, "one", wait=0):
        build_lock.lock_file(warehouse).unlink()
        with (
            build_lock.locked(warehouse, "two", wait=0),
            pytest.raises(BuildLockError, match="two"),
            build_lock.locked(warehouse, "three", wait=0),
        ):
            pytest.fail("two builds have the same file")


_PARENT = """
import os, sys
from pathlib import Path
from capex_pipeline import SettingError
from capex_pipeline.storage import build_lock
from capex_pipeline.storage.warehouse import Warehouse
with build_lock.locked(Warehouse(Path(sys.argv[1])), "a build", wait=0):
    if os.fork() == 0:
        print("ready", flush=True)
    sys.stdin.read()  # until the test ends, both of them
"""


def test_a_child_that_outlives_a_killed_build_does_not_keep_the_lock(warehouse: Warehouse) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(warehouse.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None and parent.stdout.readline() == "ready\n"
    with pytest.raises(BuildLockError, match="a build"), build_lock.locked(warehouse, "the next", wait=0):
        pytest.fail("two builds have the warehouse")
    parent.kill()
    parent.wait()
    with build_lock.locked(warehouse, "the next", wait=0) as is_ours:
        assert is_ours
    parent.communicate()


def test_a_folder_that_cannot_be_written_has_no_lock_to_take(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.staging().mkdir(parents=True)
    real = os.open

    def refusing(path: object, flags: int, *rest: int) -> int:
        if flags & os.O_CREAT:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, flags, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", refusing)
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
    with build_lock.locked(warehouse, "a reader", wait=0) as is_ours:
        assert not is_ours
    monkeypatch.undo()
    build_lock.lock_file(warehouse).touch()
    monkeypatch.setattr(os, "open", refusing)
    with (
        build_lock.locked(warehouse, "one", wait=0) as is_ours,
        pytest.raises(BuildLockError, match="its lock file does not say which"),
        build_lock.locked(warehouse, "two", wait=0),
    ):
        assert is_ours, "a file of another user can be locked all the same"
        pytest.fail("two builds have the warehouse")


def test_a_lock_file_that_cannot_be_opened_is_no_permission_to_build(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of another user that only its owner may read."""
    path = build_lock.lock_file(warehouse)
    path.parent.mkdir(parents=True)
    path.touch()
    real = os.open

    def refusing(opened: object, flags: int, *rest: int) -> int:
        if opened == path:
            raise PermissionError(13, "Permission denied", str(path))
        return real(opened, flags, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", refusing)
    with (
        pytest.raises(BuildLockError, match=r"cannot be opened: Permission denied at .*build as the owner"),
        build_lock.locked(warehouse, "another user", wait=0),
    ):
        pytest.fail("two builds have the warehouse")


def test_a_full_disk_is_said_with_what_to_do(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: object, flags: int, *rest: int) -> int:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(os, "open", full)
    with (
        pytest.raises(
            BuildLockError, match=r"cannot be created: No space left on device at .*build\.lock.*check space"
        ),
        build_lock.locked(warehouse, "a build", wait=0),
    ):
        pytest.fail("there is no lock")


def test_how_long_to_wait_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(build_lock.WAIT_VARIABLE, raising=False)
    assert build_lock.usual_wait() == 600
    monkeypatch.setenv(build_lock.WAIT_VARIABLE, "2.5")
    assert build_lock.usual_wait() == 2.5
    for wrong in ("-1", "soon", "nan", "inf"):
        monkeypatch.setenv(build_lock.WAIT_VARIABLE, wrong)
        with pytest.raises(SettingError, match=f"CAPEX_PIPELINE_BUILD_WAIT is {wrong}; write a number of seconds"):
            build_lock.usual_wait()


def test_an_object_store_is_locked_on_this_machine_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Bucket:
        """An address that is not a folder."""

        def __init__(self, text: str) -> None:
            self.text = text

        def __str__(self) -> str:
            return self.text

    monkeypatch.setattr(build_lock.tempfile, "gettempdir", lambda: str(tmp_path))
    one, two = (Warehouse(Bucket(f"s3://bucket/{name}")) for name in ("one", "two"))  # type: ignore[arg-type]
    with build_lock.locked(one, "a build", wait=0), build_lock.locked(two, "another warehouse", wait=0) as is_ours:
        assert is_ours
        with (
            pytest.raises(BuildLockError, match="Another build uses s3://bucket/one: process"),
            build_lock.locked(one, "b", 0),
        ):
            pytest.fail("two builds of this machine have the prefix")
    assert len(list(tmp_path.glob("capex_pipeline.*.lock"))) == 2


@pytest.mark.parametrize("damage", ["folder", "link", "link to nowhere"])
def test_a_path_that_is_no_lock_file_is_moved_aside(warehouse: Warehouse, tmp_path: Path, damage: str) -> None:
    path = build_lock.lock_file(warehouse)
    path.parent.mkdir()
    elsewhere = tmp_path / "elsewhere"
    if damage == "folder":
        path.mkdir()
        (path / "a file in it").touch()
    else:
        path.symlink_to(elsewhere)
    if damage == "link":
        elsewhere.write_bytes(b"of somebody else")
    sentences: list[str] = []
    with build_lock.locked(warehouse, "a build", wait=0, say=sentences.append) as is_ours:
        assert is_ours and path.is_file() and not path.is_symlink()
    assert sentences == [f"{path} is not a lock file; it was moved to {path}.set-aside."]
    assert damage != "link" or elsewhere.read_bytes() == b"of somebody else"


def test_a_file_in_place_of_the_staging_folder_is_moved_aside(warehouse: Warehouse) -> None:
    staging = warehouse.staging()
    staging.write_bytes(b"a file")
    sentences: list[str] = []
    with build_lock.locked(warehouse, "a build", wait=0, say=sentences.append) as is_ours:
        assert is_ours
    assert sentences == [f"{staging} is not a folder; it was moved to {staging}.set-aside."]
    assert Path(f"{staging}.set-aside").read_bytes() == b"a file"


def test_a_holder_is_told_what_else_was_moved_aside(warehouse: Warehouse) -> None:
    warehouse.staging().mkdir()
    (warehouse.staging() / "candidate").write_bytes(b"no folder")
    (warehouse.staging() / ".capex.parquet.x.part").write_bytes(b"of a killed build")
    sentences: list[str] = []
    with build_lock.locked(warehouse, "a build", wait=0, say=sentences.append):
        assert sorted(path.name for path in warehouse.staging().iterdir()) == ["build.lock", "candidate.set-aside"]
    assert len(sentences) == 1 and "candidate is not a folder; it was moved to" in sentences[0]
