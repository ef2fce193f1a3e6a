"""Mutation testing: changes the code in one small way at a time and reports whether a test fails.

This module runs one mutant after another. The changes are listed in `mutations.py`, a mutant is loaded by
`in_place.py`, the tests that must fail are in tests/unit, and the results are in
docs/mutation-testing.md.

    python -m mutation_testing normalise/periods.py values/fiscal_calendar.py --report mutants.tsv

Every test runs once to learn which functions it calls and how long it takes. Each mutant then runs in its own process,
forked from one in which everything is imported, collected and set up, against the tests that call the changed function:
first those that detected a change nearby, then the fastest. Texts are not mutated: a changed column name breaks
everything, and a changed sentence breaks nothing.
"""

from __future__ import annotations

import argparse
import gc
import importlib
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
from _pytest.tmpdir import tmppath_result_key

from mutation_testing.in_place import (
    PACKAGE,
    PROJECT,
    Noting,
    change_constants,
    change_function,
    forget_answers,
    forget_modules,
    loaded,
    module_name,
)
from mutation_testing.mutations import Mutant, mutants_of, mutated
from mutation_testing.remembered import Function, Learned, Memory

TESTS = (
    "tests/unit/normalise",
    "tests/unit/reconcile",
    "tests/unit/schemas",
    "tests/unit/values",
    "tests/unit/reference",
)
QUIET = ["-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-W", "ignore", "--no-summary"]
SLOWEST_SECONDS = 3.0
"""Tests that take more processor time, and those marked slow, take part with --slow only."""
ENOUGH_SECONDS = 1.5
"""A mutant that lives through this much of other files' tests, beside all those of its own module, is taken to survive."""
_ENOUGH_AND_SLOW = 60.0
PATIENCE_SECONDS = 8.0
SLOW_HELPERS = (("builders", "evidence_of"), ("capex_pipeline.normalise.figures", "resolve"))
"""Functions that many tests begin with, and that most mutants do not change."""
_MEMORY = 8 * 2**30

# ------------------------------------------------------------------------------------------------------------------------ tests


class _OnlyTheSession:
    """In the place of the test that follows: what a module set up is torn down, and what the session set up stays."""

    def __init__(self) -> None:
        self.session: list[pytest.Session] = []

    def listchain(self) -> list[pytest.Session]:
        return self.session


_ONLY_THE_SESSION = _OnlyTheSession()


class Run:
    """A pytest plugin: in the place of the usual run it learns, and then judges one mutant after another.

    Tests are collected and what whole sessions share is set up once, before anything forks, so a mutant costs its tests and nothing else.
    """

    def __init__(
        self, learned: Learned, prepare: Callable[[], None], judge_all: Callable[[Run], None], *, slow: bool = False
    ) -> None:
        self.learned, self.slow, self.failed = learned, slow, list[str]()
        self.items: dict[str, pytest.Item] = {}
        self.at_import: set[Function] = set()
        """Functions that are called while modules and tests are imported: what they gave then is in constants and parameters."""
        self.for_session: set[Function] = set()
        """Functions that are called while what a whole session shares is set up."""
        self._prepare, self._judge_all = prepare, judge_all
        self._fixtures: dict[str, set[Function]] = defaultdict(set)
        noting = Noting()
        sys.meta_path.insert(0, noting)
        self._called = noting.called
        self.memory = Memory(noting.called)

    def pytest_sessionstart(self) -> None:
        self._prepare()
        for module, name in SLOW_HELPERS:
            holder = importlib.import_module(module)
            setattr(holder, name, self.memory.of(getattr(holder, name)))

    def pytest_collection(self) -> None:
        _hurry()  # before any test is made, and after conftest chose otherwise

    def pytest_collection_finish(self) -> None:
        self.at_import = set(self._called)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        _ONLY_THE_SESSION.session = [session]
        taking_part = [item for item in session.items if self.slow or not item.get_closest_marker("slow")]
        self.items = {item.nodeid: item for item in taking_part}
        unknown = [item for item in taking_part if item.nodeid not in self.learned.seconds]
        shared = self._first_with_each_shared_fixture(taking_part)
        met = [*shared, *(one for one in unknown if one not in shared)]
        for item, following in zip(met, [*met[1:], _ONLY_THE_SESSION], strict=True):
            self._learn(item, following)
        if not self.failed:
            gc.collect()
            gc.freeze()  # what is never looked at is never copied
            self._judge_all(self)
        return True

    def _first_with_each_shared_fixture(self, items: list[pytest.Item]) -> list[pytest.Item]:
        first: dict[str, pytest.Item] = {}
        for item in items:
            for name, found in item._fixtureinfo.name2fixturedefs.items():
                if found[-1].scope == "session" and self.learned.seconds.get(item.nodeid, 0.0) <= SLOWEST_SECONDS:
                    first.setdefault(name, item)
        return list(dict.fromkeys(first.values()))

    def _learn(self, item: Any, following: Any) -> None:
        self._called.clear()
        began = time.process_time()
        fails = _fails(item, following)
        self.learned.seconds[item.nodeid] = time.process_time() - began
        self.learned.calls[item.nodeid] = self._called.union(*(self._fixtures[name] for name in item.fixturenames))
        self.failed += [item.nodeid] if fails else []

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        outer = set(self._called)
        self._called.clear()
        yield
        self._fixtures[fixturedef.argname] |= self._called
        if fixturedef.scope == "session":
            self.for_session |= self._called
        self._called |= outer


def _hurry() -> None:
    """Property tests take the same examples every time, and do not look for the smallest one that fails."""
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "mutants", max_examples=20, derandomize=True, database=None, deadline=None, phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    settings.load_profile("mutants")


def tests_for(mutant: Mutant, run: Run, kills: dict[str, int]) -> list[str]:
    """The tests that call the changed function, or for a change outside of functions any function of the module.

    Those that killed most neighbours come first, then all in the file of the module's name, the quickest first. Others follow file by
    file, so that tests which share what they set up stay together, until there are enough.
    """
    name, own = str(mutant.path), f"/test_{mutant.path.stem}"
    function = ".".join(mutant.function or ())
    is_called_in_tests = function and (name, function) not in run.at_import
    seconds = run.learned.seconds
    chosen = [
        test
        for test, called in run.learned.calls.items()
        if test in run.items
        and (run.slow or seconds[test] <= SLOWEST_SECONDS)
        and ((name, function) in called if is_called_in_tests else any(file == name for file, _ in called))
    ]
    mine = sorted((test for test in chosen if own in test), key=lambda test: (-kills[test], round(seconds[test] * 8)))
    others = sorted(
        (test for test in chosen if own not in test),
        key=lambda test: (
            -kills[test],
            seconds[test] > 0.2,
            run.learned.pace(test),
            test.partition("::")[0],
            seconds[test],
        ),
    )
    enough = []
    for tests, limit in ((mine, ENOUGH_SECONDS * 3), (others, ENOUGH_SECONDS)):
        spent = 0.0
        for test in tests:
            spent += seconds[test]
            if spent > (_ENOUGH_AND_SLOW if run.slow else limit):
                break
            enough.append(test)
    return sorted(enough, key=lambda test: -kills[test])


def judge(mutant: Mutant, tests: list[str], run: Run) -> tuple[str, str]:
    """killed, survived, timeout or untested, and the test that killed it."""
    if not tests:
        return "untested", ""
    patience = PATIENCE_SECONDS + 5 * sum(run.learned.seconds[test] for test in tests)
    place = (str(mutant.path), ".".join(mutant.function or ()))
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _in_child(mutant, tests, run, place, patience, write)
    os.close(write)
    with os.fdopen(read) as said:
        killer = said.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "timeout", ""
    return ("survived", "") if os.WEXITSTATUS(status) == 0 else ("killed", killer)


def _in_child(mutant: Mutant, tests: list[str], run: Run, place: Function, patience: float, write: int) -> None:
    signal.setitimer(signal.ITIMER_PROF, patience)  # of processor time; the signal ends the process
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    killer = ""
    try:
        code = mutated(mutant)
        in_place = place not in run.at_import and (change_function(mutant, code) or change_constants(mutant, code))
        if in_place:
            run.memory.change(*place)
            forget_answers(loaded(PACKAGE) if place in run.for_session else [sys.modules[module_name(mutant.path)]])
            items = [run.items[test] for test in tests]
            if place in run.for_session or (
                mutant.function is None and any(place[0] == name for name, _ in run.for_session)
            ):
                items[0].session._setupstate.teardown_exact(None)
            killer = _first_failure(items)
        else:
            killer = _anew(mutant, code, tests)
    except BaseException as error:  # whatever a mutant brings about is not this process's business
        killer = f"{type(error).__name__}: {error}"
    os.write(write, killer.encode(errors="replace"))
    os._exit(1 if killer else 0)


def _first_failure(items: list[pytest.Item]) -> str:
    for item, following in zip(items, [*items[1:], _ONLY_THE_SESSION], strict=True):
        if _fails(item, following):
            return item.nodeid
    return ""


def _fails(item: Any, following: Any) -> bool:
    """Runs a test without pytest's report of it, which takes many times as long as most tests of rules."""
    if not item._request:
        item._initrequest()
    item.stash[tmppath_result_key] = {}  # what tmp_path asks for when it ends
    state = item.session._setupstate
    try:
        state.setup(item)
        item.runtest()
    except pytest.skip.Exception:
        return False
    except BaseException:  # whatever a mutant brings about
        return True
    finally:
        state.teardown_exact(following)
        item._request, item.funcargs = False, None
    return False


def _anew(mutant: Mutant, code: types.CodeType, tests: list[str]) -> str:
    """The tests with the package imported again: some module-level changes are in everything that was made from them."""
    forget_modules(mutant, code)

    class Chosen:
        killer = ""

        def pytest_collection(self) -> None:
            _hurry()

        def pytest_runtestloop(self, session: pytest.Session) -> bool:
            _ONLY_THE_SESSION.session = [session]
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
    parser.add_argument(
        "--slow", action="store_true", help="with tests that take long too; for what survives the others"
    )
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
    learned = Learned()
    if options.learned and options.learned.exists():
        learned.recall(options.learned)

    def prepare() -> None:
        for path in paths:
            importlib.import_module(module_name(path))

    def judge_all(run: Run) -> None:
        if options.learned:
            learned.remember(options.learned)
        report = options.report.open("a", encoding="utf-8") if options.report else None
        for path in paths:
            _judge_file(path, [one for one in every if one.path == path], run, report, say)

    run = Run(learned, prepare, judge_all, slow=options.slow)
    pytest.main([*QUIET, *TESTS], plugins=[run])
    if run.failed:
        say(f"These tests fail without any mutant: {', '.join(run.failed)}. Fix them first.")
    return 1 if run.failed else 0


def _judge_file(
    path: Path, mutants: list[Mutant], run: Run, report: IO[str] | None, say: Callable[[str], None]
) -> None:
    counts: dict[str, int] = defaultdict(int)
    began = time.monotonic()
    killers: dict[str, int] = defaultdict(int)
    for mutant in mutants:
        spent = -resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        tests = tests_for(mutant, run, killers)
        verdict, killer = judge(mutant, tests, run)
        killers[killer] += 1
        counts[verdict] += 1
        spent += resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        if report:
            print(_line(verdict, mutant, killer), f"{spent:.2f}", sep="\t", file=report, flush=True)
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
