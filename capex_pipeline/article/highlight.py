"""Writes the text of an article as Markdown, with each mention marked and its outcome named.

Showing belongs here, and the choice of the texts that a page shows. The text is untrusted: every character that Markdown or HTML could act
on is written as an entity or inside a code span, so that no link, image, heading or script of the article takes effect.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from capex_pipeline.article.front_matter import ArticleText
from capex_pipeline.values import escaping

MAX_CHARACTERS: Final = 60_000
MAX_ROWS: Final = 300
MARKS: Final = {"used": "=", "context": "–", "uncertain": "?", "not_bound": "!", "ignored": "×"}
"""The sign before a mention's number, by its outcome."""
MEANINGS: Final = {
    "used": "used in a figure",
    "context": "context, belongs in no table",
    "uncertain": "uncertain",
    "not_bound": "not bound to a company, metric and period",
    "ignored": "set aside by the reviewer",
}
_BOUNDS: Final = {"at_least": "at least ", "at_most": "at most ", "approximately": "about "}


def highlight(body: str, mentions: pd.DataFrame, figures: pd.DataFrame | None = None, note: str = "") -> str:
    """Markdown of an article's body: counts and legend, the text with marked and numbered mentions, a table of readings.

    mentions: span_start, span_end, text and outcome, and reason, unit, bound, figure_id, low, value and high if known,
    as `draft_figures` returns them or as the table article_mentions has them. figures: rows of the table figures, for
    the readings. note: a sentence about the whole text, such as that its language is not read.
    """
    ordered = mentions.sort_values("span_start", kind="stable").rename(
        columns={"value_low": "low", "value_high": "high"}
    )
    rows: list[dict[str, Any]] = [
        {str(name): value for name, value in row.items()} for row in ordered.to_dict("records")
    ]
    parts: list[str] = []
    position = 0
    shown = body[:MAX_CHARACTERS]
    for number, row in enumerate(rows, start=1):
        start, end = int(row["span_start"]), int(row["span_end"])
        if start < position or end > len(shown):
            continue
        parts.append(_lines(shown[position:start]))
        parts.append(f"{_quoted(shown[start:end])} **({_mark(row)}{number})**")
        position = end
    parts.append(_lines(shown[position:]))
    cut = "" if len(body) <= MAX_CHARACTERS else f"\n\n(The first {MAX_CHARACTERS:,} of {len(body):,} characters.)"
    text = "".join(parts).strip() + cut
    remark = f"**{escaping.markdown_text(note)}**\n\n" if note else ""
    return f"{remark}{_summary(ordered['outcome'])}\n\n---\n\n{text}\n\n---\n\n{_table(rows, figures)}\n"


def _summary(outcomes: pd.Series) -> str:
    counts = outcomes.value_counts()
    parts = [
        f"**({MARKS[outcome]})** {int(counts.get(outcome, 0))} {MEANINGS[outcome]}"
        for outcome in MARKS
        if outcome != "ignored" or counts.get(outcome, 0)
    ]
    noun = "mention" if len(outcomes) == 1 else "mentions"
    return f"{len(outcomes)} {noun} of a quantity: {' · '.join(parts)}"


def _mark(row: Mapping[str, Any]) -> str:
    return MARKS.get(str(row["outcome"]), MARKS["not_bound"])


def _quoted(words: str) -> str:
    """The words of a mention as a code span, in which only a backtick is special."""
    flat = " ".join(words.split())
    return escaping.markdown_text(flat) if "`" in flat or not flat else f"`{flat}`"


def _lines(text: str) -> str:
    """Escaped text; line breaks of the article are kept, and indentation does not become code."""
    lines = [escaping.markdown_text(re.sub(r"[^\S\n]+", " ", line)) for line in text.split("\n")]
    joined = "\n".join(line if index == 0 else line.lstrip() for index, line in enumerate(lines))
    return re.sub(r" *\n", "  \n", re.sub(r"\n\s*\n\s*", "\n\n", joined)).replace("  \n  \n", "\n\n")


# --- outcome of each mention ---


def _table(rows: list[dict[str, Any]], figures: pd.DataFrame | None) -> str:
    by_id: dict[str, Mapping[str, Any]] = {}
    if figures is not None:
        cited = figures[figures["figure_id"].isin([row.get("figure_id") for row in rows[:MAX_ROWS]])]
        by_id = {
            str(row["figure_id"]): {str(name): value for name, value in row.items()} for row in cited.to_dict("records")
        }
    lines = ["| | words | read as | and then |", "|---|---|---|---|"]
    for number, row in enumerate(rows[:MAX_ROWS], start=1):
        figure = by_id.get(str(row.get("figure_id")))
        cells = (
            f"**({_mark(row)}{number})**",
            escaping.markdown_text(" ".join(str(row.get("text") or "").split())),
            escaping.markdown_text(_reading(row)),
            escaping.markdown_text(_fate(row, figure)),
        )
        lines.append("| " + " | ".join(cells) + " |")
    if len(rows) > MAX_ROWS:
        lines.append(f"\n(The first {MAX_ROWS} of {len(rows):,}.)")
    return "\n".join(lines)


def _reading(row: Mapping[str, Any]) -> str:
    """The numbers of a mention in full units."""
    low, value, high = (row.get(name) for name in ("low", "value", "high"))
    unit = str(row.get("unit") or "").replace("_", " ")
    numbers = [f"{number:,.15g}" for number in (low, value, high) if number is not None and not pd.isna(number)]
    if not numbers:
        return "no value"
    if len(set(numbers)) == 1:
        return f"{_BOUNDS.get(str(row.get('bound')), '')}{numbers[0]} {unit}"
    return f"{numbers[0]} to {numbers[-1]} {unit}"


def _fate(row: Mapping[str, Any], figure: Mapping[str, Any] | None) -> str:
    """The figure that a mention became, or the reason why it became none."""
    if figure is None:
        reason = row.get("reason")
        meaning = MEANINGS.get(str(row["outcome"]), str(row["outcome"]))
        return meaning if reason is None or pd.isna(reason) else f"{meaning}: {str(reason).removeprefix('Context: ')}"
    words = [
        str(figure.get("entity_id")),
        " ".join(str(figure.get(name)).replace("_", " ") for name in ("metric_id", "measure")),
        f"{_day(figure.get('period_start'))} to {_day(figure.get('period_end'))}",
        str(figure.get("status")),
    ]
    certainty = figure.get("confidence")
    if certainty is not None and not pd.isna(certainty):
        words.append(f"confidence {float(certainty):.2f}")
    elif figure.get("review_state") == "reviewed":
        words.append("reviewed")
    return ", ".join(words)


def _day(value: Any) -> str:
    return "?" if value is None or pd.isna(value) else str(pd.Timestamp(value).date())


MOST_SHOWN = 12
FIGURE_COLUMNS = (
    "figure_id", "entity_id", "metric_id", "measure", "period_start", "period_end", "status", "confidence", "review_state",
)  # fmt: skip
"""The columns of a figure that a page shows."""


def marked_articles(
    articles: Sequence[tuple[str, ArticleText]],
    mentions: pd.DataFrame,
    figures: pd.DataFrame | None = None,
    notes: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """For the newest articles: the file's name -> its text as Markdown with each mention marked, and the outcomes.

    articles: by their names below raw/, in order. mentions: table article_mentions. figures: table figures, None if it does not exist. notes: a sentence about a file,
    by its name. Names sort by their date, so the last ones are the newest.
    """
    pages: dict[str, str] = {}
    for name, article in articles[-MOST_SHOWN:]:
        article_mentions = mentions[mentions["path"] == name]
        pages[name.rsplit("/", 1)[-1]] = highlight(article.body, article_mentions, figures, (notes or {}).get(name, ""))
    return pages
