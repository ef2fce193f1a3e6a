"""Compares the models with the committed contract (contract.json) and applies the rules for changing it.

Additions are allowed: new tables, new columns, and a column that can no longer be null break nothing. Removing a column or a table,
changing a type or a key, or allowing null in a column breaks readers' code. Such a change needs a new major version and a note in the
changelog. Add a rule here when another change can break a reader. The models are in
`schemas`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from capex_pipeline.release import ReleaseError
from capex_pipeline.schemas import SCHEMA_VERSION, TABLES
from capex_pipeline.schemas.base import Table
from capex_pipeline.schemas.derive import arrow_schema, table_metadata

FILE = Path(__file__).with_name("contract.json")

Contract = dict[str, Any]


def current(tables: Mapping[str, type[Table]] = TABLES, version: str = SCHEMA_VERSION) -> Contract:
    """The contract of the present models: version, and the key and the columns of each table with type and nullability."""
    return {
        "version": version,
        "tables": {
            table: {
                "key": list(table_metadata(model)["key"]),
                "columns": {
                    field.name: {"type": str(field.type), "nullable": field.nullable} for field in arrow_schema(model)
                },
            }
            for table, model in tables.items()
        },
    }


def committed(path: Path = FILE) -> Contract:
    """The contract that was published last."""
    content = json.loads(path.read_bytes())
    assert isinstance(content, dict)
    return content


def breaches(before: Contract, now: Contract) -> list[str]:
    """Breaking changes for readers of the older contract, one sentence each."""
    broken = []
    for table, was in before["tables"].items():
        is_now = now["tables"].get(table)
        if is_now is None:
            broken.append(f"Table {table} was removed.")
            continue
        if was["key"] != is_now["key"]:
            broken.append(f"The key of {table} is {', '.join(is_now['key'])}; it was {', '.join(was['key'])}.")
        for name, column in was["columns"].items():
            other = is_now["columns"].get(name)
            if other is None:
                broken.append(f"Column {table}.{name} was removed.")
            elif other["type"] != column["type"]:
                broken.append(f"Column {table}.{name} is {other['type']}; it was {column['type']}.")
            elif other["nullable"] and not column["nullable"]:
                broken.append(f"Column {table}.{name} may be null now; it never was before.")
    return broken


def objections(before: Contract, now: Contract, changelog: str) -> list[str]:
    """Reasons why the contract of the models must not be recorded; empty if it may.

    A breaking change needs a higher major version, and each major version after the first needs a heading of the changelog that names it.
    """
    sentences = []
    broken = breaches(before, now)
    if broken and major(now) <= major(before):
        sentences += [
            f"{sentence} Undo the change, or raise the first number of SCHEMA_VERSION (now {now['version']})."
            for sentence in broken
        ]
    if major(now) < major(before):
        sentences.append(
            f"SCHEMA_VERSION is {now['version']} and was {before['version']}; a version must not decrease."
        )
    if major(now) > 1 and not names_version(changelog, now["version"]):
        sentences.append(
            f"CHANGELOG.md has no heading that names contract {now['version']}; describe there what readers must change."
        )
    return sentences


def names_version(changelog: str, version: str) -> bool:
    """True if a heading of the changelog contains `contract <version>`."""
    return re.search(rf"(?mi)^#+ .*\bcontract {re.escape(version)}(?![\w.]*\d)", changelog) is not None


def major(contract: Contract) -> int:
    """First number of the contract's version."""
    return int(str(contract["version"]).split(".")[0])


def record(changelog: str, path: Path = FILE) -> bool:
    """Writes the models' contract as the published one; returns whether it changed. Raises ReleaseError for a breaking change without a new
    major version.
    """
    now = current()
    sentences = objections(committed(path), now, changelog) if path.is_file() else []
    if sentences:
        raise ReleaseError("The contract was not recorded.\n" + "\n".join(sentences))
    text = to_text(now)
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True


def to_text(contract: Contract) -> str:
    """The contract as text, one line for each column, so that a change is one line in a diff."""
    lines = ["{", f' "version": {json.dumps(contract["version"])},', ' "tables": {']
    tables = list(contract["tables"].items())
    for place, (table, table_contract) in enumerate(tables):
        lines += [f"  {json.dumps(table)}: {{", f'   "key": {json.dumps(table_contract["key"])},', '   "columns": {']
        columns = list(table_contract["columns"].items())
        for turn, (name, column) in enumerate(columns):
            lines.append(f"    {json.dumps(name)}: {json.dumps(column)}" + ("," if turn < len(columns) - 1 else ""))
        lines += ["   }", "  }" + ("," if place < len(tables) - 1 else "")]
    return "\n".join([*lines, " }", "}", ""])
