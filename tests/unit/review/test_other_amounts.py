"""Amounts that their words make something else than a figure: translations, parts of a sum, borrowed money and costs, shares, outflows."""

from __future__ import annotations

import re

import pytest
from corpus.reading import corpus_vocabulary

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.tokens import Tokens, tokenise
from capex_pipeline.review.named_metrics import place_in
from capex_pipeline.review.other_amounts import (
    is_excluded,
    is_of_financing,
    is_outflow,
    is_part,
    is_share,
    is_translation,
)


def marked(text: str) -> tuple[str, int, int]:
    """A sentence without its angle brackets, and where the number in them is."""
    before, number, after = re.split(r"[<>]", text)
    return before + number + after, len(before), len(before) + len(number)


def number_in(text: str) -> tuple[Tokens, int, int]:
    """The tokens of a sentence, and the first and the last one of its marked number."""
    plain, start, end = marked(text)
    return (tokenise(plain_text(plain)), *place_in(plain, start, end))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Revenue was RMB247,795 million (<US$34,808 million>).", True),
        ("Alibaba pledged Rmb380bn (about <$53bn>) over three years.", True),
        ("Capex was <RMB31,501 million> (US$4,425 million).", False),
        ("Capex (<$34.9bn>) beat forecasts.", False),
        ("Capex was $34.9bn (up from <$20bn> a year before).", False),
    ],
)
def test_a_translation_is_an_amount_in_brackets_behind_another(text: str, expected: bool) -> None:
    assert is_translation(*marked(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Meta spent $19bn, of which <$4bn> went on leases.", True),
        ("Meta spent $19bn, of which servers took about <$12bn>.", True),
        ("Meta spent $19bn, including roughly <$4bn> of lease payments.", True),
        ("Of Meta's $19bn, <$4bn> of that was paid on leases.", True),
        ("Including finance leases, Microsoft spent <$34.9bn>.", False),
        ("Of the four, which report this week, Meta spent <$19bn>.", False),
    ],
)
def test_a_part_of_a_sum_is_told_by_the_words_beside_it(text: str, expected: bool) -> None:
    assert is_part(*number_in(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Meta lined up a <$30bn> bond sale.", True),
        ("Oracle sold <$18bn> of investment-grade bonds.", True),
        ("Alphabet's buyback of <$15bn> continued.", True),
        ("Meta expects total expenses of <$116bn> to rise.", True),
        ("It raised <$30bn> in the market.", True),
        ("It raised $30bn in the market and a further <$27bn> through a venture.", True),
        ("Meta raised its guidance to <$72bn>.", False),
        ("Oracle's debt rose to <$104bn> as capital expenditure climbed.", True),
        ("Product development expenses were RMB17,095 million, or 7% of revenue, compared to <RMB14,182 million>.", True),
        ("Amazon spent <$34.2bn> on data centres and took on debt.", False),
        ("After its bond sale, Meta raised capital expenditure to <$72bn>.", False),
        ("Oracle, whose debt grew, spent <$8.5bn> on capital expenditure.", False),
        ("Cash paid for property and equipment was <$19.4bn>.", False),
    ],
)  # fmt: skip
def test_borrowed_money_and_costs_are_told_by_the_nearest_word(text: str, expected: bool) -> None:
    tokens, first, last = number_in(text)
    assert is_of_financing(tokens, corpus_vocabulary().find_cues(tokens), first, last) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Servers took <two-thirds> of it.", True),
        ("Costs were <7%> of revenue.", True),
        ("Nvidia expects $54bn, plus or minus <2 per cent>.", True),
        ("Revenue rose <34%>.", False),
    ],
)
def test_a_share_is_no_growth(text: str, expected: bool) -> None:
    plain, start, end = marked(text)
    assert is_share(plain[start:end], *number_in(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Free cash flow was an outflow of <RMB21,840 million>.", True),
        ("It reported negative free cash flow of <$5.9bn>.", True),
        ("Free cash flow was minus <$5.9bn>.", True),
        ("Free cash flow was an inflow of <RMB13,735 million>.", False),
        ("Free cash flow of <$24bn> beat the negative mood.", False),
    ],
)
def test_an_outflow_is_told_by_the_words_before_it(text: str, expected: bool) -> None:
    tokens, first, _ = number_in(text)
    assert is_outflow(tokens, first, ["free", "cash", "flow"]) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Its backlog reached $392bn, not counting a <$250bn> order.", True),
        ("Its backlog reached <$392bn>, not counting an order.", False),
    ],
)
def test_an_amount_that_is_not_counted_is_none_of_the_sum(text: str, expected: bool) -> None:
    tokens, first, _ = number_in(text)
    assert is_excluded(tokens, first) is expected
