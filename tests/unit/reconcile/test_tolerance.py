"""What a printed number allows: the policy's own examples through the grammar of values, and cases of numbers made by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from capex_pipeline import reference
from capex_pipeline.reconcile.tolerance import Interval, accepted, rule_of, step_of
from capex_pipeline.reference.content import Content
from capex_pipeline.schemas import vocabulary
from capex_pipeline.values.units import read_values
from capex_pipeline.values.words import BOUND_WORDS

POLICY = reference.load().content


def printed(text: str, unit: str, low: str | None = None, high: str | None = None) -> dict[str, object]:
    """A claim as the reader of reviewed files gives it."""
    row = pd.DataFrame([{"value": text, "value_low": low, "value_high": high, "unit": unit, "bound": None}]).astype(
        "str"
    )
    read = read_values(row).iloc[0]
    assert pd.isna(read["problem"]), read["problem"]
    return {**read, "value_text": text, "value_low_text": low, "value_high_text": high}


EXAMPLES = [(rule, example) for rule in POLICY.tolerances for example in rule.examples]


@pytest.mark.parametrize(
    ("rule", "example"), EXAMPLES, ids=lambda part: getattr(part, "rule", getattr(part, "printed", ""))
)
def test_each_rule_accepts_its_examples_and_refuses_the_others(
    rule: reference.models.ToleranceRule, example: object
) -> None:
    claim = printed(example.printed, example.unit)  # type: ignore[attr-defined]
    interval = accepted(claim, POLICY)
    assert rule_of(claim, POLICY).rule == rule.rule
    assert [value for value in example.agrees if not interval.allows(value)] == []  # type: ignore[attr-defined]
    assert [value for value in example.fails if interval.allows(value)] == []  # type: ignore[attr-defined]


def test_every_bound_has_a_rule_without_words_after_those_with_words() -> None:
    for bound in vocabulary.BOUNDS:
        rules = [rule for rule in POLICY.tolerances if rule.bound == bound]
        assert [bool(rule.words) for rule in rules] == [True] * (len(rules) - 1) + [False]


@pytest.mark.parametrize(
    ("claim", "interval"),
    [
        (("50", "billion yuan"), (49.5e9, 50.5e9)),  # a zero beside a scale word is a digit
        (("12,094", "RMB million"), (12_093.5e6, 12_094.5e6)),
        (("7,000,000,000", "USD"), (6.95e9, 7.05e9)),  # two digits of a number written in full count
        (("1,234,000", "units"), (1_233_500, 1_234_500)),
        (("1 million", "units"), (500_000, 1_500_000)),
        (("-30", "percent"), (-30.5, -29.5)),
        (("about 50", "billion USD"), (47.5e9, 52.5e9)),
        (("roughly 4.2", "billion USD"), (4.1e9, 4.3e9)),
        (("125", "billion USD", "115", "135"), (114.5e9, 135.5e9)),  # the point narrows nothing
    ],
)  # fmt: skip
def test_interval_of_a_printed_number(claim: tuple[str, ...], interval: tuple[float, float]) -> None:
    assert accepted(printed(*claim), POLICY)[:2] == pytest.approx(interval)


@pytest.mark.parametrize(
    ("claim", "step"),
    [
        (("550,000", "units"), 10_000),
        (("12,000 to 13,000", "USD per unit"), 1_000),
        (("12,000 to 13,500", "USD per unit"), 100),
        (("100,000", "units"), 10_000),
        (("7", "units"), 1),
        (("50", "percent"), 1),
        (("doubled", "times"), 0.1),
        (("2.2", "times"), 0.1),
    ],
)
def test_zeros_that_fill_a_number_are_no_precision(claim: tuple[str, ...], step: float) -> None:
    assert step_of(printed(*claim), POLICY) == pytest.approx(step)


def test_an_end_that_is_not_included_does_not_agree() -> None:
    above = Interval(2.0, math.inf, includes_low=False)
    assert not above.allows(2.0)
    assert above.allows(2.0000001)
    assert above.meets(1.0, 3.0)
    assert not above.meets(1.0, 2.0)


def test_a_bound_without_a_rule_is_an_error_that_names_the_file() -> None:
    empty = Content()
    with pytest.raises(ValueError, match=r"reference/tolerances\.yaml has no rule for the bound exact"):
        accepted({"bound": "exact", "value_text": "7", "value_low": 7, "value_high": 7}, empty)


GENERIC_PHRASES = frozenset(
    {
        "at least", "a minimum of", "a minimum", "no less than", "no fewer than", "not less than", "not fewer than", ">=", "≥", "⩾",
        "至少", "最少", "不低于", "不低於", "不少于", "不少於",
        "up to", "at most", "a maximum of", "a maximum", "no more than", "not more than", "as many as", "as much as", "as high as", "potentially reaching",
        "possibly reaching", "<=", "≤", "⩽",
        "不超过", "不超過", "至多", "最多",
        "about", "around", "approximately", "approx.", "approx", "roughly", "some", "circa", "ca.", "ca", "c.", "close to", "near",
        "in the region of", "in the neighborhood of", "in the neighbourhood of", "in the order of", "on the order of", "something like",
        "an estimated", "estimated", "~", "∼", "≈", "约", "約", "大约", "大約", "接近",
    }
)  # fmt: skip
"""Bounds that the number itself meets, or that name neither a distance nor a side: the rule of the bound without words is meant for them."""


@pytest.mark.parametrize("phrase", sorted(BOUND_WORDS))
def test_every_bound_phrase_has_a_rule_or_is_listed_as_generic(phrase: str) -> None:
    bound = BOUND_WORDS[phrase]
    named = {word for rule in POLICY.tolerances if rule.bound == bound for word in rule.words}
    assert (phrase in named) or (phrase in GENERIC_PHRASES), (
        f"{phrase!r} sets the bound {bound} and has no rule; name it in reference/tolerances.yaml, or list it here as one that includes the number."
    )
