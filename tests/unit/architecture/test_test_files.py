"""What tests/README.md asks of every test file: a name of what and which case, and a reason beside each mark `slow`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[2]
FILES = sorted(TESTS.rglob("test_*.py"))


def slow_marks_without_reason(source: str) -> list[int]:
    """Lines on which `pytest.mark.slow` is not called with a reason of several words."""
    if ".slow" not in source:  # parsing takes long
        return []
    tree = ast.parse(source)
    explained = {
        id(call.func)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and len(call.args) == 1
        and isinstance(call.args[0], ast.Constant)
        and len(str(call.args[0].value).split()) > 1
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "slow"
        and ast.unparse(node) == "pytest.mark.slow"
        and id(node) not in explained
    ]


def names_without_case(source: str) -> Iterator[str]:
    """Tests whose name has one word or two: it says what is tested or which case, and not both."""
    if not re.search(r"def test_[^_(]*(_[^_(]*)?\(", source):  # parsing takes long
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and node.name.count("_") < 3:
            yield node.name


@pytest.mark.parametrize("check", [slow_marks_without_reason, names_without_case])
def test_each_file_has_reasons_and_names(check: object) -> None:
    assert callable(check)
    faults = {path.relative_to(TESTS).as_posix(): list(check(path.read_text(encoding="utf-8"))) for path in FILES}
    assert {path: fault for path, fault in faults.items() if fault} == {}


def test_a_mark_without_a_reason_is_reported() -> None:
    source = 'pytestmark = [pytest.mark.slow, pytest.mark.slow("x"), pytest.mark.slow("starts Spark")]\n'
    assert slow_marks_without_reason(source) == [1, 1]


def test_a_name_of_two_words_is_reported() -> None:
    source = "def test_no_rows(): ...\ndef test_rows_without_a_value(): ...\n"
    assert list(names_without_case(source)) == ["test_no_rows"]
