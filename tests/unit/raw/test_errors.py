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


def test_a_long_message_keeps_its_beginning_and_the_remedy() -> None:
    error = DocumentError("unreadable", f"a.csv cannot be read: {'x' * 50_000}. Save it as UTF-8.")
    assert error.message.startswith("a.csv cannot be read: xxx") and error.message.endswith("xxx. Save it as UTF-8.")
    assert len(error.message) == LONGEST_MESSAGE and " … " in error.message
