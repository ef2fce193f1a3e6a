"""Declares the result of reading an article: figures, and the outcome of every mention.

Add a field here when the reader learns something new about a figure. The reading itself is in `article/extract.py`;
`article/drafted_rows.py` turns the result into printed rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.period_dates import Days


class Figure(NamedTuple):
    """One bound quantity. start and end of the period are days, both included; value, low, high are the mention's, signed for growth."""

    mention: Mention
    number: int
    paragraph: int
    entity: str
    metric: str
    measure: str
    start: date
    end: date
    status: str
    claimant: str
    confidence: float
    supplier: str | None = None
    product: str | None = None
    customer: str | None = None
    flow: str | None = None
    same_fact_as: int | None = None
    sign: int = 1
    is_base: bool = False
    evidence: tuple[str, ...] = ()
    """The names of what makes the reading less than literal, as in `confidence`."""
    is_claimant_sure: bool = True
    """Whether the words allow no other source of the statement than `claimant`."""
    house: str = ""
    """The broker or research house whose analysts make the statement; empty if none or several are named."""
    definition: str = ""
    """The definition that the words name, if it is not the usual one of company, metric and period."""
    basis: str = ""
    """The definition of claims on capital expenditure whose property the words name."""
    part: int = 0
    """Which of several figures of one mention it is: 0 unless the words give the same number to several companies."""


class Suggestion(NamedTuple):
    """A suggestion to the reviewer for an unused mention: the likely parts of its figure, missing ones as None.

    periods: possible readings, the likeliest first. is_near: whether a word of the metric is beside the quantity, so that omitting it may be a mistake.
    claimant: its kind, or the house of the analysts. definition: that of the company's cloud revenue which its words name, if it is not the usual one."""

    entity: str | None
    metric: str | None
    measure: str
    status: str
    claimant: str
    sign: int
    periods: tuple[Days, ...]
    is_near: bool
    definition: str | None = None
    unknown_owner: str = ""
    """The name or group that the words give as the owner and that is in no reference list."""
    others: tuple[str, ...] = ()
    """Further companies that have the same number each."""


class Outcome(NamedTuple):
    """The outcome of a mention: used | context | uncertain | not_bound, with the reason, and the parts that were understood."""

    mention: Mention
    number: int
    paragraph: int
    outcome: str
    reason: str = ""
    entity: str | None = None
    metric: str | None = None
    candidates: tuple[Days, ...] = ()
    suggestion: Suggestion | None = None


@dataclass
class Reading:
    """An article as read: figures and the outcome of every mention, in the order of the text."""

    figures: list[Figure] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
