"""Rejects JSON that names a key twice in one mapping.

A parser keeps the last of two equal keys and silently drops everything below the first. Add another check of JSON text
here. What the keys mean is read in `sources/companyfacts.py`.
"""

from __future__ import annotations

import json
from typing import Any

from capex_pipeline.raw.errors import DocumentError


def refuse_repeated_keys(data: bytes) -> None:
    """Raises DocumentError (repeated_key) where a mapping in the JSON names a key twice.

    data: JSON that a parser has accepted. About 12 milliseconds a megabyte.
    """
    try:
        json.loads(data, object_pairs_hook=_once, parse_int=_unread, parse_float=_unread)
    except RecursionError as error:
        raise DocumentError("not_json", "The JSON is nested too deeply; fetch it again.") from error


def _once(pairs: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise DocumentError(
                "repeated_key", f"The JSON has the key {key[:60]!r} twice in one place; fetch it again."
            )
        seen.add(key)


def _unread(text: str) -> None:
    """Numbers are not looked at."""
