"""The rooms of the package import downwards only. Read from the syntax tree, so imports inside functions count as well."""

import ast
from functools import cache
from pathlib import Path

import pytest
from builders import PROJECT

PACKAGE = PROJECT / "capex_pipeline"

LAYERS = (
    ("cli",),
    ("definitions",),
    ("orchestration",),
    ("release", "report"),
    ("review",),
    ("edgar_bulk", "reconcile", "refresh"),
    ("normalise",),
    ("sources",),
    ("printed_tables",),
    ("article",),
    ("reference",),
    ("storage",),
    ("raw",),
    ("values",),
    ("schemas",),
)
"""From the top to the ground. A room imports from rooms of lower layers; docs/architecture.md says what each room is for."""

RANK = {room: rank for rank, layer in enumerate(LAYERS) for room in layer}


@cache
def imported_modules(source: str) -> frozenset[str]:
    """Names of this package's modules (or of names in them) that a source text imports, at any depth."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == PACKAGE.name:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.split(".")[0] == PACKAGE.name}
    return frozenset(found)


def upward_imports(room: str, source: str) -> list[str]:
    """Imports of a module of `room` that lead to a room of the same layer or of a higher one."""
    rooms = {name.split(".")[1] for name in imported_modules(source)} & RANK.keys()
    return sorted(other for other in rooms - {room} if RANK[other] <= RANK[room])


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("room", sorted({room_of(path) for path in PACKAGE.rglob("*.py")} - {"__init__"}))
def test_imports_of_a_room_lead_downwards(room: str) -> None:
    offending = {
        path.relative_to(PACKAGE).as_posix(): rooms
        for path in PACKAGE.rglob("*.py")
        if room_of(path) == room and (rooms := upward_imports(room, path.read_text(encoding="utf-8")))
    }
    assert offending == {}, f"These modules of {room}/ import a room that is not below it."


def test_imports_upwards_are_found_inside_functions() -> None:
    source = "def rates():\n    from capex_pipeline.normalise import currency\n    import capex_pipeline.cli.main\n"
    assert upward_imports("sources", source) == ["cli", "normalise"]
    assert upward_imports("cli", source) == []


def test_every_room_has_a_place_among_the_layers() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and list(path.glob("*.py"))}
    assert rooms | {"definitions"} == RANK.keys()


def test_definitions_is_the_only_module_beside_the_rooms() -> None:
    assert sorted(path.name for path in PACKAGE.glob("*.py")) == ["__init__.py", "definitions.py"]


SHARED_BY_READERS = frozenset(
    {
        "readers",
        "article_files",
        "reader_cache",
        "xbrl_instance",
        "rate_file",
        "table_layout",
        "inline_numbers",
        "bulk_archive",
        "sec_filings",
        "tagged_facts",
        "filing_expectations",
        "companyfacts_bulk",
        "served_companyfacts",
    }
)
"""Modules of sources/ that are no reader of a kind of file: the choice of a reader, its cache, and parts that readers share."""


def test_readers_of_different_kinds_of_file_do_not_import_each_other() -> None:
    readers = {path.stem: path for path in (PACKAGE / "sources").glob("*.py") if path.stem != "__init__"}
    start = f"{PACKAGE.name}.sources."
    for name in readers.keys() - SHARED_BY_READERS:
        modules = imported_modules(readers[name].read_text(encoding="utf-8"))
        others = {module.removeprefix(start).split(".")[0] for module in modules if module.startswith(start)}
        assert others <= SHARED_BY_READERS, f"sources/{name}.py imports another reader: {others - SHARED_BY_READERS}"


@pytest.mark.parametrize(
    "room",
    [
        "sources",
        "normalise",
        "reconcile",
        "review",
        "printed_tables",
        "article",
        "values",
        "raw",
        "schemas",
        "reference",
    ],
)
def test_rooms_of_pure_functions_know_nothing_of_dagster(room: str) -> None:
    for path in (PACKAGE / room).rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if "dagster" not in source:  # parsing takes long
            continue
        tree = ast.parse(source)
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not any(name.split(".")[0] == "dagster" for name in names), f"{path.name} imports dagster"
