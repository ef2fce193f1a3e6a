"""Keys that occur twice in JSON, at any depth, whatever the values are."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.untrusted_json import refuse_repeated_keys

_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=8,
)


@given(_JSON)
def test_json_without_repeated_keys_passes(content: Any) -> None:
    for text in (json.dumps(content), json.dumps(content, separators=(",", ":"))):
        refuse_repeated_keys(text.encode())
        refuse_repeated_keys(text.encode(), content)


@given(st.text(max_size=5), _JSON, _JSON)
def test_a_repeated_key_is_refused_wherever_it_stands(key: str, one: Any, other: Any) -> None:
    """Written with escapes the second time, so that the two are equal as keys and not as bytes."""
    escaped = '"' + "".join(f"\\u{unit:04x}" for unit in _utf16(key)) + '"'
    text = f'[{{"a": {{{json.dumps(key)}: {json.dumps(one)}, {escaped}: {json.dumps(other)}}}}}]'
    with pytest.raises(DocumentError) as caught:
        refuse_repeated_keys(text.encode())
    assert caught.value.rule == "repeated_key"


def _utf16(text: str) -> list[int]:
    data = text.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]


def test_the_same_key_in_two_mappings_and_numbers_of_any_length_are_in_order() -> None:
    refuse_repeated_keys(b'[{"a": 1}, {"a": ' + b"9" * 5000 + b'}, {"b": {"a": 1e999}}]')


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"a":2}',
        b'{"a":[{"b":1,"b":2}]}',
        b'{"a":[{"b":{"c":1,"c":2}}]}',
        b'{"a" :1,"b":2,"b":3}',  # as many `":` as keys that were parsed
        b'{"a\\":":1,"a":2,"a":3}',
    ],
)
def test_a_repeated_key_is_refused_though_the_parsed_content_is_given(text: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        refuse_repeated_keys(text, orjson.loads(text))
    assert caught.value.rule == "repeated_key"
