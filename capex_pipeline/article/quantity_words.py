"""Words of quantities: bounds, multiples, fractions, crowds, and the words that stand around a range.

Belongs here: word lists. Does not belong here: reading (`quantities`).
"""

from __future__ import annotations

from typing import Final

from capex_pipeline.article.amounts import SCALES

AT_LEAST, AT_MOST, ABOUT = "at_least", "at_most", "approximately"
_BOUND_PHRASES: Final[dict[str, str]] = {
    **dict.fromkeys(
        ("more than", "greater than", "over", "above", "at least", "upwards of", "upward of", "exceeding", "in excess of", "no less than",
         "no fewer than", "not less than", "a minimum of", "north of", "well over", "well above", "exceeds", "exceeded", "surpassing",
         "surpassed", "topping", "topped", "passed", "exceed", "surpass", "top", "higher than", "a minimum", "better than"), AT_LEAST,
    ),
    **dict.fromkeys(
        ("less than", "fewer than", "under", "below", "up to", "at most", "no more than", "not more than", "as many as", "as much as",
         "a maximum of", "nearly", "almost", "just under", "just below", "just shy of", "shy of", "well below", "lower than",
         "a little under", "south of", "not quite"), AT_MOST,
    ),
    **dict.fromkeys(
        ("about", "around", "approximately", "approx", "approx .", "roughly", "some", "circa", "ca", "ca .", "close to", "near", "in the region of", "an estimated",
         "in the order of", "on the order of", "something like", "estimated", "~", "≈", "in the neighborhood of", "in the neighbourhood of",
         "a shade over", "a shade under", "a touch over", "a touch under", "or so"), ABOUT,
    ),
}  # fmt: skip
"""Words before an amount and the bound they set. "Nearly" says that the number was not reached; "a shade over" names the number."""

SIGN_BOUNDS: Final = {">": AT_LEAST, "≥": AT_LEAST, "<": AT_MOST, "≤": AT_MOST}
BY_LAST_WORD: dict[str, list[tuple[tuple[str, ...], str]]] = {}
for _phrase, _bound in _BOUND_PHRASES.items():
    _words = tuple(_phrase.split())
    BY_LAST_WORD.setdefault(_words[-1], []).append((_words, _bound))
for _list in BY_LAST_WORD.values():
    _list.sort(key=lambda entry: -len(entry[0]))

MULTIPLES: Final = {
    "doubled": 2, "doubling": 2, "tripled": 3, "tripling": 3, "trebled": 3, "trebling": 3, "quadrupled": 4, "quadrupling": 4, "quintupled": 5,
    "doubles": 2, "triples": 3, "quadruples": 4, "halved": 0.5, "halving": 0.5, "twofold": 2, "threefold": 3, "fourfold": 4, "fivefold": 5,
    "sixfold": 6, "sevenfold": 7, "eightfold": 8, "ninefold": 9, "tenfold": 10, "hundredfold": 100,
}  # fmt: skip
MULTIPLES_BEFORE_NOUN: Final = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4, "twice": 2, "thrice": 3}
AFTER_MULTIPLE: Final = frozenset(
    "the its their what that those last as from to year-earlier a this his her our your in over by".split()
)
FRACTIONS: Final = {
    "half": 1 / 2,
    "third": 1 / 3,
    "quarter": 1 / 4,
    "fifth": 1 / 5,
    "sixth": 1 / 6,
    "tenth": 1 / 10,
    "eighth": 1 / 8,
}
CROWDS: Final = {
    "tens": 1e1,
    "dozens": 1e1,
    "hundreds": 1e2,
    "thousands": 1e3,
    "millions": 1e6,
    "billions": 1e9,
    "trillions": 1e12,
}
CHANGE_WORDS: Final = frozenset(
    "up down rose rise rises rising fell fall falls falling grew grow growing gained jumped climbed increased increase surged soared slipped "
    "dropped declined advanced added by shed leapt expanded swelled dipped slid tumbled higher lower lost jump gain".split()
)
RANGE_WORDS: Final = frozenset("range ranges ranged ranging anywhere band bracket between".split())
AMOUNT_ENDS: Final = frozenset(SCALES) | {"%", "yuan", "renminbi", "dollars", "euros", "yen"}
VAGUE: Final = frozenset("several few many multiple couple some".split())
STARTERS: Final = frozenset(
    "a an half one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen "
    "twenty thirty forty fifty sixty seventy eighty ninety".split()
)
WORD_STARTS: Final = STARTERS | FRACTIONS.keys() | MULTIPLES.keys() | MULTIPLES_BEFORE_NOUN.keys() | CROWDS.keys() | VAGUE | {
    "multi", "single", "low", "mid", "high", "triple", "double", "multibillion", "multimillion", "multitrillion",
}  # fmt: skip
INTERESTING: Final = WORD_STARTS
ARTICLES: Final = frozenset(("a", "an"))
AFTER_ARTICLE: Final = frozenset(SCALES) | {"hundred"}
