"""Splits an article into paragraphs and sentences.

Add a rule or an abbreviation here when a sentence is split in the wrong place. Clauses within a sentence are found in
`article/clauses.py`.
"""

from __future__ import annotations

import itertools
import re
from typing import Final, NamedTuple

from capex_pipeline.article.characters import PlainText


class Sentence(NamedTuple):
    """A sentence: its span in the plain text and the number of its paragraph, from 1."""

    start: int
    end: int
    paragraph: int


_ABBREVIATIONS: Final = frozenset(
    "mr mrs ms dr prof sr jr st vs inc corp co ltd llc plc no nos fig approx est ca cf al etc dept bros gen gov sen rep jan feb mar apr "
    "jun jul aug sep sept oct nov dec u.s u.k u.n e.u i.e e.g a.m p.m rmb c".split()
)
_END: Final = re.compile(r"[.!?\]](?:(?<=[.!?])(?<![.!?]{2})[.!?]*+[\"')\]]{0,3}(?=\s)|(?<=\d\])(?= - [A-Z]))")
"""Begins with the characters to look for, in one class and before any choice, so that the search skips to them; a run of them is read once.
A reference before a dash ends an item of a list in one line: "rose by 5% [2] - Capex was $3bn".
"""
_WORD_BEFORE: Final = re.compile(r"[A-Za-z0-9.]{1,12}$")
_INITIALS: Final = re.compile(r"(?:[a-z]\.)+[a-z]")
BULLETS: Final = "-*•‣·"
"""Characters that mark an item of a list."""
_BULLET: Final = re.compile(rf"\n\s{{0,20}}(?:[{BULLETS}](?=\s)|[•‣]|[#>]{{1,6}}\s|\d{{1,2}}[.)]\s)")


def split_sentences(plain: PlainText) -> list[Sentence]:
    """Sentences in order, without gaps inside a paragraph.

    Paragraphs are separated by blank lines; in a text without any, every line is a paragraph. A full stop ends a sentence if the next character is not a
    small letter and the word before it is not an abbreviation or initial."""
    text = plain.text
    separator = "\n\n" if re.search(r"\n[ ]*\n", text) else "\n"
    sentences: list[Sentence] = []
    number = 0
    for block in _blocks(text, separator):
        start, end = block
        if not text[start:end].strip():
            continue
        number += 1
        for first, last in _stretches(text, start, end):
            position = first
            for match in _END.finditer(text, first, last):
                if match.end() < last and _ends_sentence(text, match, last):
                    sentences.append(_trimmed(text, position, match.end(), number))
                    position = match.end()
            if text[position:last].strip():
                sentences.append(_trimmed(text, position, last, number))
    return sentences


def _blocks(text: str, separator: str) -> list[tuple[int, int]]:
    pattern = r"\n[ ]*(?:\n[ ]*)+" if separator == "\n\n" else r"\n"
    cuts = {match.start(): match.end() for match in re.finditer(pattern, text)}
    cuts.update({match.start(): match.start() + 1 for match in _BULLET.finditer(text) if match.start() not in cuts})
    blocks: list[tuple[int, int]] = []
    position = 0
    for start in sorted(cuts):
        if start >= position:
            blocks.append((position, start))
            position = cuts[start]
    blocks.append((position, len(text)))
    return blocks


def _stretches(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The parts of a paragraph between deliberate line breaks.

    A wrapped line ends where the next word did not fit. If that word would have fitted with room to spare, or if the lines are too narrow for prose, the
    break belongs to a heading, a caption or a row of a table."""
    lines = text.count("\n", start, end)
    if not lines:
        return [(start, end)]
    breaks = [match.start() for match in _LINE.finditer(text, start, end)]
    edges = [start, *(place + 1 for place in breaks), end + 1]
    lengths = [after - before - 1 for before, after in itertools.pairwise(edges)]
    width = max(lengths)
    parts, first = [], start
    for length, place in zip(lengths, breaks, strict=False):
        following = _WORD.match(text, place + 1, end)
        needed = length + 1 + (following.end() - place - 1 if following else 0)
        if width < _NARROW or needed < _ROOM * width:
            parts.append((first, place))
            first = place + 1
    parts.append((first, end))
    return parts


_LINE: Final = re.compile(r"\n")
_WORD: Final = re.compile(r"\s{0,20}[^\s]{1,40}")
_NARROW: Final = 45
_ROOM: Final = 0.8


def _ends_sentence(text: str, match: re.Match[str], end: int) -> bool:
    following = match.end()
    while following < end and text[following].isspace():
        following += 1
    if following >= end:
        return True
    if text[following].islower() and not (following + 1 < end and text[following + 1].isupper()):  # xAI, iQIYI
        return False
    if match.group()[0] != ".":
        return True
    before = _WORD_BEFORE.search(text, max(0, match.start() - 12), match.start())
    if before is None:
        return True
    word = before.group().lower().strip(".")
    if len(match.group()) > 1:  # a closing quote or bracket follows the stop
        return True
    if word in ("inc", "corp", "co", "ltd", "plc", "u.s", "u.k", "a.m", "p.m"):
        # These may end a sentence; they do if a function word, or a name with a verb, follows.
        return bool(
            re.match(
                r"(?:The|It|Its|In|But|For|That|This|He|She|They|While|Analysts|Shares|A|An|At|On|Revenue)\b",
                text[following : following + 12],
            )
        )
    if word == "no":
        return not text[following].isdigit()
    return not (
        word in _ABBREVIATIONS
        or (len(word) == 1 and word.isalpha() and text[match.start() - 2] not in "'\u2019")
        or _INITIALS.fullmatch(word)
    )


def _trimmed(text: str, start: int, end: int, paragraph: int) -> Sentence:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return Sentence(start, start + len(piece.strip()), paragraph)
