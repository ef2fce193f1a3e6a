"""Docstrings name modules that exist, and module docstrings are written as sentences."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from builders import PROJECT

PACKAGE = PROJECT / "capex_pipeline"
FOLDERS = [PACKAGE, PROJECT / "tests", PROJECT / "benchmarks"]
ROOMS = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
FILES = sorted(path for folder in FOLDERS for path in folder.rglob("*.py"))
SUFFIXES = ("html", "xlsx", "json", "yaml", "csv", "md", "toml", "parquet", "sql")
NOTES = re.compile(r"\b(?:What belongs here|What does not:|Belongs here:|Does not belong here:|Leaves out|Covers )")


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _definitions(module: ast.Module) -> set[str]:
    """The names that a module defines or imports at its top level."""
    names: set[str] = set()
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            names |= {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
    return names


def _is_defined(path: Path, name: str) -> bool:
    return path.is_file() and name in _definitions(_tree(path))


def _exists(name: str) -> bool:
    """Whether `room/module.py`, `room/module`, `room.module` or `room.module.name` is something that this project has."""
    parts = name.removesuffix(".py").replace("/", ".").split(".")
    base = PACKAGE.joinpath(*parts)
    if base.is_dir() or base.with_suffix(".py").is_file():
        return True
    owner = base.parent
    return _is_defined(owner.with_suffix(".py"), parts[-1]) or _is_defined(owner / "__init__.py", parts[-1])


def names_of_modules(docstring: str) -> Iterator[str]:
    """The names between backticks that look like a module of a package of ours, or like a file of tests or benchmarks."""
    for name in re.findall(r"`([\w/.]+)(?=`)", docstring):
        first, *rest = re.split(r"[/.]", name.removeprefix("capex_pipeline.").removeprefix("capex_pipeline/"))
        if first in ROOMS and rest and rest[-1] not in SUFFIXES:
            yield name.removeprefix("capex_pipeline.").removeprefix("capex_pipeline/")
        elif name.endswith(".py") and first in ("tests", "benchmarks"):
            yield name


def missing_modules(docstring: str) -> list[str]:
    """The names of modules in a docstring that do not exist."""
    return [
        name
        for name in names_of_modules(docstring)
        if not (_exists(name) or (name.endswith(".py") and (PROJECT / name).is_file()))
    ]


def _docstrings(path: Path) -> Iterator[tuple[int, str]]:
    """The docstrings of a file with their lines; none where the whole text of the file names no missing module, for parsing takes long."""
    if not missing_modules(path.read_text(encoding="utf-8")):
        return
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node)
            if docstring:
                yield getattr(node, "lineno", 1), docstring


def test_docstrings_name_modules_that_exist() -> None:
    wrong = [
        f"{path.relative_to(PROJECT)}:{line} names `{name}`, which does not exist; write the present path"
        for path in FILES
        for line, docstring in _docstrings(path)
        for name in missing_modules(docstring)
    ]
    assert wrong == []


def test_module_docstrings_are_sentences_about_content_and_neighbours() -> None:
    wrong = [
        f"{path.relative_to(PROJECT)} has {phrase.group()!r}; say in sentences what the module contains, when to add to "
        "it, and which module contains the rest"
        for path in FILES
        if NOTES.search(path.read_text(encoding="utf-8"))  # parsing takes long
        and (docstring := ast.get_docstring(_tree(path)))
        and (phrase := NOTES.search(docstring))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "name", ["release/comparison.py", "normalise.fiscal", "sources.filers", "values.periods.nothing"]
)
def test_missing_modules_are_found(name: str) -> None:
    assert missing_modules(f"Differences are listed in `{name}`.") == [name]


@pytest.mark.parametrize(
    "name",
    [
        "release/diff.py", "values.periods", "values.periods.parse_period", "schemas.TABLES", "orchestration/assets/tables.py",
        "report.html", "reference/text.yaml", "tests/builders.py", "capex_pipeline.refresh", "known_to", "edgar_bulk/",
    ],
)  # fmt: skip
def test_other_names_are_accepted(name: str) -> None:
    assert missing_modules(f"See `{name}`.") == []
