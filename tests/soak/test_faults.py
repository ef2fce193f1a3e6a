"""The injector: it sees every call that changes a folder (the system itself is asked), and does the harm that it is told to."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from capex_pipeline.storage import files as storage_files

from .faults import Injector
from .processes import Child

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the crashes are made by means of Linux")

_WORK = """
import json, shutil, sys, tempfile
from pathlib import Path
from capex_pipeline.storage import files as storage_files
root = Path(sys.argv[1])
if len(sys.argv) > 2:
    from soak.faults import Injector
    injector = Injector(root)
    injector.install()
staging = root / "staging"
staging.mkdir()
storage_files.replace_file(root / "table", lambda stream: [stream.write(b"x" * 5000) for _ in range(9)], staging)
storage_files.write_new(staging / "new", b"bytes")
storage_files.replace_if_changed(root / "small", b"bytes", staging)
(staging / "text").write_text("a line", encoding="utf-8")
(staging / "text").rename(staging / "renamed")
storage_files.remove_all(root, "staging")
if len(sys.argv) > 2:
    print(json.dumps(injector.calls))
"""
_SYSTEM_CALLS = {
    "mkdir": "mkdir", "mkdirat": "mkdir", "rmdir": "rmdir", "unlink": "unlink", "rename": "rename", "link": "link", "linkat": "link",
    "chmod": "chmod", "fchmodat": "chmod", "fsync": "fsync", "write": "write", "renameat": "rename", "renameat2": "rename",
}  # fmt: skip


def test_every_call_that_the_system_saw_is_counted(tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    tests = Path(__file__).resolve().parents[1]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent)]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    log = tmp_path / "log"
    wanted = ",".join([*_SYSTEM_CALLS, "openat", "unlinkat"])
    traced = ["strace", "-f", "-y", "-e", f"trace=?{wanted.replace(',', ',?')}", "-o", str(log)]
    command = [sys.executable, "-c", _WORK]
    done = subprocess.run([*traced, *command, str(tmp_path / "one")], env=environment, capture_output=True, text=True)
    if done.returncode and "ptrace" in done.stderr:
        pytest.skip("processes may not be traced here")
    assert done.returncode == 0, done.stderr
    seen: list[str] = []
    for line in log.read_text().splitlines():
        found = re.match(r"(?:\d+ +)?(\w+)\(", line)
        if found is None or (str(tmp_path / "one") + "/" not in line and f"{tmp_path / 'one'}>" not in line):
            continue
        name = found[1]
        if name == "openat":
            seen += ["create"] if "O_CREAT" in line else []
        elif name == "unlinkat":
            seen.append("rmdir" if "AT_REMOVEDIR" in line else "unlink")
        else:
            seen.append(_SYSTEM_CALLS[name])
    counted = subprocess.run(
        [*command, str(tmp_path / "two"), "count"], env=environment, capture_output=True, text=True
    )
    assert counted.returncode == 0, counted.stderr
    calls = ["rename" if call.startswith("replace") else call.split()[0] for call in json.loads(counted.stdout)]
    assert calls == seen and len(calls) > 25


def _replaced(root: Path) -> str:
    storage_files.replace_file(root / "table", lambda stream: stream.write(b"new" * 1000), root)
    return "done"


def _harmed(root: Path, way: str, at: int) -> Child:
    def work() -> str:
        Injector(root, way, at).install()
        try:
            return _replaced(root)
        except OSError as error:
            return str(error.errno)

    return Child(work, root.parent / "said")


# The calls of one replacement: create, write, fsync, chmod, replace, fsync of the folder.
@pytest.mark.parametrize(
    ("way", "at", "content", "left"),
    [
        ("before", 1, b"old", []),
        ("after", 1, b"old", [0]),
        ("before", 2, b"old", [0]),
        ("half", 2, b"old", [1500]),
        ("after", 2, b"old", [3000]),
        ("power", 2, b"old", [0]),
        ("power", 3, b"old", [3000]),
        ("before", 5, b"old", [3000]),
        ("after", 5, b"new" * 1000, []),
        ("power", 5, b"new" * 1000, []),
    ],
)
def test_a_kill_leaves_what_was_done_until_then(
    tmp_path: Path, way: str, at: int, content: bytes, left: list[int]
) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "table").write_bytes(b"old")
    assert _harmed(root, way, at).end().killed
    assert (root / "table").read_bytes() == content
    assert [path.stat().st_size for path in root.iterdir() if path.name != "table"] == left


@pytest.mark.parametrize(
    ("way", "at", "answer"),
    [("EIO", 3, str(errno.EIO)), ("ENOSPC", 2, str(errno.ENOSPC)), ("full", 1, str(errno.ENOSPC)), ("EIO", 6, "done"), ("EIO", 7, "done")],
)  # fmt: skip
def test_an_error_comes_at_its_call_and_leaves_no_temporary_file(
    tmp_path: Path, way: str, at: int, answer: str
) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "table").write_bytes(b"old")
    assert _harmed(root, way, at).end().answer == answer
    assert [path.name for path in root.iterdir()] == ["table"]
    assert (root / "table").read_bytes() == (b"new" * 1000 if answer == "done" else b"old")


def test_a_file_that_was_never_flushed_is_lost_with_the_power(tmp_path: Path) -> None:
    """Else the trials with power cuts could not fail."""
    root = tmp_path / "root"
    root.mkdir()

    def work() -> None:
        Injector(root, "power", 3).install()
        (root / "between").write_bytes(b"new")  # create, write
        (root / "between").rename(root / "table")

    assert Child(work, tmp_path / "said").end().killed
    assert (root / "table").read_bytes() == b""
