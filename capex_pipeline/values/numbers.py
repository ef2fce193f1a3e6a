"""Reads one printed value such as "26,549", "more than 1 million" or "12,000 to 13,000".

Add a notation of numbers, bounds or ranges here. Units and currencies are read in `values/units.py`, which also reads
whole frames; dates are read in `values/periods.py`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from capex_pipeline import CapexPipelineError
from capex_pipeline.values.words import (
    BOUND_SUFFIXES,
    BOUND_WORDS,
    CROWDS,
    MULTIPLE_NOUNS,
    MULTIPLES,
    PARTS,
    REVERSED_BOUNDS,
    SCALES,
    SMALL_NUMBERS,
    Bound,
    alternatives,
    read_number_words,
    words_of,
)

Form = Literal["numeral", "scaled", "fraction", "multiple"]

LARGEST_NUMBER: Final = 1e18
"""Upper bound of absolute values: no tracked amount, count or price comes near it, so a larger number is an error."""

_MAX_TEXT = 200

INDIAN_GROUPS: Final = r"\d{1,2}(?:,\d{2})+,\d{3}(?!,?\d)"
"""Digits grouped by lakh and crore: the last three, then twos, "3,05,412"."""
_NUMERAL = rf"(?:{INDIAN_GROUPS}|" + r"\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.\d+)?(?:e[+-]?\d{1,2})?|\.\d+"
_SCALE = alternatives(SCALES)
_NUMERAL_PARTS = re.compile(
    rf"(?P<sign>-?)\s*(?P<numeral>{_NUMERAL})(?:(?:\s|-(?=[a-z]))*(?P<scales>(?:{_SCALE})(?:\s+(?:{_SCALE}))?))?"
)
_SEPARATORS = (
    (re.compile(r"between\s+"), re.compile(r"\s+and\s+")),
    (re.compile(r"(?:from\s+)?"), re.compile(r"\s+to\s+")),
    (re.compile(""), re.compile(r"\s*[-–—~]\s*")),
)
"""Words before a range, and between its two numbers."""

_CROWD = re.compile(
    rf"(?P<crowd>{alternatives(CROWDS)})(?:\s+of\s+(?P<scale>{alternatives(word for word in CROWDS if word in SCALES)}))?"
)
_HALF = re.compile(rf"(?:an?\s+|one[\s-])?half(?:\s+an?\s+(?P<scale>{_SCALE}))?")
_PART = re.compile(rf"(?:(?P<many>an?|{alternatives(SMALL_NUMBERS)})[\s-])(?P<part>{alternatives(PARTS)})s?")
_PREFIX = re.compile(rf"(?P<words>{alternatives(BOUND_WORDS)})(?P<gap>\s*)")
_SUFFIX = re.compile(rf"\s*(?P<words>{alternatives(BOUND_SUFFIXES)})$")
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity|∞)")


class QuantityError(CapexPipelineError, ValueError):
    """A value text that cannot be read without guessing. ``rule`` names the reason, the message is a sentence."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


@dataclass(frozen=True)
class Quantity:
    """One printed value in its own unit, the scale word inside the text applied, the scale of the unit not.

    ``low``, ``value``, ``high`` are None where the text does not give them: a lower bound has no value and no
    high, a range has no value (a midpoint is not a published figure). ``step`` is the printed resolution ("23"
    is 1, "4.2" is 0.1, "1 million" is 1e6): printing hides at most half a step. ``form`` says what was printed:
    a numeral, a numeral with a scale word, a fraction word ("half" is 0.5) or a multiple word ("doubled" is 2).
    """

    low: float | None
    value: float | None
    high: float | None
    bound: Bound
    step: float
    form: Form = "numeral"


@dataclass(frozen=True)
class _Amount:
    number: Decimal
    step: Decimal
    scale: int
    form: Form

    @property
    def scaled(self) -> Decimal:
        return self.number * self.scale


def parse_value(text: str) -> Quantity:
    """Read one printed value.

    How the words are taken:

    - at_least (only ``low``): more than, over, above, at least, upwards of, just over, ">", ">=", "or more", "+".
    - at_most (only ``high``): less than, under, up to, at most, nearly, almost, just under, "<", "<=". "Nearly" and "almost" mean that the
      number was not reached.
    - approximately (only ``value``): about, around, roughly, some, close to, "~". "Close to" implies no direction.
    - range (``low`` and ``high``): "12,000 to 13,000", "12-13", "between 12 and 13". One scale word at the end
      serves both numbers ("1.5-2 million") unless the first is the larger numeral ("900,000 to 1 million").
    - order_of_magnitude: "hundreds of thousands" is 200,000 to 999,999; likewise tens, thousands, millions.
    - "doubled" is 2, "tripled" 3 (for the unit "times"). "half", "a third", "two thirds" are fractions that
      ``read_values`` turns into percent, taken to the precision of a whole percent.
    - a number in brackets is negative, as in accounts.

    Raises:
        QuantityError: rule missing_value, not_finite, no_number, two_numbers, malformed_number,
            contradictory_qualifiers, range_out_of_order, implausible_number or unreadable_value.
    """
    core = _clean(text)
    if not core:
        raise QuantityError("missing_value", "The value is empty; leave the row out or give the printed number.")
    if len(core) > _MAX_TEXT:
        raise QuantityError("unreadable_value", f"The value is longer than {_MAX_TEXT} characters; give the number.")
    if _NOT_FINITE.fullmatch(core):
        raise QuantityError("not_finite", f"The value {text!r} is not a finite number; leave a missing value empty.")
    rest, qualifier = _take_qualifiers(core, text)
    quantity = _read_core(rest, qualifier, text)
    if any(abs(number) > LARGEST_NUMBER for number in (quantity.low, quantity.value, quantity.high) if number):
        raise QuantityError("implausible_number", f"The value {text!r} is larger than 1e18; check its scale.")
    return quantity


def _clean(text: str) -> str:
    """One form for spaces, digits and minus signs, in lower case."""
    for character in text:
        # NFKC would turn the footnote mark in "1,234²" into a digit of the number.
        if unicodedata.decomposition(character).startswith(("<super>", "<sub>", "<fraction>")):
            raise QuantityError(
                "unreadable_value", f"The value {text!r} has a raised digit or a fraction sign; write the number out."
            )
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("’", "'")
    plain = " ".join(plain.lower().split())
    return re.sub(r"^[–‐‑](?=\d)", "-", plain)


def _take_qualifiers(core: str, text: str) -> tuple[str, Bound]:
    """Split off the qualifying words; "about" beside another bound has no effect."""
    qualifiers: list[Bound] = []
    rest = core
    while match := _PREFIX.match(rest):
        if match["words"][-1].isalpha() and not match["gap"]:
            break  # "overall" is not "over"
        qualifiers.append(BOUND_WORDS[match["words"]])
        rest = rest[match.end() :]
    if (match := _SUFFIX.search(rest)) and match.start() > 0:
        qualifiers.append(BOUND_SUFFIXES[match["words"]])
        rest = rest[: match.start()]
    firm = set(qualifiers) - {"approximately"}
    if len(firm) > 1:
        raise QuantityError(
            "contradictory_qualifiers",
            f"The value {text!r} is marked as a lower and an upper bound at once; keep one of the two.",
        )
    return rest, firm.pop() if firm else ("approximately" if qualifiers else "exact")


def _read_core(rest: str, qualifier: Bound, text: str) -> Quantity:
    if amount := _read_amount(rest) or _read_word(rest):
        # What was "more than halved" is at most a half.
        is_part = amount.form == "multiple" and amount.number < 1
        return _bounded(amount, REVERSED_BOUNDS.get(qualifier, qualifier) if is_part else qualifier)
    if ends := _range_ends(rest):
        return _read_range(*ends, qualifier, text)
    if match := _CROWD.fullmatch(rest):
        size = CROWDS[match["crowd"]] * SCALES.get(match["scale"] or "", 1)
        _reject_firm(qualifier, text)
        form: Form = "numeral" if size < 1000 else "scaled"
        return Quantity(2.0 * size, None, 10.0 * size - 1, "order_of_magnitude", float(size), form)
    raise _diagnose(rest, text)


def _range_ends(text: str) -> tuple[_Amount, _Amount] | None:
    """The two numbers of a range, wherever the separator is, or None."""
    for before, between in _SEPARATORS:
        begin = before.match(text)
        if begin is None:
            continue
        for separator in between.finditer(text, begin.end()):
            low = _read_amount(text[begin.end() : separator.start()])
            high = _read_amount(text[separator.end() :])
            if low is not None and high is not None:
                return low, high
    return None


def _read_amount(text: str) -> _Amount | None:
    """One number, in figures or in words, with its scale words; None if the text is something else."""
    if bracketed := re.fullmatch(r"\(\s*([^()]+?)\s*\)", text):
        text = "-" + bracketed[1]
    if match := _NUMERAL_PARTS.fullmatch(text):
        number = Decimal(re.sub(r"[, ]", "", match["numeral"]))
        step = Decimal(1).scaleb(int(number.as_tuple().exponent))
        scale = _scale_of((match["scales"] or "").split())
        return _Amount(
            -number if match["sign"] else number, step * scale, scale, "scaled" if match["scales"] else "numeral"
        )
    words = words_of(text)
    number_words = read_number_words(words, 0)
    if number_words is not None:
        number, step, rest = (
            Decimal(repr(number_words.number)),
            Decimal(repr(number_words.step)),
            words[number_words.last + 1 :],
        )
    elif words[:1] in (("a",), ("an",)) and len(words) > 1:
        number, step, rest = Decimal(1), Decimal(1), words[1:]
    else:
        return None
    if any(word not in SCALES for word in rest) or len(rest) > 2:
        return None
    scale = _scale_of(rest)
    return _Amount(number, step * scale, scale, "scaled" if rest else "numeral")


def _scale_of(words: Sequence[str]) -> int:
    """The product of one or two scale words ("lakh crore" is 10^12); 1 without one."""
    return math.prod(SCALES[word] for word in words)


def _read_word(text: str) -> _Amount | None:
    """A multiple word or a fraction word, or None."""
    if (multiple := MULTIPLES.get(text) or MULTIPLE_NOUNS.get(text)) is not None:
        return _Amount(Decimal(repr(multiple)), Decimal(1) if multiple >= 1 else Decimal("0.1"), 1, "multiple")
    if match := _HALF.fullmatch(text):
        if match["scale"]:
            scale = SCALES[match["scale"]]
            return _Amount(Decimal("0.5"), scale / Decimal(10), scale, "scaled")
        return _Amount(Decimal("0.5"), Decimal("0.01"), 1, "fraction")
    if match := _PART.fullmatch(text):
        number = Decimal(SMALL_NUMBERS.get(match["many"], 1)) / PARTS[match["part"]]
        return _Amount(number, Decimal("0.01"), 1, "fraction")
    return None


def _bounded(amount: _Amount, qualifier: Bound) -> Quantity:
    number = float(amount.scaled)
    return Quantity(
        low=number if qualifier in ("exact", "at_least") else None,
        value=number if qualifier in ("exact", "approximately") else None,
        high=number if qualifier in ("exact", "at_most") else None,
        bound=qualifier,
        step=float(amount.step),
        form=amount.form,
    )


def _read_range(low: _Amount, high: _Amount, qualifier: Bound, text: str) -> Quantity:
    if low.scale > 1 and high.scale == 1:
        raise QuantityError(
            "unreadable_value", f"The range {text!r} does not state the scale of both numbers; write it for both."
        )
    _reject_firm(qualifier, text)
    if low.scale == 1 and high.scale > 1 and low.number <= high.number:
        low = _Amount(low.number, low.step * high.scale, high.scale, high.form)
    if low.scaled > high.scaled:
        raise QuantityError("range_out_of_order", f"The range {text!r} starts above its end; exchange the two numbers.")
    step = float(max(low.step, high.step))
    return Quantity(float(low.scaled), None, float(high.scaled), "range", step, high.form)


def _reject_firm(qualifier: Bound, text: str) -> None:
    if qualifier in ("at_least", "at_most"):
        raise QuantityError(
            "contradictory_qualifiers",
            f"The value {text!r} is a range and a one-sided bound at once; give the bound that was meant.",
        )


def _diagnose(rest: str, text: str) -> QuantityError:
    """The reason why a text could not be read."""
    if rest.startswith("="):
        return QuantityError("unreadable_value", f"The value {text!r} is a formula; give its result.")
    if re.search(r"\b0x[0-9a-f]", rest):
        return QuantityError("unreadable_value", f"The value {text!r} is a hexadecimal number; write it in decimal.")
    if re.search(r"\de[+-]?\d{3}", rest):
        return QuantityError(
            "implausible_number", f"The value {text!r} has an exponent of more than two digits; write the number out."
        )
    numbers = re.findall(_NUMERAL, rest)
    if not numbers:
        return QuantityError("no_number", f"The value {text!r} has no number in it.")
    if re.search(r"\d[.,]*[.,]\d*[.,]|\d,\d|\d[.,]$|\d'\d", rest):
        return QuantityError(
            "malformed_number",
            f"The number {text!r} is not written in groups of three with a decimal point, such as 26,549 or 4.2.",
        )
    if len(numbers) > 1:
        return QuantityError(
            "two_numbers", f"The value {text!r} has more than one number; a range is written '12 to 13'."
        )
    return QuantityError(
        "unreadable_value",
        f"The value {text!r} has words beside the number that are not understood; units and currency signs belong "
        "in the unit column.",
    )
