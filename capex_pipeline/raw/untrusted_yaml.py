"""Reads YAML from untrusted files within limits: text, lists and mappings, never objects.

Reading of one YAML document and its limits belong here. What the keys mean belongs to the reader of that kind of file in `sources`, or to
`reference` for reviewed data.
"""

from __future__ import annotations

from typing import Any

import yaml

from capex_pipeline.raw.errors import DocumentError

MAXIMUM_SIDECAR_BYTES = 4 * 1024 * 1024
_MAXIMUM_DEPTH = 12
_MAXIMUM_YAML_PARTS = 400_000
"""Maximum number of YAML events in one file (keys, values, starts and ends of lists and mappings); each takes half a kilobyte of memory."""


def load_yaml_mapping(data: bytes, name: str, *, typed: bool = False) -> dict[str, Any]:
    """A YAML file that holds one mapping, read without constructing objects.

    typed: whether numbers, dates, true and false become values and a file of comments alone is an empty mapping; otherwise every
    scalar stays the text that a person wrote.

    Raises DocumentError for bytes that are not UTF-8, for broken YAML, aliases (they can expand without bound), too deep nesting,
    repeated keys, or a file that is not a mapping; the message names the line.
    """
    if len(data) > MAXIMUM_SIDECAR_BYTES:
        raise DocumentError(
            "oversized",
            f"{name} has more than {MAXIMUM_SIDECAR_BYTES // 1024 // 1024} MB, which no YAML document needs; split it, or "
            "write its figures as a CSV table.",
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(
            "wrong_encoding", f"{name} is not UTF-8 (byte {error.start}); save it as UTF-8 and build again."
        ) from error
    try:
        _refuse_expanding_yaml(text)
        # Both loaders build text, numbers, dates, lists and mappings only.
        content = yaml.load(text, Loader=_TypedLoader) if typed else yaml.load(text, Loader=_TextLoader)  # noqa: S506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        raise DocumentError(
            "malformed_yaml", f"{name} is not valid YAML{where}: {problem}. Correct that line."
        ) from error
    if content is None and typed:
        return {}
    if not isinstance(content, dict):
        raise DocumentError(
            "malformed_yaml", f"{name} must hold one mapping (lines `key: value`), not {type(content).__name__}."
        )
    return content


def _refuse_repeated_keys(node: Any) -> None:
    seen: set[str] = set()
    for key_node, _ in node.value:
        key = str(key_node.value)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key} occurs twice", key_node.start_mark)
        seen.add(key)


class _TextLoader(yaml.CBaseLoader):
    """Loader without types and constructors of tags: scalars stay text, and repeated keys are errors."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        _refuse_repeated_keys(node)
        return super().construct_mapping(node, deep=deep)


class _TypedLoader(yaml.CSafeLoader):
    """Loader with numbers, dates, true and false and no other types; repeated keys are errors."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        _refuse_repeated_keys(node)
        return super().construct_mapping(node, deep=deep)


def _refuse_expanding_yaml(text: str) -> None:
    """Raises YAMLError for aliases, which can expand without bound, and for nesting or length that no document needs."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=yaml.CBaseLoader)):
        if number > _MAXIMUM_YAML_PARTS:
            long: Any = event.start_mark
            raise yaml.composer.ComposerError(None, None, "it has too many entries", long)
        if isinstance(event, yaml.events.AliasEvent):
            mark: Any = event.start_mark
            raise yaml.composer.ComposerError(None, None, "aliases (*name) are not accepted", mark)
        if isinstance(event, yaml.events.CollectionStartEvent):
            depth += 1
            if depth > _MAXIMUM_DEPTH:
                deep: Any = event.start_mark
                raise yaml.composer.ComposerError(None, None, "it is nested too deeply", deep)
        elif isinstance(event, yaml.events.CollectionEndEvent):
            depth -= 1
