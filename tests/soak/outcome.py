"""What a kind of trial found: the row that every part of the soak hands back, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """How often one thing was tried, and how often something was lost.

    ``what`` names the kind of trial ("kill at every write"); ``tried`` counts the trials; ``lost`` counts those in which
    a promise was broken (a half-written table, an unhandled error, a row dropped silently); ``detail`` says in a sentence
    what was lost, or what the trials covered.
    """

    what: str
    tried: int
    lost: int
    detail: str
