"""Checks a figure against the number at its span: value, unit and currency.

Add here what concerns the number itself. Names, periods and statuses belong to `fit`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from capex_pipeline.review.checks.findings import ReviewFinding, name_of, problem
from capex_pipeline.review.entries import corrected_keys, entries_of, missing_keys, required_keys, span_of
from capex_pipeline.review.source import Amount, Source
from capex_pipeline.schemas.vocabulary import DIRECTION
from capex_pipeline.values.numbers import QuantityError, parse_value
from capex_pipeline.values.units import UnitError, parse_unit


def check_values(review: Mapping[str, Any], source: Source) -> Iterator[ReviewFinding]:
    """Figures that lack a key, are at no number, or have another value or unit than is printed there."""
    required = [key for key in required_keys(review) if key != "claimant"]
    for number, figure in enumerate(entries_of(review, "figures"), start=1):
        name, span = name_of(figure, number), span_of(figure)
        missing = missing_keys(figure, required)
        if missing:
            yield problem("figure_incomplete", f"{name} has no {', '.join(missing)}.", figure)
        if figure.get("span") is None:
            yield problem(
                "span_missing", f"{name} has no span; give that of a draft.{_where_quoted(figure, source)}", figure
            )
        elif span is None or span[1] > source.end:
            yield problem(
                "span_invalid",
                f"{name} has the span {figure.get('span')}, which is no part of the {source.noun} (it ends at {source.end})."
                + _where_quoted(figure, source),
                figure,
            )
        elif not (here := source.amounts_at(span)):
            yield problem(
                "span_without_quantity",
                f"{name} has the span {list(span)}, where the {source.noun} has no number.{_where_quoted(figure, source)}",
                figure,
            )
        elif "value" not in missing and figure.get("unit"):
            yield from _compare(name, figure, here, source.noun)


def _where_quoted(figure: Mapping[str, Any], source: Source) -> str:
    """Where the words of a figure are now: the text may have been edited above them."""
    quote = str(figure.get("quote") or "")
    places = [list(amount.span) for amount in source.amounts if quote and " ".join(amount.text.split()) == quote]
    if not places:
        return ""
    return f" Its quote {quote!r} is at {' and '.join(map(str, places[:3]))}."


_PRINTED: Final = ("value_low", "value", "value_high")


_VALUE_KEYS: Final = frozenset((*_PRINTED, "unit"))


def printed_value(figure: Mapping[str, Any]) -> str:
    """The value of a figure as it is entered; of a range given by its ends, both."""
    return " to ".join(str(figure[key]) for key in _PRINTED if figure.get(key))


def _compare(name: str, figure: Mapping[str, Any], here: Sequence[Amount], noun: str) -> Iterator[ReviewFinding]:
    if figure.get("bound") == DIRECTION:
        return  # words without an amount
    try:
        quantities = [parse_value(str(figure[key])) for key in _PRINTED if figure.get(key)]
        unit = parse_unit(str(figure["unit"]))
    except (QuantityError, UnitError) as error:
        yield problem("value_unreadable", f"{name}: {error}", figure)
        return
    if not _VALUE_KEYS.isdisjoint(corrected_keys(figure)):
        return  # a person says what the number is, and the source is read otherwise
    scale = 100.0 if quantities[0].form == "fraction" else float(unit.scale)
    read = [number for one in quantities for number in (one.low, one.value, one.high)]
    numbers = {abs(number) for number in read if number is not None}
    kind = "money" if unit.kind == "money_per_unit" else unit.kind
    alike = [
        one
        for one in here
        if one.kind == kind and (kind != "money" or unit.currency == (one.currency or unit.currency))
    ]
    printed = here[0].text if len(here) == 1 else " and ".join(one.text for one in here[:3])
    if not alike:
        yield problem(
            "unit_differs",
            f"{name} has the unit {figure['unit']!r}; the {noun} has {printed!r} there. Correct the unit or the span.",
            figure,
            *sorted(_VALUE_KEYS),
        )
    elif not any(_agrees(numbers, scale, one) for one in alike):
        yield problem(
            "value_differs",
            f"{name} has the value {printed_value(figure)!r} {figure['unit']!r}; the {noun} has {printed!r} there. "
            "Correct the value, the unit or the span.",
            figure,
            *sorted(_VALUE_KEYS),
        )


def _agrees(numbers: set[float], scale: float, amount: Amount) -> bool:
    """Whether an amount prints these numbers. Where the document states no unit, the printed numeral has to be the same."""
    printed, written = amount.numbers, sorted(round(number * scale, 6) for number in numbers)
    if not printed:
        try:
            quantity = parse_value(amount.text)
        except QuantityError:
            return False
        printed, written = (abs(quantity.value or 0.0),), sorted(numbers)
    return len(printed) == len(written) and all(
        abs(left - right) <= 1e-6 * max(1.0, right) for left, right in zip(written, sorted(printed), strict=True)
    )
