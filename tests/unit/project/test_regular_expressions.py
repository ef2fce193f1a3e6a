"""Regular expressions of the package read documents of strangers, so none may repeat a repetition: "(?:x+)+" takes twice as long for each further x."""

from __future__ import annotations

import importlib
import pkgutil
import re
import re._constants as opcodes
import re._parser as parser
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

import capex_pipeline

_REPEATS = (opcodes.MAX_REPEAT, opcodes.MIN_REPEAT)


def repeated_repetitions(pattern: str, flags: int = 0) -> int:
    """How many parts of a pattern are repeated without limit and may be one repetition without limit themselves."""
    return sum(_may_be_a_repetition(body) for body in _repeated(parser.parse(pattern, flags)))


def _repeated(tree: Iterable[Any]) -> Iterator[Any]:
    for code, argument in tree:
        if code in _REPEATS and argument[1] is opcodes.MAXREPEAT:
            yield argument[2]
        for inner in _inner(code, argument):
            yield from _repeated(inner)


def _inner(code: Any, argument: Any) -> list[Any]:
    if code in _REPEATS:
        return [argument[2]]
    if code is opcodes.SUBPATTERN:
        return [argument[3]]
    if code is opcodes.BRANCH:
        return list(argument[1])
    return [argument[1]] if code in (opcodes.ASSERT, opcodes.ASSERT_NOT) else []


def _may_be_a_repetition(body: Any) -> bool:
    """Whether what has to stand in a body, or in one of its choices, is one repetition without limit."""
    required = [(code, argument) for code, argument in body if not (code in _REPEATS and argument[0] == 0)]
    if len(required) != 1:
        return False
    code, argument = required[0]
    if code in _REPEATS:
        return argument[1] is opcodes.MAXREPEAT or _may_be_a_repetition(argument[2])
    return any(_may_be_a_repetition(inner) for inner in _inner(code, argument))


def patterns() -> dict[str, re.Pattern[str]]:
    """Compiled expressions that modules hold by a name, also inside tuples, lists and mappings, by module and name."""
    found: dict[str, re.Pattern[str]] = {}
    for module in pkgutil.walk_packages(capex_pipeline.__path__, "capex_pipeline."):
        for name, value in vars(importlib.import_module(module.name)).items():
            for number, one in enumerate(_held(value)):
                found[f"{module.name}.{name}.{number}"] = one
    return found


def _held(value: Any) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif type(value) is dict:
        yield from _held(list(value.values()))
    elif type(value) in (list, tuple):
        for one in value:
            yield from _held(one)


@pytest.mark.parametrize("pattern", [r"(?:x+)+", r"(?:\s*(?:ab|[*§]+))*", r"(?:a?(?:x{2,})b?)+y"])
def test_a_repeated_repetition_is_found(pattern: str) -> None:
    assert repeated_repetitions(pattern) == 1


@pytest.mark.parametrize("pattern", [r"(?:\s*(?:ab|[*§]))*", r"(?:, ?x+)+", r"(?:x+|ab){2}"])
def test_repetitions_with_a_mark_between_them_are_allowed(pattern: str) -> None:
    assert repeated_repetitions(pattern) == 0


def test_no_expression_of_the_package_repeats_a_repetition() -> None:
    found = patterns()
    assert len(found) > 350
    assert [name for name, one in found.items() if repeated_repetitions(one.pattern, one.flags)] == []
