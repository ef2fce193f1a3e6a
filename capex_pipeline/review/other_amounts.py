"""Finds amounts that their words make something else than a figure of a company: a translation into another currency, a part of a sum, borrowed or
paid-out money, costs, and shares of a whole.

Add here such words. Which answers are offered belongs to `answers`; what the rules for prose decide belongs to `article`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from capex_pipeline.article.lexicon import Cue
from capex_pipeline.article.tokens import Tokens

TRANSLATION: Final = "A convenience translation."
FINANCING: Final = "Borrowed or paid-out money, or a cost."
EXCLUDED: Final = "The words say that another amount does not count it."
"""Reasons for leaving such amounts out."""
_FINANCING: Final = frozenset(
    (
        "bond bonds debt debts loan loans notes borrowing borrowings borrowed borrow buyback buybacks repurchase repurchases repurchased dividend dividends "
        "financing facility offering placement ipo fine fines settlement severance expense expenses costs opex depreciation amortisation amortization "
        "wages salaries charge charges stake orders"
    ).split()
)
"""Words of money that is borrowed, paid out or a cost, and of orders for securities."""
_RAISED: Final = frozenset(("raised", "raising", "borrowed", "borrowing"))
"""Verbs right before an amount of money that somebody else gives."""
_BEHIND: Final = 5
"""Words behind an amount among which such a word says what it is: "a $30bn bond sale", "$15bn of investment-grade bonds"."""
_CLAUSE: Final = frozenset((",", ";", ":", "(", ")", "while", "whereas", "but", "and", "after", "as"))
_SPENDING: Final = ("spend", "capex_objects")
_HEDGES: Final = frozenset(
    "about some roughly around nearly almost approximately over at least more than up to another the a an".split()
)
_PARTS: Final = frozenset(("including", "includes", "included", "include"))
_NOT_COUNTED: Final = (["not", "counting"], ["not", "including"], ["before", "counting"])
_OF_SUM: Final = (["of", "it"], ["of", "that"], ["of", "which"], ["of", "the", "total"], ["of", "the", "sum"])
_FRACTION: Final = re.compile(r"\b(?:hal(?:f|ves)|thirds?|quarters?|fifths?|tenths?)\b", re.IGNORECASE)
_OPENED: Final = re.compile(r"[\d.]\s*(?:[a-z]+)?\s*[(\[（]\s*(?:about |or |some |equivalent to )?$", re.IGNORECASE)
_PLUS_MINUS: Final = (["plus", "or", "minus"], ["give", "or", "take"])
_OUTFLOWS: Final = (
    ["outflow", "of"], ["deficit", "of"], ["shortfall", "of"], ["minus"], ["negative"], ["negative", "at"], ["negative", ",", "at"], ["negative", "by"],
)  # fmt: skip
"""Words right before an amount that make it negative: "free cash flow was an outflow of"."""


def is_translation(text: str, start: int, end: int) -> bool:
    """Whether an amount of money follows another one in brackets: "RMB21,840 million (US$3,068 million)". start, end: of the amount in the text."""
    return bool(_OPENED.search(text[:start])) and text[end:].lstrip()[:1] in (")", "]", "）")


def is_part(tokens: Tokens, first: int, last: int) -> bool:
    """Whether a number is a part of an amount that is named before: "of which $4bn", "including $4bn of leases", "$4bn of that"."""
    words = tokens.words
    since = max((at for at in range(first) if words[at] in (",", ";", "(")), default=-1)
    if any(words[at : at + 2] == ["of", "which"] for at in range(since + 1, first)):
        return True
    at = first - 1
    while at >= 0 and words[at] in _HEDGES:
        at -= 1
    return (at >= 0 and words[at] in _PARTS) or any(words[last + 1 : last + 1 + len(one)] == one for one in _OF_SUM)


def is_excluded(tokens: Tokens, first: int) -> bool:
    """Whether an amount is named as one that another does not hold: "not counting a $250bn order"."""
    words, at = tokens.words, first - 1
    while at >= 0 and words[at] in _HEDGES:
        at -= 1
    return at >= 0 and (words[at] == "excluding" or words[max(0, at - 1) : at + 1] in _NOT_COUNTED)


def is_of_financing(tokens: Tokens, cues: Sequence[Cue], first: int, last: int) -> bool:
    """Whether an amount is borrowed, paid out or a cost, by the nearest word of its part of the sentence: "lined up a $30bn bond sale", "total expenses of
    $116bn"."""
    words = tokens.words
    spending = [cue for cue in cues if cue.kind in _SPENDING or (cue.kind, cue.value) == ("metric", "capex")]
    objects = [cue.first for cue in spending if cue.kind != "spend"]
    stop = next((at for at in range(last + 1, len(words)) if words[at] in _CLAUSE), len(words))
    behind = range(last + 1, min(stop, last + 1 + _BEHIND))
    if any(words[max(0, at - 1)] in _RAISED for at in (first, first - 1) if at > 0):
        return True
    if words[first - 2 : first] == ["a", "further"] and not {*words[:first]}.isdisjoint(_RAISED):
        return True
    named = next((at for at in behind if words[at] in _FINANCING or at in objects), None)
    if named is not None:
        return named not in objects
    is_compared = any(cue.kind == "comparison" and first - cue.last in (1, 2) for cue in cues)
    ends = () if is_compared else range(first)  # what is compared is of the whole sentence's kind
    since = max((at for at in ends if words[at] in _CLAUSE and not words[at + 1].isdigit()), default=-1)
    before = max((at for at in range(since + 1, first) if words[at] in _FINANCING), default=-1)
    return before > max((cue.last for cue in spending if cue.last < first), default=-1)


def is_share(text: str, tokens: Tokens, first: int, last: int) -> bool:
    """Whether a rate is a share of something or the width of a range: "two-thirds", "7% of revenue", "plus or minus 2 per cent". text: of the number."""
    words = tokens.words
    beside = any(words[max(0, first - len(one)) : first] == one for one in _PLUS_MINUS)
    return bool(_FRACTION.search(text)) or beside or words[last + 1 : last + 2] == ["of"]


def is_outflow(tokens: Tokens, first: int, metric_words: Sequence[str] = ()) -> bool:
    """Whether the words make an amount of a cash flow negative: "an outflow of", "negative free cash flow of". metric_words: the name of the cash flow."""
    words = tokens.words
    if any(words[max(0, first - len(one)) : first] == one for one in _OUTFLOWS):
        return True
    name = list(metric_words)
    return bool(name) and any(
        words[at : at + len(name)] == name and words[max(0, at - 1) : at] == ["negative"]
        for at in range(max(0, first - len(name) - _BEHIND), first)
    )
