"""Checks the lists of a review: layout, open questions, reasons, and amounts that are in no list.

Add here what can be checked without judging a figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.printed_rows import document_record
from capex_pipeline.review.checks.findings import ReviewFinding, problem, quote_of
from capex_pipeline.review.entries import LISTS, MOST_ENTRIES, entries_of, span_of
from capex_pipeline.review.source import Source

NEEDED_OF_DOCUMENT = ("title", "publisher", "published")
"""What a reviewed document states of itself."""


def check_size(review: Mapping[str, Any]) -> Iterator[ReviewFinding]:
    """A finding on a review with more entries than are checked: each entry is compared with the amounts of the source."""
    entries = sum(len(entries_of(review, part)) for part in LISTS)
    if entries > MOST_ENTRIES:
        yield problem(
            "layout",
            f"The review has {entries:,} entries, and at most {MOST_ENTRIES:,} are checked; none of them was. Split the article and its review.",
        )


def check_layout(review: Mapping[str, Any]) -> Iterator[ReviewFinding]:
    """Lists that are none, entries without keys, and ids that several figures have."""
    for part in LISTS:
        listed = review.get(part)
        if listed not in (None, "") and not isinstance(listed, list):
            yield problem("layout", f"`{part}:` is no list; each entry begins with a dash.")
            continue
        for number, entry in enumerate(listed or [], start=1):
            if not isinstance(entry, Mapping):
                yield problem(
                    "layout", f"Entry {number} of `{part}:` ({str(entry)[:60]}) has no keys such as span and value."
                )
    ids = [str(figure["id"]) for figure in entries_of(review, "figures") if figure.get("id")]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield problem("id_repeated", f"Figure {name} is there {ids.count(name)} times; give each an id of its own.")


def check_document(review: Mapping[str, Any]) -> Iterator[ReviewFinding]:
    """A record of the document that the build would reject."""
    try:
        record = document_record(review.get("document"), "The review")
    except DocumentError as error:
        yield problem("document_invalid", error.message)
        return
    missing = [key for key in NEEDED_OF_DOCUMENT if not record.get(key)]
    if missing:
        yield problem(
            "document_invalid",
            f"The review's `document:` has no {', '.join(missing)}; add it, and to the document too.",
        )


def check_undecided(review: Mapping[str, Any]) -> Iterator[ReviewFinding]:
    """Questions without an answer."""
    for number, entry in enumerate(entries_of(review, "undecided"), start=1):
        question = str(entry.get("question") or "Is it a figure?")
        readings = entry.get("readings")
        offered = f" Readings: {' or '.join(map(str, readings))}." if isinstance(readings, list) and readings else ""
        yield problem(
            "undecided",
            f"Question {entry.get('id') or number} ({quote_of(entry)!r}) waits for your decision. {question}{offered} "
            "Move it to `figures:`, or to `ignored:` with a reason.",
            entry,
        )


def check_ignored(review: Mapping[str, Any], source: Source) -> Iterator[ReviewFinding]:
    """Ignored amounts without a reason or a span, and those that may be figures of a known company although only the machine left them out."""
    for number, entry in enumerate(entries_of(review, "ignored"), start=1):
        name, span = f"Ignored number {number} ({str(entry.get('text') or entry.get('span'))[:60]})", span_of(entry)
        reason = str(entry.get("reason") or "").strip()
        if span is None or span[1] > source.end:
            yield problem("span_invalid", f"{name} has no span that is part of the {source.noun}.")
        if not reason:
            yield problem("reason_missing", f"{name} has no reason; say why it belongs in no table.", entry)
        for amount in source.amounts_at(span):
            if amount.doubtful and reason == amount.reason:
                yield problem(
                    "figure_may_be_lost",
                    f"{quote_of(entry)!r} is ignored ({reason.rstrip('.')}) and may be a figure ({amount.doubtful}). "
                    "Move it to `figures:`, or give a reason of your own.",
                    entry,
                )


def check_left_out(review: Mapping[str, Any], source: Source) -> Iterator[ReviewFinding]:
    """Amounts that no entry covers."""
    covered: set[int] = set()
    for part in LISTS:
        for entry in entries_of(review, part):
            span = span_of(entry)
            if span is not None and span[1] <= source.end:
                covered |= {amount.span[0] for amount in source.amounts_at(span)}
    for amount in source.amounts:
        if amount.span[0] in covered or amount.is_other:
            continue
        known = next((f" The machine reads it as {one.entity}, {one.metric}." for one in amount.drafted), "")
        yield problem(
            "mention_left_out",
            f"{amount.text!r} ({amount.place}, span {list(amount.span)}) is in no list; add it to `figures:` or `ignored:`.{known}",
        )
