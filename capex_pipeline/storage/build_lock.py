"""One build at a time on one warehouse: a lock that lasts for a whole run and ends with its process.

Add here what concerns taking the lock, waiting for it and describing its holder. Work under the lock belongs to the caller, except removing
leftovers of a killed build (`Warehouse.clear_leftovers`), which only a holder of the lock may do.

The lock is the system's own (flock) on a file in the warehouse's staging folder, through which every replacement goes: a process that
cannot open the file there cannot replace a table either. The system releases the lock when the process ends, so nothing is left to clean
up; the content of the file only describes the holder. An object store has no such lock: there a file in this machine's folder for temporary
files makes the builds of this machine wait for each other, and nothing prevents a build on another machine.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import logging
import os
import socket
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from capex_pipeline import CapexPipelineError, SettingError
from capex_pipeline.storage import files as storage_files

if TYPE_CHECKING:
    from capex_pipeline.storage.warehouse import Warehouse

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

WAIT_VARIABLE = "CAPEX_PIPELINE_BUILD_WAIT"
WAIT_SECONDS = 600.0
"""How many seconds a build waits for another one by default."""

NAME = "build.lock"
_PAUSE = 0.2
_LONGEST_NOTE = 4096
_NOT_WRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS)
_open_files: set[int] = set()
_log = logging.getLogger(__name__)


class BuildLockError(CapexPipelineError, RuntimeError):
    """Another build uses the warehouse, or the lock file cannot be made. The message says which, and what to do."""


def usual_wait() -> float:
    """Return the seconds to wait that the environment sets, or WAIT_SECONDS. Raises SettingError for an invalid number."""
    setting = os.environ.get(WAIT_VARIABLE) or str(WAIT_SECONDS)
    try:
        seconds = float(setting)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise SettingError(f"{WAIT_VARIABLE} is {setting}; write a number of seconds, or 0 to fail at once.")
    return seconds


def lock_file(warehouse: Warehouse) -> Path:
    """Return the path of the lock of a warehouse; one file for one folder, whatever links lead there."""
    if storage_files.is_remote(warehouse.root):
        address = hashlib.sha256(str(warehouse.root).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"capex_pipeline.{address}.lock"
    return warehouse.staging() / NAME


@contextlib.contextmanager
def locked(
    warehouse: Warehouse, what: str, wait: float | None = None, say: Callable[[str], object] | None = None
) -> Iterator[bool]:
    """Hold the warehouse for reading and writing during the block.

    what: description of the holder, shown to others ("run 1a2b of build_everything"). wait: seconds to wait for another
    build; None for `usual_wait`. say: receives messages about waiting and damage, as does the log of this module
    (standard error, unless set up otherwise).

    Yields False if there is no lock to take: the folder cannot be written (so no table can be replaced either), or the
    system or file system has no locks; the latter is reported.

    Leftovers of a killed build are removed, and damaged files are moved aside and reported. The block is not entered,
    and BuildLockError is raised, if another build did not end in time or the file cannot be made; WarehouseError is
    raised if a damaged file cannot be moved.
    """
    seconds = usual_wait() if wait is None else wait
    tell = _teller(say)
    handle = _acquire(warehouse, lock_file(warehouse), seconds, tell)
    if handle is None:
        yield False
        return
    _open_files.add(handle)
    try:
        _write_note(handle, what)
        for sentence in warehouse.clear_leftovers():
            tell(sentence)
        yield True
    finally:
        _open_files.discard(handle)
        _write_note(handle, None)
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_UN)  # a child that was just forked may still have a copy
        os.close(handle)


def _teller(say: Callable[[str], object] | None) -> Callable[[str], None]:
    def tell(line: str) -> None:
        _log.warning(line)
        if say is not None:
            say(line)

    return tell


def _acquire(warehouse: Warehouse, path: Path, seconds: float, tell: Callable[[str], None]) -> int | None:
    if fcntl is None:
        tell(f"This system has no lock for {warehouse.root}; make sure that only one build runs.")
        return None
    start, waited_for = time.monotonic(), ""
    while True:
        handle = _opened(warehouse, path, tell)
        if handle is None:
            return None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _read_note(handle)
            os.close(handle)
        except OSError as error:
            os.close(handle)
            if error.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS):
                raise
            tell(f"The file system of {path} has no locks ({error.strerror}); make sure that only one build runs.")
            return None
        else:
            if _is_still_there(handle, path):
                if waited_for:
                    tell(f"The other build of {warehouse.root} has ended; this one starts.")
                return handle
            os.close(handle)  # the file was removed in the meantime: others would lock a new one
            continue
        passed = time.monotonic() - start
        if passed >= seconds:
            raise BuildLockError(
                f"Another build uses {warehouse.root}: {holder}. This one waited {passed:.0f} s and gave up; nothing was read or "
                f"written. Wait until the other one ends and build again; {WAIT_VARIABLE} sets how many seconds a build waits."
            )
        if holder != waited_for:
            tell(f"Waiting for another build of {warehouse.root}: {holder}. Giving up in {seconds - passed:.0f} s.")
            waited_for = holder
        time.sleep(min(_PAUSE, seconds - passed))


def _opened(warehouse: Warehouse, path: Path, tell: Callable[[str], None]) -> int | None:
    try:
        path.parent.parent.mkdir(parents=True, exist_ok=True)
        _make_way(path.parent, "is not a folder", _is_no_folder, tell)
        path.parent.mkdir(exist_ok=True)
        _make_way(path, "is not a lock file", _is_no_file, tell)
        return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
    except OSError as error:
        if error.errno not in _NOT_WRITABLE:
            raise BuildLockError(
                f"The lock of {warehouse.root} cannot be created: {error.strerror or error} at {path}. Nothing was read or written; "
                "check space and permissions and build again."
            ) from error
    try:  # another user made the file; it can still be locked
        return os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError as error:
        if not os.path.lexists(path) and not os.access(path.parent, os.W_OK):
            return None
        raise BuildLockError(
            f"The lock of {warehouse.root} cannot be opened: {error.strerror or error} at {path}. Nothing was read or written, because another "
            "user may be building; build as the owner of the file, or let its owner make it readable for others (chmod a+r)."
        ) from error


def _is_no_folder(path: Path) -> bool:
    return os.path.lexists(path) and not path.is_dir()


def _is_no_file(path: Path) -> bool:
    try:
        return not stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def _make_way(path: Path, why: str, is_damaged: Callable[[Path], bool], tell: Callable[[str], None]) -> None:
    """Move a damaged path aside. The folder around it is locked during the move, because another build that saw the
    same damage would move the new lock file of this one. Raises OSError.
    """
    if not is_damaged(path):
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if is_damaged(path):
            tell(f"{path} {why}; it was moved to {storage_files.set_aside(path, path.parent)}.")
    finally:
        os.close(folder)


def _is_still_there(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _write_note(handle: int, what: str | None) -> None:
    """Write into the file who holds the lock; None for nobody. Errors are ignored, as on a full disk or a read-only
    file.
    """
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    note = {"process": os.getpid(), "host": socket.gethostname(), "what": what, "since": since}
    with contextlib.suppress(OSError):
        os.ftruncate(handle, 0)
        if what is not None:
            os.pwrite(handle, json.dumps(note).encode(), 0)


def _read_note(handle: int) -> str:
    try:
        note = json.loads(os.pread(handle, _LONGEST_NOTE, 0))
        host = "" if note["host"] == socket.gethostname() else f" on {note['host']}"
        return f"process {note['process']}{host}, {note['what']}, since {note['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "its lock file does not say which"


def _forget_in_child() -> None:
    # A child process holds the lock too until it closes its copy; one that outlives a killed build must not block the next.
    for handle in _open_files:
        with contextlib.suppress(OSError):
            os.close(handle)
    _open_files.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)
