"""Mutation testing of the rules: change the code in one small way, and see whether a test notices.

What belongs here: the run that tries one small change after another. What does not: the changes (`mutations`), the tests that must
notice (unit/), and what came of it (docs/mutation-testing.md).

    python tests/mutants.py normalise/periods.py normalise/fiscal.py --report mutants.tsv

Every test runs once to learn how long it takes and which functions it calls. Then each mutant gets a process of its own, forked
from one that has everything imported and collected, and meets the tests that call the changed function, the quickest first. Words are not
mutated: a changed column name breaks everything, and a changed sentence nothing.
"""

from __future__ import annotations

import argparse
import ast
import gc
import importlib
import importlib.abc
import importlib.util
import json
import os
import resource
import signal
import sys
import time
import types
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from _pytest.runner import runtestprotocol
from mutations import Mutant, mutants_of, mutated

PROJECT = Path(__file__).resolve().parents[1]
TESTS = ("tests/unit/normalise", "tests/unit/reconcile", "tests/unit/schemas", "tests/unit/test_validation.py")
QUIET = ["-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-W", "ignore", "--no-summary"]
SLOWEST_SECONDS = 9.0
"""Tests that take longer do not take part: they are property tests over many examples, and a run would take days."""
ENOUGH_SECONDS = 2.0
"""A mutant that lives through this much of other files' tests, beside all those of its own module, is taken to survive."""
PATIENCE_SECONDS = 30.0
_SETTING_UP_SECONDS = 0.5

# ------------------------------------------------------------------------------------------------------------- putting in place


def _module_name(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _swap(mutant: Mutant, code: types.CodeType) -> bool:
    """Gives one function the changed code; False where that is not enough."""
    if mutant.function is None:
        return False
    module = sys.modules[_module_name(mutant.path)]
    inner: Any = code
    holder: Any = module
    for name in mutant.function or ():
        inner = next((one for one in inner.co_consts if isinstance(one, types.CodeType) and one.co_name == name), None)
        holder = holder.__dict__.get(name) if inner is not None else None
    while holder is not None and not isinstance(holder, types.FunctionType):
        holder = (
            getattr(holder, "__func__", None) or getattr(holder, "fget", None) or getattr(holder, "__wrapped__", None)
        )
    if holder is None or inner.co_freevars != holder.__code__.co_freevars:
        return False
    holder.__code__ = inner
    for value in list(vars(module).values()):
        if hasattr(value, "cache_clear"):
            value.cache_clear()
    return True


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


# ------------------------------------------------------------------------------------------------------------------------ tests

Function = tuple[str, int]
"""A function's file and first line."""


class Learned:
    """How long each test takes and which functions of the package it calls."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.calls: dict[str, set[Function]] = {}

    def recall(self, path: Path) -> None:
        """What an earlier run learned; only tests that it did not know will run."""
        for test, (seconds, calls) in json.loads(path.read_text(encoding="utf-8")).items():
            self.seconds[test] = seconds
            self.calls[test] = {(str(PROJECT / name), line) for name, line in calls}

    def remember(self, path: Path) -> None:
        """Writes what was learned."""
        known = {
            test: (seconds, sorted((str(Path(name).relative_to(PROJECT)), line) for name, line in self.calls[test]))
            for test, seconds in self.seconds.items()
        }
        path.write_text(json.dumps(known), encoding="utf-8")


class Run:
    """A pytest plugin: in the place of the usual run it learns, and then judges one mutant after another.

    Tests are collected once, before anything forks, so a mutant costs its tests and nothing else.
    """

    def __init__(self, learned: Learned, judge_all: Callable[[Run], None]) -> None:
        self.learned, self.failed = learned, list[str]()
        self.items: dict[str, pytest.Item] = {}
        self._judge_all = judge_all
        self._fixtures: dict[str, set[Function]] = defaultdict(set)
        self._now: set[Function] = set()
        self._folder = str(PROJECT / "capex_pipeline")

    def pytest_collection(self) -> None:
        _hurry()  # before any test is made, and after conftest chose otherwise

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        unknown = [item for item in session.items if item.nodeid not in self.learned.seconds]
        for item, following in zip(unknown, [*unknown[1:], None], strict=False):
            self._learn(item, following)
        if not self.failed:
            gc.collect()
            gc.freeze()  # what is never looked at is never copied
            self._judge_all(self)
        return True

    def _learn(self, item: pytest.Item, following: pytest.Item | None) -> None:
        self._now = set()
        sys.settrace(self._trace)
        reports = runtestprotocol(item, log=False, nextitem=following)
        sys.settrace(None)
        for name in getattr(item, "fixturenames", ()):
            self._now |= self._fixtures[name]
        self.learned.calls[item.nodeid] = self._now
        self.learned.seconds[item.nodeid] = sum(report.duration for report in reports)
        self.failed += [item.nodeid for report in reports if report.failed]

    def _trace(self, frame: types.FrameType, event: str, argument: object) -> None:
        code = frame.f_code
        if code.co_filename.startswith(self._folder):
            self._now.add((code.co_filename, code.co_firstlineno))

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        outer, self._now = self._now, set()
        yield
        self._fixtures[fixturedef.argname] |= self._now
        self._now = outer | self._now


def _hurry() -> None:
    """Property tests take the same examples every time, and do not look for the smallest one that fails."""
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "mutants", derandomize=True, database=None, deadline=None, phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    settings.load_profile("mutants")


def tests_for(mutant: Mutant, learned: Learned, lines: dict[tuple[str, ...], int]) -> list[str]:
    """The tests that call the changed function, the quickest first; of a module-level change, those of the module's own file.

    All those in the file of the module's name come first. Others follow file by file, so that tests which share what they set up
    stay together, until there are enough.
    """
    name, own = str(mutant.path), f"/test_{mutant.path.stem}"
    start = lines.get(mutant.function) if mutant.function else None
    chosen = [
        test
        for test, called in learned.calls.items()
        if learned.seconds[test] <= SLOWEST_SECONDS
        and ((name, start) in called if start else own in test and any(file == name for file, _ in called))
    ]
    mine = sorted((test for test in chosen if own in test), key=lambda test: round(learned.seconds[test] * 4))
    others = sorted(
        (test for test in chosen if own not in test),
        key=lambda test: (learned.seconds[test] > 0.2, test.partition("::")[0]),
    )
    spent, last = 0.0, ""
    enough = mine
    for test in others:
        file = test.partition("::")[0]
        spent += learned.seconds[test] + (_SETTING_UP_SECONDS if file != last else 0.0)
        last = file
        if spent > ENOUGH_SECONDS:
            break
        enough.append(test)
    return enough


def first_lines(path: Path) -> dict[tuple[str, ...], int]:
    """First line of each function and method as its code object has it: the decorator's, where there is one."""
    found = {}
    for top in ast.parse(path.read_text(encoding="utf-8")).body:
        members = [top] if isinstance(top, ast.FunctionDef) else getattr(top, "body", [])
        for one in members:
            if isinstance(one, ast.FunctionDef):
                outer = (top.name,) if isinstance(top, ast.ClassDef) else ()
                found[(*outer, one.name)] = min([one.lineno, *(mark.lineno for mark in one.decorator_list)])
    return found


def judge(mutant: Mutant, tests: list[str], run: Run) -> tuple[str, str]:
    """killed, survived, timeout or untested, and the test that killed it."""
    tests = [test for test in tests if test in run.items]
    if not tests:
        return "untested", ""
    patience = PATIENCE_SECONDS + 8 * sum(run.learned.seconds[test] for test in tests)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _in_child(mutant, tests, run, patience, write)
    os.close(write)
    with os.fdopen(read) as said:
        killer = said.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "timeout", ""
    return ("survived", "") if os.WEXITSTATUS(status) == 0 else ("killed", killer)


def _in_child(mutant: Mutant, tests: list[str], run: Run, patience: float, write: int) -> None:
    signal.setitimer(signal.ITIMER_PROF, patience)  # of processor time; the signal ends the process
    resource.setrlimit(resource.RLIMIT_AS, (12 * 2**30, 12 * 2**30))
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    killer = ""
    try:
        code = mutated(mutant)
        killer = (
            _first_failure([run.items[test] for test in tests]) if _swap(mutant, code) else _anew(mutant, code, tests)
        )
    except BaseException as error:  # whatever a mutant brings about is not this process's business
        killer = f"{type(error).__name__}: {error}"
    os.write(write, killer.encode(errors="replace"))
    os._exit(1 if killer else 0)


def _first_failure(items: list[pytest.Item]) -> str:
    for item, following in zip(items, [*items[1:], None], strict=True):
        if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
            return item.nodeid
    return ""


def _anew(mutant: Mutant, code: types.CodeType, tests: list[str]) -> str:
    """The tests with the package imported again: a module-level change is in everything that was made from it."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None) or ""
        if name.partition(".")[0] == "capex_pipeline" or (
            file.startswith(str(PROJECT / "tests")) and name != "__main__"
        ):
            del sys.modules[name]
    sys.meta_path.insert(0, _Changed(_module_name(mutant.path), mutant.path, code))

    class Chosen:
        killer = ""

        def pytest_collection(self) -> None:
            _hurry()

        def pytest_runtestloop(self, session: pytest.Session) -> bool:
            found = {item.nodeid: item for item in session.items}
            self.killer = _first_failure([found[test] for test in tests if test in found])
            return True

    chosen = Chosen()
    status = pytest.main([*QUIET, *sorted({test.partition("::")[0] for test in tests})], plugins=[chosen])
    return chosen.killer or ("" if status == 0 else f"pytest says {status!r}")


# -------------------------------------------------------------------------------------------------------------------------- run


def main(arguments: list[str] | None = None, say: Callable[[str], None] = print) -> int:
    """Runs the mutants of the named files (relative to capex_pipeline/); returns 0, or 1 where a test fails without any."""
    parser = argparse.ArgumentParser(description="Mutation testing of the rules.")
    parser.add_argument("files", nargs="*", help="files under capex_pipeline/, for example normalise/periods.py")
    parser.add_argument("--report", type=Path, help="file for a line per mutant, tab-separated")
    parser.add_argument("--only", type=Path, help="a report; what it does not call killed is tried again")
    parser.add_argument("--learned", type=Path, help="file that keeps what the first run learned about the tests")
    parser.add_argument("--part", default="1/1", help="2/3: of every three mutants the second")
    parser.add_argument("--count", action="store_true", help="only count the mutants")
    options = parser.parse_args(arguments)
    paths = [PROJECT / "capex_pipeline" / name for name in options.files]
    every = [mutant for path in paths for mutant in mutants_of(path)]
    if options.only:
        open_ones = {
            _without_line(line)
            for line in options.only.read_text(encoding="utf-8").splitlines()
            if line.startswith(("survived", "untested", "timeout"))
        }
        every = [mutant for mutant in every if _without_line(_line("", mutant, "")) in open_ones]
    number, whole = map(int, options.part.split("/"))
    every = [mutant for place, mutant in enumerate(every) if place % whole == number - 1]
    if options.count:
        for path in paths:
            say(f"{path.name}\t{sum(mutant.path == path for mutant in every)}")
        return 0
    os.chdir(PROJECT)
    sys.path.insert(0, str(PROJECT))
    learned = Learned()
    if options.learned and options.learned.exists():
        learned.recall(options.learned)
    for path in paths:
        importlib.import_module(_module_name(path))

    def judge_all(run: Run) -> None:
        if options.learned:
            learned.remember(options.learned)
        report = options.report.open("a", encoding="utf-8") if options.report else None
        for path in paths:
            _judge_file(path, [one for one in every if one.path == path], run, report, say)

    run = Run(learned, judge_all)
    pytest.main([*QUIET, *TESTS], plugins=[run])
    if run.failed:
        say(f"These tests fail without any mutant: {', '.join(run.failed)}. Mend them first.")
    return 1 if run.failed else 0


def _judge_file(
    path: Path, mutants: list[Mutant], run: Run, report: IO[str] | None, say: Callable[[str], None]
) -> None:
    lines = first_lines(path)
    counts: dict[str, int] = defaultdict(int)
    began = time.monotonic()
    killers: dict[str, int] = defaultdict(int)
    for mutant in mutants:
        # What killed a neighbour is the likeliest to kill this one.
        tests = sorted(tests_for(mutant, run.learned, lines), key=lambda test: -killers[test])
        verdict, killer = judge(mutant, tests, run)
        killers[killer] += 1
        counts[verdict] += 1
        if report:
            print(_line(verdict, mutant, killer), file=report, flush=True)
    told = ", ".join(f"{number} {verdict}" for verdict, number in sorted(counts.items()))
    say(f"{path.relative_to(PROJECT)}: {len(mutants)} mutants, {told}, {time.monotonic() - began:.0f} s")


def _without_line(text: str) -> tuple[str, ...]:
    """What names a mutant in a report though the file has changed elsewhere."""
    parts = text.split("\t")
    return (parts[1], *parts[3:7])


def _line(verdict: str, mutant: Mutant, killer: str) -> str:
    place = ".".join(mutant.function or ("(module)",))
    file = str(mutant.path.relative_to(PROJECT / "capex_pipeline"))
    return "\t".join(
        [verdict, file, str(mutant.line), place, mutant.kind, mutant.before, mutant.after, " ".join(killer.split())]
    )


if __name__ == "__main__":
    raise SystemExit(main())
