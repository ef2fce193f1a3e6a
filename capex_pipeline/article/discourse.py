"""Declares the state that is carried from one sentence of an article to the next.

This module holds the data type only. Add a field here when a later sentence can refer back to something that an earlier
one named. The rules that read and set the fields are in `article/entity_rules.py`, `article/period_rules.py` and
`article/extract.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from capex_pipeline.article.period_rules import PeriodMemory
from capex_pipeline.article.sentences import BULLETS

_ITEM: Final = 100
"""Depth of an item without indent: items are below every heading."""


@dataclass
class Outline:
    """The headings and lists that a paragraph is in, each with its depth and the companies that the text speaks of there."""

    places: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)

    def enter(self, opening: str, focus: tuple[str, ...]) -> tuple[str, ...]:
        """The companies of which a paragraph speaks before it names any: an item those of the words before its list, a heading those of the heading above it,
        and the paragraph after a list those before the list.

        opening: the indent of the paragraph and its first word. focus: the companies named last."""
        places, mark = self.places, opening.strip()
        if mark.startswith("#"):
            while places and places[-1][0] >= len(mark):
                places.pop()
            return places[-1][1] if places else ()
        is_item = is_item_mark(mark)
        depth = _ITEM + len(opening) - len(opening.lstrip()) if is_item else _ITEM
        while places and places[-1][0] > depth:
            focus = places.pop()[1]
        if places and places[-1][0] == depth:
            return places[-1][1] if is_item else places.pop()[1]
        if is_item:
            places.append((depth, focus))
        return focus

    def head(self, mark: str, focus: tuple[str, ...]) -> None:
        """Note the companies of a heading, which hold for what is below it."""
        self.places.append((len(mark), focus))


def is_item_mark(mark: str) -> bool:
    """Whether the first word of a paragraph marks an item of a list: a bullet, or "1." and "2)"."""
    return mark.startswith(tuple(BULLETS)) or (mark[:1].isdigit() and mark[1:2] in (".", ")"))


@dataclass
class State:
    """focus: the companies named last; segment: whether as a cloud business. group: the group named last. named: the
    companies named so far. metric and product: those measured last. measured: the companies that had that metric.
    paragraph: its number. about_capex: whether capital
    expenditure was named.
    """

    focus: tuple[str, ...] = ()
    is_fresh: bool = False
    """Whether the focus was named in this paragraph."""
    group: str | None = None
    listed: tuple[str, ...] = ()
    """The companies of the last list, to which "the two companies" or "these firms" refer."""
    metric: str | None = None
    measured: tuple[str, ...] = ()
    product: str | None = None
    maker: str | None = None
    """The maker of the chip or series that was named last."""
    flow: str | None = None
    """How the chips that were counted last change hands."""
    counting: int = -1
    """The paragraph of the last sentence without a number that speaks of buying or shipping chips: "Hopper GPUs bought in 2024:"."""
    paragraph: int = 0
    segment: bool = False
    silent: int = 0
    """Number of sentences since the cloud segment or another subject was named."""
    by_segment: bool = False
    """Whether the business named last, in this paragraph or before it, is a cloud segment."""
    named: set[str] = field(default_factory=set)
    about_capex: bool = False
    about: tuple[str, ...] = ()
    """The company of the title, to which "we" refers in a release or a call."""
    people: dict[str, str] = field(default_factory=dict)
    """Family names of executives -> their companies."""
    memory: PeriodMemory = field(default_factory=PeriodMemory)
    outline: Outline = field(default_factory=Outline)
