"""Mutated documents of every kind, read beside good ones: ``python -m tests.soak.mutations --seconds 60``.

This module runs numbered mutants and collects their outcomes. Mutants are made in `tests/soak/mutations/making.py`,
tried in `tests/soak/mutations/worker.py` and judged in `tests/soak/mutations/oracle.py`.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..outcome import Outcome
from .making import mutant
from .oracle import Loss
from .whole import losses_of_build
from .worker import Worker

_TOGETHER = 40
_FOLLOWED = 3
"""Of so many batches one is followed to the published tables."""


@dataclass
class Tally:
    """tried: mutants by kind and mutator; losses: what was lost with the mutant's number; peak: memory in bytes."""

    tried: Counter[tuple[str, str]] = field(default_factory=Counter)
    losses: list[Loss] = field(default_factory=list)
    peak: int = 0


def tally(seed: int, *, until: float = float("inf"), most: int | None = None) -> Tally:
    """Tries mutants 1, 2, 3 and so on of a seed until the time (of `time.monotonic`) or until there were so many."""
    total = Tally()
    with Worker(seed) as worker:
        for batch, numbers in enumerate(_batches(most)):
            if time.monotonic() >= until:
                break
            found = worker.try_all(numbers, follow=batch % _FOLLOWED == 0)
            total.tried.update((made.kind, made.mutator) for made in (mutant(seed, number) for number in numbers))
            total.losses += found.losses
            total.peak = max(total.peak, found.peak)
    return total


def _batches(most: int | None) -> Iterator[list[int]]:
    first = 1
    while most is None or first <= most:
        last = first + _TOGETHER - 1 if most is None else min(most, first + _TOGETHER - 1)
        yield list(range(first, last + 1))
        first = last + 1


def run(seed: int, until: float) -> list[Outcome]:
    """Mutated documents until a time of `time.monotonic`: one outcome for each kind of document, and one for a whole build of some."""
    return [*outcomes(seed, tally(seed, until=until)), whole_build(seed)]


def whole_build(seed: int, most: int = 80) -> Outcome:
    """Some mutants through the command that a person types."""
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        lost = list(losses_of_build(Path(folder), seed, range(1, most + 1)))
    return Outcome(
        "mutants through a whole build",
        most,
        len(lost),
        lost[0] if lost else "tables equal to those read without Dagster",
    )


def outcomes(seed: int, total: Tally) -> list[Outcome]:
    """One row for each kind of document: how often it was tried, how many mutants lost something, and what first."""
    by_kind: dict[str, list[Loss]] = {}
    for loss in total.losses:
        kind = "several at once" if loss.number is None else mutant(seed, loss.number).kind
        by_kind.setdefault(kind, []).append(loss)
    rows = []
    for kind in sorted({kind for kind, _ in total.tried} | set(by_kind)):
        mutators = sorted({name for of, names in total.tried if of == kind for name in names.split(" and ")})
        lost = by_kind.get(kind, [])
        detail = f"{len(mutators)} mutators" if not lost else f"seed {seed}, mutant {lost[0].number}: {lost[0].what}"
        tried = sum(count for (of, _), count in total.tried.items() if of == kind)
        rows.append(Outcome(f"mutated {kind}", tried, len({loss.number for loss in lost}), detail))
    return rows
