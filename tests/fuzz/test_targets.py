"""Every target of the fuzzer on its examples, and on inputs that Hypothesis puts together; the fuzzer itself is ``python -m tests.fuzz``."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .__main__ import by_chance
from .targets import TARGETS, Target

_TRIED = {"text": 10, "draft": 4, "article": 8, "frames": 6, "table": 10, "segments": 15}
"""The slower ones; 40 of the others."""


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_the_examples_break_no_promise(name: str) -> None:
    examples = TARGETS[name].examples()
    assert examples
    for example in examples[:3]:
        TARGETS[name].run(example)


def _inputs(target: Target) -> st.SearchStrategy[bytes]:
    """Pieces of an example, words of the format and any characters, in any order."""
    example = target.examples()[0]
    cuts = st.tuples(st.integers(0, len(example)), st.integers(0, 200)).map(
        lambda cut: example[cut[0] : cut[0] + cut[1]]
    )
    words = st.sampled_from([word.encode() for word in target.words] or [b" "])
    pieces = st.one_of(
        cuts, words, st.text(max_size=12).map(lambda text: text.encode("utf-8", "replace")), st.binary(max_size=6)
    )
    spliced = st.tuples(st.integers(0, len(example)), pieces).map(
        lambda at: example[: at[0]] + at[1] + example[at[0] :]
    )
    return st.one_of(st.lists(pieces, max_size=12).map(b"".join), spliced)


@pytest.mark.slow("tries many inputs of each target")
@pytest.mark.parametrize("name", sorted(TARGETS))
def test_no_input_breaks_a_promise(name: str) -> None:
    target = TARGETS[name]
    bounded = settings(
        max_examples=_TRIED.get(name, 40),
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    given(_inputs(target))(bounded(lambda data: target.run(data)))()


@pytest.mark.slow("tries ten times as many inputs as the quick test")
@pytest.mark.parametrize("name", sorted(TARGETS))
def test_no_input_made_by_chance_breaks_a_promise(name: str) -> None:
    most = 10 * _TRIED.get(name, 40)
    assert by_chance(TARGETS[name], 600, seed=7, most=most) == most
