"""The review page: one local HTML file with the text at the left and its figures at the right.

Add here what the page is made from. How it looks and acts is in `static/`. The page needs nothing from the network: a content security policy
forbids every request and allows only its own script, by its hash. Every text of the article reaches the page as data and is shown as text.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib import resources
from typing import Any, Final

from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.printed_tables.binding import SEVERAL
from capex_pipeline.review.alternatives import alternatives, status_at
from capex_pipeline.review.decisions import CHANGEABLE, fingerprint
from capex_pipeline.review.entries import (
    CLAIMANTS,
    CONFIRMED,
    FIGURE_KEYS,
    LISTS,
    NO_TABLE,
    REQUIRED_BY_METRIC,
    WHO,
    Span,
    entries_of,
    entry_id,
    required_keys,
    span_of,
)
from capex_pipeline.review.proposals import COMPARED, comparison, differing, proposal_of
from capex_pipeline.review.source import Passage, Source
from capex_pipeline.schemas.vocabulary import BOUNDS, FLOWS, MEASURES, STATUSES
from capex_pipeline.values import escaping

REASONS: Final = (
    NO_TABLE,
    "A part of another amount.",
    "The same figure as another one.",
    "A plan that another figure replaces.",
    "What others had expected.",
    "No period with a first and a last day.",
    "No company or group of the reference.",
)
"""Reasons that the page offers for leaving a mention out."""
_SCOPE: Final = "Shown are the rows that bear a printed name of the company, and the sentences that speak of them. Other rows of the document are not read."
_SHOWN: Final = tuple(key for key in FIGURE_KEYS if key in CHANGEABLE and key not in ("period_start", "period_end"))


def render(review: Mapping[str, Any], source: Source, command: str) -> str:
    """The page as HTML; equal input gives equal text. review: as read from its file. command: applies the decisions that the page saves."""
    vocabulary, stem = source.vocabulary, source.name.rsplit(".", 1)[0]
    document = review.get("document")
    about = document if isinstance(document, Mapping) else {}
    data = {
        "review": fingerprint(review),
        "file": f"{stem}.decisions.json",
        "command": command,
        "passages": _passages(review, source),
        "entries": _entries(review, source),
        "fields": list(_SHOWN),
        "required": list(required_keys(review)),
        "requiredBy": {metric: list(keys) for metric, keys in REQUIRED_BY_METRIC.items()},
        "names": sorted({name.casefold() for name in (*vocabulary.entities, *vocabulary.names)}),
        "periods": PERIOD_LABEL,
        "lists": ["definition", "supplier", "product", "customer"],
        "reasons": list(REASONS),
        "choices": {
            "entity": sorted(vocabulary.entities), "metric": sorted(vocabulary.metric_ids), "measure": MEASURES,
            "status": [name for name in STATUSES if name != "derived"], "claimant": CLAIMANTS, "bound": BOUNDS, "flow": FLOWS,
            "definition": _definitions(vocabulary), "supplier": sorted(set(vocabulary.suppliers.values()) - {""}),
            "product": sorted(vocabulary.suppliers), "customer": sorted(vocabulary.entities),
        },
    }  # fmt: skip
    script = _static("review.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    title = escaping.html(str(about.get("title") or stem))
    origin = escaping.html(", ".join(str(about[key]) for key in ("publisher", "published") if about.get(key)))
    scope = "" if source.article is not None else f"<p>{_SCOPE}</p>"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>Review: {title}</title>
<style>{_static("review.css")}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p>{origin}</p>{scope}
<noscript><p>This page needs JavaScript. The same questions are in the review file, which any editor opens.</p></noscript>
</header>
<main id="main"></main>
<footer aria-label="Progress and saving"><p id="progress" role="status"></p><div id="saving"></div></footer>
<script type="application/json" id="data">{escaping.script_json(data)}</script>
<script>{script}</script>
</body>
</html>
"""


def _definitions(vocabulary: Vocabulary) -> list[str]:
    """Ids of the definitions that companies and articles use."""
    of_companies = {str(entry["definition_id"]) for entries in vocabulary.preferred.values() for entry in entries}
    return sorted(of_companies | set(vocabulary.definitions.values()))


PERIOD_LABEL: Final = (
    r"^\s*(\d{4}-\d\d-\d\d(\s*/\s*\d{4}-\d\d-\d\d)?|\d{4}-\d\d|[a-z]{3,9} \d{4}|(fy|cy)? ?\d{2,4}([ -]*(fy|cy)?\d{4})?"
    r"|(fy ?)?\d{2,4}[ -]*(q[1-4]|h[12]|9m)|(q[1-4]|[1-4]q|h[12]|9m) *(fy ?)?\d{2,4})\s*$"
)
"""What a period may look like, for the page; `values.periods` reads it when the decisions are applied."""


def _static(name: str) -> str:
    return resources.files("capex_pipeline.review").joinpath("static", name).read_text(encoding="utf-8")


def _passages(review: Mapping[str, Any], source: Source) -> list[dict[str, Any]]:
    """Passages with the ids of the entries whose amount is in them, in order, and where it is."""
    marks: dict[int, dict[Span, list[str]]] = {}
    for part in LISTS:
        for number, entry in enumerate(entries_of(review, part)):
            span = span_of(entry)
            place = source.passage_at(span)
            if place is not None and span is not None:
                where = source.passages[place].place_of(span)
                marks.setdefault(place, {}).setdefault(where, []).append(entry_id(part, number, entry))
    return [
        {
            "place": passage.place, "text": passage.text, "above": passage.above, "cells": [list(cell) for cell in passage.cells],
            "marks": [[start, end, ids] for (start, end), ids in sorted(marks.get(index, {}).items())],
        }
        for index, passage in enumerate(source.passages)
    ]  # fmt: skip


def _entries(review: Mapping[str, Any], source: Source) -> dict[str, dict[str, Any]]:
    entries = {}
    for part in LISTS:
        for number, entry in enumerate(entries_of(review, part)):
            span = span_of(entry)
            known = {**source.known.get(span or (0, 0), {}), **entry} if part == "ignored" else entry
            fields: dict[str, str] = {key: str(known[key]) for key in _SHOWN if known.get(key) not in (None, "")}
            if "period" not in fields and known.get("period_start") and known.get("period_end"):
                fields["period"] = f"{known['period_start']}/{known['period_end']}"
            identity, place = entry_id(part, number, entry), source.passage_at(span)
            passage = source.passages[place] if place is not None else None
            entries[identity] = {
                "part": part,
                "quote": str(entry.get("quote") or entry.get("text") or entry.get("value") or ""),
                "heads": passage.heads_of(span) if passage is not None and span is not None else "",
                "fields": fields,
                "question": str(entry.get("question") or ""),
                "reason": str(entry.get("reason") or "") if part == "ignored" else "",
                "waits": part == "figures" and "confidence" in entry,
                "assistant": comparison(entry, review),
                "options": _options(entry, fields, review, source, passage) if part == "undecided" else [],
                "group": _group(entry, place, source),
            }
    return entries


def _group(entry: Mapping[str, Any], place: int | None, source: Source) -> list[Any]:
    """Entries of one group are answered at once: those of a sentence with the same question, and of a table without a unit."""
    asked = _asked(entry)
    where: Any = place if place is not None else -1
    if asked == "unit" and place is not None:
        where = source.passages[place].place.partition(", row ")[0]
    if _is_choice(entry):
        where = "document"
    return [asked if entry.get("readings") else str(entry.get("question")), where]


def _is_choice(entry: Mapping[str, Any]) -> bool:
    """Whether one of several cells is the figure, so that the others are none."""
    return str(entry.get("reason")).startswith(SEVERAL)


def _asked(entry: Mapping[str, Any]) -> str:
    """The key of which `readings` are: the period, unless the unit alone is missing."""
    return "unit" if not entry.get("unit") and entry.get("period") else "period"


def _options(
    entry: Mapping[str, Any],
    fields: Mapping[str, str],
    review: Mapping[str, Any],
    source: Source,
    passage: Passage | None,
) -> list[dict[str, Any]]:
    """The answers to the question of an entry, the likeliest first; each sets fields or leaves the number out. A label says what is recorded."""
    options: list[dict[str, Any]] = []
    listed = entry.get("readings")
    readings = [str(one) for one in listed] if isinstance(listed, list) else []
    missing = [key for key in required_keys(review) if not fields.get(key)]
    asks_who, asked = WHO in str(entry.get("question")), _asked(entry)
    if readings and set(missing) <= {asked}:
        for one in readings:
            changed = {asked: one}
            if asked == "period" and (status := status_at(fields, one, source.published)) != fields.get(
                "status", status
            ):
                changed["status"] = status
            said_by = f", claimant {fields['claimant']}" if asks_who else ""
            label = one if asked == "unit" else _reading({**fields, **changed})
            options.append({"label": f"{label}{said_by}", "set": changed})
    elif asks_who and not missing:
        likely = [fields["claimant"], *(name for name in CLAIMANTS if name != fields["claimant"])]
        options += [{"label": name.capitalize(), "set": {"claimant": name}} for name in likely]
    elif not missing and _is_choice(entry):
        options.append({"label": "This one", "set": {}, "others": f"Another value is used: {entry.get('quote')}."})
    elif not missing:
        options.append({"label": f"Yes: {_reading(fields)}", "set": {}})
    if source.article is not None and passage is not None:
        others = alternatives(fields, readings, passage.text, source.published, source.vocabulary)
        answers = [
            {"label": _reading({**fields, **other}), "set": other}
            for other in others
            if _is_whole(fields, other, review)
        ]
        is_first = any("metric" in other for other in others)  # the sentence has no word of the metric that was read
        options = [*answers, *options] if is_first else [*options, *answers]
    if not readings and not asks_who:
        options = [{**option, "alone": True} for option in options]
    proposal = proposal_of(entry.get("id"), review)
    if proposal is not None and differing(entry, proposal) and proposal.get("entity"):
        proposed = {part: str(proposal[part]) for part in COMPARED if part in proposal}
        if not [key for key in missing if key not in proposed]:
            options.append({"label": "As the assistant reads it", "set": proposed})
    reason = str(entry.get("reason") or REASONS[0])
    options.append({"label": f"No figure: {reason.removeprefix('Context: ')}", "ignore": f"{CONFIRMED}{reason}"})
    return options


def _is_whole(fields: Mapping[str, str], other: Mapping[str, str], review: Mapping[str, Any]) -> bool:
    return all(other.get(key) or fields.get(key) for key in required_keys(review))


def _reading(fields: Mapping[str, str]) -> str:
    """What an answer records, in a few words."""
    words = (
        fields.get("entity"),
        fields.get("metric"),
        fields.get("status"),
        str(fields.get("period") or "").replace("/", " to "),
    )
    return ", ".join(str(word) for word in words if word)
