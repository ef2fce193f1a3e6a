"""The results of a refresh, one for each address or document, and the sums over them.

Add a kind of result here. `cli/refresh.py` and `orchestration/assets/refresh.py` show the results.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from capex_pipeline.refresh.http_types import HOST_RULES

NEW, CHANGED, UNCHANGED, LISTED, NOTHING_IN_USE, FAILED = (
    "new",
    "changed",
    "unchanged",
    "listed",
    "nothing in use",
    "failed",
)
WRITTEN = (NEW, CHANGED)


@dataclass(frozen=True)
class Outcome:
    """source: entity id or ecb. what: companyfacts, filings, instance, rates. name: file below raw/, accession number, or
    empty. note: a sentence where there is something to say. rule: of a failure."""

    source: str
    what: str
    name: str
    result: str
    note: str = ""
    rule: str = ""


@dataclass(frozen=True)
class Report:
    """Outcomes in the order they were asked, and what the asking cost."""

    outcomes: tuple[Outcome, ...]
    requests: int
    retries: int
    received: int
    """Bytes as sent, of bodies."""
    dry_run: bool = False

    @property
    def written(self) -> list[str]:
        """Files below raw/ that are new or changed (in a dry run: would be)."""
        return [outcome.name for outcome in self.outcomes if outcome.result in WRITTEN]

    @property
    def failures(self) -> list[Outcome]:
        """What was not taken over."""
        return [outcome for outcome in self.outcomes if outcome.result == FAILED]

    @property
    def nothing_answered(self) -> bool:
        """True where everything failed, and for reasons of host or network."""
        return bool(self.outcomes) and all(o.result == FAILED and o.rule in HOST_RULES for o in self.outcomes)

    def count(self, *results: str) -> int:
        """How many outcomes have one of these results."""
        return sum(outcome.result in results for outcome in self.outcomes)


class Progress(Protocol):
    """Who watches a refresh."""

    def expect(self, more: int) -> None:
        """So many outcomes more are to come than was known."""

    def done(self, outcome: Outcome, received: int) -> None:
        """One came; received: bytes so far."""


class Silent:
    """Nobody watches."""

    def expect(self, more: int) -> None:
        """Nothing."""

    def done(self, outcome: Outcome, received: int) -> None:
        """Nothing."""


def table(outcomes: Sequence[Outcome]) -> list[dict[str, str]]:
    """Rows to show, those that were written or failed first."""
    order = {FAILED: 0, NEW: 1, CHANGED: 1}
    ranked = sorted(outcomes, key=lambda outcome: order.get(outcome.result, 2))
    return [{"source": o.source, "what": o.what, "name": o.name, "result": o.result, "note": o.note} for o in ranked]
