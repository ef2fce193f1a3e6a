"""Mentions of quantities in texts become the table article_mentions.

What belongs here: laying out what the reader of texts found, and settling mentions by a person's review. What does not: reading of
texts (package text) and the figures themselves (figures).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from capex_pipeline.schemas.article_mentions import ArticleMentions
from capex_pipeline.schemas.derive import conform, table_metadata


def lay_out(mentions: pd.DataFrame, path: str, review: Mapping[str, Any] | None) -> pd.DataFrame:
    """Mentions of one text in the table's columns.

    review: content of the reviewed file beside the text, None where there is none. With a review a mention is used where a figure's
    span holds it, ignored where the reviewer says so, and not_bound where the review leaves it out.
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
    settled = [
        _settle(int(start), int(end), review) for start, end in zip(table["span_start"], table["span_end"], strict=True)
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


def tabulate(parts: list[pd.DataFrame], figures: pd.DataFrame) -> pd.DataFrame:
    """Table article_mentions; a figure that was rejected is none, and its mention says so."""
    if not parts:
        return conform(pd.DataFrame(), ArticleMentions)
    table = pd.concat(parts, ignore_index=True)
    rejected = table["figure_id"].notna() & ~table["figure_id"].isin(figures["figure_id"])
    table["outcome"] = table["outcome"].mask(rejected, "not_bound")
    table["reason"] = table["reason"].mask(rejected, "The figure was rejected; see rejected_figures.")
    table["figure_id"] = table["figure_id"].mask(rejected)
    return conform(table, ArticleMentions).sort_values(
        table_metadata(ArticleMentions)["sort"], kind="stable", ignore_index=True
    )


def _settle(start: int, end: int, review: Mapping[str, Any]) -> tuple[str, str | None, str | None]:
    """What the review makes of a span: outcome, reason and the id of the figure."""
    for entry in _entries(review, "figures"):
        if _overlaps(entry, start, end):
            return "used", None, str(entry.get("id") or "") or None
    for entry in _entries(review, "ignored"):
        if _overlaps(entry, start, end):
            return "ignored", str(entry.get("reason") or "") or None, None
    return "not_bound", "The review leaves it out.", None


def _entries(review: Mapping[str, Any], part: str) -> list[Mapping[str, Any]]:
    listed = review.get(part)
    return [entry for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []


def _overlaps(entry: Mapping[str, Any], start: int, end: int) -> bool:
    span = entry.get("span")
    if (
        not isinstance(span, list)
        or len(span) != 2
        or not all(str(part).isdecimal() and len(str(part)) < 9 for part in span)
    ):
        return False
    return int(span[0]) < end and start < int(span[1])
