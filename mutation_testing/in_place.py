"""Replaces loaded code by a mutant.

This module gives a function changed code, gives a module changed constants, or imports everything again if neither is
enough. The changes are listed in `mutations.py`; `__main__.py` chooses the tests that run against a mutant.
"""

from __future__ import annotations

import ast
import builtins
import importlib.abc
import importlib.util
import inspect
import sys
import types
from pathlib import Path
from typing import Any

from mutation_testing.mutations import Mutant

PROJECT = Path(__file__).resolve().parents[1]
PACKAGE = "capex_pipeline"


def module_name(path: Path) -> str:
    """The name under which a file of the project is imported."""
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def loaded(folder: str) -> list[types.ModuleType]:
    """The loaded modules of a folder of the project."""
    start = str(PROJECT / folder)
    return [one for one in list(sys.modules.values()) if (getattr(one, "__file__", None) or "").startswith(start)]


def forget_answers(modules: list[types.ModuleType]) -> None:
    """Empties what functions remember of earlier calls."""
    for module in modules:
        for value in list(vars(module).values()):
            if hasattr(value, "cache_clear") and getattr(value, "__module__", None) == module.__name__:
                value.cache_clear()


def change_function(mutant: Mutant, code: types.CodeType) -> bool:
    """Gives one function the changed code; False where that is not enough."""
    if mutant.function is None:
        return False
    inner: Any = code
    holder: Any = sys.modules[module_name(mutant.path)]
    for name in mutant.function:
        inner = next((one for one in inner.co_consts if isinstance(one, types.CodeType) and one.co_name == name), None)
        holder = holder.__dict__.get(name) if inner is not None else None
    while holder is not None and not isinstance(holder, types.FunctionType):
        holder = (
            getattr(holder, "__func__", None) or getattr(holder, "fget", None) or getattr(holder, "__wrapped__", None)
        )
    if holder is None or inner.co_freevars != holder.__code__.co_freevars:
        return False
    holder.__code__ = inner
    return True


def change_constants(mutant: Mutant, code: types.CodeType) -> bool:
    """Gives a module, and all that took constants from it, the values that the changed text of the module makes.

    False where that is not enough: where a class changed, where a test took the changed value, or where no value differs.
    """
    if mutant.function is not None or mutant.in_class:
        return False
    waiting = [(sys.modules[module_name(mutant.path)], code)]
    changed = False
    while waiting:
        module, text = waiting.pop(0)
        new: dict[str, Any] = {
            "__name__": module.__name__,
            "__file__": module.__file__,
            "__package__": module.__package__,
        }
        exec(text, new)
        for name, value in new.items():
            old = module.__dict__.get(name)
            if name.startswith("__") or isinstance(value, types.ModuleType) or inspect.isclass(value) or old is value:
                continue
            if callable(value) and hasattr(value, "__name__"):
                before, after = inspect.unwrap(old), inspect.unwrap(value)
                if getattr(before, "__defaults__", None) != getattr(after, "__defaults__", None):
                    before.__defaults__ = after.__defaults__
                    changed = True
            elif not _equal(old, value):
                changed = True
                module.__dict__[name] = value
                if any(_taken(test, name, old) for test in loaded("tests")):
                    return False
                for user in loaded(PACKAGE):
                    taken = _taken(user, name, old)
                    if user is module or not taken:
                        continue
                    vars(user).update(dict.fromkeys(taken, value))
                    source = Path(str(user.__file__)).read_text(encoding="utf-8")
                    waiting.append((user, compile(source, str(user.__file__), "exec")))
    return changed


def _taken(user: types.ModuleType, name: str, old: object) -> list[str]:
    """The names under which a module holds a value of another module. Small values are the same object everywhere."""
    if isinstance(old, bool | str | int | float | None):
        return [name] if name in vars(user) and _equal(vars(user)[name], old) else []
    return [as_name for as_name, one in vars(user).items() if one is old]


def _equal(one: object, other: object) -> bool:
    try:
        return type(one) is type(other) and bool(one == other)
    except Exception:  # no plain answer: arrays, frames
        return False


class Noting(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads the package's modules with a first line in each function that notes the call; tracing would take many times as long.

    Attribute called: file and name of each function that was called, to be emptied by who reads it.
    """

    def __init__(self) -> None:
        self.called: set[tuple[str, str]] = set()
        vars(builtins)["_noted_calls"] = self.called

    def find_spec(self, fullname: str, path: object, target: object = None) -> Any:
        if not fullname.startswith(f"{PACKAGE}."):
            return None
        file = PROJECT.joinpath(*fullname.split("."))
        file = file / "__init__.py" if file.is_dir() else file.with_suffix(".py")
        folder = [str(file.parent)] if file.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(fullname, file, loader=self, submodule_search_locations=folder)

    def exec_module(self, module: types.ModuleType) -> None:
        file = str(module.__file__)
        tree = ast.parse(Path(file).read_text(encoding="utf-8"))
        for top in tree.body:
            for one in top.body if isinstance(top, ast.ClassDef) else [top]:
                if isinstance(one, ast.FunctionDef):
                    name = f"{top.name}.{one.name}" if isinstance(top, ast.ClassDef) else one.name
                    (note,) = ast.parse(f"_noted_calls.add({(file, name)!r})").body
                    for part in ast.walk(note):
                        ast.copy_location(part, one.body[0])
                    one.body.insert(1 if ast.get_docstring(one) is not None else 0, note)
        exec(compile(tree, file, "exec"), module.__dict__)


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module from code that is at hand."""

    def __init__(self, name: str, path: Path, code: types.CodeType) -> None:
        self._name, self._path, self._code = name, path, code

    def find_spec(self, fullname: str, path: object, target: object = None) -> Any:
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._path, loader=self)

    def exec_module(self, module: types.ModuleType) -> None:
        exec(self._code, module.__dict__)


def forget_modules(mutant: Mutant, code: types.CodeType) -> None:
    """The package and its tests will be imported again, the changed module from the changed code."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None) or ""
        if name.partition(".")[0] == PACKAGE or (file.startswith(str(PROJECT / "tests")) and name != "__main__"):
            del sys.modules[name]
    sys.meta_path.insert(0, _Changed(module_name(mutant.path), mutant.path, code))
