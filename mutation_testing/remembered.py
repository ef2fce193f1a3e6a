"""Stores between mutants what tests call, how long they take, and results that a mutant cannot have changed.

Which helpers' results are stored, and which tests run against a mutant, is decided in `__main__.py`.
"""

from __future__ import annotations

import copy
import functools
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mutation_testing.in_place import PROJECT

Function = tuple[str, str]
"""A function's file and its name there."""


class Learned:
    """How long each test takes and which functions of the package it calls."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.calls: dict[str, set[Function]] = {}
        self._paces: dict[str, float] = {}

    def recall(self, path: Path) -> None:
        """What an earlier run learned; only tests that it did not know will run."""
        for test, (seconds, calls) in json.loads(path.read_text(encoding="utf-8")).items():
            self.seconds[test] = seconds
            self.calls[test] = {(str(PROJECT / name), line) for name, line in calls}

    def pace(self, test: str) -> float:
        """Mean time of the tests in a test's file."""
        file = test.partition("::")[0]
        if file not in self._paces:
            own = [seconds for one, seconds in self.seconds.items() if one.partition("::")[0] == file]
            self._paces[file] = sum(own) / len(own)
        return self._paces[file]

    def remember(self, path: Path) -> None:
        """Writes what was learned."""
        known = {
            test: (seconds, sorted((str(Path(name).relative_to(PROJECT)), line) for name, line in self.calls[test]))
            for test, seconds in self.seconds.items()
        }
        path.write_text(json.dumps(known), encoding="utf-8")


class Memory:
    """What helpers gave, until something that they called is changed."""

    def __init__(self, called: set[Function]) -> None:
        """called: the functions that were called, as somebody else notes them."""
        self._called = called
        self._held: dict[tuple[str, bytes], tuple[Any, set[Function]]] = {}
        self._kept: list[Any] = []  # an object that is gone could share its id with a new one
        self._file: str | None = None
        self._name = ""

    def change(self, file: str, name: str) -> None:
        """From now on a function is another one; no name means anything in the file."""
        self._file, self._name = file, name

    def of(self, helper: Callable[..., Any]) -> Callable[..., Any]:
        """The helper, answering from memory where it can."""

        @functools.wraps(helper)
        def answer(*arguments: Any, **named: Any) -> Any:
            key = (helper.__qualname__, pickle.dumps([_told(one) for one in (*arguments, *named.items())]))
            if key in self._held and not self._is_changed(self._held[key][1]):
                given, called = self._held[key]
            else:
                before = set(self._called)
                self._called.clear()
                given = helper(*arguments, **named)
                called = set(self._called)
                self._called |= before
                if self._file is None:
                    self._held[key] = (given, called)
                    self._kept.append((arguments, named))
            self._called |= called
            return copy.deepcopy(given)

        return answer

    def _is_changed(self, called: set[Function]) -> bool:
        if self._name:
            return (self._file, self._name) in called
        return self._file is not None and any(file == self._file for file, _ in called)


def _told(argument: Any) -> Any:
    """What is equal for equal arguments; an object without a plain text is equal to itself only."""
    if hasattr(argument, "to_csv"):
        return argument.to_csv(), [str(dtype) for dtype in getattr(argument, "dtypes", [])]
    return (
        argument
        if isinstance(argument, str | int | float | list | tuple | dict | None)
        else (type(argument).__name__, id(argument))
    )
