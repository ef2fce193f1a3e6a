"""Detects the language of a text, so that a text in a language that is not read is reported.

Add a rule here when it tells languages or scripts apart. The words by which a language is told are in `reference/text.yaml`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

READ: Final = "English"
_SAMPLE: Final = 20_000
"""Number of characters of a text that are examined."""
_LATIN: Final = re.compile(r"[a-zà-öø-ɏ]+")
_LAST_LATIN: Final = "ɏ"
_SCRIPTS: Final = (
    ("Japanese", re.compile("[\u3040-\u30ff]"), 0.05),
    ("Korean", re.compile("[\uac00-\ud7af]"), 0.2),
    ("Chinese", re.compile("[\u3400-\u9fff]"), 0.2),
    ("a language in Cyrillic script", re.compile("[\u0400-\u04ff]"), 0.3),
    ("a language in Arabic script", re.compile("[\u0600-\u06ff]"), 0.3),
    ("a language in an Indian script", re.compile("[\u0900-\u0dff]"), 0.3),
    ("another language than English", re.compile("[\u0370-\u03ff\u0590-\u05ff\u0e00-\u0fff\u10a0-\u10ff]"), 0.3),
)
"""Scripts, and the share of a text's letters above which the text counts as written in them."""
_FEWEST_WORDS: Final = 20
_FEWEST_HITS: Final = 4
_ENGLISH_SHARE: Final = 0.06
"""Minimum share of plain English words: about every fifth word in English prose, and almost none in other languages."""


def unread_language(text: str, languages: Mapping[str, frozenset[str]]) -> str | None:
    """The language of a text if it is not read; None for English and for texts too short to tell.

    languages: plain words of each language in lower case.
    """
    sample = text[:_SAMPLE].lower()
    if (name := _script_of(sample)) is not None:
        return name
    words = Counter(_LATIN.findall(sample))
    total = words.total()
    if total < _FEWEST_WORDS:
        return None
    english = sum(words[word] for word in languages.get(READ, frozenset()) & words.keys())
    others = {language: plain for language, plain in languages.items() if language != READ}
    if english >= _ENGLISH_SHARE * total or not others:
        return None
    hits = {language: sum(words[word] for word in plain & words.keys()) for language, plain in others.items()}
    likeliest = max(hits, key=lambda language: hits[language])
    if hits[likeliest] > 2 * english and hits[likeliest] >= _FEWEST_HITS:
        return likeliest
    return None


def _script_of(sample: str) -> str | None:
    """What `_SCRIPTS` calls the script of a text, None for Latin letters."""
    strange = [character for character in set(sample) if character > _LAST_LATIN]
    if not any(script.match(character) for character in strange for _, script, _ in _SCRIPTS):
        return None  # as in nearly every text: its characters are not counted
    letters = sum(map(str.isalpha, sample))
    for name, script, share in _SCRIPTS:
        if letters >= _FEWEST_WORDS and len(script.findall(sample)) >= share * letters:
            return name
    return None
