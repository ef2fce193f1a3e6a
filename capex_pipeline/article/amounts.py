"""Reads one number with the scale, currency or unit that touches it.

Examples are "$4.2bn", "23 billion yuan", "one and a half million", "500亿元" and "two-thirds". Add a notation of single
amounts here. Bounds and ranges are read in `article/quantities.py`, and what a number measures is decided in
`article/metric_rules.py`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple

from capex_pipeline.article.chip_words import noun_after
from capex_pipeline.article.tokens import CURRENCY, NUMBER, SIGNS, WORD, Tokens
from capex_pipeline.values.words import (
    CURRENCY_OF,
    DOLLAR_COUNTRIES,
    HAN_SCALES,
    LETTER_SCALES,
    MONTHS,
    PARTS,
    SCALES,
    read_number_words,
    words_of,
)

CURRENCY_WORDS: Final[dict[tuple[str, ...], str]] = {
    words_of(spelling): code
    for spelling, code in CURRENCY_OF.items()
    if spelling.replace(" ", "").replace(".", "").isalpha() and spelling.isascii()
}
_CURRENCY_STARTS: Final = frozenset(phrase[0] for phrase in CURRENCY_WORDS)
_LONGEST_CURRENCY: Final = max(map(len, CURRENCY_WORDS))
_MEASURES: Final = frozenset(
    "gw mw kw gigawatts gigawatt megawatts megawatt nm nanometer nanometre km miles hours".split()
)
_DOLLARS: Final = frozenset((*DOLLAR_COUNTRIES.values(), "CAD"))
NO_UNIT: Final = "The number has no unit."
MAX_DIGITS: Final = 24
_STEPS: Final = tuple(float(f"1e-{decimals}") for decimals in range(MAX_DIGITS + 1))
"""One unit of the last decimal place, by the number of decimals."""


class Amount(NamedTuple):
    """One number. `first` and `last` are token indexes, both included.

    unit: money | percent | percentage_points | basis_points | multiple | count | fraction | bare | uncertain.
    numeral and scale_word are the text for a row's value; number is without the scale.
    """

    first: int
    last: int
    number: float
    scale: float
    unit: str
    numeral: str
    scale_word: str = ""
    currency: str | None = None
    step: float = 1.0
    reason: str = ""
    in_words: bool = False
    is_prefixed: bool = False
    bound: str = ""
    is_bare_dollar: bool = False
    """Whether the sign is "$" alone, so that a country may follow the number: "$5bn AUD"."""

    @property
    def value(self) -> float:
        """The number in full units, without the rounding noise of binary multiplication."""
        if self.scale == 1.0:
            return self.number
        return float(Decimal(repr(self.number)) * Decimal(repr(self.scale)))

    def scaled(self, scale: float, scale_word: str) -> Amount:
        """The amount with a scale that is printed elsewhere."""
        return self._replace(scale=scale, scale_word=scale_word, step=self.step * scale)


def read_amount(tokens: Tokens, index: int) -> Amount | None:
    """Read the amount that begins at a token, or return None. A number that cannot be read is `uncertain`."""
    position = index
    currency: str | None = None
    prefixed = False
    if tokens.kinds[index] == CURRENCY:
        currency, prefixed = SIGNS[tokens.words[index]], True
        position += 1
        if tokens.word(position) in ("$", "¥") and (  # "rmb¥", "usd$", "hk $"
            tokens.joined(position) or tokens.words[index] in DOLLAR_COUNTRIES
        ):
            position += 1
        if position >= len(tokens) or tokens.starts[position] - tokens.end(position - 1) > 1:
            return None
    core = (
        _digits(tokens, position)
        if position < len(tokens) and tokens.kinds[position] == NUMBER
        else _words(tokens, position, prefixed)
    )
    if core is None:
        return None
    if prefixed:
        bare = tokens.words[position - 1] == "$" and position - 1 == index
        core = core._replace(first=index, currency=currency, is_prefixed=True, is_bare_dollar=bare)
    return _with_unit(tokens, _with_scale(tokens, core))


def read_end_of_range(tokens: Tokens, index: int) -> Amount | None:
    """Read the second number of a range with the currency before the first one: the "18B" of "$16-18B"."""
    if index >= len(tokens) or tokens.kinds[index] != NUMBER:
        return None
    core = _digits(tokens, index)
    scaled = _with_scale(tokens, core) if core is not None else None
    if scaled is None or not scaled.scale_word or _odd_suffix(tokens, scaled):
        return None
    return scaled._replace(unit="count")


def _digits(tokens: Tokens, index: int) -> Amount | None:
    text = tokens.words[index]
    if len(text) > MAX_DIGITS:
        return Amount(
            index, index, 0.0, 1.0, "uncertain", text, reason="The number has too many digits to be an amount."
        )
    following = tokens.word(index + 1)
    if following == "," and tokens.joined(index + 1) and tokens.joined(index + 2) and tokens.kinds[index + 2] == NUMBER:
        return Amount(index, index + 2, 0.0, 1.0, "uncertain", text, reason="The digits are not grouped in threes.")
    if following == "." and tokens.joined(index + 1) and tokens.joined(index + 2):
        return None  # a version, a ticker (9988.HK), a date with points
    digits = text.replace(",", "")
    decimals = len(digits.partition(".")[2])
    return Amount(index, index, float(digits), 1.0, "bare", text, step=_STEPS[decimals])


def _words(tokens: Tokens, index: int, prefixed: bool) -> Amount | None:
    """Number words: "two", "twenty-five", "one hundred", "a" before a scale, "half a million", "one and a half"."""
    word = tokens.word(index)
    if (
        word == "half"
        and tokens.word(index + 1) in ("a", "an")
        and tokens.word(index + 2) in SCALES
        and len(tokens.word(index + 2)) > 1
    ):
        return Amount(index, index + 1, 0.5, 1.0, "bare", "half a", step=0.1, in_words=True)
    if (spelled := read_number_words(tokens.words, index)) is not None:
        number = int(spelled.number) if spelled.number.is_integer() else spelled.number
        return Amount(index, spelled.last, spelled.number, 1.0, "bare", str(number), step=spelled.step, in_words=True)
    if word in ("a", "an"):
        scale = tokens.word(index + 1)
        if (scale in SCALES and len(scale) > 2) or scale in ("bn", "mn", "tn"):
            return Amount(index, index, 1.0, 1.0, "bare", "1", in_words=True)
    return None


_AND_MORE: Final = ("多", "余", "餘")
"""Characters between a number and its scale that mean "more than": 500多亿 is more than 50 billion."""


def _with_scale(tokens: Tokens, amount: Amount) -> Amount:
    following = amount.last + 1
    word = tokens.word(following)
    if word in _AND_MORE and tokens.joined(following) and tokens.word(following + 1) in HAN_SCALES:
        amount = amount._replace(bound="at_least")
        following, word = following + 1, tokens.word(following + 1)
    if (
        word == "-"
        and tokens.word(following + 1) in SCALES
        and len(tokens.word(following + 1)) > 1
        and tokens.joined(following + 1)
    ):
        following, word = following + 1, tokens.word(following + 1)
    if word not in SCALES or amount.unit == "uncertain" or (word in ("yi", "wan") and amount.in_words):
        return amount
    attached = tokens.joined(following) and not amount.in_words
    is_billion = word == "b" and amount.is_prefixed and tokens.is_capital(following)  # "$35 B"
    if word in LETTER_SCALES and not (attached or is_billion):
        return amount
    scaled = amount._replace(
        last=following, scale=float(SCALES[word]), scale_word=word, step=amount.step * SCALES[word]
    )
    if word in HAN_SCALES:
        return _with_rest(tokens, _with_power(tokens, scaled))
    next_scale = following + 1 + (tokens.word(following + 1) == "-" and tokens.joined(following + 1))
    second = tokens.word(next_scale)
    if second in ("million", "billion", "trillion", "crore", "crores", "cr") and word in (
        "thousand",
        "million",
        "lakh",
        "lac",
    ):
        total = float(SCALES[word] * SCALES[second])  # "a thousand billion", "one million million"
        scaled = scaled._replace(last=next_scale, scale=total, scale_word=f"{word} {second}", step=amount.step * total)
    return scaled


_TENS: Final = ("千", "仟", "천")
_MYRIADS: Final = frozenset(word for word in HAN_SCALES if len(word) == 1 and word not in _TENS)


def _with_power(tokens: Tokens, amount: Amount) -> Amount:
    """An amount of thousands of a larger scale: 5천억 is 500 billion."""
    second = tokens.word(amount.last + 1)
    if amount.scale_word not in _TENS or second not in _MYRIADS or not tokens.joined(amount.last + 1):
        return amount
    larger = float(SCALES[second])
    scaled = amount.scaled(amount.scale * larger, f"{amount.scale_word} {second}")
    return scaled._replace(last=amount.last + 1, step=amount.step * larger)


def _with_rest(tokens: Tokens, amount: Amount) -> Amount:
    """An amount that goes on in a smaller scale, which then is that of the whole: 1조 2,345억, 3兆6400億."""
    place = amount.last + 1
    if place >= len(tokens) or tokens.kinds[place] != NUMBER or amount.scale_word not in _MYRIADS:
        return amount
    rest = _digits(tokens, place)
    if rest is None or rest.unit != "bare" or SCALES.get(tokens.word(place + 1), amount.scale) >= amount.scale:
        return amount
    rest = _with_scale(tokens, rest)
    if rest.value >= amount.scale:
        return amount
    number = float(Decimal(repr(amount.value + rest.value)) / Decimal(repr(rest.scale)))
    return amount._replace(
        last=rest.last,
        number=number,
        scale=rest.scale,
        scale_word=rest.scale_word,
        step=rest.step,
        numeral=f"{number:.15g}",
    )


def _with_unit(tokens: Tokens, amount: Amount) -> Amount | None:
    following = amount.last + 1
    if amount.unit == "uncertain":
        return amount
    if (currency := currency_after(tokens, following)) and tokens.word(currency[1] + 1) != "cents":
        code, last = currency
        if tokens.words[last] == "元" and amount.currency in ("TWD", "HKD", "USD"):
            code = amount.currency  # 新台币500亿元: the currency before the number determines which 元 it is
        if amount.currency is None or amount.currency == code or (amount.is_bare_dollar and code in _DOLLARS):
            return _as_money(amount, last, code)
        return amount._replace(last=last, unit="uncertain", reason="Two currencies stand beside the number.")
    if amount.currency is None and not amount.scale_word and (cents := _cents_after(tokens, following)):
        return _in_cents(tokens, amount, cents)
    if amount.is_prefixed:
        return (
            _as_money(amount, amount.last, amount.currency)
            if not _odd_suffix(tokens, amount)
            else amount._replace(unit="uncertain", reason="Letters touch the amount.")
        )
    word, after = tokens.word(following), tokens.word(following + 1)
    dash = word == "-" and tokens.joined(following)
    if dash and tokens.joined(following + 1):
        word, after, following = after, tokens.word(following + 2), following + 1
    if not amount.scale_word:
        if word in ("%", "percent", "pct", "pc"):
            return (
                amount._replace(unit="percent", last=following)
                if not (word == "pc" and not tokens.joined(following))
                else None
            )
        if word == "per" and (after == "cent" or (after == "-" and tokens.word(following + 2) == "cent")):
            return amount._replace(unit="percent", last=following + (1 if after == "cent" else 2))
        if (word in ("percentage", "percent") and after in ("points", "point", "-")) or (
            word in ("pp", "ppt", "ppts") and not dash
        ):
            return amount._replace(unit="percentage_points", last=following + (after in ("points", "point")))
        if (word == "basis" and after in ("points", "point")) or word in ("bps", "bp"):
            return amount._replace(unit="basis_points", last=following + (word == "basis"))
        if (word == "times" and after not in ("a", "per", "in", "since", "before", "as", "square")) or (
            word == "times" and after == "as"
        ):
            return amount._replace(unit="multiple", last=following)
        if (word == "x" and not dash and tokens.joined(following)) or (
            word in ("fold",) and (dash or tokens.joined(following))
        ):
            return amount._replace(unit="multiple", last=following)
        if _part_follows(tokens, amount, word, following):
            part = PARTS[word.removesuffix("s")]
            number = amount.number / part
            return amount._replace(unit="fraction", last=following, number=number, numeral=repr(number), step=0.01)
    if _odd_suffix(tokens, amount) or _is_code(tokens, amount):
        return None
    return _count(tokens, amount)


def _cents_after(tokens: Tokens, index: int) -> int:
    """The index of the word for cents at a token or after its currency, 0 if there is none."""
    return next((place for place in (index, index + 1) if tokens.word(place) in ("cents", "¢")), 0)


def _in_cents(tokens: Tokens, amount: Amount, last: int) -> Amount:
    """A hundredth of a dollar, unless a currency precedes the word."""
    if last - amount.last > 1 and tokens.word(last - 1) not in ("us", "american"):
        return amount._replace(last=last, unit="uncertain", reason="The cents are not said to be of a dollar.")
    number = (
        Decimal(amount.numeral.replace(",", "")) / 100 if not amount.in_words else Decimal(int(amount.number)) / 100
    )
    return amount._replace(
        last=last,
        unit="money",
        currency="USD",
        number=float(number),
        numeral=format(number, "f"),
        step=amount.step / 100,
    )


def _part_follows(tokens: Tokens, amount: Amount, word: str, following: int) -> bool:
    """two-thirds, one-third, three quarters of; not "one quarter", "two quarters" of a year."""
    if not amount.in_words or word.removesuffix("s") not in PARTS or amount.number >= 10:
        return False
    if (amount.number > 1) != word.endswith("s"):
        return False
    return word not in ("quarter", "quarters", "half", "halves") or tokens.word(following + 1) == "of"


def _as_money(amount: Amount, last: int, currency: str | None) -> Amount:
    if currency is None:
        return amount._replace(last=last, unit="uncertain", reason="The sign ¥ stands for yuan and for yen.")
    return amount._replace(last=last, currency=currency, unit="money")


def currency_after(tokens: Tokens, index: int) -> tuple[str, int] | None:
    """The currency words or sign at an index, and the index of their last token."""
    if index < len(tokens) and tokens.word(index) == "-" and tokens.joined(index):
        index += 1
    if tokens.word(index) == "of" and tokens.word(index + 1) in ("dollars", "yuan", "euros", "pounds", "yen"):
        index += 1
    if index >= len(tokens):
        return None
    if tokens.kinds[index] == CURRENCY and tokens.kinds[min(index + 1, len(tokens) - 1)] != NUMBER:
        code = SIGNS[tokens.words[index]]
        if tokens.words[index] == "元" and tokens.word(index + 1) in ("人民币", "人民幣"):
            return "CNY", index + 1
        return (code, index) if code and tokens.words[index] != "$" else None
    if tokens.words[index] not in _CURRENCY_STARTS:
        return None
    for length in range(_LONGEST_CURRENCY, 0, -1):
        phrase = tuple(tokens.words[index : index + length])
        if len(phrase) == length and phrase in CURRENCY_WORDS:
            if phrase == ("pounds",) and not _WEIGHTS.isdisjoint(tokens.words[max(0, index - 12) : index + 12]):
                return None
            if phrase == ("won",) and tokens.word(index + 1) in ("the", "a", "by", "in"):
                return None  # the verb
            return CURRENCY_WORDS[phrase], index + length - 1
    return None


def _odd_suffix(tokens: Tokens, amount: Amount) -> bool:
    """Whether letters or digits that are not a unit touch the amount: "27th", "5nm", "910c"."""
    following = amount.last + 1
    if not tokens.joined(following) or tokens.kinds[following] not in (WORD, NUMBER):
        return False
    word = tokens.words[following]
    return word[0] < "\u3040" and not (len(amount.scale_word) > 1 and is_footnote(word))


def is_footnote(word: str) -> bool:
    """Whether a token that touches a word has the form of a footnote number: "billion3", "billion²"."""
    return word.isdigit() and (len(word) <= 2 or not word.isdecimal())


def _is_code(tokens: Tokens, amount: Amount) -> bool:
    """Whether the number belongs to a name or code: GPT-4.5, COVID-19, S&P 500, 10:15, 30/06."""
    first = amount.first
    before = tokens.word(first - 1)
    if (
        tokens.joined(first)
        and before in ("-", "/", ":", "#", ".", "_", "'")
        and first >= 2
        and tokens.joined(first - 1)
    ):
        return not (before == "-" and (tokens.kinds[first - 2] == NUMBER or tokens.words[first - 2] in _END_OF_AMOUNT))
    after = tokens.word(amount.last + 1)
    return after in (":", "/") and tokens.joined(amount.last + 1) and tokens.joined(amount.last + 2)


_END_OF_AMOUNT: Final = frozenset(SCALES) | {"%", "cent", "percent", "yuan", "dollars"}


def _count(tokens: Tokens, amount: Amount) -> Amount | None:
    following = amount.last + 1 + (tokens.word(amount.last + 1) == "+")  # "700K+ units"
    noun = noun_after(tokens, following)
    if tokens.word(following) in _MEASURES:
        return None
    if amount.scale_word:
        if amount.scale_word in LETTER_SCALES:
            if amount.scale_word in "km" and (noun or _stands_alone(tokens, amount)):
                return amount._replace(unit="count")
            return (
                None
                if amount.scale_word in "bt"
                else amount._replace(unit="uncertain", reason="A letter after a number may be a unit.")
            )
        return amount._replace(unit="count")
    if amount.in_words:
        return amount._replace(unit="count") if amount.number >= 100 else amount
    if "," in amount.numeral:
        return amount._replace(unit="count")
    if "." in amount.numeral:
        before = tokens.is_capital(amount.first - 1) or tokens.word(amount.first - 1) in ("version", "section", "at")
        return None if before else amount._replace(unit="uncertain", reason=NO_UNIT)
    if _is_calendar(tokens, amount):
        return None
    if (noun or tokens.word(amount.last + 1) == "pieces") and not tokens.is_capital(amount.first - 1):
        return amount._replace(unit="count")
    if amount.number >= 10_000:
        return amount._replace(unit="uncertain", reason=NO_UNIT)
    return amount


_FEWEST: Final = 20_000
"""Numbers with a letter and without a noun below this are often names: "10k", "a 5k run"."""
_CLOSING: Final = frozenset(
    "the because . , ; : ) ( in for by from to during this last next and or but while against each apiece are were".split()
)


def _stands_alone(tokens: Tokens, amount: Amount) -> bool:
    """Whether no noun follows a number, as in a list of counts: "Meta: 730k", "485k in 2024"."""
    after = tokens.word(amount.last + 1)
    return amount.value >= _FEWEST and (
        after in _CLOSING
        or not after
        or "\n" in tokens.plain.text[tokens.end(amount.last) : tokens.starts[amount.last + 1]]
    )


_WEIGHTS: Final = frozenset("tons tonnes kilograms kg weight weighs weigh weighed".split())


def _is_calendar(tokens: Tokens, amount: Amount) -> bool:
    """Whether a whole number is a year or a day of a month."""
    number = amount.number
    if 1900 <= number <= 2100 and len(amount.numeral) == 4:
        return True
    if number <= 31 and (tokens.word(amount.first - 1) in MONTHS or tokens.word(amount.last + 1) in MONTHS):
        return True
    return tokens.word(amount.first - 1) == "." and tokens.word(amount.first - 2) in MONTHS and number <= 31
