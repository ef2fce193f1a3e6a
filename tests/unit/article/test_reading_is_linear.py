"""The work of reading is proportional to the length of the text: steps of the interpreter are counted, no time is measured."""

from __future__ import annotations

import sys
from datetime import date
from types import FrameType
from typing import Any

import pytest
from corpus.reading import corpus_vocabulary

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.extract import bind


def steps(text: str) -> int:
    """How many steps the interpreter takes to read a text; the work inside one built-in function is one step."""
    counted = 0

    def count(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal counted
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        counted += event == "opcode"
        return count

    vocabulary = corpus_vocabulary()
    before = sys.gettrace()
    sys.settrace(count)
    try:
        bind(plain_text(text), vocabulary, date(2025, 1, 1))
    finally:
        sys.settrace(before)
    return counted


@pytest.mark.slow("counts each step of reading a long text")
@pytest.mark.parametrize(
    "unit",
    [
        "9", "1,", "(", "$", "$($9](", "$5bn ", "9 (", "Net income was $5bn (€4bn). ", "Meta's capex was $5bn in 2024 (up 5%). ",
        "the first ", "a year earlier ", "word\n", "\n- ", "[a](", "<b ", "&#36;", "**", "'s ", "Meta, ", "of thousands ",
    ],
)  # fmt: skip
def test_four_times_the_text_is_four_times_the_work(unit: str) -> None:
    short, long = 1_500, 6_000
    steps(unit * 20)  # what is made once is made
    few, many = (steps((unit * (size // len(unit) + 1))[:size]) for size in (short, long))
    assert many <= 4.3 * few + 2_000


@pytest.mark.slow("counts each step of reading a long text")
@pytest.mark.parametrize(
    "unit",
    [
        "The bank expects Meta's capex to be $5bn in 2024. ",  # the house is looked for in the sentences before
        "John Smith, chief executive of Meta, said capex was $5bn. ",  # the period is looked for in the whole document
    ],
)
def test_a_sentence_that_refers_to_the_document_does_not_read_it_again(unit: str) -> None:
    steps(unit * 3)
    few, many = (steps(unit * count) for count in (60, 240))
    assert many <= 4.1 * few
