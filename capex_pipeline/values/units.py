"""Reads units and currencies of printed values, and converts frames of printed values to numbers in full units.

Add a unit here when documents print it. Exchange rates are in `normalise/currency.py`, dates in `values/periods.py`,
and the units that a metric may have are reference data (metrics.yaml).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

import numpy as np
import pandas as pd

from capex_pipeline import CapexPipelineError
from capex_pipeline.schemas.vocabulary import BOUNDS, DIRECTION
from capex_pipeline.values.numbers import LARGEST_NUMBER, Quantity, QuantityError, parse_value
from capex_pipeline.values.words import AMBIGUOUS_SIGNS, CURRENCIES, CURRENCY_OF, SCALES, Bound, alternatives

__all__ = [
    "Bound", "Quantity", "QuantityError", "Unit", "UnitError", "UnitKind", "parse_unit", "parse_value", "read_values",
]  # fmt: skip

UnitKind = Literal["money", "count", "percent", "multiple", "money_per_unit", "rank", "power", "compute"]


class UnitError(CapexPipelineError, ValueError):
    """A unit text that cannot be read without guessing. ``rule`` names the reason, the message is a sentence."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


@dataclass(frozen=True)
class Unit:
    """Meaning of a unit text. ``currency`` is an ISO 4217 code for money, else None; ``scale`` is a power of ten."""

    kind: UnitKind
    currency: str | None = None
    scale: int = 1


COUNTED = (
    "units", "unit", "chips", "chip", "gpus", "gpu", "accelerators", "accelerator", "processors", "processor",
    "cards", "card", "graphics processing units",
)  # fmt: skip
PLAIN: Final[dict[str, UnitKind]] = {
    **dict.fromkeys(("percent", "per cent", "%"), "percent"),
    **dict.fromkeys(("times", "x", "multiple", "fold"), "multiple"),
    "rank": "rank",
    **dict.fromkeys(("h100 equivalents", "h100 equivalent", "h100e"), "compute"),
}
_WATTS: Final[dict[str, int]] = {
    **dict.fromkeys(("watts", "watt", "w"), 1),
    **dict.fromkeys(("kilowatts", "kilowatt", "kw"), 10**3),
    **dict.fromkeys(("megawatts", "megawatt", "mw"), 10**6),
    **dict.fromkeys(("gigawatts", "gigawatt", "gw"), 10**9),
}
_DIFFERENCES = ("percentage point", "percentage points", "pp", "ppt", "ppts", "basis points", "bps")

_S = alternatives(SCALES)
_C = alternatives((*CURRENCY_OF, *AMBIGUOUS_SIGNS))
_N = alternatives(COUNTED)
_OTHER_CURRENCY = r"(?-i:[A-Z]{3})|[a-z]{0,3}[$¢-¥֏؋৲৳฿៛₠-⃏]"
_MONEY = rf"(?:(?P<c1>{{c}})\s*(?:in\s+)?(?P<s1>{_S})?|(?P<s2>{_S})\s*(?:of\s+)?(?P<c2>{{c}}))"
_KNOWN_MONEY = re.compile(rf"(?:in\s+)?{_MONEY.format(c=_C)}(?P<per>\s*(?:(?:per|/|an?)\s*(?:{_N})|each))?")
_OTHER_MONEY = re.compile(rf"(?:in\s+)?{_MONEY.format(c=_OTHER_CURRENCY)}(?:\s*(?:per|/)\s*(?:{_N}))?", re.IGNORECASE)
_COUNT = re.compile(rf"(?:(?P<scale>{_S})\s*(?:of\s+)?)?(?:{_N})")

_ACCEPTED = (
    "Accepted are a currency with or without a scale (RMB million, US$ bn, 亿元人民币), units (thousand units, chips), "
    "percent, times, rank, power (W, MW, GW), H100 equivalents, and a currency per unit (USD per unit)."
)


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit:
    """Read one printed unit.

    A bare "$" is the US dollar. A bare "¥" may be yen or yuan and is rejected, as is 元, which Hong Kong and Taiwan use
    for their own money. A bare "million" does not state what is counted and is rejected. Percentage points are
    differences of percentages, not percent, and are rejected.

    Raises:
        UnitError: rule missing_unit, unknown_unit, unknown_currency or ambiguous_currency.
    """
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").replace("‘", "'")
    cased = " ".join(plain.split())
    plain = cased.lower()
    if not plain:
        raise UnitError("missing_unit", f"The unit is empty. {_ACCEPTED}")
    if len(plain) > 80:
        raise UnitError("unknown_unit", f"The unit text is longer than 80 characters. {_ACCEPTED}")
    if kind := PLAIN.get(plain):
        return Unit(kind)
    if plain in _WATTS and cased != "mW":
        return Unit("power", None, _WATTS[plain])
    if match := _COUNT.fullmatch(plain):
        return Unit("count", None, SCALES[match["scale"]] if match["scale"] else 1)
    if plain in SCALES:
        raise UnitError("unknown_unit", f"The unit {text!r} does not state what is counted. {_ACCEPTED}")
    if plain in _DIFFERENCES:
        raise UnitError("unknown_unit", f"The unit {text!r} is a difference of percentages, not percent. {_ACCEPTED}")
    if match := _KNOWN_MONEY.fullmatch(plain):
        spelling, scale = match["c1"] or match["c2"], match["s1"] or match["s2"]
        if spelling in AMBIGUOUS_SIGNS:
            raise UnitError(
                "ambiguous_currency",
                f"The currency {spelling!r} in {text!r} is used by more than one country; write CNY, JPY, HKD or TWD.",
            )
        return Unit("money_per_unit" if match["per"] else "money", CURRENCY_OF[spelling], SCALES[scale] if scale else 1)
    if _OTHER_MONEY.fullmatch(cased):
        known = ", ".join(CURRENCIES)
        raise UnitError(
            "unknown_currency", f"The unit {text!r} has an unknown currency; known are {known}. {_ACCEPTED}"
        )
    raise UnitError("unknown_unit", f"The unit {text!r} is not known. {_ACCEPTED}")


_NUMBER_COLUMNS = ("value", "value_low", "value_high")
_FAST_NUMERAL = r"-?(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.\d{1,12})?"
_FAST_DIGITS = 15
"""Up to 15 digits the integer mantissa is exact in float64, so one multiplication or division rounds correctly."""


def _no_text(rows: int) -> np.ndarray:
    return np.full(rows, None, dtype=object)


class _FirstProblems:
    """The first problem of each row."""

    def __init__(self, index: pd.Index) -> None:
        self.rule, self.column, self.text = (_no_text(len(index)) for _ in range(3))

    def add(self, where: np.ndarray, rule: str, column: str, text: str) -> None:
        where = where & ~self.any()
        self.rule[where], self.column[where], self.text[where] = rule, column, text

    def add_each(self, positions: np.ndarray, errors: Sequence[UnitError | QuantityError | None], column: str) -> None:
        """One error, or None, for each of the row positions."""
        for position, error in zip(positions, errors, strict=True):
            if error is not None and self.rule[position] is None:
                self.rule[position], self.column[position], self.text[position] = error.rule, column, str(error)

    def any(self) -> np.ndarray:
        return ~pd.isna(self.rule)


@dataclass
class _Read:
    """One column of value texts as arrays in full units."""

    low: np.ndarray
    value: np.ndarray
    high: np.ndarray
    step: np.ndarray
    bound: np.ndarray
    given: np.ndarray


def read_values(frame: pd.DataFrame) -> pd.DataFrame:
    """Printed values as numbers in full units ("26,549" "RMB million" is 26549000000.0 CNY).

    Args:
        frame: str columns value, value_low, value_high, unit, bound, as printed; missing = NaN.

    Returns:
        The same index with value_low, value, value_high (float64, unit scale applied), bound, printed_step (full
        units; half of it is what printing hides), unit (the kind), currency, and problem_rule, problem_column,
        problem: missing where the row could be read. Rows with a problem have no numbers and no bound. Fractions
        ("half") become percent where the unit is percent.

        Bound: what the row says, else what the value text says. With limits printed beside a value (a median
        with its interval) it is approximately and all three numbers stay; with limits only it is range, at_least
        or at_most. A row with the bound direction has words and no numbers.

    Rules: those of ``parse_unit`` and ``parse_value``, and missing_value (no number in the row), unknown_bound,
        bound_contradicts_value, bounds_disagree (the limits in the text are not those of the columns),
        bounds_out_of_order, scale_twice (a scale word in the value and in the unit), unit_does_not_fit
        ("doubled" in RMB), implausible_number.
    """
    problems = _FirstProblems(frame.index)
    units, exponent, kind, currency, unit_code = _read_units(frame["unit"], problems)
    bound_given = frame["bound"].astype("str").str.strip()
    directions = bound_given.eq(DIRECTION)
    _check_directions(frame, directions, problems)
    texts = {column: frame[column].astype("str").mask(directions) for column in _NUMBER_COLUMNS}
    missing = np.logical_and.reduce([texts[column].isna().to_numpy() for column in _NUMBER_COLUMNS])
    problems.add(
        missing & ~directions.to_numpy(),
        "missing_value",
        "value",
        "The row has no number: value, value_low and value_high are empty.",
    )
    main, lowest, highest = (
        _read_column(column, texts[column], units, unit_code, exponent, problems) for column in _NUMBER_COLUMNS
    )
    stated = bound_given.to_numpy(dtype=object)
    unknown = np.flatnonzero(bound_given.notna() & ~bound_given.isin([*BOUNDS, DIRECTION]))
    message = f"The bound {{!r}} is not one of {', '.join([*BOUNDS, DIRECTION])}."
    errors = [QuantityError("unknown_bound", message.format(text)) for text in stated[unknown]]
    problems.add_each(unknown, errors, "bound")
    low, value, high, bound = _combine(main, lowest, highest, stated, problems)
    step = np.where(main.given, main.step, np.fmax(lowest.step, highest.step))
    bad = problems.any()
    for numbers in (low, value, high, step):
        numbers[bad] = np.nan
    bound[bad] = None
    texts_out = {
        "bound": bound,
        "unit": kind,
        "currency": currency,
        "problem_rule": problems.rule,
        "problem_column": problems.column,
        "problem": problems.text,
    }
    columns: dict[str, object] = {"value_low": low, "value": value, "value_high": high, "printed_step": step}
    columns |= {name: pd.Series(array, index=frame.index, dtype="str") for name, array in texts_out.items()}
    order = ["value_low", "value", "value_high", "bound", "printed_step", *list(texts_out)[1:]]
    return pd.DataFrame(columns, index=frame.index)[order]


def _check_directions(frame: pd.DataFrame, directions: pd.Series, problems: _FirstProblems) -> None:
    """Rows with the bound direction: words in `value`, and no number anywhere."""
    rows = frame[directions]
    words = rows["value"].astype("str").str.strip()
    message = "The row has the bound direction and no words; give in `value` the words that the document uses."
    problems.add(directions.to_numpy() & ~frame["value"].notna().to_numpy(), "missing_value", "value", message)
    is_number = words.map(_is_number, na_action="ignore").eq(True) | rows[["value_low", "value_high"]].notna().any(
        axis=1
    )
    places = np.flatnonzero(directions)[is_number.to_numpy()]
    message = "The bound direction is for words without an amount, and the row states one; leave the bound out, or name the one that fits."
    problems.add_each(places, [QuantityError("bound_contradicts_value", message)] * len(places), "bound")


def _is_number(text: str) -> bool:
    try:
        parse_value(text)
    except QuantityError:
        return False
    return True


def _read_units(
    column: pd.Series, problems: _FirstProblems
) -> tuple[list[Unit | None], np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Each distinct unit text once; then the exponent of ten, kind, currency and number of the unit by row."""
    codes, distinct = pd.factorize(column.astype("str"), use_na_sentinel=True)
    units: list[Unit | None] = []
    errors: list[UnitError | None] = []
    for text in distinct:
        try:
            units.append(parse_unit(text))
            errors.append(None)
        except UnitError as error:
            units.append(None)
            errors.append(error)
    errors.append(None)  # code -1
    unread = np.flatnonzero(np.array([error is not None for error in errors])[codes])
    problems.add_each(unread, [errors[code] for code in codes[unread]], "unit")
    problems.add(codes == -1, "missing_unit", "unit", f"The unit is empty. {_ACCEPTED}")
    units.append(None)  # code -1
    exponents = np.array([len(str(unit.scale)) - 1 if unit else 0 for unit in units])
    kinds = np.array([unit.kind if unit else None for unit in units], dtype=object)
    currencies = np.array([unit.currency if unit else None for unit in units], dtype=object)
    return units, exponents[codes], kinds[codes], currencies[codes], codes


def _read_column(
    name: str,
    text: pd.Series,
    units: list[Unit | None],
    unit_code: np.ndarray,
    exponent: np.ndarray,
    problems: _FirstProblems,
) -> _Read:
    """Numbers and bound of one column: plain numerals at once, other texts once per distinct text and unit."""
    rows = len(text)
    given = text.notna().to_numpy()
    numbers = {key: np.full(rows, np.nan) for key in ("low", "value", "high", "step")}
    bound = _no_text(rows)
    readable = given & np.array([unit is not None for unit in units])[unit_code]
    fast = readable & text.str.fullmatch(_FAST_NUMERAL).fillna(False).to_numpy(dtype=bool)
    number, step, exact = _fast_numbers(text[fast], exponent[fast])
    fast[fast] = exact
    for key in ("low", "value", "high"):
        numbers[key][fast] = number[exact]
    numbers["step"][fast] = step[exact]
    bound[fast] = "exact"

    slow = np.flatnonzero(readable & ~fast)
    pairs = pd.DataFrame({"text": text.to_numpy(dtype=object)[slow], "unit": unit_code[slow]})
    which, distinct = pd.factorize(pd.MultiIndex.from_frame(pairs))
    read: list[Quantity | None] = []
    errors: list[QuantityError | None] = []
    for value_text, code in distinct:
        try:
            quantity = _in_full_units(value_text, units[code])
            if name != "value" and quantity.bound != "exact":
                raise QuantityError("unreadable_value", f"{name} must be one plain number, not {value_text!r}.")
            read.append(quantity)
            errors.append(None)
        except QuantityError as error:
            read.append(None)
            errors.append(error)
    problems.add_each(slow, [errors[pair] for pair in which], name)
    for key, array in numbers.items():
        of_quantities = np.array([getattr(quantity, key, None) for quantity in read], dtype=float)
        array[slow] = of_quantities[which]
    bound[slow] = np.array([getattr(quantity, "bound", None) for quantity in read], dtype=object)[which]
    for key in ("low", "value", "high"):
        problems.add(
            np.abs(numbers[key]) > LARGEST_NUMBER,
            "implausible_number",
            name,
            "The number is larger than 1e18 in full units; the scale of the value or of the unit is wrong.",
        )
    return _Read(**numbers, bound=bound, given=given)


def _fast_numbers(text: pd.Series, exponent: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Plain numerals times 10^exponent, correctly rounded; the printed step; which of them are short enough."""
    cleaned = text.str.replace(",", "", regex=False)
    point = cleaned.str.find(".").to_numpy(dtype=np.int64)
    length = cleaned.str.len().to_numpy(dtype=np.int64)
    decimals = np.where(point >= 0, length - point - 1, 0)
    digits = cleaned.str.replace(".", "", regex=False)
    short = digits.str.len().to_numpy(dtype=np.int64) <= _FAST_DIGITS
    mantissa = digits.where(pd.Series(short, index=text.index), "0").astype("int64").to_numpy()
    shift = exponent - decimals
    up, down = 10.0 ** np.maximum(shift, 0), 10.0 ** np.maximum(-shift, 0)
    return mantissa * up / down, up / down, short


def _in_full_units(text: str, unit: Unit | None) -> Quantity:
    """A printed value with the scale of its unit, computed in decimal so that "4.2" billion is 4200000000.0."""
    assert unit is not None, "rows without a readable unit are left out"
    quantity = parse_value(text)
    form = quantity.form
    if form == "scaled" and unit.scale > 1:
        raise QuantityError("scale_twice", f"Both the value {text!r} and its unit have a scale word; keep one.")
    fits = {
        "numeral": True,
        "scaled": unit.kind in ("money", "count", "money_per_unit", "power", "compute"),
        "fraction": unit.kind in ("percent", "multiple"),
        "multiple": unit.kind == "multiple",
    }
    if not fits[form]:
        raise QuantityError(
            "unit_does_not_fit", f"The value {text!r} does not fit the unit {unit.kind}; correct one of the two."
        )
    factor = 100 if form == "fraction" and unit.kind == "percent" else unit.scale

    def scale(number: float) -> float:
        return float(Decimal(repr(number)) * factor)

    ends = (quantity.low, quantity.value, quantity.high)
    low, value, high = (None if number is None else scale(number) for number in ends)
    return Quantity(low, value, high, quantity.bound, scale(quantity.step), form)


def _combine(
    main: _Read, lowest: _Read, highest: _Read, stated: np.ndarray, problems: _FirstProblems
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """One low, value, high and bound from the value text, the printed limits and the stated bound."""
    limits = lowest.given | highest.given
    is_exact = main.bound == "exact"  # an approximate number has no limits of its own that printed ones could replace
    bound = main.bound.copy()
    bound[limits & is_exact] = "approximately"
    only_limits = limits & ~main.given
    bound[only_limits & lowest.given] = "at_least"
    bound[only_limits & highest.given] = "at_most"
    bound[only_limits & lowest.given & highest.given] = "range"
    says = ~pd.isna(stated)
    bound[says] = stated[says]

    for read, limit, column in ((lowest, main.low, "value_low"), (highest, main.high, "value_high")):
        clash = read.given & ~is_exact & np.isfinite(limit) & (limit != read.value)
        problems.add(clash, "bounds_disagree", column, f"{column} is not the limit that the value text states.")
    low = np.where(lowest.given, lowest.value, np.where(limits & is_exact, np.nan, main.low))
    high = np.where(highest.given, highest.value, np.where(limits & is_exact, np.nan, main.high))
    value = main.value.copy()

    # A stated bound determines the meaning of a single printed number.
    point = np.fmax(
        np.fmax(main.value, np.where(main.bound == "at_least", main.low, np.nan)),
        np.where(main.bound == "at_most", main.high, np.nan),
    )
    single = main.given & ~limits & np.isfinite(point)
    for numbers, one_sided in ((low, "at_least"), (value, "approximately"), (high, "at_most")):
        numbers[single] = np.where(np.isin(bound, ["exact", one_sided]), point, np.nan)[single]

    disorder = (low > high) | (value < low) | (value > high)
    problems.add(disorder, "bounds_out_of_order", "value_low", "value_low <= value <= value_high does not hold.")
    has_low, has_high, valued = np.isfinite(low), np.isfinite(high), np.isfinite(value)
    fits = {
        "exact": has_low & has_high & (low == high) & (~valued | (value == low)),
        "range": has_low & has_high,
        "order_of_magnitude": has_low & has_high,
        "at_least": has_low & ~has_high & (~valued | (value == low)),
        "at_most": has_high & ~has_low & (~valued | (value == high)),
        "approximately": valued | (has_low & has_high),
    }
    for name, fit in fits.items():
        problems.add(
            (bound == name) & ~fit,
            "bound_contradicts_value",
            "bound",
            f"The bound {name} does not fit the printed numbers: exact and approximately need one number, range "
            "and order_of_magnitude two limits, at_least and at_most one limit.",
        )
    value[np.isin(bound, ["at_least", "at_most"])] = np.nan
    value = np.where((bound == "exact") & np.isnan(value), low, value)
    return low, value, high, bound
