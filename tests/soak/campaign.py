"""Runs all kinds of trials in turn for a chosen time, and counts the results.

Register a kind of trial here, with its share of the time. The trials are in the modules beside this one.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count, cycle

from tqdm import tqdm

from . import documents, steps, stops, surroundings, together
from .damage import DAMAGES
from .outcome import Outcome
from .states import Site
from .workshop import Found, Workshop

Trial = Callable[[Workshop], Found]

WHOLE_BUILDS: dict[str, Trial] = {
    "whole build killed at random moments": stops.at_a_moment,
    "whole build killed at a call": stops.at_a_call,
    "whole build with an error of the disk": stops.with_an_error,
    "two builds at once": together.two_builds,
    "disk full": surroundings.full_disk,
    "build waits for one that is killed": together.holder_killed,
    "build refused beside another": together.refused,
    "build as of a day beside another": together.as_of_beside,
    "restore beside a build": together.restore_beside,
    "file size limited": surroundings.file_size_limit,
    "open files limited": surroundings.handle_limit,
    "read-only warehouse": surroundings.no_right_to_write,
    "clock that jumps": surroundings.jumping_clock,
    "bits of a table flipped": surroundings.flipped_bits,
    "damaged state": surroundings.damaged_state,
    "raw/ emptied": documents.emptied,
    "raw/ unreadable": documents.unreadable,
    "raw/ written during a build": documents.changing,
    "edit held and undone": documents.held_and_undone,
    "command line killed at a moment": stops.command_at_a_moment,
}
"""Kinds of trials of whole builds."""

_SHOWN = 10
"""Broken promises of one trial that are said at once."""

_OFTEN = tuple(WHOLE_BUILDS)[:2]
"""Made again before each of the others."""

_STEPS_BETWEEN = 5
"""Trials of single steps between two of whole builds: they are that much quicker."""


@dataclass
class Tally:
    """Counts of one kind."""

    tried: int = 0
    lost: int = 0
    kills: int = 0
    reads: int = 0
    first: str = ""
    note: str = ""

    def add(self, found: Found) -> None:
        """Counts a trial."""
        self.tried += 1
        self.kills += found.kills
        self.reads += found.reads
        if found.lost:
            self.lost += 1
            self.first = self.first or found.lost[0]
            tqdm.write("\n".join(["lost:", *found.lost[:_SHOWN]]), file=sys.stderr)

    def outcome(self, what: str) -> Outcome:
        """The row of the table."""
        counts = {"kills": self.kills, "reads of tables meanwhile": self.reads}
        said = [self.note, *(f"{number:,} {name}" for name, number in counts.items() if number)]
        return Outcome(what, self.tried, self.lost, self.first[:400] or ", ".join(part for part in said if part))


@dataclass
class Campaign:
    """Trials in turn, and what came of them."""

    shop: Workshop
    tallies: dict[str, Tally] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)

    def run(
        self, until: float, most: float = float("inf"), progress: Callable[[str], object] = lambda what: None
    ) -> list[Outcome]:
        """Trials until a time of `time.monotonic`, or so many. progress: told after each."""
        small, large = self._single_steps(), self._whole_builds()
        for number in count(1):
            progress(next(large if number % (_STEPS_BETWEEN + 1) == 0 else small))
            if number >= most or time.monotonic() >= until:
                break
        return self.outcomes()

    def every_damaged_state(self, progress: Callable[[str], object] = lambda what: None) -> list[Outcome]:
        """Each damaged state once."""
        for name in DAMAGES:
            self._tally("damaged state, each once").add(surroundings.damaged_state(self.shop, name))
            progress(name)
        return self.outcomes()

    def outcomes(self) -> list[Outcome]:
        """A row for each kind."""
        rows = [tally.outcome(what) for what, tally in self.tallies.items()]
        return rows + [Outcome(what, 0, 0, f"not tried: {why}") for what, why in self.absent.items()]

    def _tally(self, what: str) -> Tally:
        return self.tallies.setdefault(what, Tally())

    def _whole_builds(self) -> Iterator[str]:
        others = cycle([what for what in WHOLE_BUILDS if what not in _OFTEN])
        while True:
            for what in (*_OFTEN, next(others)):
                if what in self.absent:
                    continue
                try:
                    self._tally(what).add(WHOLE_BUILDS[what](self.shop))
                except surroundings.NotHere as reason:
                    self.absent[what] = str(reason)
                    self.tallies.pop(what, None)
                yield what

    def _single_steps(self) -> Iterator[str]:
        """The steps in turn, each at a call and in a way that it was not harmed in before; when all were tried, again."""
        points = {name: self._shuffled_points(name) for name in steps.STEPS}
        for name in cycle(steps.STEPS):
            undisturbed = steps.undisturbed(self.shop.states, name)
            number, way, at = next(points[name])
            with self.shop.folder_of_trial() as root:
                found = steps.harm(self.shop.states, steps.STEPS[name], undisturbed, way, at, Site(root / "site"))
            tally = self._tally(f"{name}: each call, each way")
            tally.add(found)
            tally.note = f"of {len(list(steps.points(undisturbed))):,} points, round {number}"
            yield f"{name} {way}"

    def _shuffled_points(self, name: str) -> Iterator[tuple[int, str, int]]:
        """Rounds from 1 with every way and call of a step."""
        points = list(steps.points(steps.undisturbed(self.shop.states, name)))
        for number in count(1):
            self.shop.chance.shuffle(points)
            yield from ((number, way, at) for way, at in points)
