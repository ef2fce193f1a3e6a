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
    """source: entity id or ecb. what: companyfacts, filings, instance, rates. name: file below raw/, accession number,
    or empty. note: a sentence, or empty. rule: of a failure.
    """

    source: str
    what: str
    name: str
    result: str
    note: str = ""
    rule: str = ""


@dataclass(frozen=True)
class Report:
    """Outcomes in the order of the requests, and the number of requests, retries and bytes."""

    outcomes: tuple[Outcome, ...]
    requests: int
    retries: int
    received: int
    """Bytes of bodies as sent."""
    dry_run: bool = False

    @property
    def written(self) -> list[str]:
        """Names of the files below raw/ that are new or changed (in a dry run: that would be)."""
        return [outcome.name for outcome in self.outcomes if outcome.result in WRITTEN]

    @property
    def failures(self) -> list[Outcome]:
        """Outcomes that failed."""
        return [outcome for outcome in self.outcomes if outcome.result == FAILED]

    @property
    def nothing_answered(self) -> bool:
        """Whether everything failed, and for reasons of the host or the network."""
        return bool(self.outcomes) and all(o.result == FAILED and o.rule in HOST_RULES for o in self.outcomes)

    def count(self, *results: str) -> int:
        """Number of outcomes with one of these results."""
        return sum(outcome.result in results for outcome in self.outcomes)


class Progress(Protocol):
    """Receives the progress of a refresh."""

    def expect(self, more: int) -> None:
        """Called when this many more outcomes will follow."""

    def done(self, outcome: Outcome, received: int) -> None:
        """Called after each outcome; received: bytes so far."""


class Silent:
    """Ignores the progress."""

    def expect(self, more: int) -> None:
        """Do nothing."""

    def done(self, outcome: Outcome, received: int) -> None:
        """Do nothing."""


def table(outcomes: Sequence[Outcome]) -> list[dict[str, str]]:
    """Rows to show, written and failed ones first."""
    order = {FAILED: 0, NEW: 1, CHANGED: 1}
    ranked = sorted(outcomes, key=lambda outcome: order.get(outcome.result, 2))
    return [{"source": o.source, "what": o.what, "name": o.name, "result": o.result, "note": o.note} for o in ranked]
