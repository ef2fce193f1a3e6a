"""What a message quotes from a file is bounded."""

from __future__ import annotations

import pytest

from capex_pipeline.raw.errors import LONGEST_MESSAGE, DocumentError, listed


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([], ""),
        (["a", "b"], "a, b"),
        (list("abcde"), "a, b, c, d, e"),
        (list("abcdef"), "a, b, c, d, e and 1 more"),
        ([7, "x" * 81], "7, " + "x" * 79 + "…"),
    ],
)
def test_the_first_texts_are_named_and_the_others_are_counted(texts: list[object], said: str) -> None:
    assert listed(texts) == said


def test_a_message_is_cut() -> None:
    error = DocumentError("rule", "x" * 1_000_000)
    assert error.message == str(error) and len(error.message) == LONGEST_MESSAGE
