"""Rejects JSON that names a key twice in one mapping.

A parser keeps the last of two equal keys and silently drops everything below the first. Add another check of JSON text
here. What the keys mean is read in `sources/companyfacts.py`.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from capex_pipeline.raw.errors import DocumentError


def refuse_repeated_keys(data: bytes, content: Any = None) -> None:
    """Raises DocumentError (repeated_key) if a mapping in the JSON has a key twice. data: JSON that a parser has accepted. content: the parsed JSON,
    if available.

    The keys are then counted first, which takes half the time of parsing the text again; that is done only if the numbers differ.
    """
    if content is not None and has_every_key(data, content):
        return
    try:
        json.loads(data, object_pairs_hook=_once, parse_int=_unread, parse_float=_unread)
    except RecursionError as error:
        raise DocumentError("not_json", "The JSON is nested too deeply; fetch it again.") from error


def has_every_key(data: bytes, content: Any) -> bool:
    """True if as many keys were parsed as the text has; False does not mean that a key is repeated.

    Without white space before a colon, the text has at most as many keys as it has `":`, some of which may be in texts.
    """
    text = np.frombuffer(data, dtype=np.uint8)
    before_colon = text[np.flatnonzero(text == ord(":")) - 1]
    if np.isin(before_colon, _WHITE_SPACE).any():
        return False
    return _keys(content) == int((before_colon == ord('"')).sum())


_WHITE_SPACE = np.frombuffer(b" \t\n\r", dtype=np.uint8)


def _keys(content: Any) -> int:
    """Number of keys in the mappings of parsed JSON, without those that are nested in the mappings of a list."""
    count, parts = 0, [content]
    while parts:
        part = parts.pop()
        if isinstance(part, dict):
            count += len(part)
            parts += [value for value in part.values() if isinstance(value, dict | list)]
        elif isinstance(part, list) and set(map(type, part)) == {dict}:
            count += sum(map(len, part))
    return count


def _once(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) == len(pairs):
        return
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise DocumentError(
                "repeated_key", f"The JSON has the key {key[:60]!r} twice in one place; fetch it again."
            )
        seen.add(key)


def _unread(text: str) -> None:
    """Numbers are not looked at."""
