"""Turns the mentions of quantities in articles into the table article_mentions.

This module lays out the mentions in the columns of the table and applies the review of a text, where there is one.
Mentions are found by the package `article`; their figures are read in `normalise/figures.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyarrow as pa

from capex_pipeline.normalise.joins import is_among
from capex_pipeline.raw.printed_rows import span_of
from capex_pipeline.schemas.article_mentions import ArticleMentions
from capex_pipeline.schemas.derive import laid_out


def lay_out(mentions: pd.DataFrame, path: str | pd.Series, review: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Lay out the mentions of a text, or of several texts without a review, in the columns of the table.

    path: file of the text, or of each mention. review: content of the reviewed file beside the text, None if there is none. With a review, a mention is used if the
    span of a figure contains it, ignored if the reviewer marked it so, and not_bound if the review omits it, or quotes another number at its span.
    """
    number = pd.DataFrame({"value_low": mentions["low"], "value": mentions["value"], "value_high": mentions["high"]})
    table = pd.DataFrame(
        {
            "article_mention_id": mentions["document"] + "#" + mentions["mention_id"],
            "document_id": mentions["document"],
            "path": path,
            "is_certain": mentions["certain"],
            "figure_id": mentions["document"] + "#" + mentions["figure_id"],
            **{name: number[name].where(mentions["certain"]) for name in number.columns},
            **{
                name: mentions[name]
                for name in (
                    "paragraph",
                    "span_start",
                    "span_end",
                    "text",
                    "kind",
                    "unit",
                    "bound",
                    "outcome",
                    "reason",
                    "candidates",
                )
            },
        }
    )
    if review is None:
        return table
    length = int(table["span_end"].max()) if len(table) else 0
    figures, ignored = (_Owners(review, part, length) for part in ("figures", "ignored"))
    settled = [
        _settle(int(start), int(end), str(text), figures, ignored)
        for start, end, text in zip(table["span_start"], table["span_end"], table["text"], strict=True)
    ]
    return table.assign(
        outcome=[outcome for outcome, _, _ in settled],
        reason=pd.Series([reason for _, reason, _ in settled], index=table.index, dtype="str"),
        figure_id=pd.Series(
            [
                None if figure is None else f"{document}#{figure}"
                for document, (_, _, figure) in zip(table["document_id"], settled, strict=True)
            ],
            index=table.index,
            dtype="str",
        ),
    )


def tabulate(parts: list[pd.DataFrame], figure_ids: pa.ChunkedArray) -> pd.DataFrame:
    """Table article_mentions; a mention whose figure was rejected, so that its id is not among those of figures, is not_bound, with a reason."""
    if not parts:
        return laid_out(pd.DataFrame(), ArticleMentions)
    table = pd.concat(parts, ignore_index=True)
    rejected = table["figure_id"].notna() & ~is_among(table["figure_id"], figure_ids)
    table["outcome"] = table["outcome"].mask(rejected, "not_bound")
    table["reason"] = table["reason"].mask(rejected, "The figure was rejected; see rejected_figures.")
    table["figure_id"] = table["figure_id"].mask(rejected)
    return laid_out(table, ArticleMentions)


def _settle(start: int, end: int, text: str, figures: _Owners, ignored: _Owners) -> tuple[str, str | None, str | None]:
    """The result of the review for a mention: outcome, reason and the id of the figure. start, end: its span."""
    figure = figures.first(start, end)
    entry = figure if figure is not None else ignored.first(start, end)
    if entry is None:
        return "not_bound", "The review leaves it out.", None
    quote = str(entry.get("quote") or entry.get("text") or "")
    if span_of(entry) == (start, end) and not _is_quoted(quote, text):
        reason = (
            f"The review quotes {quote[:60]!r} at this place, which is another number; check the spans of the review."
        )
        return "not_bound", reason, None
    if figure is not None:
        return "used", None, str(figure.get("id") or "") or None
    return "ignored", str(entry.get("reason") or "") or None, None


def _is_quoted(quote: str, text: str) -> bool:
    """Whether an entry of a review quotes the number of a mention, or nothing. text: of the mention, for a document with its place before ": "."""
    quoted, printed = _without_signs(quote), _without_signs(text.rpartition(": ")[2])
    return not re.search(r"\d", quoted) or _holds(printed, quoted) or _holds(quoted, printed)


def _without_signs(text: str) -> str:
    """A number with its words, without the minus and percent signs that a table states in its layout."""
    return " ".join(text.split()).removeprefix("-").removesuffix("%").strip()


def _holds(text: str, part: str) -> bool:
    """Whether a text has another one in it that is not a part of a longer number."""
    return re.search(rf"(?<![\d.,]){re.escape(part)}(?!\d|[.,]\d)", text) is not None


class _Owners:
    """For each character of a text, the first entry of a review whose span covers it, so that a look-up need not read
    every entry.
    """

    def __init__(self, review: Mapping[str, Any], part: str, length: int) -> None:
        listed = review.get(part)
        self._entries: list[Any] = listed if isinstance(listed, list) else []
        self._owner = [len(self._entries)] * length
        free = list(range(length + 1))  # first position that may have no owner yet

        def next_free(place: int) -> int:
            while free[place] != place:
                free[place] = free[free[place]]
                place = free[place]
            return place

        for number, entry in enumerate(self._entries):
            start, end = span_of(entry) or (0, 0)
            place = next_free(min(start, length))
            while place < min(end, length):
                self._owner[place] = number
                free[place] = place + 1
                place = next_free(place)

    def first(self, start: int, end: int) -> Mapping[str, Any] | None:
        """The first entry in the review's order whose span shares a character with this one."""
        number = min(self._owner[start:end], default=len(self._entries))
        return self._entries[number] if number < len(self._entries) else None
