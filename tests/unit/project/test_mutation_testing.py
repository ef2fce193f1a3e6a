"""The small changes of mutation testing: what is changed, that each one compiles, and that each one is another program."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import PROJECT

from mutation_testing.mutations import mutants_of, mutated

SOURCE = '''"""Text."""
LIMIT: int = 7

def f(rows: list[int], key: str) -> bool:
    """Text."""
    if not rows:
        raise ValueError("no rows")
    return len(rows) <= LIMIT and max(rows) + 1 in (3, 4)
'''


def test_each_change_is_small_and_words_and_annotations_stay(tmp_path: Path) -> None:
    path = tmp_path / "example.py"
    path.write_text(SOURCE)
    found = {(one.kind, one.before, one.after) for one in mutants_of(path)}
    both = "len(rows) <= LIMIT and max(rows) + 1 in (3, 4)"
    assert found == {
        ("constant", "7", "8"),
        ("sign left out", "not rows", "rows"),
        ("statement left out", "raise ValueError('no rows')", "pass"),
        ("and/or", both, "len(rows) <= LIMIT or max(rows) + 1 in (3, 4)"),
        ("condition left out", both, "max(rows) + 1 in (3, 4)"),
        ("condition left out", both, "len(rows) <= LIMIT"),
        ("comparison", "len(rows) <= LIMIT", "len(rows) < LIMIT"),
        ("comparison", "max(rows) + 1 in (3, 4)", "max(rows) + 1 not in (3, 4)"),
        ("operator", "max(rows) + 1", "max(rows) - 1"),
        ("max turned", "max(rows)", "min(rows)"),
        ("constant", "1", "2"),
        ("constant", "3", "4"),
        ("constant", "4", "5"),
        ("element left out", "(3, 4)", "(4,)"),
        ("element left out", "(3, 4)", "(3,)"),
    }


def test_what_would_break_whatever_it_is_given_and_names_for_export_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "example.py"
    path.write_text("""__all__ = ["f", "g"]
def f(a, b):
    a, b = b, a
    return np.where(a, b), b.where(a), a + "/" + b
""")
    assert {(one.kind, one.before, one.after) for one in mutants_of(path)} == {("where left out", "b.where(a)", "b")}


def test_a_change_is_in_the_compiled_module_and_nothing_else_is(tmp_path: Path) -> None:
    path = tmp_path / "example.py"
    path.write_text(SOURCE)
    (turned,) = [one for one in mutants_of(path) if one.kind == "max turned"]
    space: dict[str, object] = {}
    exec(mutated(turned), space)
    function = space["f"]
    assert callable(function) and turned.function == ("f",)
    assert function([2, 9], "x") and not function([9, 9], "x")
    with pytest.raises(ValueError, match="no rows"):
        function([], "x")


@pytest.mark.slow("compiles hundreds of changed modules")
@pytest.mark.parametrize("name", ["values/fiscal_calendar.py", "reconcile/tolerance.py"])
def test_every_change_of_a_module_compiles(name: str) -> None:
    found = mutants_of(PROJECT / "capex_pipeline" / name)
    assert len(found) > 30
    assert len({(one.node, one.variant) for one in found}) == len(found)
    for one in found[::7]:
        mutated(one)
