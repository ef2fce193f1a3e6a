"""A name of a module or package stands for one thing: a name that is used twice is allowed where the folder names the layer.

A table has its model in `schemas`, its commands in `cli` and its asset in `orchestration/assets` under its own name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from capex_pipeline import __file__ as _package

PACKAGE = Path(_package).parent
LAYERS = {"schemas", "cli", "orchestration/assets", "."}
SAME_THING = {
    "article": "the reader of a file in `sources` and the prose in it",
    "checks": "a package of checks, each of what its parent reads",
    "mentions": "one mention in `article` and the table of mentions in `normalise`",
    "page": "the page of its parent, report or review",
    "quarters": "quarters of tracked filers and of the bulk archive's",
}


def repeated_names(folders: Mapping[str, list[str]]) -> list[str]:
    """Names that stand in two folders which are no layers, without a reason in SAME_THING."""
    return sorted(name for name, places in folders.items() if len(set(places) - LAYERS) > 1 and name not in SAME_THING)


def _folders() -> dict[str, list[str]]:
    folders: dict[str, list[str]] = defaultdict(list)
    for path in PACKAGE.rglob("*.py"):
        thing = path.parent if path.stem == "__init__" else path.with_suffix("")
        if thing != PACKAGE:
            folders[thing.name].append(thing.parent.relative_to(PACKAGE).as_posix())
    return folders


def test_a_module_name_stands_for_one_thing() -> None:
    assert repeated_names(_folders()) == []


def test_a_repeated_module_name_is_found() -> None:
    assert repeated_names({"words": ["values", "review/checks"], "figures": ["schemas", "normalise"]}) == ["words"]


def test_reasons_for_repeated_names_are_in_use() -> None:
    folders = _folders()
    assert [name for name in SAME_THING if len(folders[name]) < 2] == []
