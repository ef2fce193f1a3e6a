"""docs/architecture.md agrees with the code: its rooms, files and commands exist, and every room says what it is for."""

from __future__ import annotations

import ast
import re

import pytest
from builders import PROJECT

PACKAGE = PROJECT / "capex_pipeline"
MAP = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


def test_the_map_lists_every_room_and_no_other() -> None:
    listed = re.findall(r"^\| `(\w+)/` \|", MAP, re.MULTILINE)
    assert sorted(listed) == ROOMS


def test_every_room_has_a_folder_of_unit_tests() -> None:
    """tests/README.md says what belongs into the two folders that are named after no room."""
    folders = {path.parent.name for path in (PROJECT / "tests" / "unit").rglob("test_*.py")}
    assert sorted(folders) == sorted([*ROOMS, "architecture", "project"])


def test_every_file_that_the_map_names_exists() -> None:
    missing = []
    for name in re.findall(r"`([\w/.-]+\.(?:py|yaml|json|md|csv))`", MAP):
        places = [PACKAGE / name, PROJECT / name, PROJECT / "raw" / "announcements" / name, PACKAGE / "report" / name]
        if name not in ("manifest.json",) and not any(place.exists() for place in places):
            missing.append(name)
    assert missing == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_says_what_it_is_for(room: str) -> None:
    doc = ast.get_docstring(ast.parse((PACKAGE / room / "__init__.py").read_text(encoding="utf-8")))
    assert doc is not None and doc.count(".") >= 2, (
        f"{room}/__init__.py needs two sentences: what belongs here, what belongs elsewhere"
    )
