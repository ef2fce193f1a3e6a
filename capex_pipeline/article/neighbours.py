"""What stands beside an amount and makes its reading uncertain: a number that was cut out of a larger token, an unread currency or scale
word, a sign or brackets that make it negative.

Add a rule here when a neighbour can change the value or the currency of an amount and is not read. What can be read belongs to `amounts`
and `bounds`, the words themselves to `values.words`.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from capex_pipeline.article.amounts import Amount, is_footnote
from capex_pipeline.article.chip_words import noun_after
from capex_pipeline.article.tokens import CURRENCY, NUMBER, WORD, Tokens
from capex_pipeline.values.words import DOLLAR_PEOPLES, HAN_SCALES, SCALES, UNREAD_CURRENCIES, UNREAD_SCALES

_CUT: Final = "The number is a part of a longer one that is not read."
_NEGATIVE: Final = "The sign or the brackets say that the amount is negative."
_CURRENCY_BESIDE: Final = "A currency that is not read stands beside the number."
_SPACED: Final = "Spaces part the digits of the number."
_SCALE_BESIDE: Final = "A scale that is not read stands beside the number."
_TRADITIONAL: Final = "In traditional script 元 may be the yuan, the Hong Kong dollar or the New Taiwan dollar."
_SCALE_NAMES: Final = ("million", "billion", "trillion")
"""Beginnings of words that are a scale and a word that has lost its space: "$160 billionand"."""
_OPEN: Final = frozenset(("(", "[", '"', "'"))
_MEASURES: Final = frozenset("块塊枚颗顆台臺片张張个個人名家吨噸户戶辆輛次份件套座部倍")
"""Chinese measure words: the following words are counted things, not a currency."""
_UNITS: Final = frozenset(("%", "percent", "pct", "yuan", "dollars", "euros", "yen", "renminbi"))


def misread(tokens: Tokens, first: int, amount: Amount, floor: int) -> tuple[str, int, int] | None:
    """Why an amount is uncertain, with the first and last token of the cause; None if nothing beside it makes it uncertain.

    first: the first token of the amount and its qualifying words. floor: the first token that belongs to no earlier mention."""
    if amount.unit in ("percentage_points", "basis_points", "fraction"):
        return None
    before = _cut_before(tokens, first, amount, floor) or _before(tokens, first, amount, floor)
    if before is not None:
        return before[0], max(min(before[1], first), floor), amount.last
    after = _after(tokens, amount)
    return (after[0], first, after[1]) if after is not None else None


def _cut_before(tokens: Tokens, start: int, amount: Amount, floor: int) -> tuple[str, int] | None:
    """Digits, letters or signs that touch the amount from the left."""
    first, words, kinds = amount.first, tokens.words, tokens.kinds
    if first == 0:
        return None
    previous = words[first - 1]
    if amount.is_prefixed:
        if tokens.joined(first) and kinds[first - 1] in (WORD, NUMBER) and not _is_han(previous):
            return _CURRENCY_BESIDE, first - 1
        if _names_a_dollar(tokens, amount):
            return _CURRENCY_BESIDE, first - 1
        hyphened = start == first and previous == "-" and tokens.joined(first) and tokens.joined(first - 1)
        if hyphened and kinds[first - 2] == WORD and not _ends_amount(tokens, first - 2) and first - 2 >= floor:
            return "A word that is joined to the amount is not read.", first - 2
        return None
    if kinds[first] != NUMBER:
        return None
    if tokens.joined(first) and tokens.joined(first - 1) and words[first - 2] in ("mid", "low", "high"):
        return _CUT, first - 2  # "the mid-40% range"
    if tokens.joined(first):
        if previous in (",", ".") and tokens.joined(first - 1) and words[first - 2][-1:].isdigit():
            return _CUT, first - 2
        if kinds[first - 1] == WORD and (previous in HAN_SCALES or not _is_han(previous)):
            return _CUT, first - 1
    elif kinds[first - 1] == NUMBER and (previous == "000" or _goes_on(previous, words[first])):
        return _SPACED, first - 1
    return None


def _goes_on(previous: str, digits: str) -> bool:
    return len(previous) <= 3 and previous.isdigit() and len(digits.partition(",")[0].partition(".")[0]) == 3


def _names_a_dollar(tokens: Tokens, amount: Amount) -> bool:
    """Whether the word before a bare dollar sign may name its country. "A $5bn plan" begins with an article."""
    before = amount.first - 1
    word = tokens.word(before)
    if not amount.is_bare_dollar or word not in DOLLAR_PEOPLES or not tokens.is_capital(before):
        return False
    begins = before == 0 or tokens.word(before - 1) in (".", "?", "!", *_OPEN) or _breaks(tokens, before)
    return not (word == "a" and begins)


def _breaks(tokens: Tokens, index: int) -> bool:
    """Whether a line ends before a token."""
    return "\n" in tokens.plain.text[tokens.end(index - 1) : tokens.starts[index]]


def _before(tokens: Tokens, first: int, amount: Amount, floor: int) -> tuple[str, int] | None:
    """A sign, a currency or a scale word before the amount and its qualifying words."""
    before = first - 1
    if before < floor:
        return None
    word = tokens.words[before]
    if word in ("△", "▲"):
        return _NEGATIVE, before
    if word in ("minus", "negative") and tokens.word(before - 1) != "or":
        return _NEGATIVE, before
    if word == "-" and tokens.joined(first) and amount.unit not in ("percent", "multiple", "bare"):
        free = before == 0 or not tokens.joined(before) or tokens.words[before - 1] in _OPEN
        return (_NEGATIVE, before) if free else None
    if amount.is_prefixed or amount.unit in ("percent", "multiple") or first != amount.first:
        return None
    if tokens.kinds[before] == CURRENCY and word != "元":
        return _CURRENCY_BESIDE, before
    if tokens.joined(before) and before > floor and tokens.kinds[before - 1] == CURRENCY:
        return _CURRENCY_BESIDE, before - 1  # "$B 5 billion"
    if word == "." and tokens.joined(before) and tokens.words[before - 1] in ("fr", "kr", "sh") and before > floor:
        return _CURRENCY_BESIDE, before - 1
    if len(word) == 1 and word in "bcgklnpqrstw" and tokens.is_capital(before) and len(amount.scale_word) > 1:
        return _CURRENCY_BESIDE, before
    if unicodedata.category(word[0]) == "Sc" or (word in UNREAD_CURRENCIES and _is_code(tokens, before)):
        return _CURRENCY_BESIDE, before
    if (
        tokens.kinds[first] == NUMBER
        and (word in SCALES or word in UNREAD_SCALES or word in ("usdm", "rmbm", "eurm"))
        and word.isascii()
        and (len(word) > 1 or tokens.kinds[before - 1] == CURRENCY)
    ):
        return _SCALE_BESIDE, before
    return None


def _is_code(tokens: Tokens, index: int) -> bool:
    """Whether a word that may be a currency is written as one: with a capital, or as a name of more than three letters."""
    return tokens.is_capital(index) or len(tokens.words[index]) > 3


def _after(tokens: Tokens, amount: Amount) -> tuple[str, int] | None:
    """A bracket, a scale word or a currency after the amount."""
    following = amount.last + 1
    word = tokens.word(following)
    is_named = tokens.word(amount.first) in ("人民幣", "人民币", "rmb")
    if (
        amount.currency == "CNY"
        and tokens.word(amount.last) == "元"
        and amount.scale_word in ("億", "萬", "萬億")
        and not is_named
    ):
        return _TRADITIONAL, amount.last
    if not word:
        return None
    if tokens.kinds[following] == WORD and tokens.joined(following) and word[0] < _FIRST_KANA and not is_footnote(word):
        return "Letters touch the amount.", following
    opened = tokens.word(amount.first - 1) == "("
    second = tokens.word(following + 1)
    if word == ")" and opened and (second in SCALES or second in UNREAD_SCALES or second in _UNITS):
        return _NEGATIVE, following + 1
    touches = tokens.joined(following)
    if not amount.scale_word and amount.unit in ("money", "count", "bare"):
        if (word in UNREAD_SCALES and not _is_word_of_prose(tokens, following)) or word.startswith(_SCALE_NAMES):
            return _SCALE_BESIDE, following
        if amount.is_prefixed and _is_foreign(word):
            return _SCALE_BESIDE, following
        if tokens.kinds[following] == NUMBER and not touches and _goes_on(amount.numeral, word):
            return _SPACED, following
        inside = following + 1 + (second == "in")
        if word == "(" and tokens.word(inside) in SCALES and tokens.word(inside + 1) == ")":
            return _SCALE_BESIDE, inside + 1
    touches_han = amount.scale_word in HAN_SCALES and touches
    if touches_han and tokens.kinds[following] == NUMBER:
        return _CUT, following
    if touches_han and tokens.kinds[following] == WORD and amount.unit == "count" and not _is_measure(word):
        return _CUT, following
    if amount.unit == "count" and (currency := _currency_near(tokens, following)) is not None:
        return None if noun_after(tokens, currency + 1) else (_CURRENCY_BESIDE, currency)  # "50,000 AMD GPUs"
    if amount.is_bare_dollar and word in DOLLAR_PEOPLES and tokens.is_capital(following) and len(word) > 1:
        return _CURRENCY_BESIDE, following
    return None


def _currency_near(tokens: Tokens, index: int) -> int | None:
    """The index of a currency noun that ends a phrase of up to three words after a number: "5 billion Jamaican dollars"."""
    for place in range(index, min(index + 3, len(tokens))):
        word = tokens.words[place]
        if tokens.kinds[place] != WORD and word not in ("-",) and unicodedata.category(word[0]) != "Sc":
            return None
        if unicodedata.category(word[0]) == "Sc":
            return place
        if word in UNREAD_CURRENCIES and (_is_code(tokens, place) or place > index):
            return place
        if word in ("of", "and", "in", "to", "for", "a", "the"):
            return None
    return None


def _is_word_of_prose(tokens: Tokens, index: int) -> bool:
    """Whether a word that can be a scale is plain English here: "$20 bill", "5 bills"."""
    return tokens.words[index] in ("bill", "bills", "score", "mills", "mi") and not tokens.is_capital(index)


def _is_foreign(word: str) -> bool:
    """Whether a word is in another script than Latin."""
    return word[0].isalpha() and word[0] > "ɏ"


def _is_measure(word: str) -> bool:
    """Whether a character after a Chinese number is a measure word, or Latin text that is counted."""
    return word in _MEASURES or word[0] <= "\u2fff"


_FIRST_KANA: Final = "\u3040"


def _is_han(word: str) -> bool:
    """Whether a word is written without spaces beside others: Chinese, Japanese or Korean."""
    return _FIRST_KANA <= word[0] <= "\uffff"


def _ends_amount(tokens: Tokens, index: int) -> bool:
    word = tokens.words[index]
    return word in SCALES or word in _UNITS or is_footnote(word)
