"""Declares the data types of a parsed sentence: a subject, and the scene that contains all parts of a sentence.

Add a field or a simple look-up here. The parts are found in `article/clauses.py` and `article/unknown_names.py`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final, NamedTuple, TypeVar

from capex_pipeline.article.lexicon import Cue
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.period_expressions import PeriodExpression
from capex_pipeline.article.sentences import Sentence
from capex_pipeline.article.tokens import Tokens


class Subject(NamedTuple):
    """A possible owner of a figure. entities is empty for an unknown name.

    role: subject | post (after the metric: "capex at Tencent") | supplier | recipient | other.
    via: name | segment | list | collective | anaphor | unknown."""

    first: int
    last: int
    entities: tuple[str, ...]
    role: str
    via: str


BESIDE_NAME: Final = ("(", ":", "with", "at", "on", "'s")
"""What may stand between the name of a company and its number."""
_RANKING: Final = frozenset(
    "follows followed follow came comes come next was is ranks ranked led leads topped tops them field list market a an the distant close second third fourth fifth in place ranking list behind then".split()
)
"""Words of the rank of a company, between its name and "with" and its number."""


class CuesOfKinds(dict[str | tuple[str, ...], list[Cue]]):
    """The cues of a sentence by kind or kinds, in order: `of["metric"]`, `of["up", "down"]`."""

    def __init__(self, cues: list[Cue]) -> None:
        self.cues = cues
        for cue in cues:
            self.setdefault(cue.kind, []).append(cue)

    def __missing__(self, kinds: str | tuple[str, ...]) -> list[Cue]:
        is_absent = isinstance(kinds, str) or self.keys().isdisjoint(kinds)
        found = self[kinds] = [] if is_absent else [cue for cue in self.cues if cue.kind in kinds]
        return found


@dataclass
class Scene:
    """One sentence. Token indexes throughout; first and end bound the sentence, end excluded."""

    tokens: Tokens
    sentence: Sentence
    first: int
    end: int
    cues: list[Cue]
    quantities: list[Mention]
    periods: list[tuple[int, int, PeriodExpression]]
    timed: set[int]
    """The tokens of the periods."""
    taken: set[int]
    """The tokens of the periods and the quantities."""
    leases: list[tuple[int, int]] = field(default_factory=list)
    """First and last token of each phrase that says whether leases are counted: "including finance leases". Its words say nothing else."""
    subjects: list[Subject] = field(default_factory=list)
    clauses: list[int] = field(default_factory=list)
    follows_growth: bool = False
    """Whether growth is among the last figures before the sentence, in its paragraph."""
    house: str = ""
    """The broker or research house that "the bank" or "the broker" means."""
    known: dict[tuple[object, int], Any] = field(default_factory=dict)
    """What `once` keeps."""
    of: CuesOfKinds = field(init=False)
    head: int = field(init=False)
    """The colon behind the head of a list, whose words hold for each item: "2026 capex guidance: Amazon $200bn, Meta $125bn"; -1 without one."""
    words: frozenset[str] = field(init=False)
    """The words of the sentence, by which a rule sees at once that none of its own are there."""

    def clause(self, index: int) -> int:
        """The number of the clause that holds a token."""
        return bisect_right(self.clauses, index)

    def __post_init__(self) -> None:
        self.of = CuesOfKinds(self.cues)
        words = self.tokens.words[self.first : self.end]
        self.words = frozenset(words)
        self.head = self.first + words.index(":") if ":" in self.words else -1
        if self.quantities and self.quantities[0].first < self.head:
            self.head = -1

    def is_in_head(self, index: int, quantity: Mention) -> bool:
        """Whether a token is in the head of the list that a quantity is in."""
        return index < self.head < quantity.first

    def begins(self, index: int, *kinds: str, reach: int = 0) -> Cue | None:
        """The first cue of some kinds that begins at a token, or at most so many tokens after it."""
        stop = index + reach
        for cue in self.of[kinds]:
            if index <= cue.first <= stop:
                return cue
        return None

    def ends(self, index: int, *kinds: str) -> Cue | None:
        """The first cue of some kinds whose last token is this one."""
        for cue in self.of[kinds]:
            if cue.last == index:
                return cue
        return None

    def near(self, index: int, kinds: tuple[str, ...], before: int = 0, after: int = 0) -> Cue | None:
        """The cue of the kinds nearest to a token, within so many tokens before or after it."""
        able = [
            cue
            for cue in self.of[kinds]
            if index - before <= cue.last and cue.first <= index + after and not cue.first <= index <= cue.last
        ]
        return min(able, key=lambda cue: abs(cue.first - index), default=None) if able else None

    def has_between(self, first: int, last: int, kinds: tuple[str, ...]) -> bool:
        return any(cue.first >= first and cue.last <= last for cue in self.of[kinds])

    def is_known(self, index: int) -> bool:
        """Whether a token is one of a cue."""
        return any(cue.first <= index <= cue.last for cue in self.cues)

    def left(self, index: int, count: int) -> list[str]:
        """The words of the sentence right before a token, at most so many."""
        return self.tokens.words[max(self.first, index - count) : index]

    def in_brackets(self, index: int, after: int) -> bool:
        """Whether a token is in brackets that were opened after another token."""
        words = self.tokens.words[after + 1 : index]
        return "(" in words and ")" not in words

    def before(self, quantity: Mention) -> int:
        """The token before a quantity and its sign."""
        return quantity.first - 1 - (self.tokens.word(quantity.first - 1) in ("+", "-"))

    def named_before(self, quantity: Mention) -> bool:
        """Whether only a company's name precedes a quantity: "Microsoft $150bn", "Microsoft (118)", "was Meta, with 224,000"."""
        before = self.before(quantity)
        before -= self.tokens.word(before) in BESIDE_NAME
        if self.tokens.word(before + 1) == "with":
            before -= self.tokens.word(before) == ","
            while before > self.first and self.tokens.words[before] in _RANKING:
                before -= 1  # "Meta follows with 224,000", "AMD was a distant third in the ranking with 160,000"
        names = self.of["entity", "segment"]
        is_item = self.tokens.word(before) == "," and any(
            cue.first - self.first <= 2 and cue.last == before - 1 for cue in names
        )
        return is_item or any(cue.last == before for cue in names)  # "2. Meta, 224,000"

    def leading(self, quantity: Mention, *kinds: str) -> list[Cue]:
        """The cues before a quantity in its clause."""
        clause = self.clause(quantity.first)
        return [cue for cue in self.of[kinds] if cue.last < quantity.first and self.clause(cue.first) == clause]

    def start_of_next(self, quantity: Mention, *kinds: str) -> int:
        """The first token of the next quantity that is not in a bracket behind this one, or of one of some kinds; the end of the sentence if none follows."""
        later = [
            other for other in self.quantities if other.first > quantity.last and (not kinds or other.kind in kinds)
        ]
        return next((one.first for one in later if kinds or not self.in_brackets(one.first, quantity.last)), self.end)

    def end_of_last(self, quantity: Mention) -> int:
        """The last token of the quantity before, or the first token of the sentence."""
        return max((other.last for other in self.quantities if other.last < quantity.first), default=self.first)

    def quantity_at(self, index: int) -> Mention | None:
        return next((quantity for quantity in self.quantities if quantity.first <= index <= quantity.last), None)

    def row(self, quantity: Mention) -> list[Mention]:
        """The quantities of one kind that are in one coordinated row with this one: "a, b and c"."""
        position = self.quantities.index(quantity)
        row = [quantity]
        for step in (-1, 1):
            other = position + step
            while 0 <= other < len(self.quantities):
                here, there = sorted(
                    (self.quantities[other], self.quantities[other - step]), key=lambda mention: mention.first
                )
                between = self.tokens.words[here.last + 1 : there.first]
                if self.clause(here.first) != self.clause(there.first) or here.kind != there.kind:
                    break
                if len(between) > 8 or not ({"and", ","} & set(between)):
                    break
                if any(
                    cue.kind in ("up", "down", "comparison") and here.last < cue.first < there.first
                    for cue in self.cues
                ):
                    break
                row.insert(0 if step < 0 else len(row), self.quantities[other])
                other += step
        return row


_Fact = TypeVar("_Fact")


def once(rule: Callable[[Scene, Mention], _Fact]) -> Callable[[Scene, Mention], _Fact]:
    """Keep what a rule finds for a quantity with its sentence, for rules that several others ask. The rule must not be asked before the
    subjects of the sentence are resolved."""

    @wraps(rule)
    def kept(scene: Scene, quantity: Mention) -> _Fact:
        key = (rule, quantity.first)
        if key not in scene.known:
            scene.known[key] = rule(scene, quantity)
        fact: _Fact = scene.known[key]
        return fact

    return kept
