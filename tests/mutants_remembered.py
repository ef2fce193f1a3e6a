"""Answers that a mutant cannot have changed are not computed again for each mutant.

What belongs here: remembering what slow helpers of the tests gave, and which functions of the package they called for it. What does
not: which helpers (`mutants`).
"""

from __future__ import annotations

import copy
import functools
import pickle
from collections.abc import Callable
from typing import Any

Function = tuple[str, str]
"""A function's file and its name there."""


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
