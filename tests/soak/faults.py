"""Faults at single system calls: the n-th call that changes a folder kills this process, loses power, or fails.

This module counts the calls that create, write, flush, rename, link or remove below a folder, and injects a fault at
one of them. What is built meanwhile is in `tests/soak/building.py`; the result is compared in `tests/soak/states.py`.

Calls are intercepted where Python makes them (functions of `os`, and the raw file below every buffer), so every call
that reaches the system from Python code is counted; `tests/soak/test_faults.py` compares the count with the system
calls that the operating system reports. The module is only for a process that ends afterwards, because nothing is
restored.
"""

from __future__ import annotations

import builtins
import contextlib
import errno
import io
import os
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KILLS = ("before", "half", "after", "power")
"""Killed before the call; with half of the bytes written; after the call; after the call, and all that was not flushed is lost."""

ERRORS = {
    "ENOSPC": errno.ENOSPC,
    "EIO": errno.EIO,
    "EDQUOT": errno.EDQUOT,
    "EROFS": errno.EROFS,
    "EACCES": errno.EACCES,
}
"""Errors that a call fails with, once."""

FULL = "full"
"""From that call on the disk is full: nothing can be created or written, but renamed and removed."""

WAYS = (*KILLS, *ERRORS, FULL)

_NAMES_TAKE_PLACE = {"mkdir", "create", "write", "link", "fsync"}
"""Calls that a full disk refuses."""


@dataclass
class Injector:
    """Counts the calls below `root`, and does harm at number `at` (from 1; 0: only counts)."""

    root: Path
    way: str = ""
    at: int = 0
    calls: list[str] = field(default_factory=list)
    _real: dict[str, Any] = field(default_factory=dict)
    _unflushed: set[int] = field(default_factory=set)

    def install(self) -> None:
        """Puts itself between Python and the system, for the rest of this process."""
        self.root = self.root.resolve()
        for name in ("replace", "rename", "link", "unlink", "remove", "mkdir", "rmdir", "chmod", "truncate"):
            self._real[name] = getattr(os, name)
            setattr(os, name, self._of_path(name))
        for name in ("fsync", "ftruncate", "pwrite", "write"):
            self._real[name] = getattr(os, name)
            setattr(os, name, self._of_handle(name))
        self._real["open"] = os.open
        os.open = self._os_open  # type: ignore[assignment]
        self._real["io_open"] = io.open
        io.open = builtins.open = self._io_open  # type: ignore[assignment]

    def call(self, name: str, path: str, do: Callable[[], Any], half: Callable[[], Any] | None = None) -> Any:
        """Does a call, or harm. half: does a part of it."""
        self.calls.append(f"{name} {os.path.relpath(path, self.root)}")
        number = len(self.calls)
        if self.way == FULL and 0 < self.at <= number and name in _NAMES_TAKE_PLACE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
        if number != self.at or self.way == FULL:
            return do()
        if self.way in ERRORS:
            if half is not None:
                half()
            raise OSError(ERRORS[self.way], os.strerror(ERRORS[self.way]), path)
        try:
            if self.way == "half" and half is not None:
                half()
            elif self.way in ("after", "power"):
                with contextlib.suppress(FileExistsError):  # it is one that makes sure of a folder
                    do()
                if self.way == "power":
                    self._lose_unflushed()
        except BaseException:
            # The code around must not take this for an error of the disk.
            traceback.print_exc()
            os._exit(3)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("a killed process goes on")

    def is_watched(self, path: str) -> bool:
        """Whether it lies below the folder."""
        return path.startswith(f"{self.root}{os.sep}")

    def changed(self, handle: int) -> None:
        """The bytes of this open file are not on disk yet."""
        self._unflushed.add(os.fstat(handle).st_ino)

    def _lose_unflushed(self) -> None:
        for folder, _, names in os.walk(self.root):
            for name in names:
                path = os.path.join(folder, name)  # noqa: PTH118 - pathlib goes through the functions that are replaced
                if os.lstat(path).st_ino in self._unflushed:
                    self._real["truncate"](path, 0)

    def _of_path(self, name: str) -> Callable[..., Any]:
        real = self._real[name]

        def replaced(path: Any, *arguments: Any, **named: Any) -> Any:
            # The last name counts: of two, it is the one that is made.
            last = arguments[0] if name in ("replace", "rename", "link") and arguments else path
            where = _absolute(last, named.get("dir_fd"))
            if not self.is_watched(where):
                return real(path, *arguments, **named)
            return self.call(name, where, lambda: real(path, *arguments, **named))

        return replaced

    def _of_handle(self, name: str) -> Callable[..., Any]:
        real = self._real[name]

        def replaced(handle: int, *arguments: Any) -> Any:
            where = _path_of(handle)
            if not self.is_watched(where) and where != str(self.root):
                return real(handle, *arguments)

            def do() -> Any:
                done = real(handle, *arguments)
                if name == "fsync":
                    self._unflushed.discard(os.fstat(handle).st_ino)
                else:
                    self.changed(handle)
                return done

            return self.call(name, where, do)

        return replaced

    def _os_open(self, path: Any, flags: int, *arguments: Any, **named: Any) -> int:
        where = _absolute(path, named.get("dir_fd"))
        real = self._real["open"]
        if not flags & (os.O_CREAT | os.O_TRUNC) or not self.is_watched(where):
            return int(real(path, flags, *arguments, **named))
        return int(self.call("create", where, lambda: real(path, flags, *arguments, **named)))

    def _io_open(self, file: Any, mode: str = "r", buffering: int = -1, *arguments: Any, **named: Any) -> Any:
        real = self._real["io_open"]
        where = _path_of(file) if isinstance(file, int) else _absolute(file, None)
        if not set(mode) & set("wax+") or not self.is_watched(where):
            return real(file, mode, buffering, *arguments, **named)
        plain = mode.replace("b", "").replace("t", "")
        if isinstance(file, int):
            raw: _Raw = _Raw(self, file, plain)
        else:
            raw = self.call("create", where, lambda: _Raw(self, file, plain))
            self.changed(raw.fileno())
        if "b" in mode:
            return raw if buffering == 0 else io.BufferedWriter(raw)
        encoding, errors, newline = (*arguments, None, None, None)[:3]
        return io.TextIOWrapper(
            io.BufferedWriter(raw), named.get("encoding", encoding), named.get("errors", errors), named.get("newline", newline)
        )  # fmt: skip


class _Raw(io.FileIO):
    """The file below a buffer: each `write` is one system call."""

    def __init__(self, injector: Injector, file: Any, mode: str) -> None:
        super().__init__(file, mode)
        self._injector = injector

    def write(self, data: Any) -> int:
        bytes_of = memoryview(data)

        def whole() -> int:
            written = super(_Raw, self).write(bytes_of)
            self._injector.changed(self.fileno())
            return int(written or 0)

        return int(
            self._injector.call(
                "write",
                _path_of(self.fileno()),
                whole,
                lambda: super(_Raw, self).write(bytes_of[: len(bytes_of) // 2]),
            )
        )


def _path_of(handle: int) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{handle}")  # noqa: PTH115 - as below
    except OSError:
        return ""


def _absolute(path: Any, folder: int | None) -> str:
    if isinstance(path, int):
        return _path_of(path)
    text = os.fsdecode(path)
    if folder is not None:
        text = f"{_path_of(folder)}{os.sep}{text}"
    return text if text.startswith(os.sep) else f"{os.getcwd()}{os.sep}{text}"  # noqa: PTH109 - as above
