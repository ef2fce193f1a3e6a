"""Recognises words for accelerators: nouns ("processors") and the form of product names ("GB200").

Add a noun or a form here when a count of chips is not recognised. Products of the reference data are found in
`article/lexicon.py`.
"""

from __future__ import annotations

from typing import Final

from capex_pipeline.article.tokens import NUMBER, WORD, Tokens

CHIP_NOUNS: Final = frozenset(
    "chip chips gpu gpus accelerator accelerators processor processors card cards tpu tpus npu npus asic asics instincts semiconductor semiconductors unit units".split()
)

ACCELERATORS: Final = CHIP_NOUNS - {"unit", "units", "card", "cards"}
"""Nouns that name accelerators wherever they stand."""


def noun_after(tokens: Tokens, index: int) -> bool:
    """Whether a chip noun or a chip's name is among the next words, before any other noun phrase begins."""
    index += tokens.word(index) in ("each", "apiece")  # "150,000 each of Nvidia's chips"
    if tokens.word(index) == "of":
        index += 1 + (tokens.word(index + 1) in ("the", "these", "those", "its", "their"))
    words = tokens.words[index : index + 8]
    bracket = words.index("(") if "(" in words else 8
    short = index + bracket if words[bracket + 2 : bracket + 3] == [")"] else -3  # "artificial intelligence (AI) chips"
    for position in range(index, min(index + 5 + 3 * (short > 0), len(tokens))):
        word = tokens.words[position]
        if short <= position <= short + 2:
            continue
        if word in CHIP_NOUNS:
            return True
        if word == "data" and tokens.word(position + 1) in ("center", "centre", "-"):
            continue
        if tokens.kinds[position] == NUMBER and index < position and tokens.joined(position + 1) and len(word) <= 4:
            continue  # "Ascend 910C processors"
        if word in _STOP or (tokens.kinds[position] != WORD and word not in ("'s", "-")):
            return False
        if looks_like_chip(word):
            return True
    return False


_STOP: Final = frozenset(
    "and or in for to by at from with on per a an the that which who whose but while of people workers employees users customers companies year years "
    "month months day days week weeks quarter quarters hours countries shares points servers staff jobs firms cities data sites is was were are".split()
)


def looks_like_chip(word: str) -> bool:
    """Whether a word has the form of an accelerator's name: one to three letters, then digits (h100, gb200, mi300x, h20s)."""
    letters = len(word) - len(word.lstrip("abcdefghijklmnopqrstuvwxyz"))
    return (
        1 <= letters <= 3
        and len(word) - letters >= 2
        and word[letters : letters + 2].isdigit()
        and word[0] not in "qy"
        and word[:2] != "fy"
    )
