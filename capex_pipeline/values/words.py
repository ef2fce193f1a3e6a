"""The lexicon of printed values: scale words, currencies, bounds, number words, multiples, fractions and orders of magnitude.

Cells of tables (`numbers`, `units`) and prose (`article.amounts`, `article.quantities`) read values with these words only, so that a phrase
means the same in both. Add a word here when it belongs to the notation of numbers; words about what a number measures
belong to the reference data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

Bound = Literal["exact", "at_least", "at_most", "approximately", "range", "order_of_magnitude"]

SCALES: Final[dict[str, int]] = {
    **dict.fromkeys(("thousand", "thousands", "k", "'000", "千", "仟", "천"), 10**3),
    **dict.fromkeys(("wan", "万", "萬", "만"), 10**4),
    **dict.fromkeys(("lakh", "lakhs", "lac", "lacs"), 10**5),
    **dict.fromkeys(
        ("million", "millions", "mn", "mln", "mio", "mm", "m", "百万", "百萬", "佰万", "佰萬", "백만"), 10**6
    ),
    **dict.fromkeys(("crore", "crores", "cr", "千万", "千萬"), 10**7),
    **dict.fromkeys(("yi", "亿", "億", "억"), 10**8),
    **dict.fromkeys(("billion", "billions", "bn", "bln", "b", "十亿", "十億", "십억"), 10**9),
    **dict.fromkeys(("trillion", "trillions", "tn", "trn", "t", "万亿", "萬億", "조", "兆"), 10**12),
}
"""Scale words of values and of units, all powers of ten. Chinese wan is 10^4 and yi 10^8; an Indian lakh is 10^5 and a crore 10^7."""

SCALE_NAMES: Final[dict[int, str]] = {1: ""} | {scale: word for word, scale in reversed(SCALES.items())}
"""The first word of each scale, used to write the unit of a cell with that scale. Without a scale there is no word."""

LETTER_SCALES: Final = frozenset(word for word in SCALES if len(word) == 1 and word.isascii())
"""Single letters that are scales only directly after a number."""

HAN_SCALES: Final = tuple(sorted((word for word in SCALES if not word.isascii()), key=len, reverse=True))

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct|november nov|december dec".split("|"),
        1,
    )
    for name in names.split()
}  # fmt: skip
"""English names of months and their short forms, in lower case."""

CURRENCIES: Final[dict[str, tuple[str, ...]]] = {
    "CNY": ("cny", "rmb", "cn¥", "rmb¥", "¥rmb", "yuan", "renminbi", "chinese yuan", "人民币", "人民幣", "元人民币"),
    "USD": ("usd", "us$", "$us", "$", "us dollar", "us dollars", "u.s. dollar", "u.s. dollars", "american dollars", "dollar", "dollars", "美元"),
    "HKD": ("hkd", "hk$", "$hk", "hk dollar", "hk dollars", "hong kong dollar", "hong kong dollars", "港元", "港币", "港幣"),
    "TWD": ("twd", "nt$", "$nt", "ntd", "nt dollar", "nt dollars", "new taiwan dollar", "new taiwan dollars", "taiwan dollar", "taiwan dollars",
            "新台币", "新台幣", "新臺幣", "新臺币"),
    "EUR": ("eur", "€", "euro", "euros", "欧元"),
    "GBP": ("gbp", "£", "pound", "pounds", "pounds sterling", "sterling", "英镑"),
    "JPY": ("jpy", "jp¥", "yen", "japanese yen", "日元", "日圆", "日圓", "円"),
    "KRW": ("krw", "₩", "won", "korean won", "south korean won", "韩元", "韓元", "원"),
    "INR": ("inr", "₹", "rupee", "rupees", "indian rupees", "rs", "rs.", "卢比"),
    "AUD": ("aud", "a$", "au$", "$a", "$au", "australian dollars"),
    "CAD": ("cad", "c$", "ca$", "$c", "$ca", "canadian dollars"),
    "SGD": ("sgd", "s$", "$s", "$sg", "singapore dollars"),
    "CHF": ("chf", "swiss franc", "swiss francs"),
    "SEK": ("sek", "krona", "kronor", "swedish krona", "swedish kronor", "swedish crowns"),
    "NOK": ("nok", "norwegian krone", "norwegian kroner", "norwegian crowns"),
    "DKK": ("dkk", "danish krone", "danish kroner", "danish crowns"),
    "BRL": ("brl", "r$", "reais", "brazilian reais", "brazilian real"),
    "VND": ("vnd", "₫", "vietnamese dong"),
    "MXN": ("mxn", "mexican pesos"),
    "THB": ("thb", "baht"),
    "MYR": ("myr", "ringgit"),
    "SAR": ("sar", "saudi riyals"),
    "AED": ("aed", "dirhams", "uae dirhams"),
    "ILS": ("ils", "₪", "shekels"),
    "PLN": ("pln", "zloty", "zlotys"),
    "NZD": ("nzd", "nz$", "$nz", "new zealand dollars"),
    "ZAR": ("zar", "south african rand"),
    "IDR": ("idr", "rp", "rupiah", "indonesian rupiah"),
    "PHP": ("₱", "philippine pesos"),
    "RUB": ("rub", "₽", "roubles", "rubles"),
    "TRY": ("₺", "turkish lira"),
    "NGN": ("ngn", "₦", "naira"),
    "CZK": ("czk", "czech koruna", "czech crowns"),
    "HUF": ("huf", "forint"),
    "QAR": ("qar", "qatari riyals"),
    "KWD": ("kwd", "kuwaiti dinars"),
}  # fmt: skip
"""ISO 4217 code and its spellings in lower case. A bare "$" is the US dollar."""

UNREAD_CURRENCIES: Final = frozenset(
    "dollar dollars peso pesos franc francs crown crowns krona kronor krone kroner koruna kr skr nkr dkr sfr fr lira liras tl dinar dinars dirham dh dhs "
    "riyal riyals rial rials sr qr rouble ruble rubles roubles shilling shillings ksh ush tsh pound rupee rupees cedi cedis kwacha kwanza birr taka tenge "
    "som manat lari dram kip riel kyat tugrik leu lei lev leva hryvnia real sol soles bolivar bolivars guarani quetzal lempira colon colones won yen "
    "yuan renminbi euro euros sterling zloty zl ft ringgit rm baht bt dong bitcoin bitcoins btc eth ether usdt usdc cfa fcfa le nis "
    "kes ugx tzs ghs mad egp dzd tnd xaf xof pkr bdt lkr npr kzt uzs gel amd azn mnt mmk khr lak bnd mop ron bgn isk uah ars clp cop pen "
    "uyu pyg bob crc gtq dop jmd ttd vef ves irr iqd jod lbp bhd omr yer php try mvr etb zmw aoa mzn nad bwp mur fjd pgk".split()
)
"""Words and codes of currencies that are not read: an amount beside one of them is uncertain."""

UNREAD_SCALES: Final = frozenset(
    "m b k t l mi bi mil mils mill mills bil bils bill tril trill tr mrd mrds mld mlrd mia miard md mds mio millionen millones millón "
    "milliard milliards milliarde milliarden miljard miljarden milliárd miliardi miliardo miliard miljoen miljoner miljarder milioni milione milhão "
    "milhões mi bilhão bilhões billon billones billón billionen trillón trillones trilhão trilhões zillion quadrillion quintillion gazillion hundred "
    "hundreds dozen dozens score mille mln mlns mmm juta miliar triliun ribu tỷ triệu arab kharab".split()
)
"""Words and letters after a number that scale it in other languages or ambiguously. A number before one is not read."""

DOLLAR_COUNTRIES: Final[dict[str, str]] = {
    "hk": "HKD", "nt": "TWD", "au": "AUD", "nz": "NZD", "sg": "SGD", "us": "USD",
}  # fmt: skip
"""Letters that may be written one space before a dollar sign."""
DOLLAR_PEOPLES: Final = frozenset(
    "canadian australian singapore singaporean taiwan taiwanese kong zealand jamaican bahamian fijian namibian liberian guyanese belize mx mex mexican can col arg rd bz tt "
    "barbadian zimbabwean brunei hk nt nz aussie a c s r j z n g l t".split()
)
"""Words beside a dollar sign that mark, or may mark, another dollar than that of the US."""

CURRENCY_OF: Final = {spelling: code for code, spellings in CURRENCIES.items() for spelling in spellings}
AMBIGUOUS_SIGNS: Final = ("¥", "元")
"""Signs of more than one currency: the first is used for yuan and yen, the second in China, Hong Kong and Taiwan."""

BOUND_WORDS: Final[dict[str, Bound]] = {
    **dict.fromkeys(
        ("more than", "greater than", "higher than", "better than", "over", "above", "at least", "a minimum of", "a minimum", "upwards of", "upward of",
         "north of", "in excess of", "exceeding", "exceeds", "exceeded", "exceed", "surpassing", "surpassed", "surpass", "topping", "超出", "至少", "最少", "不低于", "不低於", "不少于", "不少於", "高于", "高於", "多于", "突破",
         "topped", "top", "passed", "no less than", "no fewer than", "not less than", "not fewer than", "just over", "just above",
         "slightly more than", "slightly over", "slightly above", "a little more than", "a little over", "well over", "well above",
         "far more than", ">=", ">", "≥", "⩾", "超过", "超過", "逾"), "at_least",
    ),
    **dict.fromkeys(
        ("less than", "fewer than", "lower than", "under", "below", "sub", "up to", "at most", "a maximum of", "a maximum", "no more than", "not more than",
         "as many as", "as much as", "as high as", "potentially reaching", "possibly reaching", "nearly", "almost", "not quite", "almost reached", "nearly reached", "almost reaching", "nearly reaching", "almost hit", "nearly hit", "almost touched", "nearly touched", "fell short of", "falls short of", "fall short of", "falling short of", "fallen short of", "missed", "just under", "just below", "just shy of", "shy of",
         "slightly less than", "slightly under", "slightly below", "a little less than", "a little under", "well under", "well below",
         "south of", "<=", "<", "≤", "⩽", "近", "将近", "將近", "不到", "不足", "未达", "未達", "不超过", "不超過", "至多", "最多", "低于", "低於", "少于", "少於"), "at_most",
    ),
    **dict.fromkeys(
        ("about", "around", "approximately", "approx.", "approx", "roughly", "some", "circa", "ca.", "ca", "c.", "close to", "near",
         "in the region of", "in the neighborhood of", "in the neighbourhood of", "in the order of", "on the order of", "something like",
         "an estimated", "estimated", "a shade over", "a shade under", "a touch over", "a touch under", "~", "∼", "≈", "约", "約", "大约", "大約", "接近"), "approximately",
    ),
}  # fmt: skip
"""Words before a number and the bound they set. "Nearly" and "almost" mean that the number was not reached; "a shade
over" means slightly more.

A phrase also belongs to a rule of reference/tolerances.yaml, which limits the distance of the true value from the
printed one.
"""

BOUND_SUFFIXES: Final[dict[str, Bound]] = {
    **dict.fromkeys(("or more", "or above", "or higher", "plus", "-plus", "+", "以上"), "at_least"),
    **dict.fromkeys(("or less", "or fewer", "or below", "or lower", "以下"), "at_most"),
    **dict.fromkeys(("or so", "左右", "上下"), "approximately"),
}

SMALL_NUMBERS: Final = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
    )
}
TENS: Final = {
    word: 10 * number
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
PARTS: Final = {
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
"""Denominators of fractions in words."""

MULTIPLES: Final[dict[str, float]] = {
    **dict.fromkeys(("doubled", "doubling", "doubles", "twofold"), 2),
    **dict.fromkeys(("tripled", "tripling", "triples", "trebled", "trebling"), 3),
    **dict.fromkeys(("quadrupled", "quadrupling", "quadruples"), 4),
    "quintupled": 5,
    **dict.fromkeys(("halved", "halving"), 0.5),
    **{f"{word}fold": number for word, number in SMALL_NUMBERS.items() if number > 1},
    **{f"{word}fold": number for word, number in TENS.items()},
    "hundredfold": 100,
}
REVERSED_BOUNDS: Final[dict[str, Bound]] = {"at_least": "at_most", "at_most": "at_least"}
"""Bounds of multiples below one are reversed: "more than halved" means at most a half."""
MULTIPLE_NOUNS: Final[dict[str, float]] = {
    "double": 2,
    "twice": 2,
    "triple": 3,
    "treble": 3,
    "thrice": 3,
    "quadruple": 4,
}
"""Multiples before the thing that is multiplied: "double the amount"."""

CROWDS: Final[dict[str, int]] = {
    "tens": 10, "dozens": 10, "hundreds": 100, "thousands": 10**3, "millions": 10**6, "billions": 10**9, "trillions": 10**12,
}  # fmt: skip
"""Orders of magnitude: "hundreds" is 200 to 999."""


class NumberInWords(NamedTuple):
    """A number in words: its value, its printed resolution, and the index of its last word."""

    number: float
    step: float
    last: int


def read_number_words(words: Sequence[str], index: int) -> NumberInWords | None:
    """Read "seven", "twenty-five", "one hundred and fifty", "one and a half" or "three point five" from a place in a list of words.

    words: lower case; a hyphen is a separate word. Returns None if no number in words begins there. "A" and "an" count only before
    "hundred"; zero alone is not a number.
    """
    start = _hundreds(words, index) or _below_hundred(words, index)
    if start is None:
        return None
    number, last = start
    if _word(words, last + 1) == "and" and _word(words, last + 2) in ("a", "one") and _word(words, last + 3) == "half":
        return NumberInWords(number + 0.5, 0.1, last + 3)
    if _word(words, last + 1) == "point" and _word(words, last + 2) in SMALL_NUMBERS:
        decimals = ""
        last += 1
        while SMALL_NUMBERS.get(_word(words, last + 1), 10) < 10 and len(decimals) < 3:
            last += 1
            decimals += str(SMALL_NUMBERS[words[last]])
        if decimals:
            return NumberInWords(float(f"{number}.{decimals}"), float(f"1e-{len(decimals)}"), last)
    return NumberInWords(float(number), 100.0 if number % 100 == 0 else 1.0, last)


def _hundreds(words: Sequence[str], index: int) -> tuple[int, int] | None:
    word = _word(words, index)
    count = 1 if word in ("a", "an") else SMALL_NUMBERS.get(word, 0)
    if not 0 < count < 20 or _word(words, index + 1) != "hundred":
        return None
    rest = _below_hundred(words, index + (3 if _word(words, index + 2) == "and" else 2))
    return (100 * count, index + 1) if rest is None else (100 * count + rest[0], rest[1])


def _below_hundred(words: Sequence[str], index: int) -> tuple[int, int] | None:
    word = _word(words, index)
    if word in TENS:
        skip = 2 if _word(words, index + 1) == "-" else 1
        ones = SMALL_NUMBERS.get(_word(words, index + skip), 0)
        return (TENS[word] + ones, index + skip) if 0 < ones < 10 else (TENS[word], index)
    number = SMALL_NUMBERS.get(word, 0)
    return (number, index) if number else None


def _word(words: Sequence[str], index: int) -> str:
    return words[index] if 0 <= index < len(words) else ""


def alternatives(words: Iterable[str]) -> str:
    """A regular expression for any of the words, longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def words_of(phrase: str) -> tuple[str, ...]:
    """A phrase split as in prose: words of letters, and every other character separately."""
    return tuple(re.findall(r"[a-z]+|[^\sa-z]", phrase))
