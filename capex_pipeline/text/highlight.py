"""The text of an article with its mentions marked, as Markdown.

Belongs here: showing. The text is untrusted: every character that Markdown or HTML could act on is written as an entity, so that no link,
image, heading or script of the article takes effect.
"""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

MAX_CHARACTERS: Final = 60_000
MARKS: Final = {"used": "🟩", "context": "⬜", "uncertain": "🟨", "not_bound": "🟧"}
LEGEND: Final = "🟩 used in a figure · ⬜ context, belongs in no table · 🟨 uncertain · 🟧 not bound"
_UNSAFE: Final = re.compile(r"[^\w\s,;%$€£¥'’“”\u2013\u2014]", re.UNICODE)


def escape(text: str) -> str:
    """Text that shows as itself in Markdown and in HTML."""
    return _UNSAFE.sub(lambda match: f"&#{ord(match[0])};" if ord(match[0]) < 0x2E80 else match[0], text).replace(
        "_", "&#95;"
    )


def highlight(body: str, mentions: pd.DataFrame) -> str:
    """Markdown of an article's body with each mention in bold behind the mark of its outcome, the legend and the counts.

    mentions: as `draft_figures` returns them (span_start, span_end, outcome).
    """
    parts: list[str] = []
    position = 0
    shown = body[:MAX_CHARACTERS]
    ordered = mentions.sort_values("span_start")
    for start, end, outcome in zip(ordered["span_start"], ordered["span_end"], ordered["outcome"], strict=True):
        if start < position or end > len(shown):
            continue
        parts.append(_paragraphs(shown[position:start]))
        parts.append(f"{MARKS.get(outcome, MARKS['not_bound'])}**{escape(' '.join(shown[start:end].split()))}**")
        position = int(end)
    parts.append(_paragraphs(shown[position:]))
    counts = mentions["outcome"].value_counts()
    summary = ", ".join(f"{int(counts.get(outcome, 0))} {outcome.replace('_', ' ')}" for outcome in MARKS)
    note = "" if len(body) <= MAX_CHARACTERS else f"\n\n(The first {MAX_CHARACTERS:,} of {len(body):,} characters.)"
    return f"{LEGEND}\n\n{len(mentions)} mentions: {summary}.\n\n" + "".join(parts).strip() + note + "\n"


def _paragraphs(text: str) -> str:
    """Escaped text; line breaks of the article stay paragraphs, indentation does not become code."""
    lines = [escape(re.sub(r"[^\S\n]+", " ", line)) for line in text.split("\n")]
    joined = "\n".join(line if index == 0 else line.lstrip() for index, line in enumerate(lines))
    return re.sub(r"\n\s*\n\s*", "\n\n", joined)
