"""Declares what is reviewed: the passages of an article or document, its amounts, and the machine's reading of each.

This is the one model of the drafts, checks and pages, whatever the source is. Add a field here when a check or the page needs to know more of
the source. An article becomes a source in `article_draft`, a company's document in `document_draft`.
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from capex_pipeline.article.front_matter import ArticleText
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.article.period_dates import Days
from capex_pipeline.review.entries import Span


class Cell(NamedTuple):
    """A number in the row of a table. heads: of its column. start, end: characters in the text of the passage."""

    heads: str
    start: int
    end: int


@dataclass(frozen=True)
class Passage:
    """A sentence, or a row of a table: what a person reads beside its figures.

    start, end: the spans that are its own. places: where in the text a span is, for spans that do not count characters. above: what is printed
    above the table, such as its unit, or the heading of a paragraph. cells: the numbers of a row, empty for a sentence; its label stands before the first one. is_other: a row that the
    draft does not use, from which a person may add a figure.
    """

    text: str
    start: int
    end: int
    place: str
    places: Mapping[Span, Span] | None = None
    above: str = ""
    cells: Sequence[Cell] = ()
    is_other: bool = False

    def place_of(self, span: Span) -> Span:
        """First character of a span in the passage's text and the one after its last; two zeros where it is not in the passage."""
        if self.places is not None:
            return self.places.get(span, (0, 0))
        if not self.start <= span[0] < self.end:
            return 0, 0
        return span[0] - self.start, min(span[1], self.end) - self.start

    def heads_of(self, span: Span) -> str:
        """The heads of the column that an amount stands in; empty for a sentence."""
        place = self.place_of(span)
        return next((cell.heads for cell in self.cells if (cell.start, cell.end) == place), "")


class Drafted(NamedTuple):
    """A figure that the machine reads in an amount. sure: the parts that the source states in so many words."""

    identity: str
    entity: str
    metric: str
    measure: str
    period: Days
    status: str
    claimant: str | None
    sure: frozenset[str]


@dataclass(frozen=True)
class Amount:
    """A number of a source as it is printed.

    kind, currency: as of a mention. numbers: in full units, without sign, rounded; several for a range. drafted: figures that the machine reads
    in it. doubtful: the figure that it may be although `reason` sets it aside; empty where nothing is in doubt. is_other: of a row that the draft does
    not use, so that no list has to hold it. unknown_owner: the name or group that the sentence gives as the owner and that is in no reference list.
    """

    span: Span
    text: str
    place: str
    kind: str
    currency: str | None
    numbers: tuple[float, ...]
    drafted: tuple[Drafted, ...] = ()
    doubtful: str = ""
    reason: str = ""
    is_other: bool = False
    unknown_owner: str = ""


@dataclass(frozen=True)
class Source:
    """An article or document with what the machine makes of it.

    name: of the file. noun: "article" or "document", for messages. amounts: in the order of their spans. end: the largest last position that a
    span can have. draft: the review that the machine writes. known: what is known of amounts that are no figures, by span. article: the text,
    None for a document.
    """

    name: str
    noun: str
    document: Mapping[str, Any]
    vocabulary: Vocabulary
    passages: Sequence[Passage]
    amounts: Sequence[Amount]
    end: int
    draft: Mapping[str, Any]
    known: Mapping[Span, Mapping[str, Any]] = field(default_factory=dict)
    article: ArticleText | None = None

    @property
    def published(self) -> date | None:
        """Day of publication; None where it is not known."""
        try:
            return date.fromisoformat(str(self.document.get("published")))
        except ValueError:
            return None

    def passage_at(self, span: Span | None) -> int | None:
        """The number of the passage in which a span begins."""
        if span is None:
            return None
        place = bisect.bisect_right(self._starts, span[0]) - 1
        return place if place >= 0 and span[0] < self.passages[place].end else None

    def amounts_at(self, span: Span | None) -> Sequence[Amount]:
        """The amounts that share a position with a span."""
        if span is None:
            return ()
        first = bisect.bisect_right(self._ends, span[0])
        last = bisect.bisect_left(self._firsts, span[1])
        return self.amounts[first:last]

    @cached_property
    def _starts(self) -> list[int]:
        return [passage.start for passage in self.passages]

    @cached_property
    def _firsts(self) -> list[int]:
        return [amount.span[0] for amount in self.amounts]

    @cached_property
    def _ends(self) -> list[int]:
        return [amount.span[1] for amount in self.amounts]
