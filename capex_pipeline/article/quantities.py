"""Finds every amount of money, percentage, multiple, count and range in a text, with its span.

Add a rule here for bounds ("more than", "nearly"; the words themselves are the lexicon of `values.words`), ranges, words that stand for a multiple or a fraction, and numbers
that are no quantity. Single numbers are read in `article/amounts.py`, period expressions in
`article/period_expressions.py`, and the metric is decided in `article/metric_rules.py`.

A number whose value is not certain becomes a mention of kind `uncertain`, with a reason and without a value.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from capex_pipeline.article.amounts import NO_UNIT, Amount, currency_after, read_amount, read_end_of_range
from capex_pipeline.article.characters import PlainText, plain_text
from capex_pipeline.article.chip_words import CHIP_NOUNS, looks_like_chip, noun_after
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.negation import UNCLEAR, negation
from capex_pipeline.article.neighbours import misread
from capex_pipeline.article.tokens import CURRENCY, NUMBER, Tokens, tokenise
from capex_pipeline.values.words import (
    BOUND_SUFFIXES,
    BOUND_WORDS,
    CROWDS,
    CURRENCY_OF,
    MULTIPLE_NOUNS,
    MULTIPLES,
    PARTS,
    REVERSED_BOUNDS,
    SCALES,
    SMALL_NUMBERS,
    TENS,
    Bound,
    words_of,
)

__all__ = ["Mention", "find_quantities"]

NO_NUMBER: Final = "The text names a size, no number."
NEGATED: Final = "A negation before the amount may turn its bound round."
_NOT_HALVED: Final = frozenset(
    "first second latter 1 2 other last in final next back the this and - same each every previous prior".split()
)
"""Words before "half" that make it a period or a part of a game, and no share."""


_AT_LEAST, _AT_MOST, _ABOUT = "at_least", "at_most", "approximately"
_BY_LAST_WORD: Final[dict[str, list[tuple[tuple[str, ...], Bound]]]] = {}
for _phrase, _bound in BOUND_WORDS.items():
    _BY_LAST_WORD.setdefault(words_of(_phrase)[-1], []).append((words_of(_phrase), _bound))
for _list in _BY_LAST_WORD.values():
    _list.sort(key=lambda entry: -len(entry[0]))

_AFTER_MULTIPLE: Final = frozenset(
    "the its their what that those last as from to year-earlier a this his her our your in over by".split()
)
_CHANGE_WORDS: Final = frozenset(
    "up down rose rise rises rising fell fall falls falling grew grow growing gained jumped climbed increased increase surged soared slipped "
    "dropped declined decreased decrease decreases decreasing reduced reduces cut cuts lowered narrowed widened raised raise raises lifted boosted trimmed advanced added by shed leapt expanded swelled dipped slid tumbled higher lower lost jump gain".split()
)
_GROWING: Final = ("grow", "increase", "rise", "climb", "expand", "decline", "decrease")
"""Verbs of a change to come, after which two rates are the ends of one."""
_RANGE_WORDS: Final = frozenset(
    "range ranges ranged ranging anywhere anything band bracket between vary varies span spans guesses".split()
)
_REPLACING: Final = frozenset(
    ", up down raised lifted narrowed widened lowered increased trimmed changed higher lower revised".split()
)
"""Words between a range and the one that it replaces: "$70bn to $72bn, up from $66bn to $72bn"."""
_AMOUNT_ENDS: Final = frozenset(SCALES) | {"%", "yuan", "renminbi", "dollars", "euros", "yen"}
_VAGUE: Final = frozenset("several few many multiple couple some".split())
_STARTERS: Final = frozenset(("a", "an", "half")) | (SMALL_NUMBERS.keys() - {"zero"}) | TENS.keys()
_WORD_STARTS: Final = (
    _STARTERS
    | PARTS.keys()
    | MULTIPLES.keys()
    | MULTIPLE_NOUNS.keys()
    | CROWDS.keys()
    | _VAGUE
    | {"multi", "single", "low", "mid", "high", "triple", "double", "multibillion", "multimillion", "multitrillion"}
)
_ARTICLES: Final = frozenset(("a", "an"))
_AFTER_ARTICLE: Final = frozenset(SCALES) | {"hundred"}


def find_quantities(text: str | PlainText, tokens: Tokens | None = None, yuan_sign: str | None = None) -> list[Mention]:
    """Every quantity of a text, in order and without overlaps.

    text: an article's text. tokens: its tokens, if already computed. yuan_sign: the currency ("CNY" or "JPY") of a bare ¥ in this text; without it the words
    of the text decide (yen or yuan), and if they do not, the mention is uncertain."""
    plain = plain_text(text) if isinstance(text, str) else text
    tokens = tokens or tokenise(plain)
    reader = _Reader(plain, tokens, yuan_sign or _yuan_sign(tokens))
    return list(reader.mentions())


_NUMERIC: Final = re.compile(f"[{NUMBER}{CURRENCY}]")
_LONGEST_LIST: Final = 120
_WORD_OF: Final = {10.0**3: "thousand", 10.0**6: "million", 10.0**9: "billion", 10.0**12: "trillion"}


def unit_headers(tokens: Tokens) -> list[tuple[int, int, str, float]]:
    """The units that a bracket gives to a whole list, "(in billions of dollars)", "(RMB million)": last and first token, currency, scale."""
    headers = []
    for index in [index for index, word in enumerate(tokens.words) if word == "("] if "(" in tokens.plain.text else ():
        place = index + 1 + (tokens.word(index + 1) in ("in", "figures"))
        place += tokens.word(place) == "in"
        unit = _header(tokens, place)
        if unit is not None:
            headers.append((unit[0], index, unit[1], unit[2]))
    return headers


def _header(tokens: Tokens, place: int) -> tuple[int, str, float] | None:
    """Closing bracket, currency and scale of a unit that fills a bracket."""
    word = tokens.word(place)
    if word in SCALES and len(word) > 1:
        money = currency_after(tokens, place + 1 + (tokens.word(place + 1) == "of"))
        if money is not None and tokens.word(money[1] + 1) == ")" and float(SCALES[word]) in _WORD_OF:
            return money[1] + 1, money[0], float(SCALES[word])
        return None
    code = CURRENCY_OF.get(word)
    scale = tokens.word(place + 1)
    if code and scale in SCALES and tokens.word(place + 2) == ")" and float(SCALES[scale]) in _WORD_OF:
        return place + 2, code, float(SCALES[scale])
    return None


_TO_HAN: Final = ("至", "到")
_JOINS_A_PAIR: Final = frozenset(("-", "~", "\u2014", "to", "and", "or", *_TO_HAN))
"""What may stand between two numbers of which only the second has a unit."""
_AFTER_BOUNDED: Final = frozenset((")", ",", ".", ";", '"', "of", "by", "in", "over"))
"""Words that may follow "more than double" and the like; "double" alone needs more to be a multiple."""


def _yuan_sign(tokens: Tokens) -> str | None:
    if "¥" not in tokens.words:
        return None
    words = set(tokens.words)
    yen = bool(words & {"yen", "japan", "japanese", "tokyo", "jpy"})
    yuan = bool(
        words & {"yuan", "renminbi", "rmb", "cny", "china", "chinese", "beijing", "shanghai", "shenzhen", "hangzhou"}
    )
    return None if yen == yuan else ("JPY" if yen else "CNY")


_COMPARING: Final = frozenset("from against versus vs than with to".split())
_STOPS: Final = frozenset((".", ";", "?", "!"))
_AFTER_COMPARED: Final = frozenset(
    ("", ".", ",", ";", ")", "in", "a", "the", "it", "they", "for", "during", "last", "one", "reported", "previously")
)
_FAR: Final = 12
"""Words between an amount and the number that is compared with it."""
_FARTHEST: Final = 30
_HUGE: Final = ("billion", "bn", "trillion", "tn")
SHARE_WORDS: Final = frozenset("share shares margin margins proportion portion part".split())
"""Words of percentages that are parts of something, and no growth."""


class _Reader:
    def __init__(self, plain: PlainText, tokens: Tokens, yuan_sign: str | None) -> None:
        self.plain, self.tokens, self.yuan_sign = plain, tokens, yuan_sign
        self.headers = unit_headers(tokens)

    def _under_header(self, amount: Amount) -> Amount:
        """A number in brackets after a name, with the unit that the sentence states for all: "(in billion dollars): Amazon (131)"."""
        words = self.tokens.words
        place = bisect_right(self.headers, (amount.first, 0, "", 0.0)) - 1
        inside = self.tokens.word(amount.first - 1) == "(" and self.tokens.word(amount.last + 1) == ")"
        if place < 0 or not inside or amount.scale_word or amount.currency or not amount.numeral[:1].isdigit():
            return amount
        end, _, currency, scale = self.headers[place]
        if amount.first - end > _LONGEST_LIST or any(
            words[index] in (".", "?", "!") for index in range(end, amount.first)
        ):
            return amount
        return amount.scaled(scale, _WORD_OF[scale])._replace(unit="money", currency=currency, reason="")

    def mentions(self) -> Iterator[Mention]:
        tokens = self.tokens
        kinds, words = tokens.kinds, tokens.words
        next_free = 0
        money: Mention | None = None
        in_headers = {index for end, start, _, _ in self.headers for index in range(start, end)}
        places = {index for index, word in enumerate(words) if word in _WORD_STARTS}
        places.update(match.start() for match in _NUMERIC.finditer(kinds))
        for index in sorted(places):
            if (
                index < next_free
                or index in in_headers
                or (words[index] in _ARTICLES and (index + 1 >= len(words) or words[index + 1] not in _AFTER_ARTICLE))
            ):
                continue
            mention = self.read(index, next_free)
            if mention is not None:
                next_free = mention.last + 1
                mention = self._in_currency_of(money, mention)
                money = mention if mention.kind == "money" else money
                yield mention

    def _in_currency_of(self, money: Mention | None, mention: Mention) -> Mention:
        """A large number that an amount of money is compared with, in its currency: "38.7 billion yuan, against 11.9 billion a year earlier"."""
        words = self.tokens.words
        if money is None or mention.kind != "count" or not mention.scale or mention.counts_chips:
            return mention
        between = words[money.last + 1 : mention.first]
        is_compared = between[-1:] and between[-1] in _COMPARING and _STOPS.isdisjoint(between)
        is_near = len(between) <= _FAR and is_compared
        is_huge = len(between) <= _FARTHEST and mention.scale in _HUGE  # a noun would say what there are billions of
        if not (is_near or is_huge) or self.tokens.word(mention.last + 1) not in _AFTER_COMPARED:
            return mention
        return mention._replace(kind="money", currency=money.currency, unit=money.unit)

    def read(self, index: int, floor: int) -> Mention | None:
        tokens = self.tokens
        if tokens.kinds[index] in (NUMBER, CURRENCY) or tokens.words[index] in _STARTERS:
            amount = self.amount(index)
            if amount is not None:
                return self.amount_mention(amount, floor)
            if tokens.words[index] in ("one", "a", "an") or tokens.words[index] not in _WORD_STARTS:
                return None
        return self.word_mention(index, floor)

    def amount(self, index: int) -> Amount | None:
        amount = read_amount(self.tokens, index)
        if amount is not None and amount.unit in ("bare", "count", "uncertain") and self.headers:
            amount = self._under_header(amount)
        if (
            amount is not None
            and amount.unit == "uncertain"
            and amount.is_prefixed
            and amount.currency is None
            and self.yuan_sign
        ):
            return amount._replace(unit="money", currency=self.yuan_sign, reason="")
        return amount

    # --- single amounts and ranges ---

    def amount_mention(self, amount: Amount, floor: int) -> Mention | None:
        if amount.unit == "bare" and self.tokens.word(amount.last + 1) not in _JOINS_A_PAIR:
            return None
        start, bound, words = _bound_before(self.tokens, amount.first, floor)
        pair = self.range_end(amount, words)
        if pair is not None:
            if self.tokens.word(pair[0].last + 1) in _TO_HAN:
                start = pair[0].first
            doubt = misread(self.tokens, start, pair[0], floor) or misread(self.tokens, start, pair[1], floor)
            return self._doubted(doubt, pair[1].last) if doubt else self.range_mention(*pair, start)
        amount = self._unit_of_pair(amount)
        if (doubt := misread(self.tokens, start, amount, floor)) is not None and amount.unit != "bare":
            return self._doubted(doubt, amount.last)
        if amount.unit == "bare":
            return None
        last, after = _bound_after(self.tokens, amount)
        bound = after or amount.bound or bound
        if amount.unit == "count" and last == amount.last and self.tokens.word(last + 1) in ("units", "unit"):
            last += 1
        return self.build(amount, start, last, bound)

    def _doubted(self, doubt: tuple[str, int, int], last: int) -> Mention:
        """The mention of an amount that something beside it makes uncertain."""
        reason, first, end = doubt
        end = max(end, last)
        return self.build(Amount(first, end, 0.0, 1.0, "uncertain", "", reason=reason), first, end, "exact")

    def range_end(self, amount: Amount, qualifiers: list[str]) -> tuple[Amount, Amount] | None:
        """The two amounts of a range that begins with this amount, with shared units, or None."""
        tokens, following = self.tokens, amount.last + 1
        aside = self.amount_at(following + 1) if tokens.word(following) == "(" and amount.currency else None
        if aside is not None and aside.currency != amount.currency and tokens.word(aside.last + 1) == ")":
            following = aside.last + 2  # "between $66bn (\u00a350bn) and $72bn"
        word = tokens.word(following)
        before = tokens.word(amount.first - 1)
        if amount.reason == NO_UNIT:  # "1.5 to 2 million": the second number has the unit of both
            amount = amount._replace(unit="bare", reason="")
        if word in ("-", "~", "\u2014") and (tokens.joined(following) or word != "\u2014"):
            second = self.amount_at(following + 1)
            if amount.is_prefixed and (second is None or second.unit == "uncertain"):
                second = read_end_of_range(tokens, following + 1)  # "$22-25k"
            is_tight = tokens.joined(following) and tokens.joined(following + 1)
            if (
                second is None
                or (not is_tight and amount.unit not in ("bare", second.unit) and not _is_rest_of(amount, second))
                or (word == "\u2014" and not is_tight)
            ):
                return None
        elif word in _TO_HAN and tokens.joined(following) and tokens.joined(following + 1):
            second = self.amount_at(following + 1)
            if second is None or amount.unit not in ("bare", second.unit):
                return None
        elif word == "to" or (word == "and" and self._between(amount.first)):
            second = self.amount_at(following + 1)
            if second is None:
                return None
            if word == "to" and not self._is_growth_range(amount, second):
                if (
                    (
                        before == "from"
                        or (before == "'s" and "from" in self.tokens.words[max(0, amount.first - 5) : amount.first])
                    )
                    and not self._ends_amount(amount.first - 2)
                    and not (_RANGE_WORDS & set(tokens.words[max(0, amount.first - 5) : amount.first]))
                ):
                    return None
                if before in _CHANGE_WORDS:
                    return None
        else:
            return None
        return _share_units(amount, second)

    def _is_growth_range(self, amount: Amount, second: Amount) -> bool:
        """Whether two percentages are the ends of one rate of growth: "is expected to grow from 12% to 14%", "would increase 24% to 28%"."""
        words = self.tokens.words[max(0, amount.first - 12) : amount.first]
        verb = words[:-1] if words[-1:] == ["from"] else words
        return (
            amount.unit in ("percent", "bare")
            and second.unit == "percent"
            and amount.number < second.number
            and bool(verb)
            and verb[-1] in (("grow",) if verb is not words else _GROWING)
            and SHARE_WORDS.isdisjoint(words)
        )

    def amount_at(self, index: int) -> Amount | None:
        if index >= len(self.tokens) or not (
            self.tokens.kinds[index] in (NUMBER, CURRENCY) or self.tokens.words[index] in _STARTERS
        ):
            return None
        return self.amount(index)

    def _unit_of_pair(self, amount: Amount) -> Amount:
        """The first of two numbers with the unit that is printed after the second only: "from 10 to 12 per cent", "10 and 12 per cent"."""
        word = self.tokens.word(amount.last + 1)
        if amount.is_prefixed and amount.unit == "money" and not amount.scale_word:
            return self._scale_of_pair(amount, word)
        if amount.unit != "bare" or word not in ("to", "and", "or"):
            return amount
        second = self.amount_at(amount.last + 2)
        if (
            second is None
            or second.unit not in ("percent", "money")
            or (second.unit == "money" and (word != "to" or second.is_prefixed))
        ):
            return amount
        if second.unit == "percent":
            return amount._replace(unit="percent")
        return amount.scaled(second.scale, second.scale_word)._replace(unit="money", currency=second.currency)

    def _scale_of_pair(self, amount: Amount, word: str) -> Amount:
        """The first of two amounts with the scale that is printed after the second only: "$10 or $15 billion"."""
        second = self.amount_at(amount.last + 2) if word in ("to", "and", "or") else None
        if second is None or not second.scale_word or second.unit not in ("money", "count"):
            return amount
        if second.currency not in (amount.currency, None) or amount.number > second.number:
            return amount._replace(unit="uncertain", reason="The scale of the amount is not printed beside it.")
        return amount.scaled(second.scale, second.scale_word)

    def _ends_amount(self, index: int) -> bool:
        """Whether an amount ends at a token: "to $40bn from $38bn to $42bn" replaces one range by another."""
        while self.tokens.word(index) in _REPLACING:
            index -= 1
        return self.tokens.word(index) in _AMOUNT_ENDS

    def _between(self, first: int) -> bool:
        words = self.tokens.words[max(0, first - 4) : first]
        return "between" in words or words[-2:] == ["range", "of"]

    def range_mention(self, low: Amount, high: Amount, start: int) -> Mention:
        words = self.tokens.words
        if start == low.first:
            for back, phrase in ((1, ("between",)), (2, ("anywhere", "from")), (1, ("from",))):
                # "narrowed from $125-145 billion" compares with a range; only "from A to B" is one
                if phrase == ("from",) and (words[low.last + 1] != "to" or self._ends_amount(low.first - 2)):
                    break
                if low.first - back >= 0 and tuple(words[low.first - back : low.first]) == phrase:
                    start = low.first - back
                    break
        numeral = f"{low.numeral}-{high.numeral}" if low.scale == high.scale else ""
        joined = high._replace(numeral=numeral, step=max(low.step, high.step))
        mention = self.build(joined, start, high.last, "range")
        return mention._replace(low=low.value, value=None, high=high.value)

    # --- words ---

    def word_mention(self, index: int, floor: int) -> Mention | None:
        tokens = self.tokens
        word, after = tokens.word(index), tokens.word(index + 1)
        if word in MULTIPLES or word in MULTIPLE_NOUNS:
            return self._multiple(index, floor)
        if word in CROWDS:
            return self._crowd(index, floor)
        if word in PARTS:
            return self._fraction(index, floor)
        if word in _VAGUE:
            position = index + (2 if after == "hundred" else 1)
            if after == "of" and word == "couple":
                position = index + 2
            scale = tokens.word(position)
            if (scale in SCALES and len(scale) > 2) or scale in ("bn", "mn"):
                return self._uncertain(index, position, "The text names no number.")
            return None
        if word in ("multibillion", "multimillion", "multitrillion") or (
            word == "multi" and tokens.word(index + 2) in SCALES
        ):
            last = index if word != "multi" else index + 2
            return self._uncertain(index, last, "The text names no number.")
        sized = tokens.word(index + 2) in ("digit", "digits", "teens", "single", "double", "twenties", "thirties")
        if word in ("single", "low", "mid", "high", "double", "triple") and after == "-" and sized:
            return self._uncertain(index, index + 2, NO_NUMBER)
        return None

    def _uncertain(self, first: int, last: int, reason: str) -> Mention:
        last = money[1] if (money := currency_after(self.tokens, last + 1)) else last
        return self.build(Amount(first, last, 0.0, 1.0, "uncertain", "", reason=reason), first, last, "exact")

    def _multiple(self, index: int, floor: int) -> Mention | None:
        tokens, word, after = self.tokens, self.tokens.word(index), self.tokens.word(index + 1)
        if after == "-" and tokens.word(index + 2) in ("digit", "digits"):
            return self._uncertain(index, index + 2, NO_NUMBER)
        start, bound, _ = _bound_before(self.tokens, index, floor)
        if word in MULTIPLE_NOUNS:
            compared = start < index and (after in _AFTER_BOUNDED or self._yearly(index + 1))
            if not compared and (
                after not in _AFTER_MULTIPLE
                or after in ("in", "over", "by")
                or (after in ("a", "to") and start == index)
            ):
                return None
            if (word == "twice" and after == "a") or after == "down":
                return None
        elif after in ("down", "up") and word.startswith("doubl"):
            return None
        number = float(MULTIPLES.get(word) or MULTIPLE_NOUNS[word])
        amount = Amount(index, index, number, 1.0, "multiple", word, step=1.0 if number >= 1 else 0.1)
        return self.build(amount, start, index, REVERSED_BOUNDS.get(bound, bound) if number < 1 else bound)

    def _yearly(self, index: int) -> bool:
        """Whether "year on year" and the like begin at a token: "more than double year-on-year"."""
        word, after = self.tokens.word(index), self.tokens.word(index + 1)
        return word in ("yoy", "y") or (word == "year" and after in ("-", "on", "over"))

    def _crowd(self, index: int, floor: int) -> Mention | None:
        tokens = self.tokens
        size, last, position = CROWDS[tokens.word(index)], index, index
        while tokens.word(position + 1) == "of" and tokens.word(position + 2) in CROWDS and position < index + 4:
            position += 2
            size *= CROWDS[tokens.word(position)]
            last = position
        money = currency_after(tokens, last + 1)
        if money and size < 100:
            return None
        if not money and size < 1e4 and not noun_after(tokens, last + 2 if tokens.word(last + 1) == "of" else last + 1):
            return None
        if not money and last == index and tokens.word(last + 1) != "of":
            return self._uncertain(index, last, "The text names no number.")  # "billions behind its rival"
        unit, currency, end = ("money", *money) if money else ("count", None, last)
        amount = Amount(index, end, 0.0, 1.0, unit, "", currency=currency, step=size)
        mention = self.build(amount, index, end, "order_of_magnitude")
        text = " ".join(tokens.words[index : last + 1])
        return mention._replace(low=2 * size, value=None, high=10 * size - 1, numeral=text)

    def _fraction(self, index: int, floor: int) -> Mention | None:
        tokens, word, after = self.tokens, self.tokens.word(index), self.tokens.word(index + 1)
        first = index
        before = tokens.word(index - 1)
        if before in ("a", "one") and index - 1 >= floor:
            first = index - 1
        elif before == "-" and tokens.word(index - 2) == "one":
            first = index - 2
        start, bound, _ = _bound_before(self.tokens, first, floor)
        if word == "half":
            if after in ("as", "an", "-", "year", "time") or before in _NOT_HALVED:
                return None
            if after not in ("of", "the", "its", "their", "that", "what", "this") and start == first:
                return None
        elif (
            first == index
            or after in ("year", "quarter", "time", "-", "party", "generation", "day")
            or (
                after != "of"
                and (start == first or word == "quarter")
                and after not in ("higher", "lower", "less", "fewer", "more")
            )
            or (
                (word == "quarter" and tokens.word(index + 2) in ("record", "growth", "strong", "weak"))
                or (before == "-" and first == index)
            )
        ):
            return None
        value = 100 / PARTS[word]
        numeral = tokens.words[first : index + 1]
        amount = Amount(first, index, value, 1.0, "percent", "half" if word == "half" else " ".join(numeral), step=1.0)
        return self.build(amount, start, index, bound)

    # --- mentions ---

    def build(self, amount: Amount, first: int, last: int, bound: str) -> Mention:
        """A mention of one amount with its qualifying words."""
        tokens = self.tokens
        value: float | None = amount.value
        if amount.unit == "fraction":
            value = amount.value * 100
        if bound == UNCLEAR:
            amount = amount._replace(unit="uncertain", reason=NEGATED)
        uncertain = amount.unit in ("uncertain", "bare")
        if uncertain:
            low = high = value = None
        else:
            low = value if bound in ("exact", _AT_LEAST) else None
            high = value if bound in ("exact", _AT_MOST) else None
            value = value if bound in ("exact", _ABOUT) else None
        kind = "uncertain" if uncertain else "percent" if amount.unit == "fraction" else amount.unit
        unit = {"money": amount.currency or "", "multiple": "times", "count": "units", "uncertain": ""}.get(kind, kind)
        plain_start, plain_end = tokens.starts[first], tokens.end(last)
        start, end = self.plain.span(plain_start, plain_end)
        return Mention(
            start=start,
            end=end,
            text=self.plain.original[start:end],
            kind=kind,
            low=low,
            value=value,
            high=high,
            bound=bound if not uncertain else "exact",
            currency=amount.currency if kind == "money" else None,
            scale=amount.scale_word,
            unit=unit,
            step=amount.step if amount.unit != "fraction" else 1.0,
            certain=not uncertain,
            reason=amount.reason,
            numeral=amount.numeral,
            first=first,
            last=last,
            counts_chips=kind == "count" and self._counts_chips(amount.last + 1),
            plain_start=plain_start,
            plain_end=plain_end,
        )

    def _counts_chips(self, index: int) -> bool:
        tokens = self.tokens
        if tokens.word(index) in CHIP_NOUNS or looks_like_chip(tokens.word(index)) or noun_after(tokens, index):
            return True
        # "of Nvidia's Hopper chips", "graphics processing units"
        return tokens.word(index) == "of" and any(noun_after(tokens, index + step) for step in (1, 3))


# --- bounds and ranges ---


_VERBS: Final = frozenset("exceeds exceeded exceed surpassed surpass topped passed".split())
_REACHING: Final = frozenset("reach hit touch approach".split())
_COMPARATIVES: Final = frozenset(("than", "under", "below", "south"))
"""Words of an upper bound whose negation is a lower bound; "not as much as" is an upper bound still."""


def _bound_before(tokens: Tokens, first: int, floor: int) -> tuple[int, str, list[str]]:
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
        if bound in ("exact", _ABOUT):
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
    if bound in (_AT_LEAST, _AT_MOST):
        negated = negation(tokens, start, floor)
        if negated == UNCLEAR:
            bound = UNCLEAR
        elif negated and (bound == _AT_LEAST or not _COMPARATIVES.isdisjoint(tokens.words[start:first])):
            bound = _AT_MOST if bound == _AT_LEAST else _AT_LEAST
        start -= bool(negated) and tokens.words[start - 1] == "not"
    elif tokens.word(start - 1) in _REACHING and negation(tokens, start - 1, floor) == "not":
        bound = _AT_MOST  # "will not reach $50bn"
    return start, bound, taken


def _phrase_before(tokens: Tokens, end: int, floor: int) -> tuple[int, str] | None:
    word = tokens.word(end - 1)
    if end - 1 < floor or not word or (word == "over" and tokens.word(end - 2) in ("turned", "turning")):
        return None  # "turned over $27bn" is no bound
    for phrase, bound in _BY_LAST_WORD.get(word, ()):
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


def _bound_after(tokens: Tokens, amount: Amount) -> tuple[int, str | None]:
    """Index of the last token of an amount with the words after it ("or more", "+"), and the bound they set."""
    following = amount.last + 1
    word, second = tokens.word(following), tokens.word(following + 1)
    if word == "+" and tokens.joined(following):
        return following, _AT_LEAST
    if word == "-" and second == "plus" and tokens.joined(following):
        return following + 1, _AT_LEAST
    if word == "plus" and second not in ("or", "a", "the", "$"):
        return following, _AT_LEAST if second in (",", ".", "in", "of", "on") else None
    if (bound := BOUND_SUFFIXES.get(word + second)) is not None and not word.isascii():
        return following + 1, bound
    if word == "or" and (bound := BOUND_SUFFIXES.get(f"or {second}")) is not None:
        return following + 1, bound
    return amount.last, None


def _share_units(low: Amount, high: Amount) -> tuple[Amount, Amount] | None:
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
        low = low.scaled(high.scale, high.scale_word)
    if not low.scale_word and high.scale_word and low.number < 1000:
        return None  # "$900 to $1 billion": the scale of the first is not printed
    return (low, high) if low.value < high.value else None


def _is_rest_of(low: Amount, high: Amount) -> bool:
    """Whether a second number is the end of a range with the currency before the first: "USD 12 billion - 14 billion"."""
    return (
        low.is_prefixed and high.unit == "count" and bool(high.scale_word) and low.scale_word in ("", high.scale_word)
    )
