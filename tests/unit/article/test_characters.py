"""Markup left in a text: it is looked through, and spans still point into the file."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.quantities import find_quantities
from capex_pipeline.article.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("[Meta](https://x.example/a_b) spent", "Meta spent"),
        ("**$5bn** in __2031__", "$5bn in 2031"),
        ("<p>One</p><td>2</td>", "\nOne\n 2 "),
        ("S&amp;P &#36;5bn&nbsp;more", "S&P $5bn more"),
        ("a <b>bold</b> claim", "a bold claim"),
        ("5 < 6 and a<7, [1] and (2) & more", "5 < 6 and a<7, [1] and (2) & more"),
        ("<5% and >6%", "<5% and >6%"),
    ],
)
def test_what_a_reader_sees(text: str, seen: str) -> None:
    assert plain_text(text).text == seen


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It spent &#36;5bn&nbsp;on chips", "&#36;5bn"),
        ("It spent <b>$5</b> billion on chips", "$5</b> billion"),
        ("up 7&#37;", "7&#37;"),
        ("[more than](x) **$5bn** went", "more than](x) **$5bn"),
    ],
)
def test_spans_hold_the_words_of_the_file(text: str, words: str) -> None:
    (mention,) = find_quantities(text)
    assert text[mention.start : mention.end] == words == mention.text


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab[]()<>/&;#36*_ $5\r\n\u200b", max_size=80))
def test_any_markup_keeps_positions_in_order(text: str) -> None:
    plain = plain_text(text)
    assert len(plain.lower) == len(plain.text)
    spans = [plain.span(position, position + 1) for position in range(len(plain.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


def sentences(text: str) -> list[str]:
    plain = plain_text(text)
    return [plain.text[sentence.start : sentence.end] for sentence in split_sentences(plain)]


def test_a_heading_is_a_sentence_of_its_own() -> None:
    text = "Spending plans\nOracle will build three halls in the coming year and says that more may follow it.\n\nMore."
    assert sentences(text) == ["Spending plans", text.split("\n")[1], "More."]


def test_a_wrapped_line_is_not_the_end_of_a_sentence() -> None:
    lines = (
        "Oracle said on Tuesday that it would put three new halls into",
        "service before the end of the fiscal year, and that the sites of",
        "two more had been chosen.",
    )
    assert sentences("\n".join(lines) + "\n\nMore.") == ["\n".join(lines), "More."]


def test_bullets_and_rows() -> None:
    assert sentences("Points:\n•Capex was $5bn\n> Meta was quiet\n\nMore.") == [
        "Points:",
        "•Capex was $5bn",
        "> Meta was quiet",
        "More.",
    ]
    assert sentences("Q1 of 2031 $6.1 49\nQ2 of 2031 $5.4 49\n\nMore.") == [
        "Q1 of 2031 $6.1 49",
        "Q2 of 2031 $5.4 49",
        "More.",
    ]
