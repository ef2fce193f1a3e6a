"""Reads bounds and ranges in prose: words around an amount that limit it, and two amounts that form a range.

The words themselves are the lexicon of `values.words`. Add a rule here when it is about where such a word may stand in a sentence.
"""

from __future__ import annotations

from typing import Final

from capex_pipeline.article.amounts import Amount
from capex_pipeline.article.tokens import Tokens
from capex_pipeline.values.words import (
    BOUND_SUFFIXES,
    BOUND_WORDS,
    CROWDS,
    MULTIPLE_NOUNS,
    MULTIPLES,
    PARTS,
    SCALES,
    SMALL_NUMBERS,
    TENS,
    Bound,
    words_of,
)

AT_LEAST, AT_MOST, ABOUT = "at_least", "at_most", "approximately"
BY_LAST_WORD: Final[dict[str, list[tuple[tuple[str, ...], Bound]]]] = {}
for _phrase, _bound in BOUND_WORDS.items():
    BY_LAST_WORD.setdefault(words_of(_phrase)[-1], []).append((words_of(_phrase), _bound))
for _list in BY_LAST_WORD.values():
    _list.sort(key=lambda entry: -len(entry[0]))

AFTER_MULTIPLE: Final = frozenset(
    "the its their what that those last as from to year-earlier a this his her our your in over by".split()
)
CHANGE_WORDS: Final = frozenset(
    "up down rose rise rises rising fell fall falls falling grew grow growing gained jumped climbed increased increase surged soared slipped "
    "dropped declined decreased decrease decreases decreasing reduced reduces cut cuts lowered narrowed widened raised raise raises lifted boosted trimmed advanced added by shed leapt expanded swelled dipped slid tumbled higher lower lost jump gain".split()
)
GROWING: Final = ("grow", "increase", "rise", "climb", "expand", "decline", "decrease")
"""Verbs of a change to come, after which two rates are the ends of one."""
RANGE_WORDS: Final = frozenset("range ranges ranged ranging anywhere band bracket between".split())
REPLACING: Final = frozenset(
    ", up down raised lifted narrowed widened lowered increased trimmed changed higher lower revised".split()
)
"""Words between a range and the one that it replaces: "$70bn to $72bn, up from $66bn to $72bn"."""
AMOUNT_ENDS: Final = frozenset(SCALES) | {"%", "yuan", "renminbi", "dollars", "euros", "yen"}
VAGUE: Final = frozenset("several few many multiple couple some".split())
STARTERS: Final = frozenset(("a", "an", "half")) | (SMALL_NUMBERS.keys() - {"zero"}) | TENS.keys()
WORD_STARTS: Final = (
    STARTERS
    | PARTS.keys()
    | MULTIPLES.keys()
    | MULTIPLE_NOUNS.keys()
    | CROWDS.keys()
    | VAGUE
    | {"multi", "single", "low", "mid", "high", "triple", "double", "multibillion", "multimillion", "multitrillion"}
)
INTERESTING: Final = WORD_STARTS
ARTICLES: Final = frozenset(("a", "an"))
AFTER_ARTICLE: Final = frozenset(SCALES) | {"hundred"}


_VERBS: Final = frozenset("exceeds exceeded exceed surpassed surpass topped passed".split())


def bound_before(tokens: Tokens, first: int, floor: int) -> tuple[int, str, list[str]]:
    """Index where the qualifying words begin, the bound, and the words."""
    bound, start = "exact", first
    taken: list[str] = []
    for _ in range(3):
        phrase = _phrase_before(tokens, start, floor) or (_hyphened(tokens, start, floor) if not taken else None)
        if phrase is None:
            break
        length, this = phrase
        start -= length
        taken.append(this)
        # The word nearest the number counts, except that "about" beside a firmer word adds nothing.
        if bound in ("exact", ABOUT):
            bound = this
    if (
        taken
        and tokens.word(start - 1) == "at"
        and start - 1 >= floor
        and tokens.word(start) in ("around", "about", "roughly", "close")
    ):
        start -= 1
    if taken and tokens.word(start) in _VERBS and start + 1 < len(tokens):
        start += 1  # "exceeded $5bn": the verb limits the amount but is not part of it
    negated = tokens.word(start - 1) == "not" and start - 1 >= floor
    if negated and bound in (AT_LEAST, AT_MOST):
        bound = AT_MOST if bound == AT_LEAST else AT_LEAST
        start -= 1
    return start, bound, taken


def _phrase_before(tokens: Tokens, end: int, floor: int) -> tuple[int, str] | None:
    word = tokens.word(end - 1)
    if end - 1 < floor or not word or (word == "over" and tokens.word(end - 2) in ("turned", "turning")):
        return None  # "turned over $27bn" is no bound
    for phrase, bound in BY_LAST_WORD.get(word, ()):
        start = end - len(phrase)
        if start >= floor and tuple(tokens.words[start:end]) == phrase:
            return len(phrase), bound
    return None


_HYPHENED: Final = ("sub", "near", "over", "under", "circa")


def _hyphened(tokens: Tokens, end: int, floor: int) -> tuple[int, str] | None:
    """A word of a bound that a hyphen joins to the amount: "sub-$20bn"."""
    if end - 2 < floor or tokens.word(end - 1) != "-" or not (tokens.joined(end) and tokens.joined(end - 1)):
        return None
    word = tokens.word(end - 2)
    return (2, BOUND_WORDS[word]) if word in _HYPHENED else None


def bound_after(tokens: Tokens, amount: Amount) -> tuple[int, str | None]:
    """Index of the last token of an amount with the words after it ("or more", "+"), and the bound they set."""
    following = amount.last + 1
    word, second = tokens.word(following), tokens.word(following + 1)
    if word == "+" and tokens.joined(following):
        return following, AT_LEAST
    if word == "-" and second == "plus" and tokens.joined(following):
        return following + 1, AT_LEAST
    if word == "plus" and second not in ("or", "a", "the", "$"):
        return following, AT_LEAST if second in (",", ".", "in", "of", "on") else None
    if (bound := BOUND_SUFFIXES.get(word + second)) is not None and not word.isascii():
        return following + 1, bound
    if word == "or" and (bound := BOUND_SUFFIXES.get(f"or {second}")) is not None:
        return following + 1, bound
    return amount.last, None


def share_units(low: Amount, high: Amount) -> tuple[Amount, Amount] | None:
    """Give each end of a range the unit that is printed at the other end only; None if the two do not form a range."""
    if high.unit in ("bare", "uncertain") or low.unit == "uncertain":
        return None
    if low.unit in ("bare", "count") and high.unit not in ("count",) and not low.scale_word:
        low = low._replace(unit=high.unit, currency=high.currency)
    elif low.unit == "count" and high.unit == "money" and low.scale_word:
        low = low._replace(unit="money", currency=high.currency)
    elif low.unit == "money" and high.unit == "count" and low.is_prefixed:
        high = high._replace(unit="money", currency=low.currency)
    elif low.unit == "bare" and high.unit == "count":
        low = low._replace(unit="count")
    if low.currency is not None and high.currency is None and high.unit == "money":
        high = high._replace(currency=low.currency)
    if low.unit != high.unit or low.currency != high.currency:
        return None
    if not low.scale_word and high.scale_word and low.number <= high.number:
        low = low._replace(scale=high.scale, scale_word=high.scale_word, step=low.step * high.scale)
    if not low.scale_word and high.scale_word and low.number < 1000:
        return None  # "$900 to $1 billion": the scale of the first is not printed
    return (low, high) if low.value < high.value else None


def is_rest_of(low: Amount, high: Amount) -> bool:
    """Whether a second number is the end of a range with the currency before the first: "USD 12 billion - 14 billion"."""
    return (
        low.is_prefixed and high.unit == "count" and bool(high.scale_word) and low.scale_word in ("", high.scale_word)
    )
