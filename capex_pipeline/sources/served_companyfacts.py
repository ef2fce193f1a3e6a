"""Cuts concepts and filings out of companyfacts JSON without making objects of the other facts.

A file has several hundred concepts, of which some ten are read. Files in raw/ (`companyfacts.py`) and members of the bulk archive
(`companyfacts_bulk.py`) are cut by the same functions; what facts mean is decided there. The functions know one layout, that in which the SEC
serves files:

    {"cik":1,"entityName":"A","facts":{"us-gaap":{"Assets":{"label":"L","description":"D","units":{"USD":[{...},{...}]}},...},...}}

For content in another layout they return None, and the caller parses the whole of it. Quotation marks in texts are escaped, so a text
is never taken for a key.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from itertools import repeat
from typing import Any

import orjson

_HEAD = re.compile(rb'\{"cik":"?[0-9]{1,10}"?,"entityName":"(?:[^"\\]|\\.)*","facts":\{')
_BEGIN = re.compile(rb'(?:,|(?:\},)?"([^"]*)":\{)"([^"]*)":(?=\{"label":)')
"""From the end of a concept, or the start of the facts, to the next concept: its taxonomy if that is another one, and its name."""
_END, _LAST = b"]}}", b"}}}"
"""After the facts of a concept, and after the last concept."""

_NAME = rb'"[^"\\\x00-\x1f]*"'
_TEXT = rb'(?:null|"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*")'
_CONCEPT = _NAME + rb':\{"label":' + _TEXT + rb',"description":' + _TEXT + rb',"units":\{' + _NAME + rb":\["
_NEXT = rb"(?:,|\](?:," + _NAME + rb":\[|\}\}(?:,|\}," + _NAME + rb":\{)" + _CONCEPT + rb"))"
_AMOUNT = rb'\{(?:"start":"1{4}-11-11",)?"end":"1{4}-11-11","val":-?1+(?:\.1+)?(?:[eE][+-]?1+)?,'
_FILING = (
    rb'"fy":(?:1{4}|null),"fp":(?:"[A-Z1]*"|null),"form":' + _NAME + rb',"filed":"1{4}-11-11"(?:,"frame":"[A-Z1]*")?\}'
)
_ACCESSION = b'"accn":"'
_ACCESSION_LENGTH = 20
_FIRST_FACT = re.compile(_HEAD.pattern + _NAME + rb":\{" + _CONCEPT + _AMOUNT)
_FACTS = re.compile(rb'1{10}-11-1{6}",' + _FILING + _NEXT + _AMOUNT)
_LAST_FACT = re.compile(rb'1{10}-11-1{6}",' + _FILING + rb"\]\}\}\}\}\}")
"""The parts of a file between the accession numbers of its facts, with a one in place of every digit."""
_ONES = bytes(ord("1") if chr(byte).isdigit() else byte for byte in range(128)) + bytes(range(128, 256))
_STATED = re.compile(rb'([^"]*)","fy":[^,]*,"fp":[^,]*,"form":"([^"]*)","filed":"([^"]*)"')


def head_of(content: bytes) -> dict[str, Any] | None:
    """cik and entityName, with an empty mapping of facts."""
    head = _HEAD.match(content)
    try:
        parsed: dict[str, Any] | None = None if head is None else orjson.loads(head[0] + b"}}")
    except orjson.JSONDecodeError:
        return None
    return parsed


def concepts_of(content: bytes, wanted: Mapping[bytes, Container[str]]) -> list[tuple[str, str, bytes]] | None:
    """Taxonomy, name and JSON of each wanted concept. wanted: from the name of a concept to its taxonomies.

    Concepts are not parsed. It is only known that each begins with a label and ends with a list, and that no name is repeated.
    """
    head = _HEAD.match(content)
    if head is None or not content.endswith(_LAST):
        return None
    found: list[tuple[str, str, bytes]] = []
    seen: set[tuple[str, bytes]] = set()
    taxonomy, concepts = "", 0
    place, last = head.end(), len(content) - len(_LAST)
    while place < last:
        begin = _BEGIN.match(content, place)
        end = content.find(_END, place)
        if begin is None or end < begin.end():
            return None
        place = end + len(_END)
        taxonomy = taxonomy if begin[1] is None else begin[1].decode()
        if taxonomy in wanted.get(begin[2], ()):
            found.append((taxonomy, begin[2].decode(), content[begin.end() : place]))
        seen.add((taxonomy, begin[2]))
        concepts += 1
    return found if len(seen) == concepts else None


def filings_of(content: bytes) -> list[tuple[str, str, str]] | None:
    """Accession number, form and day of filing of all facts, each filing once, as its last fact states them.

    None unless every fact has the keys of a fact, each once, with values of their types, and nothing is between the facts but the names and texts
    of concepts. With a one in place of every digit the facts of a file have some hundred forms; a leading zero of a number is not noticed.
    """
    first, *facts = content.split(_ACCESSION)
    if not facts or not content.isascii() or not _FIRST_FACT.fullmatch(first.translate(_ONES)):
        return None
    if not _LAST_FACT.fullmatch(facts[-1].translate(_ONES)):
        return None
    if not all(map(_FACTS.fullmatch, set(map(bytes.translate, facts[:-1], repeat(_ONES))))):
        return None
    last_of = {fact[:_ACCESSION_LENGTH]: fact for fact in facts}
    stated = filter(None, map(_STATED.match, last_of.values()))
    return [(filing[1].decode(), filing[2].decode(), filing[3].decode()) for filing in stated]
